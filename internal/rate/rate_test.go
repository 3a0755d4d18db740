package rate

import (
	"cmp"
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/fault"
)

// clock is a time that a test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.at = c.at.Add(d) }

func gate(l Limits) (*Gate, *clock) {
	c := &clock{at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	return New(l, c.now), c
}

// passes is how many of n pass.
func passes(n int, ask func() error) (passed int, last error) {
	for range n {
		if err := ask(); err != nil {
			last = err
			continue
		}
		passed++
	}
	return passed, last
}

// TestEveryLimitHolds: each kind lets its allowance through and no more, says how long to
// wait, lets pass who waited so long, and counts what it refused.
func TestEveryLimitHolds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		kind string
		l    Limits
		ask  func(*Gate) error
	}{
		{"worker", Limits{Worker: 60}, func(g *Gate) error { return g.Worker("w", "b") }},
		{"body", Limits{Worker: 6000, Body: 60}, func(g *Gate) error { return g.Worker("w", "b") }},
		{"credential", Limits{Credential: 60}, func(g *Gate) error { return g.Machine("m", "b") }},
		{"address", Limits{Address: 60}, func(g *Gate) error { return g.Address("192.0.2.7:4711") }},
	} {
		g, c := gate(row.l)
		passed, err := passes(400, func() error { return row.ask(g) })
		if passed != 60*Ahead {
			t.Errorf("%s: %d of 400 passed at once, not %d", row.kind, passed, 60*Ahead)
		}
		e := fault.Of(err)
		if e.Kind != fault.Limited || e.Code != "rate."+row.kind || e.Args["seconds"] != "1" {
			t.Errorf("%s: refused with %v %s %v", row.kind, e.Kind, e.Code, e.Args)
		}
		if n := g.Refused(row.kind); n != 100 {
			t.Errorf("%s: %d refusals counted, not 100", row.kind, n)
		}
		wait, _ := strconv.Atoi(e.Args["seconds"])
		c.pass(time.Duration(wait) * time.Second)
		if err := row.ask(g); err != nil {
			t.Errorf("%s: who waited as long as they were told is refused", row.kind)
		}
		if err := row.ask(g); err == nil {
			t.Errorf("%s: one second gives one request, not two", row.kind)
		}
	}
}

// TestOneAtTheLimitSlowsNobodyElse: not a colleague of the same body, nor of the same
// address, and what is refused to one costs the body nothing.
func TestOneAtTheLimitSlowsNobodyElse(t *testing.T) {
	t.Parallel()
	g, _ := gate(Limits{Worker: 60, Body: 240, Address: 60, Credential: 60})
	passed, err := passes(10_000, func() error { return g.Worker("greedy", "b") })
	if passed != 60*Ahead || fault.Of(err).Code != "rate.worker" {
		t.Fatalf("%d passed, refused by %s", passed, fault.Of(err).Code)
	}
	if passed, err := passes(60*Ahead, func() error { return g.Worker("colleague", "b") }); err != nil {
		t.Errorf("after %d a colleague was refused: %s", passed, fault.Of(err).Code)
	}
	if _, err := passes(10_000, func() error { return g.Address("192.0.2.7:1") }); err == nil {
		t.Fatal("the address has no limit")
	}
	if err := g.Worker("another", "b"); err != nil {
		t.Error("who is signed in waits for what somebody sent from their address")
	}
	if err := g.Address("192.0.2.8:1"); err != nil {
		t.Error("a neighbour's address waits too")
	}
	if err := g.Machine("m", "c"); err != nil {
		t.Error("another body's machine waits too")
	}
}

// TestASubscriberHasOneAllowance: another port or another address of the same line is the
// same; this machine's own address is nobody's.
func TestASubscriberHasOneAllowance(t *testing.T) {
	t.Parallel()
	g, _ := gate(Limits{Address: 1})
	n := 0
	if passed, _ := passes(100, func() error { n++; return g.Address(fmt.Sprintf("[2001:db8::%x]:%d", n, 1000+n)) }); passed != Ahead {
		t.Errorf("one line of IPv6 got %d through", passed)
	}
	if err := g.Address("[2001:db8:0:1::1]:1"); err != nil {
		t.Error("the next line waits too")
	}
	if passed, _ := passes(100, func() error { return g.Address("[::ffff:192.0.2.7]:1") }); passed != Ahead {
		t.Errorf("an address of IPv4 written as IPv6 got %d through", passed)
	}
	if err := g.Address("192.0.2.7:1"); err == nil {
		t.Error("the same address, written plainly, begins anew")
	}
	if passed, _ := passes(100, func() error { return g.Address("127.0.0.1:1") }); passed != 100 {
		t.Errorf("this machine's own address is limited after %d", passed)
	}
}

