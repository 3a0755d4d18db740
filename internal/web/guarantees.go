package web

import (
	"cmp"
	"context"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pana/internal/check"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/wording"
)

type guaranteesDesk interface {
	Guarantees(ctx context.Context) (desk.Guarantees, error)
}

// guaranteesView is the whole matrix: properties down, by theme; snapshots and what
// sources say across. A phone shows one column at a time.
type guaranteesView struct {
	Frame
	G       desk.Guarantees
	Phone   desk.Column // the column a phone shows
	Filters []Field
	Columns []desk.Column
	Themes  []matrixTheme
	Shown   int
	Chosen  template.URL // what was chosen, for the files; "" is all there is
	at      string       // the column that was asked for
}

type matrixTheme struct {
	Theme string
	Rows  []matrixRow
}

type matrixRow struct {
	Property pack.Property
	Cells    []matrixCell
}

// matrixCell is one cell as drawn. Known says that it was looked at.
type matrixCell struct {
	Column   desk.Column
	On       bool // in the column a phone shows
	Known    bool
	Cell     check.Cell
	Disputed bool
	Open     bool // a dispute without its reply
}

func guaranteesPage(c *call) error {
	g, err := c.site.Desk.Guarantees(c.ctx)
	if err != nil {
		return err
	}
	q := c.r.URL.Query()
	if !asksForMatrix(q) {
		return c.render(http.StatusOK, "overview", newOverview(c.frame("guarantees.title"), g))
	}
	return c.show(newGuaranteesView(c.frame("guarantees.title"), g, q))
}

func newGuaranteesView(f Frame, g desk.Guarantees, q url.Values) guaranteesView {
	f.Wide = true
	p := guaranteesView{Frame: f, G: g}
	p.Columns = newestFirst(shownColumns(g, q.Get("show")))
	p.Phone = chosenColumn(g, p.Columns, q.Get("at"))
	if q.Get("at") == p.Phone.ID() { // who came for one column finds it beside the properties
		p.Columns = append([]desk.Column{p.Phone}, slices.DeleteFunc(p.Columns, func(c desk.Column) bool { return c.ID() == p.Phone.ID() })...)
		p.at = p.Phone.ID()
	}
	p.Chosen = chosen(q)
	p.Filters = p.filters(q)
	for _, property := range g.Properties {
		if !wantedBy(property, q) {
			continue
		}
		row, seen := p.row(property, check.Verdict(q.Get("verdict")))
		if !seen {
			continue
		}
		p.Shown++
		i := slices.IndexFunc(p.Themes, func(t matrixTheme) bool { return t.Theme == property.Theme })
		if i < 0 {
			i = len(p.Themes)
			p.Themes = append(p.Themes, matrixTheme{Theme: property.Theme})
		}
		p.Themes[i].Rows = append(p.Themes[i].Rows, row)
	}
	return p
}

// shownColumns: the law of every day, and what a source says of days it speaks
// of. "all" adds the columns that hold only if nothing changed; "law" is the
// law alone.
func shownColumns(g desk.Guarantees, show string) []desk.Column {
	return slices.DeleteFunc(slices.Clone(g.Columns), func(c desk.Column) bool {
		early := c.Asked && !strings.HasPrefix(g.Current, c.Snapshot+"/") // what is asked for is asked of today
		return show == desk.Law && len(c.Overlays) > 0 || show != "all" && (c.Outside || early)
	})
}

// newestFirst puts today's law beside the properties, where a window that cannot
// show every column begins. Within a day the law stays before its sources.
func newestFirst(columns []desk.Column) []desk.Column {
	slices.SortStableFunc(columns, func(a, b desk.Column) int { return strings.Compare(b.Snapshot, a.Snapshot) })
	return columns
}

func chosenColumn(g desk.Guarantees, shown []desk.Column, at string) desk.Column {
	for _, id := range []string{at, g.Current} {
		if i := slices.IndexFunc(shown, func(c desk.Column) bool { return c.ID() == id }); i >= 0 {
			return shown[i]
		}
	}
	if len(shown) > 0 {
		return shown[0]
	}
	return desk.Column{}
}

