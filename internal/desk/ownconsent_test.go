package desk_test

import (
	"slices"
	"testing"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// agreedOn is a purpose as it stands on her page.
func (w *world) agreedOn(token withheld.Text, purpose string) (out casework.OwnConsent) {
	w.t.Helper()
	page, err := w.desk.HerPage(w.t.Context(), token, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range page.Agreed {
		if c.Purpose == purpose {
			return c
		}
	}
	w.t.Errorf("her page has no %s", purpose)
	return out
}

func (w *world) pageConsentTasks(file id.File) (n int) {
	for _, t := range w.file(file).Tasks {
		if t.Verb == casework.TaskPageConsent && t.Body == w.shelter.Body && t.Done.IsZero() {
			n++
		}
	}
	return n
}

// grown is an adult in the shelter, who was asked there on her own consent, with a page.
func grown(w *world) (id.File, string) {
	w.t.Helper()
	file := w.somebody(w.inspector, "female", "adult")
	referral := w.refer(file)
	in := func() desk.AnswerInput { return desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed} }
	w.must(w.desk.Accept(w.t.Context(), w.shelter, in()))
	w.must(w.desk.Arrived(w.t.Context(), w.shelter, in()))
	code, err := w.desk.IssueOwnPage(w.t.Context(), w.shelter, aPage(w, file))
	if err != nil {
		w.t.Fatal(err)
	}
	return file, code
}

// She agrees and takes back on her page: it is a leaf of hers, who gave the page is
// told, and whoever else sees her history does not learn from it that she has a page.
func TestSheAgreesAndTakesBackOnHerPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, code := grown(w)
	token, _ := w.onPage(code, herPIN)

	// 1. What the first meeting recorded stands there, with what follows.
	refer := w.agreedOn(token, "refer")
	if !refer.MayTakeBack() || !slices.Equal(refer.After.Told, []string{"shelter"}) {
		t.Fatalf("%+v", refer)
	}
	if err := w.desk.TakeBackOnPage(ctx, token, w.k(), "refer"); err != nil {
		t.Fatal(err)
	}
	if c := w.agreedOn(token, "refer"); c.State != casework.ConsentBack || !c.MayGive {
		t.Errorf("taken back: %+v", c)
	}
	if n := w.pageConsentTasks(file); n != 1 {
		t.Errorf("who gave the page has %d tasks of it", n)
	}

	// 2. A yes is a ground like any other.
	if err := w.desk.AgreeOnPage(ctx, token, w.k(), "lawyer"); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.AgreeOnPage(ctx, token, w.k(), "lawyer"); !fault.Is(err, casework.CodeConsent) {
		t.Errorf("agreed twice: %v", err)
	}
	if c := w.agreedOn(token, "lawyer"); c.State != casework.ConsentYes {
		t.Errorf("%+v", c)
	}
	w.must(w.desk.GiveConsent(ctx, w.shelter, desk.ConsentInput{Key: w.k(), File: file, Purpose: "follow_up", Answer: "yes"})) // said to a worker: no task
	if n := w.pageConsentTasks(file); n != 2 {
		t.Errorf("who gave the page has %d tasks of it", n)
	}
	leaves, err := w.store.LeavesOf(ctx, w.file(file).Ref())
	if last := w.file(file).Consents; err != nil || len(leaves) == 0 || last[1].Body != "" {
		t.Errorf("no leaf of hers: %+v, %v", last, err)
	}

	// 3. Only who gave the page sees that it was she.
	hers := func(lines []desk.TimelineLine) (n int) {
		for _, l := range lines {
			if l.Kind == casework.PersonKind {
				n++
			}
		}
		return n
	}
	if seen, err := w.desk.File(ctx, w.shelter, file, ""); err != nil || hers(seen.Timeline) < 2 {
		t.Errorf("who gave the page does not see it in the history: %v", err)
	}
	seen, err := w.desk.File(ctx, w.inspector, file, "")
	if err != nil || hers(seen.Timeline) > 0 {
		t.Errorf("who found her learns that she has a page: %v", err)
	}
	for _, l := range seen.Tasks {
		if l.Verb == casework.TaskPageConsent {
			t.Error("who found her sees the task")
		}
	}
	w.agrees()
}

// What would endanger her is not agreed to on a page, nor anything after the second
// PIN, nor by a child; a yes is taken back there even when the file is stopped.
func TestWhatIsNotAgreedToOnAPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file, code := grown(w)
	token, _ := w.onPage(code, herPIN)
	for _, purpose := range []string{"police_report", "consulate", "family_contact", "stay_petition", "htcds_research", "nothing"} {
		if err := w.desk.AgreeOnPage(ctx, token, w.k(), purpose); !fault.Is(err, casework.CodeConsent) {
			t.Errorf("%s: %v", purpose, err)
		}
	}
	forced, _ := w.onPage(code, secondPIN)
	before := len(w.file(file).Consents)
	if err := w.desk.AgreeOnPage(ctx, forced, w.k(), "lawyer"); err != nil {
		t.Error(err)
	}
	if err := w.desk.TakeBackOnPage(ctx, forced, w.k(), "refer"); err != nil {
		t.Error(err)
	}
	if c := w.agreedOn(token, "refer"); len(w.file(file).Consents) != before || c.State != casework.ConsentYes {
		t.Errorf("the second PIN changed what she agreed to: %+v", c)
	}
	head := w.shelter
	head.Role = "head"
	w.must(w.desk.Freeze(ctx, head, desk.FreezeInput{Key: w.k(), File: file, Reason: "mistake"}))
	if err := w.desk.AgreeOnPage(ctx, token, w.k(), "lawyer"); !fault.Is(err, casework.CodeConsent) {
		t.Errorf("a stopped file takes a yes: %v", err)
	}
	if err := w.desk.TakeBackOnPage(ctx, token, w.k(), "refer"); err != nil {
		t.Errorf("a stopped file keeps her yes: %v", err)
	}

	child := w.somebody(w.inspector, "female", "under_18")
	in := aPage(w, child)
	code, err := w.desk.IssueOwnPage(ctx, w.inspector, in)
	if err != nil {
		t.Fatal(err)
	}
	token, page := w.onPage(code, herPIN)
	for _, c := range page.Agreed {
		if c.MayGive {
			t.Errorf("a child agrees to %s on a page", c.Purpose)
		}
	}
	if err := w.desk.AgreeOnPage(ctx, token, w.k(), "lawyer"); !fault.Is(err, casework.CodeConsent) {
		t.Errorf("a child agreed: %v", err)
	}
}
