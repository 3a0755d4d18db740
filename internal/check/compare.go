package check

import (
	"maps"
	"slices"

	"pana/internal/pack"
)

// both is the tree of two claims that must both hold.
func both(x, y *tree) *tree {
	return paired(x, y, func(a, b *leaf) *leaf {
		if a.verdict == Fails || b.verdict == Holds && a.verdict == Unknown {
			return a
		}
		if b.verdict == Holds {
			out := *a
			out.vacuous = a.vacuous && b.vacuous
			return &out
		}
		return b
	})
}

// paired joins two trees leaf by leaf.
func paired(x, y *tree, leaves func(a, b *leaf) *leaf) *tree {
	switch {
	case x == nil || y == nil:
		return nil
	case x.leaf != nil && y.leaf != nil:
		return &tree{leaf: leaves(x.leaf, y.leaf)}
	}
	on := x.on
	if x.leaf != nil {
		on = y.on
	}
	n := max(len(x.kids), len(y.kids))
	if x.leaf == nil {
		n = len(x.kids)
	}
	out := &tree{on: on}
	for i := range n {
		out.kids = append(out.kids, paired(x.with(on, i), y.with(on, i), leaves))
	}
	return out
}

// compared turns what each person can reach into whether persons agree: with
// without, each with themselves; else those who differ in the facts of.
func (w *world) compared(p *pack.Independent, trees []*tree) *tree {
	if len(trees) == 2 {
		return paired(trees[0], trees[1], differs)
	}
	var of []atom
	for _, name := range p.Of {
		if a, ok := w.names[name]; ok {
			of = append(of, a)
		}
	}
	return w.across(trees[0], of, map[atom]uint8{})
}

// differs is the leaf for two persons, or one in two worlds.
func differs(a, b *leaf) *leaf {
	switch {
	case a.verdict == Unknown:
		return a
	case b.verdict == Unknown:
		return b
	case a.verdict == b.verdict || a.vacuous || b.vacuous:
		return &leaf{verdict: Holds, vacuous: a.vacuous || b.vacuous, known: a.known}
	case a.verdict == Holds:
		a, b = b, a
	}
	return &leaf{verdict: Fails, known: a.known, proof: a.proof, other: b}
}

// across divides by all that a tree asks but of, and then compares.
func (w *world) across(t *tree, of []atom, known map[atom]uint8) *tree {
	if t == nil {
		return nil
	}
	var asked []atom
	t.atoms(&asked)
	for _, on := range asked {
		if slices.Contains(of, on) {
			continue
		}
		out := &tree{on: on}
		for i, v := range w.starts[on] {
			next := maps.Clone(known)
			next[on] = v
			out.kids = append(out.kids, w.across(t.with(on, i), of, next))
		}
		return out
	}
	return &tree{leaf: w.agree(t, of, known)}
}

// agree compares all pairs of a tree that asks only of.
func (w *world) agree(t *tree, of []atom, known map[atom]uint8) *leaf {
	var leaves []*leaf
	t.each(func(l *leaf) { leaves = append(leaves, l) })
	out := &leaf{verdict: Holds, vacuous: true, known: known}
	for i, a := range leaves {
		out.vacuous = out.vacuous && a.vacuous
		for _, b := range leaves[:i] {
			if d := differs(a, b); d.verdict != Holds && (d.verdict == Unknown || w.equalBut(of, known, a.known, b.known)) {
				return d
			}
		}
	}
	if len(leaves) == 1 && leaves[0].verdict == Unknown {
		return leaves[0]
	}
	return out
}

// equalBut says whether two persons with these choices can be equal but for of.
func (w *world) equalBut(of []atom, known, x, y map[atom]uint8) bool {
	var open []atom
	for _, t := range w.assume {
		for _, a := range t.reads {
			if _, ok := known[a]; !ok && w.rigid(a) && !slices.Contains(of, a) && !slices.Contains(open, a) {
				open = append(open, a)
			}
		}
	}
	found := false
	w.each(open, w.starts, func(vals []uint8) {
		if found {
			return
		}
		a, b := only(x, of, known), only(y, of, known)
		for i, v := range vals {
			a[open[i]], b[open[i]] = v, v
		}
		found = w.person(a) != nil && w.person(b) != nil
	})
	return found
}

// only is what is known, with the choices of from a person.
func only(person map[atom]uint8, of []atom, known map[atom]uint8) map[atom]uint8 {
	out := maps.Clone(known)
	for _, a := range of {
		if v, ok := person[a]; ok {
			out[a] = v
		}
	}
	return out
}
