package casework

import (
	"testing"
	"time"
)

// The index says when a file must be looked at again because time ran out.
func TestTheNextEnd(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return morning.AddDate(0, 0, n) }
	for _, row := range []struct {
		why    string
		clocks []ClockState
		want   time.Time
	}{
		{"no clock runs", nil, time.Time{}},
		{"the first of two", []ClockState{{Clock: "a", Due: day(9)}, {Clock: "b", Due: day(3)}}, day(3)},
		{"one that had ended when it was last looked at", []ClockState{{Clock: "a", Due: day(-1)}, {Clock: "b", Due: day(0)}}, time.Time{}},
		{"one that stands still", []ClockState{{Clock: "a", Due: day(3), Paused: true}}, time.Time{}},
		{"one whose length nobody knows", []ClockState{{Clock: "a", Unknown: "q"}}, time.Time{}},
	} {
		if got := (&File{Clocks: row.clocks, derivedAt: morning}).nextEnd(); !got.Equal(row.want) {
			t.Errorf("%s: %s, not %s", row.why, got, row.want)
		}
	}
}
