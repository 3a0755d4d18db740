package casework

import (
	"slices"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

func accept(w *world, n int) error {
	return w.do(shelter(n), func(m Moment) (Decision, error) { return Accept(w.file(girl), refOne, w.place(bedroom(n)), m) })
}

func TestTheFirstToAcceptHasHer(t *testing.T) {
	t.Parallel()
	w := referredWorld(t, 3)
	if got := w.last.Receipt; len(got.Told) != 3 || !got.Due.Equal(w.at.Add(time.Hour)) {
		t.Errorf("receipt %+v: three told, an answer due in an hour", got)
	}
	if len(w.file(girl).Passed) != 0 {
		t.Fatal("identity passed with the need card")
	}
	if err := accept(w, 1); err != nil {
		t.Fatal(err)
	}
	if err := accept(w, 0); !fault.Is(err, CodeReferralTaken) {
		t.Errorf("the second to accept hears %v", err)
	}
	f := w.file(girl)
	if len(f.Passed) != 1 || f.Passed[0].To != shelter(1).Body {
		t.Errorf("identity passed to %+v", f.Passed)
	}
	if p := w.place(bedroom(1)); p.Free != 0 || p.State() != "held" || !p.Held[0].Until.Equal(w.at.Add(2*time.Hour)) {
		t.Errorf("the bed is not held: %+v", p)
	}
	rel := Relations(f)
	if !slices.Equal(rel[shelter(1).Body], []string{RelProvider}) || !slices.Equal(rel[shelter(0).Body], []string{RelFormerly}) {
		t.Errorf("relations %v", rel)
	}
	w.must(shelter(1), func(m Moment) (Decision, error) { return Arrived(w.file(girl), refOne, w.place(bedroom(1)), m) })
	if w.file(girl).Place == nil || w.place(bedroom(1)).State() != "taken" || w.referral().State != ReferralPlaced {
		t.Error("she arrived and is not placed")
	}
}

func TestReferRefuses(t *testing.T) {
	t.Parallel()
	consent := func(change func(*ConsentInput)) func(*world) {
		return func(w *world) {
			in := ConsentInput{Consent: fixed[id.Consent]("c"), Purpose: "refer", Yes: true}
			change(&in)
			w.must(inspector, func(m Moment) (Decision, error) { return AnswerConsent(w.file(girl), in, m) })
		}
	}
	for _, row := range []struct {
		why     string
		adult   bool
		before  func(*world)
		asked   int
		version uint64
		code    string
	}{
		{why: "a child's safety waits for no paper", asked: 1},
		{why: "an adult who has not agreed", adult: true, asked: 1, code: CodeNoConsent},
		{why: "an adult who agreed", adult: true, asked: 1, before: consent(func(*ConsentInput) {})},
		{why: "agreed to another kind of body", adult: true, asked: 1, code: CodeNotRecipient,
			before: consent(func(in *ConsentInput) { in.Recipients = []string{"hotline"} })},
		{why: "said no", adult: true, asked: 1, before: consent(func(in *ConsentInput) { in.Yes = false }), code: CodeNoConsent},
		{why: "never this one, even for a child", asked: 1, code: CodeExcluded,
			before: consent(func(in *ConsentInput) { in.Excluded = []id.Body{shelter(0).Body} })},
		{why: "nobody named", asked: 0, code: CodeNobody},
		{why: "four at once", asked: 4, code: CodeTooMany},
		{why: "somebody changed the file meanwhile", asked: 1, version: 1, code: CodeFileChanged},
		{why: "a referral for the need is open", asked: 1, code: CodeOpenNeed, before: func(w *world) {
			w.must(inspector, func(m Moment) (Decision, error) {
				in := ReferInput{Referral: fixed[id.Referral]("two"), Providers: w.shelters(1), Needs: []string{"bed"}, Priority: "normal"}
				return Refer(w.file(girl), in, m)
			})
		}},
		{why: "the file is stopped", asked: 1, code: CodeFileFrozen, before: func(w *world) {
			w.must(decider, func(m Moment) (Decision, error) { return Freeze(w.file(girl), true, "duplicate", m) })
		}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.openWith(func(in *OpenFileInput) {
				if row.adult {
					in.Age, in.AgeKnown, in.Consent = 30, AgeAdult, "not_able"
				}
			})
			if row.before != nil {
				row.before(w)
			}
			var providers []Provider
			for i := range row.asked {
				who := shelter(i)
				providers = append(providers, Provider{&Body{ID: who.Body, Kind: "shelter", Services: []Service{{ID: beds(i)}}}, beds(i)})
			}
			err := w.do(inspector, func(m Moment) (Decision, error) {
				return Refer(w.file(girl), ReferInput{Referral: refOne, Version: row.version, Providers: providers, Needs: []string{"bed"}, Priority: "emergency"}, m)
			})
			if row.code == "" && err != nil || row.code != "" && !fault.Is(err, row.code) {
				t.Errorf("want %q, got %v", row.code, err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := referredWorld(t, 2)
	refuse := func(n int, reason string) error {
		return w.do(shelter(n), func(m Moment) (Decision, error) { return Refuse(w.file(girl), refOne, reason, m) })
	}
	if err := refuse(0, "because"); err == nil {
		t.Error("a reason nobody knows was taken")
	}
	if err := refuse(0, "nationality"); err != nil {
		t.Fatal(err)
	}
	f := w.file(girl)
	if a := w.referral().Asks[0]; a.State != Refused || !slices.Equal(a.Forbidden, []string{"care_act art. 2"}) {
		t.Errorf("a reason the law forbids is not marked with the article: %+v", a)
	}
	if len(f.Tasks) != 1 || f.Tasks[0].Kind != "coordinator" || f.Tasks[0].Verb != "task.forbidden_refusal" {
		t.Errorf("the coordinator has no task: %+v", f.Tasks)
	}
	if err := refuse(1, "full"); err != nil {
		t.Fatal(err)
	}
	if r := w.referral(); r.State != ReferralUnanswered {
		t.Errorf("all refused, state %s", r.State)
	}
	if got := w.file(girl).Tasks[1]; got.Verb != "task.refer_again" || got.Body != inspector.Body {
		t.Errorf("the sender has no task: %+v", got)
	}
}

func TestEscalation(t *testing.T) {
	t.Parallel()
	w := referredWorld(t, 1)
	escalate := func() error {
		return w.do(Actor{}, func(m Moment) (Decision, error) { return Escalate(w.file(girl), refOne, m) })
	}
	w.at = w.at.Add(29 * time.Minute)
	if err := escalate(); !fault.Is(err, CodeEarly) {
		t.Errorf("a minute early: %v", err)
	}
	w.at = w.at.Add(time.Minute)
	if err := escalate(); err != nil {
		t.Fatal(err)
	}
	if got := w.referral().Told; !slices.Equal(got, []string{"coordinator", "hotline"}) {
		t.Errorf("rang %v", got)
	}
	if err := escalate(); err != nil || len(w.last.Events) != 0 {
		t.Errorf("it rang twice: %v %+v", err, w.last)
	}
	if err := accept(w, 0); err != nil {
		t.Errorf("a shelter can still accept after the bell: %v", err)
	}
	if task := w.file(girl).Tasks[0]; task.Verb != "task.find_place" || task.Done.IsZero() {
		t.Errorf("she has a place and the coordinator still looks for one: %+v", task)
	}
}

func TestUndoAccept(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		after time.Duration
		code  string
	}{
		{"a slip of the hand", 9 * time.Minute, ""},
		{"too late: she may be on her way", 11 * time.Minute, CodeUndoLate},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := acceptedWorld(t, 2)
			w.at = w.at.Add(row.after)
			err := w.do(shelter(0), func(m Moment) (Decision, error) { return UndoAccept(w.file(girl), refOne, w.place(bedroom(0)), m) })
			if row.code != "" {
				if !fault.Is(err, row.code) {
					t.Errorf("want %s, got %v", row.code, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if w.place(bedroom(0)).Free != 1 || w.referral().State != ReferralOpen || w.file(girl).Passed[0].Ended.IsZero() {
				t.Error("the acceptance is not undone")
			}
			if err := accept(w, 1); err != nil {
				t.Errorf("the other cannot accept now: %v", err)
			}
		})
	}
}

func TestABedTakenASecondEarlier(t *testing.T) {
	t.Parallel()
	w := referredWorld(t, 1)
	w.must(shelter(0), func(m Moment) (Decision, error) {
		return ChangePlace(w.place(bedroom(0)), PlaceInput{Beds: 1, Free: 0}, m)
	})
	if err := accept(w, 0); !fault.Is(err, CodePlaceTaken) || len(w.file(girl).Passed) != 0 {
		t.Errorf("want %s and nothing recorded, got %v", CodePlaceTaken, err)
	}
}

func TestQuestionsAndStrangers(t *testing.T) {
	t.Parallel()
	w := referredWorld(t, 1)
	w.must(shelter(0), func(m Moment) (Decision, error) {
		return AskSender(w.file(girl), AskInput{Referral: refOne, Question: "q1", Text: withheld.New("Does she eat meat?")}, m)
	})
	w.must(inspector, func(m Moment) (Decision, error) {
		return AnswerQuestion(w.file(girl), AskInput{Referral: refOne, Question: "q1", Text: withheld.New("Yes.")}, m)
	})
	if q := w.referral().Questions[0]; q.Answer.Reveal() != "Yes." {
		t.Error("the answer is lost")
	}
	err := w.do(shelter(7), func(m Moment) (Decision, error) { return Acknowledge(w.file(girl), refOne, m) })
	if fault.Of(err).Kind != fault.NotFound {
		t.Errorf("a body that was not asked learns that there is a referral: %v", err)
	}
}

func TestHoldExpires(t *testing.T) {
	t.Parallel()
	w := acceptedWorld(t, 1)
	w.at = w.at.Add(2*time.Hour + time.Second)
	w.must(Actor{}, func(m Moment) (Decision, error) { return ExpireHold(w.place(bedroom(0)), refOne, m) })
	if w.place(bedroom(0)).Free != 1 {
		t.Error("the bed is kept for ever")
	}
	w.must(shelter(0), func(m Moment) (Decision, error) { return Arrived(w.file(girl), refOne, w.place(bedroom(0)), m) })
	if p := w.place(bedroom(0)); p.Free != 0 || len(p.Taken) != 1 {
		t.Errorf("she came late and her bed is not hers: %+v", p)
	}
}

// Two things may be decided about one state, of which one is then recorded: what
// the other would have added must not show in it.
func TestTwoThatFollowOneStateShareNothing(t *testing.T) {
	t.Parallel()
	w := referredWorld(t, 1)
	old := w.file(girl)
	after := func(e Event) *File {
		e.Stream, e.Seq = old.Ref(), old.Seq()+1
		next, err := Fold(w.laws, old, e)
		if err != nil {
			t.Fatal(err)
		}
		return next.(*File)
	}
	note := after(Event{ID: "one", Type: "note.written", Payload: NoteWritten{}})
	frozen := after(Event{ID: "two", Type: "frozen", Payload: Frozen{Frozen: true}})
	for f, want := range map[*File]id.Event{note: "one", frozen: "two"} {
		if last := f.Timeline[len(f.Timeline)-1]; last.Event != want || len(f.Timeline) != len(old.Timeline)+1 {
			t.Errorf("%s became %s", want, last.Event)
		}
	}
}
