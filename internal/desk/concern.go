package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// ConcernForm is what New concern shows before anything is asked: the duties to
// inform first, because the person must know them before she speaks.
func (d *Desk) ConcernForm(_ context.Context, who access.Who) (ConcernForm, error) {
	if err := d.mayDo(who, access.RecordConcern, "file"); err != nil {
		return ConcernForm{}, err
	}
	p := d.pack()
	out := ConcernForm{Key: string(id.New[id.Event](d.now())), Languages: d.spoken(), Region: who.Region, Duties: d.duties(who)}
	for _, n := range p.Needs {
		if n.Tap {
			out.Needs = append(out.Needs, n.ID)
		}
	}
	out.Indicators = d.signs()
	for _, r := range p.Regions {
		if inForce(r.Dates, d.now()) {
			out.Regions = append(out.Regions, r.ID)
		}
	}
	for _, purpose := range p.Purposes {
		out.Purposes = append(out.Purposes, purpose.ID)
	}
	return out, nil
}

// signs are the pack's indicators that may be tapped, by dimension.
func (d *Desk) signs() (out []IndicatorGroup) {
	for _, set := range d.pack().Criteria.Sets {
		group := IndicatorGroup{Set: set.ID}
		for _, i := range set.Indicators {
			if i.Tap {
				group.IDs = append(group.IDs, i.ID)
			}
		}
		if len(group.IDs) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// spoken are the languages that people here are met in, which are more than
// the pages have: the pack's form of a concern lists them.
func (d *Desk) spoken() []string {
	if f := d.pack().Form("concern"); f != nil {
		for _, field := range f.Fields {
			if field.ID == "language" && len(field.Options) > 0 {
				return field.Options
			}
		}
	}
	return d.pack().Head.Languages
}

// duties are those of the worker's kind of body that are in force today.
func (d *Desk) duties(who access.Who) []Duty {
	var out []Duty
	for _, duty := range d.pack().Duties {
		if slices.Contains(duty.Kinds, who.BodyKind) && inForce(duty.Dates, d.now()) {
			out = append(out, Duty{ID: duty.ID, To: duty.To, Fields: duty.Fields, Basis: duty.Basis})
		}
	}
	return out
}

// RecordConcern opens a file with a first concern. An adult who does not want
// one leaves only a number, and not even that where few are counted.
func (d *Desk) RecordConcern(ctx context.Context, who access.Who, in ConcernInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.RecordConcern, "file"); err != nil {
		return casework.Receipt{}, err
	}
	age, err := d.checkConcern(&in, who)
	if err != nil {
		return casework.Receipt{}, err
	}
	if in.Consent == "no" && in.AgeKnown == casework.AgeAdult {
		return d.countRefusal(ctx, who, in)
	}
	paper, bad := d.written(in.Written)
	if err := fault.Form(bad...); err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	sent := in // as the worker sent it, before ids were made: sent twice it is one act
	if in.File == "" {
		in.File = id.New[id.File](at)
	}
	open := casework.OpenFileInput{
		File: in.File, Safety: in.Safety, Age: age, AgeKnown: in.AgeKnown, Sex: in.Sex, Language: in.Language, CallName: in.CallName,
		Needs: in.Needs, Consent: in.Consent, ConsentID: id.New[id.Consent](at), Purpose: d.referPurpose(), Indicators: in.Indicators,
		Fear: in.Fear, Citizenship: withheld.New(in.Citizenship), Region: in.Region, Children: in.Children, OccurredAt: in.OccurredAt,
	}
	if paper != nil {
		open.OccurredAt = paper.At
	}
	if !in.Contact.Empty() {
		open.Contact = &casework.Contact{Kind: "phone", Value: in.Contact, SafeAt: in.ContactSafe}
	}
	refs := []casework.Ref{fileRef(in.File)}
	if in.Signal != "" {
		refs = append(refs, signalRef(in.Signal))
	}
	return d.change(ctx, who, in.Key, sent, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		opened, err := fromPaper(paper, nil, in.File, m, func() (casework.Decision, error) { return casework.OpenFile(fileOf(l, in.File), open, m) })
		if err != nil || in.Signal == "" {
			return opened, err
		}
		return d.intoFile(who, opened, l, in.Signal, in.File, m)
	})
}

func (d *Desk) countRefusal(ctx context.Context, who access.Who, in ConcernInput) (casework.Receipt, error) {
	at := d.now()
	month := at.In(d.pack().Location()).Format("2006-01")
	refused := casework.RefusedInput{Month: month, Region: in.Region, AgeBand: casework.AgeAdult, Sex: in.Sex}
	// What she said is not even hashed: only the number is sent on.
	return d.change(ctx, who, in.Key, refused, at, []casework.Ref{casework.TallyRef(month, in.Region)}, func(_ *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.RefusedAdult(refused, m)
	})
}

