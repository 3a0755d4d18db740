package app

import (
	"testing"

	"pana/internal/testkit"
)

// TestACriminalCaseInABrowser: an investigator begins a case with the article of another
// version of the code, is told which one it was, says where the money went and cannot
// pay out what was not confiscated; axe reads each page, in both widths.
func TestACriminalCaseInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "ru", true)
	tab.Looked = looker(t, "ru")
	s, _ := storyOf(t, l, tab)
	enter(s.r, "", "investigator")
	s.r.Go("/tracks")
	s.page("tracks.title")
	s.r.Go("/tracks/new")
	s.page("tracks.new")
	s.r.Fill("act_on", "2014-05-01")
	s.r.Tap("articles", "cc_128")
	s.r.Fill("r0.accused_n", "2")
	s.r.Press("go", "open")
	s.sees("data-code", "track.other_code")
	s.r.Fill("act_on", "2026-10-02")
	s.r.Press("go", "open")
	s.receipt()
	s.sees("data-accused", "2") // nothing typed was lost
	s.sum("case_to_victims", "500 000")
	s.sees("data-code", "track.money_part")
	s.sum("case_confiscated", "1 250 000")
	s.receipt()
	s.sees("data-money", "case_confiscated.1250000")
	s.r.Go("/tracks")
	s.sees("data-case", "open")
	s.r.Go("/tracks/figures")
	s.page("tracks.figures")
}

// sum records a sum of the case that is on the page.
func (s *story) sum(kind, sum string) {
	s.Helper()
	s.r.Tap("money_kind", kind)
	s.r.Fill("money_sum", sum)
	s.r.Press("go", "money")
}
