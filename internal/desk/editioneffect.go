package desk

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"pana/internal/casework"
	"pana/internal/check"
	"pana/internal/fault"
	"pana/internal/pack"
)

// What an edition does to the guarantees and to running files takes longer to find than
// a page may: it is found once for each edition, beside the work, and the page says how
// far it is until then. Nothing waits for it: a motion is decided by people, who read on
// the page whether it was looked at.

// PackEffect is what is known so far of what an edition does.
type PackEffect struct {
	Looking     bool
	Done, Total int // properties looked at under both editions, each twice
	Guarantees  []GuaranteeChange
	Slow        []string // properties that were not decided in their time
	NoChecker   bool     // this node looks at no guarantees
	// Move is what moving running files to the edition would change; nil: not known yet.
	Move   *LawMove
	Failed string // code of what stopped
}

// GuaranteeChange is a property whose verdict is another under the edition.
type GuaranteeChange struct {
	Property string
	Columns  []VerdictChange // today's law first
}

// VerdictChange is one cell before and after; nil: one of the editions has no such cell.
type VerdictChange struct {
	Column  Column
	Was, Is *check.Cell
	Path    []StoryLine // how a person comes to where it fails under the edition
}

// editionEffects are what was found, by the bytes of the edition.
type editionEffects struct {
	mu     sync.Mutex
	once   sync.Once
	wanted chan wantedEffect
	found  map[string]*PackEffect
}

type wantedEffect struct {
	bytes string
	newer casework.Laws
}

// most editions that wait to be looked at: a folder and a motion are two.
const mostWanted = 8

func (e *editionEffects) line() chan wantedEffect {
	e.once.Do(func() { e.wanted = make(chan wantedEffect, mostWanted) })
	return e.wanted
}

// of is what is known of an edition; the first who asks has it looked for.
func (e *editionEffects) of(bytes string, newer casework.Laws) PackEffect {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p := e.found[bytes]; p != nil {
		return *p
	}
	select {
	case e.line() <- wantedEffect{bytes, newer}:
	default: // asked again when the page is drawn again
		return PackEffect{Looking: true}
	}
	if e.found == nil {
		e.found = map[string]*PackEffect{}
	}
	e.found[bytes] = &PackEffect{Looking: true}
	return *e.found[bytes]
}

func (e *editionEffects) set(bytes string, how func(*PackEffect)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := *e.found[bytes]
	how(&p)
	e.found[bytes] = &p
}

// editionLook bounds one property under one edition; all of Kazakhstan's take ten
// seconds (docs/bench.md).
const editionLook = 30 * time.Second

// KeepEditions looks at editions as pages ask for them, one at a time, until ctx ends.
func (d *Desk) KeepEditions(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case w := <-d.effects.line():
			err := d.lookAtEdition(ctx, w)
			d.effects.set(w.bytes, func(p *PackEffect) {
				if p.Looking = false; err != nil {
					p.Failed = fault.Of(err).Code
				}
			})
			if err != nil && ctx.Err() == nil {
				d.deps.Log.Warn("edition not looked at", "code", fault.Of(err).Code)
			}
		}
	}
}

func (d *Desk) lookAtEdition(ctx context.Context, w wantedEffect) error {
	move, err := d.effectOnFiles(ctx, w.newer)
	if err != nil {
		return fault.At("files under the edition", err)
	}
	d.effects.set(w.bytes, func(p *PackEffect) { p.Move = &move })
	return d.effectOnGuarantees(ctx, w)
}

// effectOnFiles is the list that moving files to the edition would make, without names:
// who adopts a pack is not thereby somebody who may list files.
func (d *Desk) effectOnFiles(ctx context.Context, newer casework.Laws) (LawMove, error) {
	under, err := New(Deps{Store: d.deps.Store, Laws: newer, Kept: alsoRunning{d.deps.Laws, d.deps.Kept}, Now: d.deps.Now, Wall: d.deps.Wall, Log: d.deps.Log})
	if err != nil {
		return LawMove{}, err
	}
	under.move.anew = true
	return under.LookAtMove(ctx, func(int, int) {})
}

// alsoRunning has, beside the packs that are kept, the one that runs.
type alsoRunning struct {
	running casework.Laws
	kept    KeptLaws
}

func (a alsoRunning) Of(ctx context.Context, law string) (casework.Laws, error) {
	switch {
	case a.running.Pack().Knows(law):
		return a.running, nil
	case a.kept == nil:
		return nil, fault.New(fault.NotFound, CodeNotPinned)
	}
	return a.kept.Of(ctx, law)
}

