package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Providers are the services that could take this person, those that fit first,
// then the near ones, then by room. Never an address.
func (d *Desk) Providers(ctx context.Context, who access.Who, file id.File, needs []string) ([]ProviderOption, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return nil, err
	}
	if _, err := d.may(who, access.Refer, f); err != nil {
		return nil, err
	}
	return d.providersFor(ctx, who, f, needs)
}

func (d *Desk) providersFor(ctx context.Context, who access.Who, f *casework.File, needs []string) ([]ProviderOption, error) {
	if len(needs) == 0 {
		needs = f.Needs
	}
	all, err := d.services(ctx, who, access.All{})
	if err != nil {
		return nil, err
	}
	var out []ProviderOption
	for _, s := range all {
		if !d.answers(s.Type, needs) {
			continue
		}
		s.Near = d.isNear(f.Region, s.Region)
		s.WhyNot = d.whyNot(f, s)
		s.Fits = len(s.WhyNot) == 0
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b ProviderOption) int {
		hereA, hereB := a.Region == f.Region, b.Region == f.Region
		if a.Fits == b.Fits && a.Near == b.Near && hereA != hereB {
			return first(hereA) // her own region before the next one
		}
		return byFit(a, b)
	})
	return out, nil
}

func byFit(a, b ProviderOption) int {
	switch {
	case a.Fits != b.Fits:
		return first(a.Fits)
	case a.Near != b.Near:
		return first(a.Near)
	case (a.Free > 0) != (b.Free > 0):
		return first(a.Free > 0)
	}
	return cmp.Compare(a.Name, b.Name)
}

func first(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

// answers says whether a type of service answers one of the needs; with no
// needs known, every service may be looked at.
func (d *Desk) answers(service string, needs []string) bool {
	s := d.pack().Service(service)
	return s != nil && (len(needs) == 0 || slices.ContainsFunc(needs, func(n string) bool { return slices.Contains(s.Needs, n) }))
}

func (d *Desk) isNear(a, b string) bool {
	if a == b {
		return true
	}
	r := d.pack().Region(a)
	return r != nil && slices.Contains(r.Near, b)
}

// whyNot says in codes why a service does not fit. What is not known of the
// person rules nothing out.
func (d *Desk) whyNot(f *casework.File, s ProviderOption) []string {
	var out []string
	if len(s.Takes) > 0 {
		girlOrBoy, womanOrMan := map[string]string{"female": "girls", "male": "boys"}[f.Sex], map[string]string{"female": "women", "male": "men"}[f.Sex]
		wanted, code := womanOrMan, "sex"
		if f.Child() {
			wanted, code = girlOrBoy, "age"
		}
		if wanted != "" && !slices.Contains(s.Takes, wanted) {
			out = append(out, code)
		}
	}
	if f.Region != "" && !s.Near && !slices.Contains(s.Takes, "any_region") {
		out = append(out, "region")
	}
	if t := d.pack().Service(s.Type); t != nil && t.Beds && s.Free == 0 {
		out = append(out, "no_room")
	}
	for _, c := range f.Consents {
		if c.State == casework.ConsentYes && slices.Contains(c.Excluded, s.Body) {
			out = append(out, "excluded_by_person")
		}
	}
	return out
}

// services are those that a scope lets through, with the places they have free
// and how old that figure is.
func (d *Desk) services(ctx context.Context, who access.Who, scope access.Scope) ([]ProviderOption, error) {
	page, err := d.deps.Store.List(ctx, "services", store.Query{
		Scope: scope, Where: []store.Filter{store.Where("closed", store.Is, false)}, Limit: maxBodies,
	})
	if err != nil {
		return nil, fault.At("services", err)
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	room, err := d.room(ctx)
	if err != nil {
		return nil, err
	}
	var out []ProviderOption
	for _, r := range page.Rows {
		s := id.Service(r.Text("service_id"))
		body := id.Body(r.Text("body_id"))
		if names[body].Closed {
			continue
		}
		have, known := room[s]
		option := ProviderOption{
			Service: s, Body: body, Name: names.of(body), Type: r.Text("type"), Region: r.Text("region"), Takes: words(r.Text("takes")),
			Free: -1, Phone: r.Text("phone"),
		}
		if known {
			option.Free, option.AsOf, option.Stale = have.free, have.asOf, d.isStale(have.asOf)
		}
		out = append(out, option)
	}
	return out, nil
}

type roomOf struct {
	free int
	asOf time.Time
}

// room adds up the free places of each service; the figure is as old as its
// oldest part.
func (d *Desk) room(ctx context.Context) (map[id.Service]roomOf, error) {
	page, err := d.deps.Store.List(ctx, "places", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("state", store.Isnt, "closed")}, Limit: maxBodies,
	})
	if err != nil {
		return nil, fault.At("places", err)
	}
	out := map[id.Service]roomOf{}
	for _, r := range page.Rows {
		s := id.Service(r.Text("service_id"))
		have, known := out[s]
		have.free += int(r.Int("free"))
		if asOf := r.Time("as_of"); !known || asOf.Before(have.asOf) {
			have.asOf = asOf
		}
		out[s] = have
	}
	return out, nil
}

