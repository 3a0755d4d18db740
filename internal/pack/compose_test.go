package pack

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pana/internal/procedure"
)

func aDay(t *testing.T, s string) Day {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return Day{Time: d}
}

// island is the base pack with a little more law to change: a duty, a refusal
// with an appeal from 2022, a bar on it and a right.
func island(t *testing.T, overlays ...string) *Pack {
	t.Helper()
	fsys := base(t)
	fsys["procedures/papers.yaml"] = &fstest.MapFile{Data: []byte(`
procedure: {id: papers}
vars:
- {name: paper, values: [none, asked, refused, held], start: [none]}
derived:
- {name: waiting, when: paper == "asked"}
questions:
- {id: q_turned, basis: [{source: report ¶9, mark: S}]}
steps:
- {id: turn_back, exists: q_turned, force: world, when: paper == "none", set: {paper: refused}, basis: [{source: report ¶9, mark: S}]}
- {id: apply, force: own, when: paper == "none" && age == "adult", set: {paper: asked}, basis: [{act: law, art: art. 5, mark: T}]}
- {id: issue, force: must, must: age == "adult", by: [police], when: paper == "asked", set: {paper: held}, basis: [{act: law, art: art. 6, mark: T}]}
- id: refuse
  force: may
  by: [police]
  dates: {to: 2021-12-31}
  when: waiting
  set: {paper: refused}
  adverse: {decider: police, reasons: none, notice: none, language: none, limit: none, appeal: none, basis: [{act: law, art: art. 7, mark: T}]}
  basis: [{act: law, art: art. 7, mark: T}]
- id: refuse
  force: may
  by: [police]
  dates: {from: 2022-01-01}
  when: waiting
  set: {paper: refused}
  adverse: {decider: police, reasons: written, notice: none, language: own, limit: none, appeal: apply, basis: [{act: law, art: art. 8, mark: T}]}
  basis: [{act: law, art: art. 8, mark: T}]
bars:
- {id: not_child, class: child, level: bar, binds: [refuse], when: age == "child", basis: [{act: law, art: art. 9, mark: T}]}
entitlements:
- {id: help, gives: help, owed_by: [police], dates: {from: 2022-01-01}, when: paper == "refused", basis: [{act: law, art: art. 9, mark: T}]}
`)}
	for i, text := range overlays {
		id := string(rune('a' + i))
		fsys["overlays/"+id+".yaml"] = &fstest.MapFile{Data: []byte("id: " + id + "\nsource: report ¶1\nkind: practice\n" + text)}
	}
	p, problems := Load(fsys)
	if len(problems) > 0 {
		t.Fatal(all(problems))
	}
	return p
}

