package desk_test

import (
	"slices"
	"strconv"
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

// opens begins a case today, about an act of a day.
func (w *world) opens(who access.Who, actOn string, articles ...string) id.Track {
	w.t.Helper()
	track := id.New[id.Track](w.now())
	w.must(w.desk.OpenTrack(w.t.Context(), who, desk.TrackInput{
		Key: w.k(), Track: track, Kind: "criminal_case", ActOn: actOn, Articles: articles, Accused: []desk.AccusedRow{{N: "2", Sex: "male", Age: "adult"}},
	}))
	return track
}

func (w *world) acts(who access.Who, track id.Track, in desk.TrackAct) error {
	in.Key, in.Track = w.k(), track
	_, err := w.desk.ActOnTrack(w.t.Context(), who, in)
	return err
}

func (w *world) acted(who access.Who, track id.Track, in desk.TrackAct) {
	w.t.Helper()
	if err := w.acts(who, track, in); err != nil {
		w.t.Fatalf("%s %s: %v", in.Do, in.Step, explain(err))
	}
}

func (w *world) track(who access.Who, track id.Track) desk.TrackView {
	w.t.Helper()
	v, err := w.desk.Track(w.t.Context(), who, track)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// mends says whether a form is refused for one thing.
func mends(err error, code string) bool {
	return err != nil && slices.ContainsFunc(fault.Of(err).Fields, func(f fault.Field) bool { return f.Code == code })
}

// The code that punishes is the one of the day of the act: the other version's article
// is refused, with which article it is where a source says so.
func TestTheCodeOfTheDayOfTheAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	investigator := w.body("police", "Police", "investigator")
	for _, row := range []struct {
		why, actOn string
		articles   []string
		code, same string
	}{
		{"today's code", "2026-11-02", []string{"cc_128"}, "", ""},
		{"several articles", "2026-11-02", []string{"cc_128", "cc_135"}, "", ""},
		{"an old act keeps its old article", "2014-12-31", []string{"cc_old_128"}, "", ""},
		{"the old article for a new act, with the new one", "2015-01-01", []string{"cc_old_128"}, casework.CodeTrackOtherCode, "cc_128"},
		{"the new article for an old act, with the old one", "2014-12-31", []string{"cc_128"}, casework.CodeTrackOtherCode, "cc_old_128"},
		{"no source says which it was", "2014-12-31", []string{"cc_116"}, casework.CodeTrackNotInForce, ""},
		{"an article of another code than a criminal one", "2026-11-02", []string{"coao_517"}, "not_a_choice", ""},
		{"no article", "2026-11-02", nil, casework.CodeTrackNoArticle, ""},
		{"an act that has not happened", "2026-12-02", []string{"cc_128"}, "future", ""},
		{"no day", "", []string{"cc_128"}, "field.required", ""},
	} {
		_, err := w.desk.OpenTrack(t.Context(), investigator, desk.TrackInput{
			Key: w.k(), Track: id.New[id.Track](w.now()), Kind: "criminal_case", ActOn: row.actOn, Articles: row.articles,
		})
		var code, same string
		if err != nil {
			for _, f := range fault.Of(err).Fields {
				code, same = f.Code, f.Args["same"]
			}
		}
		if code != row.code || same != row.same {
			t.Errorf("%s: %q %q, want %q %q (%v)", row.why, code, same, row.code, row.same, err)
		}
	}
	w.agrees()
}

// A case from its registration to what the victims got, and each way that is shut.
func TestACaseAlongItsLadder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := w.body("police", "Police", "investigator")
	track := w.opens(inv, "2026-10-02", "cc_128")
	w.acted(inv, track, desk.TrackAct{Do: "charge", ActOn: "2026-10-02", Articles: []string{"cc_128", "cc_134"}, Reasons: withheld.New("A girl of sixteen was there too")})
	w.acted(inv, track, desk.TrackAct{Do: "accused", Accused: []desk.AccusedRow{{N: "3", Sex: "male", Age: "adult"}, {N: "1", Sex: "female"}}})
	w.acted(inv, track, desk.TrackAct{Do: "move", Step: "follow_case_money"})
	w.acted(inv, track, desk.TrackAct{Do: "move", Step: "suspend_case", Reasons: withheld.New("Whoever is accused is not found")})
	if err := w.acts(inv, track, desk.TrackAct{Do: "move", Step: "send_case_to_court"}); !fault.Is(err, casework.CodeTrackNotOpen) {
		t.Errorf("a suspended case goes to court: %v", err)
	}
	w.acted(inv, track, desk.TrackAct{Do: "move", Step: "resume_case"})
	w.acted(inv, track, desk.TrackAct{Do: "money", Money: "case_frozen", Sum: "5 000 000"})
	w.acted(inv, track, desk.TrackAct{Do: "move", Step: "send_case_to_court"})
	w.acted(w.judge, track, desk.TrackAct{Do: "money", Money: "case_confiscated", Sum: "3000000"})
	if err := w.acts(w.judge, track, desk.TrackAct{Do: "money", Money: "case_to_victims", Sum: "3000001"}); !mends(err, casework.CodeTrackMoneyPart) {
		t.Errorf("more goes to victims than was confiscated: %v", err)
	}
	w.acted(w.judge, track, desk.TrackAct{Do: "money", Money: "case_to_victims", Sum: "1000000"})
	if err := w.acts(w.judge, track, desk.TrackAct{Do: "money", Money: "case_fund_paid", Sum: "1"}); !mends(err, casework.CodeTrackMoneyWhose) {
		t.Errorf("a court pays for the Fund: %v", err)
	}
	w.acted(w.judge, track, desk.TrackAct{Do: "move", Step: "convict"})
	v := w.track(w.judge, track)
	if v.Stage != "ended" || v.Outcome != "convicted" || v.Trail != "followed" || v.Accused != 4 || !slices.Equal(v.Articles, []string{"cc_128", "cc_134"}) {
		t.Errorf("%+v", v.TrackLine)
	}
	for _, act := range []desk.TrackAct{{Do: "accused"}, {Do: "charge", ActOn: "2026-10-02", Articles: []string{"cc_128"}, Reasons: withheld.New("x")}} {
		if err := w.acts(inv, track, act); !fault.Is(err, casework.CodeTrackEnded) {
			t.Errorf("%s of an ended case: %v", act.Do, err)
		}
	}
	w.acted(inv, track, desk.TrackAct{Do: "money", Money: "case_fund_paid", Sum: "118000"}) // the Fund pays after the judgment too
	w.agrees()
}