// effectOnGuarantees decides every property under both editions: under today's law
// first, which takes seconds, then in every column, which takes a minute or more.
func (d *Desk) effectOnGuarantees(ctx context.Context, w wantedEffect) error {
	if d.deps.Check == nil {
		d.effects.set(w.bytes, func(p *PackEffect) { p.NoChecker = true })
		return nil
	}
	was, is := d.pack(), w.newer.Pack()
	all := idsOfProperties(is)
	for _, id := range idsOfProperties(was) {
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	today, _, _ := strings.Cut(d.currentColumn(), "/")
	d.effects.set(w.bytes, func(p *PackEffect) { p.Total = 2 * len(all) })
	for _, query := range []check.Query{{Snapshots: []pack.Day{{Time: dayOf(today)}}, Overlays: [][]string{nil}}, {}} {
		for _, id := range all {
			query.Properties = []string{id}
			before, slow1 := d.cellsUnder(ctx, was, query)
			after, slow2 := d.cellsUnder(ctx, is, query)
			if err := ctx.Err(); err != nil {
				return fault.Because(err, fault.Busy, "guarantees.stopped")
			}
			change := d.verdictsChanged(w.newer, before, after, slow1 || slow2)
			d.effects.set(w.bytes, func(p *PackEffect) { p.add(id, change, slow1 || slow2) })
		}
	}
	return nil
}

// add keeps what was found of a property; what every column says stands in the place of
// what today's law said. What readers hold is not written to.
func (p *PackEffect) add(property string, change []VerdictChange, slow bool) {
	p.Done++
	if slow && !slices.Contains(p.Slow, property) {
		p.Slow = append(slices.Clip(p.Slow), property)
	}
	if len(change) == 0 {
		return
	}
	p.Guarantees = slices.Clone(p.Guarantees)
	found := GuaranteeChange{property, change}
	if i := slices.IndexFunc(p.Guarantees, func(g GuaranteeChange) bool { return g.Property == property }); i >= 0 {
		p.Guarantees[i] = found
	} else {
		p.Guarantees = append(p.Guarantees, found)
	}
}

// cellsUnder are the cells of a property under a pack, by their column; slow says that
// the time ended first.
func (d *Desk) cellsUnder(ctx context.Context, p *pack.Pack, query check.Query) (cells map[string]*check.Cell, slow bool) {
	cells = map[string]*check.Cell{}
	if !slices.ContainsFunc(p.Properties, propertyIs(query.Properties[0])) {
		return cells, false
	}
	limited, cancel := context.WithTimeout(ctx, editionLook)
	defer cancel()
	keep := func(_, _ int, c check.Cell) {
		if limited.Err() == nil { // what a search says that was cut short is no cell
			cells[Column{Snapshot: c.Snapshot, Overlays: c.Overlay}.ID()] = &c
		}
	}
	_, err := d.deps.Check(limited, p, query, check.Options{Workers: 1, Memory: mostMemory, Now: d.deps.Wall, Progress: keep})
	return cells, err != nil
}

// verdictsChanged are the columns in which the verdicts differ. Where the time ended, a
// column that only one of them has says nothing.
func (d *Desk) verdictsChanged(newer casework.Laws, before, after map[string]*check.Cell, slow bool) (out []VerdictChange) {
	for _, col := range d.columnsBeside(columns(newer.Pack())) {
		v := VerdictChange{Column: col, Was: before[col.ID()], Is: after[col.ID()]}
		switch {
		case v.Was == nil && v.Is == nil, v.Was != nil && v.Is != nil && v.Was.Verdict == v.Is.Verdict, slow && (v.Was == nil || v.Is == nil):
			continue
		}
		if v.Is != nil && v.Is.Verdict == check.Fails {
			if m, _ := newer.Pack().Compose(pack.Day{Time: dayOf(col.Snapshot)}, col.Overlays); m != nil {
				v.Path = tell(m, v.Is.Person, v.Is.Trace)
			}
		}
		out = append(out, v)
	}
	return out
}

// columnsBeside are the columns of an edition and those that only the running one has:
// today's law first, then the newest.
func (d *Desk) columnsBeside(newer []Column) []Column {
	out := slices.Clone(newer)
	for _, c := range columns(d.pack()) {
		if !slices.ContainsFunc(out, func(o Column) bool { return o.ID() == c.ID() }) {
			out = append(out, c)
		}
	}
	today := d.currentColumn()
	slices.SortStableFunc(out, func(a, b Column) int {
		if (a.ID() == today) != (b.ID() == today) {
			return map[bool]int{true: -1, false: 1}[a.ID() == today]
		}
		return strings.Compare(b.Snapshot, a.Snapshot)
	})
	return out
}
