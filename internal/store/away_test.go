package store_test

import (
	"context"
	"crypto/rand"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/store"
	"pana/internal/store/storetest"
	"pana/internal/testkit"
	"pana/internal/testkit/pgserver"
)

// ownServer is a PostgreSQL that this test may end. It keeps what it has committed
// as a real one does: fsync is on.
func ownServer(t *testing.T) (s *pgserver.Server, database string) {
	t.Helper()
	testkit.Postgres(t) // skips where there is none; with CI it must be there
	s, err := pgserver.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s, databaseOf(t, s)
}

// databaseOf makes a database on a server and gives its name.
func databaseOf(t *testing.T, s *pgserver.Server) string {
	t.Helper()
	address, err := s.Database()
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(at.Path, "/")
}

// few is rounds for what takes seconds each.
func few() int {
	if os.Getenv("PANA_SOAK") != "" {
		return 10
	}
	return 1
}

// The database crashes and comes back, again and again, under writers: they are
// told to come back, and what they were told was done is there.
func TestDatabaseThatRestartsLosesNothing(t *testing.T) {
	t.Parallel()
	pg, name := ownServer(t)
	s := storetest.Place{Address: pgserver.AddressOf(name, pg)}.Open(t, storetest.Options())
	crew := &storetest.Crew{Name: "d"}
	crew.Start(s)
	for range few() {
		crew.Await(t, 20, time.Minute)
		pg.Crash()
		time.Sleep(50 * time.Millisecond)
		if err := pg.Again(); err != nil {
			t.Fatal(err)
		}
	}
	crew.Await(t, 20, time.Minute)
	said := crew.Stop()
	onlyToldToComeBack(t, crew)
	storetest.Whole(t, s, said)
	t.Logf("%d acknowledged acts, none lost; writers were told %v", said.All(), crew.Codes())
}

// A primary is lost with its machine, and its synchronous standby takes over:
// what was acknowledged had reached it.
func TestLostPrimaryLosesNothing(t *testing.T) {
	t.Parallel()
	pg, name := ownServer(t)
	s := storetest.Place{Address: pgserver.AddressOf(name, pg)}.Open(t, storetest.Options())
	if err := s.Close(); err != nil { // the schema is there before the copy is made
		t.Fatal(err)
	}
	total := 0
	for range min(few(), 4) {
		standby, err := pg.Standby()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(standby.Stop)
		s := storetest.Place{Address: pgserver.AddressOf(name, pg, standby)}.Open(t, storetest.Options())
		before := total
		crew := &storetest.Crew{Name: "r" + strconv.Itoa(before)}
		crew.Start(s)
		crew.Await(t, 20, time.Minute)
		if h, err := s.Health(t.Context()); err != nil || h.Standbys != 1 {
			t.Fatalf("%d synchronous standbys, %v: this test shows nothing", h.Standbys, err)
		}
		pg.Crash()
		if err := standby.Promote(); err != nil {
			t.Fatal(err)
		}
		crew.Await(t, 20, time.Minute)
		said := crew.Stop()
		onlyToldToComeBack(t, crew)
		wholeOf(t, s, crew, said)
		total += said.All()
		pg = standby
		_ = s.Close()
	}
	t.Logf("%d acknowledged acts, none lost", total)
}

// wholeOf is Whole for one crew among others that came before.
func wholeOf(t *testing.T, s *store.Store, crew *storetest.Crew, said storetest.Counts) {
	t.Helper()
	for _, complaint := range storetest.Complaints(s, said, said) {
		if !strings.HasSuffix(complaint, "nobody asked for it") || strings.HasPrefix(complaint, crew.Name+"-") {
			t.Error(complaint)
		}
	}
}

// Two nodes write, and one is killed: the other goes on, and neither's acts are
// lost.
func TestOneOfTwoNodesKilled(t *testing.T) {
	t.Parallel()
	v := newVictims(t, testkit.Postgres(t))
	s := v.open(t, 0)
	defer s.Close()
	crew := &storetest.Crew{Name: "survivor"}
	crew.Start(s)
	for range rounds() {
		v.killOne(t)
		crew.Await(t, 8, 10*time.Second)
	}
	said := crew.Stop()
	storetest.Whole(t, s, said, v.said)
	if pause := crew.Pause(); pause > 3*time.Second {
		t.Errorf("the other node stood still for %s", pause)
	}
	t.Logf("%d acknowledged acts of two nodes, none lost; the longest pause was %s", said.All()+v.said.All(), crew.Pause().Round(time.Millisecond))
}

