package desk

import (
	"context"
	"math"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// ReferralFigures are what came of asking services for the people of a year: whom a
// service refused, for which reason and in which region, and how long a bed took. The
// reasons, the regions and which services have beds are the pack's. A year is whole and
// stands alone: no quarter of it is counted, so that none can be taken from it.
// Numbers may be Few.
type ReferralFigures struct {
	Few           int
	Year          int
	Running       bool  // not over: not to be published yet
	Years         []int // that may be chosen, the newest first
	Whose, Region string
	People        int         // for whom a service was asked, each once
	Refused       FigureCells // yes, no: of them
	Beds          int         // for whom a service with beds was asked
	Bed           FigureCells // yes, no: of them, one said yes
	ToBed         FigureDays  // hours from asking to that
	Refusals      RefusalTable
	Publishes     bool   // this worker gives out its years
	State, Digest string // of a year that is over, for who does: casework.FiguresNew and its like
}

// RefusalTable counts each person once with each reason that a service gave, in the
// person's region. Rows and columns of fewer than a few people are in the last one, together.
type RefusalTable struct {
	All     int // Few: nothing of it is given out
	Reasons []RefusalRow
	Regions []RefusalRow
	// Cells are by reason and region in the order above; nil where they cannot be given
	// out beside the totals.
	Cells [][]int
}

// RefusalRow is a reason or a region; Rest is all the others together.
type RefusalRow struct {
	ID   string
	Rest bool
	N    int
}

// personAsked is one of whom services were asked in a year.
type personAsked struct {
	region   string
	reasons  map[string]bool
	asked    time.Time // first, a service with beds
	promised time.Time // first, by one of them
}

// ReferralFigures counts a year of referrals. One that there is not is the running year.
func (d *Desk) ReferralFigures(ctx context.Context, who access.Who, year int) (ReferralFigures, error) {
	scope := d.rules.Scope(who, access.SeeFigures, "referral")
	if _, none := scope.(access.None); none {
		return ReferralFigures{}, fault.Withheld("no figures of referrals for this role")
	}
	this := d.now().In(d.pack().Location()).Year()
	if year > this || year <= this-yearsOfFigures {
		year = this
	}
	out, err := d.countReferrals(ctx, scope, year)
	if err != nil {
		return ReferralFigures{}, err
	}
	for n := range yearsOfFigures {
		out.Years = append(out.Years, this-n)
	}
	out.Whose, out.Region = whose(scope), who.Region
	return d.standing(ctx, who, out)
}

func (d *Desk) countReferrals(ctx context.Context, scope access.Scope, year int) (ReferralFigures, error) {
	of := d.spansOf(year)[0]
	beds, err := d.bedServices(ctx)
	if err != nil {
		return ReferralFigures{}, err
	}
	people := map[string]*personAsked{}
	referrals := map[string]time.Time{}
	q := store.Query{
		Scope: scope, Where: []store.Filter{store.Where("asked_at", store.From, of.from.UTC()), store.Where("asked_at", store.Before, of.to.UTC())},
		Sort: []store.Order{{Column: "asked_at"}}, Limit: 1000, NoTotal: true,
	}
	err = d.eachRow(ctx, "referrals", q, func(r store.Found) {
		if people[r.Text("file_id")] == nil {
			people[r.Text("file_id")] = &personAsked{region: d.listedRegion(r.Text("region")), reasons: map[string]bool{}}
		}
		referrals[r.Text("referral_id")] = r.Time("asked_at")
	})
	if err != nil {
		return ReferralFigures{}, err
	}
	var refs []casework.Ref
	for file := range people {
		refs = append(refs, fileRef(id.File(file)))
	}
	for some := range slices.Chunk(refs, 500) {
		asks, err := d.deps.Store.Rows(ctx, store.RowsOf{Table: "asks", Refs: some})
		if err != nil {
			return ReferralFigures{}, fault.At("count answers to referrals", err)
		}
		for _, ref := range some {
			for _, a := range asks.Of("asks", ref) {
				if asked, counted := referrals[a.Text("referral_id")]; counted {
					people[ref.ID].add(a, asked, beds[a.Text("service_id")], d.codedReason(a.Text("refusal")))
				}
			}
		}
	}
	all := make([]personAsked, 0, len(people))
	for _, p := range people {
		all = append(all, *p)
	}
	out := referralFigures(all, d.pack().Standards.Few)
	out.Year, out.Running = year, of.to.After(d.now())
	return out, nil
}

// codedReason is a reason that the pack lists, or "": not known.
func (d *Desk) codedReason(reason string) string {
	if d.pack().Refusal(reason) == nil {
		return ""
	}
	return reason
}

// listedRegion is a region that the pack lists, or "": not known.
func (d *Desk) listedRegion(region string) string {
	if slices.Contains(d.listedParts().regions, region) {
		return region
	}
	return ""
}

// bedServices are the services of a type that has beds, closed ones with them.
func (d *Desk) bedServices(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	q := store.Query{Scope: everything, Sort: []store.Order{{Column: "service_id"}}, Limit: 1000, NoTotal: true}
	err := d.eachRow(ctx, "services", q, func(r store.Found) {
		of := d.pack().Service(r.Text("type"))
		out[r.Text("service_id")] = of != nil && of.Beds
	})
	return out, err
}

// add takes one answer. A yes that was taken back later was a yes.
func (p *personAsked) add(a store.Found, asked time.Time, bed bool, reason string) {
	if a.Text("state") == casework.Refused {
		p.reasons[reason] = true
	}
	if !bed {
		return
	}
	if p.asked.IsZero() || asked.Before(p.asked) {
		p.asked = asked
	}
	yes := a.Time("answered_at")
	if !yes.IsZero() && a.Text("state") != casework.Refused && (p.promised.IsZero() || yes.Before(p.promised)) {
		p.promised = yes
	}
}

// referralFigures are what was counted, as it may be given out.
func referralFigures(people []personAsked, least int) ReferralFigures {
	out := ReferralFigures{Few: least}
	var refused, beds int
	var hours []int
	for _, p := range people {
		if len(p.reasons) > 0 {
			refused++
		}
		if !p.asked.IsZero() {
			beds++
			if !p.promised.IsZero() {
				hours = append(hours, int(math.Ceil(p.promised.Sub(p.asked).Hours())))
			}
		}
	}
	out.People, out.Refused = split(len(people), refused, least)
	out.Beds, out.Bed = split(beds, len(hours), least)
	if out.ToBed = lengths(hours, least); out.Bed.Cells[0].N == Few {
		out.ToBed = FigureDays{Few, Few, Few}
	}
	out.Refusals = RefusalTable{All: Few}
	if refused == 0 || refused >= least {
		out.Refusals = refusals(people, least)
	}
	return out
}

// split is a whole and the two parts of it.
func split(all, yes, least int) (int, FigureCells) {
	given := wholes(counts{all}, least)
	return given[0], cellsOf([]string{"yes", "no"}, []counts{{yes}, {all - yes}}, given, 0, least)
}
