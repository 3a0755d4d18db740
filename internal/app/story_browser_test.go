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
	t.Parallel()
	for _, row := range []struct {
		lang    string
		scripts bool
		life    int
	}{
		{"kk", true, 0}, {"kk", true, 1}, {"ru", true, 1}, {"en", true, 0}, {"ru", false, 0}, {"en", false, 1},
	} {
		life := lives[row.life]
		t.Run(fmt.Sprintf("%s scripts=%t %s", row.lang, row.scripts, life.why), func(t *testing.T) {
			t.Parallel()
			ctx := testkit.Browser(t)
			l := begin(t)
			tab := testkit.NewTab(ctx, t, l.url, row.lang, row.scripts)
			if row.scripts {
				tab.Looked = looker(t, row.lang)
			}
			s, ask := storyOf(t, l, tab)
			s.tell(life.who, life.presumed, life.identified, ask...)
		})
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
