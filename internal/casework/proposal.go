package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// Some steps a country has taken by two (handling.yaml, two:). One worker proposes
// the step, with everything that is typed in its form; another of the same body
// confirms it. Until then nothing has happened: no situation, clock, docket or
// removal check reads a proposal, and no other body learns of it. What was proposed
// is judged when it is proposed, so that nobody is asked to sign what the law does
// not allow, and again, by the facts and the law of that second, when it is
// confirmed.

// StepProposed is a step as one worker proposes it. It is sealed in the compartment
// of the body's kind, as what its workers say to each other.
type StepProposed struct {
	Step       string                   `json:"step"`
	Reasons    withheld.Text            `json:"reasons,omitzero"`
	Language   string                   `json:"language,omitempty"`
	Fields     map[string]withheld.Text `json:"fields,omitempty"`
	To         id.Body                  `json:"to,omitempty"`
	Indicators []string                 `json:"indicators,omitempty"`
	NoSigns    bool                     `json:"no_signs,omitempty"`
	// Of a step that was on paper first: the two signed there, on that day.
	Paper   *EnteredFromPaper `json:"paper,omitempty"`
	PaperAt time.Time         `json:"paper_at,omitzero"`
	Due     time.Time         `json:"due"` // it is late after that: the pack's own time, not a law's
}

// ProposalReturned sends a proposal back to who made it, with the reason.
type ProposalReturned struct {
	Step string        `json:"step"`
	From id.Worker     `json:"from"` // who had proposed it
	Why  withheld.Text `json:"why"`
}

// ProposalWithdrawn says that it is proposed no more.
type ProposalWithdrawn struct {
	Step string `json:"step"`
}

func (StepProposed) EventType() (string, int)      { return "step.proposed", 1 }
func (ProposalReturned) EventType() (string, int)  { return "step.sent_back", 1 }
func (ProposalWithdrawn) EventType() (string, int) { return "step.withdrawn", 1 }

// ProposedBy stands in a step that two took: who proposed it, and when. Who
// confirmed it is the worker of the event.
type ProposedBy struct {
	Worker id.Worker `json:"worker"`
	At     time.Time `json:"at"`
}

// Proposal is a step that waits for the second, or that the second sent back.
type Proposal struct {
	StepProposed
	Body   id.Body
	Worker id.Worker
	At     time.Time
	Seq    uint64 // of the event: a page that showed an older one confirms nothing
	Back   *SentBack
}

// SentBack is why the second did not confirm.
type SentBack struct {
	By  id.Worker
	At  time.Time
	Why withheld.Text
}

// States of a proposal.
const (
	ProposalOpen = "open"
	ProposalBack = "sent_back"
)

// State is where a proposal stands.
func (p Proposal) State() string {
	if p.Back != nil {
		return ProposalBack
	}
	return ProposalOpen
}

// Written is the paper that it was typed in from, or nil.
func (p Proposal) Written() *Written {
	if p.Paper == nil {
		return nil
	}
	return &Written{At: p.PaperAt, EnteredFromPaper: *p.Paper}
}

// Input is the step as it was proposed. It happens when it is confirmed, unless it
// was on paper.
func (p Proposal) Input() TakeStepInput {
	return TakeStepInput{
		Step: p.Step, Reasons: p.Reasons, Language: p.Language, Fields: p.Fields, OccurredAt: p.PaperAt, To: p.To,
		Indicators: p.Indicators, NoSigns: p.NoSigns,
	}
}

// ProposalOf is what a body has proposed of a step.
func (f *File) ProposalOf(step string, body id.Body) (Proposal, bool) {
	i := slices.IndexFunc(f.Proposals, func(p Proposal) bool { return p.Step == step && p.Body == body })
	if i < 0 {
		return Proposal{}, false
	}
	return f.Proposals[i], true
}

// OfTwo says whether the pack has a step taken by two.
func OfTwo(laws Laws, step string) bool {
	h := laws.Pack().HandlingOf(step)
	return h != nil && h.Two
}

