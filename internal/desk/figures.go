package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Figures are how persons passed through one procedure in a year or a quarter of
// it, as its declaration says what begins and ends it (pack.Course). They count what
// is recorded here that this worker's body may count, as it stands today, and
// nothing that a State has published. Numbers may be Few.
type Figures struct {
	Procedure, Var string
	Few            int
	Year, Quarter  int // quarter 0: the whole year
	From, To       time.Time
	Running        bool   // not over: not to be published yet
	Years          []int  // that may be chosen, the newest first
	Whose          string // all, region, body: wording figures.whose.X
	Region         string // of whose region
	Publishes      bool   // this worker gives out its months

	Started, Ended, Open int // open: on this day, whenever begun
	Outcomes             FigureCells
	ToDecision, ToEnd    FigureDays
	Adverse              int
	Appealed             FigureCells // yes, no: of those with an adverse decision
	Clocks               []FigureClock
	Regions, Sexes, Ages FigureCells // of those started
}

// FigureCells are parts of a whole. The parts that are not given out are Few, and
// Rest is them together.
type FigureCells struct {
	Cells []FigureCell
	Rest  int
}

// FigureCell is one part.
type FigureCell struct {
	ID string
	N  int
}

// FigureDays is how many days something took: Median is no more than half of them,
// P90 nine in ten.
type FigureDays struct{ Of, Median, P90 int }

// FigureClock is a duty or a limit of the procedure: kept in time or not.
type FigureClock struct {
	ID, Kind          string
	All, Kept, Missed int
}

// None says that nothing is recorded of the procedure in this time.
func (f Figures) None() bool { return f.Started == 0 && f.Ended == 0 && f.Open == 0 && f.Adverse == 0 }

// FigureLine is a procedure in the list of those whose figures there are.
type FigureLine struct {
	Procedure     string
	Started, Open int
}

// FigureList is that list, for the running year.
type FigureList struct {
	Year, Few int
	Whose     string
	Region    string
	Lines     []FigureLine
}

// yearsOfFigures is how far back a page leads.
const yearsOfFigures = 6

// FigureList lists the procedures that have figures.
func (d *Desk) FigureList(ctx context.Context, who access.Who) (FigureList, error) {
	scope, err := d.countable(who)
	if err != nil {
		return FigureList{}, err
	}
	out := FigureList{Year: d.now().In(d.pack().Location()).Year(), Few: d.pack().Standards.Few, Whose: whose(scope), Region: who.Region}
	spans := d.spansOf(out.Year)
	var asked []store.Query
	for _, c := range d.pack().Courses() {
		of := store.Where("procedure", store.Is, c.Procedure)
		asked = append(asked, store.Query{Scope: scope, Where: []store.Filter{of, store.Where("last_at", store.From, spans[0].from.UTC()), store.Where("started_at", store.From, spans[0].from.UTC()), store.Where("started_at", store.Before, spans[0].to.UTC())}},
			store.Query{Scope: scope, Where: []store.Filter{of, store.Where("ended_at", store.Unset)}})
		out.Lines = append(out.Lines, FigureLine{Procedure: c.Procedure})
	}
	if len(asked) == 0 {
		return out, nil
	}
	n, err := d.deps.Store.Counts(ctx, casework.CoursesTable, asked...)
	if err != nil {
		return FigureList{}, fault.At("count procedures", err)
	}
	for i := range out.Lines {
		out.Lines[i].Started, out.Lines[i].Open = few(n[2*i], out.Few), few(n[2*i+1], out.Few)
	}
	return out, nil
}

// countable is what this worker may count.
func (d *Desk) countable(who access.Who) (access.Scope, error) {
	scope := d.rules.Scope(who, access.SeeFigures, "course")
	if _, none := scope.(access.None); none {
		return nil, fault.Withheld("no figures for this role")
	}
	return scope, nil
}

// whose says what a scope covers, for the sentence over the figures.
func whose(s access.Scope) string {
	switch s := s.(type) {
	case access.In:
		if s.Column == "region" {
			return "region"
		}
		return "body"
	case access.And:
		for _, part := range s {
			if w := whose(part); w != "all" {
				return w
			}
		}
	case access.Or:
		widest := ""
		for _, part := range s {
			switch w := whose(part); {
			case w == "all":
				return w
			case w == "region" || widest == "":
				widest = w
			}
		}
		return widest
	}
	return "all"
}

// span is a time from an instant to another, not with it.
type span struct{ from, to time.Time }

func (s span) has(at time.Time) bool { return !at.IsZero() && !at.Before(s.from) && at.Before(s.to) }

// spans are a year and its four quarters, in the country's days.
type spans [5]span

func (d *Desk) spansOf(year int) spans {
	zone := d.pack().Location()
	at := func(month int) time.Time { return time.Date(year, time.Month(month), 1, 0, 0, 0, 0, zone) }
	out := spans{{at(1), at(13)}}
	for q := 1; q <= 4; q++ {
		out[q] = span{at(3*q - 2), at(3*q + 1)}
	}
	return out
}

