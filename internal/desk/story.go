package desk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"pana/internal/check"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/wording"
)

// Story is one cell with what a reader needs to judge it: who did what under
// which article, what was lost, what the law of other days says, and who
// disputes it.
type Story struct {
	Property pack.Property
	Column   Column
	Source   string // of the overlay
	Cell     check.Cell
	Known    bool
	Lines    []StoryLine
	Other    []StoryLine // of the person who differs
	Pictures []Picture
	Columns  []StoryColumn
	Disputes []DisputeView
	Editions string
	Imprint  Imprint
	Kinds    []string // facts and variables that tell kinds of person apart
	// Rule tells a guard of the pack in a language; nil tells it as written.
	Rule func(lang wording.Lang, guard string) string
}

// StoryLine is one line: an event, and what it changed, gave and took.
type StoryLine struct {
	check.Event
	Clock    string // the clock that ends, when time passes
	NoticeOf string // the step it is the notice of
	Changed  []Change
	Lost     []Safeguard
	Gained   []Safeguard
}

// StoryColumn is what the same property is under another column. Was is the
// column before it of the same account when the verdict turned between them.
type StoryColumn struct {
	Column  Column
	Known   bool
	Verdict check.Verdict
	Was     Column
	Turned  bool
	From    check.Verdict
}

// Story tells one cell.
func (d *Desk) Story(ctx context.Context, property, column string) (Story, error) {
	g := d.guarantees()
	col, known := g.Column(column)
	i := slices.IndexFunc(g.Properties, propertyIs(property))
	if !known || i < 0 {
		return Story{}, fault.Withheld("desk: no such cell")
	}
	out := Story{Property: g.Properties[i], Column: col, Editions: g.Editions, Imprint: g.Imprint, Columns: storyColumns(g, property), Rule: d.pack().RuleInWords}
	if len(col.Overlays) > 0 {
		if o := d.pack().Overlay(col.Overlays[0]); o != nil {
			out.Source = o.Source
		}
	}
	out.Cell, out.Known = g.Cell(property, column)
	if err := d.illustrate(&out); err != nil {
		return Story{}, err
	}
	var err error
	out.Disputes, err = d.disputesOf(ctx, property+"/"+column)
	return out, err
}

// illustrate tells the traces and draws what they pass through.
func (d *Desk) illustrate(s *Story) error {
	day, err := time.Parse(time.DateOnly, s.Column.Snapshot)
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	m, _ := d.pack().Compose(pack.Day{Time: day}, s.Column.Overlays)
	if m == nil {
		return nil // the page says that the column cannot be put together
	}
	s.Lines = tell(m, s.Cell.Person, s.Cell.Trace)
	if s.Cell.Other != nil {
		s.Other = tell(m, s.Cell.Other.Person, s.Cell.Other.Trace)
	}
	for _, of := range m.Procedures() {
		if walked, taken := walk(m, of.Picture, s.Cell); len(walked) > 1 || len(s.Cell.Trace) == 0 && slices.Contains(s.Property.Focus, of.ID) {
			if picture, ok := lawPicture(d.pack(), m, of, walked, taken); ok && len(s.Pictures) < maxPictures {
				s.Pictures = append(s.Pictures, picture)
			}
		}
	}
	for _, k := range s.Cell.Kinds {
		for name := range k.Kind {
			if !slices.Contains(s.Kinds, name) {
				s.Kinds = append(s.Kinds, name)
			}
		}
	}
	slices.Sort(s.Kinds)
	return nil
}

// maxPictures keeps a story's page light: a path rarely passes through more.
const maxPictures = 3

// walk is what a variable was in turn along the trace, and the steps taken.
func walk(m *procedure.Model, variable string, c check.Cell) (walked, taken []string) {
	if variable == "" || len(c.Trace) == 0 {
		return nil, nil
	}
	walked = []string{m.Begin(c.Person).Value(variable)}
	for _, e := range c.Trace {
		taken = append(taken, e.Step)
		if to, set := e.Set[variable]; set && to != walked[len(walked)-1] {
			walked = append(walked, to)
		}
	}
	return walked, taken
}

// tell follows a trace on the compiled law, so that each line can say what was
// lost. It follows values and no clocks: a right that only a running clock gives
// is neither gained nor lost here, and the line then says less than it could.
func tell(m *procedure.Model, person map[string]string, trace []check.Event) []StoryLine {
	now := m.Begin(person)
	before := inForceNow(m, now)
	var out []StoryLine
	for _, e := range trace {
		line := StoryLine{Event: e}
		if id, ok := strings.CutPrefix(e.Step, "clock "); ok {
			line.Clock = id
		}
		if s := m.Step(e.Step); s != nil {
			line.NoticeOf = s.NoticeOf
		}
		for _, name := range slices.Sorted(maps.Keys(e.Set)) {
			to := e.Set[name]
			from := m.Read(now, name)
			if from == to || !slices.Contains(m.Values(name), to) {
				continue
			}
			next, err := now.With(name, to)
			if err != nil {
				continue // not a value of a situation: nothing that a reader could be told
			}
			now = next
			line.Changed = append(line.Changed, Change{Var: name, From: from, To: to})
		}
		after := inForceNow(m, now)
		line.Lost, line.Gained = missing(before, after), missing(after, before)
		before = after
		out = append(out, line)
	}
	return out
}

// inForceNow are the bars and entitlements that certainly stand.
func inForceNow(m *procedure.Model, now procedure.Situation) []Safeguard {
	var out []Safeguard
	for _, b := range m.Removal(now, m.Day()).Bars {
		if b.Truth == procedure.True && b.Bar != nil {
			out = append(out, Safeguard{ID: b.Name, Kind: b.Level, Basis: b.Basis})
		}
	}
	for _, e := range m.Entitlements(now, m.Day()) {
		if len(e.Questions) == 0 {
			out = append(out, Safeguard{ID: e.Entitlement.ID, Kind: "entitlement", Basis: e.Entitlement.Basis, OwedBy: e.Entitlement.OwedBy})
		}
	}
	return out
}

// missing are those of a that are not in b.
func missing(a, b []Safeguard) []Safeguard {
	var out []Safeguard
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y Safeguard) bool { return x.Kind == y.Kind && x.ID == y.ID }) {
			out = append(out, x)
		}
	}
	return out
}

// storyColumns are all columns of a property, with where its verdict turned from
// one snapshot to the next of the same account.
func storyColumns(g Guarantees, property string) []StoryColumn {
	last := map[string]StoryColumn{} // by account
	var out []StoryColumn
	for _, col := range g.Columns {
		one := StoryColumn{Column: col}
		c, ok := g.Cell(property, col.ID())
		if one.Known = ok; ok {
			one.Verdict = c.Verdict
			was, before := last[col.Overlay()]
			if one.Turned = before && was.Verdict != c.Verdict; one.Turned {
				one.Was, one.From = was.Column, was.Verdict
			}
			last[col.Overlay()] = one
		}
		out = append(out, one)
	}
	return out
}
