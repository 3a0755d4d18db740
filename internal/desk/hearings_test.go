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

// hired makes somebody of a worker's body an account.
func (w *world) hired(of access.Who, name, role string) access.Who {
	w.t.Helper()
	of.Worker, of.Role = id.New[id.Worker](w.at), role
	ref, body := casework.Ref{Kind: casework.AccountStream, ID: string(of.Worker)}, casework.Ref{Kind: casework.BodyStream, ID: string(of.Body)}
	w.do(w.admin, []casework.Ref{ref, body}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.OpenAccount(nil, of.Worker, store.As[*casework.Body](l, body), casework.AccountOpened{
			Login: withheld.New(strings.ToLower(name)), Name: withheld.New(name), Role: role,
		}, casework.PasswordSet{}, m)
	})
	return of
}

// claimant is a man whose claim is registered, and who decides on it.
func (w *world) claimant() (akimat access.Who, file id.File) {
	w.t.Helper()
	akimat = w.hired(w.body("local_executive_body", "Akimat", "decider"), "Askar", "decider")
	file = w.atTheBorder()
	in := w.stepOf(w.border, file, "voice_claim", map[string]string{"writes": "able"})
	in.To = akimat.Body
	w.must(w.desk.TakeStep(w.t.Context(), w.border, in))
	w.take(w.border, file, "register_at_crossing", nil)
	return akimat, file
}

// interview is the form of a hearing as a careful worker fills it.
func (w *world) interview(file id.File, at string) desk.HearingInput {
	return desk.HearingInput{
		Key: w.k(), File: file, Step: "interview", At: at, Minutes: 60, Room: withheld.New("Room 4"), Language: "fa",
		Interpreter: casework.Interpreter{State: casework.InterpreterAsked, Sex: "not_asked", Origin: "not_own"},
	}
}

func (w *world) hearing(who access.Who, file id.File, r casework.Receipt) desk.HearingDetail {
	w.t.Helper()
	v, err := w.desk.Hearing(w.t.Context(), who, file, id.Hearing(r.Args["hearing"]))
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Detail
}

// faultsOf are the faults of an answer, "room hearing.room_taken".
func faultsOf(err error) (out []string) {
	for _, f := range fault.Of(err).Fields {
		out = append(out, f.Name+" "+f.Code)
	}
	slices.Sort(out)
	return out
}

