package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// House is a provider's day: who is there, who is expected, and what the next
// shift must know. Nobody is named in it.
type House struct {
	Guests    []Guest
	Expected  []Guest
	Incidents []HouseIncident // of the last day
	Left      []Guest         // of the last day
	Services  []string        // kinds of service that a log counts
	Key       string
}

// Guest is one person of the house, without a name.
type Guest struct {
	Subject  Subject
	Referral id.Referral
	Place    string
	Since    time.Time // arrived; expected guests: accepted
	Left     time.Time
	Nights   int
	Open     int // aims of the plan
	Late     int // of them, past their day
	Last     time.Time
}

// HouseIncident is an incident of the last day, by the number of the file.
type HouseIncident struct {
	File   id.File
	Number string
	What   string
	At     time.Time
}

// GuestView is one person's plan, log and incidents, of this house only.
type GuestView struct {
	Guest
	Here      bool // still in the house: then the log goes on
	Goals     []casework.Goal
	Care      []casework.CareEntry
	Incidents []casework.Incident
	Services  []string
	Missing   []string // steps that say that she is missed, or there again, that this worker may take
	Key       string
}

// CareInput is an entry of the log for one person or several at once.
type CareInput struct {
	Key     string
	Files   []id.File
	Service string
	Minutes int
	Gave    []string
	Text    withheld.Text
}

// GoalInput is an aim of a plan.
type GoalInput struct {
	Key     string
	File    id.File
	Service string
	Whose   string
	Until   time.Time
	Text    withheld.Text
}

// CloseGoalInput says what became of an aim.
type CloseGoalInput struct {
	Key     string
	File    id.File
	Goal    id.Event
	Outcome string
}

// IncidentInput is something that went wrong.
type IncidentInput struct {
	Key  string
	File id.File
	What string
	Text withheld.Text
}

// mostGuests of one entry of the log, and of one page.
const mostGuests = 200

// House is the day of the worker's own house.
func (d *Desk) House(ctx context.Context, who access.Who) (House, error) {
	if err := d.mayDo(who, access.SeePlaces, "place"); err != nil {
		return House{}, err
	}
	out := House{Services: d.careKinds(), Key: string(id.New[id.Event](d.now()))}
	rooms, err := d.roomNames(ctx, who)
	if err != nil {
		return House{}, err
	}
	yesterday := d.now().Add(-24 * time.Hour)
	err = d.stays(ctx, who, yesterday, func(f *casework.File, r casework.Referral, a casework.Ask) {
		g := d.guest(f, r, a, rooms)
		switch {
		case a.State == casework.Gone:
			if a.Left.After(yesterday) {
				out.Left = append(out.Left, g)
			}
			return
		case a.Arrived.IsZero():
			out.Expected = append(out.Expected, g)
			return
		}
		out.Guests = append(out.Guests, g)
		for _, i := range f.Incidents {
			if i.Body == who.Body && i.At.After(yesterday) {
				out.Incidents = append(out.Incidents, HouseIncident{f.ID, f.Number(), i.What, i.At})
			}
		}
	})
	slices.SortStableFunc(out.Guests, func(a, b Guest) int { return cmp.Or(cmp.Compare(a.Place, b.Place), a.Since.Compare(b.Since)) })
	slices.SortStableFunc(out.Incidents, func(a, b HouseIncident) int { return b.At.Compare(a.At) })
	return out, err
}

// careKinds are the kinds of service that a log counts by: all but the bed.
func (d *Desk) careKinds() []string {
	var out []string
	for _, s := range d.pack().Services {
		if !s.Beds {
			out = append(out, s.ID)
		}
	}
	return out
}

func (d *Desk) roomNames(ctx context.Context, who access.Who) (map[id.Place]string, error) {
	places, err := d.placesFor(ctx, who, "")
	out := make(map[id.Place]string, len(places))
	for _, p := range places {
		out[p.ID] = p.Name
	}
	return out, err
}

