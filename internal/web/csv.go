package web

import (
	"encoding/csv"
	"strings"
	"unicode/utf8"

	"pana/internal/desk"
	"pana/internal/fault"
)

// letters is the mark by which spreadsheets know that a text has letters beyond
// ASCII. Tables of codes go without: a program would read it into the first name.
const letters = "\ufeff"

// csvOf is rows for a spreadsheet, which runs none of them: whatever a person once
// typed, a body's name for one, stays a text (CWE-1236).
func csvOf(rows [][]string) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	for _, row := range rows {
		plain := make([]string, len(row))
		for i, cell := range row {
			plain[i] = noFormula(cell)
		}
		if err := w.Write(plain); err != nil {
			return "", fault.At("write a table", err)
		}
	}
	w.Flush()
	return b.String(), w.Error()
}

// noFormula puts a mark before what a spreadsheet would run, or begin a new cell at.
func noFormula(cell string) string {
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " ")); strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}

// downloadCSV gives a table that was recorded as taken. The mark is the last row, as
// wide as the rest: programs refuse a table whose rows are not.
func (l leaving) downloadCSV(name, mark string, rows [][]string) error {
	last := make([]string, max(1, len(rows[0])))
	last[0] = "# " + l.sentence()
	text, err := csvOf(append(rows, last))
	if err != nil {
		return err
	}
	return l.send("text/csv; charset=utf-8", name, ".csv", []byte(mark+text))
}

// downloadCSV is of a table of no one file: figures, counts.
func (c *call) downloadCSV(what, name, mark string, rows [][]string) error {
	l, err := c.leaves(desk.Taking{What: what})
	if err != nil {
		return err
	}
	return l.downloadCSV(name, mark, rows)
}

// publishCSV is a table that anybody may have, and that is of nobody.
func (c *call) publishCSV(name, mark string, rows [][]string) error {
	text, err := csvOf(rows)
	if err != nil {
		return err
	}
	return c.publish("text/csv; charset=utf-8", name+".csv", mark+text)
}
