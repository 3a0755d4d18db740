package web

import (
	"encoding/json"

	"pana/internal/desk"
	"pana/internal/fault"
)

// publishedView is what hotlines published, for anybody.
type publishedView struct {
	Frame
	Bodies []desk.PublishedBody
}

func (v publishedView) Table(b desk.PublishedBody) monthsTable {
	return monthsTable{v.Frame, b.Outcomes, b.Rows}
}

func publishedPage(c *call) error {
	all, err := c.site.Desk.PublishedCalls(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	return c.show(publishedView{c.frame("published.title"), all})
}

// publishedCSV has each body's rows; one whose outcomes are others has a head of its own.
func publishedCSV(c *call) error {
	all, err := c.site.Desk.PublishedCalls(c.ctx, string(c.lang))
	if err != nil {
		return err
	}
	var rows [][]string
	for _, b := range all {
		rows = append(rows, append([]string{"body"}, monthsHead(b.Outcomes)...))
		for _, r := range b.Rows {
			rows = append(rows, append([]string{b.Name}, c.monthCells(r)...))
		}
	}
	return c.publishCSV("published", letters, rows)
}

type publishedDownload struct {
	Body     string             `json:"body"`
	Least    int                `json:"least"`
	Outcomes []string           `json:"outcomes"`
	Versions []publishedVersion `json:"versions"`
	Rows     []publishedDownRow `json:"rows"`
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

func publishedJSON(c *call) error {
	all, err := c.site.Desk.PublishedCalls(c.ctx, string(c.lang))
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
		one := publishedDownload{Body: b.Name, Least: b.Few, Outcomes: b.Outcomes}
		for _, v := range b.Versions {
			one.Versions = append(one.Versions, publishedVersion{v.Month, v.On.In(c.site.Zone).Format("2006-01-02"), v.Digest})
		}
		for _, r := range b.Rows {
			row := publishedDownRow{
				Month: r.Month.Format("2006-01"), Day: r.On.In(c.site.Zone).Format("2006-01-02"), Line: r.Line, Kind: r.Channel,
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
