package desk_test

import (
	"path"
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

// refusal is the form that finds her not to be a victim, filled in.
func (w *world) refusal(who access.Who, file id.File) desk.StepInput {
	w.t.Helper()
	in := w.stepOf(who, file, "not_identify", nil)
	in.Reasons, in.Language = withheld.New("Nothing of it was found."), "uz"
	return in
}

func (w *world) proposed(who access.Who, file id.File) desk.ProposalView {
	w.t.Helper()
	v, err := w.desk.Proposal(w.t.Context(), who, file, "not_identify")
	if err != nil {
		w.t.Fatal(explain(err))
	}
	return v
}

// seconds is what the form of an answer to the proposal sends.
func (w *world) seconds(v desk.ProposalView) desk.ConfirmInput {
	return desk.ConfirmInput{Key: w.k(), File: v.Form.File, Step: v.Step, Seq: v.Seq, Version: v.Form.Version}
}

// line is the line of a worker's list about the proposal, or "".
func (w *world) proposalLine(who access.Who) string {
	w.t.Helper()
	work, err := w.desk.MyWork(w.t.Context(), who, desk.WorkFilter{Kind: "proposal"}, "")
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, l := range work.Lines {
		out = append(out, l.Verb+" "+l.State+" "+l.By)
	}
	return strings.Join(out, ",")
}

// Nobody is found not to be a victim on one person's word: one proposes, the other
// sends it back, it is mended, and only with the second's word anything is changed.
func TestTwoTakeAStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	file := w.girl()
	form, err := w.desk.StepForm(t.Context(), alua, file, "not_identify")
	if err != nil || form.Two == nil || form.Two.Seconds != 1 || form.Two.Waits != nil {
		t.Fatalf("the form says of two: %+v, %v", form.Two, err)
	}
	if _, err := w.desk.TakeStep(t.Context(), alua, w.refusal(alua, file)); !fault.Is(err, casework.CodeStepOfTwo) {
		t.Errorf("one alone: %v", err)
	}
	stood, theirs := w.file(file), w.workVerbs(w.inspector)
	w.must(w.desk.Propose(t.Context(), alua, w.refusal(alua, file)))
	w.stands(file, stood, theirs)
	w.nobodyElse(file)
	for _, row := range []struct {
		why  string
		who  access.Who
		want string
	}{
		{"who may confirm it", berik, "work.confirm due Alua"},
		{"who proposed it", alua, "work.waits_second waiting Alua"},
		{"who keeps the list, while there is time", secretary, ""},
	} {
		if got := w.proposalLine(row.who); got != row.want {
			t.Errorf("%s reads %q, not %q", row.why, got, row.want)
		}
	}
	v := w.proposed(berik, file)
	if !v.Confirms || v.Mends || v.By != "Alua" || v.Typed.Reasons.Reveal() != "Nothing of it was found." || v.Effects.None() {
		t.Errorf("the second reads %+v", v)
	}
	back := w.seconds(v)
	back.Why = withheld.New("Say what was looked at.")
	w.must(w.desk.SendBack(t.Context(), berik, back))
	if got := w.proposalLine(alua); got != "work.sent_back new Alua" {
		t.Errorf("who proposed reads %q", got)
	}
	if v = w.proposed(alua, file); v.Why.Reveal() != "Say what was looked at." || v.BackBy != "Berik" || !v.Mends || v.Confirms {
		t.Errorf("sent back it says %+v", v)
	}
	mended := w.refusal(alua, file)
	mended.Reasons = withheld.New("Three days were looked at.")
	w.must(w.desk.Propose(t.Context(), alua, mended))
	back.Key = w.k()
	if _, err := w.desk.Confirm(t.Context(), berik, back); !fault.Is(err, casework.CodeProposalChanged) {
		t.Errorf("a page with the older words: %v", err)
	}
	if _, err := w.desk.Confirm(t.Context(), alua, w.seconds(w.proposed(alua, file))); !fault.Is(err, casework.CodeProposalOwn) {
		t.Errorf("her own: %v", err)
	}
	w.push(time.Hour)
	w.must(w.desk.Confirm(t.Context(), berik, w.seconds(w.proposed(berik, file))))
	if v := w.file(file).Situation.Value("victim"); v != "not_identified" {
		t.Errorf("she is %s", v)
	}
	w.saysWhoTwo(alua, file, "Alua", "Berik")
	w.saysWhoTwo(w.inspector, file, "", "")
	w.agrees()
}

