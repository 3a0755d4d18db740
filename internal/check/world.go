package check

import (
	"crypto/sha256"
	"slices"
	"sync"

	"pana/internal/procedure"
)

// atom numbers everything a rule can read: slots first, then clocks, then
// questions. Questions, facts and the start of a variable that has several are
// rigid: chosen once for a whole run.
type atom int

// world is one column of the matrix: a compiled model laid open, with every
// guard as a table. It does not change once made; searches share it.
type world struct {
	*procedure.Anatomy
	model  *procedure.Model
	slots  int
	clocks int
	own    atom
	sizes  []int     // of each atom: how many values its byte can have
	domain [][]uint8 // of each atom: the values it ever has, at most
	starts [][]uint8 // of each atom: the values it has at the beginning
	moves  []law     // the steps in force that some situation may allow
	assume []*truth
	// changes says of each atom whether a step or time can change it.
	changes []bool
	rules   []*truth // every rule, by guard, so that each is tabulated once
	byRule  []procedure.Rule
	names   map[string]atom // slots, and clocks as "clock ID"
	conds   []condition     // of clocks, by clock
	// elements as declared properties read them
	rowsOnce sync.Once
	allRows  []*row
	ends     [][]*truth          // of clocks: when one may run out
	says     [][sha256.Size]byte // of each atom: the same for those that can be the same
}

// law is a step with its guard as tables: conjuncts, then negated bars.
type law struct {
	*procedure.StepPart
	index int // in Anatomy.Steps
	guard []*truth
	must  *truth
	puts  []put             // what it always does to slots and clocks, in the end
	rises bool              // it counts a round
	moves []atom            // all that it can change
	says  [sha256.Size]byte // the same for steps that say the same
	owes  [sha256.Size]byte // and whose they are, and when they are owed
}

// put gives an atom a value.
type put struct {
	atom  atom
	value uint8
}

// condition holds the tables of a clock's conditions, nil for none.
type condition struct {
	starts, stops, suspended *truth
	needs                    []atom // what they read
	ends                     bool   // its length is a number or a question
}

func newWorld(m *procedure.Model) *world {
	w := &world{Anatomy: m.Anatomy(), model: m, names: map[string]atom{}}
	w.slots, w.clocks = len(w.Slots), len(w.Clocks)
	for i, s := range w.Slots {
		w.names[s.Name] = atom(i)
		w.sizes = append(w.sizes, len(s.Values))
		w.starts = append(w.starts, s.Start)
	}
	for i, c := range w.Clocks {
		w.names["clock "+c.ID] = w.clock(i)
		w.sizes = append(w.sizes, 3)
		w.starts = append(w.starts, []uint8{procedure.OffByte})
	}
	for range w.Questions {
		w.sizes = append(w.sizes, 2)
		w.starts = append(w.starts, []uint8{0, 1})
	}
	w.own = atom(len(w.sizes)) // the property's own variable, behind all others
	w.sizes, w.starts = append(w.sizes, 3), append(w.starts, []uint8{0})
	for _, s := range w.starts {
		w.domain = append(w.domain, slices.Clone(s))
	}
	w.changes = make([]bool, len(w.sizes))
	w.domain[w.own] = []uint8{0, 1, 2}
	w.live()
	w.tabulate()
	return w
}

func (w *world) clock(c int) atom    { return atom(w.slots + c) }
func (w *world) question(q int) atom { return atom(w.slots + w.clocks + q) }
func (w *world) isSlot(a atom) bool  { return int(a) < w.slots }
func (w *world) isClock(a atom) bool { return int(a) >= w.slots && int(a) < w.slots+w.clocks }

// clockOf is the clock that an atom is.
func (w *world) clockOf(a atom) int { return int(a) - w.slots }

// rigid says whether an atom's first value is a choice made for a whole run.
func (w *world) rigid(a atom) bool { return len(w.starts[a]) > 1 }

// fact says whether an atom tells kinds of person apart: a fact or a start.
func (w *world) fact(a atom) bool { return w.isSlot(a) && w.rigid(a) }

func (w *world) name(a atom) string {
	switch {
	case w.isSlot(a):
		return w.Slots[a].Name
	case w.isClock(a):
		return w.Clocks[w.clockOf(a)].ID
	case a == w.own:
		return "the property's own memory"
	}
	return w.Questions[int(a)-w.slots-w.clocks]
}

// label is the key of names.
func (w *world) label(a atom) string {
	if w.isClock(a) {
		return "clock " + w.name(a)
	}
	return w.name(a)
}

// value is the word for an atom's byte.
func (w *world) value(a atom, v uint8) string {
	switch {
	case w.isSlot(a):
		return w.Slots[a].Values[v]
	case w.isClock(a):
		return [...]string{"off", "running", "expired"}[v]
	}
	return [...]string{"no", "yes"}[v]
}