// checkConcern mends what a form may leave out and names what cannot be used.
// "Not sure" is always an answer: it never blocks.
func (d *Desk) checkConcern(in *ConcernInput, who access.Who) (int, error) {
	var bad []fault.Field
	if in.Region == "" {
		in.Region = who.Region
	}
	age := 0
	if in.Age != "" {
		n, err := strconv.Atoi(in.Age)
		if err != nil || n < 0 || n > 120 {
			bad = append(bad, fault.Field{Name: "age", Code: "field.age"})
		}
		age = n
	}
	switch {
	case in.AgeKnown == "" && age == 0:
		in.AgeKnown = casework.AgeNotSure
	case in.AgeKnown == "" && age < 18:
		in.AgeKnown = casework.AgeUnder18
	case in.AgeKnown == "":
		in.AgeKnown = casework.AgeNotSure // a guess of an age is not knowing it
	case in.AgeKnown == casework.AgeAdult && age > 0 && age < 18:
		bad = append(bad, fault.Field{Name: "age", Code: "field.age_contradicts"})
	}
	if in.OccurredAt.After(d.now().Add(time.Minute)) {
		bad = append(bad, fault.Field{Name: "occurred_at", Code: "field.future"})
	}
	if in.Signal != "" {
		if _, ok := id.Parse[id.Signal](string(in.Signal)); !ok {
			bad = append(bad, fault.Field{Name: "signal", Code: "field.id"})
		}
	}
	if in.File != "" {
		if _, ok := id.Parse[id.File](string(in.File)); !ok {
			bad = append(bad, fault.Field{Name: "file", Code: "field.id"})
		}
	}
	bad = append(bad, tooLong("call_name", in.CallName, maxName)...)
	bad = append(bad, tooLong("contact", in.Contact, maxLine)...)
	bad = append(bad, tooLong("citizenship", withheld.New(in.Citizenship), maxLine)...)
	return age, fault.Form(bad...)
}

// ConcernResult explains a concern just recorded: what counted, what stands
// now, who near here has room.
func (d *Desk) ConcernResult(ctx context.Context, who access.Who, file id.File) (ConcernResult, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return ConcernResult{}, err
	}
	if _, err := d.may(who, access.OpenFile, f); err != nil {
		return ConcernResult{}, err
	}
	l, err := d.lawOf(f.Situation, d.now())
	if err != nil {
		return ConcernResult{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return ConcernResult{}, err
	}
	out := ConcernResult{Subject: subject(f), Safeguards: l.safeguards(), Duties: d.dutiesFor(who, l), Tonight: d.tonight(who, names, f.Region)}
	if f.Screening != nil {
		out.Result = screeningView(*f.Screening)
	}
	if _, err := d.may(who, access.Refer, f); err == nil {
		out.MayRefer = true
		if out.Providers, err = d.providersFor(ctx, who, f, f.Needs); err != nil {
			return ConcernResult{}, err
		}
	}
	return out, nil
}

// dutiesFor are the duties that this situation triggers.
func (d *Desk) dutiesFor(who access.Who, l law) []Duty {
	var out []Duty
	for _, duty := range d.duties(who) {
		rule := d.pack().Duty(duty.ID)
		if rule.When == "" {
			out = append(out, duty)
			continue
		}
		when, problems := l.snap.Model.Guard(rule.When, rule.Pos)
		// A guard that hangs on an open question shows the duty, for the worker to read.
		if len(problems) > 0 || when.Eval(l.now, l.at) != 0 {
			out = append(out, duty)
		}
	}
	return out
}

// tonight is what to do when nobody answers. A kind of body may have sentences of its
// own: who is the hotline is with nobody in a safe place, and does not call itself.
func (d *Desk) tonight(who access.Who, names bodyNames, region string) Tonight {
	out := Tonight{Hotline: d.pack().Head.Hotline}
	if who.Can("hotline") {
		out.Hotline = ""
	}
	for _, b := range names.that(d.kindsThat("coordinate"), region) {
		if b.Phone != "" && len(out.Coordinator) < 3 {
			out.Coordinator = append(out.Coordinator, names.phone(b.ID))
		}
	}
	if out.Steps = d.numbered("tonight." + who.BodyKind); len(out.Steps) == 0 {
		out.Steps = d.numbered("tonight")
	}
	return out
}

// numbered are the country's sentences under a key, as many as it has written.
func (d *Desk) numbered(key string) (out []string) {
	words := d.pack().Words()
	for n := 1; words.Has("en", key+"."+itoa(n)); n++ {
		out = append(out, key+"."+itoa(n))
	}
	return out
}

// ReferForm is what a referral needs to be drawn.
func (d *Desk) ReferForm(ctx context.Context, who access.Who, file id.File) (ReferForm, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return ReferForm{}, err
	}
	if _, err := d.may(who, access.Refer, f); err != nil {
		return ReferForm{}, err
	}
	providers, err := d.providersFor(ctx, who, f, f.Needs)
	if err != nil {
		return ReferForm{}, err
	}
	p := d.pack()
	out := ReferForm{
		Key: string(id.New[id.Event](d.now())), File: f.ID, Version: f.Changed(), Subject: subject(f), Needs: f.Needs,
		Health: referHealth, MaxAsked: p.Standards.MaxAsked, Providers: providers,
		Priority: d.proposedPriority(f), NeedsYes: !f.Child() && !hasConsent(f, d.referPurpose()),
	}
	for _, n := range p.Needs {
		out.AllNeeds = append(out.AllNeeds, n.ID)
	}
	for _, pr := range p.Standards.Priorities {
		out.Priorities = append(out.Priorities, pr.ID)
	}
	return out, nil
}

// referHealth is what a provider must know of health to have the right room.
var referHealth = []string{"urgent_care", "pregnant", "disability", "none"}

func hasConsent(f *casework.File, purpose string) bool {
	return slices.ContainsFunc(f.Consents, func(c casework.Consent) bool { return c.Purpose == purpose && c.State == casework.ConsentYes })
}

// proposedPriority is the fastest pace when she is not safe or needs something
// urgent, else the second; the worker may change it.
func (d *Desk) proposedPriority(f *casework.File) string {
	paces := d.pack().Standards.Priorities
	if len(paces) == 0 {
		return ""
	}
	urgent := func(n string) bool { need := d.pack().Need(n); return need != nil && need.Urgent }
	if f.Safety != "safe_now" || slices.ContainsFunc(f.Needs, urgent) || len(paces) == 1 {
		return paces[0].ID
	}
	return paces[1].ID
}
