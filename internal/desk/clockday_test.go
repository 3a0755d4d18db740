package desk_test

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/testkit"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // memory is there, processor is short
	code := m.Run()
	testkit.StopPostgres()
	os.Exit(code)
}

// Time that runs out is noticed on the day, whether or not a job was kept for it: a
// step that only an expiry opens is then in the list of who is with the person, one
// whose limit is over is not, and the file says when which time ran out. Once.
func TestTimeThatRunsOutIsNoticed(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "pana.db") },
		"postgres": func(t *testing.T) string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldIn(t, address(t), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
			silent, _, ministry := w.refused()
			late, _, _ := w.refusedAnd(w.now().Format(time.DateOnly)) // understood it that day: his own limit runs
			w.filed(w.border, silent, "complain_claim", ministry.Body)
			day := 24 * time.Hour
			steps := func(who access.Who) (out []string) {
				t.Helper()
				if err := w.desk.AllDaily(t.Context()); err != nil {
					t.Fatal(err)
				}
				for _, l := range w.work(who, "step") {
					out = append(out, string(l.Subject.File)+" "+l.Verb)
				}
				return out
			}
			suit, complaint := string(silent)+" step.sue_claim_silence", string(late)+" step.complain_claim"
			for _, row := range []struct {
				why             string
				wait            time.Duration
				suit, complaint bool
			}{
				{"the answer is not overdue and the limit runs", 0, false, true},
				{"the ministry was silent for twenty working days", 40 * day, true, true},
				{"three months after the refusal its limit is over, and so is a month after the silence", 100 * day, false, false},
			} {
				w.push(row.wait)
				got := steps(w.border)
				if slices.Contains(got, suit) != row.suit || slices.Contains(got, complaint) != row.complaint {
					t.Errorf("%s: %v", row.why, got)
				}
			}
			page, err := w.desk.File(t.Context(), w.border, silent, "")
			if err != nil {
				t.Fatal(err)
			}
			ended := slices.DeleteFunc(page.Timeline, func(l desk.TimelineLine) bool { return l.Args["clock"] != "claim_complaint_answer" })
			if len(ended) != 1 || !ended[0].At.Before(ended[0].Recorded) || ended[0].Code != "event.clock.ended" {
				t.Errorf("the file says %+v", ended)
			}
			if err := w.desk.AllDaily(t.Context()); err != nil { // again
				t.Fatal(err)
			}
			if again, err := w.desk.File(t.Context(), w.border, silent, ""); err != nil || len(again.Timeline) != len(page.Timeline) {
				t.Errorf("noticed twice: %d lines, %d before, %v", len(again.Timeline), len(page.Timeline), err)
			}
			w.agrees()
		})
	}
}
