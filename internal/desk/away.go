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

// A worker says that she is away, or who shares out the work says it for her. While
// she is, nothing is shared out to her; what she has is shown with a way to hand it
// over, to one colleague or shared fairly, and what falls due meanwhile is said to
// whoever shares out, because nobody else would notice.

// AwayLine is somebody of the body with when she is away and what she has.
type AwayLine struct {
	Colleague
	From, Until time.Time // the last moment of her last day; zero: she is not
	Now         bool
	Has         []AwayPiece
}

// AwayPiece is a step she has. Falls says that it is owed before she is back.
type AwayPiece struct {
	Piece
	Subject Subject
	Due     time.Time
	Falls   bool
}

// HandedLine is a step that was this worker's and was handed over.
type HandedLine struct {
	Subject Subject
	Step    string
	At      time.Time
}

// AwayView is who is away. Staff is for who shares out the work; a worker sees
// herself and what of hers was handed over.
type AwayView struct {
	Key    string
	Self   AwayLine
	Share  bool
	Staff  []AwayLine
	Handed []HandedLine
}

// AwayInput says that somebody is away on some days, or is back.
type AwayInput struct {
	Key         string
	Worker      id.Worker // "": who asks
	From, Until string    // days, the last included
	Back        bool
}

// Away is the page of who is away.
func (d *Desk) Away(ctx context.Context, who access.Who) (AwayView, error) {
	if err := d.mayDo(who, access.SeeWork, "work"); err != nil {
		return AwayView{}, err
	}
	at := d.now()
	staff, err := d.staff(ctx, who)
	if err != nil {
		return AwayView{}, err
	}
	out := AwayView{Key: string(id.New[id.Event](at)), Share: d.shares(who)}
	for _, a := range staff {
		if a.ID == who.Worker {
			out.Self = awayLine(a, at)
		}
	}
	if out.Handed, err = d.handed(ctx, who); err != nil || !out.Share {
		return out, err
	}
	for _, a := range staff {
		line := awayLine(a, at)
		if line.Until.IsZero() {
			continue
		}
		if line.Has, err = d.has(ctx, who, a, at); err != nil {
			return out, err
		}
		out.Staff = append(out.Staff, line)
	}
	slices.SortStableFunc(out.Staff, func(a, b AwayLine) int { return a.From.Compare(b.From) })
	return out, nil
}

func awayLine(a *casework.Account, at time.Time) AwayLine {
	out := AwayLine{Colleague: colleague(a)}
	if a.AwayUntil.After(at) {
		out.From, out.Until, out.Now = a.AwayFrom, a.AwayUntil.Add(-time.Second), a.IsAway(at)
	}
	return out
}

// has are the steps that somebody of the body has, those that are owed before she is
// back first.
func (d *Desk) has(ctx context.Context, who access.Who, a *casework.Account, at time.Time) ([]AwayPiece, error) {
	page, err := d.deps.Store.List(ctx, casework.GivenTable, store.Query{
		Scope: everything, Sort: soonest, Limit: sharedAtOnce, NoTotal: true,
		Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body)), store.Where("worker", store.Is, string(a.ID))},
	})
	if err != nil {
		return nil, fault.At("what she has", err)
	}
	files := filesOf(page.Rows)
	subjects, err := d.subjects(ctx, files)
	if err != nil {
		return nil, err
	}
	var out []AwayPiece
	for i, r := range page.Rows {
		due := r.Time("due_at")
		out = append(out, AwayPiece{
			Piece: Piece{files[i], r.Text("step"), a.ID}, Subject: subjects[files[i]], Due: due, Falls: fallsAway(a, due, at),
		})
	}
	return out, nil
}

// fallsAway says whether what somebody has is owed by a moment at which she is away,
// or is overdue while she is.
func fallsAway(a *casework.Account, due, at time.Time) bool {
	return !due.IsZero() && (a.IsAway(due) || due.Before(at) && a.IsAway(at))
}

// handed are the steps that were this worker's and were handed over, the newest first.
func (d *Desk) handed(ctx context.Context, who access.Who) ([]HandedLine, error) {
	page, err := d.deps.Store.List(ctx, casework.GivenTable, store.Query{
		Scope: access.Or{d.decides(who), d.rules.Scope(who, access.TakeStep, "file")}, Limit: pageLength, NoTotal: true, Sort: []store.Order{{Column: "at", Down: true}},
		Where: []store.Filter{
			store.Where("body_id", store.Is, string(who.Body)), store.Where("from_worker", store.Is, string(who.Worker)), store.Where("how", store.Is, casework.GivenHandover),
		},
	})
	if err != nil {
		return nil, fault.At("handed over", err)
	}
	files := filesOf(page.Rows)
	subjects, err := d.subjects(ctx, files)
	var out []HandedLine
	for i, r := range page.Rows {
		out = append(out, HandedLine{Subject: subjects[files[i]], Step: r.Text("step"), At: r.Time("at")})
	}
	return out, err
}

