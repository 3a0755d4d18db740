package seal

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tink-crypto/tink-go/v2/tink"

	"pana/internal/fault"
)

// WrappedKEK is a key-encryption key as the database keeps it. ID is
// "kek/shelter/2026q4", or "secret/linkage" for a secret that has no quarter.
type WrappedKEK struct {
	ID      string
	Wrapped []byte
	MadeAt  time.Time
}

// Vault is the table of wrapped key-encryption keys; store has it. It is asked
// outside the transactions of acts.
type Vault interface {
	KEKs(ctx context.Context) ([]WrappedKEK, error)
	// AddKEK keeps k unless there is one of this ID, and gives back the kept one:
	// two nodes that make a key for one quarter at once both use the first.
	AddKEK(ctx context.Context, k WrappedKEK) (WrappedKEK, error)
}

// Wrapped is a data key as the database keeps it. Deleting every copy of it
// erases what it sealed.
type Wrapped struct {
	KEK string
	Key []byte
}

// Keyring holds the key-encryption keys of an installation, unlocked, and the
// data keys that were used lately. It may be used by many at once.
type Keyring struct {
	master Master
	vault  Vault

	making      sync.Mutex                     // held while keys are made, so that they are made once
	keys        atomic.Pointer[map[string]kek] // by ID; replaced whole
	generations atomic.Int32                   // the highest of any key
	cache       *cache
}

type kek struct {
	aead tink.AEAD
	key  []byte // kept for secrets only
}

// CacheSize is how many data keys are kept unwrapped: some 700 bytes each.
const CacheSize = 8192

