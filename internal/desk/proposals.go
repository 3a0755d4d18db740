package desk

import (
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A step that the pack has taken by two: one worker proposes it with the form of the
// step, another of the same body reads what is proposed and what it would change, and
// confirms it or sends it back. Who else works here sees that it waits; no other body
// learns of it.

// TwoTake is what the form of such a step says: who could be the second, and what
// somebody of this body has proposed already.
type TwoTake struct {
	Seconds int // colleagues who could confirm what this worker proposes
	Waits   *ProposalLine
}

// ProposalLine is a proposal as the workers of its body see it.
type ProposalLine struct {
	Step  string
	By    string
	Mine  bool
	At    time.Time
	Due   time.Time
	State string // open, sent_back
	Seq   uint64
	// Of one that was sent back.
	BackBy string
	BackAt time.Time
	Why    withheld.Text
}

// ProposalView is the page of a proposal: what was typed, and what the reader may do.
type ProposalView struct {
	ProposalLine
	Key      string
	Form     StepForm
	Typed    StepInput
	Effects  Effects
	Confirms bool // this worker may be the second
	Mends    bool // and may write it anew, or withdraw it
	Gone     bool // today's law knows no such step
}

// ConfirmInput confirms, sends back or withdraws what the page showed.
type ConfirmInput struct {
	Key        string
	File       id.File
	Step       string
	Seq        uint64
	Version    uint64
	Understood string
	Why        withheld.Text
}

func proposalPath(file id.File, step string) string {
	return "/file/" + string(file) + "/proposal/" + step
}

// ofTwo is what the form of a step of two says; nil of any other.
func (d *Desk) ofTwo(ctx context.Context, who access.Who, f *casework.File, step string) (*TwoTake, error) {
	if !casework.OfTwo(d.deps.Laws, step) {
		return nil, nil
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	out := &TwoTake{}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return nil, err
	}
	for _, a := range staff {
		if casework.CouldConfirm(f, step, a, m) {
			out.Seconds++
		}
	}
	if p, ok := f.ProposalOf(step, who.Body); ok {
		line := proposalLine(who, p, staff)
		out.Waits = &line
	}
	return out, nil
}

func proposalLine(who access.Who, p casework.Proposal, staff []*casework.Account) ProposalLine {
	out := ProposalLine{Step: p.Step, By: nameOf(staff, p.Worker), Mine: p.Worker == who.Worker, At: p.At, Due: p.Due, State: p.State(), Seq: p.Seq}
	if p.Back != nil {
		out.BackBy, out.BackAt, out.Why = nameOf(staff, p.Back.By), p.Back.At, p.Back.Why
	}
	return out
}

// Propose records a step for a colleague to confirm.
func (d *Desk) Propose(ctx context.Context, who access.Who, in StepInput) (casework.Receipt, error) {
	take, err := d.checkStep(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	if err := d.mayReceive(ctx, who, in.Step, in.To); err != nil {
		return casework.Receipt{}, err
	}
	paper, _ := d.written(in.Written) // checkStep said what is wrong in it
	return d.onFile(ctx, who, in.Key, in, in.File, access.TakeStep, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		if err := d.proven(who, f, take, m); err != nil {
			return casework.Decision{}, err
		}
		return asOfPaper(paper, f, m, func() (casework.Decision, error) { return casework.Propose(f, take, paper, m) })
	})
}

// Proposal is the page of what was proposed. It shows what lies in the compartment
// of the body's kind, so it is an opening of it, also by who wrote it.
func (d *Desk) Proposal(ctx context.Context, who access.Who, file id.File, step string) (ProposalView, error) {
	f, err := d.disclose(ctx, who, file, who.Compartment, func(f *casework.File) (access.Verdict, error) { return d.mayReadProposal(who, f, step) })
	if err != nil {
		return ProposalView{}, err
	}
	p, ok := f.ProposalOf(step, who.Body)
	if !ok {
		return ProposalView{}, fault.Withheld("nothing is proposed")
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return ProposalView{}, err
	}
	out := ProposalView{ProposalLine: proposalLine(who, p, staff), Key: string(id.New[id.Event](d.now())), Typed: d.typedOf(f, p)}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return ProposalView{}, err
	}
	out.Confirms = casework.MayConfirm(f, p, m)
	out.Mends = out.Mine || p.Back != nil
	if out.Form, err = d.StepForm(ctx, who, file, step); err != nil {
		if fault.Of(err).Kind != fault.NotFound {
			return ProposalView{}, err
		}
		// The law of today has no such step: what was typed is still somebody's work.
		out.Gone, out.Form = true, StepForm{File: file, Version: f.Changed(), Subject: subject(f), Offer: StepOffer{ID: step, State: "closed"}}
		return out, nil
	}
	out.Effects, err = d.StepEffects(ctx, who, out.Typed)
	return out, err
}

