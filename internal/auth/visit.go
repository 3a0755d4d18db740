package auth

import (
	"context"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A visit is somebody on her own page: opened by a code on paper and a PIN. It is no
// session: it opens one page and nothing else, ends when it is not used for ten
// minutes, and leaves no mark on the device.
type Visit struct {
	Hash   Hash
	Page   id.Page
	File   id.File
	Second bool // by the second PIN: what it shows says nothing
	At     time.Time
	SeenAt time.Time
}

// VisitIdle is how long a visit lasts that is not used, and VisitLongest any.
const (
	VisitIdle    = 10 * time.Minute
	VisitLongest = time.Hour
)

// VisitStore keeps visits: of a token, its hash.
type VisitStore interface {
	AddVisit(ctx context.Context, v Visit) error
	Visit(ctx context.Context, token Hash) (v Visit, found bool, err error)
	TouchVisit(ctx context.Context, token Hash, seen time.Time) error
	EndVisit(ctx context.Context, token Hash) error
	// EndVisits ends those of a page that was closed.
	EndVisits(ctx context.Context, page id.Page) error
	ForgetVisits(ctx context.Context, seen time.Time) error
}

// PageTry is one try at a page. Tag stands for the code that was typed, of a page or
// of none; PIN and Second are the hashes of the page, empty where there is none.
type PageTry struct {
	Tag, Source string
	PIN, Second string
	Typed       withheld.Text
}

// pageFree is how many wrong PINs for one code come from one place before it waits.
const pageFree = 5

// TryPage says whether the PIN opens the page, and whether it is the second one. Both
// are always compared, and with no page both with nothing: a code that never was takes
// the same work and gives the same answer as a wrong PIN. Who guesses waits; a network
// from which the right PIN came within the last day waits for its own mistakes only,
// so that nobody who has the paper can keep her out with wrong PINs.
func (a *Auth) TryPage(ctx context.Context, try PageTry, at time.Time) (second bool, err error) {
	counters, err := a.pageCounters(ctx, try, at)
	if err != nil {
		return false, err
	}
	if err := a.mayTry(ctx, counters, at); err != nil {
		return false, err
	}
	first, _, err := a.hasher.Verify(ctx, try.PIN, try.Typed.Reveal())
	if err != nil {
		return false, err
	}
	second, _, err = a.hasher.Verify(ctx, try.Second, try.Typed.Reveal())
	if err != nil {
		return false, err
	}
	if !first && !second {
		return false, a.failed(ctx, counters, at)
	}
	if err := a.store.ClearFailures(ctx, counters[0].key); err != nil {
		return false, fault.At("clear failures", err)
	}
	_, err = a.store.AddFailure(ctx, a.count("page known", try.Tag, try.Source), at, at.Add(-a.limits.Forget))
	return second && !first, fault.At("remember a source", err)
}

func (a *Auth) pageCounters(ctx context.Context, try PageTry, at time.Time) ([]counter, error) {
	own := counter{a.count("page", try.Tag, try.Source), pageFree, true}
	known, err := a.store.Attempts(ctx, a.count("page known", try.Tag, try.Source))
	if err != nil {
		return nil, fault.At("read failures", err)
	}
	if known.Failed > 0 && at.Sub(known.LastAt) <= a.limits.Forget {
		return []counter{own}, nil
	}
	return append([]counter{own, {a.count("page strangers", try.Tag), a.limits.FreeAny, false}}, a.guesses("page", try.Source)...), nil
}

// BeginVisit gives the token of a new visit; it is kept nowhere.
func (a *Auth) BeginVisit(ctx context.Context, v Visit, at time.Time) (withheld.Text, error) {
	token := newSecret()
	v.Hash, v.At = hashOf(token), at.UTC().Truncate(time.Microsecond)
	v.SeenAt = v.At
	if err := a.store.AddVisit(ctx, v); err != nil {
		return withheld.Text{}, fault.At("begin a visit", err)
	}
	return withheld.New(token), nil
}

// VisitOf finds the visit of a token. Each use moves its end.
func (a *Auth) VisitOf(ctx context.Context, token withheld.Text, at time.Time) (Visit, error) {
	over := fault.New(fault.Unauthenticated, "auth.signed_out")
	if token.Empty() {
		return Visit{}, over
	}
	v, found, err := a.store.Visit(ctx, hashOf(token.Reveal()))
	if err != nil {
		return Visit{}, fault.At("find a visit", err)
	}
	// One from the future, after a clock was set back, is over too: on a computer that many
	// use, a page that she left must not open again.
	if !found || at.Sub(v.SeenAt).Abs() >= VisitIdle || at.Sub(v.At) >= VisitLongest {
		return Visit{}, over
	}
	v.SeenAt = at.UTC().Truncate(time.Microsecond)
	return v, fault.At("touch a visit", a.store.TouchVisit(ctx, v.Hash, v.SeenAt))
}

// EndVisit ends one; ending one that is over is no error.
func (a *Auth) EndVisit(ctx context.Context, token withheld.Text) error {
	return fault.At("end a visit", a.store.EndVisit(ctx, hashOf(token.Reveal())))
}

// EndVisits ends those of a page.
func (a *Auth) EndVisits(ctx context.Context, page id.Page) error {
	return fault.At("end visits", a.store.EndVisits(ctx, page))
}

// ForgetVisits deletes those that are over.
func (a *Auth) ForgetVisits(ctx context.Context, at time.Time) error {
	return fault.At("forget visits", a.store.ForgetVisits(ctx, at.Add(-VisitLongest)))
}
