package check

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// Spin is asked whether this package counts right. What it is asked about is a
// plain model: the variables that the verdict needed and those that their steps
// read, everything else at its start. Its guards are written from their text,
// not from the tables that the search runs on, so that an error in compiling a
// guard, in tabulating it or in the search shows as a difference.

// Plain is what this package finds in a plain model.
type Plain struct {
	Starts, States int
	Bytes          int64 // of memory that the largest search kept them in
	Broken         bool  // a situation or step that the property forbids can be reached
}

// ErrNoSafety is what Promela gives for a property that is not an invariant and
// not about the reach of a step: Spin would be asked something else.
var ErrNoSafety = errors.New("check: only never, until and the first half of conserved are written as Promela")

// maxPlain and maxStarts bound a plain model: a C compiler has to swallow it.
const (
	maxPlain  = 100_000
	maxStarts = 64
)

// Promela writes the plain model of a property under a model and says what Spin
// must find in it: one state more than States, the one before a person is
// chosen, and an assertion violated if Broken.
func Promela(ctx context.Context, out io.Writer, m *procedure.Model, prop *pack.Property) (Plain, error) {
	part, found, err := PlainOf(ctx, m, prop, maxPlain)
	if err != nil {
		return found, err
	}
	return found, part.Write(out)
}

// PlainOf makes the plain model of a property, of at most so many situations,
// and explores it.
func PlainOf(ctx context.Context, m *procedure.Model, prop *pack.Property, most int) (*Part, Plain, error) {
	w := newWorld(m)
	c := compile(w, prop)[0]
	if len(c.unreadable) > 0 {
		return nil, Plain{}, fmt.Errorf("check: %s", c.unreadable[0])
	}
	if c.shape != safety || prop.Declared != nil {
		return nil, Plain{}, ErrNoSafety
	}
	return plainOf(ctx, w, c, most)
}

// Part is a part of a world that stands alone: what it does not keep is as it
// began, and the steps that would change that are gone. Its paths are paths of
// the world; that there are no others is not said.
type Part struct {
	w     *world
	c     *claim
	keep  map[atom]bool
	steps map[int]bool // of the world's moves, by their index in the law
	// chosen are the facts, starts and questions that it reads and does not keep.
	chosen []atom
	most   int            // situations
	only   map[atom]uint8 // the one person, nil for everybody
	people []person
	shape  *program // for the places of what is kept; of the first person
}

// person is one choice of everything that is chosen once.
type person struct {
	known map[atom]uint8
	begin [][]uint8 // values of what is kept, by position
}

// plainOf keeps what the property reads, what the steps it watches change and
// what changes on the way to a failure; and, if that is not too much, all
// variables of the property's procedures. Everybody is in it or, where that is
// too much, the one person who fails first, or anyone.
func plainOf(ctx context.Context, w *world, c *claim, most int) (*Part, Plain, error) {
	near, one := c.touched(ctx, w)
	small := standAlone(w, c, near)
	wide := standAlone(w, c, union(small.keep, w.focus(c.prop.Focus)))
	var found Plain
	var err error
	for _, who := range []map[atom]uint8{nil, w.person(one)} {
		for _, x := range []*Part{wide, small} {
			x.only, x.most = who, most
			if found, err = x.Explore(ctx); err == nil {
				return x, found, nil
			}
		}
	}
	return small, found, err
}

func union(x, y map[atom]bool) map[atom]bool {
	out := maps.Clone(x)
	maps.Copy(out, y)
	return out
}

// touched are the atoms that decide a property nearest to it, and who fails first.
func (c *claim) touched(ctx context.Context, w *world) (out map[atom]bool, who map[atom]uint8) {
	out = map[atom]bool{}
	for _, t := range []*truth{c.when, c.before, c.after} {
		if t != nil {
			for _, a := range t.reads {
				out[a] = w.changes[a]
			}
		}
	}
	for i := range w.moves {
		if c.watches(&w.moves[i]) != 0 {
			w.moves[i].changes(w, out)
		}
	}
	answer, _ := decide(ctx, w, c, Options{Memory: 64 << 20})
	answer.each(func(l *leaf) {
		if l.proof != nil {
			if who == nil {
				who = l.known
			}
			for _, m := range l.proof.way.moves {
				m.changes(w, out)
			}
		}
	})
	out[w.own] = c.memory > 1
	maps.DeleteFunc(out, func(_ atom, kept bool) bool { return !kept })
	if who == nil {
		who = map[atom]uint8{}
	}
	return out, who
}

