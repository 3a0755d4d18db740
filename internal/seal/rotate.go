package seal

import (
	"context"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
)

// A master key is changed while nodes run. First every node is started again
// with both masters (Changing); then one Rotate wraps all keys anew; then every
// node is started with the new one alone. Until Rotate has begun, nodes that
// know both wrap what they make with the old one, because others may know only
// that; from then on with the new one. Which of the two it is, the vault says.

// Changing is a master that is being changed for another: it opens what either
// has wrapped.
func Changing(next, old Master) Master { return changing{next, old} }

type changing struct{ next, old Master }

func (m changing) Wrap(ctx context.Context, name string, key []byte) ([]byte, error) {
	return m.next.Wrap(ctx, name, key)
}

func (m changing) Unwrap(ctx context.Context, name string, wrapped []byte) ([]byte, error) {
	key, err := m.next.Unwrap(ctx, name, wrapped)
	if err == nil {
		return key, nil
	}
	if key, err := m.old.Unwrap(ctx, name, wrapped); err == nil {
		return key, nil
	}
	return nil, err
}

// wrapping is the master that a new key is wrapped with.
func (r *Keyring) wrapping(ctx context.Context) (Master, error) {
	two, ok := r.master.(changing)
	if !ok {
		return r.master, nil
	}
	kept, err := r.vault.KEKs(ctx)
	if err != nil || len(kept) == 0 {
		return two.next, err
	}
	// Rotate goes by name: when it has begun, the first is the new master's.
	first := slices.MinFunc(kept, byID)
	_, err = two.next.Unwrap(ctx, first.ID, first.Wrapped)
	switch {
	case err == nil:
		return two.next, nil
	case fault.Of(err).Kind == fault.Busy: // a key service that is away does not say that it has not begun
		return nil, err
	}
	return two.old, nil
}

// Rewrapper is a vault whose keys can be wrapped anew.
type Rewrapper interface {
	Vault
	// ReplaceKEK keeps k in place of the one of its ID, if that is still wrapped as
	// was, and says whether it did.
	ReplaceKEK(ctx context.Context, k WrappedKEK, was []byte) (bool, error)
}

// Rotated counts what a rotation found.
type Rotated struct{ Changed, Already int }

// rotatePasses: a node may add a key while the others are wrapped anew, and it
// is met by the next pass.
const rotatePasses = 4

// Rotate wraps every key of the vault with next that only old opens. What next
// opens stays, unless again is set (after a key service has changed its own key
// under the same name). It may be interrupted anywhere, and goes on when it is
// called again.
func Rotate(ctx context.Context, next, old Master, vault Rewrapper, again bool) (total Rotated, err error) {
	for pass := range rotatePasses {
		one, err := rotateOnce(ctx, next, old, vault, again)
		if total.Changed += one.Changed; pass == 0 {
			total.Already = one.Already
		}
		if err != nil || one.Changed == 0 {
			return total, err
		}
		if again {
			return total, nil
		}
	}
	return total, fault.New(fault.Busy, "seal.rotation_overtaken")
}

func rotateOnce(ctx context.Context, next, old Master, vault Rewrapper, again bool) (out Rotated, err error) {
	kept, err := vault.KEKs(ctx)
	if err != nil {
		return out, fault.At("read key-encryption keys", err)
	}
	slices.SortFunc(kept, byID)
	for _, k := range kept {
		plain, already, err := opened(ctx, next, old, k, again)
		if err != nil {
			return out, err
		}
		if already && !again {
			clear(plain)
			out.Already++
			continue
		}
		done, err := rewrap(ctx, next, vault, k, plain)
		clear(plain)
		if err != nil {
			return out, err
		}
		if done {
			out.Changed++
		}
	}
	return out, nil
}

func byID(a, b WrappedKEK) int { return strings.Compare(a.ID, b.ID) }

// opened unwraps a key with whichever master opens it, and says whether it is the
// new one. When all are wrapped again the old one is believed first.
func opened(ctx context.Context, next, old Master, k WrappedKEK, again bool) (plain []byte, already bool, err error) {
	first, second := next, old
	if again {
		first, second = old, next
	}
	plain, err = first.Unwrap(ctx, k.ID, k.Wrapped)
	if err == nil {
		return plain, !again, nil
	}
	if fault.Of(err).Kind == fault.Busy { // it is away, and may be the one that opens
		return nil, false, err
	}
	if plain, err = second.Unwrap(ctx, k.ID, k.Wrapped); err == nil {
		return plain, again, nil
	}
	if fault.Of(err).Kind == fault.Busy {
		return nil, false, err
	}
	return nil, false, fault.Because(fmt.Errorf("unwrap %s: %w", k.ID, err), fault.Internal, "seal.neither_master")
}

