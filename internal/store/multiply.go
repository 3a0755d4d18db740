package store

import (
	"cmp"
	"context"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
)

// A store of a million files is made from one of some thousands that were made at
// the desk: each file is written again many times over, with ids and names of its
// own, sealed under keys of its own, each event a leaf of the ledger, each act with
// its receipt. What a copy says is what the file said; nothing is decided anew. The
// index is then made from the events, as it always can be.
//
// Copies are recorded later than they occurred, as files that come from paper are:
// recorded time never runs back, so files come in the order of their last act, some
// hundreds together. Events of those lie among one another in the ledger, as those
// of an office's files do.

// Multiplying says what to copy from where.
type Multiplying struct {
	From   *Store
	Whole  []casework.Kind // kinds of stream that are copied once, as they are
	Kind   casework.Kind   // the kind that is multiplied
	Files  int             // how many streams of it there shall be
	Events int             // about how many events they shall have; 0: as it comes
	// Rare says of a stream that it is in a state in which few are at a time, however many
	// there are in all.
	Rare func(casework.State) bool
	// Texts gives for a stream what is said in it that another would say otherwise, each
	// followed by what this copy says.
	Texts    func(s casework.State, r *rand.Rand) []string
	Progress func(done, total int64) // events
}

// Multiplied says what was written, and what was left out because another stream
// has a part in one of its acts.
type Multiplied struct {
	Files, Templates, LeftOut int
	Events                    int64
}

const codeNotEmpty = "store.not_empty"

// together is how many copies one transaction writes.
const together = 500

// Multiply fills a new store. When it was interrupted, the same call goes on after
// the last transaction that was committed; until it has ended the index is marked as
// not whole, and who opens the store meanwhile has it made anew.
func (s *Store) Multiply(ctx context.Context, m Multiplying) (out Multiplied, err error) {
	p := &press{Multiplying: m, to: s}
	if err := p.read(ctx); err != nil {
		return out, fault.At("multiply", err)
	}
	p.arrange()
	if err := p.prepare(ctx); err != nil {
		return out, fault.At("multiply", err)
	}
	err = p.print(ctx)
	out = Multiplied{Files: p.files, Templates: len(p.moulds), LeftOut: p.leftOut, Events: p.total}
	if err == nil && s.d.arrays {
		err = s.writers.alone(ctx, func(c *conn) error { return c.plain(ctx, "ANALYZE") })
	}
	if err == nil {
		err = s.Rebuild(ctx, m.Progress)
	}
	return out, fault.At("multiply", err)
}

// press is one run.
type press struct {
	Multiplying
	to      *Store
	once    []*mould // what is copied once
	moulds  []*mould // by their last act
	runs    []run
	files   int
	leftOut int
	total   int64
}

// run is what one transaction writes: copies of some moulds, numbered from first,
// their events from leaf n.
type run struct {
	n        uint64
	recorded int64
	copies   []copied
	events   int
	whole    bool // once, as it is
}

type copied struct {
	mould  *mould
	number uint64
}

// print writes the runs that are not there yet.
func (p *press) print(ctx context.Context) error {
	start, err := p.standing(ctx)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	inOrder := make(chan chan printed, 2*runtime.GOMAXPROCS(0))
	todo := make(chan func())
	all.Go(func() {
		defer close(inOrder)
		defer close(todo)
		for i := start; i < len(p.runs); i++ {
			done := make(chan printed, 1)
			select {
			case inOrder <- done:
			case <-ctx.Done():
				return
			}
			select {
			case todo <- func() { done <- p.set(p.runs[i]) }:
			case <-ctx.Done():
				return
			}
		}
	})
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for do := range todo {
				do()
			}
		})
	}
	at := start
	for done := range inOrder {
		var got printed
		select {
		case got = <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if got.err == nil {
			got.err = p.write(ctx, at, got)
		}
		if got.err != nil {
			return got.err
		}
		if at++; p.Progress != nil {
			p.Progress(int64(got.run.n)+int64(got.run.events), p.total)
		}
	}
	return ctx.Err()
}

// arrange says what each run writes.
func (p *press) arrange() {
	var whole run
	whole.whole = true
	for _, m := range p.once {
		whole.copies = append(whole.copies, copied{m, 0})
		whole.events += len(m.events)
		whole.recorded = max(whole.recorded, m.last)
	}
	p.runs, p.total = []run{whole}, int64(whole.events)
	number := uint64(0)
	next := run{n: uint64(p.total), recorded: whole.recorded}
	end := func() {
		p.runs, p.total = append(p.runs, next), p.total+int64(next.events)
		next = run{n: uint64(p.total), recorded: next.recorded}
	}
	for i, n := range p.shares() {
		for range n {
			number++
			next.copies = append(next.copies, copied{p.moulds[i], number})
			next.events += len(p.moulds[i].events)
			next.recorded = max(next.recorded, p.moulds[i].last)
			if len(next.copies) == together {
				end()
			}
		}
	}
	if len(next.copies) > 0 {
		end()
	}
	p.files = int(number)
}

func (p *press) isRare(m *mould) bool { return len(m.waits) > 0 || p.Rare != nil && p.Rare(m.state) }

