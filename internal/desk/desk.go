// Package desk has one file per thing a worker does, and one per thing a worker
// reads. An act hands the store a pure function; a read asks access for a scope
// first. It refuses to render and to know HTTP.
package desk

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/linkage"
	"pana/internal/notify"
	"pana/internal/openid"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Desk does what workers ask. Make one with New; it may be used by many at once.
type Desk struct {
	deps  Deps
	rules *access.Rules
	// names is the linkage index; namesReady says that it was loaded. It follows
	// the ledger; only who holds following writes to it.
	names      *linkage.Index
	namesReady atomic.Bool
	following  sync.Mutex
	aging      aging
	half       halfTold
	bodyOf     sync.Map // id.Body by id.Service, of services that there are
	bodyBefore sync.Map // id.Body by id.Worker: where each worked when last asked
	doorsOf    sync.Map // []string by what access knows of a worker
	receiving  *room
	sweptLeft  atomic.Pointer[time.Time] // when what nobody needs was deleted last
	found      *found                    // cells of the guarantees
	bodies     bodiesKept
	sweptLaw   atomic.Pointer[lawSwept]
	move       lawMoving
	adopting   adopting
	counting   estimating
	effects    editionEffects
	recorded   atomic.Pointer[string]    // the same, of what is kept beside files
	retained   atomic.Pointer[string]    // the country's day on which files were last looked at whose time is over
	forgot     atomic.Pointer[time.Time] // when sign-ins that are over were deleted last
}

// Deps are what a desk works with. Laws and store share one pack.
type Deps struct {
	Store  *store.Store
	Laws   casework.Laws
	Auth   *auth.Auth
	Hasher *auth.Hasher
	Second SecondFor
	// Elsewhere are the ministries' own sign-ins; nil: there is none.
	Elsewhere *openid.Set
	Names     *linkage.Index
	Tags      [32]byte // key of the tags by which near-repeats of a removal check are counted
	Papers    [32]byte // key of the codes of papers
	// Scanner looks at documents; nil: there is none, and they are shown unscanned.
	Scanner Scanner
	// Witnesses are those who are asked to sign checkpoints; nil when there are none.
	Witnesses     func() []Witness
	DocumentLimit int64            // bytes of one document; 0: DocumentLimit
	Kept          KeptLaws         // nil: no pack but the one that runs can be read
	Editions      Editions         // nil: which edition of the pack runs is nobody's act
	Check         Checker          // nil: no cell of the guarantees is looked at
	Post          notify.Sender    // nil: nobody is told by e-mail
	Ways          []notify.Channel // other ways to tell: SMS, a webhook
	Now           func() time.Time // the demo pushes it
	Unsure        func() bool      // the machine's clock may be far ahead: nothing is erased; nil: never
	Wall          func() time.Time // sessions and lock-outs, which no push may end; nil: Now
	Log           *slog.Logger     // codes and ids only
}

// New makes a desk. Access rules are always the newest pack's; a pack with a
// broken rule is refused, for a rule that is dropped might have been a guard.
func New(deps Deps) (*Desk, error) {
	rules, problems := access.Compile(deps.Laws.Pack().Rules)
	if len(problems) > 0 {
		return nil, fault.New(fault.Internal, "pack.access", "problem", problems[0].String())
	}
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	if deps.Unsure == nil {
		deps.Unsure = func() bool { return false }
	}
	if deps.Wall == nil {
		deps.Wall = deps.Now
	}
	return &Desk{deps: deps, rules: rules, names: deps.Names, found: newFound(), receiving: newRoom()}, nil
}

func (d *Desk) now() time.Time   { return d.deps.Now().UTC().Truncate(time.Microsecond) }
func (d *Desk) wall() time.Time  { return d.deps.Wall().UTC().Truncate(time.Microsecond) }
func (d *Desk) pack() *pack.Pack { return d.deps.Laws.Pack() }

// lawOf is the law of today over one situation.
func (d *Desk) lawOf(now procedure.Situation, at time.Time) (law, error) {
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return law{}, fault.At("law of today", err)
	}
	return law{snap: snap, now: now, at: at}, nil
}

// lawFor is lawOf with which logins are one person's, for who reads what may be done.
func (d *Desk) lawFor(ctx context.Context, now procedure.Situation, at time.Time) (law, error) {
	l, err := d.lawOf(now, at)
	if err == nil {
		l.people, err = d.people(ctx)
	}
	return l, err
}
