package store

import (
	"context"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/fault"
	"pana/internal/ledger"
)

// codeNoCheckpoint says that nothing was signed yet.
const codeNoCheckpoint = "ledger.no_checkpoint"

// signAnew is after how long a ledger to which nothing was added is signed again:
// whoever watches it can then tell a quiet night from one that was cut off.
const signAnew = time.Hour

// Checkpoint signs what the ledger is now and keeps it. Call it on a timetable.
// When nothing was recorded since the last one, it gives the last one.
func (s *Store) Checkpoint(ctx context.Context, now time.Time) (string, error) {
	if s.keys == nil {
		return "", fault.New(fault.Internal, codeKeyMissing)
	}
	seed, err := s.keys.Secret(ctx, "ledger", now)
	if err != nil {
		return "", fault.At("checkpoint key", err)
	}
	var signed string
	err = s.writing(ctx, func(c *conn) error {
		h, err := readHead(ctx, c, c.d.lock)
		if err != nil {
			return err
		}
		var last int64
		seen, err := c.one(ctx, []any{&last, &signed}, `select at, signed from checkpoints where size = ?1`, int64(h.size))
		if err != nil || seen && now.Sub(fromMicro(last)) < signAnew {
			return err
		}
		signed, err = s.sign(ctx, c, ledger.Checkpoint{Size: int64(h.size), Root: h.hash(), At: now}, seed)
		if err != nil {
			return err
		}
		_, err = c.exec(ctx, `insert into checkpoints (size, at, signed) values (?1, ?2, ?3)
			on conflict (size) do update set at = excluded.at, signed = excluded.signed`, int64(h.size), toMicro(now), signed)
		return err
	})
	return signed, fault.At("checkpoint", err)
}

// sign gives the checkpoint the ledger's own name and signs it.
func (s *Store) sign(ctx context.Context, c *conn, p ledger.Checkpoint, seed [32]byte) (string, error) {
	var err error
	if p.Origin, err = s.origin(ctx, c, seed); err != nil {
		return "", err
	}
	signer, verifier, err := ledger.SignerOf(p.Origin, seed)
	if err != nil {
		return "", err
	}
	if err := setMeta(ctx, c, "ledger_verifier", verifier); err != nil {
		return "", err
	}
	return p.Sign(signer)
}

// origin is the ledger's name, given once and for ever. A ledger that was signed
// before names were each installation's own keeps the one it was signed by.
func (s *Store) origin(ctx context.Context, c *conn, seed [32]byte) (string, error) {
	const name = "ledger_origin"
	kept, ok, err := metaValue(ctx, c, name)
	if err != nil || ok {
		return kept, err
	}
	kept = ledger.OriginOf(s.opt.Origin, seed)
	var one int
	old, err := c.one(ctx, []any{&one}, `select 1 from checkpoints limit 1`)
	if err != nil {
		return "", err
	}
	if old {
		kept = s.opt.Origin
	}
	return kept, setMeta(ctx, c, name, kept)
}

// hash is the root; that of an empty ledger is the hash of nothing.
func (h head) hash() ledger.Hash {
	if h.size == 0 {
		return (&ledger.Tree{}).Root()
	}
	return h.root
}

// LatestCheckpoint gives the last signed checkpoint, and the key to verify it
// with. A careful reader has that key from elsewhere.
func (s *Store) LatestCheckpoint(ctx context.Context) (signed, verifier string, err error) {
	err = s.reading(ctx, func(c *conn) error {
		ok, err := c.one(ctx, []any{&signed}, `select signed from checkpoints order by size desc limit 1`)
		if err == nil && !ok {
			return fault.New(fault.NotFound, codeNoCheckpoint)
		}
		if err == nil {
			verifier, _, err = metaValue(ctx, c, "ledger_verifier")
		}
		return err
	})
	return signed, verifier, fault.At("latest checkpoint", err)
}

// Proof shows something of a tree of Size leaves with this Root.
type Proof struct {
	Size   int64
	Root   ledger.Hash
	Leaf   ledger.Hash // of the leaf that is proved to be in
	Hashes []ledger.Hash
}

// ProveLeaf proves that leaf n is in the ledger as it is now: for the person
// who asks whether the list of who opened her file is whole.
func (s *Store) ProveLeaf(ctx context.Context, n uint64) (p Proof, err error) {
	err = s.reading(ctx, func(c *conn) error {
		var leaf []byte
		ok, err := c.one(ctx, []any{&leaf}, `select leaf from events where n = ?1`, int64(n))
		if err == nil && !ok {
			return fault.Withheld("no such leaf")
		}
		if err != nil {
			return err
		}
		copy(p.Leaf[:], leaf)
		return s.prove(ctx, c, &p, func(size int64) ([]ledger.Hash, error) {
			return ledger.Inclusion(size, int64(n), tilesOf(ctx, c))
		})
	})
	return p, fault.At("prove leaf", err)
}

// ProveGrowth proves that the ledger begins with the one of older leaves.
func (s *Store) ProveGrowth(ctx context.Context, older int64) (p Proof, err error) {
	err = s.reading(ctx, func(c *conn) error {
		return s.prove(ctx, c, &p, func(size int64) ([]ledger.Hash, error) {
			return ledger.Consistency(size, older, tilesOf(ctx, c))
		})
	})
	return p, fault.At("prove growth", err)
}

func tilesOf(ctx context.Context, c *conn) tlog.HashReader {
	return ledger.Reader(func(id ledger.TileID) ([]byte, error) { return readTile(ctx, c, id) })
}

func (s *Store) prove(ctx context.Context, c *conn, p *Proof, with func(size int64) ([]ledger.Hash, error)) error {
	h, err := readHead(ctx, c, "")
	if err != nil {
		return err
	}
	p.Size, p.Root = int64(h.size), h.hash()
	p.Hashes, err = with(p.Size)
	return err
}

// SignedTile gives the hashes of a tile, for whoever mirrors or watches the
// ledger. Nothing beyond the last checkpoint is given out: it would tell anybody
// at which second somebody did something, and nobody could check it.
func (s *Store) SignedTile(ctx context.Context, t tlog.Tile) (data []byte, err error) {
	err = s.reading(ctx, func(c *conn) error {
		var size int64
		if _, err := c.one(ctx, []any{&size}, `select coalesce(max(size), 0) from checkpoints`); err != nil {
			return err
		}
		if !ledger.Covers(size, t) {
			return fault.Withheld("no such tile")
		}
		if data, err = readTile(ctx, c, ledger.TileID{Level: t.L, N: t.N}); err != nil {
			return err
		}
		if len(data) < t.W*tlog.HashSize {
			return fault.New(fault.Internal, codeDamaged, "table", "tiles")
		}
		data = data[:t.W*tlog.HashSize]
		return nil
	})
	return data, fault.At("tile", err)
}
