package check

import (
	"slices"

	"pana/internal/procedure"
)

// body is one person's situation while a path is walked in full, with every
// variable: a value for each atom, or one of the marks below.
type body struct {
	w     *world
	known map[atom]uint8
	vals  []uint8
}

const (
	asBegun = 0xff // still at its start, which nobody has chosen
	either  = 0xfe // a clock whose condition hangs on a choice nobody has made
)

// singles lets a domain of one value be had without memory.
var singles = func() (out [256]uint8) {
	for i := range out {
		out[i] = uint8(i)
	}
	return out
}()

func newBody(w *world, known map[atom]uint8) *body {
	b := &body{w: w, known: known, vals: make([]uint8, len(w.sizes))}
	for a := range b.vals {
		b.vals[a] = asBegun
		if len(w.starts[a]) == 1 {
			b.vals[a] = w.starts[a][0]
		}
		if v, ok := known[atom(a)]; ok {
			b.vals[a] = v
		}
	}
	b.settle(nil)
	return b
}

func (b *body) clone() *body {
	c := *b
	c.vals = slices.Clone(b.vals)
	return &c
}

func (b *body) domain(a atom) []uint8 {
	switch v := b.vals[a]; v {
	case asBegun:
		return b.w.starts[a]
	case either:
		return b.w.domain[a]
	default:
		return singles[v : v+1]
	}
}

func (b *body) ask(t *truth) (may, must bool) { return b.w.ask(t, b.domain) }

// take is the situation after a move; late says where the clocks are that the
// move extended when they had run out, as far as the search follows them.
func (b *body) take(m *move, c *claim, late []put) *body {
	n := b.clone()
	switch {
	case m.law != nil:
		if m.law.rises {
			if v := b.vals[m.law.Rounds]; v < either {
				n.vals[m.law.Rounds] = min(v+1, uint8(b.w.sizes[m.law.Rounds]-1))
			}
		}
		for _, p := range m.law.puts {
			n.vals[p.atom] = p.value
		}
		for _, clock := range m.law.Extends {
			a := b.w.clock(clock)
			if !slices.ContainsFunc(m.law.puts, func(p put) bool { return p.atom == a }) && n.vals[a] == procedure.ExpiredByte {
				n.vals[a] = either
				for _, p := range late {
					if p.atom == a {
						n.vals[a] = p.value
					}
				}
			}
		}
		n.remember(m, c)
	case m.clock >= 0:
		n.vals[b.w.clock(m.clock)] = procedure.ExpiredByte
	default:
		for i, v := range b.w.Slots[m.age].Ages {
			if v == b.vals[m.age] && i+1 < len(b.w.Slots[m.age].Ages) {
				n.vals[m.age] = b.w.Slots[m.age].Ages[i+1]
			}
		}
	}
	n.settle(b)
	return n
}

func (b *body) remember(m *move, c *claim) {
	if c.memory == 0 {
		return
	}
	switch {
	case m.watch&begins != 0:
		b.vals[b.w.own] = 1
	case m.watch&closes != 0 && b.vals[b.w.own] == 1:
		b.vals[b.w.own] = 2
	}
}

// settle starts and stops clocks as program.settle does, and marks those for
// which that hangs on a choice.
func (b *body) settle(before *body) {
	type three struct{ may, must bool }
	held := make([]three, b.w.clocks)
	for c := range b.w.conds {
		if before != nil && b.w.conds[c].starts != nil {
			held[c].may, held[c].must = before.ask(b.w.conds[c].starts)
		}
	}
	for range b.w.clocks + 1 {
		now, again := b.clone(), false
		for c := range b.w.conds {
			cond, a := &b.w.conds[c], b.w.clock(c)
			if cond.starts != nil {
				may, must := now.ask(cond.starts)
				switch {
				case must && !held[c].may:
					b.vals[a] = procedure.RunningByte
				case may && !held[c].must && b.vals[a] != procedure.RunningByte:
					b.vals[a] = either
				}
				again = again || held[c] != three{may, must}
				held[c] = three{may, must}
			}
			if cond.stops != nil && b.vals[a] != procedure.OffByte {
				switch may, must := now.ask(cond.stops); {
				case must:
					b.vals[a] = procedure.OffByte
				case may:
					b.vals[a] = either
				}
			}
		}
		if slices.Equal(now.vals, b.vals) && !again {
			return
		}
	}
}

// block is why a path of a search is no path of a person: atoms to keep, or a
// choice to make first. Neither: nothing is in the way.
type block struct {
	widen []atom
	split atom
	stuck bool // something is in the way
}

var unblocked = block{split: -1}

