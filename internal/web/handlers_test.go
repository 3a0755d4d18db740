package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pana/internal/desk"
	"pana/internal/fault"
)

// address fills a pattern's places with identifiers that could exist.
func address(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	path = strings.ReplaceAll(path, "{$}", "")
	path = strings.ReplaceAll(path, "{tile...}", "0/000")
	path = strings.ReplaceAll(path, "{provider}", "ministry")
	for _, name := range []string{"file", "referral", "event", "right", "step", "check", "signal", "paper", "operation", "track", "household", "document", "hearing", "estimate"} {
		path = strings.ReplaceAll(path, "{"+name+"}", string(fileID(1)))
	}
	return strings.ReplaceAll(path, "{signature}", string(fileID(7))) // one that the paper has
}

func TestEveryRouteHasAPermissionAndATemplate(t *testing.T) {
	t.Parallel()
	pages := testSite(t).pages
	for _, r := range Routes() {
		if r.Act == "" || r.run == nil {
			t.Errorf("%s has no permission or no handler", r.Pattern)
		}
		if pages[r.Page] == nil {
			t.Errorf("%s names the page %q, which does not exist", r.Pattern, r.Page)
		}
	}
}

// TestGetChangesNothing walks every address that a link could lead to.
func TestGetChangesNothing(t *testing.T) {
	t.Parallel()
	for _, r := range Routes() {
		if !strings.HasPrefix(r.Pattern, "GET ") || r.Page == "front" {
			continue
		}
		t.Run(strings.ReplaceAll(r.Pattern, "/", "_"), func(t *testing.T) {
			t.Parallel()
			d := &fakeDesk{}
			w := newVisitor(t, d).in("worker").get(address(r.Pattern))
			if w.Code != http.StatusOK {
				t.Fatalf("answered %d", w.Code)
			}
			if strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				inspect(t, w.Body.String(), "en")
			}
			if len(d.acts) > 0 {
				t.Errorf("did %v", d.acts)
			}
			if got := w.Header().Get("Cache-Control"); r.Act != Public && got != "no-store" {
				t.Errorf("may be kept by a cache: %q", got)
			}
			if !slices.Contains([]string{policy, uploadPolicy, contentPolicy}, w.Header().Get("Content-Security-Policy")) || w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("headers that protect are missing")
			}
		})
	}
}

// TestNobodySeesNothing asks for every page without a session, and as a role
// without the door.
func TestNobodySeesNothing(t *testing.T) {
	t.Parallel()
	for _, r := range Routes() {
		if r.Act == Public {
			continue
		}
		method, _, _ := strings.Cut(r.Pattern, " ")
		ask := func(v *visitor) int {
			if method == http.MethodPost {
				return v.post(address(r.Pattern), url.Values{}).Code
			}
			return v.get(address(r.Pattern)).Code
		}
		if got := ask(newVisitor(t, &fakeDesk{})); got != http.StatusUnauthorized {
			t.Errorf("%s: nobody got %d", r.Pattern, got)
		}
		if got := ask(newVisitor(t, &fakeDesk{}).in("clerk")); r.Door != "" && got != http.StatusNotFound {
			t.Errorf("%s: a role without the door got %d", r.Pattern, got)
		}
	}
}

func TestWithheldIsNotFoundByteForByte(t *testing.T) {
	t.Parallel()
	withheldPage := newVisitor(t, &fakeDesk{lost: true}).in("worker").get("/file/" + string(fileID(1)))
	same := newVisitor(t, &fakeDesk{lost: true}).in("worker").get("/file/" + string(fileID(2)))
	malformed := newVisitor(t, &fakeDesk{}).in("worker").get("/file/0")
	clean := func(s, path string) string { return strings.ReplaceAll(s, path, "PATH") }
	a := clean(withheldPage.Body.String(), "/file/"+string(fileID(1)))
	if b := clean(same.Body.String(), "/file/"+string(fileID(2))); a != b {
		t.Error("two withheld files answer differently")
	}
	if b := clean(malformed.Body.String(), "/file/0"); a != b || malformed.Code != withheldPage.Code {
		t.Error("a malformed id answers differently from a withheld file")
	}
}

