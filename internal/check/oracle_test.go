package check

import (
	"slices"

	"pana/internal/procedure"
)

// oracle explores a model the slow and obvious way: every variable, every fact
// and every answer fixed, states in a map, guards evaluated each time by the
// engine's closures. It knows no tables, no keeping and no choosing.
type oracle struct {
	w     *world
	c     *claim
	view  *procedure.View
	fixed map[atom]uint8 // facts and answers
	// what the search finds
	order  []string
	states map[string][]uint8
	help   map[string][]string
	edges  map[string][]edge
	broken bool
	rules  map[string]procedure.Rule
}

type edge struct {
	to   string
	step *procedure.StepPart // nil for time
}

func newOracle(w *world, c *claim, chosen map[atom]uint8) *oracle {
	return &oracle{w: w, c: c, view: w.model.NewView(), fixed: chosen, states: map[string][]uint8{}, help: map[string][]string{}, edges: map[string][]edge{}, rules: map[string]procedure.Rule{}}
}

// holds asks the engine's closure of a state: one byte for each slot and clock,
// and the property's own.
func (o *oracle) holds(r procedure.Rule, s []uint8) bool {
	for a := range o.w.slots {
		o.view.Set(a, s[a])
	}
	for c := range o.w.clocks {
		o.view.Clock(c, s[o.w.slots+c])
	}
	for q := range o.w.Questions {
		o.view.Answer(q, o.fixed[o.w.question(q)] != 0)
	}
	return r.Holds(o.view)
}

func (o *oracle) rule(src string, s []uint8) bool {
	if src == "" {
		return true
	}
	r, known := o.rules[src]
	if !known {
		r, _ = o.w.model.Rule(src, procedure.Pos{})
		o.rules[src] = r
	}
	return o.holds(r, s)
}

// first is the situation at the beginning, or nil if nobody is so.
func (o *oracle) first() []uint8 {
	s := make([]uint8, o.w.slots+o.w.clocks+1)
	for a, slot := range o.w.Slots {
		s[a] = slot.Start[0]
		if v, ok := o.fixed[atom(a)]; ok {
			s[a] = v
		}
	}
	for _, r := range o.w.Assume {
		if !o.holds(r, s) {
			return nil
		}
	}
	return o.settle(nil, s)
}

func (o *oracle) settle(before, s []uint8) []uint8 {
	held := make([]bool, o.w.clocks)
	for c, clock := range o.w.Clocks {
		held[c] = before != nil && clock.InForce && clock.Starts != nil && o.holds(*clock.Starts, before)
	}
	for range o.w.clocks + 2 {
		now := slices.Clone(s)
		for c, clock := range o.w.Clocks {
			at := o.w.slots + c
			if !clock.InForce {
				continue
			}
			if clock.Starts != nil {
				holds := o.holds(*clock.Starts, now)
				if holds && !held[c] {
					s[at] = procedure.RunningByte
				}
				held[c] = holds
			}
			if clock.Stops != nil && s[at] != procedure.OffByte && o.holds(*clock.Stops, now) {
				s[at] = procedure.OffByte
			}
		}
	}
	return s
}

func (o *oracle) enabled(p *procedure.StepPart, s []uint8) bool {
	for _, g := range p.Guard {
		if !o.holds(g, s) {
			return false
		}
	}
	for _, b := range p.Bars {
		if o.holds(b.When, s) {
			return false
		}
	}
	return !slices.Contains(o.c.removed, p.Procedure)
}

// after are the situations that a step leads to.
func (o *oracle) after(p *procedure.StepPart, s []uint8) [][]uint8 {
	n := slices.Clone(s)
	if p.Rounds >= 0 {
		for _, r := range p.Resets {
			n[r.Slot] = r.Value
		}
		for _, c := range p.Offs {
			n[o.w.slots+c] = procedure.OffByte
		}
		n[p.Rounds] = min(s[p.Rounds]+1, uint8(len(o.w.Slots[p.Rounds].Values)-1))
	}
	for _, set := range p.Sets {
		n[set.Slot] = set.Value
	}
	for _, c := range p.Stops {
		n[o.w.slots+c] = procedure.OffByte
	}
	for _, c := range p.Starts {
		if o.w.Clocks[c].InForce {
			n[o.w.slots+c] = procedure.RunningByte
		}
	}
	o.remember(p, s, n)
	all := [][]uint8{n}
	for _, c := range p.Extends {
		for _, x := range slices.Clone(all) {
			if x[o.w.slots+c] == procedure.ExpiredByte {
				longer := slices.Clone(x)
				longer[o.w.slots+c] = procedure.RunningByte
				all = append(all, longer)
			}
		}
	}
	for i := range all {
		all[i] = o.settle(s, all[i])
	}
	return all
}

