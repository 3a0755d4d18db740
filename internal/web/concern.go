package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type concernDesk interface {
	ConcernForm(ctx context.Context, who access.Who) (desk.ConcernForm, error)
	RecordConcern(ctx context.Context, who access.Who, in desk.ConcernInput) (casework.Receipt, error)
	ConcernResult(ctx context.Context, who access.Who, file id.File) (desk.ConcernResult, error)
}

// concernSteps are the pages of New concern, in order: safety first, and
// nothing about credibility or co-operation anywhere. What was typed on the
// others travels along in hidden fields, so that no half of it is kept here and
// none of it is lost.
var concernSteps = []string{"safety", "needs", "consent", "indicators", "check"}

// concernNames are the fields of each step; ten questions in all.
var concernNames = map[string][]string{
	"safety":     append(slices.Clone(paperNames), "safety", "age", "age_known", "sex", "language"),
	"needs":      {"needs"},
	"consent":    {"consent", "call_name", "contact", "contact_safe"},
	"indicators": {"indicators", "fear"},
}

type concernPage struct {
	Frame
	Step    string
	Index   int
	Fields  []Field
	Groups  []Field // indicators, a field a dimension
	Kept    []Kept
	Duties  []desk.Duty
	Answers []answerRow
	First   bool
	Call    string // the number of the call it began with
	Paper   bool   // typed in from paper
}

// answerRow is one line of check-your-answers.
type answerRow struct {
	Step  string
	Label string
	Said  []string
	Known string // in the file already, when nothing is said now
	First bool   // of its step: the button that changes the step stands here
}

func concernForm(c *call) error {
	form, err := c.site.Desk.ConcernForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	typed := url.Values{"key": {form.Key}, "region": {form.Region}}
	askedFromPaper(c.r.URL.Query(), typed)
	if err := c.fromCall(typed); err != nil {
		return err
	}
	return c.show(newConcernPage(c.frame("concern.title"), form, typed, "safety"))
}

func concernPost(c *call) error {
	choices, err := c.site.Desk.ConcernForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	if c.form.Get("key") == "" {
		c.form.Set("key", choices.Key)
	}
	at := concernSteps[max(0, slices.Index(concernSteps, c.form.Get("at")))]
	f := c.frame("concern.title")
	if c.turning() {
		return c.show(newConcernPage(f, choices, c.form, at))
	}
	if mend := concernMend(c.form, at); len(mend) > 0 {
		f.mend(mend)
		return c.render(422, "concern", newConcernPage(f, choices, c.form, at))
	}
	if c.form.Get("go") == "record" {
		return recordConcern(c, choices, f)
	}
	return c.show(newConcernPage(f, choices, c.form, nextStep(at, c.form.Get("go"))))
}

// nextStep follows the button: on, back, or to the step whose answer is changed.
func nextStep(at, button string) string {
	i := slices.Index(concernSteps, at)
	switch {
	case slices.Contains(concernSteps, button):
		return button
	case button == "back":
		return concernSteps[max(0, i-1)]
	}
	return concernSteps[min(len(concernSteps)-1, i+1)]
}

// concernMend is what this page itself can see is wrong. An empty answer is
// never wrong here: safety does not wait for a form.
func concernMend(v url.Values, at string) []fault.Field {
	mend := tooLong(v)
	if at == "safety" {
		mend = append(mend, writtenMend(v)...)
	}
	if at != "safety" || v.Get("age") == "" {
		return mend
	}
	if age, err := strconv.Atoi(v.Get("age")); err != nil || age < 0 || age > 120 {
		mend = append(mend, fault.Field{Name: "age", Code: "field.age"})
	}
	return mend
}

func recordConcern(c *call, choices desk.ConcernForm, f Frame) error {
	receipt, err := c.site.Desk.RecordConcern(c.ctx, c.who, concernInput(c.form))
	if err != nil {
		e := fault.Of(err)
		if e.Kind != fault.Invalid || len(e.Fields) == 0 {
			return err
		}
		f.mend(e.Fields)
		return c.render(422, "concern", newConcernPage(f, choices, c.form, stepOf(e.Fields[0].Name)))
	}
	// An adult who refuses leaves a number and no file: the receipt is all.
	file, ok := id.Parse[id.File](receipt.Args["file"])
	if !ok {
		return c.receipt(receipt, "concern.refused.title", Link{"/work", f.T("to_work")})
	}
	return c.seeOther("/file/" + string(file) + "/concern")
}

// stepOf finds the page on which a field stands, to mend it there.
func stepOf(field string) string {
	for _, step := range concernSteps {
		if slices.Contains(concernNames[step], field) {
			return step
		}
	}
	return "check"
}

func concernInput(v url.Values) desk.ConcernInput {
	return desk.ConcernInput{
		Key: v.Get("key"), Safety: v.Get("safety"), Age: v.Get("age"), AgeKnown: v.Get("age_known"), Sex: v.Get("sex"),
		Language: v.Get("language"), CallName: text(v, "call_name"), Needs: v["needs"], Consent: v.Get("consent"),
		Indicators: v["indicators"], Fear: v.Get("fear"), Region: v.Get("region"),
		Contact: text(v, "contact"), ContactSafe: v.Get("contact_safe"),
		Signal: id.Signal(v.Get("signal")), Written: writtenIn(v),
	}
}

