package desk_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// planted is a name that must be found nowhere but where it is shown.
const planted = "Nozima Plantedova"

func (w *world) concern() casework.Receipt {
	w.t.Helper()
	r, err := w.desk.RecordConcern(w.t.Context(), w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", Age: "15", AgeKnown: "under_18", Sex: "female", Language: "uz", CallName: withheld.New("Planted"),
		Needs: []string{"bed_tonight"}, Consent: "child", Indicators: []string{"violence_recruited", "excessive_hours", "low_pay", "documents_confiscated", "isolation"}, Fear: "not_sure", Region: region,
	})
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return r
}

// explain says which fields a form's fault names.
func explain(err error) string {
	f := fault.Of(err)
	out := err.Error()
	for _, field := range f.Fields {
		out += " " + field.Name + "=" + field.Code
	}
	return out
}

func (w *world) must(r casework.Receipt, err error) casework.Receipt {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return r
}

func (w *world) refer(file id.File) id.Referral {
	w.t.Helper()
	r := w.must(w.desk.Refer(w.t.Context(), w.inspector, desk.ReferInput{
		Key: w.k(), File: file, Services: []id.Service{w.service, w.service2}, Needs: []string{"bed_tonight"}, Priority: "emergency", Consent: "child",
	}))
	return id.Referral(r.Args["referral"])
}

func isWithheld(err error) bool { return fault.Is(err, "not_found") }

// The scenario of the "Why", through the desk alone.
func TestFromConcernToProtected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()

	form, err := w.desk.ConcernForm(ctx, w.inspector)
	if err != nil || len(form.Needs) == 0 || len(form.Indicators) == 0 {
		t.Fatalf("the form of a concern: %v, %d needs", err, len(form.Needs))
	}
	file := id.File(w.concern().Args["file"])
	result, err := w.desk.ConcernResult(ctx, w.inspector, file)
	if err != nil {
		t.Fatal(err)
	}
	if !result.Subject.ChildPath || len(result.Safeguards) == 0 {
		t.Errorf("a child of fifteen has no safeguards: %+v", result)
	}
	fits := slices.DeleteFunc(slices.Clone(result.Providers), func(p desk.ProviderOption) bool { return !p.Fits })
	if len(fits) != 2 {
		t.Errorf("two shelters have room for a girl here, shown %d of %d", len(fits), len(result.Providers))
	}
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{
		Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01"), Sex: "female", Citizenship: withheld.New("UZB"),
	}))

	referral := w.refer(file)
	card, err := w.desk.Referral(ctx, w.shelter, referral)
	if err != nil {
		t.Fatal(err)
	}
	if card.Identity != nil || card.File != "" || card.Card.Subject.File != "" || card.Direction != "in" {
		t.Errorf("a need card says more than the need: %+v", card)
	}
	if _, err := w.desk.File(ctx, w.shelter, file, ""); !isWithheld(err) {
		t.Errorf("the file before acceptance: %v", err)
	}
	if inbox, err := w.desk.Inbox(ctx, w.shelter); err != nil || len(inbox) != 1 {
		t.Errorf("inbox: %d, %v", len(inbox), err)
	}

	w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	mine, err := w.desk.Referral(ctx, w.shelter, referral)
	if err != nil || mine.Identity == nil || len(mine.Identity.Names) != 1 {
		t.Fatalf("identity after acceptance: %+v, %v", mine.Identity, err)
	}
	late, err := w.desk.Referral(ctx, w.shelter2, referral)
	if err != nil || late.Identity != nil {
		t.Errorf("the shelter that was slower: %+v, %v", late.Identity, err)
	}
	if _, err := w.desk.Accept(ctx, w.shelter2, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed2}); err == nil {
		t.Error("a second acceptance was taken")
	}
	sent, err := w.desk.Referral(ctx, w.inspector, referral)
	if err != nil || sent.State != casework.ReferralTaken {
		t.Errorf("the sender sees %q, %v", sent.State, err)
	}
	w.must(w.desk.Arrived(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral}))

	w.checkChild(file)
	w.identify(file)
	w.checkChild(file)

	page, err := w.desk.File(ctx, w.shelter, file, "")
	if err != nil {
		t.Fatal(err)
	}
	if !page.Covered || page.Identity != nil || len(page.Openings) == 0 || len(page.Offers) == 0 || len(page.Picture) == 0 {
		t.Errorf("file page: covered %v, %d openings, %d offers, %d pictures", page.Covered, len(page.Openings), len(page.Offers), len(page.Picture))
	}
	if strings.Contains(w.log.String(), "lanted") {
		t.Error("a name is in the log")
	}
	if report, err := w.store.Verify(ctx, 2, nil); err != nil {
		t.Errorf("verify: %v %+v", err, report)
	}
}

