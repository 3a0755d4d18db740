package desk

import (
	"cmp"
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
)

// After is how things stand once a step is recorded, for its receipt: what now
// protects the person, which clocks run, and what whoever recorded it does next.
// A receipt that only says "recorded" leaves a worker at a counter to guess.
type After struct {
	Step    string
	Guards  []Safeguard // bars and holds; what is owed is in the file
	Clocks  []ClockLine // the soonest first
	Next    []StepOffer // what waits for somebody, and this worker may take
	Advice  []string    // the country's own sentences on what to do after this step
	Unnamed bool        // nobody recorded who the person is, and this worker may
	Docket  bool        // this worker has a list of decisions due to go back to
}

// afterMost bounds each list: a receipt is read standing.
const afterMost = 6

// After reads the file as it is now. Who may no longer open it, for what they were
// asked is decided, gets only the country's sentences.
func (d *Desk) After(ctx context.Context, who access.Who, file id.File, step string) (After, error) {
	out := After{Step: step, Advice: d.numbered("after." + step), Docket: d.couldEver(who, access.SeeDocket, "file")}
	f, err := d.view(ctx, file)
	if err != nil {
		return After{}, err
	}
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return out, nil
	}
	l, err := d.lawFor(ctx, f.Situation, d.now())
	if err != nil {
		return After{}, err
	}
	if d.inGroup(who, f, "situation") {
		out.Guards = slices.DeleteFunc(l.safeguards(), func(s Safeguard) bool { return s.Kind == "entitlement" })
		out.Next = d.waiting(who, f, l)
	}
	if d.inGroup(who, f, "clocks") {
		out.Clocks = l.clocks()
		slices.SortStableFunc(out.Clocks, func(a, b ClockLine) int {
			return cmp.Or(compareBool(a.Due.IsZero(), b.Due.IsZero()), a.Due.Compare(b.Due))
		})
		out.Clocks = out.Clocks[:min(len(out.Clocks), afterMost)]
	}
	_, err = d.may(who, access.AddIdentity, f)
	out.Unnamed = err == nil && len(f.Identity.Names) == 0
	return out, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// waiting are the steps of My work in this file that this worker may take.
func (d *Desk) waiting(who access.Who, f *casework.File, l law) []StepOffer {
	if _, err := d.may(who, access.TakeStep, f); err != nil {
		return nil
	}
	offers := d.offers(who, f, l)
	out := slices.DeleteFunc(offers, func(o StepOffer) bool {
		waits := slices.ContainsFunc(f.Due, func(due casework.DueStep) bool { return due.Step == o.ID })
		return !waits || !o.Mine || o.State != "open" && o.State != "unclear"
	})
	return out[:min(len(out), afterMost)]
}
