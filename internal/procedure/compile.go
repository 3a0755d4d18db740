package procedure

import (
	"fmt"
	"slices"
	"strings"
)

// A guard is checked and turned into closures once, and then costs no memory
// and cannot fail: every name is a number, every value has its type.

// frame is what closures read: one byte for each fact and variable (an index
// into its values), one for each clock, one bit for each answer to a question
// of law. Guards over columns read cols instead.
type frame struct {
	vals    []uint8
	clocks  []uint8
	answers [maxQuestions / 64]uint64
	cols    map[string]string
}

// What a clock's byte says.
const (
	clockOff = iota
	clockRunning
	clockExpired
)

const (
	maxQuestions      = 256 // in a pack
	maxGuardQuestions = 10  // in one guard: it is evaluated under every answer
	maxHidden         = 256 // combinations of hidden facts in one guard
	maxValues         = 64  // of one fact or variable: sets of values are one word
)

func (f *frame) answer(q int) bool { return f.answers[q/64]>>(q%64)&1 != 0 }

func (f *frame) setAnswer(q int, yes bool) {
	if yes {
		f.answers[q/64] |= 1 << (q % 64)
	} else {
		f.answers[q/64] &^= 1 << (q % 64)
	}
}

type kind uint8

const (
	broken  kind = iota // already reported; says nothing more
	boolean             // true or false
	number              // a bounded whole number
	text                // one of the values of an enum, or of a column
)

func (k kind) String() string {
	return [...]string{"nothing", "a yes or no", "a number", "a value"}[k]
}

// operand is a checked expression. Only the closure of its kind is set.
type operand struct {
	kind kind
	b    func(*frame) bool
	n    func(*frame) int64
	s    func(*frame) string
	set  []string // of a text: what it can be; nil: anything
	slot int      // of a text read straight from a slot; -1 otherwise
	name string   // of a plain name, for messages
	lit  Expr     // of a literal
	rule *node    // of a yes or no, the same as b
}

// use is what a guard reads: by name directly, the rest also through derived
// names and entitlements.
type use struct {
	names     []string
	slots     []int
	hidden    []int // slots
	clocks    []int
	questions []int
}

func add[T comparable](list *[]T, items ...T) {
	for _, item := range items {
		if !slices.Contains(*list, item) {
			*list = append(*list, item)
		}
	}
}

// through takes over what something read, without its names.
func (u *use) through(o use) {
	add(&u.slots, o.slots...)
	add(&u.hidden, o.hidden...)
	add(&u.clocks, o.clocks...)
	add(&u.questions, o.questions...)
}

// binder knows the names a guard may use.
type binder interface {
	name(e *Name, u *use) (operand, *guardError)
	call(e *Call, u *use) (operand, *guardError)
	clock(e *ClockIs, u *use) (operand, *guardError)
}

// compiler checks one guard and keeps every error in it.
type compiler struct {
	binder
	use    use
	errors []*guardError
}

func (c *compiler) fail(err *guardError) operand {
	c.errors = append(c.errors, err)
	return operand{}
}

func (c *compiler) failAt(e Expr, code, what, mend string) operand {
	return c.fail(&guardError{e.At(), code, what, mend})
}

func (c *compiler) expr(e Expr) operand {
	switch e := e.(type) {
	case *StringLit:
		value := e.Value
		return operand{kind: text, s: func(*frame) string { return value }, set: []string{value}, slot: -1, lit: e}
	case *IntLit:
		value := e.Value
		return operand{kind: number, n: func(*frame) int64 { return value }, slot: -1, lit: e}
	case *BoolLit:
		value := e.Value
		o := yesNo(func(*frame) bool { return value })
		o.lit, o.rule = e, &node{op: map[bool]nodeOp{true: allNode, false: anyNode}[value]}
		return o
	case *Name:
		return c.bound(c.name(e, &c.use))
	case *Call:
		return c.bound(c.call(e, &c.use))
	case *ClockIs:
		return c.bound(c.clock(e, &c.use))
	case *Not:
		x := c.yesOrNo(e.X)
		if x.b == nil {
			return operand{}
		}
		return x.not()
	case *Binary:
		return c.binary(e)
	case *Cond:
		return c.cond(e)
	}
	return c.failAt(e, "guard.list", "a list stands alone", `write: name in ["one", "other"]`)
}

