package app

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// raid tells an operation: eleven children in one form, some of them asked, and
// those who wait still there. Nobody is lost on the way: not when a row must
// be mended, and not when the form is sent twice.
func (s *story) raid(asked int) {
	s.Helper()
	s.name = "" // nobody here has one
	enter(s.r, "", "raid_officer")
	s.r.Go("/operations")
	s.page("operations.title")
	s.r.Tap("operation_kind", "raid")
	for i := range 11 {
		s.r.Tap(fmt.Sprintf("r%d.sex", i), []string{"female", "male"}[i%2])
		s.r.Tap(fmt.Sprintf("r%d.age_known", i), []string{"under_18", "not_sure"}[i/9])
		if i < 9 {
			s.r.Fill(fmt.Sprintf("r%d.age", i), fmt.Sprint(6+i))
		}
	}
	s.r.Fill("r4.age", "190")
	s.r.Press("go", "record")
	s.sees("data-code", "field.age")
	s.r.Fill("r4.age", "10")
	s.r.Press("go", "record")
	s.sees("data-receipt", "receipt.operation")
	s.counts(11, 0, 11)
	s.must(len(s.r.All("data-removal")) == 11, "of some no answer to a removal is shown")
	for _, answer := range s.r.All("data-removal") {
		s.must(answer == "hold", "a child who was not asked yet answers %s", answer)
	}
	for i := range asked {
		s.asked(i == 0)
	}
	s.counts(11, asked, 11-asked)
}

// asked opens the first who waits and screens her; of the first, what is seen
// presumes, and a form sent without an answer screens nobody.
func (s *story) asked(first bool) {
	s.Helper()
	s.r.Go(s.linkTo("/step/screen_child"))
	s.r.Tap("f.spoken_alone", "alone")
	s.r.Tap("f.interpreter_present", "not_needed")
	s.r.Tap("f.return_threat", "no")
	if first {
		s.r.Press("go", "check")
		s.sees("data-code", "screening.signs")
		s.r.Tap("indicators", "excessive_hours")
		s.r.Tap("indicators", "low_pay")
	} else {
		s.r.Tap("no_signs", "yes")
	}
	s.r.Press("go", "check")
	if first {
		s.sees("data-part", "gained")
	}
	s.r.Press("go", "take")
	s.receipt()
	s.r.Go("/operations")
	s.r.Go("/operations/" + s.linked("/operations/"))
}

// linkTo is the first link that ends so.
func (s *story) linkTo(end string) string {
	s.Helper()
	for _, href := range s.r.All("href") {
		if strings.HasSuffix(href, end) {
			return href
		}
	}
	s.Fatalf("no link ends in %s", end)
	return ""
}

// counts are the three numbers of an operation; they add up, whoever looks.
func (s *story) counts(found, screened, waiting int) {
	s.Helper()
	for attr, n := range map[string]int{"data-found": found, "data-screened": screened, "data-waiting": waiting, "data-gone": 0} {
		s.sees(attr, fmt.Sprint(n))
	}
	s.must(len(s.r.All("data-met")) == found, "%d persons are listed", len(s.r.All("data-met")))
}

func TestElevenChildrenFromARaid(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, _ := storyOf(t, l, l.plain(t, "ru"))
	s.raid(8)
}

// TestElevenChildrenFromARaidInABrowser tells it in Chromium, once; axe reads each
// page, in both widths.
func TestElevenChildrenFromARaidInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "kk", true)
	tab.Looked = looker(t, "kk")
	s, _ := storyOf(t, l, tab)
	s.raid(2)
}
