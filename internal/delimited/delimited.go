// Package delimited reads tables that people saved from whatever they have: a line
// for each row, the first naming the columns; UTF-8, UTF-16 or windows-1251; comma,
// semicolon or tab between, quotes where needed. What it cannot read it refuses with the
// place, and never with what stands there: these are files of people.
package delimited

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// ReadError is where a file cannot be read, in lines and characters from 1, and what to do.
type ReadError struct {
	Line, Column int
	What         string
}

func (e *ReadError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// Place is where a value begins, in characters.
type Place struct{ Line, Column int }

// Table reads rows, and knows where it is.
type Table struct {
	Head     []string
	Encoding string

	text         string
	separator    byte
	line, column int
}

// Open finds the encoding, and the separator under which all the columns named are
// there; hint ends the sentence that is said when one is not.
func Open(file []byte, hint string, columns ...string) (*Table, error) {
	text, encoding, err := decode(file)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, &ReadError{1, 1, "the file is empty: its first line must name columns"}
	}
	absent, most := "", -1
	for _, separator := range []byte{',', ';', '\t'} {
		t := &Table{text: text, separator: separator, Encoding: encoding, line: 1, column: 1}
		row, _, err := t.row()
		if err != nil {
			continue
		}
		for _, name := range row {
			t.Head = append(t.Head, strings.TrimSpace(name))
		}
		found, missing := 0, ""
		for _, name := range columns {
			switch {
			case t.Index(name) >= 0:
				found++
			case missing == "":
				missing = name
			}
		}
		if missing == "" {
			return t, nil
		}
		if found > most {
			absent, most = missing, found
		}
	}
	return nil, &ReadError{1, 1, fmt.Sprintf("no column is called %q: the first line must name columns, with comma, semicolon or tab between%s", absent, hint)}
}

// Index is the place of a column, or -1.
func (t *Table) Index(name string) int {
	for i, have := range t.Head {
		if have == name {
			return i
		}
	}
	return -1
}

// Line is the line that comes next.
func (t *Table) Line() int { return t.line }

// Next gives the next row that is not empty, as wide as the first line, and where each
// value begins; at the end, none.
func (t *Table) Next() (row []string, where []Place, err error) {
	for {
		row, where, err = t.row()
		if err != nil || row == nil {
			return nil, nil, err
		}
		if len(row) == 1 && strings.TrimSpace(row[0]) == "" {
			continue // an empty line
		}
		if len(row) != len(t.Head) {
			last := where[len(where)-1]
			return nil, nil, &ReadError{where[0].Line, last.Column, fmt.Sprintf("%d columns, and the first line has %d: a separator inside a value needs quotes around it", len(row), len(t.Head))}
		}
		return row, where, nil
	}
}

// row gives the next row, or none at the end.
func (t *Table) row() (row []string, where []Place, err error) {
	if t.text == "" {
		return nil, nil, nil
	}
	for {
		where = append(where, Place{t.line, t.column})
		value, end, err := t.value()
		if err != nil {
			return nil, nil, err
		}
		row = append(row, value)
		if end {
			return row, where, nil
		}
	}
}

// value gives one, and whether the row ends behind it.
func (t *Table) value() (value string, end bool, err error) {
	if trimmed := strings.TrimLeft(t.text, " "); strings.HasPrefix(trimmed, `"`) {
		t.skip(len(t.text) - len(trimmed) + 1)
		return t.quoted()
	}
	n := strings.IndexAny(t.text, string(rune(t.separator))+"\r\n")
	if n < 0 {
		n = len(t.text)
	}
	value = t.text[:n]
	if q := strings.IndexByte(value, '"'); q >= 0 {
		return "", false, &ReadError{t.line, t.column + utf8.RuneCountInString(value[:q]), "a quote inside a value without quotes: put the value in quotes and write the quote twice"}
	}
	t.skip(n)
	end, _ = t.behind()
	return value, end, nil
}

func (t *Table) quoted() (value string, end bool, err error) {
	from := Place{t.line, t.column - 1}
	var b strings.Builder
	for {
		n := strings.IndexByte(t.text, '"')
		if n < 0 {
			return "", false, &ReadError{from.Line, from.Column, "these quotes are never closed"}
		}
		b.WriteString(t.text[:n])
		t.skip(n + 1)
		if !strings.HasPrefix(t.text, `"`) {
			break
		}
		b.WriteByte('"')
		t.skip(1)
	}
	t.skip(len(t.text) - len(strings.TrimLeft(t.text, " ")))
	end, ok := t.behind()
	if !ok {
		return "", false, &ReadError{t.line, t.column, "something stands between closing quotes and the separator"}
	}
	return b.String(), end, nil
}

