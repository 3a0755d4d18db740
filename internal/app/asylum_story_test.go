package app

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/id"
	"pana/internal/testkit"
)

// claimant is a man who says at an airport that he is afraid to go back.
var claimant = found{name: "Бейтанысов Фархад", sex: "male", known: "adult", born: "1990"}

// answered are a step's taps and what is typed.
type answered map[string]string

// window of each who has a part in the claim: all are signed in beside each other.
var windows = map[string]string{"border_officer": "", "asylum_decider": "/~2", "ngo": "/~3", "complaints": "/~6", "judge": "/~7",
	"migration_officer": "", "migration_decider": "/~2", "registrar": "/~3", "clinic": "/~4",
	"prosecutor": "", "police": "/~2", "appeal_judge": "/~8",
	"consul": "", "guardianship": "", "raid_officer": "/~2", "inspector": "", "shelter": "/~2", "identification": "/~3", "social_worker": "/~4",
	"rower": "", "board": "/~2", "board_second": "/~3", "court": "/~4", "warden": "/~5"}

// claim tells the claim from the word at the airport to the judgment. What the
// removal check answers is asked after every step: from the first word on it is
// never "no bar on record".
func (s *story) claim(lawyer id.Service) {
	s.Helper()
	s.name = claimant.name
	s.says()
	s.addName(claimant)
	s.answers(claimant, "hold") // said: art. 18(2) may cover it, and nobody is taken out on a maybe
	s.lawyer(lawyer)
	s.takes("border_officer", "register_at_crossing", answered{"f.writes": "able"}, "bar.claim_registered", "claim_decision")
	s.answers(claimant, "barred")
	s.waits("asylum_decider", "recognise")
	s.takes("asylum_decider", "interview", answered{"f.interpreter_there": "understood", "f.stood_beside": "lawyer", "f.read_back": "read_back"}, "", "")
	s.takes("asylum_decider", "refuse_claim", answered{"f.heard": "heard", "reasons": "Because.", "language": "fa"}, "hold.claim_refused_may_appeal", "claim_departure")
	s.answers(claimant, "hold") // art. 8(1)(5) against 18(1)
	s.waits("ngo", "complain_claim")
	s.takes("ngo", "complain_claim", nil, "bar.claim_appealed", "claim_complaint_answer")
	s.answers(claimant, "barred")
	s.waits("complaints", "allow_claim")
	s.takes("complaints", "dismiss_claim_complaint", answered{"f.decided_on": s.today(), "f.heard": "heard", "reasons": "Because.", "language": "fa"}, "hold.claim_refused_may_appeal", "")
	s.answers(claimant, "hold")
	s.waits("ngo", "sue_claim")
	s.takes("ngo", "sue_claim", nil, "bar.claim_appealed", "claim_trial")
	s.answers(claimant, "barred")
	s.waits("judge", "allow_claim_in_court")
	s.takes("judge", "allow_claim_in_court", answered{"f.heard": "heard"}, "bar.refugee_stays", "refugee_status")
	s.answers(claimant, "barred")
	s.r.Go(windows["judge"] + "/file/" + s.file)
	if testkit.Sees(s.r, "action", windows["judge"]+"/file/"+s.file+"/show") {
		s.Error("the judgment is given, and who he is can still be shown to the court")
	}
}

// says is the minute at the counter: from the first page, no name, one page of
// taps, what it changes, one button.
func (s *story) says() {
	s.Helper()
	enter(s.r, "", "border_officer")
	s.page("work.title")
	s.sees("href", "/begin/voice_claim")
	s.r.Go("/begin/voice_claim")
	s.page("begin.title")
	s.r.Tap("where", "at_airport")
	s.r.Tap("f.entered_how", "regular")
	s.r.Tap("f.writes", "able")
	s.r.Tap("f.with_whom", "alone")
	s.r.Tap("f.put_in_words", "with_interpreter")
	s.r.Fill("language", "fa")
	s.r.Tap("age_known", claimant.known)
	s.r.Tap("sex", claimant.sex)
	s.r.Press("go", "check")
	s.sees("data-changes", "confirm")
	s.sees("data-guard", "hold.claim_said")
	s.sees("data-clock", "claim_limit")
	s.r.Press("go", "take")
	s.receipt()
	s.sees("data-guard", "hold.claim_said")
	s.sees("data-next", "register_at_crossing")
	s.sees("data-unnamed", "yes")
	s.file, _, _ = strings.Cut(s.linked("/file/"), "/")
}

