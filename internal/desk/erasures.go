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
	"pana/internal/withheld"
)

// Erasing a file: the person's wish is recorded by who is with her, one worker says
// on what ground the file should go, another confirms, and when the pack's days are
// over the sweep erases it, unless an order keeps it or somebody took a word back.

// ErasureView is where the erasing of a file stands. Who may only record the wish
// sees no more of it than the person may be told.
type ErasureView struct {
	File    id.File
	Number  string
	Opened  time.Time
	Asks    bool // may be the first of two
	Allows  bool // may be the second
	Wishes  bool // may record the person's wish
	Now     *casework.Erasing
	First   bool   // this worker is the first, or recorded the wish
	Held    bool   // told to who may know of orders only
	Placed  bool   // as well: else what is refused without it would be an order
	By, At  string // bodies of the first and of the second
	Grounds []pack.ErasureGround
	Rules   pack.Erasure
	Answer  WishClock
	Events  uint64
	Papers  int
	Files   int // documents
}

// WishClock is until when a wish is to be answered, or the question that hides it.
type WishClock struct {
	Due      time.Time
	Question string
	Basis    []procedure.Basis
}

// Erasure is the page on which people erase a file. It opens nothing of it.
func (d *Desk) Erasure(ctx context.Context, who access.Who, file id.File) (ErasureView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return ErasureView{}, err
	}
	if _, err := d.may(who, access.SeeErasure, f); err != nil {
		return ErasureView{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return ErasureView{}, err
	}
	rules := d.pack().Keeping.Erasure
	out := ErasureView{
		File: file, Number: f.Number(), Opened: f.Opened, Grounds: rules.Grounds, Rules: rules,
		Asks: d.mayFile(who, access.AskErasure, f), Allows: d.mayFile(who, access.AllowErasure, f), Wishes: d.mayFile(who, access.WishErasure, f),
	}
	if f.Erasing != nil {
		people, err := d.people(ctx)
		if err != nil {
			return ErasureView{}, err
		}
		e := *f.Erasing
		out.Answer, out.By, out.At = d.wishClock(e), names.of(e.AskedAt), names.of(e.ConfirmedAt)
		out.First = people.Same(who.Worker, e.AskedBy) || people.Same(who.Worker, e.WishedBy)
		if !out.Asks && !out.Allows {
			if e.Running() {
				e.State = ErasureDeciding
			}
			e = casework.Erasing{State: e.State, Wished: e.Wished, Lang: e.Lang, Refused: e.Refused, Why: e.Why}
		}
		out.Now = &e
	}
	if out.Asks || out.Allows {
		// Not the number of the last event: an order has one. And of two things that are one
		// answer to who may not know of orders, neither is shown.
		out.Events, out.Papers, out.Files = uint64(len(f.Timeline)), len(f.Papers), len(f.Attachments)
		if d.mayFile(who, access.KeepHold, f) {
			out.Held, out.Placed = f.Held(d.moment(who, d.now())), f.Place != nil
		}
	}
	return out, nil
}

// mayFile is may as a question.
func (d *Desk) mayFile(who access.Who, act string, f *casework.File) bool {
	_, err := d.may(who, act, f)
	return err == nil
}

// wishClock counts from the wish. What no text says is a question and no day.
func (d *Desk) wishClock(e casework.Erasing) WishClock {
	rules := d.pack().Keeping.Erasure
	out := WishClock{Basis: rules.AnswerBasis}
	n, err := procedure.ParseLength(rules.Answer)
	if err != nil || e.Wished.IsZero() {
		return WishClock{}
	}
	if out.Question = n.Question; out.Question == "" {
		out.Due, _ = procedure.Due(rules.Answer, e.Wished, d.pack().Location(), d.pack().DaysOff(), procedure.Duty) // parsed a line above
	}
	return out
}

// WishErasureInput records the person's wish, and in which language she is answered.
type WishErasureInput struct {
	Key  string
	File id.File
	Lang string
}

// WishErasure records that the person asked to be erased.
func (d *Desk) WishErasure(ctx context.Context, who access.Who, in WishErasureInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.WishErasure, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		lang := in.Lang
		if !slices.Contains(d.pack().Head.Languages, lang) {
			lang = ""
		}
		out, err := casework.WishErasure(f, orElse(lang, f.Language), m)
		return d.tellErasers(out, err, f, access.AskErasure, "notify.erasure_wished")
	})
}

