package pack

import (
	"slices"
	"time"

	"pana/internal/procedure"
)

// reachable: every value can come about and every step be taken in some column:
// the law of some day, alone or as an overlay tells it. In one column a dead
// step is information; in all of them together it is a slip.
//
// It is seen without a search: each variable has the set of values that steps
// whose guards are not plainly false can give it. What is found dead is dead;
// the checker, which searches, finds more.
func (l *linter) reachable() {
	values, taken, inForce := map[string]bool{}, map[Pos]bool{}, map[Pos]bool{}
	guards := parsedGuards{}
	look := func(run *Snapshot, overlays []string) {
		spec, _ := l.overlaid(run, overlays)
		r := newReach(spec, l.dayOfRun(run), guards)
		r.spread()
		for name, of := range r.values {
			for v := range of {
				values[name+" "+v] = true
			}
		}
		for _, s := range r.steps {
			inForce[s.Pos] = true
			taken[s.Pos] = taken[s.Pos] || r.fired[s.ID]
		}
	}
	for _, run := range l.runs {
		look(run, nil)
	}
	for _, day := range l.Head.Snapshots {
		for _, o := range l.Overlays {
			look(l.run(day), []string{o.ID})
		}
	}
	l.deadSteps(inForce, taken)
	l.deadValues(values)
	pos := at(l.Head.Pos, "pack.yaml")
	for _, day := range l.Head.Snapshots {
		if !slices.ContainsFunc(l.Spec.Steps, func(s step) bool { return Contains(s.Dates, day.Time) }) && len(l.Spec.Steps) > 0 {
			l.add(pos, "pack.snapshot_empty", "leave the day out, or date the law of that time", "nothing is in force on the snapshot %s", day.Format(time.DateOnly))
		}
	}
}

func (l *linter) deadSteps(inForce, taken map[Pos]bool) {
	said := func(s step) {
		if inForce[s.Pos] && !taken[s.Pos] {
			l.add(s.Pos, "step.dead", "look at its when: something in it is never so", "step %s can be taken in no snapshot and under no overlay", s.ID)
		}
	}
	for _, s := range l.Spec.Steps {
		said(s)
	}
	for _, o := range l.Overlays {
		for _, c := range o.Changes {
			if c.Step != nil && (c.Op == OpAdd || c.Op == OpReplace) {
				said(*c.Step)
			}
		}
	}
}

func (l *linter) deadValues(values map[string]bool) {
	for _, v := range l.Spec.Vars {
		for _, value := range v.Values {
			if !values[v.Name+" "+value] {
				l.add(v.Pos, "var.dead", "add the step that sets it, or remove the value", "%s is %q in no snapshot and under no overlay", v.Name, value)
			}
		}
	}
}

// reach spreads values through the steps of one column.
type reach struct {
	steps   []step
	derived map[string]procedure.Expr
	values  map[string]map[string]bool
	fired   map[string]bool
	guards  parsedGuards
}

// parsedGuards keeps guards read: the columns share nearly all of them. Nil is
// one that the engine cannot read, and reports.
type parsedGuards map[string]procedure.Expr

func (g parsedGuards) of(src string) procedure.Expr {
	e, ok := g[src]
	if !ok {
		e, _ = procedure.Parse(src)
		g[src] = e
	}
	return e
}

func newReach(s procedure.Spec, day Day, guards parsedGuards) *reach {
	r := &reach{guards: guards, derived: map[string]procedure.Expr{}, values: map[string]map[string]bool{}, fired: map[string]bool{}}
	for _, e := range s.Steps {
		if Contains(e.Dates, day.Time) && !e.Overlay.Dropped {
			r.steps = append(r.steps, e)
		}
	}
	for _, d := range s.Derived {
		if e := guards.of(d.When); e != nil {
			r.derived[d.Name] = e
		}
	}
	for _, v := range s.Vars {
		r.values[v.Name] = map[string]bool{}
		for _, start := range v.Start {
			r.values[v.Name][start] = true
		}
	}
	return r
}

// spread fires steps until nothing new comes of it.
func (r *reach) spread() {
	for changed := true; changed; {
		changed = false
		for _, s := range r.steps {
			if r.fired[s.ID] || !r.may(s.When) {
				continue
			}
			r.fired[s.ID], changed = true, true
			for name, value := range s.Set {
				if of := r.values[name]; of != nil {
					of[value] = true
				}
			}
		}
	}
}

// may says whether a guard is not plainly false: read part by part, as if parts
// had nothing to do with each other.
func (r *reach) may(src string) bool {
	e := r.guards.of(src)
	if e == nil {
		return true
	}
	yes, _ := r.can(e, 0)
	return yes
}

// mayNest bounds derived names inside derived names; a circle is reported by
// the engine.
const mayNest = 40

// can says whether an expression can be true, and whether it can be false.
func (r *reach) can(e procedure.Expr, depth int) (yes, no bool) {
	if depth > mayNest {
		return true, true
	}
	switch e := e.(type) {
	case *procedure.BoolLit:
		return e.Value, !e.Value
	case *procedure.Not:
		yes, no = r.can(e.X, depth+1)
		return no, yes
	case *procedure.Name:
		if d := r.derived[e.Name]; d != nil {
			return r.can(d, depth+1)
		}
		if of := r.values[e.Name]; of != nil {
			return of["true"], of["false"]
		}
	case *procedure.Binary:
		return r.canBinary(e, depth)
	}
	return true, true
}

func (r *reach) canBinary(e *procedure.Binary, depth int) (yes, no bool) {
	switch e.Op {
	case procedure.OpAnd:
		ly, ln := r.can(e.L, depth+1)
		ry, rn := r.can(e.R, depth+1)
		return ly && ry, ln || rn
	case procedure.OpOr:
		ly, ln := r.can(e.L, depth+1)
		ry, rn := r.can(e.R, depth+1)
		return ly || ry, ln && rn
	case procedure.OpEq, procedure.OpIn:
		return r.oneOf(e.L, e.R)
	case procedure.OpNe:
		yes, no = r.oneOf(e.L, e.R)
		return no, yes
	}
	return true, true
}

// oneOf compares a variable with values that are written out.
func (r *reach) oneOf(l, right procedure.Expr) (yes, no bool) {
	n, ok := l.(*procedure.Name)
	if !ok || r.values[n.Name] == nil {
		return true, true
	}
	var listed []string
	switch x := right.(type) {
	case *procedure.StringLit:
		listed = []string{x.Value}
	case *procedure.ListLit:
		for _, item := range x.Items {
			s, ok := item.(*procedure.StringLit)
			if !ok {
				return true, true
			}
			listed = append(listed, s.Value)
		}
	default:
		return true, true
	}
	for v := range r.values[n.Name] {
		if slices.Contains(listed, v) {
			yes = true
		} else {
			no = true
		}
	}
	return yes, no
}
