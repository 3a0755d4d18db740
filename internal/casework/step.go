package casework

import (
	"maps"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/procedure"
)

// TakeStep takes a step that the law of the day it occurred allows to this
// body. What is closed, held or another's is refused with the reason; what
// happened all the same is recorded with Irregular.
func TakeStep(f *File, in TakeStepInput, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	if in.Irregular {
		return recordIrregular(f, in, m)
	}
	if OfTwo(m.Laws, in.Step) {
		return Decision{}, fault.New(fault.Invalid, CodeStepOfTwo, "step", in.Step)
	}
	return takeStep(f, in, nil, m)
}

// takeStep takes a step that one worker takes, or that another proposed.
func takeStep(f *File, in TakeStepInput, proposed *ProposedBy, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	at := occurred(in.OccurredAt, m)
	if at.After(m.At) {
		return Decision{}, fault.Form(fault.Field{Name: "occurred_at", Code: CodeStepFuture})
	}
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return Decision{}, err
	}
	offer, ok := model.Offer(f.before(at), in.Step, at)
	if !ok {
		return Decision{}, fault.New(fault.Invalid, CodeStepUnknown, "step", in.Step)
	}
	if err := f.mayTakeNow(offer, m); err != nil {
		return Decision{}, err
	}
	if proposed != nil {
		if err := f.mayTakeNow(offer, m.proposer(proposed)); err != nil {
			return Decision{}, err // who proposed it is kept apart since
		}
	}
	if in.Understood.After(m.At) {
		return Decision{}, fault.Form(fault.Field{Name: "understood", Code: "future"})
	}
	if err := in.minimum(offer.Step); err != nil {
		return Decision{}, err
	}
	if err := in.saysSigns(m); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.at = at
	taken := in.taken(offer.Step)
	taken.Proposed = proposed
	b.receipt(Receipt{Code: "receipt.step", Args: map[string]string{"step": in.Step}})
	b.add(CompartmentCore, taken)
	b.decided(f, offer.Step)
	b.attended(f)
	b.answered(f, in.Step)
	b.address(in.Step, in.To)
	b.tellOf(in.Step, f.Region)
	after := b.notice(f, model, offer.Step, taken, in.Understood)
	after = b.screen(f, model, in, taken, after)
	b.clocks(model, f.before(at), after)
	b.limit(model, offer.Step, after)
	if err := b.followUps(f, in.Step); err != nil {
		return Decision{}, err
	}
	return b.decision, nil
}

// mayTakeNow refuses what the law closes, what must be held, and what is
// another body's.
func (f *File) mayTakeNow(o procedure.Offer, m Moment) error {
	if !mayTake(o.Step, m.By) {
		return fault.New(fault.Invalid, CodeStepNotYours, "step", o.Step.ID)
	}
	if same := f.notSame(o.Step, m); same != "" {
		return fault.New(fault.Invalid, CodeStepNotOpen, "step", o.Step.ID, "why", "not_same", "guard", same)
	}
	if o.State != procedure.Closed && o.State != procedure.Held {
		return nil
	}
	args := []string{"step", o.Step.ID, "why", string(o.State)}
	if len(o.Why) > 0 {
		args = append(args, "code", o.Why[0].Code, "guard", o.Why[0].Guard, "bar", o.Why[0].Bar)
	}
	return fault.New(fault.Invalid, CodeStepNotOpen, args...)
}

// notSame is the earlier step whose taker may not take this one too: nobody
// judges an appeal against their own decision, and who holds a person does not
// decide on her claim. The law says so in the step, the product in its handling.
func (f *File) notSame(s *procedure.Step, m Moment) string {
	apart := s.NotSame
	if h := m.Laws.Pack().HandlingOf(s.ID); h != nil {
		apart = slices.Concat(apart, h.Apart)
	}
	for _, a := range f.acts {
		if slices.Contains(apart, a.step) && a.step != "" && (a.worker == m.By.Worker || a.proposer == m.By.Worker) && a.body == m.By.Body {
			return a.step // who proposed it decided on it too
		}
	}
	return ""
}

// NotSame is the step after which this worker may not take that one, or "".
func NotSame(f *File, s *procedure.Step, m Moment) string { return f.notSame(s, m) }

// minimum is what an adverse decision must carry: what the law of the day asks,
// and the product's own least, reasons, language and notice, even where the law
// asks for less. Notice is given with the decision, in the language named; that
// the person understood it may come days later, and her limit starts then. Each
// fault says which part and whose rule.
func (in TakeStepInput) minimum(s *procedure.Step) error {
	if s.Adverse == nil {
		return nil
	}
	var f fields
	need := func(missing bool, part, law string) {
		if !missing {
			return
		}
		rule := "law"
		if law == "" || law == "none" || isUnknown(law) {
			rule = "product"
		}
		f.add(part, "adverse."+part, "rule", rule)
	}
	need(in.Reasons.Empty(), "reasons", s.Adverse.Reasons)
	need(in.Language == "", "language", s.Adverse.Language)
	if len(f) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Invalid, Code: CodeStepMinimum, Args: map[string]string{"step": s.ID}, Fields: f}
}

func isUnknown(part string) bool { return len(part) >= 7 && part[:7] == "unknown" }

// taken is the step as recorded. Form fields become facts where the step's
// records say so; values that no fact has stay in the fields.
func (in TakeStepInput) taken(s *procedure.Step) StepTaken {
	t := StepTaken{
		Step: s.ID, Kind: TakenStep, Reasons: in.Reasons, Language: in.Language, Understood: in.Understood, Fields: in.Fields,
	}
	for _, field := range slices.Sorted(maps.Keys(s.Records)) {
		if v, ok := in.Fields[field]; ok && !v.Empty() {
			if t.Facts == nil {
				t.Facts = map[string]string{}
			}
			t.Facts[s.Records[field]] = v.Reveal()
		}
	}
	if s.Adverse != nil {
		t.Limit, t.Appeal = s.Adverse.Limit, s.Adverse.Appeal
	}
	return t
}

