package desk

import (
	"context"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
)

// KeptView is the orders on single records, of the kinds that this worker may know of.
type KeptView struct {
	Key   string
	Kinds []string
	By    []pack.Holder
	Lines []KeptLine
	More  bool // than Lines has
}

// KeptLine is one order, and on what.
type KeptLine struct {
	HoldLine
	Of   string // the stream
	Kind string
}

// keptShown is how many orders the page has.
const keptShown = 100

// mayKeepRecord says whether this worker may know of orders on a kind of record.
func (d *Desk) mayKeepRecord(who access.Who, kind string) error {
	v := d.rules.Decide(who, access.HoldRecord, access.Thing{Kind: "record", Columns: map[string]string{"record": kind}})
	if !v.Allowed {
		return fault.Withheld(access.HoldRecord + ": " + v.Rule)
	}
	return nil
}

// Kept is the page. It says of no record whether there is one.
func (d *Desk) Kept(ctx context.Context, who access.Who) (KeptView, error) {
	out := KeptView{Key: string(id.New[id.Event](d.now())), By: d.pack().Keeping.Holds}
	for _, kind := range casework.KeptKinds {
		if d.mayKeepRecord(who, kind) == nil {
			out.Kinds = append(out.Kinds, kind)
		}
	}
	if len(out.Kinds) == 0 {
		return KeptView{}, fault.Withheld("orders on records")
	}
	page, err := d.deps.Store.List(ctx, casework.KeptTable, store.Query{
		Scope: d.rules.Scope(who, access.HoldRecord, "record"), Limit: keptShown, NoTotal: true, Sort: []store.Order{{Column: "at", Down: true}},
	})
	if err != nil {
		return out, fault.At("orders on records", err)
	}
	out.More = page.Next != ""
	l, err := d.deps.Store.View(ctx, page.Refs()...)
	if err != nil {
		return out, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return out, err
	}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return out, err
	}
	for _, r := range page.Rows {
		k, _ := l.State(r.Ref).(*casework.Kept)
		if k == nil { // gone with its record since
			continue
		}
		for _, h := range k.Holds {
			if string(h.Hold) == r.Text("hold_id") {
				out.Lines = append(out.Lines, KeptLine{HoldLine: holdLine(h, who, names, m), Of: r.Ref.ID, Kind: k.Kind})
			}
		}
	}
	return out, nil
}

// KeptInput is what one of two says of an order on a single record. Of is the order's
// stream, empty for one that is new: that names its kind and number.
type KeptInput struct {
	Key   string
	Go    string
	Kind  string
	Of    string
	Hold  id.Hold
	Order casework.HoldPlaced
	Why   string
}

// HoldRecord records it.
func (d *Desk) HoldRecord(ctx context.Context, who access.Who, in KeptInput) (casework.Receipt, error) {
	at := d.now()
	ref := casework.Ref{Kind: casework.KeptStream, ID: in.Of}
	in.Order.Hold = ""
	sent := in
	if in.Go == HoldPlace {
		if d.mayKeepRecord(who, in.Kind) != nil {
			in.Kind = "" // a kind that this worker may not know of is none of those asked
		}
		if !d.couldEver(who, access.HoldRecord, "record") {
			return casework.Receipt{}, fault.Withheld("orders on records")
		}
		in.Order.Hold = id.New[id.Hold](at)
		if _, err := casework.PlaceKept(in.Kind, in.Order, d.moment(who, at)); err != nil {
			return casework.Receipt{}, err
		}
		ref = casework.KeptRef(in.Kind, casework.KeptName(in.Kind, in.Order.Record))
	}
	return d.change(ctx, who, in.Key, sent, at, []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		if in.Go == HoldPlace {
			return casework.PlaceKept(in.Kind, in.Order, m)
		}
		k, _ := l.State(ref).(*casework.Kept)
		if k == nil {
			return casework.Decision{}, fault.Withheld("no such order")
		}
		if err := d.mayKeepRecord(who, k.Kind); err != nil {
			return casework.Decision{}, err
		}
		switch in.Go {
		case HoldConfirm:
			return casework.ConfirmKept(k, in.Hold, m)
		case HoldRelease:
			return casework.ReleaseKept(k, in.Hold, in.Why, m)
		}
		return casework.Decision{}, fault.Form(fault.Field{Name: "hold_by", Code: "field.required"})
	})
}

func holdLine(h casework.LegalHold, who access.Who, names bodyNames, m casework.Moment) HoldLine {
	line := HoldLine{LegalHold: h, Now: h.State(), Body: names.of(h.PlacedAt), Over: h.Over(m)}
	line.Second = line.Now == "placed" && !m.People.Same(who.Worker, h.PlacedBy) || line.Now == "releasing" && !m.People.Same(who.Worker, h.AskedBy)
	return line
}