// ErasureDeciding is all that who recorded the wish is told until the file is gone:
// which signature is there, and since when, would tell of an order that keeps it.
const ErasureDeciding = "deciding"

// What a worker says on the page; each is a button.
const (
	ErasureAsk    = "ask"
	ErasureAllow  = "confirm"
	ErasureRefuse = "refuse"
)

// EraseInput is what one of two says.
type EraseInput struct {
	Key    string
	File   id.File
	Go     string
	Ground string
	Reason withheld.Text
	Why    string
}

// Erase takes what one of two says. Nothing is erased by it: that is the sweep's.
func (d *Desk) Erase(ctx context.Context, who access.Who, in EraseInput) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.SeeErasure, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		asks, allows := d.mayFile(who, access.AskErasure, f), d.mayFile(who, access.AllowErasure, f)
		switch {
		case in.Go == ErasureAsk && asks:
			out, err := casework.AskErasure(f, casework.ErasureAsked{Ground: in.Ground, Reason: in.Reason}, m)
			return d.tellErasers(out, d.notNow(who, f, err), f, access.AllowErasure, "notify.erasure_asked")
		case in.Go == ErasureAllow && allows:
			out, err := casework.ConfirmErasure(f, m)
			return out, d.notNow(who, f, err)
		case in.Go == ErasureRefuse && (asks || allows):
			return casework.RefuseErasure(f, in.Why, m)
		case asks || allows:
			return casework.Decision{}, fault.Form(fault.Field{Name: "erasure_ground", Code: "field.required"})
		}
		return casework.Decision{}, fault.Withheld("neither the first nor the second of two")
	})
}

// sweepErasures erases what two confirmed and whose days are over. What an order keeps
// stays, and is looked at again.
func (d *Desk) sweepErasures(ctx context.Context, at time.Time) error {
	q := store.Query{
		Scope: everything, Limit: 200, NoTotal: true, Sort: []store.Order{{Column: "due_at"}},
		Where: []store.Filter{store.Where("state", store.Is, casework.ErasureIsConfirmed), store.Where("due_at", store.Until, at)},
	}
	for {
		due, err := d.deps.Store.List(ctx, casework.ErasuresTable, q)
		if err != nil {
			return fault.At("sweep erasures", err)
		}
		for _, r := range due.Rows {
			err := d.eraseFile(ctx, id.File(r.Text("file_id")), at)
			if err != nil && fault.Of(err).Kind != fault.Conflict {
				return fault.At("erase "+r.Text("file_id"), err)
			}
		}
		if due.Next == "" {
			return d.scrub(ctx, at)
		}
		q.After = due.Next
	}
}

// scrub takes the last traces of what was erased off the disk: at once where nobody
// waits behind it, else before five in the morning, the quietest hours of the hotline.
func (d *Desk) scrub(ctx context.Context, at time.Time) error {
	if !d.deps.Store.ScrubsAtOnce() && at.In(d.pack().Location()).Hour() >= 5 {
		return nil
	}
	err := d.deps.Store.Scrub(ctx)
	if fault.Of(err).Kind == fault.Busy {
		return nil // somebody is reading: the next sweep tries again
	}
	return err
}

// eraseFile erases a file with the calls that it was opened with, and writes down what
// is left, in one transaction.
func (d *Desk) eraseFile(ctx context.Context, file id.File, at time.Time) error {
	calls, err := d.deps.Store.List(ctx, "signals", store.Query{Scope: everything, Limit: 200, NoTotal: true, Where: []store.Filter{store.Where("file_id", store.Is, string(file))}})
	if err != nil {
		return err
	}
	snap, err := d.deps.Laws.On(at)
	if err != nil {
		return fault.At("law of today", err)
	}
	refs := append([]casework.Ref{fileRef(file)}, calls.Refs()...)
	act := store.Act{
		Key: keyOf(product, "erase/"+string(file)+"/"+at.Format(time.RFC3339)), Who: product, At: at, Streams: []casework.Ref{casework.ErasedRef(file)}, Pack: snap.Law,
	}
	m := d.moment(product, at)
	_, err = d.deps.Store.EraseWhen(ctx, act, refs, "two_confirmed", func(l *store.Loaded) (casework.Decision, error) {
		return casework.EraseNow(fileOf(l, file), len(refs)-1, store.KeysLife, m)
	})
	if err = gone(err); err == nil && d.names != nil {
		d.names.Remove(file)
	}
	return err
}

