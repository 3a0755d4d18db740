package web

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
)

type rollsDesk interface {
	Roll(ctx context.Context, who access.Who, roll string) (desk.RollView, error)
	RollMonth(ctx context.Context, who access.Who, roll string, day time.Time) (desk.RollMonth, error)
}

// rollView is one roll: in numbers that add up, then those of whom nobody said
// where they went, then who is here, what is missing first.
type rollView struct {
	Frame
	V     desk.RollView
	Parts []rollPart
}

// rollPart is those of one stage.
type rollPart struct {
	ID    string // of the stage; empty when a roll has none
	N     int
	Lines []desk.RollLine
}

func rollPage(c *call) error {
	v, err := c.site.Desk.Roll(c.ctx, c.who, c.r.URL.Query().Get("roll"))
	if err != nil {
		return err
	}
	return c.show(newRollPage(c.frame("rolls.title"), v))
}

func newRollPage(f Frame, v desk.RollView) rollView {
	if f.Has("roll." + v.ID) {
		f.TitleKey = "roll." + v.ID
	}
	f.Wide = true
	p := rollView{Frame: f, V: v}
	if len(v.Stages) == 0 {
		p.Parts = []rollPart{{N: v.Here, Lines: v.Inside}}
	}
	for _, s := range v.Stages {
		part := rollPart{ID: s.ID, N: s.N}
		for _, l := range v.Inside {
			if l.Stage == s.ID {
				part.Lines = append(part.Lines, l)
			}
		}
		p.Parts = append(p.Parts, part)
	}
	return p
}

// Counts says that the body has a roll of its own to count: who only watches others'
// is not told that nobody came.
func (p rollView) Counts() bool { return p.V.Keeps && (p.V.Entered > 0 || len(p.V.Elsewhere) == 0) }

// rollMonthView is a month of a roll: counts, nobody's name.
type rollMonthView struct {
	Frame
	M          desk.RollMonth
	Month      string
	Last, Next string
}

func (c *call) rollMonth() (desk.RollMonth, error) {
	day := c.now
	if typed := c.r.URL.Query().Get("month"); typed != "" {
		d, err := time.ParseInLocation("2006-01", typed, c.site.Zone)
		if err != nil {
			return desk.RollMonth{}, fault.Withheld("web: no such month")
		}
		day = d
	}
	return c.site.Desk.RollMonth(c.ctx, c.who, c.r.URL.Query().Get("roll"), day)
}

func rollMonthPage(c *call) error {
	m, err := c.rollMonth()
	if err != nil {
		return err
	}
	return c.show(newRollMonthPage(c.frame("month.title"), m))
}

func newRollMonthPage(f Frame, m desk.RollMonth) rollMonthView {
	p := rollMonthView{Frame: f, M: m, Month: m.From.Format("2006-01"), Last: m.From.AddDate(0, -1, 0).Format("2006-01")}
	if !m.Running {
		p.Next = m.To.Format("2006-01")
	}
	return p
}

// Of is the address of this roll's month, or of its table.
func (p rollMonthView) Of(path, month string) string {
	return path + "?" + url.Values{"roll": {p.M.ID}, "month": {month}}.Encode()
}

// LastDay is the day before a month's end.
func (p rollMonthView) LastDay(to time.Time) time.Time { return to.AddDate(0, 0, -1) }

// Count is a number, or that it is not given out: a larger one is kept back with a
// small one, or the small one could be reckoned, so that "few" would not be true.
func (p rollMonthView) Count(n int) string { return p.count(n) }

// rollMonthCSV is the same for a table: codes, so that months and bodies can be added.
func rollMonthCSV(c *call) error {
	m, err := c.rollMonth()
	if err != nil {
		return err
	}
	f, month := c.frame("rolls.title"), m.From.Format("2006-01")
	rows := [][]string{{"month", "roll", "what", "outcome", "n"}}
	for _, total := range []struct {
		what string
		n    int
	}{{"before", m.Before}, {"came", m.Came}, {"left", m.Left}, {"no_outcome", m.Lost}, {"here", m.After}, {"nights", m.Days}} {
		rows = append(rows, []string{month, m.ID, total.what, "", strconv.Itoa(total.n)})
	}
	for _, o := range m.Outcomes {
		n := "" // not given out, for whichever reason
		if o.N != desk.Few {
			n = strconv.Itoa(o.N)
		}
		rows = append(rows, []string{month, m.ID, "left", o.ID, n})
	}
	rows = append(rows, []string{month, m.ID, "left", "together", strconv.Itoa(m.Rest)})
	return c.downloadCSV("rolls", m.ID+"-"+month, "", rows, f.T("rollmonth.lead", "from", f.Day(m.From), "to", f.Day(m.To.AddDate(0, 0, -1))), f.T("rollmonth.note", "few", m.Few))
}
