package desk

import (
	"cmp"
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// recipients are the bodies to one of which a step goes, by name: those of the
// region first, so that the usual one is already chosen.
func (d *Desk) recipients(ctx context.Context, who access.Who, step, region string) ([]Phone, error) {
	h := d.pack().HandlingOf(step)
	if h == nil || len(h.To) == 0 {
		return nil, nil
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	bodies := names.that(h.To, "")
	slices.SortStableFunc(bodies, func(a, b bodyRow) int {
		near := func(b bodyRow) int {
			switch {
			case b.ID == who.Body: // at whose counter it is said
				return 0
			case b.Region == region:
				return 1
			}
			return 2
		}
		return cmp.Or(cmp.Compare(near(a), near(b)), cmp.Compare(slices.Index(h.To, a.Kind), slices.Index(h.To, b.Kind)), cmp.Compare(a.Name, b.Name))
	})
	out := make([]Phone, len(bodies))
	for i, b := range bodies {
		out[i] = names.phone(b.ID)
	}
	return out, nil
}

// mayReceive refuses a recipient of a kind that the pack does not name: naming a
// body opens the file to it.
func (d *Desk) mayReceive(ctx context.Context, who access.Who, step string, to id.Body) error {
	if to == "" {
		return nil
	}
	all, err := d.recipients(ctx, who, step, who.Region)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(p Phone) bool { return p.Body == to }) {
		return fault.Form(fault.Field{Name: "to", Code: "field.choice"})
	}
	return nil
}

// offers are the steps of a file as this worker has them. To whom the file is only
// shown none of them is theirs, nor theirs to write down for her: a link would lead
// to a page that is not there for them.
func (d *Desk) offers(who access.Who, f *casework.File, l law) []StepOffer {
	out := l.offers(who)
	if _, err := d.may(who, access.TakeStep, f); err != nil {
		for i := range out {
			out[i].Mine, out[i].ForHer = false, false
		}
	}
	d.apart(who, f, l, out)
	return out
}

// apart closes the offers that somebody else must take: who did the earlier step
// may not do this one.
func (d *Desk) apart(who access.Who, f *casework.File, l law, offers []StepOffer) {
	m := d.moment(who, l.at)
	m.People = l.people
	for i := range offers {
		step := l.snap.Model.Step(offers[i].ID)
		if step == nil || offers[i].State == "closed" || !offers[i].Mine || casework.NotSame(f, step, m) == "" {
			continue
		}
		offers[i].State = "closed"
		offers[i].WhyNot = append(offers[i].WhyNot, WhyNot{Key: "why.not_same"})
	}
}
