package auth_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

const site = "https://pana.example"

// token is an authenticator in memory: one ES256 key, as WebAuthn writes it.
type token struct {
	*testing.T
	key      *ecdsa.PrivateKey
	worker   string
	count    uint32
	origin   string
	verified bool
}

var b64url = base64.RawURLEncoding

func newToken(t *testing.T) *token {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &token{T: t, key: key, worker: "w1", origin: site, verified: true}
}

// text and raw are CBOR's strings of less than 256 bytes.
func cborText(s string) []byte { return append([]byte{0x60 | byte(len(s))}, s...) }
func cborBytes(b []byte) []byte {
	if len(b) < 24 {
		return append([]byte{0x40 | byte(len(b))}, b...)
	}
	return append([]byte{0x58, byte(len(b))}, b...)
}

// data is the authenticator's: whose site, what was shown, how often it was used.
func (k *token) data(more []byte) []byte {
	site := sha256.Sum256([]byte("pana.example"))
	flags := byte(0x01) // somebody is there
	if k.verified {
		flags |= 0x04
	}
	if len(more) > 0 {
		flags |= 0x40
	}
	out := binary.BigEndian.AppendUint32(append(site[:], flags), k.count)
	return append(out, more...)
}

func (k *token) client(kind, options string) []byte {
	var asked struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
		} `json:"publicKey"`
	}
	if err := json.Unmarshal([]byte(options), &asked); err != nil {
		k.Fatal(err)
	}
	out, _ := json.Marshal(map[string]any{"type": kind, "challenge": asked.PublicKey.Challenge, "origin": k.origin})
	return out
}

func (k *token) answer(response map[string]string) withheld.Text {
	for name, raw := range response {
		response[name] = b64url.EncodeToString([]byte(raw))
	}
	handle := b64url.EncodeToString([]byte("key-of-w1"))
	out, _ := json.Marshal(map[string]any{"id": handle, "rawId": handle, "type": "public-key", "response": response})
	return withheld.New(string(out))
}

// made is the answer to being asked for a new key: attestation "none".
func (k *token) made(c auth.Ceremony) withheld.Text {
	point, err := k.key.PublicKey.Bytes()
	if err != nil {
		k.Fatal(err)
	}
	cose := bytes.Join([][]byte{{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21}, cborBytes(point[1:33]), {0x22}, cborBytes(point[33:])}, nil)
	handle := []byte("key-of-w1")
	attested := bytes.Join([][]byte{make([]byte, 16), {0, byte(len(handle))}, handle, cose}, nil)
	object := bytes.Join([][]byte{{0xa3}, cborText("fmt"), cborText("none"), cborText("attStmt"), {0xa0}, cborText("authData"), cborBytes(k.data(attested))}, nil)
	return k.answer(map[string]string{"clientDataJSON": string(k.client("webauthn.create", c.Options)), "attestationObject": string(object)})
}

// shown is the answer to being asked who it is.
func (k *token) shown(c auth.Ceremony) withheld.Text {
	k.count++
	data, client := k.data(nil), k.client("webauthn.get", c.Options)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signed, err := ecdsa.SignASN1(rand.Reader, k.key, sum[:])
	if err != nil {
		k.Fatal(err)
	}
	return k.answer(map[string]string{"authenticatorData": string(data), "clientDataJSON": string(client), "signature": string(signed), "userHandle": k.worker})
}

// withPasskey gives ainur the token's passkey.
func withPasskey(t *testing.T) (world, *token) {
	t.Helper()
	w, k := newWorld(t), newToken(t)
	ask, err := w.NewPasskey(t.Context(), site, "w1", "ainur", noon)
	if err != nil {
		t.Fatal(err)
	}
	made, err := w.FinishPasskey(t.Context(), site, "w1", ask.Ticket, k.made(ask), noon)
	if err != nil {
		t.Fatal(err)
	}
	w.change(func(a *auth.Account) { a.Passkeys = []auth.Passkey{made} })
	return w, k
}

