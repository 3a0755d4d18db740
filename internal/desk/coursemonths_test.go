package desk_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
)

// A month of a procedure is given out for the whole country by the ministry's analyst. It
// stands as it was given out, whichever ministry counts it later; a correction waits while
// it is of a few.
func TestAMonthOfAProcedureIsPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	analyst, other := w.body("ministry", "Ministry", "analyst"), w.body("ministry", "Another ministry", "analyst")
	begun := func(n int) {
		for range n {
			w.girl()
		}
	}
	begun(14)
	list, err := w.desk.FigureList(ctx, analyst)
	if err != nil {
		t.Fatal(explain(err))
	}
	i := slices.IndexFunc(list.Lines, func(l desk.FigureLine) bool { return l.Started == 14 })
	if i < 0 {
		t.Fatalf("nobody began anything: %+v", list.Lines)
	}
	of := list.Lines[i].Procedure
	began := w.now()
	page := func(who access.Who) desk.FigureMonths {
		t.Helper()
		m, err := w.desk.CourseMonths(ctx, who, of)
		if err != nil {
			t.Fatal(explain(err))
		}
		return m
	}
	if m := page(analyst); len(m.Rows) != 0 {
		t.Errorf("a month that is not over: %+v", m.Rows)
	}
	w.push(31 * 24 * time.Hour)
	standing := func(who access.Who, want string) desk.MonthStanding {
		t.Helper()
		m := page(who)
		if len(m.Months) != 1 || m.Months[0].State != want {
			t.Fatalf("%+v, want %s", m.Months, want)
		}
		return m.Months[0]
	}
	publish := func(who access.Who, m desk.MonthStanding) error {
		_, err := w.desk.PublishCourses(ctx, who, desk.PublishInput{Key: w.k(), Procedure: of, Month: m.Month, Digest: m.Digest})
		return err
	}
	first := standing(analyst, casework.FiguresNew)
	for _, who := range []access.Who{w.coordinator, w.helpline("duty_officer")} {
		if err := publish(who, first); !isWithheld(err) {
			t.Errorf("%s publishes the country's: %v", who.BodyKind, err)
		}
		if _, err := w.desk.CourseMonths(ctx, who, of); !isWithheld(err) {
			t.Errorf("%s reads months that were not published: %v", who.BodyKind, err)
		}
	}
	if err := publish(analyst, desk.MonthStanding{Month: first.Month, Digest: "another"}); !fault.Is(err, desk.CodeFiguresChanged) {
		t.Errorf("what was not on the page: %v", err)
	}
	if err := publish(analyst, first); err != nil {
		t.Fatal(explain(err))
	}
	day := w.now()
	standing(other, casework.FiguresSame)

	w.push(24 * time.Hour)
	late := func(n int) {
		for range n {
			w.foundOn(began.Format(time.DateOnly))
		}
	}
	late(2)
	standing(other, casework.FiguresWait)
	if err := publish(other, desk.MonthStanding{Month: first.Month}); !fault.Is(err, desk.CodeFiguresChanged) {
		t.Errorf("a waiting correction is published: %v", err)
	}
	if rows := page(analyst).Rows; len(rows) != 1 || rows[0].As != desk.AsPublished {
		t.Errorf("a difference of two is shown: %+v", rows)
	}
	late(10)
	again := standing(other, casework.FiguresOther)
	if err := publish(other, again); err != nil {
		t.Fatal(explain(err))
	}
	rows := page(analyst).Rows
	if len(rows) != 2 || rows[0].As != desk.AsPublished || rows[1].As != desk.AsPublished || !rows[0].On.Equal(day) || rows[0].Numbers[0].N != 14 || rows[1].Numbers[0].N != 26 {
		t.Errorf("side by side: %+v", rows)
	}
	all, err := w.desk.PublishedFigures(ctx, "en")
	if err != nil || len(all) != 2 || all[0].Procedure != of || len(all[0].Rows) != 1 || len(all[1].Versions) != 1 {
		t.Errorf("what anybody reads: %+v, %v", all, err)
	}
	w.agrees()
	if report, err := w.store.Verify(ctx, 3, nil); err != nil {
		t.Errorf("%+v, %v", report, err)
	}
}

// foundOn has an inspector write from paper what happened on a day.
func (w *world) foundOn(day string) {
	w.t.Helper()
	w.must(w.desk.RecordConcern(w.t.Context(), w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", Age: "15", AgeKnown: "under_18", Sex: "female", Language: "uz", CallName: withheld.New("Planted"), Needs: []string{"bed_tonight"}, Consent: "child",
		Indicators: []string{"violence_recruited", "excessive_hours", "low_pay", "documents_confiscated", "isolation"}, Fear: "not_sure", Region: region, Written: onPaper(day, "12:00"),
	}))
}

// Nobody gets a number below what is given out by taking one version of a procedure's
// month from another: those that may stand beside each other differ in nothing that is
// few, keep the same back, and have no other length of the same people.
func TestNothingFewIsTheDifferenceOfTwoMonths(t *testing.T) {
	t.Parallel()
	const least = 5
	r := rand.New(rand.NewPCG(3, 4))
	shown, lengths := 0, 0
	for range 30000 {
		people := make([]desk.CourseOfTest, 10+r.IntN(60))
		for i := range people {
			people[i] = desk.CourseOfTest{Ended: r.IntN(2) == 0, Adverse: r.IntN(3) == 0, Appealed: r.IntN(2) == 0, Sex: r.IntN(2), Region: r.IntN(3), Days: 1 + r.IntN(20), Clock: r.IntN(3)}
		}
		later := slices.Clone(people)
		for range r.IntN(3) * r.IntN(9) { // as many more, all of one kind or another
			later = append(later, people[r.IntN(2)])
		}
		if r.IntN(2) == 0 {
			later[0].Days += r.IntN(3)
		}
		was, is := desk.FiguresOfCourses(people, least), desk.FiguresOfCourses(later, least)
		if was.Digest() == is.Digest() || !was.Apart(is) {
			continue
		}
		shown++
		a, b := known(was), known(is)
		if len(a) != len(b) {
			t.Fatalf("one says more than the other: %+v and %+v", was, is)
		}
		for what, n := range a {
			if by := max(n-b[what], b[what]-n); by > 0 && by < least {
				t.Fatalf("%s: %d is the difference of %+v and %+v", what, by, was, is)
			}
		}
		for i, n := range was.Numbers {
			o := is.Numbers[i]
			if (n.N == desk.Few) != (o.N == desk.Few) {
				t.Fatalf("%s %s is kept back in one of two: %+v and %+v", n.What, n.Which, was, is)
			}
			if n.Which == "median" || n.Which == "p90" {
				if a[n.What+" of"] == b[n.What+" of"] && n.N != o.N {
					t.Fatalf("%s of the same people: %+v and %+v", n.What, was, is)
				}
				if n.N != o.N {
					lengths++
				}
			}
		}
	}
	if shown < 100 || lengths < 10 {
		t.Fatalf("only %d pairs were tried, %d with another length", shown, lengths)
	}
}

// known is what a reader has of a month: each number of people, and the parts of a clock
// together.
func known(f casework.Figures) map[string]int {
	out := map[string]int{}
	for _, n := range f.Numbers {
		if n.N != desk.Few && n.Which != "median" && n.Which != "p90" {
			out[strings.TrimSpace(n.What+" "+n.Which)] = n.N
		}
	}
	if kept, given := out["kept k"]; given {
		out["kept and missed"] = kept + out["missed k"]
	}
	return out
}
