package pack

import (
	"slices"

	"pana/internal/procedure"
)

// operations: an operation of kinds of body there are, that meets and screens by
// steps there are and that those kinds may take. Who is met is recorded in a row
// without answers, so a step that asks, decides or takes out cannot meet; where
// people are met at their door, the row asks what the step asks.
func (l *linter) operations() {
	l.referAll(at(l.Head.Pos, "pack.yaml"), "confirmed:", l.Head.Confirmed, l.known.steps)
	for i := range l.Operations {
		o := &l.Operations[i]
		whose := "operation " + o.ID
		l.referAll(o.Pos, whose, o.Kinds, l.known.kinds)
		l.referAll(o.Pos, whose, o.Meets, l.known.steps)
		l.referAll(o.Pos, whose, o.Screens, l.known.steps)
		if len(o.Kinds) == 0 || len(o.Meets) == 0 || len(o.Screens) == 0 && o.Visits == nil {
			l.add(o.Pos, "operation.empty", "write kinds:, meets: and screens: or visits:", "%s does not say who keeps it, how a person is met, or what she waits for", whose)
		}
		for _, s := range l.Spec.Steps {
			if slices.Contains(o.Meets, s.ID) && (s.Adverse != nil || s.Effect != "" || s.Form != "" && o.Visits == nil) {
				l.add(o.Pos, "operation.asks", "name steps without a form, that are no decision and take nobody out", "%s meets people with %s, which is more than meeting them", whose, s.ID)
			}
		}
		for _, kind := range o.Kinds {
			if len(o.Meets) > 0 && !slices.ContainsFunc(l.Spec.Steps, func(s step) bool { return slices.Contains(o.Meets, s.ID) && slices.Contains(s.By, kind) }) {
				l.add(o.Pos, "operation.kinds", "add it to a step's by:, or take it out here", "%s is kept by %s, which may take none of the steps that meet people", whose, kind)
			}
		}
		l.visits(o, whose)
	}
	for _, q := range l.Spec.Questions {
		if q.Product && !slices.ContainsFunc(l.Operations, func(o Operation) bool { return o.Visits != nil && o.Visits.Asks == q.ID }) {
			l.add(q.Pos, "question.unused", "name it where the product has a rule of its own, or remove it", "nothing of the product's own hangs on the question %q", q.ID)
		}
	}
}

// visits: a list of a household asks in each line what the meeting step's form
// must have, says when somebody found is referred and resolved, and for how long
// names are kept, as the product's answer to a question of law.
func (l *linter) visits(o *Operation, whose string) {
	v := o.Visits
	if v == nil {
		return
	}
	if len(o.Screens) > 0 || v.Referred == "" || v.Resolved == "" || v.Asks == "" {
		l.add(o.Pos, "operation.visits", "write referred:, resolved: and asks:, and no screens:", "%s comes to a door and does not say what becomes of whom it finds", whose)
	}
	if v.Asks != "" && !slices.ContainsFunc(l.Spec.Questions, func(q procedure.Question) bool { return q.ID == v.Asks && q.Product }) {
		l.add(o.Pos, "reference.question", "name a question of a procedure that has product: true", "%s asks %s, which is no question to which the product answers", whose, v.Asks)
	}
	if n, err := procedure.ParseLength(v.Keep); err != nil || n.Question != "" {
		l.add(o.Pos, "operation.keep", "write keep: with a length like 90 days", "%s does not say how long a name is kept", whose)
	}
	asked := map[string]bool{}
	for _, s := range l.Spec.Steps {
		if !slices.Contains(o.Meets, s.ID) {
			continue
		}
		form := l.Form(s.Form)
		if form == nil {
			continue
		}
		for _, f := range form.Fields {
			asked[f.ID] = true
			if f.Required && !slices.Contains(v.Row, f.ID) {
				l.add(o.Pos, "operation.row", "add it to row:", "%s meets people with %s, whose form must have %s, and no line asks it", whose, s.ID, f.ID)
			}
		}
	}
	for _, id := range v.Row {
		if !asked[id] {
			l.add(o.Pos, "operation.row", "name fields of the meeting step's form", "%s asks %s in each line, which no step that meets people asks", whose, id)
		}
	}
}
