package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// referPurpose is the consent that a referral of an adult needs: the pack's.
func (d *Desk) referPurpose() string { return casework.ReferralPurpose(d.pack(), "") }

// Refer sends a need card to up to as many providers as the standards allow. No
// name goes with it. A yes that the person gives with it is recorded first: it
// is hers whatever becomes of the referral.
func (d *Desk) Refer(ctx context.Context, who access.Who, in ReferInput) (casework.Receipt, error) {
	if err := d.checkRefer(in); err != nil {
		return casework.Receipt{}, err
	}
	paper, bad := d.written(in.Written)
	if err := fault.Form(bad...); err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	bodies, err := d.bodiesOfServices(ctx, in.Services)
	if err != nil {
		return casework.Receipt{}, err
	}
	sent := in
	if in.Version, err = d.consentWith(ctx, who, in); err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{fileRef(in.File)}
	for _, b := range bodies {
		if !slices.Contains(refs, bodyRef(b)) {
			refs = append(refs, bodyRef(b))
		}
	}
	ask := casework.ReferInput{
		Referral: id.New[id.Referral](at), Version: in.Version, Needs: in.Needs, Health: in.Health, Children: in.Children,
		Priority: in.Priority, Purpose: d.referPurpose(), Note: in.Note,
	}
	return d.change(ctx, who, in.Key, sent, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.may(who, access.Refer, f); err != nil {
			return casework.Decision{}, err
		}
		card := ask
		card.Providers = nil
		for i, s := range in.Services {
			card.Providers = append(card.Providers, casework.Provider{Body: store.As[*casework.Body](l, bodyRef(bodies[i])), Service: s})
		}
		// Who is asked hears of it now: the clocks of an answer begin with the asking,
		// and only the conversation was earlier.
		return fromPaper(paper, f, in.File, m, func() (casework.Decision, error) { return casework.Refer(f, card, m) })
	})
}

// Referred is the receipt of a referral, for who sent it to read when it is sent
// and afterwards.
func (d *Desk) Referred(ctx context.Context, who access.Who, referral id.Referral) (casework.Receipt, error) {
	file, err := d.fileOfReferral(ctx, referral)
	if err != nil {
		return casework.Receipt{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return casework.Receipt{}, err
	}
	if err := d.mayReferral(who, access.Refer, f, referral); err != nil {
		return casework.Receipt{}, err
	}
	r, _ := find(f, referral)
	out := r.Sent()
	out.Args["file"] = string(file)
	return out, nil
}

// consentWith records the yes given on the referral's form, if it is needed, and
// gives the version of the file that the referral then builds on.
func (d *Desk) consentWith(ctx context.Context, who access.Who, in ReferInput) (uint64, error) {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return 0, err
	}
	purpose := d.pack().Purpose(d.referPurpose())
	if in.Consent != "yes" || purpose == nil || hasConsent(f, d.referPurpose()) {
		return in.Version, nil
	}
	if in.Version != 0 && in.Version != f.Changed() {
		return in.Version, nil // somebody changed it meanwhile: the referral itself says so
	}
	_, err = d.GiveConsent(ctx, who, ConsentInput{
		Key: in.Key + "/consent", File: in.File, Purpose: d.referPurpose(), Answer: "yes", Recipients: purpose.Recipients,
	})
	if err != nil {
		return 0, err
	}
	if f, err = d.view(ctx, in.File); err != nil {
		return 0, err
	}
	return f.Changed(), nil
}

