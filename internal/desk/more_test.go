package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/jobs"
	"pana/internal/withheld"
)

// Two shelters press Accept in the same second: one has her, the other hears it.
func TestTheFirstToAcceptHasHer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	referral := w.refer(id.File(w.concern().Args["file"]))
	var done sync.WaitGroup
	errs := make([]error, 2)
	for i, one := range []struct {
		who access.Who
		bed id.Place
	}{{w.shelter, w.bed}, {w.shelter2, w.bed2}} {
		key := w.k()
		done.Go(func() {
			_, errs[i] = w.desk.Accept(t.Context(), one.who, desk.AnswerInput{Key: key, Referral: referral, Place: one.bed})
		})
	}
	done.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("both or neither: %v, %v", errs[0], errs[1])
	}
	for _, err := range errs {
		if err != nil && fault.Of(err).Kind != fault.Conflict {
			t.Errorf("the slower one is told: %v", err)
		}
	}
}

func (w *world) free(who access.Who) (free int, state string) {
	w.t.Helper()
	places, err := w.desk.MyPlaces(w.t.Context(), who)
	if err != nil || len(places) != 1 {
		w.t.Fatalf("%d places, %v", len(places), err)
	}
	return places[0].Free, places[0].State
}

func TestABedIsHeldAndFreed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	referral := w.refer(id.File(w.concern().Args["file"]))
	answer := func() desk.AnswerInput { return desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed} }
	w.must(w.desk.Accept(t.Context(), w.shelter, answer()))
	if free, state := w.free(w.shelter); free != 0 || state != "held" {
		t.Errorf("after acceptance: %d free, %s", free, state)
	}
	w.must(w.desk.UndoAccept(t.Context(), w.shelter, answer()))
	if free, _ := w.free(w.shelter); free != 1 {
		t.Errorf("after taking it back: %d free", free)
	}
	view, err := w.desk.Referral(t.Context(), w.shelter, referral)
	if err != nil || view.Identity != nil {
		t.Errorf("identity after taking it back: %v, %v", view.Identity, err)
	}
	w.must(w.desk.Accept(t.Context(), w.shelter, answer()))
	w.push(3 * time.Hour)
	jobs.Once(t.Context(), w.store, w.desk, jobs.Options{Now: w.now})
	if free, _ := w.free(w.shelter); free != 1 {
		t.Errorf("nobody came in three hours: %d free", free)
	}
	if free, _ := w.free(w.shelter2); free != 1 {
		t.Errorf("the other shelter: %d free", free)
	}
}

// How to reach her is said anew, and to the provider that has her it passes.
func TestASafeContactIsSaidAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	in := desk.ContactInput{Key: w.k(), File: file, Value: withheld.New("+7 700 111 22 33"), SafeAt: "daytime"}
	for why, bad := range map[string]func(*desk.ContactInput){
		"no contact": func(in *desk.ContactInput) { in.Value = withheld.Text{} }, "no word on when": func(in *desk.ContactInput) { in.SafeAt = "" },
		"a time nobody offers": func(in *desk.ContactInput) { in.SafeAt = "at night" },
	} {
		wrong := in
		bad(&wrong)
		if _, err := w.desk.SetContact(ctx, w.inspector, wrong); fault.Of(err).Kind != fault.Invalid {
			t.Errorf("%s: %v", why, err)
		}
	}
	if _, err := w.desk.SetContact(ctx, w.shelter, in); !isWithheld(err) {
		t.Errorf("somebody else: %v", err)
	}
	w.must(w.desk.SetContact(ctx, w.inspector, in))
	in.Key, in.SafeAt = w.k(), "never_leave_word"
	w.must(w.desk.SetContact(ctx, w.inspector, in))
	shown, err := w.desk.ShowIdentity(ctx, w.inspector, file)
	if err != nil || shown.Contact == nil || shown.Contact.SafeAt != "never_leave_word" || shown.Contact.Value.Reveal() != "+7 700 111 22 33" {
		t.Errorf("shown: %+v, %v", shown.Contact, err)
	}
}

