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
// many chunks may wait for the writer for each that is folded.
const (
	chunk   = 256
	waiting = 2
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
// every stream, and puts them in the place of those that stand. A key and an index that
// are made over rows that stand cost a fraction of one that grows row by row.
//
// On PostgreSQL the new tables grow beside the old under another name, because a table
// that a transaction drops is locked until it ends: what other nodes read they read
// from the old ones, till the moment of the change. Readers of SQLite see what
// was before in any case.
func (s *Store) rebuildIndex(ctx context.Context, c *conn, progress func(done, total int64)) error {
	text, _, err := metaValue(ctx, c, "index_tables")
	if err != nil {
		return err
	}
	old := strings.Fields(text)
	if !s.d.arrays {
		if err := dropAll(ctx, c, old); err != nil {
			return err
		}
	}
	var names []string
	for i := range s.index {
		names = append(names, s.index[i].Name)
		if err := c.plain(ctx, s.index[i].bare(s.d)); err != nil {
			return err
		}
	}
	if err := s.fillIndex(ctx, c, progress); err != nil {
		return err
	}
	if s.d.arrays {
		if err := giveWay(ctx, c, old); err != nil {
			return err
		}
	}
	for i := range s.index {
		for _, q := range s.index[i].rest(s.d) {
			if err := c.plain(ctx, q); err != nil {
				return err
			}
		}
	}
	if s.d.arrays {
		if err := changePlaces(ctx, c, old, names); err != nil {
			return err
		}
	}
	if err := setMeta(ctx, c, "index_tables", strings.Join(names, " ")); err != nil {
		return err
	}
	return setMeta(ctx, c, "index", s.indexDigest())
}

// nextTable is what a table of the index is called on PostgreSQL while it grows beside the one that stands.
func nextTable(name string) string { return "next_" + name }

func dropAll(ctx context.Context, c *conn, names []string) error {
	for _, name := range names {
		if err := c.plain(ctx, "DROP TABLE IF EXISTS "+name); err != nil {
			return err
		}
	}
	c.forgetStatements()
	return nil
}

// giveWay renames the indexes of the tables that stand, which nobody who reads has to
// wait for: the new ones are to have their names.
func giveWay(ctx context.Context, c *conn, old []string) error {
	const q = `select i.indexname from pg_indexes i where i.schemaname = current_schema() and i.tablename = ?1`
	for _, table := range old {
		var indexes []string
		err := c.each(ctx, asRows(func(r rowScanner) error {
			var name string
			err := r.Scan(&name)
			indexes = append(indexes, name)
			return err
		}), q, table)
		if err != nil {
			return err
		}
		for _, name := range indexes {
			if err := c.plain(ctx, "ALTER INDEX "+name+" RENAME TO old_"+name); err != nil {
				return err
			}
		}
	}
	return nil
}

// changePlaces drops the tables that stood and gives the new ones their names.
func changePlaces(ctx context.Context, c *conn, old, names []string) error {
	if err := dropAll(ctx, c, old); err != nil {
		return err
	}
	for _, name := range names {
		if err := c.plain(ctx, "ALTER TABLE "+nextTable(name)+" RENAME TO "+name); err != nil {
			return err
		}
	}
	return nil
}

// bare is the table as it is filled, rest what makes of it the one that ddl makes.
// In SQLite the key is the table itself, and stays.
func (t *indexTable) bare(d *dialect) string {
	if d == sqliteDialect {
		return t.ddl(d)[0]
	}
	return d.schema(t.columnsText(nextTable(t.Name)) + ")")
}

func (t *indexTable) rest(d *dialect) []string {
	if d == sqliteDialect {
		return t.indexes(d, t.Name)
	}
	on := nextTable(t.Name)
	key := "ALTER TABLE " + on + " ADD CONSTRAINT " + t.Name + "_pkey PRIMARY KEY (" + strings.Join(t.shape.columns[:t.shape.key], ", ") + ")"
	return append(append([]string{key}, t.indexes(d, on)...), "ANALYZE "+on)
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
		if err := s.writeChunk(ctx, c, got); err != nil {
			return err
		}
		if events += got.events; progress != nil {
			progress(events, int64(h.size))
		}
	}
	return <-listed
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

func (s *Store) writeChunk(ctx context.Context, c *conn, f folded) error {
	for i := range s.index {
		t := &s.index[i]
		if err := t.shape.fillAs(ctx, c, nextTable(t.Name), f.rows[t], true); err != nil {
			return err
		}
	}
	g := &group{s: s, keys: f.keys}
	return g.flushKeys(ctx, c)
}
