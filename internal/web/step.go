package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

type stepDesk interface {
	StepForm(ctx context.Context, who access.Who, file id.File, step string) (desk.StepForm, error)
	StepEffects(ctx context.Context, who access.Who, in desk.StepInput) (desk.Effects, error)
	TakeStep(ctx context.Context, who access.Who, in desk.StepInput) (casework.Receipt, error)
	After(ctx context.Context, who access.Who, file id.File, step string) (desk.After, error)
}

// fieldPrefix keeps the pack's field names apart from the page's own.
const fieldPrefix = "f."

// stepPage is any step of any procedure: the pack's form, the law beside it,
// what an adverse decision must carry, and, before it is confirmed, what it
// changes for the person.
type stepPage struct {
	Frame
	Form      desk.StepForm
	Effects   desk.Effects // with the answers so far
	Fields    []Field
	Adverse   []Field
	Signs     []Field // what the criteria ask, of a step that screens
	Confirm   bool
	Irregular bool
	Kept      []Kept
	Answers   []answerRow
	Drawn     []string // the pack's fields on this page
	Paper     bool     // typed in from paper
	// Shut says that the law of today does not open the step: the page then says by
	// which article, and asks nothing. What happened on a day of another law, or
	// against the law, can still be recorded, and is asked for by a link.
	Shut  bool
	Two   *desk.TwoTake // the form proposes the step, and a colleague confirms it
	Waits bool          // and somebody has proposed it already
	More  bool          // an answer has led to a question that was not there
}

func stepForm(c *call) error {
	form, err := c.stepForm()
	if err != nil {
		return err
	}
	typed := url.Values{"key": {form.Key}, "version": {strconv.FormatUint(form.Version, 10)}}
	asked := c.r.URL.Query()
	if asked.Get("irregular") != "" {
		typed.Set("irregular", "yes")
	}
	if len(form.Recipients) > 0 {
		typed.Set("to", string(form.Recipients[0].Body))
	}
	askedFromPaper(asked, typed)
	mend := asked.Get("mend") != "" && form.Two != nil && form.Two.Waits != nil
	if mend {
		if err := c.mending(form, typed); err != nil {
			return err
		}
	}
	p, err := c.stepPage(c.stepFrame(form), form, typed, false)
	if err != nil {
		return err
	}
	p.Waits = p.Two != nil && p.Two.Waits != nil && !mend
	state := form.Offer.State
	p.Shut = !p.Irregular && !p.Paper && asked.Get("earlier") == "" && (state == string(procedure.Closed) || state == string(procedure.Held))
	p.MainForm = !p.Waits && !p.Shut // or the languages at the top would send a form that is not there
	return c.show(p)
}

// Hangs says that nothing closes the step but a question of law: it goes against the
// person, and what is unclear about it is held.
func (p stepPage) Hangs() bool {
	return p.Form.Offer.State == string(procedure.Held) && len(p.Form.Offer.Unclear) > 0
}

// stepPage is the page with what the answers so far would change.
func (c *call) stepPage(f Frame, form desk.StepForm, typed url.Values, confirm bool) (stepPage, error) {
	effects, err := c.site.Desk.StepEffects(c.ctx, c.who, stepInput(form, typed))
	if err != nil {
		return stepPage{}, err
	}
	return newStepPage(f, form, effects, typed, confirm), nil
}

func (c *call) stepForm() (desk.StepForm, error) {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return desk.StepForm{}, err
	}
	return c.site.Desk.StepForm(c.ctx, c.who, file, c.r.PathValue("step"))
}

func (c *call) stepFrame(form desk.StepForm) Frame {
	return c.frame("step.title", "number", id.Number(form.File))
}

