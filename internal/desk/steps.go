package desk

import (
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// StepForm is a step with its law beside it.
func (d *Desk) StepForm(ctx context.Context, who access.Who, file id.File, step string) (StepForm, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return StepForm{}, err
	}
	if _, err := d.may(who, access.TakeStep, f); err != nil {
		return StepForm{}, err
	}
	l, err := d.lawFor(ctx, f.Situation, d.now())
	if err != nil {
		return StepForm{}, err
	}
	offers := d.offers(who, f, l)
	i := slices.IndexFunc(offers, func(o StepOffer) bool { return o.ID == step })
	if i < 0 {
		return StepForm{}, fault.Withheld("no such step")
	}
	out := StepForm{
		Key: string(id.New[id.Event](d.now())), File: f.ID, Version: f.Changed(), Subject: subject(f), Offer: offers[i], Languages: d.spoken(),
	}
	if form := d.pack().Form(offers[i].Form); form != nil {
		out.Fields = form.Fields
		out.Documents = d.evidence(who, f, form.Fields)
	}
	out.Late = lateFor(l, offers, step)
	if casework.Screens(d.pack(), step) {
		out.Signs = d.signs()
	}
	if out.Family, err = d.forFamily(ctx, who, f, step); err != nil {
		return StepForm{}, err
	}
	for _, r := range d.pack().Regions {
		if pack.Contains(r.Dates, d.now()) {
			out.Regions = append(out.Regions, r.ID)
		}
	}
	if d.inGroup(who, f, "situation") {
		out.Known = alreadySaid(l, f, step)
		if out.Evidence, err = d.evidenceTree(who, f, step, d.now()); err != nil {
			return StepForm{}, err
		}
		if out.Walls, err = d.walls(ctx, who, f, l, offers); err != nil {
			return StepForm{}, err
		}
		out.Walls = slices.DeleteFunc(out.Walls, func(w Wall) bool { return !slices.Contains(w.Shuts, step) })
	}
	_, out.Paper = d.stepPaper(step, d.now())
	if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, ""); err != nil {
		out.Paper = false
	}
	if out.Two, err = d.ofTwo(ctx, who, f, step); err != nil {
		return StepForm{}, err
	}
	out.Recipients, err = d.recipients(ctx, who, step, f.Region)
	return out, err
}

// alreadySaid are the answers to a step's questions that are in the file already, so that
// nobody is asked twice: a field left empty leaves them as they are.
func alreadySaid(l law, f *casework.File, step string) map[string]string {
	out := map[string]string{}
	if s := l.snap.Model.Step(step); s != nil {
		for field, fact := range s.Records {
			if said := f.Situation.Value(fact); said != "" {
				out[field] = said
			}
		}
	}
	return out
}

// lateFor is what the law has instead of an appeal that is out of time, if it is open.
func lateFor(l law, offers []StepOffer, appeal string) string {
	for _, s := range l.snap.Model.Steps() {
		if s.Adverse == nil || s.Adverse.Appeal != appeal || s.Adverse.Late == "" {
			continue
		}
		if slices.ContainsFunc(offers, func(o StepOffer) bool { return o.ID == s.Adverse.Late && o.State == string(procedure.Open) }) {
			return s.Adverse.Late
		}
	}
	return ""
}

// TakeStep takes a step of a procedure, or records one that happened although it
// may not. What an adverse decision must carry, casework asks for.
func (d *Desk) TakeStep(ctx context.Context, who access.Who, in StepInput) (casework.Receipt, error) {
	take, err := d.checkStep(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	if err := d.mayReceive(ctx, who, in.Step, in.To); err != nil {
		return casework.Receipt{}, err
	}
	paper, _ := d.written(in.Written) // checkStep said what is wrong in it
	return d.onFile(ctx, who, in.Key, in, in.File, access.TakeStep, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		take, err := d.orUnproven(who, f, take, m)
		if err != nil {
			return casework.Decision{}, err
		}
		return fromPaper(paper, f, in.File, m, func() (casework.Decision, error) { return casework.TakeStep(f, take, m) })
	})
}

// proven refuses a step that names evidence which is not there, or has too little.
func (d *Desk) proven(who access.Who, f *casework.File, take casework.TakeStepInput, m casework.Moment) error {
	if err := d.checkEvidence(who, f, take, m.At); err != nil {
		return err
	}
	return d.enough(who, f, take, m)
}

// orUnproven is the same of what happened although it may not: that something is not
// there is recorded with it.
func (d *Desk) orUnproven(who access.Who, f *casework.File, take casework.TakeStepInput, m casework.Moment) (casework.TakeStepInput, error) {
	err := d.proven(who, f, take, m)
	if take.Irregular && fault.Is(err, casework.CodeStepEvidence) {
		take.Unproven, err = true, nil
	}
	return take, err
}

func (d *Desk) checkStep(in StepInput) (casework.TakeStepInput, error) {
	var bad []fault.Field
	out := casework.TakeStepInput{
		Version: in.Version, Step: in.Step, Reasons: in.Reasons, Language: in.Language, Fields: in.Fields, Irregular: in.Irregular, To: in.To,
		Indicators: in.Indicators, NoSigns: in.NoSigns,
	}
	var ok bool
	if out.OccurredAt, ok = d.readTime(in.OccurredAt); !ok {
		bad = append(bad, fault.Field{Name: "occurred_at", Code: "field.date"})
	}
	if out.Understood, ok = d.readTime(in.Understood); !ok {
		bad = append(bad, fault.Field{Name: "understood", Code: "field.date"})
	}
	paper, wrong := d.written(in.Written)
	if bad = append(bad, wrong...); paper != nil {
		out.OccurredAt = paper.At
	}
	bad = append(bad, tooLong("reasons", in.Reasons, maxNote)...)
	for name, value := range in.Fields {
		bad = append(bad, tooLong("field."+name, value, maxNote)...)
	}
	slices.SortFunc(bad, func(a, b fault.Field) int { return strings.Compare(a.Name, b.Name) })
	return out, fault.Form(bad...)
}

// readTime reads what a form's date or date-and-time field sends, in the pack's
// zone. Empty is the zero time. A day alone is its noon, or now if that is later
// than now: "today" is not in the future.
func (d *Desk) readTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	zone := d.pack().Location()
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(form, s, zone); err == nil {
			return t.UTC(), true
		}
	}
	t, err := time.ParseInLocation(time.DateOnly, s, zone)
	if err != nil {
		return time.Time{}, false
	}
	t = t.Add(12 * time.Hour).UTC()
	if now := d.now(); t.After(now) && t.Add(-12*time.Hour).Before(now) {
		t = now
	}
	return t, true
}
