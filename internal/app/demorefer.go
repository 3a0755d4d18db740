package app

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// priorityOfPast is how the invented many were referred.
const priorityOfPast = "normal"

// referral is what became of a seeded file's referral, drawn from the shares.
// Beds are kept for the hand-written lives: services without beds answer these.
func (s *seeder) referral(p *person, path demoPath, at time.Time, outcome string) []deed {
	if outcome == "" || outcome == "none" {
		return nil
	}
	var slugs []string
	for _, slug := range s.services(p.region) {
		slugs = append(slugs, s.t.turn(slug, p.n))
	}
	asked := &asked{}
	ask := min(len(slugs), 2+p.r.IntN(2))
	ring := outcome == "unanswered"
	out := []deed{s.doing(p, at, "refer", func(ctx context.Context, d *desk.Desk) error {
		return s.referAny(ctx, d, p, slugs[:ask], asked, ring)
	})}
	then := func(hours int, do string, reason string, who access.Who) {
		out = append(out, s.doing(p, at.Add(time.Duration(hours)*time.Hour), do, func(ctx context.Context, d *desk.Desk) error {
			return s.answer(ctx, d, p, who, demoLifeAct{Do: do, Reason: reason}, asked, p.key(do))
		}))
	}
	arrive := func(hours int, who access.Who) {
		then(hours, "arrive", "", who)
		out = append(out, s.taken(p, path, at.Add(time.Duration(hours)*time.Hour), who)...)
		if stay := s.t.data.Stay; len(stay) > 0 {
			leaves := hours + 24*one(p.r, stay)
			then(leaves, "leave", "planned", who)
			out = append(out, s.followedUp(p, at.Add(time.Duration(leaves)*time.Hour), who)...)
		}
	}
	first, second := s.t.workers[slugs[0]], s.t.workers[slugs[1]]
	arrival := 42 + p.r.IntN(40)
	switch outcome {
	case "accepted":
		then(1+p.r.IntN(40), "accept", "", first)
		arrive(arrival, first)
	case "refused": // the second of those asked takes her
		then(1+p.r.IntN(20), "refuse", one(p.r, s.reasons()), first)
		then(21+p.r.IntN(20), "accept", "", second)
		arrive(arrival, second)
	case "unanswered": // until the coordinator telephoned
		then(170+p.r.IntN(60), "accept", "", first)
		arrive(230+arrival, first)
	case "withdrawn":
		then(1+p.r.IntN(40), "withdraw", "", p.finder)
	}
	return out
}

// taken is what who took the person in does then, if it is of a kind that may.
func (s *seeder) taken(p *person, path demoPath, at time.Time, who access.Who) (out []deed) {
	for i, act := range path.Arrived {
		at = at.Add(time.Duration(act.After) * time.Hour)
		if step := s.stepOn(act.Step, at); step != nil && slices.Contains(step.By, who.BodyKind) {
			out = append(out, s.stepBy(p, at, "step "+act.Step, who, s.stepInput(p, len(path.Acts)+i, at, act)))
		}
	}
	return out
}

// followedUp is what who had her asks after she has left: each time that the pack
// says, some days after it was due, and she is well.
func (s *seeder) followedUp(p *person, left time.Time, who access.Who) (out []deed) {
	for month := 1; month <= 6; month++ {
		at := left.AddDate(0, month, 3)
		out = append(out, s.doing(p, at, "follow up", func(ctx context.Context, d *desk.Desk) error {
			due, err := d.FollowUps(ctx, who, p.file)
			for _, l := range due.Lines {
				if err == nil && l.Outcome == "" && l.Due.Before(at) {
					_, err = d.FollowUp(ctx, who, desk.FollowUpInput{Key: p.key("follow-" + string(l.Task)), File: p.file, Task: l.Task, Outcome: casework.FollowedWell})
				}
			}
			return err
		}))
	}
	return out
}

func (s *seeder) referAny(ctx context.Context, d *desk.Desk, p *person, slugs []string, referral *asked, ring bool) error {
	in := desk.ReferInput{Key: p.key("refer"), File: p.file, Needs: p.needs, Priority: priorityOfPast, Health: []string{"none"}, Children: "0"}
	for _, slug := range slugs {
		service, _ := s.bedless(slug)
		in.Services = append(in.Services, service)
	}
	receipt, err := d.Refer(ctx, p.finder, in)
	if err != nil {
		return err
	}
	referral.id = id.Referral(receipt.Args["referral"])
	if ring {
		return s.willRing(ctx, p, referral.id)
	}
	return nil
}

// willRing makes the telephones ring when the referral's clock says so: the
// past had its calls at their time, not when the demonstration starts.
func (s *seeder) willRing(ctx context.Context, p *person, referral id.Referral) error {
	ref := casework.Ref{Kind: casework.FileStream, ID: string(p.file)}
	l, err := s.d.store.View(ctx, ref)
	if err != nil {
		return err
	}
	r, ok := store.As[*casework.File](l, ref).Referral(referral)
	if !ok {
		return fault.New(fault.Internal, "demo.referral_lost")
	}
	s.after(s.doing(p, r.RingAt, "ring", func(ctx context.Context, d *desk.Desk) error {
		return d.Due(ctx, casework.EffectRing, map[string]string{"referral": string(referral)})
	}))
	return nil
}

// services are slugs of bodies with a service without beds, at least two: of
// the region, then of the regions near it, then of any,
// and of kinds that the person's yes names. Those whose workers have
// a button are left out: their first screen opens on the lives.
func (s *seeder) services(region string) []string {
	if known, ok := s.t.near[region]; ok {
		return known
	}
	var here, near, far []string
	around := s.d.pack.Region(region).Near
	recipients := s.d.pack.Purpose(casework.ReferralPurpose(s.d.pack, "")).Recipients
	for _, b := range s.t.data.Bodies {
		if _, ok := s.bedless(b.ID); !ok || b.Like != "" || b.hasButton() || !slices.Contains(recipients, b.Kind) {
			continue
		}
		switch {
		case b.Region == region:
			here = append(here, b.ID)
		case slices.Contains(around, b.Region):
			near = append(near, b.ID)
		default:
			far = append(far, b.ID)
		}
	}
	s.t.near[region] = slices.Concat(here, near, far)
	return s.t.near[region]
}

// bedless is a service of a body that needs no bed.
func (s *seeder) bedless(slug string) (id.Service, bool) {
	service, ok := s.t.bedless[slug]
	return service, ok
}

// reasons are those of a refusal that leaves nobody a task: a reason the law
// forbids reaches the coordinator, and in the lives it does.
func (s *seeder) reasons() (out []string) {
	for _, r := range s.d.pack.Refusals {
		if len(r.Forbidden) == 0 {
			out = append(out, r.ID)
		}
	}
	return out
}

// placeFor is a place of the worker's body that takes this person, if it has any.
func (s *seeder) placeFor(p *person, who access.Who) id.Place {
	i := slices.IndexFunc(s.t.data.Bodies, func(b demoBody) bool { return s.t.bodies[b.ID] == who.Body })
	n := 0
	for _, offer := range s.t.data.Bodies[i].Services {
		for _, place := range offer.Places {
			if p.bedded && slices.Contains(place.Takes, p.group()) {
				return s.t.places[s.t.data.Bodies[i].ID][n]
			}
			n++
		}
	}
	return ""
}

// group is what a place says it takes.
func (p *person) group() string {
	switch {
	case p.children != "" && p.children != "0":
		return "mother_with_children"
	case p.child && p.sex == "female":
		return "girls"
	case p.child:
		return "boys"
	case p.sex == "female":
		return "women"
	}
	return "men"
}
