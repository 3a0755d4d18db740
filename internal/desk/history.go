package desk

import (
	"context"
	"time"

	signednote "golang.org/x/mod/sumdb/note"

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

// Witness is one who is asked to sign each checkpoint beside us.
type Witness struct {
	Verifier signednote.Verifier
	Failing  string // down, conflict: why it has not signed; "" when nothing is known against it
	Since    time.Time
}

// WitnessLine is what the page says of one.
type WitnessLine struct {
	Name   string
	Signed time.Time // under the newest checkpoint; zero when it did not
	State  string    // signed, asked, down, conflict
	Since  time.Time
}

// witnessLines reads who signed out of the checkpoint itself.
func (d *Desk) witnessLines(signed string) (out []WitnessLine) {
	if d.deps.Witnesses == nil {
		return nil
	}
	for _, w := range d.deps.Witnesses() {
		line := WitnessLine{Name: w.Verifier.Name(), State: "asked", Since: w.Since}
		if w.Failing != "" {
			line.State = w.Failing
		}
		if at, ok := ledger.Cosigned(signed, w.Verifier); ok {
			line.Signed, line.State = at, "signed"
		}
		out = append(out, line)
	}
	return out
}