// behind takes the separator or the end of the line that stands behind a value.
func (t *Table) behind() (end, ok bool) {
	switch {
	case t.text == "":
		return true, true
	case t.text[0] == t.separator:
		t.skip(1)
		return false, true
	case strings.HasPrefix(t.text, "\r\n"):
		t.skip(2)
		return true, true
	case t.text[0] == '\n' || t.text[0] == '\r':
		t.skip(1)
		return true, true
	}
	return false, false
}

func (t *Table) skip(n int) {
	gone := t.text[:n]
	t.text = t.text[n:]
	lines := strings.Count(gone, "\n") + strings.Count(gone, "\r") - strings.Count(gone, "\r\n")
	if lines == 0 {
		t.column += utf8.RuneCountInString(gone)
		return
	}
	t.line += lines
	t.column = 1 + utf8.RuneCountInString(gone[strings.LastIndexAny(gone, "\r\n")+1:])
}

// decode finds the encoding: by its mark, by the zeros between Latin letters, by
// being UTF-8; what is none of these is windows-1251, unless it has letters that
// nobody here is called by.
func decode(file []byte) (text, encoding string, err error) {
	switch {
	case bytes.HasPrefix(file, []byte{0xEF, 0xBB, 0xBF}):
		file = file[3:]
		if !utf8.Valid(file) {
			return "", "", brokenAt(file, "a mark says UTF-8, and this is none: save the file again as UTF-8")
		}
		return string(file), "UTF-8", nil
	case bytes.HasPrefix(file, []byte{0xFF, 0xFE}):
		return fromUTF16(file[2:], 1)
	case bytes.HasPrefix(file, []byte{0xFE, 0xFF}):
		return fromUTF16(file[2:], 0)
	case len(file) >= 4 && file[0] != 0 && file[1] == 0 && file[3] == 0:
		return fromUTF16(file, 1)
	case len(file) >= 4 && file[0] == 0 && file[1] != 0 && file[2] == 0:
		return fromUTF16(file, 0)
	}
	if i := bytes.IndexByte(file, 0); i >= 0 {
		return "", "", brokenAt(append(bytes.Clone(file[:i]), 0xFF), "a zero byte: this is no table of text; save it as CSV in UTF-8")
	}
	if utf8.Valid(file) {
		return string(file), "UTF-8", nil
	}
	return from1251(file)
}

// brokenAt is the place of the first byte that is no UTF-8.
func brokenAt(file []byte, what string) error {
	line, column := 1, 1
	for len(file) > 0 {
		r, n := utf8.DecodeRune(file)
		if r == utf8.RuneError && n == 1 {
			break
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
		file = file[n:]
	}
	return &ReadError{line, column, what}
}

// fromUTF16 reads pairs of bytes; high is which of the two is the upper one.
func fromUTF16(file []byte, high int) (text, encoding string, err error) {
	if len(file)%2 != 0 {
		return "", "", &ReadError{1, 1, "this looks like UTF-16 and has an odd number of bytes: it was cut off; save it again as UTF-8"}
	}
	units := make([]uint16, len(file)/2)
	for i := range units {
		units[i] = uint16(file[2*i+high])<<8 | uint16(file[2*i+1-high])
	}
	line, column := 1, 1
	for i := 0; i < len(units); i, column = i+1, column+1 {
		switch u := units[i]; {
		case u == '\n':
			line, column = line+1, 0
		case utf16.IsSurrogate(rune(u)):
			if i+1 == len(units) || utf16.DecodeRune(rune(u), rune(units[i+1])) == utf8.RuneError {
				return "", "", &ReadError{line, column, "half a character of UTF-16: save the file again as UTF-8"}
			}
			i++
		}
	}
	return string(utf16.Decode(units)), "UTF-16", nil
}

// notHere are letters of Serbian and Macedonian at whose places in the Kazakh code
// page KZ-1048 stand Қ, Һ, қ, һ, Ә, ә, Ң and ң: a file that has them was almost
// certainly written in that one, and would be read wrongly without a word.
const notHere = "\x8d\x8e\x9d\x9e\xa3\xbc\xbd\xbe"

func from1251(file []byte) (text, encoding string, err error) {
	line, column := 1, 1
	for _, c := range file {
		switch {
		case c == '\n':
			line, column = line+1, 0
		case c == 0x98:
			return "", "", &ReadError{line, column, "neither UTF-8 nor windows-1251: save the file again as UTF-8"}
		case strings.IndexByte(notHere, c) >= 0:
			return "", "", &ReadError{line, column, "as windows-1251 this letter is Serbian or Macedonian: the file is probably in the Kazakh code page KZ-1048; save it again as UTF-8"}
		}
		column++
	}
	out, err := charmap.Windows1251.NewDecoder().Bytes(file)
	return string(out), "windows-1251", err
}