// wantedBy says whether a property is among those the filters ask for.
func wantedBy(p pack.Property, q url.Values) bool {
	theme, source, body := q.Get("theme"), q.Get("source"), q.Get("body")
	return (theme == "" || p.Theme == theme) && (source == "" || slices.Contains(documents(p), source)) && (body == "" || slices.Contains(p.Bodies, body))
}

// row draws one property; it is not seen when a verdict is asked for that the
// column asked for, or without one no shown cell, has.
func (p guaranteesView) row(property pack.Property, verdict check.Verdict) (matrixRow, bool) {
	out, seen := matrixRow{Property: property}, verdict == ""
	for _, col := range p.Columns {
		id := col.ID()
		cell := matrixCell{Column: col, On: id == p.Phone.ID()}
		cell.Cell, cell.Known = p.G.Cell(property.ID, id)
		open, disputed := p.G.Disputed[property.ID+"/"+id]
		cell.Disputed, cell.Open = disputed, open > 0
		seen = seen || cell.Known && cell.Cell.Verdict == verdict && (p.at == "" || p.at == id)
		out.Cells = append(out.Cells, cell)
	}
	return out, seen
}

// documents are the sources that ask for a property, without the place in them.
func documents(p pack.Property) []string {
	var out []string
	for _, s := range p.Sources {
		doc, _, _ := strings.Cut(strings.TrimSpace(s), " ")
		out = append(out, doc)
	}
	return out
}

func (p guaranteesView) filters(q url.Values) []Field {
	var themes, sources, bodies []string
	for _, property := range p.G.Properties {
		themes = append(themes, property.Theme)
		sources = append(sources, documents(property)...)
		bodies = append(bodies, property.Bodies...)
	}
	f := form{p.Frame, q}
	once := func(list []string) []string { slices.Sort(list); return slices.Compact(list) }
	pick := func(name string, values []string, label func(string) string) Field {
		field := f.field("select", name)
		field.ID, field.Label, field.None = "f-"+name, p.T("guarantees.filter."+name), p.T("guarantees.filter.any")
		for _, v := range values {
			field.Options = append(field.Options, Option{Value: v, Label: label(v), On: q.Get(name) == v})
		}
		return field
	}
	show := pick("show", []string{desk.Law, "all"}, func(v string) string { return p.T("guarantees.show." + v) })
	show.None = p.T("guarantees.show.main")
	at := pick("at", columnIDs(p.Columns), func(v string) string { return p.columnByID(v) })
	at.None = p.Column(p.Phone)
	return []Field{
		at,
		pick("theme", once(themes), func(v string) string { return p.Or("theme."+v, "theme.other") }),
		pick("source", once(sources), p.document),
		pick("body", once(bodies), p.By),
		pick("verdict", []string{"holds", "fails", "unknown"}, func(v string) string { return p.T("verdict." + v) }),
		show,
	}
}

// document names one that asks: a report, or an act of the country.
func (f Frame) document(doc string) string {
	if doc == "pana" {
		return f.T("basis.product")
	}
	return f.Or("source."+doc, "act."+doc+".short", "act."+doc, "source.other")
}

// chosen is the query of the filters that were set.
func chosen(q url.Values) template.URL {
	out := url.Values{}
	for _, name := range []string{"at", "theme", "source", "body", "verdict", "show"} {
		if v := q.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	if len(out) == 0 {
		return ""
	}
	return template.URL("?" + out.Encode()) //nolint:gosec // encoded: it holds no mark of its own
}

func columnIDs(columns []desk.Column) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.ID()
	}
	return out
}

func (p guaranteesView) columnByID(id string) string {
	col, _ := p.G.Column(id)
	return p.Column(col)
}

// Column names a column: the day, and whose account it is.
func (f Frame) Column(c desk.Column) string {
	return f.T("guarantees.column", "day", f.Snapshot(c.Snapshot), "of", f.Accounts(c))
}

