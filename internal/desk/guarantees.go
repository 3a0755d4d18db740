package desk

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"pana/internal/check"
	"pana/internal/fault"
	"pana/internal/pack"
)

// Checker finds the cells of a query: check.Run.
type Checker func(context.Context, *pack.Pack, check.Query, check.Options) ([]check.Cell, error)

// Law names the column without an overlay in an address.
const Law = "law"

// Column is a snapshot of the law, alone or as one source reports or
// recommends it.
type Column struct {
	Snapshot string   // 2019-03-01
	Overlays []string // none: the law alone
	// Outside says that the source did not speak of this day: what the column
	// shows is so if nothing changed.
	Outside bool
	// Asked says that the source recommends, and reports nothing of that day.
	Asked bool
	// Source names the documents of the account, and where in them.
	Source string
}

// Overlay is the column's part of an address: "law", or the overlays.
func (c Column) Overlay() string {
	if len(c.Overlays) == 0 {
		return Law
	}
	return strings.Join(c.Overlays, ",")
}

// ID is the column's address: "2019-03-01/law".
func (c Column) ID() string { return c.Snapshot + "/" + c.Overlay() }

// Guarantees are the properties of the country's procedures, the columns they
// are looked at in, and the cells found so far. Nothing in it is about anybody.
type Guarantees struct {
	Properties []pack.Property
	Columns    []Column
	Current    string // the column of the law of today, alone
	Done       int
	Total      int
	// Disputed are the cells that somebody disputes or has disputed, with how
	// many are not answered yet.
	Disputed map[string]int
	Editions string // wording key of what was read
	Imprint  Imprint
	cells    map[string]*check.Cell
}

// Imprint names the text of the pack that pages about the law were made from.
type Imprint struct {
	ID      string
	Version string
	Pack    string // digests of today's law and of the rest of the pack
}

// Cell finds a cell; it may not have been looked at yet.
func (g Guarantees) Cell(property string, column string) (check.Cell, bool) {
	c, ok := g.cells[cellID(property, column)]
	if !ok {
		return check.Cell{}, false
	}
	return *c, true
}

// With is the matrix with these cells beside those it has.
func (g Guarantees) With(cells ...check.Cell) Guarantees {
	g.cells = maps.Clone(g.cells)
	if g.cells == nil {
		g.cells = map[string]*check.Cell{}
	}
	for _, c := range cells {
		g.cells[cellID(c.Property, Column{Snapshot: c.Snapshot, Overlays: c.Overlay}.ID())] = &c
	}
	return g
}

// Cells are all that were found, in the order of properties and columns.
func (g Guarantees) Cells() []check.Cell {
	var out []check.Cell
	for _, p := range g.Properties {
		for _, col := range g.Columns {
			if c, ok := g.Cell(p.ID, col.ID()); ok {
				out = append(out, c)
			}
		}
	}
	return out
}

// Column finds a column by its address.
func (g Guarantees) Column(id string) (Column, bool) {
	i := slices.IndexFunc(g.Columns, func(c Column) bool { return c.ID() == id })
	if i < 0 {
		return Column{}, false
	}
	return g.Columns[i], true
}

// Complete says that nothing is being looked at any more.
func (g Guarantees) Complete() bool { return g.Done >= g.Total }

// Count is how many properties of a column have each verdict.
func (g Guarantees) Count(column string) map[check.Verdict]int {
	out := map[check.Verdict]int{}
	for _, p := range g.Properties {
		if c, ok := g.Cell(p.ID, column); ok {
			out[c.Verdict]++
		}
	}
	return out
}

func cellID(property, column string) string { return property + "/" + column }

// found keeps cells in memory: they are the pack's and change only with it, and
// a desk has one pack for its life.
type found struct {
	mu     sync.Mutex
	need   sync.Once
	wanted chan struct{}
	cells  map[string]*check.Cell
}

func newFound() *found {
	return &found{wanted: make(chan struct{}), cells: map[string]*check.Cell{}}
}

func (f *found) ask() { f.need.Do(func() { close(f.wanted) }) }

func (f *found) keep(cells ...check.Cell) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range cells {
		f.cells[cellID(c.Property, Column{Snapshot: c.Snapshot, Overlays: c.Overlay}.ID())] = &c
	}
}

// stop says of the cells of a property that were not found that the search for
// them ended first: unknown, and never holds.
func (f *found) stop(property string, columns []Column) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, col := range columns {
		if id := cellID(property, col.ID()); f.cells[id] == nil {
			f.cells[id] = &check.Cell{
				Property: property, Snapshot: col.Snapshot, Overlay: col.Overlays, Verdict: check.Unknown, Bound: true, Why: "the search did not end in its time",
				IfNothingChanged: col.Outside, Kinds: []check.Kind{}, Questions: []string{}, Trace: []check.Event{},
			}
		}
	}
}

// read copies what there is, so that a page is drawn from one moment.
func (f *found) read() map[string]*check.Cell {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.cells)
}

