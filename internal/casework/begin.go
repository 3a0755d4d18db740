package casework

import (
	"slices"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// BeginInput opens a file with the first step of a procedure: who the person
// seems to be, as far as is known, where she is, and the step with its answers.
// There is no screening in it and no consent: what she says is recorded because
// she says it.
type BeginInput struct {
	Open   OpenFileInput
	Where  string // a step that says where she is; "" when none of them does
	Step   string
	Fields map[string]withheld.Text
	To     id.Body
}

// Begin opens the file and takes the steps in one act, so that a claim said at
// an airport is never half recorded.
func Begin(old *File, in BeginInput, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodeFileExists)
	}
	begun, err := in.begin(m)
	if err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: Ref{FileStream, string(in.Open.File)}, at: occurred(in.Open.OccurredAt, m)}
	b.add(CompartmentCore, begun.created)
	if in.Open.Contact != nil {
		b.add(CompartmentIdentity, ContactSet{*in.Open.Contact})
	}
	for _, t := range begun.taken {
		b.add(CompartmentCore, t)
	}
	b.address(in.Step, in.To)
	b.tellOf(in.Step, in.Open.Region)
	told := b.decision.Receipt.Told
	b.receipt(Receipt{Code: "receipt.step", Args: map[string]string{"step": in.Step, "file": string(in.Open.File)}, Told: told})
	b.clocks(begun.model, procedure.Situation{}, begun.after)
	return b.decision, nil
}

// ForeseeBegin is the situation of somebody of whom nothing is recorded, and the
// one that Begin would leave.
func ForeseeBegin(in BeginInput, m Moment) (before, after procedure.Situation, err error) {
	begun, err := in.begin(m)
	return begun.before, begun.after, err
}

// with adds what the first step says of the person by itself. An age that it
// says is known from then on as far as its band goes.
func (c FileCreated) with(given map[string]string, m Moment) FileCreated {
	for _, fact := range m.Laws.Pack().Spec.Facts {
		value, ok := given[fact.Name]
		if !ok {
			continue
		}
		c.Facts[fact.Name] = value
		if fact.From != procedure.FromBirthDate {
			continue
		}
		c.AgeBand, c.AgeKnown = value, AgeUnder18
		if value == procedure.AgeBand(fact.Values, procedure.Born{SaidAge: adultAge, SaidOn: m.At}, m.At) {
			c.AgeKnown = AgeAdult
		}
	}
	return c
}

type begun struct {
	model         *procedure.Model
	created       FileCreated
	taken         []StepTaken
	before, after procedure.Situation
}

// begin takes the steps on nothing, as the law of the day allows them to this
// worker.
func (in BeginInput) begin(m Moment) (begun, error) {
	if err := in.Open.check(m); err != nil {
		return begun{}, err
	}
	// Who may begin with the step is asked before, where a refusal is "not found".
	h := m.Laws.Pack().HandlingOf(in.Step)
	if h == nil || in.Where != "" && !slices.Contains(h.Where, in.Where) {
		return begun{}, fault.New(fault.Invalid, CodeStepNotYours, "step", in.Step)
	}
	at := occurred(in.Open.OccurredAt, m)
	model, err := modelOn(m.Laws, at)
	if err != nil {
		return begun{}, err
	}
	out := begun{model: model, created: in.Open.created(m, at).with(h.Given, m)}
	out.before = model.Record(model.Begin(out.created.Facts), nil, at)
	out.after = out.before
	for _, id := range []string{in.Where, in.Step} {
		if id == "" {
			continue
		}
		offer, ok := model.Offer(out.after, id, at)
		if !ok {
			return begun{}, fault.New(fault.Invalid, CodeStepUnknown, "step", id)
		}
		if err := (&File{}).mayTakeNow(offer, m); err != nil {
			return begun{}, err
		}
		take := TakeStepInput{Step: id, Fields: in.Fields}
		if id != in.Step {
			take.Fields = nil
		}
		if err := take.minimum(offer.Step); err != nil {
			return begun{}, err
		}
		t := take.taken(offer.Step)
		out.taken = append(out.taken, t)
		out.after, _ = model.TakeWith(out.after, id, t.Facts, at)
	}
	return out, nil
}