// Where a case is stopped or ended, somebody says on which ground; a mistake is taken
// out with a reason, stays in the record, and what rests on a sum keeps it there.
func TestGroundsAndCorrections(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := w.body("police", "Police", "investigator")
	track := w.opens(inv, "2026-10-02", "cc_128")
	for _, step := range []string{"suspend_case", "discontinue_case", "remove_case", "end_case_asked", "leave_money"} {
		if err := w.acts(inv, track, desk.TrackAct{Do: "move", Step: step}); !mends(err, "field.required") {
			t.Errorf("%s without a ground: %v", step, err)
		}
	}
	if err := w.acts(inv, track, desk.TrackAct{Do: "move", Step: "follow_case_money", At: "2026-10-02"}); !mends(err, casework.CodeTrackBefore) {
		t.Errorf("before it was registered: %v", err)
	}
	w.acted(inv, track, desk.TrackAct{Do: "move", Step: "discontinue_case", Reasons: withheld.New("the wrong case")})
	log := w.track(inv, track).Log
	wrong := log[len(log)-1].ID
	if err := w.acts(inv, track, desk.TrackAct{Do: "correct", Event: wrong}); !mends(err, "field.required") {
		t.Errorf("a correction without a reason: %v", err)
	}
	w.acted(inv, track, desk.TrackAct{Do: "correct", Event: wrong, Reasons: withheld.New("another case was meant")})
	v := w.track(inv, track)
	if v.Stage != "investigated" || v.State != "open" || len(v.Log) != 3 || !v.Log[1].Corrected {
		t.Errorf("%s, %d entries", v.Stage, len(v.Log))
	}
	if err := w.acts(inv, track, desk.TrackAct{Do: "correct", Event: wrong, Reasons: withheld.New("again")}); !fault.Is(err, casework.CodeCorrect) {
		t.Errorf("twice: %v", err)
	}
	w.acted(inv, track, desk.TrackAct{Do: "money", Money: "case_confiscated", Sum: "100"})
	w.acted(inv, track, desk.TrackAct{Do: "money", Money: "case_to_victims", Sum: "60"})
	v = w.track(inv, track)
	if err := w.acts(inv, track, desk.TrackAct{Do: "correct", Event: v.Log[3].ID, Reasons: withheld.New("no")}); !mends(err, casework.CodeTrackMoneyRests) {
		t.Errorf("a sum that another is a part of: %v", err)
	}
	if err := w.acts(inv, track, desk.TrackAct{Do: "accused", Version: v.Version - 1}); !fault.Is(err, casework.CodeTrackChanged) {
		t.Errorf("somebody was faster: %v", err)
	}
	w.agrees()
}

