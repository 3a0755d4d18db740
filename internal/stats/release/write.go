package release

import (
	"encoding/json"
	"strconv"

	"pana/internal/stats/synthetic"
)

// Release is all that a plan publishes.
type Release struct {
	Tables    []Table
	Microdata *Microdata
}

// File is one that is published.
type File struct {
	Name string
	Rows [][]string
}

// AboutFile stands beside the tables.
const AboutFile = "release.json"

// Files are the tables for a spreadsheet, and what their reader must know: nothing that
// would say more of the noise than was meant to be published.
func (p *Plan) Files(r *Release) (files []File, aboutThem []byte, err error) {
	about := about{Threshold: p.Threshold, Perimeter: p.Perimeter, Footnotes: p.Footnotes}
	for i := range r.Tables {
		t := &r.Tables[i]
		a := aboutTable{File: t.Name + ".csv", By: t.By, Method: t.Method, Exact: t.Exact}
		files = append(files, File{a.File, t.lines()})
		switch t.Method {
		case CellKey:
			about.Noise = p.Noise
		case Suppressed:
			for _, c := range t.Cells {
				if c.Count == nil {
					a.NotShown++
				}
			}
		}
		about.Tables = append(about.Tables, a)
	}
	if m := r.Microdata; m != nil {
		about.Microdata = &aboutMicrodata{File: p.Microdata.Name + ".csv", K: p.Microdata.K, Records: len(m.Rows), Left: m.Left, Blanked: m.Blanked, Layout: p.Microdata.Layout, Columns: p.fates}
		files = append(files, File{about.Microdata.File, p.whole(m.Columns, m.Rows)})
	}
	aboutThem, err = json.MarshalIndent(about, "", "  ")
	return files, append(aboutThem, '\n'), err
}

// SyntheticFootnotes are told of every file of synthetic records.
var SyntheticFootnotes = []string{
	"No record is anybody's: records are drawn from counts to which noise was added.",
	"Whoever is in the list changes what is published by no more than epsilon and delta say, whatever else is known (differential privacy; neighbours differ by one person).",
	"An empty value was not recorded, or is one that too few have to be told from noise.",
	"Counts by three and more columns are not kept on purpose.",
}

// SyntheticFiles are the records for a spreadsheet, and what their reader must know.
func (p *Plan) SyntheticFiles(r *synthetic.Release, spent synthetic.Account) ([]File, []byte, error) {
	name := p.Synthetic.Name + ".csv"
	text, err := json.MarshalIndent(struct {
		File      string            `json:"file"`
		Perimeter string            `json:"perimeter,omitempty"`
		Footnotes []string          `json:"footnotes"`
		Synthetic synthetic.About   `json:"synthetic"`
		Budget    synthetic.Account `json:"budget"`
		Layout    string            `json:"layout,omitempty"`
		Columns   []Fate            `json:"columns,omitempty"`
	}{name, p.Perimeter, append(append([]string{}, SyntheticFootnotes...), p.Footnotes...), r.About, spent, p.Synthetic.Layout, p.fates}, "", "  ")
	return []File{{name, p.whole(r.Columns, r.Rows)}}, append(text, '\n'), err
}

type about struct {
	Perimeter string          `json:"perimeter,omitempty"`
	Footnotes []string        `json:"footnotes,omitempty"`
	Threshold int64           `json:"threshold"`
	Noise     *Design         `json:"noise,omitempty"`
	Tables    []aboutTable    `json:"tables"`
	Microdata *aboutMicrodata `json:"microdata,omitempty"`
}

type aboutTable struct {
	File     string   `json:"file"`
	By       []string `json:"by"`
	Method   Method   `json:"method"`
	Exact    []string `json:"exact"`
	NotShown int      `json:"not_shown,omitempty"`
}

type aboutMicrodata struct {
	File    string `json:"file"`
	K       int    `json:"k"`
	Records int    `json:"records"`
	Left    int    `json:"left_out"`
	Blanked int    `json:"values_not_shown"`
	Layout  string `json:"layout,omitempty"`
	Columns []Fate `json:"columns,omitempty"` // what each is filled from, and what is lost
}

// lines are a table's rows: what is not shown is empty, and a total has no value where
// it is of all.
func (t *Table) lines() [][]string {
	out := [][]string{append(append([]string{}, t.By...), "count")}
	for _, cells := range [][]Cell{t.Cells, t.Totals} {
		for _, c := range cells {
			count := ""
			if c.Count != nil {
				count = strconv.FormatInt(*c.Count, 10)
			}
			of := c.Of
			if len(of) == 0 {
				of = make([]string, len(t.By))
			}
			out = append(out, append(append([]string{}, of...), count))
		}
	}
	return out
}
