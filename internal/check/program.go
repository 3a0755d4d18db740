package check

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pana/internal/procedure"
)

// view of a search: which atoms it keeps in its states, and which rigid choices
// are made. What is neither is free: any value at any time.
type view struct {
	keep  map[atom]bool
	known map[atom]uint8 // rigid choices made
	// steps, by their index in the law, are the only ones there are, and what is
	// not kept stays as it began; nil for all.
	steps map[int]bool
}

// sight is a table and how a search sees what it reads.
type sight struct {
	table *truth
	as    string
}

// key is a packed state.
type key [2]uint64

// maxWidth is how many bits a state has.
const maxWidth = 128

// field is where a kept atom stands in a key.
type field struct {
	atom  atom
	word  uint8
	shift uint8
	mask  uint64
}

// move is a step, the end of a clock, or a birthday, as one search sees it.
type move struct {
	law    *law // nil for time
	clock  int  // that ends; -1
	age    int  // position of the age that rises; -1
	guard  []*test
	must   *test // owed when
	help   bool  // the person's own step, time, or a duty
	clear  key
	set    key
	rounds int   // position of the count of rounds; -1
	longer []int // positions of clocks it extends
	watch  watch // what the property makes of it
	// The guard as the search asks it: a word of values for each position that
	// one test alone reads, then the tests that read more.
	quick []quick
	slow  []*test
}

// quick holds where the value at a position is among those of a mask.
type quick struct {
	pos  int
	mask uint64
}

// watch says what a step means to a property.
type watch uint8

const (
	forbidden watch = 1 << iota // it must not fire
	begins                      // it begins what the property speaks of
	closes                      // it is an outcome
)

// program is the world as one search sees it.
type program struct {
	w      *world
	v      view
	fields []field
	where  map[atom]int // position of a kept atom
	moves  []move
	conds  []moveCondition
	tests  map[sight]*test
	assume []*test
	wide   int
	// under: guards must hold for every value of what is free, and what nothing
	// kept touches has its start value. Otherwise some value is enough.
	under bool
	spec  *claim
	moved map[atom]bool // what touched has answered
	// the property's own tests
	when, before, after, trigger, goal, given, from, to *test
	monitor                                             int // position, -1
}

type moveCondition struct {
	pos                      int
	starts, stops, suspended *test
}

// exact are the kept atoms that a search can follow: a clock only if all that
// its conditions read is followed or chosen.
func (v view) exact(w *world) map[atom]bool {
	out := map[atom]bool{}
	for a := range v.keep {
		if w.changes[a] && len(w.domain[a]) > 1 {
			out[a] = true
		}
	}
	if v.steps != nil {
		return out // what is not kept stands still, so every clock can be followed
	}
	for changed := true; changed; {
		changed = false
		for a := range out {
			if w.isClock(a) && slices.ContainsFunc(w.conds[w.clockOf(a)].needs, func(need atom) bool { return !out[need] && !v.chosen(w, need) }) {
				delete(out, a)
				changed = true
			}
		}
	}
	return out
}

// chosen says whether an atom has one value for the whole run.
func (v view) chosen(w *world, a atom) bool {
	_, known := v.known[a]
	return len(w.domain[a]) == 1 || known && !w.changes[a]
}

// compile makes the program of a view. ok is false when its states are too wide.
func (c *claim) compile(w *world, v view, under bool, cache map[sight]*test) (*program, bool) {
	p := &program{w: w, v: v, under: under, spec: c, where: map[atom]int{}, tests: cache, monitor: -1, moved: map[atom]bool{}}
	p.layout()
	if p.wide > maxWidth {
		return p, false
	}
	for i := range w.moves {
		p.addStep(&w.moves[i])
	}
	p.addTime()
	for _, t := range w.assume {
		p.assume = append(p.assume, p.test(t))
	}
	for _, one := range []struct {
		t    *truth
		into **test
	}{{c.when, &p.when}, {c.before, &p.before}, {c.after, &p.after}, {c.where, &p.trigger}, {c.goal, &p.goal}, {c.given, &p.given}, {c.from, &p.from}, {c.to, &p.to}} {
		if one.t != nil {
			*one.into = p.test(one.t)
		}
	}
	return p, true
}

