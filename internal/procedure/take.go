package procedure

import (
	"iter"
	"slices"
	"time"
)

// Next is every step in force, in the pack's order, with whether it may happen
// at that time and why not.
func (m *Model) Next(s Situation, at time.Time) []Offer {
	f := m.frame(s, at)
	out := make([]Offer, len(m.steps))
	for i := range m.steps {
		out[i] = m.offer(&m.steps[i], f)
	}
	return out
}

// Choice is some of a model's steps, chosen once for all the files that are asked.
type Choice struct{ steps []int }

// Choose chooses, of the steps that somebody can owe or think of in time, those of
// which says yes.
func (m *Model) Choose(of func(*Step) bool) Choice {
	var c Choice
	for i := range m.steps {
		st := &m.steps[i]
		if (st.Force == Must || st.Force == Own || st.Force == May) && !st.Irregular && of(&st.Step) {
			c.steps = append(c.steps, i)
		}
	}
	return c
}

// Reading is a situation read once, of which several things are asked.
type Reading struct {
	m *Model
	f *frame
}

// Reading reads a situation as it stands at a time.
func (m *Model) Reading(s Situation, at time.Time) Reading { return Reading{m, m.frame(s, at)} }

// Owed is Next for the must steps chosen that are owed, or may be, and not closed; and
// for the person's own steps and the powers (may) chosen, while they are open: nobody
// owes those, and somebody has to think of them in time. Of a hundred steps that is a
// handful, and every file that is read asks it.
func (r Reading) Owed(chosen Choice) []Offer {
	var out []Offer
	for _, i := range chosen.steps {
		st := &r.m.steps[i]
		if st.Force == Must && st.owed(r.f) == False || allTruth(st.whole, st.alone, r.f) == False {
			continue
		}
		out = append(out, r.m.offer(st, r.f))
	}
	return out
}

// Offer is one step of Next; ok is false when no such step is in force.
func (m *Model) Offer(s Situation, id string, at time.Time) (o Offer, ok bool) {
	i, ok := m.stepIndex[id]
	if !ok {
		return Offer{}, false
	}
	return m.offer(&m.steps[i], m.frame(s, at)), true
}

func (m *Model) offer(st *step, f *frame) Offer {
	o := Offer{Step: &st.Step}
	if st.Irregular {
		o.State, o.Why = Closed, []Reason{{Code: "irregular", Basis: st.Basis}}
		return o
	}
	truth := allTruth(st.whole, st.alone, f)
	switch {
	case truth == False:
		o.State, o.Why = Closed, m.reasons(st, f, False)
		return o
	case truth == Depends:
		o.State, o.Why = Unclear, m.reasons(st, f, Depends)
		o.Questions = m.questionIDs(decidingAll(st.whole, st.alone, f))
		if st.against() {
			o.State = Held
		}
	default:
		o.State = Open
	}
	if why, questions := m.held(st, f); len(why) > 0 {
		o.State = Held
		o.Why = append(o.Why, why...)
		o.Questions = union(o.Questions, questions)
	}
	o.Owed = st.owed(f)
	return o
}

// against says that a step takes from the person: what is unclear about it is
// never read against them.
func (st *step) against() bool { return st.Adverse != nil || st.Effect == RemovalEffect }

// owed is whether a must step is owed; hidden facts are not known.
func (st *step) owed(f *frame) Truth {
	switch {
	case st.Force != Must:
		return False
	case st.must == nil:
		return True
	}
	return st.must.under(f, (*guard).known)
}

// reasons are the parts of the guard that have this answer, then the bars that
// stand: certainly for a closed step, under some answer for an unclear one.
func (m *Model) reasons(st *step, f *frame, want Truth) []Reason {
	var out []Reason
	for _, p := range st.parts {
		if p.guard.truth(f) == want {
			out = append(out, Reason{Guard: p.guard.src, Reads: p.guard.use.names, Code: p.code, Basis: st.Basis})
		}
	}
	standing := True
	if want == Depends {
		standing = Depends
	}
	for _, i := range st.bars {
		if m.bars[i].when.truth(f) == standing {
			out = append(out, m.bars[i].reason("bar"))
		}
	}
	if len(out) > 0 || want == Depends {
		return out
	}
	// No part fails by itself: those that hang on a question contradict.
	return m.reasons(st, f, Depends)
}

func (b *bar) reason(code string) Reason {
	return Reason{Guard: b.when.src, Reads: b.when.use.names, Bar: b.ID, Code: code, Basis: b.Basis}
}

// held are the holds on a step that its guard alone would allow: bars of level
// hold, and for a removal an open protection procedure, each if it stands under
// some answer.
func (m *Model) held(st *step, f *frame) ([]Reason, []string) {
	var why []Reason
	var questions []string
	for _, i := range st.holds {
		b := &m.bars[i]
		if b.when.truth(f) != False {
			why = append(why, b.reason("hold"))
			questions = union(questions, m.questionIDs(b.when.deciding(f)))
		}
	}
	if st.Effect == RemovalEffect && m.protection != nil && m.protection.truth(f) != False {
		why = append(why, Reason{Guard: ProtectionOpen, Reads: []string{ProtectionOpen}, Code: "hold"})
		questions = union(questions, m.questionIDs(m.protection.deciding(f)))
	}
	return why, questions
}

