package web

import (
	"context"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
)

// historyDesk gives out what lets a stranger check the ledger.
type historyDesk interface {
	LedgerCheckpoint(ctx context.Context) (string, error)
	Openings(ctx context.Context, who access.Who, file id.File) (desk.OpeningsView, error)
	TakeOpenings(ctx context.Context, who access.Who, in desk.TakeOpeningsInput) ([]byte, desk.Mark, error)
	LedgerTile(ctx context.Context, path string) (hashes []byte, full bool, err error)
}

// How long a copy of a tile may be kept on its way. A full one never changes; one
// that grows is soon asked for in another width, under another name.
const (
	tileFull    = "public, max-age=31536000, immutable"
	tileGrowing = "public, max-age=3600"
)

// ledgerCheckpoint is the signed note of C2SP's tlog-checkpoint. A copy kept on the
// way would look like a ledger that was cut off, so there is none.
func ledgerCheckpoint(c *call) error {
	signed, err := c.site.Desk.LedgerCheckpoint(c.ctx)
	if err != nil {
		return err
	}
	c.bytes("text/plain; charset=utf-8", "no-store", []byte(signed))
	return nil
}

// ledgerTile is a tile of C2SP's tlog-tiles: hashes one behind the other.
func ledgerTile(c *call) error {
	hashes, full, err := c.site.Desk.LedgerTile(c.ctx, "tile/"+c.r.PathValue("tile"))
	if err != nil {
		return err
	}
	keep := tileGrowing
	if full {
		keep = tileFull
	}
	c.bytes("application/octet-stream", keep, hashes)
	return nil
}

func (c *call) bytes(kind, keep string, content []byte) {
	c.w.Header().Set("Content-Type", kind)
	c.w.Header().Set("Cache-Control", keep)
	_, _ = c.w.Write(content) // the reader went away; there is nobody to tell
}