// mayReadProposal lets whoever takes steps in the file read what their own body
// proposed there.
func (d *Desk) mayReadProposal(who access.Who, f *casework.File, step string) (access.Verdict, error) {
	v, err := d.may(who, access.TakeStep, f)
	if err != nil {
		return v, err
	}
	if _, ok := f.ProposalOf(step, who.Body); !ok {
		return v, fault.Withheld("nothing is proposed")
	}
	return v, nil
}

// typedOf is the form as its writer filled it in.
func (d *Desk) typedOf(f *casework.File, p casework.Proposal) StepInput {
	in := StepInput{
		File: f.ID, Version: f.Changed(), Step: p.Step, Reasons: p.Reasons, Language: p.Language, Fields: p.Fields, To: p.To,
		Indicators: p.Indicators, NoSigns: p.NoSigns,
	}
	if w := p.Written(); w != nil {
		at := w.At.In(d.pack().Location())
		in.Written = &Written{Day: at.Format(time.DateOnly), Hour: at.Format("15:04"), By: w.By, Where: w.Where, Form: w.Form}
	}
	return in
}

// Confirm takes the proposed step as the second. The evidence is asked for again, of
// what she may read; what is refused stands as it was proposed.
func (d *Desk) Confirm(ctx context.Context, who access.Who, in ConfirmInput) (casework.Receipt, error) {
	understood, ok := d.readTime(in.Understood)
	if !ok {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "understood", Code: "field.date"})
	}
	seen, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	if p, ok := seen.ProposalOf(in.Step, who.Body); ok { // whether she may at all is asked where it is decided
		if err := d.mayReceive(ctx, who, in.Step, p.To); err != nil {
			return casework.Receipt{}, err
		}
	}
	return d.onProposal(ctx, who, in, func(f *casework.File, p casework.Proposal, m casework.Moment) (casework.Decision, error) {
		if err := d.proven(who, f, p.Input(), m); err != nil {
			return casework.Decision{}, err
		}
		return fromPaper(p.Written(), f, in.File, m, func() (casework.Decision, error) {
			return casework.Confirm(f, casework.ConfirmInput{Step: in.Step, Seq: in.Seq, Version: in.Version, Understood: understood}, m)
		})
	})
}

// SendBack returns a proposal with the reason.
func (d *Desk) SendBack(ctx context.Context, who access.Who, in ConfirmInput) (casework.Receipt, error) {
	if err := fault.Form(tooLong("back_why", in.Why, maxNote)...); err != nil {
		return casework.Receipt{}, err
	}
	return d.onProposal(ctx, who, in, func(f *casework.File, _ casework.Proposal, m casework.Moment) (casework.Decision, error) {
		return casework.SendBack(f, in.Step, in.Seq, in.Why, m)
	})
}

// WithdrawProposal takes a proposal back.
func (d *Desk) WithdrawProposal(ctx context.Context, who access.Who, in ConfirmInput) (casework.Receipt, error) {
	return d.onProposal(ctx, who, in, func(f *casework.File, _ casework.Proposal, m casework.Moment) (casework.Decision, error) {
		return casework.WithdrawProposal(f, in.Step, in.Seq, m)
	})
}

// onProposal is an act on what this worker's body proposed. One that is not there
// any more was confirmed or withdrawn a moment ago, which is said to who may take
// steps in the file.
func (d *Desk) onProposal(ctx context.Context, who access.Who, in ConfirmInput, decide func(*casework.File, casework.Proposal, casework.Moment) (casework.Decision, error)) (casework.Receipt, error) {
	return d.onFile(ctx, who, in.Key, in, in.File, access.TakeStep, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		p, ok := f.ProposalOf(in.Step, who.Body)
		if !ok {
			return casework.Decision{}, fault.New(fault.Conflict, casework.CodeProposalChanged)
		}
		return decide(f, p, m)
	})
}