// shares is how often each mould is used. A million files came over years, and what
// goes on this week is what so many workers have in hand, however many files lie behind
// it: a file in which something waits for its hour, or which is rare, is copied once.
// The others take turns; to come to a number of events, one of the short and one of the
// long as there are too many or too few.
func (p *press) shares() []int {
	out := make([]int, len(p.moulds))
	var few, many []int
	for i, m := range p.moulds {
		if p.isRare(m) {
			few = append(few, i)
		} else {
			many = append(many, i)
		}
	}
	switch {
	case len(p.moulds) == 0:
		return out
	case len(many) == 0:
		few, many = nil, few
	}
	events, files := 0, 0
	for _, i := range few[:min(len(few), p.Files)] {
		out[i]++
		events, files = events+len(p.moulds[i].events), files+1
	}
	p.shareOut(out, many, events, files)
	return out
}

// shareOut uses the moulds that are not rare for the files that are left.
func (p *press) shareOut(out, many []int, events, files int) {
	byLength := slices.Clone(many)
	slices.SortStableFunc(byLength, func(a, b int) int { return cmp.Compare(len(p.moulds[a].events), len(p.moulds[b].events)) })
	short, long := byLength[:1], byLength
	for k, all := 0, 0; k < len(byLength) && p.Events > 0; k++ { // as many as have together no more than is wanted
		if all += len(p.moulds[byLength[k]].events); all*p.Files > (k+1)*p.Events {
			break
		}
		short, long = byLength[:k+1], byLength[k:]
	}
	shorts, longs := 0, 0
	for n := 0; files < p.Files; n++ {
		i := many[n%len(many)]
		switch {
		case p.Events == 0:
		case events*p.Files < files*p.Events:
			i = long[longs%len(long)]
			longs++
		default:
			i = short[shorts%len(short)]
			shorts++
		}
		out[i]++
		events, files = events+len(p.moulds[i].events), files+1
	}
}

// prepare makes the key-encryption keys of every run's quarter: none is made inside
// a transaction.
func (p *press) prepare(ctx context.Context) error {
	kinds := []string{sealedCompartment}
	for _, m := range slices.Concat(p.once, p.moulds) {
		for _, c := range m.compartments {
			if kind := keyKind(m.ref, c); !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	for _, r := range p.runs {
		if err := p.to.keys.Prepare(ctx, fromMicro(r.recorded), kinds...); err != nil {
			return err
		}
	}
	return nil
}

// standing is how many runs are written already.
func (p *press) standing(ctx context.Context) (n int, err error) {
	err = p.to.reading(ctx, func(c *conn) error {
		h, err := readHead(ctx, c, "")
		if err != nil {
			return err
		}
		text, _, err := metaValue(ctx, c, "multiplied")
		if err != nil {
			return err
		}
		n, _ = strconv.Atoi(text)
		if n > len(p.runs) || n < len(p.runs) && p.runs[n].n != h.size || n == len(p.runs) && uint64(p.total) != h.size {
			return fault.New(fault.Conflict, codeNotEmpty)
		}
		return nil
	})
	return n, err
}

// printed is a run with everything that is to be written.
type printed struct {
	run                          run
	events, keys, receipts, jobs [][]any
	leaves                       []ledger.Hash
	err                          error
}

// write commits a run.
func (p *press) write(ctx context.Context, at int, out printed) error {
	return p.to.writing(ctx, func(c *conn) error {
		h, err := readHead(ctx, c, c.d.lock)
		if err != nil {
			return err
		}
		if h.size != out.run.n {
			return fault.New(fault.Conflict, codeNotEmpty) // somebody else writes
		}
		for _, part := range []struct {
			shape *shape
			rows  [][]any
		}{{eventShape, out.events}, {dataKeyShape, out.keys}, {receiptShape, out.receipts}, {jobShape, out.jobs}} {
			if err := part.shape.fill(ctx, c, part.rows, false); err != nil {
				return err
			}
		}
		h.recorded = max(h.recorded, out.run.recorded)
		g := &group{s: p.to, head: h}
		if err := g.growTree(ctx, c, out.leaves); err != nil {
			return err
		}
		p.to.edge, p.to.edgeRoot = g.grown, g.head.root
		if err := setMeta(ctx, c, "index", ""); err != nil {
			return err
		}
		return setMeta(ctx, c, "multiplied", strconv.Itoa(at+1))
	})
}

// set makes what is to be written of a run: of files the first event of each, then
// the second, as they come in an office; of what is copied whole in its own order.
func (p *press) set(r run) (out printed) {
	out.run = r
	t := &typesetter{press: p, out: &out, acts: map[string]int{}}
	var order []placing
	for i, c := range r.copies {
		t.begin(c)
		for n := range c.mould.events {
			at := uint64(n)
			if r.whole {
				at = c.mould.events[n].rec.n
			}
			order = append(order, placing{at, i, n})
		}
	}
	slices.SortStableFunc(order, func(a, b placing) int { return cmp.Compare(a.at, b.at) })
	for _, o := range order {
		if out.err = t.event(&t.streams[o.stream], o.event); out.err != nil {
			return out
		}
	}
	for i := range t.streams {
		t.jobs(&t.streams[i])
	}
	return out
}

// placing is an event of a stream of a run, at its place among the others.
type placing struct {
	at            uint64
	stream, event int
}
