package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// A right password leaves a mark on the device, and the next try brings it:
// strangers who try a login must not hold up its owner.
func TestSigningInKnowsTheDevice(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d)
	form := url.Values{"login": {"ainur"}, "password": {"right"}}
	if got := v.post("/sign-in", form).Code; got != http.StatusSeeOther {
		t.Fatalf("signing in answered %d", got)
	}
	if d.device != "" {
		t.Errorf("a new device sent the mark %q", d.device)
	}
	v.post("/sign-in", form)
	if d.device != "mark-of-ainur" {
		t.Errorf("a known device sent the mark %q", d.device)
	}
}

func TestAgentIsWhatAPersonWouldSay(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36":                            "chrome windows",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 YaBrowser/24.10 Safari/537.36":                        "yandex windows",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0":                              "edge windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1":    "safari iphone",
		"Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36": "samsung android",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                     "firefox linux",
		"curl/8.0": "other other",
		"":         "other other",
	} {
		if got := agentOf(header); got != want {
			t.Errorf("%s: %s, want %s", header, got, want)
		}
	}
}

// Leaving at once ends the session of every window of the browser, keeps nothing,
// and goes even when the database does not answer.
func TestQuickExitEndsTheSessions(t *testing.T) {
	t.Parallel()
	for _, fails := range []bool{false, true} {
		d := &fakeDesk{stuck: fails}
		v := newVisitor(t, d)
		v.in("coordinator")
		if fails { // in all its windows, which wait no longer together than one
			for win := 2; win <= maxWindows; win++ {
				v.cookies[sessionCookie(win)] = "t-other"
			}
		}
		ctx, done := context.WithTimeout(t.Context(), 10*time.Second) // the database comes back
		defer done()
		begun := time.Now()
		got := v.send(httptest.NewRequestWithContext(ctx, http.MethodPost, "/exit", nil))
		if took := time.Since(begun); took > mostPatience+2*time.Second { // the machine may be busy
			t.Errorf("fails %v: she waited for %v", fails, took)
		}
		if got.Code != http.StatusOK || got.Header().Get("Refresh") != "0; url=https://www.wikipedia.org/" || got.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("fails %v: %d %v", fails, got.Code, got.Header())
		}
		if len(d.ended) != 1 && !fails {
			t.Errorf("%d sessions ended", len(d.ended))
		}
		if page := v.get("/work"); page.Code != http.StatusUnauthorized {
			t.Errorf("fails %v: the browser still opens a page: %d", fails, page.Code)
		}
	}
}

// TestNoWayOutLeavesPagesBehind: whoever signs out, leaves quickly or leaves her own page
// has the browser forget what it keeps of our pages, and nothing else: cookies of other
// windows and what was written without a network stay.
func TestNoWayOutLeavesPagesBehind(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, method, path string
		form              url.Values
		signedIn          bool
	}{
		{"a worker signs out", http.MethodPost, "/sign-out", url.Values{"key": {"k"}}, true},
		{"nobody signs out", http.MethodPost, "/sign-out", url.Values{"key": {"k"}}, false},
		{"quick exit", http.MethodPost, "/exit", url.Values{"key": {"k"}}, true},
		{"quick exit by an address", http.MethodGet, "/exit", nil, false},
		{"she leaves her own page", http.MethodPost, "/p", url.Values{"key": {"k"}, "go": {"leave"}}, false},
		{"she closes it", http.MethodPost, "/p", url.Values{"key": {"k"}, "go": {"close"}}, false},
	} {
		v := newVisitor(t, &fakeDesk{})
		if row.signedIn {
			v.in("coordinator")
		}
		got := v.get(row.path)
		if row.method == http.MethodPost {
			got = v.post(row.path, row.form)
		}
		if cleared := got.Header().Get("Clear-Site-Data"); got.Code >= 400 || cleared != `"cache"` {
			t.Errorf("%s: %d, clears %q", row.why, got.Code, cleared)
		}
	}
}
