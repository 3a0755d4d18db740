package store

import (
	"context"
	"database/sql"
	"fmt"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
)

// Depths of a verification.
const (
	VerifyRecord = 1 // without keys: tree, order, headers, hashes, chains, checkpoints
	VerifyAll    = 2 // with keys: opened, folded, and compared with every index table
)

// Report says how much was verified.
type Report struct {
	Depth       int
	Leaves      int64
	Root        ledger.Hash
	Streams     int
	Erased      int
	Rows        int
	Checkpoints int
	Blobs       int
}

// Mismatch is the first thing that does not agree: in which table, at which
// leaf, of which stream. Leaf is -1 when it is not about one leaf.
type Mismatch struct {
	Table  string
	Leaf   int64
	Stream casework.Ref
	What   string // a code: gap, order, chain, header, body, leaf, root, tile, checkpoint, missing, extra, different, key, unreadable
}

func (m *Mismatch) Error() string {
	return fmt.Sprintf("%s: %s (leaf %d, stream %s)", m.Table, m.What, m.Leaf, m.Stream)
}

const codeMismatch = "verify.mismatch"

func mismatch(table, what string, leaf int64, ref casework.Ref) error {
	m := &Mismatch{table, leaf, ref, what}
	return fault.Because(m, fault.Internal, codeMismatch, "table", table, "what", what, "leaf", itoa(leaf), "stream", ref.String())
}

// verifier walks the record once, from the first leaf to the last.
type verifier struct {
	s        *Store
	c        *conn
	report   Report
	tree     ledger.Tree
	leaves   []ledger.Hash // not yet in the tree
	recorded int64
	chains   map[casework.Ref]chain // some 150 bytes a stream
	roots    map[int64]ledger.Hash  // at checkpoints still to come
	partial  map[ledger.TileID][]byte
	tiles    int
	progress func(done, total int64)
}

// chain is where a stream's own chain stands.
type chain struct {
	seq    uint64
	leaf   ledger.Hash
	erased bool
}

// Verify compares what is stored with itself, from one moment, and names the
// first that disagrees. What it cannot show: reading done outside Pana.
func (s *Store) Verify(ctx context.Context, depth int, progress func(done, total int64)) (Report, error) {
	if progress == nil {
		progress = func(int64, int64) {}
	}
	v := &verifier{s: s, chains: map[casework.Ref]chain{}, partial: map[ledger.TileID][]byte{}, progress: progress}
	v.report.Depth = depth
	err := s.reading(ctx, func(c *conn) error {
		v.c = c
		if err := v.record(ctx); err != nil {
			return err
		}
		if err := v.beside(ctx); err != nil || depth < VerifyAll {
			return err
		}
		return v.index(ctx)
	})
	return v.report, fault.At("verify", err)
}

const batch = 2048

func (v *verifier) record(ctx context.Context) error {
	h, err := readHead(ctx, v.c, "")
	if err != nil {
		return err
	}
	if err := v.readCheckpoints(ctx, int64(h.size)); err != nil {
		return err
	}
	const q = `select ` + eventColumns + ` from events e where e.n >= ?1 order by e.n limit ?2`
	for {
		from := v.report.Leaves
		err := v.c.walk(ctx, func(r *sql.Rows) error {
			rec, err := scanRecord(r)
			if err != nil {
				return err
			}
			return v.one(rec)
		}, q, from, int64(batch))
		if err != nil {
			return err
		}
		if err := v.grow(ctx); err != nil {
			return err
		}
		v.progress(v.report.Leaves, int64(h.size))
		if v.report.Leaves == from {
			return v.end(ctx, h)
		}
	}
}

// one verifies a leaf against the leaf before it and that of its stream.
func (v *verifier) one(rec *record) error {
	n, before := int64(rec.n), v.chains[rec.ref]
	bad := func(what string) error { return mismatch("events", what, n, rec.ref) }
	switch {
	case n != v.report.Leaves:
		return mismatch("events", "gap", v.report.Leaves, casework.Ref{})
	case rec.recorded < v.recorded:
		return bad("order")
	case rec.seq != before.seq+1 || before.erased:
		return bad("chain")
	}
	rec.prev = before.leaf
	body, leaf, err := rec.hashes()
	switch {
	case err != nil:
		return bad("header")
	case body != rec.bodyHash:
		return bad("body")
	case leaf != rec.leaf:
		return bad("leaf")
	}
	v.chains[rec.ref] = chain{rec.seq, rec.leaf, rec.typ == erasedType}
	v.recorded = rec.recorded
	v.report.Leaves++
	v.leaves = append(v.leaves, leaf)
	if want, ok := v.roots[v.report.Leaves]; ok {
		return v.atCheckpoint(want)
	}
	return nil
}