func stepPost(c *call) error {
	form, err := c.stepForm()
	if err != nil {
		return err
	}
	f := c.stepFrame(form)
	draw := func(status int, f Frame, confirm bool) error {
		p, err := c.stepPage(f, form, c.form, confirm)
		if err != nil {
			return err
		}
		p.More = status == 200 && c.form.Get("go") == "check" && !p.Confirm
		return c.render(status, "step", p)
	}
	redraw := func(f Frame) error { return draw(422, f, false) }
	if c.form.Get("go") == "irregular" { // it was not open on that day, and happened all the same
		c.form.Set("irregular", "yes")
	}
	if c.turning() || c.form.Get("go") == "back" || c.form.Get("go") == "irregular" {
		c.fresh(form.Version)
		return draw(200, f, false)
	}
	mend := append(tooLong(c.form), writtenMend(c.form)...)
	mend = append(mend, stepMend(form, c.form)...)
	if len(mend) > 0 {
		f.mend(mend)
		return redraw(f)
	}
	if c.form.Get("go") != "take" {
		return draw(200, f, !unasked(form.Fields, c.form))
	}
	if form.Two != nil && c.form.Get("irregular") != "yes" {
		return c.propose(form, redraw, f)
	}
	receipt, err := c.site.Desk.TakeStep(c.ctx, c.who, stepInput(form, c.form))
	if err != nil {
		return c.again(err, redraw, f)
	}
	var more []Link
	if form.Paper && c.form.Get("irregular") != "yes" { // what is against the law has no paper
		more = []Link{{"/file/" + string(form.File) + "/papers", f.T("file.papers")}}
	}
	return c.stepReceipt(receipt, form.File, form.Offer.ID, more...)
}

// stepReceipt says what the step is called, what protects the person now, which
// clocks run and what whoever recorded it does next. The step is recorded: if how
// things stand cannot be read, the receipt says what it can.
func (c *call) stepReceipt(r casework.Receipt, file id.File, step string, more ...Link) error {
	after, err := c.site.Desk.After(c.ctx, c.who, file, step)
	if err != nil {
		after = desk.After{Step: step}
	}
	f := c.frame("step.done")
	home := "/file/" + string(file)
	f.Path = home // the act's own address cannot be asked for again
	links := append([]Link{{home, f.T("to_file")}}, more...)
	if after.Docket {
		links = append(links, Link{"/docket", f.T("to_docket")})
	}
	return c.render(http.StatusOK, "after", afterPage{Frame: f, told: c.told(r), Receipt: r, Links: links, File: file, After: after})
}

// afterPage is the receipt of a step.
type afterPage struct {
	Frame
	told
	Receipt casework.Receipt
	Links   []Link
	File    id.File
	After   desk.After
}

// stepMend holds an adverse decision to its reasons, language and notice. Desk
// holds it to them too: the page only says so sooner. What happened against the
// law is recorded without them: nothing is refused a record for being unlawful.
func stepMend(form desk.StepForm, v url.Values) (mend []fault.Field) {
	if v.Get("irregular") == "yes" {
		return nil
	}
	mend = append(fieldsMend(form.Fields, v), recipientMend(form.Recipients, v)...)
	if len(form.Signs) > 0 && len(v["indicators"]) == 0 && v.Get("no_signs") == "" {
		mend = append(mend, fault.Field{Name: "no_signs", Code: casework.CodeSigns})
	}
	if form.Offer.Adverse == nil {
		return mend
	}
	for _, name := range []string{"reasons", "language"} {
		if text(v, name).Empty() {
			mend = append(mend, fault.Field{Name: name, Code: "adverse." + name})
		}
	}
	return mend
}

// fieldsMend are the fields of the pack's form that must be answered and are not.
func fieldsMend(fields []pack.Field, v url.Values) (mend []fault.Field) {
	for _, field := range answerable(fields, v) {
		if field.Required && v.Get(fieldPrefix+field.ID) == "" {
			mend = append(mend, fault.Field{Name: fieldPrefix + field.ID, Code: missing(field.Kind)})
		}
	}
	return mend
}

// missing is what is asked of who left a field of this kind empty: a day is not
// chosen from answers.
func missing(kind string) string {
	switch kind {
	case "date", "number":
		return "field." + kind + "_missing"
	}
	return "field.required"
}

// recipientMend asks who receives it: what is filed with nobody waits nowhere.
func recipientMend(bodies []desk.Phone, v url.Values) []fault.Field {
	if len(bodies) > 0 && v.Get("to") == "" {
		return []fault.Field{{Name: "to", Code: "field.required"}}
	}
	return nil
}

