package store

import (
	"context"
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
