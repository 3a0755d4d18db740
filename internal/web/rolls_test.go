package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/wording"
)

func (d *fakeDesk) Roll(fakeCtx, fakeWho, string) (desk.RollView, error) { return fullRoll, nil }
func (d *fakeDesk) RollMonth(fakeCtx, fakeWho, string, time.Time) (desk.RollMonth, error) {
	return fullRollMonth, nil
}

var fullRoll = desk.RollView{
	ID: "centre", All: []string{"centre", "school"}, Keeps: true, Entered: 5, Here: 1, Left: 2, Lost: 1, Gone: 1,
	Inside: []desk.RollLine{{
		State: desk.RollHere, Subject: girl, Since: noon.AddDate(0, 0, -3), Days: 3, Leaves: []string{"to_family"},
		Clock: &desk.ClockLine{ID: "centre_stay", State: "running", Unknown: "q", Basis: law}, Wants: []desk.RollWant{{ID: "no_guardian", Steps: []string{"call_guardianship"}}},
	}},
	Missing:   []desk.RollLine{{State: desk.RollLost, Hidden: true, Since: noon}},
	Recent:    []desk.RollLine{{State: desk.RollLeft, Hidden: true, Since: noon, Left: noon, Outcome: "to_family"}},
	Elsewhere: []desk.RollLine{{State: desk.RollHere, Subject: girl, At: "<Centre>", Since: noon}},
	Outcomes:  []desk.RollCount{{ID: "to_family", N: 2}}, Unclear: []desk.RollUnclear{{Step: "place_in_centre", Question: "q", Held: true, Basis: law}},
}

var fullRollMonth = desk.RollMonth{
	ID: "centre", From: noon, To: noon.AddDate(0, 1, 0), Few: 11, Before: 4, Came: 1, Left: 3, Lost: 1, After: 1, Days: 40,
	Outcomes: []desk.RollCount{{ID: "to_family", N: desk.Few}}, Rest: 3,
}

var rollPages = []page{
	{"roll", "nobody yet; somebody of whom nobody said where; what is missing, and the ways out", func(l wording.Lang) any {
		return newRollPage(signed(l, "rolls.title"), desk.RollView{ID: "x", Keeps: true})
	}, func(l wording.Lang) any { return newRollPage(signed(l, "rolls.title"), fullRoll) }},
	{"rollmonth", "counts, and nobody", func(l wording.Lang) any {
		return newRollMonthPage(signed(l, "month.title"), desk.RollMonth{From: noon, To: noon.AddDate(0, 1, 0)})
	}, func(l wording.Lang) any { return newRollMonthPage(signed(l, "month.title"), fullRollMonth) }},
}

// A small number is written nowhere, in the page or in the table.
func TestAMonthOfARollGivesOutNoSmallNumber(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	table := v.get("/rolls/month.csv?roll=centre&month=2026-10").Body.String()
	for _, want := range []string{"2026-03,centre,came,,1\n", "left,to_family,\n", "left,together,3\n"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is not in %s", want, table)
		}
	}
	// What is kept back may be a large number, which a small one could be reckoned from:
	// neither the page nor the table says that it is small.
	page := v.get("/rolls/month?roll=centre&month=2026-10").Body.String()
	if !strings.Contains(page, ">not given out<") || strings.Contains(page, ">fewer than") || strings.Contains(table, "<11") {
		t.Error("a number that is kept back is said to be small")
	}
	if w := v.get("/rolls/month?month=nonsense"); w.Code != http.StatusNotFound {
		t.Errorf("a month that is none answered %d", w.Code)
	}
}
