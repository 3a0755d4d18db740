package lists

import (
	"fmt"
	"strings"

	"pana/internal/delimited"
	"pana/internal/linkage"
)

// List is a file that was read.
type List struct {
	Records  []Record
	Encoding string
	// Notes are what whoever reads the answer should know: births that nobody could
	// read, and where the first stands.
	Notes []string
}

// Read reads a table with a first line that names columns: UTF-8, UTF-16 or
// windows-1251; comma, semicolon or tab between, quotes where needed. What it cannot
// read it refuses with the place, and never with what stands there.
func Read(file []byte, c Columns) (*List, error) {
	t, err := delimited.Open(file, ", and --map say which is what", c.named()...)
	if err != nil {
		return nil, err
	}
	list, at := &List{Encoding: t.Encoding}, c.places(t)
	births := unread{}
	seen := map[string]int{}
	for {
		row, where, err := t.Next()
		if err != nil {
			return nil, err
		}
		if row == nil {
			break
		}
		r := at.record(row, &births, where)
		if r.ID == "" {
			return nil, &ReadError{Line: r.Line, Column: where[at.id].Column, What: "the id is empty: give every record one"}
		}
		if first, twice := seen[r.ID]; twice {
			return nil, &ReadError{Line: r.Line, Column: where[at.id].Column, What: fmt.Sprintf("this id stands on line %d already: which of the two is meant in the answer? Give every record its own", first)}
		}
		seen[r.ID] = r.Line
		list.Records = append(list.Records, r)
	}
	if len(list.Records) == 0 {
		return nil, &ReadError{Line: t.Line(), Column: 1, What: "the list is empty: below the names of columns there is no record"}
	}
	if births.n > 0 {
		list.Notes = append(list.Notes, fmt.Sprintf("%d births are no dates that can be read (the first on line %d, column %d) and count as not known", births.n, births.first.Line, births.first.Column))
	}
	return list, nil
}

// named are the columns that the file must have.
func (c Columns) named() []string {
	out := []string{c.ID}
	for _, name := range c.Column {
		if name != "" {
			out = append(out, name)
		}
	}
	return out
}

func (c Columns) places(t *delimited.Table) *places {
	at := &places{id: t.Index(c.ID)}
	for f, name := range c.Column {
		at.field[f] = -1
		if name != "" {
			at.field[f] = t.Index(name)
		}
	}
	return at
}

type unread struct {
	n     int
	first delimited.Place
}

// places says in which column each thing stands; -1 for none.
type places struct {
	id    int
	field [fields]int
}

func (at *places) record(row []string, births *unread, where []delimited.Place) Record {
	get := func(f Field) string {
		if at.field[f] < 0 {
			return ""
		}
		return strings.TrimSpace(row[at.field[f]])
	}
	r := Record{ID: strings.TrimSpace(row[at.id]), Line: where[0].Line,
		Given: get(Given), Family: get(Family), Sex: sexOf(get(Sex)), Place: get(Place), Document: linkage.PlainDocument(get(Document))}
	if text := get(Born); text != "" {
		var ok bool
		if r.Birth, ok = ParseBirth(text); !ok {
			if births.n++; births.n == 1 {
				births.first = where[at.field[Born]]
			}
		}
	}
	return r
}

// sexOf reads what lists write; anything else is not known.
func sexOf(s string) string {
	switch strings.ToLower(s) {
	case "f", "female", "w", "ж", "жен", "женский", "ә", "әйел", "2":
		return "female"
	case "m", "male", "м", "муж", "мужской", "е", "ер", "еркек", "1":
		return "male"
	}
	return ""
}
