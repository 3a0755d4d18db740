package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// office is a body that identifies, with who keeps its list and two who decide.
func (w *world) office() (secretary, first, second access.Who) {
	w.t.Helper()
	return w.hired(w.identifiers, "Secretary", "secretary"), w.hired(w.identifiers, "Alua", "decider"), w.hired(w.identifiers, "Berik", "decider")
}

func (w *world) docket(who access.Who, f desk.DocketFilter) desk.Docket {
	w.t.Helper()
	out, err := w.desk.Docket(w.t.Context(), who, f, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

// planned gives what a plan says, as its form sends it.
func planned(s desk.Sharing) (out []desk.Give) {
	for _, l := range s.Lines {
		if g, ok := desk.ParseGive(l.Piece.String() + "/" + string(l.To.Worker)); ok {
			out = append(out, g)
		}
	}
	return out
}

// given gives steps, and says which were refused and why.
func (w *world) given(who access.Who, how string, gives ...desk.Give) (codes []string) {
	w.t.Helper()
	done, err := w.desk.GiveWork(w.t.Context(), who, desk.GiveInput{Key: w.k(), How: how, Gives: gives})
	if err != nil {
		w.t.Fatal(explain(err))
	}
	for _, d := range done {
		code := d.Receipt.Code
		if d.Refused != nil {
			code = d.Refused.Code
		}
		codes = append(codes, code)
	}
	return codes
}

func TestADocketIsSharedOutFairly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	for range 3 {
		w.girl()
		w.push(time.Hour)
	}
	plan, err := w.desk.ShareOut(t.Context(), secretary, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := w.docket(secretary, desk.DocketFilter{})
	if len(plan.Lines) != before.Pages.Total || len(w.docket(secretary, desk.DocketFilter{Whose: "nobody"}).Lines) != before.Pages.Total {
		t.Fatalf("%d in the plan of %d; a plan gives nothing", len(plan.Lines), before.Pages.Total)
	}
	for _, code := range w.given(secretary, casework.GivenShared, planned(plan)...) {
		if code != "receipt.work_given" {
			t.Fatal(code)
		}
	}
	after := w.docket(secretary, desk.DocketFilter{})
	has, holders := map[string]int{}, map[id.File]id.Worker{}
	for _, l := range after.Staff {
		has[l.Name] = l.Has
	}
	if has["Secretary"] != 0 || has["Alua"]+has["Berik"] != before.Pages.Total || has["Alua"]-has["Berik"] > has["Alua"]/2+1 {
		t.Errorf("who has how many: %v", has)
	}
	for _, l := range after.Lines {
		if was := holders[l.Subject.File]; was != "" && was != l.Held.Worker {
			t.Error("two decide about one person, and neither knows")
		}
		holders[l.Subject.File] = l.Held.Worker
	}
	if left := w.docket(secretary, desk.DocketFilter{Whose: "nobody"}); len(left.Lines) != 0 || left.Pages.Total != 0 {
		t.Errorf("with nobody: %d of %d", len(left.Lines), left.Pages.Total)
	}
	w.seesHerOwn(alua, has["Alua"], before.Pages.Total)
	w.seesHerOwn(berik, has["Berik"], before.Pages.Total)
	w.agrees()
}

// seesHerOwn: who is given something finds it in My work, by whom; of what colleagues
// have she learns that a colleague has it, and not who.
func (w *world) seesHerOwn(who access.Who, n, all int) {
	w.t.Helper()
	mine := w.docket(who, desk.DocketFilter{Whose: "mine"})
	theirs := w.docket(who, desk.DocketFilter{Whose: "colleague"})
	if mine.Pages.Total != n || theirs.Pages.Total != all-n || mine.Share || len(mine.Staff) > 0 {
		w.t.Errorf("%d of hers, %d of others, of %d; %d names", mine.Pages.Total, theirs.Pages.Total, all, len(mine.Staff))
	}
	for _, l := range append(mine.Lines, theirs.Lines...) {
		if l.Held.Name != "" || l.Held.Worker != "" {
			w.t.Error("a worker reads who has what")
		}
	}
	work, err := w.desk.MyWork(w.t.Context(), who, desk.WorkFilter{Whose: "mine"}, "")
	if err != nil || len(work.Lines) != n {
		w.t.Fatalf("%d lines are hers, not %d (%v)", len(work.Lines), n, err)
	}
	for _, l := range work.Lines {
		if l.Given == nil || l.Given.By != "Secretary" {
			w.t.Errorf("given by %+v", l.Given)
		}
	}
}

func TestWhatCannotBeGivenIsSaidAndTheRestIsGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	file, other := w.girl(), w.girl()
	far := w.must(w.desk.RecordConcern(t.Context(), w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "not_safe", AgeKnown: "adult", Sex: "female", Language: "uz", Consent: "yes", Region: "KZ-75",
		Indicators: []string{"violence_recruited", "excessive_hours", "low_pay", "documents_confiscated", "isolation"},
	})).Args["file"]
	give := func(file id.File, step string, held, to id.Worker) desk.Give {
		return desk.Give{Piece: desk.Piece{File: file, Step: step, Held: held}, To: to}
	}
	for _, row := range []struct {
		why  string
		give desk.Give
		want string
	}{
		{"given", give(file, "identify", "", alua.Worker), "receipt.work_given"},
		{"sent with another key, she has it", give(file, "identify", alua.Worker, alua.Worker), "receipt.nothing_to_do"},
		{"a page older than that", give(file, "identify", "", berik.Worker), casework.CodeWorkChanged},
		{"a role that does not take it", give(other, "identify", "", secretary.Worker), casework.CodeWorkNotAble},
		{"nobody owes it", give(file, "complain", "", berik.Worker), casework.CodeWorkNotOwed},
		{"somebody of another body", give(other, "not_identify", "", w.hired(w.inspector, "Elsewhere", "inspector").Worker), fault.Of(fault.Withheld("")).Code},
		{"no such file", give(id.New[id.File](w.at), "identify", "", berik.Worker), fault.Of(fault.Withheld("")).Code},
		{"another region's", give(id.File(far), "identify", "", berik.Worker), fault.Of(fault.Withheld("")).Code},
		{"taken back", give(file, "identify", alua.Worker, ""), "receipt.work_taken_back"},
		{"nobody had it", give(file, "identify", alua.Worker, ""), casework.CodeWorkChanged},
	} {
		got := w.given(secretary, casework.GivenByHand, row.give)
		if got[0] != row.want {
			t.Errorf("%s: %s, not %s", row.why, got[0], row.want)
		}
	}
	for _, who := range []access.Who{alua, w.inspector, w.shelter} {
		if _, err := w.desk.GiveWork(t.Context(), who, desk.GiveInput{Key: w.k(), Gives: []desk.Give{give(file, "identify", "", who.Worker)}}); !isWithheld(err) {
			t.Errorf("%s gives: %v", who.Role, err)
		}
		if _, err := w.desk.ShareOut(t.Context(), who, nil); !isWithheld(err) {
			t.Errorf("%s plans: %v", who.Role, err)
		}
	}
	many := slices.Repeat([]desk.Give{give(file, "identify", "", alua.Worker)}, 101)
	if _, err := w.desk.GiveWork(t.Context(), secretary, desk.GiveInput{Key: w.k(), How: casework.GivenByHand, Gives: many}); !fault.Is(err, "work.many") {
		t.Errorf("more than a form gives: %v", err)
	}
	if done := w.docket(secretary, desk.DocketFilter{}); len(done.Back) != 0 {
		t.Errorf("what was taken back is not given back: %+v", done.Back)
	}
}

