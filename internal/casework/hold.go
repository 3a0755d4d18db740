package casework

import (
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// An order of a court or prosecutor keeps a file: while it stands nothing erases it,
// whoever asked. The first signature holds at once, so that nothing goes meanwhile; the
// order is let go by two. It is told to those only whom the pack says.

// HoldPlaced records an order, as it stands on paper.
type HoldPlaced struct {
	Hold  id.Hold       `json:"hold"`
	By    string        `json:"by"` // of the pack's keeping: court, prosecutor
	Paper withheld.Text `json:"paper"`
	Until string        `json:"until,omitempty"` // the last day; empty: until it is released
	// Record is what an order on a single record calls it; of a file's there is none.
	Record withheld.Text `json:"record,omitzero"`
}

// HoldConfirmed is the second who read the paper.
type HoldConfirmed struct {
	Hold id.Hold `json:"hold"`
}

// HoldReleaseAsked is the first who says that it no longer holds.
type HoldReleaseAsked struct {
	Hold id.Hold `json:"hold"`
	Why  string  `json:"why"` // of HoldReleases
}

// HoldReleased is the second.
type HoldReleased struct {
	Hold id.Hold `json:"hold"`
}

func (HoldPlaced) EventType() (string, int)       { return "hold.placed", 1 }
func (HoldConfirmed) EventType() (string, int)    { return "hold.confirmed", 1 }
func (HoldReleaseAsked) EventType() (string, int) { return "hold.release_asked", 1 }
func (HoldReleased) EventType() (string, int)     { return "hold.released", 1 }

// HoldReleases are why an order holds no more; each has wording hold.release.….
var HoldReleases = []string{"lifted", "case_over", "mistake"}

// Codes about orders.
const (
	CodeHoldNone = "hold.none"
	CodeHoldOwn  = "hold.own"
)

const maxHoldPaper = 200

// LegalHold is one order.
type LegalHold struct {
	HoldPlaced
	Placed      time.Time
	PlacedBy    id.Worker
	PlacedAt    id.Body
	Confirmed   time.Time
	ConfirmedAt id.Body
	Asked       time.Time // that it be released
	AskedBy     id.Worker
	Why         string
	Released    time.Time
}

// State is placed, confirmed, releasing or released.
func (h LegalHold) State() string {
	switch {
	case !h.Released.IsZero():
		return "released"
	case !h.Asked.IsZero():
		return "releasing"
	case !h.Confirmed.IsZero():
		return "confirmed"
	}
	return "placed"
}

// Over says that its last day has passed, by the country's clocks.
func (h LegalHold) Over(m Moment) bool {
	return h.Until != "" && m.today() > h.Until
}

// Held says whether an order keeps the file now.
func (f *File) Held(m Moment) bool { return held(f.Holds, m) }

func held(list []LegalHold, m Moment) bool {
	return slices.ContainsFunc(list, func(h LegalHold) bool { return h.Released.IsZero() && !h.Over(m) })
}

// PlaceHold records an order. A file that is stopped is kept too.
func PlaceHold(f *File, in HoldPlaced, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	return placeHold(f.Ref(), in, nil, m)
}

func placeHold(ref Ref, in HoldPlaced, bad fields, m Moment) (Decision, error) {
	if m.Laws.Pack().Keeping.Holder(in.By) == nil {
		bad.add("hold_by", "field.required")
	}
	in.Paper = withheld.New(strings.TrimSpace(in.Paper.Reveal()))
	bad.said("hold_paper", in.Paper, maxHoldPaper, true)
	if in.Until != "" {
		switch day, err := time.Parse(time.DateOnly, in.Until); {
		case err != nil:
			bad.add("hold_until", "field.date")
		case day.Format(time.DateOnly) < m.today():
			bad.add("hold_until", "field.hold_past")
		}
	}
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	return single(m, ref, in, "receipt.hold_placed"), nil
}

// ConfirmHold is the second who read the paper.
func ConfirmHold(f *File, hold id.Hold, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	return confirmHold(f.Ref(), f.Holds, hold, m)
}

func confirmHold(ref Ref, list []LegalHold, hold id.Hold, m Moment) (Decision, error) {
	h, err := holdOf(list, hold)
	if err != nil {
		return Decision{}, err
	}
	switch {
	case h.State() != "placed":
		return Decision{}, fault.New(fault.Conflict, CodeHoldNone)
	case m.byWho(h.PlacedBy):
		return Decision{}, fault.New(fault.Conflict, CodeHoldOwn)
	}
	return single(m, ref, HoldConfirmed{hold}, "receipt.hold_confirmed"), nil
}

// ReleaseHold is the first or the second who says that an order holds no more.
func ReleaseHold(f *File, hold id.Hold, why string, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	return releaseHold(f.Ref(), f.Holds, hold, why, m)
}

func releaseHold(ref Ref, list []LegalHold, hold id.Hold, why string, m Moment) (Decision, error) {
	h, err := holdOf(list, hold)
	if err != nil {
		return Decision{}, err
	}
	if h.State() == "releasing" {
		if m.byWho(h.AskedBy) {
			return Decision{}, fault.New(fault.Conflict, CodeHoldOwn)
		}
		return single(m, ref, HoldReleased{hold}, "receipt.hold_released"), nil
	}
	if !slices.Contains(HoldReleases, why) {
		return Decision{}, fault.Form(fault.Field{Name: "hold_release", Code: "field.required"})
	}
	return single(m, ref, HoldReleaseAsked{hold, why}, "receipt.hold_release_asked"), nil
}

// holdOf finds an order that stands.
func holdOf(list []LegalHold, hold id.Hold) (LegalHold, error) {
	i := slices.IndexFunc(list, func(h LegalHold) bool { return h.Hold == hold && h.Released.IsZero() })
	if i < 0 {
		return LegalHold{}, fault.New(fault.Conflict, CodeHoldNone)
	}
	return list[i], nil
}

func (f *File) addHold(e Event) bool {
	list, is := foldHold(f.Holds, e)
	if is {
		f.Holds = list
		return true
	}
	return f.addDeferral(e)
}

// foldHold applies what one of two said of an order, of a file or of a record.
func foldHold(list []LegalHold, e Event) ([]LegalHold, bool) {
	change := func(hold id.Hold, change func(*LegalHold)) ([]LegalHold, bool) {
		return edited(list, func(h *LegalHold) bool { return h.Hold == hold }, change), true
	}
	switch v := e.Payload.(type) {
	case HoldPlaced:
		return added(list, LegalHold{HoldPlaced: v, Placed: e.OccurredAt, PlacedBy: e.Worker, PlacedAt: e.Body}), true
	case HoldConfirmed:
		return change(v.Hold, func(h *LegalHold) { h.Confirmed, h.ConfirmedAt = e.OccurredAt, e.Body })
	case HoldReleaseAsked:
		return change(v.Hold, func(h *LegalHold) { h.Asked, h.AskedBy, h.Why = e.OccurredAt, e.Worker, v.Why })
	case HoldReleased:
		return change(v.Hold, func(h *LegalHold) { h.Released = e.OccurredAt })
	}
	return list, false
}
