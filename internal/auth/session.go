package auth

import (
	"context"
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
	if at.Sub(s.SeenAt) >= touchEvery {
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

// forgetAfter is how much longer than they count sessions and failures are kept:
// a clock that is set back must not meet one that it ended.
const forgetAfter = 24 * time.Hour

// Forget deletes sessions that are over and failures that count no more: who
// signed in when, from where, is nobody's business afterwards. What a worker did
// is in the ledger.
func (a *Auth) Forget(ctx context.Context, at time.Time) error {
	at = at.Add(-forgetAfter)
	return fault.At("forget sign-ins", a.store.ForgetSignIns(ctx, Before{
		Idle: at.Add(-a.limits.Idle), Begun: at.Add(-a.limits.Absolute), Failed: at.Add(-a.limits.Forget), Device: at.Add(-DeviceAge),
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

// SignOut ends one session; ending one that is over already is no error.
func (a *Auth) SignOut(ctx context.Context, token withheld.Text) error {
	return fault.At("end session", a.store.EndSession(ctx, hashOf(token.Reveal())))
}

// SignOutEverywhere ends all sessions of a worker: she asked, her password was
// changed, or she left.
func (a *Auth) SignOutEverywhere(ctx context.Context, worker id.Worker) error {
	return fault.At("end sessions", a.store.EndSessions(ctx, worker))
}
