package pack

import (
	"maps"
	"slices"
	"strings"
	"time"

	"pana/internal/procedure"
)

// properties: a property has exactly one form, a theme, and names only what
// there is: bodies, sources, procedures, steps.
func (l *linter) properties() {
	steps, effects := l.stepNames(), words("effect", procedure.RemovalEffect)
	procedures := setOf("procedure", l.Procedures, func(e Process) []string { return []string{e.Procedure.ID} })
	for _, p := range l.Properties {
		whose := "property " + p.ID
		if n := len(p.forms()); n != 1 {
			l.add(p.Pos, "property.form", "write one of never, until, possible, limbo, independent, bounded, declared, conserved", "%s has %d forms", whose, n)
		}
		if p.Theme == "" {
			l.add(p.Pos, "property.theme", "write theme: its rows stand together in the matrix", "%s has no theme", whose)
		}
		l.referAll(p.Pos, whose, p.Bodies, l.known.kinds)
		l.referAll(p.Pos, whose, p.Focus, procedures)
		l.referAll(p.Pos, whose, p.Assume, words("assumption", "on_time"))
		for _, source := range p.Sources {
			l.source(p.Pos, whose, source)
		}
		if n := p.Never; n != nil {
			l.referAll(p.Pos, whose, n.Steps, steps, effects)
			l.filled(p, "never", n.When+strings.Join(n.Steps, ""))
		}
		if u := p.Until; u != nil {
			l.referAll(p.Pos, whose, slices.Concat(u.AfterSteps, u.Never), steps, effects)
			l.filled(p, "until", strings.Join(u.Never, ""), u.Before, u.After+strings.Join(u.AfterSteps, ""))
		}
		if i := p.Independent; i != nil {
			l.referAll(p.Pos, whose, i.Of, l.known.facts)
			l.referAll(p.Pos, whose, i.Without, procedures)
			if (len(i.Of) == 0) == (len(i.Without) == 0) {
				l.add(p.Pos, "property.independent", "write of: with facts, or without: with procedures", "%s does not say of what it is independent, or says it twice", whose)
			}
			l.filled(p, "independent", i.Goal)
		}
		if c := p.Conserved; c != nil {
			l.referAll(p.Pos, whose, slices.Concat(c.Entry, c.Outcome), steps)
			l.filled(p, "conserved", strings.Join(c.Entry, ""), strings.Join(c.Outcome, ""))
		}
		l.bounded(p)
		l.expectations(p)
	}
}

// forms are the names of the forms that are written.
func (p Property) forms() []string {
	var out []string
	for _, f := range []struct {
		name string
		is   bool
	}{
		{"never", p.Never != nil}, {"until", p.Until != nil}, {"possible", p.Possible != nil}, {"limbo", p.Limbo != nil},
		{"independent", p.Independent != nil}, {"bounded", p.Bounded != nil}, {"declared", p.Declared != nil}, {"conserved", p.Conserved != nil},
	} {
		if f.is {
			out = append(out, f.name)
		}
	}
	return out
}

// Form is the property's form: "never", "until", …
func (p Property) Form() string {
	if forms := p.forms(); len(forms) > 0 {
		return forms[0]
	}
	return ""
}

func (l *linter) filled(p Property, form string, parts ...string) {
	if slices.Contains(parts, "") {
		l.add(p.Pos, "property.empty", "docs/pack-authors.md lists what each form says", "property %s leaves out what %s needs", p.ID, form)
	}
}

// source is "unhcr-2019 Issue 1 ¶1": the id of a document, then where in it.
func (l *linter) source(pos Pos, whose, source string) {
	id, _, _ := strings.Cut(strings.TrimSpace(source), " ")
	l.refer(pos, whose, id, l.known.sources, l.known.acts)
}

func (l *linter) bounded(p Property) {
	switch {
	case p.Bounded != nil:
		l.filled(p, "bounded", p.Bounded.From, p.Bounded.To, p.Bounded.Max)
		l.length(p.Pos, "property "+p.ID, p.Bounded.Max)
	case p.Possible != nil:
		l.filled(p, "possible", p.Possible.Goal)
	case p.Limbo != nil:
		l.filled(p, "limbo", p.Limbo.Right)
	case p.Declared != nil:
		l.filled(p, "declared", p.Declared.Each, p.Declared.Require)
	}
}

