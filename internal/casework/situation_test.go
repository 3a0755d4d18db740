package casework

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

func TestOpenFile(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		change func(*OpenFileInput)
		victim string
		rule   string
		child  bool
		claim  string
	}{
		{"a girl nobody is sure about takes the child's path and is presumed", func(*OpenFileInput) {}, "presumed", "child_exploited", true, "none"},
		{"an adult with the same signs has a labour case: no means", func(in *OpenFileInput) { in.Age, in.AgeKnown = 30, AgeAdult },
			"none", "labour", false, "none"},
		{"an adult who was lied to is presumed", func(in *OpenFileInput) {
			in.Age, in.AgeKnown = 30, AgeAdult
			in.Indicators = append(in.Indicators, "lied_about_job", "no_school")
		}, "presumed", "means_and_exploitation", false, "none"},
		{"nothing tapped is not a finding", func(in *OpenFileInput) { in.Indicators = nil }, "none", "", true, "none"},
		{"afraid to go back: saying it is enough", func(in *OpenFileInput) { in.Fear = "yes" }, "presumed", "child_exploited", true, "voiced"},
		{"an age in figures says which band", func(in *OpenFileInput) { in.Age, in.AgeKnown = 13, "" }, "presumed", "child_exploited", true, "none"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.openWith(row.change)
			f := w.file(girl)
			if f.Situation.Value("victim") != row.victim || f.Screening.Rule != row.rule || f.Child() != row.child || f.Situation.Value("claim") != row.claim {
				t.Errorf("victim %s, rule %s, child %v, claim %s", f.Situation.Value("victim"), f.Screening.Rule, f.Child(), f.Situation.Value("claim"))
			}
			if row.victim == "presumed" && (len(f.Rights) != 1 || f.Rights[0].Right != "shelter" || f.Rights[0].State != RightDue) {
				t.Errorf("presumption did not unlock the bed at once: %+v", f.Rights)
			}
		})
	}
}

func TestOpenFileNamesEveryField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := OpenFileInput{File: girl, Safety: "perhaps", Age: 12, AgeKnown: AgeAdult, Needs: []string{"gold"}, Region: "H-9", OccurredAt: w.at.Add(time.Hour)}
	err := w.do(inspector, func(m Moment) (Decision, error) { return OpenFile(nil, in, m) })
	var got []string
	for _, f := range fault.Of(err).Fields {
		got = append(got, f.Name)
	}
	if want := []string{"safety", "needs", "region", "age_known", "occurred_at"}; !slices.Equal(got, want) {
		t.Errorf("named %v, want %v", got, want)
	}
}

func take(w *world, by Actor, in TakeStepInput) error {
	return w.do(by, func(m Moment) (Decision, error) { return TakeStep(w.file(girl), in, m) })
}

func TestTakeStep(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		by   Actor
		in   TakeStepInput
		code string
	}{
		{"the commission identifies", decider, TakeStepInput{Step: "identify"}, ""},
		{"another body's step", inspector, TakeStepInput{Step: "identify"}, CodeStepNotYours},
		{"not open: she has not been refused", decider, TakeStepInput{Step: "review"}, CodeStepNotOpen},
		{"a removal while protection is open is held", officer, TakeStepInput{Step: "deport"}, CodeStepNotOpen},
		{"no such step", decider, TakeStepInput{Step: "crown"}, CodeStepUnknown},
		{"refusing without reasons or language", decider, TakeStepInput{Step: "refuse"}, CodeStepMinimum},
		{"a form that is out of date", decider, TakeStepInput{Step: "identify", Version: 1}, CodeFileChanged},
		{"tomorrow", decider, TakeStepInput{Step: "identify", OccurredAt: morning.Add(24 * time.Hour)}, "form.invalid"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.open()
			if err := take(w, row.by, row.in); row.code == "" && err != nil || row.code != "" && !fault.Is(err, row.code) {
				t.Errorf("want %q, got %v", row.code, err)
			}
		})
	}
}

// The product asks for reasons and a language even where the law names none,
// and says whose rule each is.
func TestAdverseMinimum(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	err := take(w, decider, TakeStepInput{Step: "refuse"})
	whose := map[string]string{}
	for _, f := range fault.Of(err).Fields {
		whose[f.Code] = f.Args["rule"]
	}
	if want := map[string]string{"adverse.reasons": "law", "adverse.language": "product"}; !reflect.DeepEqual(whose, want) {
		t.Fatalf("asked for %v, want %v", whose, want)
	}
	in := TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "uz", Understood: w.at}
	if err := take(w, decider, in); err != nil {
		t.Fatal(err)
	}
	f := w.file(girl)
	if f.Situation.Value("refuse_notice") != "understood" || w.last.Receipt.Due.IsZero() || w.last.Receipt.Next != "next.appeal_by" {
		t.Errorf("her limit does not run: %s, receipt %+v", f.Situation, w.last.Receipt)
	}
	if !slices.Contains(Relations(f)[decider.Body], RelDecided) {
		t.Error("the commission decided and is not said to have")
	}
	if err := take(w, decider, TakeStepInput{Step: "review"}); !fault.Is(err, CodeStepNotOpen) {
		t.Errorf("the one who refused reviews the refusal: %v", err)
	}
	if err := take(w, inspector, TakeStepInput{Step: "appeal"}); err != nil {
		t.Errorf("any worker records the person's own step: %v", err)
	}
}

