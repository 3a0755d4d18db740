package check

import (
	"slices"

	"pana/internal/procedure"
)

// Kinds of person, and answers, for whom every rule that could matter says the
// same are decided once.

// cone are the tables that can bear on a claim at all: its own, and those of the
// steps and clocks that change what they read, and so on.
func (w *world) cone(c *claim) []*truth {
	var out []*truth
	in, todo := map[atom]bool{}, []atom{}
	had := map[*truth]bool{}
	read := func(t *truth) {
		if t == nil || had[t] {
			return
		}
		had[t] = true
		out = append(out, t)
		for _, a := range t.reads {
			if !in[a] {
				in[a] = true
				todo = append(todo, a)
			}
		}
	}
	taken := make([]bool, len(w.moves))
	step := func(i int) {
		if !taken[i] {
			taken[i] = true
			for _, t := range w.moves[i].guard {
				read(t)
			}
			read(w.moves[i].must)
		}
	}
	for _, t := range slices.Concat(c.needs, w.assume) {
		read(t)
	}
	for i := range w.moves {
		if c.watches(&w.moves[i]) != 0 {
			step(i)
		}
	}
	for a := range w.bounding(c) { // any clock might cover a wait
		if !in[a] {
			in[a] = true
			todo = append(todo, a)
		}
	}
	for len(todo) > 0 {
		a := todo[0]
		todo = todo[1:]
		for i := range w.moves {
			if w.moves[i].writes(a) {
				step(i)
			}
		}
		if w.isClock(a) {
			cond := w.conds[w.clockOf(a)]
			for _, t := range slices.Concat(w.ends[w.clockOf(a)], []*truth{cond.starts, cond.stops, cond.suspended}) {
				read(t)
			}
		}
	}
	return out
}

// bounding are the clocks that a claim looks at without naming them: for bounded,
// all that could cover a wait.
func (w *world) bounding(c *claim) map[atom]bool {
	out := map[atom]bool{}
	for clock := range w.Clocks {
		if c.shape == longest && w.bounds(clock) {
			out[w.clock(clock)] = true
		}
	}
	return out
}

// alike says whether two values of a rigid atom that nothing changes are one to
// all tables of the claim's cone, given the choices made.
func (d *decider) alike(on atom, x, y uint8, known map[atom]uint8) bool {
	if d.w.changes[on] || d.c.shape == longest && d.w.asksLength(on) {
		return false
	}
	for _, t := range d.tables {
		if !d.agree(t, on, x, y, known) {
			return false
		}
	}
	return true
}

// asksLength says whether an atom is a question on which a clock's length hangs.
// No table reads it, and a sum of lengths does.
func (w *world) asksLength(a atom) bool {
	return slices.ContainsFunc(w.Clocks, func(c procedure.ClockPart) bool {
		q := slices.Index(w.Questions, c.Length.Question)
		return q >= 0 && w.question(q) == a
	})
}

// agree says whether a table says the same of two values of an atom, whatever
// else is so under the choices made.
func (d *decider) agree(t *truth, on atom, x, y uint8, known map[atom]uint8) bool {
	if !slices.Contains(t.reads, on) {
		return true
	}
	if len(t.kids) > 0 {
		return !slices.ContainsFunc(t.kids, func(kid *truth) bool { return !d.agree(kid, on, x, y, known) })
	}
	domain := make([][]uint8, len(t.reads))
	for i, a := range t.reads {
		domain[i] = d.w.domain[a]
		if v, ok := known[a]; ok && !d.w.changes[a] {
			domain[i] = singles[v : int(v)+1]
		}
	}
	at := slices.Index(t.reads, on)
	domain[at] = singles[:1]
	return t.equal(domain, 0, int(x)*t.stride[at], int(y)*t.stride[at])
}

// equal compares two parts of a table from the i-th read on.
func (t *truth) equal(domain [][]uint8, i, x, y int) bool {
	if i == len(t.reads) {
		return bit(t.bits, x) == bit(t.bits, y)
	}
	for _, v := range domain[i] {
		if by := int(v) * t.stride[i]; !t.equal(domain, i+1, x+by, y+by) {
			return false
		}
	}
	return true
}