// isStale says whether a figure is older than the standards allow. A standard
// that cannot be read makes every figure old: better a telephone call too many.
func (d *Desk) isStale(asOf time.Time) bool {
	p := d.pack()
	until, err := procedure.Due(p.Standards.Stale, asOf, p.Location(), p.DaysOff(), procedure.Duty)
	return err != nil || d.now().After(until)
}

// words splits a column that holds several codes.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
}

// Directory is services by need, type and region, with the tile map.
func (d *Desk) Directory(ctx context.Context, who access.Who, filter DirectoryFilter) (Directory, error) {
	if err := d.mayDo(who, access.SeeDirectory, "service"); err != nil {
		return Directory{}, err
	}
	all, err := d.services(ctx, who, d.rules.Scope(who, access.SeeDirectory, "service"))
	if err != nil {
		return Directory{}, err
	}
	out := Directory{Need: filter.Need, Region: filter.Region, Type: filter.Type}
	out.AsOf, out.Step = d.publishedDay(), d.pack().Standards.Published.Step
	free, err := d.freeThen(ctx, out.AsOf)
	if err != nil {
		return Directory{}, err
	}
	perRegion, then := map[string]int{}, map[string]int{}
	for _, s := range all {
		if filter.Need != "" && !d.answers(s.Type, []string{filter.Need}) || filter.Type != "" && s.Type != filter.Type {
			continue
		}
		perRegion[s.Region]++
		then[s.Region] += free[s.Service]
		s.Free, s.AsOf, s.Stale = -1, time.Time{}, false // told of a region, later, and of no house
		if filter.Region != "" && !d.isNear(filter.Region, s.Region) {
			continue
		}
		s.Near, s.Fits = s.Region == filter.Region || filter.Region == "", true
		out.Services = append(out.Services, s)
	}
	slices.SortStableFunc(out.Services, byFit)
	out.Total = len(out.Services)
	today := d.now()
	for _, r := range d.pack().Regions {
		if inForce(r.Dates, today) {
			out.Tiles = append(out.Tiles, Tile{Region: r.ID, Col: r.Tile.Col, Row: r.Tile.Row, Services: perRegion[r.ID], Free: published(then[r.ID], perRegion[r.ID], out)})
		}
	}
	return out, nil
}

// published is a region's figure in the pack's steps, or -1 where none is told.
func published(free, services int, d Directory) int {
	if services == 0 || d.AsOf.IsZero() || d.Step < 1 {
		return -1
	}
	return free / d.Step * d.Step
}

// publishedDay is the beginning of the last day that is as long ago as the pack delays
// the free places of a region; zero where it tells none. It moves once a day, so that
// nobody reads the hour of an arrival off the hour at which a number changes.
func (d *Desk) publishedDay() time.Time {
	p := d.pack()
	now := d.now().In(p.Location())
	for day := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, p.Location()); now.Sub(day) < casework.PlaceMemory; day = day.AddDate(0, 0, -1) {
		over, err := procedure.Due(p.Standards.Published.Delay, day, p.Location(), p.DaysOff(), procedure.Duty)
		if err != nil {
			return time.Time{}
		}
		if !over.After(now) {
			return day
		}
	}
	return time.Time{}
}

// freeThen is how many places each service had free at a moment.
func (d *Desk) freeThen(ctx context.Context, at time.Time) (map[id.Service]int, error) {
	out := map[id.Service]int{}
	if at.IsZero() {
		return out, nil
	}
	places, err := folded[*casework.Place](ctx, d, "places", store.Query{Scope: everything, Limit: maxBodies})
	if err != nil {
		return nil, fault.At("places then", err)
	}
	for _, p := range places {
		free, _ := p.FreeAt(at)
		out[p.Service] += free
	}
	return out, nil
}

func inForce(dates procedure.Dates, day time.Time) bool {
	return (dates.From.IsZero() || !day.Before(dates.From.Time)) && (dates.To.IsZero() || !day.After(dates.To.Time.AddDate(0, 0, 1)))
}
