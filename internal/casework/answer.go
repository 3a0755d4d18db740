package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
)

// mine finds the acting body's ask in a referral that can still be answered.
// To a body that was not asked there is no such referral.
func (f *File) mine(ref id.Referral, m Moment) (Referral, Ask, error) {
	if err := f.check(0); err != nil {
		return Referral{}, Ask{}, err
	}
	r, ok := f.Referral(ref)
	if !ok {
		return r, Ask{}, fault.Withheld("no referral")
	}
	// A body with two services asked answers for the one that still waits.
	var found *Ask
	for i := range r.Asks {
		if a := &r.Asks[i]; a.Body == m.By.Body && (found == nil || !found.waiting() && a.waiting()) {
			found = a
		}
	}
	switch {
	case found == nil:
		return r, Ask{}, fault.Withheld(CodeNotAsked)
	case r.State != ReferralOpen, !found.waiting():
		return r, *found, shut(r)
	}
	return r, *found, nil
}

// Acknowledge says that the card has been seen. It promises nothing.
func Acknowledge(f *File, ref id.Referral, m Moment) (Decision, error) {
	r, ask, err := f.mine(ref, m)
	if err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.acknowledged", Args: map[string]string{"referral": string(ref)}, Next: "next.answer", Due: ask.AnswerDue})
	if ask.State == Asked {
		b.add(CompartmentCore, ReferralAcknowledged{ref, ask.Service})
		b.tell(r.From, "notify.referral_acknowledged", "referral", string(ref))
	}
	return b.decision, nil
}

// Accept takes the person in. The first to accept has her: the others' asks
// close and they are told. Identity passes now, to this provider and no other;
// that it passed is an event. Place may be nil for a service without beds.
func Accept(f *File, ref id.Referral, place *Place, m Moment) (Decision, error) {
	r, ask, err := f.mine(ref, m)
	if err != nil {
		return Decision{}, err
	}
	standards := m.Laws.Pack().Standards
	accepted := ReferralAccepted{Referral: ref, Service: ask.Service, Body: ask.Body, Closed: r.others(ask.Service)}
	if accepted.UndoUntil, err = m.due(standards.Undo); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.accepted", Args: map[string]string{"file": string(f.ID), "referral": string(ref), "undo": timeArg(accepted.UndoUntil)}, Next: "next.arrival"})
	if place != nil {
		until, err := m.due(standards.Hold)
		if err != nil {
			return Decision{}, err
		}
		if err := b.hold(place, ask.Service, ref, until); err != nil {
			return Decision{}, err
		}
		accepted.Place, accepted.HeldUntil = place.ID, until
		b.decision.Receipt.Due = until
	}
	b.add(CompartmentCore, accepted)
	if groups := f.passes(ask.Kind, m); len(groups) > 0 {
		b.add(CompartmentIdentity, Disclosed{To: ask.Body, Groups: groups, Purpose: f.purposeOf(r), Referral: ref, Service: ask.Service})
	}
	b.settle(f, string(ref), "task.find_place", "task.refer_again")
	b.tell(r.From, "notify.referral_accepted", "referral", string(ref), "service", string(ask.Service))
	for _, other := range r.Asks {
		if slices.Contains(accepted.Closed, other.Service) {
			b.tell(other.Body, "notify.referral_closed", "referral", string(ref))
		}
	}
	return b.decision, nil
}

func (r Referral) others(service id.Service) []id.Service {
	var out []id.Service
	for _, a := range r.Asks {
		if a.Service != service && a.waiting() {
			out = append(out, a.Service)
		}
	}
	return out
}

// carePasses are the groups of fields without which nobody can be taken in.
// They pass on acceptance: that is what agreeing to be referred means, and is
// said so before she agrees.
var carePasses = []string{"identity", "contact"}

// passes are the groups that pass to the provider who accepts. What the person
// answered about just that wins; a no is kept, but for a child.
func (f *File) passes(kind string, m Moment) []string {
	for _, c := range slices.Backward(f.Consents) {
		p := m.Laws.Pack().Purpose(c.Purpose)
		switch {
		case p == nil || p.Stage != StageAcceptance:
		case c.State != ConsentYes && !f.Child():
			return nil
		case c.State == ConsentYes && c.covers(kind) && len(c.Groups) > 0:
			return c.Groups
		}
	}
	return carePasses
}

func (f *File) purposeOf(r Referral) string {
	for _, c := range f.Consents {
		if c.ID == r.Consent && r.Consent != "" {
			return c.Purpose
		}
	}
	return r.Ground
}

