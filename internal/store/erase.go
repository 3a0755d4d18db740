package store

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
)

// KeysLife is how long a copy of the data keys may live in a backup: after it nothing
// brings back what was erased.
const KeysLife = 30 * 24 * time.Hour

// erasedType is the store's own event: the last of a stream.
const erasedType = "stream.erased"

// erasure has no content: that something was erased, when and by whom is in
// the header, and that is all that may be left.
type erasure struct{}

func (erasure) EventType() (string, int) { return erasedType, 1 }

// Erase makes a stream unreadable for ever: its data keys and index rows go,
// a tombstone stays, and so do the sealed events, so that the ledger still
// verifies without keys. Backups of the keys live for thirty days more, and a
// restore applies the tombstones (ApplyTombstones).
func (s *Store) Erase(ctx context.Context, key string, who access.Who, ref casework.Ref, reason string, at time.Time) (casework.Receipt, error) {
	act := Act{Key: key, Who: who, At: at}
	return s.EraseWhen(ctx, act, []casework.Ref{ref}, reason, func(*Loaded) (casework.Decision, error) {
		return casework.Decision{Receipt: casework.Receipt{Code: "erased"}}, nil
	})
}

// EraseWhen is Erase when decide agrees, in the transaction that erases: what stands
// against it and came a moment ago is seen. Refs go together, first of all the one
// that must be there; what decide records in the act's other streams stays.
func (s *Store) EraseWhen(ctx context.Context, act Act, refs []casework.Ref, reason string, decide Decide) (casework.Receipt, error) {
	if act.Key == "" || len(refs) == 0 {
		return casework.Receipt{}, fault.New(fault.Invalid, codeNoKey)
	}
	act.Streams = slices.Concat(refs, act.Streams)
	t := &turn{erase: refs, done: make(chan struct{}), act: act}
	t.decide = func(l *Loaded) (casework.Decision, error) {
		if l.State(refs[0]) == nil {
			return casework.Decision{}, fault.Withheld("nothing to erase in " + refs[0].String())
		}
		d, err := decide(l)
		for _, ref := range refs {
			if l.State(ref) != nil {
				d.Events = append(d.Events, casework.Draft{Stream: ref, Payload: erasure{}, Reason: reason})
			}
		}
		return d, err
	}
	return s.wait(ctx, t)
}

func erase(ctx context.Context, c *conn, index []indexTable, ref casework.Ref, at int64) error {
	if _, err := c.exec(ctx, `delete from data_keys where stream_kind = ?1 and stream_id = ?2`, string(ref.Kind), ref.ID); err != nil {
		return err
	}
	for i := range index {
		if _, err := c.exec(ctx, `delete from `+index[i].Name+` where stream_kind = ?1 and stream_id = ?2`, string(ref.Kind), ref.ID); err != nil {
			return err
		}
	}
	if err := eraseBlobs(ctx, c, ref); err != nil {
		return err
	}
	// What lies beside the record and names it: who reads her own page now, and by
	// which key of the day calls are said to be alike.
	for _, beside := range []string{`delete from visits where file = ?1`, `delete from call_links where signal = ?1`} {
		if _, err := c.exec(ctx, beside, ref.ID); err != nil {
			return err
		}
	}
	// Bells and letters that wait: they say of her that a place was sought, and where.
	if _, err := c.exec(ctx, `delete from jobs where args like ?1`, `%"`+ref.ID+`"%`); err != nil {
		return err
	}
	return tombstoneShape.insert(ctx, c, [][]any{{string(ref.Kind), ref.ID, at}})
}

// ApplyTombstones deletes what a restored backup brought back of erased
// streams. Give it the tombstones kept apart from the backup; those in the
// database are applied in any case.
func (s *Store) ApplyTombstones(ctx context.Context, apart []casework.Ref, at time.Time) error {
	err := s.writing(ctx, func(c *conn) error {
		refs := append([]casework.Ref(nil), apart...)
		err := c.each(ctx, asRows(func(r rowScanner) error {
			var ref casework.Ref
			err := r.Scan(&ref.Kind, &ref.ID)
			refs = append(refs, ref)
			return err
		}), `select stream_kind, stream_id from tombstones`)
		if err != nil {
			return err
		}
		for _, ref := range refs {
			if err := erase(ctx, c, s.index, ref, toMicro(at)); err != nil {
				return err
			}
		}
		return nil
	})
	s.cache.clear()
	return fault.At("apply tombstones", err)
}

// Tombstone names a stream that was erased: random ids and a time, and nothing of
// what it was about.
type Tombstone struct {
	Kind casework.Kind `json:"kind"`
	ID   string        `json:"id"`
	At   time.Time     `json:"erased_at"`
}

// Ref is the stream.
func (t Tombstone) Ref() casework.Ref { return casework.Ref{Kind: t.Kind, ID: t.ID} }

// Tombstones lists what was erased, to be kept apart from the backups: a backup made
// before an erasure does not know of it.
func (s *Store) Tombstones(ctx context.Context) (out []Tombstone, err error) {
	err = s.reading(ctx, func(c *conn) error {
		out = nil
		return c.each(ctx, asRows(func(r rowScanner) error {
			var t Tombstone
			var at int64
			err := r.Scan(&t.Kind, &t.ID, &at)
			t.At = fromMicro(at)
			out = append(out, t)
			return err
		}), `select stream_kind, stream_id, erased_at from tombstones order by erased_at, stream_kind, stream_id`)
	})
	return out, fault.At("tombstones", err)
}

// EraseAgain erases in a restored database what was erased after the backup was made.
// What the restored ledger has is erased with an event of its own, so that it agrees
// with itself; of the rest only keys and rows can go.
func (s *Store) EraseAgain(ctx context.Context, who access.Who, apart []Tombstone, at time.Time) (again int, err error) {
	refs := make([]casework.Ref, len(apart))
	for i, t := range apart {
		refs[i] = t.Ref()
		receipt, err := s.Erase(ctx, "erase_again/"+refs[i].String(), who, refs[i], "restored", at)
		switch {
		case err == nil && !receipt.Seen:
			again++
		case err == nil: // by this list, before
		case fault.Of(err).Kind != fault.NotFound && !fault.Is(err, codeErased):
			return again, fault.At("erase again", err)
		}
	}
	return again, s.ApplyTombstones(ctx, refs, at)
}
