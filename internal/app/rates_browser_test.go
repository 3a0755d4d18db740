package app

import (
	"net/http"
	"testing"
	"time"

	"pana/internal/rate"
	"pana/internal/testkit"
)

// TestTooOftenInABrowser: while a form is being filled a program uses up its worker's
// limit. The page says how long to wait and has what was typed; sent again after that
// time, it arrives.
func TestTooOftenInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t, func(p *plan) { p.rates = rate.Limits{Worker: 30} })
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.as("coordinator")
			v.Go("/guarantees/E04/2026-11-21/law/dispute")
			v.Fill("dispute_text", "Article 20 was amended.")
			program := l.plain(t, "en")
			enter(program, "", "coordinator")
			for program.Status() != http.StatusTooManyRequests {
				program.Do("GET", "/work", nil)
			}
			v.Press("", "", v.keyed()...)
			v.look("too-often", "error.title.rate")
			if v.Status() != http.StatusTooManyRequests || !testkit.Sees(v, "data-code", "rate.worker") {
				t.Fatalf("not held up: %d", v.Status())
			}
			time.Sleep(2100 * time.Millisecond) // what the page says, and a little
			v.Press("go", "")
			if v.Status() == http.StatusTooManyRequests || !testkit.Sees(v, "name", "dispute_text") {
				t.Errorf("sent again after the time that was said: %d", v.Status())
			}
		})
	}
}
