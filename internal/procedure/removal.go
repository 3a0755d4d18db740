package procedure

import "time"

// Removal answers whether the law lets this person be taken out, as pack
// semantics §4 has it: barred when a bar of level bar certainly stands; else
// hold when one stands under some answer to the open questions, when a hold
// stands, or when a protection procedure is or may be open; else none, which is
// not permission. A bar that binds one removal step and not every removal makes
// a hold: the check does not know which step is meant.
func (m *Model) Removal(s Situation, at time.Time) Removal {
	f := m.frame(s, at)
	out := Removal{Answer: NotBarred}
	found := func(finding BarFinding, certain bool) {
		out.Bars = append(out.Bars, finding)
		out.Questions = union(out.Questions, finding.Questions)
		switch {
		case certain:
			out.Answer = Barred
		case out.Answer == NotBarred:
			out.Answer = Hold
		}
	}
	for i := range m.bars {
		b := &m.bars[i]
		truth := b.when.truth(f)
		if truth == False || !b.removal && !b.some {
			continue
		}
		found(BarFinding{Bar: &b.Bar, Name: b.ID, Truth: truth, Level: b.Level, Questions: m.questionIDs(b.when.deciding(f)), Basis: b.Basis},
			truth == True && b.Level == "bar" && b.removal)
	}
	if m.protection != nil {
		if truth := m.protection.truth(f); truth != False {
			found(BarFinding{Name: ProtectionOpen, Truth: truth, Level: "hold", Questions: m.questionIDs(m.protection.deciding(f))}, false)
		}
	}
	return out
}

// Entitlements are what is owed to the person, or may be, in the pack's order.
func (m *Model) Entitlements(s Situation, at time.Time) []Entitled {
	return m.Reading(s, at).Entitlements()
}

// Entitlements of what was read.
func (r Reading) Entitlements() []Entitled {
	var out []Entitled
	for i := range r.m.entitlements {
		e := &r.m.entitlements[i]
		if e.when.truth(r.f) != False {
			out = append(out, Entitled{&e.Entitlement, r.m.questionIDs(e.when.deciding(r.f))})
		}
	}
	return out
}