// changes adds what a move changes.
func (m *move) changes(w *world, into map[atom]bool) {
	switch {
	case m.law != nil:
		m.law.changes(w, into)
	case m.clock >= 0:
		into[w.clock(m.clock)] = true
	default:
		into[atom(m.age)] = true
	}
}

func (l *law) changes(w *world, into map[atom]bool) {
	for _, p := range l.puts {
		into[p.atom] = true
	}
	if l.rises {
		into[atom(l.Rounds)] = true
	}
	for _, c := range l.Extends {
		into[w.clock(c)] = true
	}
}

// focus are the variables of procedures.
func (w *world) focus(procedures []string) map[atom]bool {
	out := map[atom]bool{}
	for i, s := range w.Slots {
		if s.Fact == nil && slices.Contains(procedures, s.Procedure) {
			out[atom(i)] = true
		}
	}
	return out
}

// standAlone makes the part that keeps these atoms. A step belongs to it if it changes
// what is kept, or is watched, and changes nothing else that matters: then it is
// left out, but for one that is watched, whose changes are kept too.
func standAlone(w *world, c *claim, keep map[atom]bool) *Part {
	x := &Part{w: w, c: c, keep: maps.Clone(keep), steps: map[int]bool{}}
	maps.DeleteFunc(x.keep, func(a atom, _ bool) bool { return a != w.own && (!w.changes[a] || len(w.domain[a]) == 1) })
	for i := range w.moves {
		l := &w.moves[i]
		x.steps[l.index] = c.watches(l) != 0 || x.touches(l)
	}
	for x.leaveOut() {
	}
	for a := range x.reads() {
		if !x.keep[a] && a != w.own && len(w.starts[a]) > 1 {
			x.chosen = append(x.chosen, a)
		}
	}
	slices.Sort(x.chosen)
	return x
}

func (x *Part) touches(l *law) bool {
	changed := map[atom]bool{}
	l.changes(x.w, changed)
	for a := range changed {
		if x.keep[a] {
			return true
		}
	}
	return false
}

// leaveOut leaves out steps that change what is read and not kept; whether it
// found one.
func (x *Part) leaveOut() bool {
	reads, found := x.reads(), false
	for i := range x.w.moves {
		l := &x.w.moves[i]
		changed := map[atom]bool{}
		l.changes(x.w, changed)
		if !x.steps[l.index] {
			continue
		}
		for a := range changed {
			if x.keep[a] || !reads[a] || !x.w.changes[a] || len(x.w.domain[a]) == 1 {
				continue
			}
			found = true
			if x.c.watches(l) == 0 {
				x.steps[l.index] = false
				break
			}
			x.keep[a] = true
		}
	}
	return found
}

// reads are the atoms that anything in the part reads.
func (x *Part) reads() map[atom]bool {
	out := map[atom]bool{}
	note := func(tables ...*truth) {
		for _, t := range tables {
			if t != nil {
				for _, a := range t.reads {
					out[a] = true
				}
			}
		}
	}
	note(x.c.when, x.c.before, x.c.after)
	note(x.w.assume...)
	for i := range x.w.moves {
		if l := &x.w.moves[i]; x.steps[l.index] {
			note(l.guard...)
		}
	}
	for a := range x.keep {
		if x.w.isClock(a) {
			note(x.w.ends[x.w.clockOf(a)]...)
			cond := x.w.conds[x.w.clockOf(a)]
			note(cond.starts, cond.stops, cond.suspended)
		}
	}
	return out
}