// A house with one bed: taken until she has left, and then free for the next,
// however many have been there before.
func TestABedIsFreeWhenSheHasLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for range 3 {
		referral := w.refer(id.File(w.concern().Args["file"]))
		answer := func() desk.AnswerInput { return desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed} }
		acts := func() string {
			view, err := w.desk.Referral(ctx, w.shelter, referral)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Join(view.Acts, " ")
		}
		w.must(w.desk.Accept(ctx, w.shelter, answer()))
		if strings.Contains(acts(), "left") {
			t.Error("she has not come, and could leave")
		}
		w.must(w.desk.Arrived(ctx, w.shelter, answer()))
		if _, state := w.free(w.shelter); state != "taken" {
			t.Errorf("she is there: %s", state)
		}
		if _, err := w.desk.ChangePlace(ctx, w.shelter, desk.PlaceInput{Key: w.k(), Place: w.bed, Name: "Room", Takes: []string{"women", "girls"}, Beds: "1", Free: "1", State: "open"}); err == nil {
			t.Error("her bed can be said to be free")
		}
		leave := answer()
		leave.Reason = "planned"
		if _, err := w.desk.Left(ctx, w.inspector, leave); !isWithheld(err) {
			t.Errorf("the sender frees a bed: %v", err)
		}
		w.must(w.desk.Left(ctx, w.shelter, leave))
		if free, _ := w.free(w.shelter); free != 1 || acts() != "stayed" {
			t.Errorf("she has left: %d free, may %s", free, acts())
		}
		again := answer()
		again.Reason = "planned"
		if _, err := w.desk.Left(ctx, w.shelter, again); !fault.Is(err, casework.CodeReferralShut) {
			t.Errorf("left twice: %v", err)
		}
	}
}

// Who has left is closed to the house she was in, and what the house wrote stays
// its own. A slip of the hand is taken back within minutes.
func TestWhoHasLeftIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := w.named()
	referral := w.refer(file)
	answer := func(why string) desk.AnswerInput {
		return desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed, Reason: why}
	}
	shows := func() bool {
		page, err := w.desk.ShowIdentity(ctx, w.shelter, file)
		if err != nil && !isWithheld(err) {
			t.Fatal(err)
		}
		return err == nil && page.Identity != nil
	}
	w.must(w.desk.Accept(ctx, w.shelter, answer("")))
	if _, err := w.desk.Left(ctx, w.shelter, answer("planned")); !fault.Is(err, casework.CodeNotArrived) {
		t.Errorf("left before she came: %v", err)
	}
	w.must(w.desk.Arrived(ctx, w.shelter, answer("")))
	w.must(w.desk.AddNote(ctx, w.shelter, desk.NoteInput{Key: w.k(), File: file, Text: withheld.New("slept well")}))
	if _, err := w.desk.Left(ctx, w.shelter, answer("bored")); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a reason nobody offers: %v", err)
	}
	if !shows() {
		t.Fatal("while she is there, the house does not see who she is")
	}
	w.must(w.desk.Left(ctx, w.shelter, answer(casework.LeavingUnknown)))
	if shows() {
		t.Error("she has left, and the house sees who she is")
	}
	page, err := w.desk.File(ctx, w.shelter, file, w.shelter.Compartment)
	if err != nil || len(page.Notes) != 1 || len(page.Sections) > 0 || page.Situation != nil {
		t.Errorf("its own notes and nothing else: %+v, %v", page, err)
	}
	for _, who := range []access.Who{w.inspector, w.coordinator} {
		if !slices.ContainsFunc(w.work(who, "task"), func(l desk.WorkLine) bool { return l.Verb == "task.whereabouts" }) {
			t.Errorf("nobody knows where she is, and %s is not told", who.BodyKind)
		}
	}
	w.must(w.desk.Stayed(ctx, w.shelter, answer("")))
	if !shows() {
		t.Error("she is there after all, and the house does not see who she is")
	}
	if free, state := w.free(w.shelter); free != 0 || state != "taken" {
		t.Errorf("her bed: %d free, %s", free, state)
	}
	if lines := w.work(w.coordinator, "task"); slices.ContainsFunc(lines, func(l desk.WorkLine) bool { return l.Verb == "task.whereabouts" }) {
		t.Errorf("she is there, and is still looked for: %+v", lines)
	}
	w.must(w.desk.Left(ctx, w.shelter, answer("own_wish")))
	w.push(time.Hour)
	if _, err := w.desk.Stayed(ctx, w.shelter, answer("")); !fault.Is(err, casework.CodeUndoLate) {
		t.Errorf("an hour later: %v", err)
	}
	w.refer(file) // she may be placed anew
}

