package access

import (
	"fmt"
	"slices"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// guard is a rule's condition over the thing's clear columns and four words for
// the asker: my_region, my_body, my_kind, my_role. It compares text only, so
// that what it says of a row can be said in SQL.
type guard struct{ expr procedure.Expr }

var asker = map[string]func(Who) string{
	"my_region": func(w Who) string { return w.Region },
	"my_body":   func(w Who) string { return string(w.Body) },
	"my_kind":   func(w Who) string { return w.BodyKind },
	"my_role":   func(w Who) string { return w.Role },
}

func compileGuard(row pack.Rule) (guard, []Problem) {
	if row.When == "" {
		return guard{}, nil
	}
	e, err := procedure.Parse(row.When)
	if err != nil {
		return denyAll, []Problem{{row.Pos, "rule " + row.ID + ": " + err.Error(), "mend the guard"}}
	}
	if what := unsayable(e); what != "" {
		return denyAll, []Problem{{row.Pos, fmt.Sprintf("rule %s: %s cannot be asked of a row", row.ID, what), `compare a column with words: region == my_region, state in ["open"]`}}
	}
	return guard{e}, nil
}

// unlistable reports what a guard reads that the list's query could not.
func (g guard) unlistable(row pack.Rule) []Problem {
	if g.expr == nil || !slices.ContainsFunc(row.Acts, func(a string) bool { return slices.Contains(listed, a) }) {
		return nil
	}
	var out []Problem
	procedure.Walk(g.expr, func(e procedure.Expr) {
		n, ok := e.(*procedure.Name)
		if !ok || asker[n.Name] != nil {
			return
		}
		for _, thing := range row.Things {
			if tables[thing] != "" && !hasColumn(thing, n.Name) {
				out = append(out, Problem{row.Pos, fmt.Sprintf("rule %s: lists of %s have no clear column %q", row.ID, thing, n.Name), fmt.Sprintf("read one of %v, or give the act a rule of its own", columns(thing))})
			}
		}
	})
	return out
}

// denyAll stands in for a guard that does not compile: the rule then allows nothing.
var denyAll = guard{&procedure.BoolLit{}}

// unsayable names the first part of a guard that has no meaning here.
func unsayable(e procedure.Expr) string {
	switch e := e.(type) {
	case *procedure.BoolLit:
		return ""
	case *procedure.Not:
		return unsayable(e.X)
	case *procedure.Cond:
		return first(unsayable(e.If), unsayable(e.Then), unsayable(e.Else))
	case *procedure.Binary:
		switch e.Op {
		case procedure.OpAnd, procedure.OpOr:
			return first(unsayable(e.L), unsayable(e.R))
		case procedure.OpEq, procedure.OpNe, procedure.OpIn:
			if _, ok := columnOf(e.L); ok && words(e.R) {
				return ""
			}
		}
	}
	return e.String()
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// columnOf gives the column a comparison reads.
func columnOf(e procedure.Expr) (string, bool) {
	n, ok := e.(*procedure.Name)
	if !ok {
		return "", false
	}
	return n.Name, asker[n.Name] == nil
}

// words says whether e is text known without the row.
func words(e procedure.Expr) bool {
	switch e := e.(type) {
	case *procedure.StringLit:
		return true
	case *procedure.Name:
		return asker[e.Name] != nil
	case *procedure.ListLit:
		return !slices.ContainsFunc(e.Items, func(x procedure.Expr) bool { return !words(x) })
	}
	return false
}

func values(who Who, e procedure.Expr) []string {
	switch e := e.(type) {
	case *procedure.StringLit:
		return []string{e.Value}
	case *procedure.Name:
		// An asker without a region is in no region, rather than in the one
		// that rows without a region have.
		if v := asker[e.Name](who); v != "" {
			return []string{v}
		}
	case *procedure.ListLit:
		var out []string
		for _, x := range e.Items {
			out = append(out, values(who, x)...)
		}
		return out
	}
	return nil
}

// holds evaluates the guard on one thing.
func (g guard) holds(who Who, columns map[string]string) bool {
	return g.expr == nil || evaluate(g.expr, who, columns)
}

func evaluate(e procedure.Expr, who Who, columns map[string]string) bool {
	switch e := e.(type) {
	case *procedure.BoolLit:
		return e.Value
	case *procedure.Not:
		return !evaluate(e.X, who, columns)
	case *procedure.Cond:
		if evaluate(e.If, who, columns) {
			return evaluate(e.Then, who, columns)
		}
		return evaluate(e.Else, who, columns)
	case *procedure.Binary:
		switch e.Op {
		case procedure.OpAnd:
			return evaluate(e.L, who, columns) && evaluate(e.R, who, columns)
		case procedure.OpOr:
			return evaluate(e.L, who, columns) || evaluate(e.R, who, columns)
		case procedure.OpNe:
			return !equal(e, who, columns)
		default:
			return equal(e, who, columns)
		}
	}
	return false
}

func equal(e *procedure.Binary, who Who, columns map[string]string) bool {
	column, _ := columnOf(e.L)
	return slices.Contains(values(who, e.R), columns[column])
}

// scope turns the guard into a condition on rows.
func (g guard) scope(who Who) Scope {
	if g.expr == nil {
		return All{}
	}
	return condition(g.expr, who)
}

func condition(e procedure.Expr, who Who) Scope {
	switch e := e.(type) {
	case *procedure.BoolLit:
		if e.Value {
			return All{}
		}
	case *procedure.Not:
		return Not{condition(e.X, who)}
	case *procedure.Cond:
		test := condition(e.If, who)
		return Or{And{test, condition(e.Then, who)}, And{Not{test}, condition(e.Else, who)}}
	case *procedure.Binary:
		return binary(e, who)
	}
	return None{}
}

func binary(e *procedure.Binary, who Who) Scope {
	switch e.Op {
	case procedure.OpAnd:
		return And{condition(e.L, who), condition(e.R, who)}
	case procedure.OpOr:
		return Or{condition(e.L, who), condition(e.R, who)}
	}
	column, _ := columnOf(e.L)
	in := In{Column: column, Values: values(who, e.R)}
	if e.Op == procedure.OpNe {
		return Not{in}
	}
	return in
}
