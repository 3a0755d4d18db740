package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
)

// restoringMeta stands while a copy is brought back; a database that has it is
// half of one.
const restoringMeta = "restoring"

const codeHalfRestored = "store.half_restored"

// CopyIn brings a copy back into an empty database that was opened without keys.
type CopyIn struct {
	s     *Store
	ctx   context.Context
	name  string
	text  string
	skip  bool
	rows  [][]any
	tree  ledger.Tree
	Count map[string]int64
}

// BeginCopyIn refuses a database that holds anything.
func (s *Store) BeginCopyIn(ctx context.Context) (*CopyIn, error) {
	err := s.writing(ctx, func(c *conn) error {
		var n int64
		if _, err := c.one(ctx, []any{&n}, `select (select count(*) from events) + (select count(*) from meta) + (select count(*) from keks)`); err != nil {
			return err
		}
		if n > 0 || s.keys != nil {
			return fault.New(fault.Conflict, "restore.not_empty")
		}
		return setMeta(ctx, c, restoringMeta, "yes")
	})
	return &CopyIn{s: s, ctx: ctx, Count: map[string]int64{}}, fault.At("restore", err)
}

// Table begins the rows of a table.
func (in *CopyIn) Table(part, name string, columns []string) error {
	if err := in.flush(); err != nil {
		return err
	}
	in.name, in.skip = name, len(columns) == 0
	if !plainName(name) || !allPlain(columns) || slices.Contains([]string{"tiles", "ledger_head", "migrations"}, name) {
		return fault.New(fault.Invalid, "restore.not_a_copy")
	}
	in.text = insertText(name, columns)
	return nil
}

func allPlain(names []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !plainName(n) })
}

// copyBatch is how many rows go in one transaction.
const copyBatch = 2000

// Row takes one row.
func (in *CopyIn) Row(values []any) error {
	if in.skip {
		return fault.New(fault.Invalid, "restore.not_a_copy")
	}
	in.rows = append(in.rows, slices.Clone(values))
	in.Count[in.name]++
	if len(in.rows) == copyBatch {
		return in.flush()
	}
	return nil
}

