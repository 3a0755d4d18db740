package app

import (
	"testing"

	"github.com/chromedp/chromedp"

	"pana/internal/testkit"
)

// TestAPaperAndItsProofInABrowser: what a proof shows and does not is read on the
// paper's page on a telephone and on a desk; her own page says whom to ask for one.
func TestAPaperAndItsProofInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			p := l.plain(t, "en")
			s, _ := storyOf(t, l, p)
			s.name = woman.name
			s.recordConcern(woman)
			code := givenPage(s, lang)
			at := s.ownCopy(p, "inspector", "own")
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			enter(v.Tab, "", "inspector")
			v.Go(at)
			v.do(chromedp.Evaluate(`document.querySelector("#proof details").open = true; document.querySelector("#proof").scrollIntoView()`, nil))
			v.look("paper-proof", "paper.title")
			v.Go("/p?l=" + lang)
			v.Fill("page_code", code)
			v.Fill("page_pin", herNumber)
			v.Press("", "")
			if len(v.All("data-papers")) != 1 {
				t.Error("her page does not say whom to ask for a paper with its proof")
			}
			v.lookHers("papers")
		})
	}
}
