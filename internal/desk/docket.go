package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/procedure"
	"pana/internal/store"
)

// DocketLine is one person waiting for a decision of this body.
type DocketLine struct {
	Subject Subject
	Step    string
	Due     time.Time
	State   string
	Waiting time.Duration
	Unclear []string
	Opens   bool // this worker's own role takes it
	Held    Holder
	Two     []WorkLine // what of the body is proposed for this person, and waits for a second
}

// DocketFilter is what of the docket is looked at, and in which order.
type DocketFilter struct {
	State  string
	Step   string
	Region string
	Whose  string // mine, nobody, colleague
	Sort   string // due, since
}

// Docket is what a decider owes today. Counts are over all pages, by state.
type Docket struct {
	Lines   []DocketLine
	Counts  map[string]int
	Filter  DocketFilter
	Steps   []string // that this kind of body may owe
	Regions []string // for a body of the whole country
	Pages   Paging
	Seconds int  // steps of two that wait for a second, whether a line here is theirs or not
	Share   bool // this worker gives the steps to others
	Staff   []Load
	Back    []Returned
}

// Docket is what a decider owes, the most pressing first or who has waited
// longest.
func (d *Desk) Docket(ctx context.Context, who access.Who, filter DocketFilter, page string) (Docket, error) {
	if !d.couldEver(who, access.SeeDocket, "file") {
		return Docket{}, fault.Withheld("docket")
	}
	at := d.now()
	parts, sort := d.docketParts(who, filter)
	out := Docket{Filter: filter, Steps: d.stepsOf(d.docketBy(who))}
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
	if out.Lines, err = d.docketLines(ctx, who, rows, at); err != nil {
		return out, err
	}
	if err := d.markTwo(ctx, who, &out, at); err != nil {
		return out, fault.At("docket", err)
	}
	return out, d.shared(ctx, who, &out, at)
}

// markTwo marks what waits for a second, as My work of this worker lists it: on the
// line of the step that is proposed or, where none is listed, on the first line of
// the person. What was sent back waits for who proposed it, and for no second.
func (d *Desk) markTwo(ctx context.Context, who access.Who, out *Docket, at time.Time) error {
	proposed, err := d.proposals(ctx, who, at)
	out.Seconds = markProposed(out.Lines, proposed)
	return err
}

// markProposed puts what is proposed on the lines, and says how many wait for a second.
func markProposed(lines []DocketLine, proposed []WorkLine) (wait int) {
	for _, p := range proposed {
		if p.Verb != "work.sent_back" {
			wait++
		}
		theirs := -1
		for i, l := range lines {
			if l.Subject.File == p.Subject.File && (theirs < 0 || l.Step == p.Step) {
				theirs = i
			}
		}
		if theirs >= 0 {
			lines[theirs].Two = append(lines[theirs].Two, p)
		}
	}
	return wait
}

// shared is who has what, as far as this worker may know it.
func (d *Desk) shared(ctx context.Context, who access.Who, out *Docket, at time.Time) error {
	var staff []*casework.Account
	if out.Share = d.shares(who); out.Share {
		var err error
		if staff, err = d.staff(ctx, who); err != nil {
			return err
		}
		if out.Staff, err = d.loads(ctx, who, staff, at); err != nil {
			return err
		}
		if out.Back, err = d.givenBack(ctx, who, staff); err != nil {
			return err
		}
	}
	return d.holders(ctx, who, out.Lines, staff)
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
	parts := d.owedPartsOf(who, d.docketBy(who))
	for i := range parts {
		parts[i].Beside = heldBy(who, filter.Whose)
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

// stepsOf are the steps that those of a docket may come to owe.
func (d *Desk) stepsOf(docketBy []any) []string {
	var out []string
	for _, s := range d.pack().Spec.Steps {
		h := d.pack().HandlingOf(s.ID)
		if (s.Force == procedure.Must || s.Force == procedure.May && h != nil && h.Waits) && slices.ContainsFunc(s.By, func(by string) bool { return slices.Contains(docketBy, any(by)) }) && !slices.Contains(out, s.ID) {
			out = append(out, s.ID)
		}
	}
	slices.Sort(out)
	return out
}

func (d *Desk) docketLines(ctx context.Context, who access.Who, rows []store.Found, at time.Time) ([]DocketLine, error) {
	files := filesOf(rows)
	subjects, err := d.subjects(ctx, files)
	if err != nil {
		return nil, err
	}
	var out []DocketLine
	for i, r := range rows {
		line := DocketLine{
			Subject: subjects[files[i]], Step: r.Text("step"), Due: r.Time("due_at"), State: dueState(r.Time("due_at"), at),
			Waiting: at.Sub(r.Time("since")), Opens: slices.Contains(takenBy(who), any(r.Text("by_kind"))),
		}
		if r.Bool("unclear") {
			line.Unclear = []string{"law_unclear"}
		}
		out = append(out, line)
	}
	return out, nil
}
