package desk_test

import (
	"slices"
	"testing"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

// What is taken out of Pana stands in each file, with what for; without that it is
// not given, and not for more files than somebody could look after.
func TestTakingOutIsRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	girl := w.named()
	out := func(purpose string, files ...id.File) error {
		_, err := w.desk.TakeOut(t.Context(), w.inspector, desk.TakeOutInput{Key: w.k(), Purpose: purpose, Files: files})
		return err
	}
	if err := out("", girl); len(fault.Of(err).Fields) != 1 {
		t.Errorf("for nothing: %v", err)
	}
	many := make([]id.File, 201)
	for i := range many {
		many[i] = id.New[id.File](w.now())
	}
	if err := out("court", many...); len(fault.Of(err).Fields) != 1 || fault.Of(err).Fields[0].Code != "take_out.too_many" {
		t.Errorf("of 201 files: %v", err)
	}
	if err := out("court", many[0]); !isWithheld(err) {
		t.Errorf("of a file that is not there: %v", err)
	}
	for _, purpose := range []string{"court", "report", "court"} { // each is a taking out of its own, with its own number
		if err := out(purpose, girl, girl); err != nil {
			t.Fatal(err)
		}
	}
	page, err := w.desk.File(t.Context(), w.inspector, girl, "")
	taken := slices.DeleteFunc(page.Openings, func(o desk.OpeningLine) bool { return o.What != "taken_out" })
	if err != nil || len(taken) != 3 || taken[2].Purpose != "taken_court" {
		t.Errorf("the file says %+v, %v", taken, err)
	}
	if _, err := w.desk.TakeOut(t.Context(), w.admin, desk.TakeOutInput{Key: w.k(), Purpose: "court"}); !isWithheld(err) {
		t.Errorf("who reads no file: %v", err)
	}
}
