package app

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/id"
	"pana/internal/testkit"
)

// TestEveryPageInABrowser reads with axe, in two widths, in dark colours and on
// paper, the pages that the story does not pass: lists, administration, the small
// forms about a file, emergencies, and what is said when something is wrong.
func TestEveryPageInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			s, ask := storyOf(t, l, l.plain(t, "en")) // what the pages show is made without the browser
			s.name = girl.name
			s.recordConcern(girl)
			s.addName(girl)
			s.refer(ask...)
			s.accept("/~2")
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			v.everybody()
			v.inspector()
			v.shelter()
			v.onPaperToo()
			v.deciders()
			v.secretary()
			v.emergency()
			v.administrator()
		})
	}
}

// viewer goes from page to page and looks at each.
type viewer struct {
	*testing.T
	*testkit.Tab
	l    *live
	s    *story
	lang string
	seen map[string]bool
}

// look reads the page that is open, under a name of its own.
func (v *viewer) look(name string, page string) {
	v.Helper()
	if got := strings.Join(v.All("data-page"), ""); got != page {
		v.Fatalf("%s: the page is %s, not %s (%d %v)", name, got, page, v.Status(), v.All("data-code"))
	}
	if v.seen[name] {
		v.Fatalf("%s is looked at twice", name)
	}
	v.seen[name] = true
	// What depends on the words is looked at in each language: how wide they are.
	// What axe reads, colours and paper are the same in all.
	for _, width := range testkit.Widths {
		v.At(width, func() {
			v.judge(fmt.Sprintf("%s-%d", name, width), v.lang == "en")
			if v.lang == "en" && width < 600 {
				v.Dark(func() { v.judge(fmt.Sprintf("%s-%d-dark", name, width), true) })
			}
		})
	}
	if v.lang == "en" {
		v.At(paperWidth, func() { v.Printed(func() { v.onPaper(name) }) })
	}
}

// paperWidth is how wide an A4 page is to a browser, without its margins.
const paperWidth = 720

func (v *viewer) judge(name string, axe bool) {
	v.Helper()
	if axe {
		for _, flaw := range testkit.Axe(v.Context(), v) {
			v.Errorf("%s: %s", name, flaw)
		}
	}
	if by := v.Wider(); by > 0 {
		v.Errorf("%s is %d px wider than its window", name, by)
	}
	v.Picture(v.lang + "-" + name)
}

// onPaper: what is for clicking is gone, what is folded is open, nothing is cut.
func (v *viewer) onPaper(name string) {
	v.Helper()
	if left := v.Shown("nav, header form, button, .filter, .noprint, [data-exit]"); len(left) > 0 {
		v.Errorf("%s on paper still has %v", name, left)
	}
	folded, seen := len(v.Shown("main details:not([open])")), len(v.Shown("main details:not([open]) > summary ~ *:not(.noprint)"))
	if folded > 0 && seen == 0 && len(v.All("data-offer")) > 0 {
		v.Errorf("%s on paper leaves out what is folded", name)
	}
	if by := v.Wider(); by > 0 {
		v.Errorf("%s is %d px wider than the paper", name, by)
	}
	if cut := v.Cut(); len(cut) > 0 {
		v.Errorf("%s on paper is cut at %v", name, cut)
	}
	v.Picture(v.lang + "-" + name + "-paper")
}

// as signs in by a role's button.
func (v *viewer) as(role string) {
	v.Helper()
	enter(v.Tab, "", role)
}

// sees opens an address and looks at it.
func (v *viewer) sees(name, path, page string) {
	v.Helper()
	v.Go(path)
	v.look(name, page)
}

func (v *viewer) everybody() {
	v.sees("front", "/", "front.title")
	v.sees("signin", "/sign-in", "signin.title")
	v.Fill("login", "nobody")
	v.Fill("password", "wrong")
	v.Press("", "", "login=nobody")
	v.look("signin-wrong", "signin.title")
	v.sees("lost", "/nowhere", "error.title.not_found")
}

func (v *viewer) inspector() {
	v.as("inspector")
	v.sees("work", "/work?sort=since&kind=referral", "work.title")
	v.sees("work-empty", "/work?kind=call&sort=", "work.title")
	file := "/file/" + v.s.file
	v.sees("file", file, "file.title")
	v.sees("file-tab", file+"?tab="+v.tab(), "file.title")
	v.sees("file-whole", file+"?print=all", "file.title")
	if folded := v.Shown("main details:not([open])"); len(folded) > 0 {
		v.Errorf("what is to be printed is folded: %v", folded)
	}
	v.sees("identity", file+"/identity", "identity.title")
	v.Fill("born", "2009-02-30")
	v.Press("", "", v.keyed()...)
	v.look("identity-wrong", "identity.title")
	v.sees("consent", file+"/consent", "consent.title")
	v.Press("", "", v.keyed()...)
	v.look("consent-wrong", "consent.title")
	v.sees("right", file+"/right/guardian", "right.title")
	v.sees("correct", v.href(file+"/correct/", file), "correct.title")
	v.sees("irregular", file+"/irregular", "irregular.title")
	v.sees("refer", file+"/refer", "refer.title")
	v.Press("go", "check")
	v.look("refer-wrong", "refer.title")
	v.sees("directory", "/directory", "directory.title")
	v.sees("directory-region", "/directory?region=KZ-61&sort=free", "directory.title")
	v.sees("directory-nothing", "/directory?find=zzz", "directory.title")
}

// tab is the first compartment that the open file page offers.
func (v *viewer) tab() string {
	v.Helper()
	for _, href := range v.All("href") {
		if _, rest, ok := strings.Cut(href, "?tab="); ok {
			tab, _, _ := strings.Cut(rest, "#")
			return tab
		}
	}
	v.Fatal("the file has no tab")
	return ""
}

