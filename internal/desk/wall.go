package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/procedure"
)

// Wall is where the law of today leads this person no further: which steps it
// shuts and by which article, which steps may be tried, and who helps.
type Wall struct {
	ID      string
	Shuts   []string
	Ways    []StepOffer // as the law has them now
	Help    []Phone     // near, with a telephone
	Depends bool        // on what is not recorded, or not settled
	Basis   []procedure.Basis
}

// mostHelp is how many telephones a wall names.
const mostHelp = 3

// walls are those in which the person stands now. It is law said to whoever may
// see the situation; it adds nothing about the person to what they may see.
func (d *Desk) walls(ctx context.Context, who access.Who, f *casework.File, l law, offers []StepOffer) ([]Wall, error) {
	var out []Wall
	for _, w := range d.pack().WallsOn(l.at) {
		stands := w.Stands(l.snap.Model, l.now, l.at)
		if stands == procedure.False {
			continue
		}
		wall := Wall{ID: w.ID, Shuts: w.Shuts, Depends: stands == procedure.Depends, Basis: w.Basis}
		for _, way := range w.Ways {
			if i := slices.IndexFunc(offers, func(o StepOffer) bool { return o.ID == way }); i >= 0 {
				wall.Ways = append(wall.Ways, offers[i])
			}
		}
		var err error
		if wall.Help, err = d.helpNear(ctx, who, f, w.Needs); err != nil {
			return nil, err
		}
		out = append(out, wall)
	}
	return out, nil
}

// helpNear are bodies that answer one of the needs, those that fit and are near
// first, one line a body.
func (d *Desk) helpNear(ctx context.Context, who access.Who, f *casework.File, needs []string) ([]Phone, error) {
	if len(needs) == 0 {
		return nil, nil
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	options, err := d.providersFor(ctx, who, f, needs)
	if err != nil {
		return nil, err
	}
	var out []Phone
	for _, o := range options {
		p := names.phone(o.Body)
		if len(out) < mostHelp && !slices.ContainsFunc(out, func(have Phone) bool { return have.Body == p.Body }) {
			out = append(out, p)
		}
	}
	return out, nil
}
