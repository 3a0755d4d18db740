package seal_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"pana/internal/fault"
	"pana/internal/seal"
)

func (v *vault) ReplaceKEK(_ context.Context, k seal.WrappedKEK, was []byte) (bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.dies == 1 {
		return false, errDied
	}
	if v.dies > 1 {
		v.dies--
	}
	for i, row := range v.rows {
		if row.ID == k.ID && bytes.Equal(row.Wrapped, was) {
			v.rows[i] = k
			return true, nil
		}
	}
	return false, nil
}

var errDied = errors.New("the machine died here")

// A master key is changed while two nodes run: nobody stops, nothing is lost, and
// at the end the old master opens nothing.
func TestAMasterIsChangedWhileNodesRun(t *testing.T) {
	t.Parallel()
	node, old, v := prepared(t)
	next := seal.NewMaster()
	key, wrapped := newKey(t, node, "shelter", girl)
	sealed := key.Seal([]byte("what she said"), nil)

	first := open(t, seal.Changing(next, old), v)
	if err := first.Prepare(t.Context(), november, "clinic"); err != nil {
		t.Fatal(err)
	}
	if err := node.Reload(t.Context()); err != nil {
		t.Fatalf("a node that has only the old master cannot read what one with both made: %v", err)
	}
	v.dies = 2 // the second key is not replaced
	if _, err := seal.Rotate(t.Context(), next, old, v, false); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	v.dies = 0
	if _, err := first.Secret(t.Context(), "made meanwhile", november); err != nil {
		t.Fatal(err)
	}
	got, err := seal.Rotate(t.Context(), next, old, v, false)
	if err != nil || got.Changed == 0 || got.Changed+1 >= len(v.rows) {
		t.Fatalf("it did not go on where it was: %+v of %d, %v", got, len(v.rows), err)
	}
	if again, err := seal.Rotate(t.Context(), next, old, v, false); err != nil || again.Changed != 0 || again.Already != len(v.rows) {
		t.Errorf("a second rotation changed %+v, %v", again, err)
	}
	alone := open(t, next, v)
	data, err := alone.Unwrap(wrapped, girl)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := data.Open(sealed, nil); err != nil || string(plain) != "what she said" {
		t.Errorf("opened to %q, %v", plain, err)
	}
	if _, err := seal.Open(t.Context(), old, v); !fault.Is(err, "seal.wrong_master") {
		t.Errorf("the old master still opens: %v", err)
	}
}

// Before the rotation has begun, a node with both masters wraps with the old one,
// and with the new one afterwards.
func TestWhichMasterWrapsWhileItChanges(t *testing.T) {
	t.Parallel()
	_, old, v := prepared(t)
	next := seal.NewMaster()
	both := open(t, seal.Changing(next, old), v)
	opens := func(m seal.Master, id string) bool {
		t.Helper()
		rows, _ := v.KEKs(t.Context())
		for _, k := range rows {
			if k.ID == id {
				_, err := m.Unwrap(t.Context(), id, k.Wrapped)
				return err == nil
			}
		}
		t.Fatalf("no key %s", id)
		return false
	}
	if _, err := both.Secret(t.Context(), "before", november); err != nil {
		t.Fatal(err)
	}
	if !opens(old, "secret/before") {
		t.Error("before the rotation a node wrapped with the new master, which others may not know")
	}
	if _, err := seal.Rotate(t.Context(), next, old, v, false); err != nil {
		t.Fatal(err)
	}
	if _, err := both.Secret(t.Context(), "after", november); err != nil {
		t.Fatal(err)
	}
	if !opens(next, "secret/after") {
		t.Error("after the rotation a node wrapped with the old master, which is about to go")
	}
	if again, err := seal.Rotate(t.Context(), next, old, v, true); err != nil || again.Changed != len(v.rows) {
		t.Errorf("again: %+v of %d, %v", again, len(v.rows), err)
	}
}

// forgetful is a key service that gives back something else.
type forgetful struct{ seal.Master }

