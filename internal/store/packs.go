package store

import (
	"context"
	"database/sql"
	"time"

	"pana/internal/fault"
)

// PinPack keeps the bytes of a pack under its digest, for ever: a file says
// under which law it was decided, and that law must stay readable.
func (s *Store) PinPack(ctx context.Context, digest string, content []byte, at time.Time) error {
	return s.quick(ctx, "pin pack", `insert into packs (digest, pinned_at, content) values (?1, ?2, ?3) on conflict do nothing`, digest, toMicro(at), content)
}

// PinnedPack gives the bytes of a pack.
func (s *Store) PinnedPack(ctx context.Context, digest string) (content []byte, err error) {
	err = s.reading(ctx, func(c *conn) error {
		ok, err := c.one(ctx, []any{&content}, `select content from packs where digest = ?1`, digest)
		if err == nil && !ok {
			return fault.New(fault.NotFound, "pack.not_pinned", "digest", digest)
		}
		return err
	})
	return content, fault.At("pinned pack", err)
}

// PinnedPacks lists the digests that packs are kept under, the newest first.
func (s *Store) PinnedPacks(ctx context.Context) (out []string, err error) {
	err = s.reading(ctx, func(c *conn) error {
		out = nil
		return c.each(ctx, func(r *sql.Rows) error {
			var digest string
			err := r.Scan(&digest)
			out = append(out, digest)
			return err
		}, `select digest from packs order by pinned_at desc, digest`)
	})
	return out, fault.At("pinned packs", err)
}