func union(a, b []string) []string {
	if len(b) == 0 {
		return a
	}
	out := append(slices.Clone(a), b...)
	slices.Sort(out)
	return slices.Compact(out)
}

// decidingAll is deciding over the whole guard, or part by part where it reads
// more questions than can be tried together.
func decidingAll(whole *guard, parts []*guard, f *frame) []int {
	if len(whole.use.questions) <= maxGuardQuestions {
		return whole.deciding(f)
	}
	var out []int
	for _, p := range parts {
		add(&out, p.deciding(f)...)
	}
	return out
}

// Take is the situation after a step, and what taking it was. It is total: what
// happened is applied whether or not it was allowed, since the record accepts
// what happened. A step that is not in force changes nothing and is a breach
// with the reason unknown_step. Judgement is on the situation before the step.
func (m *Model) Take(s Situation, id string, at time.Time) (Situation, Outcome) {
	return m.TakeWith(s, id, nil, at)
}

// TakeWith is Take of a step that also records facts, through its form. Facts
// this model does not have are left out.
func (m *Model) TakeWith(s Situation, id string, facts map[string]string, at time.Time) (Situation, Outcome) {
	i, ok := m.stepIndex[id]
	if !ok {
		return s, Outcome{Kind: Breach, Why: []Reason{{Code: "unknown_step"}}}
	}
	st, now := &m.steps[i], micros(at)
	s = m.settle(s, now)
	o := m.judge(st, m.frameOf(s, now))
	next := m.apply(st, m.record(s, facts), now)
	o.Sets = m.Changes(s, next)
	return next, o
}

func (m *Model) judge(st *step, f *frame) Outcome {
	offer := m.offer(st, f)
	o := Outcome{Why: offer.Why, Questions: offer.Questions}
	switch offer.State {
	case Open, Unclear:
		o.Kind = Lawful
	case Held:
		o.Kind = Unheld
	default:
		o.Kind = Breach
	}
	return o
}

// record keeps the facts and values this model knows.
func (m *Model) record(s Situation, values map[string]string) Situation {
	for name, value := range values {
		i, ok := m.slot(name)
		if ok && (value == "" && m.slots[i].fact != nil || slices.Contains(m.slots[i].values, value)) {
			s = s.with(name, value)
		}
	}
	return s
}

// apply sets what the step sets and starts and stops its clocks.
func (m *Model) apply(st *step, s Situation, at int64) Situation {
	if st.rounds != "" {
		s = m.newRound(st, s)
	}
	for _, p := range st.sets {
		s = s.with(p.name, p.value)
	}
	for _, c := range st.stops {
		s = m.stop(s, c)
	}
	for _, c := range st.starts {
		t := s.timer(m.clocks[c].ID)
		s = s.withTimer(timer{id: t.id, start: at, held: t.held})
	}
	for _, c := range st.extends {
		if t := s.timer(m.clocks[c].ID); t.start != 0 {
			t.extends++
			s = s.withTimer(t)
		}
	}
	return m.touch(s, at)
}

// touch looks at the clocks' conditions after a change.
func (m *Model) touch(s Situation, at int64) Situation {
	s.asOf = max(s.asOf, at)
	return m.conditions(s, at)
}

func (m *Model) stop(s Situation, c int) Situation {
	t := s.timer(m.clocks[c].ID)
	return s.withTimer(timer{id: t.id, held: t.held})
}

func (m *Model) newRound(st *step, s Situation) Situation {
	for _, name := range st.resets {
		i, _ := m.slot(name)
		s = s.with(name, m.slots[i].values[m.slots[i].initial])
	}
	for _, c := range st.offs {
		s = m.stop(s, c)
	}
	i, _ := m.slot(st.rounds)
	round := min(int(m.valueAt(i, s))+1, len(m.slots[i].values)-1)
	return s.with(st.rounds, m.slots[i].values[round])
}

// Record keeps facts, and variables of an occurrence that no step describes,
// and looks at the clocks' conditions. What the model does not know is left out.
func (m *Model) Record(s Situation, values map[string]string, at time.Time) Situation {
	now := micros(at)
	return m.touch(m.record(m.settle(s, now), values), now)
}

// Changes are the values that differ as the engine reads them, by name.
func (m *Model) Changes(before, after Situation) []Change {
	var out []Change
	for name := range differing(before.values, after.values) {
		i, ok := m.slot(name)
		if !ok {
			continue
		}
		values := m.slots[i].values
		if x, y := m.valueAt(i, before), m.valueAt(i, after); x != y {
			out = append(out, Change{name, values[x], values[y]})
		}
	}
	return out
}

// differing are the names under which two situations have not the same, sorted.
func differing(x, y []pair) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(x) > 0 || len(y) > 0 {
			switch {
			case len(x) > 0 && len(y) > 0 && x[0] == y[0]:
				x, y = x[1:], y[1:]
				continue
			case len(y) == 0 || len(x) > 0 && x[0].name < y[0].name:
				if !yield(x[0].name) {
					return
				}
				x = x[1:]
				continue
			}
			if !yield(y[0].name) {
				return
			}
			if len(x) > 0 && x[0].name == y[0].name {
				x = x[1:]
			}
			y = y[1:]
		}
	}
}