func TestWritesComeFromOurOwnPages(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why     string
		headers map[string]string
		done    bool
	}{
		{"a browser that says so", map[string]string{"Sec-Fetch-Site": "same-origin"}, true},
		{"an old browser that sends Origin", map[string]string{"Origin": "http://example.com"}, true},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}, false},
		{"another site, old browser", map[string]string{"Origin": "http://evil.example"}, false},
		{"neither header", nil, false},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := &fakeDesk{}
			v := newVisitor(t, d).in("worker")
			v.headers = row.headers
			w := v.post("/check", url.Values{"name": {"x"}, "key": {"k"}})
			if done := len(d.acts) == 1; done != row.done {
				t.Errorf("done is %v, answered %d", done, w.Code)
			}
		})
	}
}

func TestBadFormsGetASentence(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, body, says string }{
		{"too large", "name=" + strings.Repeat("a", maxBody), "too long to send"},
		{"bytes that are no text", "name=%ff%fe", "arrived damaged"},
		{"broken escape", "name=%zz", "arrived damaged"},
		{"over its limit", "name=" + strings.Repeat("a", 200), "120 characters at most"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := &fakeDesk{}
			w := newVisitor(t, d).in("worker").postText("/check", row.body)
			if w.Code != http.StatusUnprocessableEntity || len(d.acts) > 0 || !strings.Contains(w.Body.String(), row.says) {
				t.Errorf("answered %d, did %v, says it: %v", w.Code, d.acts, strings.Contains(w.Body.String(), row.says))
			}
		})
	}
}

func TestConcernKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	page := v.post("/concern", with(concernTyped, "at", "safety", "go", "next")).Body.String()
	for _, kept := range []string{`name="age" value="15"`, `value="&lt;Gul&gt;"`, `name="at" value="needs"`} {
		if !strings.Contains(page, kept) {
			t.Errorf("lost %s", kept)
		}
	}
	page = v.post("/concern", with(concernTyped, "at", "safety", "age", "many", "go", "next")).Body.String()
	if !strings.Contains(page, `href="#age"`) || !strings.Contains(page, `value="many"`) || !strings.Contains(page, `value="&lt;Gul&gt;"`) {
		t.Error("a wrong age must be named, linked and given back with the rest")
	}
	page = v.post("/concern", with(concernTyped, "at", "consent", "set_lang", "kk")).Body.String()
	if !strings.Contains(page, `<html lang="kk"`) || !strings.Contains(page, `value="&lt;Gul&gt;"`) || !strings.Contains(page, `name="at" value="consent"`) {
		t.Error("changing the language must keep the page and what was typed")
	}
	if len(d.acts) > 0 {
		t.Fatalf("did %v before it was asked to", d.acts)
	}
	if w := v.post("/concern", with(concernTyped, "at", "check", "go", "record")); w.Code != http.StatusSeeOther || len(d.acts) != 1 {
		t.Fatalf("answered %d, did %v", w.Code, d.acts)
	}
	in, ok := d.last.(desk.ConcernInput)
	if !ok || in.CallName.Reveal() != "<Gul>" || len(in.Needs) != 2 || len(in.Indicators) != 2 || in.Key != "k" || in.AgeKnown != "not_sure" {
		t.Error("decoded otherwise than typed")
	}
}

func TestDeskSaysWhatToMend(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{fail: fault.Form(fault.Field{Name: "needs", Code: "field.required"})}
	w := newVisitor(t, d).in("worker").post("/concern", with(concernTyped, "at", "check", "go", "record"))
	if page := w.Body.String(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#needs"`) || !strings.Contains(page, `name="at" value="needs"`) {
		t.Errorf("the page on which the field stands must come back: %d", w.Code)
	}
}

