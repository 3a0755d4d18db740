package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Place is where a database is.
type Place struct{ Address string }

// Open opens it with the options given, and closes it after the test.
func (p Place) Open(t testing.TB, opt store.Options) *store.Store {
	t.Helper()
	s, err := p.Try(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Try is Open that may fail.
func (p Place) Try(opt store.Options) (*store.Store, error) {
	opt.Address = p.Address
	return store.Open(context.Background(), opt)
}

// Postgres says which of the two it is.
func (p Place) Postgres() bool { return strings.HasPrefix(p.Address, "postgres") }

// Raw opens the database beside the store, as somebody with a psql would.
func (p Place) Raw(t testing.TB) *sql.DB {
	driver, address := "sqlite3", "file:"+p.Address
	if p.Postgres() {
		driver, address = "pgx", p.Address
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// World is a database of one test.
type World struct {
	Place
	T   testing.TB
	S   *store.Store
	raw *sql.DB
	new func(testing.TB) Place
}

// another is a world beside this one, on the same engine.
func (w *World) another() *World {
	place := w.new(w.T)
	return &World{Place: place, T: w.T, S: place.Open(w.T, Options()), new: w.new}
}

// exec runs a statement behind the store's back.
func (w *World) exec(q string) {
	w.T.Helper()
	if w.raw == nil {
		w.raw = w.Raw(w.T)
	}
	if _, err := w.raw.Exec(q); err != nil {
		w.T.Fatalf("%s: %v", q, err)
	}
}

var start = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

// master is one for all worlds of a test run.
var master = seal.NewMaster()

// Options are what the toy needs.
func Options() store.Options {
	return store.Options{Stamp: "serve", Origin: "pana.test", Model: Model{}, Master: master, Busy: time.Second}
}

// Ref names a toy stream.
func Ref(n int) casework.Ref {
	return casework.Ref{Kind: casework.FileStream, ID: fmt.Sprintf("01h%023d", n)}
}

// Write puts a line on a pad.
func Write(s *store.Store, key string, ref casework.Ref, w Wrote) (casework.Receipt, error) {
	return WriteAt(s, key, ref, w, start)
}

// WriteAt is Write at a time.
func WriteAt(s *store.Store, key string, ref casework.Ref, w Wrote, at time.Time) (casework.Receipt, error) {
	act := store.Act{Key: key, Fingerprint: sha256.Sum256([]byte(w.Name)), At: at, Streams: []casework.Ref{ref}, Pack: "sha256:toy",
		Who: access.Who{Worker: "w1", Body: id.Body("b1"), BodyKind: "shelter"}}
	return s.Change(context.Background(), act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{
			Events:  []casework.Draft{{Stream: ref, Compartment: "shelter", Payload: w, Reason: "because"}},
			Receipt: casework.Receipt{Code: "wrote"},
		}, nil
	})
}

// Run asks everything of the databases that world makes, a new one for each test.
func Run(t *testing.T, world func(testing.TB) Place) {
	for _, row := range []struct {
		name string
		test func(*World)
	}{
		{"an act is recorded and seen", actIsSeen},
		{"the same act twice", sameActTwice},
		{"a refused act leaves nothing", refusedAct},
		{"many at once", manyAtOnce},
		{"two nodes take turns", twoNodes},
		{"nodes start at once", nodesStartAtOnce},
		{"a visitor who leaves does not stop an act", visitorLeaves},
		{"a clock that jumps back", clockJumpsBack},
		{"a locked database answers busy", lockedDatabase},
		{"a new quarter gets a new key", newQuarter},
		{"a stolen key has a successor", stolenKey},
		{"a key in use stays", keyInUse},
		{"the master key is exchanged", masterExchanged},
		{"demo and serve do not mix", stamps},
		{"text moved to another row does not open", movedText},
		{"tampering is named", tampering},
		{"checkpoints and proofs", checkpoints},
		{"the index can be made again", rebuild},
		{"another node reads while the index is made again", rebuildBesideReaders},
		{"a rebuild that fails leaves nothing beside the index", rebuildThatFails},
		{"a rebuilt index is the one that the acts wrote", rebuiltTheSame},
		{"many files are made of few", multiplied},
		{"a sample finds what was changed", tamperedSample},
		{"as many events as are wanted", wantedEvents},
		{"an interrupted multiplication goes on", interrupted},
		{"other columns make the index anew", otherColumns},
		{"a database set back", setBack},
		{"erasure", erasure},
		{"sealed columns open", sealedColumnsOpen},
		{"an index begins to seal", sealingBegins},
		{"what cannot be opened is an error", sealedColumnsRefuse},
		{"a row that is gone comes with the next act", lostRow},
		{"rows are read by stream", rowsOfStreams},
		{"lists keep to their scope", scopes},
		{"lists refuse what is not a clear column", unknownColumns},
		{"pages follow each other", pages},
		{"jobs are claimed once", jobsOnce},
		{"jobs that were done are forgotten", jobsForgotten},
		{"jobs come back", jobsComeBack},
		{"a waiting job is not doubled", jobsUnique},
		{"a job that is given up is seen, and done once more when it is asked for", jobsGivenUp},
		{"sessions, failures, credentials", signingIn},
		{"sign-ins that are over are forgotten", signInsForgotten},
		{"packs stay", packsStay},
		{"a leaf commits to what its event says", committed},
		{"documents come back as they were", blobs},
		{"a changed document is named", blobsChanged},
		{"an erased file's documents are noise", blobsErased},
		{"what an upload left behind is forgotten", blobsForgotten},
		{"every column is on one list", columnLists},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			place := world(t)
			row.test(&World{Place: place, T: t, S: place.Open(t, Options()), new: world})
		})
	}
}

func (w *World) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

func (w *World) pad(ref casework.Ref) *Pad {
	w.T.Helper()
	l, err := w.S.View(context.Background(), ref)
	w.must(err)
	return store.As[*Pad](l, ref)
}

func (w *World) wantCode(err error, code string) {
	w.T.Helper()
	if !fault.Is(err, code) {
		w.T.Errorf("error = %v, want %s", err, code)
	}
}

func actIsSeen(w *World) {
	if p := w.pad(Ref(1)); p != nil {
		w.T.Error("there was a pad before anybody wrote")
	}
	r, err := Write(w.S, "k1", Ref(1), Wrote{Name: "a", Text: withheld.New("secret"), Region: "almaty"})
	w.must(err)
	if r.N != 0 || r.Code != "wrote" || r.Seen {
		w.T.Errorf("receipt = %+v", r)
	}
	if p := w.pad(Ref(1)); p == nil || p.Lines["a"].Text.Reveal() != "secret" || p.Seq() != 1 {
		w.T.Errorf("pad = %+v", p)
	}
	again := w.Open(w.T, Options())
	l, err := again.View(context.Background(), Ref(1))
	w.must(err)
	if p := store.As[*Pad](l, Ref(1)); p == nil || p.Lines["a"].Text.Reveal() != "secret" {
		w.T.Errorf("a second store sees %+v", p)
	}
}

func sameActTwice(w *World) {
	first, err := Write(w.S, "k1", Ref(1), Wrote{Name: "a"})
	w.must(err)
	second, err := Write(w.S, "k1", Ref(1), Wrote{Name: "a"})
	w.must(err)
	if !second.Seen || second.N != first.N || w.pad(Ref(1)).Count != 1 {
		w.T.Errorf("second receipt = %+v, count = %d", second, w.pad(Ref(1)).Count)
	}
	_, err = Write(w.S, "k1", Ref(1), Wrote{Name: "b"})
	w.wantCode(err, "idempotency.reused")
	_, err = Write(w.S, "", Ref(1), Wrote{Name: "b"})
	w.wantCode(err, "idempotency.missing")
}

func refusedAct(w *World) {
	ctx := context.Background()
	act := store.Act{Key: "k", At: start, Streams: []casework.Ref{Ref(1)}}
	draft := casework.Draft{Stream: Ref(1), Payload: Wrote{Name: "x"}}
	_, err := w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{draft}}, fault.New(fault.Conflict, "toy.no")
	})
	w.wantCode(err, "toy.no")
	_, err = w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) { panic("a name") })
	w.wantCode(err, "store.decide_panic")
	elsewhere := draft
	elsewhere.Stream = Ref(2)
	_, err = w.S.Change(ctx, act, func(*store.Loaded) (casework.Decision, error) {
		return casework.Decision{Events: []casework.Draft{draft, elsewhere}}, nil
	})
	w.wantCode(err, "store.not_loaded")
	if w.pad(Ref(1)) != nil {
		w.T.Error("a refused act left something")
	}
	_, err = Write(w.S, "k", Ref(1), Wrote{Name: "a"})
	w.must(err) // the key of a refused act is free
}

func manyAtOnce(w *World) {
	const writers, each = 12, 15
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for n := range each {
				_, err := Write(w.S, fmt.Sprintf("k%d-%d", i, n), Ref(n%5), Wrote{Name: fmt.Sprintf("%d-%d", i, n)})
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	wg.Wait()
	w.must(errors.Join(errs...))
	for n := range 5 {
		if p := w.pad(Ref(n)); p.Count != writers*each/5 || len(p.Lines) != p.Count {
			w.T.Errorf("pad %d: %d lines, %d events", n, len(p.Lines), p.Count)
		}
	}
}
