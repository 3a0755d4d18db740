package web

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/pack"
)

// fourDays is an invented country on four days, one of which a source speaks of.
// The last two days say the same.
func fourDays() desk.Guarantees {
	g := desk.Guarantees{
		Properties: []pack.Property{{ID: "D01", Theme: "birth", Sources: []string{"other-2019 ¶1"}}, {ID: "E01", Theme: "trafficking", Sources: []string{"other-2019", "lantern-2014 ¶2"}}},
		Current:    "2026-01-01/law",
	}
	says := map[string][]check.Verdict{
		"2013-01-01": {check.Fails, check.Unknown}, "2014-01-01": {check.Fails, check.Fails},
		"2021-01-01": {check.Holds, check.Holds}, "2026-01-01": {check.Holds, check.Holds},
	}
	for _, day := range []string{"2013-01-01", "2014-01-01", "2021-01-01", "2026-01-01"} {
		told := desk.Column{Snapshot: day, Overlays: []string{"practice-a"}, Outside: day > "2014-01-01", Source: "lantern-2014; lantern-2013 ¶4"}
		asked := desk.Column{Snapshot: day, Overlays: []string{"recommended"}, Asked: true}
		g.Columns = append(g.Columns, desk.Column{Snapshot: day}, told, asked)
		for i, v := range says[day] {
			id := g.Properties[i].ID
			g = g.With(check.Cell{Property: id, Snapshot: day, Verdict: v}, check.Cell{Property: id, Snapshot: day, Overlay: told.Overlays, Verdict: check.Fails},
				check.Cell{Property: id, Snapshot: day, Overlay: asked.Overlays, Verdict: check.Holds})
		}
	}
	return g
}

func inShort(turns []turnOfLaw) string {
	var out []string
	for _, t := range turns {
		out = append(out, t.Column.ID()+" "+string(t.Verdict))
	}
	return strings.Join(out, ", ")
}

// The overview shows where the law turned, and what a source found of the days
// it speaks of: nothing that would be so only if nothing had changed since, and
// nothing that is only asked for.
func TestTheOverviewSaysWhereTheLawTurned(t *testing.T) {
	t.Parallel()
	p := newOverview(testFrame("en", "guarantees.title", false), fourDays())
	for i, want := range []struct{ turns, found string }{
		{"2013-01-01/law fails, 2021-01-01/law holds", ""},                                                    // fails in the text too, and the source asks nothing of it
		{"2013-01-01/law unknown, 2014-01-01/law fails, 2021-01-01/law holds", "2014-01-01/practice-a fails"}, // it does of this one
	} {
		row := p.Themes[i].Rows[0]
		if got := inShort(row.Turns); got != want.turns {
			t.Errorf("%s turned %s, want %s", row.Property.ID, got, want.turns)
		}
		if got := inShort(row.Found); got != want.found {
			t.Errorf("%s: found %s, want %s", row.Property.ID, got, want.found)
		}
		if row.Now().Verdict != check.Holds || row.Now().Column.ID() != "2026-01-01/law" {
			t.Errorf("%s today: %v", row.Property.ID, row.Now())
		}
	}
	var days []string
	for _, d := range p.Days {
		days = append(days, d.Column.Snapshot+" since "+d.Since)
	}
	if got := strings.Join(days, ", "); got != "2026-01-01 since 2021-01-01, 2014-01-01 since 2014-01-01, 2013-01-01 since 2013-01-01" {
		t.Errorf("days that say the same are not one: %s", got)
	}
	if got := fmt.Sprint(p.Themes[1].Counts); got != "[map[holds:1] map[fails:1] map[unknown:1]]" {
		t.Errorf("counted %s", got)
	}
	if len(p.Others) != 2 || p.Others[0].ID() != "2014-01-01/practice-a" || p.Others[1].ID() != "2026-01-01/recommended" {
		t.Errorf("accounts %v", p.Others)
	}
}

// What a source tells otherwise than the text is its finding, whether it asks
// for the requirement or not.
func TestASourceThatDiffersIsShown(t *testing.T) {
	t.Parallel()
	g := fourDays().With(check.Cell{Property: "D01", Snapshot: "2014-01-01", Verdict: check.Holds})
	if got := inShort(found(g, g.Properties[0])); got != "2014-01-01/practice-a fails" {
		t.Errorf("found %s", got)
	}
}

// While answers are still being found, days are not said to be the same.
func TestDaysNotLookedAtAreNotTheSame(t *testing.T) {
	t.Parallel()
	g := fourDays()
	g.Properties = append(g.Properties, pack.Property{ID: "A01", Theme: "asylum"})
	if days := daysOfLaw(g); len(days) != 4 {
		t.Errorf("%d days of 4 are shown", len(days))
	}
	p := newOverview(testFrame("en", "guarantees.title", false), g)
	if p.Of(p.Today) != nil || p.Themes[2].Counts[0] != nil || p.Themes[0].Counts[0] == nil {
		t.Errorf("what is not found yet is counted: %v, %v", p.Of(p.Today), p.Themes)
	}
	site := testSite(t)
	for done, says := range map[int]bool{0: false, 9: true} {
		g := p.G
		g.Properties, g.Done, g.Total = g.Properties[2:], done, 9 // of which nothing was found yet
		page := newOverview(testFrame("en", "guarantees.title", false), g)
		var out bytes.Buffer
		if err := site.pages["overview"].ExecuteTemplate(&out, "layout", page); err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"guarantees.turn.none", "guarantees.found.none"} {
			if got := strings.Contains(out.String(), page.T(key)); got != says {
				t.Errorf("with %d of 9 found, %s is said: %t", done, key, got)
			}
		}
	}
}

// Whoever kept the address of a part of the matrix finds it there; only the bare
// address is the overview.
func TestOldAddressesAreTheMatrix(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{})
	for query, matrix := range map[string]bool{
		"": false, "?utm=x": false, "?view=matrix": true, "?at=2019-03-01/practice-a": true, "?show=all": true, "?at=&theme=&source=&body=&verdict=&show=": true,
	} {
		body := v.get("/guarantees" + query).Body.String()
		if got := strings.Contains(body, `<table class="matrix">`); got != matrix {
			t.Errorf("/guarantees%s is the matrix: %t", query, got)
		}
		// The way back from a story leads to its line, wherever it was opened.
		for _, id := range []string{"A01", "E04"} {
			if !strings.Contains(body, `id="`+id+`"`) {
				t.Errorf("/guarantees%s has no line %s", query, id)
			}
		}
	}
}

// Who comes for one column finds it first, and its name in every cell's link.
func TestTheColumnAskedForComesFirst(t *testing.T) {
	t.Parallel()
	p := newGuaranteesView(testFrame("en", "guarantees.title", false), fullGuarantees(), url.Values{"at": {"2019-03-01/practice-a"}})
	if first := p.Columns[0].ID(); first != "2019-03-01/practice-a" {
		t.Errorf("first is %s", first)
	}
	if len(p.Columns) != 3 {
		t.Errorf("%d columns", len(p.Columns))
	}
	v := newVisitor(t, &fakeDesk{})
	body := strings.ReplaceAll(v.get("/guarantees?view=matrix").Body.String(), "\u00a0", " ")
	if want := `aria-label="A01, 1 March 2019: the law as written: fails fails 1, unknown 1, holds 1 disputed"`; !strings.Contains(body, want) {
		t.Errorf("no link is called %s", want)
	}
}
