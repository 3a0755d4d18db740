package check

import (
	"slices"

	"pana/internal/procedure"
)

// before are the clocks that end before this one: those of which the pack says
// so, and those started by the same steps and no others, so that both run from
// one moment, never extended, suspended or started by a condition, and certainly
// shorter. Nothing else orders two clocks: both orders are then tried.
func (w *world) before(c int) []int {
	var out []int
	for o := range w.Clocks {
		if w.ordered(o, c) != nil || w.shorter(o, c) && w.ordered(c, o) == nil {
			out = append(out, o)
		}
	}
	return out
}

// ordered is the pack's order of two clocks, or nil.
func (w *world) ordered(first, then int) *procedure.Order {
	for _, o := range w.Orders {
		if o.First == first && o.Then == then {
			return o.Order
		}
	}
	return nil
}

// shorter says whether one clock ends before another by their lengths.
func (w *world) shorter(first, then int) bool {
	return first != then && w.plain(first) && w.plain(then) && slices.Equal(w.startersOf(first), w.startersOf(then)) && procedure.Shorter(w.Clocks[first], w.Clocks[then])
}

// holdsBack says that a clock which ends before another still runs. Suspended it
// holds nothing back: how long that lasts no order says.
func (w *world) holdsBack(first int) *truth {
	runs := w.is(w.clock(first), procedure.RunningByte)
	if s := w.conds[first].suspended; s != nil {
		return allOf(runs, not(s))
	}
	return runs
}

// plain says whether a clock runs from its start to its end without a break.
func (w *world) plain(c int) bool {
	clock := &w.Clocks[c]
	return clock.InForce && clock.Starts == nil && clock.Suspended == nil && len(w.startersOf(c)) > 0 &&
		!slices.ContainsFunc(w.moves, func(l law) bool { return slices.Contains(l.Extends, c) })
}

func (w *world) startersOf(c int) []int {
	var out []int
	for _, l := range w.moves {
		if slices.Contains(l.Starts, c) {
			out = append(out, l.index)
		}
	}
	return out
}
