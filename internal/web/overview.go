package web

import (
	"html/template"
	"net/url"
	"slices"
	"strings"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/pack"
)

// overviewView is Guarantees as a newcomer meets it: what is so today, theme by
// theme and day by day, then each requirement in a line with where the law
// turned it and what sources found. The whole matrix is a link away.
type overviewView struct {
	Frame
	G       desk.Guarantees
	Today   desk.Column
	Filters []Field
	Days    []dayOfLaw
	Themes  []themeOverview
	Others  []desk.Column // whose account there is, on the newest day they speak of
	Main    int           // columns of the matrix as it opens
	Chosen  template.URL  // nothing: the files hold all there is
}

// dayOfLaw is a day looked at. The days before it, back to Since, have the same
// answers to the letter.
type dayOfLaw struct {
	Column desk.Column
	Since  string
}

type themeOverview struct {
	Theme  string
	Counts []map[check.Verdict]int // by day
	Rows   []requirement
}

// requirement is a property in a line.
type requirement struct {
	Property pack.Property
	Today    matrixCell
	Turns    []turnOfLaw
	Found    []turnOfLaw // what sources tell
}

// turnOfLaw is the first column looked at in which an answer to a requirement
// stands.
type turnOfLaw struct {
	Property string
	Column   desk.Column
	Verdict  check.Verdict
}

// Now is the answer of today's law.
func (r requirement) Now() turnOfLaw {
	return turnOfLaw{r.Property.ID, r.Today.Column, r.Today.Cell.Verdict}
}

// asksForMatrix says that something of the matrix was chosen: such addresses
// were given away before there was an overview, and stay what they were.
func asksForMatrix(q url.Values) bool {
	return slices.ContainsFunc([]string{"view", "at", "theme", "source", "body", "verdict", "show"}, q.Has)
}

func newOverview(f Frame, g desk.Guarantees) overviewView {
	f.Wide = true
	m := newGuaranteesView(f, g, url.Values{})
	p := overviewView{Frame: f, G: g, Filters: m.Filters, Main: len(m.Columns), Others: accounts(g)}
	p.Today, _ = g.Column(g.Current)
	p.Days = daysOfLaw(g)
	for _, theme := range m.Themes {
		one := themeOverview{Theme: theme.Theme}
		for _, row := range theme.Rows {
			one.Rows = append(one.Rows, p.requirement(row.Property))
		}
		for _, day := range p.Days {
			one.Counts = append(one.Counts, countIn(g, theme.Rows, day.Column.ID()))
		}
		p.Themes = append(p.Themes, one)
	}
	return p
}

// countIn counts the answers of a column, once all are known: half a count would
// look like a country with few requirements.
func countIn(g desk.Guarantees, rows []matrixRow, column string) map[check.Verdict]int {
	out := map[check.Verdict]int{}
	for _, r := range rows {
		c, ok := g.Cell(r.Property.ID, column)
		if !ok {
			return nil
		}
		out[c.Verdict]++
	}
	return out
}

// daysOfLaw are the days of the law alone, newest first. Of neighbours with the
// same answers only the newest is shown, once all of them are known: eleven days
// of which four say the same are harder to read than eight.
func daysOfLaw(g desk.Guarantees) []dayOfLaw {
	var out []dayOfLaw
	for _, c := range lawAlone(g) {
		if n := len(out); n > 0 && sameAnswers(g, out[n-1].Column.ID(), c.ID()) {
			out[n-1] = dayOfLaw{c, out[n-1].Since}
			continue
		}
		out = append(out, dayOfLaw{c, c.Snapshot})
	}
	slices.Reverse(out)
	return out
}

// lawAlone are the columns without a source, the oldest day first.
func lawAlone(g desk.Guarantees) []desk.Column {
	return slices.DeleteFunc(slices.Clone(g.Columns), func(c desk.Column) bool { return len(c.Overlays) > 0 })
}

