package casework

import (
	"slices"
	"strconv"
	"strings"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
)

// Grounds on which a need card is sent.
const (
	GroundConsent = "consent"
	GroundChild   = "child" // a child's safety does not wait for a paper; the guardian is told
)

// Refer sends a need card to a few providers at once. It says what the person
// needs and never who she is: that passes on acceptance, to the one who accepts.
func Refer(f *File, in ReferInput, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	priority, err := in.check(m)
	if err != nil {
		return Decision{}, err
	}
	if need, open := f.openFor(in.Needs); open.ID != "" {
		return Decision{}, fault.New(fault.Conflict, CodeOpenNeed, "referral", string(open.ID), "need", need)
	}
	in.Purpose = ReferralPurpose(m.Laws.Pack(), in.Purpose)
	ground, consent, err := f.ground(in)
	if err != nil {
		return Decision{}, err
	}
	asked := ReferralAsked{
		Referral: in.Referral, Needs: in.Needs, Health: in.Health, Safety: f.Safety, Children: in.Children,
		Priority: in.Priority, Note: in.Note, Ground: ground, Consent: consent,
	}
	return f.sendCard(asked, in, *priority, m)
}

func (in ReferInput) check(m Moment) (*pack.Priority, error) {
	p := m.Laws.Pack()
	var f fields
	if len(in.Needs) == 0 {
		f.add("needs", "required")
	}
	f.each("needs", in.Needs, func(n string) bool { return p.Need(n) != nil })
	priority := p.Priority(in.Priority)
	if priority == nil {
		f.add("priority", "not_a_choice")
	}
	if err := fault.Form(f...); err != nil {
		return nil, err
	}
	seen := map[id.Service]bool{}
	for _, provider := range in.Providers {
		seen[provider.Service] = true
	}
	switch most := p.Standards.MaxAsked; {
	case len(in.Providers) == 0:
		return nil, fault.New(fault.Invalid, CodeNobody)
	case len(in.Providers) > most || len(seen) != len(in.Providers):
		return nil, fault.New(fault.Invalid, CodeTooMany, "max", strconv.Itoa(most))
	}
	for _, provider := range in.Providers {
		if provider.Body == nil || provider.Body.Closed {
			return nil, fault.New(fault.Conflict, CodeReceiver, "service", string(provider.Service))
		}
		if s, ok := provider.Body.Service(provider.Service); !ok || s.Closed {
			return nil, fault.New(fault.Conflict, CodeReceiver, "service", string(provider.Service))
		}
	}
	return priority, nil
}

// openFor finds a referral that still waits for one of these needs: two shelters
// must not both keep a bed for one person.
func (f *File) openFor(needs []string) (string, Referral) {
	for _, r := range f.Referrals {
		if r.State != ReferralOpen && r.State != ReferralTaken {
			continue
		}
		for _, n := range needs {
			if slices.Contains(r.Needs, n) {
				return n, r
			}
		}
	}
	return "", Referral{}
}

// ground is why the card may be sent. A standing yes must cover each kind of
// body; without one only the child's path is left. Whoever the person excluded
// is asked on no ground.
func (f *File) ground(in ReferInput) (string, id.Consent, error) {
	for _, p := range in.Providers {
		if f.excluded(p.Body.ID) {
			return "", "", fault.New(fault.Invalid, CodeExcluded, "body", string(p.Body.ID))
		}
	}
	refusedKind := ""
	for _, c := range slices.Backward(f.Consents) {
		if c.State != ConsentYes || in.Purpose != "" && c.Purpose != in.Purpose {
			continue
		}
		kind := c.uncovered(in.Providers)
		if kind == "" {
			return GroundConsent, c.ID, nil
		}
		refusedKind = kind
	}
	switch {
	case f.Child():
		return GroundChild, "", nil
	case refusedKind != "":
		return "", "", fault.New(fault.Invalid, CodeNotRecipient, "kind", refusedKind)
	}
	return "", "", fault.New(fault.Invalid, CodeNoConsent, "purpose", in.Purpose)
}

// uncovered is the first kind of body that the consent does not name.
func (c Consent) uncovered(providers []Provider) string {
	for _, p := range providers {
		if !c.covers(p.Body.Kind) {
			return p.Body.Kind
		}
	}
	return ""
}

func (c Consent) covers(kind string) bool {
	return len(c.Recipients) == 0 || slices.Contains(c.Recipients, kind)
}

// Stages of a purpose.
const (
	StageReferral   = "referral"
	StageAcceptance = "acceptance"
)

// ReferralPurpose is the purpose whose yes is the ground for a need card: the
// one asked for if the pack has it, else the pack's own for that stage.
func ReferralPurpose(p *pack.Pack, asked string) string {
	if p.Purpose(asked) != nil {
		return asked
	}
	for _, purpose := range p.Purposes {
		if purpose.Stage == StageReferral {
			return purpose.ID
		}
	}
	return asked
}

// excluded says whether the person said never this one, in any consent that
// she has not replaced. Taking a yes back does not take a never back.
func (f *File) excluded(body id.Body) bool {
	return slices.ContainsFunc(f.Consents, func(c Consent) bool { return slices.Contains(c.Excluded, body) })
}

