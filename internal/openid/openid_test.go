package openid_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/openid"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

const back = "https://pana.example/sign-in/elsewhere/ministry"

// desk is a set with one provider, and what it logged.
type desk struct {
	*testing.T
	*openid.Set
	issuer *testkit.Issuer
	log    bytes.Buffer
	now    func() time.Time
}

func newDesk(t *testing.T, more string) *desk {
	t.Helper()
	d := &desk{T: t, issuer: testkit.NewIssuer(t), now: time.Now}
	path := d.issuer.Providers(t, t.TempDir(), more, string(id.New[id.Body](time.Now())))
	set, err := openid.Read(path, slog.New(slog.NewTextHandler(&d.log, nil)), func() time.Time { return d.now() })
	if err != nil {
		t.Fatal(err)
	}
	d.Set = set
	return d
}

func question() openid.Asked {
	return openid.Asked{State: "state", Nonce: "nonce-of-this-question", Verifier: oauth2.GenerateVerifier(), Redirect: back, At: time.Now()}
}

// ask goes to the provider and gives what the browser brings back.
func (d *desk) ask(a openid.Asked) openid.Answer {
	d.Helper()
	address, err := d.Address(d.Context(), d.All()[0], a)
	if err != nil {
		d.Fatal(err)
	}
	q := testkit.Follow(d, address).Query()
	if q.Get("state") != a.State {
		d.Fatalf("the state %q came back", q.Get("state"))
	}
	return openid.Answer{Code: withheld.New(q.Get("code")), Issuer: q.Get("iss")}
}

func (d *desk) who(a openid.Asked) (openid.Person, error) {
	d.Helper()
	return d.Who(d.Context(), d.All()[0], a, d.ask(a))
}

func TestWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	p, err := d.who(question())
	if err != nil || p.Subject.Reveal() != "id1" || p.Issuer != d.issuer.URL || len(p.Bodies) != 1 || p.Second {
		t.Errorf("%+v, %v", p, err)
	}
	if n := d.Refused(); len(n) != 0 {
		t.Errorf("refused: %v", n)
	}
}

// TestALyingToken: each thing that a token must not say is refused, counted by why, and
// logged without what it said.
func TestALyingToken(t *testing.T) {
	t.Parallel()
	const planted = "Тастанбаева-из-токена"
	claim := func(name string, value any) func(*testkit.Issuer) {
		return func(i *testkit.Issuer) { i.Bend = func(_, c map[string]any) { c[name] = value; c["name"] = planted } }
	}
	for _, row := range []struct {
		why, counted string
		bend         func(*testkit.Issuer)
		again        bool
	}{
		{"another issuer", "token", claim("iss", "https://elsewhere.example"), false},
		{"for another client", "token", claim("aud", "another"), false},
		{"for another client, and two are named", "token", claim("aud", []string{"another", "third"}), false},
		{"for two clients and no party named", "azp", claim("aud", []string{"pana", "another"}), false},
		{"made for another party", "azp", claim("azp", "another"), false},
		{"an answer to another question", "nonce", claim("nonce", "another"), false},
		{"an answer to no question", "nonce", func(i *testkit.Issuer) { i.Bend = func(_, c map[string]any) { delete(c, "nonce") } }, false},
		{"its time is over", "expired", claim("exp", time.Now().Add(-time.Minute).Unix()), false},
		{"not valid yet", "token", claim("nbf", time.Now().Add(time.Hour).Unix()), false},
		{"nobody", "subject", claim("sub", ""), false},
		{"a subject that is too long", "subject", claim("sub", strings.Repeat("s", 256)), false},
		{"a token for a service's own doors", "type", func(i *testkit.Issuer) { i.Bend = func(h, _ map[string]any) { h["typ"] = "at+jwt" } }, false},
		{"a word that somebody signed out", "type", func(i *testkit.Issuer) { i.Bend = func(h, _ map[string]any) { h["typ"] = "logout+jwt" } }, false},
		{"signed by nobody", "token", func(i *testkit.Issuer) {
			i.Bend = func(h, _ map[string]any) { h["alg"] = "none" }
			i.Sign = func(string) []byte { return nil }
		}, false},
		{"signed with the client's secret", "token", func(i *testkit.Issuer) {
			i.Bend = func(h, _ map[string]any) { h["alg"] = "HS256" }
			i.Sign = testkit.WithSecret([]byte(i.Secret))
		}, false},
		{"signed with the public key as a secret", "token", func(i *testkit.Issuer) {
			i.Bend = func(h, _ map[string]any) { h["alg"] = "HS256" }
			der, _ := x509.MarshalPKIXPublicKey(&i.Key.PublicKey)
			i.Sign = testkit.WithSecret(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
		}, false},
		{"signed by another key", "token", func(i *testkit.Issuer) { i.Sign = testkit.WithSecret([]byte("another")) }, false},
		{"they did not sign in anew", "auth_time", claim("auth_time", time.Now().Add(-time.Hour).Unix()), true},
		{"it is not said when they signed in", "auth_time", func(i *testkit.Issuer) { i.Bend = func(_, c map[string]any) { delete(c, "auth_time") } }, true},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "")
			d.issuer.Set(row.bend)
			a := question()
			a.Again = row.again
			p, err := d.who(a)
			if !fault.Is(err, openid.CodeRefused) || p.Issuer != "" || !p.Subject.Empty() {
				t.Errorf("%+v, %v", p, err)
			}
			if n := d.Refused(); n[row.counted] != 1 || len(n) != 1 {
				t.Errorf("counted: %v, not %s", n, row.counted)
			}
			if said := d.log.String(); strings.Contains(said, planted) || !strings.Contains(said, "why="+row.counted) {
				t.Errorf("the log says %s", said)
			}
		})
	}
}