func (d *Desk) checkRefer(in ReferInput) error {
	var bad []fault.Field
	if len(in.Services) == 0 {
		bad = append(bad, fault.Field{Name: "services", Code: "field.required"})
	}
	if most := d.pack().Standards.MaxAsked; len(in.Services) > most {
		bad = append(bad, fault.Field{Name: "services", Code: casework.CodeTooMany, Args: map[string]string{"max": itoa(most)}})
	}
	if len(in.Needs) == 0 {
		bad = append(bad, fault.Field{Name: "needs", Code: "field.required"})
	}
	for _, n := range in.Needs {
		if d.pack().Need(n) == nil {
			bad = append(bad, fault.Field{Name: "needs", Code: "field.choice"})
			break
		}
	}
	if d.pack().Priority(in.Priority) == nil {
		bad = append(bad, fault.Field{Name: "priority", Code: "field.choice"})
	}
	bad = append(bad, tooLong("note", in.Note, maxNote)...)
	return fault.Form(bad...)
}

// onReferral is an act on a referral: the file it stands in, and the places named.
func (d *Desk) onReferral(ctx context.Context, who access.Who, in AnswerInput, act string, places []id.Place,
	decide func(*store.Loaded, *casework.File, casework.Moment) (casework.Decision, error),
) (casework.Receipt, error) {
	file, err := d.fileOfReferral(ctx, in.Referral)
	if err != nil {
		return casework.Receipt{}, err
	}
	refs := []casework.Ref{fileRef(file)}
	for _, p := range places {
		refs = append(refs, placeRef(p))
	}
	return d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if err := d.mayReferral(who, act, f, in.Referral); err != nil {
			return casework.Decision{}, err
		}
		return decide(l, f, m)
	})
}

// mayReferral asks access about one referral of a file.
func (d *Desk) mayReferral(who access.Who, act string, f *casework.File, referral id.Referral) error {
	if f == nil {
		return fault.Withheld("no such file")
	}
	i := slices.IndexFunc(f.Referrals, func(r casework.Referral) bool { return r.ID == referral })
	if i < 0 {
		return fault.Withheld("no such referral")
	}
	if v := d.rules.Decide(who, act, referralThing(who, f, f.Referrals[i])); !v.Allowed {
		return fault.Withheld(act + ": " + v.Rule)
	}
	return nil
}

// referralThing is a referral as access sees it: asked is asked of this one, not
// of another referral of the same file.
func referralThing(who access.Who, f *casework.File, r casework.Referral) access.Thing {
	out := access.Thing{Kind: "referral", Columns: map[string]string{
		"state": r.State, "from_body": string(r.From), "region": f.Region, "priority": r.Priority, "escalated": yesNo(!r.Escalated.IsZero()),
	}}
	if r.From == who.Body {
		out.Relations = append(out.Relations, casework.RelOpened)
	}
	for _, a := range r.Asks {
		if a.Body == who.Body {
			out.Relations = append(out.Relations, casework.RelAsked)
			break
		}
	}
	for _, whole := range []string{access.Accused, casework.RelCoordinator} {
		if slices.Contains(relations(who, f), whole) {
			out.Relations = append(out.Relations, whole)
		}
	}
	return out
}

// Acknowledge says that somebody here has seen it.
func (d *Desk) Acknowledge(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return d.onReferral(ctx, who, in, access.AnswerReferral, nil, func(_ *store.Loaded, f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.Acknowledge(f, in.Referral, m)
	})
}

// Accept takes the person, with a bed held when the service has beds: file and
// place change in one act, or neither does.
func (d *Desk) Accept(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	var places []id.Place
	if in.Place != "" {
		places = append(places, in.Place)
	}
	return d.onReferral(ctx, who, in, access.AnswerReferral, places, func(l *store.Loaded, f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.Accept(f, in.Referral, store.As[*casework.Place](l, placeRef(in.Place)), m)
	})
}

// Refuse has a coded reason. One that the law forbids is recorded too, says so,
// and reaches the coordinator.
func (d *Desk) Refuse(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	if d.pack().Refusal(in.Reason) == nil {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "reason", Code: "field.choice"})
	}
	return d.onReferral(ctx, who, in, access.AnswerReferral, nil, func(_ *store.Loaded, f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.Refuse(f, in.Referral, in.Reason, m)
	})
}

