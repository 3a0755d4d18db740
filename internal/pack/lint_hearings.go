package pack

import "pana/internal/procedure"

// attending are those whom a hearing may need beside the person; their words are
// the product's.
var attending = words("who attends", "guardian representative psychologist")

// hearings: a hearing prepares steps there are, each of which has one; its notice
// is a length that is known, for what is not known is left out.
func (l *linter) hearings() {
	of := map[string]string{}
	for i := range l.Hearings {
		h := &l.Hearings[i]
		whose := "hearing " + h.ID
		l.referAll(h.Pos, whose, h.Steps, l.known.steps)
		if len(h.Steps) == 0 || h.Minutes < 5 || h.Minutes > 24*60 {
			l.add(h.Pos, "hearing.empty", "write steps: and minutes: from 5 to 1440", "%s says not what it prepares, or how long it lasts", whose)
		}
		for _, step := range h.Steps {
			if other := of[step]; other != "" {
				l.add(h.Pos, "hearing.twice", "leave the step in one of them", "%s is prepared by both %s and %s", step, other, h.ID)
			}
			of[step] = h.ID
		}
		for _, n := range h.Notice {
			if length, err := procedure.ParseLength(n.Length); err != nil || length.Question != "" {
				l.add(h.Pos, "hearing.notice", `write a length such as "3 working days"; what no text says, leave out`, "%s has a notice that is no length", whose)
			}
		}
		for _, a := range h.Attends {
			l.refer(h.Pos, whose, a.Who, attending)
			if _, err := procedure.Parse(a.When); a.When != "" && err != nil {
				l.add(h.Pos, "hearing.when", "write a guard over the situation, or leave it out", "%s asks for somebody under a condition that cannot be read", whose)
			}
		}
	}
}
