package app

import (
	"strings"
	"testing"

	"pana/internal/testkit"
)

// prosecuted tells a criminal case: the article of the day of the act, a stage after
// another, the money, the court, and what the figures say of so few.
func (s *story) prosecuted() {
	s.Helper()
	s.name = ""
	enter(s.r, "", "investigator")
	s.r.Go("/tracks/new")
	s.page("tracks.new")
	s.r.Fill("act_on", "2026-01-02")
	s.r.Tap("articles", "cc_old_128")
	s.r.Fill("r0.accused_n", "2")
	s.r.Press("go", "open")
	s.sees("data-code", "track.other_code")
	s.r.Fill("act_on", "2014-05-05")
	s.r.Press("go", "open")
	s.sees("data-receipt", "receipt.track_opened")
	s.sees("data-article", "cc_old_128")
	s.sees("data-accused", "2")
	s.does("move", "track_step", "suspend_case")
	s.sees("data-code", "field.required") // the ground, in words
	s.r.Fill("track_reasons", "Whoever is accused is not found")
	s.r.Press("go", "move")
	s.sees("data-stage", "suspended")
	s.does("move", "track_step", "resume_case")
	s.does("move", "track_step", "follow_case_money")
	s.sees("data-trail", "followed")
	s.r.Fill("money_sum", "3 000 000")
	s.does("money", "money_kind", "case_confiscated")
	s.sees("data-money", "case_confiscated.3000000")
	s.r.Fill("money_sum", "4000000")
	s.does("money", "money_kind", "case_to_victims")
	s.sees("data-code", "track.money_part")
	s.r.Fill("money_sum", "1000000")
	s.r.Press("go", "money")
	s.does("move", "track_step", "send_case_to_court")
	s.does("move", "track_step", "convict")
	s.sees("data-outcome", "convicted")
	s.r.Go("/tracks")
	s.sees("data-case", "ended")
	s.r.Go("/tracks/figures")
	s.page("tracks.figures")
	for _, row := range s.r.All("data-row") {
		s.must(!strings.HasPrefix(row, "cc_old_128.") || row == "cc_old_128.-1", "the figures say how many: %s", row)
	}
}

// does one act of a case's page: what is chosen, and its button.
func (s *story) does(act, field, value string) {
	s.Helper()
	s.r.Tap(field, value)
	s.r.Press("go", act)
}

func TestACriminalCase(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, _ := storyOf(t, l, l.plain(t, "ru"))
	s.prosecuted()
	enter(s.r, "/~2", "shelter") // who houses people has no door to cases
	s.must(!testkit.Sees(s.r, "href", "/~2/tracks"), "a shelter has a door to cases")
}