func (forgetful) Unwrap(context.Context, string, []byte) ([]byte, error) {
	return make([]byte, 32), nil
}

// nobody opens nothing and is not away.
type blank struct{ seal.Master }

func (b blank) Unwrap(ctx context.Context, name string, w []byte) ([]byte, error) {
	if string(w) == "lost" {
		return make([]byte, 32), nil
	}
	return b.Master.Unwrap(ctx, name, w)
}
func (blank) Wrap(context.Context, string, []byte) ([]byte, error) { return []byte("lost"), nil }

func TestAMasterThatForgetsIsNotTrusted(t *testing.T) {
	t.Parallel()
	_, old, v := prepared(t)
	before, _ := v.KEKs(t.Context())
	if _, err := seal.Rotate(t.Context(), blank{seal.NewMaster()}, old, v, false); !fault.Is(err, "seal.master_forgets") {
		t.Errorf("a service that loses keys was given them: %v", err)
	}
	if _, err := seal.Rotate(t.Context(), forgetful{seal.NewMaster()}, old, v, true); err == nil {
		t.Error("a service that answers the same for everything was given the keys")
	}
	if _, err := seal.Rotate(t.Context(), seal.NewMaster(), seal.NewMaster(), v, false); !fault.Is(err, "seal.neither_master") {
		t.Errorf("two foreign masters: %v", err)
	}
	after, _ := v.KEKs(t.Context())
	for i := range before {
		if !bytes.Equal(before[i].Wrapped, after[i].Wrapped) {
			t.Errorf("%s was replaced", before[i].ID)
		}
	}
	open(t, old, v)
}

// A stolen key-encryption key has a successor, and data keys move to it.
func TestAStolenKeyHasASuccessor(t *testing.T) {
	t.Parallel()
	r, m, v := prepared(t)
	key, wrapped := newKey(t, r, "shelter", girl)
	sealed := key.Seal([]byte("what she said"), nil)
	next, err := r.Succeed(t.Context(), "kek/shelter/2026q4", november)
	if err != nil || next.ID != "kek/shelter/2026q4.02" {
		t.Fatalf("%s, %v", next.ID, err)
	}
	moved, err := r.Rewrap(wrapped, girl, next.ID)
	if err != nil || moved.KEK != next.ID {
		t.Fatal(err)
	}
	if _, err := r.Rewrap(wrapped, seal.Owner{StreamKind: "file", Stream: "another"}, next.ID); err == nil {
		t.Error("another's data key was wrapped anew")
	}
	if _, fresh := newKey(t, r, "shelter", seal.Owner{Stream: "later"}); fresh.KEK != next.ID {
		t.Errorf("a new data key is wrapped by %s", fresh.KEK)
	}
	if _, err := r.Succeed(t.Context(), "kek/none/2026q4", november); !fault.Is(err, "seal.no_such_kek") {
		t.Errorf("a key that is not there has a successor: %v", err)
	}
	for i := range v.rows { // it is retired
		if v.rows[i].ID == "kek/shelter/2026q4" {
			v.rows = append(v.rows[:i:i], v.rows[i+1:]...)
			break
		}
	}
	r.DropKEK("kek/shelter/2026q4")
	later := open(t, m, v)
	rows := len(v.rows)
	if err := later.Prepare(t.Context(), november, "shelter"); err != nil || len(v.rows) != rows {
		t.Errorf("a retired key was made again: %d of %d, %v", len(v.rows), rows, err)
	}
	for _, ring := range []*seal.Keyring{r, later} {
		data, err := ring.UnwrapOnce(moved, girl)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := data.Open(sealed, nil); err != nil || string(plain) != "what she said" {
			t.Errorf("opened to %q, %v", plain, err)
		}
		if _, err := ring.UnwrapOnce(wrapped, girl); err == nil {
			t.Error("the retired key still opens")
		}
	}
	third, err := r.Succeed(t.Context(), next.ID, november)
	if err != nil || third.ID != "kek/shelter/2026q4.03" {
		t.Errorf("the successor's successor is %s, %v", third.ID, err)
	}
}
