package store

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"pana/internal/casework"
	"pana/internal/fault"
)

// The index is made anew as a bakery bakes: several read and fold, each with a
// connection of its own, and one writes what they bring, in the order of streams.
// The ledger's head is locked meanwhile, so that all of them read one moment. What is
// in memory at once is bounded by the chunks on their way, however many files
// there are.

// chunk is how many streams one folds before it hands their rows on; waiting is how
// many chunks may wait for the writer for each that is folded; atOnce is how many rows
// of a table the writer keeps till it writes them: a statement costs the same for one
// row as for a thousand, and who waits for its answer writes nothing.
const (
	chunk   = 256
	waiting = 2
	atOnce  = 8 << 10
	// perCore is how many fold for each core: while one waits for what it reads, another folds.
	perCore = 2
)

// Rebuild makes the index anew from the events, and says how far it is in events.
func (s *Store) Rebuild(ctx context.Context, progress func(done, total int64)) error {
	if s.keys == nil {
		return fault.New(fault.Internal, codeKeyMissing)
	}
	if err := s.prepareIndexKey(ctx); err != nil {
		return fault.At("rebuild", err)
	}
	return fault.At("rebuild", s.writing(ctx, func(c *conn) error {
		if _, err := readHead(ctx, c, c.d.lock); err != nil {
			return err
		}
		return s.rebuildIndex(ctx, c, progress)
	}))
}

// rebuildIndex makes the index tables that casework declares, fills them by folding
// every stream, and puts them in the place of those that stand.
func (s *Store) rebuildIndex(ctx context.Context, c *conn, progress func(done, total int64)) error {
	text, _, err := metaValue(ctx, c, "index_tables")
	if err != nil {
		return err
	}
	make := s.rebuildInPlace
	if s.d.arrays {
		make = s.rebuildBeside
	}
	if err := make(ctx, c, strings.Fields(text), progress); err != nil {
		return err
	}
	var names []string
	for i := range s.index {
		names = append(names, s.index[i].Name)
	}
	if err := setMeta(ctx, c, "index_tables", strings.Join(names, " ")); err != nil {
		return err
	}
	return setMeta(ctx, c, "index", s.indexDigest())
}

// rebuildInPlace drops what stands and fills it anew: in SQLite who reads sees
// what was before, till the end. The key is the table itself; the other indexes
// are made over rows that stand, at a fraction of what growing row by row costs.
func (s *Store) rebuildInPlace(ctx context.Context, c *conn, old []string, progress func(done, total int64)) error {
	if err := dropAll(ctx, c, old); err != nil {
		return err
	}
	for i := range s.index {
		if err := c.plain(ctx, s.index[i].ddl(s.d)[0]); err != nil {
			return err
		}
	}
	if err := s.fillIndex(ctx, c, progress); err != nil {
		return err
	}
	for i := range s.index {
		t := &s.index[i]
		if err := c.allPlain(ctx, t.indexes(s.d, t.Name)); err != nil {
			return err
		}
	}
	return nil
}

func dropAll(ctx context.Context, c *conn, names []string) error {
	for _, name := range names {
		if err := c.plain(ctx, "DROP TABLE IF EXISTS "+name); err != nil {
			return err
		}
	}
	c.forgetStatements()
	return nil
}

// folded is what a chunk of streams comes to.
type folded struct {
	rows   map[*indexTable][][]any
	keys   []wrappedKey
	events int64
	err    error
}

// folding is a chunk on its way: who takes it up answers in done.
type folding struct {
	refs []casework.Ref
	done chan folded
}

