package desk_test

import (
	"path/filepath"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/testkit"
	"pana/internal/withheld"
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

// A clock that goes a day ahead and back, or back an hour, with a code looked at over a
// shoulder, and with somebody who has typed a wrong password: the code is good once, the
// one who mistyped waits as long as anybody, and a session lasts no longer.
func TestSigningInWhileTheClockIsSet(t *testing.T) {
	t.Parallel()
	for name, address := range map[string]func(t *testing.T) string{
		"sqlite":   func(t *testing.T) string { return filepath.Join(t.TempDir(), "pana.db") },
		"postgres": func(t *testing.T) string { return testkit.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, set := range []time.Duration{-time.Hour, 25 * time.Hour} {
				w := newWorldIn(t, address(t), time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC))
				w.signsInAcross(set)
			}
		})
	}
}

func (w *world) signsInAcross(set time.Duration) {
	w.t.Helper()
	ctx := w.t.Context()
	seat, _ := w.hire(w.inspector, "aliya", "inspector")
	page, err := w.desk.Second(ctx, seat.Who, withheld.Text{}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.desk.SetSecond(ctx, seat.Who, desk.SecondInput{Key: page.Key, Secret: page.Secret, Code: w.figures(page.Secret)}); err != nil {
		w.t.Fatal(explain(err))
	}
	second := func(code withheld.Text) (desk.SignedIn, error) {
		in, err := w.desk.SignIn(ctx, w.typed("aliya"))
		if err != nil {
			return in, err
		}
		return w.desk.SignInSecond(ctx, desk.SignInInput{Ticket: in.Ticket, Code: code, From: "127.0.0.1", Agent: "firefox linux"})
	}
	w.push(time.Minute)
	seen := w.figures(page.Secret)
	if _, err := second(seen); err != nil {
		w.t.Fatalf("%v: with a code of now: %v", set, explain(err))
	}

	// 1. Away, the hourly sweep, and back within the half minute: the code was taken.
	w.push(set)
	w.swept()
	w.push(-set)
	if _, err := second(seen); err == nil {
		w.t.Errorf("%v: a code counts twice", set)
	}

	// 2. Mistyped until one waits; then the clock is set back.
	if set > 0 {
		w.push(set)
	}
	wrong := w.typed("aliya")
	wrong.Password, wrong.From = withheld.New("something else entirely"), "192.0.2.77"
	var last error
	for range 8 {
		_, last = w.desk.SignIn(ctx, wrong)
	}
	if fault.Of(last).Kind != fault.Limited {
		w.t.Fatalf("%v: who guesses does not wait: %v", set, explain(last))
	}
	w.push(-set.Abs())
	right := w.typed("aliya")
	right.From = wrong.From
	if _, err := w.desk.SignIn(ctx, right); fault.Of(err).Kind != fault.Limited {
		w.t.Errorf("%v: setting the clock back ends the waiting: %v", set, explain(err))
	}
	w.push(time.Minute) // far longer than the pause
	if _, err := w.desk.SignIn(ctx, right); err != nil {
		w.t.Errorf("%v: who mistyped an hour from now is kept out until then: %v", set, explain(err))
	}
	w.agrees()
}

// A session that began while the clock was ahead lasts as long as any, in all.
func TestASessionOfTheFutureEndsInItsTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.push(24 * time.Hour)
	_, in := w.hire(w.shelter, "aliya", "worker")
	w.push(-24 * time.Hour)
	uses := 0
	for ; uses < 100; uses++ {
		if _, err := w.desk.Session(t.Context(), in.Token); err != nil {
			break
		}
		w.push(15 * time.Minute)
	}
	if lasted := time.Duration(uses) * 15 * time.Minute; lasted != 12*time.Hour {
		t.Errorf("a session lasted %v", lasted)
	}
}

// What is due is found once: by the sweep after a clock went ahead, and not again when it
// is set back and passes that time a second time. What was asked meanwhile is still rung for.
func TestTheSweepWhileTheClockIsSet(t *testing.T) {
	t.Parallel()
	for _, set := range []time.Duration{-time.Hour, 24 * time.Hour} {
		w := newWorld(t)
		rung := func(file id.File) (n int) {
			for _, e := range w.file(file).Timeline {
				if e.Type == "referral.escalated" {
					n++
				}
			}
			return n
		}
		before := id.File(w.concern().Args["file"])
		w.refer(before)
		w.push(set)
		w.swept()
		if got, want := rung(before), max(0, int(set/(24*time.Hour))); got != want {
			t.Errorf("%v: rung %d times, not %d", set, got, want)
		}
		meanwhile := id.File(w.concern().Args["file"])
		w.refer(meanwhile)
		w.push(-set)
		w.swept()
		for range 2 {
			w.push(36 * time.Hour)
			w.swept()
		}
		if rung(before) != 1 || rung(meanwhile) != 1 {
			t.Errorf("%v: in the end rung %d times and %d times, not once each", set, rung(before), rung(meanwhile))
		}
		w.agrees()
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