// Who gives something back says why, and who shares out reads it. It leaves her list,
// and the decision is hers no less than anybody's.
func TestGivingBackSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	file := w.girl()
	in := desk.GiveInput{Key: w.k(), How: casework.GivenByHand, Note: withheld.New("ring the school first"), Gives: []desk.Give{{Piece: desk.Piece{File: file, Step: "identify"}, To: alua.Worker}}}
	if _, err := w.desk.GiveWork(t.Context(), secretary, in); err != nil {
		t.Fatal(err)
	}
	v, err := w.desk.Given(t.Context(), alua, file, "identify")
	if err != nil || v.By != "Secretary" || v.Note.Reveal() != "ring the school first" {
		t.Fatalf("%+v %v", v, err)
	}
	if _, err := w.desk.Given(t.Context(), berik, file, "identify"); !isWithheld(err) {
		t.Errorf("a colleague reads what was said to her: %v", err)
	}
	if _, err := w.desk.GiveBack(t.Context(), berik, desk.GiveBackInput{Key: w.k(), File: file, Step: "identify", Why: withheld.New("x")}); !isWithheld(err) {
		t.Errorf("a colleague gives it back: %v", err)
	}
	if _, err := w.desk.GiveBack(t.Context(), alua, desk.GiveBackInput{Key: w.k(), File: file, Step: "identify"}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	w.must(w.desk.GiveBack(t.Context(), alua, desk.GiveBackInput{Key: w.k(), File: file, Step: "identify", Why: withheld.New("I know her")}))
	back := w.docket(secretary, desk.DocketFilter{}).Back
	if len(back) != 1 || back[0].By != "Alua" || back[0].Why.Reveal() != "I know her" {
		t.Errorf("given back: %+v", back)
	}
	if d := w.docket(alua, desk.DocketFilter{}); len(d.Back) != 0 {
		t.Error("who does not share out reads why")
	}
	f, err := w.desk.File(t.Context(), w.inspector, file, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range f.Timeline {
		if strings.HasPrefix(l.Code, "event.work.") {
			t.Error("another body reads who of this one does what")
		}
	}
}

// A step that has been taken is nobody's any more.
func TestAStepTakenIsNoLongerGiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, _ := w.office()
	file := w.girl()
	w.given(secretary, casework.GivenByHand, desk.Give{Piece: desk.Piece{File: file, Step: "identify"}, To: alua.Worker})
	if g := w.file(file).Given; len(g) != 1 {
		t.Fatalf("%+v", g)
	}
	w.take(w.identifiers, file, "identify", map[string]string{"decided_with": "police", "exploitation": "forced_labour", "exploited_where": "here", "return_threat": "no", "wish_to_return": "wants", "interpreter_present": "not_needed", "heard": "heard"})
	if g := w.file(file).Given; len(g) != 0 {
		t.Errorf("taken, and still given: %+v", g)
	}
	w.agrees()
}