// reads are the atoms of a rule, in order.
func (w *world) reads(r procedure.Rule) []atom {
	var out []atom
	for _, s := range r.Slots() {
		out = append(out, atom(s))
	}
	for _, c := range r.Clocks() {
		out = append(out, w.clock(c))
	}
	for _, q := range r.Questions() {
		out = append(out, w.question(q))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// lawful says whether a step is law here: what is irregular happens, and is no
// law unless an overlay says that it is how things go.
func lawful(s *procedure.StepPart) bool { return !s.Irregular || s.Overlay.By != "" }

// live finds the steps that some situation may allow, variable by variable: a
// value is possible if a possible step sets it. It errs on the side of more, so
// a step that is dead here is dead.
func (w *world) live() {
	view := w.model.NewView()
	waiting := make([]int, 0, len(w.Steps))
	for i := range w.Steps {
		if lawful(&w.Steps[i]) {
			waiting = append(waiting, i)
		}
	}
	for i, s := range w.Slots {
		if s.Ages != nil {
			w.changes[i] = true
		}
	}
	var alive []int
	for grew := true; grew; {
		grew = w.conditionsLive(view)
		still := waiting[:0]
		for _, i := range waiting {
			if !w.mayHappen(view, &w.Steps[i]) {
				still = append(still, i)
				continue
			}
			w.happens(&w.Steps[i])
			alive, grew = append(alive, i), true
		}
		waiting = still
	}
	slices.Sort(alive)
	for _, i := range alive {
		w.moves = append(w.moves, law{StepPart: &w.Steps[i], index: i})
	}
}

func (w *world) mayHappen(view *procedure.View, s *procedure.StepPart) bool {
	for _, r := range s.Guard {
		if may, _ := w.judge(view, r, w.domain); !may {
			return false
		}
	}
	for _, b := range s.Bars {
		if _, must := w.judge(view, b.When, w.domain); must {
			return false
		}
	}
	return true
}

func (w *world) happens(s *procedure.StepPart) {
	for _, set := range append(slices.Clone(s.Sets), s.Resets...) {
		w.has(atom(set.Slot), set.Value)
	}
	if s.Rounds >= 0 {
		for v := range s.Again.Max + 1 {
			w.has(atom(s.Rounds), uint8(min(v, w.sizes[s.Rounds]-1)))
		}
	}
	for _, c := range s.Starts {
		w.runs(c)
	}
}

func (w *world) runs(c int) {
	if w.Clocks[c].InForce {
		w.has(w.clock(c), procedure.RunningByte)
		w.has(w.clock(c), procedure.ExpiredByte)
	}
}

func (w *world) has(a atom, v uint8) bool {
	w.changes[a] = true
	if slices.Contains(w.domain[a], v) {
		return false
	}
	w.domain[a] = append(w.domain[a], v)
	slices.Sort(w.domain[a])
	return true
}

// conditionsLive lets clocks run whose condition is possible.
func (w *world) conditionsLive(view *procedure.View) bool {
	grew := false
	for c := range w.Clocks {
		clock := &w.Clocks[c]
		if !clock.InForce || clock.Starts == nil || len(w.domain[w.clock(c)]) > 1 {
			continue
		}
		if may, _ := w.judge(view, *clock.Starts, w.domain); may {
			w.runs(c)
			grew = true
		}
	}
	return grew
}

// tabulate turns every rule into a table, once.
func (w *world) tabulate() {
	view := w.model.NewView()
	for i := range w.moves {
		l := &w.moves[i]
		for _, r := range l.Guard {
			l.guard = append(l.guard, w.table(view, r))
		}
		for _, b := range l.Bars {
			l.guard = append(l.guard, not(w.table(view, b.When)))
		}
		if l.Must != nil {
			l.must = w.table(view, *l.Must)
		}
		l.puts, l.rises = w.effects(l.StepPart), l.Rounds >= 0
		l.moves = w.touches(l)
		l.says, l.owes = l.sums()
	}
	for _, r := range w.Assume {
		w.assume = append(w.assume, w.table(view, r))
	}
	w.conds = make([]condition, w.clocks)
	for c := range w.Clocks {
		w.conds[c] = w.condition(view, &w.Clocks[c])
	}
	for c := range w.Clocks {
		w.ends = append(w.ends, w.endGuard(c))
	}
	for a := range w.sizes {
		w.says = append(w.says, w.sumOf(atom(a)))
	}
}

func (w *world) condition(view *procedure.View, c *procedure.ClockPart) condition {
	var out condition
	out.ends = c.InForce
	for _, one := range []struct {
		rule *procedure.Rule
		into **truth
	}{{c.Starts, &out.starts}, {c.Stops, &out.stops}, {c.Suspended, &out.suspended}} {
		if one.rule != nil && c.InForce {
			*one.into = w.table(view, *one.rule)
			out.needs = append(out.needs, (*one.into).reads...)
		}
	}
	slices.Sort(out.needs)
	out.needs = slices.Compact(out.needs)
	return out
}

// effects are what a step leaves behind, in the engine's order: a new round,
// sets, stops, starts. Extensions and the count of rounds hang on the situation.
func (w *world) effects(s *procedure.StepPart) []put {
	var out []put
	write := func(a atom, v uint8) {
		if w.isClock(a) && !w.Clocks[w.clockOf(a)].InForce {
			return
		}
		if i := slices.IndexFunc(out, func(p put) bool { return p.atom == a }); i >= 0 {
			out[i].value = v
			return
		}
		out = append(out, put{a, v})
	}
	for _, set := range s.Resets {
		write(atom(set.Slot), set.Value)
	}
	for _, c := range s.Offs {
		write(w.clock(c), procedure.OffByte)
	}
	for _, set := range s.Sets {
		write(atom(set.Slot), set.Value)
	}
	for _, c := range s.Stops {
		write(w.clock(c), procedure.OffByte)
	}
	for _, c := range s.Starts {
		write(w.clock(c), procedure.RunningByte)
	}
	return out
}

// writes says whether a step can change an atom.
func (l *law) writes(a atom) bool { return slices.Contains(l.moves, a) }

// touches are all atoms that a step can change.
func (w *world) touches(l *law) []atom {
	var out []atom
	for _, p := range l.puts {
		out = append(out, p.atom)
	}
	if l.rises {
		out = append(out, atom(l.Rounds))
	}
	for _, c := range l.Extends {
		out = append(out, w.clock(c))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
