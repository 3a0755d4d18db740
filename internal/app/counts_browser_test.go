package app

import (
	"encoding/csv"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestWhatIsOverdueInABrowser: two weeks on, a coordinator reads how much each body
// leaves overdue, and takes the table away, with keys alone.
func TestWhatIsOverdueInABrowser(t *testing.T) {
	t.Parallel()
	counted(t, func(v *viewer) {
		v.l.later(v.T, 14)
		v.as("coordinator")
		v.sees("overdue", "/overdue", "overdue.title")
		if len(v.All("data-late")) == 0 {
			v.Error("after two weeks nobody is late")
		}
		name, rows := v.table("/overdue.csv")
		if !strings.HasPrefix(name, "overdue") || rows[0][0] != "\ufeffkind" || len(rows) < 2 {
			v.Errorf("%s has %d rows under %v", name, len(rows), rows[0])
		}
	})
}

// TestFiguresInABrowser: a coordinator goes from the list to one procedure, chooses the
// year before and takes its table away, with keys alone.
func TestFiguresInABrowser(t *testing.T) {
	t.Parallel()
	counted(t, func(v *viewer) {
		v.as("coordinator")
		v.sees("figures", "/figures", "figures.title")
		keys := testkit.Keyboard{Tab: v.Tab}
		keys.Follow("/figures/identification")
		v.look("figures-identification", "figures.title")
		if !testkit.Sees(v.Tab, "data-whose", "region") || len(v.All("data-figure")) < 3 || len(v.All("data-outcome")) == 0 {
			v.Errorf("counted are %v: %v, ended %v", v.All("data-whose"), v.All("data-figure"), v.All("data-outcome"))
		}
		before := v.l.local().AddDate(-1, 0, 0).Format("2006")
		keys.Fill("year", before)
		keys.Fill("quarter", "1")
		keys.Press("", "", "year="+before)
		v.look("figures-quarter", "figures.title")
		name, rows := v.table("/figures/identification/csv?quarter=1&year=" + before)
		if !strings.HasPrefix(name, "identification") || rows[1][0] != "identification" || rows[1][1] != before || rows[1][2] != "1" {
			v.Errorf("%s begins %v", name, rows[1])
		}
	})
}

// counted tells a story in each language, in a country of its own.
func counted(t *testing.T, tell func(*viewer)) {
	t.Helper()
	for _, lang := range []string{"kk", "ru", "en"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			tell(&viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, lang: lang, seen: map[string]bool{}})
		})
	}
}

// table keeps what a link of the page gives, and reads it.
func (v *viewer) table(href string) (string, [][]string) {
	v.Helper()
	name, text := testkit.Keyboard{Tab: v.Tab}.Keeps(href)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 || !strings.HasSuffix(name, ".csv") {
		v.Fatalf("%s has %d rows: %v", name, len(rows), err)
	}
	return name, rows
}

// TestReferralFiguresInABrowser: the ministry's analyst goes from the figures to what
// services answered, and reads a year back; anybody reads that no year is published yet.
func TestReferralFiguresInABrowser(t *testing.T) {
	t.Parallel()
	counted(t, func(v *viewer) {
		v.sees("referrals-published", "/published/referrals", "refusals.published.title")
		v.Go("/sign-in")
		v.Fill("login", "ministry")
		v.Fill("password", v.l.demo.password)
		v.Press("", "", "login=ministry")
		v.sees("figures-ministry", "/figures", "figures.title")
		keys := testkit.Keyboard{Tab: v.Tab}
		keys.Follow("/referrals/figures")
		v.look("figures-referrals", "refusals.title")
		if !testkit.Sees(v.Tab, "data-whose", "all") || len(v.All("data-figure")) != 6 {
			v.Errorf("counted are %v: %v", v.All("data-whose"), v.All("data-figure"))
		}
		before := v.l.local().AddDate(-1, 0, 0).Format("2006")
		keys.Fill("year", before)
		keys.Press("", "", "year="+before)
		v.look("figures-referrals-before", "refusals.title")
		name, rows := v.table("/referrals/figures.csv?year=" + before)
		if !strings.HasPrefix(name, before) || rows[1][0] != before || rows[1][3] != "people" {
			v.Errorf("%s begins %v", name, rows[1])
		}
	})
}
