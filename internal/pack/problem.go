package pack

import (
	"cmp"
	"slices"

	"pana/internal/procedure"
	"pana/internal/strict"
)

// Problem is one thing to mend in a pack, as the engine says it: "file:line:
// what: how to mend". A warning does not stop the pack from loading.
type Problem = procedure.Problem

// Errors are the problems that are not warnings.
func Errors(problems []Problem) []Problem { return procedure.Errors(problems) }

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
