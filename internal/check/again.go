package check

import (
	"maps"
	"slices"
)

// A way by which one person failed is tried for the next before any search.

// maxWays bounds the ways that are tried again.
const maxWays = 32

// failed notes a way that others may fail by too.
func (d *decider) failed(l *leaf) {
	if d.c.shape != safety && d.c.shape != reach || l.proof == nil {
		return
	}
	if len(d.ways) == maxWays {
		d.ways = slices.Delete(d.ways, 0, 1)
	}
	d.ways = append(d.ways, l.proof)
}

// again tries the ways that failed others: one that nothing stops here, and from
// whose end no help leads on, fails these too, and needs no search of the rest.
func (d *decider) again(known map[atom]uint8) *leaf {
	for i := len(d.ways) - 1; i >= 0; i-- {
		pr := d.ways[i]
		p := *pr.program
		p.v = view{keep: p.v.keep, known: known}
		bodies, why := p.walk(pr.way)
		if why.stuck || d.c.shape == reach && !d.helpless(p.v, bodies[len(bodies)-1]) {
			continue
		}
		return &leaf{verdict: Fails, known: maps.Clone(known), proof: &proof{program: &p, way: pr.way, bodies: bodies, absent: pr.absent}}
	}
	return nil
}

// maxEnds bounds the situations that one person may be in at the end of a way.
const maxEnds = 1 << 10

// helpless says whether not even possible help leads a person to the goal. It
// looks only at what help reaches from where they are, however they began. Whether
// a duty is owed it does not ask: it may find help that is none, never miss any.
func (d *decider) helpless(v view, b *body) bool {
	p, ok := d.c.compile(d.w, v, false, d.tests)
	if !ok {
		return false
	}
	ends, ok := p.ends(b)
	if !ok {
		return false
	}
	s := p.search(d.memory())
	_, _, found := s.explore(d.ctx, ends, func(m *move) bool { return m.help }, func(cur []uint8, m *move) bool {
		return m == nil && s.goal.can(cur)
	})
	d.states += len(s.seen.keys)
	return !found && !s.bound
}

// ends are the states that a person may be in.
func (p *program) ends(b *body) ([]key, bool) {
	var atoms []atom
	domain, n := map[atom][]uint8{}, 1
	for _, f := range p.fields {
		atoms = append(atoms, f.atom)
		domain[f.atom] = b.domain(f.atom)
		n *= len(domain[f.atom])
		if n > maxEnds {
			return nil, false
		}
	}
	out := []key{{}}
	for pos, a := range atoms {
		var next []key
		for _, k := range out {
			for _, v := range domain[a] {
				next = append(next, p.put(k, pos, v))
			}
		}
		out = next
	}
	return out, true
}