// Ask asks the sender before answering.
func (d *Desk) Ask(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	if err := checkText("text", in.Text, maxNote); err != nil {
		return casework.Receipt{}, err
	}
	question := string(id.New[id.Task](d.now()))
	return d.onReferral(ctx, who, in, access.AnswerReferral, nil, func(_ *store.Loaded, f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.AskSender(f, casework.AskInput{Referral: in.Referral, Question: question, Text: in.Text}, m)
	})
}

// AnswerQuestion is the sender's answer.
func (d *Desk) AnswerQuestion(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	if err := checkText("text", in.Text, maxNote); err != nil {
		return casework.Receipt{}, err
	}
	return d.onReferral(ctx, who, in, access.Refer, nil, func(_ *store.Loaded, f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.AnswerQuestion(f, casework.AskInput{Referral: in.Referral, Question: in.Question, Text: in.Text}, m)
	})
}

// UndoAccept takes an acceptance back within its minutes; the bed is free again
// in the same act.
func (d *Desk) UndoAccept(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return d.withHeld(ctx, who, in, access.AnswerReferral, func(f *casework.File, p *casework.Place, m casework.Moment) (casework.Decision, error) {
		return casework.UndoAccept(f, in.Referral, p, m)
	})
}

// Withdraw takes a referral back.
func (d *Desk) Withdraw(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return d.withHeld(ctx, who, in, access.Refer, func(f *casework.File, p *casework.Place, m casework.Moment) (casework.Decision, error) {
		return casework.Withdraw(f, in.Referral, p, in.Reason, m)
	})
}

// Arrived says that the person is here: the held bed is hers.
func (d *Desk) Arrived(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return d.withHeld(ctx, who, in, access.AnswerReferral, func(f *casework.File, p *casework.Place, m casework.Moment) (casework.Decision, error) {
		return casework.Arrived(f, in.Referral, p, m)
	})
}

// Left says that the person has gone: the bed is free again, and who she is
// closes to the provider. Where she went is not asked.
func (d *Desk) Left(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return d.withHeld(ctx, who, in, access.AnswerReferral, func(f *casework.File, p *casework.Place, m casework.Moment) (casework.Decision, error) {
		return casework.Leave(f, in.Referral, p, in.Reason, m)
	})
}

// Stayed takes back, within minutes, that she has gone.
func (d *Desk) Stayed(ctx context.Context, who access.Who, in AnswerInput) (casework.Receipt, error) {
	return d.withHeld(ctx, who, in, access.AnswerReferral, func(f *casework.File, p *casework.Place, m casework.Moment) (casework.Decision, error) {
		return casework.Stay(f, in.Referral, p, m)
	})
}

// withHeld is an act on a referral and on the place held for it, if any. Which
// place it is, is read before; had it changed meanwhile, the act is not taken.
func (d *Desk) withHeld(ctx context.Context, who access.Who, in AnswerInput, act string,
	decide func(*casework.File, *casework.Place, casework.Moment) (casework.Decision, error),
) (casework.Receipt, error) {
	file, err := d.fileOfReferral(ctx, in.Referral)
	if err != nil {
		return casework.Receipt{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return casework.Receipt{}, err
	}
	place := heldPlace(f, in.Referral)
	var places []id.Place
	if place != "" {
		places = append(places, place)
	}
	return d.onReferral(ctx, who, in, act, places, func(l *store.Loaded, f *casework.File, m casework.Moment) (casework.Decision, error) {
		if heldPlace(f, in.Referral) != place {
			return casework.Decision{}, fault.New(fault.Conflict, casework.CodeFileChanged)
		}
		return decide(f, store.As[*casework.Place](l, placeRef(place)), m)
	})
}

func heldPlace(f *casework.File, referral id.Referral) id.Place {
	for _, r := range f.Referrals {
		if r.ID != referral {
			continue
		}
		for _, a := range r.Asks {
			if a.State == casework.Accepted || a.State == casework.Gone {
				return a.Place
			}
		}
	}
	return ""
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
