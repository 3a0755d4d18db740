// Package lists links lists of people by probability: Fellegi and Sunter's model,
// whose weights are learnt from the lists themselves, without a single pair that
// somebody labelled. Fields are compared in levels, patterns of levels are counted
// over all pairs, and expectation and maximisation run on the counts.
//
// It says how probable it is that two records are one person's, and what each field
// said. It refuses to decide what a probability is good for: whoever counts with it
// names a threshold. It refuses to leave pairs out that could reach that threshold:
// where it compares fewer than all, those left out are shown by the weights to stay
// below it.
//
// Weak, and known: fields are taken to err independently of one another, which
// members of a family and people with a guessed birth do not; a probability is as
// good as that, and best read beside a list whose truth is known.
package lists

import (
	"fmt"
	"strings"

	"pana/internal/delimited"
)

// Record is one line of a list. What is not known is empty.
type Record struct {
	ID, Given, Family, Sex, Place, Document string
	Birth                                   Birth
	Line                                    int
}

// Field is what records are compared in.
type Field int

const (
	Given Field = iota
	Family
	Born
	Sex
	Place
	Document
	fields
)

func (f Field) String() string {
	return [...]string{"given", "family", "birth", "sex", "place", "document"}[f]
}

// Levels of agreement, from none upward. On every field 0 says that one of the two
// has nothing there, and 1 that they differ; from 2 on they are near.
const (
	missing = 0
	differs = 1
	near    = 2 // the lowest at which something agrees
)

// levels of each field, in words.
var levels = [fields][]string{
	Given:    {"missing", "differs", "alike", "close", "same", "exchanged with the family name"},
	Family:   {"missing", "differs", "alike", "close", "same"},
	Born:     {"missing", "differs", "same year, one of them known no better", "one part differs", "day and month exchanged", "both 1 January of one year", "same"},
	Sex:      {"missing", "differs", "same"},
	Place:    {"missing", "differs", "close", "same"},
	Document: {"missing", "differs", "one slip", "same"},
}

const (
	nameAlike, nameClose, nameSame, nameExchanged       = 2, 3, 4, 5
	bornFits, bornNear, bornSwapped, bornHeaped, bornIs = 2, 3, 4, 5, 6
	sexSame                                             = 2
	placeClose, placeSame                               = 2, 3
	paperSlip, paperSame                                = 2, 3
)

// pattern is the levels of all fields in one number.
type pattern uint16

const shiftBorn, shiftPlace = 6, 11

var shifts = [fields]uint{Given: 0, Family: 3, Born: shiftBorn, Sex: 9, Place: shiftPlace, Document: 13}

const patterns = 1 << 15

func (p pattern) level(f Field) int {
	bits := uint(3)
	if f >= Sex {
		bits = 2
	}
	return int(p>>shifts[f]) & (1<<bits - 1)
}

func patternOf(level [fields]int) (p pattern) {
	for f, l := range level {
		p |= pattern(l) << shifts[f]
	}
	return p
}

// real says that no field has a level that there is not.
func (p pattern) real() bool {
	for f := range fields {
		if p.level(f) >= len(levels[f]) {
			return false
		}
	}
	return p.level(Given) != nameExchanged || p.level(Family) == missing
}

// ReadError is what is wrong with a file, where, and what to do.
type ReadError = delimited.ReadError

// Columns says which column of a file is what; without a name, the list has none.
type Columns struct {
	ID     string
	Column [fields]string
}

// ParseColumns reads id=COL,given=COL,…
func ParseColumns(text string) (c Columns, err error) {
	for _, one := range strings.Split(text, ",") {
		what, column, ok := strings.Cut(strings.TrimSpace(one), "=")
		if !ok || column == "" {
			return c, fmt.Errorf("--map %q is not NAME=COLUMN", one)
		}
		if what == "id" {
			c.ID = column
			continue
		}
		found := false
		for f := range fields {
			if f.String() == what {
				c.Column[f], found = column, true
			}
		}
		if !found {
			return c, fmt.Errorf("--map knows id, given, family, birth, sex, place and document, not %q", what)
		}
	}
	if c.ID == "" {
		return c, fmt.Errorf("--map needs id=COLUMN: what a record is called in the answer")
	}
	if c.Column == [fields]string{} {
		return c, fmt.Errorf("--map names no column but id: name what people are compared in, such as given=COLUMN,family=COLUMN,birth=COLUMN")
	}
	return c, nil
}
