package store

import (
	"context"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
)

// AddVisit keeps somebody on her own page.
func (s *Store) AddVisit(ctx context.Context, v auth.Visit) error {
	const q = `insert into visits (token_hash, page, file, second, created_at, seen_at) values (?1, ?2, ?3, ?4, ?5, ?6)`
	second, _ := plainValue(v.Second)
	return s.quick(ctx, "add visit", q, v.Hash[:], string(v.Page), string(v.File), second, toMicro(v.At), toMicro(v.SeenAt))
}

// Visit finds one.
func (s *Store) Visit(ctx context.Context, token auth.Hash) (out auth.Visit, found bool, err error) {
	const q = `select page, file, second, created_at, seen_at from visits where token_hash = ?1`
	err = s.glancing(ctx, func(c *conn) (err error) {
		var began, seen int64
		found, err = c.one(ctx, []any{&out.Page, &out.File, &out.Second, &began, &seen}, q, token[:])
		out.Hash, out.At, out.SeenAt = token, fromMicro(began), fromMicro(seen)
		return err
	})
	return out, found, fault.At("visit", err)
}

// TouchVisit remembers when one was last used.
func (s *Store) TouchVisit(ctx context.Context, token auth.Hash, seen time.Time) error {
	return s.quick(ctx, "touch visit", `update visits set seen_at = ?2 where token_hash = ?1`, token[:], toMicro(seen))
}

// EndVisit ends one.
func (s *Store) EndVisit(ctx context.Context, token auth.Hash) error {
	return s.quick(ctx, "end visit", `delete from visits where token_hash = ?1`, token[:])
}

// EndVisits ends those of a page.
func (s *Store) EndVisits(ctx context.Context, page id.Page) error {
	return s.quick(ctx, "end visits", `delete from visits where page = ?1`, string(page))
}

// ForgetVisits deletes those last used before seen.
func (s *Store) ForgetVisits(ctx context.Context, seen time.Time) error {
	return s.quick(ctx, "forget visits", `delete from visits where seen_at < ?1`, toMicro(seen))
}
