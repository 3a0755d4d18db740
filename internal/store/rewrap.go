package store

import (
	"context"
	"database/sql"
	"time"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/seal"
)

var _ seal.Rewrapper = (*Store)(nil)

// ReplaceKEK keeps k in place of the one of its ID that is still wrapped as was.
func (s *Store) ReplaceKEK(ctx context.Context, k seal.WrappedKEK, was []byte) (done bool, err error) {
	err = s.writing(ctx, func(c *conn) error {
		n, err := c.exec(ctx, `update keks set wrapped = ?1 where id = ?2 and wrapped = ?3`, k.Wrapped, k.ID, was)
		done = n == 1
		return err
	})
	return done, fault.At("replace "+k.ID, err)
}

// RewrapDataKeys wraps every data key of a stolen key-encryption key with its
// successor, some hundred in a transaction, while others work. It may be
// interrupted and goes on when it is called again. The erased stay erased: a key
// is only ever replaced by itself.
func (s *Store) RewrapDataKeys(ctx context.Context, from, to string, progress func(done, total int64)) (done int64, err error) {
	if s.keys == nil {
		return 0, fault.New(fault.Internal, codeKeyMissing)
	}
	total, err := s.DataKeysOf(ctx, from)
	if err != nil {
		return 0, err
	}
	var last dataKeyAt
	for {
		n, end, err := s.rewrapSome(ctx, from, to, last)
		done += n
		if err != nil || end == (dataKeyAt{}) {
			return done, fault.At("wrap data keys anew", err)
		}
		if last = end; progress != nil {
			progress(done, total)
		}
	}
}

// DataKeysOf counts the data keys that a key-encryption key wraps.
func (s *Store) DataKeysOf(ctx context.Context, kek string) (n int64, err error) {
	err = s.glancing(ctx, func(c *conn) error {
		_, err := c.one(ctx, []any{&n}, `select count(*) from data_keys where kek = ?1`, kek)
		return err
	})
	return n, fault.At("count data keys", err)
}

type dataKeyAt struct {
	ref         casework.Ref
	compartment string
}

// rewrapBatch keeps a transaction short: acts wait for the same writer.
const rewrapBatch = 500

func (s *Store) rewrapSome(ctx context.Context, from, to string, after dataKeyAt) (done int64, end dataKeyAt, err error) {
	err = s.writing(ctx, func(c *conn) error {
		done, end = 0, dataKeyAt{}
		// Whoever erases or begins a document holds the head, too.
		if _, err := readHead(ctx, c, c.d.lock); err != nil {
			return err
		}
		type found struct {
			at      dataKeyAt
			wrapped seal.Wrapped
		}
		var all []found
		const q = `select stream_kind, stream_id, compartment, wrapped from data_keys
			where kek = ?1 and (stream_kind, stream_id, compartment) > (?2, ?3, ?4) order by stream_kind, stream_id, compartment limit ?5`
		err := c.each(ctx, func(r *sql.Rows) error {
			f := found{wrapped: seal.Wrapped{KEK: from}}
			err := r.Scan(&f.at.ref.Kind, &f.at.ref.ID, &f.at.compartment, &f.wrapped.Key)
			all = append(all, f)
			return err
		}, q, from, string(after.ref.Kind), after.ref.ID, after.compartment, int64(rewrapBatch))
		if err != nil {
			return err
		}
		for _, f := range all {
			moved, err := s.keys.Rewrap(f.wrapped, owner(f.at.ref, f.at.compartment), to)
			if err != nil {
				return fault.At("data key of "+f.at.ref.String(), err)
			}
			const put = `update data_keys set kek = ?1, wrapped = ?2 where stream_kind = ?3 and stream_id = ?4 and compartment = ?5 and kek = ?6`
			n, err := c.exec(ctx, put, moved.KEK, moved.Key, string(f.at.ref.Kind), f.at.ref.ID, f.at.compartment, from)
			if err != nil {
				return err
			}
			done, end = done+n, f.at
		}
		if done > 0 {
			return setMeta(ctx, c, keysMovedMeta, to) // the next backup takes every data key again
		}
		return nil
	})
	return done, end, err
}

// keysMovedMeta names the last key that data keys were moved to.
const keysMovedMeta = "keys_moved"

// graceOfKEK is how long a node may go on wrapping new data keys with a key that
// has a successor: nodes look for new ones every ten minutes.
const graceOfKEK = 15 * time.Minute

// RetireKEK deletes a key-encryption key that wraps nothing any more and has had
// a successor for so long that no node makes data keys with it. ok is false
// while that is not so.
func (s *Store) RetireKEK(ctx context.Context, id string, successor seal.WrappedKEK, now time.Time) (ok bool, err error) {
	if now.Before(successor.MadeAt.Add(graceOfKEK)) {
		return false, nil
	}
	err = s.writing(ctx, func(c *conn) error {
		if _, err := readHead(ctx, c, c.d.lock); err != nil {
			return err
		}
		n, err := c.exec(ctx, `delete from keks where id = ?1 and not exists (select 1 from data_keys where kek = ?1)`, id)
		ok = n == 1
		return err
	})
	if ok {
		s.keys.DropKEK(id)
	}
	return ok, fault.At("retire "+id, err)
}
