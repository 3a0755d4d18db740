package casework

import (
	"pana/internal/fault"
	"pana/internal/procedure"
)

// Foresee is the situation before a step and after it, its notice included, as
// it would be if the step were recorded now with these answers. It decides
// nothing and may not be asked of a step that is not in force.
//
// What was recorded late is foreseen from the day on which it happened, as
// TakeStep will judge it.
func Foresee(f *File, in TakeStepInput, m Moment) (before, after procedure.Situation, err error) {
	at := occurred(in.OccurredAt, m)
	if at.After(m.At) {
		at = m.At
	}
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return before, after, err
	}
	before = f.before(at)
	offer, ok := model.Offer(before, in.Step, at)
	if !ok {
		return before, after, fault.New(fault.Invalid, CodeStepUnknown, "step", in.Step)
	}
	taken := in.taken(offer.Step)
	if in.Irregular && len(f.failures(offer, in, m)) > 0 { // what happened against the law is recorded without its notice
		after, _ = model.TakeWith(before, in.Step, taken.Facts, at)
		return before, after, nil
	}
	b := f.building(m)
	b.at = at
	after = b.notice(f, model, offer.Step, taken, in.Understood)
	return before, b.screen(f, model, in, taken, after), nil
}
