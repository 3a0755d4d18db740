package seal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"pana/internal/fault"
	"pana/internal/seal"
)

// vault is the table, in memory. Store has the real one and tests it with both
// databases.
type vault struct {
	mu   sync.Mutex
	rows []seal.WrappedKEK
	fail error
	dies int // at which replacement the machine dies; 0: at none
}

func (v *vault) KEKs(context.Context) ([]seal.WrappedKEK, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]seal.WrappedKEK(nil), v.rows...), v.fail
}

func (v *vault) AddKEK(_ context.Context, k seal.WrappedKEK) (seal.WrappedKEK, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, row := range v.rows {
		if row.ID == k.ID {
			return row, v.fail
		}
	}
	v.rows = append(v.rows, k)
	return k, v.fail
}

var (
	november = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	girl     = seal.Owner{StreamKind: "file", Stream: "01k", Compartment: "labour"}
)

func open(t testing.TB, m seal.Master, v seal.Vault) *seal.Keyring {
	t.Helper()
	r, err := seal.Open(t.Context(), m, v)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func prepared(t testing.TB) (*seal.Keyring, seal.Master, *vault) {
	t.Helper()
	m, v := seal.NewMaster(), &vault{}
	r := open(t, m, v)
	if err := r.Prepare(t.Context(), november, "shelter", "police"); err != nil {
		t.Fatal(err)
	}
	return r, m, v
}

func newKey(t testing.TB, r *seal.Keyring, kind string, o seal.Owner) (seal.DataKey, seal.Wrapped) {
	t.Helper()
	key, wrapped, err := r.NewDataKey(kind, november, o)
	if err != nil {
		t.Fatal(err)
	}
	return key, wrapped
}

func TestWhatIsSealedOpensAfterARestart(t *testing.T) {
	t.Parallel()
	r, m, v := prepared(t)
	key, wrapped := newKey(t, r, "shelter", girl)
	sealed := key.Seal([]byte("Әлия"), seal.Cell(1, "body"))
	if want := len("Әлия") + seal.Overhead; len(sealed) != want {
		t.Errorf("sealed is %d bytes, want %d", len(sealed), want)
	}
	again, err := open(t, m, v).Unwrap(wrapped, girl)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := again.Open(sealed, seal.Cell(1, "body"))
	if err != nil || string(plain) != "Әлия" {
		t.Errorf("opened to %q, %v", plain, err)
	}
}

func TestNothingForeignOpens(t *testing.T) {
	t.Parallel()
	r, _, _ := prepared(t)
	key, wrapped := newKey(t, r, "shelter", girl)
	cell := seal.Cell(7, "body")
	sealed := key.Seal([]byte("what she said"), cell)
	other, _ := newKey(t, r, "shelter", seal.Owner{StreamKind: "file", Stream: "01m", Compartment: "labour"})
	sameOwner, _ := newKey(t, r, "shelter", girl)

	flip := bytes.Clone(sealed)
	flip[len(flip)/2] ^= 1
	for _, row := range []struct {
		why    string
		key    seal.DataKey
		sealed []byte
		cell   []byte
	}{
		{"moved to the next event of the same stream", key, sealed, seal.Cell(8, "body")},
		{"moved to another column", key, sealed, seal.Cell(7, "reason")},
		{"parts of the cell joined differently", key, sealed, seal.Cell(7, "bo", "dy")},
		{"moved to another person's file", other, sealed, cell},
		{"sealed with the key of an erased, re-opened compartment", sameOwner, sealed, cell},
		{"the last byte is cut off", key, sealed[:len(sealed)-1], cell},
		{"all but the nonce is cut off", key, sealed[:12], cell},
		{"nothing at all", key, nil, cell},
		{"one bit turned", key, flip, cell},
		{"a byte added", key, append(bytes.Clone(sealed), 0), cell},
		{"no key", seal.DataKey{}, sealed, cell},
	} {
		t.Run(row.why, func(t *testing.T) {
			if plain, err := row.key.Open(row.sealed, row.cell); !errors.Is(err, seal.ErrForeign) || plain != nil {
				t.Errorf("opened to %d bytes, %v", len(plain), err)
			}
		})
	}
	if _, err := key.Open(sealed, cell); err != nil {
		t.Errorf("the right one does not open: %v", err)
	}
	for _, o := range []seal.Owner{
		{StreamKind: "file", Stream: "01m", Compartment: "labour"},
		{StreamKind: "file", Stream: "01k", Compartment: "shelter"},
		{StreamKind: "place", Stream: "01k", Compartment: "labour"},
		{StreamKind: "file", Stream: "01", Compartment: "klabour"},
	} {
		if _, err := r.Unwrap(wrapped, o); !fault.Is(err, "seal.no_key") {
			t.Errorf("the wrapped key of one owner was given to another: %v", err)
		}
	}
	moved := seal.Wrapped{KEK: "kek/police/2026q4", Key: wrapped.Key}
	if _, err := r.Unwrap(moved, seal.Owner{}); !fault.Is(err, "seal.no_key") {
		t.Errorf("a key said to be under another key-encryption key was unwrapped: %v", err)
	}
}

func TestKeysAreByKindAndQuarter(t *testing.T) {
	t.Parallel()
	r, _, v := prepared(t)
	for _, row := range []struct {
		why  string
		kind string
		at   time.Time
		want string
	}{
		{"the quarter of the day", "shelter", november, "kek/shelter/2026q4"},
		{"the next quarter is ready before it comes", "police", time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), "kek/police/2027q1"},
		{"a quarter nobody prepared falls back on the newest", "police", time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC), "kek/police/2027q1"},
	} {
		_, w, err := r.NewDataKey(row.kind, row.at, girl)
		if err != nil || w.KEK != row.want {
			t.Errorf("%s: %q, %v, want %q", row.why, w.KEK, err, row.want)
		}
	}
	if _, _, err := r.NewDataKey("school", november, girl); !fault.Is(err, "seal.kind_not_prepared") {
		t.Errorf("a kind that was not prepared: %v", err)
	}
	if len(v.rows) != 4 {
		t.Errorf("%d keys kept, want two kinds in two quarters", len(v.rows))
	}
}

