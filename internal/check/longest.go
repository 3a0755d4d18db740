package check

import (
	"math"
	"slices"

	"pana/internal/procedure"
)

// How long can it take? Between From and To every moment has to be covered by a
// limit that runs: a duty's or the person's own. The cover is charged its whole
// length once and lasts while that clock runs; when it stops another that runs
// is charged, whichever makes the whole least. The longest such sum over all ways
// is compared with Max; a moment without a cover has no end, and nor has a wait
// that begins where To is out of reach. Duties are taken to be met in time, for
// the question is what the law allows. Who leaves the way to To, because they
// are taken out or give up, no longer waits: that is for other forms to find.

// wait is a state between From and To, and the clock that covers it.
type wait struct {
	state uint32
	cover int // clock; -1 when one has to be chosen
}

// waits is the graph of waiting and the longest sums found on it, in hours.
type waits struct {
	*search
	most   int // more than this is as good as no end
	within map[uint32]bool
	links  map[uint32][]link
	sums   map[wait]int
}

func (d *decider) longest(p *program) (*leaf, block) {
	s := p.search(d.memory())
	s.helps, s.every = true, true
	s.run(d.ctx, nil, nil)
	d.states += len(s.seen.keys)
	if s.bound {
		return d.bound(s), unblocked
	}
	g := &waits{search: s, most: hoursOf(d.c.most, nil), links: map[uint32][]link{}, sums: map[wait]int{}}
	sure, can := s.helped(p.goal, true), s.helped(p.goal, false)
	first, never, open := g.begins(sure, can)
	switch {
	case never >= 0:
		return d.never(g, uint32(never))
	case open >= 0:
		return nil, d.unsure(s, uint32(open), sure, can)
	}
	if len(first) == 0 {
		return &leaf{verdict: Holds, vacuous: !s.hit}, unblocked
	}
	g.settleSums()
	for _, state := range first {
		if at := (wait{state, -1}); g.sums[at] > g.most {
			return d.tooLong(g, at)
		}
	}
	return &leaf{verdict: Holds}, unblocked
}

// begins finds the states of waiting: those reached from one that meets From
// before To holds for sure, and from which To can be reached. It gives those that
// meet From, the first that meets From where To is out of reach, and the first
// where it is not certain that To can be reached; -1 for none.
func (g *waits) begins(sure, can []bool) (begins []uint32, never, open int) {
	cur := make([]uint8, len(g.fields)+1)
	waiting := func(i uint32) bool {
		g.unpack(g.seen.keys[i], cur)
		return can[i] && !g.to.sure(cur)
	}
	g.within, never, open = map[uint32]bool{}, -1, -1
	var queue []uint32
	for i := range uint32(len(g.seen.keys)) {
		g.unpack(g.seen.keys[i], cur)
		if !g.from.can(cur) {
			continue
		}
		g.hit = true
		switch {
		case !can[i] && never < 0:
			never = int(i)
		case !sure[i] && open < 0:
			open = int(i)
		}
		if waiting(i) {
			begins, queue = append(begins, i), append(queue, i)
			g.within[i] = true
		}
	}
	for len(queue) > 0 {
		i := queue[0]
		queue = queue[1:]
		for _, l := range g.leads(i) {
			if waiting(l.to) && !g.within[l.to] {
				g.within[l.to] = true
				queue = append(queue, l.to)
			}
		}
	}
	return begins, never, open
}

// leads are the moves from a state, those that only start a clock anew included.
func (g *waits) leads(i uint32) []link {
	if known, ok := g.links[i]; ok {
		return known
	}
	cur := make([]uint8, len(g.fields)+1)
	k := g.seen.keys[i]
	g.unpack(k, cur)
	out := []link{}
	for j := range g.moves {
		m := &g.moves[j]
		if !g.enabled(m, cur) {
			continue
		}
		g.next = g.next[:0]
		g.take(m, cur, k, &g.next)
		for _, to := range g.next {
			if t, known := g.seen.find(to); known {
				out = append(out, link{i, t, m})
			}
		}
	}
	g.links[i] = out
	return out
}

// never walks the way to a wait that cannot end.
func (d *decider) never(g *waits, state uint32) (*leaf, block) {
	way := g.way(state)
	way.owes = []debt{{len(way.keys) - 1, d.c.from}}
	bodies, why := g.walk(way)
	if !why.stuck {
		why = g.whoever(bodies[len(bodies)-1], way.keys[len(way.keys)-1], func(key) bool { return false })
	}
	if why.stuck {
		return nil, why
	}
	return &leaf{verdict: Fails, proof: &proof{g.program, way, bodies, d.c.to}}, unblocked
}

// settleSums computes the longest sums: from nothing, upwards until none grows
// or all that grow are past what is asked.
func (g *waits) settleSums() {
	var nodes []wait
	for i := range g.within {
		nodes = append(nodes, wait{i, -1})
		for _, c := range g.covers(i) {
			nodes = append(nodes, wait{i, c})
		}
	}
	slices.SortFunc(nodes, func(x, y wait) int {
		if x.state != y.state {
			return int(y.state) - int(x.state)
		}
		return y.cover - x.cover
	})
	for grew := true; grew; {
		grew = false
		for _, n := range nodes {
			if now := g.sum(n); now > g.sums[n] {
				g.sums[n], grew = now, true
			}
		}
	}
}

const noEnd = math.MaxInt32

// sum is the longest from a node on, as the sums of others stand.
func (g *waits) sum(n wait) int {
	if n.cover < 0 {
		least := noEnd
		for _, c := range g.covers(n.state) {
			least = min(least, g.cap(hoursOf(g.w.Clocks[c].Length, g.known())+g.sums[wait{n.state, c}]))
		}
		return least
	}
	longest := 0
	for _, l := range g.leads(n.state) {
		if to, more, ok := g.follow(n, l); ok {
			longest = max(longest, g.cap(more+g.sums[to]))
		}
	}
	return longest
}

