package casework

import (
	"slices"

	"pana/internal/fault"
	"pana/internal/id"
)

// LeavingUnknown is the reason of who is gone and nobody knows where.
const LeavingUnknown = "unknown"

// LeavingReasons are why somebody leaves a provider. Where to is not asked: it
// is nobody's to keep.
var LeavingReasons = []string{"planned", "own_wish", "elsewhere", LeavingUnknown}

// Leave says that the person has gone from the provider who had her. The bed is
// free, who she is closes to that provider, and the sender knows that she is
// nobody's guest. When nobody knows where she is, that is work for the sender and
// the coordinator, from this minute.
func Leave(f *File, ref id.Referral, place *Place, why string, m Moment) (Decision, error) {
	r, ask, err := f.caring(ref, Accepted, m)
	switch {
	case err != nil:
		return Decision{}, err
	case r.State != ReferralPlaced:
		return Decision{}, fault.New(fault.Conflict, CodeNotArrived)
	case !slices.Contains(LeavingReasons, why):
		return Decision{}, fault.Form(fault.Field{Name: "left_why", Code: CodeChooseWhy})
	}
	until, err := m.due(m.Laws.Pack().Standards.Undo)
	if err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.left", Args: map[string]string{"referral": string(ref), "undo": timeArg(until)}})
	b.add(CompartmentCore, ReferralLeft{Referral: ref, Service: ask.Service, Why: why, UndoUntil: until})
	if place != nil && slices.Contains(place.Taken, ref) {
		b.addTo(place.Ref(), CompartmentCore, PlaceLeft{ref}, "")
	}
	b.tell(r.From, "notify.left", "referral", string(ref))
	if why != LeavingUnknown {
		if err := b.followUps(f, ""); err != nil {
			return Decision{}, err
		}
	}
	if why == LeavingUnknown {
		task := derived[id.Task](m.At, string(f.ID), taskWhereabouts, string(ref))
		b.add(CompartmentCore, TaskAdded{Task: task, Verb: taskWhereabouts, Body: r.From, About: string(ref), Due: m.At})
		b.taskFor("coordinate", f.Region, taskWhereabouts, string(ref), m.At)
	}
	return b.decision, nil
}

const taskWhereabouts = "task.whereabouts"

// Stay takes a leaving back within minutes: a slip of the hand must not close a
// file to those who have the person in the house. Her bed may be another's by now;
// she is there all the same.
func Stay(f *File, ref id.Referral, place *Place, m Moment) (Decision, error) {
	r, ask, err := f.caring(ref, Gone, m)
	if err != nil {
		return Decision{}, err
	}
	if m.At.After(r.UndoUntil) {
		return Decision{}, fault.New(fault.Conflict, CodeUndoLate, "until", timeArg(r.UndoUntil))
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.stayed", Args: map[string]string{"file": string(f.ID), "referral": string(ref)}})
	b.add(CompartmentCore, ReferralStayed{ref, ask.Service})
	if groups := f.passes(ask.Kind, m); len(groups) > 0 {
		b.add(CompartmentIdentity, Disclosed{To: ask.Body, Groups: groups, Purpose: f.purposeOf(r), Referral: ref, Service: ask.Service})
	}
	if place != nil && place.ID == ask.Place && place.Free > 0 {
		b.addTo(place.Ref(), CompartmentCore, PlaceTaken{ref}, "")
	}
	b.settle(f, string(ref), taskWhereabouts)
	b.tell(r.From, "notify.stayed", "referral", string(ref))
	return b.decision, nil
}

// caring finds the ask in a state that is this provider's own: who sent the
// person does not say when they left.
func (f *File) caring(ref id.Referral, state string, m Moment) (Referral, Ask, error) {
	if err := f.check(0); err != nil {
		return Referral{}, Ask{}, err
	}
	r, ok := f.Referral(ref)
	if !ok {
		return r, Ask{}, fault.Withheld("no referral")
	}
	i := slices.IndexFunc(r.Asks, func(a Ask) bool { return a.Body == m.By.Body })
	switch {
	case i < 0:
		return r, Ask{}, fault.Withheld(CodeNotAsked)
	case r.Asks[i].State != state:
		return r, Ask{}, shut(r)
	}
	return r, r.Asks[i], nil
}
