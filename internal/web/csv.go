package web

import (
	"strings"

	"pana/internal/delimited"
	"pana/internal/desk"
	"pana/internal/fault"
)

// letters is the mark by which spreadsheets know that a text has letters beyond
// ASCII. Tables of codes go without: a program would read it into the first name.
const letters = "\ufeff"

func csvOf(rows [][]string) (string, error) {
	var b strings.Builder
	err := delimited.Write(&b, rows)
	return b.String(), fault.At("write a table", err)
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
