package check

import (
	"context"
	"maps"
	"slices"
)

// A claim is decided by choosing as little as will do. A search keeps few
// variables and makes no rigid choice; what it does not keep is free, so what it
// proves is proven of everybody. The path it finds otherwise is walked with
// every variable: if nobody's choice can stop it, it is the shortest there is;
// if something can, that is kept, or chosen, and the search begins again. When
// everything is kept and chosen the search is exact, so this ends.

// tree is the answer by rigid choices: a leaf, or an atom and a tree for each of
// its values; nil where no person is so.
type tree struct {
	on   atom
	kids []*tree
	leaf *leaf
}

// leaf is the answer for all who make the choices that lead to it.
type leaf struct {
	verdict Verdict // Unknown: the search stopped
	vacuous bool
	known   map[atom]uint8
	why     string
	proof   *proof
	other   *leaf // who differs, of an independent claim
}

// proof is what shows a failure: a path, and the situations on it.
type proof struct {
	program *program
	way     *path
	bodies  []*body
	absent  *truth // what is out of reach from the path's end; nil for a safety claim
}

// decider decides one claim in one column.
type decider struct {
	w      *world
	c      *claim
	opts   Options
	kept   map[atom]bool // by any search: what the answer rests on
	tests  map[sight]*test
	states int
	leaves int
	ctx    context.Context
	tables []*truth // all that can bear on the claim
	ways   []*proof // by which somebody failed
}

// maxLeaves bounds the choices tried: with more a cell says that it stopped.
const maxLeaves = 1 << 13

func decide(ctx context.Context, w *world, c *claim, opts Options) (*tree, *decider) {
	d := &decider{w: w, c: c, opts: opts, kept: map[atom]bool{}, tests: map[sight]*test{}, ctx: ctx, tables: w.cone(c)}
	keep := map[atom]bool{}
	for _, t := range c.needs {
		if len(t.reads) <= 6 {
			for _, a := range t.reads {
				if w.changes[a] {
					keep[a] = true
				}
			}
		}
	}
	return d.branch(map[atom]uint8{}, keep), d
}

// branch answers for those who make the choices known, and keeps at first what
// was kept to get there: each branch has its own reasons to keep more.
func (d *decider) branch(known map[atom]uint8, keep map[atom]bool) *tree {
	if !d.somebody(known) {
		return nil
	}
	if d.leaves >= maxLeaves {
		return d.stopped(known, "more combinations of kinds of person and open questions than are tried")
	}
	if l := d.again(known); l != nil {
		d.leaves++
		return &tree{leaf: l}
	}
	keep = maps.Clone(keep)
	for {
		maps.Copy(d.kept, keep)
		found, why := d.attempt(view{keep: keep, known: known})
		switch {
		case found != nil:
			d.leaves++
			found.known = maps.Clone(known)
			d.failed(found)
			return &tree{leaf: found}
		case len(why.widen) > 0:
			for _, a := range why.widen {
				keep[a] = true
			}
		case why.split >= 0:
			return d.divide(known, keep, why.split)
		default:
			return d.stopped(known, "the search and the walk of its path disagree")
		}
	}
}

func (d *decider) stopped(known map[atom]uint8, why string) *tree {
	d.leaves++
	return &tree{leaf: &leaf{verdict: Unknown, why: why, known: maps.Clone(known)}}
}

func (d *decider) divide(known map[atom]uint8, keep map[atom]bool, on atom) *tree {
	t := &tree{on: on}
	for i, v := range d.w.starts[on] {
		next := maps.Clone(known)
		next[on] = v
		twin := slices.IndexFunc(d.w.starts[on][:i], func(x uint8) bool { return d.alike(on, x, v, known) })
		switch {
		case !d.somebody(next):
			t.kids = append(t.kids, nil)
		case twin >= 0 && t.kids[twin] != nil:
			t.kids = append(t.kids, t.kids[twin])
		default:
			t.kids = append(t.kids, d.branch(next, keep))
		}
	}
	return t
}

