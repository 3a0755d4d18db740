package app

import (
	"strconv"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// goesHome tells a centre's day: who is there and what is missing first; a child
// goes home and is counted there; and the month, in which nobody is named. The sum
// comes out each time.
func (s *story) goesHome() {
	s.Helper()
	s.name = ""
	enter(s.r, "", "centre")
	s.r.Go("/rolls?roll=centre")
	s.page("roll.centre")
	before := s.sums()
	s.must(before["here"] > 0, "nobody is in the centre: %v", before)
	s.sees("data-want", "no_guardian")
	s.sees("data-unclear", "q_centre_time")
	s.r.Go(s.linkTo("/step/to_family"))
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
	s.r.Go("/rolls?roll=centre")
	after := s.sums()
	s.must(after["here"] == before["here"]-1 && after["left"] == before["left"]+1 && after["entered"] == before["entered"], "%v, then %v", before, after)
	s.sees("data-outcome", "to_family")
	s.r.Go("/rolls/month?roll=centre")
	s.sees("data-adds", "true")
}

// ranAway tells of a child who left, and nobody knows where to: said from the list in
// a minute, counted there, and there again, to be asked before going anywhere.
func (s *story) ranAway(l *live) {
	s.Helper()
	s.name = ""
	enter(s.r, "", "centre")
	s.r.Go("/rolls?roll=centre")
	before := s.sums()
	s.r.Go(s.linkTo("/step/report_missing"))
	s.r.Fill("f.last_seen_on", s.today())
	s.r.Tap("f.missing_danger", "yes")
	s.r.Fill("to", s.body(l, "police-61"))
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
	s.r.Go("/rolls?roll=centre")
	after := s.sums()
	s.must(after["here"] == before["here"]-1 && after["lost"] == before["lost"]+1 && after["entered"] == before["entered"], "%v, then %v", before, after)
	s.sees("data-roll", "lost")
	s.r.Go(s.linkTo("/step/found_again"))
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
	s.r.Go("/rolls?roll=centre")
	s.must(s.sums()["here"] == before["here"], "found again, and not counted")
	s.sees("data-want", "why_left")
}

// placed tells how a child comes there: met, asked, and placed although the law, as
// it was read, has it held; the centre is named with it.
func (s *story) placed(l *live) {
	s.Helper()
	s.raid(1)
	file := s.screenedFile()
	s.r.Go(file + "/step/place_in_centre")
	s.sees("data-hangs", "place_in_centre") // nobody has read whether it may be; the page says what can be done
	s.linkTo("/step/place_in_centre?irregular=1")
	s.r.Go(file + "/step/place_in_centre?irregular=1")
	s.sees("data-wall", "centre_unread")
	s.r.Fill("to", s.body(l, "childrens-centre"))
	s.r.Fill("occurred_at", s.today())
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
}

// sums are the numbers of a roll, which add up.
func (s *story) sums() map[string]int {
	s.Helper()
	out := map[string]int{}
	for _, what := range []string{"entered", "here", "left", "lost", "gone"} {
		n, err := strconv.Atoi(strings.Join(s.r.All("data-"+what), ""))
		s.must(err == nil, "no number of those %s", what)
		out[what] = n
	}
	s.must(out["entered"] == out["here"]+out["left"]+out["lost"]+out["gone"], "the numbers do not add up: %v", out)
	s.sees("data-adds", "true")
	return out
}

// screenedFile is the address of the first file of the operation that was asked.
func (s *story) screenedFile() string {
	s.Helper()
	for _, href := range s.r.All("href") {
		if rest, ok := strings.CutPrefix(href, "/file/"); ok && !strings.Contains(rest, "/") {
			return href
		}
	}
	s.Fatal("no file in the operation")
	return ""
}

func TestAChildInACentre(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, _ := storyOf(t, l, l.plain(t, "ru"))
	s.now = l.local
	enter(s.r, "", "centre")
	s.r.Go("/rolls?roll=centre")
	before := s.sums()
	s.placed(l)
	enter(s.r, "", "centre")
	s.r.Go("/rolls?roll=centre")
	if after := s.sums(); after["here"] != before["here"]+1 || after["entered"] != before["entered"]+1 {
		t.Errorf("placed there by name: %v, then %v", before, after)
	}
	s.goesHome()
	s.ranAway(l)
}

// TestAChildInACentreInABrowser tells the centre's day in Chromium, once; axe reads each page.
func TestAChildInACentreInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "ru", true)
	tab.Looked = looker(t, "ru")
	s, _ := storyOf(t, l, tab)
	s.now = l.local
	s.goesHome()
	s.ranAway(l)
}
