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
func (d *Desk) gaps(l law) []Gap {
	g := d.guarantees()
	var out []Gap
	for _, p := range g.Properties {
		c, ok := g.Cell(p.ID, g.Current)
		if !ok || c.Verdict != check.Fails {
			continue
		}
		touches := l.touches(p)
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
// for is so. A property that waits for nothing, a declared one, speaks of the
// law and of nobody.
func (l law) touches(p pack.Property) procedure.Truth {
	rule := trigger(p)
	if rule == "" {
		return procedure.False
	}
	guard, problems := l.snap.Model.Guard(rule, p.Pos)
	if len(procedure.Errors(problems)) > 0 {
		return procedure.False // lint says so where the pack is written
	}
	return guard.Eval(l.now, l.at)
}

func trigger(p pack.Property) string {
	switch {
	case p.Never != nil:
		return p.Never.When
	case p.Until != nil:
		return p.Until.After
	case p.Possible != nil:
		return p.Possible.Where
	case p.Limbo != nil:
		return p.Limbo.Where
	case p.Independent != nil:
		return p.Independent.Given
	case p.Bounded != nil:
		return p.Bounded.From
	}
	return ""
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