// somebody says whether the assumptions leave anybody who makes these choices.
func (d *decider) somebody(known map[atom]uint8) bool { return d.w.person(known) != nil }

// person completes choices to all facts and starts, as the assumptions allow.
func (w *world) person(known map[atom]uint8) map[atom]uint8 {
	out := maps.Clone(known)
	domain := func(a atom) []uint8 {
		if v, ok := out[a]; ok {
			return singles[v : int(v)+1]
		}
		return w.starts[a]
	}
	var open []atom
	for _, t := range w.assume {
		for _, a := range t.reads {
			if _, ok := out[a]; !ok && w.rigid(a) && !slices.Contains(open, a) {
				open = append(open, a)
			}
		}
	}
	var fill func(int) bool
	fill = func(i int) bool {
		for _, t := range w.assume {
			if may, _ := w.ask(t, domain); !may {
				return false
			}
		}
		if i == len(open) {
			return true
		}
		for _, v := range w.starts[open[i]] {
			out[open[i]] = v
			if fill(i + 1) {
				return true
			}
		}
		delete(out, open[i])
		return false
	}
	if !fill(0) {
		return nil
	}
	return out
}

// attempt is one round: an answer, or what stands in its way.
func (d *decider) attempt(v view) (*leaf, block) {
	p, ok := d.c.compile(d.w, v, false, d.tests)
	if !ok {
		return &leaf{verdict: Unknown, why: p.tooWide()}, unblocked
	}
	switch d.c.shape {
	case reach:
		return d.reach(p)
	case start:
		return d.start(p)
	case longest:
		return d.longest(p)
	}
	return d.safety(p)
}

func (d *decider) safety(p *program) (*leaf, block) {
	s := p.search(d.memory())
	state, m, found := s.run(d.ctx, nil, d.c.bad(p, &s.hit))
	d.states += len(s.seen.keys)
	switch {
	case s.bound:
		return d.bound(s), unblocked
	case !found:
		return &leaf{verdict: Holds, vacuous: !s.hit}, unblocked
	}
	leaf, why := d.breach(s, state, m)
	if leaf != nil {
		return leaf, why
	}
	// Before more is kept or chosen: perhaps a longer path that needs neither.
	u, _ := d.c.compile(d.w, p.v, true, d.tests)
	s = u.search(d.memory())
	state, m, found = s.run(d.ctx, nil, d.c.bad(u, &s.hit))
	d.states += len(s.seen.keys)
	if found {
		if leaf, _ := d.breach(s, state, m); leaf != nil {
			return leaf, unblocked
		}
	}
	return nil, why
}

// breach walks the path to what is forbidden.
func (d *decider) breach(s *search, state uint32, m *move) (*leaf, block) {
	way := s.way(state)
	if m != nil {
		way.moves = append(way.moves, m)
	}
	way.owes = d.c.debts(s.program, way)
	bodies, why := s.walk(way)
	if why.stuck {
		return nil, why
	}
	return &leaf{verdict: Fails, proof: &proof{program: s.program, way: way, bodies: bodies}}, unblocked
}

func (d *decider) reach(p *program) (*leaf, block) {
	s := p.search(d.memory())
	s.helps = true
	s.run(d.ctx, nil, nil)
	d.states += len(s.seen.keys)
	if s.bound {
		return d.bound(s), unblocked
	}
	sure, can := s.helped(p.goal, true), s.helped(p.goal, false)
	lost, open := s.first(p.trigger, can), s.first(p.trigger, sure)
	switch {
	case open < 0:
		return &leaf{verdict: Holds, vacuous: !s.hit}, unblocked
	case lost < 0:
		return nil, d.unsure(s, uint32(open), sure, can)
	}
	out := func(k key) bool {
		n, known := s.seen.find(k)
		return known && !can[n]
	}
	leaf, why := d.lost(s, uint32(lost), out)
	if leaf != nil {
		return leaf, why
	}
	if leaf := d.lostUntouched(s, out); leaf != nil {
		return leaf, unblocked
	}
	return nil, why
}

