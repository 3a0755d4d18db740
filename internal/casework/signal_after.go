package casework

import (
	"reflect"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// What happens to a call after it was kept: it is amended, somebody rings back,
// the next shift takes it over.

// Shift is how long an operator mends their own call without saying why. It is
// the service's own, and no law.
const Shift = 12 * time.Hour

// RingNever is the answer after which nobody rings. RingAnyTime and RingDaytime are
// those that a contact in a file has too.
const (
	RingNever   = "never"
	RingAnyTime = "any_time"
	RingDaytime = "daytime"
)

// What became of ringing back, and why a call is amended: codes.
const (
	RangAnswered = "answered"
	RangNobody   = "nobody"
	RangOther    = "somebody_else"
	RangNotSafe  = "not_safe"
)

var (
	SignalRangs   = []string{RangAnswered, RangNobody, RangOther, RangNotSafe}
	SignalReasons = []string{"misheard", "wrong_key", "caller_said", "other_call"}
)

// SignalAmended states the call as it ought to stand. Outcome is empty for one
// that is open: a call that was closed by the wrong key is opened by it.
type SignalAmended struct {
	Kept    SignalReceived `json:"kept"`
	Outcome string         `json:"outcome,omitempty"`
	Reason  string         `json:"reason,omitempty"`
}

// SignalRang says that somebody rang back, and when to try again.
type SignalRang struct {
	What string    `json:"what"`
	Next time.Time `json:"next,omitzero"`
}

// SignalTaken says that a worker has read what is open and has it in hand, and
// from whom.
type SignalTaken struct {
	From id.Worker `json:"from"`
}

// SignalUnlinked says that a worker took the call for another caller's than those
// it looked like. Which these were is not said: it would link them for good.
type SignalUnlinked struct {
	Why string `json:"why"` // not_same
}

// BodyLinking says that a hotline has its calls told apart by number, or no more.
type BodyLinking struct {
	On bool `json:"on"`
}

func (SignalUnlinked) EventType() (string, int) { return "signal.unlinked", 1 }
func (BodyLinking) EventType() (string, int)    { return "body.linking", 1 }

func (SignalAmended) EventType() (string, int) { return "signal.amended", 1 }
func (SignalRang) EventType() (string, int)    { return "signal.rang", 1 }
func (SignalTaken) EventType() (string, int)   { return "signal.taken", 1 }

// SignalVersion is a call as it stood until it was amended: by whom, when, why.
type SignalVersion struct {
	Kept    SignalReceived
	Outcome string
	Until   time.Time
	By      id.Worker
	Reason  string
}

// SignalRing is one time that somebody rang back.
type SignalRing struct {
	At     time.Time
	Worker id.Worker
	What   string
}

// SignalHolder is who has the call in hand, since when.
type SignalHolder struct {
	Worker id.Worker
	Since  time.Time
}

// NeedsReason says whether who amends it now must say why: it is another's call,
// or the shift is over.
func (s *Signal) NeedsReason(worker id.Worker, at time.Time) bool {
	return s.Worker != worker || at.Sub(s.At) > Shift
}

// AmendSignal puts a call right. What it said before stays in its history; version
// is the number of the last change that the worker had before them.
func AmendSignal(s *Signal, in SignalAmended, version uint64, m Moment) (Decision, error) {
	switch {
	case s == nil:
		return Decision{}, fault.Withheld("no signal")
	case s.Outcome == SignalFile:
		return Decision{}, fault.New(fault.Conflict, CodeSignalClosed) // it goes on in the file, and is corrected there
	case version != s.changed:
		return Decision{}, fault.New(fault.Conflict, CodeSignalChanged)
	}
	var f fields
	if in.Reason == "" && s.NeedsReason(m.By.Worker, m.At) {
		f.add("amend_reason", "field.amend_reason")
	}
	f.oneOf("amend_reason", in.Reason, SignalReasons...)
	if err := in.Kept.check(in.Outcome, s.Kept.RingAt, m); err != nil {
		f = append(f, fault.Of(err).Fields...)
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	if in.Outcome == SignalOpen {
		in.Outcome = ""
	}
	in.Kept.Urgent = in.Kept.Safety == "not_safe"
	if in.Outcome == s.Outcome && reflect.DeepEqual(in.Kept, s.Kept) {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, s.Ref(), in, "receipt.signal_amended"), nil
}

func (s *Signal) amend(v SignalAmended, e Event) {
	s.Earlier = added(s.Earlier, SignalVersion{Kept: s.Kept, Outcome: s.Outcome, Until: e.OccurredAt, By: e.Worker, Reason: v.Reason})
	switch {
	case v.Outcome == "":
		s.Closed = time.Time{}
	case s.Outcome == "":
		s.Closed = e.OccurredAt
	}
	s.Kept, s.Outcome = v.Kept, v.Outcome
	s.unsay()
}

// unsay takes out of the history what the caller took back: words that they no
// longer agree to, a number that nobody may ring.
func (s *Signal) unsay() {
	s.Earlier = slices.Clone(s.Earlier)
	for i := range s.Earlier {
		k := &s.Earlier[i].Kept
		if !s.Kept.Agreed {
			k.Words, k.Agreed = withheld.Text{}, false
		}
		if s.Kept.Number.Empty() {
			k.Number = withheld.Text{}
		}
	}
}

// RingSignal records that somebody rang back. It is taken down whatever the call
// said about ringing: what happened in life is recorded.
func RingSignal(s *Signal, in SignalRang, m Moment) (Decision, error) {
	switch {
	case s == nil:
		return Decision{}, fault.Withheld("no signal")
	case s.Outcome != "":
		return Decision{}, fault.New(fault.Conflict, CodeSignalClosed)
	}
	var f fields
	if in.What == "" {
		f.add("rang", "field.rang")
	}
	f.oneOf("rang", in.What, SignalRangs...)
	switch {
	case in.Next.IsZero():
	case in.What == RangOther || in.What == RangNotSafe:
		f.add("ring_time", "field.rang_unsafe")
	case !in.Next.After(m.At):
		f.add("ring_time", "field.ring_past")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	d := single(m, s.Ref(), in, "receipt.signal_rang")
	if in.What == RangOther || in.What == RangNotSafe {
		d.Receipt.Code = "receipt.signal_rang_stop"
	}
	return d, nil
}

// rang: once somebody else has answered, or she said that it is not safe, nobody
// rings again and the number is shown to nobody, until the call is amended.
func (s *Signal) rang(v SignalRang, e Event) {
	s.Rings = added(s.Rings, SignalRing{e.OccurredAt, e.Worker, v.What})
	s.Kept.RingAt = v.Next
	if v.What == RangOther || v.What == RangNotSafe {
		s.Kept.Ring, s.Kept.Number = RingNever, withheld.Text{}
		s.unsay()
	}
}

// TakeSignals gives open calls into the hands of who takes over the shift. A call
// that was closed a second ago needs nobody.
func TakeSignals(calls []*Signal, m Moment) (Decision, error) {
	out := Decision{Receipt: Receipt{Code: "receipt.shift_taken"}}
	for _, s := range calls {
		if s.Outcome == "" && s.Holder.Worker != m.By.Worker {
			out.Events = append(out.Events, Draft{Stream: s.Ref(), Compartment: CompartmentCore, Payload: SignalTaken{s.Holder.Worker}, OccurredAt: m.At})
		}
	}
	if len(out.Events) == 0 {
		out.Receipt.Code = "receipt.nothing_to_do"
	}
	return out, nil
}

// UnlinkSignal says that this caller is not the one the call looked like.
func UnlinkSignal(s *Signal, m Moment) (Decision, error) {
	if s == nil {
		return Decision{}, fault.Withheld("no signal")
	}
	return single(m, s.Ref(), SignalUnlinked{"not_same"}, "receipt.signal_unlinked"), nil
}

// LinkCallers switches on or off that calls from one number are said to be alike.
func LinkCallers(b *Body, on bool, m Moment) (Decision, error) {
	if err := standingBody(b); err != nil {
		return Decision{}, err
	}
	switch {
	case b.Linking == on:
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	case on:
		return single(m, b.Ref(), BodyLinking{on}, "receipt.linking_on"), nil
	}
	return single(m, b.Ref(), BodyLinking{on}, "receipt.linking_off"), nil
}
