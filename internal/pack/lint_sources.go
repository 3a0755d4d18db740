package pack

import (
	"slices"

	"pana/internal/procedure"
)

// A column of the law says what texts say. These two rules keep it so: what
// only a report tells is a question there, and is seen to happen in the
// overlay of that report (exists: none); and an act proves nothing of a day
// before it was adopted or after its repeal.

// claim is one element that says something of the law: who may or must do what,
// what is owed, what bars a removal, how long something runs.
type claim struct {
	pos    Pos
	name   string
	dates  Dates
	exists string
	// owed: it lays a duty on a body, or gives a right. The product's own rule
	// can record what people do, and cannot lay a duty on a State.
	owed  bool
	basis []Basis
}

// claims are the elements of the law that must stand on a text. Left out are
// what others do (world) unless it takes somebody out, what is recorded although
// no law allows it (irregular), and holds: safeguards that the removal check
// keeps to and the checker does not take for law.
func (l *linter) claims() []claim {
	var out []claim
	for _, s := range l.Spec.Steps {
		if (s.Force == procedure.World && s.Effect == "") || s.Irregular {
			continue
		}
		out = append(out, claim{s.Pos, "step " + s.ID, s.Dates, s.Exists, s.Force == procedure.Must, s.Basis})
	}
	for _, b := range l.Spec.Bars {
		if b.Level == "bar" {
			out = append(out, claim{b.Pos, "bar " + b.ID, b.Dates, b.Exists, true, b.Basis})
		}
	}
	for _, e := range l.Spec.Entitlements {
		out = append(out, claim{e.Pos, "entitlement " + e.ID, e.Dates, e.Exists, true, e.Basis})
	}
	for _, c := range l.Spec.Clocks {
		if !isUnknown(c.Length) {
			out = append(out, claim{c.Pos, "clock " + c.ID, c.Dates, "", false, c.Basis})
		}
	}
	return out
}

// sources: an element of the law stands on a text that was read, or hangs on a
// question, or, where it owes nothing, is the product's own rule and says so;
// and on each day of a snapshot one of its acts stood.
func (l *linter) sources() {
	for _, c := range l.claims() {
		own := slices.ContainsFunc(c.basis, func(b Basis) bool { return b.Mark == "P" })
		if c.exists != "" || len(c.basis) == 0 || (own && !c.owed) {
			continue
		}
		var texts []Basis
		for _, b := range c.basis {
			if wasRead(b) {
				texts = append(texts, b)
			}
		}
		if len(texts) == 0 {
			l.add(c.pos, "basis.report", "write exists: with a question to the State, and let an overlay say that its source saw it (exists: none); or name the act and the edition that were read",
				"%s stands on no text that was read", c.name)
			continue
		}
		l.stoodThen(c, texts)
	}
}

// wasRead says whether a basis is a text: of an act, or an official page.
func wasRead(b Basis) bool {
	switch b.Mark {
	case "T", "O":
		return true
	case "N", "I": // a copy of an article, or our inference from one
		return b.Act != "" && b.Edition != ""
	}
	return false
}

func (l *linter) stoodThen(c claim, texts []Basis) {
	for _, day := range l.Head.Snapshots {
		if Contains(c.dates, day.Time) && !slices.ContainsFunc(texts, func(b Basis) bool { return l.stood(b.Act, day) }) {
			l.add(c.pos, "basis.not_in_force", "give it dates, or name the act of that time; if it was not read, write exists: with a question",
				"%s is in force on %s, and no act that it names was", c.name, day.Format("2006-01-02"))
			return
		}
	}
}

// stood says whether an act could have been in force on a day. Where its first
// day was not found, the day of its adoption is the earliest.
func (l *linter) stood(id string, day Day) bool {
	a := l.Act(id)
	if a == nil {
		return true // an official page, or an unknown act that another rule reports
	}
	from := a.InForce
	if from.IsZero() {
		from = a.Adopted
	}
	return (from.IsZero() || !day.Before(from.Time)) && (a.Repealed.IsZero() || day.Before(a.Repealed.Time))
}
