package app

import (
	"strings"
	"testing"

	"pana/internal/testkit"
)

// wanted is a man whom another State asks for. He says in the cell that he is
// afraid to be sent there.
var wanted = found{name: "Сұратылғанов Рустам", sex: "male", known: "adult", born: "1984"}

// sent is a man whom another State asks for too, and who says nothing of the kind.
var sent = found{name: "Берілгенов Олимжон", sex: "male", known: "adult", born: "1979"}

// against is a decision against a person in a form: its reasons and the language of its notice.
func against(more answered) answered {
	out := answered{"reasons": "Because.", "language": "ru"}
	for name, value := range more {
		out[name] = value
	}
	return out
}

var heldFor = answered{"f.held_by_paper": "search_notice", "f.interpreter_present": "was_present"}

// request is the first page of it: the prosecutor records what another State asks
// for, and names who would hold the person.
func (s *story) request(l *live, p found) {
	s.Helper()
	s.name = p.name
	enter(s.r, windows["prosecutor"], "prosecutor")
	s.sees("href", "/begin/request_extradition")
	s.r.Go("/begin/request_extradition")
	s.page("begin.title")
	s.r.Fill("f.asked_by_state", "UZB")
	s.r.Tap("f.wanted_for", "trial")
	s.r.Tap("age_known", p.known)
	s.r.Tap("sex", p.sex)
	s.r.Fill("language", "uz")
	s.r.Fill("to", s.body(l, "police-61"))
	s.r.Press("go", "check")
	s.sees("data-guard", "hold.extradition_examined")
	s.r.Press("go", "take")
	s.receipt()
	s.file, _, _ = strings.Cut(s.linked("/file/"), "/")
	s.addName(p)
}

// body is the id of an invented body by its slug.
func (s *story) body(l *live, slug string) string {
	s.Helper()
	data, err := readDemo(l.files)
	if err != nil {
		s.Fatal(err)
	}
	return string(newTown(data, l.house.pack).bodies[slug])
}

// refusedToAnother tells a request from its first page to the refusal: he is held,
// says that he is afraid, the other State promises, the danger is found, and the
// promise is not enough. The check never says that nothing is on record.
func (s *story) refusedToAnother(l *live) {
	s.Helper()
	s.request(l, wanted)
	s.answers(wanted, "hold") // while it is examined nobody takes him out by another road
	s.takes("police", "hold_for_extradition", against(heldFor), "", "extradition_hold")
	s.opens("police")
	s.sees("data-unknown", "q_extradition_arrest")
	s.sees("data-wall", "extradition_hold_no_end")
	s.takes("prosecutor", "voice_claim", answered{"f.writes": "unable", "f.put_in_words": "with_interpreter", "to": s.body(l, "akimat-61")}, "hold.claim_said", "")
	s.answers(wanted, "hold")
	s.opens("prosecutor")
	s.sees("data-wall", "seeker_asked_for")
	s.waits("social_worker", "register_detained")
	s.takes("social_worker", "register_detained", nil, "", "claim_decision")
	s.answers(wanted, "hold") // who waits for a decision is not named in the Code
	s.takes("prosecutor", "ask_assurance", nil, "", "")
	s.takes("prosecutor", "receive_assurance", answered{"f.state_promised": "no_torture", "f.promised_by": "prosecutor_there"}, "", "")
	s.waits("prosecutor", "find_return_risk")
	s.takes("prosecutor", "find_return_risk", nil, "", "")
	s.answers(wanted, "hold") // whether a promise lifts the bar is a question of law
	s.takes("prosecutor", "find_assurance_insufficient", answered{"f.promise_doubts": "no_visits_agreed"}, "bar.return_risk_found", "")
	s.answers(wanted, "barred")
	s.shut("prosecutor", "grant_extradition")
	s.takes("prosecutor", "refuse_extradition", nil, "bar.claim_stay", "")
	s.answers(wanted, "barred")
	s.waits("prosecutor", "free_after_refusal")
	s.takes("prosecutor", "free_after_refusal", nil, "", "")
	s.answers(wanted, "barred")
}

// shut: the step is a page that says why not, and asks nothing.
func (s *story) shut(role, step string) {
	s.Helper()
	enter(s.r, windows[role], role)
	s.r.Go(windows[role] + "/file/" + s.file + "/step/" + step)
	s.page("step.title")
	s.must(!testkit.Sees(s.r, "data-changes", "form"), "%s is shut, and asks for answers", step)
}

