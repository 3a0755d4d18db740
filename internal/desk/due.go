package desk

import (
	"context"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
)

// What becomes due is done here; package jobs says when. Each can be done twice:
// casework answers the second that nothing was to be done.

// Due does what one job asks for. Its args carry ids, codes and times only.
func (d *Desk) Due(ctx context.Context, kind string, args map[string]string) error {
	switch kind {
	case casework.EffectRing:
		return d.ring(ctx, id.Referral(args["referral"]))
	case casework.EffectHold:
		return d.holdOver(ctx, id.Place(args["place"]), id.Referral(args["referral"]))
	case casework.EffectNotify:
		return d.tell(ctx, args)
	case casework.EffectDue:
		return d.remind(ctx, args)
	case casework.EffectKin:
		return d.tellRelatives(ctx, id.File(args["file"]))
	case casework.EffectSecond:
		return d.secondLate(ctx, args)
	case casework.EffectEstimate:
		return d.beginEstimate(ctx, id.Estimate(args["estimate"]))
	case casework.EffectClock:
		return d.clockOver(ctx, id.File(args["file"]), args["clock"])
	}
	return fault.New(fault.Internal, "job.unknown", "kind", kind)
}

// product acts when nobody does: no worker and no body.
var product = access.Who{BodyKind: "product"}

// ring tells the coordinator and the hotline that nobody has answered.
func (d *Desk) ring(ctx context.Context, referral id.Referral) error {
	file, err := d.fileOfReferral(ctx, referral)
	if err != nil {
		return gone(err)
	}
	// The key is of this moment: an acceptance taken back may have to ring after
	// an earlier call found nothing to do. Escalate itself happens once.
	at := d.now()
	key := "ring/" + string(referral) + "/" + at.Format(time.RFC3339)
	_, err = d.change(ctx, product, key, string(referral), at, []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.Escalate(fileOf(l, file), referral, m)
	})
	return gone(err)
}

// holdOver frees a bed that was kept for somebody who did not come.
func (d *Desk) holdOver(ctx context.Context, place id.Place, referral id.Referral) error {
	at := d.now()
	key := "hold/" + string(place) + "/" + string(referral) + "/" + at.Format(time.RFC3339)
	_, err := d.change(ctx, product, key, string(place), at, []casework.Ref{placeRef(place)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.ExpireHold(store.As[*casework.Place](l, placeRef(place)), referral, m)
	})
	return gone(err)
}

// gone takes the place of an act on what was erased or answered meanwhile.
func gone(err error) error {
	if err != nil && fault.Of(err).Kind == fault.NotFound {
		return nil
	}
	return err
}

// Sweep finds what should have rung or ended by now, whether or not a job was
// kept for it: after a restore from backup, or a clock that was pushed.
func (d *Desk) Sweep(ctx context.Context) error {
	at := d.now()
	rings, err := d.deps.Store.List(ctx, "referrals", store.Query{
		Scope: everything, Limit: 200, NoTotal: true, Sort: []store.Order{{Column: "ring_at"}},
		Where: []store.Filter{
			store.Where("ring_at", store.Until, at), store.Where("escalated_at", store.Unset),
			store.Where("state", store.OneOf, casework.ReferralOpen, casework.ReferralUnanswered),
		},
	})
	if err != nil {
		return fault.At("sweep referrals", err)
	}
	for _, r := range rings.Rows {
		if err := d.ring(ctx, id.Referral(r.Text("referral_id"))); err != nil {
			return fault.At("ring "+r.Text("referral_id"), err)
		}
	}
	if err := d.sweepHolds(ctx, at); err != nil {
		return err
	}
	if err := d.sweepDocuments(ctx); err != nil {
		return err
	}
	if err := d.sweepRetention(ctx, at); err != nil {
		return err
	}
	return d.sweepAway(ctx, at)
}

