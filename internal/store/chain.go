package store

import (
	"context"
	"database/sql"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/ledger"
)

// Chain is a stream's own leaves in their order, without what they hold: each
// names the one before it, so that a missing one shows.
type Chain struct {
	Checkpoint string // the last that was signed
	Verifier   string
	Links      []Link
}

// Link is one leaf of a chain.
type Link struct {
	Header ledger.Header
	Body   ledger.Hash
	Inner  ledger.Hash // of a leaf that commits to something: the hash of everything else
	Leaf   ledger.Hash
	// Proof leads to the checkpoint's root. It is nil for a leaf that came after the
	// checkpoint, and for one that proofs were not asked for.
	Proof []ledger.Hash
}

// Proved says that the checkpoint has the leaf.
func (l Link) Proved() bool { return l.Proof != nil }

// ChainOf reads a stream's leaves, with proofs for those that prove chooses.
func (s *Store) ChainOf(ctx context.Context, ref casework.Ref, prove func(seq uint64) bool) (out Chain, err error) {
	err = s.reading(ctx, func(c *conn) error {
		out = Chain{}
		if _, err := c.one(ctx, []any{&out.Checkpoint}, `select signed from checkpoints order by size desc limit 1`); err != nil {
			return err
		}
		if out.Verifier, _, err = metaValue(ctx, c, "ledger_verifier"); err != nil {
			return err
		}
		var previous ledger.Hash
		err := c.walk(ctx, func(r *sql.Rows) error {
			rec, err := scanRecord(r)
			if err != nil {
				return err
			}
			rec.prev, previous = previous, rec.leaf
			out.Links = append(out.Links, Link{Header: rec.header(), Body: rec.bodyHash, Inner: rec.content().Inner(), Leaf: rec.leaf})
			return nil
		}, tailOfOne, string(ref.Kind), ref.ID, int64(0))
		if err != nil || out.Checkpoint == "" {
			return err
		}
		return out.prove(ctx, c, prove)
	})
	return out, fault.At("chain of "+ref.String(), err)
}

func (ch *Chain) prove(ctx context.Context, c *conn, wanted func(seq uint64) bool) error {
	signed, err := ledger.OpenCheckpoint(ch.Checkpoint, ch.Verifier)
	if err != nil {
		return fault.Because(err, fault.Internal, codeDamaged, "table", "checkpoints")
	}
	tiles := map[ledger.TileID][]byte{} // neighbours share the upper ones
	reader := ledger.Reader(func(id ledger.TileID) ([]byte, error) {
		data, ok := tiles[id]
		if ok {
			return data, nil
		}
		data, err := readTile(ctx, c, id)
		tiles[id] = data
		return data, err
	})
	for i := range ch.Links {
		l := &ch.Links[i]
		n := int64(l.Header.Number)
		if n >= signed.Size || !wanted(l.Header.Seq) {
			continue
		}
		proof, err := ledger.Inclusion(signed.Size, n, reader)
		if err != nil {
			return err
		}
		l.Proof = append([]ledger.Hash{}, proof...) // not nil, were the leaf alone
	}
	return nil
}
