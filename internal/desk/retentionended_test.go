package desk_test

import (
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/pack"
)

// A time that counts from the end of what runs has not begun while anything does: a file
// whose criminal case is over and whose permit is not stays.
func TestATimeFromTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := *w.file(w.named())
	p, err := countryWith("", "")
	if err != nil {
		t.Fatal(err)
	}
	p.Keeping.Retention = []pack.Retention{{ID: "files", From: pack.FromEnded, Keep: "1 year"}}
	at := w.now()
	ended := func(procedure string, when time.Time) casework.Course {
		return casework.Course{Procedure: procedure, Started: at, Ended: when}
	}
	runs := ended("permit", time.Time{})
	later := at.AddDate(0, 6, 0)
	for _, row := range []struct {
		why     string
		courses []casework.Course
		asked   time.Time
		since   time.Time // zero: its time is not over
	}{
		{"nothing ever ran", nil, at.Add(20 * year), time.Time{}},
		{"the only one runs", []casework.Course{runs}, at.Add(20 * year), time.Time{}},
		{"one is over and one runs", []casework.Course{ended("criminal", at), runs}, at.Add(20 * year), time.Time{}},
		{"one runs and one is over", []casework.Course{runs, ended("criminal", at)}, at.Add(20 * year), time.Time{}},
		{"it was over and began again", []casework.Course{ended("criminal", at), ended("criminal", time.Time{})}, at.Add(20 * year), time.Time{}},
		{"half a year after the end", []casework.Course{ended("criminal", at)}, later, time.Time{}},
		{"a year after the end", []casework.Course{ended("criminal", at)}, at.Add(year), at},
		{"a year after the first of two ends", []casework.Course{ended("criminal", at), ended("permit", later)}, at.Add(year), time.Time{}},
		{"the later of two ends counts", []casework.Course{ended("permit", later), ended("criminal", at)}, later.Add(year), later},
	} {
		f.Courses = row.courses
		got := time.Time{}
		d, err := casework.FindRetention(&f, casework.Moment{At: row.asked, Laws: laws{p}})
		if err == nil {
			got = d.Events[0].Payload.(casework.RetentionFound).Since
		} else if !fault.Is(err, casework.CodeRetentionNone) {
			t.Errorf("%s: %v", row.why, err)
		}
		if !got.Equal(row.since) {
			t.Errorf("%s: counts from %v, not %v", row.why, got, row.since)
		}
	}
}
