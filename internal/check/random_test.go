package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// gen draws small countries: a few facts, variables, questions, clocks, rights,
// bars and steps, with guards over them.
type gen struct {
	t *rapid.T
	n int
}

func (g *gen) pick(label string, from ...string) string {
	g.n++
	return rapid.SampledFrom(from).Draw(g.t, fmt.Sprint(label, g.n))
}

func (g *gen) one(in int) bool {
	g.n++
	return rapid.IntRange(1, in).Draw(g.t, fmt.Sprint("one", g.n)) == 1
}

var domains = map[string][]string{
	"f": {"a", "b", "c"}, "g": {"x", "y"}, "age": {"under_14", "under_18", "adult"},
	"u": {"p", "q", "r"}, "v": {"p", "q", "r"}, "w": {"on", "off"}, "z": {"on", "off"},
}

func (g *gen) atom(deep bool) string {
	switch rapid.IntRange(0, 11).Draw(g.t, fmt.Sprint("atom", g.nextN())) {
	case 0:
		return fmt.Sprintf("unknown(%q)", g.pick("q", "q1", "q2"))
	case 1:
		return fmt.Sprintf("clock(%q).%s", g.pick("c", "c1", "c2", "c3"), g.pick("state", "running", "expired", "off"))
	case 2:
		if deep {
			return g.pick("derived", "d", `has("r")`, `has("r", "h")`)
		}
	}
	name := g.pick("name", "f", "g", "age", "u", "v", "w", "z", "u", "v", "w")
	text := fmt.Sprintf("%s == %q", name, g.pick("value", domains[name]...))
	if g.one(3) {
		return "!(" + text + ")"
	}
	return text
}

func (g *gen) nextN() int { g.n++; return g.n }

