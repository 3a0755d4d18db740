package casework

import (
	"maps"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
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
	if err := f.mayHear(in.To, offer.Step, false, m); err != nil {
		return Decision{}, err
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
		if slices.Contains(apart, a.step) && a.step != "" && !a.heard && (m.did(a.worker, a.body) || m.did(a.proposer, a.body)) {
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

// decided notes that a body which decides now does so in this file, once. Who only
// takes part in finding a victim, a house or an organisation that helps, took the
// step as who opened the file, has the person or was named: that relation ends when
// she leaves, and a step taken meanwhile must not keep the file open to who had her.
func (b *builder) decided(f *File, s *procedure.Step) {
	kind := b.m.Laws.Pack().BodyKind(b.m.By.Kind)
	if kind == nil || !slices.Contains(kind.Can, "decide") || s.Force == procedure.Own {
		return
	}
	if !slices.Contains(Relations(f)[b.m.By.Body], RelDecided) {
		b.add(CompartmentCore, RelationAdded{Body: b.m.By.Body, Relation: RelDecided})
	}
}

// mayHear judges a body that a step names, for naming opens the file to it. Where
// the person decides, and where nothing orders that body to be told, her "never this
// one" stands, as in a referral. What happened against the law may name only who has
// her now, by a body whose step it is: another one heard of it, and opens nothing.
func (f *File) mayHear(to id.Body, s *procedure.Step, irregular bool, m Moment) error {
	switch {
	case to == "" || to == m.By.Body:
		return nil
	case irregular && !mayTake(s, m.By):
		return fault.Form(fault.Field{Name: "to", Code: CodeStepToNotYours})
	case (irregular || s.Force == procedure.Own) && f.excluded(to):
		return fault.Form(fault.Field{Name: "to", Code: CodeExcluded})
	}
	return nil
}

// recordIrregular records what happened although the law forbids it, or what no
// step describes. What was in order after all is taken like any other, by whom it
// belongs to, and carries what a step in order carries: or this would be a way round.
func recordIrregular(f *File, in TakeStepInput, m Moment) (Decision, error) {
	at := occurred(in.OccurredAt, m)
	if at.After(m.At) {
		return Decision{}, fault.Form(fault.Field{Name: "occurred_at", Code: CodeStepFuture})
	}
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return Decision{}, err
	}
	if in.Step == "" {
		return f.recordOccurrence(in, m, model, at)
	}
	offer, ok := model.Offer(f.before(at), in.Step, at)
	if !ok {
		return Decision{}, fault.New(fault.Invalid, CodeStepUnknown, "step", in.Step)
	}
	if err := f.mayHear(in.To, offer.Step, true, m); err != nil {
		return Decision{}, err
	}
	if failed := f.failures(offer, in, m); len(failed) > 0 {
		return f.recordBreach(in, m, model, offer.Step, at, failed)
	}
	return takeStep(f, in, nil, m)
}

// recordBreach records what happened although the law, or the service, forbids it.
// Nothing is refused a record for being unlawful; the coordinator hears of it.
func (f *File) recordBreach(in TakeStepInput, m Moment, model *procedure.Model, step *procedure.Step, at time.Time, failed []Failure) (Decision, error) {
	t := in.taken(step)
	t.Kind, t.Failed, t.Limit, t.Appeal = TakenBreach, failed, "", ""
	t.Heard = !mayTake(step, m.By)
	after, _ := model.TakeWith(f.before(at), in.Step, t.Facts, at)
	b := f.irregular(in, m, t, at)
	b.address(in.Step, in.To) // who has her now must know of her, whether or not it may have her
	b.tellOf(in.Step, f.Region)
	b.rings(f, in.Step)
	b.clocks(model, f.before(at), after)
	return b.decision, nil
}

// recordOccurrence records what no step describes.
func (f *File) recordOccurrence(in TakeStepInput, m Moment, model *procedure.Model, at time.Time) (Decision, error) {
	if err := knownValues(model, in.Set); err != nil {
		return Decision{}, err
	}
	t := StepTaken{Kind: TakenOccurrence, Reasons: in.Reasons, Language: in.Language, Understood: in.Understood, Fields: in.Fields, Set: in.Set}
	after := model.Record(f.before(at), in.Set, at)
	b := f.irregular(in, m, t, at)
	b.rings(f, in.Step)
	b.clocks(model, f.before(at), after)
	return b.decision, nil
}

// irregular begins the record.
func (f *File) irregular(in TakeStepInput, m Moment, t StepTaken, at time.Time) *builder {
	b := f.building(m)
	b.at = at
	b.receipt(Receipt{Code: "receipt.irregular", Args: map[string]string{"step": in.Step, "kind": t.Kind}, Next: "next.coordinator_told"})
	b.add(CompartmentCore, t)
	return b
}

// rings gives it to the coordinator to look at.
func (b *builder) rings(f *File, step string) {
	at := b.at
	b.at = b.m.At
	b.taskFor("coordinate", f.Region, "task.irregular_step", step+"/"+timeArg(at), time.Time{})
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

// failures are what was against the law of that day or the service's own rule. Of a
// step that is another body's only what the law closes counts: that a paper or reasons
// are missing in what a bystander heard says nothing about what was decided.
func (f *File) failures(o procedure.Offer, in TakeStepInput, m Moment) []Failure {
	var out []Failure
	if o.State == procedure.Closed || o.State == procedure.Held {
		for _, w := range o.Why {
			out = append(out, Failure{Code: w.Code, Guard: w.Guard, Bar: w.Bar})
		}
	}
	if !mayTake(o.Step, m.By) {
		return out
	}
	if notSame := f.notSame(o.Step, m); notSame != "" {
		out = append(out, Failure{Code: "not_same", Guard: notSame})
	}
	if OfTwo(m.Laws, in.Step) {
		out = append(out, Failure{Code: "one_alone"}) // or this would be the way round the second
	}
	if in.Unproven {
		out = append(out, Failure{Code: CodeStepEvidence})
	}
	if in.minimum(o.Step) != nil {
		out = append(out, Failure{Code: CodeStepMinimum})
	}
	return out
}
