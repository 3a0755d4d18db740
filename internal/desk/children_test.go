package desk_test

import (
	"slices"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// owes says whether a step stands in somebody's My work.
func (w *world) owes(who access.Who, step string) bool {
	w.t.Helper()
	return slices.ContainsFunc(w.work(who, ""), func(l desk.WorkLine) bool {
		return l.Verb == "step."+step || l.Verb == casework.TaskAddressed && l.Filed == step
	})
}

// A place in school is asked of one school by name: it knows of the child from
// then on, and no other school does. That the child stays away is its to note, and
// then somebody's to follow.
func TestAPlaceInSchool(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	guardian := w.body("guardianship", "Guardianship", "specialist")
	school, other := w.body("education", "School", "teacher"), w.body("education", "Other school", "teacher")
	r, err := w.desk.RecordConcern(ctx, guardian, desk.ConcernInput{Key: w.k(), Safety: "safe_now", AgeKnown: "under_18", Age: "9", Sex: "female", Consent: "child", Region: region})
	if err != nil {
		t.Fatal(err)
	}
	child := id.File(r.Args["file"])
	if _, err := w.desk.StepForm(ctx, school, child, "enrol"); !isWithheld(err) {
		t.Errorf("before anybody asked the school has it: %v", err)
	}
	step := func(who access.Who, step string, to id.Body) error {
		_, err := w.desk.TakeStep(ctx, who, desk.StepInput{Key: w.k(), File: child, Step: step, To: to, Fields: map[string]withheld.Text{}})
		return err
	}
	if err := step(guardian, "ask_school", school.Body); err != nil {
		t.Fatal(err)
	}
	if !w.owes(school, "enrol") || w.owes(other, "enrol") {
		t.Errorf("the school has it in its list: %t, another has: %t", w.owes(school, "enrol"), w.owes(other, "enrol"))
	}
	if _, err := w.desk.File(ctx, other, child, ""); !isWithheld(err) {
		t.Errorf("another school opens the file: %v", err)
	}
	for _, id := range []string{"enrol", "note_absence"} {
		if err := step(school, id, ""); err != nil {
			t.Fatal(id, err)
		}
	}
	if !w.owes(school, "follow_absence") {
		t.Error("nobody is told to look for a child who stays away")
	}
	if err := step(school, "follow_absence", ""); err != nil || w.owes(school, "follow_absence") {
		t.Errorf("followed, and still in the list: %v", err)
	}
	w.verifies()
}

// A child taken to a centre waits in the list of who took it there, until it is
// recorded where the child went. No text says who decides on a placement, so it is
// recorded as done all the same.
func TestEveryChildInACentreHasAnOutcome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	police := w.body("police", "Police", "officer")
	op := id.New[id.Operation](w.now())
	if err := w.met(police, op, w.row("9", "")); err != nil {
		t.Fatal(err)
	}
	line := w.operation(police, op).Persons[0]
	place := desk.StepInput{Key: w.k(), File: line.Subject.File, Step: "place_in_centre", Reasons: withheld.New("Nobody came."), Language: "kk"}
	if _, err := w.desk.TakeStep(ctx, police, place); err == nil {
		t.Error("placed before anybody asked")
	}
	if err := w.ask(police, line); err != nil {
		t.Fatal(err)
	}
	place.Key, place.Irregular = w.k(), true
	if _, err := w.desk.TakeStep(ctx, police, place); err != nil {
		t.Fatal(err)
	}
	if !w.owes(police, "to_family") {
		t.Error("a child in a centre waits in nobody's list")
	}
	f, err := w.desk.File(ctx, police, line.Subject.File, "")
	if err != nil || !slices.ContainsFunc(f.Clocks, func(c desk.ClockLine) bool { return c.ID == "centre_stay" && c.Unknown == "q_centre_time" }) {
		t.Errorf("no clock says that the longest time was not found: %+v, %v", f.Clocks, err)
	}
	if _, err := w.desk.TakeStep(ctx, police, desk.StepInput{Key: w.k(), File: line.Subject.File, Step: "to_family"}); err != nil {
		t.Fatal(err)
	}
	if w.owes(police, "to_family") {
		t.Error("the child is with the family, and still waits")
	}
}

// An absence is noted with its first day; the pack's ten days make the follow-up
// due, in the school's own list, and no day counts twice.
func TestAFollowUpOfAnAbsenceFallsDueWhenThePackSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	guardian, school := w.body("guardianship", "Guardianship", "specialist"), w.body("education", "School", "teacher")
	r := w.must(w.desk.RecordConcern(ctx, guardian, desk.ConcernInput{Key: w.k(), Safety: "safe_now", AgeKnown: "under_18", Age: "9", Sex: "female", Consent: "child", Region: region}))
	child := id.File(r.Args["file"])
	take := func(who access.Who, step string, to id.Body, day time.Time) {
		t.Helper()
		in := desk.StepInput{Key: w.k(), File: child, Step: step, To: to, Fields: map[string]withheld.Text{}}
		if !day.IsZero() {
			in.OccurredAt = day.Format("2006-01-02")
		}
		w.must(w.desk.TakeStep(ctx, who, in))
	}
	take(guardian, "ask_school", school.Body, time.Time{})
	take(school, "enrol", "", time.Time{})
	w.push(5 * 24 * time.Hour)
	first := w.now().Add(-3 * 24 * time.Hour)
	take(school, "note_absence", "", first)
	line := w.roll(school, "school").Inside[0]
	if line.Clock == nil || line.Clock.ID != "absence_days" || line.Clock.State != string(procedure.ClockRunning) {
		t.Fatalf("three days away: %+v", line.Clock)
	}
	days := line.Clock.Due.Sub(first).Hours() / 24
	if days < 9.5 || days > 11.5 {
		t.Errorf("due %v after the first day, want the pack's ten", days)
	}
	late := func() bool {
		for _, l := range w.work(school, "") {
			if l.Verb == "step.follow_absence" || l.Filed == "follow_absence" {
				return l.State == "overdue"
			}
		}
		t.Error("the follow-up is in nobody's list")
		return false
	}
	if late() {
		t.Error("late after three days")
	}
	w.push(9 * 24 * time.Hour)
	if line := w.roll(school, "school").Inside[0]; line.Clock == nil || line.Clock.State != string(procedure.ClockExpired) || !late() {
		t.Errorf("twelve days away, and the follow-up is not due: %+v", line.Clock)
	}
	take(school, "follow_absence", "", time.Time{})
	if line := w.roll(school, "school").Inside[0]; line.Clock != nil {
		t.Errorf("followed up, and the days run on: %+v", line.Clock)
	}
	w.verifies()
}
