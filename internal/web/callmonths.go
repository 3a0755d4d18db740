package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
)

// callMonthsView are a hotline's figures as they were published, and as they may be.
type callMonthsView struct {
	Frame
	told
	M       desk.FigureMonths
	Key     string
	Receipt *casework.Receipt
}

// Action is where a month is published.
func (v callMonthsView) Action() string { return "/calls/figures" }

func (v callMonthsView) Table() monthsTable {
	return monthsTable{Frame: v.Frame, Outcomes: v.M.Outcomes, Rows: v.M.Rows}
}

// monthsTable is the figures of a hotline or of a procedure on the page of who publishes
// them and on the public one.
type monthsTable struct {
	Frame
	Outcomes []string
	Rows     []desk.MonthRow
	Var      string // that a procedure's picture draws
}

// monthOfKind is one month of one line and kind, or of a procedure, with what was counted
// of it on several days side by side.
type monthOfKind struct {
	Month    string
	Kind     string
	Long     bool // of a procedure: many lines
	Versions []desk.MonthRow
	Lines    []countedLine
}

// Columns are those of its table: the words, then each version.
func (m monthOfKind) Columns() []struct{} { return make([]struct{}, 1+len(m.Versions)) }

// countedLine is one number in each version.
type countedLine struct {
	Group  string // under which words it stands with others
	Words  string
	Counts []int
}

// Kinds are the rows, those of one month, line and kind together.
func (v monthsTable) Kinds() []monthOfKind {
	var out []monthOfKind
	for _, r := range v.Rows {
		month, kind := r.Month.Format("2006-01"), v.Kind(r)
		if last := len(out) - 1; last < 0 || out[last].Month != month || out[last].Kind != kind {
			out = append(out, monthOfKind{Month: month, Kind: kind, Long: r.Procedure != ""})
		}
		of := &out[len(out)-1]
		of.Versions = append(of.Versions, r)
	}
	for i := range out {
		if out[i].Long {
			out[i].Lines = v.numbers(out[i].Versions)
		} else {
			out[i].Lines = v.callLines(out[i].Versions)
		}
	}
	return out
}

func (v monthsTable) callLines(versions []desk.MonthRow) []countedLine {
	out := v.lines()
	for _, r := range versions {
		for i, n := range append(append([]int{r.Calls}, r.Cells...), r.Rest, r.Referred, r.Confirmed) {
			out[i].Counts = append(out[i].Counts, n)
		}
	}
	if !slices.ContainsFunc(versions, func(r desk.MonthRow) bool { return r.Calls != desk.Few }) {
		return out[:1] // few in all says only that
	}
	return out
}

func (v monthsTable) lines() []countedLine {
	out := []countedLine{{Words: v.T("callmonths.calls")}}
	for _, o := range v.Outcomes {
		out = append(out, countedLine{Words: v.T("call_outcome." + o)})
	}
	for _, key := range []string{"callmonths.rest", "callmonths.referred", "callmonths.confirmed"} {
		out = append(out, countedLine{Words: v.T(key)})
	}
	return out
}

func callMonthsPage(c *call) error {
	return c.drawCallMonths(http.StatusOK, c.frame("callmonths.title"), nil)
}

func (c *call) drawCallMonths(status int, f Frame, done *casework.Receipt) error {
	m, err := c.site.Desk.CallMonths(c.ctx, c.who)
	if err != nil {
		return err
	}
	p := callMonthsView{Frame: f, M: m, Key: newKey(), Receipt: done}
	if done != nil {
		p.told = c.told(*done)
	}
	return c.render(status, "callmonths", p)
}

func publishCallsPost(c *call) error {
	f := c.frame("callmonths.title")
	month := c.form.Get("month")
	receipt, err := c.site.Desk.PublishCalls(c.ctx, c.who, desk.PublishInput{Key: c.form.Get("key") + "." + month, Month: month, Digest: c.form.Get("digest")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawCallMonths(http.StatusUnprocessableEntity, f, nil) }, f)
	}
	return c.drawCallMonths(http.StatusOK, f, &receipt)
}

// Count writes a number, or that it is not given out.
func (v monthsTable) Count(n int) string {
	if n == desk.Few {
		return v.T("callmonths.few")
	}
	return v.Number(n)
}

// Kind is the row's line and kind, or its procedure.
func (v monthsTable) Kind(m desk.MonthRow) string {
	if m.Procedure != "" {
		return v.Or("procedure."+m.Procedure, "picture.title")
	}
	return strings.TrimSpace(m.Line + " " + inside(v.T("channel."+m.Channel)))
}

// callMonthsCSV is the same for a table. What is not given out is an empty cell,
// so that nobody adds it as none.
func callMonthsCSV(c *call) error {
	m, err := c.site.Desk.CallMonths(c.ctx, c.who)
	if err != nil {
		return err
	}
	rows := [][]string{monthsHead(m.Outcomes)}
	for _, r := range m.Rows {
		rows = append(rows, c.monthCells(r))
	}
	return c.downloadCSV("calls", "calls", "", rows, c.note("callmonths.lead", "few", m.Few))
}

func monthsHead(outcomes []string) []string {
	head := append([]string{"month", "line", "kind", "as", "day", "calls"}, outcomes...)
	return append(head, "not_given_out_apart", "referred", "confirmed")
}

func (c *call) monthCells(r desk.MonthRow) []string {
	row := []string{r.Month.Format("2006-01"), r.Line, r.Channel, r.As, c.dayCell(r.On), countCell(r.Calls)}
	for _, n := range r.Cells {
		row = append(row, countCell(n))
	}
	return append(row, countCell(r.Rest), countCell(r.Referred), countCell(r.Confirmed))
}

// dayCell is a day in a table.
func (c *call) dayCell(t time.Time) string { return t.In(c.site.Zone).Format(time.DateOnly) }
