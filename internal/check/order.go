package check

import (
	"slices"

	"pana/internal/procedure"
)

// before are the clocks that end before this one: started by the same steps and
// no others, so that both run from one moment, never extended, suspended or
// started by a condition, and certainly shorter. Nothing else orders two clocks:
// both orders are then tried.
func (w *world) before(c int) []int {
	var out []int
	for o := range w.Clocks {
		if o != c && w.plain(o) && w.plain(c) && slices.Equal(w.startersOf(o), w.startersOf(c)) && shorter(w.Clocks[o], w.Clocks[c]) {
			out = append(out, o)
		}
	}
	return out
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

// shorter says whether a certainly ends before b when both start together.
func shorter(a, b procedure.ClockPart) bool {
	if a.Length.Question != "" || b.Length.Question != "" {
		return false
	}
	if a.Length.Unit == b.Length.Unit && a.DayOff == b.DayOff && a.Kind == b.Kind {
		return a.Length.N < b.Length.N
	}
	_, most := span(a)
	least, _ := span(b)
	return most > 0 && most < least
}

// span is the least and the most hours that a clock can run; most is 0 where the
// calendar of days off decides.
func span(c procedure.ClockPart) (least, most int) {
	n := c.Length.N
	switch c.Length.Unit {
	case procedure.Minutes:
		return n / 60, n/60 + 1
	case procedure.Hours:
		return n, n
	case procedure.Days:
		least, most = 24*n-1, 24*(n+1)+1 // a change of the wall clock, and 24:00 of the last day
	case procedure.WorkingDays:
		return 24*n - 1, 0
	case procedure.Months:
		least, most = 24*28*n-1, 24*(31*n+1)+1
	case procedure.Years:
		least, most = 24*365*n-1, 24*(366*n+1)+1
	}
	if c.DayOff != "" {
		most = 0
	}
	return least, most
}
