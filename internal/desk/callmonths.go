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
)

// Few stands for a number that is not given out.
const Few = casework.FigureHeld

// monthsBack is how far back the figures go.
const monthsBack = 12

// CallMonths are a hotline's figures as they may be published. It counts the calls of the worker's own body, beside what was published of
// them.
func (d *Desk) CallMonths(ctx context.Context, who access.Who) (FigureMonths, error) {
	out, err := d.countCalls(ctx, who)
	if err != nil {
		return out, err
	}
	return d.besidePublished(ctx, out, []casework.Ref{bodyRef(who.Body)}, d.allowed(who, access.PublishCalls, "signal"))
}

// countCalls are the months as they are counted today. Referred and confirmed are read in
// each call's file as it stands: some hundreds a year, not more.
func (d *Desk) countCalls(ctx context.Context, who access.Who) (FigureMonths, error) {
	if err := d.mayDo(who, access.TakeCall, "signal"); err != nil {
		return FigureMonths{}, err
	}
	local := d.now().In(d.pack().Location())
	end := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, local.Location())
	out := FigureMonths{
		Few:      d.pack().Standards.Few,
		Outcomes: slices.Concat([]string{casework.SignalFile}, casework.SignalOutcomes, []string{casework.SignalOpen}),
	}
	counted := map[rowOfCalls]*callCount{}
	err := d.eachCall(ctx, who, end.AddDate(0, -monthsBack, 0), end, func(r store.Found) error {
		at := r.Time("at").In(local.Location())
		key := rowOfCalls{time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, local.Location()), r.Text("line"), r.Text("channel")}
		if counted[key] == nil {
			counted[key] = &callCount{of: map[string]int{}}
		}
		return d.countCall(ctx, who, counted[key], r)
	})
	for key, n := range counted {
		out.Rows = append(out.Rows, n.safe(key, out.Outcomes, out.Few))
	}
	sortMonths(out.Rows)
	return out, err
}

// sortMonths has the newest month first, and what was counted of one row on several days
// together, in the order in which it was.
func sortMonths(rows []MonthRow) {
	slices.SortStableFunc(rows, func(a, b MonthRow) int {
		return cmp.Or(b.Month.Compare(a.Month), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Channel, b.Channel))
	})
}

// rowOfCalls is which row.
type rowOfCalls struct {
	month         time.Time
	line, channel string
}

// callCount is what was counted of a row, as it is.
type callCount struct {
	of                  map[string]int // by outcome
	referred, confirmed int
}

func (d *Desk) countCall(ctx context.Context, who access.Who, n *callCount, r store.Found) error {
	n.of[cmp.Or(r.Text("outcome"), casework.SignalOpen)]++
	if r.Text("outcome") != casework.SignalFile {
		return nil
	}
	l, err := d.deps.Store.View(ctx, fileRef(id.File(r.Text("file_id"))))
	if err != nil {
		return fault.At("file of a call", err)
	}
	f := fileOf(l, id.File(r.Text("file_id")))
	if f == nil { // erased: it is counted as a call and as nothing else
		return nil
	}
	if slices.ContainsFunc(f.Referrals, func(r casework.Referral) bool { return r.From == who.Body }) {
		n.referred++
	}
	if slices.ContainsFunc(f.Timeline, func(e casework.Entry) bool {
		return e.Step != "" && e.Corrected == "" && slices.Contains(d.pack().Head.Confirmed, e.Step)
	}) {
		n.confirmed++
	}
	return nil
}

// safe is the row as it may be published. Cells below few are not given out, nor
// is a cell of none beside them, or it would say which are not; together they are
// the rest, and if that is still few the smallest other cell goes with them, so that
// nothing can be had by taking away. A row that is few in all says only that.
func (n *callCount) safe(key rowOfCalls, outcomes []string, few int) MonthRow {
	out := MonthRow{Month: key.month, Line: key.line, Channel: key.channel, Calls: Few, Referred: Few, Confirmed: Few}
	total := 0
	for _, o := range outcomes {
		total += n.of[o]
		out.Cells = append(out.Cells, n.of[o])
	}
	if total < few {
		for i := range out.Cells {
			out.Cells[i] = Few
		}
		out.Rest = Few
		return out
	}
	out.Calls = total
	out.Rest = hide(out.Cells, few)
	if files := out.Cells[0]; files != Few {
		out.Referred, out.Confirmed = part(n.referred, files, few), part(n.confirmed, files, few)
	}
	return out
}

// hide puts Few for the cells that may not be given out and says their sum.
func hide(cells []int, few int) (rest int) {
	if !slices.ContainsFunc(cells, func(n int) bool { return n > 0 && n < few }) {
		return 0
	}
	take := func(i int) {
		rest += cells[i]
		cells[i] = Few
	}
	for i, n := range cells {
		if n < few {
			take(i)
		}
	}
	for rest < few {
		smallest := -1
		for i, n := range cells {
			if n != Few && (smallest < 0 || n < cells[smallest]) {
				smallest = i
			}
		}
		take(smallest)
	}
	return rest
}

// part is a number of so many: neither it nor what is left over may be few.
func part(n, of, few int) int {
	if n > 0 && n < few || n < of && of-n < few {
		return Few
	}
	return n
}

// eachCall reads the rows of the own body's calls of a time, a page at a time.
func (d *Desk) eachCall(ctx context.Context, who access.Who, from, to time.Time, do func(store.Found) error) error {
	q := store.Query{
		Scope: d.rules.Scope(who, access.SeeCalls, "signal"), Where: []store.Filter{store.Where("at", store.From, from.UTC()), store.Where("at", store.Before, to.UTC())},
		Sort: []store.Order{{Column: "at"}}, Limit: 1000, NoTotal: true,
	}
	for {
		page, err := d.deps.Store.List(ctx, "signals", q)
		if err != nil {
			return fault.At("count calls", err)
		}
		for _, r := range page.Rows {
			if err := do(r); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