// identify takes the decision from the docket.
func (w *world) identify(file id.File) {
	w.t.Helper()
	ctx := w.t.Context()
	docket, err := w.desk.Docket(ctx, w.identifiers, desk.DocketFilter{}, "")
	if err != nil || len(docket.Lines) == 0 || docket.Lines[0].Subject.File != file {
		w.t.Fatalf("docket: %+v, %v", docket, err)
	}
	page, err := w.desk.File(ctx, w.identifiers, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	w.must(w.desk.TakeStep(ctx, w.identifiers, desk.StepInput{Key: w.k(), File: file, Version: page.Version, Step: "identify"}))
}

func (w *world) checkChild(file id.File) {
	w.t.Helper()
	ask := desk.CheckInput{
		Key: w.k(), Names: []withheld.Text{withheld.New("PLANTEDOVA NOZIMA")}, Born: withheld.New("2011"), Sex: "female", Custody: withheld.New("17-A"),
	}
	answer, err := w.desk.RemovalCheck(w.t.Context(), w.dutyOfficer, ask)
	if err != nil {
		w.t.Fatal(explain(err))
	}
	if answer.Answer != desk.Hold && answer.Answer != desk.Barred || answer.Receipt == "" || len(answer.Why) > 0 || len(answer.Unclear) > 0 {
		w.t.Errorf("may a child be removed? %+v", answer)
	}
	ask.Key = w.k()
	if answer, err = w.desk.RemovalCheck(w.t.Context(), w.border, ask); err != nil || answer.Answer != desk.Stop {
		w.t.Errorf("an officer without the right is told %q, %v", answer.Answer, err)
	}
	grounds, err := w.desk.CheckGrounds(w.t.Context(), w.judge, id.Check(answer.Receipt))
	if err != nil || len(grounds.Files) == 0 {
		w.t.Errorf("grounds for a judge: %+v, %v", grounds, err)
	}
	if _, err := w.desk.CheckGrounds(w.t.Context(), w.border, id.Check(answer.Receipt)); !isWithheld(err) {
		w.t.Errorf("grounds for the one who asked: %v", err)
	}
}

func TestWithheldLooksLikeNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	none := id.New[id.File](w.now())
	for _, who := range []access.Who{w.shelter, w.border, w.admin, w.judge, w.coordinator} {
		_, there := w.desk.File(t.Context(), who, file, "")
		_, absent := w.desk.File(t.Context(), who, none, "")
		if !isWithheld(there) || !isWithheld(absent) || fault.Of(there).Kind != fault.Of(absent).Kind {
			t.Errorf("%s tells a file that is not theirs (%v) from none (%v)", who.BodyKind, there, absent)
		}
	}
	if _, err := w.desk.MyPlaces(t.Context(), w.border); !isWithheld(err) {
		t.Errorf("border guards list places: %v", err)
	}
	if _, err := w.desk.RemovalCheck(t.Context(), w.admin, desk.CheckInput{}); !isWithheld(err) {
		t.Errorf("an administrator checks removals: %v", err)
	}
}

func TestTheSameFormTwiceIsOneAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	in := desk.ReferInput{
		Key: w.k(), File: file, Services: []id.Service{w.service}, Needs: []string{"bed_tonight"}, Priority: "emergency", Consent: "child",
	}
	a := w.must(w.desk.Refer(t.Context(), w.inspector, in))
	b := w.must(w.desk.Refer(t.Context(), w.inspector, in))
	if a.Args["referral"] != b.Args["referral"] || !b.Seen {
		t.Errorf("two receipts: %+v, %+v", a, b)
	}
	in.Priority = "normal"
	if _, err := w.desk.Refer(t.Context(), w.inspector, in); err == nil {
		t.Error("one key was taken for two acts")
	}
}

