package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// A person who has left help, or the country, is asked again after a time how it
// goes: whoever exploited her may find her. When and by whom is in the pack's
// followups.yaml; it is nobody's law. Each is a task of one body with a day.

// TaskFollowUp is to ask a person who has left how it goes. Its About is the row
// of the pack and which of its days: "after_help/2".
const TaskFollowUp = "task.follow_up"

// taskWorried is for the coordinator: somebody who had left may be in danger again.
const taskWorried = "task.follow_up_worried"

// What came of asking; each has wording "followup.outcome.…".
const (
	FollowedWell    = "well"
	FollowedWorried = "worried"
	FollowedMissed  = "not_reached"
	FollowedNoMore  = "declined" // she wants no more calls, which ends them all
)

// FollowUpOutcomes lists them as a form shows them.
var FollowUpOutcomes = []string{FollowedWell, FollowedWorried, FollowedMissed, FollowedNoMore}

// longestWait bounds the day of another try: a typing error must not put a person
// out of everybody's sight for ten years.
const longestWait = 366 * 24 * time.Hour

// FollowUpInput is what came of asking, and when to try again if nobody answered.
type FollowUpInput struct {
	Task    id.Task
	Outcome string
	Next    time.Time
	Note    withheld.Text
}

// FollowUp records what came of asking. Who was not reached is asked again on a
// day that somebody names; who may be in danger is the coordinator's from now on.
func FollowUp(f *File, in FollowUpInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	i := slices.IndexFunc(f.Tasks, func(t Task) bool {
		return t.ID == in.Task && t.Verb == TaskFollowUp && t.Body == m.By.Body && t.Done.IsZero()
	})
	if i < 0 {
		return Decision{}, fault.New(fault.Conflict, CodeTask)
	}
	if err := in.complete(m); err != nil {
		return Decision{}, err
	}
	t := f.Tasks[i]
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.follow_up." + in.Outcome, Args: map[string]string{"file": string(f.ID)}})
	b.add(CompartmentCore, TaskDone{Task: t.ID, Outcome: in.Outcome})
	if !in.Note.Empty() {
		b.add(m.own(), NoteWritten{in.Note})
	}
	switch in.Outcome {
	case FollowedMissed:
		b.add(CompartmentCore, TaskAdded{Task: derived[id.Task](m.At, string(f.ID), string(t.ID), "again"), Verb: TaskFollowUp, Body: t.Body, About: t.About, Due: in.Next})
		b.decision.Receipt.Due = in.Next
	case FollowedWorried:
		b.taskFor("coordinate", f.Region, taskWorried, string(t.ID), m.At)
	case FollowedNoMore:
		b.endFollowUps(f, followUpRow(t), t.ID)
	}
	return b.decision, nil
}

func (in FollowUpInput) complete(m Moment) error {
	var fs fields
	if !slices.Contains(FollowUpOutcomes, in.Outcome) {
		fs.add("how_it_went", "field.required")
	}
	if missed := in.Outcome == FollowedMissed; missed && (in.Next.Before(m.At) || in.Next.After(m.At.Add(longestWait))) {
		fs.add("try_next", "field.next_day")
	}
	return fault.Form(fs...)
}

// followUpRow is the row of the pack that a task is of.
func followUpRow(t Task) string {
	row, _, _ := strings.Cut(t.About, "/")
	return row
}

// FollowUpDay is which of its row's days a task is of, the first is 0.
func FollowUpDay(t Task) (row string, day int) {
	row, n, _ := strings.Cut(t.About, "/")
	day, _ = strconv.Atoi(n)
	return row, day - 1
}

// followUps gives the tasks of what the pack says follows a step, or a leaving when
// step is "". One body asks, not all that helped: who records it, or who has her.
func (b *builder) followUps(f *File, step string) error {
	for _, row := range b.m.Laws.Pack().FollowUps {
		if step == "" && !row.Leaving || step != "" && !slices.Contains(row.After, step) || f.followed(row) {
			continue
		}
		body := f.follower(row.Kinds, b.m.By)
		if body == "" {
			continue
		}
		for i, after := range row.At {
			due, err := b.m.dueFrom(after, b.at)
			if err != nil {
				return err
			}
			about := row.ID + "/" + strconv.Itoa(i+1)
			b.add(CompartmentCore, TaskAdded{Task: derived[id.Task](b.m.At, string(f.ID), about), Verb: TaskFollowUp, Body: body, About: about, Due: due})
		}
	}
	return nil
}

// followed says that nobody need begin: it has begun, or she does not want it.
func (f *File) followed(row pack.FollowUp) bool {
	if state := f.agreed(row.Consent); state != "" && state != ConsentYes {
		return true
	}
	return slices.ContainsFunc(f.Tasks, func(t Task) bool { return t.Verb == TaskFollowUp && followUpRow(t) == row.ID && t.Done.IsZero() })
}

// agreed is where her answer to a purpose stands; "" when she was never asked.
func (f *File) agreed(purpose string) string {
	for _, c := range slices.Backward(f.Consents) {
		if c.Purpose == purpose {
			return c.State
		}
	}
	return ""
}

// AgreedToFollowUp says that a person said yes to being asked by this row.
func AgreedToFollowUp(f *File, row pack.FollowUp) bool { return f.agreed(row.Consent) == ConsentYes }

// follower is the body that asks: who acts, if it helps her; else who has her.
func (f *File) follower(kinds []string, by Actor) id.Body {
	var first id.Body
	for _, r := range relations(f) {
		if r.Relation != RelProvider || !slices.Contains(kinds, r.Kind) {
			continue
		}
		if r.Body == by.Body {
			return r.Body
		}
		if first == "" {
			first = r.Body
		}
	}
	return first
}

// endFollowUps ends the open ones of a row, because she wants no more.
func (b *builder) endFollowUps(f *File, row string, but id.Task) {
	for _, t := range f.Tasks {
		if t.Verb == TaskFollowUp && t.ID != but && followUpRow(t) == row && t.Done.IsZero() {
			b.add(CompartmentCore, TaskDone{Task: t.ID, Outcome: FollowedNoMore})
		}
	}
}

// noFollowUps ends those that hang on a purpose to which she has said no.
func (b *builder) noFollowUps(f *File, purpose string) {
	for _, row := range b.m.Laws.Pack().FollowUps {
		if row.Consent == purpose {
			b.endFollowUps(f, row.ID, "")
		}
	}
}

// kindOf is the kind of a body that was asked to help her.
func (f *File) kindOf(body id.Body) string {
	for _, r := range f.Referrals {
		for _, a := range r.Asks {
			if a.Body == body {
				return a.Kind
			}
		}
	}
	return ""
}