// layout gives each kept atom its place.
func (p *program) layout() {
	kept := slices.Sorted(maps.Keys(p.v.exact(p.w)))
	if p.spec.memory > 1 {
		kept = append(kept, p.w.own)
	}
	word, shift := 0, 0
	for i, a := range kept {
		if a == p.w.own {
			p.monitor = i
		}
		n := bitsFor(p.w.sizes[a])
		if shift+n > 64 {
			word, shift = word+1, 0
		}
		p.fields = append(p.fields, field{a, uint8(min(word, 1)), uint8(shift), 1<<n - 1})
		p.where[a] = i
		shift += n
		p.wide = word*64 + shift
	}
}

// free is the domain of an atom that the search does not keep.
func (p *program) free(a atom) []uint8 {
	if v, ok := p.v.known[a]; ok && p.v.steps != nil {
		return []uint8{v}
	} else if p.v.steps != nil {
		return p.w.starts[a]
	}
	untouched := p.under && p.w.changes[a] && !p.touched(a)
	if v, ok := p.v.known[a]; ok && (!p.w.changes[a] || untouched) {
		return []uint8{v}
	}
	if untouched && len(p.w.starts[a]) == 1 {
		return p.w.starts[a]
	}
	return p.w.domain[a]
}

// touched says whether a step that the search keeps can change an atom that it
// does not. Clocks with conditions start by themselves.
func (p *program) touched(a atom) bool {
	known, ok := p.moved[a]
	if !ok {
		known = p.touches(a)
		p.moved[a] = known
	}
	return known
}

func (p *program) touches(a atom) bool {
	if p.w.isClock(a) && len(p.w.conds[p.w.clockOf(a)].needs) > 0 {
		return true
	}
	if p.w.isSlot(a) && p.w.Slots[a].Ages != nil {
		return false // birthdays are left out of what is untouched
	}
	for i := range p.w.moves {
		l := &p.w.moves[i]
		if l.writes(a) && p.takes(l) {
			return true
		}
	}
	return false
}

// takes says whether the search has a move for a step.
func (p *program) takes(l *law) bool {
	if p.v.steps != nil {
		return p.v.steps[l.index]
	}
	if p.spec.watches(l) != 0 {
		return true
	}
	for _, f := range p.fields {
		if l.writes(f.atom) {
			return true
		}
	}
	return false
}

// test projects a table onto what the search keeps. Projections are kept by how
// each read is seen, since little changes from one search to the next.
func (p *program) test(t *truth) *test {
	if t == nil {
		return nil
	}
	if t.op != procedure.Leaf {
		out := &test{op: t.op, from: t, constant: true}
		for _, kid := range t.kids {
			k := p.test(kid)
			out.kids, out.constant = append(out.kids, k), out.constant && k.constant
		}
		if t.op == procedure.NotOf && out.kids[0].op == procedure.Leaf {
			return out.kids[0].turned(t)
		}
		return out
	}
	var sign strings.Builder
	domain := make([][]uint8, len(t.reads))
	for i, a := range t.reads {
		if pos, ok := p.where[a]; ok {
			sign.WriteString(" @" + strconv.Itoa(pos))
			continue
		}
		domain[i] = p.free(a)
		sign.WriteString(" ")
		sign.Write(domain[i])
	}
	seen := sight{t, sign.String()}
	if known, ok := p.tests[seen]; ok {
		return known
	}
	out := p.project(t, domain)
	p.tests[seen] = out
	return out
}

// turned is the negation of a leaf, a leaf again: what may fail may be so not.
func (t *test) turned(from *truth) *test {
	out := &test{pos: t.pos, stride: t.stride, from: from, constant: t.constant}
	for i := range t.may {
		out.may, out.must = append(out.may, ^t.must[i]), append(out.must, ^t.may[i])
	}
	return out
}

func (p *program) project(t *truth, domain [][]uint8) *test {
	out := &test{from: t, constant: true}
	n := 1
	var kept []int // which of the reads
	for i, a := range t.reads {
		if domain[i] == nil {
			kept = append(kept, i)
			out.pos, out.stride = append(out.pos, p.where[a]), append(out.stride, n)
			n *= p.w.sizes[a]
			out.constant = false
		}
	}
	out.may, out.must = make([]uint64, (n+63)/64), make([]uint64, (n+63)/64)
	atoms := make([]atom, len(kept))
	for k, i := range kept {
		atoms[k] = t.reads[i]
	}
	p.w.each(atoms, p.w.domain, func(vals []uint8) {
		index := 0
		for k, i := range kept {
			domain[i] = vals[k : k+1]
			index += int(vals[k]) * out.stride[k]
		}
		may, must := t.over(domain, 0, 0)
		if may {
			out.may[index>>6] |= 1 << (index & 63)
		}
		if must {
			out.must[index>>6] |= 1 << (index & 63)
		}
	})
	return out
}

