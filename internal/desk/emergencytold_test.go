package desk_test

import (
	"slices"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

// An emergency opening rings at the desk of the lawyer whom she asked, and not at that
// of a body that only had to do with her.
func TestAnEmergencyRingsAtHerAdvocates(t *testing.T) {
	t.Parallel()
	w := aWomanIn(t, "2026-11-23")
	w.takes(w.identifiers, "identify", identified)
	w.filed(w.shelter, w.file, "ask_lawyer", w.lawyer.Body)
	if _, _, err := w.desk.OpenEmergency(t.Context(), w.coordinator, desk.EmergencyInput{Key: w.k(), File: id.Number(w.file), Reason: "missing"}); err != nil {
		t.Fatal(explain(err))
	}
	told := func(lines []desk.WorkLine) bool {
		return slices.ContainsFunc(lines, func(l desk.WorkLine) bool { return l.Verb == casework.TaskEmergencyTold && l.Subject.File == w.file })
	}
	if !told(w.work(w.lawyer, "task")) {
		t.Error("her lawyer is not told")
	}
	if told(w.work(w.shelter, "task")) || told(w.work(w.identifiers, "task")) {
		t.Error("who is not her advocate is told as one")
	}
	w.agrees()
}
