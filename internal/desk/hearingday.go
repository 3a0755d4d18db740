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

// HearingDay is a day of a body's calendar.
type HearingDay struct {
	Day   time.Time // its midnight, in the country's zone
	Off   bool      // the pack's calendar has it as a day off
	Slots []HearingSlot
}

// HearingSlot is a hearing in the calendar. Shut: this worker may no longer open
// the file, and it says only that the hour is taken.
type HearingSlot struct {
	HearingLine
	File      id.File
	Subject   Subject
	Until     time.Time
	Remote    bool
	Room      withheld.Text
	DecidedBy string
	Language  string
	Clashes   []string // room, decider, interpreter: with another of the same day
	Shut      bool

	room, decider, interpreter string
}

// HearingCalendar is a day or a week of the own body.
type HearingCalendar struct {
	From, To   time.Time
	Week       bool
	Prev, Next time.Time
	Days       []HearingDay
	N          int
}

// Hearings is the calendar of the worker's own body: the day, or the week from
// Monday that the day lies in.
func (d *Desk) Hearings(ctx context.Context, who access.Who, day time.Time, week bool) (HearingCalendar, error) {
	if !d.couldEver(who, access.SetHearing, "file") {
		return HearingCalendar{}, fault.Withheld("hearings")
	}
	out := d.calendar(day, week)
	page, err := d.deps.Store.List(ctx, "hearings", store.Query{
		Scope: everything, Sort: []store.Order{{Column: "at"}}, Limit: workLimit, NoTotal: true,
		Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("at", store.From, out.From.UTC()), store.Where("at", store.Before, out.To.UTC())},
	})
	if err != nil {
		return out, fault.At("hearings", err)
	}
	slots, err := d.slots(ctx, who, page.Rows)
	if err != nil {
		return out, err
	}
	markClashes(slots)
	out.N = len(slots)
	for i := range out.Days {
		next := out.Days[i].Day.AddDate(0, 0, 1)
		for _, s := range slots {
			if !s.At.Before(out.Days[i].Day) && s.At.Before(next) {
				out.Days[i].Slots = append(out.Days[i].Slots, s)
			}
		}
	}
	return out, nil
}

// calendar makes the days by the country's clock, whatever the clocks did between.
func (d *Desk) calendar(day time.Time, week bool) HearingCalendar {
	zone := d.pack().Location()
	y, m, first := day.In(zone).Date()
	n := 1
	if week {
		first -= (int(day.In(zone).Weekday()) + 6) % 7
		n = 7
	}
	at := func(plus int) time.Time { return time.Date(y, m, first+plus, 0, 0, 0, 0, zone) }
	out := HearingCalendar{From: at(0), To: at(n), Week: week, Prev: at(-n), Next: at(n)}
	off := d.pack().DaysOff()
	for i := range n {
		out.Days = append(out.Days, HearingDay{Day: at(i), Off: !off.Working(at(i))})
	}
	return out
}

func (d *Desk) slots(ctx context.Context, who access.Who, rows []store.Found) ([]HearingSlot, error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	var refs []casework.Ref
	for _, r := range rows {
		refs = append(refs, fileRef(id.File(r.Text("file_id"))))
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("files of hearings", err)
	}
	var out []HearingSlot
	for i, r := range rows {
		f := fileOf(l, id.File(refs[i].ID))
		if f == nil {
			continue // erased meanwhile
		}
		h, ok := f.HearingOf(id.Hearing(r.Text("hearing_id")))
		if !ok {
			continue
		}
		s := HearingSlot{HearingLine: d.hearingLine(who, h, names), Until: h.Until(), Shut: true}
		if _, err := d.may(who, access.SeeHearing, f); err == nil {
			s.File, s.Subject, s.Shut = f.ID, subject(f), false
			s.Remote, s.Room, s.Language = h.Remote, h.Room, h.Language
			s.room, s.decider, s.interpreter = h.RoomTag, string(h.Decider), h.Interpreter.Tag
			for _, a := range staff {
				if a.ID == h.Decider {
					s.DecidedBy = colleague(a).Name
				}
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// markClashes says which hours of the list clash: two of them may have been set in
// the same second, and the calendar is where it is seen.
func markClashes(slots []HearingSlot) {
	open := func(s HearingSlot) bool { return s.State == casework.HearingOpen && !s.Shut }
	mark := func(s *HearingSlot, what string) {
		if !slices.Contains(s.Clashes, what) {
			s.Clashes = append(s.Clashes, what)
		}
	}
	for i := range slots {
		for j := range i {
			a, b := &slots[i], &slots[j]
			if !open(*a) || !open(*b) || !a.At.Before(b.Until) || !b.At.Before(a.Until) {
				continue
			}
			for _, same := range []struct{ what, one, other string }{
				{"room", a.room, b.room}, {"decider", a.decider, b.decider}, {"interpreter", a.interpreter, b.interpreter},
			} {
				if same.one != "" && same.one == same.other {
					mark(a, same.what)
					mark(b, same.what)
				}
			}
		}
	}
}

// soonHearings is how far ahead My work shows a hearing.
const soonHearings = 7 * 24 * time.Hour

// hearingsSoon are the hearings of the next days: those that this worker holds or
// that nobody was named for, and those to which the body brings somebody. What is
// over and was not closed comes first.
func (d *Desk) hearingsSoon(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	ours, err := d.ownHearings(ctx, who, at)
	if err != nil || !d.couldEver(who, access.SeeHearing, "file") {
		return ours, err
	}
	page, err := d.deps.Store.List(ctx, "hearings", store.Query{
		Scope: d.rules.Scope(who, access.SeeHearing, "file"), Sort: []store.Order{{Column: "at"}}, Limit: workLimit, NoTotal: true,
		Where: []store.Filter{
			store.Where("state", store.Is, casework.HearingOpen), store.Where("body_id", store.Isnt, string(who.Body)),
			store.Where("until", store.From, at), store.Where("at", store.Before, at.Add(soonHearings)),
		},
	})
	if err != nil {
		return nil, err
	}
	for _, r := range page.Rows {
		ours = append(ours, hearingWork("work.hearing_with", r, at))
	}
	return ours, nil
}

func (d *Desk) ownHearings(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if !d.couldEver(who, access.SetHearing, "file") {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, "hearings", store.Query{
		Scope: d.rules.Scope(who, access.SetHearing, "file"), Sort: []store.Order{{Column: "at"}}, Limit: workLimit, NoTotal: true,
		Where: []store.Filter{
			store.Where("state", store.Is, casework.HearingOpen), store.Where("body_id", store.Is, string(who.Body)),
			store.Where("at", store.Before, at.Add(soonHearings)),
		},
	})
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	for _, r := range page.Rows {
		verb, interpreting := "work.hearing", r.Text("interpreting")
		switch {
		case cmp.Or(r.Text("decider"), string(who.Worker)) != string(who.Worker):
			continue
		case r.Time("until").Before(at):
			verb = "work.hearing_close"
		case interpreting == casework.InterpreterAsked || interpreting == casework.InterpreterFailed:
			verb = "work.hearing_interpreter"
		}
		out = append(out, hearingWork(verb, r, at))
	}
	return out, nil
}

func hearingWork(verb string, r store.Found, at time.Time) WorkLine {
	return WorkLine{
		Verb: verb, Kind: "hearing", Due: r.Time("at"), State: dueState(r.Time("until"), at), Since: r.Time("at"), Subject: fileOfRow(r),
		Target: "/file/" + r.Text("file_id") + "/hearings/" + r.Text("hearing_id"),
	}
}
