package desk_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/withheld"
)

// said is everything that a paper says, in both languages.
func said(d paper.Document) string {
	out := []string{d.Given}
	for _, s := range d.Sides {
		for _, row := range s.Facts {
			out = append(out, row.Text)
		}
		for _, b := range s.Blocks {
			out = append(out, b.Lines...)
		}
	}
	return strings.Join(out, "\n")
}

func (w *world) card(who access.Who, referral id.Referral, to id.Service) (desk.PaperView, error) {
	w.t.Helper()
	r, err := w.desk.MakeReferralPaper(w.t.Context(), who, desk.ReferralPaperInput{Key: w.k(), Referral: referral, To: to, Language: "ru"})
	if err != nil {
		return desk.PaperView{}, err
	}
	return w.desk.ReferralPaper(w.t.Context(), who, referral, id.Paper(r.Args["paper"]))
}

func (w *world) genuine(code string) bool {
	w.t.Helper()
	got, err := w.desk.CheckPaper(w.t.Context(), code, "192.0.2.8")
	if err != nil {
		w.t.Fatal(err)
	}
	return got.Genuine
}

// A referral on paper says what its reader may see: no name, and no number of the
// file, until somebody has said yes; then the name, to that one alone.
func TestAReferralOnPaperSaysNoMoreThanItsReaderMaySee(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	w.must(w.desk.AddIdentity(t.Context(), w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01")}))
	referral := w.refer(file)
	before := map[string]desk.PaperView{}
	for _, row := range []struct {
		who access.Who
		to  id.Service
		is  string
	}{{w.inspector, w.service, "sent"}, {w.inspector, w.service2, "sent to the other"}, {w.shelter, "", "asked"}, {w.shelter2, w.service, "asked too"}} {
		view, err := w.card(row.who, referral, row.to)
		if err != nil {
			t.Fatalf("%s: %v", row.is, explain(err))
		}
		text := said(view.Document)
		for _, never := range []string{planted, "2011", id.Number(file), "Room"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: the paper says %q before anybody said yes", row.is, never)
			}
		}
		if !strings.Contains(text, id.Number(referral)) || !w.genuine(view.Code) || view.Document.Sides[1].Lang == "ru" {
			t.Errorf("%s: %+v", row.is, view)
		}
		before[row.is] = view
	}
	if _, err := w.desk.ReferralPaper(t.Context(), w.shelter2, referral, before["asked"].Line.Paper); !isWithheld(err) {
		t.Errorf("the other shelter's own paper: %v", err)
	}
	if _, err := w.desk.Paper(t.Context(), w.inspector, file, before["sent"].Line.Paper); !isWithheld(err) {
		t.Errorf("by the way of the file's papers: %v", err)
	}
	for why, who := range map[string]access.Who{"coordinates": w.coordinator, "was not asked": w.border, "identifies": w.identifiers} {
		if _, err := w.card(who, referral, ""); !isWithheld(err) {
			t.Errorf("%s, and has a paper: %v", why, err)
		}
	}
	w.must(w.desk.Accept(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	if w.genuine(before["sent to the other"].Code) || !w.genuine(before["sent"].Code) {
		t.Error("a paper stands exactly as long as whom it is for may answer or has said yes")
	}
	if _, err := w.card(w.shelter2, referral, ""); !fault.Is(err, casework.CodePaperClosed) {
		t.Errorf("who was slower: %v", err)
	}
	after, err := w.card(w.shelter, referral, "")
	if err != nil || !strings.Contains(said(after.Document), planted) {
		t.Fatalf("who said yes: %v %q", err, said(after.Document))
	}
	if w.genuine(before["asked"].Code) {
		t.Error("printed anew, and the earlier one stands")
	}
	if _, err := w.desk.ReferralPaper(t.Context(), w.shelter2, referral, after.Line.Paper); !isWithheld(err) {
		t.Errorf("who was slower reads her name: %v", err)
	}
	view, err := w.desk.File(t.Context(), w.inspector, file, "")
	if err != nil || !slices.ContainsFunc(view.Openings, func(o desk.OpeningLine) bool { return o.What == "identity" }) {
		t.Errorf("her name on a paper is no opening: %v", err)
	}
	w.must(w.desk.UndoAccept(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral}))
	if _, err := w.desk.ReferralPaper(t.Context(), w.shelter, referral, after.Line.Paper); !isWithheld(err) {
		t.Errorf("the yes was taken back, and her name stays readable: %v", err)
	}
	if report, err := w.store.Verify(t.Context(), 2, nil); err != nil {
		t.Errorf("verify: %v %+v", err, report)
	}
	if strings.Contains(w.log.String(), "Planted") {
		t.Error("a name is in the log")
	}
}

// Who made a referral's paper takes it back, with a reason, and nobody else does:
// its code is not genuine from then on, and the referral goes on.
func TestAReferralsPaperIsTakenBackByWhoMadeIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := w.girl()
	referral := w.refer(file)
	view, err := w.card(w.inspector, referral, w.service)
	if err != nil || !view.MayRevoke || !w.genuine(view.Code) {
		t.Fatalf("%v %+v", explain(err), view)
	}
	take := func(who access.Who, of id.Referral, why string) error {
		_, err := w.desk.RevokeReferralPaper(t.Context(), who, desk.RevokeReferralInput{Key: w.k(), Referral: of, Paper: view.Line.Paper, Reason: why})
		return err
	}
	for why, who := range map[string]access.Who{"whom it is for": w.shelter, "was asked too": w.shelter2, "coordinates": w.coordinator, "was not asked": w.border} {
		if err := take(who, referral, "lost"); !isWithheld(err) {
			t.Errorf("%s, and takes it back: %v", why, err)
		}
	}
	other := w.must(w.desk.Refer(t.Context(), w.inspector, desk.ReferInput{
		Key: w.k(), File: file, Services: []id.Service{w.service}, Needs: []string{"psychologist"}, Priority: "normal", Consent: "child",
	}))
	if err := take(w.inspector, id.Referral(other.Args["referral"]), "lost"); !isWithheld(err) {
		t.Errorf("as another referral's: %v", err)
	}
	for _, why := range []string{"", "replaced", "never heard"} {
		if err := take(w.inspector, referral, why); err == nil || len(fault.Of(err).Fields) == 0 {
			t.Errorf("for %q: %v", why, err)
		}
	}
	if !w.genuine(view.Code) {
		t.Fatal("what was refused took it back")
	}
	if err := take(w.inspector, referral, "lost"); err != nil {
		t.Fatal(explain(err))
	}
	if w.genuine(view.Code) {
		t.Error("taken back, and its code is genuine")
	}
	after, err := w.desk.ReferralPaper(t.Context(), w.inspector, referral, view.Line.Paper)
	if err != nil || after.MayRevoke || after.Line.Stands || after.Line.Why != "lost" {
		t.Errorf("its page: %v %+v", err, after.Line)
	}
	if err := take(w.inspector, referral, "lost"); !fault.Is(err, casework.CodePaperGone) {
		t.Errorf("a second time: %v", err)
	}
	if again, err := w.card(w.inspector, referral, w.service); err != nil || !w.genuine(again.Code) {
		t.Errorf("the referral goes on, and another is printed: %v", explain(err))
	}
	w.verifies()
}

// A house with beds is on no paper by name: a paper is lost.
func TestAShelterStandsOnNoPaperByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	view, err := w.card(w.inspector, w.refer(w.girl()), w.service)
	if err != nil {
		t.Fatal(explain(err))
	}
	form, err := w.desk.ReferralPaperForm(t.Context(), w.inspector, view.Line.Referral, w.service, "en")
	if err != nil || len(form.Tos) != 2 || len(form.Made) != 1 || form.In != "en" {
		t.Fatalf("%+v, %v", form, err)
	}
	for _, a := range form.Tos {
		if strings.Contains(said(view.Document)+said(form.Document), a.Name) {
			t.Errorf("%q stands on the paper", a.Name)
		}
	}
	if form, err = w.desk.ReferralPaperForm(t.Context(), w.inspector, view.Line.Referral, w.service, "fa"); err != nil || form.In != "" || len(form.Missing) == 0 {
		t.Errorf("a language without words: %+v, %v", form, err)
	}
	in := desk.ReferralPaperInput{Key: w.k(), Referral: view.Line.Referral, To: w.service, Language: "fa"}
	if _, err := w.desk.MakeReferralPaper(t.Context(), w.inspector, in); explain(err) == "" || fault.Of(err).Fields[0].Code != "paper.no_words" {
		t.Errorf("half a paper: %v", err)
	}
}
