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
func (l leaving) downloadCSV(name, mark string, rows [][]string, notes ...string) error {
	if l.c.asWorkbook() {
		book, err := l.c.workbook(rows, notes, l.sentence())
		if err != nil {
			return err
		}
		return l.send(delimited.XLSX, name, ".xlsx", book)
	}
	last := make([]string, max(1, len(rows[0])))
	last[0] = "# " + l.sentence()
	text, err := csvOf(append(rows, last))
	if err != nil {
		return err
	}
	return l.send("text/csv; charset=utf-8", name, ".csv", []byte(mark+text))
}

// downloadCSV is of a table of no one file: figures, counts. The first of the notes is whom
// it counts; they are told where there is room for them, in a workbook.
func (c *call) downloadCSV(what, name, mark string, rows [][]string, notes ...string) error {
	l, err := c.leaves(desk.Taking{What: what})
	if err != nil {
		return err
	}
	return l.downloadCSV(name, mark, rows, notes...)
}

// note is a sentence that goes with a table.
func (c *call) note(key string, args ...any) string { return c.frame(key).T(key, args...) }

// publishCSV is a table that anybody may have, and that is of nobody.
func (c *call) publishCSV(name, mark string, rows [][]string, notes ...string) error {
	if c.asWorkbook() {
		book, err := c.workbook(rows, notes, "")
		if err != nil {
			return err
		}
		return c.publish(delimited.XLSX, name+".xlsx", string(book))
	}
	text, err := csvOf(rows)
	if err != nil {
		return err
	}
	return c.publish("text/csv; charset=utf-8", name+".csv", mark+text)
}
