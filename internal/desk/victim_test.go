package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// herWay is a foreign woman in a shelter, and the bodies on her way.
type herWay struct {
	*world
	file                                    id.File
	referral                                id.Referral
	lawyer, akimat, migration, investigator access.Who
}

var identified = map[string]string{
	"decided_with": "police,local_executive_body,service_provider,ngo", "exploitation": "forced_labour", "exploited_where": "here", "return_threat": "not_sure",
	"wish_to_return": "does_not_want", "interpreter_present": "was_present", "heard": "heard", "citizenship_group": "foreign", "residence_group": "irregular",
}

func wishes(wish, threat string) map[string]string {
	return map[string]string{"wish_to_return": wish, "return_threat": threat, "spoken_alone": "alone", "interpreter_present": "was_present"}
}

// aWomanIn is found by an inspector on a day and taken in by a shelter.
func aWomanIn(t *testing.T, day string) *herWay {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	w := &herWay{world: newWorldAt(t, at.Add(6*time.Hour))}
	w.lawyer = w.body("ngo", "Lawyers", "advocate")
	w.akimat = w.body("local_executive_body", "Akimat", "social_worker")
	w.migration = w.body("migration_police", "Migration", "decider")
	w.investigator = w.body("police", "Police", "investigator")
	r := w.must(w.desk.RecordConcern(t.Context(), w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", AgeKnown: "adult", Sex: "female", Language: "uz", Needs: []string{"bed_tonight"}, Consent: "yes", Fear: "not_sure", Region: region,
		Indicators: []string{"violence_recruited", "excessive_hours", "low_pay", "documents_confiscated", "isolation"}, Citizenship: "UZB",
	}))
	w.file = id.File(r.Args["file"])
	w.referral = w.refer(w.file)
	w.must(w.desk.Accept(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.referral, Place: w.bed}))
	w.must(w.desk.Arrived(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.referral}))
	return w
}

// waits: the step stands in the list of work of who has to take it.
func (w *herWay) waits(who access.Who, step string) {
	w.t.Helper()
	if !w.listed(who, step) {
		w.t.Errorf("%s %s: %s is not in My work: %v", who.BodyKind, who.Role, step, verbs(w.work(who, "step")))
	}
}

func (w *herWay) listed(who access.Who, step string) bool {
	return slices.ContainsFunc(w.work(who, "step"), func(l desk.WorkLine) bool { return l.Verb == "step."+step && l.Subject.File == w.file })
}

func verbs(lines []desk.WorkLine) (out []string) {
	for _, l := range lines {
		out = append(out, l.Verb)
	}
	return out
}

// takes takes a step that waits for this body.
func (w *herWay) takes(who access.Who, step string, answers map[string]string) {
	w.t.Helper()
	w.waits(who, step)
	w.take(who, w.file, step, answers)
}

