package casework

import (
	"slices"
	"testing"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// That something is called irregular is no way round: what is in order is taken by
// whom it belongs to and carries what it must; only what was against the law, or
// against the service's own rule, is recorded as that.
func TestIrregularIsNoWayRound(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		by     Actor
		in     TakeStepInput
		code   string
		kind   string
		failed string
	}{
		{"in order, by whom it belongs to", decider, TakeStepInput{Step: "identify"}, "", TakenStep, ""},
		{"in order, and another body's: a shelter identifies nobody by calling it irregular", inspector, TakeStepInput{Step: "identify"}, CodeStepNotYours, "", ""},
		{"another body's decision, without reasons: the bystander's silence makes no breach of it", inspector, TakeStepInput{Step: "refuse"}, CodeStepNotYours, "", ""},
		{"a decision of one's own without reasons happened against the rule", decider, TakeStepInput{Step: "refuse"}, "", TakenBreach, CodeStepMinimum},
		{"and with all it must carry it is in order", decider, TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "uz"}, "", TakenStep, ""},
		{"taken without what has to be in the file", decider, TakeStepInput{Step: "identify", Unproven: true}, "", TakenBreach, CodeStepEvidence},
		{"what the law holds", officer, TakeStepInput{Step: "deport"}, "", TakenBreach, "hold"},
		{"who saw it may say so", inspector, TakeStepInput{Step: "deport"}, "", TakenBreach, "hold"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.open()
			row.in.Irregular = true
			err := take(w, row.by, row.in)
			if row.code != "" {
				if !fault.Is(err, row.code) {
					t.Errorf("want %s, got %v", row.code, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			f := w.file(girl)
			line := f.Timeline[slices.IndexFunc(f.Timeline, func(e Entry) bool { return e.Step == row.in.Step })]
			if line.Kind != row.kind || row.failed == "" && len(line.Failed) > 0 || row.failed != "" && (len(line.Failed) == 0 || line.Failed[0].Code != row.failed) {
				t.Errorf("%s, failed %+v; want %s, %q", line.Kind, line.Failed, row.kind, row.failed)
			}
			if heard := row.by.Kind != decider.Kind && row.by.Kind != officer.Kind; line.Heard != (heard && row.kind == TakenBreach) {
				t.Errorf("heard of, and not done: %t", line.Heard)
			}
			rings := slices.ContainsFunc(f.Tasks, func(task Task) bool { return task.Verb == "task.irregular_step" })
			if rings != (row.kind == TakenBreach) {
				t.Errorf("the coordinator hears of it: %t", rings)
			}
		})
	}
}

// Naming a body opens the file to it: against the law only whoever takes the step
// may name who has her now, and never one that she said never to ask.
func TestWhoIsNamedIsJudged(t *testing.T) {
	t.Parallel()
	named, never := shelter(0).Body, shelter(1).Body
	for _, row := range []struct {
		why  string
		by   Actor
		in   TakeStepInput
		code string
	}{
		{"who did it names who has her", officer, TakeStepInput{Step: "deport", Irregular: true, To: named}, ""},
		{"who heard of it names nobody", inspector, TakeStepInput{Step: "deport", Irregular: true, To: named}, CodeStepToNotYours},
		{"who heard of it may still record it", inspector, TakeStepInput{Step: "deport", Irregular: true}, ""},
		{"never this one, against the law", officer, TakeStepInput{Step: "deport", Irregular: true, To: never}, CodeExcluded},
		{"never this one, where she herself decides", inspector, TakeStepInput{Step: "appeal", To: never}, CodeExcluded},
		{"whom the law has told is told whatever she said of referrals", decider, TakeStepInput{Step: "identify", To: never}, ""},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.open()
			w.must(inspector, func(m Moment) (Decision, error) {
				return AnswerConsent(w.file(girl), ConsentInput{Consent: fixed[id.Consent]("c"), Purpose: "refer", Yes: true, Excluded: []id.Body{never}}, m)
			})
			if row.in.Step == "appeal" {
				if err := take(w, decider, TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "uz", Understood: w.at}); err != nil {
					t.Fatal(err)
				}
			}
			err := take(w, row.by, row.in)
			if row.code != "" {
				if of := fault.Of(err); of == nil || len(of.Fields) != 1 || of.Fields[0].Name != "to" || of.Fields[0].Code != row.code {
					t.Errorf("want %s at to, got %v", row.code, err)
				}
				if rel := Relations(w.file(girl)); len(rel[named])+len(rel[never]) > 0 {
					t.Errorf("refused, and the file is open to them: %v", rel)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := Relations(w.file(girl))[row.in.To]; (row.in.To != "") != slices.Contains(got, RelAddressed) {
				t.Errorf("named %s: %v", row.in.To, got)
			}
		})
	}
}

// Whose a breach is: who wrote down what another body did has not done it, and is
// not kept apart from a step for it; who did it is.
func TestWhoHeardOfABreachDidNotDoIt(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why   string
		by    Actor
		apart bool
	}{
		{"who did it", officer, true},
		{"who heard of it", inspector, false},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.open()
			if err := take(w, row.by, TakeStepInput{Step: "deport", Irregular: true}); err != nil {
				t.Fatal(err)
			}
			f, step := w.file(girl), &procedure.Step{ID: "after", NotSame: []string{"deport"}}
			if got := NotSame(f, step, w.moment(row.by)); (got == "deport") != row.apart {
				t.Errorf("kept apart by %q", got)
			}
		})
	}
}
