package desk

import (
	"testing"
	"time"

	"pana/internal/id"
)

// A list is as long as the people in it; what has a time stands for itself.
func TestStepsThatNoTimePressesStandTogether(t *testing.T) {
	t.Parallel()
	due := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	line := func(kind, verb string, file id.File, due time.Time) WorkLine {
		return WorkLine{Kind: kind, Verb: verb, Subject: Subject{File: file}, Due: due}
	}
	got := together([]WorkLine{
		line("step", "stay", "anna", time.Time{}),
		line("step", "complain", "anna", due),
		line("task", "call", "anna", time.Time{}),
		line("step", "serve", "anna", time.Time{}),
		line("step", "serve", "berik", time.Time{}),
	})
	want := []struct {
		verb string
		also int
		why  string
	}{
		{"stay", 1, "the first of hers that no time presses has the other with it"},
		{"complain", 0, "a limit is a line of its own"},
		{"call", 0, "a task is no step"},
		{"serve", 0, "another person's is another line"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d lines, not %d: %+v", len(got), len(want), got)
	}
	for i, row := range want {
		if got[i].Verb != row.verb || len(got[i].Also) != row.also {
			t.Errorf("%s: %+v", row.why, got[i])
		}
	}
}