// Refuse says no, with a reason of the pack. A reason that the law forbids is
// recorded as given, marked with the article, and reaches the coordinator.
func Refuse(f *File, ref id.Referral, reason string, m Moment) (Decision, error) {
	r, ask, err := f.mine(ref, m)
	if err != nil {
		return Decision{}, err
	}
	coded := m.Laws.Pack().Refusal(reason)
	if coded == nil {
		return Decision{}, fault.Form(fault.Field{Name: "reason", Code: CodeRefusalReason})
	}
	refused := ReferralRefused{Referral: ref, Service: ask.Service, Reason: reason}
	for _, basis := range coded.Forbidden {
		refused.Forbidden = append(refused.Forbidden, basis.Act+" "+basis.Art)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.refused", Args: map[string]string{"referral": string(ref), "reason": reason}})
	b.add(CompartmentCore, refused)
	b.tell(r.From, "notify.referral_refused", "referral", string(ref), "service", string(ask.Service), "reason", reason)
	if len(refused.Forbidden) > 0 {
		b.decision.Receipt.Code = "receipt.refused_forbidden"
		b.taskFor("coordinate", f.Region, "task.forbidden_refusal", string(ref)+"/"+string(ask.Service), time.Time{})
	}
	if len(r.others(ask.Service)) == 0 {
		task := derived[id.Task](m.At, string(f.ID), "task.refer_again", string(ref))
		b.add(CompartmentCore, TaskAdded{Task: task, Verb: "task.refer_again", Body: r.From, About: string(ref), Due: r.RingAt})
	}
	return b.decision, nil
}

// Ask puts a question to the sender. The clock does not stop for it.
func AskSender(f *File, in AskInput, m Moment) (Decision, error) {
	r, ask, err := f.mine(in.Referral, m)
	if err != nil {
		return Decision{}, err
	}
	if in.Text.Empty() {
		return Decision{}, fault.Form(fault.Field{Name: "text", Code: "required"})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.asked", Args: map[string]string{"referral": string(in.Referral)}, Due: ask.AnswerDue})
	b.add(CompartmentCore, ReferralQuestion{in.Referral, ask.Service, in.Question, in.Text})
	b.tell(r.From, "notify.question_asked", "referral", string(in.Referral))
	return b.decision, nil
}

// UndoAccept takes an acceptance back within minutes: a slip of the hand must
// not cost a person her place elsewhere. What was shown meanwhile stays on
// record; the asks it closed are open again.
func UndoAccept(f *File, ref id.Referral, held *Place, m Moment) (Decision, error) {
	r, ask, err := f.accepting(ref, m)
	switch {
	case err != nil:
		return Decision{}, err
	case r.State != ReferralTaken:
		return Decision{}, fault.New(fault.Conflict, CodeReferralShut, "state", r.State)
	case m.At.After(r.UndoUntil):
		return Decision{}, fault.New(fault.Conflict, CodeUndoLate, "until", timeArg(r.UndoUntil))
	}
	undone := ReferralUndone{Referral: ref, Service: ask.Service}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.undone", Args: map[string]string{"referral": string(ref)}, Next: "next.answer", Due: ask.AnswerDue})
	for _, a := range r.Asks {
		if a.State == Closed {
			undone.Reopened = append(undone.Reopened, a.Service)
			b.tell(a.Body, "notify.referral_open_again", "referral", string(ref))
		}
	}
	b.add(CompartmentCore, undone)
	b.release(held, ref, "undone")
	b.tell(r.From, "notify.referral_undone", "referral", string(ref))
	// The bell is set again: the first may have rung for nothing and gone.
	b.later(EffectRing, laterOf(r.RingAt, m.At), "ring/"+string(ref), "file", string(f.ID), "referral", string(ref))
	return b.decision, nil
}

// Arrived says that the person is there: the held bed is taken.
func Arrived(f *File, ref id.Referral, held *Place, m Moment) (Decision, error) {
	r, ask, err := f.accepting(ref, m)
	switch {
	case err != nil:
		return Decision{}, err
	case r.State != ReferralTaken:
		return Decision{}, fault.New(fault.Conflict, CodeReferralShut, "state", r.State)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.arrived", Args: map[string]string{"referral": string(ref)}})
	b.add(CompartmentCore, ReferralArrived{ref, ask.Service})
	b.add(CompartmentCore, Placed{Referral: ref, Service: ask.Service, Body: ask.Body, Place: ask.Place})
	if held != nil && held.ID == ask.Place {
		b.addTo(held.Ref(), CompartmentCore, PlaceTaken{ref}, "")
	}
	b.tell(r.From, "notify.arrived", "referral", string(ref))
	b.tell(ask.Body, "notify.arrived", "referral", string(ref))
	return b.decision, nil
}

// accepting finds the ask that was accepted, for the provider or the sender.
func (f *File) accepting(ref id.Referral, m Moment) (Referral, Ask, error) {
	if err := f.check(0); err != nil {
		return Referral{}, Ask{}, err
	}
	r, ok := f.Referral(ref)
	if !ok {
		return r, Ask{}, fault.Withheld("no referral")
	}
	for _, a := range r.Asks {
		if a.State == Accepted && (a.Body == m.By.Body || r.From == m.By.Body) {
			return r, a, nil
		}
	}
	if r.From == m.By.Body || slices.ContainsFunc(r.Asks, func(a Ask) bool { return a.Body == m.By.Body }) {
		return r, Ask{}, shut(r)
	}
	return r, Ask{}, fault.Withheld(CodeNotAsked)
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// timeArg is how a time travels in args.
func timeArg(t time.Time) string { return t.UTC().Format(time.RFC3339) }