func (g *gen) guard(deep bool) string {
	n := rapid.IntRange(1, 3).Draw(g.t, fmt.Sprint("conjuncts", g.nextN()))
	var parts []string
	for range n {
		part := g.atom(deep)
		if g.one(3) {
			part = "(" + part + " || " + g.atom(deep) + ")"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " && ")
}

func (g *gen) maybe(in int, s func() string) string {
	if g.one(in) {
		return s()
	}
	return ""
}

func (g *gen) spec() procedure.Spec {
	s := procedure.Spec{
		Procedures: []procedure.Procedure{{ID: "p"}, {ID: "o"}},
		Facts: []procedure.Fact{
			{Name: "f", Values: domains["f"], NotKnown: "a"},
			{Name: "g", Values: domains["g"], Hidden: true},
			{Name: "age", Values: domains["age"], From: procedure.FromBirthDate, NotKnown: "under_18"},
		},
		Vars: []procedure.Var{
			{Procedure: "p", Name: "u", Values: domains["u"], Start: []string{"p"}},
			{Procedure: "p", Name: "v", Values: domains["v"], Start: []string{"p"}},
			{Procedure: "p", Name: "w", Values: domains["w"], Start: []string{"off"}},
			{Procedure: "p", Name: "z", Values: domains["z"], Start: []string{"off", "on"}},
		},
		Questions: []procedure.Question{{ID: "q1"}, {ID: "q2"}},
		Derived:   []procedure.Derived{{Procedure: "p", Name: "d", When: g.guard(false)}},
		Entitlements: []procedure.Entitlement{
			{Procedure: "p", ID: "e1", Gives: "r", When: g.guard(false)},
			{Procedure: "p", ID: "e2", Gives: "r", Class: "h", When: g.guard(false), Exists: g.maybe(4, func() string { return "q1" })},
		},
	}
	if g.one(2) {
		s.Assume = []procedure.Assumption{{When: fmt.Sprintf("f == %q || g == %q || z == %q", g.pick("af", "a", "b"), g.pick("ag", "x", "y"), g.pick("az", "on", "off"))}}
	}
	for i, length := range []string{"10 days", "1 month", "unknown(q2)"} {
		c := procedure.Clock{Procedure: "p", ID: fmt.Sprint("c", i+1), Kind: g.pick("kind", "duty", "limit"), Length: length, Extend: "5 days"}
		if i == 1 {
			c.StartsWhen = g.maybe(3, func() string { return g.guard(true) })
			c.StopsWhen = g.maybe(3, func() string { return g.atom(true) })
		}
		c.Suspended = g.maybe(5, func() string { return g.atom(false) })
		s.Clocks = append(s.Clocks, c)
	}
	if g.one(3) {
		s.Orders = []procedure.Order{{First: g.pick("first", "c1", "c2", "c3"), Then: g.pick("then", "c1", "c2", "c3")}}
	}
	for i := range rapid.IntRange(3, 7).Draw(g.t, "steps") {
		s.Steps = append(s.Steps, g.step(i))
	}
	for i := range rapid.IntRange(0, 2).Draw(g.t, "bars") {
		s.Bars = append(s.Bars, procedure.Bar{Procedure: "p", ID: fmt.Sprint("b", i), Class: "x", Level: g.pick("level", "bar", "bar", "hold"), Binds: []string{g.pick("binds", "removal", "s0", "s1")}, When: g.guard(true), Exists: g.maybe(5, func() string { return "q2" })})
	}
	return s
}

func (g *gen) step(i int) procedure.Step {
	s := procedure.Step{Procedure: "p", ID: fmt.Sprint("s", i), When: g.guard(true), Force: procedure.Force(g.pick("force", "own", "must", "may", "world")), By: []string{"person"}, Set: map[string]string{}}
	if g.one(4) {
		s.Procedure = "o"
		s.When = ""
	}
	if s.Force == procedure.Must {
		s.Must = g.maybe(2, func() string { return g.guardOf(s.Procedure) })
	}
	if s.Procedure == "o" {
		s.Must = ""
	}
	for range rapid.IntRange(1, 2).Draw(g.t, fmt.Sprint("sets", i)) {
		name := g.pick("set", "u", "v", "w", "z")
		s.Set[name] = g.pick("to", domains[name]...)
	}
	s.Exists = g.maybe(8, func() string { return g.pick("exists", "q1", "q2") })
	if g.one(2) {
		s.Starts = []string{g.pick("starts", "c1", "c2", "c3")}
		if g.one(3) {
			s.Starts = []string{"c1", "c2"}
		}
	}
	if g.one(4) {
		s.Stops = []string{g.pick("stops", "c1", "c2", "c3")}
	}
	if g.one(6) {
		s.Extends = []string{g.pick("extends", "c1", "c2")}
	}
	if g.one(3) {
		s.Effect = "removal"
	}
	if s.Procedure == "p" && g.one(8) {
		s.Again = &procedure.Again{Max: 2, Keep: []string{"w"}}
	}
	return s
}

func (g *gen) guardOf(string) string { return g.guard(true) }

func (g *gen) property() *pack.Property {
	steps := func() []string { return []string{g.pick("watch", "s0", "s1", "s2", "removal")} }
	p := &pack.Property{ID: "P", Focus: []string{"p"}}
	if g.one(4) {
		p.Assume = []string{"on_time"}
	}
	switch g.pick("form", "never", "edge", "until", "after", "possible", "limbo", "start", "without", "conserved", "bounded") {
	case "never":
		p.Never = &pack.Never{When: g.guard(true)}
	case "edge":
		p.Never = &pack.Never{When: g.guard(true), Steps: steps()}
	case "until":
		p.Until = &pack.Until{After: g.guard(true), Never: steps(), Before: g.guard(true)}
	case "after":
		p.Until = &pack.Until{AfterSteps: steps(), Never: steps(), Before: g.guard(true)}
	case "possible":
		p.Possible = &pack.Possible{Where: g.guard(true), Goal: g.guard(true)}
	case "limbo":
		p.Limbo = &pack.Limbo{Where: g.guard(true), Right: "r", From: g.pick("from", "", "h", "p")}
	case "start":
		p.Independent = &pack.Independent{Of: []string{g.pick("of", "f", "g")}, Given: g.maybe(3, func() string { return g.guard(true) }), Goal: g.guard(true)}
	case "without":
		p.Independent = &pack.Independent{Without: []string{"o"}, Goal: g.guard(true)}
	case "conserved":
		p.Conserved = &pack.Conserved{Entry: []string{"s0"}, Outcome: []string{"s1", "s2"}}
	case "bounded":
		p.Bounded = &pack.Bounded{From: g.guard(true), To: g.guard(true), Max: g.pick("max", "10 days", "30 days", "62 days", "1 year")}
	}
	return p
}

// TestSearchAgainstOracle: for every kind of person and every answer, a claim's
// tree says what the slow explorer says.
func TestSearchAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		g := &gen{t: rt}
		spec := g.spec()
		m, problems := procedure.Compile(spec, time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC), time.UTC, nil)
		if m == nil {
			rt.Skip("no country: ", procedure.Errors(problems))
		}
		w := newWorld(m)
		prop := g.property()
		for _, c := range compile(w, prop) {
			if len(c.unreadable) > 0 {
				rt.Fatal(c.unreadable)
			}
			tree, _ := decide(context.Background(), w, c, Options{})
			agree(rt, w, c, prop, tree)
		}
	})
}

