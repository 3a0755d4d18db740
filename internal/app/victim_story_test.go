package app

import (
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/testkit"
	"pana/internal/withheld"
)

// protected tells a foreign woman's way in pages, from the farm to a permit and the
// compensation applied for: what she may ask for stands in My work of who is with her.
func (s *story) protected(l *live, ask ...id.Service) {
	s.Helper()
	s.name = woman.name
	s.recordConcern(woman)
	s.result()
	s.addName(woman)
	s.refer(ask...)
	s.accept(windows["shelter"])
	s.r.Go(windows["shelter"] + "/referral/" + s.referral)
	s.r.Press("go", "arrived")
	s.receipt()
	s.waits("identification", "identify")
	s.takes("identification", "identify", answered{"f.decided_with": "ngo", "f.exploitation": "forced_labour", "f.return_threat": "not_sure",
		"f.wish_to_return": "does_not_want", "f.citizenship_group": "foreign", "f.residence_group": "irregular", "f.interpreter_present": "was_present", "f.heard": "heard"}, "entitlement.time_to_think", "")
	s.waits("shelter", "begin_reflection")
	s.takes("shelter", "begin_reflection", nil, "hold.stay_running", "reflection")
	s.waits("shelter", "ask_stay")
	s.takes("shelter", "ask_stay", nil, "", "")
	s.waits("social_worker", "petition_stay")
	s.takes("social_worker", "petition_stay", answered{"f.months_asked": "6"}, "", "permit_decision")
	s.waits("migration_decider", "grant_permit")
	s.takes("migration_decider", "grant_permit", nil, "entitlement.stay_by_permit", "permit")
	s.opens("shelter")
	s.sees("data-wall", "fund_needs_case")
	s.sees("data-way", "ask_lawyer.open")
	s.caseOpened(l)
	s.waits("shelter", "apply_compensation")
	s.takes("shelter", "apply_compensation", nil, "", "compensation_decision")
}

// caseOpened: she has decided to report, and the police do their part, through the
// desk: this story is hers.
func (s *story) caseOpened(l *live) {
	s.Helper()
	s.takes("shelter", "report_crime", nil, "entitlement.stay_while_reported", "")
	data, err := readDemo(l.files)
	if err != nil {
		s.Fatal(err)
	}
	town, kind := newTown(data, l.house.pack), l.house.pack.BodyKind("police")
	who := access.Who{Worker: town.logins["investigator"], Body: town.bodies["police-61"], BodyKind: kind.ID, Role: "investigator", Region: "KZ-61", Compartment: kind.Compartment, Powers: kind.Can}
	for _, step := range []string{"open_case", "recognise_injured"} {
		in := desk.StepInput{Key: s.Name() + step, File: id.File(s.file), Step: step, Fields: map[string]withheld.Text{}}
		if _, err := l.desk.TakeStep(s.Context(), who, in); err != nil {
			s.Fatal(step, err)
		}
	}
}

// home: she thinks again, somebody looks at the danger, she goes, and is asked a
// month later; nobody answers, and there is a day to try again.
func (s *story) home(l *live) {
	s.Helper()
	said := answered{"f.wish_to_return": "wants", "f.return_threat": "no", "f.spoken_alone": "alone", "f.interpreter_present": "was_present"}
	s.takes("shelter", "say_return_wish", said, "entitlement.help_home", "")
	s.takes("shelter", "ask_help_home", answered{"f.return_threat": "no", "f.spoken_alone": "alone"}, "", "")
	s.waits("shelter", "check_return")
	said["f.danger_there"] = "nothing_found"
	s.takes("shelter", "check_return", said, "", "")
	s.takes("shelter", "arrange_return", answered{"f.met_there": "organisation"}, "", "")
	s.takes("shelter", "go_home", nil, "", "")
	here := windows["shelter"] + "/file/" + s.file + "/follow-up"
	s.r.Go(windows["shelter"] + "/work")
	s.must(!testkit.Sees(s.r, "href", here), "she left today, and is to be asked today")
	l.later(s.T, 32)
	enter(s.r, windows["shelter"], "shelter")
	s.r.Go(windows["shelter"] + "/work")
	s.sees("href", here)
	s.r.Go(here)
	s.page("followup.title")
	s.sees("data-agreed", "false")
	s.r.Tap("how_it_went", "not_reached")
	s.r.Press("", "", s.keyed()...)
	s.sees("data-code", "field.next_day") // nothing typed is lost, and it says what to write
	s.r.Fill("try_next", l.local().AddDate(0, 0, 7).Format("2006-01-02"))
	s.r.Press("", "", s.keyed()...)
	s.receipt()
}

// victimOf prepares the story in a demonstration of its own.
func victimOf(t *testing.T, l *live, r testkit.Reader) (*story, []id.Service) {
	t.Helper()
	s, ask := storyOf(t, l, r)
	s.now = l.local
	return s, ask
}

// TestAVictimsWayHomeInABrowser tells in Chromium, where axe reads each page, what
// no other story has: from the change of mind to the call a month later.
func TestAVictimsWayHomeInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "en", true)
	tab.Looked = looker(t, "en")
	s, ask := victimOf(t, l, l.plain(t, "en"))
	s.protected(l, ask...)
	s.r = tab
	s.home(l)
}
