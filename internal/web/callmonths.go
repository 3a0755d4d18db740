package web

import (
	"strconv"
	"strings"

	"pana/internal/desk"
)

// callMonthsView are a hotline's figures as they may be published.
type callMonthsView struct {
	Frame
	M desk.CallMonths
}

func callMonthsPage(c *call) error {
	m, err := c.site.Desk.CallMonths(c.ctx, c.who)
	if err != nil {
		return err
	}
	f := c.frame("callmonths.title")
	f.Wide = true
	return c.show(callMonthsView{f, m})
}

// Count writes a number, or that it is not given out.
func (v callMonthsView) Count(n int) string {
	if n == desk.Few {
		return v.T("callmonths.few")
	}
	return v.Number(n)
}

// Kind is the row's line and kind.
func (v callMonthsView) Kind(m desk.CallMonth) string {
	return strings.TrimSpace(m.Line + " " + inside(v.T("channel."+m.Channel)))
}

// callMonthsCSV is the same for a table. What is not given out is an empty cell,
// so that nobody adds it as none.
func callMonthsCSV(c *call) error {
	m, err := c.site.Desk.CallMonths(c.ctx, c.who)
	if err != nil {
		return err
	}
	count := func(n int) string {
		if n == desk.Few {
			return ""
		}
		return strconv.Itoa(n)
	}
	head := append([]string{"month", "line", "kind", "calls"}, m.Outcomes...)
	rows := [][]string{append(head, "not_given_out_apart", "referred", "confirmed")}
	for _, r := range m.Rows {
		row := []string{r.Month.Format("2006-01"), r.Line, r.Channel, count(r.Calls)}
		for _, n := range r.Cells {
			row = append(row, count(n))
		}
		rows = append(rows, append(row, count(r.Rest), count(r.Referred), count(r.Confirmed)))
	}
	return c.downloadCSV("calls", "calls", "", rows)
}