// Who states how many beds are free has counted those whose hold is over: they
// are not counted again when the hold is ended late.
func TestAFigureStatedAfterAHoldRanOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	referral := w.refer(id.File(w.concern().Args["file"]))
	w.must(w.desk.Accept(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	w.push(3 * time.Hour)
	state := desk.PlaceInput{Key: w.k(), Place: w.bed, Name: "Room", Takes: []string{"women", "girls"}, Beds: "2", Free: "1", State: "open"}
	w.must(w.desk.ChangePlace(t.Context(), w.shelter, state))
	if err := w.desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if free, _ := w.free(w.shelter); free != 1 {
		t.Errorf("one was said to be free, and %d are", free)
	}
}

func TestARefusalTheLawForbids(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	referral := w.refer(id.File(w.concern().Args["file"]))
	var reason string
	for _, r := range w.laws.p.Refusals {
		if len(r.Forbidden) > 0 {
			reason = r.ID
		}
	}
	if reason == "" {
		t.Fatal("the pack forbids no reason")
	}
	w.must(w.desk.Refuse(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Reason: reason}))
	view, err := w.desk.Referral(t.Context(), w.inspector, referral)
	if err != nil {
		t.Fatal(err)
	}
	for _, ask := range view.Asked {
		if ask.Body == w.shelter.Body && (ask.Refusal != reason || len(ask.Forbidden) == 0) {
			t.Errorf("the sender sees %+v", ask)
		}
	}
	if lines := w.work(w.coordinator, "task"); len(lines) == 0 {
		t.Error("the coordinator has no task")
	}
	if _, err := w.desk.Refuse(t.Context(), w.shelter2, desk.AnswerInput{Key: w.k(), Referral: referral, Reason: "dislike"}); fault.Of(err).Kind != fault.Invalid {
		t.Errorf("a reason the pack does not know: %v", err)
	}
}

// An adverse decision without reasons, language and notice is not recorded,
// even where the law asks for less; nothing of it is.
func TestAnAdverseDecisionIsWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := id.File(w.concern().Args["file"])
	form, err := w.desk.StepForm(t.Context(), w.identifiers, file, "not_identify")
	if err != nil || form.Offer.Adverse == nil {
		t.Fatalf("the form: %+v, %v", form.Offer, err)
	}
	in := desk.StepInput{Key: w.k(), File: file, Version: form.Version, Step: "not_identify", Reasons: withheld.New("because")}
	_, err = w.desk.Propose(t.Context(), w.identifiers, in)
	if f := fault.Of(err); err == nil || len(f.Fields) == 0 {
		t.Fatalf("without language and notice: %v", err)
	}
	in.Key, in.Language = w.k(), "uz"
	w.must(w.desk.Propose(t.Context(), w.identifiers, in))
}

func TestALeaverIsOutThatSecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, in := w.hire(w.inspector, "Aliya", "inspector")
	session, err := w.desk.Session(ctx, in.Token)
	if err != nil || session.Who.BodyKind != "labour_inspectorate" || len(session.Acts) == 0 {
		t.Fatalf("session: %+v, %v", session, err)
	}
	if _, err := w.desk.SignIn(ctx, desk.SignInInput{Login: "aliya", Password: withheld.New("wrong"), From: "127.0.0.1"}); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("a wrong password: %v", err)
	}
	w.admits(w.admin, desk.WorkerInput{Worker: session.Who.Worker, Do: desk.WorkerLeave})
	if _, err := w.desk.Session(ctx, in.Token); fault.Of(err).Kind != fault.Unauthenticated {
		t.Errorf("the session of one who left: %v", err)
	}
	if _, err := w.desk.ChangeWorker(ctx, w.inspector, desk.WorkerInput{Key: w.k()}); !isWithheld(err) {
		t.Errorf("a worker who is no administrator: %v", err)
	}
}

// A likely duplicate goes to the coordinator; the worker learns nothing of it.
func TestALikelyDuplicateIsTheCoordinators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	identify := func(file id.File) casework.Receipt {
		return w.must(w.desk.AddIdentity(t.Context(), w.inspector, desk.IdentityInput{
			Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01"), Sex: "female",
		}))
	}
	a := identify(id.File(w.concern().Args["file"]))
	if lines := w.work(w.coordinator, "task"); len(lines) != 0 {
		t.Errorf("one file is no duplicate: %+v", lines)
	}
	b := identify(id.File(w.concern().Args["file"]))
	if a.Code != b.Code || len(a.Args) != len(b.Args) {
		t.Errorf("the second receipt tells: %+v, %+v", a, b)
	}
	if lines := w.work(w.coordinator, "task"); len(lines) != 1 || lines[0].Verb != "task.likely_same" {
		t.Errorf("the coordinator's tasks: %+v", lines)
	}
}

