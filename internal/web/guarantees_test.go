package web

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/pack"
	"pana/internal/wording"
)

var guaranteePages = []page{
	{"guarantees", "properties down, dates and sources across", func(l wording.Lang) any {
		return newGuaranteesView(testFrame(l, "guarantees.title", false), desk.Guarantees{}, url.Values{})
	}, func(l wording.Lang) any {
		return newGuaranteesView(testFrame(l, "guarantees.title", false), fullGuarantees(), url.Values{"show": {"all"}, "at": {"2019-03-01/practice-a"}})
	}},
}

// The matrix of an invented country: one cell of each verdict, one not looked
// at yet, one column that could not be put together.
func fullGuarantees() desk.Guarantees {
	column := func(day string, overlays ...string) desk.Column {
		return desk.Column{Snapshot: day, Overlays: overlays}
	}
	outside := column("2026-02-01", "practice-a")
	outside.Outside = true
	g := desk.Guarantees{
		Properties: []pack.Property{
			{ID: "A01", Theme: "asylum", Bodies: []string{"police"}, Sources: []string{"unhcr-2019 Issue 1 ¶1"}, Recommendations: []string{"UNHCR-1"}, Never: &pack.Never{When: "x"}},
			{ID: "E04", Theme: "trafficking", Bodies: []string{"police", "court"}, Sources: []string{"osce-2014 ¶33"}, Until: &pack.Until{After: "y"}},
		},
		Columns: []desk.Column{column("2019-03-01"), column("2019-03-01", "practice-a"), column("2026-02-01"), outside},
		Current: "2026-02-01/law", Done: 5, Total: 8, Failed: map[string]string{"2026-02-01/practice-a": "pack.compose"},
		Disputed: map[string]int{"A01/2019-03-01/law": 1, "E04/2019-03-01/law": 0}, Editions: "pack.editions_read", Version: "2026.11", Pack: "a+b",
	}
	return g.With(failing, check.Cell{Property: "A01", Snapshot: "2026-02-01", Verdict: check.Holds, Vacuous: true},
		check.Cell{Property: "E04", Snapshot: "2019-03-01", Verdict: check.Unknown, Bound: true, Questions: []string{"q_a"}},
		check.Cell{Property: "E04", Snapshot: "2019-03-01", Overlay: []string{"practice-a"}, Verdict: check.Fails})
}

var failing = check.Cell{
	Property: "A01", Snapshot: "2019-03-01", Verdict: check.Fails, Why: "a way to removal was found", Published: check.Fails, Expected: check.Fails, States: 4012,
	Kinds: []check.Kind{
		{Kind: map[string]string{"age": "adult"}, Verdict: check.Fails},
		{Kind: map[string]string{"age": "under_18"}, Verdict: check.Unknown, Questions: []string{"q_a"}},
		{Kind: map[string]string{"age": "under_14"}, Verdict: check.Holds},
	},
	Person: map[string]string{"age": "adult"},
	Trace: []check.Event{
		{Step: "say_fear", By: []string{"person"}, Set: map[string]string{"victim": "presumed"}, Basis: []pack.Basis{{Act: "atl", Art: "art. 16(2)", Edition: "2024-07-05", Says: "The joint body identifies."}}},
		{Step: "clock appeal", By: []string{"time"}},
		{Step: "identify", By: []string{"police"}, Set: map[string]string{"victim": "not_identified"}, Effect: "removal", Overlay: "practice-a", Basis: []pack.Basis{{Source: "unhcr-2019 Issue 1 ¶3"}}},
	},
	Questions: []string{"q_a"},
}

func TestGuaranteesAreFiltered(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		q    url.Values
		want []string
	}{
		{"everything", url.Values{}, []string{"A01", "E04"}},
		{"by theme", url.Values{"theme": {"trafficking"}}, []string{"E04"}},
		{"by the document that asks, wherever in it", url.Values{"source": {"unhcr-2019"}}, []string{"A01"}},
		{"by body", url.Values{"body": {"court"}}, []string{"E04"}},
		{"by a verdict that some shown cell has", url.Values{"verdict": {"holds"}}, []string{"A01"}},
		{"a verdict under an overlay counts", url.Values{"verdict": {"fails"}}, []string{"A01", "E04"}},
		{"and not where the law alone is asked for", url.Values{"verdict": {"fails"}, "show": {"law"}}, []string{"A01"}},
		{"nothing", url.Values{"theme": {"elsewhere"}}, nil},
	} {
		p := newGuaranteesView(testFrame("en", "guarantees.title", false), fullGuarantees(), row.q)
		var got []string
		for _, theme := range p.Themes {
			for _, r := range theme.Rows {
				got = append(got, r.Property.ID)
			}
		}
		if strings.Join(got, " ") != strings.Join(row.want, " ") {
			t.Errorf("%s: %v, want %v", row.why, got, row.want)
		}
	}
}

func TestGuaranteesAreServed(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	page := v.get("/guarantees")
	body := page.Body.String()
	for _, want := range []string{
		`href="/guarantees/A01/2019-03-01/law"`, "fails for 1 kind of person", "not reviewed by a lawyer", "disputed", "5 of 8",
	} {
		if page.Code != 200 || !strings.Contains(body, want) {
			t.Errorf("%d, and nothing says %q", page.Code, want)
		}
	}
	if strings.Contains(body, "2026-02-01/practice-a") {
		t.Error("a column that only holds if nothing changed is shown unasked")
	}
	csvPage := v.get("/guarantees.csv")
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(csvPage.Body.String(), "\ufeff")))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 1+4+1 || rows[1][0] != "A01" || rows[1][6] != "fails" {
		t.Errorf("%v %v", rows, err)
	}
	var out struct {
		Caution string       `json:"caution"`
		Cells   []check.Cell `json:"cells"`
	}
	if err := json.Unmarshal(v.get("/guarantees.json").Body.Bytes(), &out); err != nil || len(out.Cells) != 4 || out.Caution == "" {
		t.Errorf("%d cells, caution %q, %v", len(out.Cells), out.Caution, err)
	}
}
