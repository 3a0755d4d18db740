package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/pack"
)

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(context.Background())
}

// findCells is the checker itself: the stories of the command line run it.
var findCells checkFunc = check.Run

func cellOf(property, day string) check.Cell {
	return check.Cell{Property: property, Snapshot: day, Verdict: check.Fails}
}

func atlantis(t *testing.T) *pack.Pack {
	t.Helper()
	dir := t.TempDir() + "/atlantis"
	if err := copyAtlantis(dir); err != nil {
		t.Fatal(err)
	}
	p, _, bad := loadForCheck(dir)
	for _, b := range bad {
		t.Error(b)
	}
	return p
}

// What a cell looks like in the table.
func TestMarks(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		cell check.Cell
		want string
	}{
		{"as everybody expects", check.Cell{Verdict: check.Fails, Published: check.Fails, Expected: check.Fails}, "fails"},
		{"nobody expects anything", check.Cell{Verdict: check.Holds}, "holds"},
		{"the pack expects another", check.Cell{Verdict: check.Fails, Published: check.Holds, Expected: check.Holds}, "fails!"},
		{"sources expect another, the pack knows why", check.Cell{Verdict: check.Fails, Published: check.Holds, Expected: check.Fails}, "fails~"},
		{"nothing reaches the trigger", check.Cell{Verdict: check.Holds, Vacuous: true}, "(holds)"},
		{"the search stopped", check.Cell{Verdict: check.Unknown, Bound: true}, "unknown…"},
		{"the source spoke of other days", check.Cell{Verdict: check.Fails, IfNothingChanged: true}, "fails*"},
	} {
		if got := markOf(row.cell, true); got != row.want {
			t.Errorf("%s: %s", row.why, got)
		}
	}
	if markOf(check.Cell{}, false) != "." {
		t.Error("a cell that was not looked at has a verdict")
	}
}

// SARIF has the shape that 2.1.0 asks for: version, a driver with its rules,
// results that name one of them, a level, a message, places with a line.
func TestSARIFHasItsShape(t *testing.T) {
	t.Parallel()
	p := atlantis(t)
	cells, err := check.Run(context.Background(), p, check.Query{Overlays: [][]string{nil}}, check.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cells[0].Expected = check.Holds // N1 of 2010 fails
	var out strings.Builder
	printSARIF(&out, p, cells, "packs/atlantis")
	var log sarifLog
	d := json.NewDecoder(strings.NewReader(out.String()))
	d.DisallowUnknownFields()
	if err := d.Decode(&log); err != nil || log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatal(err, out.String())
	}
	run := log.Runs[0]
	levels := map[string]int{}
	for _, r := range run.Results {
		levels[r.Level]++
		if (r.Kind == "open") != (r.Level == "none") {
			t.Errorf("a result of the kind %s has the level %s", r.Kind, r.Level)
		}
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.Rule || r.Message.Text == "" || strings.Contains(r.Message.Text, "⟦") || len(r.Locations) != 1 {
			t.Errorf("result %+v", r)
		}
		at := r.Locations[0].Physical
		if !strings.HasPrefix(at.Artifact.URI, "packs/atlantis/") || at.Region.Line < 1 || r.Prints["cell/v1"] == "" {
			t.Errorf("place %+v", at)
		}
		for _, f := range r.Flows {
			if len(f.Threads) != 1 || len(f.Threads[0].Locations) == 0 {
				t.Errorf("flow %+v", f)
			}
		}
	}
	holds := 0
	for _, c := range cells {
		if c.Verdict == check.Holds {
			holds++
		}
	}
	if levels["error"] != 1 || levels["warning"] == 0 || levels["none"] == 0 || len(run.Results) != len(cells)-holds {
		t.Errorf("levels %v of %d results, %d cells, %d hold", levels, len(run.Results), len(cells), holds)
	}
}

// No list in the JSON is null, whatever the checker leaves empty.
func TestJSONHasNoNull(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	printJSON(&out, []check.Cell{{Property: "N1", Trace: []check.Event{{Step: "a"}}}})
	var cells []map[string]any
	if err := json.Unmarshal([]byte(out.String()), &cells); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"property", "snapshot", "overlay", "verdict", "kinds", "states", "millis", "why", "questions", "trace"} {
		if cells[0][key] == nil {
			t.Errorf("%s is null, or not there", key)
		}
	}
	event := cells[0]["trace"].([]any)[0].(map[string]any)
	for _, key := range []string{"step", "by", "at", "basis", "set"} {
		if event[key] == nil {
			t.Errorf("%s of an event is null, or not there", key)
		}
	}
}

// What most cells hang on is asked first, and a question that decides nothing
// is only counted.
func TestQuestionsToTheState(t *testing.T) {
	t.Parallel()
	p := atlantis(t)
	var out strings.Builder
	printQuestions(&out, p, []check.Cell{
		{Property: "N3", Snapshot: "2020-06-01", Verdict: check.Unknown, Questions: []string{"q_limit_stay"}},
		{Property: "N3", Snapshot: "2020-06-01", Overlay: []string{"recommended"}, Verdict: check.Unknown, Questions: []string{"q_limit_stay"}},
		{Property: "N1", Snapshot: "2020-06-01", Verdict: check.Holds},
	}, "ru")
	for _, says := range []string{"q_limit_stay\n  Можно ли отправить", "Закон об убежище, ст. 4-1, 6 (2020)", "    N3: 2020-06-01 law, 2020-06-01 recommended\n", "Questions that decide cells asked for: 1; open and deciding none of them: 0."} {
		if !strings.Contains(out.String(), says) {
			t.Errorf("no %q in\n%s", says, &out)
		}
	}
	lines := hangs([]check.Cell{cellOf("B", "1"), cellOf("A", "1"), cellOf("B", "2")})
	if !slices.Equal(lines, []string{"B: 1 law, 2 law", "A: 1 law"}) {
		t.Error(lines)
	}
}
