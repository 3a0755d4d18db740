package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
)

// The engine says what is wrong with procedures among themselves (compiles).
// These rules hold between procedures and the pack's other lists.

// several is the lane of what bodies of different kinds may do.
var several = words("several bodies", "several")

// procedures: a header's lanes are kinds of body, several of them, or the person.
func (l *linter) procedures() {
	for _, one := range l.Procedures {
		h := one.Procedure
		l.referAll(h.Pos, "procedure "+h.ID, h.Lanes, l.known.kinds, person, several)
	}
}

// steps: whose it is and which forms a step names exist, and one id is one
// procedure's.
func (l *linter) steps() {
	home := map[string]string{}
	for _, s := range l.Spec.Steps {
		whose := "step " + s.ID
		l.by(s.Pos, whose, s.By)
		l.refer(s.Pos, whose, s.Form, l.known.forms)
		l.refer(s.Pos, whose, s.Notice, l.known.forms)
		l.records(s)
		if len(s.By) == 0 && (s.Force == procedure.Must || s.Force == procedure.May) {
			l.add(s.Pos, "step.by", "write by: with kinds of body", "%s is a body's, and does not say whose", whose)
		}
		if at, ok := home[s.ID]; ok && at != s.Procedure {
			l.add(s.Pos, "id.twice", "rename one of them", "%s is in the procedures %s and %s", whose, at, s.Procedure)
		}
		home[s.ID] = s.Procedure
	}
}

// by checks whose a step is: a kind, a role of a kind ("kind:role"), the person.
func (l *linter) by(pos Pos, whose string, list []string) {
	for _, who := range list {
		kind, role, hasRole := strings.Cut(who, ":")
		l.refer(pos, whose, kind, l.known.kinds, person)
		if k := l.BodyKind(kind); hasRole && k != nil && !slices.Contains(k.Roles, role) {
			l.add(pos, "reference.role", "its roles: "+strings.Join(k.Roles, ", "), "%s names the role %q, which %s does not have", whose, role, kind)
		}
	}
}

// records: a form's answer enters the situation only from a field of the step's
// form into a fact, and every option of the field is a value of the fact.
func (l *linter) records(s step) {
	if len(s.Records) == 0 {
		return
	}
	form := l.Form(s.Form)
	if form == nil {
		l.add(s.Pos, "step.records", "write form:", "step %s records answers and has no form", s.ID)
		return
	}
	for field, name := range s.Records {
		f := find(form.Fields, func(f *Field) bool { return f.ID == field })
		if f == nil {
			l.add(s.Pos, "step.records", "name a field of the form", "step %s records the field %q, which form %s does not have", s.ID, field, form.ID)
			continue
		}
		l.refer(s.Pos, "step "+s.ID, name, l.known.facts)
		fact := find(l.Spec.Facts, func(f *fact) bool { return f.Name == name })
		if fact == nil {
			continue
		}
		for _, o := range f.Options {
			if !slices.Contains(fact.Values, o) {
				l.add(f.Pos, "step.records", "values of the fact: "+strings.Join(fact.Values, ", "), "option %q of field %s is recorded as fact %s, which has no such value", o, field, name)
			}
		}
	}
}

// adverse: the decider of a decision against a person exists. That all six
// parts are stated is the engine's to see.
func (l *linter) adverse() {
	for _, s := range l.Spec.Steps {
		a := s.Adverse
		if a == nil {
			continue
		}
		whose := "step " + s.ID
		if a.Decider == "none" {
			l.add(s.Pos, "adverse.decider", "name a kind of body, or unknown(question)", "%s is decided by nobody", whose)
		} else if a.Decider != "" && !isUnknown(a.Decider) {
			l.by(s.Pos, whose, []string{a.Decider})
		}
	}
}

func isUnknown(s string) bool { return strings.HasPrefix(s, "unknown(") }

