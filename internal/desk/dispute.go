package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Anybody may dispute a cell, so that somebody may try to bury the answers. How
// many come is counted from the record. Nothing about the sender is kept, so a
// flood shuts the door for everyone for the rest of the hour: known, and better
// than keeping who asks.
const (
	disputesAnHour  = 60
	disputesOpenFor = 10 // one cell
)

// Codes of a dispute that is not taken.
const (
	codeDisputeNoCell = "dispute.no_cell"
	codeDisputeMany   = "dispute.too_many"
	codeDisputeCell   = "dispute.cell_full"
)

// DisputeInput is what somebody says of a cell. Speaker and Source may be empty.
type DisputeInput struct {
	Key      string
	Property string
	Column   string
	Text     withheld.Text
	Source   withheld.Text
	Speaker  withheld.Text
	Lang     string
}

// ReplyInput is a worker's reply; Show prints what was disputed beside it.
type ReplyInput struct {
	Key     string
	Dispute id.Dispute
	Text    withheld.Text
	Show    bool
}

// DisputeView is a dispute as the public sees it: what was said is there only
// when it has been answered and the answer says so. For those who answer, all.
type DisputeView struct {
	ID       id.Dispute
	Number   string
	Property string
	Column   string
	Verdict  string
	At       time.Time
	ReplyDue time.Time
	Answered time.Time
	By       string // name of the body that answered
	Reply    withheld.Text
	Text     withheld.Text
	Source   withheld.Text
	Speaker  withheld.Text
	Late     bool
}

// Dispute records that somebody holds a cell to be wrong.
func (d *Desk) Dispute(ctx context.Context, in DisputeInput) (casework.Receipt, error) {
	g := d.guarantees()
	_, known := g.Column(in.Column)
	if !known || !slices.ContainsFunc(g.Properties, propertyIs(in.Property)) {
		return casework.Receipt{}, fault.Withheld(codeDisputeNoCell)
	}
	if in.Key == "" {
		return casework.Receipt{}, fault.New(fault.Invalid, "form.malformed")
	}
	at := d.now()
	made := casework.DisputeMade{Property: in.Property, Column: in.Column, Text: in.Text, Source: in.Source, Speaker: in.Speaker, Lang: in.Lang}
	if c, ok := g.Cell(in.Property, in.Column); ok {
		made.Verdict = string(c.Verdict)
	}
	if err := d.mayDispute(ctx, in.Property+"/"+in.Column, at); err != nil {
		return casework.Receipt{}, err
	}
	dispute := id.New[id.Dispute](at)
	// A stranger's key is hashed into a space of its own: it must not be able to
	// be the key of one of the product's acts.
	sum := sha256.Sum256([]byte(in.Key))
	key := "dispute/" + hex.EncodeToString(sum[:16])
	return d.change(ctx, access.Who{}, key, in, at, []casework.Ref{disputeRef(dispute)}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.MakeDispute(dispute, made, m)
	})
}

func (d *Desk) mayDispute(ctx context.Context, cell string, at time.Time) error {
	count := func(where ...store.Filter) (int, error) {
		return d.deps.Store.Count(ctx, "disputes", store.Query{Scope: everything, Where: where})
	}
	n, err := count(store.Where("at", store.From, at.Add(-time.Hour)))
	if err != nil {
		return fault.At("count disputes", err)
	}
	if n >= disputesAnHour {
		return fault.New(fault.Limited, codeDisputeMany)
	}
	n, err = count(store.Where("cell", store.Is, cell), store.Where("state", store.Is, "open"))
	if err != nil {
		return fault.At("count disputes", err)
	}
	if n >= disputesOpenFor {
		return fault.New(fault.Limited, codeDisputeCell)
	}
	return nil
}

// AnswerDispute gives a dispute its dated reply.
func (d *Desk) AnswerDispute(ctx context.Context, who access.Who, in ReplyInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.AnswerDispute, "dispute"); err != nil {
		return casework.Receipt{}, err
	}
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{disputeRef(in.Dispute)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.AnswerDispute(store.As[*casework.Dispute](l, disputeRef(in.Dispute)), casework.DisputeAnswered{Text: in.Text, Show: in.Show}, m)
	})
}

