package app

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestFromConcernToProtectionInABrowser tells the same story in Chromium, in
// three languages, with scripts and without; axe reads every page it meets.
func TestFromConcernToProtectionInABrowser(t *testing.T) {
	for _, lang := range []string{"kk", "ru", "en"} {
		for _, scripts := range []bool{true, false} {
			for _, row := range lives {
				t.Run(fmt.Sprintf("%s scripts=%t %s", lang, scripts, row.why), func(t *testing.T) {
					ctx := testkit.Browser(t)
					l := begin(t)
					tab := testkit.NewTab(ctx, t, l.url, lang, scripts)
					if scripts {
						tab.Looked = looker(t, lang)
					}
					s, ask := storyOf(t, l, tab)
					s.tell(row.who, row.presumed, row.identified, ask...)
				})
			}
		}
	}
}

// looker reads each page with axe, in both widths, once in each of its states,
// and pictures it.
func looker(t *testing.T, lang string) func(*testkit.Tab) {
	seen := map[string]bool{}
	return func(tab *testkit.Tab) {
		name := strings.Join(tab.All("data-page"), "")
		for _, state := range []string{"data-answer", "data-card", "data-identity", "data-code", "data-wall"} {
			if all := tab.All(state); len(all) > 0 {
				name += "-" + all[0]
			}
		}
		if seen[name] {
			return
		}
		seen[name] = true
		for _, width := range testkit.Widths {
			tab.At(width, func() {
				for _, flaw := range testkit.Axe(tab.Context(), t) {
					t.Errorf("%s at %d: %s", name, width, flaw)
				}
				if by := tab.Wider(); by > 0 {
					t.Errorf("%s is %d px wider than a window of %d", name, by, width)
				}
				tab.Picture(fmt.Sprintf("%s-%s-%d", lang, name, width))
			})
		}
	}
}