func (v *verifier) atCheckpoint(want ledger.Hash) error {
	at := v.tree.Clone()
	at.Append(v.leaves)
	if at.Root() != want {
		return mismatch("checkpoints", "checkpoint", at.Size()-1, casework.Ref{})
	}
	v.report.Checkpoints++
	return nil
}

// grow adds the leaves read so far and compares the tiles that became full.
func (v *verifier) grow(ctx context.Context) error {
	for id, data := range v.tree.Append(v.leaves) {
		delete(v.partial, id)
		if len(data) < 256*len(ledger.Hash{}) {
			v.partial[id] = data
			continue
		}
		if err := v.tile(ctx, id, data); err != nil {
			return err
		}
	}
	v.leaves = v.leaves[:0]
	return nil
}

func (v *verifier) tile(ctx context.Context, id ledger.TileID, want []byte) error {
	got, err := readTile(ctx, v.c, id)
	if err != nil {
		return err
	}
	if string(got) != string(want) {
		return mismatch("tiles", "tile", id.N<<(ledger.TileHeight*(id.Level+1)), casework.Ref{})
	}
	v.tiles++
	return nil
}

// end compares what the walk added up to with the head.
func (v *verifier) end(ctx context.Context, h head) error {
	if v.report.Leaves != int64(h.size) {
		return mismatch("ledger_head", "root", v.report.Leaves-1, casework.Ref{})
	}
	for id, data := range v.partial {
		if err := v.tile(ctx, id, data); err != nil {
			return err
		}
	}
	v.report.Root = v.tree.Root()
	var tiles int
	if _, err := v.c.one(ctx, []any{&tiles}, `select count(*) from tiles`); err != nil {
		return err
	}
	switch {
	case v.report.Root != h.hash():
		return mismatch("ledger_head", "root", v.report.Leaves-1, casework.Ref{})
	case h.recorded < v.recorded:
		return mismatch("ledger_head", "order", v.report.Leaves-1, casework.Ref{})
	case tiles != v.tiles:
		return mismatch("tiles", "extra", -1, casework.Ref{})
	}
	return v.erased(ctx)
}

// erased compares the streams that ended with the tombstones, and with the keys
// that must be gone.
func (v *verifier) erased(ctx context.Context) error {
	dead := map[casework.Ref]bool{}
	err := v.c.walk(ctx, asRows(func(r rowScanner) error {
		var ref casework.Ref
		err := r.Scan(&ref.Kind, &ref.ID)
		dead[ref] = true
		return err
	}), `select stream_kind, stream_id from tombstones`)
	if err != nil {
		return err
	}
	for ref, ch := range v.chains {
		v.report.Streams++
		if !ch.erased {
			continue
		}
		v.report.Erased++
		if !dead[ref] {
			return mismatch("tombstones", "missing", -1, ref)
		}
	}
	const alive = `select d.stream_kind, d.stream_id from data_keys d join tombstones t on t.stream_kind = d.stream_kind and t.stream_id = d.stream_id limit 1`
	var ref casework.Ref
	found, err := v.c.one(ctx, []any{&ref.Kind, &ref.ID}, alive)
	if err == nil && found {
		return mismatch("data_keys", "extra", -1, ref)
	}
	return err
}

func (v *verifier) readCheckpoints(ctx context.Context, size int64) error {
	v.roots = map[int64]ledger.Hash{}
	key, _, err := metaValue(ctx, v.c, "ledger_verifier")
	if err != nil {
		return err
	}
	return v.c.walk(ctx, asRows(func(r rowScanner) error {
		var at int64
		var signed string
		if err := r.Scan(&at, &signed); err != nil {
			return err
		}
		c, err := ledger.OpenCheckpoint(signed, orElse(v.s.opt.Verifier, key))
		if err != nil || c.Size != at || c.Size > size {
			return mismatch("checkpoints", "checkpoint", at-1, casework.Ref{})
		}
		if c.Size > 0 {
			v.roots[c.Size] = c.Root
		}
		return nil
	}), `select size, signed from checkpoints order by size`)
}