func newConcernPage(f Frame, choices desk.ConcernForm, typed url.Values, step string) concernPage {
	f.MainForm = true
	f.TitleKey = "concern.title." + step
	p := concernPage{Frame: f, Step: step, Index: slices.Index(concernSteps, step) + 1, First: step == "safety", Paper: fromPaper(typed)}
	if signal, ok := id.Parse[id.Signal](typed.Get("signal")); ok {
		p.Call = id.Number(signal)
	}
	p.Kept = keep(typed, append([]string{"at"}, concernNames[step]...)...)
	all := concernFields(form{f, typed}, choices)
	p.Fields = all[step]
	switch step {
	case "indicators":
		p.Groups = indicatorFields(form{f, typed}, choices)
	case "consent":
		p.Duties = choices.Duties
	case "check":
		p.Answers = concernAnswers(all, indicatorFields(form{f, typed}, choices), f)
	}
	return p
}

func concernFields(f form, choices desk.ConcernForm) map[string][]Field {
	languages := f.choose("select", "language", "language", append(slices.Clone(choices.Languages), "not_sure")...)
	optional := func(fields ...Field) []Field {
		for i := range fields {
			fields[i].Optional = true
		}
		return fields
	}
	return map[string][]Field{
		"safety": append(enteredFields(f),
			f.choose("choice", "safety", "safety", "safe_now", "not_safe", "not_sure"),
			f.choose("choice", "age_known", "age_known", "under_18", "adult", "not_sure"),
			optional(f.field("number", "age"))[0],
			f.choose("choice", "sex", "sex", "female", "male", "unknown"),
			languages,
		),
		"needs": {f.choose("choices", "needs", "need", choices.Needs...)},
		"consent": append([]Field{f.choose("choice", "consent", "concern.consent", "yes", "no", "child", "not_able")},
			optional(f.field("text", "call_name"), f.field("text", "contact"), f.choose("choice", "contact_safe", "contact_safe", "any_time", "daytime", "never_leave_word"))...),
		"indicators": {f.choose("choice", "fear", "fear", "yes", "no", "not_sure", "does_not_say")},
	}
}

// indicatorFields draw each dimension as its own group of taps; all share one
// name, so that what is chosen is one list.
func indicatorFields(f form, choices desk.ConcernForm) []Field {
	var out []Field
	for _, g := range choices.Indicators {
		field := f.choose("choices", "indicators", "indicator", g.IDs...)
		field.ID, field.Label, field.Why = "indicators-"+g.Set, f.frame.Or("dimension."+g.Set, "indicator.other"), ""
		out = append(out, field)
	}
	return out
}

func concernAnswers(all map[string][]Field, groups []Field, f Frame) []answerRow {
	var out []answerRow
	for _, step := range concernSteps {
		fields := all[step]
		if step == "indicators" {
			signs := answerRow{Step: step, Label: f.T("field.indicators")}
			for _, g := range groups {
				signs.Said = append(signs.Said, g.Said()...)
			}
			out = append(out, signs)
		}
		for _, field := range fields {
			out = append(out, answerRow{Step: step, Label: field.Label, Said: field.Said()})
		}
	}
	for i := range out {
		out[i].First = i == 0 || out[i].Step != out[i-1].Step
	}
	return out
}

// resultPage explains itself: which indicators counted and by which rule, what
// now protects the person, who has room, and one main button.
type resultPage struct {
	Frame
	told
	Result desk.ConcernResult
}

func concernResult(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	result, err := c.site.Desk.ConcernResult(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.show(resultPage{c.frame("result.title", "number", id.Number(file)), c.told(result.Receipt), result})
}

// Positive are the dimensions that the rules call positive.
func (p resultPage) Positive() []desk.DimensionResult {
	return slices.DeleteFunc(slices.Clone(p.Result.Result.Dimensions), func(d desk.DimensionResult) bool { return !d.Positive })
}

// Nothing are the dimensions in which nothing counted.
func (p resultPage) Nothing() (out []string) {
	for _, d := range p.Result.Result.Dimensions {
		if len(d.Counted) == 0 {
			out = append(out, d.Set)
		}
	}
	return out
}

// Standing are the safeguards nobody can question: bars, holds, and what is
// certainly owed. Perhaps is what is owed if the law, which is not clear, says so:
// told apart, for a worker who promises it may promise too much.
func (p resultPage) Standing() []desk.Safeguard {
	return slices.DeleteFunc(slices.Clone(p.Result.Safeguards), perhapsOwed)
}

func (p resultPage) Perhaps() []desk.Safeguard {
	return slices.DeleteFunc(slices.Clone(p.Result.Safeguards), func(s desk.Safeguard) bool { return !perhapsOwed(s) })
}

func perhapsOwed(s desk.Safeguard) bool { return s.Kind == "entitlement" && len(s.Unclear) > 0 }

// Nearest are the first providers that fit; Further is how many more there are
// to choose from on the page that asks them.
func (p resultPage) Nearest() []desk.ProviderOption { return p.Room()[:min(nearest, len(p.Room()))] }

func (p resultPage) Further() int { return len(p.Room()) - len(p.Nearest()) }

const nearest = 4

// Counted are all the indicators that counted.
func (p resultPage) Counted() int {
	n := 0
	for _, d := range p.Result.Result.Dimensions {
		n += len(d.Counted)
	}
	return n
}

// Room are the providers that fit, near ones as desk ordered them.
func (p resultPage) Room() []desk.ProviderOption {
	return slices.DeleteFunc(slices.Clone(p.Result.Providers), func(o desk.ProviderOption) bool { return !o.Fits })
}