// Explore counts the situations of everybody in it.
func (x *Part) Explore(ctx context.Context) (Plain, error) {
	var out Plain
	cache := map[sight]*test{}
	var failed error
	x.people = nil
	starts := slices.Clone(x.w.starts)
	if x.only != nil {
		for _, a := range x.chosen {
			starts[a] = starts[a][:1]
			if v, ok := x.only[a]; ok {
				starts[a] = singles[v : v+1]
			}
		}
	}
	x.w.each(x.chosen, starts, func(vals []uint8) {
		known := map[atom]uint8{}
		for i, a := range x.chosen {
			known[a] = vals[i]
		}
		if failed != nil || x.w.person(known) == nil {
			return
		}
		p, ok := x.c.compile(x.w, view{keep: x.keep, known: known, steps: x.steps}, true, cache)
		if !ok || out.States > x.most || out.Starts > maxStarts || ctx.Err() != nil {
			failed = fmt.Errorf("check: the plain model of %s has more than %d situations or %d kinds of person", x.c.prop.ID, x.most, maxStarts)
			return
		}
		x.shape = p
		x.meet(ctx, p, known, &out)
	})
	return out, failed
}

// meet explores what can happen to the people of one choice.
func (x *Part) meet(ctx context.Context, p *program, known map[atom]uint8, out *Plain) {
	one := person{known: known}
	for _, k := range p.begin() {
		cur := make([]uint8, len(p.fields))
		p.unpack(k, cur)
		one.begin = append(one.begin, cur)
	}
	x.people = append(x.people, one)
	s := p.search(1 << 30)
	var hit bool
	bad := x.c.bad(p, &hit)
	s.run(ctx, nil, func(cur []uint8, m *move) bool {
		out.Broken = out.Broken || bad(cur, m)
		return false // go on: Spin counts everything too
	})
	out.Starts += len(one.begin)
	out.States += len(s.seen.keys)
	out.Bytes = max(out.Bytes, s.seen.bytes())
}

// Write writes the model for Spin.
func (x *Part) Write(to io.Writer) error {
	out := bufio.NewWriter(to)
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	say("/* %s as of %s. %d kinds of person.", x.c.prop.ID, x.w.model.Day().Format("2006-01-02"), len(x.people))
	say("   Written by pana check --promela from the text of the guards.")
	say("   spin -a -o1 -o2 -o3 FILE; cc -O2 -o pan pan.c; ./pan -E -c0 */")
	for _, a := range x.variables() {
		say("byte %s; /* %s */", x.variable(a), x.legend(a))
	}
	for _, line := range x.settling() {
		say("%s", line)
	}
	say("init {")
	say("  atomic { if")
	for _, p := range x.people {
		for _, begin := range p.begin {
			say("  :: skip; %s", strings.Join(x.choose(p, begin), " "))
		}
	}
	say("  fi }")
	say("  do")
	for _, option := range x.options() {
		say("  :: atomic { %s }", option)
	}
	say("  od")
	say("}")
	return out.Flush()
}

// variables are what the model keeps, then what is chosen once.
func (x *Part) variables() []atom {
	var out []atom
	for _, f := range x.shape.fields {
		out = append(out, f.atom)
	}
	return append(out, x.chosen...)
}

func (x *Part) variable(a atom) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, x.w.name(a))
	switch {
	case a == x.w.own:
		return "m_memory"
	case x.w.isSlot(a):
		return "v_" + name
	case x.w.isClock(a):
		return "c_" + name
	}
	return "q_" + name
}

func (x *Part) legend(a atom) string {
	if a == x.w.own {
		return "the property's own memory"
	}
	var out []string
	for v := range x.w.sizes[a] {
		out = append(out, fmt.Sprintf("%d %s", v, x.w.value(a, uint8(v))))
	}
	return strings.Join(out, ", ")
}

func (x *Part) choose(p person, begin []uint8) []string {
	var out []string
	for i, f := range x.shape.fields {
		out = append(out, fmt.Sprintf("%s = %d;", x.variable(f.atom), begin[i]))
	}
	for _, a := range x.chosen {
		out = append(out, fmt.Sprintf("%s = %d;", x.variable(a), p.known[a]))
	}
	return out
}

// has is the condition that an atom has one of these values.
func (x *Part) has(a atom, oneOf ...uint8) string {
	if _, kept := x.shape.where[a]; !kept && !slices.Contains(x.chosen, a) {
		// Nothing changes it: it is as it began.
		if slices.Contains(oneOf, x.w.starts[a][0]) {
			return "true"
		}
		return "false"
	}
	var out []string
	for _, v := range oneOf {
		out = append(out, fmt.Sprintf("%s == %d", x.variable(a), v))
	}
	if len(out) == 0 {
		return "false"
	}
	return "(" + strings.Join(out, " || ") + ")"
}

