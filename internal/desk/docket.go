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
	parts, sort := d.docketParts(who, filter)
	out := Docket{Filter: filter, Steps: d.stepsOf(who)}
	if who.Region == "" {
		for _, r := range d.pack().Regions {
			if inForce(r.Dates, at) {
				out.Regions = append(out.Regions, r.ID)
			}
		}
	}
	var err error
	if out.Counts, err = d.owedCounts(ctx, parts, at, "overdue", "due", "new"); err != nil {
		return Docket{}, err
	}
	limit := pageLength
	if page == WholeList {
		limit, page = workLimit, ""
	}
	for i := range parts {
		parts[i].Where = append(parts[i].Where, dueIn(filter.State, at)...)
	}
	rows, next, err := d.owedPage(ctx, parts, sort, limit, page)
	if err != nil {
		return Docket{}, err
	}
	out.Pages = Paging{Next: next, Total: totalOf(out.Counts, filter.State)}
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

// docketParts are what the body owes, of one step and region, in the order asked
// for.
func (d *Desk) docketParts(who access.Who, filter DocketFilter) ([]owedPart, []store.Order) {
	parts := d.owedParts(who)
	for i := range parts {
		if filter.Step != "" {
			parts[i].Where = append(parts[i].Where, store.Where("step", store.Is, filter.Step))
		}
		if filter.Region != "" {
			parts[i].Where = append(parts[i].Where, store.Where("region", store.Is, filter.Region))
		}
	}
	if filter.Sort == "since" {
		return parts, []store.Order{{Column: "since"}, {Column: "due_at"}}
	}
	return parts, soonest
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

func (d *Desk) docketLines(ctx context.Context, rows []store.Found, at time.Time) ([]DocketLine, error) {
	files := make([]id.File, len(rows))
	for i, r := range rows {
		files[i] = id.File(r.Text("file_id"))
	}
	subjects, err := d.subjects(ctx, files)
	if err != nil {
		return nil, err
	}
	var out []DocketLine
	for i, r := range rows {
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