func stepInput(form desk.StepForm, v url.Values) desk.StepInput {
	in := desk.StepInput{
		Key: v.Get("key"), File: form.File, Version: version(v), Step: form.Offer.ID, Reasons: text(v, "reasons"),
		Language: v.Get("language"), Understood: v.Get("understood"), OccurredAt: v.Get("occurred_at"),
		Irregular: v.Get("irregular") == "yes", Fields: map[string]withheld.Text{}, Written: writtenIn(v),
	}
	if len(form.Recipients) > 0 {
		in.To = id.Body(v.Get("to"))
	}
	if len(form.Signs) > 0 && !in.Irregular {
		in.Indicators, in.NoSigns = v["indicators"], v.Get("no_signs") == "yes"
	}
	for _, field := range shown(form.Fields, v) {
		if t := said(v, field); !t.Empty() {
			in.Fields[field.ID] = t
		}
	}
	return in
}

// said is a field's answer as it is recorded: several choices are one text,
// with commas between.
func said(v url.Values, field pack.Field) withheld.Text {
	if field.Kind != "choices" {
		return text(v, fieldPrefix+field.ID)
	}
	chosen := slices.DeleteFunc(slices.Clone(v[fieldPrefix+field.ID]), func(s string) bool { return !slices.Contains(field.Options, s) && !slices.Contains(openAnswers, s) })
	return withheld.New(strings.Join(chosen, ","))
}

func newStepPage(f Frame, form desk.StepForm, effects desk.Effects, typed url.Values, confirm bool) stepPage {
	f.MainForm, f.Wide = true, true
	p := stepPage{Frame: f, Form: form, Effects: effects, Confirm: confirm, Irregular: typed.Get("irregular") == "yes", Paper: fromPaper(typed)}
	if !p.Irregular {
		p.Two = form.Two
	}
	fm := formOf(f, typed)
	p.Fields = enteredFields(fm)
	for _, field := range shown(form.Fields, typed) {
		drawn := packField(fm, listsOf(field, form.Languages, form.Regions))
		if field.Kind == pack.DocumentField {
			drawn = evidenceField(fm, field, form.Documents)
		}
		drawn = drawn.knows(form.Known[field.ID])
		p.Fields = append(p.Fields, drawn)
		p.Drawn = append(p.Drawn, field.ID)
	}
	p.Adverse = adverseFields(fm, form, p.Irregular)
	if p.Paper || p.Two != nil {
		p.Adverse = withoutField(p.Adverse, "occurred_at") // the paper says when; or it happens when the second confirms
	}
	if p.Two != nil {
		p.Adverse = withoutField(p.Adverse, "understood") // nobody understood what is not decided yet
	}
	if len(form.Recipients) > 0 {
		to := recipientField(fm, form.Recipients)
		to.Optional = p.Irregular // who has her now must know, and is not always known
		p.Adverse = append([]Field{to}, p.Adverse...)
	}
	names := []string{"drawn"}
	for _, field := range append(slices.Clone(p.Fields), p.Adverse...) {
		names = append(names, field.Name)
		p.Answers = append(p.Answers, answerRow{Label: field.Label, Said: field.Said(), Known: field.Known})
	}
	if len(form.Signs) > 0 && !p.Irregular {
		seen := answerRow{Label: f.T("step.signs")}
		p.Signs = append(indicatorFields(fm, desk.ConcernForm{Indicators: form.Signs}), fm.field("yes", "no_signs"))
		for _, field := range p.Signs {
			names = append(names, field.Name)
			seen.Said = append(seen.Said, signsSaid(field)...)
		}
		p.Answers = append(p.Answers, seen)
	}
	if confirm {
		names = nil
	}
	p.Kept = keep(typed, names...)
	return p
}

// ProposalAt is the address of what somebody of this body proposed.
func (p stepPage) ProposalAt() string { return proposalAt(p.Form) }

// StepAt is the address of a step of this file.
func (p stepPage) StepAt(step string) template.URL { return p.U(stepPath(p.Form.File, step)) }

func stepPath(file id.File, step string) string { return "/file/" + string(file) + "/step/" + step }

// signsSaid are the signs as they are said; of the tap that none was seen, its own
// words.
func signsSaid(field Field) []string {
	switch {
	case field.Kind != "yes":
		return field.Said()
	case field.Value == "yes":
		return []string{field.Label}
	}
	return nil
}

