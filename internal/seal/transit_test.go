package seal_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/fault"
	"pana/internal/seal"
	"pana/internal/testkit"
)

func transitOf(t *testing.T, k *testkit.Transit) (seal.Master, string) {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(k.Token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := seal.Transit{Address: k.URL, Token: token}.Open()
	if err != nil {
		t.Fatal(err)
	}
	return m, token
}

// A file's master is changed for a key service, that service changes its own key,
// and an installation lives through both.
func TestFromAFileToAKeyService(t *testing.T) {
	t.Parallel()
	node, old, v := prepared(t)
	service := testkit.NewTransit(t)
	kms, _ := transitOf(t, service)
	key, wrapped := newKey(t, node, "shelter", girl)
	sealed := key.Seal([]byte("what she said"), nil)
	if got, err := seal.Rotate(t.Context(), kms, old, v, false); err != nil || got.Changed != len(v.rows) {
		t.Fatalf("%+v, %v", got, err)
	}
	service.Turn()
	if got, err := seal.Rotate(t.Context(), kms, kms, v, true); err != nil || got.Changed != len(v.rows) {
		t.Fatalf("after the service changed its key: %+v, %v", got, err)
	}
	service.Forget()
	data, err := open(t, kms, v).Unwrap(wrapped, girl)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := data.Open(sealed, nil); err != nil || string(plain) != "what she said" {
		t.Errorf("opened to %q, %v", plain, err)
	}
}

func TestAKeyServiceBindsTheNameAndSaysWhyItDoesNot(t *testing.T) {
	t.Parallel()
	service := testkit.NewTransit(t)
	m, token := transitOf(t, service)
	wrapped, err := m.Wrap(t.Context(), "kek/shelter/2026q4", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Unwrap(t.Context(), "kek/police/2026q4", wrapped); err != seal.ErrForeign || strings.Contains(err.Error(), "vault:") {
		t.Errorf("a key came out under another name, or the answer was repeated: %v", err)
	}
	asked := service.Asked
	if _, err := m.Unwrap(t.Context(), "kek/shelter/2026q4", make([]byte, 60)); err != seal.ErrForeign || service.Asked != asked {
		t.Errorf("what a file's master wrapped was sent to the service: %v", err)
	}
	service.Seal(true)
	if _, err := m.Unwrap(t.Context(), "kek/shelter/2026q4", wrapped); !fault.Is(err, "seal.kms_unavailable") {
		t.Errorf("a sealed service: %v", err)
	}
	v := &vault{rows: []seal.WrappedKEK{{ID: "kek/shelter/2026q4", Wrapped: wrapped}}}
	if _, err := seal.Open(t.Context(), m, v); fault.Is(err, "seal.wrong_master") || err == nil {
		t.Errorf("a service that is away is called the wrong one: %v", err)
	}
	if _, err := seal.Rotate(t.Context(), m, seal.NewMaster(), v, false); !fault.Is(err, "seal.kms_unavailable") {
		t.Errorf("a rotation while it is away: %v", err)
	}
	service.Seal(false)
	if err := os.WriteFile(token, []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Unwrap(t.Context(), "kek/shelter/2026q4", wrapped); !fault.Is(err, "seal.kms_refused") {
		t.Errorf("another's token: %v", err)
	}
	if err := os.Chmod(token, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Unwrap(t.Context(), "kek/shelter/2026q4", wrapped); !fault.Is(err, "seal.master_open_to_others") {
		t.Errorf("a token that others read: %v", err)
	}
}

func TestAKeyServiceIsAskedOnlyWhereItIsSafe(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, address, want string }{
		{"TLS", "https://vault.internal:8200/transit/pana", ""},
		{"mounted deeper", "https://vault.internal:8200/state/transit/pana", ""},
		{"in clear on this machine", "http://127.0.0.1:8200/transit/pana", ""},
		{"in clear to another", "http://vault.internal:8200/transit/pana", "seal.kms_in_clear"},
		{"a name that looks like this machine", "http://127.0.0.1.example.org/transit/pana", "seal.kms_in_clear"},
		{"no key", "https://vault.internal:8200/transit", "seal.kms_address"},
		{"a token in the address", "https://user:pass@vault.internal/transit/pana", "seal.kms_address"},
		{"not an address", "vault", "seal.kms_address"},
	} {
		_, err := seal.Transit{Address: row.address}.Open()
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
	}
}

// A redirection is not followed: it would carry the token and a key elsewhere.
func TestAKeyServiceSendsNobodyElsewhere(t *testing.T) {
	t.Parallel()
	told := false
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { told = true }))
	defer thief.Close()
	liar := httptest.NewServer(http.RedirectHandler(thief.URL, http.StatusTemporaryRedirect))
	defer liar.Close()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("t"), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := seal.Transit{Address: liar.URL + "/transit/pana", Token: token}.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Wrap(t.Context(), "kek/shelter/2026q4", make([]byte, 32)); err == nil || told {
		t.Errorf("the key was sent elsewhere: %v, %v", told, err)
	}
}
