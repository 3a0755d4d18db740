package check

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
)

// A cell is computed once for all columns that say the same about what it looked
// at. What it looked at is only known afterwards, so each result keeps that, and
// another column is compared on it: the steps that change what was kept or that
// the property names, all that they read, and what can be true of it.

type memo struct {
	kept   []string // by name, of every variable and clock that was kept
	digest [sha256.Size]byte
	cell   Cell
}

// footprint are the atoms by name that a decision kept, or the property reads.
func (d *decider) footprint(into map[string]bool) {
	for a := range d.kept {
		into[d.w.label(a)] = true
	}
	for _, t := range d.c.needs {
		for _, a := range t.reads {
			into[d.w.label(a)] = true
		}
	}
}

// digest sums up what a column says of the atoms, for these claims. ok is false
// when it does not have one of them.
func (w *world) digest(kept []string, claims []*claim) (sum [sha256.Size]byte, ok bool) {
	h := sha256.New()
	atoms := map[atom]bool{}
	for _, name := range kept {
		a, known := w.names[name]
		if !known {
			return sum, false
		}
		atoms[a] = true
	}
	for _, c := range claims {
		maps.Copy(atoms, w.bounding(c))
	}
	seen := maps.Clone(atoms)
	helps := slices.ContainsFunc(claims, func(c *claim) bool { return c.shape == reach || c.shape == start })
	read := func(t *truth) {
		if t != nil {
			h.Write(t.sum[:])
			for _, a := range t.reads {
				seen[a] = true
			}
		}
	}
	for i := range w.moves {
		l := &w.moves[i]
		if !slices.ContainsFunc(l.moves, func(a atom) bool { return atoms[a] }) && !slices.ContainsFunc(claims, func(c *claim) bool { return c.watches(l) != 0 }) {
			continue
		}
		h.Write(l.says[:])
		for _, t := range l.guard {
			read(t)
		}
		if helps {
			h.Write(l.owes[:])
			read(l.must)
		}
	}
	for _, t := range w.assume {
		h.Write(t.sum[:])
	}
	for _, c := range claims {
		for _, t := range c.needs {
			read(t)
		}
	}
	w.followClocks(seen)
	for _, a := range slices.Sorted(maps.Keys(seen)) {
		h.Write(w.says[a][:])
	}
	h.Sum(sum[:0])
	return sum, true
}

// sums digest a step: what it says, and whose it is and when it is owed, which
// is nothing to a claim that asks for no help.
func (l *law) sums() (says, owes [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprint(h, l.ID, l.Pos, l.Overlay.By, l.Set, l.Step.Starts, l.Step.Stops, l.Step.Extends, l.Again, l.Procedure)
	for _, t := range l.guard {
		h.Write(t.sum[:])
	}
	h.Sum(says[:0])
	h.Reset()
	fmt.Fprint(h, l.Force)
	if l.must != nil {
		h.Write(l.must.sum[:])
	}
	h.Sum(owes[:0])
	return says, owes
}

// sumOf digests what an atom can be, and of a clock how it runs.
func (w *world) sumOf(a atom) (sum [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprint(h, w.name(a), w.domain[a], w.starts[a], w.changes[a])
	if w.isClock(a) {
		c := w.clockOf(a)
		fmt.Fprint(h, w.Clocks[c].Kind, w.Clocks[c].Length, w.Clocks[c].Extend, w.Clocks[c].InForce, w.Clocks[c].Pos)
		for _, o := range w.Orders {
			if o.Then == c {
				fmt.Fprint(h, o.Pos)
			}
		}
		for _, t := range slices.Concat(w.ends[c], []*truth{w.conds[c].starts, w.conds[c].stops, w.conds[c].suspended}) {
			if t != nil {
				h.Write(t.sum[:])
			}
		}
	}
	h.Sum(sum[:0])
	return sum
}

// followClocks adds what the conditions of clocks read.
func (w *world) followClocks(seen map[atom]bool) {
	for grew := true; grew; {
		grew = false
		for a := range maps.Clone(seen) {
			if !w.isClock(a) {
				continue
			}
			for _, need := range w.conds[w.clockOf(a)].needs {
				if !seen[need] {
					seen[need], grew = true, true
				}
			}
		}
	}
}
