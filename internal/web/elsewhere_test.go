package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
)

// atMinistry is a visitor of a site with an address of its own: providers send back to it.
func atMinistry(t *testing.T, d *fakeDesk) *visitor {
	t.Helper()
	s, err := New(Options{Desk: d, Words: testWords, Zone: almaty, Now: func() time.Time { return noon }, Hotline: "11616", Origin: "https://pana.example"})
	if err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, d)
	v.handler = s.Handler()
	return v
}

// with keeps a cookie.
func (v *visitor) with(name, value string) *visitor {
	v.cookies[name] = value
	return v
}

// TestToAProviderAndBack: the button keeps a sealed question and leads away without a
// redirect; the answer signs in, in the window that asked, and goes where the worker was
// going, never out of this site.
func TestToAProviderAndBack(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry}}
	v := atMinistry(t, d)
	page := v.get("/sign-in").Body.String()
	if !strings.Contains(page, `data-provider="ministry"`) || strings.Contains(page, "<details data-password open") || !strings.Contains(page, "<details data-password") {
		t.Fatalf("the sign-in page:\n%s", page)
	}
	w := v.post("/~2/sign-in/elsewhere", url.Values{"provider": {"ministry"}, "next": {"https://evil.example/"}})
	if w.Code != http.StatusOK || w.Header().Get("Refresh") != "0; url=https://login.example/?a=1&b=2" || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	if d.asked.Next != "/" || d.asked.Window != 2 || d.asked.Aside || !d.asked.Token.Empty() {
		t.Errorf("asked: %+v", d.asked)
	}
	if cookie := setCookie(w, elsewhereCookie); cookie == nil || cookie.Value != "sealed" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Fatalf("the browser keeps %+v", cookie)
	}
	d.question = desk.AskedThere{Window: 2, Next: "//evil.example"}
	w = v.with(elsewhereCookie, "sealed").get("/sign-in/elsewhere/ministry?code=good&state=s")
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/~2/") {
		t.Errorf("answered %d to %s", w.Code, w.Header().Get("Location"))
	}
	if setCookie(w, "pana_s2") == nil || setCookie(w, elsewhereCookie) == nil || setCookie(w, elsewhereCookie).MaxAge >= 0 {
		t.Errorf("cookies: %v", w.Header()["Set-Cookie"])
	}
}

func setCookie(w *httptest.ResponseRecorder, name string) *http.Cookie {
	for _, c := range w.Result().Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// TestAnAnswerThatIsNotBelieved shows the sign-in page with one sentence; what the
// address carried is on no page, and nobody is signed in.
func TestAnAnswerThatIsNotBelieved(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, query, kept, code string }{
		{"nothing was asked by this browser", "code=good&state=s", "", "auth.begin_again"},
		{"another state", "code=good&state=forged", "sealed", "auth.begin_again"},
		{"nobody is linked", "code=unknown-code&state=s", "sealed", "auth.elsewhere_unknown"},
	} {
		v := atMinistry(t, &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry}})
		if row.kept != "" {
			v = v.with(elsewhereCookie, row.kept)
		}
		w := v.get("/sign-in/elsewhere/ministry?" + row.query)
		page := w.Body.String()
		if !strings.Contains(page, `data-code="`+row.code+`"`) || !strings.Contains(page, "<details data-password open") || setCookie(w, "pana_s1") != nil {
			t.Errorf("%s: %d\n%s", row.why, w.Code, page)
		}
		for _, secret := range []string{"unknown-code", "forged", "state=s"} {
			if strings.Contains(page, secret) {
				t.Errorf("%s: the page has %s of the address", row.why, secret)
			}
		}
	}
	w := atMinistry(t, &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry}}).post("/sign-in/elsewhere", url.Values{"provider": {"down"}})
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `data-code="auth.elsewhere_down"`) || !strings.Contains(w.Body.String(), `name="password"`) {
		t.Errorf("a provider that is down: %d", w.Code)
	}
}

// TestSecondFactorAfterAProvider: ours is asked for, on the page that a password leads to.
func TestSecondFactorAfterAProvider(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry, question: desk.AskedThere{Window: 1, Next: "/concern"}}, second: true}
	w := atMinistry(t, d).with(elsewhereCookie, "sealed").get("/sign-in/elsewhere/ministry?code=good&state=s")
	if page := w.Body.String(); !strings.Contains(page, `data-page="code.title"`) || !strings.Contains(page, `value="/concern"`) || strings.Contains(page, "code=good") {
		t.Errorf("%d\n%s", w.Code, page)
	}
}

