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
	// Failed are the columns that could not be looked at, with a fault's code.
	Failed map[string]string
	// Disputed are the cells that somebody disputes or has disputed, with how
	// many are not answered yet.
	Disputed map[string]int
	Editions string // wording key of what was read
	Version  string // of the pack
	Pack     string // digest of today's law and of the rest of the pack
	cells    map[string]*check.Cell
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
	failed map[string]string
}

func newFound() *found {
	return &found{wanted: make(chan struct{}), cells: map[string]*check.Cell{}, failed: map[string]string{}}
}

func (f *found) ask() { f.need.Do(func() { close(f.wanted) }) }

func (f *found) keep(cells ...check.Cell) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range cells {
		f.cells[cellID(c.Property, Column{Snapshot: c.Snapshot, Overlays: c.Overlay}.ID())] = &c
	}
}

// fail says why no more will be found; what was found stays.
func (f *found) fail(code string, columns []Column) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range columns {
		f.failed[c.ID()] = code
	}
}

// read copies what there is, so that a page is drawn from one moment.
func (f *found) read() (cells map[string]*check.Cell, failed map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.cells), maps.Clone(f.failed)
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
	out := Guarantees{Properties: p.Properties, Columns: columns(p), Current: d.currentColumn(), Editions: p.Head.EditionsRead, Version: p.Head.Version}
	out.cells, out.Failed = d.found.read()
	if d.deps.Check != nil {
		out.Total = len(p.Properties) * len(out.Columns)
	}
	if out.Done = len(out.cells); len(out.Failed) > 0 {
		out.Done = out.Total // nothing more will come
	}
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
			out = append(out, Column{Snapshot: day.Format(time.DateOnly), Overlays: []string{o.ID}, Outside: !pack.Contains(o.Observed, day.Time)})
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
	for _, query := range []check.Query{{Snapshots: []pack.Day{{Time: dayOf(now.Snapshot)}}, Overlays: [][]string{nil}}, {}} {
		err := d.lookFor(ctx, query)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			d.found.fail(fault.Of(err).Code, columns(d.pack()))
			d.deps.Log.Error("guarantees", "code", fault.Of(err).Code, "cause", err)
			return
		}
	}
}

func (d *Desk) lookFor(ctx context.Context, query check.Query) error {
	options := check.Options{Workers: 1, Now: d.deps.Wall, Progress: func(_, _ int, c check.Cell) { d.found.keep(c) }}
	cells, err := d.deps.Check(ctx, d.pack(), query, options)
	if err != nil {
		return fault.Because(err, fault.Internal, "guarantees.stopped")
	}
	d.found.keep(cells...)
	return nil
}

func propertyIs(id string) func(pack.Property) bool {
	return func(p pack.Property) bool { return p.ID == id }
}
