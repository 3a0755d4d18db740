package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Begin is the situation of a person of whom only these facts are known. Every
// variable is at its start; a start value may be given among the facts where
// the pack allows several. What the pack does not know is left out: Set tells.
func (m *Model) Begin(facts map[string]string) Situation {
	given := make([]pair, 0, len(facts))
	for name, value := range facts {
		if i, ok := m.slot(name); ok && slices.Contains(m.slots[i].values, value) {
			given = append(given, pair{m.slots[i].name, value})
		}
	}
	slices.SortFunc(given, func(x, y pair) int { return cmp.Compare(x.name, y.name) })
	from := m.start.of.values
	values := make([]pair, 0, len(from)+len(given))
	for _, p := range given {
		i, variable := Situation{values: from}.find(p.name)
		values = append(append(values, from[:i]...), p)
		if from = from[i:]; variable {
			from = from[1:]
		}
	}
	return Situation{values: slices.Clip(append(values, from...))}
}

// Set is the situation with values recorded as facts or, for what no step
// describes, variables; an empty value makes a fact not known. The error names
// the first name or value the pack does not have, and never repeats what was
// written if that is not a coded value. Clocks are not looked at: Record does.
func (m *Model) Set(s Situation, values map[string]string) (Situation, error) {
	for _, name := range m.Names() {
		value, given := values[name]
		if !given {
			continue
		}
		if value != "" && !slices.Contains(m.Values(name), value) {
			return s, fmt.Errorf("procedure: %s is one of %s", name, strings.Join(m.Values(name), ", "))
		}
		s = s.with(name, value)
	}
	for name := range values {
		if _, ok := m.slot(name); !ok {
			return s, fmt.Errorf("procedure: a name that no fact and no variable has")
		}
	}
	return s, nil
}

// Read is the value the engine reads under a name: the one recorded or, when
// none is, what the pack says for that. It is "" for a name the pack does not
// have.
func (m *Model) Read(s Situation, name string) string {
	i, ok := m.slot(name)
	if !ok {
		return ""
	}
	return m.slots[i].values[m.valueAt(i, s)]
}

func (m *Model) valueAt(i int, s Situation) uint8 {
	value := s.Value(m.slots[i].name)
	if v := slices.Index(m.slots[i].values, value); v >= 0 {
		return uint8(v)
	}
	return m.slots[i].initial
}

// frame is the situation at a time, as closures read it. A recorded value that
// this model does not have is read as not recorded: the law may have changed.
func (m *Model) frame(s Situation, at time.Time) *frame {
	return m.frameOf(m.settle(s, micros(at)), micros(at))
}

func (m *Model) frameOf(s Situation, at int64) *frame {
	cells := make([]uint8, len(m.slots)+len(m.clocks))
	f := &frame{vals: cells[:len(m.slots):len(m.slots)], clocks: cells[len(m.slots):]}
	m.readAll(f.vals, s)
	m.readClocks(f.clocks, s, at)
	return f
}

func (m *Model) readClocks(states []uint8, s Situation, at int64) {
	clear(states)                // clockOff
	for _, t := range s.clocks { // of many clocks few ever started
		if i, ok := m.clockAt[t.id]; ok {
			states[i] = m.clockByte(i, t, at)
		}
	}
}

// readAll is valueAt for every fact and variable.
func (m *Model) readAll(vals []uint8, s Situation) {
	copy(vals, m.initials)
	next := 0 // both lists are sorted by name: one walk over the two
	for _, p := range s.values {
		// Nearly always a name is the next but a few, and to see that two are equal is
		// cheaper than which comes first.
		i := next
		for i < len(m.names) && m.names[i] != p.name {
			i++
		}
		if i == len(m.names) {
			continue // the law changed: this model has no such name
		}
		next = i + 1
		slot := &m.slots[i]
		if slot.values[slot.initial] == p.value {
			continue
		}
		if v := slices.Index(slot.values, p.value); v >= 0 {
			vals[i] = uint8(v)
		}
	}
}

// Truth answers a derived name; Depends for a name that is none.
func (m *Model) Truth(s Situation, derived string, at time.Time) Truth {
	g := m.derived[derived]
	if g == nil {
		return Depends
	}
	return g.truth(m.frame(s, at))
}

// Join is the situation of a person whose two files are said to be one: of each
// variable the more protective value. Two that record a fact differently make
// it not known, unless the pack orders the fact's values. Of two running clocks
// a person's limit and a paper's validity keep the one that reaches further, a duty and a
// wait the other.
func (m *Model) Join(a, b Situation) Situation {
	out := a
	for _, p := range b.values {
		out = out.with(p.name, m.safer(p.name, a.Value(p.name), p.value))
	}
	for _, t := range b.clocks {
		mine := a.timer(t.id)
		safer := m.saferTimer(mine, t)
		safer.held = mine.held || t.held
		out = out.withTimer(safer)
	}
	out.asOf = max(a.asOf, b.asOf)
	return out
}

func (m *Model) safer(name, x, y string) string {
	if x == "" || x == y {
		return y
	}
	i, ok := m.slot(name)
	if !ok {
		return x
	}
	s := &m.slots[i]
	if s.rank == nil {
		return ""
	}
	if rankOf(s, y) > rankOf(s, x) {
		return y
	}
	return x
}

func rankOf(s *slot, value string) int {
	if v := slices.Index(s.values, value); v >= 0 {
		return s.rank[v]
	}
	return -1
}

func (m *Model) saferTimer(x, y timer) timer {
	switch {
	case x.start == 0:
		return y
	case y.start == 0:
		return x
	}
	later := false
	if c := m.Clock(y.id); c != nil {
		later = c.Kind == Limit || c.Kind == Validity
	}
	if (x.compare(y) < 0) == later {
		return y
	}
	return x
}

// compare orders timers of one clock by how far they reach.
func (t timer) compare(o timer) int {
	return cmp.Or(cmp.Compare(t.start+t.paused, o.start+o.paused), cmp.Compare(t.extends, o.extends), cmp.Compare(t.pause, o.pause), cmp.Compare(t.start, o.start))
}

// Guard compiles a rule over situations from outside the procedures, which may
// read every name of the model.
func (m *Model) Guard(src string, pos Pos) (Predicate, []Problem) {
	b := *m.built
	b.problems, b.used, b.making = nil, map[string]bool{}, map[string]bool{}
	g := b.guard(src, anyProcedure, pos)
	return Predicate{m, g}, b.problems
}