// remember is the property's own variable, the last byte.
func (o *oracle) remember(p *procedure.StepPart, s, n []uint8) {
	last := len(s) - 1
	switch {
	case o.c.conserves && o.names(o.c.opens, p):
		n[last] = 1
	case o.c.conserves && o.names(o.c.ends, p) && s[last] == 1:
		n[last] = 2
	case !o.c.conserves && o.c.memory > 0 && (o.names(o.c.opens, p) || o.began(s)):
		n[last] = 1
	}
}

func (o *oracle) names(list []string, p *procedure.StepPart) bool {
	return slices.Contains(list, p.ID) || p.Effect != "" && slices.Contains(list, p.Effect)
}

func (o *oracle) began(s []uint8) bool {
	u := o.c.prop.Until
	return s[len(s)-1] == 1 || u != nil && u.After != "" && o.rule(u.After, s)
}

// explore visits every situation.
func (o *oracle) explore() bool {
	first := o.first()
	if first == nil {
		return false
	}
	o.add(first)
	for i := 0; i < len(o.order); i++ {
		k := o.order[i]
		s := o.states[k]
		o.look(s, nil)
		for j := range o.w.Steps {
			p := &o.w.Steps[j]
			if p.Irregular || !o.enabled(p, s) {
				continue
			}
			o.look(s, p)
			helps := p.Force == procedure.Own || p.Force == procedure.Must && (p.Must == nil || o.holds(*p.Must, s))
			for _, n := range o.after(p, s) {
				o.link(k, n, p, helps)
			}
		}
		o.time(k, s)
	}
	return true
}

func (o *oracle) add(s []uint8) string {
	k := string(s)
	if _, known := o.states[k]; !known {
		o.states[k] = s
		o.order = append(o.order, k)
	}
	return k
}

func (o *oracle) link(from string, n []uint8, p *procedure.StepPart, helps bool) {
	to := o.add(n)
	o.edges[from] = append(o.edges[from], edge{to, p})
	if helps {
		o.help[from] = append(o.help[from], to)
	}
}

func (o *oracle) time(k string, s []uint8) {
	for c, clock := range o.w.Clocks {
		at := o.w.slots + c
		if s[at] != procedure.RunningByte || o.c.onTime && clock.Kind == procedure.Duty {
			continue
		}
		if clock.Suspended != nil && o.holds(*clock.Suspended, s) {
			continue
		}
		if q := slices.Index(o.w.Questions, clock.Length.Question); q >= 0 && o.fixed[o.w.question(q)] == 0 {
			continue
		}
		if slices.ContainsFunc(o.w.before(c), func(b int) bool { return o.runs(b, s) }) {
			continue
		}
		n := o.later(s)
		n[at] = procedure.ExpiredByte
		o.link(k, o.settle(s, n), nil, true)
	}
	for a, slot := range o.w.Slots {
		if i := slices.Index(slot.Ages, s[a]); i >= 0 && i+1 < len(slot.Ages) {
			n := o.later(s)
			n[a] = slot.Ages[i+1]
			o.link(k, o.settle(s, n), nil, false)
		}
	}
}

// runs says whether a clock runs on: begun, and not suspended.
func (o *oracle) runs(c int, s []uint8) bool {
	suspended := o.w.Clocks[c].Suspended
	return s[o.w.slots+c] == procedure.RunningByte && (suspended == nil || !o.holds(*suspended, s))
}

// later is the situation as time leaves it: what has begun stays begun.
func (o *oracle) later(s []uint8) []uint8 {
	n := slices.Clone(s)
	if !o.c.conserves && o.c.memory > 0 && o.began(s) {
		n[len(n)-1] = 1
	}
	return n
}

// look notes what breaks a safety claim: a situation, or a step from one.
func (o *oracle) look(s []uint8, p *procedure.StepPart) {
	prop := o.c.prop
	switch {
	case o.c.conserves:
		o.broken = o.broken || p != nil && o.names(o.c.ends, p) && !o.names(o.c.opens, p) && s[len(s)-1] == 2
	case prop.Until != nil:
		o.broken = o.broken || p != nil && o.names(prop.Until.Never, p) && o.began(s) && (prop.Until.Before == "" || !o.rule(prop.Until.Before, s))
	case prop.Never != nil && len(prop.Never.Steps) > 0:
		o.broken = o.broken || p != nil && o.names(prop.Never.Steps, p) && o.rule(prop.Never.When, s)
	case prop.Never != nil:
		o.broken = o.broken || p == nil && o.rule(prop.Never.When, s)
	}
}

