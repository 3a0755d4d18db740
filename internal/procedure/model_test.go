package procedure

import (
	"strings"
	"testing"
	"time"
)

// hill is an invented country, small enough to hold in the head.
func hill() Spec {
	return Spec{
		Facts: []Fact{
			{Name: "age", Values: []string{"under_14", "under_18", "adult"}, From: "birth_date", NotKnown: "under_18"},
			{Name: "can_write", Values: []string{"unable", "able"}, NotKnown: "unable"},
			{Name: "exploited", Values: []string{"was_not", "was"}, Hidden: true},
		},
		Vars: []Var{
			{Name: "victim", Procedure: "care", Values: []string{"none", "not_identified", "presumed", "identified"}, Start: []string{"none"}},
			{Name: "present", Values: []string{"gone", "here"}, Start: []string{"here"}},
			{Name: "claim", Procedure: "asylum", Values: []string{"none", "refused", "registered"}, Start: []string{"none"}},
		},
		Derived: []Derived{
			{Name: "child", When: `age != "adult"`},
			{Name: "protection_open", Procedure: "care", When: `victim == "presumed"`},
		},
		Questions: []Question{{ID: "q_child"}, {ID: "q_appeal"}},
		Procedures: []Procedure{
			{ID: "care", Exports: []string{"victim", "protection_open"}},
			{ID: "asylum", Exports: []string{"claim"}},
		},
		Steps: []Step{
			{ID: "presume", Procedure: "care", Force: Must, When: `victim == "none" && present == "here"`, Must: `exploited == "was"`,
				Set: map[string]string{"victim": "presumed"}, By: []string{"police"}, Starts: []string{"identify_duty"}},
			{ID: "identify", Procedure: "care", Force: Must, When: `victim == "presumed"`, Set: map[string]string{"victim": "identified"}, Stops: []string{"identify_duty"}},
			{ID: "refuse", Procedure: "care", Force: May, When: `victim == "presumed"`, Set: map[string]string{"victim": "not_identified"}, Stops: []string{"identify_duty"},
				Adverse: &Adverse{Decider: "commission", Reasons: "written", Notice: "in_hand", Language: "own", Limit: "appeal_limit", Appeal: "appeal"}},
			{ID: "appeal", Procedure: "care", Force: Own, When: `victim == "not_identified" && clock("appeal_limit").running`,
				Set: map[string]string{"victim": "presumed"}, Stops: []string{"appeal_limit"}, Again: &Again{Max: 1, Keep: []string{"victim"}}},
			{ID: "shelter", Procedure: "care", Force: May, When: `has("stay") && unknown("q_appeal")`, Set: map[string]string{"victim": "presumed"}},
			{ID: "claim", Procedure: "asylum", Force: Own, When: `claim == "none"`, Set: map[string]string{"claim": "registered"}},
			{ID: "deny", Procedure: "asylum", Force: World, When: `claim == "registered"`, Set: map[string]string{"claim": "refused"}},
			{ID: "deport", Force: May, When: `present == "here"`, Effect: "removal", Set: map[string]string{"present": "gone"}},
		},
		Bars: []Bar{
			{ID: "identified", Level: "bar", Class: "care", Procedure: "care", Binds: []string{"removal"}, When: `victim == "identified" && !child`},
			{ID: "child_bar", Level: "bar", Class: "care", Procedure: "care", Binds: []string{"removal"}, When: `child && victim != "none" && unknown("q_child")`},
			{ID: "claimant", Level: "bar", Procedure: "asylum", Binds: []string{"removal"}, When: `claim == "registered"`},
		},
		Entitlements: []Entitlement{
			{ID: "stay_victim", Procedure: "care", Gives: "stay", OwedBy: []string{"migration"}, When: `victim in ["presumed", "identified"]`},
			{ID: "stay_claim", Procedure: "asylum", Class: "refuge", Gives: "stay", When: `claim == "registered" || claim == "refused" && unknown("q_appeal")`},
		},
		Clocks: []Clock{
			{ID: "identify_duty", Procedure: "care", Kind: Duty, Of: []string{"commission"}, Length: "3 working days"},
			{ID: "appeal_limit", Procedure: "care", Kind: Limit, Of: []string{"person"}, Length: "1 month"},
			{ID: "claim_wait", Procedure: "asylum", Kind: Wait, Length: "24 hours", StartsWhen: `claim == "registered"`, StopsWhen: `claim == "refused"`},
		},
	}
}

// weekdays has Saturday and Sunday off, and the dates given.
type weekdays []string

func (off weekdays) Working(day time.Time) bool {
	if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
		return false
	}
	for _, d := range off {
		if day.Format(time.DateOnly) == d {
			return false
		}
	}
	return true
}

var noonTuesday = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)

func compiled(t testing.TB, spec Spec) *Model {
	t.Helper()
	m, problems := Compile(spec, noonTuesday, time.UTC, weekdays{})
	if m == nil {
		t.Fatalf("does not compile:\n%s", lines(problems))
	}
	return m
}

func lines(problems []Problem) string {
	var b strings.Builder
	for _, p := range problems {
		b.WriteString(p.String() + "\n")
	}
	return b.String()
}

func TestRemoval(t *testing.T) {
	t.Parallel()
	m := compiled(t, hill())
	for _, row := range []struct {
		why       string
		facts     map[string]string
		answer    RemovalAnswer
		questions string
	}{
		{"an adult in no procedure", map[string]string{"age": "adult"}, NotBarred, ""},
		{"somebody of unknown age in no procedure", nil, NotBarred, ""},
		{"an adult presumed: the procedure is open", map[string]string{"age": "adult", "victim": "presumed"}, Hold, ""},
		{"an adult identified is barred", map[string]string{"age": "adult", "victim": "identified"}, Barred, ""},
		{"a child identified: the law is unclear whether it reaches her", map[string]string{"age": "under_14", "victim": "identified"}, Hold, "q_child"},
		{"not known is read as a child", map[string]string{"victim": "not_identified"}, Hold, "q_child"},
		{"a claim bars whatever else is unclear", map[string]string{"victim": "presumed", "claim": "registered"}, Barred, "q_child"},
		{"refused, and nothing else", map[string]string{"claim": "refused"}, NotBarred, ""},
	} {
		got := m.Removal(m.Begin(row.facts), noonTuesday)
		if got.Answer != row.answer || strings.Join(got.Questions, " ") != row.questions {
			t.Errorf("%s: %s %v, want %s [%s]", row.why, got.Answer, got.Questions, row.answer, row.questions)
		}
	}
}

func TestRemovalByBarOfOneStep(t *testing.T) {
	t.Parallel()
	spec := hill()
	spec.Bars = []Bar{{ID: "not_by_deportation", Level: "bar", Binds: []string{"deport"}, When: `claim == "refused"`}}
	spec.Questions, spec.Steps[4].When, spec.Entitlements = nil, `victim == "none"`, nil
	m := compiled(t, spec)
	got := m.Removal(m.Begin(map[string]string{"claim": "refused"}), noonTuesday)
	if got.Answer != Hold || len(got.Bars) != 1 {
		t.Errorf("a bar on one removal step says %s: the check does not know which step is meant", got.Answer)
	}
}
