package procedure

import (
	"strconv"
	"strings"
)

// Expr is a guard as written, for those who turn it into something else: access
// makes a Scope of it, the checker a formula. It is one of the types below.
type Expr interface {
	// At is the byte in the source where it begins.
	At() int
	// String writes it in canonical form, which is also CEL: every argument
	// quoted, parentheses only where needed. (CEL keeps has("x") for a macro of
	// its own; who hands a guard to CEL declares that function by another name.)
	String() string
}

// Op is a relation or a connective.
type Op string

const (
	OpAnd  Op = "&&"
	OpOr   Op = "||"
	OpEq   Op = "=="
	OpNe   Op = "!="
	OpLess Op = "<"
	OpLeq  Op = "<="
	OpIn   Op = "in"
)

type (
	// StringLit is "presumed".
	StringLit struct {
		Pos   int
		Value string
	}
	// IntLit is 3.
	IntLit struct {
		Pos   int
		Value int64
	}
	// BoolLit is true or false.
	BoolLit struct {
		Pos   int
		Value bool
	}
	// ListLit stands only on the right of in.
	ListLit struct {
		Pos   int
		Items []Expr
	}
	// Name is a fact, a variable, a derived name or a column.
	Name struct {
		Pos  int
		Name string
	}
	// Call is unknown("q"), has("right") or has("right", "giver").
	Call struct {
		Pos  int
		Func string
		Args []string
	}
	// ClockIs is clock("id").running, .expired or .off.
	ClockIs struct {
		Pos   int
		ID    string
		State string
	}
	// Not turns a boolean round.
	Not struct {
		Pos int
		X   Expr
	}
	// Binary joins two.
	Binary struct {
		Pos  int // of the operator
		Op   Op
		L, R Expr
	}
	// Cond is If ? Then : Else.
	Cond struct {
		Pos            int
		If, Then, Else Expr
	}
)

func (e *StringLit) At() int { return e.Pos }
func (e *IntLit) At() int    { return e.Pos }
func (e *BoolLit) At() int   { return e.Pos }
func (e *ListLit) At() int   { return e.Pos }
func (e *Name) At() int      { return e.Pos }
func (e *Call) At() int      { return e.Pos }
func (e *ClockIs) At() int   { return e.Pos }
func (e *Not) At() int       { return e.Pos }
func (e *Binary) At() int    { return e.L.At() }
func (e *Cond) At() int      { return e.If.At() }

func (e *StringLit) String() string { return `"` + e.Value + `"` }
func (e *IntLit) String() string    { return strconv.FormatInt(e.Value, 10) }
func (e *BoolLit) String() string   { return strconv.FormatBool(e.Value) }
func (e *Name) String() string      { return e.Name }
func (e *ClockIs) String() string   { return `clock("` + e.ID + `").` + e.State }

func (e *ListLit) String() string {
	items := make([]string, len(e.Items))
	for i, x := range e.Items {
		items[i] = x.String()
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func (e *Call) String() string {
	return e.Func + `("` + strings.Join(e.Args, `", "`) + `")`
}

func (e *Not) String() string { return "!" + within(e.X, levelUnary) }

func (e *Binary) String() string {
	level := levelOf(e)
	return within(e.L, level) + " " + string(e.Op) + " " + within(e.R, level+1)
}

func (e *Cond) String() string {
	return within(e.If, levelOr) + " ? " + within(e.Then, levelOr) + " : " + within(e.Else, levelCond)
}

// How tightly each form binds, as in CEL.
const (
	levelCond = iota
	levelOr
	levelAnd
	levelRelation
	levelUnary
	levelAtom
)

func levelOf(e Expr) int {
	switch e := e.(type) {
	case *Cond:
		return levelCond
	case *Binary:
		return opLevel(e.Op)
	case *Not:
		return levelUnary
	}
	return levelAtom
}

func opLevel(op Op) int {
	switch op {
	case OpOr:
		return levelOr
	case OpAnd:
		return levelAnd
	}
	return levelRelation
}

func within(e Expr, level int) string {
	if levelOf(e) < level {
		return "(" + e.String() + ")"
	}
	return e.String()
}

// Walk visits e and everything in it, outermost first.
func Walk(e Expr, visit func(Expr)) {
	if e == nil {
		return
	}
	visit(e)
	switch e := e.(type) {
	case *Not:
		Walk(e.X, visit)
	case *Binary:
		Walk(e.L, visit)
		Walk(e.R, visit)
	case *Cond:
		Walk(e.If, visit)
		Walk(e.Then, visit)
		Walk(e.Else, visit)
	case *ListLit:
		for _, x := range e.Items {
			Walk(x, visit)
		}
	}
}

// conjuncts are the parts of e that all have to hold, in order.
func conjuncts(e Expr) []Expr {
	if b, ok := e.(*Binary); ok && b.Op == OpAnd {
		return append(conjuncts(b.L), conjuncts(b.R)...)
	}
	return []Expr{e}
}