// Accounts says whose account a column is: the law's, or a source's.
func (f Frame) Accounts(c desk.Column) string {
	if len(c.Overlays) == 0 {
		return f.T("guarantees.law_alone")
	}
	var out []string
	for _, o := range c.Overlays {
		out = append(out, f.Or("overlay."+o, "overlay.other"))
	}
	return strings.Join(out, "; ")
}

// Snapshot is a day of the matrix as the language writes it.
func (f Frame) Snapshot(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return f.T("time.unknown")
	}
	return wording.Date(f.Lang, t, time.UTC)
}

// Short is a property in a few words; Statement is the whole of it.
func (f Frame) Short(property string) string {
	return f.Or("property."+property+".short", "property."+property, "property.other")
}

// Statement is what a property says.
func (f Frame) Statement(property string) string {
	return f.Or("property."+property, "property."+property+".short", "property.other")
}

// Remark says how kinds of person differ, or why a cell is as it is.
func (f Frame) Remark(c check.Cell) string {
	var out []string
	if c.Bound {
		out = append(out, f.T("cell.bound"))
	}
	if c.Vacuous {
		out = append(out, f.T("cell.vacuous"))
	}
	n := concerned(c)
	if len(n) > 1 {
		for _, v := range []check.Verdict{check.Holds, check.Fails, check.Unknown} {
			if n[v] > 0 {
				out = append(out, f.T("cell.kinds."+string(v), "n", n[v]))
			}
		}
	}
	return strings.Join(out, ", ")
}

// concerned counts the kinds of person by verdict, without those who never come
// to what the property speaks of: nothing is guaranteed to them.
func concerned(c check.Cell) map[check.Verdict]int {
	n := map[check.Verdict]int{}
	for _, k := range c.Kinds {
		if !k.Vacuous {
			n[k.Verdict]++
		}
	}
	return n
}

// Mix is Remark as short as a cell of the matrix wants it: how many kinds of
// person have each answer.
func (f Frame) Mix(c check.Cell) string {
	n := concerned(c)
	if len(n) < 2 || c.Bound || c.Vacuous {
		return f.Remark(c)
	}
	var out []string
	for _, v := range []check.Verdict{check.Fails, check.Unknown, check.Holds} {
		if n[v] > 0 {
			out = append(out, f.T("verdict."+string(v))+"\u00a0"+f.Number(n[v]))
		}
	}
	return strings.Join(out, ", ")
}

// Mixed says that kinds of person have different answers.
func (f Frame) Mixed(c check.Cell) bool {
	return slices.ContainsFunc(c.Kinds, func(k check.Kind) bool { return k.Verdict != c.Kinds[0].Verdict })
}

// Said is a cell as its link's name has it: what is read in it, in its order.
func (p guaranteesView) Said(c matrixCell) string {
	out := p.T("verdict." + string(c.Cell.Verdict))
	if mix := p.Mix(c.Cell); mix != "" {
		out += " " + mix
	}
	switch {
	case c.Open:
		out += " " + p.T("dispute.mark.open")
	case c.Disputed:
		out += " " + p.T("dispute.mark.answered")
	}
	return out
}

// Brief is a column in a few letters, for the head of a printed table.
func (p guaranteesView) Brief(c desk.Column) string {
	out := c.Snapshot
	if len(c.Overlays) > 0 {
		out += " " + p.Whose(c)
	}
	if c.Outside {
		out += "*"
	}
	return out
}

// Verdicts is the order in which answers are counted.
func (guaranteesView) Verdicts() []check.Verdict { return overviewView{}.Verdicts() }

// Filtered says that something was chosen.
func (p guaranteesView) Filtered() bool {
	return slices.ContainsFunc(p.Filters[1:], func(f Field) bool { return f.Value != "" })
}

// Tally says how many properties of a column have each verdict.
func (p guaranteesView) Tally() map[check.Verdict]int { return p.G.Count(p.Phone.ID()) }

// Percent is how far the search is.
func (p guaranteesView) Percent() int {
	if p.G.Total == 0 {
		return 0
	}
	return 100 * p.G.Done / p.G.Total
}

