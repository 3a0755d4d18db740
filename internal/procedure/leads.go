package procedure

import "slices"

// LeadsFrom are the values of a variable at which a step with this guard may be
// open. A step whose guard does not speak of the variable leads from its start.
func (s *Spec) LeadsFrom(when string, v Var) []string {
	if when == "" {
		return v.Start
	}
	expr, err := Parse(when)
	if err != nil {
		return nil // a pack that is served compiles
	}
	r := reading{spec: s, name: v.Name}
	var out []string
	for _, value := range v.Values {
		r.value = value
		if r.could(expr, true, 0) {
			out = append(out, value)
		}
	}
	if len(out) == len(v.Values) {
		return v.Start
	}
	return out
}

// reading is a guard read when one variable's value is known and nothing else.
type reading struct {
	spec        *Spec
	name, value string
}

// deepest bounds how far derived names are followed: a pack that compiles has
// no circle of them, and this does not rest on it.
const deepest = 16

// could says whether an expression can be want.
func (r reading) could(e Expr, want bool, depth int) bool {
	switch e := e.(type) {
	case *BoolLit:
		return e.Value == want
	case *Not:
		return r.could(e.X, !want, depth)
	case *Name:
		return r.named(e.Name, want, depth)
	case *Cond:
		return r.could(e.If, true, depth) && r.could(e.Then, want, depth) || r.could(e.If, false, depth) && r.could(e.Else, want, depth)
	case *Binary:
		return r.joined(e, want, depth)
	}
	return true
}

func (r reading) named(name string, want bool, depth int) bool {
	i := slices.IndexFunc(r.spec.Derived, func(d Derived) bool { return d.Name == name })
	if i < 0 || depth >= deepest {
		return true
	}
	expr, err := Parse(r.spec.Derived[i].When)
	return err != nil || r.could(expr, want, depth+1)
}

func (r reading) joined(e *Binary, want bool, depth int) bool {
	both := e.Op == OpAnd && want || e.Op == OpOr && !want
	switch e.Op {
	case OpAnd, OpOr:
		left, right := r.could(e.L, want, depth), r.could(e.R, want, depth)
		return both && left && right || !both && (left || right)
	case OpEq, OpNe, OpIn:
		if name, ok := e.L.(*Name); ok && name.Name == r.name {
			if among, known := r.among(e.R); known {
				return (among == (e.Op != OpNe)) == want
			}
		}
	}
	return true
}

// among says whether the value is the literal, or one of the list.
func (r reading) among(e Expr) (among, known bool) {
	switch e := e.(type) {
	case *StringLit:
		return e.Value == r.value, true
	case *ListLit:
		return slices.ContainsFunc(e.Items, func(item Expr) bool {
			lit, ok := item.(*StringLit)
			return ok && lit.Value == r.value
		}), true
	}
	return false, false
}