func TestIrregular(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	if err := take(w, officer, TakeStepInput{Step: "deport", Irregular: true}); err != nil {
		t.Fatal(err)
	}
	f := w.file(girl)
	line := f.Timeline[slices.IndexFunc(f.Timeline, func(e Entry) bool { return e.Step == "deport" })]
	if line.Kind != TakenBreach || len(line.Failed) == 0 || line.Code() != "event.step.irregular" || f.Situation.Value("present") != "gone" {
		t.Errorf("what happened is not recorded as a breach with why: %+v", line)
	}
	if len(f.Tasks) != 1 || f.Tasks[0].Verb != "task.irregular_step" {
		t.Errorf("the coordinator does not hear of it: %+v", f.Tasks)
	}
	if err := take(w, inspector, TakeStepInput{Irregular: true, Set: map[string]string{"present": "here"}}); err != nil {
		t.Fatal(err)
	}
	if w.file(girl).Situation.Value("present") != "here" {
		t.Error("an occurrence that no step describes is not folded")
	}
	if err := take(w, inspector, TakeStepInput{Irregular: true, Set: map[string]string{"present": "moon"}}); err == nil {
		t.Error("a value no pack knows was recorded")
	}
}

// A late event makes a later step overtaken: shown, not undone, not a breach;
// correcting it restores everything.
func TestLateEventOvertakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	w.at = w.at.Add(48 * time.Hour)
	if err := take(w, decider, TakeStepInput{Step: "identify"}); err != nil {
		t.Fatal(err)
	}
	before := w.file(girl)
	w.at = w.at.Add(time.Hour)
	late := TakeStepInput{
		Step: "refuse", Reasons: withheld.New("x"), Language: "uz", OccurredAt: morning.Add(24 * time.Hour),
	}
	if err := take(w, decider, late); err != nil {
		t.Fatal(err)
	}
	find := func(f *File, step string) Entry {
		return f.Timeline[slices.IndexFunc(f.Timeline, func(e Entry) bool { return e.Step == step })]
	}
	f := w.file(girl)
	if l := find(f, "identify"); !l.Overtaken || l.Irregular {
		t.Errorf("identify is not overtaken: %+v", l)
	}
	if find(before, "identify").Overtaken {
		t.Error("the state a reader kept was changed in place")
	}
	if f.Situation.Value("victim") != "identified" {
		t.Error("an overtaken step was undone")
	}
	then, err := f.Known(w.laws, w.at.Add(-time.Minute))
	if err != nil || find(then, "identify").Overtaken || len(then.Timeline) != len(before.Timeline) {
		t.Errorf("as known then: %v", err)
	}
	refused := find(f, "refuse").Event
	correct := func(e id.Event) error {
		return w.do(inspector, func(m Moment) (Decision, error) { return Correct(w.file(girl), e, "wrong_person", m) })
	}
	given := f.Timeline[slices.IndexFunc(f.Timeline, func(e Entry) bool { return e.Step == "refuse_given" })].Event
	for _, e := range []id.Event{given, refused} {
		if err := correct(e); err != nil {
			t.Fatal(err)
		}
	}
	if now := w.file(girl); find(now, "identify").Overtaken || find(now, "refuse").Corrected == "" || !now.Situation.Equal(before.Situation) {
		t.Errorf("the correction did not restore it: %s, was %s", now.Situation, before.Situation)
	}
	if err := correct(refused); !fault.Is(err, CodeCorrectTwice) {
		t.Errorf("corrected twice: %v", err)
	}
	last := w.file(girl).Timeline[len(w.file(girl).Timeline)-1].Event
	if err := correct(last); err != nil {
		t.Fatal(err)
	}
	if find(w.file(girl), "refuse").Corrected != "" {
		t.Error("a correction that was corrected still takes the event out")
	}
}

func TestDocketAndLaw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	f := w.file(girl)
	if len(f.Due) != 1 || f.Due[0].Step != "identify" || f.Due[0].Due.IsZero() {
		t.Fatalf("identification is not on the docket with its term: %+v", f.Due)
	}
	if err := take(w, decider, TakeStepInput{Step: "identify"}); err != nil {
		t.Fatal(err)
	}
	w.at = time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC)
	w.must(Actor{}, func(m Moment) (Decision, error) { return ChangeLaw(w.file(girl), w.at.AddDate(0, 0, -1), m) })
	v := w.last.Events[0].Payload.(LawChanged)
	if !slices.Equal(v.Gained, []string{"entitlement.lawyer_for_victim"}) || len(v.Lost) != 0 || w.file(girl).Pinned != v.To {
		t.Errorf("the change of law says %+v", v)
	}
	w.must(Actor{}, func(m Moment) (Decision, error) { return ChangeLaw(w.file(girl), w.at.AddDate(0, 0, -1), m) })
	if len(w.last.Events) != 0 {
		t.Error("the same law changed twice")
	}
}