// stands: a proposal moves nothing for the person, and nothing in others' lists.
func (w *world) stands(file id.File, before *casework.File, theirs []string) {
	w.t.Helper()
	after := w.file(file)
	if after.Situation.Value("victim") != "presumed" || after.Changed() != before.Changed() || len(after.Clocks) != len(before.Clocks) || len(after.Due) != len(before.Due) {
		w.t.Error("a proposal changed something for the person")
	}
	if now := w.workVerbs(w.inspector); !slices.Equal(now, theirs) {
		w.t.Errorf("another body's list: %v, then %v", theirs, now)
	}
}

// nobodyElse: other bodies neither find the proposal nor read of it on the file.
func (w *world) nobodyElse(file id.File) {
	w.t.Helper()
	if _, err := w.desk.Proposal(w.t.Context(), w.inspector, file, "not_identify"); fault.Of(err).Kind != fault.NotFound {
		w.t.Errorf("another body opens it: %v", err)
	}
	v, err := w.desk.File(w.t.Context(), w.inspector, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	if len(v.Proposals) != 0 || slices.ContainsFunc(v.Timeline, func(l desk.TimelineLine) bool { return strings.Contains(l.Code, "proposed") }) {
		w.t.Error("another body reads that something is proposed")
	}
}

// saysWhoTwo: the step names both to their own body, and to others that two took it.
func (w *world) saysWhoTwo(who access.Who, file id.File, proposed, confirmed string) {
	w.t.Helper()
	v, err := w.desk.File(w.t.Context(), who, file, "")
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(v.Timeline, func(l desk.TimelineLine) bool { return l.Code == "step.not_identify" })
	if i < 0 || v.Timeline[i].Two == nil || *v.Timeline[i].Two != (desk.TookTwo{Proposed: proposed, Confirmed: confirmed}) {
		w.t.Errorf("the line says %+v", v.Timeline[max(i, 0)])
	}
}

// docketTwo is what a worker's docket says of proposals: how many wait, and the mark
// of each line.
func (w *world) docketTwo(who access.Who) string {
	w.t.Helper()
	d := w.docket(who, desk.DocketFilter{})
	out := []string{strconv.Itoa(d.Seconds)}
	for _, l := range d.Lines {
		for _, p := range l.Two {
			out = append(out, strings.TrimPrefix(p.Verb, "work.")+" "+p.Step+" "+path.Base(p.Target))
		}
	}
	return strings.Join(out, ", ")
}

// The docket marks what a colleague has proposed, once, with the page that confirms;
// nobody is sent to confirm her own, and what was sent back waits for no second.
func TestADocketMarksWhatWaitsForASecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	w.girl() // another person, of whom nothing is proposed
	w.push(time.Hour)
	file := w.girl()
	if got := w.docketTwo(berik); got != "0" {
		t.Errorf("before anything is proposed: %s", got)
	}
	w.must(w.desk.Propose(t.Context(), alua, w.refusal(alua, file)))
	reads := func(when string, who access.Who, want string) {
		t.Helper()
		if got := w.docketTwo(who); got != want {
			t.Errorf("%s: %q, not %q", when, got, want)
		}
	}
	reads("who may confirm", berik, "1, confirm not_identify not_identify")
	reads("who proposed", alua, "1, waits_second not_identify not_identify")
	reads("who shares out, while there is time", secretary, "0")
	for _, f := range []desk.DocketFilter{{}, {Step: "identify"}} { // where its own step is not listed, the person's other line
		marked := 0
		for _, l := range w.docket(berik, f).Lines {
			marked += len(l.Two)
			if len(l.Two) > 0 && l.Subject.File != file {
				t.Error("another person's line is marked")
			}
		}
		if marked != 1 {
			t.Errorf("%+v: %d marks", f, marked)
		}
	}
	if d := w.docket(berik, desk.DocketFilter{State: "overdue"}); d.Seconds != 1 {
		t.Errorf("of a part of the list it counts %d", d.Seconds)
	}
	back := w.seconds(w.proposed(berik, file))
	back.Why = withheld.New("Say what was looked at.")
	w.must(w.desk.SendBack(t.Context(), berik, back))
	reads("sent back, to who proposed", alua, "0, sent_back not_identify not_identify")
	reads("sent back, to who sent it", berik, "0")
}

