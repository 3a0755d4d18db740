package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
)

// BeginForm is what a first step on nobody's file yet needs to be drawn: the
// pack says which steps begin, who may begin with them, and where the person may
// be.
type BeginForm struct {
	Key        string
	Step       string
	Force      procedure.Force
	Where      []WherePlace
	Fields     []pack.Field
	AgeGiven   bool // by the step itself, and not asked
	Languages  []string
	Recipients []Phone
	Duties     []Duty
	Basis      []procedure.Basis
}

// WherePlace is a step that says where the person is, and the wording key of what
// it says: "at an airport".
type WherePlace struct{ Step, Key string }

// BeginInput is what the form sends.
type BeginInput struct {
	Key      string
	File     id.File // made by the client; empty: made here
	Step     string
	Where    string
	AgeKnown string
	Sex      string
	Language string
	Fields   map[string]withheld.Text
	To       id.Body
	Signal   id.Signal // the call or notice that it began with, and that ends in this file
	// OccurredAt is when it happened, when a paper is entered later: it decides the law.
	OccurredAt string
	Written    *Written
}

// begins are the steps that this worker may begin a file with, today.
func (d *Desk) begins(who access.Who) []string {
	var out []string
	for _, h := range d.pack().Handling {
		if slices.Contains(h.Begins, who.BodyKind) && d.allowed(who, access.RecordConcern, "file") {
			out = append(out, h.ID)
		}
	}
	return out
}

// BeginForm shows a step with which a file begins. It opens nothing.
func (d *Desk) BeginForm(ctx context.Context, who access.Who, step string) (BeginForm, error) {
	if !slices.Contains(d.begins(who), step) {
		return BeginForm{}, fault.Withheld("begin: not theirs")
	}
	snap, err := d.deps.Laws.On(d.now())
	if err != nil {
		return BeginForm{}, fault.At("law of today", err)
	}
	s := snap.Model.Step(step)
	if s == nil {
		return BeginForm{}, fault.Withheld("begin: not in force")
	}
	out := BeginForm{
		Key: string(id.New[id.Event](d.now())), Step: step, Force: s.Force, Languages: d.spoken(), Duties: d.duties(who), Basis: s.Basis,
	}
	out.AgeGiven = d.givesAge(d.pack().HandlingOf(step))
	for _, where := range d.pack().HandlingOf(step).Where {
		if w := snap.Model.Step(where); w != nil && isOurs(who, w.By) {
			out.Where = append(out.Where, WherePlace{where, whereKey(w)})
		}
	}
	if form := d.pack().Form(s.Form); form != nil {
		// The language is the file's own, and asked once.
		out.Fields = slices.DeleteFunc(slices.Clone(form.Fields), func(f pack.Field) bool { return f.Kind == "language" })
	}
	out.Recipients, err = d.recipients(ctx, who, step, who.Region)
	return out, err
}

func (d *Desk) givesAge(h *pack.Handling) bool {
	return slices.ContainsFunc(d.pack().Spec.Facts, func(f procedure.Fact) bool {
		return f.From == procedure.FromBirthDate && h.Given[f.Name] != ""
	})
}

func whereKey(s *procedure.Step) string {
	for name, value := range s.Set {
		if len(s.Set) == 1 {
			return "var." + name + "." + value
		}
	}
	return "step." + s.ID
}

// Begin opens a file with its first step, in one act.
func (d *Desk) Begin(ctx context.Context, who access.Who, in BeginInput) (casework.Receipt, error) {
	begin, err := d.checkBegin(ctx, who, in)
	if err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	if begin.Open.File == "" {
		begin.Open.File = id.New[id.File](at)
	}
	paper, _ := d.written(in.Written) // checkBegin said what is wrong in it
	refs := []casework.Ref{fileRef(begin.Open.File)}
	if in.Signal != "" {
		refs = append(refs, signalRef(in.Signal))
	}
	return d.change(ctx, who, in.Key, in, at, refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		now := begin
		if s := store.As[*casework.Signal](l, signalRef(in.Signal)); s != nil {
			now.Open.Contact = s.Contact() // what was typed of it goes on in the file
		}
		begun, err := fromPaper(paper, nil, now.Open.File, m, func() (casework.Decision, error) { return casework.Begin(fileOf(l, now.Open.File), now, m) })
		if err != nil || in.Signal == "" {
			return begun, err
		}
		return d.intoFile(who, begun, l, in.Signal, now.Open.File, m)
	})
}

// BeginEffects is what Begin would change for the person.
func (d *Desk) BeginEffects(ctx context.Context, who access.Who, in BeginInput) (Effects, error) {
	begin, err := d.checkBegin(ctx, who, in)
	if err != nil {
		return Effects{}, err
	}
	at := d.now()
	from, to, err := casework.ForeseeBegin(begin, d.moment(who, at))
	if err != nil {
		return Effects{}, err
	}
	before, err := d.lawOf(from, at)
	if err != nil {
		return Effects{}, err
	}
	return effectsOf(who, before, law{snap: before.snap, now: to, at: at}), nil
}

func (d *Desk) checkBegin(ctx context.Context, who access.Who, in BeginInput) (casework.BeginInput, error) {
	if !slices.Contains(d.begins(who), in.Step) {
		return casework.BeginInput{}, fault.Withheld("begin: not theirs")
	}
	if in.File != "" {
		if _, ok := id.Parse[id.File](string(in.File)); !ok {
			return casework.BeginInput{}, fault.Form(fault.Field{Name: "file", Code: "field.id"})
		}
	}
	var bad []fault.Field
	if in.Signal != "" {
		if _, ok := id.Parse[id.Signal](string(in.Signal)); !ok {
			bad = append(bad, fault.Field{Name: "signal", Code: "field.id"})
		}
	}
	occurred, ok := d.readTime(in.OccurredAt)
	if !ok || occurred.After(d.now()) {
		bad = append(bad, fault.Field{Name: "occurred_at", Code: "field.date"})
	}
	paper, wrong := d.written(in.Written)
	if bad = append(bad, wrong...); paper != nil {
		occurred = paper.At
	}
	for name, value := range in.Fields {
		bad = append(bad, tooLong("f."+name, value, maxNote)...)
	}
	if err := fault.Form(bad...); err != nil {
		return casework.BeginInput{}, err
	}
	if err := d.mayReceive(ctx, who, in.Step, in.To); err != nil {
		return casework.BeginInput{}, err
	}
	open := casework.OpenFileInput{File: in.File, AgeKnown: in.AgeKnown, Sex: in.Sex, Language: in.Language, Region: who.Region, OccurredAt: occurred}
	return casework.BeginInput{Open: open, Where: in.Where, Step: in.Step, Fields: in.Fields, To: in.To}, nil
}
