package procedure

import (
	"fmt"
	"slices"
	"time"
)

// modelBinder knows the names a guard of one procedure may read: every fact,
// its own variables and derived names, and what other procedures export.
type modelBinder struct {
	*builder
	procedure string
}

// anyProcedure reads everything: duties to inform and the desk ask across
// procedures; what a worker may see of the answer is for access.
const anyProcedure = "*"

func (b modelBinder) name(e *Name, u *use) (operand, *guardError) {
	add(&u.names, e.Name)
	if i, ok := b.slot(e.Name); ok {
		s := &b.slots[i]
		if s.fact == nil {
			if err := b.mayRead(e, s.procedure); err != nil {
				return operand{}, err
			}
		}
		add(&u.slots, i)
		if s.fact != nil && s.fact.Hidden {
			add(&u.hidden, i)
		}
		return slotOperand(i, s), nil
	}
	if i := slices.IndexFunc(b.spec.Derived, func(d Derived) bool { return d.Name == e.Name }); i >= 0 {
		d := b.spec.Derived[i]
		if err := b.mayRead(e, d.Procedure); err != nil {
			return operand{}, err
		}
		g, err := b.derivedAt(d, e.Pos)
		if err != nil {
			return operand{}, err
		}
		u.through(g.use)
		return ruled(g.holds, g.node()), nil
	}
	return operand{}, &guardError{e.Pos, "guard.unknown_name", fmt.Sprintf("nothing is called %q", e.Name),
		didYouMean(e.Name, b.known(), "declare it under facts, vars or derived")}
}

func (b *builder) known() []string {
	names := b.Names()
	for _, d := range b.spec.Derived {
		names = append(names, d.Name)
	}
	return names
}

func (b modelBinder) mayRead(e *Name, owner string) *guardError {
	if owner == "" || owner == b.procedure || b.procedure == anyProcedure || b.exported[owner+" "+e.Name] {
		return nil
	}
	return &guardError{e.Pos, "guard.not_exported", fmt.Sprintf("%q belongs to the procedure %q, which does not export it", e.Name, owner), "add it to that procedure's exports"}
}

func slotOperand(i int, s *slot) operand {
	o := operand{kind: s.kind, slot: -1, name: s.name}
	switch s.kind {
	case boolean:
		is := inMask(i, s.values, []string{"true"})
		o.b, o.rule = is.b, is.rule
	case number:
		numbers := s.numbers
		o.n = func(f *frame) int64 { return numbers[f.vals[i]] }
	default:
		values := s.values
		o.slot, o.set = i, values
		o.s = func(f *frame) string { return values[f.vals[i]] }
	}
	return o
}

func (b modelBinder) call(e *Call, u *use) (operand, *guardError) {
	if e.Func == "unknown" {
		b.used[e.Args[0]] = true
		q := slices.Index(b.questions, e.Args[0])
		if q < 0 || q >= maxQuestions {
			return operand{}, &guardError{e.Pos, "guard.unknown_question", fmt.Sprintf("no question is called %q", e.Args[0]), didYouMean(e.Args[0], b.questions, "declare it under questions")}
		}
		add(&u.questions, q)
		return ruled(func(f *frame) bool { return f.answer(q) }, oneOfMask(fromAnswer, q, 0)), nil
	}
	return b.has(e, u)
}

// has is the entitlements in force that give a right, any of them.
func (b modelBinder) has(e *Call, u *use) (operand, *guardError) {
	var known, givers []string
	var guards []*guard
	for i := range b.spec.Entitlements {
		ent := &b.spec.Entitlements[i]
		add(&known, ent.Gives)
		if ent.Gives != e.Args[0] {
			continue
		}
		add(&givers, ent.giver())
		if len(e.Args) == 2 && ent.giver() != e.Args[1] {
			continue
		}
		g := b.right(ent)
		if b.inForce(ent.Dates, ent.Overlay) {
			u.through(g.use)
			guards = append(guards, g)
		}
	}
	if len(givers) == 0 {
		return operand{}, &guardError{e.Pos, "guard.unknown_right", fmt.Sprintf("no entitlement gives %q", e.Args[0]), didYouMean(e.Args[0], known, "declare an entitlement that gives it")}
	}
	if len(e.Args) == 2 && !slices.Contains(givers, e.Args[1]) {
		return operand{}, &guardError{e.Pos, "guard.unknown_giver", fmt.Sprintf("%q is not given by %q", e.Args[0], e.Args[1]), didYouMean(e.Args[1], givers, fmt.Sprintf("it is given by: %v", givers))}
	}
	rule := &node{op: anyNode}
	for _, g := range guards {
		rule.kids = append(rule.kids, g.node())
	}
	return ruled(func(f *frame) bool {
		for _, g := range guards {
			if g.holds(f) {
				return true
			}
		}
		return false
	}, rule), nil
}

// giver is who gives it, as has names it.
func (e *Entitlement) giver() string {
	if e.Class != "" {
		return e.Class
	}
	return e.Procedure
}

func (b modelBinder) clock(e *ClockIs, u *use) (operand, *guardError) {
	i := slices.IndexFunc(b.clocks, func(c clock) bool { return c.ID == e.ID })
	if i < 0 {
		return operand{}, &guardError{e.Pos, "guard.unknown_clock", fmt.Sprintf("no clock is called %q", e.ID), didYouMean(e.ID, b.clockIDs(), "declare it under clocks")}
	}
	owner := b.clocks[i].Procedure
	if owner != "" && owner != b.procedure && b.procedure != anyProcedure && !b.exported[owner+" "+e.ID] {
		return operand{}, &guardError{e.Pos, "guard.not_exported", fmt.Sprintf("the clock %q belongs to the procedure %q, which does not export it", e.ID, owner), "add it to that procedure's exports"}
	}
	add(&u.clocks, i)
	want := map[string]uint8{"off": clockOff, "running": clockRunning, "expired": clockExpired}[e.State]
	return ruled(func(f *frame) bool { return f.clocks[i] == want }, oneOfMask(fromClock, i, 1<<want)), nil
}

func (b *builder) clockIDs() []string {
	out := make([]string, len(b.clocks))
	for i := range b.clocks {
		out[i] = b.clocks[i].ID
	}
	return out
}

// derivedGuard compiles a derived name unless that was done.
func (b *builder) derivedGuard(d Derived) { _, _ = b.derivedAt(d, 0) }

func (b *builder) derivedAt(d Derived, at int) (*guard, *guardError) {
	if g, ok := b.derived[d.Name]; ok {
		return g, nil
	}
	if b.making[d.Name] {
		return nil, &guardError{at, "guard.circle", fmt.Sprintf("%q is defined by itself", d.Name), "break the circle"}
	}
	b.making[d.Name] = true
	g := b.guard(d.When, d.Procedure, d.Pos)
	delete(b.making, d.Name)
	b.derived[d.Name] = g
	return g, nil
}

// Predicate is a rule over situations compiled against a model: a duty's
// condition, a page's.
type Predicate struct {
	model *Model
	guard *guard
}

// Eval is the answer under every reading of the open questions of law.
func (p Predicate) Eval(s Situation, at time.Time) Truth {
	return p.guard.truth(p.model.frame(s, at))
}

// Reads are the names the predicate reads.
func (p Predicate) Reads() []string { return p.guard.use.names }