// Of a person's lines the one of the step that is proposed is marked, or the first.
func TestTheLineOfAProposal(t *testing.T) {
	t.Parallel()
	line := func(file, step string) desk.DocketLine {
		return desk.DocketLine{Subject: desk.Subject{File: id.File(file)}, Step: step}
	}
	for _, row := range []struct {
		why, file, step string
		want            int
	}{
		{"its own line, though another of hers comes first", "b", "refuse", 2},
		{"none of its step: her first", "b", "end", 1},
		{"nobody's line", "c", "refuse", -1},
	} {
		lines := []desk.DocketLine{line("a", "refuse"), line("b", "find"), line("b", "refuse"), line("b", "other")}
		n := desk.MarkProposed(lines, []desk.WorkLine{{Subject: desk.Subject{File: id.File(row.file)}, Step: row.step}})
		if got := slices.IndexFunc(lines, func(l desk.DocketLine) bool { return len(l.Two) > 0 }); got != row.want || n != 1 {
			t.Errorf("%s: line %d, %d wait", row.why, got, n)
		}
	}
}

// What waits too long for its second stands with who keeps the list, and the body is
// told once that something waits.
func TestASecondIsLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secretary, alua, berik := w.office()
	file := w.girl()
	w.must(w.desk.Propose(t.Context(), alua, w.refusal(alua, file)))
	w.letters()
	w.push(49 * time.Hour)
	if got := w.proposalLine(secretary); got != "work.second_late overdue Alua" {
		t.Errorf("who keeps the list reads %q", got)
	}
	if got := w.proposalLine(berik); got != "work.confirm overdue Alua" {
		t.Errorf("the second reads %q", got)
	}
	if got := w.letters(); !slices.Contains(got, "joint-identification") {
		t.Errorf("told were %v", got)
	}
	v := w.proposed(alua, file)
	w.must(w.desk.WithdrawProposal(t.Context(), alua, w.seconds(v)))
	if got := w.proposalLine(secretary) + w.proposalLine(berik) + w.proposalLine(alua); got != "" {
		t.Errorf("withdrawn, it stands as %q", got)
	}
}

// Somebody decides otherwise while it waits: the second's word is refused, and what
// was typed can still be read and cleared away.
func TestConfirmedTooLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, alua, berik := w.office()
	file := w.girl()
	w.must(w.desk.Propose(t.Context(), alua, w.refusal(alua, file)))
	v := w.proposed(berik, file)
	w.must(w.desk.TakeStep(t.Context(), berik, w.stepOf(berik, file, "identify", nil)))
	if _, err := w.desk.Confirm(t.Context(), berik, w.seconds(v)); !fault.Is(err, casework.CodeFileChanged) {
		t.Errorf("by the page that was open: %v", err)
	}
	v = w.proposed(berik, file)
	if _, err := w.desk.Confirm(t.Context(), berik, w.seconds(v)); !fault.Is(err, casework.CodeStepNotOpen) {
		t.Errorf("when the law has closed it: %v", err)
	}
	if v = w.proposed(berik, file); v.Typed.Reasons.Reveal() != "Nothing of it was found." || v.Form.Offer.State != "closed" {
		t.Errorf("it stands as %+v", v)
	}
}
