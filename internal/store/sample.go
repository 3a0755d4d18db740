package store

import (
	"context"
	"database/sql"
	"math/rand/v2"

	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
)

// VerifySample verifies some streams of a kind, drawn by r, where verifying all
// takes an hour: each of their events hashes to its leaf, follows the one before it
// and is proved to be in the ledger; it opens; and what the stream folds to is what
// its index rows say. It gives how many streams, events and rows those were.
func (s *Store) VerifySample(ctx context.Context, kind casework.Kind, n int, r *rand.Rand) (out Report, err error) {
	v := &verifier{s: s, progress: func(int64, int64) {}}
	v.report.Depth = VerifyAll
	err = s.reading(ctx, func(c *conn) error {
		v.c = c
		h, err := readHead(ctx, c, "")
		if err != nil {
			return err
		}
		v.report.Root = h.hash()
		refs, err := drawn(ctx, c, kind, n, int64(h.size), r)
		tiles := remembered(ctx, c)
		for _, ref := range refs {
			if err == nil {
				err = v.sampled(ctx, h, tiles, ref)
			}
		}
		return err
	})
	return v.report, fault.At("verify a sample", err)
}

// remembered reads each tile once: those near the root are in every proof.
func remembered(ctx context.Context, c *conn) tlog.HashReader {
	known := map[ledger.TileID][]byte{}
	return ledger.Reader(func(id ledger.TileID) ([]byte, error) {
		if data, ok := known[id]; ok {
			return data, nil
		}
		data, err := readTile(ctx, c, id)
		known[id] = data
		return data, err
	})
}

// drawn are streams in which an event of a drawn number is, so a long one oftener
// than a short one.
func drawn(ctx context.Context, c *conn, kind casework.Kind, n int, size int64, r *rand.Rand) (out []casework.Ref, err error) {
	seen := map[casework.Ref]bool{}
	for tries := 0; len(out) < n && tries < 20*n && size > 0; tries++ {
		var ref casework.Ref
		if _, err := c.one(ctx, []any{&ref.Kind, &ref.ID}, `select stream_kind, stream_id from events where n = ?1`, r.Int64N(size)); err != nil {
			return nil, err
		}
		if ref.Kind == kind && !seen[ref] {
			seen[ref], out = true, append(out, ref)
		}
	}
	return out, nil
}

func (v *verifier) sampled(ctx context.Context, h head, tiles tlog.HashReader, ref casework.Ref) error {
	if err := v.proved(ctx, h, tiles, ref); err != nil {
		return err
	}
	want, streams, err := v.replay(ctx, []casework.Ref{ref})
	if err != nil {
		return err
	}
	for i := range v.s.index {
		t := &v.s.index[i]
		err := t.readRows(ctx, v.c, []casework.Ref{ref}, func(rows *sql.Rows) error { return v.row(t, rows, want, streams) })
		if err != nil {
			return err
		}
		for range want[t] {
			return mismatch(t.Name, "missing", -1, ref)
		}
	}
	v.report.Streams++
	return nil
}

// proved hashes the stream's events anew and proves each to be a leaf.
func (v *verifier) proved(ctx context.Context, h head, tiles tlog.HashReader, ref casework.Ref) error {
	tails, err := v.s.tails(ctx, v.c, []*stream{{ref: ref}})
	if err != nil {
		return err
	}
	var before chain
	for _, rec := range tails[ref] {
		if rec.seq != before.seq+1 {
			return mismatch("events", "chain", int64(rec.n), ref)
		}
		rec.prev = before.leaf
		body, leaf, err := rec.hashes()
		if err != nil || body != rec.bodyHash || leaf != rec.leaf {
			return mismatch("events", "leaf", int64(rec.n), ref)
		}
		proof, err := ledger.Inclusion(int64(h.size), int64(rec.n), tiles)
		if err != nil || ledger.CheckInclusion(proof, int64(h.size), h.root, int64(rec.n), leaf) != nil {
			return mismatch("tiles", "tile", int64(rec.n), ref)
		}
		before = chain{seq: rec.seq, leaf: leaf}
		v.report.Leaves++
	}
	return nil
}

// TableSize is what a table takes on the disk, with its keys and indexes.
type TableSize struct {
	Name  string
	Bytes int64
}

// Disk says how many bytes the database takes, and on PostgreSQL which tables take
// most of them.
func (s *Store) Disk(ctx context.Context) (all int64, largest []TableSize, err error) {
	const pages = `select page_count * page_size from pragma_page_count(), pragma_page_size()`
	const database = `select pg_database_size(current_database())`
	const tables = `select relname, pg_total_relation_size(relid) from pg_catalog.pg_statio_user_tables order by 2 desc limit 12`
	err = s.reading(ctx, func(c *conn) error {
		q := pages
		if c.d.arrays {
			q = database
		}
		if _, err := c.one(ctx, []any{&all}, q); err != nil || !c.d.arrays {
			return err
		}
		return c.walk(ctx, func(r *sql.Rows) error {
			var t TableSize
			err := r.Scan(&t.Name, &t.Bytes)
			largest = append(largest, t)
			return err
		}, tables)
	})
	return all, largest, fault.At("disk", err)
}