// walk follows a path with every variable. It stops at the first thing that is
// certainly in the way; what merely hangs on a choice is noted and passed.
func (p *program) walk(way *path) ([]*body, block) {
	b := newBody(p.w, p.v.known)
	bodies := []*body{b}
	open := unblocked
	check := func(t *truth, b *body) bool {
		may, must := b.ask(t)
		if must {
			return true
		}
		why := p.reason(t, b)
		if !may {
			open = why
			return false
		}
		open = why // the last: what is near the end settles most
		return true
	}
	for i := range way.keys {
		for _, d := range way.owes {
			if d.at == i && !check(d.table, b) {
				return bodies, open
			}
		}
		if i == len(way.moves) {
			break
		}
		m := way.moves[i]
		for _, t := range p.wants(m) {
			if !check(t, b) {
				return bodies, open
			}
		}
		var late []put
		if i+1 < len(way.keys) {
			late = p.late(m, way.keys[i+1])
		}
		b = b.take(m, p.spec, late)
		bodies = append(bodies, b)
	}
	return bodies, open
}

// late are the extended clocks as they stand after a move.
func (p *program) late(m *move, next key) []put {
	if len(m.longer) == 0 {
		return nil
	}
	cur := make([]uint8, len(p.fields))
	p.unpack(next, cur)
	var out []put
	for _, pos := range m.longer {
		out = append(out, put{p.fields[pos].atom, cur[pos]})
	}
	return out
}

// wants are the tables a move needs, in the order of the law's text.
func (p *program) wants(m *move) []*truth {
	switch {
	case m.law != nil:
		return m.law.guard
	case m.clock >= 0:
		return p.w.ends[m.clock]
	}
	var out []*truth
	for _, t := range m.guard {
		out = append(out, t.from)
	}
	return out
}

// reason is the least that has to be kept, or the choice to be made, for a
// search to see what a table says of a person.
func (p *program) reason(t *truth, b *body) block {
	may, must := b.ask(t)
	if may != must {
		return p.choice(t, b)
	}
	free := map[atom]bool{}
	domain := func(a atom) []uint8 {
		if free[a] {
			return p.w.domain[a]
		}
		return b.domain(a)
	}
	var out []atom
	for _, a := range p.loosest(t.reads) {
		if _, kept := p.where[a]; kept || !p.w.changes[a] {
			continue
		}
		free[a] = true
		if m, s := p.w.ask(t, domain); m != may || s != must {
			free[a] = false
			out = append(out, a)
		}
	}
	return p.seeing(out)
}

// loosest orders atoms so that those of the property's own procedures are kept
// rather than others.
func (p *program) loosest(reads []atom) []atom {
	out := slices.Clone(reads)
	slices.SortStableFunc(out, func(x, y atom) int { return btoi(p.inFocus(x)) - btoi(p.inFocus(y)) })
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *program) inFocus(a atom) bool {
	procedure := ""
	switch {
	case p.w.isSlot(a):
		procedure = p.w.Slots[a].Procedure
	case p.w.isClock(a):
		procedure = p.w.Clocks[p.w.clockOf(a)].Procedure
	}
	return slices.Contains(p.spec.prop.Focus, procedure)
}

// seeing is what to keep so as to follow these atoms: with a clock, what its
// conditions read.
func (p *program) seeing(atoms []atom) block {
	out := block{split: -1, stuck: true}
	for i := 0; i < len(atoms); i++ {
		a := atoms[i]
		if !p.w.changes[a] || len(p.w.domain[a]) == 1 {
			if _, known := p.v.known[a]; !known && p.w.rigid(a) && out.split < 0 {
				out.split = a
			}
			continue
		}
		if !p.v.keep[a] && !slices.Contains(out.widen, a) {
			out.widen = append(out.widen, a)
		}
		if p.w.isClock(a) {
			for _, need := range p.w.conds[p.w.clockOf(a)].needs {
				if !slices.Contains(atoms, need) {
					atoms = append(atoms, need)
				}
			}
		}
	}
	return out
}

// choice is the rigid atom whose choice goes furthest to settle a table.
func (p *program) choice(t *truth, b *body) block {
	var open []atom
	for _, a := range t.reads {
		switch b.vals[a] {
		case asBegun:
			open = append(open, a)
		case either:
			if p.w.isClock(a) {
				open = append(open, p.unchosen(p.w.clockOf(a))...)
			}
		}
	}
	if len(open) == 0 {
		return p.seeing(slices.Clone(t.reads))
	}
	for _, a := range open {
		if !p.w.rigid(a) {
			continue
		}
		for _, v := range p.w.starts[a] {
			may, must := p.w.ask(t, func(x atom) []uint8 {
				if x == a {
					return singles[v : v+1]
				}
				return b.domain(x)
			})
			if may == must {
				return block{split: a, stuck: true}
			}
		}
	}
	return block{split: open[0], stuck: true}
}

// unchosen are the rigid atoms that a clock's conditions may have hung on since
// the beginning.
func (p *program) unchosen(c int) []atom {
	var out []atom
	seen := map[atom]bool{}
	todo := slices.Clone(p.w.conds[c].needs)
	for len(todo) > 0 {
		a := todo[0]
		todo = todo[1:]
		if seen[a] {
			continue
		}
		seen[a] = true
		if _, known := p.v.known[a]; !known && p.w.rigid(a) {
			out = append(out, a)
		}
		if p.w.isClock(a) {
			todo = append(todo, p.w.conds[p.w.clockOf(a)].needs...)
		}
	}
	return out
}