func (x *Part) text(r procedure.Rule) string {
	return r.Print(procedure.Printer{
		Slot:     func(slot int, oneOf []uint8) string { return x.has(atom(slot), oneOf...) },
		Clock:    func(clock int, is uint8) string { return x.has(x.w.clock(clock), is) },
		Question: func(q int) string { return x.has(x.w.question(q), 1) },
		And:      "&&", Or: "||", Not: "!", True: "true", False: "false",
	})
}

func (x *Part) source(src string) string {
	if src == "" {
		return "true"
	}
	r, _ := x.w.model.Rule(src, x.c.prop.Pos)
	return x.text(r)
}

// options are the moves: what the property forbids, steps, ends of clocks,
// birthdays.
func (x *Part) options() []string {
	var out []string
	if prop := x.c.prop; prop.Never != nil && len(prop.Never.Steps) == 0 {
		out = append(out, x.source(prop.Never.When)+" -> assert(false)")
	}
	for i := range x.w.moves {
		if l := &x.w.moves[i]; x.steps[l.index] {
			out = append(out, x.step(l)...)
		}
	}
	for _, f := range x.shape.fields {
		switch {
		case x.w.isClock(f.atom):
			out = append(out, x.end(x.w.clockOf(f.atom))...)
		case x.w.isSlot(f.atom) && x.w.Slots[f.atom].Ages != nil:
			out = append(out, x.birthdays(f.atom)...)
		}
	}
	return out
}

// step is a step's option: first, if the property watches it, that it may not
// fire here.
func (x *Part) step(l *law) []string {
	guard := x.guard(l)
	var out []string
	if bad, watched := x.forbids(l); watched {
		out = append(out, fmt.Sprintf("%s && %s -> assert(false)", guard, bad))
	}
	do := x.before(x.c.watches(l))
	if l.rises {
		if _, kept := x.shape.where[atom(l.Rounds)]; kept {
			v := x.variable(atom(l.Rounds))
			do = append(do, fmt.Sprintf("%s = (%s < %d -> %s + 1 : %s)", v, v, x.w.sizes[l.Rounds]-1, v, v))
		}
	}
	for _, put := range l.puts {
		if _, kept := x.shape.where[put.atom]; kept {
			do = append(do, fmt.Sprintf("%s = %d", x.variable(put.atom), put.value))
		}
	}
	out = append(out, guard+" -> "+strings.Join(append(slices.Clone(do), x.settle()...), "; "))
	for _, clock := range l.Extends {
		if _, kept := x.shape.where[x.w.clock(clock)]; kept && !slices.Contains(l.Starts, clock) && !slices.Contains(l.Stops, clock) {
			longer := append(slices.Clone(do), x.variable(x.w.clock(clock))+" = "+fmt.Sprint(procedure.RunningByte))
			out = append(out, fmt.Sprintf("%s && %s -> %s", guard, x.has(x.w.clock(clock), procedure.ExpiredByte), strings.Join(append(longer, x.settle()...), "; ")))
		}
	}
	return out
}

func (x *Part) guard(l *law) string {
	var out []string
	for _, r := range l.Guard {
		out = append(out, x.text(r))
	}
	for _, b := range l.Bars {
		out = append(out, "!("+x.text(b.When)+")")
	}
	if len(out) == 0 {
		return "true"
	}
	return "(" + strings.Join(out, " && ") + ")"
}

// forbids is the condition under which a step may not fire.
func (x *Part) forbids(l *law) (string, bool) {
	prop, watched := x.c.prop, x.c.watches(l)
	switch {
	case prop.Conserved != nil:
		return x.has(x.w.own, 2), watched&closes != 0 && watched&begins == 0
	case watched&forbidden == 0:
		return "", false
	case prop.Until != nil:
		began := x.has(x.w.own, 1)
		if prop.Until.After != "" {
			began = "(" + began + " || " + x.source(prop.Until.After) + ")"
		}
		if prop.Until.Before != "" {
			began += " && !(" + x.source(prop.Until.Before) + ")"
		}
		return began, true
	}
	return x.source(prop.Never.When), true
}