// Guarantees are what the pages show. The first call has the cells looked for;
// none waits for them.
func (d *Desk) Guarantees(ctx context.Context) (Guarantees, error) {
	out := d.guarantees()
	var err error
	out.Disputed, err = d.disputed(ctx)
	return out, err
}

func (d *Desk) guarantees() Guarantees {
	d.found.ask()
	p := d.pack()
	out := Guarantees{Properties: p.Properties, Columns: columns(p), Current: d.currentColumn(), Editions: p.Head.EditionsRead, Imprint: d.imprint()}
	out.cells = d.found.read()
	if d.deps.Check != nil {
		out.Total = len(p.Properties) * len(out.Columns)
	}
	out.Done = len(out.cells)
	return out
}

func (d *Desk) imprint() Imprint {
	p := d.pack()
	out := Imprint{ID: p.Head.ID, Version: p.Head.Version}
	if snap, err := d.deps.Laws.On(d.now()); err == nil {
		out.Pack = snap.Law + "+" + snap.Rest
	}
	return out
}

// columns are every snapshot of the pack, alone and with each overlay.
func columns(p *pack.Pack) []Column {
	var out []Column
	for _, day := range p.Head.Snapshots {
		out = append(out, Column{Snapshot: day.Format(time.DateOnly)})
		for _, o := range p.Overlays {
			out = append(out, Column{Snapshot: day.Format(time.DateOnly), Overlays: []string{o.ID}, Outside: !o.Observes(day), Asked: o.Kind == "recommended", Source: o.Source})
		}
	}
	return out
}

// currentColumn is the newest snapshot that is not after today, or the first.
func (d *Desk) currentColumn() string {
	p := d.pack()
	today := p.DayOf(d.now())
	var current pack.Day
	for _, day := range p.Head.Snapshots {
		if current.IsZero() || !day.After(today.Time) && day.After(current.Time) {
			current = day
		}
	}
	if current.IsZero() {
		return ""
	}
	return Column{Snapshot: current.Format(time.DateOnly)}.ID()
}

// A property may take long: one that does must not keep the others from being
// read. Each gets a little at first, and those that need more get it at the end.
const (
	firstLook  = 5 * time.Second  // today's law
	secondLook = time.Minute      // every column
	lastLook   = 15 * time.Minute // for those that were not finished
	mostMemory = 256 << 20        // bytes: beside a register at work
)

// KeepGuarantees looks for the cells when they are first asked for, with one
// worker, so that nobody's act waits behind it: today's law first, for that is
// what a file and the front page read; then all, property by property, because
// what one column says is often known from another. It returns when all are
// found or ctx ends.
func (d *Desk) KeepGuarantees(ctx context.Context) {
	if d.deps.Check == nil {
		return
	}
	select {
	case <-ctx.Done():
		return
	case <-d.found.wanted:
	}
	now, ok := Guarantees{Columns: columns(d.pack())}.Column(d.currentColumn())
	if !ok {
		return // a pack without a snapshot has no column
	}
	today := check.Query{Snapshots: []pack.Day{{Time: dayOf(now.Snapshot)}}, Overlays: [][]string{nil}}
	all := idsOfProperties(d.pack())
	d.look(ctx, all, today, firstLook)
	slow := d.look(ctx, all, check.Query{}, secondLook)
	for _, id := range d.look(ctx, slow, check.Query{}, lastLook) {
		d.found.stop(id, columns(d.pack()))
	}
}

func idsOfProperties(p *pack.Pack) []string {
	out := make([]string, len(p.Properties))
	for i, property := range p.Properties {
		out[i] = property.ID
	}
	return out
}

// look decides properties one by one and gives those that were not finished in
// their time, or at all.
func (d *Desk) look(ctx context.Context, properties []string, query check.Query, most time.Duration) (slow []string) {
	for _, id := range properties {
		if ctx.Err() != nil {
			return nil
		}
		query.Properties = []string{id}
		if err := d.lookFor(ctx, query, most); err != nil {
			slow = append(slow, id)
			if ctx.Err() == nil {
				d.deps.Log.Info("guarantees", "property", id, "code", fault.Of(err).Code)
			}
		}
	}
	return slow
}

// lookFor keeps each cell as it is found; what a search says that was cut short
// is not one.
func (d *Desk) lookFor(ctx context.Context, query check.Query, most time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	keep := func(_, _ int, c check.Cell) {
		if limited.Err() == nil {
			d.found.keep(c)
		}
	}
	_, err := d.deps.Check(limited, d.pack(), query, check.Options{Workers: 1, Memory: mostMemory, Now: d.deps.Wall, Progress: keep})
	if err != nil {
		return fault.Because(err, fault.Internal, "guarantees.stopped")
	}
	return nil
}

func propertyIs(id string) func(pack.Property) bool {
	return func(p pack.Property) bool { return p.ID == id }
}