// rewrap keeps a key under the new master, once that was seen to give it back: a
// key service that answers nonsense would be every file's end.
func rewrap(ctx context.Context, next Master, vault Rewrapper, k WrappedKEK, plain []byte) (bool, error) {
	wrapped, err := next.Wrap(ctx, k.ID, plain)
	if err != nil {
		return false, fault.At("wrap "+k.ID, err)
	}
	back, err := next.Unwrap(ctx, k.ID, wrapped)
	if err != nil {
		return false, fault.At("unwrap "+k.ID+" again", err)
	}
	if subtle.ConstantTimeCompare(back, plain) != 1 {
		return false, fault.New(fault.Internal, "seal.master_forgets", "id", k.ID)
	}
	clear(back)
	return vault.ReplaceKEK(ctx, WrappedKEK{ID: k.ID, Wrapped: wrapped, MadeAt: k.MadeAt}, k.Wrapped)
}

// A key-encryption key that was stolen has a successor of the same kind and
// quarter: "kek/shelter/2026q4.02" after "kek/shelter/2026q4". New data keys
// are wrapped by the newest, and those of the stolen one are wrapped anew.

// Succeed makes the successor of a key-encryption key, or gives the newest there is.
func (r *Keyring) Succeed(ctx context.Context, id string, at time.Time) (WrappedKEK, error) {
	if err := r.Reload(ctx); err != nil {
		return WrappedKEK{}, err
	}
	if _, ok := (*r.keys.Load())[id]; !ok || !strings.HasPrefix(id, "kek/") {
		return WrappedKEK{}, fault.New(fault.NotFound, "seal.no_such_kek", "id", id)
	}
	base, n := cutGeneration(id)
	next := generation(base, n+1)
	if err := r.ensure(ctx, next, at); err != nil {
		return WrappedKEK{}, err
	}
	kept, err := r.vault.KEKs(ctx)
	if err != nil {
		return WrappedKEK{}, err
	}
	i := slices.IndexFunc(kept, func(k WrappedKEK) bool { return k.ID == next })
	if i < 0 {
		return WrappedKEK{}, fault.New(fault.Internal, "seal.no_such_kek", "id", next)
	}
	return kept[i], nil
}

// Rewrap wraps a data key with another key-encryption key. What it sealed stays
// as it is: it is the same key.
func (r *Keyring) Rewrap(w Wrapped, owner Owner, to string) (Wrapped, error) {
	keys := *r.keys.Load()
	from, ok := keys[w.KEK]
	into, also := keys[to]
	if !ok || !also || len(w.Key) == 0 || w.Key[0] != wrapFormat {
		return Wrapped{}, fault.Because(ErrForeign, fault.Internal, "seal.no_key")
	}
	plain, err := from.aead.Decrypt(w.Key[1:], wrapBinding(w.KEK, owner))
	if err != nil {
		return Wrapped{}, fault.Because(ErrForeign, fault.Internal, "seal.no_key")
	}
	sealed, err := into.aead.Encrypt(plain, wrapBinding(to, owner))
	clear(plain)
	if err != nil {
		return Wrapped{}, fault.At("wrap a data key", err)
	}
	return Wrapped{KEK: to, Key: append([]byte{wrapFormat}, sealed...)}, nil
}

// DropKEK forgets a key-encryption key that the vault has no longer.
func (r *Keyring) DropKEK(id string) { r.drop(func(has string) bool { return has == id }) }

// generation names the nth key of a kind and quarter; the first has no number.
func generation(base string, n int) string {
	if n < 2 {
		return base
	}
	return fmt.Sprintf("%s.%02d", base, n)
}

func cutGeneration(id string) (base string, n int) {
	base, number, found := strings.Cut(id, ".")
	if !found {
		return base, 1
	}
	if _, err := fmt.Sscanf(number, "%d", &n); err != nil {
		n = 1
	}
	return base, n
}

// newest gives the newest generation of a key that this node knows. Most keys
// have one, and then this is one look.
func (r *Keyring) newest(keys map[string]kek, base string) (id string, ok bool) {
	for n := int(r.generations.Load()); n > 1; n-- {
		if _, ok := keys[generation(base, n)]; ok {
			return generation(base, n), true
		}
	}
	_, ok = keys[base]
	return base, ok
}

// noteGeneration is called with making held.
func (r *Keyring) noteGeneration(id string) {
	if _, n := cutGeneration(id); int32(n) > r.generations.Load() {
		r.generations.Store(int32(n))
	}
}