// What one case held goes into the other, once: it is not counted twice.
func TestCasesAreJoinedAndSeparated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := w.body("police", "Police", "investigator")
	one, other := w.opens(inv, "2026-10-02", "cc_128"), w.opens(inv, "2026-10-05", "cc_135")
	w.acted(inv, one, desk.TrackAct{Do: "money", Money: "case_frozen", Sum: "70"})
	join := desk.TrackAct{Do: "move", Step: "join_case", Reasons: withheld.New("the same farm")}
	if err := w.acts(inv, one, join); !mends(err, casework.CodeTrackInto) {
		t.Errorf("into nothing: %v", err)
	}
	join.Into = one
	if err := w.acts(inv, one, join); !mends(err, casework.CodeTrackIntoEnded) {
		t.Errorf("into itself: %v", err)
	}
	join.Into = w.opens(w.body("police", "Other police", "investigator"), "2026-10-02", "cc_128")
	if err := w.acts(inv, one, join); !mends(err, casework.CodeTrackInto) {
		t.Errorf("into a case of another body: %v", err)
	}
	join.Into = other
	w.acted(inv, one, join)
	v := w.track(inv, other)
	if v.Accused != 4 || !slices.Equal(v.Articles, []string{"cc_135", "cc_128"}) || v.Money[0].Sum != 70 {
		t.Errorf("%d accused, %v, %+v", v.Accused, v.Articles, v.Money)
	}
	if v := w.track(inv, one); v.Outcome != "joined" || v.Into != other || v.Log[2].May {
		t.Errorf("%s into %s", v.Outcome, v.Into)
	}
	for why, act := range map[string]desk.TrackAct{
		"a sum that nobody would count": {Do: "money", Money: "case_frozen", Sum: "5"},
		"a step of what is elsewhere":   {Do: "move", Step: "leave_money", Reasons: withheld.New("no money")},
	} {
		if err := w.acts(inv, one, act); !fault.Is(err, casework.CodeTrackGoesOn) {
			t.Errorf("%s: %v", why, err)
		}
	}
	if v := w.track(inv, one); len(v.Offers) > 0 || slices.ContainsFunc(v.Money, func(m desk.MoneyLine) bool { return m.Mine }) {
		t.Errorf("a joined case offers %+v %+v", v.Offers, v.Money)
	}
	part := id.New[id.Track](w.now())
	w.must(w.desk.OpenTrack(t.Context(), inv, desk.TrackInput{Key: w.k(), Track: part, Kind: "criminal_case", ActOn: "2026-10-05", Articles: []string{"cc_135"}, From: other}))
	if v := w.track(inv, part); v.From != other {
		t.Errorf("separated from %q", v.From)
	}
	w.agrees()
}

