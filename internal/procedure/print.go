package procedure

import (
	"slices"
	"strconv"
	"strings"
)

// Printer writes rules in another language from their text, not from what they
// were compiled to: so that another program can be asked whether the two mean
// the same. Each function writes one condition that language can test.
type Printer struct {
	Slot     func(slot int, oneOf []uint8) string
	Clock    func(clock int, is uint8) string
	Question func(question int) string

	And, Or, Not, True, False string
}

// Print is a rule in the printer's language.
func (r Rule) Print(p Printer) string {
	var parts []string
	for _, e := range r.texts() {
		parts = append(parts, print{r.model, p}.truth(e))
	}
	return p.join(p.And, p.True, parts)
}

// texts are the rule as written. One that stands for several, as a step's whole
// guard does, has no text of its own and is printed in parts.
func (r Rule) texts() []Expr {
	if r.guard.expr == nil {
		return nil
	}
	return []Expr{r.guard.expr}
}

func (p Printer) join(op, none string, parts []string) string {
	switch len(parts) {
	case 0:
		return p.wrap(none)
	case 1:
		return parts[0]
	}
	return p.wrap(strings.Join(parts, " "+op+" "))
}

func (p Printer) wrap(s string) string { return "(" + s + ")" }

// print is a printer that knows what names mean.
type print struct {
	m *Model
	Printer
}

// truth writes a yes or no.
func (p print) truth(e Expr) string {
	switch e := e.(type) {
	case *BoolLit:
		if e.Value {
			return p.wrap(p.True)
		}
		return p.wrap(p.False)
	case *Not:
		return p.wrap(p.Not + p.truth(e.X))
	case *Cond:
		test := p.truth(e.If)
		return p.either(p.both(test, p.truth(e.Then)), p.both(p.wrap(p.Not+test), p.truth(e.Else)))
	case *Binary:
		return p.binary(e)
	case *Name:
		return p.name(e)
	case *Call:
		return p.call(e)
	case *ClockIs:
		i := slices.IndexFunc(p.m.clocks, func(c clock) bool { return c.ID == e.ID })
		return p.Clock(i, map[string]uint8{"off": clockOff, "running": clockRunning, "expired": clockExpired}[e.State])
	}
	panic("procedure: a compiled guard has no such truth: " + e.String())
}

func (p print) both(x, y string) string   { return p.join(p.And, p.True, []string{x, y}) }
func (p print) either(x, y string) string { return p.join(p.Or, p.False, []string{x, y}) }

func (p print) name(e *Name) string {
	if i, ok := p.m.slot(e.Name); ok {
		return p.Slot(i, []uint8{uint8(slices.Index(p.m.slots[i].values, "true"))})
	}
	return p.truth(p.m.derived[e.Name].expr)
}

// call writes an open question, or the rights in force that give something.
func (p print) call(e *Call) string {
	if e.Func == "unknown" {
		return p.Question(slices.Index(p.m.questions, e.Args[0]))
	}
	var givers []string
	for _, r := range p.m.givers(e) {
		givers = append(givers, p.truth(r.guard.expr))
	}
	return p.join(p.Or, p.False, givers)
}

func (p print) binary(e *Binary) string {
	switch e.Op {
	case OpAnd:
		return p.both(p.truth(e.L), p.truth(e.R))
	case OpOr:
		return p.either(p.truth(e.L), p.truth(e.R))
	case OpIn:
		var right []option
		for _, item := range e.R.(*ListLit).Items {
			right = append(right, p.options(item)...)
		}
		return p.compare(p.options(e.L), right, func(x, y string) bool { return x == y })
	}
	if p.isTruth(e.L) {
		x, y := p.truth(e.L), p.truth(e.R)
		same := p.either(p.both(x, y), p.both(p.wrap(p.Not+x), p.wrap(p.Not+y)))
		if e.Op == OpNe {
			return p.wrap(p.Not + same)
		}
		return same
	}
	return p.compare(p.options(e.L), p.options(e.R), relations[e.Op])
}

var relations = map[Op]func(x, y string) bool{
	OpEq:   func(x, y string) bool { return x == y },
	OpNe:   func(x, y string) bool { return x != y },
	OpLess: func(x, y string) bool { return numberOf(x) < numberOf(y) },
	OpLeq:  func(x, y string) bool { return numberOf(x) <= numberOf(y) },
}

func numberOf(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic("procedure: a compiled guard orders what is no number: " + s)
	}
	return n
}

// isTruth says whether an expression is a yes or no rather than a value.
func (p print) isTruth(e Expr) bool {
	switch e := e.(type) {
	case *BoolLit, *Not, *Call, *ClockIs, *Binary:
		return true
	case *Cond:
		return p.isTruth(e.Then)
	case *Name:
		i, ok := p.m.slot(e.Name)
		return !ok || p.m.slots[i].kind == boolean
	}
	return false
}

// option is one value an expression can have, and when it has it: a slot has
// one of its values, or, with when set, a condition holds.
type option struct {
	value string
	slot  int // -1: none
	at    uint8
	when  string // empty: always
}

func (p print) options(e Expr) []option {
	switch e := e.(type) {
	case *StringLit:
		return []option{{value: e.Value, slot: -1}}
	case *IntLit:
		return []option{{value: strconv.FormatInt(e.Value, 10), slot: -1}}
	case *Name:
		i, _ := p.m.slot(e.Name)
		var out []option
		for v, value := range p.m.slots[i].values {
			out = append(out, option{value: value, slot: i, at: uint8(v)})
		}
		return out
	case *Cond:
		test := p.truth(e.If)
		return append(p.when(test, p.options(e.Then)), p.when(p.wrap(p.Not+test), p.options(e.Else))...)
	}
	panic("procedure: a compiled guard has no such value: " + e.String())
}

func (p print) when(test string, options []option) []option {
	for i := range options {
		if options[i].when != "" {
			test := p.both(test, options[i].when)
			options[i].when = test
			continue
		}
		options[i].when = test
	}
	return options
}

// compare holds when some pair of options that are so stand in the relation.
// Values of one slot are gathered into one condition.
func (p print) compare(left, right []option, holds func(x, y string) bool) string {
	var out []string
	for _, y := range right {
		gathered := map[int][]uint8{}
		var order []int
		for _, x := range left {
			if !holds(x.value, y.value) {
				continue
			}
			if x.slot >= 0 && x.when == "" {
				if gathered[x.slot] == nil {
					order = append(order, x.slot)
				}
				gathered[x.slot] = append(gathered[x.slot], x.at)
				continue
			}
			out = append(out, p.join(p.And, p.True, p.conditions(x, y)))
		}
		for _, slot := range order {
			out = append(out, p.join(p.And, p.True, append([]string{p.Slot(slot, gathered[slot])}, p.conditions(y)...)))
		}
	}
	return p.join(p.Or, p.False, out)
}

func (p print) conditions(options ...option) []string {
	var out []string
	for _, o := range options {
		if o.slot >= 0 {
			out = append(out, p.Slot(o.slot, []uint8{o.at}))
		}
		if o.when != "" {
			out = append(out, o.when)
		}
	}
	return out
}
