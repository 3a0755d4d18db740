package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// What was written on paper first, where there was no electricity, is typed in
// later. It happened when the paper says: its law is the law of that day, and
// its clocks have run since. What is typed in late may meet what others recorded
// in between; nothing is undone by it, and what no longer fits is shown.

// EnteredFromPaper stands beside what an act recorded: it was on paper, by whom
// it was written down and where, and of which edition the form was. It is sealed
// in the compartment of the body that typed it in.
type EnteredFromPaper struct {
	By    withheld.Text `json:"by"` // who wrote it, as written
	Where withheld.Text `json:"where,omitzero"`
	Form  string        `json:"form,omitempty"` // code and edition, from its foot
}

func (EnteredFromPaper) EventType() (string, int) { return "paper.entered", 1 }

// Written is what a paper says of itself.
type Written struct {
	At time.Time
	EnteredFromPaper
}

// Check refuses a time that cannot be: later than now, before the first day of
// which the pack knows a law, or before the person was born as far as that is
// known to the day. f is nil when the file begins with it.
func (w Written) Check(f *File, m Moment) error {
	var bad fields
	switch {
	case w.At.IsZero():
		bad.add("paper_day", "field.day")
	case w.At.After(m.At):
		bad.add("paper_day", CodeStepFuture)
	case w.At.Before(couldBegin(f, m)):
		bad.add("paper_day", CodePaperBefore, "day", couldBegin(f, m).Format(time.RFC3339))
	}
	if w.By.Empty() {
		bad.add("paper_by", "field.required")
	}
	if len(bad) == 0 {
		return nil
	}
	return fault.Form(bad...)
}

// couldBegin is the first instant at which something can have happened that this
// file records.
func couldBegin(f *File, m Moment) time.Time {
	zone := m.Laws.Pack().Location()
	var first time.Time
	if days := m.Laws.Pack().Head.Snapshots; len(days) > 0 {
		d := slices.MinFunc(days, func(a, b pack.Day) int { return a.Compare(b.Time) })
		first = time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, zone)
	}
	if f == nil {
		return first
	}
	born, known := f.bornAsKnown(m)
	if !known || born.Day == 0 || born.About {
		return first
	}
	return laterOf(first, time.Date(born.Year, time.Month(born.Month), born.Day, 0, 0, 0, 0, zone))
}

// Enter says of what an act decided that it was on paper.
func (w Written) Enter(d Decision, file id.File, m Moment) Decision {
	d.Events = append(slices.Clip(d.Events), Draft{
		Stream: Ref{FileStream, string(file)}, Compartment: m.compartment(), Payload: w.EnteredFromPaper, OccurredAt: w.At,
	})
	return d
}

// PaperEntry is what was typed in from paper, as a file shows it.
type PaperEntry struct {
	EnteredFromPaper
	At, Recorded time.Time
	Body         id.Body
	Compartment  string
}

// Overtakes are the entries that were in order and would not be if the step were
// recorded with its day: what somebody recorded in between.
func Overtakes(f *File, in TakeStepInput, m Moment) ([]Entry, error) {
	at := occurred(in.OccurredAt, m)
	if at.After(m.At) {
		return nil, nil
	}
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return nil, err
	}
	s := model.Step(in.Step)
	if s == nil {
		return nil, nil
	}
	with, err := Fold(m.Laws, f, Event{
		Stream: f.Ref(), Seq: f.Seq() + 1, Type: "step.taken", Version: 1, OccurredAt: at, RecordedAt: m.At, Body: m.By.Body,
		BodyKind: m.By.Kind, Payload: in.taken(s),
	})
	if err != nil {
		return nil, err
	}
	var out []Entry
	after := with.(*File).Timeline
	for i, e := range f.Timeline {
		if !e.Overtaken && after[i].Overtaken && e.Corrected == "" {
			out = append(out, e)
		}
	}
	return out, nil
}
