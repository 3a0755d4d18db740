package casework

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// twoWorld is the hills in which nobody is refused on one person's word, with the
// girl's file open. Who refused does not also identify.
func twoWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	p := *w.laws.Pack()
	p.Handling = append(slices.Clip(p.Handling), pack.Handling{ID: "refuse", Two: true}, pack.Handling{ID: "identify", Apart: []string{"refuse", "presume"}})
	p.Standards.Confirm = "24 hours"
	w.laws = hillLaws{&p}
	w.open()
	return w
}

// second is another member of the commission.
var second = Actor{Worker: fixed[id.Worker]("second"), Body: decider.Body, Kind: "commission", Role: "decider", Region: "H-1"}

func refusal() TakeStepInput {
	return TakeStepInput{Step: "refuse", Reasons: withheld.New("because"), Language: "uz"}
}

func propose(w *world, by Actor, in TakeStepInput) error {
	return w.do(by, func(m Moment) (Decision, error) { return Propose(w.file(girl), in, nil, m) })
}

func (w *world) proposal() Proposal {
	w.t.Helper()
	p, ok := w.file(girl).ProposalOf("refuse", decider.Body)
	if !ok {
		w.t.Fatal("nothing is proposed")
	}
	return p
}

func confirm(w *world, by Actor) error {
	return w.do(by, func(m Moment) (Decision, error) {
		return Confirm(w.file(girl), ConfirmInput{Step: "refuse", Seq: w.proposal().Seq, Version: w.file(girl).Changed()}, m)
	})
}

func sendBack(w *world, by Actor, why string) error {
	return w.do(by, func(m Moment) (Decision, error) {
		return SendBack(w.file(girl), "refuse", w.proposal().Seq, withheld.New(why), m)
	})
}

func withdraw(w *world, by Actor) error {
	return w.do(by, func(m Moment) (Decision, error) {
		return WithdrawProposal(w.file(girl), "refuse", w.proposal().Seq, m)
	})
}

func (w *world) try(err error, code string, why string) {
	w.t.Helper()
	if code == "" && err != nil || code != "" && !fault.Is(err, code) {
		w.t.Errorf("%s: want %q, got %v", why, code, err)
	}
}

// A proposal is nothing that happened: the person stands as she stood, for everybody.
func TestAProposalChangesNothing(t *testing.T) {
	t.Parallel()
	w := twoWorld(t)
	before := w.file(girl)
	w.try(propose(w, decider, refusal()), "", "the first proposes")
	after := w.file(girl)
	if !reflect.DeepEqual(before.Situation, after.Situation) || !reflect.DeepEqual(before.Due, after.Due) || !reflect.DeepEqual(before.Clocks, after.Clocks) || before.Changed() != after.Changed() {
		t.Error("a proposal moved the situation, what is owed, a clock, or made forms stale")
	}
	if c := w.last.Events[0].Compartment; c != "identification" {
		t.Errorf("what two workers say to each other is sealed in the compartment of their kind, not in %q", c)
	}
	p := w.proposal()
	if want := w.at.Add(24 * time.Hour); p.Worker != decider.Worker || p.Reasons.Reveal() != "because" || p.Language != "uz" || !p.Due.Equal(want) {
		t.Errorf("proposed %+v", p)
	}
}

func TestTheSecondConfirms(t *testing.T) {
	t.Parallel()
	w := twoWorld(t)
	w.try(propose(w, decider, refusal()), "", "proposed")
	w.at = w.at.Add(3 * time.Hour)
	w.try(confirm(w, second), "", "confirmed")
	f := w.file(girl)
	last := f.Timeline[slices.IndexFunc(f.Timeline, func(e Entry) bool { return e.Step == "refuse" })]
	if last.Worker != second.Worker || last.Proposer != decider.Worker || !last.Occurred.Equal(w.at) {
		t.Errorf("the event names who confirmed, who proposed and when it came to be; got %+v", last)
	}
	if v := f.Situation.Value("victim"); v != "not_identified" || len(f.Proposals) != 0 {
		t.Errorf("victim is %s with %d proposals", v, len(f.Proposals))
	}
	// A correction of what two signed does not bring the proposal back to be signed.
	w.must(second, func(m Moment) (Decision, error) { return Correct(f, last.Event, "wrong_person", m) })
	if f = w.file(girl); f.Situation.Value("victim") != "presumed" || len(f.Proposals) != 0 {
		t.Errorf("after a correction victim is %s with %d proposals", f.Situation.Value("victim"), len(f.Proposals))
	}
}

