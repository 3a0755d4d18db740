package web

import (
	"encoding/json"
	"slices"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

// publishedView is what bodies published, for anybody.
type publishedView struct {
	Frame
	Bodies []desk.PublishedBody
}

func (v publishedView) Table(b desk.PublishedBody) monthsTable {
	return monthsTable{Frame: v.Frame, Outcomes: b.Outcomes, Rows: b.Rows, Var: b.Var}
}

// monthChart is how many there were in each month of one kind, the oldest first: as it
// was published last.
type monthChart struct {
	Kind string
	Bars []chartBar
}

// Charts are those of a body's months, before their tables.
func (v publishedView) Charts(b desk.PublishedBody) (out []monthChart) {
	type bar struct {
		month string
		n     int
	}
	table := v.Table(b)
	of := map[string][]bar{}
	for _, m := range slices.Backward(table.Kinds()) {
		if len(of[m.Kind]) == 0 {
			out = append(out, monthChart{Kind: m.Kind})
		}
		of[m.Kind] = append(of[m.Kind], bar{m.Month, monthTotal(m.Versions[len(m.Versions)-1])})
	}
	for i := range out {
		most := 1
		for _, b := range of[out[i].Kind] {
			most = max(most, b.n)
		}
		for _, b := range of[out[i].Kind] {
			drawn := chartBar{Text: b.month + ": " + table.Count(b.n), Hidden: b.n == desk.Few}
			switch {
			case b.n > 0:
				drawn.W = max(3, b.n*(chartWidth-4)/most)
			case drawn.Hidden:
				drawn.W = 24
			}
			out[i].Bars = append(out[i].Bars, drawn)
		}
	}
	return out
}

// monthTotal is the number that a month is drawn by: all calls, or those who began.
func monthTotal(r desk.MonthRow) int {
	if r.Procedure == "" {
		return r.Calls
	}
	return numberIn(r, casework.FigureNumber{What: "started"})
}

// publishedPerimeter is whom a body's months count.
func (f Frame) publishedPerimeter(b desk.PublishedBody) string {
	if b.Procedure == "" {
		return f.T("published.perimeter.calls")
	}
	return f.T("published.perimeter.procedure")
}

func (v publishedView) Perimeter(b desk.PublishedBody) string { return v.publishedPerimeter(b) }

// Courses says that somebody published months of a procedure.
func (v publishedView) Courses() bool {
	return slices.ContainsFunc(v.Bodies, func(b desk.PublishedBody) bool { return b.Procedure != "" })
}

// Called is the procedure of which a body published months, or "".
func (v publishedView) Called(b desk.PublishedBody) string {
	if b.Procedure == "" {
		return ""
	}
	return v.Or("procedure."+b.Procedure, "picture.title")
}

func publishedPage(c *call) error {
	all, err := c.site.Desk.PublishedFigures(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	return c.show(publishedView{c.frame("published.title"), all})
}

// publishedCSV has each body's rows; those of other columns have a head of their own.
func publishedCSV(c *call) error {
	all, err := c.site.Desk.PublishedFigures(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	f, perimeters := c.frame("published.title"), []string{c.note("published.lead")}
	var rows [][]string
	for _, b := range all {
		if p := b.Name + ": " + f.publishedPerimeter(b); !slices.Contains(perimeters, p) {
			perimeters = append(perimeters, p)
		}
		if b.Procedure != "" {
			rows = append(rows, append([]string{"body"}, numbersHead...))
			for _, r := range b.Rows {
				for _, cells := range c.numberCells(r) {
					rows = append(rows, append([]string{b.Name}, cells...))
				}
			}
			continue
		}
		rows = append(rows, append([]string{"body"}, monthsHead(b.Outcomes)...))
		for _, r := range b.Rows {
			rows = append(rows, append([]string{b.Name}, c.monthCells(r)...))
		}
	}
	return c.publishCSV("published", letters, rows, perimeters...)
}

// publishedDownload has rows of calls, or months of a procedure.
type publishedDownload struct {
	Body      string             `json:"body"`
	Procedure string             `json:"procedure,omitempty"`
	Perimeter string             `json:"perimeter"` // in the language that was asked for
	Source    string             `json:"source"`
	Least     int                `json:"least"`
	Outcomes  []string           `json:"outcomes,omitempty"`
	Versions  []publishedVersion `json:"versions"`
	Rows      []publishedDownRow `json:"rows,omitempty"`
	Months    []publishedMonth   `json:"months,omitempty"`
}

type publishedVersion struct {
	Month  string `json:"month"`
	Day    string `json:"day"`
	Digest string `json:"sha256"`
}

// publishedDownRow has null for what is not given out.
type publishedDownRow struct {
	Month     string `json:"month"`
	Day       string `json:"day"`
	Line      string `json:"line"`
	Kind      string `json:"kind"`
	Calls     *int   `json:"calls"`
	Cells     []*int `json:"cells"`
	Rest      *int   `json:"not_given_out_apart"`
	Referred  *int   `json:"referred"`
	Confirmed *int   `json:"confirmed"`
}

// publishedMonth is one version of a procedure's month.
type publishedMonth struct {
	Month   string            `json:"month"`
	Day     string            `json:"day"`
	Numbers []publishedNumber `json:"numbers"`
}

type publishedNumber struct {
	What  string `json:"what"`
	Which string `json:"which,omitempty"`
	N     *int   `json:"n"`
}

func publishedJSON(c *call) error {
	all, err := c.site.Desk.PublishedFigures(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	given := func(n int) *int {
		if n == desk.Few {
			return nil
		}
		return &n
	}
	f, out := c.frame("published.title"), []publishedDownload{}
	for _, b := range all {
		one := publishedDownload{Body: b.Name, Procedure: b.Procedure, Perimeter: f.publishedPerimeter(b), Source: f.T("published.source", "body", b.Name), Least: b.Few, Outcomes: b.Outcomes}
		for _, v := range b.Versions {
			one.Versions = append(one.Versions, publishedVersion{v.Month, c.dayCell(v.On), v.Digest})
		}
		for _, r := range b.Rows {
			if r.Procedure != "" {
				month := publishedMonth{Month: r.Month.Format("2006-01"), Day: c.dayCell(r.On)}
				for _, n := range r.Numbers {
					month.Numbers = append(month.Numbers, publishedNumber{n.What, n.Which, given(n.N)})
				}
				one.Months = append(one.Months, month)
				continue
			}
			row := publishedDownRow{
				Month: r.Month.Format("2006-01"), Day: c.dayCell(r.On), Line: r.Line, Kind: r.Channel,
				Calls: given(r.Calls), Rest: given(r.Rest), Referred: given(r.Referred), Confirmed: given(r.Confirmed),
			}
			for _, n := range r.Cells {
				row.Cells = append(row.Cells, given(n))
			}
			one.Rows = append(one.Rows, row)
		}
		out = append(out, one)
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return c.publish("application/json; charset=utf-8", "published.json", string(text))
}