// TestSessionEndsInMidForm follows one form over the sign-in page and back.
func TestSessionEndsInMidForm(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d)
	typed := with(concernTyped, "at", "consent", "go", "next")
	w := v.post("/concern", typed)
	if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "&lt;Gul&gt;") {
		t.Fatalf("answered %d without what was typed", w.Code)
	}
	again := with(typed, "login", "worker", "password", "wrong", "next", "/concern")
	if w = v.post("/sign-in", again); !strings.Contains(w.Body.String(), "&lt;Gul&gt;") || strings.Contains(w.Body.String(), `value="wrong"`) {
		t.Error("a wrong password must keep the form and not the password")
	}
	w = v.post("/sign-in", with(again, "password", "right"))
	if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, `name="resume"`) || !strings.Contains(body, "&lt;Gul&gt;") || strings.Contains(body, "right\"") {
		t.Fatalf("signed in, but the form did not come back: %d", w.Code)
	}
	w = v.post("/concern", with(typed, "resume", "1"))
	if len(d.acts) > 0 || !strings.Contains(w.Body.String(), `value="&lt;Gul&gt;"`) || !strings.Contains(w.Body.String(), `name="at" value="consent"`) {
		t.Error("the form must be shown filled, and not be sent by itself")
	}
}

func TestTwoWindowsHaveTwoSessions(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("inspector")
	v.cookies[sessionCookie(2)] = "t-shelter"
	first, second := v.get("/work").Body.String(), v.get("/~2/work").Body.String()
	if !strings.Contains(first, "Body of t-inspector") || !strings.Contains(second, "Body of t-shelter") {
		t.Error("each window reads its own session")
	}
	if !strings.Contains(second, `href="/~2/concern"`) || strings.Contains(second, `href="/concern"`) {
		t.Error("links stay in their window")
	}
	if w := v.get("/~3/work"); w.Code != http.StatusUnauthorized {
		t.Errorf("an empty window answered %d", w.Code)
	}
}

// TestTheCheckNeverFailsOpen: any error answers hold.
func TestTheCheckNeverFailsOpen(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault.Kind{fault.Internal, fault.Busy, fault.Limited, fault.Conflict} {
		d := &fakeDesk{fail: fault.New(kind, "x")}
		w := newVisitor(t, d).in("worker").post("/check", url.Values{"name": {"x"}, "key": {"k"}})
		if !strings.Contains(w.Body.String(), `class="answer hold"`) || w.Code != http.StatusServiceUnavailable {
			t.Errorf("kind %d answered %d without hold", kind, w.Code)
		}
	}
}