// fillIndex folds every stream and writes its rows.
func (s *Store) fillIndex(ctx context.Context, c *conn, progress func(done, total int64)) error {
	h, err := readHead(ctx, c, "")
	if err != nil || h.size == 0 {
		return err
	}
	var all sync.WaitGroup
	defer all.Wait() // nobody reads on once the transaction is over
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	folders := perCore * runtime.GOMAXPROCS(0)
	todo, inOrder := make(chan folding), make(chan folding, waiting*folders)
	listed := make(chan error, 1)
	all.Go(func() {
		defer close(inOrder)
		defer close(todo)
		listed <- s.listStreams(ctx, todo, inOrder)
	})
	for range folders {
		all.Go(func() {
			for f := range todo {
				f.done <- s.foldChunk(ctx, h, f.refs)
			}
		})
	}
	var events int64
	w := indexWriter{s: s, rows: map[*indexTable][][]any{}}
	for f := range inOrder {
		var got folded
		select {
		case got = <-f.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if got.err != nil {
			return got.err
		}
		if err := w.take(ctx, c, got); err != nil {
			return err
		}
		if events += got.events; progress != nil {
			progress(events, int64(h.size))
		}
	}
	if err := <-listed; err != nil {
		return err
	}
	return w.flush(ctx, c, 1)
}

// listStreams hands out every stream, a chunk at a time, first to the writer, who
// keeps their order, and then to whoever folds.
func (s *Store) listStreams(ctx context.Context, todo, inOrder chan<- folding) error {
	var last casework.Ref
	for {
		var refs []casework.Ref
		err := s.glancing(ctx, func(c *conn) (err error) {
			refs, err = nextStreams(ctx, c, last, chunk)
			return err
		})
		if err != nil || len(refs) == 0 {
			return err
		}
		f := folding{refs, make(chan folded, 1)}
		for _, to := range []chan<- folding{inOrder, todo} {
			select {
			case to <- f:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		last = refs[len(refs)-1]
	}
}

func nextStreams(ctx context.Context, c *conn, after casework.Ref, n int) (out []casework.Ref, err error) {
	const q = `select stream_kind, stream_id from events where seq = 1 and (stream_kind, stream_id) > (?1, ?2) order by stream_kind, stream_id limit ?3`
	err = c.each(ctx, asRows(func(r rowScanner) error {
		var ref casework.Ref
		err := r.Scan(&ref.Kind, &ref.ID)
		out = append(out, ref)
		return err
	}), q, string(after.Kind), after.ID, int64(n))
	return out, err
}

// foldChunk makes the rows of some streams, as a group that wrote them all would.
func (s *Store) foldChunk(ctx context.Context, h head, refs []casework.Ref) (out folded) {
	g := &group{s: s, head: h, before: map[casework.Ref]*stream{}}
	out.err = s.glancing(ctx, func(c *conn) (err error) {
		g.streams, err = s.loadAll(ctx, c, refs)
		return err
	})
	out.rows = map[*indexTable][][]any{}
	for _, ref := range refs {
		if out.err != nil {
			return out
		}
		g.before[ref] = &stream{ref: ref}
		out.events += int64(g.streams[ref].seq)
		out.err = g.rowsInto(ctx, ref, out.rows)
	}
	out.keys = g.keys
	return out
}

// rowsInto seals and adds a stream's rows.
func (g *group) rowsInto(ctx context.Context, ref casework.Ref, into map[*indexTable][][]any) error {
	rows, err := g.s.rowsOf(g.streams[ref])
	if err != nil {
		return err
	}
	for _, r := range rows {
		sealed, err := g.sealRow(ctx, nil, r.t, ref, r.row)
		if err != nil {
			return err
		}
		into[r.t] = append(into[r.t], sealed)
	}
	return nil
}

// indexWriter writes the rows of new index tables, many at once.
type indexWriter struct {
	s    *Store
	rows map[*indexTable][][]any
	keys []wrappedKey
}

func (w *indexWriter) take(ctx context.Context, c *conn, f folded) error {
	for t, rows := range f.rows {
		w.rows[t] = append(w.rows[t], rows...)
	}
	w.keys = append(w.keys, f.keys...)
	return w.flush(ctx, c, atOnce)
}

// flush writes of each table that has so many rows what is there.
func (w *indexWriter) flush(ctx context.Context, c *conn, least int) error {
	for i := range w.s.index {
		t := &w.s.index[i]
		if len(w.rows[t]) < least {
			continue
		}
		if err := t.shape.fillAs(ctx, c, nextTable(t.Name), w.rows[t], true); err != nil {
			return err
		}
		w.rows[t] = w.rows[t][:0]
	}
	if len(w.keys) < least {
		return nil
	}
	g := &group{s: w.s, keys: w.keys}
	w.keys = nil
	return g.flushKeys(ctx, c)
}
