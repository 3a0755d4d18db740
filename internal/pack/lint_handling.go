package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
)

// handling: a row is of a step there is and names kinds of body and steps there
// are; who may begin with a step may take it; where the person is said to be is
// said by a step that asks nothing else.
func (l *linter) handling() {
	for i := range l.Handling {
		h := &l.Handling[i]
		whose := "handling of " + h.ID
		l.refer(h.Pos, whose, h.ID, l.known.steps)
		l.referAll(h.Pos, whose, slices.Concat(h.To, h.Tells), l.known.kinds)
		l.referAll(h.Pos, whose, h.Begins, l.known.kinds)
		l.referAll(h.Pos, whose, h.Apart, l.known.steps)
		l.referAll(h.Pos, whose, h.Where, l.known.steps)
		l.referAll(h.Pos, whose, h.Until, l.known.steps)
		if h.Family && (h.Screens || len(h.To) > 0) {
			l.add(h.Pos, "handling.family", "take family: out, or screens: and to:", "%s is for a family at once, and asks each alone or goes to somebody by name", whose)
		}
		if (len(h.To) == 0) != (len(h.Until) == 0) {
			l.add(h.Pos, "handling.until", "write both to: and until:, or neither", "%s names who receives it or until when it stays open to them, and not both", whose)
		}
		l.begins(h, whose)
		if h.Two {
			l.two(h, whose)
		}
		if len(h.To)+len(h.Apart)+len(h.Begins)+len(h.Tells) == 0 && !h.Waits && !h.Screens && !h.Family && !h.Two {
			l.add(h.Pos, "handling.empty", "write to:, tells:, apart:, waits:, screens:, family:, two: or begins:, or remove the row", "%s says nothing", whose)
		}
	}
}

// two: a step of two is taken by kinds of body that have workers of a role that
// takes it; it is nobody's own, for what a person asks waits for no signature, and
// no row, form or rule takes it in passing. How long it may wait is said.
func (l *linter) two(h *Handling, whose string) {
	if l.Standards.Confirm == "" {
		pos := at(l.Standards.Pos, "standards.yaml")
		l.add(pos, "standards.confirm", `write confirm: with a length of time, as "24 hours"`, "%s waits for a second, and nothing says how long it may", whose)
	}
	if h.Family || len(h.Begins) > 0 || l.inPassing(h.ID) {
		l.add(h.Pos, "handling.two_passing", "take two: out, or what takes the step in passing", "%s needs two, and is taken where nobody can be asked to confirm: with a family, with the beginning of a file, by the criteria, in an operation or from a case", whose)
	}
	for _, s := range l.Spec.Steps {
		if s.ID != h.ID {
			continue
		}
		if s.Force == procedure.Own || s.NoticeOf != "" || len(s.By) == 0 || slices.ContainsFunc(s.By, func(by string) bool { return !l.hasWorkers(by) }) {
			l.add(h.Pos, "handling.two_by", "write two: of steps that only kinds of body with roles take", "%s needs two workers of a body, and %s is taken by who has none", whose, s.ID)
			return
		}
	}
}

// inPassing says that something takes the step with another form.
func (l *linter) inPassing(step string) bool {
	return slices.Contains(l.Criteria.Afraid, step) ||
		slices.ContainsFunc(l.Criteria.Cases, func(c CaseRule) bool { return slices.Contains(c.Takes, step) }) ||
		slices.ContainsFunc(l.Operations, func(o Operation) bool { return slices.Contains(o.Meets, step) }) ||
		slices.ContainsFunc(l.Tracks, func(t Track) bool { return slices.Contains(t.FileSteps(), step) }) ||
		slices.ContainsFunc(l.Handling, func(h Handling) bool { return slices.Contains(h.Where, step) })
}

// hasWorkers says whether who takes a step is a kind of body with workers.
func (l *linter) hasWorkers(by string) bool {
	kind, role, _ := strings.Cut(by, ":")
	i := slices.IndexFunc(l.BodyKinds, func(k BodyKind) bool { return k.ID == kind })
	return i >= 0 && len(l.BodyKinds[i].Roles) > 0 && (role == "" || slices.Contains(l.BodyKinds[i].Roles, role))
}

func (l *linter) begins(h *Handling, whose string) {
	if len(h.Given) > 0 && len(h.Begins) == 0 {
		l.add(h.Pos, "handling.given", "write begins: with kinds of body", "%s says what is given and not who begins with it", whose)
	}
	for name, value := range h.Given {
		i := slices.IndexFunc(l.Spec.Facts, func(f procedure.Fact) bool { return f.Name == name })
		if i < 0 || !slices.Contains(l.Spec.Facts[i].Values, value) {
			l.add(h.Pos, "handling.given", "name a fact and one of its values", "%s gives %s: %s, which no fact has", whose, name, value)
		}
	}
	if len(h.Where) > 0 && len(h.Begins) == 0 {
		l.add(h.Pos, "handling.where", "write begins: with kinds of body", "%s says where the person may be and not who begins with it", whose)
	}
	for _, s := range l.Spec.Steps {
		switch {
		case s.ID == h.ID:
			for _, kind := range h.Begins {
				if !slices.Contains(s.By, kind) {
					l.add(h.Pos, "handling.begins", "add it to the step's by:, or take it out here", "%s lets %s begin with a step that it may not take", whose, kind)
				}
			}
		case slices.Contains(h.Where, s.ID) && (s.Adverse != nil || s.Effect != "" || s.Form != ""):
			l.add(h.Pos, "handling.asks", "name steps without a form, that are no decision and take nobody out", "%s takes %s with it, which is more than saying where the person is", whose, s.ID)
		}
	}
}