// Who held a man is given nothing of his claim, neither shared out nor by hand.
func TestWhoIsKeptApartIsGivenNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	askar, file := w.claimant()
	head, other := w.hired(askar, "Head", "head"), w.hired(askar, "Other", "decider")
	w.do(askar, []casework.Ref{{Kind: casework.FileStream, ID: string(file)}}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := store.As[*casework.File](l, casework.Ref{Kind: casework.FileStream, ID: string(file)})
		m.By.Kind = "police" // as which the worker held him
		return casework.TakeStep(f, casework.TakeStepInput{Step: "detain", Reasons: withheld.New("No papers."), Language: "uz"}, m)
	})
	plan, err := w.desk.ShareOut(t.Context(), head, []desk.Piece{{File: file, Step: "recognise"}})
	if err != nil || len(plan.Lines) != 1 || plan.Lines[0].To.Worker != other.Worker {
		t.Fatalf("%+v, %v", plan.Lines, err)
	}
	got := w.given(head, casework.GivenByHand, desk.Give{Piece: desk.Piece{File: file, Step: "recognise"}, To: head.Worker})
	if got[0] != casework.CodeWorkNotAble {
		t.Errorf("who may take steps in the file, and not this one: %s", got[0])
	}
	got = w.given(head, casework.GivenByHand, desk.Give{Piece: desk.Piece{File: file, Step: "recognise"}, To: askar.Worker})
	if got[0] != casework.CodeWorkApart {
		t.Errorf("by hand: %s", got[0])
	}
}