func TestAnOverlayChangesTheVersionOfTheDay(t *testing.T) {
	t.Parallel()
	p := island(t, `
changes:
- {op: replace, step: {id: refuse, by: [shelter], adverse: {reasons: none}}}
- {op: weaken, step: {id: issue}}
- {op: drop, entitlement: {id: help}}
- {op: replace, derived: {name: waiting, when: 'paper in ["asked", "none"]'}}
- op: add
  procedure: papers
  step: {id: lose, force: world, when: paper == "held", set: {paper: none}}
  basis: [{source: report ¶9, mark: S}]
`)
	m, problems := p.Compose(aDay(t, "2024-05-05"), []string{"a"})
	if m == nil || len(problems) > 0 {
		t.Fatal(all(problems))
	}
	refuse, issue, lose := m.Step("refuse"), m.Step("issue"), m.Step("lose")
	for _, row := range []struct {
		why   string
		holds bool
	}{
		{"a field that is given is replaced", slices.Equal(refuse.By, []string{"shelter"})},
		{"and so is one part of a decision", refuse.Adverse.Reasons == "none"},
		{"the other parts stay the law's", refuse.Adverse.Language == "own" && refuse.Adverse.Appeal == "apply"},
		{"it says who changed it", refuse.Overlay.By == "a" && refuse.Pos.File == "overlays/a.yaml"},
		{"with its source before the law's", refuse.Basis[0].Source == "report ¶1" && refuse.Basis[1].Art == "art. 8"},
		{"a duty becomes discretion", issue.Force == procedure.May && issue.Must == "" && issue.Overlay.By == "a"},
		{"and stands where the law has it", issue.Pos.File == "procedures/papers.yaml"},
		{"what is added stands in the overlay", lose.Overlay.By == "a" && lose.Pos == (Pos{File: "overlays/a.yaml", Line: 12}) && lose.Procedure == "papers"},
		{"under the change's own source", len(lose.Basis) == 1 && lose.Basis[0].Source == "report ¶9"},
		{"what no overlay touched is the law", m.Step("apply").Overlay.By == ""},
	} {
		if !row.holds {
			t.Errorf("not so: %s\nrefuse %+v\nissue %+v\nlose %+v", row.why, refuse, issue, lose)
		}
	}
	if got := m.Entitlements(m.Begin(nil), time.Time{}); len(got) > 0 {
		t.Errorf("a right that was dropped is owed: %v", got)
	}
	law, _ := p.Compose(aDay(t, "2024-05-05"), nil)
	if s := law.Step("refuse"); s.Adverse.Reasons != "written" || law.Step("lose") != nil || law.Step("issue").Force != procedure.Must {
		t.Error("the overlay got into the law")
	}
	old, problems := p.Compose(aDay(t, "2021-05-05"), []string{"a"})
	if old.Step("refuse").Adverse.Reasons != "none" || old.Step("refuse").Adverse.Language != "none" {
		t.Error("the older version has the newer's parts")
	}
	if codes(problems) != "overlay.absent" || len(Errors(problems)) > 0 {
		t.Errorf("that there was no right to drop in 2021 is information: %s", all(problems))
	}
}

// TestASourceSawIt: what the law leaves open is there where a source saw it.
func TestASourceSawIt(t *testing.T) {
	t.Parallel()
	p := island(t, `
changes:
- {op: replace, step: {id: turn_back, exists: none}}
`)
	for _, row := range []struct {
		overlays []string
		want     string
	}{{nil, "q_turned"}, {[]string{"a"}, ""}} {
		m, problems := p.Compose(aDay(t, "2024-05-05"), row.overlays)
		if m == nil {
			t.Fatal(all(problems))
		}
		if got := m.Step("turn_back").Exists; got != row.want {
			t.Errorf("with %v the step hangs on %q, want %q", row.overlays, got, row.want)
		}
	}
}

func TestColumnsAreMadeOnceAndTellApart(t *testing.T) {
	t.Parallel()
	p := island(t, "changes: [{op: weaken, step: {id: issue}}]", "changes: [{op: weaken, step: {id: give}}]")
	day, later := aDay(t, "2024-05-05"), aDay(t, "2025-05-05")
	one, _ := p.Compose(day, []string{"a"})
	if again, _ := p.Compose(later, []string{"a"}); again != one {
		t.Error("one run of days is composed twice")
	}
	if two, _ := p.Compose(day, []string{"b"}); two == one {
		t.Error("two overlays are one column")
	}
	if p.ComposedDigest(day, nil) == p.ComposedDigest(day, []string{"a"}) || p.ComposedDigest(day, []string{"a"}) != p.ComposedDigest(later, []string{"a"}) {
		t.Error("the digest does not follow what the column says")
	}
}