// DrawnList is sent along, so that a question opened by an answer is asked.
func (p stepPage) DrawnList() string { return strings.Join(p.Drawn, " ") }

// OneBasis says that all parts of an adverse decision rest on the same articles,
// which are then named once.
func (p stepPage) OneBasis() bool {
	adverse := p.Form.Offer.Adverse
	return adverse != nil && len(adverse.Parts) > 0 && !slices.ContainsFunc(adverse.Parts, func(a desk.AdversePart) bool {
		return !slices.Equal(a.Basis, adverse.Parts[0].Basis)
	})
}

// NotThen says that the step was not open when the paper says it was taken.
func (p stepPage) NotThen() bool { return p.hasError(casework.CodePaperNotOpen) }

func formOf(f Frame, typed url.Values) form { return form{frame: f, typed: typed} }

// adverseFields are what a decision against a person carries, and when it
// happened for every step.
func adverseFields(f form, form desk.StepForm, irregular bool) []Field {
	var out []Field
	if form.Offer.Adverse != nil {
		out = append(out, f.field("long_text", "reasons"), f.choose("select", "language", "language", form.Languages...), f.field("day", "understood"))
		out[1].Label, out[1].Why = f.frame.T("field.notice_language"), f.frame.T("field.notice_language.why")
		out[2].Optional = true
	}
	at := f.field("day", "occurred_at")
	at.Optional = !irregular
	return append(out, at)
}

// packField draws a field of the pack's form. Choices always have "not sure"
// and "does not want to say", unless the pack closes them.
func packField(f form, field pack.Field) Field {
	kind, values := field.Kind, slices.Clone(field.Options)
	switch field.Kind {
	case "yes_no":
		kind, values = "choice", []string{"yes", "no"}
	case "date":
		kind = "day"
	case "language", "region", "country":
		return labelled(f, field, listed(f, field, values))
	}
	out := f.choose(kind, fieldPrefix+field.ID, "option."+field.ID, values...)
	if (kind == "choice" || kind == "choices") && !field.Closed {
		more := f.choose(kind, fieldPrefix+field.ID, "option", openAnswers...)
		out.Options = append(out.Options, more.Options...)
	}
	return labelled(f, field, out)
}

// evidenceField offers the documents of the file; one that is not there yet is
// added first.
func evidenceField(f form, field pack.Field, documents []desk.DocumentLine) Field {
	out := f.field("select", fieldPrefix+field.ID)
	for _, l := range documents {
		out.Options = append(out.Options, Option{
			Value: string(l.Document), Label: f.frame.T("attachment.kind."+l.Kind) + " · " + f.frame.At(l.At) + " · " + id.Number(l.Document), On: f.typed.Get(out.Name) == string(l.Document),
		})
	}
	out = labelled(f, field, out)
	if out.Why == "" {
		out.Why = f.frame.T("documents.pick.why")
	}
	return out
}

// openAnswers never block: they are added to every choice the pack leaves open.
var openAnswers = []string{"not_sure", "does_not_say"}

// listed is a field whose values have names of their own.
func listed(f form, field pack.Field, values []string) Field {
	if field.Kind == "country" && len(values) == 0 {
		return f.country(fieldPrefix + field.ID)
	}
	return f.choose("select", fieldPrefix+field.ID, field.Kind, values...)
}

func labelled(f form, field pack.Field, out Field) Field {
	out.Label, out.Optional = f.frame.Or("field."+field.ID, "field.other"), !field.Required
	if why := "field." + field.ID + ".why"; f.frame.Has(why) {
		out.Why = f.frame.T(why)
	}
	if field.Max > 0 {
		out.Max = field.Max
	}
	return out
}

// irregularPageView lists the steps that may not happen, to record that one did.
type irregularPageView struct {
	Frame
	F desk.FileView
}

// Closed are the steps that the law does not allow now.
func (p irregularPageView) Closed() []desk.StepOffer {
	return offers(p.F.Offers, "closed", "hold", "unclear")
}

func irregularPage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.File(c.ctx, c.who, file, "")
	if err != nil {
		return err
	}
	return c.show(irregularPageView{c.frame("irregular.title", "number", view.Number), view})
}
