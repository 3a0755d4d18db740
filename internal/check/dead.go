package check

import (
	"cmp"
	"fmt"
	"slices"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// Dead reports the steps that no situation allows and the values that nothing
// reaches in any column of the matrix, each with a way out: such a pack cannot
// mean what it says. In one column alone that is information, and not here. It
// looks at one variable at a time, which errs towards more being possible: what
// it reports is dead, and some that is dead it does not see.
func Dead(p *pack.Pack) []pack.Problem {
	columns, err := columnsOf(p, Query{})
	if err != nil {
		return nil
	}
	alive, reached := map[string]bool{}, map[string]bool{}
	steps, values := map[string]pack.Problem{}, map[string]pack.Problem{}
	for _, col := range columns {
		w := col.open(p)
		if w == nil {
			continue
		}
		for _, l := range w.moves {
			alive[l.ID] = true
		}
		for _, i := range w.dead {
			s := &w.Steps[i]
			steps[s.ID] = pack.Problem{Pos: s.Pos, Code: "step.dead", What: fmt.Sprintf("no situation allows the step %q, on any day of the matrix and under any overlay", s.ID), Mend: "look which part of when no step makes true, or remove the step"}
		}
		w.unreached(reached, values)
		col.world = nil // a column is large, and looked at once
	}
	var out []pack.Problem
	for id, problem := range steps {
		if !alive[id] {
			out = append(out, problem)
		}
	}
	for name, problem := range values {
		if !reached[name] {
			out = append(out, problem)
		}
	}
	slices.SortFunc(out, func(a, b pack.Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.What, b.What))
	})
	return out
}

// unreached notes the values of variables that are and are not reached.
func (w *world) unreached(reached map[string]bool, values map[string]pack.Problem) {
	for a, s := range w.Slots {
		if s.Fact != nil || s.Pos.File == "" {
			continue
		}
		for v, word := range s.Values {
			name := s.Name + " " + word
			if slices.Contains(w.domain[a], uint8(v)) {
				reached[name] = true
				continue
			}
			// What an irregular step sets happens, although it is no law.
			irregular := slices.ContainsFunc(w.Steps, func(p procedure.StepPart) bool { return p.Irregular && p.Set[s.Name] == word })
			if irregular {
				reached[name] = true
				continue
			}
			values[name] = pack.Problem{Pos: s.Pos, Code: "var.unreached", What: fmt.Sprintf("nothing ever makes %q %q, on any day of the matrix and under any overlay", s.Name, word), Mend: "add the step that sets it, or remove the value"}
		}
	}
}
