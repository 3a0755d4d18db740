package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// proposedStep waits for the reader's word.
var proposedStep = proposal(desk.ProposalLine{Step: "not_identified", By: "<Асқар>", At: noon, Due: noon.Add(24 * time.Hour), State: "open", Seq: 7}, true, false)

func proposal(line desk.ProposalLine, confirms, mends bool) desk.ProposalView {
	return desk.ProposalView{
		ProposalLine: line, Key: "k", Form: twoStep(nil), Effects: stepEffects, Confirms: confirms, Mends: mends,
		Typed: desk.StepInput{
			File: fileID(1), Step: "not_identified", Reasons: withheld.New("<because>"), Language: "uz",
			Fields:  map[string]withheld.Text{"grounds": withheld.New("other"), "note": withheld.New("seen")},
			Written: &desk.Written{Day: "2026-03-02", Hour: "10:00", By: withheld.New("Жанна")},
		},
	}
}

// twoStep is the form of a step that two take.
func twoStep(waits *desk.ProposalLine) desk.StepForm {
	form := adverseStep
	form.Two = &desk.TwoTake{Seconds: 1, Waits: waits}
	return form
}

var proposalPages = []page{
	{"proposal", "the second reads what is proposed and what it would change", func(l wording.Lang) any {
		v := desk.ProposalView{Form: desk.StepForm{File: fileID(1)}, Gone: true}
		return newProposalPage(signed(l, "two.title", "number", "A"), v, url.Values{})
	}, func(l wording.Lang) any {
		f := signed(l, "two.title", "number", "ABCD-2345")
		f.mend([]fault.Field{{Name: "back_why", Code: "field.required"}})
		return newProposalPage(f, proposedStep, url.Values{"back_why": {"<x>"}})
	}},
	{"proposal", "sent back, it says why and can be mended", func(l wording.Lang) any {
		return newProposalPage(signed(l, "two.title", "number", "A"), proposal(desk.ProposalLine{Mine: true, State: "open"}, false, true), url.Values{})
	}, func(l wording.Lang) any {
		line := desk.ProposalLine{By: "Асқар", Mine: true, At: noon, State: "sent_back", BackBy: "Айнұр", BackAt: noon, Why: withheld.New("<say why>")}
		return newProposalPage(signed(l, "two.title", "number", "ABCD-2345"), proposal(line, false, true), url.Values{})
	}},
	{"step", "a form that proposes, and one that somebody proposed", func(l wording.Lang) any {
		form := twoStep(nil)
		form.Two.Seconds = 0
		return newStepPage(signed(l, "step.title", "number", "A"), form, desk.Effects{}, url.Values{}, true)
	}, func(l wording.Lang) any {
		p := newStepPage(signed(l, "step.title", "number", "ABCD-2345"), twoStep(&desk.ProposalLine{By: "<Асқар>", At: noon, State: "open"}), stepEffects, url.Values{}, false)
		p.Waits, p.MainForm = true, false
		return p
	}},
}

// A decision of two is made when the second says so: the form that proposes it asks
// neither for a day nor when it was understood, and what was typed comes back whole.
func TestWhatIsProposedComesBack(t *testing.T) {
	t.Parallel()
	v := typedOf(twoStep(nil), proposedStep.Typed)
	again := stepInput(twoStep(nil), v)
	if again.Reasons != proposedStep.Typed.Reasons || again.Language != "uz" || again.Fields["grounds"].Reveal() != "other" || again.Written == nil || *again.Written != *proposedStep.Typed.Written {
		t.Errorf("the form comes back as %+v", again)
	}
	p := newStepPage(signed("en", "step.title"), twoStep(nil), desk.Effects{}, url.Values{}, false)
	if slices.ContainsFunc(p.Adverse, func(f Field) bool { return f.Name == "occurred_at" || f.Name == "understood" }) {
		t.Error("the form of a proposal asks when it happened")
	}
}

func TestProposalForms(t *testing.T) {
	t.Parallel()
	path := "/file/" + string(fileID(1)) + "/proposal/not_identified"
	for _, row := range []struct {
		why  string
		sent url.Values
		act  string
		want desk.ConfirmInput
	}{
		{"confirmed as it was read", url.Values{"go": {"confirm"}, "key": {"k"}, "seq": {"7"}, "version": {"3"}, "understood": {"2026-03-03"}}, "confirm",
			desk.ConfirmInput{Key: "k", File: fileID(1), Step: "not_identified", Seq: 7, Version: 3, Understood: "2026-03-03"}},
		{"sent back with the reason", url.Values{"go": {"send_back"}, "key": {"k"}, "seq": {"7"}, "back_why": {"say why"}}, "send back",
			desk.ConfirmInput{Key: "k", File: fileID(1), Step: "not_identified", Seq: 7, Why: withheld.New("say why")}},
		{"withdrawn", url.Values{"go": {"withdraw"}, "key": {"k"}, "seq": {"7"}}, "withdraw",
			desk.ConfirmInput{Key: "k", File: fileID(1), Step: "not_identified", Seq: 7}},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			d := &fakeDesk{}
			if res := newVisitor(t, d).in("worker").post(path, row.sent); res.Code != 200 {
				t.Fatalf("answered %d", res.Code)
			}
			if len(d.acts) != 1 || d.acts[0] != row.act || d.last != any(row.want) {
				t.Errorf("did %v with %+v", d.acts, d.last)
			}
		})
	}
}

// What a refusal says stands above the proposal, and the reason typed is still there.
func TestARefusedConfirmationLosesNothing(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{fail: fault.New(fault.Invalid, "step.not_open", "step", "not_identified")}
	res := newVisitor(t, d).in("worker").post("/file/"+string(fileID(1))+"/proposal/not_identified", url.Values{"go": {"send_back"}, "key": {"k"}, "seq": {"7"}, "back_why": {"typed here"}})
	for _, want := range []string{"typed here", "&lt;because&gt;", testWords.Say("en", "error.step.not_open")} {
		if res.Code != 422 || !strings.Contains(res.Body.String(), want) {
			t.Errorf("answered %d without %q", res.Code, want)
		}
	}
}

// A step of two is proposed by its form, and taken by nobody there.
func TestTheFormProposes(t *testing.T) {
	t.Parallel()
	d := &fakeDesk{two: true}
	sent := url.Values{"go": {"take"}, "key": {"k"}, "f.grounds": {"other"}, "reasons": {"because"}, "language": {"uz"}}
	res := newVisitor(t, d).in("worker").post("/file/"+string(fileID(1))+"/step/not_identified", sent)
	if res.Code != 200 || !slices.Equal(d.acts, []string{"propose"}) {
		t.Errorf("answered %d after %v", res.Code, d.acts)
	}
	sent.Set("irregular", "yes") // it happened all the same, by one alone
	newVisitor(t, d).in("worker").post("/file/"+string(fileID(1))+"/step/not_identified", sent)
	if !slices.Equal(d.acts, []string{"propose", "step"}) {
		t.Errorf("did %v", d.acts)
	}
}
