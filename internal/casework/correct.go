package casework

import (
	"slices"

	"pana/internal/fault"
	"pana/internal/id"
)

// Correct takes an earlier event out of the fold, not out of the record. A
// correction can itself be corrected. What others have acted on is not
// corrected but undone, withdrawn or unsaid by its own act.
func Correct(f *File, event id.Event, reason string, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	if reason == "" {
		return Decision{}, fault.Form(fault.Field{Name: "reason", Code: "required"})
	}
	i := slices.IndexFunc(f.Timeline, func(e Entry) bool { return e.Event == event })
	if i < 0 || !f.Timeline[i].Correctable() {
		return Decision{}, fault.New(fault.Invalid, CodeCorrect)
	}
	if f.Timeline[i].Corrected != "" {
		return Decision{}, fault.New(fault.Conflict, CodeCorrectTwice, "event", string(event))
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.corrected", Args: map[string]string{"event": string(event), "was": "event." + f.Timeline[i].Type}})
	b.addTo(b.stream, CompartmentCore, Corrected{event, reason}, reason)
	b.tell(f.Timeline[i].Body, "notify.corrected", "file", string(f.ID), "event", string(event))
	return b.decision, nil
}

var correctable = map[string]bool{
	"step.taken": true, "screened": true, "identity.added": true, "contact.set": true, "note.written": true, "right.changed": true,
	"relation.added": true, "corrected": true, "care.given": true, "goal.set": true, "goal.closed": true, "incident.recorded": true,
}

// Correctable says whether a later event may take this one out of the fold.
func (e Entry) Correctable() bool { return correctable[e.Type] }