// addStep adds a step's move, unless it changes nothing that is kept and the
// property does not watch it, or its guard cannot hold.
func (p *program) addStep(l *law) {
	watch := p.spec.watches(l)
	if !p.takes(l) || p.spec.without(l) {
		return
	}
	m := move{law: l, clock: -1, age: -1, rounds: -1, help: l.Force == procedure.Own || l.Force == procedure.Must, watch: watch}
	for _, t := range l.guard {
		if !p.require(&m, p.test(t)) {
			return
		}
	}
	m.must = p.test(l.must)
	for _, put := range l.puts {
		if i, ok := p.where[put.atom]; ok {
			p.write(&m, i, put.value)
		}
	}
	if l.rises {
		if i, ok := p.where[atom(l.Rounds)]; ok {
			m.rounds = i
		}
	}
	for _, c := range l.Extends {
		if i, ok := p.where[p.w.clock(c)]; ok && !slices.ContainsFunc(l.puts, func(put put) bool { return put.atom == p.w.clock(c) }) {
			m.longer = append(m.longer, i)
		}
	}
	p.quicken(&m)
}

// require adds a test to a move; false when it can never hold.
func (p *program) require(m *move, t *test) bool {
	if t.constant {
		may, must := t.both(nil)
		if !may || p.under && !must {
			return false
		}
		if must {
			return true
		}
	}
	m.guard = append(m.guard, t)
	return true
}

// quicken sorts a guard into what one look-up answers and the rest. Several tests
// of one position become one mask.
func (p *program) quicken(m *move) {
	for _, t := range m.guard {
		if t.op != procedure.Leaf || len(t.pos) != 1 {
			m.slow = append(m.slow, t)
			continue
		}
		mask := t.may[0]
		if p.under {
			mask = t.must[0]
		}
		i := slices.IndexFunc(m.quick, func(q quick) bool { return q.pos == t.pos[0] })
		if i < 0 {
			m.quick = append(m.quick, quick{t.pos[0], mask})
			continue
		}
		m.quick[i].mask &= mask
	}
	p.moves = append(p.moves, *m)
}

func (p *program) write(m *move, pos int, value uint8) {
	f := p.fields[pos]
	m.clear[f.word] |= f.mask << f.shift
	m.set[f.word] = m.set[f.word]&^(f.mask<<f.shift) | uint64(value)<<f.shift
}

// addTime adds the ends of clocks and birthdays.
func (p *program) addTime() {
	for pos, f := range p.fields {
		switch {
		case p.w.isClock(f.atom):
			p.addEnd(pos, p.w.clockOf(f.atom))
		case p.w.isSlot(f.atom) && p.w.Slots[f.atom].Ages != nil:
			p.addBirthdays(pos, f.atom)
		}
	}
}

func (p *program) addEnd(pos, c int) {
	clock := &p.w.Clocks[c]
	cond := p.w.conds[c]
	if cond.starts != nil || cond.stops != nil || cond.suspended != nil {
		p.conds = append(p.conds, moveCondition{pos, p.test(cond.starts), p.test(cond.stops), p.test(cond.suspended)})
	}
	if p.spec.onTime && clock.Kind == procedure.Duty {
		return
	}
	m := move{clock: c, age: -1, rounds: -1, help: true}
	for _, t := range p.w.ends[c] {
		if !p.require(&m, p.test(t)) {
			return
		}
	}
	p.write(&m, pos, procedure.ExpiredByte)
	p.quicken(&m)
}

// addBirthdays lets time raise an age. It helps nobody: a right that one has to
// grow up to get is no right of the child.
func (p *program) addBirthdays(pos int, a atom) {
	ages := p.w.Slots[a].Ages
	for i := 1; i < len(ages); i++ {
		m := move{clock: -1, age: int(a), rounds: -1}
		m.guard = []*test{p.test(p.w.is(a, ages[i-1]))}
		p.write(&m, pos, ages[i])
		p.quicken(&m)
	}
}

