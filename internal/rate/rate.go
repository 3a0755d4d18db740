// Package rate decides who has asked too often, for every edge and in this one place:
// a worker, a body, a machine's credential, and an address from which nobody known is
// asking. It counts requests and never what they are about, keeps nothing when the
// program ends, and holds a bounded number of whom it has seen.
//
// Limits are for what sends by itself: a stolen session that copies out a register, a
// program that has gone wrong. A person at a desk never meets them. What must not wait
// (leaving quickly, freezing a file, handing somebody over in an emergency) the edge
// does not ask about.
package rate

import (
	"errors"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"pana/internal/fault"
)

// Limits are requests a minute; 0 is no limit. Who was quiet may send what Ahead
// minutes allow at once.
type Limits struct{ Worker, Body, Address, Credential int }

// Default is what nobody who works meets: ten requests a second for hours, and three
// thousand in a burst, are not a person's.
var Default = Limits{Worker: 600, Body: 12_000, Address: 1_200, Credential: 6_000}

// Ahead is for how many minutes one may send at once.
const Ahead = 5

// perBody is how many workers at their own limit one body has room for at least: with
// fewer, one of them could use up what the others need.
const perBody = 4

// Check says what is wrong with limits that somebody set.
func (l Limits) Check() error {
	if min(l.Worker, l.Body, l.Address, l.Credential) < 0 {
		return errors.New("a limit of requests is a number a minute, or 0 for none")
	}
	if most := max(l.Worker, l.Credential); l.Body > 0 && (min(l.Worker, l.Credential) == 0 || l.Body < perBody*l.Worker || l.Body < l.Credential) {
		return errors.New("--limit-body is what all of a body share: at least " + strconv.Itoa(perBody) + " times --limit-worker, and no less than --limit-credential (" + strconv.Itoa(most) + "), or one of them keeps out the rest; and none, where one of those is none")
	}
	return nil
}

// Kinds of limit, as metrics count them and as the codes of faults end.
const (
	worker     = "worker"
	body       = "body"
	address    = "address"
	credential = "credential"
)

// Kinds is every kind there is.
var Kinds = []string{worker, body, address, credential}

// Gate holds requests against limits. A nil Gate lets everything pass.
type Gate struct {
	now     func() time.Time
	began   time.Time
	texts   map[string]*meter[string] // by kind
	places  *meter[netip.Addr]
	refused map[string]*atomic.Int64
}

// New makes a gate. The time must run evenly: the real one, also where a
// demonstration's can be pushed.
func New(l Limits, now func() time.Time) *Gate {
	g := &Gate{now: now, began: now(), refused: map[string]*atomic.Int64{}, places: newMeter[netip.Addr](l.Address)}
	g.texts = map[string]*meter[string]{worker: newMeter[string](l.Worker), body: newMeter[string](l.Body), credential: newMeter[string](l.Credential)}
	for _, k := range Kinds {
		g.refused[k] = new(atomic.Int64)
	}
	return g
}

// Worker counts a request of somebody signed in, for themselves and then for their
// body: what is refused to the worker costs the body nothing.
func (g *Gate) Worker(who, of string) error { return g.known(worker, who, of) }

// Machine counts a request of a credential, for itself and then for its body.
func (g *Gate) Machine(which, of string) error { return g.known(credential, which, of) }

func (g *Gate) known(kind, one, of string) error {
	if g == nil {
		return nil
	}
	at := g.now().Sub(g.began)
	if wait := g.texts[kind].take(one, at); wait > 0 {
		return g.refuse(kind, wait)
	}
	if wait := g.texts[body].take(of, at); wait > 0 {
		return g.refuse(body, wait)
	}
	return nil
}

// Address counts a request of nobody known, for where it came from (HOST:PORT). Who is
// known is never counted there: a hall of colleagues has one address. This machine's own
// is not counted: it is a proxy that was not named, or somebody trying it out.
func (g *Gate) Address(remote string) error {
	if g == nil {
		return nil
	}
	at, err := netip.ParseAddrPort(remote)
	from := Subscriber(at.Addr())
	if err != nil || from.IsLoopback() {
		return nil
	}
	if wait := g.places.take(from, g.now().Sub(g.began)); wait > 0 {
		return g.refuse(address, wait)
	}
	return nil
}

// refuse says which limit it is and how long to wait, and never whose.
func (g *Gate) refuse(kind string, wait time.Duration) error {
	g.refused[kind].Add(1)
	return fault.New(fault.Limited, "rate."+kind, "seconds", strconv.Itoa(int((wait+time.Second-1)/time.Second)))
}

// Refused is how many requests a kind of limit has stopped since the start.
func (g *Gate) Refused(kind string) int64 {
	if g == nil || g.refused[kind] == nil {
		return 0
	}
	return g.refused[kind].Load()
}

// Subscriber is what one subscriber has: an address of IPv4, sixty-four bits of IPv6.
func Subscriber(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() && !a.IsLoopback() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// most is how many one meter remembers at most: a few megabytes.
const most = 1 << 16

// meter counts for each of one kind. It keeps of each only the moment at which all that
// they sent would have been sent evenly (GCRA, as in ITU-T I.371): who is not in it, or
// whose moment has passed, has everything left.
type meter[K comparable] struct {
	each  time.Duration // between two requests; 0: no limit
	ahead time.Duration // by which the moment may lie in front of now

	mu    sync.Mutex
	due   map[K]time.Duration // since the gate began
	swept time.Duration
}

func newMeter[K comparable](perMinute int) *meter[K] {
	m := &meter[K]{due: map[K]time.Duration{}}
	if perMinute > 0 {
		m.each, m.ahead = time.Minute/time.Duration(perMinute), Ahead*time.Minute
	}
	return m
}

// take counts one request, or says how long to wait. What is refused is not counted, so
// that who waits gets through.
func (m *meter[K]) take(of K, now time.Duration) time.Duration {
	if m.each == 0 {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	was, known := m.due[of]
	due := max(was, now) + m.each
	if over := due - now - m.ahead; over > 0 {
		return over
	}
	if !known {
		m.makeRoom(now)
	}
	m.due[of] = due
	return 0
}

// makeRoom forgets whose moment has passed, for that is as if they had never been here.
// Where a flood of addresses leaves none to forget, any one goes: it has a new allowance,
// and nobody waits for what a stranger sent. All are looked through once a second at
// most, so that the flood costs no more than that.
func (m *meter[K]) makeRoom(now time.Duration) {
	if len(m.due) < most {
		return
	}
	if m.swept == 0 || now-m.swept >= time.Second {
		m.swept = now
		for k, due := range m.due {
			if due <= now {
				delete(m.due, k)
			}
		}
	}
	for k := range m.due {
		if len(m.due) < most {
			return
		}
		delete(m.due, k)
	}
}
