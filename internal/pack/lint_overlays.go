package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
	"pana/internal/strict"
)

// overlays: an overlay is one source's account, with changes that the mechanism
// knows, each of one element, one change an element.
func (l *linter) overlays() {
	for i := range l.Overlays {
		o := &l.Overlays[i]
		whose := "overlay " + o.ID
		if o.Source == "" {
			l.add(o.Pos, "overlay.source", "name the document in sources.yaml", "%s does not say whose account it is", whose)
		}
		l.source(o.Pos, whose, o.Source)
		l.refer(o.Pos, whose, orNone(o.Kind), overlayKinds)
		l.refer(o.Pos, whose, o.Over, setOf("overlay", l.Overlays, func(o Overlay) []string { return []string{o.ID} }))
		if over := l.Overlay(o.Over); o.Over == o.ID && o.ID != "" || over != nil && over.Over == o.ID {
			l.add(o.Pos, "overlay.over", "let one of the two win", "%s wins over %s, which wins over it", whose, o.Over)
		}
		if d := o.Observed; !d.From.IsZero() && !d.To.IsZero() && d.To.Before(d.From.Time) {
			l.add(o.Pos, "dates.order", "to is the last day, not before from", "what %s observed ends before it begins", whose)
		}
		if len(o.Changes) == 0 {
			l.add(o.Pos, "overlay.empty", "write changes:", "%s changes nothing", whose)
		}
		for _, b := range o.Basis {
			l.oneBasis(o.Pos, whose, b)
		}
		seen := map[string]bool{}
		for j := range o.Changes {
			l.overlayChange(o, &o.Changes[j], seen)
		}
	}
}

func (l *linter) overlayChange(o *Overlay, c *Change, seen map[string]bool) {
	whose := "overlay " + o.ID
	l.refer(c.Pos, whose, orNone(c.Op), changeOps)
	for _, b := range c.Basis {
		l.oneBasis(c.Pos, whose, b)
	}
	t, one := c.Target()
	switch {
	case c.Op == OpIgnore:
		l.ignored(o, c)
		return
	case !one:
		l.add(c.Pos, "overlay.target", "name exactly one: "+strings.Join(targetKinds, ", ")+", with its id", "a change of %s names no element, or several", whose)
		return
	case seen[t.String()]:
		l.add(c.Pos, "overlay.twice", "say in one change what becomes of it", "%s changes %s twice", whose, t)
	}
	seen[t.String()] = true
	l.targetFields(o, c, t)
	if c.Op == OpAdd {
		l.refer(c.Pos, whose, orNone(c.Procedure), setOf("procedure", l.Procedures, func(e Process) []string { return []string{e.Procedure.ID} }))
	}
	l.changedNames(c, whose)
}

// targetFields: a change gives what its operation needs, and no more.
func (l *linter) targetFields(o *Overlay, c *Change, t Target) {
	given := 0
	for field, i := range strict.Fields(t.given.Type()) {
		if t.given.Field(i).IsZero() {
			continue
		}
		if field == "dates" && c.Op != OpAdd {
			l.add(c.Pos, "overlay.dates", "say when it was observed: in the overlay", "overlay %s gives %s other dates: an overlay tells how a law was applied, not when it stood", o.ID, t)
		}
		if !slices.Contains(kept, field) {
			given++
		}
	}
	switch {
	case c.Op == OpReplace && t.Kind == "question":
		l.add(c.Pos, "overlay.question", "replace what hangs on it: its exists, or its when", "overlay %s replaces %s: what a source saw does not change what the law leaves open", o.ID, t)
	case c.Op == OpReplace && given == 0:
		l.add(c.Pos, "overlay.gives", "give the fields that are otherwise", "overlay %s replaces nothing of %s", o.ID, t)
	case (c.Op == OpDrop || c.Op == OpWeaken) && given > 0:
		l.add(c.Pos, "overlay.gives", "give the id only, or write op: replace", "overlay %s would %s %s and gives it fields", o.ID, c.Op, t)
	case c.Op == OpWeaken && t.Kind != "step":
		l.add(c.Pos, "overlay.weaken", "drop it, or weaken the step that gives it", "overlay %s weakens %s: only a step is a duty", o.ID, t)
	case c.Op == OpDrop && !slices.Contains([]string{"step", "bar", "entitlement", "clock"}, t.Kind):
		l.add(c.Pos, "overlay.drop", "drop what reads it, or replace it", "overlay %s drops %s, and others read it by its name", o.ID, t)
	}
	if f := t.given.FieldByName("Basis"); f.IsValid() {
		for _, b := range f.Interface().([]Basis) {
			l.oneBasis(c.Pos, "overlay "+o.ID, b)
		}
	}
}

// ignored: ignore names classes that some bar has, and steps or effects.
func (l *linter) ignored(o *Overlay, c *Change) {
	whose := "overlay " + o.ID
	classes := setOf("class of bars", l.Spec.Bars, func(b procedure.Bar) []string { return []string{b.Class} })
	for _, other := range l.Overlays {
		for _, change := range other.Changes {
			if change.Op == OpAdd && change.Bar != nil {
				classes.has[change.Bar.Class] = true
			}
		}
	}
	l.referAll(c.Pos, whose, c.Classes, classes)
	l.referAll(c.Pos, whose, c.In, l.stepNames(), words("effect", procedure.RemovalEffect))
	if len(c.Classes) == 0 {
		l.add(c.Pos, "overlay.target", "write classes:", "%s ignores no class of bars", whose)
	}
}

// changedNames: what an overlay gives names bodies and forms that there are.
func (l *linter) changedNames(c *Change, whose string) {
	if s := c.Step; s != nil {
		l.by(s.Pos, whose, s.By)
		l.refer(s.Pos, whose, s.Form, l.known.forms)
		l.refer(s.Pos, whose, s.Notice, l.known.forms)
		if a := s.Adverse; a != nil && a.Decider != "none" && a.Decider != "" && !isUnknown(a.Decider) {
			l.by(s.Pos, whose, []string{a.Decider})
		}
	}
	if e := c.Entitlement; e != nil {
		l.by(e.Pos, whose, e.OwedBy)
		l.refer(e.Pos, whose, e.Right, l.known.rights)
	}
	if k := c.Clock; k != nil {
		l.by(k.Pos, whose, k.Of)
	}
}

// composes: every overlay compiles with the law of every snapshot, and each of
// its changes changes something in one of them.
func (l *linter) composes() {
	for i := range l.Overlays {
		o := &l.Overlays[i]
		idle := map[Pos]int{}
		for _, day := range l.Head.Snapshots {
			_, problems := l.Compose(day, []string{o.ID})
			for _, p := range problems {
				if !p.Warning {
					l.problems = append(l.problems, p)
				} else if p.Code == "overlay.absent" || p.Code == "overlay.there" {
					idle[p.Pos]++
				}
			}
		}
		for j := range o.Changes {
			if c := &o.Changes[j]; len(l.Head.Snapshots) > 0 && idle[c.Pos] == len(l.Head.Snapshots) {
				l.add(c.Pos, "overlay.nothing", "look at the id, and at the dates of what it names", "this change of overlay %s changes nothing in any snapshot", o.ID)
			}
		}
	}
}
