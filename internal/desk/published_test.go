package desk_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
)

// callsOf has an operator keep so many calls of an outcome.
func (w *world) callsOf(who access.Who, outcome string, n int) {
	w.t.Helper()
	for range n {
		w.call(who, desk.CallInput{Channel: "call", Line: "150", Outcome: outcome})
	}
}

// closes gives open calls an outcome.
func (w *world) closes(who access.Who, n int) {
	w.t.Helper()
	calls, err := w.desk.Calls(w.t.Context(), who)
	if err != nil || len(calls.Open) < n {
		w.t.Fatalf("%d open, %v", len(calls.Open), err)
	}
	for _, c := range calls.Open[:n] {
		w.must(w.desk.CloseCall(w.t.Context(), who, desk.CloseCallInput{Key: w.k(), Signal: c.Signal, Outcome: "information"}))
	}
}

// A month is given out by the duty officer and stands as it was given out, with its day;
// what is counted otherwise stands beside it, never in its place, and waits while it is
// so few that the difference would say who they are.
func TestAPublishedMonthStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.helpline("operator")
	officer := w.hired(operator, "Duty", "duty_officer")
	w.callsOf(operator, "information", 20)
	w.callsOf(operator, casework.SignalOpen, 40)
	w.push(31 * 24 * time.Hour)
	page := func(who access.Who) desk.FigureMonths {
		t.Helper()
		m, err := w.desk.CallMonths(ctx, who)
		if err != nil {
			t.Fatal(explain(err))
		}
		return m
	}
	publish := func(who access.Who, of desk.MonthStanding) error {
		_, err := w.desk.PublishCalls(ctx, who, desk.PublishInput{Key: w.k(), Month: of.Month, Digest: of.Digest})
		return err
	}
	standing := func(want string) desk.MonthStanding {
		t.Helper()
		m := page(officer)
		if len(m.Months) != 1 || m.Months[0].State != want {
			t.Fatalf("%+v, want %s", m.Months, want)
		}
		return m.Months[0]
	}
	ways := func(who access.Who) (out []string) {
		for _, r := range page(who).Rows {
			out = append(out, r.As)
		}
		return out
	}
	if got := ways(operator); !slices.Equal(got, []string{desk.AsProvisional}) || len(page(operator).Months) != 0 {
		t.Errorf("before it is published: %v", got)
	}
	first := standing(casework.FiguresNew)
	if err := publish(operator, first); !isWithheld(err) {
		t.Errorf("an operator publishes: %v", err)
	}
	if err := publish(officer, desk.MonthStanding{Month: first.Month, Digest: "another"}); !fault.Is(err, desk.CodeFiguresChanged) {
		t.Errorf("what was not on the page: %v", err)
	}
	if all, err := w.desk.PublishedFigures(ctx, "en"); err != nil || len(all) != 0 {
		t.Errorf("anybody reads what was not published: %+v, %v", all, err)
	}
	if err := publish(officer, first); err != nil {
		t.Fatal(explain(err))
	}
	standing(casework.FiguresSame)
	day := w.now()

	w.push(24 * time.Hour)
	w.closes(operator, 3)
	standing(casework.FiguresWait)
	if got := ways(operator); !slices.Equal(got, []string{desk.AsPublished}) {
		t.Errorf("a difference of three is shown: %v", got)
	}
	if err := publish(officer, desk.MonthStanding{Month: first.Month, Digest: ""}); !fault.Is(err, desk.CodeFiguresChanged) {
		t.Errorf("a waiting correction is published: %v", err)
	}
	w.closes(operator, 12)
	other := standing(casework.FiguresOther)
	rows := page(operator).Rows
	if len(rows) != 2 || rows[0].As != desk.AsPublished || rows[1].As != desk.AsNow || !rows[0].On.Equal(day) || slices.Equal(rows[0].Cells, rows[1].Cells) {
		t.Errorf("side by side: %+v", rows)
	}
	if err := publish(officer, other); err != nil {
		t.Fatal(explain(err))
	}
	all, err := w.desk.PublishedFigures(ctx, "en")
	if err != nil || len(all) != 1 || len(all[0].Rows) != 2 || len(all[0].Versions) != 2 || !all[0].Rows[0].On.Equal(day) || all[0].Versions[1].Digest != first.Digest {
		t.Errorf("what anybody reads: %+v, %v", all, err)
	}
	w.agrees()
	if report, err := w.store.Verify(ctx, 3, nil); err != nil {
		t.Errorf("%+v, %v", report, err)
	}
}

// Nobody gets a number below what is given out by taking one version from another: of
// all months that differ by a little, those that may stand beside each other differ in
// nothing that is few, and keep the same back.
func TestNothingFewIsTheDifferenceOfTwoVersions(t *testing.T) {
	t.Parallel()
	const least = 11
	r := rand.New(rand.NewPCG(1, 2))
	outcomes := []string{casework.SignalFile, "information", "silent"}
	shown := 0
	for range 20000 {
		n := map[string]int{}
		for _, o := range outcomes {
			n[o] = r.IntN(60)
		}
		referred, confirmed := r.IntN(n[outcomes[0]]+1), r.IntN(n[outcomes[0]]+1)
		was := desk.FiguresOfCount("2026-10", outcomes, n, referred, confirmed, least)
		later, more := map[string]int{}, r.IntN(3)*r.IntN(14)
		for _, o := range outcomes {
			later[o] = n[o] + r.IntN(2)*more
		}
		is := desk.FiguresOfCount("2026-10", outcomes, later, min(max(referred+r.IntN(2)*more-r.IntN(3), 0), later[outcomes[0]]), confirmed, least)
		if was.Digest() == is.Digest() || !was.Apart(is) {
			continue
		}
		shown++
		a, b := was.Rows[0], is.Rows[0]
		for i := range a.Cells {
			if (a.Cells[i] == desk.Few) != (b.Cells[i] == desk.Few) {
				t.Fatalf("kept back in one of two: %+v and %+v", a, b)
			}
		}
		// What is known of each of both: the cells, their sum, those kept back together,
		// and how the files divide.
		known := func(v casework.FiguresRow) []int {
			out := append(slices.Clone(v.Cells), v.Calls, v.Rest)
			for _, part := range []int{v.Referred, v.Confirmed} {
				if part != desk.Few && v.Cells[0] != desk.Few {
					out = append(out, part, v.Cells[0]-part)
				}
			}
			return out
		}
		x, y := known(a), known(b)
		if len(x) != len(y) {
			t.Fatalf("one says more than the other: %+v and %+v", a, b)
		}
		for i := range x {
			if by := max(x[i]-y[i], y[i]-x[i]); by > 0 && by < least {
				t.Fatalf("%d is the difference of %+v and %+v", by, a, b)
			}
		}
	}
	if shown < 100 {
		t.Fatalf("only %d pairs were tried", shown)
	}
}