// A sum that came over with another case is put right where it is counted: once, with
// a reason, and never so that a part is more than its whole.
func TestASumThatWasTakenOverIsCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := w.body("police", "Police", "investigator")
	one, other := w.opens(inv, "2026-10-02", "cc_128"), w.opens(inv, "2026-10-05", "cc_135")
	for _, m := range []struct{ kind, sum string }{{"case_frozen", "70"}, {"case_confiscated", "50"}, {"case_to_victims", "40"}} {
		w.acted(inv, one, desk.TrackAct{Do: "money", Money: m.kind, Sum: m.sum})
	}
	w.acted(inv, one, desk.TrackAct{Do: "move", Step: "join_case", Into: other, Reasons: withheld.New("the same farm")})
	log := w.track(inv, other).Log
	took := log[slices.IndexFunc(log, func(e desk.TrackEvent) bool { return e.Type == "track.took" })]
	if len(took.Took) != 3 || took.May {
		t.Fatalf("%+v", took)
	}
	correct := desk.TrackAct{Do: "correct", Event: took.ID, Took: 1, Reasons: withheld.New("a slip: it was released")}
	for why, act := range map[string]struct {
		took int
		code string
	}{
		"the whole of what came over": {0, casework.CodeCorrect}, "a sum that did not come": {4, casework.CodeCorrect}, "less than none": {-1, casework.CodeCorrect},
	} {
		bad := correct
		bad.Took = act.took
		if err := w.acts(inv, other, bad); !fault.Is(err, act.code) {
			t.Errorf("%s: %v", why, err)
		}
	}
	whole := correct
	whole.Took = 2
	if err := w.acts(inv, other, whole); !mends(err, casework.CodeTrackMoneyRests) {
		t.Errorf("what was paid out of it is more: %v", err)
	}
	silent := correct
	silent.Reasons = withheld.Text{}
	if err := w.acts(inv, other, silent); err == nil {
		t.Error("corrected without a reason")
	}
	w.acted(inv, other, correct)
	sums := map[string]int{}
	for _, m := range w.track(inv, other).Money {
		sums[m.ID] = m.Sum
	}
	if sums["case_frozen"] != 0 || sums["case_confiscated"] != 50 || sums["case_to_victims"] != 40 {
		t.Errorf("after it: %v", sums)
	}
	if err := w.acts(inv, other, correct); !fault.Is(err, casework.CodeCorrect) {
		t.Errorf("a second time: %v", err)
	}
	third := w.opens(inv, "2026-10-05", "cc_135")
	w.acted(inv, other, desk.TrackAct{Do: "move", Step: "join_case", Into: third, Reasons: withheld.New("one more")})
	late := correct
	late.Took = 3
	if err := w.acts(inv, other, late); !fault.Is(err, casework.CodeTrackGoesOn) {
		t.Errorf("a sum that is counted elsewhere by now: %v", err)
	}
	w.agrees()
}