// proposals are the lines of My work about steps of two: what waits for this worker's
// word, what she proposed herself, what was sent back to her, and, for who shares out
// the work, what has waited too long, whoever is to confirm it.
func (d *Desk) proposals(ctx context.Context, who access.Who, at time.Time) ([]WorkLine, error) {
	if who.Body == "" || !d.couldEver(who, access.TakeStep, "file") && !d.shares(who) {
		return nil, nil
	}
	page, err := d.deps.Store.List(ctx, casework.ProposalsTable, store.Query{
		Scope: everything, Where: []store.Filter{store.Where("body_id", store.Is, string(who.Body))},
		Sort: []store.Order{{Column: "due_at"}}, Limit: workLimit, NoTotal: true,
	})
	if err != nil || len(page.Rows) == 0 {
		return nil, err
	}
	m, err := d.momentOf(ctx, who, at)
	if err != nil {
		return nil, err
	}
	files, err := d.views(ctx, page.Rows)
	if err != nil {
		return nil, err
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []WorkLine
	for _, r := range page.Rows {
		f := files[id.File(r.Text("file_id"))]
		if f == nil {
			continue
		}
		if p, ok := f.ProposalOf(r.Text("step"), who.Body); ok {
			if line, ok := d.proposalWork(who, f, p, m); ok {
				line.Subject, line.By = fileOfRow(r), nameOf(staff, p.Worker)
				out = append(out, line)
			}
		}
	}
	return out, nil
}

// proposalWork is one proposal as it stands in this worker's list, if it does.
func (d *Desk) proposalWork(who access.Who, f *casework.File, p casework.Proposal, m casework.Moment) (WorkLine, bool) {
	at := m.At
	_, err := d.may(who, access.TakeStep, f)
	takes := err == nil
	line := WorkLine{Kind: "proposal", Step: p.Step, Since: p.At, Target: proposalPath(f.ID, p.Step)}
	switch late := p.Due.Before(at); {
	case takes && p.Back != nil && p.Worker == who.Worker:
		line.Verb, line.State, line.Since = "work.sent_back", "new", p.Back.At
	case takes && p.Worker == who.Worker:
		line.Verb, line.State = "work.waits_second", "waiting"
	case takes && casework.MayConfirm(f, p, m):
		line.Verb, line.Due, line.State = "work.confirm", p.Due, dueState(p.Due, at)
	case late && d.shares(who) && d.onDocket(who, f, p.Step):
		line.Verb, line.Due, line.State = "work.second_late", p.Due, "overdue"
		if !takes {
			line.Target = "/docket"
		}
	default:
		return line, false
	}
	return line, true
}

// secondLate tells the body that a step of two has waited too long for its second,
// if it still does.
func (d *Desk) secondLate(ctx context.Context, args map[string]string) error {
	if !d.tells() {
		return nil
	}
	f, err := d.view(ctx, id.File(args["file"]))
	if err != nil {
		return gone(err)
	}
	body := id.Body(args["body"])
	p, ok := f.ProposalOf(args["step"], body)
	if !ok || p.Back != nil || p.Due.After(d.now()) {
		return nil // confirmed, sent back, or proposed anew with a time of its own
	}
	return d.tellEach(ctx, map[string]string{"file": args["file"], "code": "notify.second_late", "due": p.Due.Format(time.RFC3339)}, []string{string(body)})
}

// proposalsOf are what this worker's body has proposed in a file, for its page.
func (d *Desk) proposalsOf(ctx context.Context, who access.Who, f *casework.File) ([]ProposalLine, error) {
	of := slices.DeleteFunc(slices.Clone(f.Proposals), func(p casework.Proposal) bool { return p.Body != who.Body })
	if _, err := d.may(who, access.TakeStep, f); err != nil || len(of) == 0 {
		return nil, nil
	}
	staff, err := d.staff(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []ProposalLine
	for _, p := range of {
		line := proposalLine(who, p, staff)
		line.Why = withheld.Text{} // the page of the proposal shows it, and records that it did
		out = append(out, line)
	}
	return out, nil
}

// nameTwo gives lines of steps that two of this worker's own body took their names.
func (d *Desk) nameTwo(ctx context.Context, who access.Who, f *casework.File, lines []TimelineLine) error {
	var staff []*casework.Account
	for _, e := range f.Timeline {
		if e.Proposer == "" || e.Body != who.Body {
			continue
		}
		if staff == nil {
			var err error
			if staff, err = d.staff(ctx, who); err != nil {
				return err
			}
		}
		for i := range lines {
			if lines[i].Event == e.Event {
				lines[i].Two = &TookTwo{Proposed: nameOf(staff, e.Proposer), Confirmed: nameOf(staff, e.Worker)}
			}
		}
	}
	return nil
}