func (c *compiler) bound(o operand, err *guardError) operand {
	if err != nil {
		return c.fail(err)
	}
	return o
}

func yesNo(b func(*frame) bool) operand { return ruled(b, asking(b)) }

// ruled is a yes or no that is known as a tree of tests too.
func ruled(b func(*frame) bool, rule *node) operand {
	return operand{kind: boolean, b: b, slot: -1, rule: rule}
}

func (o operand) not() operand {
	b := o.b
	return ruled(func(f *frame) bool { return !b(f) }, o.rule.not())
}

// boolean compiles what has to be a yes or no; nil when it is not.
func (c *compiler) boolean(e Expr) func(*frame) bool { return c.yesOrNo(e).b }

func (c *compiler) yesOrNo(e Expr) operand {
	o := c.expr(e)
	if o.kind != boolean && o.kind != broken {
		mend := "compare it with something"
		if len(o.set) > 0 && o.lit == nil {
			mend = fmt.Sprintf("write %s == %q", e, o.set[0])
		}
		c.failAt(e, "guard.type", fmt.Sprintf("%s is %s, not a yes or no", e, o.kind), mend)
	}
	if o.rule == nil {
		o.rule = asking(o.b)
	}
	return o
}

func (c *compiler) binary(e *Binary) operand {
	switch e.Op {
	case OpAnd, OpOr:
		left, right := c.yesOrNo(e.L), c.yesOrNo(e.R)
		l, r := left.b, right.b
		if l == nil || r == nil {
			return operand{}
		}
		if e.Op == OpAnd {
			return ruled(func(f *frame) bool { return l(f) && r(f) }, joined(allNode, left.rule, right.rule))
		}
		return ruled(func(f *frame) bool { return l(f) || r(f) }, joined(anyNode, left.rule, right.rule))
	case OpIn:
		return c.in(e)
	}
	l, r := c.expr(e.L), c.expr(e.R)
	if l.kind == broken || r.kind == broken {
		return operand{}
	}
	if l.kind != r.kind {
		return c.failAt(e.R, "guard.type", fmt.Sprintf("%s is %s and %s is %s", e.L, l.kind, e.R, r.kind), "compare like with like")
	}
	switch e.Op {
	case OpLess, OpLeq:
		return c.less(e, l, r)
	case OpNe:
		o := c.equal(e, l, r)
		if o.kind == broken {
			return o
		}
		return o.not()
	}
	return c.equal(e, l, r)
}

func (c *compiler) less(e *Binary, l, r operand) operand {
	if l.kind != number {
		return c.failAt(e, "guard.type", fmt.Sprintf("%s has no order", e.L), `list the values: name in ["one", "other"]`)
	}
	a, b := l.n, r.n
	if e.Op == OpLess {
		return yesNo(func(f *frame) bool { return a(f) < b(f) })
	}
	return yesNo(func(f *frame) bool { return a(f) <= b(f) })
}

func (c *compiler) equal(e *Binary, l, r operand) operand {
	switch l.kind {
	case number:
		a, b := l.n, r.n
		return yesNo(func(f *frame) bool { return a(f) == b(f) })
	case boolean:
		a, b := l.b, r.b
		return yesNo(func(f *frame) bool { return a(f) == b(f) })
	}
	if l.lit != nil && r.lit == nil {
		l, r = r, l
	}
	if value, ok := r.lit.(*StringLit); ok {
		return c.oneOf(e, l, []Expr{value})
	}
	if l.set != nil && r.set != nil && !slices.ContainsFunc(l.set, func(v string) bool { return slices.Contains(r.set, v) }) {
		return c.failAt(e, "guard.never_equal", fmt.Sprintf("%s and %s share no value", e.L, e.R), "compare with one of: "+strings.Join(l.set, ", "))
	}
	a, b := l.s, r.s
	return yesNo(func(f *frame) bool { return a(f) == b(f) })
}

