package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// On PostgreSQL the new index grows beside the old under other names: a table that a
// transaction drops is locked until it ends, and other nodes go on reading the old one
// till the moment of the change. The new tables are filled in one transaction, their
// keys and indexes are then made by several, and the transaction that holds the ledger's
// head puts them in their places. What a node that died left of them, the next
// node that starts drops.

// nextPrefix begins the names of tables that grow beside those that stand, and of their indexes.
const nextPrefix = "next_"

func nextTable(name string) string { return nextPrefix + name }

// besides is how many make keys and indexes at once: they and who holds the head
// are the connections that write.
const besides = 2

func (s *Store) rebuildBeside(ctx context.Context, c *conn, old []string, progress func(done, total int64)) error {
	filled := make(chan error, 1)
	go func() {
		filled <- s.writing(ctx, func(w *conn) error {
			if err := s.makeNext(ctx, w); err != nil {
				return err
			}
			return s.fillIndex(ctx, w, progress)
		})
	}()
	if err := c.awake(ctx, filled); err != nil {
		return err
	}
	if err := s.indexNext(ctx, c); err != nil {
		return errors.Join(err, s.writing(ctx, func(w *conn) error { return s.dropNext(ctx, w) }))
	}
	return s.changePlaces(ctx, c, old)
}

// makeNext makes the tables without a key. Rows are written as settled for everybody
// only into a table that the same transaction made.
func (s *Store) makeNext(ctx context.Context, w *conn) error {
	if err := s.dropNext(ctx, w); err != nil {
		return err
	}
	for i := range s.index {
		t := &s.index[i]
		if err := w.plain(ctx, s.d.schema(t.columnsText(nextTable(t.Name))+")")); err != nil {
			return err
		}
	}
	return nil
}

// dropNext drops what grew beside: also what another edition left, whose tables
// had other names.
func (s *Store) dropNext(ctx context.Context, w *conn) error {
	all, err := s.tables(ctx, w)
	if err != nil {
		return err
	}
	next := slices.DeleteFunc(all, func(name string) bool { return !strings.HasPrefix(name, nextPrefix) })
	if len(next) == 0 {
		return nil
	}
	return dropAll(ctx, w, next)
}

// indexNext makes the keys and indexes over rows that stand, which costs a fraction of
// growing them row by row: the largest table first, so that nobody is left with it.
func (s *Store) indexNext(ctx context.Context, c *conn) error {
	sizes := map[*indexTable]int64{}
	var tables []*indexTable
	for i := range s.index {
		t := &s.index[i]
		var size int64
		if _, err := c.one(ctx, []any{&size}, `select pg_relation_size(?1::text::regclass)`, nextTable(t.Name)); err != nil {
			return err
		}
		tables, sizes[t] = append(tables, t), size
	}
	slices.SortStableFunc(tables, func(a, b *indexTable) int { return cmp.Compare(sizes[b], sizes[a]) })
	var g errgroup.Group
	g.SetLimit(besides)
	done := make(chan error, 1)
	go func() {
		for _, t := range tables {
			g.Go(func() error {
				return s.writing(ctx, func(w *conn) error { return w.allPlain(ctx, t.rest()) })
			})
		}
		done <- g.Wait()
	}()
	return c.awake(ctx, done)
}

// awake waits, and lets the server hear meanwhile that this transaction goes on: it
// ends those of whom it hears nothing.
func (c *conn) awake(ctx context.Context, done <-chan error) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var lost error
	for {
		select {
		case err := <-done:
			return errors.Join(lost, err)
		case <-tick.C:
			if lost == nil {
				lost = c.plain(ctx, "select 1")
			}
		}
	}
}

// rest is what makes of a filled table the one that ddl makes.
func (t *indexTable) rest() []string {
	on := nextTable(t.Name)
	key := "ALTER TABLE " + on + " ADD CONSTRAINT " + on + "_pkey PRIMARY KEY (" + strings.Join(t.shape.columns[:t.shape.key], ", ") + ")"
	return append(append([]string{key}, t.indexes(pgDialect, on)...), "ANALYZE "+on)
}

// changePlaces drops the tables that stood and gives the new ones their names.
func (s *Store) changePlaces(ctx context.Context, c *conn, old []string) error {
	if err := dropAll(ctx, c, old); err != nil {
		return err
	}
	const q = `select i.indexname from pg_indexes i where i.schemaname = current_schema() and i.tablename = ?1`
	for i := range s.index {
		name := s.index[i].Name
		rename := []string{"ALTER TABLE " + nextTable(name) + " RENAME TO " + name}
		err := c.each(ctx, asRows(func(r rowScanner) error {
			var index string
			err := r.Scan(&index)
			rename = append(rename, "ALTER INDEX "+index+" RENAME TO "+strings.TrimPrefix(index, nextPrefix))
			return err
		}), q, nextTable(name))
		if err != nil {
			return err
		}
		if err := c.allPlain(ctx, rename); err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) allPlain(ctx context.Context, texts []string) error {
	for _, q := range texts {
		if err := c.plain(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
