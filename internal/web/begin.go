package web

import (
	"context"
	"net/url"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

type beginDesk interface {
	BeginForm(ctx context.Context, who access.Who, step string) (desk.BeginForm, error)
	BeginEffects(ctx context.Context, who access.Who, in desk.BeginInput) (desk.Effects, error)
	Begin(ctx context.Context, who access.Who, in desk.BeginInput) (casework.Receipt, error)
}

// beginPage is a step with which a file begins: what an officer at a counter can
// tap in a minute, what it will change for the person, and one button.
type beginPage struct {
	Frame
	Form    desk.BeginForm
	Effects desk.Effects
	Fields  []Field
	Confirm bool
	Kept    []Kept
	Answers []answerRow
	Drawn   []string
	Paper   bool // typed in from paper
}

// DrawnList is sent along, so that a question opened by an answer is asked.
func (p beginPage) DrawnList() string { return strings.Join(p.Drawn, " ") }

// elsewhere is the answer that the person stands at none of the places that the
// pack names.
const elsewhere = "elsewhere"

func beginForm(c *call) error {
	form, err := c.site.Desk.BeginForm(c.ctx, c.who, c.r.PathValue("step"))
	if err != nil {
		return err
	}
	typed := url.Values{"key": {form.Key}}
	askedFromPaper(c.r.URL.Query(), typed)
	if err := c.fromCall(typed); err != nil {
		return err
	}
	if len(form.Recipients) > 0 {
		typed.Set("to", string(form.Recipients[0].Body)) // the usual one: near, and of the kind the law names
	}
	return c.show(newBeginPage(c.frame("begin.title"), form, typed))
}

func beginPost(c *call) error {
	form, err := c.site.Desk.BeginForm(c.ctx, c.who, c.r.PathValue("step"))
	if err != nil {
		return err
	}
	if c.form.Get("key") == "" {
		c.form.Set("key", form.Key)
	}
	f := c.frame("begin.title")
	redraw := func(f Frame) error { return c.render(422, "begin", newBeginPage(f, form, c.form)) }
	if c.turning() || c.form.Get("go") == "back" {
		return c.show(newBeginPage(f, form, c.form))
	}
	mend := append(tooLong(c.form), writtenMend(c.form)...)
	mend = append(mend, fieldsMend(form.Fields, c.form)...)
	mend = append(mend, recipientMend(form.Recipients, c.form)...)
	if len(mend) > 0 {
		f.mend(mend)
		return redraw(f)
	}
	in := beginInput(form, c.form)
	if c.form.Get("go") != "take" {
		if unasked(form.Fields, c.form) {
			return c.show(newBeginPage(f, form, c.form))
		}
		return c.confirmBegin(f, form, in)
	}
	receipt, err := c.site.Desk.Begin(c.ctx, c.who, in)
	if err != nil {
		return c.again(err, redraw, f)
	}
	file := id.File(receipt.Args["file"])
	home := "/file/" + string(file)
	return c.stepReceipt(receipt, file, form.Step, Link{home + "/identity", f.T("file.identity")}, Link{home + "/refer", f.T("file.refer")})
}

// confirmBegin shows what it changes for the person, before it is recorded.
func (c *call) confirmBegin(f Frame, form desk.BeginForm, in desk.BeginInput) error {
	effects, err := c.site.Desk.BeginEffects(c.ctx, c.who, in)
	if err != nil {
		return err
	}
	p := newBeginPage(f, form, c.form)
	p.Confirm, p.Effects, p.Kept = true, effects, keep(c.form)
	return c.show(p)
}

func beginInput(form desk.BeginForm, v url.Values) desk.BeginInput {
	in := desk.BeginInput{
		Key: v.Get("key"), Step: form.Step, AgeKnown: v.Get("age_known"), Sex: v.Get("sex"), Language: v.Get("language"),
		To: id.Body(v.Get("to")), OccurredAt: v.Get("occurred_at"), Fields: map[string]withheld.Text{}, Written: writtenIn(v),
		Signal: id.Signal(v.Get("signal")),
	}
	if in.Language == "not_sure" {
		in.Language = ""
	}
	if where := v.Get("where"); where != elsewhere {
		in.Where = where
	}
	for _, field := range shown(form.Fields, v) {
		if t := said(v, field); !t.Empty() {
			in.Fields[field.ID] = t
		}
	}
	return in
}

func newBeginPage(f Frame, form desk.BeginForm, typed url.Values) beginPage {
	f.MainForm, f.Wide = true, true
	fm := formOf(f, typed)
	p := beginPage{Frame: f, Form: form, Paper: fromPaper(typed), Fields: enteredFields(fm)}
	if len(form.Where) > 0 {
		p.Fields = append(p.Fields, whereField(fm, form.Where))
	}
	for _, field := range shown(form.Fields, typed) {
		p.Fields = append(p.Fields, packField(fm, listsOf(field, form.Languages, nil)))
		p.Drawn = append(p.Drawn, field.ID)
	}
	p.Fields = append(p.Fields, fm.choose("select", "language", "language", append(append([]string(nil), form.Languages...), "not_sure")...))
	if !form.AgeGiven {
		p.Fields = append(p.Fields, fm.choose("choice", "age_known", "age_known", "under_18", "adult", "not_sure"))
	}
	p.Fields = append(p.Fields, fm.choose("choice", "sex", "sex", "female", "male", "unknown"))
	if len(form.Recipients) > 0 {
		p.Fields = append(p.Fields, recipientField(fm, form.Recipients))
	}
	if at := fm.field("day", "occurred_at"); !p.Paper { // or the paper says when
		at.Optional = true
		p.Fields = append(p.Fields, at)
	}
	names := []string{"drawn"}
	for _, field := range p.Fields {
		names = append(names, field.Name)
		p.Answers = append(p.Answers, answerRow{Label: field.Label, Said: field.Said()})
	}
	p.Kept = keep(typed, names...)
	return p
}

func whereField(f form, places []desk.WherePlace) Field {
	out := f.field("choice", "where")
	for _, w := range places {
		out.Options = append(out.Options, Option{Value: w.Step, Label: f.frame.Or(w.Key, "step."+w.Step, "step.other"), On: f.typed.Get("where") == w.Step})
	}
	out.Options = append(out.Options, Option{Value: elsewhere, Label: f.frame.T("begin.elsewhere"), On: f.typed.Get("where") == elsewhere})
	return out
}

// recipientField is who receives what is filed, by name.
func recipientField(f form, bodies []desk.Phone) Field {
	out := f.field("select", "to")
	for _, b := range bodies {
		out.Options = append(out.Options, Option{Value: string(b.Body), Label: b.Name, On: f.typed.Get("to") == string(b.Body)})
	}
	return out
}

// listsOf fills the field kinds whose choices are the installation's.
func listsOf(field pack.Field, languages, regions []string) pack.Field {
	switch {
	case field.Kind == "language" && len(field.Options) == 0:
		field.Options = languages
	case field.Kind == "region" && len(field.Options) == 0:
		field.Options = regions
	}
	return field
}
