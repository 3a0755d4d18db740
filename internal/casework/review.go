package casework

import (
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
)

// What somebody opened, asked or stopped under a rule that trusts them is looked
// into afterwards by another: an emergency opening of a file, and a body that
// asks again and again whether one person may be removed.

// Tasks that end with what they are about, never by a tick.
const (
	TaskEmergency = "task.emergency_access"
	TaskFrozen    = "task.frozen_file"
)

// TaskEmergencyTold tells the person's advocate that somebody opened the file in an
// emergency. They look and ask; the judging is the coordinator's.
const TaskEmergencyTold = "task.emergency_told"

var answered = []string{TaskEmergency, TaskFrozen, TaskFollowUp, TaskPageMessage}

// EndsWithAnswer says that a task is not ended by ticking it off.
func EndsWithAnswer(verb string) bool { return slices.Contains(answered, verb) }

// Outcomes of a review; each has wording "review.outcome.…".
const (
	Justified    = "justified"
	NotJustified = "not_justified"
)

// Outcomes lists them as a form shows them.
var Outcomes = []string{Justified, NotJustified}

// EmergencyAbout says which opening a task is about: whose, and when.
func EmergencyAbout(o Opening) string { return emergencyAbout(o.Worker, o.At) }

func emergencyAbout(worker id.Worker, at time.Time) string { return string(worker) + "/" + timeArg(at) }

// ReviewEmergency says whether an emergency opening was justified. Nobody judges
// their own.
func ReviewEmergency(f *File, task id.Task, outcome string, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	if !slices.Contains(Outcomes, outcome) {
		return Decision{}, fault.Form(fault.Field{Name: "outcome", Code: "field.required"})
	}
	i := slices.IndexFunc(f.Tasks, func(t Task) bool { return t.ID == task && t.Verb == TaskEmergency && t.Done.IsZero() })
	if i < 0 {
		return Decision{}, fault.New(fault.Conflict, CodeTask)
	}
	about := f.Tasks[i].About
	if opener, _, _ := strings.Cut(about, "/"); m.byWho(id.Worker(opener)) {
		return Decision{}, fault.New(fault.Invalid, CodeEmergencyOwn)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.reviewed"})
	// Several kinds of body may have been given the task: one answer ends them all.
	for _, t := range f.Tasks {
		if t.Verb == TaskEmergency && t.About == about && t.Done.IsZero() {
			b.add(CompartmentCore, TaskDone{Task: t.ID, Outcome: outcome})
		}
	}
	return b.decision, nil
}

// OutcomeOf is what the review of an emergency opening came to; nothing while
// nobody has looked into it.
func (f *File) OutcomeOf(o Opening) string {
	for _, t := range f.Tasks {
		if t.Verb == TaskEmergency && t.About == EmergencyAbout(o) {
			return t.Outcome
		}
	}
	return ""
}

// ReviewChecks says what an alarm turned out to be, in every check that rang it.
func ReviewChecks(checks []*Check, outcome string, m Moment) (Decision, error) {
	if !slices.Contains(Outcomes, outcome) {
		return Decision{}, fault.Form(fault.Field{Name: "outcome", Code: "field.required"})
	}
	out := Decision{Receipt: Receipt{Code: "receipt.reviewed"}}
	for _, c := range checks {
		if c != nil && c.Rings() != "" {
			out.Events = append(out.Events, Draft{Stream: c.Ref(), Compartment: CompartmentCore, Payload: CheckReviewed{outcome}, OccurredAt: m.At})
		}
	}
	if len(out.Events) == 0 {
		return Decision{}, fault.New(fault.Conflict, CodeCheckReviewed)
	}
	return out, nil
}
