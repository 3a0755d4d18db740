package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/rate"
)

// used is a gate whose time stands still, with limits of one a minute.
func used() *rate.Gate {
	return rate.New(rate.Limits{Worker: 1, Address: 1}, func() time.Time { return noon })
}

// newLimitedVisitor comes to a site that holds up who asks too often.
func newLimitedVisitor(t *testing.T, d *fakeDesk, gate *rate.Gate) *visitor {
	t.Helper()
	s, err := New(Options{Desk: d, Words: testWords, Zone: almaty, Now: func() time.Time { return noon }, Hotline: "11616", Rate: gate})
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, s.Handler(), map[string]string{langCookie: "en"}, map[string]string{"Sec-Fetch-Site": "same-origin"}}
}

func untilRefused(t *testing.T, ask func() *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	t.Helper()
	for n := range 2 * rate.Ahead {
		w := ask()
		if w.Code != http.StatusTooManyRequests {
			continue
		}
		if n != rate.Ahead {
			t.Errorf("refused after %d", n)
		}
		return w
	}
	t.Fatal("never refused")
	return nil
}

// TestTooOften: a worker at the limit is told in their language when to come back, has
// what they typed in hand, and nothing was done; a colleague goes on.
func TestTooOften(t *testing.T) {
	t.Parallel()
	path := "/file/" + string(fileID(1)) + "/note"
	typed := url.Values{"text": {"typed once"}, "key": {"k"}}
	d := &fakeDesk{}
	v := newLimitedVisitor(t, d, used()).in("worker")
	w := untilRefused(t, func() *httptest.ResponseRecorder { return v.post(path, typed) })
	if len(d.acts) != rate.Ahead {
		t.Errorf("%d notes were written", len(d.acts))
	}
	if after := w.Header().Get("Retry-After"); after != "60" {
		t.Errorf("to come back after %q", after)
	}
	for _, part := range []string{"typed once", `action="` + path + `"`, `data-code="rate.worker"`, "Wait 60 s"} {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("the page does not have %q", part)
		}
	}
	for lang, says := range map[string]string{"ru": "Подождите 60 с", "kk": "60 секунд күтіп"} {
		v.cookies[langCookie] = lang
		page := v.get("/work?state=due").Body.String()
		if !strings.Contains(page, says) || !strings.Contains(page, `href="/work?state=due"`) {
			t.Errorf("%s: the page does not say when, or how to have it again", lang)
		}
	}
	if w := v.in("colleague").post(path, typed); w.Code == http.StatusTooManyRequests {
		t.Error("a colleague at the same address waits too")
	}
}

// TestSafetyIsNotHeldUp: leaving, freezing, an emergency and handing over go on at the
// limit, and every such address is one that there is.
func TestSafetyIsNotHeldUp(t *testing.T) {
	t.Parallel()
	v := newLimitedVisitor(t, &fakeDesk{}, used()).in("worker")
	untilRefused(t, func() *httptest.ResponseRecorder { return v.get("/work") })
	for _, pattern := range unheld {
		if !slices.ContainsFunc(Routes(), func(r Route) bool { return r.Pattern == pattern }) {
			t.Errorf("%s is no address", pattern)
			continue
		}
		method, path, _ := strings.Cut(strings.ReplaceAll(pattern, "{file}", string(fileID(1))), " ")
		v.in("worker") // leaving signed out
		w := v.get(path)
		if method == http.MethodPost {
			w = v.post(path, url.Values{"key": {"k"}})
		}
		if w.Code == http.StatusTooManyRequests {
			t.Errorf("%s is held up", pattern)
		}
	}
	v.in("worker")
	if w := v.get("/work"); w.Code != http.StatusTooManyRequests {
		t.Errorf("after all that the limit is forgotten: %d", w.Code)
	}
}

// TestTooOftenFromAnAddress: who is signed in nowhere counts by address. The sign-in page
// comes back with the login and without the password, the person's page with the message
// and without the PIN or a worker's number, and she still leaves at once.
func TestTooOftenFromAnAddress(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newLimitedVisitor(t, d, used())
	w := untilRefused(t, func() *httptest.ResponseRecorder {
		return v.post("/sign-in", url.Values{"login": {"aigerim"}, "password": {"planted-secret"}})
	})
	page := w.Body.String()
	if w.Header().Get("Retry-After") != "60" || !strings.Contains(page, `value="aigerim"`) || !strings.Contains(page, "Too many requests come from this connection") || strings.Contains(page, "planted-secret") {
		t.Errorf("the sign-in page, to come back after %q", w.Header().Get("Retry-After"))
	}
	said := url.Values{"go": {"say"}, "key": {"k"}, "page_text": {"May I work?"}, "page_pin": {"471100"}}
	hers := v.post("/p", said)
	if page := hers.Body.String(); hers.Code != http.StatusTooManyRequests || !strings.Contains(page, "May I work?") || strings.Contains(page, "471100") || strings.Contains(page, "11616") || hers.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("her page: %d, kept by the browser: %s", hers.Code, hers.Header().Get("Cache-Control"))
	}
	for _, button := range unheldAtHers {
		if w := v.post("/p", url.Values{"go": {button}, "key": {"k"}}); w.Code != http.StatusOK {
			t.Errorf("%s on her page: %d", button, w.Code)
		}
	}
	if w := v.get("/static/pana.css"); w.Code != http.StatusOK {
		t.Errorf("a file that is the same for everybody: %d", w.Code)
	}
	r := httptest.NewRequest(http.MethodGet, "/guarantees.csv", nil)
	r.RemoteAddr = "198.51.100.9:2"
	if w := v.send(r); w.Code == http.StatusTooManyRequests {
		t.Error("another address waits too")
	}
	if w := v.in("worker").get("/work"); w.Code != http.StatusOK {
		t.Errorf("who signs in at that address: %d", w.Code)
	}
}

// TestACookieOfNobodyCountsByAddress: a made-up session is no way round the limit.
func TestACookieOfNobodyCountsByAddress(t *testing.T) {
	t.Parallel()
	v, n := newLimitedVisitor(t, &fakeDesk{}, used()), 0
	untilRefused(t, func() *httptest.ResponseRecorder {
		n++
		v.cookies[sessionCookie(1)] = fmt.Sprint("made-up-", n)
		return v.get("/work")
	})
}
