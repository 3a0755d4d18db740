package desk

import (
	"slices"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// States of a box and of an arrow in a picture of the law alone, where nobody is.
const (
	onPath  = "been"     // the story passes here
	pathEnd = "path_end" // and ends here
	offPath = "off_path"
	plain   = "plain" // no story is told
)

// lawPicture draws a procedure of a compiled law. walked are the values that
// the picture's variable has in turn, taken the steps of the story.
func lawPicture(p *pack.Pack, m *procedure.Model, of procedure.Procedure, walked, taken []string) (Picture, bool) {
	i := slices.IndexFunc(p.Spec.Vars, func(v procedure.Var) bool { return v.Name == of.Picture })
	if i < 0 {
		return Picture{}, false
	}
	v := p.Spec.Vars[i]
	out := Picture{Procedure: of.ID, Lanes: of.Lanes}
	for _, value := range v.Values {
		cell, drawn := v.At[value]
		if !drawn {
			continue
		}
		out.States = append(out.States, PictureState{
			Value: v.Name + "." + value, Lane: max(0, slices.Index(of.Lanes, cell.Lane)), Column: cell.Column, State: onWalk(walked, value),
		})
	}
	for _, s := range m.Steps() {
		to, sets := s.Set[v.Name]
		if !sets {
			continue
		}
		for _, from := range leadsFrom(p, s.When, v) {
			state := offPath
			switch {
			case len(taken) == 0:
				state = plain
			case slices.Contains(taken, s.ID) && follows(walked, from, to):
				state = onPath
			}
			if from != to {
				out.Steps = append(out.Steps, PictureStep{ID: s.ID, From: from, To: to, State: state})
			}
		}
	}
	return out, len(out.States) > 0
}

func onWalk(walked []string, value string) string {
	switch {
	case len(walked) == 0:
		return plain
	case len(walked) > 1 && walked[len(walked)-1] == value:
		return pathEnd
	case len(walked) > 1 && slices.Contains(walked, value):
		return onPath
	}
	return offPath
}

func follows(walked []string, from, to string) bool {
	for i := 1; i < len(walked); i++ {
		if walked[i-1] == from && walked[i] == to {
			return true
		}
	}
	return false
}

// leadsFrom are the values of the variable at which a step may be open. A step
// whose guard does not speak of the variable is drawn from its start.
func leadsFrom(p *pack.Pack, when string, v procedure.Var) []string {
	if when == "" {
		return v.Start
	}
	expr, err := procedure.Parse(when)
	if err != nil {
		return nil // a pack that is served compiles
	}
	r := reading{spec: &p.Spec, name: v.Name}
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
	spec        *procedure.Spec
	name, value string
}

// deepest bounds how far derived names are followed: a pack that compiles has
// no circle of them, and this does not rest on it.
const deepest = 16

// could says whether an expression can be want.
func (r reading) could(e procedure.Expr, want bool, depth int) bool {
	switch e := e.(type) {
	case *procedure.BoolLit:
		return e.Value == want
	case *procedure.Not:
		return r.could(e.X, !want, depth)
	case *procedure.Name:
		return r.named(e.Name, want, depth)
	case *procedure.Cond:
		return r.could(e.If, true, depth) && r.could(e.Then, want, depth) || r.could(e.If, false, depth) && r.could(e.Else, want, depth)
	case *procedure.Binary:
		return r.joined(e, want, depth)
	}
	return true
}

func (r reading) named(name string, want bool, depth int) bool {
	i := slices.IndexFunc(r.spec.Derived, func(d procedure.Derived) bool { return d.Name == name })
	if i < 0 || depth >= deepest {
		return true
	}
	expr, err := procedure.Parse(r.spec.Derived[i].When)
	return err != nil || r.could(expr, want, depth+1)
}

func (r reading) joined(e *procedure.Binary, want bool, depth int) bool {
	both := e.Op == procedure.OpAnd && want || e.Op == procedure.OpOr && !want
	switch e.Op {
	case procedure.OpAnd, procedure.OpOr:
		left, right := r.could(e.L, want, depth), r.could(e.R, want, depth)
		return both && left && right || !both && (left || right)
	case procedure.OpEq, procedure.OpNe, procedure.OpIn:
		if name, ok := e.L.(*procedure.Name); ok && name.Name == r.name {
			if among, known := r.among(e.R); known {
				return (among == (e.Op != procedure.OpNe)) == want
			}
		}
	}
	return true
}

// among says whether the value is the literal, or one of the list.
func (r reading) among(e procedure.Expr) (among, known bool) {
	switch e := e.(type) {
	case *procedure.StringLit:
		return e.Value == r.value, true
	case *procedure.ListLit:
		return slices.ContainsFunc(e.Items, func(item procedure.Expr) bool {
			lit, ok := item.(*procedure.StringLit)
			return ok && lit.Value == r.value
		}), true
	}
	return false, false
}