// bars: a bar has a class, and one that is said to be an article's names it.
func (l *linter) bars() {
	for _, b := range l.Spec.Bars {
		if b.Class == "" {
			l.add(b.Pos, "bar.class", "write class: overlays leave out bars by it", "bar %s has no class", b.ID)
		}
		if b.Level == "bar" && !slices.ContainsFunc(b.Basis, func(b Basis) bool { return b.Act != "" }) {
			l.add(b.Pos, "bar.article", "name the act, or write level: hold", "bar %s is said to be an article's, and no act is named", b.ID)
		}
	}
}

// entitlements: what is owed is owed by somebody, and its right exists.
func (l *linter) entitlements() {
	for _, e := range l.Spec.Entitlements {
		whose := "entitlement " + e.ID
		l.by(e.Pos, whose, e.OwedBy)
		l.refer(e.Pos, whose, e.Right, l.known.rights)
		if len(e.OwedBy) == 0 {
			l.add(e.Pos, "entitlement.owed_by", "write owed_by:", "%s does not say by whom it is owed", whose)
		}
	}
}

// clocks: whose a clock is and who is told at its end exist, and so does the
// step that its end is deemed to be.
func (l *linter) clocks() {
	for _, c := range l.Spec.Clocks {
		whose := "clock " + c.ID
		l.by(c.Pos, whose, c.Of)
		l.by(c.Pos, whose, c.OnExpiry.Tell)
		l.refer(c.Pos, whose, c.OnExpiry.Deems, l.known.steps)
	}
}

// orders: an order of two clocks is of a time at which both are in force. That
// there are such clocks, and that orders go round in no circle, is the engine's
// to see.
func (l *linter) orders() {
	for _, o := range l.Spec.Orders {
		both := slices.ContainsFunc(l.runs, func(s *Snapshot) bool {
			day := l.dayOfRun(s)
			in := func(id string) bool {
				return slices.ContainsFunc(l.Spec.Clocks, func(c procedure.Clock) bool { return c.ID == id && Contains(c.Dates, day.Time) })
			}
			return Contains(o.Dates, day.Time) && in(o.First) && in(o.Then)
		})
		if !both && l.known.clocks.has[o.First] && l.known.clocks.has[o.Then] {
			l.add(o.Pos, "order.never", "look at the dates of the clocks, and of the order", "the order of %s before %s is of no day on which both are in force", o.First, o.Then)
		}
	}
}

// pictures: in a procedure's picture no two values stand on one cell, each
// lane is one of the procedure's, every value has a cell when one has, and what ends is
// one to which a person comes.
func (l *linter) pictures() {
	for _, one := range l.Procedures {
		lanes := setOf("lane of the procedure", one.Procedure.Lanes, func(s string) []string { return []string{s} })
		for _, v := range one.Vars {
			taken := map[procedure.Cell]string{}
			for _, value := range v.Values {
				cell, ok := v.At[value]
				if !ok {
					if len(v.At) > 0 {
						l.add(v.Pos, "picture.missing", "give it a lane and a column", "value %s of %s has no cell in the picture", value, v.Name)
					}
					continue
				}
				l.refer(v.Pos, "variable "+v.Name, cell.Lane, lanes)
				if other, ok := taken[cell]; ok || cell.Column < 0 {
					l.add(v.Pos, "picture.collision", "move one of them", "values %s and %s of %s stand on one cell, or left of the picture", other, value, v.Name)
				}
				taken[cell] = value
			}
		}
		if p := one.Procedure.Picture; p != "" {
			if v := find(one.Vars, func(v *variable) bool { return v.Name == p }); v != nil && len(v.At) == 0 {
				l.add(v.Pos, "picture.missing", "write at: with a lane and a column for each value", "%s is the picture of %s, and has no cells", p, one.Procedure.ID)
			}
		}
		v := find(one.Vars, func(v *variable) bool { return v.Name == one.Procedure.Picture })
		for _, end := range one.Procedure.Ends {
			if v == nil || !slices.Contains(v.Values, end) || slices.Contains(v.Start, end) {
				l.add(one.Procedure.Pos, "picture.ends", "name a value of the variable that is drawn, other than its start", "%s ends at %s, which is no state of its picture that a person comes to", one.Procedure.ID, end)
			}
		}
	}
}