// wall: the page says which rule stops her, and every way it names is a step.
func (w *herWay) wall(ids ...string) {
	w.t.Helper()
	v, err := w.desk.File(w.t.Context(), w.shelter, w.file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	for _, wall := range v.Walls {
		got = append(got, wall.ID)
	}
	slices.Sort(got)
	if !slices.Equal(got, ids) {
		w.t.Errorf("walls %v, want %v", got, ids)
	}
}

// A foreign victim today: time to think, services, stay, lawyer; she decides about
// the police herself; then the penalty is stopped, the Fund pays, and a month later
// she wants to go home: somebody looks at the danger first.
func TestAForeignVictimsWayToday(t *testing.T) {
	t.Parallel()
	w := aWomanIn(t, "2026-11-23")
	w.takes(w.identifiers, "identify", identified)
	w.wall("fund_needs_case")
	w.takes(w.shelter, "begin_reflection", nil)
	w.takes(w.shelter, "give_services", nil)
	if w.listed(w.shelter, "reflection_decided") || w.listed(w.shelter, "report_crime") {
		t.Error("somebody is reminded to ask her about the police")
	}
	w.takes(w.shelter, "ask_stay", nil)
	w.takes(w.akimat, "petition_stay", map[string]string{"months_asked": "6"})
	w.takes(w.migration, "grant_permit", nil)
	w.filed(w.shelter, w.file, "ask_lawyer", w.lawyer.Body)
	w.takes(w.lawyer, "give_consultation", nil)
	w.penaltyAndFund()
	w.take(w.shelter, w.file, "say_return_wish", wishes("wants", "no"))
	w.take(w.shelter, w.file, "ask_help_home", map[string]string{"return_threat": "no", "spoken_alone": "alone"})
	check := wishes("wants", "yes")
	check["danger_there"] = "exploiter_near"
	w.takes(w.shelter, "check_return", check)
	w.wall("return_into_danger")
	w.take(w.shelter, w.file, "say_return_wish", wishes("wants", "no")) // another town, where nobody looks for her
	w.wall()
	w.take(w.shelter, w.file, "arrange_return", map[string]string{"met_there": "organisation"})
	w.take(w.shelter, w.file, "go_home", nil)
	w.followedUp()
}

// penaltyAndFund: fined for overstaying, which identification alone does not undo;
// as injured party she is owed the end of the case, at any stage, and the Fund.
func (w *herWay) penaltyAndFund() {
	w.t.Helper()
	officer := w.body("migration_police", "Post", "officer")
	w.do(officer, []casework.Ref{{Kind: casework.FileStream, ID: string(w.file)}}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.TakeStep(store.As[*casework.File](l, casework.Ref{Kind: casework.FileStream, ID: string(w.file)}), casework.TakeStepInput{Step: "open_penalty_case"}, m)
	})
	w.wall("fund_needs_case", "penalty_needs_case")
	w.filed(w.shelter, w.file, "ask_penalty_stopped", w.judge.Body)
	if w.listed(w.judge, "stop_penalty_case") {
		w.t.Error("the text reaches injured parties only, and a judge is told that it is owed")
	}
	w.take(w.shelter, w.file, "report_crime", nil)
	w.takes(w.investigator, "open_case", nil)
	w.takes(w.investigator, "recognise_injured", nil)
	w.takes(w.judge, "stop_penalty_case", nil)
	w.takes(w.shelter, "apply_compensation", nil)
	w.takes(w.investigator, "grant_compensation", nil)
	w.wall()
}

// followedUp: she has left; the shelter asks after a month, and not before.
func (w *herWay) followedUp() {
	w.t.Helper()
	due := func() int {
		return len(slices.DeleteFunc(w.work(w.shelter, "task"), func(l desk.WorkLine) bool { return l.Verb != casework.TaskFollowUp }))
	}
	if due() != 0 {
		w.t.Error("she left today, and is to be asked today")
	}
	w.push(32 * 24 * time.Hour)
	if due() != 1 {
		w.t.Fatalf("after a month %d times of asking are due", due())
	}
	v, err := w.desk.FollowUps(w.t.Context(), w.shelter, w.file)
	if err != nil || len(v.Lines) != 3 || v.Agreed || v.Contact != nil {
		w.t.Errorf("she never agreed to be called: %+v, %v", v, err)
	}
	if _, err := w.desk.FollowUps(w.t.Context(), w.inspector, w.file); !isWithheld(err) {
		w.t.Errorf("whose task it is not: %v", err)
	}
	ask := func(outcome, next string) error {
		_, err := w.desk.FollowUp(w.t.Context(), w.shelter, desk.FollowUpInput{Key: w.k(), File: w.file, Task: v.Lines[0].Task, Outcome: outcome, Next: next})
		return err
	}
	if ask(casework.FollowedMissed, "") == nil || ask("", "") == nil || ask(casework.FollowedMissed, w.now().AddDate(5, 0, 0).Format(time.DateOnly)) == nil {
		w.t.Error("not reached, and no day within a year to try again")
	}
	if err := ask(casework.FollowedMissed, w.now().AddDate(0, 0, 3).Format(time.DateOnly)); err != nil {
		w.t.Fatal(explain(err))
	}
	if due() != 0 {
		w.t.Error("tried today, and it is still work of today")
	}
	w.push(4 * 24 * time.Hour)
	if v, err = w.desk.FollowUps(w.t.Context(), w.shelter, w.file); err != nil || due() != 1 || len(v.Lines) != 4 {
		w.t.Fatalf("on the day of the next try: %d due, %d lines, %v", due(), len(v.Lines), err)
	}
	v.Lines = slices.DeleteFunc(v.Lines, func(l desk.FollowUpLine) bool { return l.Outcome != "" })
	if err := ask(casework.FollowedWorried, ""); err != nil {
		w.t.Fatal(explain(err))
	}
	if !slices.ContainsFunc(w.work(w.coordinator, "task"), func(l desk.WorkLine) bool { return l.Verb == "task.follow_up_worried" }) {
		w.t.Error("she may be in danger again, and the coordinator does not hear of it")
	}
	w.must(w.desk.GiveConsent(w.t.Context(), w.shelter, desk.ConsentInput{Key: w.k(), File: w.file, Purpose: "follow_up", Answer: "no"}))
	w.push(200 * 24 * time.Hour)
	if due() != 0 {
		w.t.Error("she wants no more calls, and is called")
	}
}

