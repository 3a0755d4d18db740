package app

import (
	"testing"

	"pana/internal/testkit"
)

// TestWhatIsDueInABrowser looks at what no page of Kazakhstan's pack shows yet and any
// pack may ask for: a right that is due by a day, on it and after it, and the way that is
// open when the time of an appeal is over.
func TestWhatIsDueInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := operated(t, authored(t))
			plain := l.plain(t, "en") // what the pages show is made without the browser
			s := &story{T: t, r: plain, name: "Nemo Nautilus", now: l.local}
			s.isGivenABerth(l, plain)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			v.as("rower")
			v.sees("right-due", "/file/"+s.file, "file.title")
			v.must("data-right", "meals.due")
			l.later(t, 5)
			v.as("rower")
			v.sees("right-overdue", "/file/"+s.file, "file.title")
			v.must("data-right", "meals.overdue")
			v.as("board")
			v.sees("docket-overdue", "/docket", "docket.title")
			s.asksForABerth(l)
			s.takes("board", "deny_berth", answered{"reasons": "No room.", "language": "ru", "understood": s.today()}, "", "berth_appeal")
			l.later(t, 12)
			v.as("rower")
			v.sees("appeal-late", "/file/"+s.file+"/step/dispute_berth", "step.title")
			v.must("data-late-step", "dispute_late")
			testkit.Keyboard{Tab: v.Tab}.Follow("/file/" + s.file + "/step/dispute_late")
			v.look("appeal-late-form", "step.title")
		})
	}
}

// must says that the page has a mark.
func (v *viewer) must(mark, value string) {
	v.Helper()
	if !testkit.Sees(v.Tab, mark, value) {
		v.Errorf("no %s=%s: %v", mark, value, v.All(mark))
	}
}