func TestPasskeys(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		turn func(w world, k *token)
		late time.Duration
		want string
	}{
		{"as it was made", func(world, *token) {}, 0, ""},
		{"without a finger, a face or a PIN", func(_ world, k *token) { k.verified = false }, 0, "auth.passkey"},
		{"by a page that only looks like ours", func(_ world, k *token) { k.origin = "https://pana.example.net" }, 0, "auth.passkey"},
		{"with another key", func(_ world, k *token) { k.key = newToken(k.T).key }, 0, "auth.passkey"},
		{"as another worker", func(_ world, k *token) { k.worker = "w2" }, 0, "auth.passkey"},
		{"as nobody", func(_ world, k *token) { k.worker = "nobody" }, 0, "auth.passkey"},
		{"who has left", func(w world, _ *token) { w.change(func(a *auth.Account) { a.Left = true }) }, 0, "auth.passkey"},
		{"that was removed", func(w world, _ *token) { w.change(func(a *auth.Account) { a.Passkeys = nil }) }, 0, "auth.passkey"},
		{"eleven minutes after it was asked", func(world, *token) {}, 11 * time.Minute, "auth.passkey"},
	} {
		w, k := withPasskey(t)
		row.turn(w, k)
		ask, err := w.AskPasskey(site, noon)
		if err != nil {
			t.Fatal(err)
		}
		answer := k.shown(ask)
		in, err := w.SignInPasskey(t.Context(), site, ask.Ticket, answer, auth.Attempt{Source: "s"}, noon.Add(row.late))
		if row.want != "" {
			if !fault.Is(err, row.want) || !in.Token.Empty() {
				t.Errorf("%s: %v", row.why, err)
			}
			continue
		}
		if err != nil || in.Session.Worker != "w1" {
			t.Errorf("%s: %v", row.why, err)
		}
		if _, err := w.SignInPasskey(t.Context(), site, ask.Ticket, answer, auth.Attempt{Source: "s"}, noon); !fault.Is(err, "auth.passkey") {
			t.Errorf("%s: the same answer a second time: %v", row.why, err)
		}
	}
}

// An answer is to the question that it came with: to no other, and to none that
// somebody made up.
func TestAnAnswerIsToItsOwnQuestion(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		turn func(w world, asked, other auth.Ceremony) string // the ticket that comes back
		want string
	}{
		{"its own", func(_ world, asked, _ auth.Ceremony) string { return asked.Ticket }, ""},
		{"another question of ours", func(_ world, _, other auth.Ceremony) string { return other.Ticket }, "auth.passkey"},
		{"its question under another's signature", func(_ world, asked, other auth.Ceremony) string {
			return strings.Join(append(strings.Split(asked.Ticket, ".")[:2], strings.Split(other.Ticket, ".")[2]), ".")
		}, "auth.passkey"},
		{"a question for a new passkey", func(w world, _, _ auth.Ceremony) string {
			made, err := w.NewPasskey(w.Context(), site, "w1", "ainur", noon)
			if err != nil {
				w.Fatal(err)
			}
			return made.Ticket
		}, "auth.passkey"},
		{"none", func(world, auth.Ceremony, auth.Ceremony) string { return "" }, "auth.passkey"},
	} {
		w, k := withPasskey(t)
		asked, err1 := w.AskPasskey(site, noon)
		other, err2 := w.AskPasskey(site, noon)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		_, err := w.SignInPasskey(t.Context(), site, row.turn(w, asked, other), k.shown(asked), auth.Attempt{Source: "s"}, noon)
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
	}
}