// TestAFormWaitsInItsTab: a form that was sent after the session had ended, and one
// before a dangerous act, stay where they are while the sign-in opens in another tab.
func TestAFormWaitsInItsTab(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry}}
	v := atMinistry(t, d)
	page := v.post("/concern", url.Values{"needs": {"bed"}, "go": {"next"}}).Body.String()
	if !strings.Contains(page, `target="_blank"`) || !strings.Contains(page, "data-aside") || !strings.Contains(page, `name="aside"`) {
		t.Fatalf("the form does not wait:\n%s", page)
	}
	if w := v.post("/sign-in", url.Values{"needs": {"bed"}, "next": {"/concern"}, "go": {"signed"}}); !strings.Contains(w.Body.String(), `data-code="auth.elsewhere_not_yet"`) {
		t.Errorf("sent on before anybody signed in: %d", w.Code)
	}
	d.question = desk.AskedThere{Window: 1, Aside: true}
	w := v.with(elsewhereCookie, "sealed").get("/sign-in/elsewhere/ministry?code=good&state=s")
	if w.Header().Get("Location") != "/sign-in/elsewhere" || setCookie(w, "pana_s1") == nil {
		t.Errorf("the other tab: %d %v", w.Code, w.Header())
	}
	w = atMinistry(t, d).in("worker").post("/sign-in", url.Values{"needs": {"bed"}, "next": {"/concern"}, "go": {"signed"}})
	if page := w.Body.String(); !strings.Contains(page, `data-page="resume.title"`) || !strings.Contains(page, `name="needs" value="bed"`) {
		t.Errorf("the form did not come back: %d\n%s", w.Code, page)
	}

	d = &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry}, stale: true}
	v = atMinistry(t, d).in("worker")
	page = v.post("/take-out", url.Values{"taken_for": {"court"}}).Body.String()
	if !strings.Contains(page, `name="proof"`) || !strings.Contains(page, `target="_blank"`) {
		t.Fatalf("no way to prove it elsewhere:\n%s", page)
	}
	v.post("/sign-in/elsewhere", url.Values{"provider": {"ministry"}, "proof": {"1"}, "aside": {"1"}})
	if d.asked.Token.Reveal() != "t-worker" {
		t.Errorf("whose session is proved: %+v", d.asked)
	}
	if w := v.post("/prove", url.Values{"taken_for": {"court"}, "next": {"/take-out"}, "go": {"signed"}}); !strings.Contains(w.Body.String(), `data-code="auth.elsewhere_not_yet"`) {
		t.Errorf("sent on before it was proved: %d", w.Code)
	}
	d.question = desk.AskedThere{Window: 1, Aside: true, Proves: "s"}
	if w := v.with(elsewhereCookie, "sealed").get("/sign-in/elsewhere/ministry?code=good&state=s"); w.Header().Get("Location") != "/sign-in/elsewhere" || d.proved != "t-worker" {
		t.Errorf("proved: %q, %d", d.proved, w.Code)
	}
	d.stale = false
	if w := v.post("/prove", url.Values{"taken_for": {"court"}, "next": {"/take-out"}, "go": {"signed"}}); !strings.Contains(w.Body.String(), `data-page="resume.title"`) {
		t.Errorf("after it: %d", w.Code)
	}
	if w := atMinistry(t, d).post("/sign-in/elsewhere", url.Values{"provider": {"ministry"}, "proof": {"1"}}); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody proves nothing: %d", w.Code)
	}
}

// TestWhomAProviderCalls: the account's page asks for the subject where the body has a
// sign-in of its own.
func TestWhomAProviderCalls(t *testing.T) {
	t.Parallel()
	w := desk.WorkerLine{ID: "w", Login: "aliya", State: "active", Elsewhere: ministry}
	fm := form{testFrame("en", "workers.title", true), url.Values{"key": {"k"}}}
	if l := newLinkForm(fm, w); l == nil || len(l.Fields) != 1 || l.Fields[0].Name != "subject" {
		t.Errorf("%+v", l)
	}
	w.Elsewhere = append(ministry, desk.OtherSignIn{ID: "other", Name: "Other"})
	if l := newLinkForm(fm, w); l == nil || len(l.Fields) != 2 {
		t.Errorf("two: %+v", l)
	}
	for why, change := range map[string]func(*desk.WorkerLine){
		"one's own": func(w *desk.WorkerLine) { w.Own = true }, "a leaver": func(w *desk.WorkerLine) { w.State = "left" }, "none": func(w *desk.WorkerLine) { w.Elsewhere = nil },
	} {
		bent := w
		change(&bent)
		if l := newLinkForm(fm, bent); l != nil {
			t.Errorf("%s: %+v", why, l)
		}
	}
}
