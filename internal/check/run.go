package check

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"pana/internal/pack"
	"pana/internal/procedure"
)

// Run decides every cell that is asked for. It knows no clock of its own: how
// long a cell took is what the caller's clock says (Options.Now).
func Run(ctx context.Context, p *pack.Pack, q Query, opts Options) ([]Cell, error) {
	properties, err := chosen(p, q.Properties)
	if err != nil {
		return nil, err
	}
	columns, err := columnsOf(p, q)
	if err != nil {
		return nil, err
	}
	r := &runner{ctx: ctx, pack: p, opts: opts, columns: columns, cells: make([]Cell, len(properties)*len(columns))}
	for i, property := range properties {
		r.lines = append(r.lines, &line{property: property, cells: r.cells[i*len(columns) : (i+1)*len(columns)]})
	}
	var wait sync.WaitGroup
	for range min(len(r.cells), r.workers()) {
		wait.Go(r.work)
	}
	wait.Wait()
	return r.cells, ctx.Err()
}

// runner is one run.
type runner struct {
	ctx     context.Context
	pack    *pack.Pack
	opts    Options
	columns []*column
	cells   []Cell
	lines   []*line
	mu      sync.Mutex // around lines
	telling sync.Mutex // around Progress
	done    int
}

func (r *runner) workers() int {
	if r.opts.Workers > 0 {
		return r.opts.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// column is a day and what overlays say of it, made when first looked at.
type column struct {
	day      pack.Day
	overlays []string
	outside  bool // of what an overlay's source observed
	once     sync.Once
	world    *world
	problems []procedure.Problem
}

func (c *column) open(p *pack.Pack) *world {
	c.once.Do(func() {
		m, problems := p.Compose(c.day, c.overlays)
		c.problems = procedure.Errors(problems)
		if m != nil {
			c.world = newWorld(m)
		}
	})
	return c.world
}

func columnsOf(p *pack.Pack, q Query) ([]*column, error) {
	days, overlays := q.Snapshots, q.Overlays
	if days == nil {
		days = p.Head.Snapshots
	}
	if overlays == nil {
		overlays = [][]string{nil}
		for _, o := range p.Overlays {
			overlays = append(overlays, []string{o.ID})
		}
	}
	var out []*column
	for _, day := range days {
		for _, ids := range overlays {
			c := &column{day: day, overlays: ids}
			for _, id := range ids {
				o := p.Overlay(id)
				if o == nil {
					return nil, fmt.Errorf("check: there is no overlay %q", id)
				}
				c.outside = c.outside || !o.Observes(day)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func chosen(p *pack.Pack, ids []string) ([]*pack.Property, error) {
	var out []*pack.Property
	for i := range p.Properties {
		if ids == nil || slices.Contains(ids, p.Properties[i].ID) {
			out = append(out, &p.Properties[i])
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(p.Properties, func(o pack.Property) bool { return o.ID == id }) {
			return nil, fmt.Errorf("check: there is no property %q", id)
		}
	}
	return out, nil
}

// line is one property in every column: which is next, and what is known so far.
type line struct {
	property *pack.Property
	cells    []Cell
	workers  int
	next     int
	known    []memo
}

// work decides cells until none is left. A property is one worker's as long as
// there are others, column after column, so that what one column says can be
// known to be what another said; then who is idle helps with what is left.
func (r *runner) work() {
	for l := r.join(); l != nil; l = r.join() {
		for i, ok := r.take(l); ok; i, ok = r.take(l) {
			began := r.now()
			c := r.cell(r.columns[i], l)
			c.Millis = float64(r.now().Sub(began).Microseconds()) / 1000
			l.cells[i] = c
			r.tell(c)
		}
	}
}

// join is the property that a worker goes on with: the first of those that
// fewest are at; nil when all columns of all are taken.
func (r *runner) join() *line {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out *line
	for _, l := range r.lines {
		if l.next < len(l.cells) && (out == nil || l.workers < out.workers) {
			out = l
		}
	}
	if out != nil {
		out.workers++
	}
	return out
}

// take is the next column of a property.
func (r *runner) take(l *line) (int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l.next == len(l.cells) || r.ctx.Err() != nil {
		l.next = len(l.cells)
		return 0, false
	}
	l.next++
	return l.next - 1, true
}

// knows are the memos of a property, as they are now: they are only added to.
func (r *runner) knows(l *line) []memo {
	r.mu.Lock()
	defer r.mu.Unlock()
	return l.known
}

func (r *runner) now() time.Time {
	if r.opts.Now == nil {
		return time.Time{}
	}
	return r.opts.Now()
}

func (r *runner) tell(c Cell) {
	r.telling.Lock()
	defer r.telling.Unlock()
	r.done++
	if r.opts.Progress != nil {
		r.opts.Progress(r.done, len(r.cells), c)
	}
}

func (r *runner) cell(col *column, l *line) Cell {
	p := l.property
	out := r.decided(col, l)
	out.Property, out.Snapshot, out.Overlay = p.ID, col.day.Format(time.DateOnly), col.overlays
	if out.Overlay == nil {
		out.Overlay = []string{}
	}
	out.IfNothingChanged = col.outside
	out.expect(p, col)
	return out
}

// decided is the cell but for its column's name.
func (r *runner) decided(col *column, l *line) Cell {
	w, p := col.open(r.pack), l.property
	if w == nil {
		return unreadable("the pack does not load on this day", col.problems)
	}
	claims, cell := w.claims(p)
	if cell != nil {
		return *cell
	}
	for _, m := range r.knows(l) {
		if sum, ok := w.digest(m.kept, claims); ok && sum == m.digest {
			return m.cell
		}
	}
	found, deciders := r.decide(w, p, claims)
	r.remember(w, claims, deciders, found, l)
	return found
}

// claims are what a search has to decide for a property, or the cell that needs
// no search: of a declared property, and of one that does not fit the law.
func (w *world) claims(p *pack.Property) ([]*claim, *Cell) {
	if p.Declared != nil {
		cell := w.declared(p)
		return nil, &cell
	}
	claims := compile(w, p)
	for _, c := range claims {
		if len(c.unreadable) > 0 {
			cell := unreadable("the property does not fit this law", c.unreadable)
			return nil, &cell
		}
	}
	return claims, nil
}

func (r *runner) remember(w *world, claims []*claim, deciders []*decider, cell Cell, l *line) {
	if r.ctx.Err() != nil {
		return
	}
	names := map[string]bool{}
	for _, d := range deciders {
		d.footprint(names)
	}
	var kept []string
	for name := range names {
		if _, ok := w.names[name]; ok {
			kept = append(kept, name)
		}
	}
	slices.Sort(kept)
	if sum, ok := w.digest(kept, claims); ok {
		r.mu.Lock()
		defer r.mu.Unlock()
		l.known = append(l.known, memo{kept, sum, cell})
	}
}

func unreadable(why string, problems []procedure.Problem) Cell {
	for _, p := range problems {
		why += "; " + p.String()
	}
	return Cell{Verdict: Unknown, Why: why, Kinds: []Kind{}, Questions: []string{}, Trace: []Event{}}
}

// Decide is the cell of one property under one model, for who has no pack.
func Decide(ctx context.Context, m *procedure.Model, p *pack.Property, opts Options) Cell {
	w := newWorld(m)
	claims, known := w.claims(p)
	if known != nil {
		return *known
	}
	cell, _ := (&runner{ctx: ctx, opts: opts}).decide(w, p, claims)
	cell.Property = p.ID
	return cell
}

func (r *runner) decide(w *world, p *pack.Property, claims []*claim) (Cell, []*decider) {
	var deciders []*decider
	var trees []*tree
	states := 0
	for _, c := range claims {
		t, d := decide(r.ctx, w, c, r.opts)
		trees, deciders, states = append(trees, t), append(deciders, d), states+d.states
	}
	t := trees[0]
	switch {
	case p.Independent != nil:
		t = w.compared(p.Independent, trees)
	case len(trees) == 2:
		t = both(trees[0], trees[1])
	}
	cell := w.cell(t)
	cell.States = states
	deciders = append(deciders, r.idle(w, p, &cell)...)
	cell.take(w.assumed(claims, deciders)...)
	return cell, deciders
}

// cell sums up a tree.
func (w *world) cell(t *tree) Cell {
	kinds := w.kinds(t)
	out := Cell{Verdict: Holds, Kinds: []Kind{}, Questions: []string{}, Trace: []Event{}, Vacuous: len(kinds) > 0}
	var asked []atom
	var fails *answer
	for i, k := range kinds {
		out.Kinds = append(out.Kinds, Kind{Kind: w.facts(k.known), Verdict: k.verdict, Vacuous: k.vacuous, Questions: w.asked(k.questions)})
		out.Vacuous = out.Vacuous && k.vacuous
		out.Bound = out.Bound || k.stopped != ""
		asked = append(asked, k.questions...)
		if k.verdict == Fails && (fails == nil || len(k.fails.proof.way.moves) < len(fails.fails.proof.way.moves)) {
			fails = &kinds[i]
		}
		if out.Verdict == Holds || k.verdict == Fails {
			out.Verdict = k.verdict
		}
	}
	slices.Sort(asked)
	out.Questions = append(out.Questions, w.asked(slices.Compact(asked))...)
	if fails != nil {
		w.tell(&out, fails)
	} else if open := openOne(kinds); open != nil {
		w.tell(&out, open)
	}
	out.Why = w.why(out, kinds)
	return out
}

// openOne is a failure under some answers, to show what hangs on them.
func openOne(kinds []answer) *answer {
	for i, k := range kinds {
		if k.verdict == Unknown && k.fails != nil {
			return &kinds[i]
		}
	}
	return nil
}

// tell writes the story of a kind's failure into a cell. The person has what makes
// the kind, and what the story needs.
func (w *world) tell(c *Cell, kind *answer) {
	l := kind.fails
	person := joinedKnown(l.known, kind.known)
	c.Trace, c.Person, c.Stuck = w.events(l.proof), w.facts(person), w.stuck(l.proof, person)
	c.Nothing = l.proof != nil && l.proof.absent != nil && len(c.Stuck) == 0
	for _, a := range slices.Sorted(maps.Keys(l.known)) {
		if !w.fact(a) {
			c.take(w.takenAnswer(a, l.known[a]))
		}
	}
	if l.other != nil && l.other.proof != nil {
		c.Other = &Other{Person: w.facts(joinedKnown(l.other.known, kind.known)), Trace: w.events(l.other.proof)}
	}
}

// joinedKnown is what is known of a person of a kind; what is their own comes
// before what the kind has.
func joinedKnown(own, kind map[atom]uint8) map[atom]uint8 {
	out := maps.Clone(kind)
	maps.Copy(out, own)
	return out
}

const vacuousWhy = "holds because nothing reaches what it speaks of"

func (w *world) why(c Cell, kinds []answer) string {
	count, idle := map[Verdict]int{}, 0
	for _, k := range kinds {
		if k.vacuous {
			idle++
			continue
		}
		count[k.verdict]++
	}
	for _, k := range kinds {
		if k.stopped != "" {
			return "unknown: " + k.stopped
		}
	}
	switch {
	case len(kinds) == 0:
		return "the assumptions of the pack leave no person to speak of"
	case c.Vacuous:
		return vacuousWhy
	case c.Verdict == Unknown:
		return "hangs on what no source answers: " + strings.Join(c.Questions, ", ")
	}
	var parts []string
	for _, v := range []Verdict{Holds, Fails, Unknown} {
		if count[v] > 0 {
			parts = append(parts, fmt.Sprintf("%s for %d", v, count[v]))
		}
	}
	if len(kinds) == 1 {
		return string(c.Verdict) + " for everybody"
	}
	out := strings.Join(parts, ", ") + " kinds of person"
	if idle > 0 {
		out += fmt.Sprintf("; %d never come to what it speaks of", idle)
	}
	return out
}

// assumed are the orders of clocks and promises that the answer rests on.
func (w *world) assumed(claims []*claim, deciders []*decider) []Taken {
	var out []Taken
	for _, c := range claims {
		if c.onTime && c.shape == longest {
			out = append(out, Taken{Kind: TakenMet})
			break
		}
		if c.onTime {
			out = append(out, Taken{Kind: TakenOnTime})
			break
		}
	}
	for _, d := range deciders {
		for a := range d.kept {
			if !w.isClock(a) {
				continue
			}
			for _, first := range w.before(w.clockOf(a)) {
				if d.kept[w.clock(first)] {
					out = append(out, w.takenOrder(first, w.clockOf(a)))
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Taken) int { return strings.Compare(a.String(), b.String()) })
	return slices.CompactFunc(out, func(a, b Taken) bool { return a.String() == b.String() })
}

// takenAnswer is what the story is told for, of all that could be so.
func (w *world) takenAnswer(a atom, v uint8) Taken {
	out := Taken{Kind: TakenAnswer, Of: w.name(a), Answer: w.value(a, v)}
	switch {
	case w.isSlot(a):
		out.Kind, out.Guard = TakenIs, fmt.Sprintf("%s == %q", out.Of, out.Answer)
	case w.isClock(a):
		out.Kind, out.Guard = TakenIs, fmt.Sprintf("clock(%q).%s", out.Of, out.Answer)
	}
	return out
}

// takenOrder is which clock ends first, and who says so: without a source it is
// their lengths.
func (w *world) takenOrder(first, then int) Taken {
	out := Taken{Kind: TakenOrder, First: w.Clocks[first].ID, Then: w.Clocks[then].ID}
	if o := w.ordered(first, then); o != nil {
		out.Basis = o.Basis
	}
	return out
}

// expect writes what is expected of a cell.
func (c *Cell) expect(p *pack.Property, col *column) {
	for _, e := range p.Expect {
		if !e.Snapshot.Equal(col.day.Time) || !sameOverlays(e.Overlays, col.overlays) {
			continue
		}
		published, expected := Verdict(e.Verdict), Verdict(e.Verdict)
		if e.Derived != "" {
			expected = Verdict(e.Derived)
		}
		if len(e.Kinds) == 0 {
			c.Published, c.Expected, c.Because = published, expected, e.Because
			continue
		}
		c.OfKinds = append(c.OfKinds, KindExpected{Kind: e.Kinds, Verdict: c.of(e.Kinds), Published: published, Expected: expected, Because: e.Because})
	}
}

func sameOverlays(x, y []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y)))
}

// of is the verdict for all persons who have these facts: it fails if any does.
func (c *Cell) of(facts map[string]string) Verdict {
	out := Holds
	for _, k := range c.Kinds {
		if !meets(k.Kind, facts) {
			continue
		}
		if out == Holds || k.Verdict == Fails {
			out = k.Verdict
		}
	}
	return out
}

// meets says whether a person may have both.
func meets(kind, facts map[string]string) bool {
	for name, value := range facts {
		if v, said := kind[name]; said && v != value {
			return false
		}
	}
	return true
}