// Propose records a step that another worker of the body is to confirm. Made again
// by who made it, or of one that was sent back, it takes the place of the last.
func Propose(f *File, in TakeStepInput, paper *Written, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	if !OfTwo(m.Laws, in.Step) {
		return Decision{}, fault.New(fault.Invalid, CodeStepUnknown, "step", in.Step)
	}
	if had, ok := f.ProposalOf(in.Step, m.By.Body); ok && had.Back == nil && had.Worker != m.By.Worker {
		return Decision{}, fault.New(fault.Conflict, CodeProposalOpen, "step", in.Step)
	}
	if err := in.notYet(paper); err != nil {
		return Decision{}, err
	}
	if _, err := takeStep(f, in, &ProposedBy{m.By.Worker, m.At}, m); err != nil {
		return Decision{}, err
	}
	due, err := m.due(m.Laws.Pack().Standards.Confirm)
	if err != nil {
		return Decision{}, err
	}
	v := StepProposed{
		Step: in.Step, Reasons: in.Reasons, Language: in.Language, Fields: in.Fields, To: in.To, Indicators: in.Indicators, NoSigns: in.NoSigns, Due: due,
	}
	if paper != nil {
		v.Paper, v.PaperAt = &paper.EnteredFromPaper, paper.At
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.step_proposed", Args: workArgs(f, in.Step), Next: "next.second", Due: due})
	b.add(m.compartment(), v)
	b.later(EffectSecond, due, "second/"+string(f.ID)+"/"+in.Step+"/"+due.Format(time.RFC3339),
		"file", string(f.ID), "step", in.Step, "body", string(m.By.Body))
	return b.decision, nil
}

// notYet refuses a day before the second has confirmed: a decision of two exists
// from then on, and a limit of the person's must not have begun to run before.
func (in TakeStepInput) notYet(paper *Written) error {
	var bad fields
	if !in.OccurredAt.IsZero() && paper == nil {
		bad.add("occurred_at", CodeStepOfTwo)
	}
	if !in.Understood.IsZero() {
		bad.add("understood", CodeStepOfTwo)
	}
	return fault.Form(bad...)
}

// ConfirmInput confirms a proposal as the second read it: Seq is the proposal's,
// Version the file's. Understood is when the person understood the notice, if that
// is known already.
type ConfirmInput struct {
	Step       string
	Seq        uint64
	Version    uint64
	Understood time.Time
}

// Confirm takes the proposed step. It is judged anew: what was open yesterday may
// be closed, and who was free of the person may have acted since. Nothing is lost
// by a refusal, for the proposal stands in the file as it was.
func Confirm(f *File, in ConfirmInput, m Moment) (Decision, error) {
	p, err := f.proposed(in.Step, in.Seq, m)
	if err != nil {
		return Decision{}, err
	}
	if m.byWho(p.Worker) {
		return Decision{}, fault.New(fault.Invalid, CodeProposalOwn)
	}
	take := p.Input()
	take.Version, take.Understood = in.Version, in.Understood
	out, err := takeStep(f, take, &ProposedBy{p.Worker, p.At}, m)
	if err == nil {
		out.Receipt.Code = "receipt.step_of_two"
	}
	return out, err
}

// SendBack returns a proposal to who made it. Whoever may confirm it may send it
// back, also when the law has closed the step since.
func SendBack(f *File, step string, seq uint64, why withheld.Text, m Moment) (Decision, error) {
	p, err := f.proposed(step, seq, m)
	if err != nil {
		return Decision{}, err
	}
	switch {
	case m.byWho(p.Worker):
		return Decision{}, fault.New(fault.Invalid, CodeProposalOwn)
	case why.Empty():
		return Decision{}, fault.Form(fault.Field{Name: "back_why", Code: "field.required"})
	}
	if err := f.sameRole(step, m); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.step_sent_back", Args: workArgs(f, step)})
	b.add(m.compartment(), ProposalReturned{Step: step, From: p.Worker, Why: why})
	return b.decision, nil
}

// WithdrawProposal takes one back: who made it, or, when it was sent back and its
// maker may be gone, whoever takes the step.
func WithdrawProposal(f *File, step string, seq uint64, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	p, ok := f.ProposalOf(step, m.By.Body)
	if !ok || p.Seq != seq {
		return Decision{}, fault.New(fault.Conflict, CodeProposalChanged)
	}
	if p.Worker != m.By.Worker {
		if p.Back == nil {
			return Decision{}, fault.New(fault.Invalid, CodeProposalNotOwn)
		}
		if err := f.sameRole(step, m); err != nil {
			return Decision{}, err
		}
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.step_withdrawn", Args: workArgs(f, step)})
	b.add(m.compartment(), ProposalWithdrawn{Step: step})
	return b.decision, nil
}

// proposed is what stands proposed at this body, as the page showed it.
func (f *File) proposed(step string, seq uint64, m Moment) (Proposal, error) {
	if err := f.check(0); err != nil {
		return Proposal{}, err
	}
	p, ok := f.ProposalOf(step, m.By.Body)
	if !ok || p.Seq != seq || p.Back != nil {
		return Proposal{}, fault.New(fault.Conflict, CodeProposalChanged)
	}
	return p, nil
}

// sameRole refuses who does not take such a step, under the law of any day the
// pack knows: what was proposed under an older law is still somebody's to clear.
func (f *File) sameRole(step string, m Moment) error {
	for i := range m.Laws.Pack().Spec.Steps {
		if s := &m.Laws.Pack().Spec.Steps[i]; s.ID == step && mayTake(s, m.By) {
			if f.notSame(s, m) != "" {
				break
			}
			return nil
		}
	}
	return fault.New(fault.Invalid, CodeStepNotYours, "step", step)
}

// MayConfirm says whether a worker may be the second of what her body proposed.
func MayConfirm(f *File, p Proposal, m Moment) bool {
	return p.Body == m.By.Body && !m.byWho(p.Worker) && p.Back == nil && f.sameRole(p.Step, m) == nil
}

// CouldConfirm says of a colleague's account whether she could be the second of
// what this worker proposes.
func CouldConfirm(f *File, step string, a *Account, m Moment) bool {
	return !a.Out() && a.Body == m.By.Body && !m.byWho(a.ID) && f.sameRole(step, m.as(a)) == nil
}

// addProposal applies what is proposed, sent back and withdrawn.
func (f *File) addProposal(e Event) bool {
	switch v := e.Payload.(type) {
	case StepProposed:
		f.unpropose(v.Step, e.Body)
		f.Proposals = append(f.Proposals, Proposal{StepProposed: v, Body: e.Body, Worker: e.Worker, At: e.RecordedAt, Seq: e.Seq})
	case ProposalReturned:
		f.Proposals = edited(f.Proposals, func(p *Proposal) bool { return p.Step == v.Step && p.Body == e.Body },
			func(p *Proposal) { p.Back = &SentBack{By: e.Worker, At: e.RecordedAt, Why: v.Why} })
	case ProposalWithdrawn:
		f.unpropose(v.Step, e.Body)
	default:
		return false
	}
	return true
}

// unpropose drops a body's proposal of a step, in a list of this file's own.
func (f *File) unpropose(step string, body id.Body) {
	f.Proposals = slices.DeleteFunc(slices.Clone(f.Proposals), func(p Proposal) bool { return p.Step == step && p.Body == body })
}

// confirmed drops the proposal that a step fulfils. That holds also of a step that
// was corrected since: what two signed by mistake does not wait to be signed again.
func (f *File) confirmed(e Event) {
	if s, ok := e.Payload.(StepTaken); ok && s.Proposed != nil {
		f.unpropose(s.Step, e.Body)
	}
}

func (f *File) proposalRows() []Row {
	var out []Row
	for _, p := range f.Proposals {
		out = append(out, row(ProposalsTable, string(f.ID), string(p.Body), p.Step, string(p.Worker), p.State(), f.Region, p.At, p.Due))
	}
	return out
}
