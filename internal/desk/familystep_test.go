package desk_test

import (
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// claimants are a mother and her two children; each has said it for herself. The
// mother and one child were heard; nobody has asked the other.
func (w *world) claimants(akimat access.Who) (mother, child, late id.File) {
	w.t.Helper()
	ctx := w.t.Context()
	for i, file := range []*id.File{&mother, &child, &late} {
		in := desk.ConcernInput{Key: w.k(), Safety: "not_sure", AgeKnown: "adult", Sex: "female", Consent: "yes", Fear: "yes", Citizenship: "AFG", Region: region}
		if i > 0 {
			in.AgeKnown, in.Age, in.Consent = "under_18", "12", "child"
		}
		*file = id.File(w.must(w.desk.RecordConcern(ctx, akimat, in)).Args["file"])
		said := w.stepOf(akimat, *file, "voice_claim", map[string]string{"writes": "able", "entered_how": "regular"})
		said.To = akimat.Body
		w.must(w.desk.TakeStep(ctx, akimat, said))
		w.take(akimat, *file, "register_claim", nil)
	}
	guardianship := w.body("guardianship", "Guardianship", "specialist")
	w.take(guardianship, child, "appoint_guardian", nil)
	for _, file := range []id.File{mother, child} {
		w.take(akimat, file, "interview", map[string]string{"interpreter_there": "understood"})
	}
	w.take(guardianship, child, "find_return_unsafe", nil)
	for _, c := range []id.File{child, late} {
		if err := w.kin(akimat, mother, c, "child", desk.SeenBoth); err != nil {
			w.t.Fatal(err)
		}
	}
	return mother, child, late
}

// One form for a family: each person's is her own act in her own file, with her
// own reasons; what is not possible for one is said before anything is recorded.
func TestADecisionForAFamily(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	akimat := w.body("local_executive_body", "Akimat", "decider")
	mother, child, late := w.claimants(akimat)
	form, err := w.desk.FamilyStep(ctx, akimat, mother, "refuse_claim")
	if err != nil {
		t.Fatal(err)
	}
	open := map[id.File]bool{}
	for _, m := range form.Members {
		open[m.Subject.File] = m.Open
	}
	if len(open) != 3 || !open[mother] || !open[child] || open[late] {
		t.Fatalf("who it is possible for: %v", open)
	}
	in := desk.FamilyInput{Key: w.k(), File: mother, Step: "refuse_claim"}
	for _, m := range form.Members {
		in.Acts = append(in.Acts, desk.StepInput{
			File: m.Subject.File, Version: m.Version, Reasons: withheld.New("of " + m.Subject.Number), Language: "fa",
			Fields: map[string]withheld.Text{"heard": withheld.New("heard")},
		})
	}
	claim := func(file id.File) string {
		v, err := w.desk.File(ctx, akimat, file, "")
		if err != nil {
			t.Fatal(err)
		}
		return v.Situation["claim"]
	}

	unreasoned := in
	unreasoned.Acts = append([]desk.StepInput(nil), in.Acts...)
	unreasoned.Acts[1].Reasons = withheld.Text{}
	if e := fault.Of(second(w.desk.TakeFamily(ctx, akimat, unreasoned))); len(e.Fields) != 1 || e.Fields[0].Name != "r1.reasons" {
		t.Errorf("the mother's reasons stand for the child: %+v", e)
	}
	done, err := w.desk.TakeFamily(ctx, akimat, in)
	if e := fault.Of(err); err == nil || e.Code != "family.not_all" || claim(mother) != "registered" || claim(child) != "registered" {
		t.Fatalf("not possible for one, and for the others it was recorded unasked: %v, %s, %s", err, claim(mother), claim(child))
	}
	for _, one := range done {
		if (one.Refused != nil) != (one.File == late) {
			t.Errorf("%s: refused %v", one.Number, one.Refused)
		}
	}
	in.Rest = true
	for range 2 { // sent twice it is one act each
		if done, err = w.desk.TakeFamily(ctx, akimat, in); err != nil || len(done) != 3 {
			t.Fatalf("%+v, %v", done, err)
		}
		for _, one := range done {
			if (one.Refused != nil) != (one.File == late) {
				t.Errorf("%s: %+v", one.Number, one.Refused)
			}
		}
	}
	if claim(mother) != "refused" || claim(child) != "refused" || claim(late) != "registered" {
		t.Errorf("%s, %s, %s", claim(mother), claim(child), claim(late))
	}
	if _, err := w.desk.FamilyStep(ctx, akimat, mother, "interview"); !isWithheld(err) {
		t.Errorf("an interview for a family: %v", err)
	}
	stranger := desk.FamilyInput{Key: w.k(), File: mother, Step: "refuse_claim", Rest: true, Acts: []desk.StepInput{{File: w.somebody(w.inspector, "female", "adult")}}}
	if _, err := w.desk.TakeFamily(ctx, akimat, stranger); !isWithheld(err) {
		t.Errorf("of somebody who is not of the family: %v", err)
	}
	if _, err := w.desk.ChangeKin(ctx, akimat, desk.KinChange{Key: w.k(), File: mother, Other: child, Kind: "child", State: casework.KinContested, Reason: "document"}); err != nil {
		t.Fatal(err)
	}
	if form, err = w.desk.FamilyStep(ctx, akimat, mother, "refuse_claim"); err != nil || len(form.Members) != 2 {
		t.Errorf("who is said not to be her child is decided on with her: %d, %v", len(form.Members), err)
	}
	w.verifies()
}