// href is the first address on a page that begins so.
func (v *viewer) href(prefix, page string) string {
	v.Helper()
	v.Go(page)
	for _, href := range v.All("href") {
		if strings.HasPrefix(href, prefix) {
			return href
		}
	}
	v.Fatalf("%s has no link to %s", page, prefix)
	return ""
}

func (v *viewer) keyed() []string {
	s := story{T: v.T, r: v.Tab}
	return s.keyed()
}

func (v *viewer) shelter() {
	v.as("shelter")
	v.sees("inbox", "/inbox?sort=since", "inbox.title")
	v.sees("inbox-empty", "/inbox?state=none", "inbox.title")
	v.sees("referral", "/referral/"+v.s.referral, "referral.title")
	v.sees("places", "/places", "places.title")
	v.sees("places-edit", "/places?place="+v.s.place, "places.title")
	v.Fill("free", "99")
	v.Press("", "", v.keyed()...)
	v.look("places-wrong", "places.title")
	// Somebody else's referral, to refuse without a reason.
	s := story{T: v.T, r: v.l.plain(v.T, "en")}
	s.recordConcern(girl)
	_, ask := storyOf(v.T, v.l, s.r)
	s.refer(ask[0])
	v.Go("/referral/" + s.referral)
	v.Press("go", "refuse")
	v.look("refuse-wrong", "referral.title")
	v.Go("/referral/" + s.referral)
	v.Press("go", "accept")
	v.look("accept-wrong", "referral.title")
}

func (v *viewer) deciders() {
	v.as("identification")
	v.sees("docket", "/docket?sort=since", "docket.title")
	v.sees("docket-empty", "/docket?state=overdue&step=none&sort=", "docket.title")
	step := "/file/" + v.s.file + "/step/not_identify"
	v.sees("adverse", step, "step.title")
	v.Press("go", "check")
	v.look("adverse-wrong", "step.title")
	v.as("judge")
	v.sees("grounds", "/grounds", "grounds.title")
	v.Fill("check_receipt", "0000")
	v.Press("", "", "check_receipt=0000")
	v.look("grounds-wrong", "grounds.title")
	v.as("border_duty")
	v.sees("check", "/check", "check.title")
	v.Press("", "", v.keyed()...)
	v.look("check-wrong", "check.title")
}

// emergency: a doctor opens one file, the coordinator hears of it; a shelter's
// file is stopped; nobody may guess.
func (v *viewer) emergency() {
	v.as("clinic")
	v.sees("emergency", "/emergency", "emergency.title")
	v.Press("go", "check")
	v.look("emergency-wrong", "emergency.title")
	v.Fill("file_number", id.Number(id.File(v.s.file)))
	v.Tap("reason", "medical")
	v.Press("go", "check")
	v.look("emergency-check", "emergency.title")
	v.Press("go", "open")
	v.look("emergency-open", "emergency.opened")
	if !testkit.Sees(v.Tab, "data-identity", "shown") {
		v.Error("an emergency shows nobody")
	}
	v.as("coordinator")
	review := v.href("/file/"+v.s.file+"/emergency", "/work?kind=task&after=all")
	v.sees("work-coordinator", "/work?kind=&sort=", "work.title")
	v.sees("review", review, "review.title")
	v.sees("same", "/file/"+v.s.file+"/same", "same.title")
	v.sees("freeze", "/file/"+v.s.file+"/freeze", "freeze.title")
	v.Tap("undo", "stop")
	v.Tap("reason", "wrong_person")
	v.Press("", "", v.keyed()...)
	v.sees("file-frozen", "/file/"+v.s.file, "file.title")
	v.Go(review)
	v.Tap("outcome", "justified")
	v.Press("", "", "outcome=justified")
	v.look("review-done", "review.done")
}

func (v *viewer) administrator() {
	v.as("administrator")
	v.sees("bodies", "/admin/bodies?kind=shelter&sort=region", "bodies.title")
	v.sees("bodies-edit", v.href("/admin/bodies?body=", "/admin/bodies"), "bodies.title")
	v.sees("bodies-nothing", "/admin/bodies?find=zzz", "bodies.title")
	v.sees("workers", "/admin/workers?sort=role", "workers.title")
	v.sees("workers-edit", v.href("/admin/workers?worker=", "/admin/workers"), "workers.title")
	v.sees("password", "/sign-ins/password", "ownpassword.title")
	v.Fill("new_password", "short")
	v.Press("", "", v.keyed()...)
	v.look("password-wrong", "ownpassword.title")
	v.sees("ledger", "/ledger", "ledger.title")
}

// TestAnotherRoleBesideThisOneInABrowser: the link in the rail opens the sign-in page, its
// button a second window with another role, and the first stays whose it was.
func TestAnotherRoleBesideThisOneInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	first := testkit.NewTab(ctx, t, l.url, "en", true)
	enter(first, "", "inspector")
	first.Go("/work")
	if !testkit.Sees(first, "href", "/sign-in?beside=1") {
		t.Fatal("the rail has no link to open another role")
	}
	first.Go("/sign-in?beside=1")
	second := first.Opens("beside", "1", "role=shelter")
	if at := second.Path(); !strings.HasPrefix(at, "/~2/") {
		t.Errorf("the second role is in window %s", at)
	}
	if !testkit.Sees(second, "href", "/~2/inbox") {
		t.Errorf("the second window is not the shelter's: %v", second.All("href"))
	}
	first.Go("/work")
	if testkit.Sees(first, "href", "/inbox") || !testkit.Sees(first, "href", "/concern") {
		t.Error("the first window is no longer the inspector's")
	}
}