// What is kept as a passkey was made at our address, with a finger, a face or a PIN, by
// who asked, once.
func TestAPasskeyIsMadeByWhoAsked(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		turn func(k *token)
		as   id.Worker
		late time.Duration
		want string
	}{
		{"as it was asked", func(*token) {}, "w1", 0, ""},
		{"without a finger, a face or a PIN", func(k *token) { k.verified = false }, "w1", 0, "auth.passkey"},
		{"by a page that only looks like ours", func(k *token) { k.origin = "https://pana.example.net" }, "w1", 0, "auth.passkey"},
		{"for another worker", func(*token) {}, "w2", 0, "auth.passkey"},
		{"eleven minutes after it was asked", func(*token) {}, "w1", 11 * time.Minute, "auth.passkey"},
	} {
		w, k := newWorld(t), newToken(t)
		row.turn(k)
		asked, err := w.NewPasskey(t.Context(), site, "w1", "ainur", noon)
		if err != nil {
			t.Fatal(err)
		}
		made := k.made(asked)
		_, err = w.FinishPasskey(t.Context(), site, row.as, asked.Ticket, made, noon.Add(row.late))
		if (row.want == "") != (err == nil) || row.want != "" && !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %q", row.why, err, row.want)
		}
		if err != nil {
			continue
		}
		if _, err := w.FinishPasskey(t.Context(), site, row.as, asked.Ticket, made, noon); !fault.Is(err, "auth.passkey") {
			t.Errorf("%s: the same answer a second time: %v", row.why, err)
		}
	}
}

// Who sends another worker's question is refused before it counts as asked: it is still
// hers to answer.
func TestAnothersQuestionIsNotSpent(t *testing.T) {
	t.Parallel()
	w, k := newWorld(t), newToken(t)
	asked, err := w.NewPasskey(t.Context(), site, "w1", "ainur", noon)
	if err != nil {
		t.Fatal(err)
	}
	made := k.made(asked)
	if _, err := w.FinishPasskey(t.Context(), site, "w2", asked.Ticket, made, noon); !fault.Is(err, "auth.passkey") {
		t.Errorf("another worker's: %v", err)
	}
	if _, err := w.FinishPasskey(t.Context(), site, "w1", asked.Ticket, made, noon); err != nil {
		t.Errorf("her own, after that: %v", err)
	}
}

func TestACopyOfAPasskeySignsNobodyIn(t *testing.T) {
	t.Parallel()
	w, k := withPasskey(t)
	try := func() error {
		ask, err := w.AskPasskey(site, noon)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.SignInPasskey(t.Context(), site, ask.Ticket, k.shown(ask), auth.Attempt{Source: "s"}, noon)
		return err
	}
	for range 3 {
		if err := try(); err != nil {
			t.Fatal(err)
		}
	}
	k.count = 1
	if err := try(); !fault.Is(err, "auth.passkey_copied") {
		t.Errorf("one that counts backwards: %v", err)
	}
}

// Who has a passkey is not reached by a password that somebody saw; and it proves
// anew only for its own worker.
func TestAPasswordAloneDoesNotGoRoundAPasskey(t *testing.T) {
	t.Parallel()
	w, k := withPasskey(t)
	begun, err := w.try("ainur", password, "s", "", noon)
	if err != nil || begun.Ticket == "" || !begun.Token.Empty() {
		t.Fatalf("the password alone: %+v, %v", begun, err)
	}
	a := w.store.accounts["ainur"]
	w.store.accounts["dana"] = auth.Account{Worker: "w9", Password: a.Password}
	other, err := w.try("dana", password, "s", "", noon)
	if err != nil {
		t.Fatal(err)
	}
	ask, err := w.AskPasskey(site, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.ProvePasskey(t.Context(), other.Token, site, ask.Ticket, k.shown(ask), noon); !fault.Is(err, "auth.passkey") {
		t.Errorf("a colleague's passkey proves: %v", err)
	}
}

func TestWhereThereArePasskeys(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]bool{
		"https://pana.example": true, "http://localhost:8080": true, "http://pana.example": false, "https://127.0.0.1": false,
		"http://127.0.0.1:8080": false, "": false, "https://": false,
	} {
		if got := auth.PasskeysAt(origin); got != want {
			t.Errorf("%q: %v, want %v", origin, got, want)
		}
	}
}