// TestVacuousAgainstOracle: a property that holds says that nobody comes to what
// it speaks of if, and only if, the slow explorer finds nobody there.
func TestVacuousAgainstOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		g := &gen{t: rt}
		m, problems := procedure.Compile(g.spec(), time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC), time.UTC, nil)
		if m == nil {
			rt.Skip("no country: ", procedure.Errors(problems))
		}
		prop := g.property()
		about := triggers(prop)
		cell := Decide(context.Background(), m, prop, Options{})
		if about == nil || cell.Verdict != Holds || len(cell.Kinds) == 0 {
			return
		}
		w := newWorld(m)
		if nobody := !w.comes(about); nobody != cell.Vacuous {
			rt.Fatalf("%s%v: vacuous %v, and that nobody comes there is %v (%s)", country(w), printed(prop), cell.Vacuous, nobody, cell.Why)
		}
	})
}

// comes says whether anybody, under any answer, comes to what must never be.
func (w *world) comes(about *pack.Property) bool {
	var rigid []atom
	for a := range w.sizes {
		if w.rigid(atom(a)) {
			rigid = append(rigid, atom(a))
		}
	}
	some := false
	w.each(rigid, w.starts, func(vals []uint8) {
		all := map[atom]uint8{}
		for i, a := range rigid {
			all[a] = vals[i]
		}
		v, somebody := newOracle(w, compile(w, about)[0], all).verdict()
		some = some || somebody && v == Fails
	})
	return some
}

func agree(rt *rapid.T, w *world, c *claim, prop *pack.Property, t *tree) {
	var rigid []atom
	for a := range w.sizes {
		if w.rigid(atom(a)) {
			rigid = append(rigid, atom(a))
		}
	}
	w.each(rigid, w.starts, func(vals []uint8) {
		all := map[atom]uint8{}
		for i, a := range rigid {
			all[a] = vals[i]
		}
		want, somebody := newOracle(w, c, all).verdict()
		leaf := w.find(t, all)
		switch {
		case !somebody:
		case leaf == nil:
			rt.Fatalf("%+v %v: the tree knows nobody with %v", *prop, c.shape, w.said(all))
		case leaf.verdict != want:
			rt.Fatalf("%s%v: %s for %v (%s), and is %s", country(w), printed(prop), leaf.verdict, w.said(all), leaf.why, want)
		}
	})
}

func printed(p *pack.Property) string {
	return fmt.Sprintf("%+v %+v %+v %+v %+v %+v %+v %v", p.Never, p.Until, p.Possible, p.Limbo, p.Independent, p.Bounded, p.Conserved, p.Assume)
}

func (w *world) said(all map[atom]uint8) string {
	var out []string
	for a, v := range all {
		out = append(out, w.name(a)+"="+w.value(a, v))
	}
	return strings.Join(out, " ")
}

func (w *world) find(t *tree, all map[atom]uint8) *leaf {
	for t != nil && t.leaf == nil {
		t = t.kids[slices.Index(w.starts[t.on], all[t.on])]
	}
	if t == nil {
		return nil
	}
	return t.leaf
}

// country is a drawn model in words, for who looks into a failure.
func country(w *world) string {
	var b strings.Builder
	for _, r := range w.Assume {
		fmt.Fprintln(&b, "\nassume", r.Source())
	}
	for _, s := range w.Steps {
		fmt.Fprintln(&b, "step", s.ID, s.Force, "when", s.When, "must", s.Step.Must, "exists", s.Exists, "set", s.Set, "starts", s.Step.Starts, "stops", s.Step.Stops, "extends", s.Step.Extends, "again", s.Again, s.Effect)
		for _, bar := range s.Bars {
			fmt.Fprintln(&b, "    bar", bar.When.Source())
		}
	}
	for _, c := range w.Clocks {
		fmt.Fprintln(&b, "clock", c.ID, c.Kind, c.Clock.Length, "starts", c.StartsWhen, "stops", c.StopsWhen, "suspended", c.Clock.Suspended)
	}
	for _, o := range w.Orders {
		fmt.Fprintln(&b, "order", o.Order.First, o.Order.Then)
	}
	for _, e := range w.Entitlements {
		fmt.Fprintln(&b, "right", e.ID, e.When, e.Exists)
	}
	return b.String()
}
