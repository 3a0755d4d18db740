package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Months of a procedure's figures, for who publishes them. They are the country's: a part
// of it, published by another, would give what the whole keeps back.

// CourseMonths are a procedure's months that are over, beside what was published of them.
func (d *Desk) CourseMonths(ctx context.Context, who access.Who, of string) (FigureMonths, error) {
	counted, bodies, err := d.countCourses(ctx, who, of)
	if err != nil {
		return FigureMonths{}, err
	}
	return d.besidePublished(ctx, counted, bodies, true)
}

// PublishCourses gives out a month of a procedure, or a correction.
func (d *Desk) PublishCourses(ctx context.Context, who access.Who, in PublishInput) (casework.Receipt, error) {
	counted, bodies, err := d.countCourses(ctx, who, in.Procedure)
	if err != nil {
		return casework.Receipt{}, err
	}
	return d.publish(ctx, who, in, d.figuresOf(counted), bodies)
}

// mayPublishCourses says whether this worker may publish the months of procedures.
func (d *Desk) mayPublishCourses(who access.Who) (access.Scope, bool) {
	return d.mayPublish(who, "course")
}

// countCourses are the months as they are counted today, and the bodies that may publish
// them, the worker's own first.
func (d *Desk) countCourses(ctx context.Context, who access.Who, of string) (FigureMonths, []casework.Ref, error) {
	scope, may := d.mayPublishCourses(who)
	if !may {
		return FigureMonths{}, nil, fault.Withheld("publishes no figures of procedures")
	}
	all := d.pack().Courses()
	i := slices.IndexFunc(all, func(c pack.Course) bool { return c.Procedure == of })
	if i < 0 {
		return FigureMonths{}, nil, fault.Withheld("no figures of such a procedure")
	}
	bodies, err := d.publishers(ctx, who, "course")
	if err != nil {
		return FigureMonths{}, nil, err
	}
	zone := d.pack().Location()
	local := d.now().In(zone)
	month := func(back int) time.Time {
		return time.Date(local.Year(), local.Month()-time.Month(back), 1, 0, 0, 0, 0, zone)
	}
	counts := make([]*courseCount, monthsBack) // the oldest first
	for n := range counts {
		back := monthsBack - n
		counts[n] = newCourseCount(&all[i], spans{{month(back), month(back - 1)}}, zone, d.now())
	}
	err = d.eachRow(ctx, casework.CoursesTable, touching(scope, of, span{month(monthsBack), month(0)}), func(r store.Found) {
		for _, c := range counts {
			c.add(r)
		}
	})
	if err != nil {
		return FigureMonths{}, nil, err
	}
	out := FigureMonths{Procedure: of, Var: all[i].Var, Few: d.pack().Standards.Few}
	for n, c := range counts {
		f := c.month(d.listedParts(), out.Few)
		if len(out.Rows) > 0 || !f.None() { // before the first of it nothing was recorded
			out.Rows = append(out.Rows, MonthRow{Month: month(monthsBack - n), Procedure: of, Numbers: f.Numbers()})
		}
	}
	sortMonths(out.Rows)
	return out, bodies, nil
}

// partsOf are the parts by which who began is counted, as the pack lists them. What it
// does not list is not known, so that a part of few does not say that it is there.
type partsOf struct{ regions, sexes, ages []string }

func (d *Desk) listedParts() partsOf {
	out := partsOf{sexes: []string{"female", "male"}}
	for _, r := range d.pack().Regions {
		if !slices.Contains(out.regions, r.ID) {
			out.regions = append(out.regions, r.ID)
		}
	}
	for _, f := range d.pack().Spec.Facts {
		if f.From == procedure.FromBirthDate {
			out.ages = f.Values
		}
	}
	return out
}

// month is the count of one month as it may be given out, each part of it listed whether
// there is any of it or none.
func (c *courseCount) month(listed partsOf, least int) Figures {
	c.listed = &listed
	t := &c.tally[0]
	t.outcomes, t.regions = all(c.of.Ends, t.outcomes), all(listed.regions, t.regions)
	t.sexes, t.ages = all(listed.sexes, t.sexes), all(listed.ages, t.ages)
	out := Figures{Procedure: c.of.Procedure, Few: least}
	c.safe(&out)
	return out
}

// all is what was counted by the ids of a list, with those of none, and what is in no list
// under none of them.
func all(ids []string, counted map[string]int) map[string]int {
	out := map[string]int{"": 0}
	for _, id := range ids {
		out[id] = 0
	}
	for id, n := range counted {
		if _, listed := out[id]; !listed {
			id = ""
		}
		out[id] += n
	}
	return out
}

// Numbers are the figures one by one, but for those of today.
func (f Figures) Numbers() (out []casework.FigureNumber) {
	add := func(what, which string, n int) {
		out = append(out, casework.FigureNumber{What: what, Which: which, N: n})
	}
	cells := func(what string, of FigureCells) {
		for _, c := range of.Cells {
			add(what, c.ID, c.N)
		}
		add(what, "not_given_out_apart", of.Rest)
	}
	days := func(what string, of FigureDays) {
		add(what, casework.FigureDaysOf, of.Of)
		if of.Of == 0 { // no length: nought days would be one
			of.Median, of.P90 = Few, Few
		}
		add(what, casework.FigureDaysMedian, of.Median)
		add(what, casework.FigureDaysP90, of.P90)
	}
	add("started", "", f.Started)
	add("ended", "", f.Ended)
	add("adverse", "", f.Adverse)
	cells("outcome", f.Outcomes)
	days(casework.FigureDaysToDecision, f.ToDecision)
	days(casework.FigureDaysToEnd, f.ToEnd)
	for _, k := range f.Clocks {
		add("kept_or_missed", k.ID, k.All)
		add("kept", k.ID, k.Kept)
		add("missed", k.ID, k.Missed)
	}
	cells("appealed", f.Appealed)
	cells("started_by_region", f.Regions)
	cells("started_by_sex", f.Sexes)
	cells("started_by_age_band", f.Ages)
	return out
}