// chosenCell is a cell of a file.
type chosenCell struct {
	matrixCell
	property pack.Property
}

// chosenCells are those that the filters show, or all that were found, in the
// order of pana check --json.
func chosenCells(f Frame, g desk.Guarantees, q url.Values) (out []chosenCell) {
	if chosen(q) == "" {
		q = url.Values{"show": {"all"}}
	}
	for _, theme := range newGuaranteesView(f, g, q).Themes {
		for _, row := range theme.Rows {
			for _, cell := range row.Cells {
				if cell.Known {
					out = append(out, chosenCell{cell, row.Property})
				}
			}
		}
	}
	order := func(c chosenCell) (property, column int) {
		return slices.IndexFunc(g.Properties, func(p pack.Property) bool { return p.ID == c.property.ID }),
			slices.IndexFunc(g.Columns, func(col desk.Column) bool { return col.ID() == c.Column.ID() })
	}
	slices.SortFunc(out, func(a, b chosenCell) int {
		p1, c1 := order(a)
		p2, c2 := order(b)
		return cmp.Or(cmp.Compare(p1, p2), cmp.Compare(c1, c2))
	})
	return out
}

// guaranteesCSV is the matrix, or what was chosen of it, for a spreadsheet.
func guaranteesCSV(c *call) error {
	g, err := c.site.Desk.Guarantees(c.ctx)
	if err != nil {
		return err
	}
	f := c.frame("guarantees.title")
	rows := [][]string{
		{"property", "statement", "theme", "snapshot", "overlay", "if_nothing_changed", "verdict", "remark", "published", "expected", "because", "questions", "sources", "recommendations"},
	}
	for _, cell := range chosenCells(f, g, c.r.URL.Query()) {
		p, col := cell.property, cell.Column
		rows = append(rows, []string{
			p.ID, f.Statement(p.ID), p.Theme, col.Snapshot, col.Overlay(), map[bool]string{true: "yes"}[col.Outside], string(cell.Cell.Verdict), f.Remark(cell.Cell),
			string(cell.Cell.Published), string(cell.Cell.Expected), f.Said(cell.Cell.Because).Text, strings.Join(cell.Cell.Questions, " "), strings.Join(p.Sources, "; "), strings.Join(p.Recommendations, " "),
		})
	}
	rows = append(rows, []string{"# " + f.T("guarantees.caution") + " " + f.editions(g) + " " + g.Imprint.ID + " " + g.Imprint.Version + " " + g.Imprint.Pack})
	return c.publishCSV("guarantees", letters, rows, f.T("guarantees.title"))
}

// matrixDownload is the JSON of the matrix. Its cells are those of pana check --json.
type matrixDownload struct {
	Caution  string       `json:"caution"`
	Editions string       `json:"editions"`
	Pack     string       `json:"pack"`
	Version  string       `json:"version"`
	Done     int          `json:"done"`
	Total    int          `json:"total"`
	Cells    []check.Cell `json:"cells"`
}

func guaranteesJSON(c *call) error {
	g, err := c.site.Desk.Guarantees(c.ctx)
	if err != nil {
		return err
	}
	f := c.frame("guarantees.title")
	out := matrixDownload{Caution: f.T("guarantees.caution"), Editions: f.editions(g), Pack: g.Imprint.Pack, Version: g.Imprint.Version, Done: g.Done, Total: g.Total, Cells: []check.Cell{}}
	for _, cell := range chosenCells(f, g, c.r.URL.Query()) {
		out.Cells = append(out.Cells, cell.Cell)
	}
	b, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return c.publish("application/json; charset=utf-8", "guarantees.json", string(b))
}

// editions says what was read.
func (f Frame) editions(g desk.Guarantees) string { return f.Editions(g.Editions) }

// Editions says which texts of the acts were read to encode the country.
func (f Frame) Editions(key string) string {
	if key == "" {
		return f.T("guarantees.editions.none")
	}
	return f.Or(key, "guarantees.editions.none")
}

// Span is how many columns the table has.
func (p guaranteesView) Span() int { return len(p.Columns) + 1 }
