package app

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/testkit"
)

// homeFromAbroad: another State writes to a mission, a certificate, a name at the
// other end, a bed that waits, and being asked how it goes after a month.
func (s *story) homeFromAbroad(l *live, shelter id.Service) {
	s.Helper()
	s.atTheMission(shelter)
	s.onTheRoad(l)
}

// atTheMission: from the note to a certificate and a bed.
func (s *story) atTheMission(shelter id.Service) {
	s.Helper()
	s.name = "Қайтова Жанар"
	s.noticed()
	s.notNamed()
	s.takes("consul", "issue_certificate", nil, "", "")
	s.waits("consul", "plan_journey")
	s.bedWaits(shelter)
}

// onTheRoad: from the plan to being asked a month after.
func (s *story) onTheRoad(l *live) {
	s.Helper()
	s.takes("consul", "plan_journey", answered{"f.return_threat": "not_sure", "f.spoken_alone": "alone", "f.arrives_on": s.today(), "f.arrives_at": "airport", "to": s.receiver}, "", "")
	s.waits("shelter", "meet_returnee")
	s.takes("shelter", "meet_returnee", answered{"f.arrived_how": "as_planned", "f.spoken_alone": "alone", "f.return_threat": "no"}, "", "")
	l.later(s.T, 32)
	enter(s.r, windows["shelter"], "shelter")
	s.r.Go(windows["shelter"] + "/work")
	s.sees("href", windows["shelter"]+"/file/"+s.file+"/follow-up")
}

// noticed: a note is kept before there is a person, and ends in the file that her
// asking for help begins; who wrote it has no part in that.
func (s *story) noticed() {
	s.Helper()
	enter(s.r, "", "consul")
	s.r.Go("/calls")
	s.page("calls.title")
	s.must(!strings.Contains(s.r.HTML(), "data-danger"), "whoever calls a mission stands in another country: its number for danger is not ours")
	s.r.Tap("channel", "letter")
	s.r.Tap("caller", "foreign_state")
	s.r.Tap("safety", "not_sure")
	s.r.Fill("call_note", "Бүгін жауап беру")
	s.r.Tap("call_outcome", "open")
	s.r.Press("go", "concern")
	s.page("concern.title.safety")
	_, signal, _ := strings.Cut(s.r.Path(), "signal=")
	s.r.Go("/calls/" + signal)
	s.page("call.title")
	s.r.Go(s.linkTo("/begin/ask_consulate?signal=" + signal))
	s.page("begin.title")
	for name, value := range (answered{"f.told_by": "diplomatic_channel", "f.safe_there": "safe_now", "f.citizenship_group": "foreign", "f.return_threat": "not_sure", "age_known": "adult", "sex": "female"}) {
		s.r.Tap(name, value)
	}
	s.r.Fill("language", "kk")
	s.r.Press("go", "check")
	s.sees("data-changes", "confirm")
	s.r.Press("go", "take")
	s.receipt()
	s.file, _, _ = strings.Cut(s.linked("/file/"), "/")
	s.r.Go("/calls/" + signal)
	s.sees("data-outcome", "file")
}

// bedWaits: a bed is asked for before the journey, and a shelter has said yes.
func (s *story) bedWaits(shelter id.Service) {
	s.Helper()
	s.r.Go("/file/" + s.file + "/refer")
	s.r.Tap("services", string(shelter))
	s.r.Tap("needs", "bed_tonight")
	s.r.Tap("priority", "normal")
	s.r.Tap("consent", "yes")
	s.r.Press("go", "check")
	s.sees("data-card", "need")
	s.anonymous()
	s.r.Press("go", "send")
	s.receipt()
	s.referral = s.linked("/referral/")
	s.accept(windows["shelter"])
}

// notNamed: the article names citizens; a foreigner meets a wall that says what to
// do. It was a mistake: she has a passport of this country.
func (s *story) notNamed() {
	s.Helper()
	s.opens("consul")
	s.sees("data-wall", "certificate_not_named")
	s.sees("data-way", "plan_journey.open")
	s.r.Go("/file/" + s.file + "/identity")
	s.r.Fill("name", s.name)
	s.r.Fill("born", "1994")
	s.r.Fill("citizenship", "KAZ")
	s.r.Press("", "", s.keyed()...)
	s.receipt()
	s.opens("consul")
	s.must(!testkit.Sees(s.r, "data-wall", "certificate_not_named"), "a citizen meets the foreigner's wall")
	s.waits("consul", "issue_certificate")
}

