package web

import (
	"strings"
	"testing"

	"pana/internal/desk"
)

var fullFigureList = desk.FigureList{Year: 2026, Few: 5, Whose: "region", Region: "KZ-75", Lines: []desk.FigureLine{
	{Procedure: "asylum", Started: 12, Open: desk.Few}, {Procedure: "<new>", Started: 0, Open: 0},
}}

// fullFigures has each kind of number that is kept back, and a procedure whose id a
// spreadsheet would run.
var fullFigures = desk.Figures{
	Procedure: "asylum", Var: "claim", Few: 5, Year: 2026, Quarter: 2, Running: true, Years: []int{2026, 2025}, Whose: "all", From: noon, To: noon,
	Started: 40, Ended: 21, Open: 6,
	Outcomes:   desk.FigureCells{Cells: []desk.FigureCell{{ID: "recognised", N: 14}, {ID: "=refused", N: desk.Few}}, Rest: 7},
	ToDecision: desk.FigureDays{Of: 21, Median: 30, P90: 88}, ToEnd: desk.FigureDays{Of: 6, Median: 31, P90: desk.Few},
	Adverse: 7, Appealed: desk.FigureCells{Cells: []desk.FigureCell{{ID: "yes", N: desk.Few}, {ID: "no", N: desk.Few}}, Rest: 7},
	Clocks:  []desk.FigureClock{{ID: "claim_decision", Kind: "duty", Kept: 15, Missed: 6}, {ID: "claim_complaint", Kind: "limit", Kept: desk.Few, Missed: desk.Few}},
	Regions: desk.FigureCells{Cells: []desk.FigureCell{{ID: "KZ-75", N: 40}}}, Sexes: desk.FigureCells{Cells: []desk.FigureCell{{ID: "female", N: 22}, {ID: "male", N: 18}}},
	Ages: desk.FigureCells{Cells: []desk.FigureCell{{ID: "adult", N: 40}, {ID: "", N: 0}}},
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