// TestACodeIsGoodOnce, for whom it was made: replayed, without the verifier of the
// question, and for another address it gives nothing.
func TestACodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	a := question()
	answer := d.ask(a)
	if _, err := d.Who(t.Context(), d.All()[0], a, answer); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Who(t.Context(), d.All()[0], a, answer); !fault.Is(err, openid.CodeRefused) {
		t.Errorf("replayed: %v", err)
	}
	other := a
	other.Verifier = oauth2.GenerateVerifier()
	if _, err := d.Who(t.Context(), d.All()[0], other, d.ask(a)); !fault.Is(err, openid.CodeRefused) {
		t.Errorf("with another verifier: %v", err)
	}
	for why, bend := range map[string]func(*openid.Answer){
		"another provider's answer":              func(a *openid.Answer) { a.Issuer = "https://elsewhere.example" },
		"an answer that does not say whose":      func(a *openid.Answer) { a.Issuer = "" },
		"the provider says it signed nobody in":  func(a *openid.Answer) { a.Failed = true },
		"an answer without a code":               func(a *openid.Answer) { a.Code = withheld.Text{} },
		"a code that the provider does not know": func(a *openid.Answer) { a.Code = withheld.New("made up") },
	} {
		answer := d.ask(a)
		bend(&answer)
		if _, err := d.Who(t.Context(), d.All()[0], a, answer); !fault.Is(err, openid.CodeRefused) {
			t.Errorf("%s: %v", why, err)
		}
	}
}

// TestKeysChange: a token of a new key is believed without a restart, and one of a key
// that is published no more is not.
func TestKeysChange(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	if _, err := d.who(question()); err != nil {
		t.Fatal(err)
	}
	d.issuer.Turn()
	if _, err := d.who(question()); err != nil {
		t.Errorf("after a change of keys: %v", err)
	}
	if d.issuer.Asked != 2 {
		t.Errorf("keys were fetched %d times", d.issuer.Asked)
	}
}

// TestDown: a provider that does not answer is said to be down, is not asked by everybody
// at once, and is found again.
func TestDown(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	d.issuer.Set(func(i *testkit.Issuer) { i.Down = true })
	at := time.Now()
	d.now = func() time.Time { return at }
	if _, err := d.Address(t.Context(), d.All()[0], question()); !fault.Is(err, openid.CodeDown) {
		t.Fatalf("down: %v", err)
	}
	d.issuer.Set(func(i *testkit.Issuer) { i.Down = false })
	if _, err := d.Address(t.Context(), d.All()[0], question()); !fault.Is(err, openid.CodeDown) {
		t.Errorf("asked again at once: %v", err)
	}
	at = at.Add(6 * time.Second)
	if _, err := d.Address(t.Context(), d.All()[0], question()); err != nil {
		t.Errorf("back: %v", err)
	}
}

// TestSecondFactorThere: only what the installation names counts as one.
func TestSecondFactorThere(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		more  string
		claim map[string]any
		want  bool
	}{
		{"nothing is named", "", map[string]any{"acr": "2", "amr": []string{"otp"}}, false},
		{"its class is named", "    second-factor: {acr: [\"2\"]}\n", map[string]any{"acr": "2"}, true},
		{"a lower class", "    second-factor: {acr: [\"2\"]}\n", map[string]any{"acr": "1"}, false},
		{"no class is said", "    second-factor: {acr: [\"2\"]}\n", nil, false},
		{"a way that is named", "    second-factor: {amr: [otp, hwk]}\n", map[string]any{"amr": []string{"pwd", "otp"}}, true},
		{"another way", "    second-factor: {amr: [otp, hwk]}\n", map[string]any{"amr": []string{"pwd"}}, false},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, row.more)
			d.issuer.Set(func(i *testkit.Issuer) {
				i.Bend = func(_, c map[string]any) {
					for name, value := range row.claim {
						c[name] = value
					}
				}
			})
			if p, err := d.who(question()); err != nil || p.Second != row.want {
				t.Errorf("%v, %v", p.Second, err)
			}
		})
	}
}

// TestTheFileOfProviders is refused as a whole, with what is wrong.
func TestTheFileOfProviders(t *testing.T) {
	t.Parallel()
	body := string(id.New[id.Body](time.Now()))
	right := "providers:\n  - id: a\n    name: {en: A}\n    issuer: https://a.example\n    client: c\n    secret-file: secret\n    bodies: [" + body + "]\n"
	for _, row := range []struct{ why, old, new, says string }{
		{"", "", "", ""},
		{"in clear beyond this machine", "https://a.example", "http://a.example", "only https"},
		{"a password in the address", "https://a.example", "https://u:p@a.example", "address like"},
		{"nobody's body", body, "nobody", "no body's id"},
		{"no body", "[" + body + "]", "[]", "whose workers"},
		{"no secret", "secret-file: secret", "secret-file: missing", "secret-file"},
		{"a word that there is not", "client: c", "klient: c", "klient"},
		{"an id that cannot stand in an address", "id: a", "id: A/b", "small letters"},
		{"twice", right, right + strings.TrimPrefix(right, "providers:\n"), "twice"},
		{"an empty secret", "secret-file: secret", "secret-file: empty", "empty"},
	} {
		dir := t.TempDir()
		testkit.WriteFile(t, filepath.Join(dir, "secret"), "s")
		testkit.WriteFile(t, filepath.Join(dir, "empty"), "\n")
		path := testkit.WriteFile(t, filepath.Join(dir, "p.yaml"), strings.Replace(right, row.old, row.new, 1))
		_, err := openid.Read(path, slog.New(slog.DiscardHandler), time.Now)
		if (err == nil) != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if _, err := openid.Read(filepath.Join(t.TempDir(), "missing"), nil, time.Now); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}
