package check

import (
	"fmt"
	"slices"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// shape is how a property is decided: the eight forms come down to four
// searches. Declared needs none.
type shape uint8

const (
	safety  shape = iota // never, until, and the first half of conserved: no bad situation or step
	reach                // possible, limbo, and its second half: help from every situation
	start                // independent: help from the start
	longest              // bounded
)

// claim is a property compiled against one column.
type claim struct {
	prop                          *pack.Property
	shape                         shape
	when, before, after           *truth
	where, goal, given, from, to  *truth
	forbids, opens, ends, removed []string
	memory                        int // values of the property's own variable
	onTime                        bool
	most                          procedure.Length
	conserves                     bool
	needs                         []*truth // whose reads the first search keeps
	unreadable                    []procedure.Problem
}

// compile makes the claims of a property: one, or for conserved two that must
// both hold.
func compile(w *world, p *pack.Property) []*claim {
	c := &claim{prop: p, onTime: slices.Contains(p.Assume, "on_time")}
	switch {
	case p.Never != nil:
		c.when, c.forbids = c.rule(w, p.Never.When), p.Never.Steps
		if len(c.forbids) > 0 && c.when == nil {
			c.when = c.rule(w, "true")
		}
	case p.Until != nil:
		c.memory = 2
		c.after, c.before = c.rule(w, p.Until.After), c.rule(w, p.Until.Before)
		c.opens, c.forbids = p.Until.AfterSteps, p.Until.Never
	case p.Possible != nil:
		c.shape, c.where, c.goal = reach, c.rule(w, p.Possible.Where), c.rule(w, p.Possible.Goal)
	case p.Limbo != nil:
		c.shape, c.where, c.goal = reach, c.rule(w, p.Limbo.Where), c.rule(w, rightRule(p.Limbo))
	case p.Independent != nil:
		c.shape, c.given, c.goal = start, c.rule(w, p.Independent.Given), c.rule(w, p.Independent.Goal)
	case p.Bounded != nil:
		c.onTime = true
		c.shape, c.from, c.to = longest, c.rule(w, p.Bounded.From), c.rule(w, p.Bounded.To)
		c.where, c.goal = c.from, c.to
		length, err := procedure.ParseLength(p.Bounded.Max)
		if err != nil {
			c.unreadable = append(c.unreadable, procedure.Problem{Pos: p.Pos, What: err.Error()})
		}
		c.most = length
	case p.Conserved != nil:
		return conserved(w, p)
	}
	if p.Independent != nil && len(p.Independent.Without) > 0 {
		gone := *c
		gone.removed = p.Independent.Without
		return []*claim{c, &gone}
	}
	return []*claim{c}
}

func rightRule(l *pack.Limbo) string {
	if l.From == "" {
		return fmt.Sprintf("has(%q)", l.Right)
	}
	return fmt.Sprintf("has(%q, %q)", l.Right, l.From)
}

// conserved is two claims: no second outcome without a new entry, and an outcome
// can always be reached once there was an entry.
func conserved(w *world, p *pack.Property) []*claim {
	var out []*claim
	for _, shape := range []shape{safety, reach} {
		c := &claim{prop: p, shape: shape, memory: 3, conserves: true, opens: p.Conserved.Entry, ends: p.Conserved.Outcome, onTime: slices.Contains(p.Assume, "on_time")}
		if shape == reach {
			c.where, c.goal = w.remembers(1), w.remembers(2)
		}
		out = append(out, c)
	}
	return out
}

// remembers holds when the property's own variable has the value.
func (w *world) remembers(v uint8) *truth {
	return &truth{reads: []atom{w.own}, stride: []int{1}, bits: []uint64{1 << v}, source: "the property's own memory"}
}

func (c *claim) rule(w *world, src string) *truth {
	if src == "" {
		return nil
	}
	r, problems := w.model.Rule(src, c.prop.Pos)
	if len(procedure.Errors(problems)) > 0 {
		c.unreadable = append(c.unreadable, procedure.Errors(problems)...)
		return nil
	}
	t := w.tableOf(w.model.NewView(), r)
	c.needs = append(c.needs, t)
	return t
}

// watches says what a step means to the property.
func (c *claim) watches(l *law) watch {
	var out watch
	if named(c.forbids, l) {
		out |= forbidden
	}
	if named(c.opens, l) {
		out |= begins
	}
	if named(c.ends, l) {
		out |= closes
	}
	return out
}

// named says whether a list names a step, by its id or its effect.
func named(list []string, l *law) bool {
	return slices.Contains(list, l.ID) || l.Effect != "" && slices.Contains(list, l.Effect)
}

// without says whether the property has the step's procedure gone.
func (c *claim) without(l *law) bool { return slices.Contains(c.removed, l.Procedure) }

// remember is the property's own variable after a move.
func (c *claim) remember(p *program, m *move, cur []uint8) uint8 {
	was := cur[p.monitor]
	if c.conserves {
		switch {
		case m.watch&begins != 0:
			return 1
		case m.watch&closes != 0 && was == 1:
			return 2
		}
		return was
	}
	if m.watch&begins != 0 || c.began(p, cur) {
		return 1
	}
	return was
}

// began says whether what an until speaks of has begun.
func (c *claim) began(p *program, cur []uint8) bool {
	switch {
	case cur[p.monitor] == 1:
		return true
	case p.after == nil:
		return false
	case p.under:
		return p.after.sure(cur)
	}
	return p.after.can(cur)
}

// bad says whether a situation, or a move from one, breaks a safety claim. hit
// notes that the claim had something to speak of.
func (c *claim) bad(p *program, hit *bool) func(cur []uint8, m *move) bool {
	meets := (*test).can
	if p.under {
		meets = (*test).sure
	}
	switch {
	case c.conserves:
		return func(cur []uint8, m *move) bool {
			*hit = *hit || m != nil && m.watch&begins != 0
			return m != nil && m.watch&closes != 0 && m.watch&begins == 0 && cur[p.monitor] == 2
		}
	case p.monitor >= 0:
		return func(cur []uint8, m *move) bool {
			began := c.began(p, cur)
			*hit = *hit || began
			if m == nil || m.watch&forbidden == 0 || !began {
				return false
			}
			if p.under {
				return !p.before.can(cur) || p.before == nil
			}
			return p.before == nil || !p.before.sure(cur)
		}
	case len(c.forbids) > 0:
		return func(cur []uint8, m *move) bool {
			if m == nil {
				*hit = *hit || meets(p.when, cur)
				return false
			}
			return m.watch&forbidden != 0 && meets(p.when, cur)
		}
	}
	*hit = true
	return func(cur []uint8, m *move) bool { return m == nil && meets(p.when, cur) }
}

// debts are what has to hold on a path for it to break a safety claim, beyond
// what its moves need.
func (c *claim) debts(p *program, way *path) []debt {
	last := len(way.keys) - 1
	switch {
	case c.conserves:
		return nil
	case p.monitor >= 0:
		out := c.beginning(p, way)
		if c.before != nil {
			out = append(out, debt{last, not(c.before)})
		}
		return out
	}
	return []debt{{last, c.when}}
}

// beginning is where on a path an until began.
func (c *claim) beginning(p *program, way *path) []debt {
	cur := make([]uint8, len(p.fields)+1)
	for i, k := range way.keys {
		p.unpack(k, cur)
		if cur[p.monitor] == 1 {
			return nil // a step began it, and is on the path
		}
		if c.began(p, cur) {
			return []debt{{i, c.after}}
		}
	}
	return nil
}
