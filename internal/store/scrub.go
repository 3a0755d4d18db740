package store

import (
	"context"
	"time"

	"pana/internal/fault"
)

// scrubbedMeta says of which erasing the last traces were taken off the disk.
const scrubbedMeta = "scrubbed"

// Scrub takes off the database's own files what deleting a data key leaves there.
// SQLite overwrites what is deleted, and its log, which has the pages as they were, is
// cut to nothing. PostgreSQL leaves a deleted row in its page: the table is written
// anew, while nobody can open a file, so it is done at night (ScrubsAtOnce). What the
// database does not own (its archived log, a disk's spare blocks, copies) it cannot.
func (s *Store) Scrub(ctx context.Context) error {
	var last int64
	var until string
	err := s.reading(ctx, func(c *conn) (err error) {
		if _, err = c.one(ctx, []any{&last}, `select coalesce(max(erased_at), 0) from tombstones`); err == nil {
			until, _, err = metaValue(ctx, c, scrubbedMeta)
		}
		return err
	})
	if err != nil || itoa(last) == until || last == 0 {
		return fault.At("scrub", err)
	}
	if err := s.writers.alone(ctx, s.scrub(ctx)); err != nil {
		return fault.At("scrub", err)
	}
	return fault.At("scrub", s.writing(ctx, func(c *conn) error { return setMeta(ctx, c, scrubbedMeta, itoa(last)) }))
}

// scrubPatience is how long others wait behind a scrub that waits for the table.
const scrubPatience = 2 * time.Second

func (s *Store) scrub(ctx context.Context) func(*conn) error {
	return func(c *conn) error {
		if s.ScrubsAtOnce() {
			var busy, log, done int64
			_, err := c.one(ctx, []any{&busy, &log, &done}, "pragma wal_checkpoint(truncate)")
			if err == nil && busy != 0 { // somebody reads; the next sweep tries again
				err = fault.New(fault.Busy, codeBusy)
			}
			return err
		}
		if err := c.plain(ctx, "set lock_timeout = "+itoa(scrubPatience.Milliseconds())); err != nil {
			return err
		}
		err := c.plain(ctx, "vacuum full data_keys")
		if back := c.plain(ctx, "reset lock_timeout"); err == nil {
			err = back
		}
		return err
	}
}

// ScrubsAtOnce says that nobody waits behind it.
func (s *Store) ScrubsAtOnce() bool { return s.d == sqliteDialect }
