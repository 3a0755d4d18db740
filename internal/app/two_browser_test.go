package app

import (
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestTwoOfABodyInABrowser: one worker proposes what two decide, a colleague sends it
// back with a reason, it is mended, and with the second word it is done. Then both
// have one form open: the slower reads who was first, and loses nothing.
func TestTwoOfABodyInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	s, _ := storyOf(t, l, l.plain(t, "en")) // what the pages show is made without the browser
	s.now, s.name = l.clock.Now, girl.name
	s.recordConcern(girl)
	plain := s.r
	tab := testkit.NewTab(ctx, t, l.url, "en", true)
	tab.Looked = looker(t, "en")
	enter(tab, "", "identification")
	enter(plain, "/~4", "identification_second")
	s.r = tab
	step := "/file/" + s.file + "/step/not_identify"
	s.decides(step, "other")
	s.r.Fill("reasons", "Nothing was found.")
	s.r.Fill("language", "ru")
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()

	s.r.Go("/docket")
	s.sees("data-two", "work.waits_second")
	s.r = plain // the colleague
	here := "/~4/file/" + s.file + "/proposal/not_identify"
	s.r.Go("/~4/docket")
	s.sees("data-seconds", "1")
	s.sees("data-two", "work.confirm")
	s.sees("href", here)
	s.r.Go("/~4/work?kind=proposal")
	s.sees("href", here)
	s.r.Go(here)
	s.page("two.title")
	s.r.Fill("back_why", "Say what was looked at.")
	s.r.Press("go", "send_back")
	s.receipt()

	s.r = tab
	s.r.Go("/docket")
	s.sees("data-two", "work.sent_back")
	s.r.Go("/file/" + s.file + "/proposal/not_identify")
	s.sees("data-proposal", "sent_back")
	s.r.Go(step + "?mend=1")
	s.must(strings.Contains(s.r.HTML(), "Nothing was found."), "what was proposed is not in the form that mends it")
	s.r.Fill("reasons", "Three days were looked at.")
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
	enter(tab, "/~4", "identification_second")
	s.r.Go(here)
	s.must(strings.Contains(s.r.HTML(), "Three days were looked at."), "the second does not read what was mended")
	s.r.Press("go", "confirm")
	s.sees("data-receipt", "receipt.step_of_two")

	s.r = plain
	s.name = ""
	s.recordConcern(girl)
	s.clash(tab, plain)
}

// decides fills in the form of a finding of the joint body.
func (s *story) decides(path, exploitation string) {
	s.Helper()
	s.r.Go(path)
	s.page("step.title")
	for name, value := range map[string]string{
		"f.decided_with": "police", "f.exploitation": exploitation, "f.exploited_where": "here", "f.return_threat": "no", "f.wish_to_return": "wants",
		"f.citizenship_group": "foreign", "f.residence_group": "irregular", "f.interpreter_present": "was_present", "f.heard": "heard",
	} {
		s.r.Tap(name, value)
	}
}

// clash: two have the form of one step open, and the slower presses last.
func (s *story) clash(slower, first testkit.Reader) {
	s.Helper()
	step := "/file/" + s.file + "/step/identify"
	s.r = slower
	s.decides(step, "forced_labour")
	s.r.Press("go", "check")
	s.r = first
	s.decides("/~4"+step, "domestic_servitude")
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
	s.r = slower
	s.r.Press("go", "take")
	s.sees("data-code", "file.changed")
	s.must(s.r.Status() == 409 && len(s.r.All("data-since")) == 1, "the page does not say who was first: %v", s.r.All("data-since"))
	s.r.Press("resume", "1")
	s.page("step.title")
	s.r.Press("go", "check") // which asks for whatever is not answered
	s.r.Press("go", "take")
	s.sees("data-code", "step.not_open")
}
