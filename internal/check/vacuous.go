package check

import (
	"slices"

	"pana/internal/pack"
)

// A property that holds may hold because nobody ever comes to what it speaks of.
// The search that proved it kept too little to know: what it does not keep has
// any value at any time, so it may believe in a trigger that no path reaches. So
// where everybody is safe the trigger itself is looked for, as something that
// must never be.

// triggers is what a property speaks of, as a property that holds when nobody
// comes there; nil where it speaks of every situation, or of the beginning, which
// the search already asks exactly.
func triggers(p *pack.Property) *pack.Property {
	never, assume := &pack.Never{}, p.Assume
	switch {
	case p.Never != nil && len(p.Never.Steps) > 0:
		never.When = p.Never.When
	case p.Until != nil && len(p.Until.AfterSteps) > 0:
		if p.Until.After != "" {
			return nil // two triggers, of which one is enough
		}
		never.Steps = p.Until.AfterSteps
	case p.Until != nil:
		never.When = p.Until.After
	case p.Possible != nil:
		never.When = p.Possible.Where
	case p.Limbo != nil:
		never.When = p.Limbo.Where
	case p.Bounded != nil:
		never.When, assume = p.Bounded.From, append(slices.Clone(assume), "on_time") // as its own search does
	case p.Conserved != nil:
		never.Steps = p.Conserved.Entry
	}
	if never.When == "" && len(never.Steps) == 0 {
		return nil
	}
	return &pack.Property{ID: p.ID, Pos: p.Pos, Focus: p.Focus, Assume: assume, Never: never}
}

// idle looks whether a property holds for want of anybody to speak of, and says so.
func (r *runner) idle(w *world, p *pack.Property, cell *Cell) []*decider {
	t := triggers(p)
	if cell.Verdict != Holds || cell.Vacuous || t == nil {
		return nil
	}
	found, d := decide(r.ctx, w, compile(w, t)[0], r.opts)
	cell.States += d.states
	nobody := true
	found.each(func(l *leaf) { nobody = nobody && l.verdict == Holds })
	if nobody && found != nil {
		cell.Vacuous = true
		for i := range cell.Kinds {
			cell.Kinds[i].Vacuous = true
		}
		cell.Why = vacuousWhy
	}
	return []*decider{d}
}
