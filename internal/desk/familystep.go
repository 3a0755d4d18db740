package desk

import (
	"context"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// A decision that applies to a family is not one act. Each person's is taken in
// her own file, under her own law, with her own reasons, answers and notice; what
// a child must be asked before stays the child's. The form only spares typing the
// same step into five files. What cannot be done for one is said before anything
// is done for the others, and they go on only when the worker says so.

// FamilyMember is one person of a family for whom a step may be taken.
type FamilyMember struct {
	Subject Subject
	Kind    string // what she is to the first; "" for the first
	Version uint64
	Offer   StepOffer
	Open    bool
}

// FamilyStep is what the form of a step for a family needs to be drawn.
type FamilyStep struct {
	Key       string
	File      id.File
	Step      string
	Members   []FamilyMember
	Fields    []pack.Field
	Languages []string
	Regions   []string
	Adverse   bool
}

// FamilyInput is that form as it was sent: one step for each person chosen.
// Rest says to go on with those for whom it is possible.
type FamilyInput struct {
	Key  string
	File id.File
	Step string
	Acts []StepInput
	Rest bool
}

// FamilyDone is what became of one person's: a receipt, or why nothing was recorded.
type FamilyDone struct {
	File    id.File
	Number  string
	Receipt casework.Receipt
	Refused *fault.Error
}

const (
	codeFamilyNobody = "family.nobody"
	codeFamilyNotAll = "family.not_all"
)

// FamilyStep shows the persons of a family for whom a step may be taken at once:
// those that this worker may see, and may take steps for.
func (d *Desk) FamilyStep(ctx context.Context, who access.Who, file id.File, step string) (FamilyStep, error) {
	h := d.pack().HandlingOf(step)
	if h == nil || !h.Family {
		return FamilyStep{}, fault.Withheld("no step for a family")
	}
	form, err := d.StepForm(ctx, who, file, step)
	if err != nil {
		return FamilyStep{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return FamilyStep{}, err
	}
	out := FamilyStep{
		Key: form.Key, File: file, Step: step, Fields: form.Fields, Languages: form.Languages, Regions: form.Regions, Adverse: form.Offer.Adverse != nil,
	}
	out.Members = append(out.Members, FamilyMember{Subject: form.Subject, Version: form.Version, Offer: form.Offer, Open: isOpen(form.Offer)})
	kin, _, err := d.kin(ctx, who, f)
	if err != nil {
		return FamilyStep{}, err
	}
	for _, k := range kin {
		if k.State != casework.KinStands || slices.ContainsFunc(out.Members, func(m FamilyMember) bool { return m.Subject.File == k.Other }) {
			continue
		}
		other, err := d.StepForm(ctx, who, k.Other, step)
		if fault.Of(err).Kind == fault.NotFound && err != nil {
			continue // may be seen, and no step taken
		}
		if err != nil {
			return FamilyStep{}, err
		}
		out.Members = append(out.Members, FamilyMember{Subject: other.Subject, Kind: k.Kind, Version: other.Version, Offer: other.Offer, Open: isOpen(other.Offer)})
	}
	return out, nil
}

func isOpen(o StepOffer) bool {
	return o.Mine && o.State != string(procedure.Closed) && o.State != string(procedure.Held)
}

// TakeFamily takes a step for each person chosen, each as an act of its own. What
// must be mended in one, or cannot be done for one, stops all before anything is
// recorded; the second only until the worker says that the rest go on.
func (d *Desk) TakeFamily(ctx context.Context, who access.Who, in FamilyInput) ([]FamilyDone, error) {
	form, err := d.FamilyStep(ctx, who, in.File, in.Step)
	if err != nil {
		return nil, err
	}
	if len(in.Acts) == 0 {
		return nil, fault.New(fault.Invalid, codeFamilyNobody)
	}
	out, err := d.tryFamily(ctx, who, form, in)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(out, func(done FamilyDone) bool { return done.Refused != nil }) && !in.Rest {
		return out, fault.New(fault.Invalid, codeFamilyNotAll)
	}
	for i, act := range in.Acts {
		if out[i].Refused != nil || out[i].Receipt.Code != "" {
			continue
		}
		if out[i].Receipt, err = d.TakeStep(ctx, who, in.act(act)); err != nil {
			out[i].Refused = fault.Of(err) // somebody was a second earlier: hers alone is not done
		}
	}
	return out, nil
}

// act is one person's act of the form, with a key of its own.
func (in FamilyInput) act(one StepInput) StepInput {
	one.Key, one.Step = in.Key+"/"+string(one.File), in.Step
	return one
}

// tryFamily decides each act without recording it. What the form can mend is a
// fault of the form, at that person's row; the others are why it cannot be done.
// A form sent twice finds what it did: the refusal of an act is asked again by its
// key, which records nothing that the law refuses.
func (d *Desk) tryFamily(ctx context.Context, who access.Who, form FamilyStep, in FamilyInput) ([]FamilyDone, error) {
	var bad []fault.Field
	out := make([]FamilyDone, len(in.Acts))
	for i, act := range in.Acts {
		row := slices.IndexFunc(form.Members, func(m FamilyMember) bool { return m.Subject.File == act.File })
		if row < 0 {
			return nil, fault.Withheld("not of this family") // as if there were no such file
		}
		out[i] = FamilyDone{File: act.File, Number: id.Number(act.File)}
		err := d.tryStep(ctx, who, in.act(act))
		if err == nil {
			continue
		}
		e := fault.Of(err)
		for _, field := range e.Fields {
			bad = append(bad, fault.Field{Name: "r" + strconv.Itoa(row) + "." + field.Name, Code: field.Code, Args: field.Args})
		}
		if len(e.Fields) > 0 {
			continue
		}
		if out[i].Receipt, err = d.TakeStep(ctx, who, in.act(act)); err != nil {
			out[i].Refused = e
		}
	}
	return out, fault.Form(bad...)
}

func (d *Desk) tryStep(ctx context.Context, who access.Who, in StepInput) error {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return err
	}
	take, err := d.checkStep(in)
	if err != nil {
		return err
	}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return err
	}
	if err := d.enough(who, f, take, m); err != nil {
		return err
	}
	_, err = casework.TakeStep(f, take, m)
	return err
}

// forFamily says whether there is somebody else for whom the step may be taken too.
func (d *Desk) forFamily(ctx context.Context, who access.Who, f *casework.File, step string) (bool, error) {
	if h := d.pack().HandlingOf(step); h == nil || !h.Family {
		return false, nil
	}
	kin, others, err := d.kin(ctx, who, f)
	return slices.ContainsFunc(kin, func(k casework.Kin) bool {
		_, takes := d.may(who, access.TakeStep, others[k.Other])
		return k.State == casework.KinStands && takes == nil
	}), err
}
