package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// Who helped a person asks after a time how it goes. What is due stands in My work
// on its day; here it is done, tried again later, or ended as she wishes.

// FollowUps are what one body is to ask one person, and how to reach her.
type FollowUps struct {
	File    id.File
	Number  string
	Subject Subject
	Lines   []FollowUpLine // by day
	Agreed  bool           // she said yes to being asked
	Contact *Contact       // with her yes only; that it is shown is recorded
}

// FollowUpLine is one time of asking.
type FollowUpLine struct {
	Task    id.Task
	Row     string // of the pack: what it asks
	After   string // the length that the pack says; the day may have been moved
	Due     time.Time
	Outcome string // "" while it waits
	Done    time.Time
}

// FollowUpInput is what came of asking.
type FollowUpInput struct {
	Key     string
	File    id.File
	Task    id.Task
	Outcome string
	Next    string
	Note    withheld.Text
}

// FollowUps shows how to reach the person, if she agreed and a contact is
// recorded: then the opening is in the ledger before the page is sent.
func (d *Desk) FollowUps(ctx context.Context, who access.Who, file id.File) (FollowUps, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return FollowUps{}, err
	}
	if err := d.mayFollow(who, f); err != nil {
		return FollowUps{}, err
	}
	out := FollowUps{File: f.ID, Number: f.Number(), Subject: subject(f), Lines: d.followUpLines(who, f)}
	if out.Agreed = d.agreedTo(f, out.Lines); !out.Agreed || f.Contact == nil {
		return out, nil
	}
	if f, err = d.disclose(ctx, who, file, "contact", func(f *casework.File) (access.Verdict, error) {
		return d.mayIn(who, access.ShowIdentity, f, "", "contact")
	}); err != nil {
		return FollowUps{}, err
	}
	out.Contact = contactView(f.Contact)
	return out, nil
}

// mayFollow lets in the body whose task it is, and no other of those that may
// open the file.
func (d *Desk) mayFollow(who access.Who, f *casework.File) error {
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return err
	}
	if len(d.followUpLines(who, f)) == 0 {
		return fault.Withheld("nothing for this body to follow up")
	}
	return nil
}

func (d *Desk) followUpLines(who access.Who, f *casework.File) []FollowUpLine {
	var out []FollowUpLine
	for _, t := range f.Tasks {
		if t.Verb != casework.TaskFollowUp || t.Body != who.Body {
			continue
		}
		row, day := casework.FollowUpDay(t)
		line := FollowUpLine{Task: t.ID, Row: row, Due: t.Due, Outcome: t.Outcome, Done: t.Done}
		if r := d.pack().FollowUp(row); r != nil && day >= 0 && day < len(r.At) {
			line.After = r.At[day]
		}
		out = append(out, line)
	}
	slices.SortStableFunc(out, func(a, b FollowUpLine) int { return a.Due.Compare(b.Due) })
	return out
}

// agreedTo says that she said yes to each of what still waits: a yes to one
// purpose is none to another.
func (d *Desk) agreedTo(f *casework.File, lines []FollowUpLine) bool {
	waits := false
	for _, l := range lines {
		if l.Outcome != "" {
			continue
		}
		row := d.pack().FollowUp(l.Row)
		if row == nil || !casework.AgreedToFollowUp(f, *row) {
			return false
		}
		waits = true
	}
	return waits
}

// FollowUp records what came of asking.
func (d *Desk) FollowUp(ctx context.Context, who access.Who, in FollowUpInput) (casework.Receipt, error) {
	next, ok := d.readTime(in.Next)
	if !ok {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "try_next", Code: "field.date"})
	}
	if bad := tooLong("call_notes", in.Note, maxNote); len(bad) > 0 {
		return casework.Receipt{}, fault.Form(bad...)
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.OpenFile, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		if err := d.mayFollow(who, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.FollowUp(f, casework.FollowUpInput{Task: in.Task, Outcome: in.Outcome, Next: next, Note: in.Note}, m)
	})
}

// notYet leaves out of My work what is to be asked on another day: three calls in
// the coming half year are no work today. They stand in the file.
func (d *Desk) notYet(verb string, due, at time.Time) bool {
	zone := d.pack().Location()
	y, m, day := at.In(zone).Date()
	return verb == casework.TaskFollowUp && !due.Before(time.Date(y, m, day+1, 0, 0, 0, 0, zone))
}