// stays calls with every stay of the house that this worker may open: of those who
// are there or expected, and of those who have left since a time.
func (d *Desk) stays(ctx context.Context, who access.Who, since time.Time, each func(*casework.File, casework.Referral, casework.Ask)) error {
	here, err := d.deps.Store.List(ctx, "asks", store.Query{
		Scope: access.Related{Body: who.Body, Relations: []string{casework.RelProvider}},
		Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("state", store.Is, casework.Accepted)},
		Sort:  []store.Order{{Column: "answered_at", Down: true}}, Limit: mostGuests, NoTotal: true,
	})
	if err != nil {
		return fault.At("stays", err)
	}
	left, err := d.leftSince(ctx, who, since)
	if err != nil {
		return fault.At("stays", err)
	}
	rows := slices.Concat(here.Rows, left)
	files, err := d.views(ctx, rows)
	if err != nil {
		return err
	}
	for _, row := range rows {
		f := files[id.File(row.Text("file_id"))]
		if _, err := d.may(who, access.OpenFile, f); f == nil || err != nil {
			continue
		}
		if r, ok := find(f, id.Referral(row.Text("referral_id"))); ok {
			each(f, r, myAsk(who, r))
		}
	}
	return nil
}

// leftSince are the asks of those who have left this house since a time. A house is
// full of people, and its past of many more: only the relation says when each left.
func (d *Desk) leftSince(ctx context.Context, who access.Who, since time.Time) ([]store.Found, error) {
	files, err := d.deps.Store.Texts(ctx, "relations", "file_id", store.Query{Scope: everything, Where: []store.Filter{
		store.Where("body_id", store.Is, string(who.Body)), store.Where("relation", store.Is, casework.RelCared), store.Where("since", store.From, since),
	}})
	if err != nil || len(files) == 0 {
		return nil, err
	}
	refs := make([]casework.Ref, len(files))
	for i, f := range files {
		refs[i] = fileRef(id.File(f))
	}
	rows, err := d.deps.Store.Rows(ctx, store.RowsOf{Table: "asks", Refs: refs})
	var out []store.Found
	for _, ref := range refs {
		for _, row := range rows.Of("asks", ref) {
			if row.Text("body_id") == string(who.Body) && row.Text("state") == casework.Gone {
				out = append(out, row)
			}
		}
	}
	return out, err
}

func (d *Desk) guest(f *casework.File, r casework.Referral, a casework.Ask, rooms map[id.Place]string) Guest {
	g := Guest{Subject: subject(f), Referral: r.ID, Place: rooms[a.Place], Since: a.Arrived, Left: a.Left}
	if g.Since.IsZero() {
		g.Since = a.Answered
	}
	until := d.now()
	if !a.Left.IsZero() {
		until = a.Left
	}
	g.Nights = d.nights(a.Arrived, until)
	for _, goal := range f.Goals {
		if goal.Body == a.Body && goal.Closed.IsZero() {
			g.Open++
			if !goal.Until.IsZero() && goal.Until.Before(d.now()) {
				g.Late++
			}
		}
	}
	for _, c := range f.Care {
		if c.Body == a.Body && c.At.After(g.Last) {
			g.Last = c.At
		}
	}
	return g
}

// nights between two moments: midnights of the country that lie between them.
func (d *Desk) nights(from, to time.Time) int {
	if from.IsZero() || !to.After(from) {
		return 0
	}
	zone := d.pack().Location()
	day := func(t time.Time) time.Time {
		y, m, n := t.In(zone).Date()
		return time.Date(y, m, n, 0, 0, 0, 0, time.UTC) // days of the calendar, whatever the clocks did
	}
	return int(day(to).Sub(day(from)) / (24 * time.Hour))
}

