package pack

import (
	"slices"
	"strings"
)

// operable holds what the product asks of a pack that people work with. It is
// the product's own minimum, not the country's law, and each message says so:
// law that falls short of it still loads, and the product does more.
func (l *linter) operable() {
	l.enough()
	l.minimum()
	for _, c := range l.Spec.Clocks {
		if c.OnExpiry.Deems != "" {
			l.warn(c.Pos, "operate.timer", "nothing to mend: at the end of the time people are told, and decide", "the end of clock %s decides %s by law; the service never lets a timer decide", c.ID, c.OnExpiry.Deems)
		}
	}
	for _, f := range l.Forms {
		for _, e := range f.Fields {
			if e.Closed && e.Required && len(e.Options) < 2 {
				l.add(e.Pos, "operate.form", "leave it open, or give another option", "field %s.%s must be answered and leaves no choice", f.ID, e.ID)
			}
		}
	}
}

// enough: somebody can report, provide, decide and coordinate, and be told.
func (l *linter) enough() {
	pos := at(l.Head.Pos, "pack.yaml")
	if l.Head.Hotline == "" {
		l.add(pos, "operate.hotline", "write hotline:", "no telephone to call when nobody answers (the service's own rule)")
	}
	if len(l.Rules) == 0 {
		l.add(pos, "operate.access", "write access.yaml", "no access rules: nobody may do anything")
	}
	if len(l.Standards.Priorities) == 0 {
		l.add(pos, "operate.standards", "write standards.yaml", "no priorities: a referral would have no clock (the service's own rule)")
	}
	for _, power := range []string{"refer", "provide", "decide", "coordinate"} {
		if !slices.ContainsFunc(l.BodyKinds, func(k BodyKind) bool { return slices.Contains(k.Can, power) }) {
			l.add(pos, "operate.bodies", "give the power to a kind of body", "no kind of body can %s", power)
		}
	}
	for _, lang := range l.Head.Languages { // a worker chooses one for a notice, a hearing, a paper
		if key := "language." + lang; l.words.Entry(key) == nil {
			l.add(pos, "operate.language", "write it in a file of wording/", "no wording for %s: a notice could not say which language it is in", key)
		}
	}
	if len(l.Critical) == 0 {
		l.add(pos, "operate.critical", "list them in wording/critical.yaml", "no list of the sentences a native speaker must read first (the service's own rule)")
	}
}

// minimum: whoever records a decision against a person must give reasons and
// notice in her language, whatever the law asks; and somebody must be able to
// record it. What the law leaves open is one line for each question, since the
// question is what to put to the State; what it says there is none of, one for
// each step.
func (l *linter) minimum() {
	type open struct {
		pos          Pos
		parts, steps []string
	}
	questions := map[string]*open{}
	var order []string
	for _, s := range l.Spec.Steps {
		a := s.Adverse
		if a == nil {
			continue
		}
		var none []string
		for _, part := range []struct{ name, value string }{{"reasons", a.Reasons}, {"notice", a.Notice}, {"language", a.Language}} {
			switch {
			case part.value == "none":
				none = append(none, part.name)
			case isUnknown(part.value):
				if questions[part.value] == nil {
					questions[part.value] = &open{pos: s.Pos}
					order = append(order, part.value)
				}
				q := questions[part.value]
				q.parts, q.steps = once(q.parts, part.name), once(q.steps, s.ID)
			}
		}
		if len(none) > 0 {
			l.warn(s.Pos, "operate.minimum", saysWhose, "the law asks for no %s in step %s; the service does, as its own rule", strings.Join(none, ", no "), s.ID)
		}
		if isUnknown(a.Decider) && len(s.By) == 0 {
			l.add(s.Pos, "operate.decider", "write by: with the bodies that may record it", "nobody knows who decides step %s, so nobody could record it", s.ID)
		}
	}
	for _, question := range order {
		q := questions[question]
		l.warn(q.pos, "operate.minimum", saysWhose, "%s: the law does not settle %s in %s; the service asks for it all the same, as its own rule",
			strings.TrimSuffix(strings.TrimPrefix(question, "unknown("), ")"), strings.Join(q.parts, ", "), strings.Join(q.steps, ", "))
	}
}

const saysWhose = "nothing to mend: the page says whose rule it is"

func once(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
