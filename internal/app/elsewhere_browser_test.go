package app

import (
	"bufio"
	"io"
	"log/slog"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"pana/internal/openid"
	"pana/internal/testkit"
)

// startProvider builds and runs tools/idp: a certified provider, in a module of its own
// so that the product does not depend on it. What it prints is read line by line.
func startProvider(t *testing.T, secret string) (issuer string, knows func(back string), leaves func(subject, address string) string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "idp")
	build := exec.CommandContext(t.Context(), "go", "-C", "../../tools/idp", "build", "-o", program, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build tools/idp: %v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), program, "-secret", secret)
	in, err := run.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = run.Wait() })
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the provider says nothing")
	}
	_, issuer, _ = strings.Cut(lines.Text(), " ")
	say := func(line string) string {
		t.Helper()
		if _, err := io.WriteString(in, line+"\n"); err != nil || !lines.Scan() {
			t.Fatalf("the provider does not answer: %s", line)
		}
		return lines.Text()
	}
	return issuer, func(back string) { say(back) }, func(subject, address string) string { return say("out " + subject + " " + address) }
}

// there signs in on the provider's own page.
func (v *viewer) there(user, sign string) {
	v.Helper()
	err := chromedp.Run(v.Context(),
		chromedp.Click(`[data-provider="ministry"]`, chromedp.ByQuery),
		chromedp.WaitReady("#username", chromedp.ByQuery),
		chromedp.SendKeys("#username", user, chromedp.ByQuery), chromedp.SendKeys("#password", "verysecure", chromedp.ByQuery),
		chromedp.Click("button[type=submit]", chromedp.ByQuery),
		chromedp.WaitReady(sign, chromedp.ByQuery),
	)
	if err != nil {
		v.Fatalf("sign in at the provider as %s: %v", user, err)
	}
}

// TestAMinistrysSignInInABrowser: a shelter's administrator links a new worker to a
// subject of the ministry's sign-in; she signs in there, on a real provider's page, and
// stands at her work; signing out there ends it here; a stranger's and a suspended worker's sign-in there end on one and
// the same page; a form that waited while she signed in comes back.
func TestAMinistrysSignInInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			issuer, knows, leaves := startProvider(t, "of the client")
			town := begin(t).plain(t, "en") // every town has the same bodies
			enter(town, "", "staff")
			town.Go("/admin/workers")
			body := regexp.MustCompile(`name="of_body" value="([0-9a-z]{26})"`).FindStringSubmatch(town.HTML())[1]
			l := begin(t, func(p *plan) {
				set, err := openid.Read(testkit.ProvidersFile(t, t.TempDir(), issuer, "pana", "of the client", "", body), slog.New(slog.DiscardHandler), time.Now)
				if err != nil {
					t.Fatal(err)
				}
				p.elsewhere = set
			})
			l.url = strings.Replace(l.url, "127.0.0.1", "localhost", 1)
			knows(l.url + "/sign-in/elsewhere/ministry")

			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.as("staff")
			v.Go("/admin/workers")
			v.add("aliya.new", "worker")
			v.look("code-once", "signincode.title")
			v.sees("workers-two", "/admin/workers", "workers.title")
			aliya := v.said(`href="([^"#]*worker=[0-9a-z]{26})#edit">aliya.new<`)
			v.sees("worker-to-link", aliya, "workers.title")
			v.Fill("subject", "id1")
			v.Press("go", "link")
			v.sees("worker-linked", aliya, "workers.title")

			w := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			w.sees("signin-ministry", "/sign-in", "signin.title")
			w.there("test-user@localhost", `[data-page="work.title"]`)
			if at := w.Path(); !strings.HasSuffix(at, "/work") {
				t.Errorf("signed in, she is at %s", at)
			}
			// She signs out at the ministry, not here: the page that she opens next asks who she is.
			if told := leaves("id1", l.url+openid.SignOutPath+"ministry"); told != "told 200" {
				t.Errorf("the ministry says that she signed out: %s", told)
			}
			w.Go("/work")
			if !testkit.Sees(w.Tab, "data-page", "signin.title") {
				t.Error("signed out at the ministry, and still in")
			}
			w.Go("/sign-in")
			w.there("test-user@localhost", `[data-page="work.title"]`)
			if told := leaves("id2", l.url+openid.SignOutPath+"ministry"); told != "told 200" {
				t.Errorf("of whom nobody linked: %s", told)
			}
			if w.Go("/work"); !testkit.Sees(w.Tab, "data-page", "work.title") {
				t.Error("another signed out at the ministry, and she is out")
			}
			stranger := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			stranger.Go("/sign-in")
			stranger.there("test-user2", `[data-code="auth.elsewhere_unknown"]`)
			stranger.look("signin-unknown", "signin.title")
			unknown := stranger.Shown("main")

			staff := l.plain(t, "en") // the browser is hers now
			enter(staff, "", "staff")
			staff.Go(aliya)
			staff.Press("go", "suspend")
			w.Go("/work")
			if !testkit.Sees(w.Tab, "data-page", "signin.title") {
				t.Error("suspended, and still in")
			}
			w.Go("/sign-in")
			w.there("test-user@localhost", `[data-code="auth.elsewhere_unknown"]`)
			if got := w.Shown("main"); !slices.Equal(got, unknown) {
				t.Error("a suspended worker’s page is not a stranger’s")
			}
		})
	}
}
