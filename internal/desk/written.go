package desk

import (
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// Written says that an act was on paper first, and what the paper says of
// itself. Day and hour are the country's own of that day.
type Written struct {
	Day, Hour string
	By, Where withheld.Text
	Form      string // code and edition, from its foot
}

// PaperNote is what a paper says of itself.
type PaperNote struct {
	Happened  time.Time
	By, Where withheld.Text
	Form      string
}

// written reads what a paper says of itself; nil is an act that was on none. A
// day without an hour is its noon.
func (d *Desk) written(in *Written) (*casework.Written, []fault.Field) {
	if in == nil {
		return nil, nil
	}
	var bad []fault.Field
	out := &casework.Written{EnteredFromPaper: casework.EnteredFromPaper{By: in.By, Where: in.Where, Form: in.Form}}
	typed := in.Day
	if in.Hour != "" {
		if _, err := time.Parse("15:04", in.Hour); err != nil {
			bad = append(bad, fault.Field{Name: "paper_hour", Code: "field.hour"})
		} else {
			typed += "T" + in.Hour
		}
	}
	if _, err := time.Parse(time.DateOnly, in.Day); err != nil {
		bad = append(bad, fault.Field{Name: "paper_day", Code: "field.day"})
	} else if len(bad) == 0 {
		out.At, _ = d.readTime(typed)
	}
	bad = append(bad, tooLong("paper_by", in.By, maxName)...)
	bad = append(bad, tooLong("paper_where", in.Where, maxLine)...)
	bad = append(bad, tooLong("foot_code", withheld.New(in.Form), maxLine)...)
	return out, bad
}

// fromPaper decides an act that was on paper as of the day on which it happened.
// f is nil when the file begins with it.
func fromPaper(w *casework.Written, f *casework.File, file id.File, m casework.Moment, decide func() (casework.Decision, error)) (casework.Decision, error) {
	out, err := asOfPaper(w, f, m, decide)
	if err != nil || w == nil {
		return out, err
	}
	return w.Enter(out, file, m), nil
}

// asOfPaper is fromPaper for what is not recorded as done yet.
func asOfPaper(w *casework.Written, f *casework.File, m casework.Moment, decide func() (casework.Decision, error)) (casework.Decision, error) {
	if w == nil {
		return decide()
	}
	if err := w.Check(f, m); err != nil {
		return casework.Decision{}, err
	}
	out, err := decide()
	switch e := fault.Of(err); {
	case err == nil:
		return out, nil
	case e.Code == casework.CodeStepNotOpen:
		// The page says which day it was, and offers to record it as what happened
		// against the rules, with all that was typed.
		return casework.Decision{}, fault.Because(err, fault.Invalid, casework.CodePaperNotOpen, "day", w.At.Format(time.RFC3339))
	}
	return casework.Decision{}, err
}

// Overtaken is an entry that others made and that would not be in order any more.
type Overtaken struct {
	Step string
	At   time.Time
	Body string
}

// overtakes lists them for who may read what happened; to others it says nothing.
func (d *Desk) overtakes(who access.Who, f *casework.File, take casework.TakeStepInput, m casework.Moment, names bodyNames) ([]Overtaken, error) {
	if !d.inGroup(who, f, "timeline") {
		return nil, nil
	}
	list, err := casework.Overtakes(f, take, m)
	var out []Overtaken
	for _, e := range list {
		out = append(out, Overtaken{Step: e.Step, At: e.Occurred, Body: names.of(e.Body)})
	}
	return out, err
}
