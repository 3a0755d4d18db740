package app

import (
	"regexp"
	"strings"
	"testing"

	"pana/internal/testkit"
)

const guardiansNumber = "305817"

// fostered is the girl of a story with an aunt who was appointed to be her guardian.
func (s *story) fostered() (aunt string) {
	s.Helper()
	s.recordConcern(found{name: girl.name, age: girl.age, known: "under_18", sex: girl.sex, consent: girl.consent, needs: girl.needs})
	s.r.Go("/file/" + s.file + "/family")
	s.r.Fill("kin_kind", "guardian")
	s.r.Tap("kin_seen", "both")
	s.r.Fill("call_name", "Апа")
	s.r.Tap("sex", "female")
	s.r.Tap("age_known", "adult")
	s.r.Fill("age", "44")
	s.r.Tap("consent", "yes")
	s.r.Press("go", "add")
	s.receipt()
	for _, href := range s.r.All("href") {
		if file, ok := strings.CutPrefix(href, "/file/"); ok && len(file) == len(s.file) && file != s.file {
			aunt = file
		}
	}
	s.must(aunt != "", "the aunt has no file")
	s.takes("guardianship", "appoint_guardian", nil, "", "")
	return aunt
}

// TestAGuardiansPageInABrowser: who works with the child asks what is safe for the
// child, and gives the guardian a code; the guardian reads; the child reads that the
// guardian has read, and ends it.
func TestAGuardiansPageInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			s, _ := storyOf(t, l, l.plain(t, "en"))
			s.name = girl.name
			aunt := s.fostered()
			enter(s.r, "", "inspector")
			hers := givenPage(s, lang)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			page := "/file/" + s.file + "/guardian-page"
			open := func(code, number string) {
				t.Helper()
				v.Go("/p?l=" + lang)
				v.Fill("page_code", code)
				v.Fill("page_pin", number)
				v.Press("", "")
			}

			v.as("inspector")
			v.Go("/file/" + s.file)
			if !testkit.Sees(v.Tab, "data-guardian-page", "none") {
				t.Errorf("the file leads nowhere: %v", v.All("data-guardian-page"))
			}
			v.sees("guardian-none", page, "guardian_page.title")
			v.Tap("guardian", aunt)
			v.Tap("guardian_child", "no")
			v.Tap("guardian_harm", "not_sure")
			v.Fill("page_in", lang)
			s.r, s.made = v.Tab, s.r
			v.Press("", "", s.keyed()...)
			v.look("guardian-wrong", "guardian_page.title")
			for _, code := range []string{"guardian_page.child_no", "guardian_page.unsafe"} {
				if !testkit.Sees(v.Tab, "data-code", code) {
					t.Errorf("no %s: %v", code, v.All("data-code"))
				}
			}
			v.Fill("guardian_paper", "Order 12 of 1 November 2026")
			for name, value := range map[string]string{"guardian": aunt, "guardian_child": "yes", "guardian_harm": "no", "guardian_safe": "yes"} {
				v.Tap(name, value)
			}
			v.Fill("guardian_why", "The girl asked for it, alone.")
			v.Fill("guardian_interest", "Her aunt sees to school and papers.")
			v.Fill("page_in", lang)
			v.Fill("page_pin", guardiansNumber)
			v.Fill("page_again", guardiansNumber)
			v.Press("", "", s.keyed()...)
			v.look("guardian-code", "guardian_page.title")
			m := regexp.MustCompile(`data-code[^>]*>([0-9A-Z ]+)<`).FindStringSubmatch(v.HTML())
			if m == nil {
				t.Fatal("the code is not on the page")
			}
			v.Go("/file/" + s.file)
			if !testkit.Sees(v.Tab, "data-guardian-page", "open") {
				t.Errorf("the file does not say that there is a code: %v", v.All("data-guardian-page"))
			}

			open(m[1], guardiansNumber)
			v.lookHers("guardians")
			if text := v.HTML(); !strings.Contains(text, "data-ward") || strings.Contains(text, "data-agreed") || strings.Contains(text, "data-complain") || strings.Contains(text, "page_text") {
				t.Error("what is the child's stands on the guardian's page")
			}
			v.leaves()

			open(hers, herNumber)
			v.lookHers("child-with-guardian")
			if !testkit.Sees(v.Tab, "data-guardian", "open") {
				t.Fatalf("the child does not read that the guardian has a page: %v", v.All("data-guardian"))
			}
			v.Press("go", "close_guardian")
			if !testkit.Sees(v.Tab, "data-guardian", "closed") {
				t.Errorf("not ended: %v", v.All("data-guardian"))
			}
			v.leaves()
			open(m[1], guardiansNumber)
			if !testkit.Sees(v.Tab, "data-code", "her.wrong") {
				t.Errorf("the guardian's code still opens: %v", v.All("data-code"))
			}
			v.as("inspector")
			v.sees("guardian-over", page, "guardian_page.title")
		})
	}
}