// TestAMillionAddresses: what is remembered is bounded, in number and in bytes, and a
// flood makes no address wait that sent one request.
func TestAMillionAddresses(t *testing.T) { // alone: it measures memory
	g, c := gate(Default)
	before := heap()
	for n := range 1_000_000 {
		if n%1000 == 0 {
			c.pass(time.Millisecond)
		}
		from := netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)}), 1).String()
		if err := g.Address(from); err != nil {
			t.Fatalf("address %d is refused its first request", n)
		}
	}
	if len(g.places.due) > most {
		t.Errorf("%d addresses are remembered", len(g.places.due))
	}
	if grown := heap() - before; grown > 16<<20 {
		t.Errorf("a million addresses take %d bytes", grown)
	}
	runtime.KeepAlive(g)
}

// TestWhoseMomentHasPassedIsForgotten: room is made of those who have everything left,
// so that who is at their limit is still known after a crowd has come and gone.
func TestWhoseMomentHasPassedIsForgotten(t *testing.T) {
	t.Parallel()
	g, c := gate(Limits{Worker: 600})
	if _, err := passes(4000, func() error { return g.Worker("greedy", "b") }); err == nil {
		t.Fatal("no limit")
	}
	for n := range most - 1 {
		_ = g.Worker(strconv.Itoa(n), "b")
	}
	c.pass(2 * time.Second)
	if err := g.Worker("one more", "b"); err != nil {
		t.Fatal(err)
	}
	if n := len(g.texts[worker].due); n != 2 {
		t.Errorf("%d are remembered: who is at the limit, and the one that came", n)
	}
	if passed, _ := passes(1000, func() error { return g.Worker("greedy", "b") }); passed != 20 {
		t.Errorf("after two seconds who was at the limit gets %d through, not 20", passed)
	}
}

func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestNoGate: without a gate, and with a limit of none, everything passes.
func TestNoGate(t *testing.T) {
	t.Parallel()
	none, _ := gate(Limits{})
	for _, g := range []*Gate{nil, none} {
		if passed, err := passes(1000, func() error {
			return cmp.Or(g.Worker("w", "b"), g.Machine("m", "b"), g.Address("192.0.2.7:1"))
		}); passed != 1000 {
			t.Error(err)
		}
	}
}

// TestLimitsThatOneCouldUseUp: settings under which one worker keeps out a body are
// refused, and the usual ones are not.
func TestLimitsThatOneCouldUseUp(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		l    Limits
		well bool
	}{
		{"the usual ones", Default, true},
		{"no limits at all", Limits{}, true},
		{"no limit of bodies", Limits{Worker: 60, Address: 60, Credential: 60}, true},
		{"a body that one worker uses up", Limits{Worker: 600, Body: 600, Credential: 1}, false},
		{"a body that one machine uses up", Limits{Worker: 1, Body: 600, Credential: 601}, false},
		{"a body with a worker of no limit", Limits{Body: 600, Credential: 1}, false},
		{"less than none", Limits{Address: -1}, false},
	} {
		err := row.l.Check()
		if (err == nil) != row.well {
			t.Errorf("%s: %v", row.why, err)
		}
		if err != nil && !strings.Contains(err.Error(), "limit") {
			t.Errorf("%s: says %q", row.why, err)
		}
	}
}

// TestManyAtOnce: counted by many at once, no more than the allowance passes.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	g, _ := gate(Limits{Worker: 100})
	var all sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for range 8 {
		all.Go(func() {
			n, _ := passes(200, func() error { return g.Worker("w", "b") })
			mu.Lock()
			defer mu.Unlock()
			total += n
		})
	}
	all.Wait()
	if total != 100*Ahead {
		t.Errorf("%d passed", total)
	}
}
