package pack

import (
	"slices"

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
		l.referAll(h.Pos, whose, h.To, l.known.kinds)
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
		if len(h.To)+len(h.Apart)+len(h.Begins) == 0 && !h.Waits && !h.Screens && !h.Family {
			l.add(h.Pos, "handling.empty", "write to:, apart:, waits:, screens:, family: or begins:, or remove the row", "%s says nothing", whose)
		}
	}
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