func (f *File) sendCard(asked ReferralAsked, in ReferInput, p pack.Priority, m Moment) (Decision, error) {
	ackDue, err := m.due(p.Acknowledge)
	if err != nil {
		return Decision{}, err
	}
	answerDue, err := m.due(p.Answer)
	if err != nil {
		return Decision{}, err
	}
	if asked.RingAt, err = m.due(p.Ring); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	ref := string(in.Referral)
	for _, provider := range in.Providers {
		asked.Asks = append(asked.Asks, AskMade{provider.Service, provider.Body.ID, provider.Body.Kind, ackDue, answerDue})
	}
	b.receipt(askedReferral(Event{Body: m.By.Body}, asked).Sent())
	b.add(CompartmentCore, asked)
	for _, earlier := range f.Referrals {
		if earlier.State == ReferralUnanswered {
			b.settle(f, string(earlier.ID), "task.refer_again")
		}
	}
	var bodies []string
	for _, a := range asked.Asks {
		b.tell(a.Body, "notify.referral_asked", "referral", ref, "priority", in.Priority)
		if !slices.Contains(bodies, string(a.Body)) {
			bodies = append(bodies, string(a.Body))
		}
	}
	about := []string{"file", string(f.ID), "referral", ref, "body", strings.Join(bodies, " "), "code"}
	b.later(EffectDue, ackDue, "ack/"+ref, append(slices.Clip(about), "notify.acknowledge_due")...)
	b.later(EffectDue, answerDue, "answer/"+ref, append(slices.Clip(about), "notify.answer_due")...)
	b.later(EffectRing, asked.RingAt, "ring/"+ref, "file", string(f.ID), "referral", ref)
	return b.decision, nil
}

// Sent is what its sender is told about a referral: how many were asked and who,
// by when they answer, and when telephones ring.
func (r Referral) Sent() Receipt {
	out := Receipt{
		Code: "receipt.referred", Args: map[string]string{"referral": string(r.ID), "n": strconv.Itoa(len(r.Asks)), "ring": timeArg(r.RingAt)},
		Next: "next.await_answer", N: r.N,
	}
	for _, a := range r.Asks {
		out.Due = a.AnswerDue
		if body := string(a.Body); a.Body != r.From && !slices.Contains(out.Told, body) {
			out.Told = append(out.Told, body)
		}
	}
	return out
}

// Withdraw takes a referral back, even an accepted one: the sender's act.
func Withdraw(f *File, ref id.Referral, held *Place, reason string, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	r, ok := f.Referral(ref)
	switch {
	case !ok || r.From != m.By.Body:
		return Decision{}, fault.Withheld("not this body's referral")
	case slices.Contains([]string{ReferralBack, ReferralPlaced, ReferralEnded}, r.State):
		return Decision{}, shut(r)
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.withdrawn", Args: map[string]string{"referral": string(ref)}})
	b.add(CompartmentCore, ReferralWithdrawn{ref, reason})
	b.settle(f, string(ref), "task.find_place", "task.refer_again")
	b.release(held, ref, "withdrawn")
	for _, a := range r.Asks {
		if a.waiting() || a.State == Accepted {
			b.tell(a.Body, "notify.referral_withdrawn", "referral", string(ref))
		}
	}
	return b.decision, nil
}

// Escalate rings the coordinator and the hotline when nobody has accepted by
// the time set. It happens once; whoever calls it again hears that nothing was
// to be done.
func Escalate(f *File, ref id.Referral, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	r, ok := f.Referral(ref)
	switch {
	case !ok:
		return Decision{}, fault.Withheld("no referral")
	case r.State != ReferralOpen && r.State != ReferralUnanswered, !r.Escalated.IsZero():
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	case m.At.Before(r.RingAt):
		return Decision{}, fault.New(fault.Conflict, CodeEarly, "at", timeArg(r.RingAt))
	}
	b := f.building(m)
	told := append(m.kindsThat("coordinate"), m.kindsThat("hotline")...)
	b.receipt(Receipt{Code: "receipt.escalated", Args: map[string]string{"referral": string(ref)}})
	b.add(CompartmentCore, ReferralEscalated{ref, told})
	b.taskFor("coordinate", f.Region, "task.find_place", string(ref), m.At)
	for _, kind := range told {
		b.tellKind(kind, f.Region, "notify.referral_ringing", "referral", string(ref), "file", string(f.ID))
	}
	b.tell(r.From, "notify.referral_unanswered", "referral", string(ref))
	return b.decision, nil
}

// AnswerQuestion answers a provider's question, as the sender.
func AnswerQuestion(f *File, in AskInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	r, ok := f.Referral(in.Referral)
	if !ok || r.From != m.By.Body {
		return Decision{}, fault.Withheld("not this body's referral")
	}
	i := slices.IndexFunc(r.Questions, func(q Question) bool { return q.ID == in.Question && q.Answered.IsZero() })
	if i < 0 {
		return Decision{}, fault.New(fault.Conflict, CodeQuestion)
	}
	if in.Text.Empty() {
		return Decision{}, fault.Form(fault.Field{Name: "text", Code: "required"})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.answered", Args: map[string]string{"referral": string(in.Referral)}})
	b.add(CompartmentCore, ReferralAnswer{in.Referral, in.Question, in.Text})
	b.tell(r.Questions[i].Body, "notify.question_answered", "referral", string(in.Referral))
	return b.decision, nil
}

// shut says why a referral can no longer be answered.
func shut(r Referral) error {
	if r.State == ReferralTaken || r.State == ReferralPlaced {
		return fault.New(fault.Conflict, CodeReferralTaken, "referral", string(r.ID))
	}
	return fault.New(fault.Conflict, CodeReferralShut, "referral", string(r.ID), "state", r.State)
}
