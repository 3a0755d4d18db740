package app

import (
	"strings"
	"testing"
	"time"

	"pana/internal/testkit"
)

// TestAMonthIsPublishedInABrowser: the hotline's duty officer publishes a month; anybody
// reads it; calls that are closed afterwards stand beside it.
func TestAMonthIsPublishedInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			l.clock.Push(31 * 24 * time.Hour)
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}}
			v.sees("published-none", "/published", "published.title")
			v.as("hotline")
			v.sees("months-operator", "/calls/figures", "callmonths.title")
			if testkit.Sees(v.Tab, "data-standing", "") {
				t.Error("an operator is offered to publish")
			}
			v.Tab = testkit.NewTab(ctx, t, l.url, lang, true)
			v.Go("/sign-in")
			v.Fill("login", "hotline-duty")
			v.Fill("password", l.demo.password)
			v.Press("", "", "login=hotline-duty")
			v.sees("months-provisional", "/calls/figures", "callmonths.title")
			month := v.said(`data-standing="([0-9-]{7})\.new"`)
			v.Press("", "", "month="+month)
			v.look("months-published", "callmonths.title")
			if !testkit.Sees(v.Tab, "data-standing", month+".same") || !testkit.Sees(v.Tab, "data-receipt", "receipt.figures_published") {
				t.Error("the page does not say that the month was published")
			}
			v.as("inspector")
			v.sees("published", "/published", "published.title")
			if !testkit.Sees(v.Tab, "data-month", month) {
				t.Errorf("%s was published, and nobody reads it", month)
			}
		})
	}
}

// TestAMonthOfAProcedureIsPublishedInABrowser: the ministry's analyst goes from the figures
// of a procedure to its months and publishes one; anybody reads it and takes it away.
func TestAMonthOfAProcedureIsPublishedInABrowser(t *testing.T) {
	t.Parallel()
	counted(t, func(v *viewer) {
		v.l.later(v.T, 31)
		v.Go("/sign-in")
		v.Fill("login", "ministry")
		v.Fill("password", v.l.demo.password)
		v.Press("", "", "login=ministry")
		v.sees("figures-ministry", "/figures/identification", "figures.title")
		keys := testkit.Keyboard{Tab: v.Tab}
		keys.Follow("/figures/identification/months")
		v.look("course-months", "figuremonths.title")
		month := v.said(`data-standing="([0-9-]{7})\.new"`)
		keys.Press("", "", "month="+month)
		v.look("course-months-published", "figuremonths.title")
		if !testkit.Sees(v.Tab, "data-standing", month+".same") || !testkit.Sees(v.Tab, "data-receipt", "receipt.figures_published") {
			v.Error("the page does not say that the month was published")
		}
		v.as("inspector")
		v.sees("published-courses", "/published", "published.title")
		if !testkit.Sees(v.Tab, "data-procedure", "identification") || !testkit.Sees(v.Tab, "data-month", month) {
			v.Errorf("%s was published, and nobody reads it", month)
		}
		name, rows := v.table("/published.csv")
		if !strings.HasPrefix(name, "published") || rows[1][1] != "identification" || rows[1][2] != month || rows[1][5] != "started" {
			v.Errorf("%s begins %v", name, rows[1])
		}
	})
}