func (c *compiler) in(e *Binary) operand {
	l := c.expr(e.L)
	list, ok := e.R.(*ListLit)
	if !ok {
		return c.failAt(e.R, "guard.list", "in wants a list", `write: name in ["one", "other"]`)
	}
	if len(list.Items) == 0 {
		return c.failAt(list, "guard.list", "the list is empty, so nothing is in it", "list the values, or write false")
	}
	switch l.kind {
	case broken:
		return operand{}
	case text:
		return c.oneOf(e, l, list.Items)
	case number:
		return c.oneNumberOf(e, l, list.Items)
	}
	return c.failAt(e.L, "guard.type", fmt.Sprintf("%s is %s", e.L, l.kind), "only values and numbers are in lists")
}

// oneOf is l == value, and l in [values].
func (c *compiler) oneOf(e *Binary, l operand, items []Expr) operand {
	var values []string
	for _, item := range items {
		lit, ok := item.(*StringLit)
		if !ok {
			return c.failAt(item, "guard.type", fmt.Sprintf("%s is a value and %s is not", e.L, item), "put it in quotation marks")
		}
		if l.set != nil && !slices.Contains(l.set, lit.Value) {
			subject := "this"
			if l.name != "" {
				subject = l.name
			}
			return c.failAt(item, "guard.unknown_value", fmt.Sprintf("%s is never %q", subject, lit.Value),
				didYouMean(lit.Value, l.set, "it is one of: "+strings.Join(l.set, ", ")))
		}
		values = append(values, lit.Value)
	}
	if l.slot >= 0 {
		return inMask(l.slot, l.set, values)
	}
	s := l.s
	if len(values) == 1 {
		value := values[0]
		return yesNo(func(f *frame) bool { return s(f) == value })
	}
	return yesNo(func(f *frame) bool { return slices.Contains(values, s(f)) })
}

// inMask is the guard most guards are made of: one load, one shift.
func inMask(slot int, all, values []string) operand {
	var mask uint64
	for i, v := range all {
		if slices.Contains(values, v) {
			mask |= 1 << i
		}
	}
	return ruled(func(f *frame) bool { return mask>>f.vals[slot]&1 != 0 }, oneOfMask(fromSlot, slot, mask))
}

func (c *compiler) oneNumberOf(e *Binary, l operand, items []Expr) operand {
	var values []int64
	for _, item := range items {
		lit, ok := item.(*IntLit)
		if !ok {
			return c.failAt(item, "guard.type", fmt.Sprintf("%s is a number and %s is not", e.L, item), "remove the quotation marks")
		}
		values = append(values, lit.Value)
	}
	n := l.n
	return yesNo(func(f *frame) bool { return slices.Contains(values, n(f)) })
}

func (c *compiler) cond(e *Cond) operand {
	test, a, b := c.boolean(e.If), c.expr(e.Then), c.expr(e.Else)
	if test == nil || a.kind == broken || b.kind == broken {
		return operand{}
	}
	if a.kind != b.kind {
		return c.failAt(e.Else, "guard.type", fmt.Sprintf("%s is %s and %s is %s", e.Then, a.kind, e.Else, b.kind), "make both the same")
	}
	switch a.kind {
	case number:
		x, y := a.n, b.n
		return operand{kind: number, slot: -1, n: func(f *frame) int64 {
			if test(f) {
				return x(f)
			}
			return y(f)
		}}
	case text:
		x, y := a.s, b.s
		var set []string
		if a.set != nil && b.set != nil {
			add(&set, a.set...)
			add(&set, b.set...)
		}
		return operand{kind: text, slot: -1, set: set, s: func(f *frame) string {
			if test(f) {
				return x(f)
			}
			return y(f)
		}}
	}
	x, y := a.b, b.b
	return yesNo(func(f *frame) bool {
		if test(f) {
			return x(f)
		}
		return y(f)
	})
}
