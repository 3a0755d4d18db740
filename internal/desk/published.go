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
	"pana/internal/pack"
	"pana/internal/store"
)

// A month of figures, of a hotline's calls or of a procedure, is given out by an act. From
// then on the pages show it as it was given out, with the day, and what is counted
// otherwise stands beside it.

// How a row of figures stands.
const (
	AsProvisional = "provisional" // counted today, and never published
	AsPublished   = "published"
	AsNow         = "now" // counted today, otherwise than it was published
)

// FigureMonths are figures as they may be published: months that are over, the newest
// first. A running month is left out: two readings of it would tell one person from the
// others.
type FigureMonths struct {
	Procedure string // "": a hotline's
	Var       string // that the procedure's picture draws
	Few       int    // numbers below it are not given out
	Outcomes  []string
	Rows      []MonthRow
	// Months are those that are over, with how they stand to what was published; for
	// who may publish them.
	Months []MonthStanding
}

// MonthRow is a month at one line, of one kind, or of one procedure. Numbers may be Few.
// Of calls, Cells, in the order of Outcomes, and Rest add up to Calls.
type MonthRow struct {
	Month     time.Time
	As        string    // provisional, published, now: wording callmonths.as.X
	On        time.Time // the day of publication, or today
	Line      string
	Channel   string
	Calls     int
	Cells     []int
	Rest      int // those of the cells that are Few, together
	Referred  int // of those that became a file: referred to a provider by this body
	Confirmed int // of those that became a file: a step of the pack's confirmed was taken
	Procedure string
	Numbers   []casework.FigureNumber
}

// same says that two rows are of the same in the same month.
func (r MonthRow) same(o MonthRow) bool {
	return r.Month.Equal(o.Month) && r.Line == o.Line && r.Channel == o.Channel && r.Procedure == o.Procedure
}

// alike says that two rows say the same.
func (r MonthRow) alike(o MonthRow) bool {
	return r.Calls == o.Calls && r.Rest == o.Rest && r.Referred == o.Referred && r.Confirmed == o.Confirmed && slices.Equal(r.Cells, o.Cells) && slices.Equal(r.Numbers, o.Numbers)
}

// MonthStanding is what may be done with a month: casework.FiguresNew and its like.
// Digest is of what the page shows, so that no other is published.
type MonthStanding struct{ Month, State, Digest string }

// PublishInput gives out a month as the page showed it.
type PublishInput struct {
	Key       string
	Procedure string // "": of calls
	Month     string
	Digest    string
}

// PublishedBody are the months of one kind that one body published: of its calls, or of a
// procedure, whose variable of the picture is Var.
type PublishedBody struct {
	Body           id.Body
	Name           string
	Procedure, Var string
	Few            int
	Outcomes       []string
	Rows           []MonthRow
	Versions       []PublishedVersion
}

// PublishedVersion is one act of publishing.
type PublishedVersion struct {
	Month  string
	On     time.Time
	Digest string
}

// CodeFiguresChanged: what was on the page is counted otherwise now.
const CodeFiguresChanged = "figures.changed"

// PublishCalls gives out a month of the worker's own body's calls, or a correction.
func (d *Desk) PublishCalls(ctx context.Context, who access.Who, in PublishInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.PublishCalls, "signal"); err != nil {
		return casework.Receipt{}, err
	}
	counted, err := d.countCalls(ctx, who)
	if err != nil {
		return casework.Receipt{}, err
	}
	return d.publish(ctx, who, in, d.figuresOf(counted), []casework.Ref{bodyRef(who.Body)})
}

// publish gives out one of the months that were counted. The first of the bodies is the
// worker's own, the others may give out the same.
func (d *Desk) publish(ctx context.Context, who access.Who, in PublishInput, months map[string]casework.Figures, bodies []casework.Ref) (casework.Receipt, error) {
	f, there := months[in.Month]
	return d.change(ctx, who, in.Key, in, d.now(), bodies, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		if !there || f.Digest() != in.Digest {
			return casework.Decision{}, fault.New(fault.Conflict, CodeFiguresChanged)
		}
		return casework.PublishFigures(store.As[*casework.Body](l, bodies[0]), bodiesOf(l, bodies[1:]), f, m)
	})
}

// bodiesOf are those of some refs that there are.
func bodiesOf(l *store.Loaded, refs []casework.Ref) (out []*casework.Body) {
	for _, ref := range refs {
		if b := store.As[*casework.Body](l, ref); b != nil {
			out = append(out, b)
		}
	}
	return out
}

// figuresOf are the months that were counted, each as it would be published.
func (d *Desk) figuresOf(m FigureMonths) map[string]casework.Figures {
	out := map[string]casework.Figures{}
	for _, r := range m.Rows {
		month := r.Month.Format(monthForm)
		f := out[month]
		f.Month, f.Least, f.Outcomes, f.Procedure, f.Numbers = month, m.Few, m.Outcomes, r.Procedure, r.Numbers
		if r.Procedure == "" {
			f.Rows = append(f.Rows, casework.FiguresRow{
				Line: r.Line, Channel: r.Channel, Calls: r.Calls, Cells: r.Cells, Rest: r.Rest, Referred: r.Referred, Confirmed: r.Confirmed,
			})
		}
		out[month] = f
	}
	return out
}

