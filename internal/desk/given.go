package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// GivenTo says of a line of My work that it was given to this worker, and by whom.
type GivenTo struct {
	By string
	At time.Time
}

// GivenView is the page of a step that was given to this worker.
type GivenView struct {
	Key     string
	Subject Subject
	Step    string
	By      string
	From    string // who had it before
	How     string
	At      time.Time
	Due     time.Time
	Note    withheld.Text
}

// GiveBackInput gives a step back, with the reason.
type GiveBackInput struct {
	Key  string
	File id.File
	Step string
	Why  withheld.Text
}

// givenSteps says of the steps owed which are given to this worker, and adds those
// that are not among the soonest.
func (d *Desk) givenSteps(ctx context.Context, who access.Who, at time.Time, lines []WorkLine) ([]WorkLine, error) {
	page, err := d.deps.Store.List(ctx, casework.GivenTable, store.Query{
		Scope: access.Or{d.decides(who), d.rules.Scope(who, access.TakeStep, "file")}, Sort: soonest, Limit: workLimit, NoTotal: true,
		Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("worker", store.Is, string(who.Worker))},
	})
	if err != nil || len(page.Rows) == 0 {
		return lines, err
	}
	l, err := d.deps.Store.View(ctx, page.Refs()...)
	if err != nil {
		return nil, fault.At("given steps", err)
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	for _, r := range page.Rows {
		f, step := fileOf(l, id.File(r.Text("file_id"))), r.Text("step")
		if f == nil {
			continue
		}
		g, _ := f.GivenAt(step, who.Body)
		i := slices.IndexFunc(lines, func(l WorkLine) bool { return l.Subject.File == f.ID && l.Verb == "step."+step })
		if i < 0 {
			i = len(lines)
			lines = append(lines, stepLine(r, at))
		}
		lines[i].Given = &GivenTo{By: nameOf(staff, g.By), At: g.At}
	}
	return lines, nil
}

// nameOf is what a worker's colleagues call her; who has left has no name here.
func nameOf(staff []*casework.Account, worker id.Worker) string {
	for _, a := range staff {
		if a.ID == worker {
			return colleague(a).Name
		}
	}
	return ""
}

// Given is the page of a step that this worker was given, where she may give it
// back. To anybody else it does not exist.
func (d *Desk) Given(ctx context.Context, who access.Who, file id.File, step string) (GivenView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return GivenView{}, err
	}
	if _, err := d.may(who, access.TakeStep, f); err != nil {
		return GivenView{}, err
	}
	g, ok := f.GivenAt(step, who.Body)
	if !ok || g.Worker != who.Worker {
		return GivenView{}, fault.Withheld("not given to this worker")
	}
	staff, err := d.staff(ctx, who)
	return GivenView{
		Key: string(id.New[id.Event](d.now())), Subject: subject(f), Step: step, By: nameOf(staff, g.By), From: nameOf(staff, g.From),
		How: g.How, At: g.At, Due: dueOf(f, step).Due, Note: g.Note,
	}, err
}

// GiveBack gives a step back to who shares out the work.
func (d *Desk) GiveBack(ctx context.Context, who access.Who, in GiveBackInput) (casework.Receipt, error) {
	if err := fault.Form(tooLong("back_why", in.Why, maxLine)...); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.TakeStep, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.GiveBackWork(f, in.Step, in.Why, m)
	})
}

// Returned is a step that somebody gave back, and why.
type Returned struct {
	Subject Subject
	Step    string
	By      string
	At      time.Time
	Why     withheld.Text
}

// givenBack are the steps that were given back and that nobody has since.
func (d *Desk) givenBack(ctx context.Context, who access.Who, staff []*casework.Account) ([]Returned, error) {
	page, err := d.deps.Store.List(ctx, casework.GivenTable, store.Query{
		Scope: everything, Limit: pageLength, NoTotal: true,
		Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("worker", store.Is, "")},
	})
	if err != nil || len(page.Rows) == 0 {
		return nil, err
	}
	l, err := d.deps.Store.View(ctx, page.Refs()...)
	if err != nil {
		return nil, fault.At("given back", err)
	}
	var out []Returned
	for _, r := range page.Rows {
		f, step := fileOf(l, id.File(r.Text("file_id"))), r.Text("step")
		if f == nil || !d.onDocket(who, f, step) {
			continue
		}
		g, _ := f.GivenAt(step, who.Body)
		out = append(out, Returned{Subject: docketSubject(f), Step: step, By: nameOf(staff, g.From), At: g.At, Why: g.Note})
	}
	slices.SortFunc(out, func(a, b Returned) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Subject.File, b.Subject.File))
	})
	return out, nil
}
