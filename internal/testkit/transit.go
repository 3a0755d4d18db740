package testkit

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Transit is a key service that speaks what Vault and OpenBao speak: encrypt and
// decrypt of the transit engine with associated data, key versions, tokens, and
// the answers of a service that is sealed, refuses, or does not know.
type Transit struct {
	URL   string // with the mount and the key: what --master-key takes after "transit:"
	Token string

	mu     sync.Mutex
	keys   [][]byte // by version, from 1
	sealed bool
	Asked  int
}

// NewTransit starts one for a test.
func NewTransit(t testing.TB) *Transit {
	k := &Transit{Token: rand.Text()}
	k.Turn()
	s := httptest.NewServer(http.HandlerFunc(k.answer))
	t.Cleanup(s.Close)
	k.URL = s.URL + "/transit/pana"
	return k
}

// Turn makes the next version of its key.
func (k *Transit) Turn() {
	k.mu.Lock()
	defer k.mu.Unlock()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	k.keys = append(k.keys, key)
}

// Forget drops the versions before the newest, as min_decryption_version does.
func (k *Transit) Forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range k.keys[:len(k.keys)-1] {
		k.keys[i] = nil
	}
}

// Seal has it answer as one that nobody has unsealed.
func (k *Transit) Seal(yes bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sealed = yes
}

func (k *Transit) answer(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.Asked++
	var in struct {
		Plaintext  string `json:"plaintext"`
		Ciphertext string `json:"ciphertext"`
		Associated string `json:"associated_data"`
	}
	bad := json.NewDecoder(r.Body).Decode(&in) != nil || r.Method != http.MethodPost
	associated, err := base64.StdEncoding.DecodeString(in.Associated)
	switch {
	case k.sealed:
		k.say(w, http.StatusServiceUnavailable, "Vault is sealed")
	case r.Header.Get("X-Vault-Token") != k.Token:
		k.say(w, http.StatusForbidden, "permission denied")
	case bad || err != nil:
		k.say(w, http.StatusBadRequest, "failed to parse")
	case r.URL.Path == "/v1/transit/encrypt/pana":
		plain, err := base64.StdEncoding.DecodeString(in.Plaintext)
		if err != nil {
			k.say(w, http.StatusBadRequest, "failed to base64-decode plaintext")
			return
		}
		a := aeadOf(k.keys[len(k.keys)-1])
		nonce := make([]byte, a.NonceSize())
		_, _ = rand.Read(nonce)
		k.data(w, "ciphertext", "vault:v"+strconv.Itoa(len(k.keys))+":"+base64.StdEncoding.EncodeToString(a.Seal(nonce, nonce, plain, associated)))
	case r.URL.Path == "/v1/transit/decrypt/pana":
		plain, ok := k.open(in.Ciphertext, associated)
		if !ok {
			k.say(w, http.StatusBadRequest, "cipher: message authentication failed: "+in.Ciphertext)
			return
		}
		k.data(w, "plaintext", base64.StdEncoding.EncodeToString(plain))
	default:
		k.say(w, http.StatusNotFound, "no handler for route")
	}
}

func (k *Transit) open(text string, associated []byte) ([]byte, bool) {
	part := strings.SplitN(text, ":", 3)
	if len(part) != 3 || part[0] != "vault" {
		return nil, false
	}
	version, err := strconv.Atoi(strings.TrimPrefix(part[1], "v"))
	if err != nil || version < 1 || version > len(k.keys) || k.keys[version-1] == nil {
		return nil, false
	}
	sealed, err := base64.StdEncoding.DecodeString(part[2])
	a := aeadOf(k.keys[version-1])
	if err != nil || len(sealed) < a.NonceSize() {
		return nil, false
	}
	plain, err := a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], associated)
	return plain, err == nil
}

func aeadOf(key []byte) cipher.AEAD {
	b, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // 32 bytes always
	}
	a, err := cipher.NewGCM(b)
	if err != nil {
		panic(err)
	}
	return a
}

func (k *Transit) say(w http.ResponseWriter, status int, what string) {
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []string{what}})
}

func (k *Transit) data(w http.ResponseWriter, name, value string) {
	_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{name: value}})
}