// Disputes is the list of those who answer: open ones first, by when a reply
// is due.
func (d *Desk) Disputes(ctx context.Context, who access.Who) ([]DisputeView, error) {
	if err := d.mayDo(who, access.AnswerDispute, "dispute"); err != nil {
		return nil, err
	}
	all, err := folded[*casework.Dispute](ctx, d, "disputes", store.Query{Scope: everything, Limit: maxDisputes})
	if err != nil {
		return nil, err
	}
	out, err := d.disputeViews(ctx, all)
	if err != nil {
		return nil, err
	}
	for i, one := range all { // who answers reads what nobody else may yet
		out[i].Text, out[i].Source, out[i].Speaker = one.Text, one.Source, one.Speaker
	}
	slices.SortStableFunc(out, func(a, b DisputeView) int { return unansweredFirst(a.Answered, a.ReplyDue, b.Answered, b.ReplyDue) })
	return out, nil
}

// unansweredFirst orders what waits for an answer by when it is due, and after it what
// has one, the last answered first.
func unansweredFirst(answered, due, otherAnswered, otherDue time.Time) int {
	switch {
	case answered.IsZero() && otherAnswered.IsZero():
		return due.Compare(otherDue)
	case answered.IsZero():
		return -1
	case otherAnswered.IsZero():
		return 1
	}
	return otherAnswered.Compare(answered)
}

// maxDisputes bounds a list that is read whole.
const maxDisputes = 500

// disputesOf are those of one cell, as the public sees them.
func (d *Desk) disputesOf(ctx context.Context, cell string) ([]DisputeView, error) {
	all, err := folded[*casework.Dispute](ctx, d, "disputes", store.Query{
		Scope: everything, Limit: maxDisputes, Where: []store.Filter{store.Where("cell", store.Is, cell)},
	})
	if err != nil {
		return nil, fault.At("disputes of "+cell, err)
	}
	slices.SortFunc(all, func(a, b *casework.Dispute) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return d.disputeViews(ctx, all)
}

// disputeViews are disputes with the bodies that answered.
func (d *Desk) disputeViews(ctx context.Context, all []*casework.Dispute) ([]DisputeView, error) {
	var refs []casework.Ref
	for _, one := range all {
		if one.By != "" && !slices.Contains(refs, bodyRef(one.By)) {
			refs = append(refs, bodyRef(one.By))
		}
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, fault.At("bodies that answered", err)
	}
	out := make([]DisputeView, 0, len(all))
	for _, one := range all {
		view := d.disputeView(one)
		if b := store.As[*casework.Body](l, bodyRef(one.By)); b != nil {
			view.By = b.Name
		}
		out = append(out, view)
	}
	return out, nil
}

func (d *Desk) disputeView(one *casework.Dispute) DisputeView {
	out := DisputeView{
		ID: one.ID, Number: id.Number(one.ID), Property: one.Property, Column: one.Column, Verdict: one.Verdict,
		At: one.At, ReplyDue: one.ReplyDue, Answered: one.Answered, Late: one.Answered.IsZero() && one.ReplyDue.Before(d.now()),
	}
	if !one.Answered.IsZero() {
		out.Reply = one.Reply
		if one.Show {
			out.Text, out.Source, out.Speaker = one.Text, one.Source, one.Speaker
		}
	}
	return out
}

// disputed counts the open disputes of each cell that has any, answered or not.
func (d *Desk) disputed(ctx context.Context) (map[string]int, error) {
	page, err := d.deps.Store.List(ctx, "disputes", store.Query{Scope: everything, Limit: maxDisputes})
	if err != nil {
		return nil, fault.At("disputes", err)
	}
	out := map[string]int{}
	for _, row := range page.Rows {
		cell := row.Text("cell")
		out[cell] += map[bool]int{true: 1}[row.Text("state") == "open"]
	}
	return out, nil
}

func disputeRef(dispute id.Dispute) casework.Ref {
	return casework.Ref{Kind: casework.PackStream, ID: string(dispute)}
}