// The network between two nodes and their database is cut for one of them, in the
// middle of its writes, and what it sent is swallowed. The other may not wait for
// it: the database must let go of what the first held.
func TestCutNetworkHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	pg, name := ownServer(t)
	wire := newWire(t, pg.Socket())
	far := storetest.Place{Address: "postgres://pana@" + wire.addr() + "/" + name + "?sslmode=disable"}.Open(t, limited())
	near := storetest.Place{Address: pgserver.AddressOf(name, pg)}.Open(t, limited())
	cut, free := &storetest.Crew{Name: "far"}, &storetest.Crew{Name: "near"}
	cut.Start(far)
	free.Start(near)
	for range few() {
		cut.Await(t, 20, time.Minute)
		before := cut.SoFar().All()
		inside := cutInside(far, wire)
		free.Await(t, 40, 20*time.Second)
		if err := <-inside; fault.Of(err).Kind != fault.Busy {
			t.Errorf("whoever was cut off in a transaction was told %v", err)
		}
		if n := cut.SoFar().All() - before; n > storetest.Writers {
			t.Errorf("%d acts were acknowledged across a network that is cut", n)
		}
		wire.mend()
		cut.Await(t, 20, time.Minute)
	}
	said, other := cut.Stop(), free.Stop()
	defer wire.hangUp() // else closing asks each dead connection
	if len(cut.Codes()) > 0 {
		onlyToldToComeBack(t, cut)
	}
	storetest.Whole(t, near, said, other)
	if pause := free.Pause(); pause > 10*time.Second {
		t.Errorf("the node that was not cut off stood still for %s", pause)
	}
	t.Logf("%d acknowledged acts, none lost; the other node waited %s at most; who was cut off was told %v", said.All()+other.All(), free.Pause().Round(time.Millisecond), cut.Codes())
}

// limited has the limits of a group's transaction short, for a test.
func limited() store.Options {
	o := storetest.Options()
	o.Silence = 2 * time.Second
	return o
}

// cutInside cuts the wire while a node is in a transaction and holds the ledger's
// row, and gives what came of its act, within half a minute.
func cutInside(s *store.Store, w *wire) <-chan error {
	out := make(chan error, 2)
	time.AfterFunc(30*time.Second, func() { out <- fault.New(fault.Internal, "nothing in half a minute") })
	go func() {
		act := store.Act{Key: rand.Text(), At: time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC), Streams: []casework.Ref{storetest.Ref(9)}, Pack: "sha256:toy",
			Who: access.Who{Worker: "w1", Body: "b1", BodyKind: "shelter"}}
		_, err := s.Change(context.Background(), act, func(*store.Loaded) (casework.Decision, error) {
			w.cut()
			return casework.Decision{Events: []casework.Draft{{Stream: storetest.Ref(9), Compartment: "shelter", Payload: storetest.Wrote{Name: act.Key}, Reason: "because"}}}, nil
		})
		out <- err
	}()
	return out
}

// wire is the way to a database that can be cut: what is sent is taken, and goes
// nowhere, as with a cable that somebody pulled out.
type wire struct {
	to string
	l  net.Listener

	mu    sync.Mutex
	whole chan struct{} // closed while the wire is whole
	old   []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: to, l: l, whole: make(chan struct{})}
	close(w.whole)
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(func() { cancel(); _ = l.Close(); w.hangUp() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go w.carry(ctx, c)
		}
	}()
	return w
}

func (w *wire) addr() string { return w.l.Addr().String() }

func (w *wire) carry(ctx context.Context, near net.Conn) {
	w.keep(near)
	if !w.wait(ctx) { // nobody answers on a wire that is cut
		return
	}
	far, err := net.Dial("unix", w.to)
	if err != nil {
		_ = near.Close()
		return
	}
	w.keep(far)
	w.mu.Lock()
	of := w.whole
	w.mu.Unlock()
	go w.copy(near, far, of)
	w.copy(far, near, of)
}

// copy carries bytes until the wire is cut once; the connection is never heard of
// again, by either side.
func (w *wire) copy(to, from net.Conn, of chan struct{}) {
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		w.mu.Lock()
		dead := w.whole != of
		w.mu.Unlock()
		if dead {
			_, _ = io.Copy(io.Discard, from)
			return
		}
		if n > 0 {
			_, _ = to.Write(b[:n])
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

func (w *wire) keep(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.old = append(w.old, c)
}

func (w *wire) wait(ctx context.Context) bool {
	w.mu.Lock()
	whole := w.whole
	w.mu.Unlock()
	select {
	case <-whole:
		return true
	case <-ctx.Done():
		return false
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case <-w.whole:
		w.whole = make(chan struct{})
	default: // it is cut
	}
}

func (w *wire) mend() { close(w.whole) }

func (w *wire) hangUp() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.old {
		_ = c.Close()
	}
}
