package desk_test

import (
	"slices"
	"testing"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/withheld"
)

// atTheBorder is a man whom the border post has recorded, with a step taken.
func (w *world) atTheBorder() id.File {
	w.t.Helper()
	r := w.must(w.desk.RecordConcern(w.t.Context(), w.border, desk.ConcernInput{
		Key: w.k(), Safety: "not_sure", AgeKnown: "adult", Sex: "male", Language: "fa", Consent: "yes", Fear: "yes", Citizenship: "AFG",
	}))
	file := id.File(r.Args["file"])
	w.take(w.border, file, "at_crossing", nil)
	return file
}

// take takes a step with answers; an adverse one with what it must carry.
func (w *world) take(who access.Who, file id.File, step string, answers map[string]string) {
	w.t.Helper()
	in := w.stepOf(who, file, step, answers)
	in.Reasons, in.Language = withheld.New("because"), "fa"
	w.must(w.desk.TakeStep(w.t.Context(), who, in))
}

func (w *world) stepOf(who access.Who, file id.File, step string, answers map[string]string) desk.StepInput {
	w.t.Helper()
	form, err := w.desk.StepForm(w.t.Context(), who, file, step)
	if err != nil {
		w.t.Fatal(step, err)
	}
	in := desk.StepInput{Key: w.k(), File: file, Version: form.Version, Step: step, Fields: map[string]withheld.Text{}}
	for name, value := range answers {
		in.Fields[name] = withheld.New(value)
	}
	return in
}

func guardIDs(list []desk.Safeguard) (out []string) {
	for _, s := range list {
		out = append(out, s.Kind+"."+s.ID)
	}
	return out
}

func clockIDs(list []desk.ClockLine) (out []string) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

// A step says what the person gains and loses by it before it is confirmed, and
// what the answers record counts.
func TestAStepSaysWhatItChangesBeforeItIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	effects := func(step string, answers map[string]string) desk.Effects {
		t.Helper()
		e, err := w.desk.StepEffects(t.Context(), w.border, w.stepOf(w.border, file, step, answers))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	said := effects("voice_claim", map[string]string{"writes": "able", "entered_how": "irregular"})
	if !slices.Contains(guardIDs(said.Gained), "hold.claim_said") {
		t.Errorf("saying it holds a removal, and the page does not say so: %v", guardIDs(said.Gained))
	}
	if !slices.Contains(clockIDs(said.Started), "claim_limit_crossing") {
		t.Errorf("what the answers record is not counted: %v", clockIDs(said.Started))
	}
	if regular := effects("voice_claim", map[string]string{"writes": "able", "entered_how": "regular"}); !slices.Contains(clockIDs(regular.Started), "claim_limit") {
		t.Errorf("another answer starts another clock: %v", clockIDs(regular.Started))
	}
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able", "entered_how": "irregular"})
	registered := effects("register_at_crossing", nil)
	if got := guardIDs(registered.Gained); !slices.Contains(got, "bar.claim_registered") || !slices.Contains(got, "entitlement.certificate_claimant") {
		t.Errorf("registration gives a bar and a certificate: %v", got)
	}
	if got := guardIDs(registered.Lost); !slices.Contains(got, "hold.claim_said") {
		t.Errorf("the hold becomes a bar: %v", got)
	}
	if !slices.Contains(clockIDs(registered.Stopped), "claim_limit_crossing") || !slices.Contains(clockIDs(registered.Started), "claim_decision") {
		t.Errorf("clocks: %v start, %v stop", clockIDs(registered.Started), clockIDs(registered.Stopped))
	}
	// Foreseeing is not doing.
	view, err := w.desk.File(t.Context(), w.border, file, "")
	if err != nil || view.Situation["claim"] != "voiced" {
		t.Errorf("the claim is %q after looking, %v", view.Situation["claim"], err)
	}
}

// A duty that a kind of body has which decides nothing is in the list of those
// who are with the person, and opens the file to nobody else of the kind.
func TestADutyIsInTheListOfWhoIsWithThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.atTheBorder()
	w.take(w.border, file, "voice_claim", map[string]string{"writes": "able"})
	elsewhere, akimat := w.body("border_service", "Another post", "officer"), w.body("local_executive_body", "Akimat", "decider")
	owes := func(who access.Who) bool {
		return slices.ContainsFunc(w.work(who, "step"), func(l desk.WorkLine) bool { return l.Verb == "step.register_at_crossing" })
	}
	if !owes(w.border) {
		t.Error("who met him registers the claim, and does not find it in My work")
	}
	for _, other := range []access.Who{elsewhere, akimat} {
		if _, err := w.desk.File(t.Context(), other, file, ""); owes(other) || err == nil {
			t.Errorf("%s, who never met him: listed %v, opened %v", other.BodyKind, owes(other), err == nil)
		}
	}
}
