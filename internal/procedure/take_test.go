package procedure

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func hours(n int) time.Time { return noonTuesday.Add(time.Duration(n) * time.Hour) }

func offer(t *testing.T, m *Model, s Situation, id string, at time.Time) Offer {
	t.Helper()
	o, ok := m.Offer(s, id, at)
	if !ok {
		t.Fatalf("no step %s", id)
	}
	return o
}

func why(reasons []Reason) string {
	var out []string
	for _, r := range reasons {
		out = append(out, strings.TrimSpace(r.Code+" "+r.Bar+r.Guard))
	}
	return strings.Join(out, "; ")
}

func TestNext(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	for _, row := range []struct {
		why       string
		facts     map[string]string
		step      string
		state     OfferState
		reasons   string
		questions string
	}{
		{"a duty that may be done", nil, "presume", Open, "", ""},
		{"why not: each part that fails, in order", map[string]string{"victim": "presumed", "present": "gone"}, "presume", Closed, `conjunct victim == "none"; conjunct present == "here"`, ""},
		{"a step that gives hangs on the law: offered, marked", map[string]string{"victim": "presumed"}, "shelter", Unclear, `conjunct unknown("q_appeal")`, "q_appeal"},
		{"a removal of nobody protected", map[string]string{"age": "adult"}, "deport", Open, "", ""},
		{"a removal a bar binds", map[string]string{"age": "adult", "victim": "identified"}, "deport", Closed, `bar identifiedvictim == "identified" && !child`, ""},
		{"a removal that hangs on the law is held", map[string]string{"victim": "identified"}, "deport", Held, `bar child_barchild && victim != "none" && unknown("q_child")`, "q_child"},
		{"a removal while protection is open is held", map[string]string{"age": "adult", "victim": "presumed"}, "deport", Held, "hold protection_open", ""},
		{"an adverse step on clear law is open", map[string]string{"victim": "presumed"}, "refuse", Open, "", ""},
	} {
		got := offer(t, m, m.Begin(row.facts), row.step, noonTuesday)
		if got.State != row.state || why(got.Why) != row.reasons || strings.Join(got.Questions, " ") != row.questions {
			t.Errorf("%s: %s is %s because %s %v", row.why, row.step, got.State, why(got.Why), got.Questions)
		}
	}
	if got := offer(t, m, m.Begin(nil), "presume", noonTuesday).Owed; got != Depends {
		t.Errorf("owed where nobody can know the fact is %d, want Depends", got)
	}
	if got, want := len(m.Next(m.Begin(nil), noonTuesday)), len(m.Steps()); got != want {
		t.Errorf("Next has %d of %d steps", got, want)
	}
}

func TestAdverseOnOpenQuestionIsHeld(t *testing.T) {
	t.Parallel()
	spec := hill()
	spec.Steps[2].When = `victim == "presumed" && unknown("q_child")`
	m := compiled(t, spec)
	s := m.Begin(map[string]string{"victim": "presumed"})
	if got := offer(t, m, s, "refuse", noonTuesday); got.State != Held {
		t.Errorf("an adverse step that hangs on the law is %s", got.State)
	}
	after, o := m.Take(s, "refuse", noonTuesday)
	if o.Kind != Unheld || !o.Irregular() || after.Value("victim") != "not_identified" {
		t.Errorf("done all the same it is %s and victim is %s", o.Kind, after.Value("victim"))
	}
}

func TestTakeAppliesWhatHappened(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	s := m.Begin(map[string]string{"age": "adult"})
	s, o := m.Take(s, "presume", hours(0))
	if o.Kind != Lawful || fmt.Sprint(o.Sets) != "[{victim none presumed}]" {
		t.Fatalf("presume: %+v", o)
	}
	s, _ = m.Take(s, "identify", hours(1))
	after, o := m.Take(s, "deport", hours(2))
	if o.Kind != Breach || why(o.Why) != `bar identifiedvictim == "identified" && !child` || after.Value("present") != "gone" {
		t.Errorf("a removal despite a bar: %s because %s, present %s", o.Kind, why(o.Why), after.Value("present"))
	}
	if same, o := m.Take(s, "no_such_step", hours(3)); o.Kind != Breach || !same.Equal(s) || o.Why[0].Code != "unknown_step" {
		t.Errorf("a step nobody declares: %+v", o)
	}
}

