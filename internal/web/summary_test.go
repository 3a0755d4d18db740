package web

import (
	"slices"
	"testing"

	"pana/internal/fault"
	"pana/internal/wording"
)

// Whoever sends a form empty reads which fields lack an answer, not one sentence over
// and over; what is said once is said as it is.
func TestTheSummaryNamesFieldsThatLackTheSame(t *testing.T) {
	t.Parallel()
	for _, lang := range []wording.Lang{wording.Kazakh, wording.Russian, wording.English} {
		f := signed(lang, "erase.title")
		f.mend([]fault.Field{{Name: "reason", Code: "required"}, {Name: "f.until", Code: "required"}, {Name: "until", Code: "future"}, {Name: "no_such_field", Code: "required"}})
		var lines []string
		for _, e := range f.Errors {
			lines = append(lines, f.Line(e))
		}
		answer := f.Errors[0].Text
		want := []string{f.T("field.reason") + " – " + answer, f.T("field.until") + " – " + answer, f.Errors[2].Text, answer}
		if !slices.Equal(lines, want) {
			t.Errorf("%s: %q, want %q", lang, lines, want)
		}
	}
}
