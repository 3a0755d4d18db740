package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

const complained = "they read my letters"

// complains sends a complaint about the body of a kind, and is her page after it.
func (w *world) complains(token withheld.Text, kind string) desk.HerPage {
	w.t.Helper()
	page, err := w.desk.HerPage(w.t.Context(), token, "")
	if err != nil {
		w.t.Fatal(err)
	}
	about := ""
	for _, a := range page.About {
		if a.Kind == kind && about == "" {
			about = a.Mark
		}
	}
	if about == "" && kind != "" {
		w.t.Fatalf("she cannot name the %s: %+v", kind, page.About)
	}
	if err := w.desk.ComplainOnPage(w.t.Context(), token, w.k(), desk.HerComplaintInput{About: about, Text: withheld.New(complained), Lang: "ru"}); err != nil {
		w.t.Fatal(err)
	}
	if page, err = w.desk.HerPage(w.t.Context(), token, ""); err != nil {
		w.t.Fatal(err)
	}
	return page
}

func adviser(w *world, name string) access.Who { return w.body("ombudsman", name, "adviser") }

// She complains of the house that gave her the page. Who answers complaints reads it
// and answers on her page; of the house nobody sees, counts or can tell it.
func TestSheComplains(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ombudsman := adviser(w, "Ombudsman")
	file, code := paged(w)
	token, _ := w.onPage(code, herPIN)
	seen := w.everything(w.shelter, file)
	before := w.file(file).Seq()

	page := w.complains(token, "shelter")
	if len(page.Complaints) != 1 || page.Complaints[0].Number == "" || page.Complaints[0].Kind != "shelter" || page.Complaints[0].Due.IsZero() {
		t.Fatalf("%+v", page.Complaints)
	}

	// 1. Nothing of it is in her file, nor in what the house sees of it.
	if after := w.file(file).Seq(); after != before {
		t.Errorf("her file grew from %d to %d: who counts it learns that she complained", before, after)
	}
	if now := w.everything(w.shelter, file); now != seen {
		t.Error("the house sees another file than before")
	}
	for why, who := range map[string]access.Who{"the house": w.shelter, "who found her": w.inspector, "the coordinator": w.coordinator, "the administrator": w.admin} {
		if _, err := w.desk.Complaints(ctx, who); fault.Of(err).Kind != fault.NotFound {
			t.Errorf("%s has a list of complaints: %v", why, err)
		}
	}
	work, err := w.desk.MyWork(ctx, w.shelter, desk.WorkFilter{}, "")
	if err != nil || strings.Contains(fmt.Sprintf("%+v", work), "complaint") {
		t.Errorf("the house has work of it: %v", err)
	}

	// 2. Who answers reads it, once, and the answer stands on her page.
	list, err := w.desk.Complaints(ctx, ombudsman)
	if err != nil || len(list) != 1 || list[0].Text.Reveal() != complained || list[0].About != "Shelter One" || list[0].Number != page.Complaints[0].Number {
		t.Fatalf("%+v, %v", list, err)
	}
	reply := func(who access.Who) error {
		_, err := w.desk.AnswerComplaint(ctx, who, desk.ComplaintReply{Key: w.k(), Complaint: list[0].ID, Text: withheld.New("we asked them")})
		return err
	}
	if err := reply(w.shelter); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("the house answers the complaint against it: %v", err)
	}
	if err := reply(ombudsman); err != nil {
		t.Fatal(err)
	}
	if err := reply(ombudsman); !fault.Is(err, casework.CodeComplaintAnswered) {
		t.Errorf("answered twice: %v", err)
	}
	page, err = w.desk.HerPage(ctx, token, "")
	if err != nil || page.Complaints[0].Reply.Reveal() != "we asked them" {
		t.Errorf("%+v, %v", page.Complaints, err)
	}

	// 3. It opened nothing: to who answers, her file is not there.
	if _, err := w.desk.File(ctx, ombudsman, file, ""); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("a complaint opens the file: %v", err)
	}
	w.agrees()
}

// Of two bodies that answer complaints, the one complained of has it in no list and
// count, and cannot answer it; nor is it told that there is one.
func TestNobodyReadsTheComplaintAgainstThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, other := adviser(w, "One"), adviser(w, "Other")
	file := id.File(w.must(w.desk.RecordConcern(ctx, one, desk.ConcernInput{Key: w.k(), Safety: "not_sure", AgeKnown: "adult", Sex: "female", Consent: "yes", Region: region})).Args["file"])
	r := w.must(w.desk.Refer(ctx, one, desk.ReferInput{Key: w.k(), File: file, Services: []id.Service{w.service}, Needs: []string{"bed_tonight"}, Priority: "emergency", Consent: "yes"}))
	in := desk.AnswerInput{Key: w.k(), Referral: id.Referral(r.Args["referral"]), Place: w.bed}
	w.must(w.desk.Accept(ctx, w.shelter, in))
	in.Key = w.k()
	w.must(w.desk.Arrived(ctx, w.shelter, in))
	code, err := w.desk.IssueOwnPage(ctx, w.shelter, aPage(w, file))
	if err != nil {
		t.Fatal(err)
	}
	token, _ := w.onPage(code, herPIN)
	w.deliver()
	had := len(w.post.Last())
	w.complains(token, "ombudsman")
	if list, err := w.desk.Complaints(ctx, one); err != nil || len(list) != 0 {
		t.Errorf("it reads the complaint against itself: %+v, %v", list, err)
	}
	list, err := w.desk.Complaints(ctx, other)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if _, err := w.desk.AnswerComplaint(ctx, one, desk.ComplaintReply{Key: w.k(), Complaint: list[0].ID, Text: withheld.New("no")}); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("it answers the complaint against itself: %v", err)
	}
	w.deliver()
	told := fmt.Sprint(w.post.Last()[had:])
	if strings.Contains(told, "one@example.org") || !strings.Contains(told, "other@example.org") {
		t.Errorf("told: %s", told)
	}
}

// With the second PIN nothing is sent; and five wait at most.
func TestComplaintsThatAreNotSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ombudsman := adviser(w, "Ombudsman")
	_, code := paged(w)
	in := desk.HerComplaintInput{Text: withheld.New(complained), Lang: "ru"}
	forced, _ := w.onPage(code, secondPIN)
	if err := w.desk.ComplainOnPage(ctx, forced, w.k(), in); err != nil {
		t.Error(err)
	}
	if list, err := w.desk.Complaints(ctx, ombudsman); err != nil || len(list) != 0 {
		t.Errorf("sent with the second PIN: %+v, %v", list, err)
	}
	token, _ := w.onPage(code, herPIN)
	if err := w.desk.ComplainOnPage(ctx, token, w.k(), desk.HerComplaintInput{About: "0123456789abcdef", Text: in.Text}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("she names a body that has nothing to do with her: %v", err)
	}
	for range casework.MaxComplaints {
		w.complains(token, "")
	}
	if err := w.desk.ComplainOnPage(ctx, token, w.k(), in); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a sixth: %v", err)
	}
}
