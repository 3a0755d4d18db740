package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Docket is what a decider owes, the most pressing first or who has waited
// longest.
func (d *Desk) Docket(ctx context.Context, who access.Who, filter DocketFilter, page string) (Docket, error) {
	if !d.couldEver(who, access.SeeDocket, "file") {
		return Docket{}, fault.Withheld("docket")
	}
	at := d.now()
	base := d.docketQuery(who, filter)
	out := Docket{Filter: filter, Counts: map[string]int{}, Steps: d.stepsOf(who)}
	if who.Region == "" {
		for _, r := range d.pack().Regions {
			if inForce(r.Dates, at) {
				out.Regions = append(out.Regions, r.ID)
			}
		}
	}
	states := []string{"overdue", "due", "new"}
	var asked []store.Query
	for _, state := range states {
		q := base
		q.Where = append(slices.Clone(base.Where), dueIn(state, at)...)
		q.Limit = ManyLines
		asked = append(asked, q)
	}
	counts, err := d.deps.Store.Counts(ctx, "steps", asked...)
	if err != nil {
		return Docket{}, err
	}
	for i, state := range states {
		out.Counts[state] = counts[i]
	}
	base.Where = append(base.Where, dueIn(filter.State, at)...)
	base.Limit, base.After, base.NoTotal = pageLength, page, true
	if page == WholeList {
		base.Limit, base.After = workLimit, ""
	}
	rows, err := d.deps.Store.List(ctx, "steps", base)
	if err != nil {
		return Docket{}, err
	}
	out.Pages = Paging{Next: rows.Next, Total: totalOf(out.Counts, filter.State)}
	out.Lines, err = d.docketLines(ctx, rows, at)
	return out, err
}

// ManyLines is how far lines are counted: among a million files a country's own body
// owes hundreds of thousands of steps, and who reads "more than a thousand" knows
// as much as who reads how many, and waits a hundredth of the time.
const ManyLines = 1000

// totalOf is how many lines there are of a state, or of all; zero when nobody
// counted to the end.
func totalOf(counts map[string]int, state string) int {
	all := 0
	for s, n := range counts {
		if state != "" && s != state {
			continue
		}
		if n >= ManyLines {
			return 0
		}
		all += n
	}
	return all
}

// docketQuery is what the body owes, of one step and region, in the order asked
// for.
func (d *Desk) docketQuery(who access.Who, filter DocketFilter) store.Query {
	q := d.owedQuery(who, 0, "")
	if filter.Step != "" {
		q.Where = append(q.Where, store.Where("step", store.Is, filter.Step))
	}
	if filter.Region != "" {
		q.Where = append(q.Where, store.Where("region", store.Is, filter.Region))
	}
	if filter.Sort == "since" {
		q.Sort = []store.Order{{Column: "since"}, {Column: "due_at"}}
	}
	return q
}

// dueIn is dueState as a condition.
func dueIn(state string, at time.Time) []store.Filter {
	switch state {
	case "overdue":
		return []store.Filter{store.Where("due_at", store.Before, at)}
	case "due":
		return []store.Filter{store.Where("due_at", store.From, at)}
	case "new":
		return []store.Filter{store.Where("due_at", store.Unset)}
	}
	return nil
}

// stepsOf are the steps that this kind of body may come to owe.
func (d *Desk) stepsOf(who access.Who) []string {
	var out []string
	for _, s := range d.pack().Spec.Steps {
		if s.Force == procedure.Must && isOurs(who, s.By) && !slices.Contains(out, s.ID) {
			out = append(out, s.ID)
		}
	}
	slices.Sort(out)
	return out
}

func (d *Desk) docketLines(ctx context.Context, rows store.Page, at time.Time) ([]DocketLine, error) {
	files := make([]id.File, len(rows.Rows))
	for i, r := range rows.Rows {
		files[i] = id.File(r.Text("file_id"))
	}
	subjects, err := d.subjects(ctx, files)
	if err != nil {
		return nil, err
	}
	var out []DocketLine
	for i, r := range rows.Rows {
		line := DocketLine{
			Subject: subjects[files[i]], Step: r.Text("step"), Due: r.Time("due_at"), State: dueState(r.Time("due_at"), at),
			Waiting: at.Sub(r.Time("since")),
		}
		if r.Bool("unclear") {
			line.Unclear = []string{"law_unclear"}
		}
		out = append(out, line)
	}
	return out, nil
}
