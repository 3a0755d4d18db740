package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// What is kept beside files (calls, complaints, cases, who worked here) goes by the
// pack's schedules too. Nobody signs for these one by one, as nobody does for removal
// checks: a length of them stands on an act, or nothing is ever due (lint says so).

// recordTable is where one kind stands. Since is a time of its row that is never later
// than the one that counts (casework.RecordSince), so that a list finds all that is over.
type recordTable struct {
	table, since string
	where        []store.Filter
}

var recordTables = map[string]recordTable{
	pack.RecordCalls:      {"signals", "closed_at", []store.Filter{store.Where("file_id", store.Is, ""), store.Where("outcome", store.Isnt, "")}},
	pack.RecordComplaints: {casework.ComplaintsTable, "answered_at", []store.Filter{store.Where("state", store.Is, "answered")}},
	pack.RecordTracks:     {"tracks", "at", nil},
	pack.RecordAccounts:   {"accounts", "since", []store.Filter{store.Where("left_body", store.Is, true)}},
	pack.RecordMotions:    {casework.MotionsTable, "at", []store.Filter{store.Where("ended", store.Isnt, "")}},
}

// RecordSchedule is one kind of what is kept beside files: how long, and, of what this
// worker may list, how many go soon and when the first does.
type RecordSchedule struct {
	pack.Record
	Question string
	Listed   bool
	N        int
	First    time.Time
}

// RecordsSoon is how many days ahead it is said what goes.
const RecordsSoon = 30

// recordActs list a kind, for those who may. Who may not is still told how many go,
// where a rule lets them see the time of such a thing (retention.see): a count and a day.
var recordActs = map[string]struct{ act, thing string }{
	pack.RecordCalls: {access.SeeCalls, "signal"}, pack.RecordComplaints: {access.AnswerComplaint, "complaint"}, pack.RecordTracks: {access.SeeTracks, "track"},
	pack.RecordAccounts: {"", "account"}, pack.RecordMotions: {"", "account"}, // an administrator's proposals are of accounts, and go beside them
}

// countedBy is which records of a kind this worker may count; false: none.
func (d *Desk) countedBy(who access.Who, kind string) (access.Scope, bool) {
	by, is := recordActs[kind]
	if !is {
		return nil, false
	}
	if by.act == "" { // neither has a region or a person in its row: all or none
		return everything, d.couldEver(who, access.SeeRetention, by.thing)
	}
	scope := access.Or{d.rules.Scope(who, by.act, by.thing), d.rules.Scope(who, access.SeeRetention, by.thing)}
	return scope, d.couldEver(who, by.act, by.thing) || d.couldEver(who, access.SeeRetention, by.thing)
}

