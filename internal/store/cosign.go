package store

import (
	"context"

	"golang.org/x/mod/sumdb/note"

	"pana/internal/fault"
	"pana/internal/ledger"
)

// Cosign puts a witness's line under the checkpoint that it signed, once. One that
// was signed anew meanwhile is another text and waits for another line.
func (s *Store) Cosign(ctx context.Context, signed, line string, witness note.Verifier) error {
	err := s.writing(ctx, func(c *conn) error {
		var size int64
		var now string
		ok, err := c.one(ctx, []any{&size, &now}, `select size, signed from checkpoints order by size desc limit 1`)
		if err != nil || !ok {
			return err
		}
		asked, _ := ledger.Text(signed)
		kept, _ := ledger.Text(now)
		if _, twice := ledger.Cosigned(now, witness); twice || asked != kept {
			return nil
		}
		if _, valid := ledger.Cosigned(now+line, witness); !valid {
			return fault.New(fault.Invalid, "ledger.cosignature")
		}
		_, err = c.exec(ctx, `update checkpoints set signed = ?2 where size = ?1`, size, now+line)
		return err
	})
	return fault.At("cosign", err)
}

// GrowthTo proves that the ledger of size leaves begins with the one of older.
func (s *Store) GrowthTo(ctx context.Context, size, older int64) (proof []ledger.Hash, err error) {
	err = s.reading(ctx, func(c *conn) (err error) {
		proof, err = ledger.Consistency(size, older, tilesOf(ctx, c))
		return err
	})
	return proof, fault.At("prove growth", err)
}
