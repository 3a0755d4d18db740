package desk

import (
	"slices"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// Gap is a property that fails under today's law, alone, and speaks of where
// this person is now. It is law said to whoever may see the situation; it adds
// nothing about the person to what they may see.
type Gap struct {
	Property string
	Column   string // whose story to read
	Depends  bool   // on what is not recorded, or not settled
	Basis    []procedure.Basis
}

// gaps are the failing properties that touch a situation. Cells that were not
// looked at yet give none: a page never waits for them.
func (d *Desk) gaps(l law, taken []string) []Gap {
	g := d.guarantees()
	var out []Gap
	for _, p := range g.Properties {
		c, ok := g.Cell(p.ID, g.Current)
		if !ok || c.Verdict != check.Fails {
			continue
		}
		touches := l.touches(p, taken)
		if touches == procedure.False {
			continue
		}
		kind := l.kindFails(c)
		if kind == procedure.False {
			continue
		}
		out = append(out, Gap{Property: p.ID, Column: g.Current, Depends: touches == procedure.Depends || kind == procedure.Depends, Basis: basisOfGap(c)})
	}
	return out
}

// touches says whether a property speaks of this situation: what its form waits
// for is so, or was done, and has not come to its end. A property that waits for
// nothing, a declared one, speaks of the law and of nobody.
func (l law) touches(p pack.Property, taken []string) procedure.Truth {
	switch {
	case p.Never != nil:
		return l.reads(p, p.Never.When)
	case p.Until != nil:
		return l.between(p, taken)
	case p.Possible != nil:
		return l.reads(p, p.Possible.Where)
	case p.Limbo != nil:
		return l.reads(p, p.Limbo.Where)
	case p.Independent != nil:
		return l.reads(p, p.Independent.Given)
	case p.Bounded != nil:
		return l.reads(p, p.Bounded.From)
	case p.Conserved != nil && lastOf(taken, p.Conserved.Entry) > lastOf(taken, p.Conserved.Outcome):
		return procedure.True
	}
	return procedure.False
}

// between: an until speaks of a person from what opens it to what ends it.
func (l law) between(p pack.Property, taken []string) procedure.Truth {
	if p.Until.Before != "" && l.reads(p, p.Until.Before) == procedure.True {
		return procedure.False
	}
	if lastOf(taken, p.Until.AfterSteps) >= 0 {
		return procedure.True
	}
	return l.reads(p, p.Until.After)
}

// reads evaluates a rule of a property; no rule is nobody's.
func (l law) reads(p pack.Property, rule string) procedure.Truth {
	if rule == "" {
		return procedure.False
	}
	guard, problems := l.snap.Model.Guard(rule, p.Pos)
	if len(procedure.Errors(problems)) > 0 {
		return procedure.False // lint says so where the pack is written
	}
	return guard.Eval(l.now, l.at)
}

// lastOf is where one of these steps was last taken, or -1.
func lastOf(taken, steps []string) int {
	for i, t := range slices.Backward(taken) {
		if slices.Contains(steps, t) {
			return i
		}
	}
	return -1
}

// kindFails says whether the person is of a kind for whom the cell fails; what
// nobody recorded may be so.
func (l law) kindFails(c check.Cell) procedure.Truth {
	if len(c.Kinds) == 0 {
		return procedure.True
	}
	best := procedure.False
	for _, k := range c.Kinds {
		if k.Verdict != check.Fails {
			continue
		}
		switch l.isKind(k.Kind) {
		case procedure.True:
			return procedure.True
		case procedure.Depends:
			best = procedure.Depends
		}
	}
	return best
}

// isKind compares facts. Where a kind names a start value of a variable, the
// person has long been past it, and only facts are held to.
func (l law) isKind(kind map[string]string) procedure.Truth {
	out := procedure.True
	for name, value := range kind {
		if !l.snap.Model.IsFact(name) {
			continue
		}
		switch recorded := l.now.Value(name); recorded {
		case value:
		case "":
			out = procedure.Depends
		default:
			return procedure.False
		}
	}
	return out
}

// basisOfGap is what the last step of the story rests on: the article that
// lets it happen, or of what stops the way on.
func basisOfGap(c check.Cell) []procedure.Basis {
	for _, e := range slices.Backward(c.Trace) {
		if len(e.Basis) > 0 {
			return e.Basis
		}
	}
	for _, b := range c.Stuck {
		if len(b.Basis) > 0 {
			return b.Basis
		}
	}
	return nil
}