func TestSameAndJoined(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	second := fixed[id.File]("second")
	w.openWith(func(in *OpenFileInput) { in.File, in.Indicators, in.Age, in.AgeKnown = second, nil, 0, AgeAdult })
	same := func(decide func(f, o *File, reason string, m Moment) (Decision, error)) error {
		return w.do(decider, func(m Moment) (Decision, error) { return decide(w.file(girl), w.file(second), "one_face", m) })
	}
	if err := same(SaySame); err != nil {
		t.Fatal(err)
	}
	s, err := Joined(w.laws, w.at, w.file(girl), w.file(second))
	if err != nil || s.Value("victim") != "presumed" || s.Value("age") != "under_18" {
		t.Errorf("joined %s, %v: the more protective value of each", s, err)
	}
	if !slices.Equal(w.file(second).Same, []id.File{girl}) {
		t.Error("the other file does not say so")
	}
	if err := same(SaySame); !fault.Is(err, CodeSameSaid) {
		t.Errorf("said twice: %v", err)
	}
	if err := same(UnsaySame); err != nil || len(w.file(girl).Same)+len(w.file(second).Same) != 0 {
		t.Errorf("not taken back: %v", err)
	}
}

func TestRefusedAdultLeavesANumberOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ref := TallyRef("2026-03", "H-1")
	for n := 1; n <= 3; n++ {
		w.must(inspector, func(m Moment) (Decision, error) {
			return RefusedAdult(RefusedInput{Month: "2026-03", Region: "H-1", AgeBand: AgeAdult, Sex: "male"}, m)
		})
		if rows := Rows(w.states[ref]); (len(rows) > 0) != (n >= 3) {
			t.Errorf("after %d of few 3: %v", n, rows)
		}
	}
}

func TestOpenIsOnceAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	version := w.file(girl).Changed()
	see := func() int {
		w.must(inspector, func(m Moment) (Decision, error) { return Open(w.file(girl), Opened{What: "identity"}, m) })
		return len(w.last.Events)
	}
	if see() != 1 || see() != 0 {
		t.Error("one opening for a worker, what is shown, and hour")
	}
	w.at = w.at.Add(time.Hour)
	if see() != 1 || len(w.file(girl).Openings) != 2 || w.file(girl).Changed() != version {
		t.Error("the next hour is another opening, and none makes a form stale")
	}
}

// A code of a country becomes the group that the pack's law speaks of; words,
// silence and codes that disagree leave it not known, which favours the person:
// not recorded, or recorded as what the pack reads when nobody knows.
func TestCitizenshipSaysWhichGroup(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		first string   // on the first concern
		later []string // on the identity
		want  string
	}{
		{"of the country: not offered what is a foreigner's", "HIL", nil, "own"},
		{"any other country", "UZB", nil, "foreign"},
		{"typed in small letters", " hil ", nil, "own"},
		{"words are no code, and nobody guesses", "from the hills", nil, ""},
		{"a code that says it is not known", "XXX", nil, "unclear"},
		{"nobody asked", "", nil, ""},
		{"learned later", "", []string{"HIL"}, "own"},
		{"better known later", "UZB", []string{"HIL"}, "own"},
		{"two that disagree", "UZB", []string{"HIL", "UZB"}, "unclear"},
		{"later words change nothing", "UZB", []string{"some country"}, "foreign"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.openWith(func(in *OpenFileInput) { in.Citizenship = withheld.New(row.first) })
			if len(row.later) > 0 {
				var codes []withheld.Text
				for _, code := range row.later {
					codes = append(codes, withheld.New(code))
				}
				w.must(inspector, func(m Moment) (Decision, error) {
					return AddIdentity(w.file(girl), AddIdentityInput{Identity: Identity{Citizen: codes}}, m)
				})
			}
			if got := w.file(girl).Situation.Value("nat"); got != row.want {
				t.Errorf("nat is %s, want %s", got, row.want)
			}
		})
	}
}

func TestIdentityMendsTheAge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open()
	add := func(born string) error {
		return w.do(inspector, func(m Moment) (Decision, error) {
			return AddIdentity(w.file(girl), AddIdentityInput{Identity: Identity{Born: Born{Date: withheld.New(born)}}}, m)
		})
	}
	if err := add("2014-02-30"); err == nil {
		t.Error("a day that never was")
	}
	if err := add("2014"); err != nil {
		t.Fatal(err)
	}
	if f := w.file(girl); f.AgeKnown != AgeUnder18 || f.AgeBand != "under_14" || f.Situation.Value("age") != "under_14" {
		t.Errorf("known %s, band %s, fact %s", f.AgeKnown, f.AgeBand, f.Situation.Value("age"))
	}
	if err := add("1990-05"); err != nil || w.file(girl).Child() {
		t.Errorf("a grown woman on the child's path: %v", err)
	}
}