// Open unlocks every key-encryption key. A master that is not the one they
// were wrapped with is found here, not at the first file.
func Open(ctx context.Context, master Master, vault Vault) (*Keyring, error) {
	r := &Keyring{master: master, vault: vault, cache: newCache(CacheSize)}
	r.keys.Store(&map[string]kek{})
	kept, err := vault.KEKs(ctx)
	if err != nil {
		return nil, fault.At("read key-encryption keys", err)
	}
	for _, k := range kept {
		if err := r.unlock(ctx, k); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Prepare makes the key-encryption keys of these kinds of body for the quarter
// of the day and the next one. Call it at start, daily, and before an act of a
// kind not seen yet; when all are there it costs a few map reads. NewDataKey
// itself never asks the vault, because it is called inside the transaction that
// holds the database's only writer.
func (r *Keyring) Prepare(ctx context.Context, at time.Time, kinds ...string) error {
	for _, kind := range kinds {
		for _, day := range []time.Time{at, nextQuarter(at)} {
			id := kekID(kind, day)
			if r.has(id) {
				continue
			}
			if err := r.ensure(ctx, id, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// Secret gives 32 stable random bytes for one use (an index key, a signing
// seed), wrapped by the master like everything else.
func (r *Keyring) Secret(ctx context.Context, name string, at time.Time) ([KeySize]byte, error) {
	id := "secret/" + name
	if err := r.ensure(ctx, id, at); err != nil {
		return [KeySize]byte{}, err
	}
	return [KeySize]byte((*r.keys.Load())[id].key), nil
}

// Held gives a secret that is there, and makes none.
func (r *Keyring) Held(name string) (key [KeySize]byte, ok bool) {
	k, ok := (*r.keys.Load())["secret/"+name]
	if ok {
		key = [KeySize]byte(k.key)
	}
	return key, ok
}

// DropSecrets forgets the secrets from one name on and before another. Whoever
// calls it has deleted them from the vault.
func (r *Keyring) DropSecrets(from, before string) {
	r.drop(func(id string) bool { return id >= "secret/"+from && id < "secret/"+before })
}

func (r *Keyring) drop(which func(id string) bool) {
	r.making.Lock()
	defer r.making.Unlock()
	next := maps.Clone(*r.keys.Load())
	maps.DeleteFunc(next, func(id string, k kek) bool {
		gone := which(id)
		if gone {
			clear(k.key)
		}
		return gone
	})
	r.keys.Store(&next)
}

// NewDataKey makes a data key for the owner, wrapped by the key of the kind of
// body and quarter.
func (r *Keyring) NewDataKey(bodyKind string, at time.Time, owner Owner) (DataKey, Wrapped, error) {
	id, wrapper, ok := r.wrapperFor(bodyKind, at)
	if !ok {
		return DataKey{}, Wrapped{}, fault.New(fault.Internal, "seal.kind_not_prepared", "kind", bodyKind)
	}
	plain := randomKey()
	key, err := dataKey(plain, owner)
	if err != nil {
		return DataKey{}, Wrapped{}, err
	}
	sealed, err := wrapper.Encrypt(plain, wrapBinding(id, owner))
	clear(plain)
	if err != nil {
		return DataKey{}, Wrapped{}, fault.At("wrap a data key", err)
	}
	w := Wrapped{KEK: id, Key: append([]byte{wrapFormat}, sealed...)}
	r.cache.put(owner, w.Key, key)
	return key, w, nil
}

// Unwrap gives the data key back to the owner it was made for. The wrapped key
// comes from the database each time, so a key that was deleted there opens
// nothing, whatever this node remembers.
func (r *Keyring) Unwrap(w Wrapped, owner Owner) (DataKey, error) {
	if key, ok := r.cache.get(owner, w.Key); ok {
		return key, nil
	}
	key, err := r.UnwrapOnce(w, owner)
	if err == nil {
		r.cache.put(owner, w.Key, key)
	}
	return key, err
}

// UnwrapOnce is Unwrap for who reads every file once: it leaves the keys that
// were used lately where they are, and gathers none.
func (r *Keyring) UnwrapOnce(w Wrapped, owner Owner) (DataKey, error) {
	wrapper, ok := (*r.keys.Load())[w.KEK]
	if !ok || len(w.Key) == 0 || w.Key[0] != wrapFormat {
		return DataKey{}, fault.Because(ErrForeign, fault.Internal, "seal.no_key")
	}
	plain, err := wrapper.aead.Decrypt(w.Key[1:], wrapBinding(w.KEK, owner))
	if err != nil {
		return DataKey{}, fault.Because(ErrForeign, fault.Internal, "seal.no_key")
	}
	key, err := dataKey(plain, owner)
	clear(plain)
	return key, err
}

// Forget drops an erased owner's key from this node's memory.
func (r *Keyring) Forget(owner Owner) { r.cache.drop(owner) }

// Reload unlocks the keys that another node has made since. Call it when Unwrap
// meets a key-encryption key it does not know.
func (r *Keyring) Reload(ctx context.Context) error {
	kept, err := r.vault.KEKs(ctx)
	if err != nil {
		return fault.At("read key-encryption keys", err)
	}
	for _, k := range kept {
		if _, known := (*r.keys.Load())[k.ID]; known {
			continue
		}
		if err := r.unlock(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// has says whether a key of the kind and quarter is known, of any generation.
func (r *Keyring) has(id string) bool {
	_, ok := r.newest(*r.keys.Load(), id)
	return ok
}

// wrapFormat is the first byte of a wrapped data key: how it is wrapped and how
// its values are sealed. It is 1 until the ciphers change.
const wrapFormat = 1

func (r *Keyring) ensure(ctx context.Context, id string, at time.Time) error {
	if _, ok := (*r.keys.Load())[id]; ok {
		return nil
	}
	r.making.Lock()
	defer r.making.Unlock()
	if _, ok := (*r.keys.Load())[id]; ok {
		return nil
	}
	master, err := r.wrapping(ctx)
	if err != nil {
		return fault.At("wrap "+id, err)
	}
	plain := randomKey()
	wrapped, err := master.Wrap(ctx, id, plain)
	clear(plain)
	if err != nil {
		return fault.At("wrap "+id, err)
	}
	kept, err := r.vault.AddKEK(ctx, WrappedKEK{ID: id, Wrapped: wrapped, MadeAt: at.UTC().Truncate(time.Microsecond)})
	if err != nil {
		return fault.At("keep "+id, err)
	}
	return r.add(ctx, kept)
}

func (r *Keyring) unlock(ctx context.Context, k WrappedKEK) error {
	r.making.Lock()
	defer r.making.Unlock()
	return r.add(ctx, k)
}

// add is called with making held.
func (r *Keyring) add(ctx context.Context, k WrappedKEK) error {
	plain, err := r.master.Unwrap(ctx, k.ID, k.Wrapped)
	if err != nil && fault.Of(err).Kind == fault.Busy {
		return fault.At("unwrap "+k.ID, err) // the key service is away; it may be the right one
	}
	if err != nil {
		return fault.Because(fmt.Errorf("unwrap %s: %w", k.ID, err), fault.Internal, "seal.wrong_master")
	}
	aead, err := newAEAD(plain)
	if err != nil {
		return fault.At("unwrap "+k.ID, err)
	}
	added := kek{aead: aead}
	if strings.HasPrefix(k.ID, "secret/") {
		added.key = plain
	} else {
		clear(plain)
	}
	next := maps.Clone(*r.keys.Load())
	next[k.ID] = added
	r.noteGeneration(k.ID)
	r.keys.Store(&next)
	return nil
}

// wrapperFor finds the kind's key of the quarter, or its newest one: an act at
// midnight on the first of January must not fail because a job has not run.
func (r *Keyring) wrapperFor(kind string, at time.Time) (string, tink.AEAD, bool) {
	keys := *r.keys.Load()
	if id, ok := r.newest(keys, kekID(kind, at)); ok {
		return id, keys[id].aead, true
	}
	prefix := kekPrefix(kind)
	ids := slices.DeleteFunc(slices.Collect(maps.Keys(keys)), func(id string) bool { return !strings.HasPrefix(id, prefix) })
	if len(ids) == 0 {
		return "", nil, false
	}
	id := slices.Max(ids) // "2026q4" < "2026q4.02" < "2027q1"
	return id, keys[id].aead, true
}

func dataKey(plain []byte, owner Owner) (DataKey, error) {
	aead, err := newAEAD(plain)
	if err != nil {
		return DataKey{}, err
	}
	return DataKey{aead: aead, owner: owner.canonical()}, nil
}

func wrapBinding(kekID string, owner Owner) []byte {
	return appendParts([]byte("pana.wrap.1"), kekID, owner.canonical())
}

func kekPrefix(kind string) string { return "kek/" + kind + "/" }

func kekID(kind string, at time.Time) string {
	at = at.UTC()
	return fmt.Sprintf("%s%04dq%d", kekPrefix(kind), at.Year(), (int(at.Month())+2)/3)
}

// nextQuarter is the first day of the quarter after at's.
func nextQuarter(at time.Time) time.Time {
	at = at.UTC()
	first := time.Month((int(at.Month())-1)/3*3 + 1)
	return time.Date(at.Year(), first+3, 1, 0, 0, 0, 0, time.UTC)
}
