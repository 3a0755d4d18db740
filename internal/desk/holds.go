package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// HoldView is the orders that keep a file, for those who may know of them.
type HoldView struct {
	File   id.File
	Number string
	Holds  []HoldLine
	By     []pack.Holder // whose orders the pack knows
}

// HoldLine is one order.
type HoldLine struct {
	casework.LegalHold
	Now    string // its state
	Body   string // that recorded it
	Over   bool   // its last day has passed
	Second bool   // this worker may be the second of what waits
}

// Holds is the page of a file's orders. Who may not know of them finds nothing, as if
// there were no file.
func (d *Desk) Holds(ctx context.Context, who access.Who, file id.File) (HoldView, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return HoldView{}, err
	}
	if _, err := d.may(who, access.KeepHold, f); err != nil {
		return HoldView{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return HoldView{}, err
	}
	out := HoldView{File: file, Number: f.Number(), By: d.pack().Keeping.Holds}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return HoldView{}, err
	}
	for _, h := range slices.Backward(f.Holds) {
		out.Holds = append(out.Holds, holdLine(h, who, names, m))
	}
	return out, nil
}

// What a worker says of an order; each is a button.
const (
	HoldPlace   = "place"
	HoldConfirm = "confirm"
	HoldRelease = "release"
)

// HoldInput is what one of two says of an order. Hold is empty for one that is new.
type HoldInput struct {
	Key   string
	File  id.File
	Go    string
	Hold  id.Hold
	By    string
	Paper withheld.Text
	Until string
	Why   string
}

// Hold records what one of two says of an order.
func (d *Desk) Hold(ctx context.Context, who access.Who, in HoldInput) (casework.Receipt, error) {
	fresh := id.New[id.Hold](d.now())
	return d.onFile(ctx, who, in.Key, in, in.File, access.KeepHold, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		switch in.Go {
		case HoldPlace:
			return casework.PlaceHold(f, casework.HoldPlaced{Hold: fresh, By: in.By, Paper: in.Paper, Until: in.Until}, m)
		case HoldConfirm:
			return casework.ConfirmHold(f, in.Hold, m)
		case HoldRelease:
			return casework.ReleaseHold(f, in.Hold, in.Why, m)
		}
		return casework.Decision{}, fault.Form(fault.Field{Name: "hold_by", Code: "field.required"})
	})
}