// Where two overlays meet.
func TestOverlaysTogether(t *testing.T) {
	t.Parallel()
	when := func(m *procedure.Model, id string) string { return m.Step(id).When }
	for _, row := range []struct {
		why, first, second string
		codes              string
		apply              string // its guard then
	}{
		{"each its own field", `changes: [{op: replace, step: {id: apply, when: paper == "none"}}]`, `changes: [{op: replace, step: {id: apply, set: {paper: held}}}]`,
			"", `paper == "none"`},
		{"one field of one element", `changes: [{op: replace, step: {id: apply, when: paper == "none"}}]`, `changes: [{op: replace, step: {id: apply, when: "true"}}]`,
			"overlay.conflict", ""},
		{"unless the second wins", `changes: [{op: replace, step: {id: apply, when: paper == "none"}}]`, "over: a\n" + `changes: [{op: replace, step: {id: apply, when: "true"}}]`,
			"", "true"},
		{"or the first", "over: b\n" + `changes: [{op: replace, step: {id: apply, when: paper == "none"}}]`, `changes: [{op: replace, step: {id: apply, when: "true"}}]`,
			"", `paper == "none"`},
		{"a part and the whole", `changes: [{op: drop, step: {id: apply}}]`, `changes: [{op: replace, step: {id: apply, when: "true"}}]`,
			"overlay.conflict", ""},
		{"two parts of one decision", `changes: [{op: replace, step: {id: refuse, adverse: {limit: wait}}}]`, `changes: [{op: replace, step: {id: refuse, adverse: {reasons: none}}}]`,
			"", `paper == "none" && age == "adult"`},
		{"the same part", `changes: [{op: replace, step: {id: refuse, adverse: {reasons: oral}}}]`, `changes: [{op: replace, step: {id: refuse, adverse: {reasons: none}}}]`,
			"overlay.conflict", ""},
		{"one adds what the other adds", `changes: [{op: add, procedure: papers, step: {id: x, force: own}}]`, `changes: [{op: add, procedure: papers, step: {id: x, force: own}}]`,
			"overlay.conflict", ""},
		{"adding what the law has is no harm", `changes: [{op: add, procedure: papers, step: {id: apply, force: own}}]`, "changes: []",
			"overlay.there", `paper == "none" && age == "adult"`},
		{"a guard that means nothing", `changes: [{op: replace, step: {id: apply, when: papre == "none"}}]`, "changes: []",
			"guard.unknown_name", ""},
	} {
		p := island(t, row.first, row.second)
		m, problems := p.Compose(aDay(t, "2024-05-05"), []string{"a", "b"})
		if codes(problems) != row.codes || (m == nil) != (row.apply == "") {
			t.Errorf("%s: %s", row.why, all(problems))
			continue
		}
		if m != nil && when(m, "apply") != row.apply {
			t.Errorf("%s: apply when %s", row.why, when(m, "apply"))
		}
	}
	p := island(t)
	if m, problems := p.Compose(aDay(t, "2024-05-05"), []string{"c"}); m != nil || codes(problems) != "overlay.unknown" {
		t.Errorf("an overlay that there is not: %s", all(problems))
	}
}

// A bar that is not observed is ignored by its class, in the steps that are
// named, also when another overlay added it.
func TestIgnoredBars(t *testing.T) {
	t.Parallel()
	p := island(t,
		`changes: [{op: ignore, classes: [child], in: [refuse]}]`,
		`changes: [{op: add, procedure: papers, bar: {id: never, class: child, level: bar, binds: [refuse], when: "true", basis: [{act: law, art: art. 1, mark: T}]}}]`,
		`changes: [{op: ignore, classes: [child], in: [issue]}]`)
	for _, row := range []struct {
		why      string
		overlays []string
		refuse   bool
	}{
		{"the law bars it for a child", nil, false},
		{"the overlay ignores the bar", []string{"a"}, true},
		{"and one that another adds", []string{"a", "b"}, true},
		{"not for a step it does not name", []string{"c"}, false},
	} {
		m, problems := p.Compose(aDay(t, "2024-05-05"), row.overlays)
		if m == nil {
			t.Fatal(all(problems))
		}
		s, err := m.Set(m.Begin(map[string]string{"age": "child"}), map[string]string{"paper": "asked"})
		if err != nil {
			t.Fatal(err)
		}
		o, _ := m.Offer(s, "refuse", time.Time{})
		open := o.State == procedure.Open
		if open != row.refuse {
			t.Errorf("%s: refuse open %v", row.why, open)
		}
	}
}