const monthForm = "2006-01"

// besidePublished puts what was counted beside what some bodies published of the same
// months. What differs is shown where it may stand there; where it waits, only who may
// publish is told that it does: that there is a difference of a few is one itself.
func (d *Desk) besidePublished(ctx context.Context, counted FigureMonths, refs []casework.Ref, publishes bool) (FigureMonths, error) {
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return FigureMonths{}, fault.At("published figures", err)
	}
	bodies := bodiesOf(l, refs)
	if len(bodies) == 0 {
		return FigureMonths{}, fault.Withheld("no body")
	}
	out := counted
	out.Rows = nil
	from := d.now().AddDate(0, -monthsBack-1, 0).Format(monthForm)
	for _, b := range bodies {
		out.Rows = append(out.Rows, d.publishedRows(b, counted.Procedure, counted.Outcomes, from)...)
	}
	slices.SortStableFunc(out.Rows, func(a, b MonthRow) int { return a.On.Compare(b.On) })
	standing := map[string]string{}
	for month, f := range d.figuresOf(counted) {
		standing[month] = casework.Standing(bodies, f)
		if publishes {
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
func sameAsLast(published []MonthRow, r MonthRow) bool {
	same := false
	for _, p := range published {
		if p.same(r) {
			same = p.alike(r)
		}
	}
	return same
}

// publishedRows are a body's published months from one on, of its calls or of a procedure,
// with the cells in the order of the outcomes; one that an older edition did not have was
// not given out.
func (d *Desk) publishedRows(b *casework.Body, of string, outcomes []string, from string) []MonthRow {
	var out []MonthRow
	for _, p := range b.Published {
		month, err := time.ParseInLocation(monthForm, p.Figures.Month, d.pack().Location())
		if err != nil || p.Figures.Of != "" || p.Figures.Procedure != of || p.Figures.Month < from {
			continue
		}
		if of != "" {
			out = append(out, MonthRow{Month: month, As: AsPublished, On: p.At, Procedure: of, Numbers: p.Figures.Numbers})
		}
		for _, r := range p.Figures.Rows {
			line := MonthRow{
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

// PublishedFigures are what bodies published, for anybody. Nothing is counted for it, and
// no file is read: what is not published is not here.
func (d *Desk) PublishedFigures(ctx context.Context, lang string) ([]PublishedBody, error) {
	names, err := d.bodyNames(ctx, access.Who{Lang: lang})
	if err != nil {
		return nil, err
	}
	var refs []casework.Ref
	for _, b := range names {
		if d.publishes(b.Kind, access.PublishCalls, "signal") || d.publishes(b.Kind, access.PublishFigures, "course") {
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
	for _, b := range bodiesOf(l, refs) {
		out = append(out, d.publishedOf(b, names[b.ID].Name)...)
	}
	slices.SortStableFunc(out, func(a, b PublishedBody) int { return cmp.Compare(a.Name+string(a.Body), b.Name+string(b.Body)) })
	return out, nil
}

// publishedOf are the months of one body: of its calls, then of each procedure in the
// order of the pack.
func (d *Desk) publishedOf(b *casework.Body, name string) (out []PublishedBody) {
	last := map[string]*casework.Figures{}
	var of []string
	for i, p := range b.Published {
		if p.Figures.Of != "" {
			continue
		}
		if last[p.Figures.Procedure] == nil {
			of = append(of, p.Figures.Procedure)
		}
		last[p.Figures.Procedure] = &b.Published[i].Figures
	}
	courses := d.pack().Courses()
	at := func(procedure string) int {
		return slices.IndexFunc(courses, func(c pack.Course) bool { return c.Procedure == procedure })
	}
	slices.SortStableFunc(of, func(a, b string) int { return at(a) - at(b) })
	for _, procedure := range of {
		f := last[procedure]
		one := PublishedBody{Body: b.ID, Name: name, Procedure: procedure, Few: f.Least, Outcomes: f.Outcomes, Rows: d.publishedRows(b, procedure, f.Outcomes, "")}
		if i := at(procedure); i >= 0 {
			one.Var = courses[i].Var
		}
		for _, p := range slices.Backward(b.Published) {
			if p.Figures.Of == "" && p.Figures.Procedure == procedure {
				one.Versions = append(one.Versions, PublishedVersion{p.Figures.Month, p.At, p.Digest})
			}
		}
		out = append(out, one)
	}
	return out
}

// publishes says whether some role of a kind of body may publish figures of calls or of
// procedures.
func (d *Desk) publishes(kind, act, thing string) bool {
	k := d.pack().BodyKind(kind)
	return k != nil && slices.ContainsFunc(k.Roles, func(role string) bool {
		return d.couldEver(access.Who{Worker: "w", Body: "b", BodyKind: kind, Role: role, Region: "r", Compartment: k.Compartment, Powers: k.Can}, act, thing)
	})
}