// handedOver tells the other outcome: decided, appealed, upheld by a court that
// had no part in it, handed over, visited, and the promise broken.
func (s *story) handedOver(l *live) {
	s.Helper()
	s.request(l, sent)
	s.takes("police", "hold_for_extradition", against(heldFor), "", "extradition_hold")
	s.takes("prosecutor", "receive_assurance", answered{"f.state_promised": "visits", "f.promised_by": "ministry_there"}, "", "")
	s.takes("prosecutor", "grant_extradition", against(answered{"understood": s.today()}), "hold.extradition_appealed", "extradition_appeal")
	s.answers(sent, "hold") // ten days to appeal: whether the surrender waits for their end was not read
	s.takes("prosecutor", "appeal_extradition", answered{"to": s.body(l, "court-71")}, "bar.extradition_appealed", "")
	s.answers(sent, "hold") // the article bars the surrender, and names no other removal
	s.takes("appeal_judge", "uphold_extradition", against(nil), "", "")
	s.name = "" // no bar: the page asks him three questions, and who he is stays in the form
	if got := s.check("/~5", "border_duty", sent); got != "no_bar_on_record" {
		s.Errorf("a court has decided, and nobody said anything that protects him: %s", got)
	}
	s.name = sent.name
	s.opens("prosecutor")
	s.sees("data-wall", "extradition_upheld")
	s.takes("police", "surrender", nil, "", "")
	s.waits("prosecutor", "begin_monitoring")
	s.takes("prosecutor", "begin_monitoring", nil, "", "monitoring")
	s.opens("prosecutor")
	s.sees("data-wall", "handed_over")
	s.takes("prosecutor", "note_visit", answered{"f.visited_by": "consul", "f.visit_found": "as_promised"}, "", "")
	s.takes("prosecutor", "promise_broken", answered{"f.visited_by": "nobody_let_in", "f.visit_found": "not_seen"}, "", "")
}

// stayed is a man without papers for his stay, held by the migration service.
var stayed = found{name: "Мерзімөткенов Санжар", sex: "male", known: "adult", born: "1995"}

// expelled tells an expulsion: held, the prosecutor told, asked about fear before a
// court may order anything, ordered, appealed to another court, dismissed. What he
// says at the last moment still counts.
func (s *story) expelled(l *live) {
	s.Helper()
	s.name = ""
	enter(s.r, windows["migration_officer"], "migration_officer")
	s.r.Go("/operations")
	s.r.Tap("operation_kind", "raid")
	s.r.Tap("r0.sex", stayed.sex)
	s.r.Tap("r0.age_known", stayed.known)
	s.r.Press("go", "record")
	s.file, _, _ = strings.Cut(s.linked("/file/"), "/")
	s.name = stayed.name
	s.addName(stayed)
	s.takes("migration_officer", "detain", against(nil), "", "detention")
	s.answers(stayed, "hold") // nobody asked him yet
	s.waits("migration_officer", "tell_prosecutor")
	s.takes("migration_officer", "tell_prosecutor", answered{"to": s.body(l, "prosecutor-61")}, "", "")
	s.opens("prosecutor")
	s.sees("data-offer", "let_go.open")
	asked := answered{"f.spoken_alone": "alone", "f.interpreter_present": "was_present", "f.return_threat": "no"}
	s.opens("migration_officer")
	s.sees("data-offer", "order_expulsion.hold")
	s.noSigns("migration_officer", "screen_adult", asked)
	s.takes("migration_officer", "file_expulsion_case", answered{"to": s.body(l, "court-61")}, "", "")
	s.takes("judge", "order_expulsion", against(answered{"understood": s.today()}), "hold.expulsion_may_appeal", "expulsion_appeal")
	s.answers(stayed, "hold")
	s.waits("migration_officer", "give_defender") // who holds him does not remind him of his appeal: a defender does
	s.takes("migration_officer", "appeal_expulsion", answered{"to": s.body(l, "court-71")}, "bar.appeal_suspends", "expulsion_hearing")
	s.answers(stayed, "barred")
	s.shut("judge", "appeal_dismissed") // nobody judges an appeal against their own order
	s.takes("appeal_judge", "appeal_dismissed", against(nil), "", "")
	s.opens("migration_officer")
	s.sees("data-wall", "expulsion_upheld")
	s.takes("migration_officer", "voice_claim", answered{"f.writes": "able", "to": s.body(l, "akimat-61")}, "hold.claim_said", "")
	s.answers(stayed, "hold")
	s.shut("migration_officer", "expel")
}

// noSigns takes a step that asks for signs, of which there are none.
func (s *story) noSigns(role, step string, with answered) {
	s.Helper()
	with["no_signs"] = "yes"
	s.takes(role, step, with, "", "")
}

// TestWhoIsToBeTakenOut tells both, in one demonstration: another State's request,
// refused and granted, and an expulsion.
func TestWhoIsToBeTakenOut(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	l := beginOn(t, "2026-11-22")
	s := civil(t, l, l.plain(t, "kk"))
	s.refusedToAnother(l)
	s.handedOver(l)
	s.expelled(l)
}

// TestAnotherStateAsksForAPersonInABrowser tells the hold in Chromium; axe reads
// every page.
func TestAnotherStateAsksForAPersonInABrowser(t *testing.T) {
	t.Parallel()
	ctx := testkit.Browser(t)
	l := beginOn(t, "2026-11-22")
	tab := testkit.NewTab(ctx, t, l.url, "ru", true)
	tab.Looked = looker(t, "ru")
	s := civil(t, l, tab)
	s.request(l, wanted)
	s.takes("police", "hold_for_extradition", against(heldFor), "", "extradition_hold")
	s.opens("police")
	s.sees("data-wall", "extradition_hold_no_end")
	s.takes("prosecutor", "voice_claim", answered{"f.writes": "unable", "to": s.body(l, "akimat-61")}, "hold.claim_said", "")
	s.answers(wanted, "hold")
}
