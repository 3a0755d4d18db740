package jobs_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"pana/internal/jobs"
	"pana/internal/store"
	"pana/internal/store/storetest"
)

// What was set is told from what passed; far ahead makes it unsure for a day, unless it
// is set back, and a night that the machine slept does not.
func TestTheClockIsSet(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	type move struct {
		passes, set time.Duration
		unsure      bool
	}
	for _, row := range []struct {
		why   string
		moves []move
		jumps int
	}{
		{"time passes", []move{{day, 0, false}, {400 * day, 0, false}}, 0},
		{"a clock that is kept right", []move{{time.Second, 9 * time.Second, false}, {time.Second, -9 * time.Second, false}}, 0},
		{"back an hour", []move{{time.Second, -time.Hour, false}}, 1},
		{"the machine slept ten hours", []move{{0, 10 * time.Hour, false}}, 1},
		{"a day ahead, for a day", []move{{time.Second, day, true}, {23 * time.Hour, 0, true}, {time.Hour, 0, false}}, 1},
		{"a year ahead, and set right", []move{{time.Second, 365 * day, true}, {time.Hour, -365 * day, false}}, 2},
		{"a year ahead, and half of it back", []move{{time.Second, 365 * day, true}, {time.Hour, -180 * day, true}}, 2},
		{"back a day, and right again", []move{{time.Second, -day, false}, {time.Hour, day, true}}, 2},
	} {
		wall, passed := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), time.Duration(0)
		w := jobs.WatchOf(func() time.Time { return wall }, func() time.Duration { return passed })
		for i, m := range row.moves {
			wall, passed = wall.Add(m.passes+m.set), passed+m.passes
			if got := w.Unsure(); got != m.unsure {
				t.Errorf("%s, move %d: unsure %v", row.why, i, got)
			}
		}
		if got := w.Jumps(); len(got) != row.jumps {
			t.Errorf("%s: %v", row.why, got)
		}
	}
	var nobody *jobs.Watch
	if nobody.Unsure() || nobody.Look() != 0 || len(nobody.Jumps()) != 0 {
		t.Error("where nobody looks something was seen")
	}
}

// What the watch saw is kept for the doctor, by the beat that saw it.
func TestThatTheClockWasSetIsKept(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Options{Address: filepath.Join(t.TempDir(), "jobs.db"), Stamp: "demo", Origin: "jobs", Model: storetest.Model{}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	began, looks := time.Now(), 0
	watch := jobs.WatchOf(func() time.Time {
		if looks++; looks > 3 {
			return time.Now().Round(0).Add(-time.Hour)
		}
		return time.Now().Round(0)
	}, func() time.Duration { return time.Since(began) })
	var ahead atomic.Int64
	ctx, end := context.WithCancel(t.Context())
	jobs.Run(ctx, s, &desk{clock: &ahead, pushIn: -1, last: 20, end: end}, jobs.Options{Every: time.Millisecond, Now: time.Now, Watch: watch})
	if at, by, err := s.ClockWasSet(t.Context()); err != nil || by.Round(time.Minute) != -time.Hour || at.IsZero() {
		t.Errorf("kept: %v at %v, %v", by, at, err)
	}
}