// recordSchedules is every kind with what the pack says of it.
func (d *Desk) recordSchedules(ctx context.Context, who access.Who) ([]RecordSchedule, error) {
	var out []RecordSchedule
	m, soon := d.moment(product, d.now()), d.now().AddDate(0, 0, RecordsSoon)
	for _, kind := range pack.RecordKinds {
		line := RecordSchedule{Record: d.pack().Keeping.Record(kind.ID)}
		n, _ := procedure.ParseLength(line.Keep) // lint parsed it
		line.Question = n.Question
		from, ends := d.keptFrom(kind.ID, soon)
		if scope, may := d.countedBy(who, kind.ID); may {
			line.Listed = true
			if ends {
				err := d.eachRecord(ctx, scope, kind.ID, from, func(s casework.State) error {
					due, err := casework.RecordDue(s, kind.ID, m)
					// One that is there after its day is kept by an order, and not everybody may know.
					if err == nil && due.After(m.At) && !due.After(soon) {
						line.N++
						if line.First.IsZero() || due.Before(line.First) {
							line.First = due
						}
					}
					return err
				})
				if err != nil {
					return nil, err
				}
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// keptFrom is before when one kind is kept no more, at a time; false: nothing goes.
func (d *Desk) keptFrom(kind string, at time.Time) (time.Time, bool) {
	n, err := procedure.ParseLength(d.pack().Keeping.Record(kind).Keep)
	if err != nil || n.Question != "" {
		return time.Time{}, false
	}
	from := at
	switch local := at.In(d.pack().Location()); n.Unit {
	case procedure.Days:
		from = local.AddDate(0, 0, -n.N)
	case procedure.Months:
		from = local.AddDate(0, -n.N, 0)
	case procedure.Years:
		from = local.AddDate(-n.N, 0, 0)
	}
	// A month back from the 31st may be a day that does not exist, and Go's is later.
	for n.Due(from, d.pack().Location(), d.pack().DaysOff(), procedure.Duty).After(at) {
		from = from.AddDate(0, 0, -1)
	}
	return from, true
}

// sweepRecords erases, once a day of the country, what is kept beside files and whose
// time is over.
func (d *Desk) sweepRecords(ctx context.Context, at time.Time) error {
	day := at.In(d.pack().Location()).Format(time.DateOnly)
	if last := d.recorded.Load(); last != nil && *last == day {
		return nil
	}
	for _, kind := range pack.RecordKinds {
		from, ends := d.keptFrom(kind.ID, at)
		if _, is := recordTables[kind.ID]; !is || !ends {
			continue
		}
		err := d.eachRecord(ctx, everything, kind.ID, from, func(s casework.State) error { return d.endRecord(ctx, s, kind.ID, at) })
		if err != nil {
			return fault.At("sweep "+kind.ID, err)
		}
	}
	d.recorded.Store(&day)
	return nil
}

// eachRecord reads those of a kind that began until then, the earliest first.
func (d *Desk) eachRecord(ctx context.Context, scope access.Scope, kind string, until time.Time, each func(casework.State) error) error {
	in := recordTables[kind]
	q := store.Query{
		Scope: scope, Limit: 200, NoTotal: true, Sort: []store.Order{{Column: in.since}}, Where: append(slices.Clone(in.where), store.Where(in.since, store.Until, until)),
	}
	for {
		page, err := d.deps.Store.List(ctx, in.table, q)
		if err != nil {
			return err
		}
		l, err := d.deps.Store.View(ctx, page.Refs()...)
		if err != nil {
			return err
		}
		for _, ref := range page.Refs() {
			if s := l.State(ref); s != nil {
				if err := each(s); err != nil {
					return err
				}
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}

// endRecord erases one, unless an order keeps a file that it belongs to: looked at once
// more in the transaction that erases.
func (d *Desk) endRecord(ctx context.Context, s casework.State, kind string, at time.Time) error {
	m := d.moment(product, at)
	if due, err := casework.RecordDue(s, kind, m); err != nil || due.IsZero() || at.Before(due) {
		return err
	}
	files, err := d.filesBeside(ctx, s)
	if err != nil {
		return err
	}
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return fault.At("law of today", err)
	}
	ref := s.Ref()
	act := store.Act{Key: keyOf(product, "erase/"+ref.String()+"/"+at.Format(time.RFC3339)), Who: product, At: at, Pack: snap.Law}
	for _, f := range files {
		act.Streams = append(act.Streams, fileRef(f))
	}
	refs := []casework.Ref{ref}
	orders, has := casework.KeptBy(s, kind)
	if has {
		refs = append(refs, orders) // those on it that hold no more go with it
	}
	_, err = d.deps.Store.EraseWhen(ctx, act, refs, "record_life_over", func(l *store.Loaded) (casework.Decision, error) {
		var of []*casework.File // a file that was named since moved the time, too
		for _, f := range files {
			of = append(of, fileOf(l, f))
		}
		kept, _ := l.State(orders).(*casework.Kept)
		return casework.EndRecord(l.State(ref), kind, of, kept, m)
	})
	if fault.Is(err, casework.CodeRecordStays) {
		return nil
	}
	return gone(err)
}

// filesBeside are the files that one belongs to: those that it names, and of a complaint,
// which names none, that whose mark it has, if an order keeps it.
func (d *Desk) filesBeside(ctx context.Context, s casework.State) ([]id.File, error) {
	c, is := s.(*casework.Complaint)
	if !is {
		return casework.RecordFiles(s), nil
	}
	q := store.Query{Scope: everything, Limit: 500, NoTotal: true, Sort: []store.Order{{Column: "at"}}}
	for {
		page, err := d.deps.Store.List(ctx, casework.HoldsTable, q)
		if err != nil {
			return nil, fault.At("files that an order keeps", err)
		}
		for _, r := range page.Rows {
			if f := id.File(r.Text("file_id")); d.complaintMark(f) == c.Mark {
				return []id.File{f}, nil
			}
		}
		if page.Next == "" {
			return nil, nil
		}
		q.After = page.Next
	}
}
