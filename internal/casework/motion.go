package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A motion is an administrator's act that could open files to the wrong person: one
// proposes it, another confirms it, and until then nothing has happened. It is a stream
// of its own, so that who proposed, who confirmed and who refused are leaves of the
// ledger, whatever came of it.

// Acts that two people take.
const (
	MotionOpen       = "account.open"     // an account with a role that weighs
	MotionRole       = "account.role"     // such a role for an account that is there
	MotionCode       = "account.code"     // a way into an account that has no other guard
	MotionSecond     = "account.second"   // a second factor removed
	MotionCredential = "credential.issue" // a machine let in
	MotionLink       = "account.link"     // another's sign-in let in to an account
	MotionAdopt      = "pack.adopt"       // another edition of the pack: who may read what
	MotionApart      = "account.apart"    // a login taken for another person's again
)

// MotionLife is how long a motion waits: the product's own standard. What nobody
// confirms in a week was not needed, or nobody was asked.
const MotionLife = 7 * 24 * time.Hour

// MotionMade proposes one act. What it would keep is in it, so that what was shown on
// paper when it was proposed is what counts when it is confirmed.
type MotionMade struct {
	Act    string        `json:"act"`
	Body   id.Body       `json:"body"` // whose account or credential it is
	Worker id.Worker     `json:"worker,omitempty"`
	Login  withheld.Text `json:"login,omitzero"`
	Name   withheld.Text `json:"name,omitzero"`
	Role   string        `json:"role,omitempty"`
	With   PasswordSet   `json:"with,omitzero"`
	// Of a machine's credential.
	Credential string            `json:"credential,omitempty"`
	Issued     *CredentialIssued `json:"issued,omitempty"`
	// Of an account that a provider is to sign in.
	Link *AccountLinked `json:"link,omitempty"`
	// Of an edition of the pack.
	Adopts *PackProposed `json:"adopts,omitempty"`
	Until  time.Time     `json:"until"`
}

// MotionConfirmed says that it was done; the act's own events stand beside it.
type MotionConfirmed struct {
	From id.Worker `json:"from"` // who had proposed it
}

// MotionRefused ends a motion by who might have confirmed it.
type MotionRefused struct {
	From id.Worker     `json:"from"`
	Why  withheld.Text `json:"why"`
}

// MotionWithdrawn ends a motion by who proposed it.
type MotionWithdrawn struct {
	Act string `json:"act"`
}

func (MotionMade) EventType() (string, int)      { return "motion.made", 1 }
func (MotionConfirmed) EventType() (string, int) { return "motion.confirmed", 1 }
func (MotionRefused) EventType() (string, int)   { return "motion.refused", 1 }
func (MotionWithdrawn) EventType() (string, int) { return "motion.withdrawn", 1 }

// Motion is one with what became of it.
type Motion struct {
	MotionMade
	ID      id.Motion
	By      id.Worker
	At      time.Time
	Ended   string // confirmed, refused, withdrawn; empty while it waits
	EndedBy id.Worker
	EndedAt time.Time
	Why     withheld.Text
	seq     uint64
}

// Ref names a motion's stream.
func (m *Motion) Ref() Ref    { return Ref{MotionStream, string(m.ID)} }
func (m *Motion) Seq() uint64 { return m.seq }

// States of a motion.
const (
	MotionWaits     = "open"
	MotionDone      = "confirmed"
	MotionNo        = "refused"
	MotionTakenBack = "withdrawn"
	MotionOver      = "expired"
)

// State is where a motion stands at a moment.
func (m *Motion) State(at time.Time) string {
	switch {
	case m.Ended != "":
		return m.Ended
	case !at.Before(m.Until):
		return MotionOver
	}
	return MotionWaits
}

// MakeMotion proposes an act that was judged as if it were done.
func MakeMotion(motion id.Motion, in MotionMade, m Moment) Decision {
	in.Until = m.At.Add(MotionLife)
	d := single(m, Ref{MotionStream, string(motion)}, in, "receipt.motion_made")
	d.Receipt.Due = in.Until
	return d
}

// CodeMotionOwn is said to who would confirm what they proposed, or what is about
// themselves; CodeMotionOver to who comes after it ended.
const (
	CodeMotionOwn  = "motion.own"
	CodeMotionOver = "motion.over"
)

// ConfirmMotion does what was proposed: done are the act's own events, decided anew by
// the record and the law of this second.
func ConfirmMotion(o *Motion, done Decision, m Moment) (Decision, error) {
	if err := anotherThan(o, m); err != nil {
		return Decision{}, err
	}
	done.Events = append([]Draft{{Stream: o.Ref(), Compartment: CompartmentCore, Payload: MotionConfirmed{o.By}, OccurredAt: m.At}}, done.Events...)
	return done, nil
}

// RefuseMotion ends it, with the reason.
func RefuseMotion(o *Motion, why withheld.Text, m Moment) (Decision, error) {
	if err := anotherThan(o, m); err != nil {
		return Decision{}, err
	}
	var f fields
	f.said("motion_why", why, maxMotionWhy, true)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	return single(m, o.Ref(), MotionRefused{o.By, why}, "receipt.motion_refused"), nil
}

const maxMotionWhy = 500

// WithdrawMotion takes it back.
func WithdrawMotion(o *Motion, m Moment) (Decision, error) {
	switch {
	case o == nil || o.By != m.By.Worker:
		return Decision{}, fault.Withheld("no motion of this worker")
	case o.State(m.At) != MotionWaits:
		return Decision{}, fault.New(fault.Conflict, CodeMotionOver)
	}
	return single(m, o.Ref(), MotionWithdrawn{o.Act}, "receipt.motion_withdrawn"), nil
}

// anotherThan holds that whoever decides on a motion is another than who proposed it and
// another than whom it is about.
func anotherThan(o *Motion, m Moment) error {
	switch {
	case o == nil:
		return fault.Withheld("no motion")
	case m.By.Worker == "" || m.byWho(o.By) || m.byWho(o.Worker):
		return fault.New(fault.Invalid, CodeMotionOwn)
	case o.State(m.At) != MotionWaits:
		return fault.New(fault.Conflict, CodeMotionOver)
	}
	return nil
}

func foldMotion(old *Motion, e Event) (State, error) {
	o := Motion{ID: id.Motion(e.Stream.ID)}
	if old != nil {
		o = *old
	}
	end := func(as string) { o.Ended, o.EndedBy, o.EndedAt = as, e.Worker, e.OccurredAt }
	switch v := e.Payload.(type) {
	case MotionMade:
		o.MotionMade, o.By, o.At = v, e.Worker, e.OccurredAt
	case MotionConfirmed:
		end(MotionDone)
	case MotionRefused:
		end(MotionNo)
		o.Why = v.Why
	case MotionWithdrawn:
		end(MotionTakenBack)
	default:
		return nil, unknown(e)
	}
	o.seq = e.Seq
	return &o, nil
}
