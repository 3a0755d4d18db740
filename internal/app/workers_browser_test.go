package app

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

// TestAdministratorsInABrowser: a shelter's administrator adds a worker and gets a code
// for paper, with which the worker comes in and sets a password; an administrator more
// is proposed, seen to wait, and confirmed by the administrator above; a machine's
// credential waits in the same list.
func TestAdministratorsInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.as("staff")
			v.sees("own-workers", "/admin/workers", "workers.title")
			v.add("aliya.new", "worker")
			v.look("code", "signincode.title")
			code := v.said(`<code data-code[^>]*>([^<]+)<`)
			v.Go("/admin/workers")
			v.add("second.head", "administrator")
			if !testkit.Sees(v.Tab, "data-two", "") {
				t.Error("the code's page does not say that another confirms it")
			}
			v.sees("motions-mine", "/admin/motions", "motions.title")
			v.sees("machines-none", "/admin/machines", "machines.title")

			v.as("administrator")
			v.sees("motions", "/admin/motions", "motions.title")
			v.Press("go", "confirm")
			v.sees("machines", "/admin/machines", "machines.title")
			v.Fill("of_body", v.said(`<option value="([0-9a-z]{26})"`))
			v.Tap("days", "90")
			v.Press("go", "issue")
			v.look("secret", "machine.title")
			v.sees("motions-ended", "/admin/motions", "motions.title")
			v.sees("workers-one", v.href("/admin/workers?worker=", "/admin/workers"), "workers.title")
			v.onePerson("aliya.new", "second.head")

			w := testkit.NewTab(ctx, t, l.url, lang, true)
			w.Go("/sign-in")
			w.Fill("login", "aliya.new")
			w.Fill("password", code)
			w.Press("", "", "login=aliya.new")
			if at := w.Path(); !strings.HasSuffix(at, "/sign-ins/password") {
				t.Fatalf("a code on paper leads to %s", at)
			}
			w.Fill("new_password", "three words and one")
			w.Fill("new_password_again", "three words and one")
			w.Press("", "")
			if at := w.Path(); !strings.HasSuffix(at, "/work") {
				t.Errorf("with a password of her own she is at %s", at)
			}
		})
	}
}

// onePerson says that two logins under one name are one person's, and proposes that they
// are not after all.
func (v *viewer) onePerson(a, b string) {
	v.Helper()
	v.Go("/admin/workers?find=" + url.QueryEscape(b))
	second := v.said(`worker=([0-9a-z]{26})#edit">` + regexp.QuoteMeta(b))
	v.Go("/admin/workers?find=" + url.QueryEscape(a))
	first := v.said(`worker=([0-9a-z]{26})#edit">` + regexp.QuoteMeta(a))
	v.sees("workers-alike", "/admin/workers?worker="+first, "workers.title")
	if !testkit.Sees(v.Tab, "data-alike", "") {
		v.Error("nobody is asked about the same name")
	}
	v.Fill("same_as", second)
	v.Press("go", "same")
	v.sees("workers-same", "/admin/workers?worker="+first, "workers.title")
	if !strings.Contains(v.said(`(?s)<p data-same[^>]*>(.*?)</p>`), b) {
		v.Errorf("%s is not said to be %s too", a, b)
	}
	v.Press("go", "apart")
	v.sees("motions-apart", "/admin/motions", "motions.title")
	if !testkit.Sees(v.Tab, "data-motion", "account.apart") {
		v.Error("one administrator takes them apart alone")
	}
}

// said is what a page shows, found in its text.
func (v *viewer) said(pattern string) string {
	v.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(v.HTML())
	if found == nil {
		v.Fatalf("the page has no %s", pattern)
	}
	return found[1]
}

// add fills in the form of a new worker.
func (v *viewer) add(login, role string) {
	v.Helper()
	v.Fill("account", login)
	v.Fill("worker_name", "Әлия Қолшатырова")
	// The list above has a filter of the same name.
	if err := chromedp.Run(v.Context(), chromedp.SetValue("#answers [name=role]", role, chromedp.ByQuery)); err != nil {
		v.Fatal(err)
	}
	v.Press("", "", v.keyed()...)
}