// The same woman in 2021: who gives services identifies her, no article lets her
// stay or gives her services, and the page says so; the Fund pays who reported.
func TestAForeignVictimsWayIn2021(t *testing.T) {
	t.Parallel()
	w := aWomanIn(t, "2021-09-06")
	w.takes(w.shelter, "identify", identified)
	w.wall("fund_needs_case", "services_temporary", "stay_none_before")
	for _, step := range []string{"begin_reflection", "ask_stay", "check_return"} {
		if _, err := w.desk.StepForm(t.Context(), w.shelter, w.file, step); err == nil {
			t.Errorf("%s is there before the law that has it", step)
		}
	}
	w.take(w.shelter, w.file, "report_crime", nil)
	w.wall("fund_needs_case", "services_temporary") // registered while the report is considered
	w.takes(w.investigator, "open_case", nil)
	w.takes(w.investigator, "recognise_injured", nil)
	w.take(w.shelter, w.file, "say_fund_papers", map[string]string{"fund_papers_held": "lacks"})
	w.wall("fund_papers", "services_temporary")
	w.take(w.shelter, w.file, "say_fund_papers", map[string]string{"fund_papers_held": "has"})
	w.takes(w.shelter, "apply_compensation", nil)
	w.takes(w.investigator, "grant_compensation", nil)
	w.take(w.shelter, w.file, "say_return_wish", wishes("wants", "no"))
	w.take(w.shelter, w.file, "ask_help_home", map[string]string{"return_threat": "yes", "spoken_alone": "alone"})
	w.wall("return_into_danger", "services_temporary") // asked in every edition, though no text orders it
	w.take(w.shelter, w.file, "stay_after_all", nil)
	if lines := w.work(w.shelter, "task"); len(lines) != 0 {
		t.Errorf("she is in the house, and is to be followed up: %v", verbs(lines))
	}
}

