package desk

import (
	"context"

	"pana/internal/fault"
	"pana/internal/ledger"
)

// What anybody may have of the ledger: the signed checkpoint and the hashes that
// lead to it. Neither says anything about anybody but how many acts there were at
// the times of signing; a leaf cannot be guessed, for it has a random id in it.

// LedgerCheckpoint is the last signed checkpoint.
func (d *Desk) LedgerCheckpoint(ctx context.Context) (string, error) {
	signed, _, err := d.deps.Store.LatestCheckpoint(ctx)
	return signed, err
}

// LedgerTile is the hashes of the tile that path names, and whether it is full and
// so will never change.
func (d *Desk) LedgerTile(ctx context.Context, path string) (hashes []byte, full bool, err error) {
	t, ok := ledger.ParseTilePath(path)
	if !ok {
		return nil, false, fault.Withheld("not a tile")
	}
	hashes, err = d.deps.Store.SignedTile(ctx, t)
	return hashes, t.W == 1<<ledger.TileHeight, err
}