// Figures counts one procedure. A year or quarter that there is not is the running
// year.
func (d *Desk) Figures(ctx context.Context, who access.Who, of string, year, quarter int) (Figures, error) {
	scope, err := d.countable(who)
	if err != nil {
		return Figures{}, err
	}
	all := d.pack().Courses()
	i := slices.IndexFunc(all, func(c pack.Course) bool { return c.Procedure == of })
	if i < 0 {
		return Figures{}, fault.Withheld("no figures of such a procedure")
	}
	_, publishes := d.mayPublishCourses(who)
	out := Figures{Procedure: of, Var: all[i].Var, Publishes: publishes, Few: d.pack().Standards.Few, Whose: whose(scope), Region: who.Region}
	this := d.now().In(d.pack().Location()).Year()
	for n := range yearsOfFigures {
		out.Years = append(out.Years, this-n)
	}
	if !slices.Contains(out.Years, year) || quarter < 0 || quarter > 4 {
		year, quarter = this, 0
	}
	out.Year, out.Quarter = year, quarter
	count := newCourseCount(&all[i], d.spansOf(year), d.pack().Location(), d.now())
	out.From, out.To = count.spans[quarter].from, count.spans[quarter].to
	out.Running = out.To.After(d.now())
	if err := d.eachRow(ctx, casework.CoursesTable, touching(scope, of, count.spans[0]), count.add); err != nil {
		return Figures{}, err
	}
	open := store.Query{Scope: scope, Where: []store.Filter{store.Where("procedure", store.Is, of), store.Where("ended_at", store.Unset)}}
	if count.open, err = d.deps.Store.Count(ctx, casework.CoursesTable, open); err != nil {
		return Figures{}, fault.At("count "+of, err)
	}
	count.safe(&out)
	d.clockKinds(out.Clocks)
	return out, nil
}

// touching are the courses of a procedure of which something may be of a year: the
// last of it is not of a year before.
func touching(scope access.Scope, of string, year span) store.Query {
	return store.Query{
		Scope: scope, Where: []store.Filter{store.Where("procedure", store.Is, of), store.Where("last_at", store.From, year.from.UTC())},
		Sort: []store.Order{{Column: "last_at"}}, Limit: 1000, NoTotal: true,
	}
}

func (d *Desk) clockKinds(clocks []FigureClock) {
	for i := range clocks {
		j := slices.IndexFunc(d.pack().Spec.Clocks, func(c procedure.Clock) bool { return c.ID == clocks[i].ID })
		if j >= 0 {
			clocks[i].Kind = d.pack().Spec.Clocks[j].Kind
		}
	}
}

// courseCount counts the courses of one procedure in a year and its quarters.
type courseCount struct {
	of     *pack.Course
	spans  spans
	zone   *time.Location
	now    time.Time
	open   int
	listed *partsOf // for who reads no other: each part and clock is listed, be there none of it
	tally  [5]courseTally
}

// courseTally is what was counted of one span, as it is.
type courseTally struct {
	started, ended, adverse, appealed int
	outcomes, regions, sexes, ages    map[string]int
	kept, missed                      map[string]int
	toDecision, toEnd                 []int // days
}

func newCourseCount(of *pack.Course, s spans, zone *time.Location, now time.Time) *courseCount {
	c := &courseCount{of: of, spans: s, zone: zone, now: now}
	for i := range c.tally {
		c.tally[i] = courseTally{
			outcomes: map[string]int{}, regions: map[string]int{}, sexes: map[string]int{}, ages: map[string]int{}, kept: map[string]int{}, missed: map[string]int{},
		}
	}
	return c
}

func (c *courseCount) add(r store.Found) {
	started, ended := r.Time("started_at"), r.Time("ended_at")
	decided, adverse := r.Time("decided_at"), r.Time("adverse_at")
	clocks := casework.CourseClocks(r.Text("clocks"))
	for i, s := range c.spans {
		t := &c.tally[i]
		if s.has(started) {
			t.started++
			t.regions[r.Text("region")]++
			t.sexes[r.Text("sex")]++
			t.ages[r.Text("age_band")]++
		}
		if s.has(decided) {
			t.toDecision = append(t.toDecision, c.days(started, decided))
		}
		if s.has(ended) {
			t.ended++
			t.outcomes[r.Text("outcome")]++
			t.toEnd = append(t.toEnd, c.days(started, ended))
		}
		if s.has(adverse) {
			t.adverse++
			if !r.Time("appealed_at").IsZero() {
				t.appealed++
			}
		}
		c.clocks(t, s, clocks)
	}
}

// clocks counts a clock on the day on which it was kept, or ran out.
func (c *courseCount) clocks(t *courseTally, s span, clocks []casework.CourseClock) {
	for _, k := range clocks {
		switch kept := !k.Stopped.IsZero() && !k.Stopped.After(k.Due); {
		case kept && s.has(k.Stopped):
			t.kept[k.Clock]++
		case !kept && s.has(k.Due) && !k.Due.After(c.now):
			t.missed[k.Clock]++
		}
	}
}

// days are the country's: the day after is one day, whatever the hour.
func (c *courseCount) days(from, to time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(c.zone).Date()
		return time.Date(y, m, d, 12, 0, 0, 0, time.UTC)
	}
	return int(day(to).Sub(day(from)).Hours() / 24)
}

// known is the ids in the order of a list, then what else was counted, then what nobody knows.
func known(order []string, counted map[string]int) []string {
	out := slices.Clone(order)
	var more []string
	for id := range counted {
		if id != "" && !slices.Contains(out, id) {
			more = append(more, id)
		}
	}
	slices.SortFunc(more, strings.Compare)
	out = append(out, more...)
	if _, asked := counted[""]; asked {
		out = append(out, "")
	}
	return out
}
