package app

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

// authenticator is Chromium's own, with a finger that can be taken away.
type authenticator struct {
	*testing.T
	tab *testkit.Tab
	id  webauthn.AuthenticatorID
}

func (a *authenticator) do(act func(ctx context.Context) error) {
	a.Helper()
	if err := chromedp.Run(a.tab.Context(), chromedp.ActionFunc(act)); err != nil {
		a.Fatal(err)
	}
}

func newAuthenticator(t *testing.T, tab *testkit.Tab) *authenticator {
	t.Helper()
	a := &authenticator{T: t, tab: tab}
	a.do(webauthn.Enable().Do)
	a.do(func(ctx context.Context) (err error) {
		a.id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	})
	return a
}

// press asks for the passkey and waits until the page that the answer leads to has
// what it is known by.
func (a *authenticator) press(how, sign string) {
	a.Helper()
	a.do(chromedp.Click(`[data-passkey="`+how+`"] button`, chromedp.ByQuery).Do)
	a.do(chromedp.WaitReady(sign, chromedp.ByQuery).Do)
}

// copied puts the passkey back as it was before it was used: a copy of it counts
// what the first has counted already.
func (a *authenticator) copied() {
	a.Helper()
	a.do(func(ctx context.Context) error {
		all, err := webauthn.GetCredentials(a.id).Do(ctx)
		if err != nil || len(all) != 1 {
			a.Fatalf("%d passkeys, %v", len(all), err)
		}
		if err := webauthn.RemoveCredential(a.id, all[0].CredentialID).Do(ctx); err != nil {
			return err
		}
		all[0].SignCount = 1
		return webauthn.AddCredential(a.id, all[0]).Do(ctx)
	})
}

// TestAPasskeyInABrowser: made and named, it signs in without a login name; after a
// password it takes the place of a code; a copy of it, and one that was removed, sign
// nobody in.
func TestAPasskeyInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	// Browsers bind a passkey to a name.
	tab := testkit.NewTab(ctx, t, strings.Replace(l.url, "127.0.0.1", "localhost", 1), "en", true)
	a := newAuthenticator(t, tab)
	enter(tab, "", "inspector")
	tab.Go("/sign-ins/second")
	tab.Fill("passkey_name", "The post’s <computer>")
	a.press("create", "[data-codes]")
	if !testkit.Sees(tab, "data-codes", "10") {
		t.Error("no codes for paper come with the first passkey")
	}
	for _, flaw := range testkit.Axe(tab.Context(), t) {
		t.Error(flaw)
	}
	const within = `[data-page="work.title"]`
	tab.Go("/sign-in")
	a.press("get", within)
	enter(tab, "", "inspector")
	if !testkit.Sees(tab, "data-page", "code.title") {
		t.Fatal("a password alone signs in who has a passkey")
	}
	a.press("get", within)
	a.copied()
	tab.Go("/sign-in")
	a.press("get", `[data-code="auth.passkey_copied"]`)
}