// TestComeBackSaysWhen: who is told to come back is told when, in a header too, and what
// was typed is on the page to be sent again.
func TestComeBackSaysWhen(t *testing.T) {
	t.Parallel()
	path := "/file/" + string(fileID(1)) + "/note"
	for _, row := range []struct {
		err    error
		status int
		after  string
	}{
		{fault.New(fault.Limited, "x", "seconds", "7"), http.StatusTooManyRequests, "7"},
		{fault.New(fault.Busy, "x"), http.StatusServiceUnavailable, "5"},
		{fault.New(fault.Conflict, "x"), http.StatusConflict, ""},
	} {
		w := newVisitor(t, &fakeDesk{fail: row.err}).in("worker").post(path, url.Values{"text": {"typed once"}, "key": {"k"}})
		if w.Code != row.status || w.Header().Get("Retry-After") != row.after || !strings.Contains(w.Body.String(), "typed once") {
			t.Errorf("answered %d, to come back after %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
}

func TestAnAdverseDecisionNeedsReasons(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	path := "/file/" + string(fileID(1)) + "/step/not_identified"
	bare := url.Values{"key": {"k"}, "f.grounds": {"other"}, "go": {"take"}}
	if w := v.post(path, bare); w.Code != http.StatusUnprocessableEntity || len(d.acts) > 0 {
		t.Errorf("answered %d, did %v", w.Code, d.acts)
	}
	full := with(bare, "reasons", "because", "language", "uz")
	if w := v.post(path, with(full, "go", "check")); w.Code != http.StatusOK || len(d.acts) > 0 {
		t.Errorf("shown before it is confirmed: answered %d, did %v", w.Code, d.acts)
	}
	if w := v.post(path, full); w.Code != http.StatusOK || len(d.acts) != 1 {
		t.Errorf("answered %d, did %v", w.Code, d.acts)
	}
	if w := v.post(path, with(bare, "irregular", "yes")); w.Code != http.StatusOK || len(d.acts) != 2 {
		t.Errorf("what happened is recorded even without reasons: %d, %v", w.Code, d.acts)
	}
}

func TestNoWayOut(t *testing.T) {
	t.Parallel()
	for _, back := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/%5cevil", "/a\r\nX: y", "%2f", "%2f%2fevil.example"} {
		w := newVisitor(t, &fakeDesk{}).post("/language", url.Values{"set_lang": {"ru"}, "back": {back}})
		to := w.Header().Get("Location")
		if u, err := url.Parse(to); err != nil || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") {
			t.Errorf("%q leads to %q", back, to)
		}
	}
}

func FuzzLocal(f *testing.F) {
	for _, s := range []string{"/work?state=due", "//x", "/~2/file/1", "\\\\x", "/%2f/x", "%2f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := local(s)
		if u, err := url.Parse(got); err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(got, "/") || strings.HasPrefix(got, "//") {
			t.Errorf("%q leads to %q", s, got)
		}
	})
}

func FuzzForm(f *testing.F) {
	f.Add("key=k&at=safety&go=next&age=15")
	f.Add("at=check&go=record&needs=a&needs=b&age=%d9%a1")
	f.Fuzz(func(t *testing.T, body string) {
		w := newVisitor(t, &fakeDesk{}).in("worker").postText("/concern", body)
		if w.Code != http.StatusOK && w.Code != http.StatusSeeOther && w.Code != http.StatusUnprocessableEntity {
			t.Errorf("answered %d", w.Code)
		}
	})
}

// A file begins with a step: the page asks who receives it and what the pack
// requires, shows what it changes, and records it once.
func TestAFileBeginsWithAStep(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{}
	v := newVisitor(t, d).in("worker")
	full := url.Values{"key": {"k"}, "f.grounds": {"other"}, "to": {"b1"}, "where": {"at_quay"}, "language": {"not_sure"}, "go": {"take"}}
	for _, row := range []struct {
		why    string
		sent   url.Values
		status int
		acts   int
	}{
		{"nobody receives it", with(full, "to", ""), http.StatusUnprocessableEntity, 0},
		{"what the pack requires is not answered", with(full, "f.grounds", ""), http.StatusUnprocessableEntity, 0},
		{"what it changes is shown first", with(full, "go", "check"), http.StatusOK, 0},
		{"and it is recorded", full, http.StatusOK, 1},
	} {
		if w := v.post("/begin/say_fear", row.sent); w.Code != row.status || len(d.acts) != row.acts {
			t.Errorf("%s: answered %d, did %v", row.why, w.Code, d.acts)
		}
	}
}

func TestWhereThePersonIsAndNotSureOfTheLanguage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, where, language, wantWhere, wantLanguage string }{
		{"a place the pack names is its step", "at_quay", "uz", "at_quay", "uz"},
		{"elsewhere is no step", elsewhere, "uz", "", "uz"},
		{"not sure is no language", "at_quay", "not_sure", "at_quay", ""},
	} {
		in := beginInput(beginning, url.Values{"where": {row.where}, "language": {row.language}})
		if in.Where != row.wantWhere || in.Language != row.wantLanguage {
			t.Errorf("%s: %q, %q", row.why, in.Where, in.Language)
		}
	}
}
