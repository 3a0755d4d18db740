package auth

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// touchEvery is how coarse SeenAt is: a page view is not a write each time.
const touchEvery = time.Minute

// Who finds the session of a token. It asks the store each time: a session that
// was ended elsewhere, or whose worker has left, is over now, not when a cache
// thinks so.
func (a *Auth) Who(ctx context.Context, token withheld.Text, at time.Time) (Session, error) {
	if token.Empty() {
		return Session{}, fault.New(fault.Unauthenticated, "auth.signed_out")
	}
	s, left, found, err := a.store.Session(ctx, hashOf(token.Reveal()))
	if err != nil {
		return Session{}, fault.At("find session", err)
	}
	if !found || left {
		return Session{}, fault.New(fault.Unauthenticated, "auth.signed_out")
	}
	if a.over(s, at) {
		return Session{}, fault.New(fault.Unauthenticated, "auth.expired")
	}
	if at.Sub(s.SeenAt).Abs() >= touchEvery { // also when the clock was set back: it is idle from now on
		s.SeenAt = at.UTC().Truncate(time.Microsecond)
		if err := a.store.TouchSession(ctx, s.Hash, s.SeenAt); err != nil {
			return Session{}, fault.At("touch session", err)
		}
	}
	return s, nil
}

// over says whether a session is past one of its limits. A session from the
// future, after a clock was set back, counts as new.
func (a *Auth) over(s Session, at time.Time) bool {
	return at.Sub(s.SeenAt) >= a.limits.Idle || at.Sub(s.CreatedAt) >= a.limits.Absolute
}

// surplus are the sessions of a worker that end when so many more begin: the oldest of
// those that still count. Who has more than a few open has forgotten them, or they are
// somebody else's.
func (a *Auth) surplus(ctx context.Context, worker id.Worker, more int, at time.Time) ([]Session, error) {
	if a.limits.Live < 0 {
		return nil, nil
	}
	all, err := a.store.Sessions(ctx, worker)
	if err != nil {
		return nil, fault.At("list sessions", err)
	}
	all = slices.DeleteFunc(all, func(s Session) bool { return a.over(s, at) })
	slices.SortFunc(all, func(a, b Session) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) })
	return all[:max(0, len(all)+more-a.limits.Live)], nil
}

// endSurplus ends what a session that has just begun leaves no room for. It counts again:
// of two that begin at once each then sees the other.
func (a *Auth) endSurplus(ctx context.Context, begun Session, at time.Time) error {
	over, err := a.surplus(ctx, begun.Worker, 0, at)
	for _, s := range over {
		if s.ID != begun.ID { // a clock that was set back makes the newest the oldest
			err = errors.Join(err, a.EndOne(ctx, begun.Worker, s.ID))
		}
	}
	return err
}

// MostLive is how many sessions of one worker count at once; 0: there is no limit.
func (a *Auth) MostLive() int { return max(0, a.limits.Live) }

// Forget deletes sessions that were over and failures that counted no more at over, and
// browsers that nobody used since unused: who signed in when, from where, is nobody's
// business afterwards. What a worker did is in the ledger. Both are some time ago by the
// pack: a clock that is set back must not meet a session that it ended.
func (a *Auth) Forget(ctx context.Context, over, unused time.Time) error {
	return fault.At("forget sign-ins", a.store.ForgetSignIns(ctx, Before{
		Idle: over.Add(-a.limits.Idle), Begun: over.Add(-a.limits.Absolute), Failed: over.Add(-a.limits.Forget), Device: unused,
	}))
}

// EndsAt is when a session that is not used again is over.
func (a *Auth) EndsAt(s Session) time.Time {
	idle, absolute := s.SeenAt.Add(a.limits.Idle), s.CreatedAt.Add(a.limits.Absolute)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

// LastsFor is how long a session can last from now, however much it is used: so long a browser
// keeps its token. When it is over before that, for want of use, is said here and not there.
func (a *Auth) LastsFor(s Session, at time.Time) time.Duration {
	return s.CreatedAt.Add(a.limits.Absolute).Sub(at)
}

// SignOut ends one session; ending one that is over already is no error.
func (a *Auth) SignOut(ctx context.Context, token withheld.Text) error {
	return fault.At("end session", a.store.EndSession(ctx, hashOf(token.Reveal())))
}

// SignOutEverywhere ends all sessions of a worker: she asked, her password was
// changed, or she left.
func (a *Auth) SignOutEverywhere(ctx context.Context, worker id.Worker) error {
	return fault.At("end sessions", a.store.EndSessions(ctx, worker))
}
