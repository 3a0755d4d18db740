package procedure

import "slices"

// Anatomy lays a compiled model open for the checker: the same closures that the
// engine runs, over numbered facts, variables, clocks and questions. Nothing in
// it can be changed.
type Anatomy struct {
	Slots     []SlotPart
	Clocks    []ClockPart
	Steps     []StepPart // in force, irregular ones too: the checker knows they are not law
	Assume    []Rule
	Orders    []OrderPart // that bind: both clocks in force, and as the law has them
	Questions []string
	// Bars and Entitlements in force, for who asks what the elements state.
	Bars         []Bar
	Entitlements []Entitlement
}

// SlotPart is a fact or a variable, by its number in a View.
type SlotPart struct {
	Pos       Pos // where it is declared; nowhere for a count of rounds
	Name      string
	Procedure string
	Values    []string
	Fact      *Fact // nil for a variable
	// Start are the values a search starts from: all of a fact's.
	Start []uint8
	// Ages are the values in the order in which time passes through them; nil
	// unless the fact comes from the birth date.
	Ages []uint8
}

// ClockPart is a clock; one that is not in force is off for ever.
type ClockPart struct {
	*Clock
	InForce                  bool
	Length, Extend           Length
	Starts, Stops, Suspended *Rule // nil: no such condition
}

// StepPart is a step as the engine takes it. Guard holds the conjuncts of its
// guard, whether it exists and the rounds left included; Bars are those of level
// bar that bind it and have to be false. A bar of level hold is no law and is
// not here.
type StepPart struct {
	*Step
	Guard                  []Rule
	Bars                   []BarPart
	Must                   *Rule // nil: always owed, if Force is Must
	Sets                   []SetPart
	Starts, Stops, Extends []int
	// Rounds is the slot that counts rounds, -1 for none; Resets and Offs are
	// what a new round puts back and turns off before Sets.
	Rounds int
	Resets []SetPart
	Offs   []int
}

// SetPart is a slot and the value it gets.
type SetPart struct {
	Slot  int
	Value uint8
}

// BarPart is a bar that binds a step.
type BarPart struct {
	*Bar
	When Rule
}

// Anatomy lays the model open.
func (m *Model) Anatomy() *Anatomy {
	a := &Anatomy{Questions: m.questions}
	for i := range m.slots {
		a.Slots = append(a.Slots, m.slotPart(&m.slots[i]))
	}
	for i := range m.clocks {
		c := &m.clocks[i]
		a.Clocks = append(a.Clocks, ClockPart{&c.Clock, c.inForce, c.length, c.extend, m.optional(c.starts), m.optional(c.stops), m.optional(c.suspended)})
	}
	for i := range m.steps {
		a.Steps = append(a.Steps, m.stepPart(&m.steps[i]))
	}
	for i := range m.bars {
		a.Bars = append(a.Bars, m.bars[i].Bar)
	}
	for i := range m.entitlements {
		a.Entitlements = append(a.Entitlements, m.entitlements[i].Entitlement)
	}
	for _, assumed := range m.built.spec.Assume {
		if r, problems := m.Rule(assumed.When, assumed.Pos); len(problems) == 0 {
			a.Assume = append(a.Assume, r)
		}
	}
	for i := range m.built.spec.Orders {
		if o := &m.built.spec.Orders[i]; m.built.orders(o) {
			a.Orders = append(a.Orders, OrderPart{o, m.built.clockIndex(o.First), m.built.clockIndex(o.Then)})
		}
	}
	return a
}

func (m *Model) slotPart(s *slot) SlotPart {
	p := SlotPart{Name: s.name, Procedure: s.procedure, Values: s.values, Fact: s.fact, Start: []uint8{s.initial}}
	if s.fact != nil {
		p.Pos, p.Procedure = s.fact.Pos, s.fact.Procedure
		p.Start = p.Start[:0]
		for v := range s.values {
			p.Start = append(p.Start, uint8(v))
		}
		if s.fact.From == FromBirthDate {
			p.Ages = ages(s.values)
		}
		return p
	}
	for _, v := range m.built.spec.Vars {
		if v.Name == s.name {
			p.Pos, p.Start = v.Pos, p.Start[:0]
			for _, start := range v.Start {
				p.Start = append(p.Start, uint8(slices.Index(s.values, start)))
			}
		}
	}
	return p
}

// ages orders values of the form under_N by N and puts the one without a bound
// last, as AgeBand reads them.
func ages(values []string) []uint8 {
	bound := func(v uint8) int {
		if n, ok := underAge(values[v]); ok {
			return n
		}
		return 1 << 30
	}
	out := make([]uint8, len(values))
	for v := range values {
		out[v] = uint8(v)
	}
	slices.SortStableFunc(out, func(x, y uint8) int { return bound(x) - bound(y) })
	return out
}