// SetAway records that somebody is away, or is back: herself, or, by who shares out
// the work, anybody of the body.
func (d *Desk) SetAway(ctx context.Context, who access.Who, in AwayInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.SeeWork, "work"); err != nil {
		return casework.Receipt{}, err
	}
	in.Worker = cmp.Or(in.Worker, who.Worker)
	if in.Worker != who.Worker && !d.shares(who) {
		return casework.Receipt{}, fault.Withheld("not hers to say")
	}
	away, err := d.checkAway(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{accountRef(in.Worker)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		a := store.As[*casework.Account](l, accountRef(in.Worker))
		if in.Back {
			return casework.ComeBack(a, m)
		}
		return casework.GoAway(a, away, m)
	})
}

// checkAway reads the days: from the first moment of the first to the end of the last,
// in the country's time.
func (d *Desk) checkAway(in AwayInput) (out casework.WorkerAway, err error) {
	if in.Back {
		return out, nil
	}
	var bad []fault.Field
	day := func(name, s string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, s, d.pack().Location())
		if err != nil {
			bad = append(bad, fault.Field{Name: name, Code: "field.date"})
		}
		return t
	}
	out.From, out.Until = day("away_from", in.From).UTC(), day("away_until", in.Until).AddDate(0, 0, 1).UTC()
	return out, fault.Form(bad...)
}

// HeldUp is why a step of the body's docket is said to who shares it out.
type HeldUp struct {
	With string // nobody, colleague, away
	Name string
}

// heldUp puts in the list of who shares out the work what is overdue on the body's
// docket, wherever it lies, and what falls due while whoever has it is away: one level
// up from whose it is.
func (d *Desk) heldUp(ctx context.Context, who access.Who, at time.Time, lines []WorkLine) ([]WorkLine, error) {
	if !d.shares(who) || !d.couldEver(who, access.SeeDocket, "file") {
		return lines, nil
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	parts, sort := d.docketParts(who, DocketFilter{})
	for i := range parts {
		parts[i].Where = append(parts[i].Where, dueIn("overdue", at)...)
	}
	rows, _, err := d.owedPage(ctx, parts, sort, pageLength, "")
	if err != nil {
		return nil, err
	}
	for _, a := range staff {
		more, err := d.fallingAway(ctx, who, a, at)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	docket := make([]DocketLine, len(rows))
	for i, r := range rows {
		docket[i] = DocketLine{Subject: fileOfRow(r), Step: r.Text("step")}
	}
	if err := d.holders(ctx, who, docket, staff); err != nil {
		return nil, err
	}
	for i, r := range rows {
		lines = withHeldUp(lines, stepLine(r, at), upOf(docket[i].Held, staff, r.Time("due_at"), at))
	}
	return lines, nil
}

// fallingAway are the rows of what somebody has that is owed while she is away.
func (d *Desk) fallingAway(ctx context.Context, who access.Who, a *casework.Account, at time.Time) ([]store.Found, error) {
	if !a.AwayUntil.After(at) {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, casework.GivenTable, store.Query{
		Scope: everything, Sort: soonest, Limit: pageLength, NoTotal: true,
		Where: []store.Filter{
			store.Where("body_id", store.Is, string(who.Body)), store.Where("worker", store.Is, string(a.ID)),
			store.Where("due_at", store.From, a.AwayFrom), store.Where("due_at", store.Before, a.AwayUntil),
		},
	})
	return page.Rows, fault.At("due while away", err)
}

func upOf(held Holder, staff []*casework.Account, due, at time.Time) *HeldUp {
	out := &HeldUp{With: "nobody", Name: held.Name}
	for _, a := range staff {
		if a.ID != held.Worker || held.Worker == "" {
			continue
		}
		if out.With = "colleague"; fallsAway(a, due, at) {
			out.With = "away"
		}
	}
	return out
}

// withHeldUp says it of the line that is there, or adds one that leads to the docket.
func withHeldUp(lines []WorkLine, l WorkLine, up *HeldUp) []WorkLine {
	i := slices.IndexFunc(lines, func(o WorkLine) bool { return o.Verb == l.Verb && o.Subject.File == l.Subject.File })
	if i < 0 {
		l.Target = "/docket?state=overdue"
		if up.With == "away" {
			l.Target = "/away"
		}
		i, lines = len(lines), append(lines, l)
	}
	lines[i].HeldUp = up
	return lines
}
