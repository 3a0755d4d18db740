package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestDangerousRoutesAreRoutes(t *testing.T) {
	t.Parallel()
	var all []string
	for _, r := range Routes() {
		all = append(all, r.Pattern)
	}
	for _, pattern := range slices.Concat(dangerous, openWithout, onlyPassword) {
		if !slices.Contains(all, pattern) {
			t.Errorf("there is no route %s", pattern)
		}
	}
}

// Before a dangerous act an old proof is asked for anew, nothing is done, nothing
// typed is lost, and a form that is only shown again does nothing either.
func TestDangerousActsAskAgain(t *testing.T) {
	t.Parallel()
	for _, pattern := range dangerous {
		path := strings.ReplaceAll(strings.TrimPrefix(pattern, "POST "), "{file}", string(fileID(1)))
		form := url.Values{"key": {"k"}, "go": {"take"}, "reason": {"danger"}, "body_name": {"<Жаңа>"}, "taken_for": {"court"}, "taken_as": {"csv"}, "of": {"work"}}
		d := &fakeDesk{stale: true}
		v := newVisitor(t, d).in("coordinator")
		got := v.post(path, form)
		if page := got.Body.String(); got.Code != http.StatusUnauthorized || len(d.acts) != 0 || !strings.Contains(page, `name="password"`) || !strings.Contains(page, `value="&lt;Жаңа&gt;"`) {
			t.Errorf("%s: %d, acts %v", pattern, got.Code, d.acts)
		}
		if got := v.post(path, with(form, "resume", "1")); got.Code != http.StatusOK && got.Code != http.StatusUnprocessableEntity || len(d.acts) != 0 {
			t.Errorf("%s shown again: %d, acts %v", pattern, got.Code, d.acts)
		}
		if got := v.post("/prove", with(form, "next", path, "password", "wrong")); got.Code != http.StatusUnprocessableEntity || !d.stale || !strings.Contains(got.Body.String(), `value="&lt;Жаңа&gt;"`) {
			t.Errorf("%s: a wrong password: %d", pattern, got.Code)
		}
		if got := v.post("/prove", with(form, "next", path, "password", "right")); got.Code != http.StatusOK || d.stale || !strings.Contains(got.Body.String(), `action="`+path+`"`) || strings.Contains(got.Body.String(), "right") {
			t.Errorf("%s: the right one: %d", pattern, got.Code)
		} else if kept := setCookie(got, "pana_s1"); kept == nil || kept.Value != "t-proved" || kept.MaxAge < 60 {
			t.Errorf("%s: the browser goes on with the token before: %+v", pattern, kept)
		}
	}
}

func TestWhoLacksASecondFactorIsLedToIt(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{lacks: true}).in("coordinator")
	for path, want := range map[string]int{
		"/work": http.StatusSeeOther, "/admin/workers": http.StatusSeeOther, "/file/" + string(fileID(1)): http.StatusSeeOther,
		"/sign-ins/second": http.StatusOK, "/sign-ins": http.StatusOK, "/guarantees": http.StatusOK,
	} {
		if got := v.get(path); got.Code != want || want == http.StatusSeeOther && got.Header().Get("Location") != "/sign-ins/second" {
			t.Errorf("%s: %d to %q", path, got.Code, got.Header().Get("Location"))
		}
	}
}

// The secret comes from us: an address that somebody sent cannot bring one that they
// know.
func TestNoSecretFromAnAddress(t *testing.T) {
	t.Parallel()
	const theirs = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK"
	v := newVisitor(t, &fakeDesk{}).in("coordinator")
	if page := v.get("/sign-ins/second?secret=" + theirs).Body.String(); strings.Contains(page, `name="secret" value="`+theirs) || strings.Contains(page, "MFRG GZDF") {
		t.Error("an address sets the secret")
	}
	form := url.Values{"key": {"k"}, "go": {"set"}, "secret": {theirs}, "figures": {"999999"}}
	if got := v.post("/sign-ins/second", form); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), theirs) {
		t.Errorf("a wrong code has the squares read anew: %d", got.Code)
	}
	if got := v.post("/sign-ins/second", with(form, "figures", "123456")); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `data-codes="1"`) || got.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the codes are not shown: %d", got.Code)
	}
}

func TestASecondFactorIsAskedAfterThePassword(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{second: true})
	typed := url.Values{"login": {"ainur"}, "password": {"right"}, "next": {"/concern"}, "needs": {"bed"}}
	first := v.post("/sign-in", typed)
	page := first.Body.String()
	if first.Code != http.StatusOK || !strings.Contains(page, `name="figures"`) || !strings.Contains(page, `name="needs" value="bed"`) || v.cookies[sessionCookie(1)] != "" {
		t.Fatalf("after the password: %d, session %q", first.Code, v.cookies[sessionCookie(1)])
	}
	if strings.Contains(page, `value="right"`) {
		t.Error("the password is in the page")
	}
	code := url.Values{"ticket": {"ticket"}, "next": {"/concern"}, "needs": {"bed"}, "figures": {"000000"}}
	if got := v.post("/sign-in/second", code); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `name="needs" value="bed"`) {
		t.Errorf("a wrong code: %d", got.Code)
	}
	if got := v.post("/sign-in/second", with(code, "ticket", "old")); got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `name="password"`) {
		t.Errorf("a ticket that is over: %d", got.Code)
	}
	if got := v.post("/sign-in/second", with(code, "figures", "123456")); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `name="needs" value="bed"`) || v.cookies[sessionCookie(1)] == "" {
		t.Errorf("the right code: %d", got.Code)
	}
}