// Guest is one person's days in this house.
func (d *Desk) Guest(ctx context.Context, who access.Who, file id.File) (GuestView, error) {
	if err := d.mayDo(who, access.SeePlaces, "place"); err != nil {
		return GuestView{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return GuestView{}, err
	}
	if _, err := d.may(who, access.KeepHouse, f); err != nil {
		return GuestView{}, err
	}
	r, a, ok := stayOf(who, f)
	if !ok {
		return GuestView{}, fault.Withheld("not in this house")
	}
	rooms, err := d.roomNames(ctx, who)
	if err != nil {
		return GuestView{}, err
	}
	out := GuestView{Guest: d.guest(f, r, a, rooms), Here: a.State == casework.Accepted, Services: d.careKinds(), Key: string(id.New[id.Event](d.now()))}
	out.Goals = slices.DeleteFunc(slices.Clone(f.Goals), func(g casework.Goal) bool { return g.Body != who.Body })
	out.Care = slices.DeleteFunc(slices.Clone(f.Care), func(c casework.CareEntry) bool { return c.Body != who.Body })
	out.Incidents = slices.DeleteFunc(slices.Clone(f.Incidents), func(i casework.Incident) bool { return i.Body != who.Body })
	slices.Reverse(out.Care)
	slices.Reverse(out.Incidents)
	if out.Here && d.inGroup(who, f, "situation") {
		out.Missing, err = d.missingSteps(ctx, who, f)
	}
	return out, err
}

// missingSteps are those by which the pack has somebody missed, and found again, that
// this worker may take now: the same in a house as on a roll.
func (d *Desk) missingSteps(ctx context.Context, who access.Who, f *casework.File) ([]string, error) {
	l, err := d.lawFor(ctx, f.Situation, d.now())
	if err != nil {
		return nil, err
	}
	var steps []string
	for _, r := range d.pack().Rolls {
		steps = append(steps, slices.Concat(r.Report, r.Lost)...)
	}
	return mineOf(d.offers(who, f, l), steps), nil
}

// stayOf is the person's stay in this house: the one that lasts, else the last.
func stayOf(who access.Who, f *casework.File) (r casework.Referral, a casework.Ask, ok bool) {
	for _, referral := range f.Referrals {
		mine := myAsk(who, referral)
		if mine.State == casework.Accepted {
			return referral, mine, true
		}
		if mine.State == casework.Gone {
			r, a, ok = referral, mine, true
		}
	}
	return r, a, ok
}

// LogCare writes one entry of the log into the file of each person it was for.
// One act: all of them, or none.
func (d *Desk) LogCare(ctx context.Context, who access.Who, in CareInput) (casework.Receipt, error) {
	bad := tooLong("text", in.Text, maxNote)
	if len(in.Files) == 0 || len(in.Files) > mostGuests {
		bad = append(bad, fault.Field{Name: "files", Code: "field.required"})
	}
	if err := fault.Form(bad...); err != nil {
		return casework.Receipt{}, err
	}
	refs := make([]casework.Ref, len(in.Files))
	for i, file := range in.Files {
		refs[i] = fileRef(file)
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (all casework.Decision, err error) {
		for _, file := range in.Files {
			f := fileOf(l, file)
			if _, err := d.may(who, access.KeepHouse, f); err != nil {
				return casework.Decision{}, err
			}
			one, err := casework.GiveCare(f, casework.CareGiven{Service: in.Service, Minutes: in.Minutes, Gave: in.Gave, Text: in.Text}, m)
			if err != nil {
				return casework.Decision{}, err
			}
			all.Events, all.Effects, all.Receipt = append(all.Events, one.Events...), append(all.Effects, one.Effects...), one.Receipt
		}
		return all, nil
	})
}

// SetGoal writes an aim into a person's plan.
func (d *Desk) SetGoal(ctx context.Context, who access.Who, in GoalInput) (casework.Receipt, error) {
	if err := checkText("text", in.Text, maxNote); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.KeepHouse, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.SetGoal(f, casework.GoalSet{Service: in.Service, Whose: in.Whose, Until: in.Until, Text: in.Text}, m)
	})
}

// CloseGoal says what became of an aim.
func (d *Desk) CloseGoal(ctx context.Context, who access.Who, in CloseGoalInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.KeepHouse, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.CloseGoal(f, casework.GoalClosed{Goal: in.Goal, Outcome: in.Outcome}, m)
	})
}

// RecordIncident writes down what went wrong.
func (d *Desk) RecordIncident(ctx context.Context, who access.Who, in IncidentInput) (casework.Receipt, error) {
	if err := fault.Form(tooLong("text", in.Text, maxNote)...); err != nil {
		return casework.Receipt{}, err
	}
	return d.onFile(ctx, who, in.Key, in, in.File, access.KeepHouse, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.RecordIncident(f, casework.IncidentRecorded{What: in.What, Text: in.Text}, m)
	})
}
