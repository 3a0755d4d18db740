package desk

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
)

// A year of referrals that is over is given out whole, for the country, by who publishes
// the figures of procedures. Like a month it stands as it was given out, and a correction
// stands beside it (casework.Standing).

// PublishedReferrals are one version of a year, for anybody. It is drawn as the page
// inside is.
type PublishedReferrals struct {
	Body   id.Body
	Name   string
	On     time.Time
	Digest string
	F      ReferralFigures
}

// standing says, to who publishes, how a year that is over stands to what was given out.
func (d *Desk) standing(ctx context.Context, who access.Who, f ReferralFigures) (ReferralFigures, error) {
	if _, f.Publishes = d.mayPublish(who, "referral"); !f.Publishes || f.Running || f.Whose != "all" {
		return f, nil
	}
	refs, err := d.publishers(ctx, who, "referral")
	if err != nil {
		return ReferralFigures{}, err
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return ReferralFigures{}, fault.At("published referrals", err)
	}
	out := d.yearOut(f)
	if f.State = casework.Standing(bodiesOf(l, refs), out); f.State != casework.FiguresWait {
		f.Digest = out.Digest()
	}
	return f, nil
}

// PublishReferrals gives out a year, or a correction beside it.
func (d *Desk) PublishReferrals(ctx context.Context, who access.Who, in PublishInput) (casework.Receipt, error) {
	scope, may := d.mayPublish(who, "referral")
	if !may {
		return casework.Receipt{}, fault.Withheld("publishes no figures of referrals")
	}
	this := d.now().In(d.pack().Location()).Year()
	year, err := strconv.Atoi(in.Month)
	if err != nil || year >= this || year <= this-yearsOfFigures {
		return casework.Receipt{}, fault.New(fault.Conflict, CodeFiguresChanged)
	}
	refs, err := d.publishers(ctx, who, "referral")
	if err != nil {
		return casework.Receipt{}, err
	}
	counted, err := d.countReferrals(ctx, scope, year)
	if err != nil {
		return casework.Receipt{}, err
	}
	return d.publish(ctx, who, in, map[string]casework.Figures{in.Month: d.yearOut(counted)}, refs)
}

// yearOut is a year as it is given out: every reason and region that the pack has, so
// that two versions of it have the same numbers.
func (d *Desk) yearOut(f ReferralFigures) casework.Figures {
	reasons := []string{""}
	for _, r := range d.pack().Refusals {
		reasons = append(reasons, r.ID)
	}
	regions := append([]string{""}, d.listedParts().regions...)
	return casework.Figures{Of: casework.FiguresOfReferrals, Month: strconv.Itoa(f.Year), Least: f.Few, Numbers: f.Numbers(reasons, regions)}
}

// togetherCell names what is not given out apart.
const togetherCell = "not_given_out_apart"

// Numbers are the figures one by one: of each reason and region, and of each two.
func (f ReferralFigures) Numbers(reasons, regions []string) (out []casework.FigureNumber) {
	add := func(what, which string, n int) {
		out = append(out, casework.FigureNumber{What: what, Which: which, N: n})
	}
	cells := func(what string, of FigureCells) {
		for _, c := range of.Cells {
			add(what, c.ID, c.N)
		}
	}
	add("people", "", f.People)
	cells("refused", f.Refused)
	add("beds", "", f.Beds)
	cells("bed", f.Bed)
	median, p90 := f.ToBed.Median, f.ToBed.P90
	if f.ToBed.Of == 0 { // no length: nought hours would be one
		median, p90 = Few, Few
	}
	add(casework.FigureHoursToBed, casework.FigureDaysOf, f.ToBed.Of)
	add(casework.FigureHoursToBed, casework.FigureDaysMedian, median)
	add(casework.FigureHoursToBed, casework.FigureDaysP90, p90)
	t := f.Refusals
	add("refusals", "", t.All)
	for _, r := range reasons {
		add("refusals_by_reason", r, t.total(t.Reasons, r))
	}
	add("refusals_by_reason", togetherCell, t.total(t.Reasons, togetherCell))
	for _, r := range regions {
		add("refusals_by_region", r, t.total(t.Regions, r))
	}
	add("refusals_by_region", togetherCell, t.total(t.Regions, togetherCell))
	for _, reason := range append(slices.Clone(reasons), togetherCell) {
		for _, region := range append(slices.Clone(regions), togetherCell) {
			add("refusals_by_reason_and_region", reason+"/"+region, t.cell(reason, region))
		}
	}
	return out
}

func rowOf(rows []RefusalRow, id string) int {
	return slices.IndexFunc(rows, func(r RefusalRow) bool {
		return id == togetherCell && r.Rest || !r.Rest && r.ID == id
	})
}