func (in *CopyIn) flush() error {
	if len(in.rows) == 0 {
		return nil
	}
	rows := in.rows
	in.rows = nil
	return in.s.writing(in.ctx, func(c *conn) error {
		err := c.together(in.ctx, func() error {
			for _, row := range rows {
				if _, err := c.exec(in.ctx, in.text, row...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || in.name != "events" {
			return err
		}
		return in.grow(c, rows)
	})
}

// grow adds the leaves of events that came, in order.
func (in *CopyIn) grow(c *conn, rows [][]any) error {
	columns := in.text[strings.IndexByte(in.text, '(')+1 : strings.IndexByte(in.text, ')')]
	names := strings.Split(columns, ", ")
	at, number := slices.Index(names, "leaf"), slices.Index(names, "n")
	if at < 0 || number < 0 {
		return fault.New(fault.Invalid, "restore.not_a_copy")
	}
	leaves := make([]ledger.Hash, len(rows))
	for i, row := range rows {
		leaf, ok := row[at].([]byte)
		if n, whole := row[number].(int64); !ok || !whole || n != in.tree.Size()+int64(i) || len(leaf) != len(ledger.Hash{}) {
			return fault.New(fault.Invalid, "restore.gap")
		}
		leaves[i] = ledger.Hash(leaf)
	}
	tiles := in.tree.Append(leaves)
	var out [][]any
	for id, data := range tiles {
		out = append(out, []any{int64(id.Level), id.N, data})
	}
	return tileShape.insert(in.ctx, c, out)
}

// End compares what came with the mark of the copy and opens the database.
func (in *CopyIn) End(m Mark) error {
	if err := in.flush(); err != nil {
		return err
	}
	if in.tree.Size() != m.Leaves || in.tree.Root() != m.Root {
		return fault.New(fault.Invalid, "restore.other_root")
	}
	return fault.At("restore", in.s.writing(in.ctx, func(c *conn) error {
		root := m.Root
		_, err := c.exec(in.ctx, `update ledger_head set size = ?1, root = ?2, recorded_at = ?3 where id = 1`, m.Leaves, root[:], m.Recorded)
		if err == nil {
			_, err = c.exec(in.ctx, `delete from meta where name = ?1`, restoringMeta)
		}
		return err
	}))
}

// whole refuses a database into which a copy was brought back by half.
func (s *Store) whole(ctx context.Context, c *conn) error {
	_, half, err := metaValue(ctx, c, restoringMeta)
	if err == nil && half {
		return fault.New(fault.Invalid, codeHalfRestored)
	}
	return err
}

// CheckGrowth compares copied events with the ledger they were copied from: each
// hashes to its leaf, follows the one before it in its stream, and all of them
// grow the tree from one mark to the next.
type CheckGrowth struct {
	s    *Store
	ctx  context.Context
	tree *ledger.Tree
	prev map[casework.Ref]ledger.Hash
	next int64
}

// CheckGrowth begins after a mark.
func (s *Store) CheckGrowth(ctx context.Context, since Mark) (g *CheckGrowth, err error) {
	g = &CheckGrowth{s: s, ctx: ctx, prev: map[casework.Ref]ledger.Hash{}, next: since.Leaves}
	err = s.reading(ctx, func(c *conn) (err error) {
		g.tree, err = ledger.Load(since.Leaves, func(id ledger.TileID) ([]byte, error) { return readTile(ctx, c, id) })
		return err
	})
	if err == nil && since.Leaves > 0 && g.tree.Root() != since.Root {
		err = fault.New(fault.Conflict, "backup.other_ledger")
	}
	return g, fault.At("check a copy", err)
}

// Event takes a copied row of events, with its columns in order.
func (g *CheckGrowth) Event(columns []string, values []any) error {
	if !slices.Equal(columns, eventShape.columns) {
		return fault.New(fault.Invalid, "backup.unreadable")
	}
	rec, ok := recordOf(values)
	if !ok || int64(rec.n) != g.next {
		return fault.New(fault.Invalid, "backup.gap")
	}
	if err := g.before(rec); err != nil {
		return err
	}
	body, leaf, err := rec.hashes()
	if err != nil || body != rec.bodyHash || leaf != rec.leaf {
		return fault.New(fault.Invalid, "backup.changed", "leaf", itoa(int64(rec.n)))
	}
	g.next++
	g.prev[rec.ref] = leaf
	g.tree.Append([]ledger.Hash{leaf})
	return nil
}

// before finds the leaf of the stream that a record follows.
func (g *CheckGrowth) before(rec *record) error {
	if leaf, ok := g.prev[rec.ref]; ok || rec.seq == 1 {
		rec.prev = leaf
		return nil
	}
	return g.s.glancing(g.ctx, func(c *conn) error {
		var leaf []byte
		_, err := c.one(g.ctx, []any{&leaf}, `select leaf from events where stream_kind = ?1 and stream_id = ?2 and seq = ?3`,
			string(rec.ref.Kind), rec.ref.ID, int64(rec.seq)-1)
		copy(rec.prev[:], leaf)
		return err
	})
}

// End compares with the mark that the copy claims.
func (g *CheckGrowth) End(m Mark) error {
	if g.next != m.Leaves || m.Leaves > 0 && g.tree.Root() != m.Root {
		return fault.New(fault.Invalid, "backup.other_root")
	}
	return nil
}

// recordOf reads a row of eventShape's columns.
func recordOf(v []any) (*record, bool) {
	numbers, texts, bytes := make([]int64, len(v)), make([]string, len(v)), make([][]byte, len(v))
	for i, kind := range eventShape.kinds {
		var ok bool
		switch kind {
		case intValue:
			numbers[i], ok = v[i].(int64)
		case textValue:
			texts[i], ok = v[i].(string)
		case bytesValue:
			bytes[i], ok = v[i].([]byte)
		}
		if !ok {
			return nil, false
		}
	}
	if len(bytes[17]) != len(ledger.Hash{}) || len(bytes[18]) != len(ledger.Hash{}) {
		return nil, false
	}
	return &record{
		n: uint64(numbers[0]), id: texts[1], ref: casework.Ref{Kind: casework.Kind(texts[2]), ID: texts[3]}, seq: uint64(numbers[4]),
		typ: texts[5], version: int(numbers[6]), occurred: numbers[7], recorded: numbers[8], worker: texts[9], body: texts[10],
		bodyKind: texts[11], reason: texts[12], pack: texts[13], key: texts[14], compartment: texts[15],
		sealed: bytes[16], bodyHash: ledger.Hash(bytes[17]), leaf: ledger.Hash(bytes[18]),
	}, true
}

// SignText signs a text of the installation with the key that signs checkpoints.
func (s *Store) SignText(ctx context.Context, text string, now time.Time) (signed, verifier string, err error) {
	if s.keys == nil {
		return "", "", fault.New(fault.Internal, codeKeyMissing)
	}
	seed, err := s.keys.Secret(ctx, "ledger", now)
	if err != nil {
		return "", "", fault.At("signing key", err)
	}
	err = s.writing(ctx, func(c *conn) error {
		origin, err := s.origin(ctx, c, seed)
		if err != nil {
			return err
		}
		signer, key, err := ledger.SignerOf(origin, seed)
		if err != nil {
			return err
		}
		verifier = key
		signed, err = ledger.SignText(text, signer)
		return err
	})
	return signed, verifier, fault.At("sign a text", err)
}

// BackedUp notes when a backup was last checked, for the doctor; BackedUpAt reads it.
func (s *Store) BackedUp(ctx context.Context, at time.Time) error {
	return fault.At("note a backup", s.writing(ctx, func(c *conn) error {
		return setMeta(ctx, c, "backed_up", at.UTC().Format(time.RFC3339))
	}))
}

// BackedUpAt is zero when there never was one.
func (s *Store) BackedUpAt(ctx context.Context) (at time.Time, err error) {
	err = s.reading(ctx, func(c *conn) error {
		text, ok, err := metaValue(ctx, c, "backed_up")
		if err != nil || !ok {
			return err
		}
		at, err = time.Parse(time.RFC3339, text)
		return err
	})
	return at, fault.At("last backup", err)
}
