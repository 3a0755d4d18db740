package procedure

import (
	"fmt"
	"slices"
)

// Which of two clocks that run at once ends first: by what a pack says, with its
// source, or by their lengths where both start by the same steps. Nothing else
// orders two clocks; where nothing does, both orders are possible.

// OrderPart is an order that binds, and its clocks by their numbers.
type OrderPart struct {
	*Order
	First, Then int
}

func (b *builder) clockIndex(id string) int {
	return slices.IndexFunc(b.clocks, func(c clock) bool { return c.ID == id })
}

// orders says whether an order binds on this day. It speaks of the clocks as the
// law has them: one that an overlay changed may end at any time.
func (b *builder) orders(o *Order) bool {
	asLaw := func(id string) bool {
		i := b.clockIndex(id)
		return i >= 0 && b.clocks[i].inForce && b.clocks[i].Overlay.By == ""
	}
	return b.inForce(o.Dates, Overlaid{}) && asLaw(o.First) && asLaw(o.Then)
}

// lintOrders: an order is of two clocks that there are, goes round in no circle,
// and is not the other way round than the lengths say.
func (b *builder) lintOrders() {
	var ids []string
	for i := range b.clocks {
		ids = append(ids, b.clocks[i].ID)
	}
	var bind []*Order
	for i := range b.spec.Orders {
		o := &b.spec.Orders[i]
		for _, id := range []string{o.First, o.Then} {
			if !slices.Contains(ids, id) {
				b.problem(o.Pos, "order.clock", fmt.Sprintf("an order is of a clock %q, and there is none", id), didYouMean(id, ids, "name clocks as first: and then:"))
			}
		}
		if b.orders(o) {
			bind = append(bind, o)
		}
	}
	for _, o := range bind {
		if leads(bind, o.Then, o.First, nil) {
			b.problem(o.Pos, "order.circle", fmt.Sprintf("%q ends before %q and %q before %q: neither could ever end", o.First, o.Then, o.Then, o.First), "say which comes first, or leave both out: then both orders are tried")
			continue
		}
		first, then := &b.clocks[b.clockIndex(o.First)], &b.clocks[b.clockIndex(o.Then)]
		if b.together(first, then) && Shorter(then.part(), first.part()) {
			b.problem(o.Pos, "order.against", fmt.Sprintf("%q is to end before %q, starts by the same steps, and is longer: %s and %s", o.First, o.Then, first.Clock.Length, then.Clock.Length), "turn the order round, or look at the lengths")
		}
	}
}

// leads says whether a chain of orders makes one clock end before another.
func leads(list []*Order, from, to string, seen []string) bool {
	if from == to {
		return true
	}
	for _, o := range list {
		if o.First == from && !slices.Contains(seen, o.Then) && leads(list, o.Then, to, append(seen, from)) {
			return true
		}
	}
	return false
}

// together says whether two clocks always start at one moment and run on without
// a break: by the same steps, and never extended, suspended or started by a
// condition.
func (b *builder) together(x, y *clock) bool {
	by := func(c *clock) []string {
		var out []string
		for i := range b.steps {
			if slices.Contains(b.steps[i].Step.Starts, c.ID) {
				out = append(out, b.steps[i].ID)
			}
			if slices.Contains(b.steps[i].Step.Extends, c.ID) {
				return nil
			}
		}
		if c.starts != nil || c.suspended != nil {
			return nil
		}
		return out
	}
	return len(by(x)) > 0 && slices.Equal(by(x), by(y))
}

func (c *clock) part() ClockPart { return ClockPart{Clock: &c.Clock, Length: c.length} }

// Shorter says whether a certainly ends before b when both start together.
func Shorter(a, b ClockPart) bool {
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
func span(c ClockPart) (least, most int) {
	n := c.Length.N
	switch c.Length.Unit {
	case Minutes:
		return n / 60, n/60 + 1
	case Hours:
		return n, n
	case Days:
		least, most = 24*n-1, 24*(n+1)+1 // a change of the wall clock, and 24:00 of the last day
	case WorkingDays:
		return 24*n - 1, 0
	case Months:
		least, most = 24*28*n-1, 24*(31*n+1)+1
	case Years:
		least, most = 24*365*n-1, 24*(366*n+1)+1
	}
	if c.DayOff != "" {
		most = 0
	}
	return least, most
}
