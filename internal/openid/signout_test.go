package openid_test

import (
	"strings"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/openid"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

// TestAWordThatSomebodySignedOut is believed as OpenID Connect Back-Channel Logout 1.0,
// 2.6, has it; each thing that it must not be is refused, counted by why, and logged
// without what it said.
func TestAWordThatSomebodySignedOut(t *testing.T) {
	t.Parallel()
	const planted = "planted-subject"
	now := time.Now()
	claim := func(name string, value any) func(*testkit.Issuer) {
		return func(i *testkit.Issuer) { i.Bend = func(_, c map[string]any) { c[name] = value } }
	}
	without := func(names ...string) func(*testkit.Issuer) {
		return func(i *testkit.Issuer) {
			i.Bend = func(_, c map[string]any) {
				for _, name := range names {
					delete(c, name)
				}
			}
		}
	}
	for _, row := range []struct {
		why, counted string // "": believed
		bend         func(*testkit.Issuer)
	}{
		{"as it should be", "", func(*testkit.Issuer) {}},
		{"one session alone", "", func(i *testkit.Issuer) {
			i.Bend = func(_, c map[string]any) { delete(c, "sub"); c["sid"] = "s1" }
		}},
		{"for two clients", "", claim("aud", []string{"another", "pana"})},
		{"its clock half a minute before ours", "", claim("iat", now.Add(30*time.Second).Unix())},
		{"typed JWT, as kept providers do", "", func(i *testkit.Issuer) { i.Bend = func(h, _ map[string]any) { h["typ"] = "JWT" } }},
		{"of no type", "", func(i *testkit.Issuer) { i.Bend = func(h, _ map[string]any) { delete(h, "typ") } }},
		{"an access token by its type", "out_type", func(i *testkit.Issuer) { i.Bend = func(h, _ map[string]any) { h["typ"] = "at+jwt" } }},
		{"another issuer", "out_token", claim("iss", "https://elsewhere.example")},
		{"for another client", "out_token", claim("aud", "another")},
		{"signed by another key", "out_token", func(i *testkit.Issuer) { i.Sign = testkit.WithSecret([]byte("another")) }},
		{"signed by nobody", "out_token", func(i *testkit.Issuer) {
			i.Bend = func(h, _ map[string]any) { h["alg"] = "none" }
			i.Sign = func(string) []byte { return nil }
		}},
		{"signed with the client's secret", "out_token", func(i *testkit.Issuer) {
			i.Bend = func(h, _ map[string]any) { h["alg"] = "HS256" }
			i.Sign = testkit.WithSecret([]byte(i.Secret))
		}},
		{"its time is over", "out_expired", claim("exp", now.Add(-time.Minute).Unix())},
		{"it has no end", "out_expired", without("exp")},
		{"made an hour ago, and good for years", "out_stale", func(i *testkit.Issuer) {
			i.Bend = func(_, c map[string]any) {
				c["iat"], c["exp"] = now.Add(-time.Hour).Unix(), now.AddDate(9, 0, 0).Unix()
			}
		}},
		{"not made yet", "out_stale", claim("iat", now.Add(time.Hour).Unix())},
		{"it does not say when it was made", "out_stale", without("iat")},
		{"of another event", "out_event", claim("events", map[string]any{"http://schemas.openid.net/event/other": map[string]any{}})},
		{"of no event: an identity token", "out_event", without("events")},
		{"the event is a word", "out_event", claim("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": "yes"})},
		{"with a nonce", "out_nonce", claim("nonce", "n")},
		{"with an empty nonce", "out_nonce", claim("nonce", "")},
		{"without a number", "out_number", without("jti")},
		{"of nobody", "out_nobody", without("sub")},
		{"a subject that is too long", "out_nobody", claim("sub", strings.Repeat("s", 256))},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, "")
			d.issuer.Set(func(i *testkit.Issuer) { i.Subject = planted; row.bend(i) })
			said, err := d.SignedOut(t.Context(), d.All()[0], withheld.New(d.issuer.LogoutToken(nil)))
			if row.counted == "" {
				if err != nil || said.Issuer != d.issuer.URL || said.Number == "" || said.Subject.Empty() == said.Session.Empty() {
					t.Errorf("%+v, %v", said, err)
				}
				return
			}
			if !fault.Is(err, openid.CodeRefused) || said != (openid.SignedOut{}) {
				t.Errorf("%+v, %v", said, err)
			}
			if n := d.Refused(); n[row.counted] != 1 || len(n) != 1 {
				t.Errorf("counted: %v, not %s", n, row.counted)
			}
			if log := d.log.String(); strings.Contains(log, planted) || !strings.Contains(log, "why="+row.counted) {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// TestNoWordOfAProviderThatIsDown, and none that is longer than any: nothing is fetched
// for it.
func TestNoWordOfAProviderThatIsDown(t *testing.T) {
	t.Parallel()
	d := newDesk(t, "")
	if _, err := d.SignedOut(t.Context(), d.All()[0], withheld.New(strings.Repeat("x", 17<<10))); !fault.Is(err, openid.CodeRefused) || d.issuer.Asked > 0 {
		t.Errorf("a long one: %v", err)
	}
	word := d.issuer.LogoutToken(nil)
	d.issuer.Set(func(i *testkit.Issuer) { i.Down = true })
	if _, err := d.SignedOut(t.Context(), d.All()[0], withheld.New(word)); !fault.Is(err, openid.CodeDown) {
		t.Errorf("a provider that is down: %v", err)
	}
}
