package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/wording"
)

// Blank forms: what a worker prints to write on where there is no electricity.
// They are made of the same declarations as the pages, of today's law, and have
// nothing in them about anybody.

// Kinds of blank form. The last two are a step's, and say which.
const (
	BlankConcern   = "concern"
	BlankIdentity  = "identity"
	BlankReferral  = "referral"
	BlankCall      = "call"
	BlankOperation = "operation"
	BlankHousehold = "household"
	BlankBegin     = "begin"
	BlankStep      = "step"
)

// FormLine is a form that a worker's body uses.
type FormLine struct {
	Code string // printed in its foot: "concern", "step.refuse"
	Kind string
	Step string
	Of   string // the step's procedure
	Own  bool   // the person's own step, which the worker writes down for her
}

// Forms are those that a worker's body uses, in the order in which they are used.
type Forms struct {
	Lines []FormLine
}

// BlankForm is one form with all that is asked, and what must be known to ask it.
type BlankForm struct {
	Line      FormLine
	Concern   ConcernForm
	Referral  ReferForm
	Call      CallForm
	Operation OperationForm
	Household HouseholdForm
	Begin     BeginForm
	Fields    []pack.Field // of a step
	Signs     []IndicatorGroup
	Two       bool     // a second worker confirms the step, and signs
	To        []string // kinds of body to one of which it goes
	Offer     StepOffer
	Starts    []string // clocks
	Duties    []Duty
	Languages []string
	Regions   []string
	Law       time.Time // the day whose law it is
	Pack      string
	// When is the condition of the step in words; nil when there is none.
	When func(lang wording.Lang) string
}

// Forms lists the forms of a worker's body: what she begins with, then the steps
// that the law of today gives to her kind of body.
func (d *Desk) Forms(_ context.Context, who access.Who) (Forms, error) {
	var out Forms
	for _, f := range []struct{ kind, act, thing string }{
		{BlankConcern, access.RecordConcern, "file"}, {BlankCall, access.TakeCall, "signal"}, {BlankOperation, access.KeepOperation, "operation"},
		{BlankHousehold, access.KeepHousehold, "operation"}, {BlankIdentity, access.AddIdentity, "file"}, {BlankReferral, access.Refer, "file"},
	} {
		if d.couldEver(who, f.act, f.thing) || d.allowed(who, f.act, f.thing) {
			out.Lines = append(out.Lines, FormLine{Code: f.kind, Kind: f.kind})
		}
	}
	snap, err := d.deps.Laws.On(d.now())
	if err != nil {
		return Forms{}, fault.At("law of today", err)
	}
	for _, step := range d.begins(who) {
		if s := snap.Model.Step(step); s != nil {
			out.Lines = append(out.Lines, FormLine{Code: BlankBegin + "." + step, Kind: BlankBegin, Step: step, Of: s.Procedure})
		}
	}
	if !d.couldEver(who, access.TakeStep, "file") {
		return out, nil
	}
	var own []FormLine
	for _, s := range snap.Model.Steps() {
		line := FormLine{Code: BlankStep + "." + s.ID, Kind: BlankStep, Step: s.ID, Of: s.Procedure, Own: !isOurs(who, s.By)}
		switch {
		case !onPaper(s):
		case !line.Own:
			out.Lines = append(out.Lines, line)
		case s.Force == procedure.Own:
			own = append(own, line)
		}
	}
	out.Lines = append(out.Lines, own...)
	return out, nil
}

// onPaper leaves out what nobody writes down: what the engine makes of a notice,
// what others do, and what is recorded only when it happened against the law.
func onPaper(s *procedure.Step) bool {
	return s.NoticeOf == "" && !s.Irregular && s.Force != procedure.World
}

// BlankForm is one of them. A form that the worker's body does not use is not
// found, as a page of a step is not.
func (d *Desk) BlankForm(ctx context.Context, who access.Who, code string) (BlankForm, error) {
	all, err := d.Forms(ctx, who)
	if err != nil {
		return BlankForm{}, err
	}
	i := slices.IndexFunc(all.Lines, func(l FormLine) bool { return l.Code == code })
	if i < 0 {
		return BlankForm{}, fault.Withheld("no such form of theirs")
	}
	out := BlankForm{Line: all.Lines[i], Languages: d.spoken(), Law: d.now(), Pack: d.pack().Head.ID + " " + d.pack().Head.Version}
	for _, r := range d.pack().Regions {
		if inForce(r.Dates, out.Law) {
			out.Regions = append(out.Regions, r.ID)
		}
	}
	return out, d.fillBlank(ctx, who, &out)
}

func (d *Desk) fillBlank(ctx context.Context, who access.Who, out *BlankForm) (err error) {
	switch out.Line.Kind {
	case BlankConcern:
		out.Concern, err = d.ConcernForm(ctx, who)
		out.Duties = out.Concern.Duties
	case BlankReferral:
		out.Referral = d.blankReferral()
	case BlankCall:
		out.Call = d.callForm(who)
	case BlankOperation:
		out.Operation, err = d.operationForm(who)
		out.Duties = d.duties(who)
	case BlankHousehold:
		out.Household, err = d.householdForm(who)
		out.Duties = d.duties(who)
	case BlankBegin:
		if out.Begin, err = d.BeginForm(ctx, who, out.Line.Step); err == nil {
			out.Duties = out.Begin.Duties
			err = d.blankStep(who, out)
		}
	case BlankStep:
		err = d.blankStep(who, out)
	}
	return err
}

// blankReferral asks what every referral asks; consent always, for on paper
// nobody knows whether it was given before.
func (d *Desk) blankReferral() ReferForm {
	out := ReferForm{Health: referHealth, NeedsYes: true}
	for _, n := range d.pack().Needs {
		out.AllNeeds = append(out.AllNeeds, n.ID)
	}
	for _, pr := range d.pack().Standards.Priorities {
		out.Priorities = append(out.Priorities, pr.ID)
	}
	return out
}

// blankStep is a step of today's law without anybody's situation.
func (d *Desk) blankStep(who access.Who, out *BlankForm) error {
	snap, err := d.deps.Laws.On(out.Law)
	if err != nil {
		return fault.At("law of today", err)
	}
	s := snap.Model.Step(out.Line.Step)
	out.Offer = law{snap: snap, at: out.Law}.offer(who, procedure.Offer{Step: s}, nil)
	slices.SortFunc(out.Offer.Sets, func(a, b Change) int { return cmp.Compare(a.Var, b.Var) })
	out.Starts, out.Two = s.Starts, casework.OfTwo(d.deps.Laws, s.ID)
	if form := d.pack().Form(s.Form); form != nil && out.Line.Kind == BlankStep {
		out.Fields = form.Fields
	}
	if casework.Screens(d.pack(), s.ID) {
		out.Signs = d.signs()
	}
	if h := d.pack().HandlingOf(s.ID); h != nil {
		out.To = h.To
	}
	if s.When != "" {
		out.When = func(lang wording.Lang) string { return d.pack().RuleInWords(lang, s.When) }
	}
	return nil
}
