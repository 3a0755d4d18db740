package app

import (
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestAnOrderOnARecordInABrowser: the coordinator records an order by the number on the
// paper, is told what is missing, and says that it holds no more; another must sign.
func TestAnOrderOnARecordInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			s, _ := storyOf(t, l, l.plain(t, "en"))
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			v.as("coordinator")
			v.sees("retention-counts", "/admin/retention", "retention.title")
			if !testkit.Sees(v.Tab, "href", "/admin/kept") {
				t.Error("the page of what is kept does not lead to orders")
			}
			v.sees("kept-none", "/admin/kept", "kept.title")
			v.Fill("kept_kind", "calls")
			v.Fill("kept_number", "7K2M")
			v.Press("go", "place")
			v.look("kept-wrong", "kept.title")
			v.Fill("kept_kind", "calls")
			v.Fill("kept_number", "7k2m 9qxf")
			v.Tap("hold_by", "court")
			v.Fill("hold_paper", "2-417/2026, 24.11.2026")
			v.Press("go", "place")
			v.sees("kept", "/admin/kept", "kept.title")
			if text := v.HTML(); !strings.Contains(text, "7K2M-9QXF") || !testkit.Sees(v.Tab, "data-hold", "placed") {
				t.Errorf("the order is not on the page: %v", v.All("data-hold"))
			}
			v.Fill("hold_release", "mistake")
			v.Press("go", "release")
			v.sees("kept-releasing", "/admin/kept", "kept.title")
			if !testkit.Sees(v.Tab, "data-hold", "releasing") {
				t.Errorf("one signature is not on the page: %v", v.All("data-hold"))
			}
		})
	}
}