// What the sender reads afterwards is what was said when it was sent; whoever was
// asked does not read who else was.
func TestTheReceiptOfAReferralIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	said := w.must(w.desk.Refer(t.Context(), w.inspector, desk.ReferInput{
		Key: w.k(), File: file, Services: []id.Service{w.service, w.service2}, Needs: []string{"bed_tonight"}, Priority: "emergency", Consent: "child",
	}))
	referral := id.Referral(said.Args["referral"])
	said.Args["file"] = string(file)
	if read := w.must(w.desk.Referred(t.Context(), w.inspector, referral)); !reflect.DeepEqual(read, said) {
		t.Errorf("read %+v, said %+v", read, said)
	}
	if _, err := w.desk.Referred(t.Context(), w.shelter, referral); !isWithheld(err) {
		t.Errorf("a provider that was asked: %v", err)
	}
}

func TestTwoWorkersAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	page, err := w.desk.File(t.Context(), w.inspector, file, "")
	if err != nil {
		t.Fatal(err)
	}
	w.refer(file)
	_, err = w.desk.Refer(t.Context(), w.inspector, desk.ReferInput{
		Key: w.k(), File: file, Version: page.Version, Services: []id.Service{w.service2}, Needs: []string{"bed_tonight"}, Priority: "urgent", Consent: "child",
	})
	if f := fault.Of(err); err == nil || f.Kind != fault.Conflict || f.Code != casework.CodeFileChanged {
		t.Errorf("the second worker does not hear that it changed: %v", err)
	}
}

// A shelter that stays silent: the coordinator's telephone rings at the pushed time.
func TestNobodyAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	w.refer(file)
	if lines := w.work(w.coordinator, "call"); len(lines) != 0 {
		t.Errorf("the coordinator has it before its time: %+v", lines)
	}
	w.push(31 * time.Minute)
	for range 2 { // a sweep is idempotent
		if err := w.desk.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if lines := w.work(w.coordinator, "call"); len(lines) != 1 || lines[0].State != "overdue" {
		t.Errorf("the coordinator's work: %+v", lines)
	}
	if lines := w.work(w.shelter, "referral"); len(lines) != 1 || lines[0].State != "overdue" {
		t.Errorf("the silent shelter's work: %+v", lines)
	}
	if _, err := w.desk.File(t.Context(), w.coordinator, file, ""); err != nil {
		t.Errorf("the coordinator opens what waits for them: %v", err)
	}
}

func (w *world) work(who access.Who, kind string) []desk.WorkLine {
	w.t.Helper()
	work, err := w.desk.MyWork(w.t.Context(), who, desk.WorkFilter{Kind: kind}, "")
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return flat(work.Lines)
}

// flat is what lines say, with what stands together on one apart.
func flat(lines []desk.WorkLine) (out []desk.WorkLine) {
	for _, l := range lines {
		out = append(append(out, l), l.Also...)
	}
	return out
}

func TestAnAdultWhoRefusesLeavesANumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.must(w.desk.RecordConcern(t.Context(), w.inspector, desk.ConcernInput{
		Key: w.k(), AgeKnown: "adult", Age: "30", Sex: "female", Consent: "no", CallName: withheld.New(planted), Region: region,
	}))
	if r.Args["file"] != "" || r.Code != "receipt.refused_counted" {
		t.Errorf("she left more than a number: %+v", r)
	}
	if lines := w.work(w.inspector, ""); len(lines) != 0 {
		t.Errorf("and work: %+v", lines)
	}
}

func TestADoubtHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := func(change func(*desk.CheckInput)) desk.CheckAnswer {
		in := desk.CheckInput{
			Key: w.k(), Names: []withheld.Text{withheld.New("Nobody Known")}, Custody: withheld.New("1"), Afraid: "no", Forced: "no", Under18: "no",
		}
		change(&in)
		out, err := w.desk.RemovalCheck(t.Context(), w.dutyOfficer, in)
		if err != nil {
			t.Fatal(explain(err))
		}
		return out
	}
	if got := ask(func(*desk.CheckInput) {}); got.Answer != desk.NoBar {
		t.Errorf("nobody on record: %q", got.Answer)
	}
	if got := ask(func(in *desk.CheckInput) { in.Afraid = "yes" }); got.Answer != desk.Hold {
		t.Errorf("she said that she is afraid: %q", got.Answer)
	}
	in := desk.CheckInput{Key: w.k(), Names: []withheld.Text{withheld.New("X")}}
	if _, err := w.desk.RemovalCheck(t.Context(), w.dutyOfficer, in); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a check without a custody number: %v", err)
	}
	_ = w.store.Close()
	if got := ask(func(*desk.CheckInput) {}); got.Answer != desk.Hold {
		t.Errorf("the record cannot be read: %q", got.Answer)
	}
}