// stepNames are every step's, of the law and of the overlays, and those that
// come of notices.
func (l *linter) stepNames() set {
	s := setOf("step", l.Spec.Steps, func(e step) []string { return []string{e.ID, e.ID + "_given", e.ID + "_understood"} })
	for _, o := range l.Overlays {
		for _, c := range o.Changes {
			if c.Op == OpAdd && c.Step != nil {
				s.has[c.Step.ID] = true
			}
		}
	}
	return s
}

// expectations: a verdict is expected of a day and overlays that there are, of
// a kind of person there can be, once; where the text gives another, because
// says why.
func (l *linter) expectations(p Property) {
	whose := "property " + p.ID
	overlays := setOf("overlay", l.Overlays, func(o Overlay) []string { return []string{o.ID} })
	seen := map[string]bool{}
	for _, e := range p.Expect {
		if !slices.ContainsFunc(l.Head.Snapshots, func(d Day) bool { return d.Equal(e.Snapshot.Time) }) {
			l.add(e.Pos, "expect.snapshot", "snapshots: "+written(l.Head.Snapshots), "%s expects a verdict on %s, which is no snapshot of pack.yaml", whose, e.Snapshot.Format(time.DateOnly))
		}
		l.referAll(e.Pos, whose, e.Overlays, overlays)
		l.refer(e.Pos, whose, e.Verdict, verdicts)
		l.refer(e.Pos, whose, e.Derived, verdicts)
		if e.Verdict == "" && e.Derived == "" {
			l.add(e.Pos, "expect.verdict", "write verdict: what sources expect, or derived: what the text gives", "%s expects nothing of %s", whose, e.Snapshot.Format(time.DateOnly))
		}
		if e.Source != "" {
			l.source(e.Pos, whose, e.Source)
		}
		if e.Derived != "" && e.Derived != e.Verdict && e.Because == "" {
			l.add(e.Pos, "expect.because", "write because: one sentence", "%s: the text gives another verdict than the sources, and nobody says why", whose)
		}
		l.kindOfPerson(e, whose)
		key := e.Snapshot.Format(time.DateOnly) + strings.Join(e.Overlays, ",") + kindKey(e.Kinds)
		if seen[key] {
			l.add(e.Pos, "expect.twice", "keep one", "%s expects two verdicts of one cell", whose)
		}
		seen[key] = true
	}
}

func written(list []Day) string {
	var out []string
	for _, d := range list {
		out = append(out, d.Format(time.DateOnly))
	}
	return strings.Join(out, ", ")
}

func kindKey(kind map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(kind)) {
		b.WriteString(" " + name + "=" + kind[name])
	}
	return b.String()
}

// kindOfPerson: a kind of person is told by facts, and by variables that begin
// in several ways.
func (l *linter) kindOfPerson(e Expectation, whose string) {
	values := map[string][]string{}
	for _, f := range l.Spec.Facts {
		values[f.Name] = f.Values
	}
	for _, v := range l.Spec.Vars {
		values[v.Name] = v.Start
	}
	for _, name := range slices.Sorted(maps.Keys(e.Kinds)) {
		of, ok := values[name]
		switch {
		case !ok:
			l.refer(e.Pos, whose, name, l.known.facts)
		case !slices.Contains(of, e.Kinds[name]):
			l.add(e.Pos, "expect.kind", "it is one of: "+strings.Join(of, ", "), "%s expects a verdict of persons whose %s is %q", whose, name, e.Kinds[name])
		}
	}
}

// propertyGuards: what a property says compiles in some column: the law of a
// snapshot, alone or as an overlay tells it.
func (l *linter) propertyGuards() {
	models := l.columns()
	if len(models) == 0 {
		return // what does not compile says so itself
	}
	for _, p := range l.Properties {
		for _, src := range p.guards() {
			l.compilesSomewhere(p.Pos, src, models)
		}
		l.triggers(p)
	}
}

