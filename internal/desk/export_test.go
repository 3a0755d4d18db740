package desk

import (
	"context"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// OwedSlowly is what a body owes, by the one query that reads every step of its
// kind in everybody's files.
func (d *Desk) OwedSlowly(ctx context.Context, who access.Who) (store.Page, error) {
	q := d.owedQuery(who)
	q.Limit = 1000
	return d.deps.Store.List(ctx, "steps", q)
}

// HideFew is what a row's cells may say, and the sum of those that may not.
var HideFew = hide

// TotalOf is how many lines a docket says there are.
var TotalOf = totalOf

// CheckEvidence is what a step's naming of documents is held to.
func (d *Desk) CheckEvidence(who access.Who, f *casework.File, in StepInput) error {
	return d.checkEvidence(who, f, casework.TakeStepInput{Step: in.Step, Fields: in.Fields}, d.now())
}

// DocketByPages is the docket page after page, each of so many lines.
func (d *Desk) DocketByPages(ctx context.Context, who access.Who, filter DocketFilter, limit int) (out []string, err error) {
	parts, sort := d.docketParts(who, filter)
	for page, more := "", true; more; more = page != "" {
		var rows []store.Found
		if rows, page, err = d.owedPage(ctx, parts, sort, limit, page); err != nil {
			return out, err
		}
		for _, r := range rows {
			out = append(out, r.Text("file_id")+" "+r.Text("step"))
		}
	}
	return out, nil
}

// MoveFew has a move take so many files at once.
func (d *Desk) MoveFew(n int) { d.move.few = n }

// MarkProposed is markProposed.
var MarkProposed = markProposed

// FiguresOfCount is a month of one row as it may be published.
func FiguresOfCount(month string, outcomes []string, of map[string]int, referred, confirmed, few int) casework.Figures {
	n := callCount{of: of, referred: referred, confirmed: confirmed}
	r := n.safe(rowOfCalls{}, outcomes, few)
	return casework.Figures{Month: month, Least: few, Outcomes: outcomes, Rows: []casework.FiguresRow{{Calls: r.Calls, Cells: r.Cells, Rest: r.Rest, Referred: r.Referred, Confirmed: r.Confirmed}}}
}

// CourseOfTest is somebody who passed through a procedure in a month.
type CourseOfTest struct {
	Ended, Adverse, Appealed bool
	Sex, Region, Days, Clock int
}

// FiguresOfCourses is a month of them as it may be published.
func FiguresOfCourses(people []CourseOfTest, few int) casework.Figures {
	at := func(day int) time.Time { return time.Date(2026, 9, day, 12, 0, 0, 0, time.UTC) }
	c := newCourseCount(&pack.Course{Procedure: "p", Ends: []string{"yes", "no"}, Clocks: []string{"k"}}, spans{{at(1), at(31)}}, time.UTC, at(31))
	t := &c.tally[0]
	for _, p := range people {
		t.started++
		t.sexes[[]string{"female", "male"}[p.Sex]]++
		t.regions[[]string{"a", "b", "elsewhere"}[p.Region]]++
		if p.Ended {
			t.ended++
			t.outcomes[map[bool]string{true: "no", false: "yes"}[p.Adverse]]++
			t.toEnd = append(t.toEnd, p.Days)
		}
		if p.Adverse {
			t.adverse++
			if p.Appealed {
				t.appealed++
			}
		}
		switch p.Clock {
		case 1:
			t.kept["k"]++
		case 2:
			t.missed["k"]++
		}
	}
	return casework.Figures{Month: "2026-09", Least: few, Procedure: "p", Numbers: c.month(partsOf{[]string{"a", "b"}, []string{"female", "male"}, []string{"adult"}}, few).Numbers()}
}

// WhoIs is a worker as they are now, whatever session asks.
func (d *Desk) WhoIs(ctx context.Context, worker id.Worker) (access.Who, error) {
	who, _, _, err := d.whoIs(ctx, worker)
	return who, err
}

// Called puts a name into the index of names, as of a file that nobody here may find.
func (d *Desk) Called(file id.File, name withheld.Text) {
	d.names.Put(file, linkage.Identity{Names: []withheld.Text{name}})
}

// MostAlike is how many files are looked at for one name.
const MostAlike = mostAlike
