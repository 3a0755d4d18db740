package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A worker sees where she is signed in and which browsers know her, and ends what
// is not hers any more: a telephone that was lost, a computer of another post.

// SignIns are a worker's own, nobody else's.
type SignIns struct {
	Sessions []SessionLine
	Devices  []DeviceLine
	// Taken are the tables that she took out of Pana lately, the newest first.
	Taken []casework.Taking
	// Most is how many sign-ins count at once, 0: as many as there are; Ended how many
	// older ones ended when this one began.
	Most, Ended int
}

// SessionLine is one place where she is signed in.
type SessionLine struct {
	ID          id.Session
	Agent       string // "firefox windows"; "": not known
	Since, Seen time.Time
	Until       time.Time // when it ends if it is not used
	Here        bool
}

// DeviceLine is one browser that has signed in as her and keeps the mark of it.
type DeviceLine struct {
	ID          string
	Agent       string
	First, Seen time.Time
	Here        bool
}

// EndSignInInput ends one session, or lets go of one device, or ends all others.
type EndSignInInput struct {
	Session id.Session
	Device  string
	Others  bool
}

// SignIns lists where the worker of a token is signed in.
func (d *Desk) SignIns(ctx context.Context, token withheld.Text) (out SignIns, err error) {
	mine, err := d.deps.Auth.Mine(ctx, token, d.wall())
	if err != nil {
		return out, err
	}
	for _, s := range mine.Sessions {
		out.Sessions = append(out.Sessions, SessionLine{
			ID: s.ID, Agent: s.Agent, Since: s.CreatedAt, Seen: s.SeenAt, Until: d.deps.Auth.EndsAt(s), Here: s.ID == mine.Here.ID,
		})
	}
	out.Most = d.deps.Auth.MostLive()
	here := slices.IndexFunc(mine.Sessions, func(s auth.Session) bool { return s.ID == mine.Here.ID })
	if here >= 0 {
		out.Ended = mine.Sessions[here].Ended
	}
	for _, known := range mine.Devices {
		out.Devices = append(out.Devices, DeviceLine{
			ID: known.ID, Agent: known.Agent, First: known.FirstAt, Seen: known.SeenAt, Here: here >= 0 && mine.Sessions[here].Device == known.ID,
		})
	}
	l, err := d.deps.Store.View(ctx, accountRef(mine.Here.Worker))
	if err != nil {
		return out, fault.At("view own account", err)
	}
	if a := store.As[*casework.Account](l, accountRef(mine.Here.Worker)); a != nil {
		out.Taken = slices.Clone(a.Taken)
		slices.Reverse(out.Taken)
	}
	return out, nil
}

// EndSignIn ends what the worker of a token names of her own. What is not hers, or
// is over already, is no error and tells nothing.
func (d *Desk) EndSignIn(ctx context.Context, token withheld.Text, in EndSignInInput) error {
	s, err := d.deps.Auth.Who(ctx, token, d.wall())
	if err != nil {
		return err
	}
	switch {
	case in.Others:
		return d.deps.Auth.EndOthers(ctx, s.Worker, token)
	case in.Device != "":
		return d.deps.Auth.ForgetDevice(ctx, s.Worker, in.Device)
	case in.Session != "":
		return d.deps.Auth.EndOne(ctx, s.Worker, in.Session)
	}
	return fault.New(fault.Invalid, "form.malformed")
}
