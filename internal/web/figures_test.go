package web

import (
	"net/url"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
)

var fullFigureList = desk.FigureList{Year: 2026, Few: 5, Whose: "region", Region: "KZ-75", Lines: []desk.FigureLine{
	{Procedure: "asylum", Started: 12, Open: desk.Few}, {Procedure: "<new>", Started: 0, Open: 0},
}}

// fullFigures has each kind of number that is kept back, and a procedure whose id a
// spreadsheet would run.
var fullFigures = desk.Figures{
	Procedure: "asylum", Var: "claim", Few: 5, Year: 2026, Quarter: 2, Running: true, Publishes: true, Years: []int{2026, 2025}, Whose: "all", From: noon, To: noon,
	Started: 40, Ended: 21, Open: 6,
	Outcomes:   desk.FigureCells{Cells: []desk.FigureCell{{ID: "recognised", N: 14}, {ID: "=refused", N: desk.Few}}, Rest: 7},
	ToDecision: desk.FigureDays{Of: 21, Median: 30, P90: 88}, ToEnd: desk.FigureDays{Of: 6, Median: 31, P90: desk.Few},
	Adverse: 7, Appealed: desk.FigureCells{Cells: []desk.FigureCell{{ID: "yes", N: desk.Few}, {ID: "no", N: desk.Few}}, Rest: 7},
	Clocks:  []desk.FigureClock{{ID: "claim_decision", Kind: "duty", Kept: 15, Missed: 6}, {ID: "claim_complaint", Kind: "limit", Kept: desk.Few, Missed: desk.Few}},
	Regions: desk.FigureCells{Cells: []desk.FigureCell{{ID: "KZ-75", N: 40}}}, Sexes: desk.FigureCells{Cells: []desk.FigureCell{{ID: "female", N: 22}, {ID: "male", N: 18}}},
	Ages: desk.FigureCells{Cells: []desk.FigureCell{{ID: "adult", N: 40}, {ID: "", N: 0}}},
}

// fullCourseMonths has a month with its correction and one that says nothing but that.
var fullCourseMonths = desk.FigureMonths{Procedure: "asylum", Var: "claim", Few: 11, Rows: []desk.MonthRow{
	{Month: noon, As: desk.AsPublished, On: noon, Procedure: "asylum", Numbers: courseNumbers(40)},
	{Month: noon, As: desk.AsNow, On: noon, Procedure: "asylum", Numbers: courseNumbers(60)},
	{Month: noon.AddDate(0, -1, 0), As: desk.AsProvisional, On: noon, Procedure: "asylum", Numbers: []casework.FigureNumber{{What: "started", N: desk.Few}, {What: "outcome", Which: "refused", N: desk.Few}}},
}, Months: fullMonths.Months}

func courseNumbers(n int) []casework.FigureNumber {
	f := fullFigures
	f.Started = n
	f.Clocks = []desk.FigureClock{{ID: "claim_decision", All: 21, Kept: 15, Missed: desk.Few}}
	return f.Numbers()
}

// A month as a table has a number in each row, and says as of when; the act carries the
// month, the procedure and what the page showed.
func TestMonthsOfAProcedure(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("officer")
	body := v.get("/figures/asylum/months.csv").Body.String()
	day := noon.Format("2006-01-02")
	for _, line := range []string{
		"asylum," + day[:7] + ",published," + day + ",started,,40\n", "asylum," + day[:7] + ",now," + day + ",started,,60\n", "published," + day + ",outcome,'=refused,\n",
		"published," + day + ",days_to_end,p90,\n", "published," + day + ",kept_or_missed,claim_decision,21\n",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %q in\n%s", line, body)
		}
	}
	page := v.get("/figures/asylum/months").Body.String()
	if !strings.Contains(page, `data-standing="2031-11.other"`) || strings.Count(page, `name="digest"`) != 2 {
		t.Error("a month that waits or stands is offered, or another is not")
	}
	if res := v.post("/figures/asylum/months", url.Values{"key": {"k"}, "month": {"2031-11"}, "digest": {"d"}}); res.Code != 200 {
		t.Fatalf("%d", res.Code)
	}
	if in, _ := d.last.(desk.PublishInput); in.Procedure != "asylum" || in.Month != "2031-11" || in.Digest != "d" {
		t.Errorf("sent %+v", in)
	}
}

// What is not given out is an empty cell, not nought; nothing runs.
func TestFiguresAsATable(t *testing.T) {
	t.Parallel()
	body := newVisitor(t, &fakeDesk{}).in("officer").get("/figures/asylum/csv?year=2026&quarter=2").Body.String()
	for _, line := range []string{
		"asylum,2026,2,true,all,started,,40\n", "asylum,2026,2,true,all,outcome,recognised,14\n", "asylum,2026,2,true,all,outcome,'=refused,\n",
		"asylum,2026,2,true,all,outcome,not_given_out_apart,7\n", "asylum,2026,2,true,all,days_to_end,p90,\n", "asylum,2026,2,true,all,missed,claim_decision,6\n",
	} {
		if !strings.Contains(body, line) {
			t.Errorf("no %q in\n%s", line, body)
		}
	}
}