// can are the situations from which help leads to a goal.
func (o *oracle) can(goal func([]uint8) bool) map[string]bool {
	ok := map[string]bool{}
	for k, s := range o.states {
		if goal(s) {
			ok[k] = true
		}
	}
	for grew := true; grew; {
		grew = false
		for k, next := range o.help {
			if !ok[k] && slices.ContainsFunc(next, func(to string) bool { return ok[to] }) {
				ok[k], grew = true, true
			}
		}
	}
	return ok
}

// verdict is the answer for this one person and these answers; ok is false where
// nobody is so.
func (o *oracle) verdict() (v Verdict, ok bool) {
	if !o.explore() {
		return "", false
	}
	prop, good := o.c.prop, true
	switch {
	case o.c.shape == safety:
		good = !o.broken
	case o.c.conserves:
		can := o.can(func(s []uint8) bool { return s[len(s)-1] == 2 })
		for k, s := range o.states {
			good = good && (s[len(s)-1] != 1 || can[k])
		}
	case prop.Possible != nil:
		can := o.can(func(s []uint8) bool { return o.rule(prop.Possible.Goal, s) })
		for k, s := range o.states {
			good = good && (!o.rule(prop.Possible.Where, s) || can[k])
		}
	case prop.Limbo != nil:
		can := o.can(func(s []uint8) bool { return o.rule(rightRule(prop.Limbo), s) })
		for k, s := range o.states {
			good = good && (!o.rule(prop.Limbo.Where, s) || can[k])
		}
	case prop.Independent != nil:
		can := o.can(func(s []uint8) bool { return o.rule(prop.Independent.Goal, s) })
		good = !o.rule(prop.Independent.Given, o.states[o.order[0]]) || can[o.order[0]]
	case prop.Bounded != nil:
		good = o.inTime()
	}
	if good {
		return Holds, true
	}
	return Fails, true
}

// inTime says whether no wait is too long, by the definition: the longest, over
// all ways, of the least sum of clocks that cover it.
func (o *oracle) inTime() bool {
	b, most := o.c.prop.Bounded, hoursOf(o.c.most, nil)
	reaches := map[string]bool{}
	for k, s := range o.states {
		reaches[k] = o.rule(b.To, s)
	}
	for grew := true; grew; {
		grew = false
		for k, next := range o.edges {
			if !reaches[k] && slices.ContainsFunc(next, func(e edge) bool { return reaches[e.to] }) {
				reaches[k], grew = true, true
			}
		}
	}
	waiting := func(k string) bool { return reaches[k] && !o.rule(b.To, o.states[k]) }
	type node struct {
		k     string
		cover int
	}
	sums := map[node]int{}
	sum := func(n node) int {
		if n.cover < 0 {
			least := most + 1
			for _, c := range o.covers(o.states[n.k]) {
				least = min(least, o.hours(o.w.Clocks[c].Length)+sums[node{n.k, c}])
			}
			return least
		}
		longest := 0
		for _, e := range o.edges[n.k] {
			if !waiting(e.to) {
				continue
			}
			to, more := node{e.to, n.cover}, 0
			switch {
			case e.step != nil && slices.Contains(e.step.Starts, n.cover), !slices.Contains(o.covers(o.states[e.to]), n.cover):
				to.cover = -1
			case e.step != nil && slices.Contains(e.step.Extends, n.cover):
				more = o.hours(o.w.Clocks[n.cover].Extend)
			}
			longest = max(longest, more+sums[to])
		}
		return min(longest, most+1)
	}
	for grew := true; grew; {
		grew = false
		for _, k := range o.order {
			for c := -1; c < o.w.clocks && waiting(k); c++ {
				if c >= 0 && !slices.Contains(o.covers(o.states[k]), c) {
					continue
				}
				if now := min(sum(node{k, c}), most+1); now > sums[node{k, c}] {
					sums[node{k, c}], grew = now, true
				}
			}
		}
	}
	for _, k := range o.order {
		if o.rule(b.From, o.states[k]) && (!reaches[k] || waiting(k) && sums[node{k, -1}] > most) {
			return false
		}
	}
	return true
}

func (o *oracle) covers(s []uint8) []int {
	var out []int
	for c, clock := range o.w.Clocks {
		if s[o.w.slots+c] != procedure.RunningByte || clock.Kind != procedure.Duty && clock.Kind != procedure.Limit || o.hours(clock.Length) == noEnd {
			continue
		}
		if clock.Suspended == nil || !o.holds(*clock.Suspended, s) {
			out = append(out, c)
		}
	}
	return out
}

func (o *oracle) hours(l procedure.Length) int {
	known := map[string]bool{}
	for q, name := range o.w.Questions {
		known[name] = o.fixed[o.w.question(q)] != 0
	}
	return hoursOf(l, known)
}
