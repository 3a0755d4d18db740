package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
)

// Schema names the columns a guard may read and the values each can have. A
// nil list is any text; Bool and Number are the other two types.
type Schema map[string][]string

// Bool is a column that is true or false; it stands in a guard by itself.
var Bool = []string{"false", "true"}

// Number is a column that holds a whole number.
var Number = []string{"0", "1", "2", "…"}

// Guard is a compiled rule over columns: an access rule, a form's condition.
// It is safe to use from many goroutines.
type Guard struct {
	holds func(*frame) bool
	reads []string
}

// CompileGuard checks src against the columns and compiles it. Every problem
// has an empty Pos; the caller knows the file and line. A guard over columns
// has no clocks, rights or open questions. An empty src always holds.
func CompileGuard(src string, columns Schema) (Guard, []Problem) {
	if src == "" {
		return Guard{holds: func(*frame) bool { return true }}, nil
	}
	_, rule, u, problems := compileGuard(src, columnBinder(columns), Pos{})
	return Guard{rule.b, u.names}, problems
}

// Eval says whether the guard holds. A missing text is "", a missing bool is
// false, a missing number 0. It does not allocate.
func (g Guard) Eval(columns map[string]string) bool {
	if g.holds == nil {
		return false // the zero Guard, and one with problems, lets nothing through
	}
	f := columnFrames.Get().(*frame)
	f.cols = columns
	holds := g.holds(f)
	f.cols = nil
	columnFrames.Put(f)
	return holds
}

var columnFrames = sync.Pool{New: func() any { return new(frame) }}

// Reads are the columns the guard reads, in the order it names them.
func (g Guard) Reads() []string { return g.reads }

// compileGuard parses, checks and compiles; there is no rule when there are problems.
func compileGuard(src string, b binder, pos Pos) (Expr, operand, use, []Problem) {
	expr, err := parse(src)
	if err != nil {
		return nil, operand{}, use{}, []Problem{err.problem(src, pos)}
	}
	return compileExpr(src, expr, b, pos)
}

func compileExpr(src string, expr Expr, b binder, pos Pos) (Expr, operand, use, []Problem) {
	c := &compiler{binder: b}
	out := c.yesOrNo(expr)
	if len(c.use.questions) > maxGuardQuestions {
		c.failAt(expr, "guard.questions", fmt.Sprintf("hangs on %d questions of law", len(c.use.questions)), fmt.Sprintf("split it: at most %d in one guard", maxGuardQuestions))
	}
	if len(c.errors) == 0 {
		out.b = out.rule.compiled(out.b)
		return expr, out, c.use, nil
	}
	var problems []Problem
	for _, err := range c.errors {
		problems = append(problems, err.problem(src, pos))
	}
	return expr, operand{}, c.use, problems
}

func (e *guardError) problem(src string, pos Pos) Problem {
	return Problem{Pos: pos, Code: e.code, What: fmt.Sprintf("in the guard %s, at character %d: %s", short(src), e.at+1, e.what), Mend: e.mend}
}

func short(src string) string {
	if r := []rune(src); len(r) > 120 {
		src = string(r[:120]) + "…"
	}
	return strconv.Quote(src)
}

// columnBinder reads columns by name.
type columnBinder Schema

func (cols columnBinder) name(e *Name, u *use) (operand, *guardError) {
	name := e.Name
	set, ok := cols[name]
	if !ok {
		known := slices.Sorted(maps.Keys(cols))
		return operand{}, &guardError{e.Pos, "guard.unknown_name", fmt.Sprintf("nothing is called %q", name), didYouMean(name, known, "use a declared name")}
	}
	add(&u.names, name)
	switch {
	case slices.Equal(set, Bool):
		return operand{kind: boolean, slot: -1, name: name, b: func(f *frame) bool { return f.cols[name] == "true" }}, nil
	case slices.Equal(set, Number):
		return operand{kind: number, slot: -1, name: name, n: func(f *frame) int64 {
			n, err := strconv.ParseInt(f.cols[name], 10, 64)
			if err != nil {
				return 0
			}
			return n
		}}, nil
	}
	return operand{kind: text, slot: -1, name: name, set: set, s: func(f *frame) string { return f.cols[name] }}, nil
}

func (columnBinder) call(e *Call, _ *use) (operand, *guardError) {
	return operand{}, &guardError{e.Pos, "guard.no_law_here", e.Func + " has no meaning here", "only procedures have questions and rights"}
}

func (columnBinder) clock(e *ClockIs, _ *use) (operand, *guardError) {
	return operand{}, &guardError{e.Pos, "guard.no_law_here", "there are no clocks here", "only procedures have clocks"}
}
