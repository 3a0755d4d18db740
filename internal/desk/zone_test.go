package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
)

// clock is a clock of a file as a worker reads it, after the day's work was done.
func (w *world) clock(who access.Who, file id.File, clock string) (state string, due time.Time) {
	w.t.Helper()
	if err := w.desk.AllDaily(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	v, err := w.desk.File(w.t.Context(), who, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(v.Clocks, func(c desk.ClockLine) bool { return c.ID == clock })
	if i < 0 {
		return "", time.Time{}
	}
	return v.Clocks[i].State, v.Clocks[i].Due
}

// Five days to apply, over 29 February and the hour by which the country put its clocks
// back in the night after it: the last day ends at 24:00 as its own clocks show it, also
// when that is the day of twenty-five hours. Until then the step is not overdue.
func TestALimitOverTheChangeOfTheZone(t *testing.T) {
	t.Parallel()
	for why, row := range map[string]struct{ said, end time.Time }{
		"it ends after the change":                     {time.Date(2024, 2, 27, 4, 0, 0, 0, time.UTC), time.Date(2024, 3, 3, 19, 0, 0, 0, time.UTC)},
		"its last day is the one of twenty-five hours": {time.Date(2024, 2, 24, 4, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 19, 0, 0, 0, time.UTC)},
		"it ends before the change":                    {time.Date(2024, 2, 22, 4, 0, 0, 0, time.UTC), time.Date(2024, 2, 27, 18, 0, 0, 0, time.UTC)},
	} {
		w := newWorldAt(t, row.said)
		akimat := w.body("local_executive_body", "Akimat", "decider")
		file, err := w.said(akimat.Body, map[string]string{"writes": "able", "entered_how": "regular"})
		if err != nil {
			t.Fatal(err)
		}
		for _, look := range []struct {
			at    time.Time
			state string
		}{{row.said, "running"}, {row.end.Add(-time.Hour), "running"}, {row.end.Add(-time.Minute), "running"}, {row.end, "expired"}} {
			w.push(look.at.Sub(w.now()))
			if state, due := w.clock(w.border, file, "claim_limit"); state != look.state || !due.Equal(row.end) {
				t.Errorf("%s, at %s: %s, due %s; want %s, %s", why, look.at, state, due, look.state, row.end)
			}
		}
	}
}

// Twenty working days leave out the weekends, 8 March and the days of Nauryz, and end
// at the hour at which they began.
func TestWorkingDaysLeaveOutTheHolidays(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2024, 3, 5, 5, 0, 0, 0, time.UTC))
	file, _, ministry := w.refused()
	w.filed(w.border, file, "complain_claim", ministry.Body)
	want := time.Date(2024, 4, 5, 5, 0, 0, 0, time.UTC)
	if state, due := w.clock(w.border, file, "claim_complaint_answer"); state != "running" || !due.Equal(want) {
		t.Errorf("%s, due %s; want %s", state, due, want)
	}
}
