package desk

import (
	"context"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/store"
)

// Month is what a house reports of a month: counts of its own log, and nobody's
// name, age or country.
type Month struct {
	From, To time.Time
	Running  bool // the month is not over
	Persons  int  // who spent a night or received something
	Arrived  int
	Left     int
	Nights   int
	Lines    []MonthLine
	Things   int // entries in which something was handed over
	Wrong    []MonthWrong
}

// MonthLine is one kind of service.
type MonthLine struct {
	Service string
	Entries int
	Minutes int
	Persons int
}

// MonthWrong counts one kind of incident.
type MonthWrong struct {
	What string
	N    int
}

// HouseMonth counts a month of the worker's own house, from the log. Day is any
// day of the month.
func (d *Desk) HouseMonth(ctx context.Context, who access.Who, day time.Time) (Month, error) {
	if err := d.mayDo(who, access.SeePlaces, "place"); err != nil {
		return Month{}, err
	}
	zone := d.pack().Location()
	y, m, _ := day.In(zone).Date()
	out := Month{From: time.Date(y, m, 1, 0, 0, 0, 0, zone), To: time.Date(y, m+1, 1, 0, 0, 0, 0, zone)}
	out.Running = out.To.After(d.now())
	persons := map[string]bool{}
	if err := d.monthCare(ctx, who, &out, persons); err != nil {
		return Month{}, err
	}
	if err := d.monthWrong(ctx, who, &out); err != nil {
		return Month{}, err
	}
	end := out.To
	if out.Running {
		end = d.now()
	}
	err := d.stays(ctx, who, out.From, func(f *casework.File, _ casework.Referral, a casework.Ask) {
		out.stay(d, string(f.ID), a, end, persons)
	})
	out.Persons = len(persons)
	return out, err
}

// stay counts what of one stay falls into the month.
func (out *Month) stay(d *Desk, file string, a casework.Ask, end time.Time, persons map[string]bool) {
	in := func(t time.Time) bool { return !t.IsZero() && !t.Before(out.From) && t.Before(out.To) }
	if in(a.Arrived) {
		out.Arrived++
	}
	if in(a.Left) {
		out.Left++
	}
	if a.Arrived.IsZero() || !a.Arrived.Before(out.To) {
		return
	}
	from, to := a.Arrived, end
	if from.Before(out.From) {
		from = out.From
	}
	if !a.Left.IsZero() && a.Left.Before(to) {
		to = a.Left
	}
	if nights := d.nights(from, to); nights > 0 {
		out.Nights += nights
		persons[file] = true
	}
}

func (d *Desk) monthCare(ctx context.Context, who access.Who, out *Month, persons map[string]bool) error {
	lines, whose := map[string]*MonthLine{}, map[string]map[string]bool{}
	err := d.each(ctx, "care", who, out, func(row store.Found) {
		file, kind := row.Text("file_id"), row.Text("service")
		persons[file] = true
		if row.Text("gave") != "" {
			out.Things++
		}
		if kind == "" {
			return
		}
		if lines[kind] == nil {
			lines[kind], whose[kind] = &MonthLine{Service: kind}, map[string]bool{}
		}
		lines[kind].Entries++
		lines[kind].Minutes += int(row.Int("minutes"))
		whose[kind][file] = true
	})
	for _, kind := range d.careKinds() {
		line := MonthLine{Service: kind}
		if lines[kind] != nil {
			line, line.Persons = *lines[kind], len(whose[kind])
		}
		line.Persons = len(whose[kind])
		out.Lines = append(out.Lines, line)
	}
	return err
}

func (d *Desk) monthWrong(ctx context.Context, who access.Who, out *Month) error {
	count := map[string]int{}
	err := d.each(ctx, "incidents", who, out, func(row store.Found) { count[row.Text("what")]++ })
	for _, what := range casework.IncidentKinds {
		if count[what] > 0 {
			out.Wrong = append(out.Wrong, MonthWrong{what, count[what]})
		}
	}
	return err
}

// each reads the rows that this house wrote in the month, a page at a time.
func (d *Desk) each(ctx context.Context, table string, who access.Who, m *Month, do func(store.Found)) error {
	q := store.Query{
		Scope: everything,
		Where: []store.Filter{
			store.Where("body_id", store.Is, string(who.Body)), store.Where("at", store.From, m.From), store.Where("at", store.Before, m.To),
		},
		Sort: []store.Order{{Column: "at"}}, Limit: 1000, NoTotal: true,
	}
	for {
		page, err := d.deps.Store.List(ctx, table, q)
		if err != nil {
			return fault.At("count "+table, err)
		}
		for _, row := range page.Rows {
			do(row)
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