// before notes what a move changes beside its own effects: the property's
// memory, and what the conditions of clocks were.
func (x *Part) before(watched watch) []string {
	var out []string
	for _, c := range x.shape.conds {
		if rule := x.clock(c).Starts; rule != nil {
			out = append(out, fmt.Sprintf("h%d = %s", c.pos, x.text(*rule)))
		}
	}
	memory := x.variable(x.w.own)
	switch {
	case x.shape.monitor < 0:
	case watched&begins != 0:
		out = append(out, memory+" = 1")
	case x.c.conserves && watched&closes != 0:
		out = append(out, fmt.Sprintf("%s = (%s == 1 -> 2 : %s)", memory, memory, memory))
	case !x.c.conserves && x.c.prop.Until.After != "":
		out = append(out, fmt.Sprintf("%s = (%s -> 1 : %s)", memory, x.source(x.c.prop.Until.After), memory))
	}
	if len(out) == 0 {
		out = append(out, "skip")
	}
	return out
}

func (x *Part) clock(c moveCondition) *procedure.ClockPart {
	return &x.w.Clocks[x.w.clockOf(x.shape.fields[c.pos].atom)]
}

func (x *Part) settle() []string {
	if len(x.shape.conds) == 0 {
		return nil
	}
	return []string{"settle()"}
}

// settling starts and stops clocks whose conditions changed, as often as one can
// be another's condition. In a round all look at the situation before it: h is
// whether a condition held, s whether it does, n the clock after the round.
func (x *Part) settling() []string {
	if len(x.shape.conds) == 0 {
		return nil
	}
	var out, round, after []string
	for _, c := range x.shape.conds {
		out = append(out, fmt.Sprintf("hidden byte h%d; hidden byte s%d; hidden byte n%d;", c.pos, c.pos, c.pos))
		clock, v := x.clock(c), x.variable(x.shape.fields[c.pos].atom)
		round = append(round, fmt.Sprintf("n%d = %s", c.pos, v))
		if clock.Starts != nil {
			round = append(round, fmt.Sprintf("s%d = %s", c.pos, x.text(*clock.Starts)),
				fmt.Sprintf("n%d = ((s%d && !h%d) -> %d : n%d)", c.pos, c.pos, c.pos, procedure.RunningByte, c.pos))
		}
		if clock.Stops != nil {
			round = append(round, fmt.Sprintf("n%d = ((n%d != %d && %s) -> %d : n%d)", c.pos, c.pos, procedure.OffByte, x.text(*clock.Stops), procedure.OffByte, c.pos))
		}
		after = append(after, fmt.Sprintf("%s = n%d; h%d = s%d", v, c.pos, c.pos, c.pos))
	}
	out = append(out, "inline settle() {")
	for range len(x.shape.conds) + 2 {
		out = append(out, "  "+strings.Join(append(slices.Clone(round), after...), "; ")+";")
	}
	return append(out, "  skip", "}")
}

// end is the end of a clock.
func (x *Part) end(c int) []string {
	clock := &x.w.Clocks[c]
	if x.c.onTime && clock.Kind == procedure.Duty {
		return nil
	}
	guard := []string{x.has(x.w.clock(c), procedure.RunningByte)}
	if clock.Suspended != nil && clock.InForce {
		guard = append(guard, "!("+x.text(*clock.Suspended)+")")
	}
	if q := slices.Index(x.w.Questions, clock.Length.Question); q >= 0 {
		guard = append(guard, x.has(x.w.question(q), 1))
	}
	for _, first := range x.w.before(c) {
		guard = append(guard, "!"+x.has(x.w.clock(first), procedure.RunningByte))
	}
	do := append(x.before(0), fmt.Sprintf("%s = %d", x.variable(x.w.clock(c)), procedure.ExpiredByte))
	return []string{strings.Join(guard, " && ") + " -> " + strings.Join(append(do, x.settle()...), "; ")}
}

func (x *Part) birthdays(a atom) []string {
	var out []string
	ages := x.w.Slots[a].Ages
	for i := 1; i < len(ages); i++ {
		do := append(x.before(0), fmt.Sprintf("%s = %d", x.variable(a), ages[i]))
		out = append(out, x.has(a, ages[i-1])+" -> "+strings.Join(append(do, x.settle()...), "; "))
	}
	return out
}