func TestNotice(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	s, _ := m.Take(m.Begin(nil), "presume", hours(0))
	s, _ = m.Take(s, "refuse", hours(1))
	if s.Value("refuse_notice") != "due" || len(m.Clocks(s, hours(1))) != 0 {
		t.Errorf("after the decision notice is %q and %d clocks run", s.Value("refuse_notice"), len(m.Clocks(s, hours(1))))
	}
	if got := offer(t, m, s, "refuse_given", hours(2)); got.State != Open || got.Owed != True || got.Step.NoticeOf != "refuse" {
		t.Errorf("giving notice is %s, owed %d", got.State, got.Owed)
	}
	s, _ = m.Take(s, "refuse_given", hours(2))
	if len(m.Clocks(s, hours(3))) != 0 {
		t.Error("the limit runs before the notice was understood")
	}
	s, _ = m.Take(s, "refuse_understood", hours(30))
	clocks := m.Clocks(s, hours(31))
	if len(clocks) != 1 || clocks[0].Clock.ID != "appeal_limit" || !clocks[0].Due.Equal(time.Date(2026, 4, 5, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("the limit after understanding: %+v", clocks)
	}
	if got := offer(t, m, s, "appeal", hours(31)); got.State != Open {
		t.Errorf("appeal in time is %s because %s", got.State, why(got.Why))
	}
	late := time.Date(2026, 4, 5, 0, 0, 0, 0, time.UTC)
	if got := offer(t, m, s, "appeal", late); got.State != Closed {
		t.Errorf("appeal at 24:00 of the last day is %s", got.State)
	}
	if got := offer(t, m, s, "appeal", late.Add(-time.Second)); got.State != Open {
		t.Errorf("appeal a second before is %s", got.State)
	}
}

func TestNoNoticeStartsTheLimitAtOnce(t *testing.T) {
	t.Parallel()
	spec := hill()
	spec.Steps[2].Adverse.Notice, spec.Steps[2].Adverse.Basis = "none", []Basis{{Act: "law"}}
	m := compiled(t, spec)
	s, _ := m.Take(m.Begin(map[string]string{"victim": "presumed"}), "refuse", hours(0))
	if got := m.Clocks(s, hours(0)); len(got) != 1 || m.Step("refuse_given") != nil {
		t.Errorf("%d clocks run where no notice is asked", len(got))
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	s := m.Begin(nil)
	round := func(s Situation, from int) (Situation, Outcome) {
		for i, step := range []string{"refuse", "refuse_given", "refuse_understood"} {
			s, _ = m.Take(s, step, hours(from+i))
		}
		return m.Take(s, "appeal", hours(from+3))
	}
	s, _ = m.Take(s, "presume", hours(0))
	s, o := round(s, 1)
	if o.Kind != Lawful || s.Value("care.rounds") != "1" || s.Value("refuse_notice") != "none" || s.Value("victim") != "presumed" {
		t.Errorf("the first new round: %s, %s", o.Kind, s)
	}
	s, o = round(s, 10)
	if o.Kind != Breach || o.Why[0].Code != "rounds" || s.Value("care.rounds") != "1" {
		t.Errorf("a round too many: %s %s, %s", o.Kind, why(o.Why), s)
	}
}

func TestExistsAndHoldAndIrregular(t *testing.T) {
	t.Parallel()
	spec := hill()
	spec.Steps[0].Exists = "q_child"
	spec.Bars = append(spec.Bars, Bar{ID: "pause", Level: "hold", Binds: []string{"identify"}, When: `present == "gone"`})
	spec.Steps = append(spec.Steps, Step{ID: "vanish", Force: World, Irregular: true, Set: map[string]string{"present": "gone"}})
	m := compiled(t, spec)
	if got := offer(t, m, m.Begin(nil), "presume", noonTuesday); got.State != Unclear || got.Why[0].Code != "exists" {
		t.Errorf("a step whose existence is doubted is %s: %s", got.State, why(got.Why))
	}
	held := m.Begin(map[string]string{"victim": "presumed", "present": "gone"})
	if got := offer(t, m, held, "identify", noonTuesday); got.State != Held || got.Why[0].Bar != "pause" {
		t.Errorf("a step a hold binds is %s", got.State)
	}
	for _, b := range m.Removal(held, noonTuesday).Bars {
		if b.Name == "pause" {
			t.Error("a hold on another step is a ground against removal")
		}
	}
	if got := offer(t, m, held, "vanish", noonTuesday); got.State != Closed || got.Why[0].Code != "irregular" {
		t.Errorf("an irregular step is offered: %s", got.State)
	}
	s, o := m.Take(m.Begin(nil), "vanish", noonTuesday)
	if o.Kind != Breach || s.Value("present") != "gone" {
		t.Errorf("an irregular step: %s, present %s", o.Kind, s.Value("present"))
	}
}

func TestEntitlements(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	got := m.Entitlements(m.Begin(map[string]string{"victim": "identified", "claim": "refused"}), noonTuesday)
	if len(got) != 2 || got[0].Entitlement.ID != "stay_victim" || got[0].Questions != nil || strings.Join(got[1].Questions, " ") != "q_appeal" {
		t.Errorf("entitlements %+v", got)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	a, _ := m.Take(m.Begin(map[string]string{"age": "adult", "can_write": "able"}), "presume", hours(0))
	b := m.Begin(map[string]string{"age": "under_18", "claim": "registered"})
	for _, s := range []Situation{m.Join(a, b), m.Join(b, a)} {
		for _, row := range []struct{ why, name, value string }{
			{"the safer value of one file", "victim", "presumed"},
			{"and of the other", "claim", "registered"},
			{"two ages make the age not known, read as a child", "age", "under_18"},
			{"a fact that one file knows", "can_write", "able"},
		} {
			if got := m.Read(s, row.name); got != row.value {
				t.Errorf("%s: %s is %s", row.why, row.name, got)
			}
		}
		if s.Value("age") != "" || len(m.Clocks(s, hours(1))) != 1 {
			t.Errorf("joined: %s", s)
		}
	}
}

func TestReplay(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	on := func(time.Time) (*Model, error) { return m, nil }
	story := []Happening{
		{ID: "3", At: hours(5), Recorded: hours(5), Step: "identify", Decided: Lawful},
		{ID: "1", At: hours(0), Recorded: hours(0), Step: "presume", Values: map[string]string{"age": "adult"}, Decided: Lawful},
		{ID: "2", At: hours(2), Recorded: hours(2), Values: map[string]string{"claim": "registered"}},
	}
	late := Happening{ID: "4", At: hours(4), Recorded: hours(9), Step: "refuse", Decided: Lawful}
	undo := Happening{ID: "5", At: hours(10), Recorded: hours(10), Corrects: "4"}
	redo := Happening{ID: "6", At: hours(11), Recorded: hours(11), Corrects: "5"}
	for _, row := range []struct {
		why       string
		extra     []Happening
		overtaken string
	}{
		{"in order of occurring, whatever the order of recording", nil, ""},
		{"a late record overtakes what came after it; nothing is undone", []Happening{late}, "3"},
		{"corrected, it leaves the fold", []Happening{late, undo}, ""},
		{"a corrected correction brings it back", []Happening{late, undo, redo}, "3"},
	} {
		s, judged, err := Replay(on, hours(-1), nil, append(append([]Happening{}, story...), row.extra...))
		var overtaken []string
		for _, j := range judged {
			if j.Overtaken {
				overtaken = append(overtaken, j.Happening.ID)
			}
		}
		if err != nil || strings.Join(overtaken, " ") != row.overtaken || s.Value("victim") != "identified" || s.Value("claim") != "registered" {
			t.Errorf("%s: overtaken %v, %s (%v)", row.why, overtaken, s, err)
		}
	}
}