// Who sees a case, and who does not learn that there is one.
func TestWhoSeesACase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := w.body("police", "Police", "investigator")
	prosecutor, far := w.body("prosecutor", "Prosecutor", "prosecutor"), w.body("prosecutor", "Far away", "prosecutor")
	far.Region = "KZ-71"
	officer := inv
	officer.Role = "officer"
	track := w.opens(inv, "2026-10-02", "cc_128")
	for _, row := range []struct {
		who  access.Who
		sees bool
		why  string
	}{
		{inv, true, "the body that began it"}, {prosecutor, true, "the region's prosecutor"}, {far, false, "another region's"},
		{w.judge, false, "a court that does not have it"}, {w.shelter, false, "a shelter"}, {w.identifiers, false, "who decides about victims"},
		{officer, false, "an officer who investigates nothing"}, {w.body("police", "Other police", "investigator"), false, "another police"},
		{w.inspector, false, "an inspector"}, {w.coordinator, false, "the coordinator"}, {w.admin, false, "an administrator"},
	} {
		_, err := w.desk.Track(t.Context(), row.who, track)
		list, listErr := w.desk.Tracks(t.Context(), row.who)
		if (err == nil) != row.sees || (listErr == nil && len(list.Lines) == 1) != row.sees || err != nil && !isWithheld(err) {
			t.Errorf("%s: %v, %v", row.why, err, listErr)
		}
		if figures, err := w.desk.TrackFigures(t.Context(), row.who, ""); (err == nil && len(figures.Years) == 1) != row.sees {
			t.Errorf("%s: figures %+v, %v", row.why, figures, err)
		}
		if err := w.acts(row.who, track, desk.TrackAct{Do: "accused"}); row.sees == isWithheld(err) {
			t.Errorf("%s acts: %v", row.why, err)
		}
	}
	w.acted(inv, track, desk.TrackAct{Do: "move", Step: "send_case_to_court"})
	if v := w.track(w.judge, track); len(v.Offers) != 2 || v.Form.Kinds != nil {
		t.Errorf("the court has it: %+v", v.Offers)
	}
}

// A woman is recognised and housed. The case she belongs to is linked by who may see
// both; it ends, and nothing of hers ends with it. Who sees the case and not the file
// learns nothing of her.
func TestACaseThatEndsTakesNothingFromHer(t *testing.T) {
	t.Parallel()
	w := aWomanIn(t, "2026-11-23")
	w.takes(w.identifiers, "identify", identified)
	w.takes(w.shelter, "give_services", nil)
	w.take(w.shelter, w.file, "report_crime", nil)
	w.waits(w.investigator, "open_case")
	track := w.opens(w.investigator, "2026-10-02", "cc_128")
	before := w.hers()
	w.acted(w.investigator, track, desk.TrackAct{Do: "link", Number: strings.ToLower(id.Number(w.file))})
	if err := w.acts(w.investigator, track, desk.TrackAct{Do: "link", Number: string(w.file)}); !fault.Is(err, casework.CodeTrackLinked) {
		t.Errorf("linked twice: %v", err)
	}
	if after := w.hers(); after != before {
		t.Errorf("before she was in the case %s\nafter                       %s", before, after)
	}
	v := w.track(w.investigator, track)
	if len(v.Files) != 1 || !slices.Contains(v.Files[0].Steps, "open_case") {
		t.Fatalf("what the case says is not offered on her file: %+v", v.Files)
	}
	if err := w.acts(w.investigator, track, desk.TrackAct{Do: "file_step", File: w.file, Step: "recognise_injured"}); !fault.Is(err, casework.CodeStepUnknown) {
		t.Errorf("a step in her file that the case's record does not say: %v", err)
	}
	w.acted(w.investigator, track, desk.TrackAct{Do: "file_step", File: w.file, Step: "open_case"})
	if v = w.track(w.investigator, track); slices.Contains(v.Files[0].Steps, "open_case") || !slices.Contains(v.Files[0].Says, desk.Change{Var: "criminal", To: "opened"}) {
		t.Errorf("her file says %+v", v.Files[0])
	}
	before = w.hers() // with what the law of the day gives her because a case was opened
	w.unseenInCourt()
	w.acted(w.investigator, track, desk.TrackAct{Do: "move", Step: "end_case_asked", Reasons: withheld.New("she asked")})
	if after := w.hers(); after != before {
		t.Errorf("before the case ended %s\nafter                 %s", before, after)
	}
	if v := w.track(w.investigator, track); !slices.Contains(v.Files[0].Decides, "close_case") || slices.Contains(v.Files[0].Steps, "close_case") {
		t.Errorf("closing is a decision in her file, with reasons: %+v", v.Files[0])
	}
	if err := w.acts(w.investigator, track, desk.TrackAct{Do: "file_step", File: w.file, Step: "close_case"}); !fault.Is(err, casework.CodeStepMinimum) {
		t.Errorf("decided in her file without a reason: %v", err)
	}
	w.take(w.investigator, w.file, "close_case", nil)
	for _, stays := range []string{"entitlement.services_identified", "hold.identified_stays"} {
		if !strings.Contains(w.hers(), stays) {
			t.Errorf("%s ended with the case: %s", stays, w.hers())
		}
	}
	w.agrees()
}

