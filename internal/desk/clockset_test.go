package desk_test

import (
	"path/filepath"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/testkit"
)

// The clock of a running installation goes a day ahead, back, and an hour too far: what
// was recorded stays in order and verifies, nobody is shut out for longer, no proof and
// no page stays open for longer, a code does not count twice, jobs go on, and nothing is
// erased by a time that was wrong.
func TestTheClockIsSetWhileItRuns(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "pana.db") },
		"postgres": func(t *testing.T) string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldIn(t, address(t), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
			ctx := t.Context()
			w.askOn(w.desk, nil)
			asked := w.list("checks")[0]
			_, code := paged(w)
			page, _ := w.onPage(code, herPIN)
			seat, in := w.hire(w.shelter, "aliya", "worker")
			if !seat.Fresh {
				t.Fatal("who has just signed in has shown who she is")
			}

			// 1. Two years ahead. Nothing goes, whatever the sweep finds over.
			w.unsure = true
			w.push(2 * 366 * 24 * time.Hour)
			w.swept()
			if !w.there(map[string]casework.Ref{"check": asked})["check"] {
				t.Error("a removal check was erased by a clock that was wrong")
			}
			ahead := id.File(w.concern().Args["file"]) // somebody worked meanwhile

			// 2. Back, and an hour too far.
			w.push(-2*366*24*time.Hour - time.Hour)
			w.unsure = false
			w.swept()
			later := id.File(w.concern().Args["file"])
			before, after := w.file(ahead), w.file(later)
			if before.Opened.Before(after.Opened) {
				t.Errorf("what happened is not as it was said: %v, %v", before.Opened, after.Opened)
			}
			if !w.there(map[string]casework.Ref{"check": asked})["check"] {
				t.Error("a removal check was erased after the clock was set right")
			}
			w.agrees()

			// 3. Her page, on whose computer, does not open again; with her code it does.
			if _, err := w.desk.HerPage(ctx, page, ""); err == nil {
				t.Error("a page that she left an hour from now is open")
			}
			w.onPage(code, herPIN)
			// 4. A worker goes on; what is dangerous asks anew.
			s, err := w.desk.Session(ctx, in.Token)
			if err != nil {
				t.Fatalf("shut out: %v", explain(err))
			}
			if s.Fresh {
				t.Error("who showed who she is an hour from now has shown it")
			}
			w.push(31 * time.Minute)
			if _, err := w.desk.Session(ctx, in.Token); err == nil {
				t.Error("a session is not idle because it was used in the future")
			}
			if _, err := w.desk.SignIn(ctx, w.typed("aliya")); err != nil {
				t.Errorf("nobody signs in: %v", explain(err))
			}
			// 5. Jobs that nodes claimed in the future are not lost to it.
			if left, err := w.store.Claim(ctx, w.now().Add(24*time.Hour), time.Minute, 100); err != nil || len(left) == 0 {
				t.Fatalf("nothing waits: %v", err)
			}
			if again, err := w.store.Claim(ctx, w.now().Add(23*time.Hour), time.Minute, 100); err != nil || len(again) == 0 {
				t.Errorf("a clock that goes back keeps jobs for an hour: %v", err)
			}
		})
	}
}

// list are the streams of a table.
func (w *world) list(table string) []casework.Ref {
	w.t.Helper()
	page, err := w.store.List(w.t.Context(), table, store.Query{Scope: access.All{}})
	if err != nil {
		w.t.Fatal(err)
	}
	return page.Refs()
}