// Set, moved, held: the summons follows the hour, My work follows it, and nothing
// of the step is done by it.
func TestAHearingIsSetMovedAndHeld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat, file := w.claimant()
	form, err := w.desk.HearingForm(t.Context(), akimat, file, "interview")
	if err != nil || form.Of != "asylum_interview" || form.Language != "fa" || form.Notice != "" || len(form.Attends) != 0 || len(form.Deciders) != 1 {
		t.Fatalf("%+v, %v", form, err)
	}
	in := w.interview(file, "2026-11-25T10:00")
	in.Decider = akimat.Worker
	r := w.must(w.desk.SetHearing(t.Context(), akimat, in))
	d := w.hearing(akimat, file, r)
	if want := time.Date(2026, 11, 25, 5, 0, 0, 0, time.UTC); !d.At.Equal(want) || d.DecidedBy != "Askar" || d.State != casework.HearingOpen {
		t.Fatalf("ten o'clock is %v, not %v: %+v", d.At, want, d)
	}
	view, err := w.desk.File(t.Context(), akimat, file, "")
	if err != nil || len(view.Hearings) != 1 || view.Situation["interviewed"] != "not_yet" {
		t.Fatalf("%+v, %v", view.Hearings, err)
	}
	// The summons: when, where, in which language, and that an interpreter costs nothing.
	line := w.aPaper(akimat, file)
	issued := w.must(w.desk.IssuePaper(t.Context(), akimat, desk.PaperInput{Key: w.k(), File: file, Event: line.Event, Language: "ru", Read: "interpreter"}))
	summons, err := w.desk.Paper(t.Context(), akimat, file, id.Paper(issued.Args["paper"]))
	if err != nil || summons.Line.Name != "summons" || !summons.Line.Stands {
		t.Fatalf("%+v, %v", summons.Line, err)
	}
	said := ""
	for _, b := range summons.Document.Main().Blocks {
		said += b.Heading + " " + strings.Join(b.Lines, " ") + "\n"
	}
	for _, part := range []string{"25", "10:00", "Room 4", "бесплатно"} {
		if !strings.Contains(said, part) {
			t.Errorf("the summons lacks %q:\n%s", part, said)
		}
	}
	if verbs := w.workVerbs(akimat); !slices.Contains(verbs, "work.hearing_interpreter") {
		t.Errorf("nobody interprets yet, and My work says %v", verbs)
	}
	// Moved: the old summons names an hour that is no longer his.
	in.Key, in.Hearing, in.Seen, in.At, in.Why = w.k(), id.Hearing(r.Args["hearing"]), d.Event, "2026-11-26T15:30", "person_asked"
	w.must(w.desk.SetHearing(t.Context(), akimat, in))
	if summons, err = w.desk.Paper(t.Context(), akimat, file, id.Paper(issued.Args["paper"])); err != nil || summons.Line.Stands || summons.Line.Why != casework.PaperMoved {
		t.Errorf("the summons of the old hour stands: %+v, %v", summons.Line, err)
	}
	in.Key = w.k() // as the first page showed it
	if _, err := w.desk.SetHearing(t.Context(), akimat, in); fault.Of(err).Code != casework.CodeHearingChanged {
		t.Errorf("moved from a page that was no longer true: %v", err)
	}
	w.must(w.desk.SayInterpreter(t.Context(), akimat, desk.InterpreterInput{Key: w.k(), File: file, Hearing: in.Hearing, Interpreter: casework.Interpreter{
		State: casework.InterpreterConfirmed, Sex: "any", Origin: "not_own", Name: withheld.New("PLANTED Interpreter")}}))
	closing := desk.CloseHearingInput{Key: w.k(), File: file, Hearing: in.Hearing, Outcome: casework.HearingHeld}
	if _, err := w.desk.CloseHearing(t.Context(), akimat, closing); !slices.Equal(faultsOf(err), []string{"hearing_outcome hearing.early"}) {
		t.Errorf("held before its hour: %v", err)
	}
	w.push(4 * 24 * time.Hour)
	if verbs := w.workVerbs(akimat); !slices.Contains(verbs, "work.hearing_close") {
		t.Errorf("its hour is over, and My work says %v", verbs)
	}
	w.must(w.desk.CloseHearing(t.Context(), akimat, closing))
	if d = w.hearing(akimat, file, r); d.State != casework.HearingHeld || d.Moved != 1 || d.Interpreter.State != casework.InterpreterConfirmed {
		t.Errorf("%+v", d)
	}
	if view, err = w.desk.File(t.Context(), akimat, file, ""); err != nil || view.Situation["interviewed"] != "not_yet" {
		t.Errorf("the hearing took the step: %v, %v", view.Situation["interviewed"], err)
	}
	if strings.Contains(w.log.String(), "PLANTED") {
		t.Error("the interpreter's name is in the log")
	}
}

func (w *world) workVerbs(who access.Who) (out []string) {
	w.t.Helper()
	work, err := w.desk.MyWork(w.t.Context(), who, desk.WorkFilter{}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, l := range work.Lines {
		out = append(out, l.Verb)
	}
	return out
}

// What else is at that hour is said, each at its field, and can be set all the same
// once it was read. Who is kept apart cannot be named at all.
func TestWhatClashesIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat, file := w.claimant()
	busy := w.interview(file, "2026-11-25T10:00")
	busy.Decider = akimat.Worker
	busy.Interpreter = casework.Interpreter{State: casework.InterpreterBooked, Sex: "any", Origin: "any", Name: withheld.New("Somebody  Else")}
	w.must(w.desk.SetHearing(t.Context(), akimat, busy))
	other := w.interview(file, "")
	for _, row := range []struct {
		why  string
		with func(*desk.HearingInput)
		want []string
	}{
		{"everything at once, and he himself", func(in *desk.HearingInput) {
			in.At, in.Room, in.Decider = "2026-11-25T10:59", withheld.New("  room 4"), akimat.Worker
			in.Interpreter = busy.Interpreter
			in.Interpreter.Name = withheld.New("somebody else")
		}, []string{"decider hearing.decider_busy", "hearing_at hearing.person_busy", "interpreter_name hearing.interpreter_busy", "room hearing.room_taken"}},
		{"an hour later nothing clashes but the day off", func(in *desk.HearingInput) { in.At = "2026-11-28T11:00" }, []string{"hearing_at hearing.day_off"}},
		{"by video no room is taken", func(in *desk.HearingInput) { in.At, in.Remote = "2026-11-25T10:30", true }, []string{"hearing_at hearing.person_busy"}},
		{"an hour that is over", func(in *desk.HearingInput) { in.At = "2026-11-20T11:00" }, []string{"hearing_at hearing.past"}},
		{"who is nobody of this body", func(in *desk.HearingInput) { in.At, in.Decider = "2026-11-26T11:00", w.judge.Worker }, []string{"decider hearing.decider"}},
		{"what matters to him is asked", func(in *desk.HearingInput) { in.At, in.Interpreter.Sex = "2026-11-26T11:00", "" }, []string{"interpreter_sex field.choice"}},
	} {
		in := other
		in.Key = w.k()
		row.with(&in)
		if _, err := w.desk.SetHearing(t.Context(), akimat, in); !slices.Equal(faultsOf(err), row.want) {
			t.Errorf("%s: %v, not %v", row.why, faultsOf(err), row.want)
		}
	}
	other.Key, other.At, other.Despite = w.k(), "2026-11-25T10:30", true
	w.must(w.desk.SetHearing(t.Context(), akimat, other))
	cal, err := w.desk.Hearings(t.Context(), akimat, w.now(), true)
	if err != nil || cal.N != 2 || len(cal.Days) != 7 || !cal.Days[5].Off || !slices.Contains(cal.Days[2].Slots[0].Clashes, "room") {
		t.Errorf("%+v, %v", cal, err)
	}
}