// columns are the models of the matrix, the newest law first. A column that
// does not compile is another rule's to report.
func (l *linter) columns() []*procedure.Model {
	var laws, told []*procedure.Model
	for i := len(l.Head.Snapshots) - 1; i >= 0; i-- {
		if m, _ := l.Compose(l.Head.Snapshots[i], nil); m != nil {
			laws = append(laws, m)
		}
		for _, o := range l.Overlays {
			if m, _ := l.Compose(l.Head.Snapshots[i], []string{o.ID}); m != nil {
				told = append(told, m)
			}
		}
	}
	return append(laws, told...)
}

// guards are what the property says in the rule language, but for declared,
// which speaks of elements and not of a person.
func (p Property) guards() []string {
	var out []string
	switch {
	case p.Never != nil:
		out = []string{p.Never.When}
	case p.Until != nil:
		out = []string{p.Until.After, p.Until.Before}
	case p.Possible != nil:
		out = []string{p.Possible.Where, p.Possible.Goal}
	case p.Limbo != nil:
		out = []string{p.Limbo.Where, p.Limbo.Goal()}
	case p.Independent != nil:
		out = []string{p.Independent.Given, p.Independent.Goal}
	case p.Bounded != nil:
		out = []string{p.Bounded.From, p.Bounded.To}
	}
	return slices.DeleteFunc(out, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// Goal is the right of a limbo property as a guard.
func (l *Limbo) Goal() string {
	if l.From == "" {
		return `has("` + l.Right + `")`
	}
	return `has("` + l.Right + `", "` + l.From + `")`
}

func (l *linter) compilesSomewhere(pos Pos, src string, models []*procedure.Model) {
	var first []Problem
	for _, m := range models {
		_, problems := m.Guard(src, pos)
		if len(Errors(problems)) == 0 {
			return
		}
		if first == nil {
			first = problems
		}
	}
	l.problems = append(l.problems, first...)
}

// triggers: after and where speak of facts and of what really happens, never of
// a status that only bodies grant: a law without the status would satisfy the
// property by never granting it (law/pack-semantics §10).
func (l *linter) triggers(p Property) {
	src := ""
	switch {
	case p.Until != nil:
		src = p.Until.After
	case p.Possible != nil:
		src = p.Possible.Where
	case p.Limbo != nil:
		src = p.Limbo.Where
	}
	for _, name := range l.readsThrough(src, map[string]bool{}) {
		if v := find(l.Spec.Vars, func(v *variable) bool { return v.Name == name }); v != nil && l.isStatus(*v) {
			l.add(p.Pos, "property.trigger", "speak of a fact, of something the person or the world does, or name the step: after_steps",
				"property %s is triggered by %s, a status that only bodies grant: a law without it would satisfy the property", p.ID, name)
		}
	}
}

// isStatus says whether only bodies give a variable its values, and none of
// them against the person: an order or a removal is something that happened.
func (l *linter) isStatus(v variable) bool {
	if len(v.Start) > 1 {
		return false // persons arrive with it
	}
	granted := false
	for _, s := range l.Spec.Steps {
		if _, sets := s.Set[v.Name]; !sets {
			continue
		}
		if s.Force == procedure.Own || s.Force == procedure.World || s.Adverse != nil || s.Effect != "" || s.Irregular {
			return false
		}
		granted = true
	}
	return granted
}

// readsThrough are the names a guard reads, derived names opened.
func (l *linter) readsThrough(src string, seen map[string]bool) []string {
	expr, err := procedure.Parse(src)
	if err != nil {
		return nil
	}
	var out []string
	procedure.Walk(expr, func(e procedure.Expr) {
		n, ok := e.(*procedure.Name)
		if !ok || seen[n.Name] {
			return
		}
		seen[n.Name] = true
		if d := find(l.Spec.Derived, func(d *procedure.Derived) bool { return d.Name == n.Name }); d != nil {
			out = append(out, l.readsThrough(d.When, seen)...)
			return
		}
		out = append(out, n.Name)
	})
	return out
}