func sameAnswers(g desk.Guarantees, a, b string) bool {
	return !slices.ContainsFunc(g.Properties, func(p pack.Property) bool {
		was, known := g.Cell(p.ID, a)
		is, too := g.Cell(p.ID, b)
		return !known || !too || was.Verdict != is.Verdict
	})
}

// accounts are the sources, each on the newest day it speaks of.
func accounts(g desk.Guarantees) []desk.Column {
	var out []desk.Column
	for _, c := range shownColumns(g, "") {
		if len(c.Overlays) == 0 {
			continue
		}
		if i := slices.IndexFunc(out, func(was desk.Column) bool { return was.Overlay() == c.Overlay() }); i >= 0 {
			out[i] = c
		} else {
			out = append(out, c)
		}
	}
	return out
}

func (p overviewView) requirement(property pack.Property) requirement {
	g := p.G
	out := requirement{Property: property, Today: matrixCell{Column: p.Today}}
	out.Today.Cell, out.Today.Known = g.Cell(property.ID, p.Today.ID())
	open, disputed := g.Disputed[property.ID+"/"+p.Today.ID()]
	out.Today.Disputed, out.Today.Open = disputed, open > 0
	for _, col := range lawAlone(g) {
		c, ok := g.Cell(property.ID, col.ID())
		if n := len(out.Turns); ok && (n == 0 || out.Turns[n-1].Verdict != c.Verdict) {
			out.Turns = append(out.Turns, turnOfLaw{property.ID, col, c.Verdict})
		}
	}
	out.Found = found(g, property)
	return out
}

// found is what sources tell of the days they speak of: where it is not what the
// text of the same day gives, and gaps that the source itself asks to close. A
// gap of the text that a source says nothing about is not its finding. Of each
// source the newest day stands.
func found(g desk.Guarantees, property pack.Property) []turnOfLaw {
	var out []turnOfLaw
	for _, col := range shownColumns(g, "") {
		c, ok := g.Cell(property.ID, col.ID())
		if !ok || len(col.Overlays) == 0 || col.Asked {
			continue
		}
		out = slices.DeleteFunc(out, func(t turnOfLaw) bool { return t.Column.Overlay() == col.Overlay() })
		law, _ := g.Cell(property.ID, desk.Column{Snapshot: col.Snapshot}.ID())
		if c.Verdict != law.Verdict || c.Verdict == check.Fails && cites(property, col) {
			out = append(out, turnOfLaw{property.ID, col, c.Verdict})
		}
	}
	return out
}

// cites says whether the source of a column is one that asks for the property.
func cites(p pack.Property, col desk.Column) bool {
	asking := documents(p)
	return slices.ContainsFunc(strings.Split(col.Source, ";"), func(s string) bool {
		doc, _, _ := strings.Cut(strings.TrimSpace(s), " ")
		return doc != "" && slices.Contains(asking, doc)
	})
}

// Whose names a source in a few words.
func (f Frame) Whose(c desk.Column) string {
	if len(c.Overlays) == 0 {
		return f.T("guarantees.law_alone")
	}
	return f.Or("overlay."+c.Overlays[0]+".short", "overlay."+c.Overlays[0], "overlay.other")
}

// Verdicts is the order in which answers are counted: what fails first.
func (overviewView) Verdicts() []check.Verdict {
	return []check.Verdict{check.Fails, check.Unknown, check.Holds}
}

// Filtered says that nothing was chosen: choosing leads to the matrix.
func (overviewView) Filtered() bool { return false }

// Percent is how far the search is.
func (p overviewView) Percent() int { return guaranteesView{G: p.G}.Percent() }

// Of counts the answers of a column, once all are known.
func (p overviewView) Of(c desk.Column) map[check.Verdict]int {
	var rows []matrixRow
	for _, property := range p.G.Properties {
		rows = append(rows, matrixRow{Property: property})
	}
	return countIn(p.G, rows, c.ID())
}