// endGuard is when a clock may run out: it runs, is not suspended, none that ends
// before it still runs, and if its length is a question, the answer is that there
// is one.
func (w *world) endGuard(c int) []*truth {
	clock := &w.Clocks[c]
	out := []*truth{w.is(w.clock(c), procedure.RunningByte)}
	if s := w.conds[c].suspended; s != nil {
		out = append(out, not(s))
	}
	if q := slices.Index(w.Questions, clock.Length.Question); q >= 0 {
		out = append(out, w.is(w.question(q), 1))
	}
	for _, first := range w.before(c) {
		out = append(out, not(w.holdsBack(first)))
	}
	return out
}

// unpack writes a state's values by position.
func (p *program) unpack(k key, cur []uint8) {
	for i := range p.fields {
		f := &p.fields[i]
		cur[i] = uint8(k[f.word] >> f.shift & f.mask)
	}
}

func (p *program) put(k key, pos int, v uint8) key {
	f := &p.fields[pos]
	k[f.word] = k[f.word]&^(f.mask<<f.shift) | uint64(v)<<f.shift
	return k
}

// enabled says whether a move may be taken: in some way, or in the untouched
// model for sure.
func (p *program) enabled(m *move, cur []uint8) bool {
	for i := range m.quick {
		if m.quick[i].mask>>cur[m.quick[i].pos]&1 == 0 {
			return false
		}
	}
	if p.under {
		for _, t := range m.slow {
			if !t.sure(cur) {
				return false
			}
		}
		return true
	}
	for _, t := range m.slow {
		if !t.can(cur) {
			return false
		}
	}
	return true
}

// certain says whether a move's guard holds for every value of what is free.
func (m *move) certain(cur []uint8) bool {
	for _, t := range m.guard {
		if !t.sure(cur) {
			return false
		}
	}
	return true
}

// take gives the states after a move: two where an extension may come too late.
func (p *program) take(m *move, cur []uint8, k key, next *[]key) {
	to := key{k[0]&^m.clear[0] | m.set[0], k[1]&^m.clear[1] | m.set[1]}
	if m.rounds >= 0 {
		most := uint8(p.w.sizes[p.fields[m.rounds].atom] - 1)
		to = p.put(to, m.rounds, min(cur[m.rounds]+1, most))
	}
	if p.monitor >= 0 {
		to = p.put(to, p.monitor, p.spec.remember(p, m, cur))
	}
	first := len(*next)
	*next = append(*next, to)
	for _, pos := range m.longer {
		if cur[pos] == procedure.ExpiredByte {
			for _, k := range (*next)[first:] {
				*next = append(*next, p.put(k, pos, procedure.RunningByte))
			}
		}
	}
	if len(p.conds) == 0 {
		return
	}
	for i := first; i < len(*next); i++ {
		(*next)[i] = p.settle(cur, (*next)[i])
	}
}

// settle starts and stops the clocks whose conditions changed, as the engine
// does after each change. cur is the situation before; nil at the beginning.
func (p *program) settle(cur []uint8, k key) key {
	held := make([]bool, len(p.conds))
	if cur != nil {
		for i := range p.conds {
			held[i] = p.conds[i].starts != nil && p.conds[i].starts.sure(cur)
		}
	}
	now := make([]uint8, len(p.fields))
	p.unpack(k, now)
	for range len(p.w.Clocks) + 1 {
		next, again := k, false
		for i := range p.conds {
			c := &p.conds[i]
			v := now[c.pos]
			if c.starts != nil {
				holds := c.starts.sure(now)
				if holds && !held[i] {
					v = procedure.RunningByte
				}
				again = again || holds != held[i]
				held[i] = holds
			}
			if c.stops != nil && v != procedure.OffByte && c.stops.sure(now) {
				v = procedure.OffByte
			}
			next = p.put(next, c.pos, v)
		}
		if next == k && !again {
			break
		}
		k = next
		p.unpack(k, now)
	}
	return k
}

// begin are the states that a search starts from.
func (p *program) begin() []key {
	var atoms []atom
	for _, f := range p.fields {
		atoms = append(atoms, f.atom)
	}
	starts := slices.Clone(p.w.starts)
	for a, v := range p.v.known {
		starts[a] = []uint8{v}
	}
	var out []key
	p.w.each(atoms, starts, func(vals []uint8) {
		var k key
		for i, v := range vals {
			k = p.put(k, i, v)
		}
		cur := make([]uint8, len(p.fields))
		p.unpack(k, cur)
		for _, t := range p.assume {
			if !t.can(cur) {
				return
			}
		}
		if len(p.conds) > 0 {
			k = p.settle(nil, k)
		}
		out = append(out, k)
	})
	return out
}