// Who leaves a house is asked later how it goes, if she agreed: then the house
// sees how to reach her, though who she is has closed to it; no other house does.
func TestWhoLeftIsReachedAsSheSaid(t *testing.T) {
	t.Parallel()
	w := aWomanIn(t, "2026-11-23")
	ctx := t.Context()
	w.must(w.desk.SetContact(ctx, w.shelter, desk.ContactInput{Key: w.k(), File: w.file, Value: withheld.New("+7 700 000 00 99"), SafeAt: "daytime"}))
	w.must(w.desk.GiveConsent(ctx, w.shelter, desk.ConsentInput{Key: w.k(), File: w.file, Purpose: "follow_up", Answer: "yes"}))
	w.must(w.desk.Left(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.referral, Reason: "own_wish"}))
	if _, err := w.desk.ShowIdentity(ctx, w.shelter, w.file); !isWithheld(err) {
		t.Errorf("who she is stays open to the house: %v", err)
	}
	v, err := w.desk.FollowUps(ctx, w.shelter, w.file)
	if err != nil || len(v.Lines) != 3 || !v.Agreed || v.Contact == nil {
		t.Fatalf("she agreed, and nobody can reach her: %+v, %v", v, err)
	}
	if _, err := w.desk.FollowUps(ctx, w.shelter2, w.file); !isWithheld(err) {
		t.Errorf("another house: %v", err)
	}
	view, err := w.desk.File(ctx, w.inspector, w.file, "")
	if err != nil || !slices.ContainsFunc(view.Openings, func(o desk.OpeningLine) bool { return o.What == "contact" }) {
		t.Errorf("that her contact was shown is not in the file: %v", err)
	}
	w.must(w.desk.FollowUp(ctx, w.shelter, desk.FollowUpInput{Key: w.k(), File: w.file, Task: v.Lines[0].Task, Outcome: casework.FollowedNoMore}))
	if v, err = w.desk.FollowUps(ctx, w.shelter, w.file); err != nil || v.Contact != nil || slices.ContainsFunc(v.Lines, func(l desk.FollowUpLine) bool { return l.Outcome == "" }) {
		t.Errorf("she wants no more calls: %+v, %v", v, err)
	}
	gone := aWomanIn(t, "2026-11-23")
	gone.must(gone.desk.Left(ctx, gone.shelter, desk.AnswerInput{Key: gone.k(), Referral: gone.referral, Reason: "unknown"}))
	if _, err := gone.desk.FollowUps(ctx, gone.shelter, gone.file); !isWithheld(err) {
		t.Errorf("nobody knows where she is: that is work of today, and not of next month: %v", err)
	}
}

// Who is held is asked alone what happened before a fine or an expulsion: it
// stands in the list of who holds her, and the page of the fine says what holds it.
func TestWhoIsHeldIsAskedFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	officer := w.body("migration_police", "Post", "officer")
	r := w.must(w.desk.RecordConcern(t.Context(), officer, desk.ConcernInput{Key: w.k(), Safety: "not_sure", AgeKnown: "adult", Sex: "female", Language: "uz", Consent: "yes", Fear: "no", Citizenship: "UZB"}))
	h := herWay{world: w, file: id.File(r.Args["file"])}
	h.take(officer, h.file, "detain", nil)
	form, err := w.desk.StepForm(t.Context(), officer, h.file, "screen_adult")
	if err != nil || len(form.Signs) == 0 {
		t.Fatalf("the page to ask: %v", err)
	}
	view, err := w.desk.File(t.Context(), officer, h.file, "")
	if err != nil || !slices.Contains(guardIDs(view.Safeguards), "hold.not_screened") {
		t.Errorf("held, and nothing says that she must be asked: %v, %v", guardIDs(view.Safeguards), err)
	}
	h.waits(officer, "screen_adult")
}

// A house that took steps for her while she lived there keeps what it wrote when she
// has left, and reads no more of what becomes of her: a step is no key of its own.
func TestAHouseThatGaveServicesStopsReadingWhenSheHasLeft(t *testing.T) {
	t.Parallel()
	w := aWomanIn(t, "2026-11-23")
	w.takes(w.identifiers, "identify", identified)
	w.takes(w.shelter, "give_services", nil)
	if f, err := w.desk.File(t.Context(), w.shelter, w.file, ""); err != nil || len(f.Situation) == 0 {
		t.Fatalf("while she is there: %v", err)
	}
	w.must(w.desk.Left(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: w.referral, Reason: "planned"}))
	w.push(365 * 24 * time.Hour)
	f, err := w.desk.File(t.Context(), w.shelter, w.file, "")
	if err != nil || len(f.Situation) > 0 || len(f.Clocks) > 0 || slices.Contains(f.Sections, "situation") {
		t.Errorf("a year after: %v, it reads %v", err, f.Sections)
	}
	for _, l := range f.Timeline {
		if l.Code == "step.identify" {
			t.Error("it reads what others recorded")
		}
	}
	if f, err := w.desk.File(t.Context(), w.identifiers, w.file, ""); err != nil || len(f.Situation) == 0 {
		t.Errorf("who decided keeps what it sees: %v", err)
	}
	w.verifies()
}