func TestTwoNodesUseTheFirstKey(t *testing.T) {
	t.Parallel()
	m, v := seal.NewMaster(), &vault{}
	rings := [4]*seal.Keyring{}
	for i := range rings {
		rings[i] = open(t, m, v)
	}
	var wg sync.WaitGroup
	for _, r := range rings {
		wg.Go(func() {
			if err := r.Prepare(context.Background(), november, "shelter"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	_, wrapped := newKey(t, rings[0], "shelter", girl)
	for i, r := range rings {
		if _, err := r.Unwrap(wrapped, girl); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
	}
	a, errA := rings[1].Secret(t.Context(), "linkage", november)
	b, errB := rings[2].Secret(t.Context(), "linkage", november)
	if err := errors.Join(errA, errB); err != nil || a != b || a == [32]byte{} {
		t.Errorf("two nodes have different secrets: %v", err)
	}
	late := open(t, m, &vault{})
	if _, err := late.Unwrap(wrapped, girl); err == nil {
		t.Error("a node without the table opened a key")
	}
}

func TestReloadFindsAnotherNodesKeys(t *testing.T) {
	t.Parallel()
	m, v := seal.NewMaster(), &vault{}
	first, second := open(t, m, v), open(t, m, v)
	if err := first.Prepare(t.Context(), november, "clinic"); err != nil {
		t.Fatal(err)
	}
	_, wrapped := newKey(t, first, "clinic", girl)
	if _, err := second.Unwrap(wrapped, girl); err == nil {
		t.Fatal("unwrapped with a key it has not seen")
	}
	if err := second.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Unwrap(wrapped, girl); err != nil {
		t.Error(err)
	}
}

func TestAWrongMasterIsFoundAtStart(t *testing.T) {
	t.Parallel()
	_, _, v := prepared(t)
	if _, err := seal.Open(t.Context(), seal.NewMaster(), v); !fault.Is(err, "seal.wrong_master") {
		t.Errorf("got %v", err)
	}
	_, m, w := prepared(t)
	w.rows[0].ID, w.rows[1].ID = w.rows[1].ID, w.rows[0].ID
	if _, err := seal.Open(t.Context(), m, w); !fault.Is(err, "seal.wrong_master") {
		t.Errorf("two keys changed places and nobody noticed: %v", err)
	}
}

func TestAFailingTableIsReported(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	if _, err := seal.Open(t.Context(), seal.NewMaster(), &vault{fail: broken}); !errors.Is(err, broken) {
		t.Errorf("open: %v", err)
	}
	v := &vault{}
	r := open(t, seal.NewMaster(), v)
	v.fail = broken
	if err := r.Prepare(t.Context(), november, "shelter"); !errors.Is(err, broken) {
		t.Errorf("prepare: %v", err)
	}
	if _, _, err := r.NewDataKey("shelter", november, girl); err == nil {
		t.Error("a key that may not be kept was used")
	}
}

func TestMasterFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master")
	m, err := seal.NewMasterFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	again, err := seal.MasterFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	v := &vault{}
	if err := open(t, m, v).Prepare(t.Context(), november, "shelter"); err != nil {
		t.Fatal(err)
	}
	open(t, again, v)
	if _, err := seal.NewMasterFile(path); !fault.Is(err, "seal.master_exists") {
		t.Errorf("a master key was overwritten: %v", err)
	}
}

// A key service is a Master too: what it wraps, another service does not unwrap,
// nor itself under another name.
func TestAKeyService(t *testing.T) {
	t.Parallel()
	service := func() seal.Master {
		a, err := subtle.NewAESGCM(bytes.Repeat([]byte(rand.Text()[:8]), 4))
		if err != nil {
			t.Fatal(err)
		}
		return seal.KMS(a)
	}
	kms, v := service(), &vault{}
	if err := open(t, kms, v).Prepare(t.Context(), november, "shelter"); err != nil {
		t.Fatal(err)
	}
	open(t, kms, v)
	if _, err := seal.Open(t.Context(), service(), v); err == nil {
		t.Error("another key service opened the keys")
	}
	wrapped, err := kms.Wrap(t.Context(), "one", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kms.Unwrap(t.Context(), "another", wrapped); err == nil {
		t.Error("a key came out under another name")
	}
}

func TestAMasterFileOthersCanReadIsRefused(t *testing.T) {
	t.Parallel()
	good := "pana master key 1\n" + hex.EncodeToString(make([]byte, 32)) + "\n"
	for _, row := range []struct {
		why, text string
		mode      os.FileMode
		want      string
	}{
		{"right", good, 0o600, ""},
		{"read-only is as good", good, 0o400, ""},
		{"the group may read it", good, 0o640, "seal.master_open_to_others"},
		{"everybody may", good, 0o604, "seal.master_open_to_others"},
		{"empty", "", 0o600, "seal.master_damaged"},
		{"another file", "-----BEGIN PRIVATE KEY-----\n", 0o600, "seal.master_damaged"},
		{"cut", good[:60], 0o600, "seal.master_damaged"},
		{"too long", good + good, 0o600, "seal.master_damaged"},
	} {
		path := filepath.Join(t.TempDir(), "master")
		if err := os.WriteFile(path, []byte(row.text), row.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, row.mode); err != nil {
			t.Fatal(err)
		}
		_, err := seal.MasterFromFile(path)
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
	}
	if _, err := seal.MasterFromFile(filepath.Join(t.TempDir(), "none")); !fault.Is(err, "seal.master_unreadable") {
		t.Errorf("no file: %v", err)
	}
}

func TestForgottenAndManyKeys(t *testing.T) {
	t.Parallel()
	r, _, _ := prepared(t)
	key, wrapped := newKey(t, r, "shelter", girl)
	sealed := key.Seal([]byte("x"), nil)
	r.Forget(girl)
	for i := range seal.CacheSize + 10 {
		newKey(t, r, "police", seal.Owner{Stream: fmt.Sprint(i)})
	}
	again, err := r.Unwrap(wrapped, girl)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.Open(sealed, nil); err != nil {
		t.Error(err)
	}
}

func TestAKeyDoesNotPrint(t *testing.T) {
	t.Parallel()
	r, _, _ := prepared(t)
	key, _ := newKey(t, r, "shelter", girl)
	if got := fmt.Sprintf("%v %+v %s %#v", key, key, key, key); got != "[data key] [data key] [data key] [data key]" {
		t.Error(got)
	}
}

// FuzzOpen: no bytes open that were not sealed, and none make it fall over.
func FuzzOpen(f *testing.F) {
	r, _, _ := prepared(f)
	key, wrapped := newKey(f, r, "shelter", girl)
	f.Add(key.Seal([]byte("plain"), seal.Cell(1)), []byte("x"))
	f.Add([]byte{}, wrapped.Key)
	f.Fuzz(func(t *testing.T, sealed, wrappedKey []byte) {
		if _, err := key.Open(sealed, seal.Cell(2)); err == nil {
			t.Error("random bytes opened")
		}
		if bytes.Equal(wrappedKey, wrapped.Key) {
			return
		}
		if _, err := r.Unwrap(seal.Wrapped{KEK: wrapped.KEK, Key: wrappedKey}, girl); err == nil {
			t.Error("random bytes were unwrapped")
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	r, _, _ := prepared(b)
	key, wrapped := newKey(b, r, "shelter", girl)
	plain, cell := make([]byte, 400), seal.Cell(3, "body")
	sealed := key.Seal(plain, cell)
	b.Run("seal 400 bytes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			key.Seal(plain, cell)
		}
	})
	b.Run("open 400 bytes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := key.Open(sealed, cell); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unwrap, remembered", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := r.Unwrap(wrapped, girl); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("new data key", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			newKey(b, r, "shelter", girl)
		}
	})
}
