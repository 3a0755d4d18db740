package desk

import (
	"strconv"
	"unicode/utf8"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// Limits of what is typed, in characters.
const (
	maxName = 200
	maxNote = 4_000
	maxLine = 300
)

// tooLong reports a text over its limit; how long it may be, never what it said.
func tooLong(field string, t withheld.Text, limit int) []fault.Field {
	if utf8.RuneCountInString(t.Reveal()) <= limit && utf8.ValidString(t.Reveal()) {
		return nil
	}
	return []fault.Field{{Name: field, Code: "field.too_long", Args: map[string]string{"max": itoa(limit)}}}
}

// checkText asks for a text that is there and not too long.
func checkText(field string, t withheld.Text, limit int) error {
	if t.Empty() {
		return fault.Form(fault.Field{Name: field, Code: "field.required"})
	}
	return fault.Form(tooLong(field, t, limit)...)
}

func itoa(n int) string { return strconv.Itoa(n) }
