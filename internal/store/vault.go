package store

import (
	"context"

	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/seal"
)

// The store is seal's vault: the table of wrapped key-encryption keys.
var _ seal.Vault = (*Store)(nil)

// KEKs gives every wrapped key-encryption key.
func (s *Store) KEKs(ctx context.Context) (out []seal.WrappedKEK, err error) {
	err = s.vault.within(ctx, s.d.read, func(c *conn) error {
		return c.each(ctx, asRows(func(r rowScanner) error {
			k, err := scanKEK(r)
			out = append(out, k)
			return err
		}), `select id, made_at, wrapped from keks order by id`)
	})
	return out, fault.At("key-encryption keys", err)
}

func scanKEK(r rowScanner) (k seal.WrappedKEK, err error) {
	var made int64
	err = r.Scan(&k.ID, &made, &k.Wrapped)
	k.MadeAt = fromMicro(made)
	return k, err
}

// AddKEK keeps k unless there is one of its name, and gives the kept one.
func (s *Store) AddKEK(ctx context.Context, k seal.WrappedKEK) (kept seal.WrappedKEK, err error) {
	err = s.writing(ctx, func(c *conn) error {
		const insert = `insert into keks (id, made_at, wrapped) values (?1, ?2, ?3) on conflict do nothing`
		if _, err := c.exec(ctx, insert, k.ID, toMicro(k.MadeAt), k.Wrapped); err != nil {
			return err
		}
		return c.each(ctx, asRows(func(r rowScanner) (err error) {
			kept, err = scanKEK(r)
			return err
		}), `select id, made_at, wrapped from keks where id = ?1`, k.ID)
	})
	return kept, fault.At("keep "+k.ID, err)
}

// unwrap opens a data key. Another node may have made its key-encryption key a
// moment ago: then it is read first.
func (s *Store) unwrap(ctx context.Context, w seal.Wrapped, o seal.Owner) (seal.DataKey, error) {
	return s.unwrapBy(ctx, s.keys.Unwrap, w, o)
}

func (s *Store) unwrapBy(ctx context.Context, by func(seal.Wrapped, seal.Owner) (seal.DataKey, error), w seal.Wrapped, o seal.Owner) (seal.DataKey, error) {
	key, err := by(w, o)
	if err == nil {
		return key, nil
	}
	if err := s.keys.Reload(ctx); err != nil {
		return key, err
	}
	key, err = by(w, o)
	return key, fault.At("data key of "+o.StreamKind+"/"+o.Stream, err)
}

func owner(ref casework.Ref, compartment string) seal.Owner {
	return seal.Owner{StreamKind: string(ref.Kind), Stream: ref.ID, Compartment: compartment}
}

// keyKind is the kind of body whose key-encryption key wraps a data key. What
// belongs to no compartment belongs to its kind of stream.
func keyKind(ref casework.Ref, compartment string) string {
	if compartment == "" {
		return string(ref.Kind)
	}
	return compartment
}