func (m *Model) stepPart(st *step) StepPart {
	p := StepPart{Step: &st.Step, Must: m.optional(st.must), Starts: st.starts, Stops: st.stops, Extends: st.extends, Offs: st.offs, Rounds: -1}
	for _, part := range st.parts {
		p.Guard = append(p.Guard, Rule{m, part.guard})
	}
	for _, i := range st.bars {
		p.Bars = append(p.Bars, BarPart{&m.bars[i].Bar, Rule{m, m.bars[i].when}})
	}
	for _, set := range st.sets {
		i, _ := m.slot(set.name)
		p.Sets = append(p.Sets, SetPart{i, uint8(slices.Index(m.slots[i].values, set.value))})
	}
	for _, name := range st.resets {
		i, _ := m.slot(name)
		p.Resets = append(p.Resets, SetPart{i, m.slots[i].initial})
	}
	if st.rounds != "" {
		p.Rounds, _ = m.slot(st.rounds)
	}
	return p
}

// QuestionOf is the question that a part of an adverse step, or a length, is:
// unknown(q).
func QuestionOf(s string) (question string, ok bool) { return asQuestion(s) }

func (m *Model) optional(g *guard) *Rule {
	if g == nil {
		return nil
	}
	return &Rule{m, g}
}

// Rule is a guard, for who evaluates it on values of their own choice: of hidden
// facts and of the answers to open questions too.
type Rule struct {
	model *Model
	guard *guard
}

// Rule compiles a rule that may read every name of the model, as Guard does.
func (m *Model) Rule(src string, pos Pos) (Rule, []Problem) {
	p, problems := m.Guard(src, pos)
	return Rule{m, p.guard}, problems
}

// Source is the rule as written.
func (r Rule) Source() string { return r.guard.src }

// Slots, Clocks and Questions are the numbers of what it reads, through derived
// names and entitlements too.
func (r Rule) Slots() []int     { return r.guard.use.slots }
func (r Rule) Clocks() []int    { return r.guard.use.clocks }
func (r Rule) Questions() []int { return r.guard.use.questions }

// Same says whether two rules are the same guard, compiled once.
func (r Rule) Same(o Rule) bool { return r.guard == o.guard }

// Holds says whether the rule holds of the view. It does not allocate.
func (r Rule) Holds(v *View) bool { return r.guard.holds(&v.frame) }

// View is what rules read, one byte a slot and a clock, one bit a question. It
// is for one goroutine.
type View struct{ frame frame }

// NewView is a view on which every slot has its first value, no clock runs and
// no question is answered yes.
func (m *Model) NewView() *View {
	return &View{frame{vals: make([]uint8, len(m.slots)), clocks: make([]uint8, len(m.clocks))}}
}

// Set puts a value in a slot; Clock one of the bytes below; Answer answers a
// question.
func (v *View) Set(slot int, value uint8)   { v.frame.vals[slot] = value }
func (v *View) Clock(clock int, at uint8)   { v.frame.clocks[clock] = at }
func (v *View) Answer(question int, y bool) { v.frame.setAnswer(question, y) }

// What a clock's byte says in a View.
const (
	OffByte     = clockOff
	RunningByte = clockRunning
	ExpiredByte = clockExpired
)

// Connective says how a rule is made of others.
type Connective uint8

// A Leaf has no parts; AllOf and AnyOf have any number, NotOf one.
const (
	Leaf Connective = iota
	AllOf
	AnyOf
	NotOf
)

// Split takes a rule apart, through derived names and rights, so that one that
// reads too much for a table can be tabulated in parts. Its parts are compiled
// like any guard.
func (r Rule) Split() (Connective, []Rule) {
	if r.guard.expr == nil {
		return Leaf, nil
	}
	switch e := r.guard.expr.(type) {
	case *Not:
		return NotOf, r.parts(e.X)
	case *Binary:
		switch e.Op {
		case OpAnd:
			return AllOf, r.parts(e.L, e.R)
		case OpOr:
			return AnyOf, r.parts(e.L, e.R)
		}
	case *Cond:
		return AnyOf, r.parts(&Binary{Op: OpAnd, L: e.If, R: e.Then}, &Binary{Op: OpAnd, L: &Not{X: e.If}, R: e.Else})
	case *Name:
		if g := r.model.derived[e.Name]; g != nil {
			return AllOf, []Rule{{r.model, g}}
		}
	case *Call:
		if e.Func == "has" {
			return AnyOf, r.model.givers(e)
		}
	}
	return Leaf, nil
}

func (r Rule) parts(exprs ...Expr) []Rule {
	b := *r.model.built
	b.problems, b.used, b.making = nil, map[string]bool{}, map[string]bool{}
	var out []Rule
	for _, e := range exprs {
		out = append(out, Rule{r.model, b.guardOf(e.String(), e, anyProcedure, Pos{})})
	}
	return out
}

// givers are the entitlements in force that has() speaks of.
func (m *Model) givers(e *Call) []Rule {
	var out []Rule
	for i := range m.entitlements {
		ent := &m.entitlements[i]
		if ent.Gives == e.Args[0] && (len(e.Args) == 1 || ent.giver() == e.Args[1]) {
			out = append(out, Rule{m, ent.when})
		}
	}
	return out
}