// An interpreter is mostly found after the day was set, and a hearing is moved: what
// clashes then is said then. A hearing does not clash with itself, and one whose
// interpreter was lost is in the list again of who must find another.
func TestWhatClashesLaterIsSaidLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat, file := w.claimant()
	elsewhere, other := w.claimant()
	booked := casework.Interpreter{State: casework.InterpreterBooked, Sex: "any", Origin: "any", Name: withheld.New("Somebody Else")}
	first, second := w.interview(file, "2026-11-25T10:00"), w.interview(other, "2026-11-25T10:30")
	hearing := id.Hearing(w.must(w.desk.SetHearing(t.Context(), akimat, first)).Args["hearing"])
	theirs := id.Hearing(w.must(w.desk.SetHearing(t.Context(), elsewhere, second)).Args["hearing"])
	say := func(who access.Who, file id.File, hearing id.Hearing, i casework.Interpreter, despite bool) error {
		_, err := w.desk.SayInterpreter(t.Context(), who, desk.InterpreterInput{Key: w.k(), File: file, Hearing: hearing, Interpreter: i, Despite: despite})
		return err
	}
	if err := say(akimat, file, hearing, booked, false); err != nil {
		t.Fatal(explain(err))
	}
	again := booked
	again.State = casework.InterpreterConfirmed
	if err := say(akimat, file, hearing, again, false); err != nil {
		t.Errorf("confirmed, it clashes with itself: %v", err)
	}
	busy := []string{"interpreter_name hearing.interpreter_busy"}
	if err := say(elsewhere, other, theirs, booked, false); !slices.Equal(faultsOf(err), busy) {
		t.Errorf("booked twice in one hour by two bodies: %v", err)
	}
	if err := say(w.judge, other, theirs, booked, false); !isWithheld(err) {
		t.Errorf("who has nothing to do with the file learns when an interpreter is busy: %v", err)
	}
	if err := say(elsewhere, other, theirs, booked, true); err != nil {
		t.Errorf("it was read: %v", err)
	}
	second.Key, second.Hearing, second.At, second.Why, second.Interpreter = w.k(), theirs, "2026-11-25T15:00", "person_asked", booked
	w.must(w.desk.SetHearing(t.Context(), elsewhere, second)) // an hour at which nothing clashes
	second.Key, second.At = w.k(), "2026-11-25T09:30"
	if _, err := w.desk.SetHearing(t.Context(), elsewhere, second); !slices.Equal(faultsOf(err), busy) {
		t.Errorf("moved to where the interpreter is busy: %v", err)
	}
	lost := casework.Interpreter{State: casework.InterpreterFailed, Sex: "any", Origin: "any"}
	if err := say(akimat, file, hearing, lost, false); err != nil {
		t.Fatal(explain(err))
	}
	if verbs := w.workVerbs(akimat); !slices.Contains(verbs, "work.hearing_interpreter") {
		t.Errorf("the interpreter will not come, and My work says %v", verbs)
	}
	second.Key = w.k()
	w.must(w.desk.SetHearing(t.Context(), elsewhere, second)) // who will not come there is free
}