// total is that of a reason or region. One that has no row is none, or with the others.
func (t RefusalTable) total(rows []RefusalRow, id string) int {
	i := rowOf(rows, id)
	switch {
	case i >= 0:
		return rows[i].N
	case t.All == Few || id != togetherCell && rowOf(rows, togetherCell) >= 0:
		return Few
	}
	return 0
}

// cell is the number of a reason in a region, Few where either has no row of its own.
func (t RefusalTable) cell(reason, region string) int {
	r, c := rowOf(t.Reasons, reason), rowOf(t.Regions, region)
	switch {
	case t.total(t.Reasons, reason) == 0 || t.total(t.Regions, region) == 0:
		return 0
	case r < 0 || c < 0 || t.Cells == nil:
		return Few
	}
	return t.Cells[r][c]
}

// readReferrals are the figures again that were given out as numbers.
func readReferrals(of casework.Figures) ReferralFigures {
	n := map[string]int{}
	f := ReferralFigures{Few: of.Least, Whose: "all"}
	f.Year, _ = strconv.Atoi(of.Month)
	rows := map[string][]RefusalRow{}
	for _, x := range of.Numbers {
		n[x.What+" "+x.Which] = x.N
		if x.N > 0 && (x.What == "refusals_by_reason" || x.What == "refusals_by_region") {
			row := RefusalRow{ID: x.Which, N: x.N}
			if x.Which == togetherCell {
				row = RefusalRow{Rest: true, N: x.N}
			}
			rows[x.What] = append(rows[x.What], row)
		}
	}
	parts := func(what string) FigureCells {
		return FigureCells{Cells: []FigureCell{{"yes", n[what+" yes"]}, {"no", n[what+" no"]}}}
	}
	f.People, f.Refused, f.Beds, f.Bed = n["people "], parts("refused"), n["beds "], parts("bed")
	f.ToBed = FigureDays{n["hours_to_bed of"], n["hours_to_bed median"], n["hours_to_bed p90"]}
	t := RefusalTable{All: n["refusals "], Reasons: sortRows(rows["refusals_by_reason"]), Regions: sortRows(rows["refusals_by_region"])}
	some := false
	for _, reason := range t.Reasons {
		var line []int
		for _, region := range t.Regions {
			cell := n["refusals_by_reason_and_region "+reason.name()+"/"+region.name()]
			line, some = append(line, cell), some || cell > 0
		}
		t.Cells = append(t.Cells, line)
	}
	if !some {
		t.Cells = nil
	}
	f.Refusals = t
	return f
}

func (r RefusalRow) name() string {
	if r.Rest {
		return togetherCell
	}
	return r.ID
}

// sortRows puts the most first, and what is together last.
func sortRows(rows []RefusalRow) []RefusalRow {
	slices.SortStableFunc(rows, func(a, b RefusalRow) int {
		if a.Rest != b.Rest {
			if a.Rest {
				return 1
			}
			return -1
		}
		return cmp.Or(b.N-a.N, cmp.Compare(a.ID, b.ID))
	})
	return rows
}

// PublishedReferrals are the years that were given out, the newest first, each version
// with its day. Nothing is counted for it, and no file is read.
func (d *Desk) PublishedReferrals(ctx context.Context, lang string) ([]PublishedReferrals, error) {
	who := access.Who{Lang: lang}
	refs, err := d.publishers(ctx, who, "referral")
	if err != nil || len(refs) == 0 {
		return nil, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("published referrals", err)
	}
	var out []PublishedReferrals
	for _, b := range bodiesOf(l, refs) {
		for _, p := range b.Published {
			if p.Figures.Of == casework.FiguresOfReferrals {
				out = append(out, PublishedReferrals{Body: b.ID, Name: names[b.ID].Name, On: p.At, Digest: p.Digest, F: readReferrals(p.Figures)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b PublishedReferrals) int { return cmp.Or(b.F.Year-a.F.Year, b.On.Compare(a.On)) })
	return out, nil
}

// mayPublish says whether this worker may give out figures of a thing: a pack may let who
// counts the whole country.
func (d *Desk) mayPublish(who access.Who, thing string) (access.Scope, bool) {
	scope := d.rules.Scope(who, access.PublishFigures, thing)
	if _, none := scope.(access.None); none || whose(scope) != "all" {
		return nil, false
	}
	return scope, true
}

// publishers are the bodies that may give out figures of a thing, the worker's own first.
func (d *Desk) publishers(ctx context.Context, who access.Who, thing string) ([]casework.Ref, error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	var own, others []casework.Ref
	for _, b := range names {
		switch {
		case b.ID == who.Body:
			own = append(own, bodyRef(b.ID))
		case d.publishes(b.Kind, access.PublishFigures, thing):
			others = append(others, bodyRef(b.ID))
		}
	}
	return append(own, others...), nil
}
