package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
)

// procedures: a header's lanes are kinds of body or the person, and its exports
// and picture are names of its own.
func (l *linter) procedures() {
	for _, one := range l.Procedures {
		h, whose := one.Procedure, "procedure "+one.Procedure.ID
		l.referAll(h.Pos, whose, h.Lanes, l.known.kinds, person)
		own := setOf("name of this procedure", one.Vars, func(v variable) []string { return []string{v.Name} })
		l.refer(h.Pos, whose, h.Picture, own)
		for _, d := range one.Derived {
			own.has[d.Name] = true
		}
		for _, f := range one.Facts {
			own.has[f.Name] = true
		}
		l.referAll(h.Pos, whose, h.Exports, own)
		if h.Pos.File == "" {
			l.add(Pos{File: "procedures", Line: 1}, "procedure.header", "write procedure: {id: …}", "a file of procedures/ has no header")
		}
	}
}

// steps: who, which form, which clocks and which facts a step names exist, and
// whose step it is is said.
func (l *linter) steps() {
	home := map[string]string{}
	forces := words("force", "own must may world")
	for _, s := range l.Spec.Steps {
		whose := "step " + s.ID
		if s.Force == "" {
			l.add(s.Pos, "step.force", "write force: own, must, may or world; who does it does not say whether it is owed", "%s has no force", whose)
		}
		l.refer(s.Pos, whose, string(s.Force), forces)
		l.by(s.Pos, whose, s.By)
		l.referAll(s.Pos, whose, s.NotSame, l.known.steps)
		l.refer(s.Pos, whose, s.Exists, l.known.questions)
		l.refer(s.Pos, whose, s.Form, l.known.forms)
		l.refer(s.Pos, whose, s.Notice, l.known.forms)
		l.referAll(s.Pos, whose, s.Starts, l.known.clocks)
		l.referAll(s.Pos, whose, s.Stops, l.known.clocks)
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

// adverse: a decision against a person states all six parts.
func (l *linter) adverse() {
	for _, s := range l.Spec.Steps {
		a := s.Adverse
		if a == nil {
			continue
		}
		whose := "step " + s.ID
		for _, part := range []struct{ name, value string }{
			{"decider", a.Decider}, {"reasons", a.Reasons}, {"notice", a.Notice},
			{"language", a.Language}, {"limit", a.Limit}, {"appeal", a.Appeal},
		} {
			switch {
			case part.value == "":
				l.add(s.Pos, "adverse."+part.name, "write a value, none, or unknown(question)", "%s is against the person and says nothing of its %s", whose, part.name)
			case part.value == "none" || l.unknownOf(s.Pos, whose, part.value):
			case part.name == "decider":
				l.by(s.Pos, whose, []string{part.value})
			case part.name == "limit":
				l.refer(s.Pos, whose, part.value, l.known.clocks)
			case part.name == "appeal":
				l.refer(s.Pos, whose, part.value, l.known.steps)
			}
		}
		if a.Decider == "none" {
			l.add(s.Pos, "adverse.decider", "name a kind of body, or unknown(question)", "%s is decided by nobody", whose)
		}
	}
}

// bars: a bar has a class and a level, and binds effects or steps that exist.
func (l *linter) bars() {
	levels := words("level", "bar hold")
	for _, b := range l.Spec.Bars {
		l.refer(b.Pos, "bar "+b.ID, b.Level, levels)
		l.referAll(b.Pos, "bar "+b.ID, b.Binds, l.known.effects, l.known.steps)
		if b.Class == "" || b.Level == "" || len(b.Binds) == 0 {
			l.add(b.Pos, "bar.parts", "write all three", "bar %s lacks class, level or binds", b.ID)
		}
		// A bar without an article is not an article's bar.
		if b.Level == "bar" && !slices.ContainsFunc(b.Basis, func(b Basis) bool { return b.Act != "" }) {
			l.add(b.Pos, "bar.level", "name the act, or write level: hold", "bar %s is said to be an article's, and no act is named", b.ID)
		}
	}
}

// entitlements: what is owed is named, owed by somebody, and its right exists.
func (l *linter) entitlements() {
	for _, e := range l.Spec.Entitlements {
		whose := "entitlement " + e.ID
		l.by(e.Pos, whose, e.OwedBy)
		l.refer(e.Pos, whose, e.Right, l.known.rights)
		l.refer(e.Pos, whose, e.Exists, l.known.questions)
		if e.Gives == "" || len(e.OwedBy) == 0 {
			l.add(e.Pos, "entitlement.parts", "write gives and owed_by", "%s does not say what is owed, or by whom", whose)
		}
	}
}

// clocks: a clock has a kind, a length, a start, and somebody whose it is.
func (l *linter) clocks() {
	kinds := words("kind of clock", "duty limit validity wait")
	started := map[string]bool{}
	for _, s := range l.Spec.Steps {
		for _, c := range s.Starts {
			started[c] = true
		}
		if s.Adverse != nil {
			started[s.Adverse.Limit] = true // when its notice is understood
		}
	}
	for _, c := range l.Spec.Clocks {
		whose := "clock " + c.ID
		l.refer(c.Pos, whose, c.Kind, kinds)
		l.by(c.Pos, whose, c.Of)
		l.by(c.Pos, whose, c.OnExpiry.Tell)
		l.length(c.Pos, whose, c.Length)
		l.length(c.Pos, whose, c.Extend)
		l.refer(c.Pos, whose, c.OnExpiry.Deems, l.known.steps)
		if c.Kind == "" || c.Length == "" {
			l.add(c.Pos, "clock.parts", "write kind and length; unknown(question) when no text says", "%s lacks kind or length", whose)
		}
		if c.StartsWhen == "" && !started[c.ID] {
			l.add(c.Pos, "clock.start", "write starts_when, or name it in a step's starts", "nothing starts %s", whose)
		}
	}
}

// questions: every question is asked somewhere: one that hangs on nothing
// would be printed for the State to answer, for no use.
func (l *linter) questions() {
	used := map[string]bool{}
	for _, s := range l.texts() {
		for rest := s; ; {
			_, after, ok := strings.Cut(rest, "unknown(")
			if !ok {
				break
			}
			id, _, _ := strings.Cut(after, ")")
			used[strings.Trim(id, ` "'`)] = true
			rest = after
		}
	}
	for _, s := range l.Spec.Steps {
		used[s.Exists] = true
	}
	for _, e := range l.Spec.Entitlements {
		used[e.Exists] = true
	}
	for _, q := range l.Spec.Questions {
		if !used[q.ID] {
			l.add(q.Pos, "question.unused", "read it where it matters with unknown("+q.ID+"), or remove it", "nothing hangs on question %s", q.ID)
		}
	}
}

// texts are all texts in which a question may stand.
func (l *linter) texts() []string {
	var out []string
	for _, d := range l.Spec.Derived {
		out = append(out, d.When)
	}
	for _, s := range l.Spec.Steps {
		out = append(out, s.When, s.Must)
		if a := s.Adverse; a != nil {
			out = append(out, a.Decider, a.Reasons, a.Notice, a.Language, a.Limit, a.Appeal)
		}
	}
	for _, b := range l.Spec.Bars {
		out = append(out, b.When)
	}
	for _, e := range l.Spec.Entitlements {
		out = append(out, e.When)
	}
	for _, c := range l.Spec.Clocks {
		out = append(out, c.Length, c.StartsWhen, c.StopsWhen, c.Suspended, c.Extend)
	}
	for _, d := range l.Duties {
		out = append(out, d.When)
	}
	return out
}

// pictures: in a procedure's picture no two values stand on one cell, each
// lane is one of the procedure's, and every value has a cell when one has.
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
			for value := range v.At {
				if !slices.Contains(v.Values, value) {
					l.add(v.Pos, "picture.value", "values: "+strings.Join(v.Values, ", "), "the picture of %s places %q, which is no value", v.Name, value)
				}
			}
		}
		if p := one.Procedure.Picture; p != "" {
			if v := find(one.Vars, func(v *variable) bool { return v.Name == p }); v != nil && len(v.At) == 0 {
				l.add(v.Pos, "picture.missing", "write at: with a lane and a column for each value", "%s is the picture of %s, and has no cells", p, one.Procedure.ID)
			}
		}
	}
}