// A worker who held somebody is not named to hear them, nor let in by the post.
func TestWhoIsKeptApartIsNotNamedToHear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat, file := w.claimant()
	other := w.hired(akimat, "Other", "decider")
	w.do(akimat, []casework.Ref{{Kind: casework.FileStream, ID: string(file)}}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := store.As[*casework.File](l, casework.Ref{Kind: casework.FileStream, ID: string(file)})
		m.By.Kind = "police" // as which the worker held him
		return casework.TakeStep(f, casework.TakeStepInput{Step: "detain", Reasons: withheld.New("No papers."), Language: "uz"}, m)
	})
	form, err := w.desk.HearingForm(t.Context(), akimat, file, "interview")
	if err != nil || len(form.Deciders) != 1 || form.Deciders[0].Worker != other.Worker {
		t.Fatalf("%+v, %v", form.Deciders, err)
	}
	in := w.interview(file, "2026-11-25T10:00")
	in.Decider, in.Despite = akimat.Worker, true
	if _, err := w.desk.SetHearing(t.Context(), akimat, in); !slices.Equal(faultsOf(err), []string{"decider hearing.apart"}) {
		t.Errorf("%v", err)
	}
}

// A child alone has a guardian beside her; a shelter that has her knows the hour,
// and the border post that opened the file does not.
func TestWhoMustBeThereAndWhoKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	akimat, file := w.claimant()
	r := w.must(w.desk.SetHearing(t.Context(), akimat, w.interview(file, "2026-11-25T10:00")))
	if _, err := w.desk.Hearing(t.Context(), w.border, file, id.Hearing(r.Args["hearing"])); fault.Of(err).Kind != fault.NotFound {
		t.Errorf("the border post reads where he will be: %v", err)
	}
	if slices.Contains(r.Told, string(w.border.Body)) {
		t.Error("the border post was told")
	}
	if view, err := w.desk.File(t.Context(), w.border, file, ""); err != nil || len(view.Hearings) != 0 {
		t.Errorf("%+v, %v", view.Hearings, err)
	}
	girl := w.must(w.desk.RecordConcern(t.Context(), w.border, desk.ConcernInput{Key: w.k(), Safety: "not_sure", AgeKnown: "under_18", Age: "15", Sex: "female", Language: "fa", Consent: "child", Fear: "yes"}))
	child := id.File(girl.Args["file"])
	w.take(w.border, child, "at_crossing", nil)
	in := w.stepOf(w.border, child, "voice_claim", map[string]string{"writes": "able", "alone": "alone"})
	in.To = akimat.Body
	w.must(w.desk.TakeStep(t.Context(), w.border, in))
	w.take(w.border, child, "register_at_crossing", nil)
	form, err := w.desk.HearingForm(t.Context(), akimat, child, "interview")
	if err != nil || len(form.Attends) != 1 || form.Attends[0].Who != "guardian" {
		t.Errorf("%+v, %v", form.Attends, err)
	}
}

// On 1 March 2024 the country put its clocks back: ten o'clock is ten o'clock on
// either side, and the week has no hour twice.
func TestHearingsOverTheChangeOfTheZone(t *testing.T) {
	t.Parallel()
	w := newWorldAt(t, time.Date(2024, 2, 26, 6, 0, 0, 0, time.UTC))
	akimat, file := w.claimant()
	for at, want := range map[string]time.Time{
		"2024-02-29T10:00": time.Date(2024, 2, 29, 4, 0, 0, 0, time.UTC), "2024-03-01T10:00": time.Date(2024, 3, 1, 5, 0, 0, 0, time.UTC),
	} {
		r := w.must(w.desk.SetHearing(t.Context(), akimat, w.interview(file, at)))
		if d := w.hearing(akimat, file, r); !d.At.Equal(want) {
			t.Errorf("%s is %v, not %v", at, d.At, want)
		}
	}
	cal, err := w.desk.Hearings(t.Context(), akimat, w.now(), true)
	if err != nil || len(cal.Days[3].Slots) != 1 || len(cal.Days[4].Slots) != 1 {
		t.Errorf("%+v, %v", cal.Days, err)
	}
}