// first is the first state that meets a test and is not among ok; -1 for none.
func (s *search) first(where *test, ok []bool) int {
	cur := make([]uint8, len(s.fields)+1)
	first := -1
	for i, k := range s.seen.keys {
		s.unpack(k, cur)
		if !where.can(cur) {
			continue
		}
		s.hit = true
		if !ok[i] {
			first = i
			break
		}
	}
	return first
}

// lost walks the path to a state from which no help leads to the goal; out says
// of a state whether that is so.
func (d *decider) lost(s *search, state uint32, out func(key) bool) (*leaf, block) {
	way := s.way(state)
	if d.c.where != nil {
		way.owes = []debt{{len(way.keys) - 1, d.c.where}}
	}
	bodies, why := s.walk(way)
	if !why.stuck {
		why = s.whoever(bodies[len(bodies)-1], s.seen.keys[state], out)
	}
	if why.stuck {
		return nil, why
	}
	return &leaf{verdict: Fails, proof: &proof{s.program, way, bodies, d.c.goal}}, unblocked
}

// whoever is the start to be chosen where a state's end hangs on it: the person
// on the path still is as they began, and the search knows how they began.
func (p *program) whoever(b *body, k key, out func(key) bool) block {
	var open []atom
	for _, f := range p.fields {
		if b.vals[f.atom] == asBegun {
			open = append(open, f.atom)
		}
	}
	if len(open) == 0 {
		return unblocked
	}
	all := true
	p.w.each(open, p.w.starts, func(vals []uint8) {
		for i, v := range vals {
			k = p.put(k, p.where[open[i]], v)
		}
		all = all && out(k)
	})
	if all {
		return unblocked
	}
	return block{split: open[0], stuck: true}
}

// lostUntouched looks for such a state among those that are reached without
// touching what is not kept.
func (d *decider) lostUntouched(s *search, out func(key) bool) *leaf {
	u, _ := d.c.compile(d.w, s.v, true, d.tests)
	r := u.search(d.memory())
	state, _, found := r.run(d.ctx, nil, func(cur []uint8, m *move) bool {
		if m != nil || !u.trigger.sure(cur) {
			return false
		}
		return out(r.packed(cur))
	})
	d.states += len(r.seen.keys)
	if !found {
		return nil
	}
	leaf, _ := d.lost(r, state, out)
	return leaf
}

func (p *program) packed(cur []uint8) key {
	var k key
	for i := range p.fields {
		k = p.put(k, i, cur[i])
	}
	return k
}

// unsure is why it is not certain that help leads from a state to the goal: the
// path to the state if nobody gets there so, else the first uncertain thing on
// the way that help may take.
func (d *decider) unsure(s *search, state uint32, sure, can []bool) block {
	way := s.way(state)
	if d.c.where != nil {
		way.owes = []debt{{len(way.keys) - 1, d.c.where}}
	}
	bodies, why := s.walk(way)
	if why.stuck && (len(why.widen) > 0 || len(bodies) < len(way.keys)) {
		return why
	}
	if t := d.c.where; why.stuck && t != nil && slices.Contains(t.reads, why.split) {
		return why // whom the property speaks of, before what helps them
	}
	b := bodies[len(bodies)-1]
	cur := make([]uint8, len(s.fields)+1)
	for _, link := range s.helpWay(state, can) {
		s.unpack(s.seen.keys[link.from], cur)
		if why := s.uncertain(link.move, cur, b); why.stuck {
			return why
		}
		b = b.take(link.move, d.c, s.late(link.move, s.seen.keys[link.to]))
		state = link.to
	}
	s.unpack(s.seen.keys[state], cur)
	if !s.goal.sure(cur) {
		return s.reason(d.c.goal, b)
	}
	return block{split: -1}
}

