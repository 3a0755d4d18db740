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

// Five days to apply, over 29 February and the night on which the country put its
// clocks back: the last day ends at 24:00 as clocks then show it, an hour later than
// by those of the first day. Until then the step is hers, and not overdue.
func TestALimitOverTheChangeOfTheZone(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2024, 2, 27, 4, 0, 0, 0, time.UTC)) // ten in the morning
	akimat := w.body("local_executive_body", "Akimat", "decider")
	file, err := w.said(akimat.Body, map[string]string{"writes": "able", "entered_how": "regular"})
	if err != nil {
		t.Fatal(err)
	}
	end := time.Date(2024, 3, 3, 19, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		why   string
		at    time.Time
		state string
	}{
		{"on the first day", w.now(), "running"},
		{"on 29 February", time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC), "running"},
		{"at 24:00 by the clocks of the first day", end.Add(-time.Hour), "running"},
		{"a minute before 24:00", end.Add(-time.Minute), "running"},
		{"at 24:00", end, "expired"},
	} {
		w.push(row.at.Sub(w.now()))
		if state, due := w.clock(w.border, file, "claim_limit"); state != row.state || !due.Equal(end) {
			t.Errorf("%s: %s, due %s; want %s, %s", row.why, state, due, row.state, end)
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