// Both who proposed and who confirmed have decided: neither decides on it again.
func TestWhoProposedDecided(t *testing.T) {
	t.Parallel()
	w := twoWorld(t)
	w.try(propose(w, decider, refusal()), "", "proposed")
	w.try(confirm(w, second), "", "confirmed")
	third := Actor{Worker: fixed[id.Worker]("third"), Body: decider.Body, Kind: "commission", Role: "decider"}
	for _, row := range []struct {
		why  string
		by   Actor
		code string
	}{
		{"who proposed the refusal", decider, CodeStepNotOpen},
		{"who confirmed it", second, CodeStepNotOpen},
		{"a third", third, ""},
	} {
		_, err := TakeStep(w.file(girl), TakeStepInput{Step: "review"}, w.moment(row.by))
		w.try(err, row.code, row.why)
	}
}

func TestWhoMayPropose(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		by   Actor
		in   func(*TakeStepInput)
		code string
	}{
		{"whoever takes the step", decider, nil, ""},
		{"another body does not", inspector, nil, CodeStepNotYours},
		{"a step that one takes is not proposed", decider, func(in *TakeStepInput) { in.Step = "identify" }, CodeStepUnknown},
		{"what the law asks of the decision is asked at once", decider, func(in *TakeStepInput) { in.Reasons = withheld.Text{} }, CodeStepMinimum},
		{"it cannot have happened before the second said so", decider, func(in *TakeStepInput) { in.OccurredAt = morning.Add(-time.Hour) }, "form.invalid"},
		{"nor can the person have understood it", decider, func(in *TakeStepInput) { in.Understood = morning }, "form.invalid"},
		{"a form that is out of date", decider, func(in *TakeStepInput) { in.Version = 1 }, CodeFileChanged},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w, in := twoWorld(t), refusal()
			if row.in != nil {
				row.in(&in)
			}
			w.try(propose(w, row.by, in), row.code, row.why)
		})
	}
}

// One alone does not take it: not by the form of the step, and not by saying that
// it happened, which is recorded as against the rules.
func TestOneAlone(t *testing.T) {
	t.Parallel()
	w := twoWorld(t)
	w.try(take(w, decider, refusal()), CodeStepOfTwo, "by the form of the step")
	in := refusal()
	in.Irregular = true
	w.try(take(w, decider, in), "", "as what happened all the same")
	e := w.file(girl).Timeline[slices.IndexFunc(w.file(girl).Timeline, func(e Entry) bool { return e.Step == "refuse" })]
	if !e.Irregular || !slices.Contains(e.Failed, Failure{Code: "one_alone"}) {
		t.Errorf("recorded as %s with %v", e.Kind, e.Failed)
	}
}

