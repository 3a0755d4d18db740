package web

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/desk"
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
			lines = append(lines, f.ErrorLine(e))
		}
		answer := f.Errors[0].Text
		want := []string{f.T("field.reason") + " – " + answer, f.T("field.until"), f.Errors[2].Text, answer}
		if !slices.Equal(lines, want) {
			t.Errorf("%s: %q, want %q", lang, lines, want)
		}
	}
}

// What waits for a second is marked in what is taken out of the docket, as on its page.
func TestADocketTakenOutMarksWhatWaitsForASecond(t *testing.T) {
	t.Parallel()
	f := signed(wording.English, "docket.title")
	taken := docketTaken(f, desk.Docket{Lines: []desk.DocketLine{{Step: "identify", Two: []desk.WorkLine{{Verb: "work.confirm", Step: "identify"}}}, {Step: "identify"}}})
	at := slices.Index(taken.IDs, "second")
	if at < 0 || !strings.Contains(taken.Rows[0][at], f.T("docket.work.confirm")) || taken.Rows[1][at] != "" {
		t.Errorf("%v %q", taken.IDs, taken.Rows)
	}
}