// ErasureLine is a file that somebody wants erased, or that an order keeps.
type ErasureLine struct {
	File   id.File
	Number string
	State  string
	Ground string
	Since  time.Time
	Due    time.Time
	Answer WishClock // of a wish
}

// ErasedLine is a file that is gone.
type ErasedLine struct {
	File    id.File
	Number  string
	Ground  string
	At      time.Time
	Backups time.Time
}

// Erasures is the list: what waits, what an order keeps, and what is gone.
type Erasures struct {
	Waiting []ErasureLine
	Held    []ErasureLine
	Erased  []ErasedLine
	More    bool // there are older ones than Erased has
}

const erasuresShown = 200

// Erasures lists what this worker may be one of two for.
func (d *Desk) Erasures(ctx context.Context, who access.Who) (Erasures, error) {
	if !d.couldEver(who, access.AllowErasure, "file") {
		return Erasures{}, fault.Withheld("erasures")
	}
	var out Erasures
	waiting, err := d.deps.Store.List(ctx, casework.ErasuresTable, store.Query{
		Scope: d.rules.Scope(who, access.AllowErasure, "file"), Limit: erasuresShown, NoTotal: true, Sort: []store.Order{{Column: "since"}},
	})
	if err != nil {
		return out, err
	}
	for _, r := range waiting.Rows {
		line := ErasureLine{
			File: id.File(r.Text("file_id")), Number: id.Number(id.File(r.Text("file_id"))), State: r.Text("state"), Ground: r.Text("ground"), Since: r.Time("since"), Due: r.Time("due_at"),
		}
		if line.State == casework.ErasureIsWished {
			line.Answer = d.wishClock(casework.Erasing{Wished: line.Since})
		}
		out.Waiting = append(out.Waiting, line)
	}
	held, err := d.deps.Store.List(ctx, casework.HoldsTable, store.Query{
		Scope: d.rules.Scope(who, access.KeepHold, "file"), Limit: erasuresShown, NoTotal: true, Sort: []store.Order{{Column: "at"}},
	})
	if err != nil {
		return out, err
	}
	for _, r := range held.Rows {
		out.Held = append(out.Held, ErasureLine{File: id.File(r.Text("file_id")), Number: id.Number(id.File(r.Text("file_id"))), State: r.Text("state"), Since: r.Time("at")})
	}
	gone, err := d.deps.Store.List(ctx, "erased", store.Query{
		Scope: d.rules.Scope(who, access.ListErased, "erasure"), Limit: erasuresShown, NoTotal: true, Sort: []store.Order{{Column: "at", Down: true}},
	})
	if err != nil {
		return out, err
	}
	for _, r := range gone.Rows {
		out.Erased = append(out.Erased, ErasedLine{File: id.File(r.Text("file_id")), Number: r.Text("number"), Ground: r.Text("ground"), At: r.Time("at"), Backups: r.Time("backups_until")})
	}
	out.More = gone.Next != ""
	return out, nil
}

// ErasedView is the receipt of an erased file: what went, what is left, and until when
// a copy of the keys may lie in a backup.
type ErasedView struct {
	casework.Erased
	WishedAtName, AskedAtName, AtName string
}

// ErasedFile is the receipt, for whoever may read it.
func (d *Desk) ErasedFile(ctx context.Context, who access.Who, file id.File) (ErasedView, error) {
	l, err := d.deps.Store.View(ctx, casework.ErasedRef(file))
	if err != nil {
		return ErasedView{}, fault.At("view what is left of "+string(file), err)
	}
	left := store.As[*casework.Erased](l, casework.ErasedRef(file))
	if left == nil {
		return ErasedView{}, fault.Withheld("not erased")
	}
	thing := access.Thing{Kind: "erasure", Columns: clearText("erased", left.Row())}
	if v := d.rules.Decide(who, access.ListErased, thing); !v.Allowed {
		return ErasedView{}, fault.Withheld(access.ListErased + ": " + v.Rule)
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return ErasedView{}, err
	}
	return ErasedView{Erased: *left, WishedAtName: names.of(left.WishedAt), AskedAtName: names.of(left.AskedAt), AtName: names.of(left.At)}, nil
}