// A planted name is found in no receipt, error, log or work line.
func TestAPlantedNameIsNowhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	var seen strings.Builder
	keep := func(v any, err error) {
		b, _ := json.Marshal(v)
		fmt.Fprintf(&seen, "%s %v %+v %v\n", b, v, v, err)
	}
	name := withheld.New(planted)
	r := w.concern()
	file := id.File(r.Args["file"])
	keep(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: name, Born: withheld.New("wrong")}))
	keep(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: withheld.New(strings.Repeat(planted, 40))}))
	keep(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: name, Version: 99}))
	keep(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{Key: w.k(), File: file, Name: name}))
	keep(w.desk.AddNote(ctx, w.inspector, desk.NoteInput{Key: w.k(), File: file, Text: name}))
	keep(w.desk.AddNote(ctx, w.shelter, desk.NoteInput{Key: w.k(), File: file, Text: name}))
	keep(w.desk.RemovalCheck(ctx, w.border, desk.CheckInput{Key: w.k(), Names: []withheld.Text{name}, Custody: name, Afraid: "yes"}))
	keep(w.desk.File(ctx, w.inspector, file, w.inspector.Compartment))
	keep(w.desk.ShowIdentity(ctx, w.inspector, file))
	keep(w.desk.MyWork(ctx, w.inspector, desk.WorkFilter{}, ""))
	all := seen.String() + w.log.String()
	if strings.Contains(all, "lantedova") || strings.Contains(all, "Nozima") {
		t.Error("the planted name came out")
	}
}

// A person who agrees to be referred but not to be named is taken in unnamed.
func TestWhatDidNotPassIsNotShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	purpose := ""
	for _, p := range w.laws.p.Purposes {
		if p.Stage == casework.StageAcceptance {
			purpose = p.ID
		}
	}
	if purpose == "" {
		t.Fatal("the pack asks no consent at acceptance")
	}
	file := id.File(w.must(w.desk.RecordConcern(ctx, w.inspector, desk.ConcernInput{
		Key: w.k(), Safety: "safe_now", Age: "30", AgeKnown: "adult", Sex: "female", CallName: withheld.New(planted),
		Needs: []string{"bed_tonight"}, Consent: "yes", Region: region,
	})).Args["file"])
	w.must(w.desk.GiveConsent(ctx, w.inspector, desk.ConsentInput{Key: w.k(), File: file, Purpose: purpose, Answer: "no"}))
	referral := w.refer(file)
	w.must(w.desk.Accept(ctx, w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	view, err := w.desk.Referral(ctx, w.shelter, referral)
	if err != nil || view.Identity != nil {
		t.Errorf("shown all the same: %v, %v", view.Identity, err)
	}
	if _, err := w.desk.ShowIdentity(ctx, w.shelter, file); !isWithheld(err) {
		t.Errorf("on the file's page: %v", err)
	}
}

// The answer follows the pack: a presumed child is held, and a judge reads which
// words are unclear (Law 110-VIII art. 23); once identified she is barred.
func TestTheAnswerFollowsThePack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	file := id.File(w.concern().Args["file"])
	w.must(w.desk.AddIdentity(ctx, w.inspector, desk.IdentityInput{
		Key: w.k(), File: file, Name: withheld.New(planted), Script: "latn", Born: withheld.New("2011-05-01"), Sex: "female",
	}))
	ask := func() desk.CheckAnswer {
		out, err := w.desk.RemovalCheck(ctx, w.dutyOfficer, desk.CheckInput{
			Key: w.k(), Names: []withheld.Text{withheld.New(planted)}, Born: withheld.New("2011-05-01"), Sex: "female", Custody: withheld.New("1"),
		})
		if err != nil {
			t.Fatal(explain(err))
		}
		return out
	}
	presumed := ask()
	grounds, err := w.desk.CheckGrounds(ctx, w.judge, id.Check(presumed.Receipt))
	if err != nil || presumed.Answer != desk.Hold || len(grounds.Unclear) == 0 {
		t.Errorf("presumed: %q, unclear %v, %v", presumed.Answer, grounds.Unclear, err)
	}
	w.identify(file)
	if identified := ask(); identified.Answer != desk.Barred {
		t.Errorf("identified: %q", identified.Answer)
	}
}
