package app

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

// overTLS serves what l is over TLS as well.
func overTLS(t *testing.T, l *live) *httptest.Server {
	t.Helper()
	handler, err := l.handler(l.demo, true)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	return server
}

// TestACookieOfASessionThatEnded opens nothing, however it ended: who wrote it down
// before has nothing.
func TestACookieOfASessionThatEnded(t *testing.T) {
	t.Parallel()
	server := overTLS(t, begin(t))
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why, role string
		end       func(p *testkit.Plain)
	}{
		{"signed out", "inspector", func(p *testkit.Plain) { p.Do("POST", "/sign-out", url.Values{}) }},
		{"left at once", "coordinator", func(p *testkit.Plain) { p.Do("POST", "/exit", url.Values{}) }},
		{"its device was let go of", "shelter", func(p *testkit.Plain) { p.Go("/sign-ins"); p.Press("go", "forget") }},
	} {
		p := testkit.NewPlain(t, server.URL)
		p.Client.Transport = server.Client().Transport
		enter(p, "", row.role)
		before := p.Client.Jar.Cookies(at)
		if !slices.ContainsFunc(before, func(c *http.Cookie) bool { return c.Name == "__Host-pana_s1" }) {
			t.Fatalf("%s: the browser keeps %v", row.why, before)
		}
		again := func() int {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/work", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range before {
				req.AddCookie(c)
			}
			res, err := server.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			return res.StatusCode
		}
		if got := again(); got != http.StatusOK {
			t.Fatalf("%s: before, the cookie opens nothing: %d", row.why, got)
		}
		row.end(p)
		if got := again(); got != http.StatusUnauthorized {
			t.Errorf("%s: the cookie of before still opens a page: %d", row.why, got)
		}
	}
}

// TestABrowserKeepsCookiesOfThisNameAlone: over TLS Chromium takes our cookies under
// the prefix that binds them to our name, lets no page set one of that kind for the
// names beside ours, and one of a plain name signs nobody in; in clear on its own
// machine it keeps them under their plain names.
func TestABrowserKeepsCookiesOfThisNameAlone(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	for base, prefix := range map[string]string{strings.Replace(overTLS(t, l).URL, "127.0.0.1", "localhost", 1): "__Host-", l.url: ""} {
		do := func(act func(context.Context) error) {
			t.Helper()
			if err := chromedp.Run(ctx, chromedp.ActionFunc(act)); err != nil {
				t.Fatal(err)
			}
		}
		do(security.SetIgnoreCertificateErrors(true).Do)
		tab := testkit.NewTab(ctx, t, base, "en", true)
		enter(tab, "", "inspector")
		if !testkit.Sees(tab, "data-page", "work.title") {
			t.Fatalf("%s: not signed in: %v", base, tab.All("data-page"))
		}
		var all []*network.Cookie
		kept := func() (names []string) {
			do(func(ctx context.Context) (err error) {
				all, err = network.GetCookies().WithURLs([]string{base}).Do(ctx)
				return err
			})
			for _, c := range all {
				names = append(names, c.Name)
				if !strings.HasPrefix(c.Name, prefix+"pana_") || c.Secure != (prefix != "") || !c.HTTPOnly || c.Path != "/" || c.Domain != "localhost" && c.Domain != "127.0.0.1" {
					t.Errorf("%s: %+v", base, c)
				}
			}
			return names
		}
		before := kept()
		if !slices.Contains(before, prefix+"pana_s1") {
			t.Errorf("%s: the browser keeps %v", base, before)
		}
		if prefix == "" {
			continue
		}
		session := all[slices.Index(before, prefix+"pana_s1")].Value
		// The right token under the wrong name, and under the right one but for more than
		// this name, as a neighbouring site could try.
		do(network.ClearBrowserCookies().Do)
		do(chromedp.Evaluate(`document.cookie = "pana_s1=`+session+`; path=/; secure"; document.cookie = "__Host-pana_s1=`+session+`; path=/; domain=localhost; secure"`, nil).Do)
		if tab.Go("/work"); tab.Status() != http.StatusUnauthorized {
			t.Errorf("a cookie that another name could set signs in: %d", tab.Status())
		}
	}
}
