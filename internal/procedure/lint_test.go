package procedure

import (
	"strings"
	"testing"
	"time"
)

// Each row breaks one thing in a good pack and names the rule it breaks.
func TestLint(t *testing.T) {
	t.Parallel()
	if _, problems := Compile(hill(), noonTuesday, time.UTC, weekdays{}); len(Errors(problems)) > 0 {
		t.Fatalf("the good pack is not good:\n%s", lines(problems))
	}
	day := func(s string) Day { d, _ := time.Parse(time.DateOnly, s); return Day{d} }
	for _, row := range []struct {
		rule   string
		code   string
		mend   string
		change func(*Spec)
	}{
		{"every step says its force", "step.force", "own, must, may or world", func(s *Spec) { s.Steps[0].Force = "" }},
		{"a force is one of four", "step.force", `did you mean "must"?`, func(s *Spec) { s.Steps[0].Force = "mus" }},
		{"a fact says what is read when nobody recorded it", "fact.not_known", "favours the person", func(s *Spec) { s.Facts[0].NotKnown = "" }},
		{"what is read is one of the values", "fact.not_known", `did you mean "under_18"?`, func(s *Spec) { s.Facts[0].NotKnown = "under_8" }},
		{"a hidden fact is not recorded", "fact.hidden", "keep hidden", func(s *Spec) { s.Facts[2].NotKnown = "was" }},
		{"a fact is taken from what somebody asks", "fact.from", "citizenship", func(s *Spec) { s.Facts[0].From = "shoe_size" }},
		{"what a code means is said", "fact.of", "of: {KAZ", func(s *Spec) { s.Facts[0].From = FromCitizenship }},
		{"a code means one of the values", "fact.of", `did you mean "adult"?`, func(s *Spec) {
			s.Facts[0].From, s.Facts[0].Of = FromCitizenship, map[string]string{"KAZ": "adults"}
		}},
		{"a country is a code of three letters", "fact.of", "ISO 3166-1", func(s *Spec) {
			s.Facts[0].From, s.Facts[0].Of = FromCitizenship, map[string]string{"kz": "adult"}
		}},
		{"of needs an answer to turn", "fact.of", "leave of out", func(s *Spec) { s.Facts[0].From, s.Facts[0].Of = "", map[string]string{"a": "adult"} }},
		{"a body's when reads no hidden fact", "guard.hidden", "must", func(s *Spec) { s.Steps[0].When = `exploited == "was"` }},
		{"nor through a derived name", "guard.hidden", "must", func(s *Spec) { s.Derived[0].When = `exploited == "was"`; s.Steps[1].When = `child` }},
		{"a bar reads no hidden fact", "guard.hidden", "recorded", func(s *Spec) { s.Bars[0].When = `exploited == "was"` }},
		{"an adverse step says every part", "adverse.silent", "none with its basis", func(s *Spec) { s.Steps[2].Adverse.Language = "" }},
		{"none says whose rule it is", "adverse.no_basis", "basis", func(s *Spec) { s.Steps[2].Adverse.Reasons = "none" }},
		{"the limit is a clock", "adverse.limit", `did you mean "appeal_limit"?`, func(s *Spec) { s.Steps[2].Adverse.Limit = "apeal_limit" }},
		{"the appeal is a step", "adverse.appeal", `did you mean "appeal"?`, func(s *Spec) { s.Steps[2].Adverse.Appeal = "apeal" }},
		{"so is the appeal out of time", "adverse.late", `did you mean "appeal"?`, func(s *Spec) { s.Steps[2].Adverse.Late = "apeal" }},
		{"a question is used", "question.unused", `write unknown("q_x")`, func(s *Spec) { s.Questions = append(s.Questions, Question{ID: "q_x"}) }},
		{"a question is declared", "guard.unknown_question", "declare it", func(s *Spec) { s.Steps[0].When = `unknown("q_zzzzzz")` }},
		{"only exports are read across procedures", "guard.not_exported", "exports", func(s *Spec) {
			s.Procedures[0].Exports = []string{"protection_open"}
			s.Steps[5].When = `victim == "none"`
		}},
		{"an export is the procedure's own", "procedure.exports", "", func(s *Spec) { s.Procedures[0].Exports = []string{"claim"} }},
		{"a step sets no fact", "step.set_fact", "records", func(s *Spec) { s.Steps[0].Set["age"] = "adult" }},
		{"a step sets no relative's variable", "step.relative", "read it here as a fact", func(s *Spec) { s.Steps[0].Set["mother.claim"] = "refused" }},
		{"a step sets a value that exists", "step.set", `did you mean "presumed"?`, func(s *Spec) { s.Steps[0].Set["victim"] = "presume" }},
		{"taking a person out is said", "step.removal", "effect: removal", func(s *Spec) {
			s.Steps = append(s.Steps, Step{ID: "turn_back", Force: May, Set: map[string]string{"present": "gone"}})
		}},
		{"a bar binds something", "bar.binds", "binds: [removal]", func(s *Spec) { s.Bars[0].Binds = nil }},
		{"a bar binds what exists", "bar.binds", `did you mean "removal"?`, func(s *Spec) { s.Bars[0].Binds = []string{"removl"} }},
		{"a bar says when it stands: one that lost the line would bar all, and every property would hold", "bar.when", "when: true", func(s *Spec) { s.Bars[0].When = "" }},
		{"a right says whose it is", "entitlement.when", "everybody's", func(s *Spec) { s.Entitlements[0].When = "" }},
		{"a right is due by a duty of its own procedure", "entitlement.by", `did you mean "identify_duty"?`, func(s *Spec) {
			s.Entitlements[0].Right, s.Entitlements[0].By, s.Entitlements[0].Procedure = "stay", "identify_dty", s.Clocks[0].Procedure
		}},
		{"nor by a limit of the person's", "entitlement.by", "whose kind is duty", func(s *Spec) {
			s.Entitlements[0].Right, s.Entitlements[0].By, s.Entitlements[0].Procedure = "stay", s.Clocks[1].ID, s.Clocks[1].Procedure
		}},
		{"what is due by a day stands in a list", "entitlement.by", "rights.yaml", func(s *Spec) {
			s.Entitlements[0].By, s.Entitlements[0].Procedure = s.Clocks[0].ID, s.Clocks[0].Procedure
		}},
		{"a bar has a level", "bar.level", "hold where", func(s *Spec) { s.Bars[0].Level = "" }},
		{"a clock that is read is declared", "guard.unknown_clock", "did you mean", func(s *Spec) { s.Clocks[1].ID = "appeal_limits" }},
		{"a clock that is started is declared", "clock.unknown", `did you mean "identify_duty"?`, func(s *Spec) { s.Steps[0].Starts = []string{"identify_dty"} }},
		{"a clock is of a kind", "clock.kind", `did you mean "duty"?`, func(s *Spec) { s.Clocks[0].Kind = "duti" }},
		{"a clock has a length", "clock.length", "15 minutes", func(s *Spec) { s.Clocks[0].Length = "soon" }},
		{"what is reported stands in for a length that no text settles", "clock.reported", "unknown", func(s *Spec) { s.Clocks[0].Reported = "6 months" }},
		{"what never stands still need not run again", "clock.resumes", "suspended", func(s *Spec) { s.Clocks[0].Resumes, s.Clocks[0].Suspended = "q_x", "" }},
		{"a clock is started by something", "clock.never", "starts_when", func(s *Spec) { s.Clocks[2].StartsWhen = "" }},
		{"an unreachable value is noticed", "var.unreachable", "add the step", func(s *Spec) { s.Vars[2].Values = append(s.Vars[2].Values, "final") }},
		{"nothing is defined by itself", "guard.circle", "break", func(s *Spec) { s.Derived[0].When = `!child` }},
		{"nor two by each other", "guard.circle", "break", func(s *Spec) {
			s.Derived[0].When = `other`
			s.Derived = append(s.Derived, Derived{Name: "other", When: `child`})
		}},
		{"no right rests on itself", "guard.circle", "variable", func(s *Spec) { s.Entitlements[0].When = `has("stay")` }},
		{"a name means one thing", "name.double", "another name", func(s *Spec) { s.Vars = append(s.Vars, s.Vars[0]) }},
		{"a name is no word of the language", "name.reserved", "another name", func(s *Spec) {
			s.Vars = append(s.Vars, Var{Name: "unknown", Values: []string{"a", "b"}, Start: []string{"a", "b"}})
		}},
		{"two versions do not overlap", "version.overlap", "the day before", func(s *Spec) {
			late := s.Bars[0]
			late.Dates.From = day("2024-09-03")
			s.Bars[0].Dates.To = day("2024-09-03")
			s.Bars = append(s.Bars, late)
		}},
		{"an own step that opens a right reads a fact", "step.own_right", "fact", func(s *Spec) { s.Steps[5].Set = map[string]string{"claim": "registered"} }},
		{"a record is of a fact", "step.records", `did you mean "age"?`, func(s *Spec) { s.Steps[0].Records = map[string]string{"field": "ag"} }},
		{"nobody records what is hidden", "step.records", "hidden", func(s *Spec) { s.Steps[0].Records = map[string]string{"field": "exploited"} }},
		{"an extension has a length", "clock.extend", "extend", func(s *Spec) { s.Steps[0].Extends = []string{"appeal_limit"} }},
		{"an order is of clocks that there are", "order.clock", `did you mean "appeal_limit"?`, func(s *Spec) {
			s.Orders = []Order{{First: "apeal_limit", Then: "identify_duty"}}
		}},
		{"no clock ends before itself", "order.circle", "say which", func(s *Spec) {
			s.Orders = []Order{{First: "appeal_limit", Then: "identify_duty"}, {First: "identify_duty", Then: "appeal_limit"}}
		}},
		{"nor through a third", "order.circle", "both orders are tried", func(s *Spec) {
			s.Clocks = append(s.Clocks, Clock{ID: "third", Kind: Wait, Length: "1 day", StartsWhen: "child"})
			s.Orders = []Order{{First: "appeal_limit", Then: "identify_duty"}, {First: "identify_duty", Then: "third"}, {First: "third", Then: "appeal_limit"}}
		}},
		{"an order is not against the lengths", "order.against", "turn the order round", func(s *Spec) {
			s.Steps[0].Starts = append(s.Steps[0].Starts, "x_long", "y_short")
			s.Clocks = append(s.Clocks, Clock{ID: "x_long", Kind: Wait, Length: "1 month"}, Clock{ID: "y_short", Kind: Wait, Length: "10 days"})
			s.Orders = []Order{{First: "x_long", Then: "y_short"}}
		}},
	} {
		spec := hill()
		row.change(&spec)
		model, problems := Compile(spec, noonTuesday, time.UTC, weekdays{})
		found := false
		for _, p := range problems {
			found = found || p.Code == row.code && strings.Contains(p.Mend, row.mend)
		}
		if !found {
			t.Errorf("%s: not reported:\n%s", row.rule, lines(problems))
		}
		if (model == nil) != (len(Errors(problems)) > 0) {
			t.Errorf("%s: a model beside errors, or none without", row.rule)
		}
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	spec := hill()
	spec.Steps[0].Force, spec.Bars[0].Binds, spec.Clocks[0].Length = "", nil, "soon"
	spec.Steps[1].When, spec.Steps[1].Pos = `victm == "presumed"`, Pos{"procedures/care.yaml", 12}
	_, problems := Compile(spec, noonTuesday, time.UTC, weekdays{})
	text := lines(problems)
	for _, want := range []string{"has no force", "binds nothing", `"soon"`, `procedures/care.yaml:12: in the guard "victm == \"presumed\"", at character 1: nothing is called "victm": did you mean "victim"?`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not among\n%s", want, text)
		}
	}
}

func TestVersionsOfADay(t *testing.T) {
	t.Parallel()
	spec := hill()
	old := spec.Bars[0]
	old.When = `victim == "presumed"`
	old.Dates.To = Day{time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	spec.Bars[0].Dates.From = Day{time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)}
	spec.Bars = append(spec.Bars, old)
	east := time.FixedZone("+05", 5*3600)
	for _, row := range []struct {
		why string
		on  time.Time
		bar RemovalAnswer
	}{
		{"the last day of the old law", time.Date(2026, 3, 2, 18, 59, 0, 0, time.UTC), Barred},
		{"the first of the new begins at local midnight", time.Date(2026, 3, 2, 19, 0, 0, 0, time.UTC), Hold},
	} {
		m, problems := Compile(spec, row.on, east, weekdays{})
		if m == nil {
			t.Fatal(lines(problems))
		}
		if got := m.Removal(m.Begin(map[string]string{"age": "adult", "victim": "presumed"}), row.on); got.Answer != row.bar {
			t.Errorf("%s: %s", row.why, got.Answer)
		}
	}
}