// notice takes the two steps that the engine makes of an adverse step's notice:
// given with the decision, understood on the day the person understood it.
func (b *builder) notice(f *File, m *procedure.Model, s *procedure.Step, t StepTaken, understood time.Time) procedure.Situation {
	situation, _ := m.TakeWith(f.before(b.at), s.ID, t.Facts, b.at)
	for _, next := range m.Steps() {
		at := b.at
		switch {
		case next.NoticeOf != s.ID:
			continue
		case next.NoticePart == noticeUnderstood && understood.IsZero():
			continue
		case next.NoticePart == noticeUnderstood:
			at = laterOf(understood, b.at)
		}
		b.decision.Events = append(b.decision.Events, Draft{
			Stream: b.stream, Compartment: CompartmentCore, OccurredAt: at,
			Payload: StepTaken{Step: next.ID, Kind: TakenStep, Language: t.Language},
		})
		situation, _ = m.Take(situation, next.ID, at)
	}
	return situation
}

const noticeUnderstood = "understood"

// limit puts the person's time limit on the receipt, for the page to say by
// when and where she may appeal.
func (b *builder) limit(m *procedure.Model, s *procedure.Step, after procedure.Situation) {
	if s.Adverse == nil {
		return
	}
	for _, c := range m.Clocks(after, b.m.At) {
		if c.Clock.ID == s.Adverse.Limit {
			b.decision.Receipt.Due, b.decision.Receipt.Next = c.Due, "next.appeal_by"
		}
	}
}

// decided notes that a body which identifies or decides now does so in this
// file, once.
func (b *builder) decided(f *File, s *procedure.Step) {
	kind := b.m.Laws.Pack().BodyKind(b.m.By.Kind)
	if kind == nil || !slices.Contains(kind.Can, "decide") && !slices.Contains(kind.Can, "identify") || s.Force == procedure.Own {
		return
	}
	if !slices.Contains(Relations(f)[b.m.By.Body], RelDecided) {
		b.add(CompartmentCore, RelationAdded{Body: b.m.By.Body, Relation: RelDecided})
	}
}

// recordIrregular records what happened although the law forbids it, or what no
// step describes. Nothing is refused a record for being unlawful; the
// coordinator hears of it.
func recordIrregular(f *File, in TakeStepInput, m Moment) (Decision, error) {
	at := occurred(in.OccurredAt, m)
	if at.After(m.At) {
		return Decision{}, fault.Form(fault.Field{Name: "occurred_at", Code: CodeStepFuture})
	}
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return Decision{}, err
	}
	t := StepTaken{
		Step: in.Step, Kind: TakenOccurrence, Reasons: in.Reasons, Language: in.Language, Understood: in.Understood, Fields: in.Fields,
	}
	before := f.before(at)
	after := before
	if in.Step == "" {
		t.Set = in.Set
		if err := knownValues(model, in.Set); err != nil {
			return Decision{}, err
		}
		after, _ = model.Record(before, in.Set, at)
	} else {
		offer, ok := model.Offer(before, in.Step, at)
		if !ok {
			return Decision{}, fault.New(fault.Invalid, CodeStepUnknown, "step", in.Step)
		}
		taken := in.taken(offer.Step)
		t.Facts, t.Kind, t.Failed = taken.Facts, TakenBreach, failures(offer, f.notSame(offer.Step, m), OfTwo(m.Laws, in.Step))
		if len(t.Failed) == 0 {
			t.Kind = TakenStep // it was in order after all, and is recorded so
			if err := in.saysSigns(m); err != nil {
				return Decision{}, err // or a way round the question would screen somebody whom nobody asked
			}
		}
		after, _ = model.TakeWith(before, in.Step, t.Facts, at)
	}
	b := f.building(m)
	b.at = at
	b.receipt(Receipt{Code: "receipt.irregular", Args: map[string]string{"step": in.Step, "kind": t.Kind}, Next: "next.coordinator_told"})
	b.add(CompartmentCore, t)
	b.address(in.Step, in.To) // who has her now must know of her, whether or not it may have her
	b.tellOf(in.Step, f.Region)
	if t.Kind != TakenStep {
		b.at = m.At
		b.taskFor("coordinate", f.Region, "task.irregular_step", in.Step+"/"+timeArg(at), time.Time{})
	}
	b.clocks(model, before, after)
	return b.decision, nil
}

func knownValues(m *procedure.Model, set map[string]string) error {
	if len(set) == 0 {
		return fault.Form(fault.Field{Name: "set", Code: "required"})
	}
	for name, value := range set {
		if !slices.Contains(m.Values(name), value) {
			return fault.Form(fault.Field{Name: "set", Code: "not_a_choice"})
		}
	}
	return nil
}

// failures are what did not hold. A step of two that one worker records as done was
// not in order: or this would be the way round the second.
func failures(o procedure.Offer, notSame string, ofTwo bool) []Failure {
	var out []Failure
	if o.State == procedure.Closed || o.State == procedure.Held {
		for _, w := range o.Why {
			out = append(out, Failure{Code: w.Code, Guard: w.Guard, Bar: w.Bar})
		}
	}
	if notSame != "" {
		out = append(out, Failure{Code: "not_same", Guard: notSame})
	}
	if ofTwo {
		out = append(out, Failure{Code: "one_alone"})
	}
	return out
}
