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

// A month of a hotline's figures is given out by an act. From then on the pages show it
// as it was given out, with the day, and what is counted otherwise stands beside it.

// How a row of figures stands.
const (
	AsProvisional = "provisional" // counted today, and never published
	AsPublished   = "published"
	AsNow         = "now" // counted today, otherwise than it was published
)

// MonthStanding is what may be done with a month: casework.FiguresNew and its like.
// Digest is of what the page shows, so that no other is published.
type MonthStanding struct{ Month, State, Digest string }

// PublishInput gives out a month as the page showed it.
type PublishInput struct {
	Key    string
	Month  string
	Digest string
}

// PublishedBody are the months that one body published.
type PublishedBody struct {
	Body     id.Body
	Name     string
	Few      int
	Outcomes []string
	Rows     []CallMonth
	Versions []PublishedVersion
}

// PublishedVersion is one act of publishing.
type PublishedVersion struct {
	Month  string
	On     time.Time
	Digest string
}

// CodeFiguresChanged: what was on the page is counted otherwise now.
const CodeFiguresChanged = "figures.changed"

// PublishCalls gives out a month of the worker's own body's figures, or a correction.
func (d *Desk) PublishCalls(ctx context.Context, who access.Who, in PublishInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.PublishCalls, "signal"); err != nil {
		return casework.Receipt{}, err
	}
	counted, err := d.countCalls(ctx, who)
	if err != nil {
		return casework.Receipt{}, err
	}
	f, there := d.figuresOf(counted)[in.Month]
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{bodyRef(who.Body)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		if !there || f.Digest() != in.Digest {
			return casework.Decision{}, fault.New(fault.Conflict, CodeFiguresChanged)
		}
		return casework.PublishFigures(store.As[*casework.Body](l, bodyRef(who.Body)), f, m)
	})
}

// figuresOf are the months that were counted, each as it would be published.
func (d *Desk) figuresOf(m CallMonths) map[string]casework.Figures {
	out := map[string]casework.Figures{}
	for _, r := range m.Rows {
		month := r.Month.Format(monthForm)
		f := out[month]
		f.Month, f.Least, f.Outcomes = month, m.Few, m.Outcomes
		f.Rows = append(f.Rows, casework.FiguresRow{
			Line: r.Line, Channel: r.Channel, Calls: r.Calls, Cells: r.Cells, Rest: r.Rest, Referred: r.Referred, Confirmed: r.Confirmed,
		})
		out[month] = f
	}
	return out
}

const monthForm = "2006-01"

// besidePublished puts what was counted beside what was published of the same months.
// What differs is shown where it may stand there; where it waits, only who may publish
// is told that it does: that there is a difference of a few is one itself.
func (d *Desk) besidePublished(ctx context.Context, who access.Who, counted CallMonths) (CallMonths, error) {
	l, err := d.deps.Store.View(ctx, bodyRef(who.Body))
	if err != nil {
		return CallMonths{}, fault.At("published figures", err)
	}
	body := store.As[*casework.Body](l, bodyRef(who.Body))
	if body == nil {
		return CallMonths{}, fault.Withheld("no body")
	}
	out := counted
	out.Rows = d.publishedRows(body, counted.Outcomes, d.now().AddDate(0, -monthsOfCalls-1, 0).Format(monthForm))
	months := d.figuresOf(counted)
	standing := map[string]string{}
	for month, f := range months {
		standing[month] = body.Standing(f)
		if d.allowed(who, access.PublishCalls, "signal") {
			of := MonthStanding{Month: month, State: standing[month]}
			if of.State != casework.FiguresWait {
				of.Digest = f.Digest()
			}
			out.Months = append(out.Months, of)
		}
	}
	slices.SortFunc(out.Months, func(a, b MonthStanding) int { return cmp.Compare(b.Month, a.Month) })
	for _, r := range counted.Rows {
		switch r.As, r.On = AsProvisional, d.now(); standing[r.Month.Format(monthForm)] {
		case casework.FiguresNew:
		case casework.FiguresOther:
			r.As = AsNow
			if sameAsLast(out.Rows, r) {
				continue
			}
		default:
			continue
		}
		out.Rows = append(out.Rows, r)
	}
	sortMonths(out.Rows)
	return out, nil
}

// sameAsLast says whether a row is as it was published last.
func sameAsLast(published []CallMonth, r CallMonth) bool {
	same := false
	for _, p := range published {
		if p.Month.Equal(r.Month) && p.Line == r.Line && p.Channel == r.Channel {
			same = p.Calls == r.Calls && p.Rest == r.Rest && p.Referred == r.Referred && p.Confirmed == r.Confirmed && slices.Equal(p.Cells, r.Cells)
		}
	}
	return same
}

// publishedRows are a body's published months from one on, with the cells in the order of
// the outcomes; one that an older edition did not have was not given out.
func (d *Desk) publishedRows(b *casework.Body, outcomes []string, from string) []CallMonth {
	var out []CallMonth
	for _, p := range b.Published {
		month, err := time.ParseInLocation(monthForm, p.Figures.Month, d.pack().Location())
		if err != nil || p.Figures.Month < from {
			continue
		}
		for _, r := range p.Figures.Rows {
			line := CallMonth{
				Month: month, As: AsPublished, On: p.At, Line: r.Line, Channel: r.Channel, Calls: r.Calls, Rest: r.Rest, Referred: r.Referred, Confirmed: r.Confirmed,
			}
			for _, o := range outcomes {
				n := Few
				if i := slices.Index(p.Figures.Outcomes, o); i >= 0 {
					n = r.Cells[i]
				}
				line.Cells = append(line.Cells, n)
			}
			out = append(out, line)
		}
	}
	sortMonths(out)
	return out
}

// PublishedCalls are what hotlines published, for anybody. Nothing is counted for it, and
// no file is read: what is not published is not here.
func (d *Desk) PublishedCalls(ctx context.Context, lang string) ([]PublishedBody, error) {
	names, err := d.bodyNames(ctx, access.Who{Lang: lang})
	if err != nil {
		return nil, err
	}
	var refs []casework.Ref
	for _, b := range names {
		if d.publishes(b.Kind) {
			refs = append(refs, bodyRef(b.ID))
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("published figures", err)
	}
	var out []PublishedBody
	for _, ref := range refs {
		b := store.As[*casework.Body](l, ref)
		if b == nil || len(b.Published) == 0 {
			continue
		}
		last := b.Published[len(b.Published)-1]
		one := PublishedBody{Body: b.ID, Name: names[b.ID].Name, Few: last.Figures.Least, Outcomes: last.Figures.Outcomes, Rows: d.publishedRows(b, last.Figures.Outcomes, "")}
		for _, p := range slices.Backward(b.Published) {
			one.Versions = append(one.Versions, PublishedVersion{p.Figures.Month, p.At, p.Digest})
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b PublishedBody) int { return cmp.Compare(a.Name+string(a.Body), b.Name+string(b.Body)) })
	return out, nil
}

// publishes says whether some role of a kind of body may publish its calls' figures.
func (d *Desk) publishes(kind string) bool {
	k := d.pack().BodyKind(kind)
	return k != nil && slices.ContainsFunc(k.Roles, func(role string) bool {
		return d.couldEver(access.Who{Worker: "w", Body: "b", BodyKind: kind, Role: role, Region: "r", Compartment: k.Compartment, Powers: k.Can}, access.PublishCalls, "signal")
	})
}
