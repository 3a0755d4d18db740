package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// law is the law of one day over one situation, as a page shows it.
type law struct {
	snap *pack.Snapshot
	now  procedure.Situation
	at   time.Time
	// people are the logins that are one person's: who did a step may not do another.
	people casework.People
}

// safeguards are the bars and entitlements that stand. A bar that stands only
// under some answer to a question of law is a hold: doubt protects.
func (l law) safeguards() []Safeguard {
	var out []Safeguard
	for _, b := range l.snap.Model.Removal(l.now, l.at).Bars {
		kind := b.Level
		if b.Truth != procedure.True {
			kind = "hold"
		}
		out = append(out, Safeguard{ID: b.Name, Kind: kind, Unclear: b.Questions, Basis: b.Basis})
	}
	for _, e := range l.snap.Model.Entitlements(l.now, l.at) {
		out = append(out, Safeguard{
			ID: e.Entitlement.ID, Kind: "entitlement", Unclear: e.Questions, Basis: e.Entitlement.Basis, OwedBy: e.Entitlement.OwedBy,
		})
	}
	return out
}

// offers is every step, in the pack's order: what may happen, and why not else.
func (l law) offers(who access.Who) []StepOffer {
	var out []StepOffer
	clocks := l.clocks()
	for _, o := range l.snap.Model.Next(l.now, l.at) {
		if o.Step.Irregular && o.State == procedure.Closed {
			continue
		}
		out = append(out, l.offer(who, o, clocks))
	}
	return out
}

func (l law) offer(who access.Who, o procedure.Offer, clocks []ClockLine) StepOffer {
	step, ours := o.Step, isOurs(who, o.Step.By)
	own := step.Force == procedure.Own
	out := StepOffer{
		ID: step.ID, Of: step.Procedure, State: string(o.State), Force: step.Force, Mine: ours || own, ForHer: own && !ours, By: step.By,
		Unclear: o.Questions, Basis: step.Basis, Form: step.Form, Removal: step.Effect == "removal", Due: dueFor(step, clocks),
	}
	if o.State == procedure.Closed || o.State == procedure.Held { // of an unclear step the question says why
		for _, why := range o.Why {
			out.WhyNot = append(out.WhyNot, l.whyNot(step, why))
		}
	}
	for name, to := range step.Set {
		out.Sets = append(out.Sets, Change{Var: name, From: l.now.Value(name), To: to})
	}
	slices.SortFunc(out.Sets, func(a, b Change) int { return cmp.Compare(a.Var, b.Var) })
	if step.Adverse != nil {
		out.Adverse = l.adverse(step.Adverse, step.By)
	}
	return out
}

// whyNot says a failing condition in public words: the bar, or what another
// procedure exports; never the value that was read.
func (l law) whyNot(step *procedure.Step, why procedure.Reason) WhyNot {
	switch {
	case why.Bar != "":
		return WhyNot{Key: "bar." + why.Bar, Basis: why.Basis}
	case len(why.Reads) == 0:
		return WhyNot{Key: "why." + why.Code, Basis: why.Basis}
	}
	name := why.Reads[0]
	if l.isExported(name) {
		return WhyNot{Key: "export." + name, Basis: why.Basis}
	}
	return WhyNot{Key: l.nameKey(name), Basis: why.Basis}
}

func (l law) isExported(name string) bool {
	return slices.ContainsFunc(l.snap.Pack.Spec.Procedures, func(p procedure.Procedure) bool { return slices.Contains(p.Exports, name) })
}

// nameKey is the wording of what a guard reads.
func (l law) nameKey(name string) string {
	if slices.ContainsFunc(l.snap.Pack.Spec.Facts, func(f procedure.Fact) bool { return f.Name == name }) {
		return "fact." + name
	}
	return "var." + name
}

// adverse lists the parts of a decision against a person: what the law asks
// for, and what the product asks for all the same (DESIGN §2, moment 4).
func (l law) adverse(a *procedure.Adverse, by []string) *AdverseForm {
	out := &AdverseForm{Appeal: a.Appeal, Deciders: decidersOf(a, by)}
	for _, p := range []struct{ part, law string }{
		{"decider", a.Decider}, {"reasons", a.Reasons}, {"notice", a.Notice}, {"language", a.Language}, {"limit", a.Limit}, {"appeal", a.Appeal},
	} {
		stated := statedAs(p.law)
		asked := slices.Contains([]string{"reasons", "notice", "language"}, p.part)
		out.Parts = append(out.Parts, AdversePart{
			Part: p.part, Law: stated, Product: asked && (stated == "none" || stated == "unknown"), Basis: a.Basis,
		})
	}
	if statedAs(a.Notice) != "none" {
		out.Notice = a.Notice
	}
	return out
}

// decidersOf are the kinds of body that may take an adverse step: the one the law
// names first, and every other to which the step is given. A person who appeals
// must know which of them it was, and which it could have been.
func decidersOf(a *procedure.Adverse, by []string) []string {
	var out []string
	if stated := statedAs(a.Decider); stated != "" && stated != "none" && stated != "unknown" {
		out = append(out, stated)
	}
	for _, who := range by {
		if kind, _, _ := strings.Cut(who, ":"); !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// statedAs folds "unknown(q_12)" to "unknown".
func statedAs(part string) string {
	if len(part) >= 7 && part[:7] == "unknown" {
		return "unknown"
	}
	return part
}

// isOurs says whether a step is for this worker's kind of body: "kind" or "kind:role".
func isOurs(who access.Who, by []string) bool {
	return slices.Contains(by, who.BodyKind) || slices.Contains(by, who.BodyKind+":"+who.Role)
}

// dueFor is when a duty clock that this step stops runs out.
func dueFor(step *procedure.Step, clocks []ClockLine) time.Time {
	var due time.Time
	for _, c := range clocks {
		if slices.Contains(step.Stops, c.ID) && !c.Due.IsZero() && (due.IsZero() || c.Due.Before(due)) {
			due = c.Due
		}
	}
	return due
}

// ClockLine is a running or expired clock.
type ClockLine struct {
	ID      string
	Kind    string
	Of      []string
	Start   time.Time
	Due     time.Time // zero when the length is unknown
	State   string    // running, expired, suspended
	Unknown string    // question id, when the length, or the end of a suspension, is unknown
	Paused  time.Time // since when it stands still
	Basis   []procedure.Basis
}

func (l law) clocks() []ClockLine {
	var out []ClockLine
	for _, c := range l.snap.Model.Clocks(l.now, l.at) {
		if c.State == procedure.ClockOff {
			continue
		}
		out = append(out, ClockLine{
			ID: c.Clock.ID, Kind: c.Clock.Kind, Of: c.Clock.Of, Start: c.Started, Due: c.Due,
			State: string(c.State), Unknown: c.Unknown, Paused: c.Paused, Basis: c.Clock.Basis,
		})
	}
	return out
}
