package delimited

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// Write gives rows to a spreadsheet, which runs none of them: whatever a person once
// typed, a body's name for one, stays a text (CWE-1236).
func Write(to io.Writer, rows [][]string) error {
	w := csv.NewWriter(to)
	for _, row := range rows {
		plain := make([]string, len(row))
		for i, cell := range row {
			plain[i] = noFormula(cell)
		}
		if err := w.Write(plain); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// noFormula puts a mark before what a spreadsheet would run, or begin a new cell at.
func noFormula(cell string) string {
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

func formula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " "))
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first)
}

// Plain takes away the mark that Write put before a cell, and nothing else.
func Plain(cell string) string {
	if rest, marked := strings.CutPrefix(cell, "'"); marked && formula(rest) {
		return rest
	}
	return cell
}
