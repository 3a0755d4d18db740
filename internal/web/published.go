package web

import (
	"encoding/json"
	"slices"

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
	var rows [][]string
	for _, b := range all {
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
	return c.publishCSV("published", letters, rows)
}

// publishedDownload has rows of calls, or months of a procedure.
type publishedDownload struct {
	Body      string             `json:"body"`
	Procedure string             `json:"procedure,omitempty"`
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
	out := []publishedDownload{}
	for _, b := range all {
		one := publishedDownload{Body: b.Name, Procedure: b.Procedure, Least: b.Few, Outcomes: b.Outcomes}
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