// sweepAway is what cannot be undone. It waits while the machine's clock may be far
// ahead: what was erased in a wrong year does not come back when the clock does.
func (d *Desk) sweepAway(ctx context.Context, at time.Time) error {
	if d.deps.Unsure() {
		return nil
	}
	for _, sweep := range []func(context.Context, time.Time) error{d.sweepChecks, d.sweepHouseholds, d.sweepErasures, d.sweepRecords} {
		if err := sweep(ctx, at); err != nil {
			return err
		}
	}
	if err := d.sweepEstimates(ctx, at); err != nil {
		return err
	}
	if err := d.sweepLeftovers(ctx); err != nil {
		return err
	}
	return d.sweepSignIns(ctx)
}

// forgetEvery is how often sign-ins that are over are deleted.
const forgetEvery = time.Hour

// sweepSignIns goes by the real clock, as sessions do.
func (d *Desk) sweepSignIns(ctx context.Context) error {
	at := d.wall()
	last := d.forgot.Load()
	if d.deps.Auth == nil || last != nil && at.Sub(*last) < forgetEvery && !at.Before(*last) {
		return nil
	}
	over, _ := d.keptFrom(pack.RecordSignIns, at)
	unused, _ := d.keptFrom(pack.RecordBrowsers, at)
	if err := d.deps.Auth.Forget(ctx, over, unused); err != nil {
		return err
	}
	if err := d.deps.Auth.ForgetVisits(ctx, at); err != nil {
		return err
	}
	d.forgot.Store(&at)
	return nil
}

// sweepChecks erases checks whose time is over by the pack (DESIGN §7: twelve months,
// enough for an appeal and a court). The answer's receipt and its leaf in the ledger
// stay. What is found is erased in the order it was asked; what is left is found by the
// next sweep.
func (d *Desk) sweepChecks(ctx context.Context, at time.Time) error {
	until, ends := d.keptFrom(pack.RecordChecks, at)
	if !ends {
		return nil
	}
	old, err := d.deps.Store.List(ctx, "checks", store.Query{
		Scope: everything, Limit: 200, NoTotal: true, Sort: []store.Order{{Column: "at"}}, Where: []store.Filter{store.Where("at", store.Until, until)},
	})
	if err != nil {
		return fault.At("sweep checks", err)
	}
	return d.erase(ctx, old, "query_life_over", at)
}

// erase destroys the keys of what rows are of; what is gone meanwhile is gone.
func (d *Desk) erase(ctx context.Context, old store.Page, why string, at time.Time) error {
	for _, r := range old.Rows {
		_, err := d.deps.Store.Erase(ctx, keyOf(product, "erase/"+r.Ref.String()), product, r.Ref, why, at)
		if gone(err) != nil {
			return fault.At("erase "+r.Ref.String(), err)
		}
	}
	return nil
}

// sweepHouseholds erases what was said at a door when its time is over: names and
// the address go, the counts of the operation stay.
func (d *Desk) sweepHouseholds(ctx context.Context, at time.Time) error {
	old, err := d.deps.Store.List(ctx, "households", store.Query{
		Scope: everything, Limit: 200, NoTotal: true, Sort: []store.Order{{Column: "until"}}, Where: []store.Filter{store.Where("until", store.Until, at)},
	})
	if err != nil {
		return fault.At("sweep households", err)
	}
	return d.erase(ctx, old, "household_life_over", at)
}

func (d *Desk) sweepHolds(ctx context.Context, at time.Time) error {
	held, err := d.deps.Store.List(ctx, "places", store.Query{
		Scope: everything, Limit: 200, NoTotal: true, Sort: []store.Order{{Column: "held_until"}}, Where: []store.Filter{store.Where("held_until", store.Until, at)},
	})
	if err != nil {
		return fault.At("sweep places", err)
	}
	for _, r := range held.Rows {
		l, err := d.deps.Store.View(ctx, r.Ref)
		if err != nil {
			return err
		}
		p := store.As[*casework.Place](l, r.Ref)
		if p == nil {
			continue
		}
		for _, h := range p.Held {
			if h.Until.After(at) {
				continue
			}
			if err := d.holdOver(ctx, p.ID, h.Referral); err != nil {
				return err
			}
		}
	}
	return nil
}
