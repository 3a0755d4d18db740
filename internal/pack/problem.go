package pack

import (
	"cmp"
	"fmt"
	"slices"

	"pana/internal/strict"
)

// Problem is one thing to mend in a pack. A warning does not stop the pack from
// loading or operating.
type Problem struct {
	Pos     Pos
	Code    string // stable: "reference.act"
	What    string
	Mend    string
	Warning bool
}

// String is "file:line: what: how to mend".
func (p Problem) String() string {
	s := fmt.Sprintf("%s:%d: ", p.Pos.File, p.Pos.Line)
	if p.Warning {
		s += "warning: "
	}
	s += p.What
	if p.Mend != "" {
		s += ": " + p.Mend
	}
	return s
}

// Errors counts the problems that are not warnings.
func Errors(problems []Problem) int {
	n := 0
	for _, p := range problems {
		if !p.Warning {
			n++
		}
	}
	return n
}

func fromStrict(ps []strict.Problem) []Problem {
	out := make([]Problem, len(ps))
	for i, p := range ps {
		out[i] = Problem{Pos: Pos{File: p.File, Line: p.Line}, Code: p.Code, What: p.What, Mend: p.Mend}
	}
	return out
}

// inOrder sorts by file and line and drops what is said twice.
func inOrder(ps []Problem) []Problem {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(ps)
}
