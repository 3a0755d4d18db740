package web

import (
	"net/url"
	"testing"

	"pana/internal/pack"
)

// What is left empty is asked for in words that fit how it is answered.
func TestAnEmptyFieldIsAskedForAsItIsAnswered(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{
		"choice": "field.required", "text": "field.required", "yes_no": "field.required", "date": "field.date_missing", "number": "field.number_missing",
	} {
		got := fieldsMend([]pack.Field{{ID: "x", Kind: kind, Required: true}, {ID: "free", Kind: kind}}, url.Values{})
		if len(got) != 1 || got[0].Code != want || got[0].Name != fieldPrefix+"x" {
			t.Errorf("%s: %v, not %s", kind, got, want)
		}
	}
}

// What a list was narrowed to goes with the worker: the next one in this window
// finds all of her work. Another window keeps its own.
func TestWhatListsWereAskedForGoesWithTheWorker(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"/sign-out", "/sign-in"} {
		v := newVisitor(t, &fakeDesk{}).in("coordinator")
		v.cookies[listCookie(1)+"docket"], v.cookies[listCookie(2)+"docket"] = "state=overdue", "state=due"
		gone := map[string]bool{}
		for _, cookie := range v.post(by, url.Values{"login": {"somebody"}, "password": {"right"}}).Result().Cookies() {
			gone[cookie.Name] = cookie.MaxAge < 0
		}
		if !gone[listCookie(1)+"docket"] || gone[listCookie(2)+"docket"] {
			t.Errorf("%s: forgotten: %v", by, gone)
		}
	}
}
