package app

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"pana/internal/casework"
	"pana/internal/pack"
)

// What a pack's folder demo has to say before a demonstration can be made of it. All
// that is missing is said at once, and how to go on: whoever tries a pack of their own
// for the first time has no invented past yet.

// lacks is what keeps so many files from being made.
func (d *demoData) lacks(files int, p *pack.Pack) error {
	bad := d.badBodies(p)
	if files > 0 {
		bad = append(bad, d.badLives()...)
	}
	if lived := len(d.Lives) + d.atDoors(); files > lived {
		for _, lack := range append(d.badShares(p), d.badReferrals(p)...) {
			bad = append(bad, fmt.Errorf("%w; the %d files that demo/ writes down can be made without it: --files %d", lack, lived, lived))
		}
	}
	return errors.Join(bad...)
}

// badBodies are of a kind or a role that the pack has not; and somebody can sign in.
func (d *demoData) badBodies(p *pack.Pack) (bad []error) {
	say := func(format string, args ...any) { bad = append(bad, fmt.Errorf("demo/bodies.yaml: "+format, args...)) }
	for _, b := range d.Bodies {
		kind := p.BodyKind(b.Kind)
		if kind == nil {
			say("%s is of the kind %q, which bodies.yaml has not", b.ID, b.Kind)
			continue
		}
		if b.Region != "" && p.Region(b.Region) == nil {
			say("%s is in %q, which regions.yaml has not", b.ID, b.Region)
		}
		for _, w := range b.Workers {
			if !slices.Contains(kind.Roles, w.Role) {
				say("%s has the role %q, which a body of the kind %s has not", w.Login, w.Role, b.Kind)
			}
		}
		for _, s := range b.Services {
			if p.Service(s.Type) == nil {
				say("%s offers %q, which services.yaml has not", b.ID, s.Type)
			}
		}
	}
	if !slices.ContainsFunc(d.Bodies, demoBody.hasButton) {
		say("no worker has a role_button, and nobody could sign in: give one to each worker whose day is to be tried")
	}
	return bad
}

// badLives begin with nobody of demo/bodies.yaml.
func (d *demoData) badLives() (bad []error) {
	for _, life := range d.Lives {
		if !d.has(life.FoundBy) {
			bad = append(bad, fmt.Errorf("demo/lives.yaml: %s is found by %q, which demo/bodies.yaml has not", life.ID, life.FoundBy))
		}
	}
	return bad
}

// has says whether a slug is of a body with a worker, or a worker's login.
func (d *demoData) has(slug string) bool {
	return slices.ContainsFunc(d.Bodies, func(b demoBody) bool {
		return b.ID == slug && len(b.Workers) > 0 || slices.ContainsFunc(b.Workers, func(w demoWorker) bool { return w.Login == slug })
	})
}

// badShares: an invented file is drawn from what these lists say of the many.
func (d *demoData) badShares(p *pack.Pack) (bad []error) {
	say := func(format string, args ...any) { bad = append(bad, fmt.Errorf(format, args...)) }
	for _, list := range []string{"status", "citizenship", "sex_age", "found_by"} {
		if len(d.Dist[list].Shares) == 0 {
			say("demo/distribution.yaml has no shares of %s", list)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(d.Dist["status"].Shares)) {
		path, ok := d.Paths[status]
		switch who := d.Dist["sex_age"].Shares; {
		case !ok:
			say("demo/paths.yaml does not say what happens to whom distribution.yaml has as %q", status)
		case path.Adults && who["man"]+who["woman"] == 0:
			say("demo/paths.yaml has %q for adults only, and demo/distribution.yaml has no man and no woman in sex_age", status)
		}
	}
	for _, region := range slices.Sorted(maps.Keys(d.Dist["region"].Shares)) {
		if p.Region(region) == nil {
			say("demo/distribution.yaml has people of %q, which regions.yaml has not", region)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(d.Dist["found_by"].Shares)) {
		if !slices.ContainsFunc(d.Bodies, func(b demoBody) bool { return b.Kind == kind && len(b.Workers) > 0 }) {
			say("demo/distribution.yaml has people found by %q, and demo/bodies.yaml has nobody of that kind", kind)
		}
	}
	for _, country := range slices.Sorted(maps.Keys(d.Dist["citizenship"].Shares)) {
		names, ok := d.Names[country]
		if !ok {
			names = d.Names["other"]
		}
		if len(names.Female) == 0 || len(names.Male) == 0 || len(names.Surname["female"]) == 0 || len(names.Surname["male"]) == 0 {
			say("demo/names.yaml has no names for %s, and none under other", country)
		}
	}
	return bad
}

// badReferrals: who is referred goes from a region to one of two bodies, on the yes that
// the pack asks for it.
func (d *demoData) badReferrals(p *pack.Pack) (bad []error) {
	out := d.Dist["referral"].Shares
	if len(out) == 0 || len(out) == 1 && out["none"] > 0 {
		return nil
	}
	if len(d.Dist["region"].Shares) == 0 {
		bad = append(bad, errors.New("demo/distribution.yaml has referrals and no shares of region"))
	}
	purpose := p.Purpose(casework.ReferralPurpose(p, ""))
	if purpose == nil {
		return append(bad, errors.New("demo/distribution.yaml has referrals, and consents.yaml asks for no yes to one"))
	}
	able := 0
	for _, b := range d.Bodies {
		free := slices.ContainsFunc(b.Services, func(s demoService) bool { return len(s.Places) == 0 })
		if free && b.Like == "" && !b.hasButton() && slices.Contains(purpose.Recipients, b.Kind) {
			able++
		}
	}
	if able < 2 {
		bad = append(bad, errors.New("demo/distribution.yaml has referrals, and demo/bodies.yaml fewer than two bodies with a service without beds, which those in need can be referred to, and no button"))
	}
	return bad
}
