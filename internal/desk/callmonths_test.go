package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
)

// Nothing that is not given out can be had by taking away from the total.
func TestASmallNumberIsNotGivenOut(t *testing.T) {
	t.Parallel()
	const few = desk.Few
	for _, row := range []struct {
		why         string
		cells, want []int
		rest        int
	}{
		{"none is small: each is said, and none is none", []int{12, 0, 40}, []int{12, 0, 40}, 0},
		{"two small ones make enough together, and a none goes with them", []int{6, 40, 7, 0}, []int{few, 40, few, few}, 13},
		{"one small one would be the difference: the next goes with it", []int{40, 3, 12}, []int{40, few, few}, 15},
		{"as long as it is few, one more goes", []int{1, 11, 11}, []int{few, few, 11}, 12},
		{"exactly at the bound is said", []int{11}, []int{11}, 0},
	} {
		cells := slices.Clone(row.cells)
		if rest := desk.HideFew(cells, 11); !slices.Equal(cells, row.want) || rest != row.rest {
			t.Errorf("%s: %v and %d, want %v and %d", row.why, cells, rest, row.want, row.rest)
		}
	}
}

// A month that is over is published by line and kind; the running one is not; and
// of another hotline's calls nobody reads here.
func TestFiguresOfCallsAsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	for n, of := range map[string]int{"information": 14, "silent": 3} {
		for range of {
			w.call(operator, desk.CallInput{Channel: "call", Line: "150", Outcome: n})
		}
	}
	for range 2 {
		w.call(operator, desk.CallInput{Channel: "message", Line: "11616", Outcome: casework.SignalOpen})
	}
	if m, err := w.desk.CallMonths(ctx, operator); err != nil || len(m.Rows) != 0 {
		t.Errorf("the running month is given out: %+v, %v", m.Rows, err)
	}
	w.push(31 * 24 * time.Hour)
	m, err := w.desk.CallMonths(ctx, operator)
	if err != nil || len(m.Rows) != 2 || m.Few != 11 {
		t.Fatalf("%+v, %v", m, err)
	}
	small, calls := m.Rows[0], m.Rows[1]
	if small.Line != "11616" || small.Calls != desk.Few || small.Rest != desk.Few || slices.Max(small.Cells) != desk.Few || small.Confirmed != desk.Few {
		t.Errorf("two messages are told apart: %+v", small)
	}
	if calls.Line != "150" || calls.Calls != 17 || calls.Rest != 17 || slices.Max(calls.Cells) != desk.Few {
		t.Errorf("three silent calls are what 17 less 14 are: %+v", calls)
	}
	if other, err := w.desk.CallMonths(ctx, w.helpline("operator")); err != nil || len(other.Rows) != 0 {
		t.Errorf("another hotline reads %+v, %v", other.Rows, err)
	}
	for name, who := range map[string]access.Who{"police": w.body("police", "Police", "officer"), "the coordinator": w.coordinator} {
		if _, err := w.desk.CallMonths(ctx, who); !isWithheld(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