// uncertain is what makes a helping move uncertain.
func (s *search) uncertain(m *move, cur []uint8, b *body) block {
	for _, t := range m.guard {
		if !t.sure(cur) {
			return s.reason(t.from, b)
		}
	}
	if !s.every && m.must != nil && !m.must.sure(cur) {
		return s.reason(m.must.from, b)
	}
	return unblocked
}

// link is one helping move.
type link struct {
	from, to uint32
	move     *move
}

// helpWay is a shortest way of help from a state to the goal, as far as it may
// be taken at all.
func (s *search) helpWay(state uint32, can []bool) []link {
	came := map[uint32]link{}
	queue := []uint32{state}
	cur := make([]uint8, len(s.fields)+1)
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		s.unpack(s.seen.keys[i], cur)
		if s.goal.can(cur) {
			return s.chain(came, state, i)
		}
		for _, h := range s.help[s.helpAt[i]:s.helpAt[i+1]] {
			to := h >> 1
			if _, known := came[to]; !known && to != state && can[to] {
				came[to] = link{from: i, to: to}
				queue = append(queue, to)
			}
		}
	}
	return nil
}

func (s *search) chain(came map[uint32]link, from, to uint32) []link {
	var out []link
	cur := make([]uint8, len(s.fields)+1)
	for to != from {
		l := came[to]
		s.unpack(s.seen.keys[l.from], cur)
		l.move = s.between(s.seen.keys[l.from], s.seen.keys[to], func(m *move) bool { return s.helpful(m, cur) })
		out = append(out, l)
		to = l.from
	}
	slices.Reverse(out)
	return out
}

// start asks of the beginning alone whether help leads to the goal: holds means
// that it does, fails that it does not.
func (d *decider) start(p *program) (*leaf, block) {
	s := p.search(d.memory())
	s.helps = true
	cur := make([]uint8, len(s.fields)+1)
	s.run(d.ctx, func(m *move) bool { return m.help }, nil)
	d.states += len(s.seen.keys)
	if s.bound {
		return d.bound(s), unblocked
	}
	sure, can := s.helped(p.goal, true), s.helped(p.goal, false)
	all, none, open, asked, spared := true, true, -1, false, false
	for i := range s.begin() {
		s.unpack(s.seen.keys[i], cur)
		if may, must := p.given.both(cur); !may {
			spared = true
			continue
		} else if !must {
			return nil, s.reason(d.c.given, newBody(d.w, p.v.known))
		}
		asked = true
		all, none = all && sure[i], none && !can[i]
		if can[i] && !sure[i] && open < 0 {
			open = i
		}
	}
	b := newBody(d.w, p.v.known)
	switch {
	case !asked:
		return &leaf{verdict: Holds, vacuous: true}, unblocked
	case spared:
	case all:
		return &leaf{verdict: Holds, proof: d.helped(s, sure)}, unblocked
	case none:
		way := &path{keys: s.seen.keys[:1]}
		return &leaf{verdict: Fails, proof: &proof{p, way, []*body{b}, d.c.goal}}, unblocked
	case open >= 0:
		return nil, d.unsure(s, uint32(open), sure, can)
	}
	for _, f := range p.fields { // starts differ: some reach it, or are asked of, and others are not
		if _, known := p.v.known[f.atom]; !known && d.w.rigid(f.atom) {
			return nil, block{split: f.atom, stuck: true}
		}
	}
	return nil, block{split: -1, stuck: true}
}

// helped is the way by which the first start reaches the goal.
func (d *decider) helped(s *search, sure []bool) *proof {
	out := &path{keys: []key{s.seen.keys[0]}}
	for _, l := range s.helpWay(0, sure) {
		out.keys, out.moves = append(out.keys, s.seen.keys[l.to]), append(out.moves, l.move)
	}
	bodies, _ := s.walk(out)
	return &proof{program: s.program, way: out, bodies: bodies}
}

func (d *decider) memory() int64 {
	if d.opts.Memory > 0 {
		return d.opts.Memory
	}
	return 512 << 20
}
