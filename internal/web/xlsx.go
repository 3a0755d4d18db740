package web

import (
	"bytes"
	"slices"
	"strings"

	"pana/internal/delimited"
	"pana/internal/fault"
)

// asWorkbook says that a table is asked for as XLSX: every address of one in CSV gives
// both.
func (c *call) asWorkbook() bool {
	return c.r.URL.Query().Get("as") == "xlsx" || c.form.Get("taken_as") == "xlsx"
}

// workbook is a table with a sheet about it: whom it counts and what has to be known of it,
// where it is from, and the mark of its taking. What a table in CSV says in a last line
// of its own stands there too.
func (c *call) workbook(rows [][]string, notes []string, mark string) ([]byte, error) {
	f := c.frame("xlsx.about")
	var table [][]string
	for _, row := range rows {
		if note, remark := strings.CutPrefix(row[0], "# "); remark && len(row) == 1 {
			notes = append(notes, note)
			continue
		}
		table = append(table, row)
	}
	about := [][]string{{f.T("xlsx.what"), f.T("xlsx.says")}}
	for i, note := range notes {
		what := "xlsx.note"
		if i == 0 {
			what = "xlsx.perimeter"
		}
		about = append(about, []string{f.T(what), note})
	}
	about = append(about, []string{f.T("xlsx.address"), c.r.URL.Path}, []string{f.T("xlsx.made"), f.moment(c.now)})
	if mark != "" {
		about = append(about, []string{f.T("xlsx.taken"), mark})
	}
	var b bytes.Buffer
	err := delimited.WriteXLSX(&b, delimited.Sheet{Name: f.T("xlsx.table"), Rows: slices.Values(table)}, delimited.Sheet{Name: f.T("xlsx.about"), Rows: slices.Values(about)})
	return b.Bytes(), fault.At("write a table", err)
}
