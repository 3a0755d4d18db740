package release

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
)

// Release is all that a plan publishes.
type Release struct {
	Tables    []Table
	Microdata *Microdata
}

// Write puts each table into a folder as a CSV file, and release.json beside them: what
// who reads the numbers must know, and nothing that would say more of the noise
// than was meant to be published. The folder is new, so that no file of another
// release is among them.
func (p *Plan) Write(r *Release, folder string) error {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	about := about{Threshold: p.Threshold}
	for i := range r.Tables {
		t := &r.Tables[i]
		if err := writeCSV(filepath.Join(folder, t.Name+".csv"), t.lines()); err != nil {
			return err
		}
		a := aboutTable{File: t.Name + ".csv", By: t.By, Method: t.Method, Exact: t.Exact}
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
		if err := writeCSV(filepath.Join(folder, p.Microdata.Name+".csv"), append([][]string{m.Columns}, m.Rows...)); err != nil {
			return err
		}
		about.Microdata = &aboutMicrodata{File: p.Microdata.Name + ".csv", K: p.Microdata.K, Records: len(m.Rows), Left: m.Left, Blanked: m.Blanked}
	}
	text, err := json.MarshalIndent(about, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "release.json"), append(text, '\n'), 0o644)
}

type about struct {
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

func writeCSV(name string, rows [][]string) (err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	for _, row := range rows {
		plain := make([]string, len(row))
		for i, v := range row {
			plain[i] = plainCell(v)
		}
		if err := w.Write(plain); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// plainCell keeps a value from being a formula where the file is opened.
func plainCell(v string) string {
	if v == "" {
		return v
	}
	switch v[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return "'" + v
	}
	return v
}