func TestWhoConfirms(t *testing.T) {
	t.Parallel()
	elsewhere := second
	elsewhere.Body = fixed[id.Body]("another commission")
	clerk := second
	clerk.Kind = "inspectorate"
	for _, row := range []struct {
		why    string
		by     Actor
		before func(*world) error
		code   string
	}{
		{"another of the body", second, nil, ""},
		{"never who proposed it", decider, nil, CodeProposalOwn},
		{"never another body", elsewhere, nil, CodeProposalChanged},
		{"never who does not take the step", clerk, nil, CodeStepNotYours},
		{"not when it was taken a second ago, against the rules", second, func(w *world) error {
			in := refusal()
			in.Irregular = true
			return take(w, second, in)
		}, CodeStepNotOpen},
		{"not when the step is closed by another", second, func(w *world) error {
			return take(w, second, TakeStepInput{Step: "identify"})
		}, CodeStepNotOpen},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := twoWorld(t)
			w.try(propose(w, decider, refusal()), "", "proposed")
			if row.before != nil {
				w.try(row.before(w), "", "before")
			}
			err := w.do(row.by, func(m Moment) (Decision, error) {
				return Confirm(w.file(girl), ConfirmInput{Step: "refuse", Seq: w.proposal().Seq}, m)
			})
			w.try(err, row.code, row.why)
			if row.code != "" && w.proposal().Reasons.Reveal() != "because" {
				t.Error("a refused confirmation lost what was proposed")
			}
		})
	}
}

// The step that holds two apart holds them apart here too, whenever it was taken by
// somebody whose step it is.
func TestApartFromAProposal(t *testing.T) {
	t.Parallel()
	apart := func(t *testing.T) *world {
		w := twoWorld(t)
		law := hillWith(t, "by: [inspectorate, shelter], starts", "by: [inspectorate, shelter, commission], starts")
		law.p.Handling = append(law.p.Handling, pack.Handling{ID: "refuse", Two: true, Apart: []string{"presume"}})
		law.p.Standards.Confirm = w.laws.Pack().Standards.Confirm
		w.laws = law
		return w
	}
	for _, row := range []struct {
		why  string
		who  Actor // took the earlier step
		code string
	}{
		{"another body did", inspector, ""},
		{"the second did", second, CodeStepNotOpen},
		{"who proposed did, after proposing", decider, CodeStepNotOpen},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			w := apart(t)
			w.try(propose(w, decider, refusal()), "", "proposed")
			w.try(take(w, row.who, TakeStepInput{Step: "presume", Irregular: true}), "", "the earlier step")
			w.try(confirm(w, second), row.code, row.why)
		})
	}
}

func TestSentBackAndMended(t *testing.T) {
	t.Parallel()
	w := twoWorld(t)
	w.try(propose(w, decider, refusal()), "", "proposed")
	old := w.proposal().Seq
	w.try(propose(w, second, refusal()), CodeProposalOpen, "a colleague does not write over what waits")
	w.try(sendBack(w, second, ""), "form.invalid", "without a reason nobody could mend it")
	clerk := second
	clerk.Kind, clerk.Role = inspector.Kind, inspector.Role
	w.try(sendBack(w, clerk, "no"), CodeStepNotYours, "who does not take the step sends nobody's back")
	w.try(sendBack(w, decider, "no"), CodeProposalOwn, "one's own is withdrawn, not sent back")
	w.try(withdraw(w, second), CodeProposalNotOwn, "a colleague's is hers")
	w.try(sendBack(w, second, "say why"), "", "sent back")
	if p := w.proposal(); p.Back == nil || p.Back.Why.Reveal() != "say why" || p.Reasons.Reveal() != "because" {
		t.Errorf("sent back it is %+v", p)
	}
	w.try(confirm(w, second), CodeProposalChanged, "what was sent back is not confirmed")
	mended := refusal()
	mended.Reasons = withheld.New("because of what was seen")
	w.try(propose(w, decider, mended), "", "proposed again")
	err := w.do(second, func(m Moment) (Decision, error) {
		return Confirm(w.file(girl), ConfirmInput{Step: "refuse", Seq: old}, m)
	})
	w.try(err, CodeProposalChanged, "a page that showed the older one confirms nothing")
	w.try(withdraw(w, decider), "", "withdrawn")
	if n := len(w.file(girl).Proposals); n != 0 {
		t.Errorf("%d proposals are left", n)
	}
	w.try(propose(w, decider, refusal()), "", "proposed anew")
	w.try(sendBack(w, second, "not now"), "", "sent back")
	w.try(propose(w, second, mended), "", "who sent it back may write it herself")
	w.try(confirm(w, decider), "", "and the first confirms")
}