// lawyer brings one beside him: a referral, accepted.
func (s *story) lawyer(service id.Service) {
	s.Helper()
	s.r.Go("/file/" + s.file + "/refer")
	s.page("refer.title")
	s.r.Tap("services", string(service))
	s.r.Tap("needs", "lawyer")
	s.r.Tap("priority", "normal")
	s.r.Tap("consent", "yes")
	s.r.Press("go", "check")
	s.anonymous()
	s.r.Press("go", "send")
	s.receipt()
	s.referral = s.linked("/referral/")
	here := windows["ngo"] + "/referral/" + s.referral
	enter(s.r, windows["ngo"], "ngo")
	s.r.Go(here)
	s.r.Press("go", "accept")
	s.receipt()
}

// waits: the step stands in the list of work of who has to take it, who was
// named, or owes it.
func (s *story) waits(role, step string) {
	s.Helper()
	enter(s.r, windows[role], role)
	s.r.Go(windows[role] + "/work")
	s.sees("href", windows[role]+"/file/"+s.file+"/step/"+step)
	s.anonymous()
}

// takes takes a step as a role. Before it is confirmed the page says what it
// changes: the guard that begins and the clock that starts.
func (s *story) takes(role, step string, with answered, guard, clock string) {
	s.Helper()
	window := windows[role]
	enter(s.r, window, role)
	s.r.Go(window + "/file/" + s.file + "/step/" + step)
	s.page("step.title")
	for name, value := range with {
		if strings.HasPrefix(name, "f.") && name != "f.decided_on" && name != "f.months_asked" && name != "f.arrives_on" && name != "f.late_why" {
			s.r.Tap(name, value)
		} else {
			s.r.Fill(name, value)
		}
	}
	s.r.Press("go", "check")
	s.sees("data-changes", "confirm")
	if guard != "" {
		s.sees("data-guard", guard)
	}
	if clock != "" {
		s.sees("data-clock", clock)
	}
	s.anonymous()
	s.r.Press("go", "take")
	s.receipt()
}

// today is the demonstration's day.
func (s *story) today() string { return s.now().Format("2006-01-02") }

// claimOf prepares the story in a demonstration of its own.
func claimOf(t *testing.T, l *live, r testkit.Reader) (*story, id.Service) {
	t.Helper()
	s, _ := storyOf(t, l, r)
	s.now = l.local
	data, err := readDemo(l.files)
	if err != nil {
		t.Fatal(err)
	}
	return s, newTown(data, l.house.pack).offers["paper-boat/legal"][0]
}

// TestFromAWordAtTheAirportToAJudgment is told without a browser.
func TestFromAWordAtTheAirportToAJudgment(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := begin(t)
	s, lawyer := claimOf(t, l, l.plain(t, "kk"))
	s.claim(lawyer)
}

// TestFromAWordAtTheAirportToAJudgmentInABrowser tells it in Chromium: in English
// with scripts, where axe reads each page, and in Russian without.
func TestFromAWordAtTheAirportToAJudgmentInABrowser(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		lang    string
		scripts bool
	}{{"en", true}, {"ru", false}} {
		t.Run(fmt.Sprintf("%s scripts=%t", row.lang, row.scripts), func(t *testing.T) {
			ctx := testkit.Browser(t)
			l := begin(t)
			tab := testkit.NewTab(ctx, t, l.url, row.lang, row.scripts)
			if row.scripts {
				tab.Looked = looker(t, row.lang)
			}
			s, lawyer := claimOf(t, l, tab)
			s.claim(lawyer)
		})
	}
}