func homeOf(t *testing.T, l *live, r testkit.Reader) (*story, id.Service) {
	t.Helper()
	s, ask := victimOf(t, l, r)
	s.receiver = string(l.bodyOf(t, "yellow-umbrella"))
	return s, ask[0]
}

// bodyOf is the demonstration's body of a name in the pack's data.
func (l *live) bodyOf(t *testing.T, slug string) id.Body {
	t.Helper()
	data, err := readDemo(l.files)
	if err != nil {
		t.Fatal(err)
	}
	return newTown(data, l.house.pack).bodies[slug]
}

// TestHomeFromAbroad tells it without a browser: what works here works without scripts.
func TestHomeFromAbroad(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, shelter := homeOf(t, l, l.plain(t, "ru"))
	s.homeFromAbroad(l, shelter)
}

// TestHomeFromAbroadInABrowser tells in Chromium what no other story has: the road,
// and who waits at its end; and of those who come back from a war, two lists that
// do not see each other. axe reads each page.
func TestHomeFromAbroadInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := begin(t)
	tab := testkit.NewTab(ctx, t, l.url, "kk", true)
	tab.Looked = looker(t, "kk")
	s, shelter := homeOf(t, l, l.plain(t, "kk"))
	s.atTheMission(shelter)
	s.r = tab
	s.onTheRoad(l)
	s.warChildren()
}

// warChildren: three children land with their father, who is held. They stand in a
// list of the guardianship body; an adult is refused there, and a child in the list
// of the police, who find none of the three.
func (s *story) warChildren() {
	s.Helper()
	s.name = ""
	s.met("guardianship", "children_from_war", "under_18", "adult")
	s.counts(3, 0, 3)
	s.r.Go(s.linkTo("/step/screen_child_from_zone"))
	child, _, _ := strings.Cut(strings.TrimPrefix(s.r.Path(), windows["guardianship"]+"/file/"), "/")
	for name, value := range (answered{"f.spoken_alone": "alone", "f.interpreter_present": "not_needed", "f.return_threat": "no", "f.parent_held": "held", "no_signs": "yes"}) {
		s.r.Tap(name, value)
	}
	s.r.Press("go", "check")
	s.r.Press("go", "take")
	s.receipt()
	s.file = child
	s.takes("guardianship", "live_with_family", answered{"f.family_who": "grandparents", "f.child_asked": "wants_it"}, "", "")
	s.met("raid_officer", "adults_from_war", "adult", "under_18")
	s.must(!strings.Contains(s.r.HTML(), child), "a child stands in the list of the adults who are held")
	s.counts(3, 0, 3)
	s.r.Go(windows["raid_officer"] + "/file/" + child)
	s.sees("data-page", "error.title.not_found") // who holds the father does not learn where the child is
}

// met records three persons of the right age in a list of arrivals; a row of the
// wrong age is refused, and what was typed stays.
func (s *story) met(role, kind, age, wrong string) {
	s.Helper()
	enter(s.r, windows[role], role)
	s.r.Go(windows[role] + "/operations")
	s.page("operations.title")
	if role == "raid_officer" { // who keeps one kind of list is not asked which
		s.r.Tap("operation_kind", kind)
	}
	for i, known := range []string{age, age, wrong} {
		s.r.Tap(fmt.Sprintf("r%d.sex", i), "male")
		s.r.Tap(fmt.Sprintf("r%d.age_known", i), known)
	}
	s.r.Press("go", "record")
	s.sees("data-code", casework.CodeNobodyMeets)
	s.r.Tap("r2.age_known", age)
	s.r.Press("go", "record")
	s.sees("data-receipt", "receipt.operation")
}

// TestChildrenBackFromAWar tells it without a browser.
func TestChildrenBackFromAWar(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, _ := victimOf(t, l, l.plain(t, "en"))
	s.warChildren()
}