// unseenInCourt: a court that has a case she is in learns nothing of her, neither
// that she is in it nor how many are, and adds nobody whose file it may not open.
func (w *herWay) unseenInCourt() {
	w.t.Helper()
	away, judge := w.investigator, w.judge
	away.Region, judge.Region = "KZ-71", "KZ-71" // a case of a region that has nothing to do with her file
	track := w.opens(away, "2026-10-02", "cc_128")
	w.acted(w.investigator, track, desk.TrackAct{Do: "link", Number: string(w.file)})
	w.acted(w.investigator, track, desk.TrackAct{Do: "move", Step: "send_case_to_court"})
	if v := w.track(judge, track); len(v.Files) != 0 || len(v.Waiting) != 0 {
		w.t.Errorf("the court learns of her: %+v %+v", v.Files, v.Waiting)
	}
	if err := w.acts(judge, track, desk.TrackAct{Do: "link", Number: id.Number(w.file)}); !mends(err, "track.no_file") {
		w.t.Errorf("a file that is not open to the court: %v", err)
	}
	if err := w.acts(judge, track, desk.TrackAct{Do: "link", Number: string(w.file)}); !isWithheld(err) {
		w.t.Errorf("the same by its id: %v", err)
	}
}

// hers is her status, her room and what is owed to her, as her shelter sees it.
func (w *herWay) hers() string {
	w.t.Helper()
	v, err := w.desk.File(w.t.Context(), w.shelter, w.file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, s := range v.Safeguards {
		if s.ID != "may_be_silent" { // whether a victim may refuse to testify; it stands either way
			out = append(out, s.Kind+"."+s.ID)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// Figures give out no number that says what one case was about: cells below the
// pack's few go with others, an article of few is not given out, nor a sum of few.
func TestFiguresOfCasesHideTheFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	few := w.laws.p.Standards.Few
	inv := w.body("police", "Police", "investigator")
	var tracks []id.Track
	for i := range 2*few + 1 {
		article := "cc_128"
		if i == 0 {
			article = "cc_116"
		}
		tracks = append(tracks, w.opens(inv, "2026-10-0"+strconv.Itoa(i%9+1), article))
	}
	w.acted(inv, tracks[0], desk.TrackAct{Do: "money", Money: "case_frozen", Sum: "70"})
	w.acted(inv, tracks[1], desk.TrackAct{Do: "move", Step: "send_case_to_court"})
	w.acted(inv, tracks[2], desk.TrackAct{Do: "move", Step: "join_case", Into: tracks[3], Reasons: withheld.New("the same")})
	f, err := w.desk.TrackFigures(t.Context(), inv, "")
	if err != nil || len(f.Years) != 1 {
		t.Fatal(err, f.Years)
	}
	y := f.Years[0]
	if y.Cases != 2*few || !y.Running || y.Year != w.now().In(time.UTC).Year() {
		t.Errorf("%+v: a joined case is counted where it went", y)
	}
	for _, r := range y.Rows {
		if r.Cases != desk.Few || slices.ContainsFunc(r.Cells, func(n int) bool { return n != desk.Few }) {
			t.Errorf("%s says %d %v: the one other article would be had by taking away", r.Article, r.Cases, r.Cells)
		}
	}
	if y.Rest != 2*few || y.Money[0].Sum != desk.Few || y.Money[0].Cases != desk.Few {
		t.Errorf("together %d, %+v", y.Rest, y.Money)
	}
}
