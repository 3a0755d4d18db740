package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/store"
)

// RollMonth is what a body reports of its roll for a month: counts, and nobody's
// name, age or country. The outcomes are as they may leave the house: those that
// are too few to give out are said together.
type RollMonth struct {
	ID       string
	From, To time.Time
	Running  bool
	Few      int // numbers below it are not given out
	Before   int // here when the month began
	Came     int
	Left     int // with an outcome
	Lost     int // of those who came by the month's end: not here, and nobody said where to
	After    int // here when it ended
	Days     int // nights spent
	Outcomes []RollCount
	Rest     int
}

// Adds says that nobody is missing from the sum.
func (m RollMonth) Adds() bool { return m.Before+m.Came == m.Left+m.Lost+m.After }

// RollMonth counts a month of the own body's roll. Day is any day of the month.
func (d *Desk) RollMonth(ctx context.Context, who access.Who, asked string, day time.Time) (RollMonth, error) {
	roll, _, err := d.rollOf(ctx, who, asked)
	if err != nil {
		return RollMonth{}, err
	}
	if !slices.Contains(roll.Kinds, who.BodyKind) {
		return RollMonth{}, fault.Withheld("another body's roll")
	}
	r, err := d.reading(ctx, who, roll)
	if err != nil {
		return RollMonth{}, err
	}
	zone := d.pack().Location()
	y, m, _ := day.In(zone).Date()
	out := RollMonth{ID: roll.ID, From: time.Date(y, m, 1, 0, 0, 0, 0, zone), To: time.Date(y, m+1, 1, 0, 0, 0, 0, zone), Few: d.pack().Standards.Few}
	out.Running = out.To.After(d.now())
	of := map[string]int{}
	own := []store.Filter{
		store.Where("body_id", store.Is, string(who.Body)), store.Where("roll", store.Is, roll.ID), store.Where("since", store.Before, out.To.UTC()),
	}
	open := func(row store.Found) bool { return row.Time("left_at").IsZero() }
	err = d.eachStay(ctx, own, open, func(row store.Found, f *casework.File) error {
		line, err := r.line(row, f)
		if err == nil && (line.Left.IsZero() || !line.Left.Before(out.From)) {
			out.count(d, line, of)
		}
		return err
	})
	cells := make([]int, len(roll.Leaves))
	for i, step := range roll.Leaves {
		cells[i] = of[step]
	}
	out.Rest = out.Left
	if out.Left >= out.Few {
		out.Rest = hide(cells, out.Few)
	} else {
		for i := range cells {
			cells[i] = Few // so few in all that any of them says where one child went
		}
	}
	for i, step := range roll.Leaves {
		out.Outcomes = append(out.Outcomes, RollCount{step, cells[i]})
	}
	return out, err
}

// count puts one stay that reaches into the month where it belongs: once among
// those who were here or came, once among those who left, are lost or are here.
func (m *RollMonth) count(d *Desk, line RollLine, of map[string]int) {
	if line.Since.Before(m.From) {
		m.Before++
	} else {
		m.Came++
	}
	end := m.To
	if now := d.now(); now.Before(end) {
		end = now
	}
	switch {
	case !line.Left.IsZero() && line.Left.Before(m.To):
		m.Left++
		of[line.Outcome]++
		end = line.Left
	case line.State == RollLost || line.State == RollGone:
		m.Lost++
		return // until when nobody knows: its nights are not counted
	default:
		m.After++
	}
	from := line.Since
	if from.Before(m.From) {
		from = m.From
	}
	m.Days += d.nights(from, end)
}