func (g *waits) cap(hours int) int {
	if hours > g.most {
		return max(g.most+1, 0)
	}
	return hours
}

// follow is the node after a move, and what the move adds; not ok where waiting
// ends.
func (g *waits) follow(n wait, l link) (to wait, more int, ok bool) {
	if !g.within[l.to] {
		return to, 0, false
	}
	to = wait{l.to, n.cover}
	started := l.move.law != nil && slices.Contains(l.move.law.Starts, n.cover)
	if started || !slices.Contains(g.covers(l.to), n.cover) {
		to.cover = -1
	}
	if l.move.law != nil && to.cover >= 0 && slices.Contains(l.move.law.Extends, n.cover) {
		more = hoursOf(g.w.Clocks[n.cover].Extend, g.known())
	}
	return to, more, true
}

// known are the questions answered yes.
func (g *waits) known() map[string]bool {
	out := map[string]bool{}
	for a, v := range g.v.known {
		if !g.w.isSlot(a) && !g.w.isClock(a) {
			out[g.w.name(a)] = v != 0
		}
	}
	return out
}

// covers are the clocks that run in a state and bound a wait.
func (g *waits) covers(state uint32) []int {
	cur := make([]uint8, len(g.fields)+1)
	g.unpack(g.seen.keys[state], cur)
	var out []int
	for pos, f := range g.fields {
		if !g.w.isClock(f.atom) || cur[pos] != procedure.RunningByte {
			continue
		}
		c := g.w.clockOf(f.atom)
		if s := g.test(g.w.conds[c].suspended); s != nil && s.can(cur) {
			continue
		}
		if g.w.bounds(c) && hoursOf(g.w.Clocks[c].Length, g.known()) < noEnd {
			out = append(out, c)
		}
	}
	return out
}

// bounds says whether a clock bounds a wait: a body's duty, a person's limit.
func (w *world) bounds(c int) bool {
	return w.Clocks[c].InForce && (w.Clocks[c].Kind == procedure.Duty || w.Clocks[c].Kind == procedure.Limit)
}

// hoursOf is a length in hours, at the most. One that is a question has no end
// unless it was answered that there is one, and then it adds nothing, so that
// what hangs on it is seen.
func hoursOf(l procedure.Length, known map[string]bool) int {
	if l.Question != "" {
		if known[l.Question] {
			return 0
		}
		return noEnd
	}
	switch l.Unit {
	case procedure.Minutes:
		return (l.N + 59) / 60
	case procedure.Hours:
		return l.N
	case procedure.WorkingDays:
		return (l.N*7 + 4) / 5 * 24
	case procedure.Months:
		return l.N * 31 * 24
	case procedure.Years:
		return l.N * 366 * 24
	}
	return l.N * 24
}

// tooLong walks the way to and along a wait that is too long.
func (d *decider) tooLong(g *waits, at wait) (*leaf, block) {
	way := g.way(at.state)
	from := len(way.keys) - 1
	way.owes = append(way.owes, debt{from, d.c.from}, debt{from, not(d.c.to)})
	total := 0
	seen := map[wait]bool{}
	for {
		i := len(way.keys) - 1
		if at.cover < 0 {
			way.owes = append(way.owes, g.nothingElse(i, at.state)...)
			best, least := -1, noEnd
			for _, c := range g.covers(at.state) {
				if sum := hoursOf(g.w.Clocks[c].Length, g.known()) + g.sums[wait{at.state, c}]; sum < least {
					best, least = c, sum
				}
			}
			if best < 0 {
				break // no end
			}
			total += hoursOf(g.w.Clocks[best].Length, g.known())
			at.cover = best
		}
		if total > g.most || seen[at] {
			break
		}
		seen[at] = true
		next, l, more := g.worst(at)
		if l.move == nil {
			break
		}
		way.moves, way.keys = append(way.moves, l.move), append(way.keys, g.seen.keys[l.to])
		way.owes = append(way.owes, debt{len(way.keys) - 1, not(d.c.to)})
		total, at = total+more, next
	}
	bodies, why := g.walk(way)
	if !why.stuck {
		why = g.whoever(bodies[len(bodies)-1], way.keys[len(way.keys)-1], func(key) bool { return false })
	}
	if why.stuck {
		return nil, why
	}
	return &leaf{verdict: Fails, proof: &proof{program: g.program, way: way, bodies: bodies}}, unblocked
}

// worst is the move with the longest sum behind it.
func (g *waits) worst(at wait) (next wait, by link, adds int) {
	most := -1
	for _, l := range g.leads(at.state) {
		if to, more, ok := g.follow(at, l); ok && more+g.sums[to] > most {
			most, next, by, adds = more+g.sums[to], to, l, more
		}
	}
	return next, by, adds
}

// nothingElse: no clock that the search does not follow covers this moment.
func (g *waits) nothingElse(i int, state uint32) []debt {
	usable := g.covers(state)
	var out []debt
	for c := range g.w.Clocks {
		if !g.w.bounds(c) || slices.Contains(usable, c) {
			continue
		}
		t := g.w.is(g.w.clock(c), procedure.RunningByte)
		if q := slices.Index(g.w.Questions, g.w.Clocks[c].Length.Question); q >= 0 {
			t = allOf(t, g.w.is(g.w.question(q), 1))
		}
		if s := g.w.conds[c].suspended; s != nil {
			t = allOf(t, not(s))
		}
		out = append(out, debt{i, not(t)})
	}
	return out
}
