package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

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
	// maxChoices bounds what is tried to find those people.
	maxChoices = 1 << 12
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
	choices := 1
	for _, a := range x.chosen {
		choices = min(choices*len(starts[a]), maxChoices+1)
	}
	if choices > maxChoices { // most have too many to look who of them the assumptions allow
		return out, x.tooMuch()
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
			failed = x.tooMuch()
			return
		}
		x.shape = p
		x.meet(ctx, p, known, &out)
	})
	return out, failed
}

func (x *Part) tooMuch() error {
	return fmt.Errorf("check: the plain model of %s has more than %d situations or %d kinds of person", x.c.prop.ID, x.most, maxStarts)
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
