package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/paper"
	"pana/internal/procedure"
	"pana/internal/wording"
)

type blankDesk interface {
	Forms(ctx context.Context, who access.Who) (desk.Forms, error)
	BlankForm(ctx context.Context, who access.Who, code string) (desk.BlankForm, error)
}

// formRow is a form in the list: what it is called, and the edition in its foot.
type formRow struct {
	desk.FormLine
	Name    string
	Edition string
}

// formGroup is what stands under one heading of the list.
type formGroup struct {
	Title string
	Rows  []formRow
	Fold  bool // long, and rarely wanted
}

// formsPage is where a worker finds and prints what her body writes on.
type formsPage struct {
	Frame
	Groups []formGroup
	In     Field
	Beside Field
	Code   Field
	Asked  string // what was typed from a foot
	Answer string // same, older, unknown
}

// printedPage is the forms themselves.
type printedPage struct {
	Frame
	Forms []paper.Blank
	PDF   string // the same as a file
}

func formsList(c *call) error {
	rows, err := c.formRows()
	if err != nil {
		return err
	}
	return c.show(newFormsPage(c.frame("forms.title"), rows, c.r.URL.Query()))
}

func (c *call) formRows() ([]formRow, error) {
	all, err := c.site.Desk.Forms(c.ctx, c.who)
	if err != nil {
		return nil, err
	}
	f := c.frame("forms.title")
	var out []formRow
	for _, l := range all.Lines {
		form, err := c.site.Desk.BlankForm(c.ctx, c.who, l.Code)
		if err != nil {
			return nil, err
		}
		b := newBlank([]Frame{f}, form)
		out = append(out, formRow{l, b.Title[0], b.Edition})
	}
	return out, nil
}

func newFormsPage(f Frame, rows []formRow, q url.Values) formsPage {
	if !q.Has("form_in") {
		q = url.Values{"form_in": {string(f.Lang)}, "foot_code": q["foot_code"]}
	}
	fm := form{f, q}
	var langs []string
	for _, l := range Langs {
		langs = append(langs, string(l))
	}
	p := formsPage{Frame: f, In: fm.choose("select", "form_in", "lang.self", langs...), Beside: fm.choose("select", "form_beside", "lang.self", langs...), Code: fm.field("text", "foot_code")}
	p.Beside.None, p.Beside.Optional = f.T("forms.beside.none"), true
	for _, r := range rows {
		title := f.T("forms.group." + r.Kind)
		if r.Kind == desk.BlankStep {
			title = f.Or("procedure."+r.Of, "forms.group.step")
		}
		if r.Own {
			title = f.T("forms.group.own")
		}
		i := slices.IndexFunc(p.Groups, func(g formGroup) bool { return g.Title == title })
		if i < 0 {
			i = len(p.Groups)
			p.Groups = append(p.Groups, formGroup{Title: title, Fold: r.Own})
		}
		p.Groups[i].Rows = append(p.Groups[i].Rows, r)
	}
	p.Asked = strings.TrimSpace(q.Get("foot_code"))
	p.Answer = editionAnswer(rows, p.Asked)
	return p
}

// editionAnswer compares what stands in a form's foot with the form of today.
func editionAnswer(rows []formRow, typed string) string {
	if typed == "" {
		return ""
	}
	typed = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(typed, "·", " ")), " "))
	for _, r := range rows {
		if code, edition, ok := strings.Cut(typed, " "); ok && code == strings.ToLower(r.Code) {
			if edition == strings.ToLower(r.Edition) {
				return "same"
			}
			return "older"
		}
	}
	return "unknown"
}

// mostForms are as many as one print may have: more is a mistake, and a machine
// kept from others.
const mostForms = 120

// printed reads which forms are asked for, and in which languages.
func (c *call) printed() ([]paper.Blank, error) {
	q := c.r.URL.Query()
	codes := q["form"]
	if q.Get("set") == "all" {
		all, err := c.site.Desk.Forms(c.ctx, c.who)
		if err != nil {
			return nil, err
		}
		codes = nil
		for _, l := range all.Lines {
			if !l.Own { // those are many, and rarely written elsewhere than at a desk
				codes = append(codes, l.Code)
			}
		}
	}
	frames := c.framesIn(q.Get("form_in"), q.Get("form_beside"))
	var out []paper.Blank
	for _, code := range codes[:min(len(codes), mostForms)] {
		form, err := c.site.Desk.BlankForm(c.ctx, c.who, code)
		if err != nil {
			return nil, err
		}
		out = append(out, newBlank(frames, form))
	}
	return out, nil
}

// framesIn are the page's words in one language or two, the main one first.
func (c *call) framesIn(langs ...string) []Frame {
	var out []Frame
	for _, lang := range langs {
		l := wording.Lang(lang)
		if slices.Contains(Langs, l) && !slices.ContainsFunc(out, func(f Frame) bool { return f.Lang == l }) {
			f := c.frame("forms.title")
			f.Lang = l
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = append(out, c.frame("forms.title"))
	}
	return out
}

func formsPrint(c *call) error {
	forms, err := c.printed()
	if err != nil {
		return err
	}
	if len(forms) == 0 {
		return c.noneTicked()
	}
	return c.show(newPrintedPage(c.frame("forms.title"), forms, c.r.URL.RawQuery))
}

// noneTicked says so on the list, where it is ticked.
func (c *call) noneTicked() error {
	rows, err := c.formRows()
	if err != nil {
		return err
	}
	f := c.frame("forms.title")
	f.mend([]fault.Field{{Name: "form", Code: "forms.none"}})
	return c.render(http.StatusOK, "forms", newFormsPage(f, rows, c.r.URL.Query()))
}

func newPrintedPage(f Frame, forms []paper.Blank, query string) printedPage {
	f.Wide = true
	return printedPage{Frame: f, Forms: forms, PDF: "/forms/print.pdf?" + query}
}

func formsPDF(c *call) error {
	forms, err := c.printed()
	if err != nil {
		return err
	}
	if len(forms) == 0 {
		return c.noneTicked()
	}
	demo := ""
	if c.site.Demo != nil {
		demo = c.site.Words.Say(forms[0].Langs[0], "demo.band")
	}
	out, err := paper.BlankPDF(forms, c.now, demo)
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="forms-`+c.now.In(c.site.Zone).Format("2006-01-02")+`.pdf"`)
	h.Set("Content-Length", strconv.Itoa(len(out)))
	_, _ = c.w.Write(out) // the reader went away; there is nobody to tell
	return nil
}

// newBlank is a form in the languages of the frames: the same questions as on the
// page, all of them, for paper cannot ask on when an answer opens another.
func newBlank(frames []Frame, b desk.BlankForm) paper.Blank {
	out := paper.Blank{Code: b.Line.Code}
	for _, f := range frames {
		out.Langs = append(out.Langs, f.Lang)
	}
	each := func(of func(Frame) string) paper.Said {
		s := make(paper.Said, len(frames))
		for i, f := range frames {
			s[i] = of(f)
		}
		return s
	}
	key := func(k string) paper.Said { return each(func(f Frame) string { return f.T(k) }) }
	out.Title = each(func(f Frame) string { return blankTitle(f, b.Line) })
	out.Head = []paper.Said{key("forms.how")}
	out.First = blankFirst(frames, each, b)
	out.Asks = blankAsks(frames, b)
	out.After = blankAfter(each, b)
	out.Signs = []paper.Said{key("forms.sign.worker"), key("forms.sign.interpreter")}
	if b.Two {
		out.Signs = []paper.Said{key("forms.sign.first"), key("forms.sign.second"), key("forms.sign.interpreter")}
	}
	if slices.ContainsFunc(frames, func(f Frame) bool { return b.Line.Step != "" && f.words.Draft("step."+b.Line.Step) }) {
		out.Draft = key("draft.words")
	}
	out.Edition = paper.EditionOf(out, rulesOf(b)...)
	out.Foot = each(func(f Frame) string { return f.T("forms.foot", "pack", b.Pack, "date", f.Day(b.Law)) })
	return out
}

func blankTitle(f Frame, l desk.FormLine) string {
	if l.Step != "" {
		return f.Or("step."+l.Step, "step.other")
	}
	return f.T("forms.form." + l.Kind)
}

// rulesOf are the articles behind a form, for its edition.
func rulesOf(b desk.BlankForm) []string {
	var out []string
	for _, basis := range b.Offer.Basis {
		out = append(out, basis.Act+" "+basis.Art+" "+basis.Edition+basis.Source)
	}
	for _, s := range b.Offer.Sets {
		out = append(out, s.Var+"="+s.To)
	}
	for _, d := range b.Duties {
		out = append(out, d.ID)
	}
	return append(out, b.Starts...)
}

// blankPart is a part of a form as a page has it.
type blankPart struct {
	section string
	fields  []Field
	must    bool // what is not optional must be answered
	onlyIf  []string
}

// blankAsks are the questions of every part, the languages joined at each.
func blankAsks(frames []Frame, b desk.BlankForm) []paper.Ask {
	sides := make([][]blankPart, len(frames))
	for i, f := range frames {
		sides[i] = blankParts(f, b)
	}
	var out []paper.Ask
	for n, part := range sides[0] {
		for k := range part.fields {
			ask := blankAsk(frames, sides, n, k)
			if k == 0 {
				ask.Section = joined(sides, func(s []blankPart) string { return s[n].section })
			}
			out = append(out, ask)
		}
	}
	return out
}

func joined(sides [][]blankPart, of func([]blankPart) string) paper.Said {
	out := make(paper.Said, len(sides))
	for i, s := range sides {
		out[i] = of(s)
	}
	return out
}

// mostBoxes are as many as somebody reads before she ticks; of more there is a
// line to write on, and the page that types it in has the list.
const mostBoxes = 20

// linesFor are the lines that a kind of answer needs.
var linesFor = map[string]int{"long_text": 6, "text": 1, "number": 1, "day": 1, "date": 1}

func blankAsk(frames []Frame, sides [][]blankPart, n, k int) paper.Ask {
	field := sides[0][n].fields[k]
	say := func(of func(Field) string) paper.Said {
		return joined(sides, func(s []blankPart) string { return of(s[n].fields[k]) })
	}
	out := paper.Ask{
		ID: field.Name, Many: field.Kind == "choices", Must: sides[0][n].must && !field.Optional, Lines: linesFor[field.Kind],
		Label: say(func(f Field) string { return f.Label }), Why: say(func(f Field) string { return f.Why }),
		OnlyIf: joined(sides, func(s []blankPart) string {
			if k < len(s[n].onlyIf) {
				return s[n].onlyIf[k]
			}
			return ""
		}),
	}
	out.Mark = make(paper.Said, len(frames))
	for i, f := range frames {
		out.Mark[i] = mark(f, field, out.Must)
	}
	switch options := len(field.Options); {
	case field.Kind == "yes":
		out.Boxes = []paper.Box{{ID: "yes", Label: joined(sides, func([]blankPart) string { return "" })}}
		for i, f := range frames {
			out.Boxes[0].Label[i] = f.T("option.yes")
		}
	case options > mostBoxes:
		out.Lines = 1
	case options > 0:
		for o := range field.Options {
			out.Boxes = append(out.Boxes, paper.Box{ID: field.Options[o].Value, Label: say(func(f Field) string { return boxLabel(f.Options[o]) })})
		}
		if field.Kind == "select" {
			out.Lines = 1 // another, in her words
		}
	}
	return out
}

func boxLabel(o Option) string {
	if o.Hint == "" {
		return o.Label
	}
	return o.Label + " – " + o.Hint
}

// mark says how a question is answered, and whether it must be.
func mark(f Frame, field Field, must bool) string {
	var parts []string
	switch {
	case field.Kind == "choices":
		parts = append(parts, f.T("forms.tick.many"))
	case len(field.Options) > 0 && len(field.Options) <= mostBoxes:
		parts = append(parts, f.T("forms.tick.one"))
	}
	switch {
	case must:
		parts = append(parts, f.T("forms.must"))
	case field.Optional:
		parts = append(parts, f.T("forms.may"))
	}
	return strings.Join(parts, "; ")
}

// blankParts are the questions of a form in one language: those of its page.
func blankParts(f Frame, b desk.BlankForm) []blankPart {
	fm := formOf(f, url.Values{})
	when := blankPart{section: f.T("forms.part.when"), must: true, fields: paperFields(fm)}
	var parts []blankPart
	switch b.Line.Kind {
	case desk.BlankConcern:
		fields := concernFields(fm, b.Concern)
		for _, step := range concernSteps[:len(concernSteps)-1] {
			part := blankPart{section: f.T("concern.title." + step), fields: fields[step]}
			if step == "indicators" {
				part.fields = append(indicatorFields(fm, b.Concern), part.fields...)
			}
			parts = append(parts, part)
		}
	case desk.BlankReferral:
		ask := fm.field("long_text", "whom")
		parts = []blankPart{{section: f.T("forms.part.whom"), fields: []Field{ask}}, {section: f.T("forms.part.card"), fields: newReferPage(f, b.Referral, url.Values{}, false).Fields}}
	case desk.BlankIdentity:
		parts = []blankPart{{section: f.T("forms.part.person"), fields: identityFields(fm)}}
	case desk.BlankCall:
		p := newCallsPage(f, desk.Calls{Form: b.Call}, url.Values{})
		parts = []blankPart{{section: f.T("forms.part.call"), fields: p.Main}, {section: f.T("forms.part.back"), fields: p.Back}, {section: f.T("forms.part.words"), fields: append(p.Own, p.Result...)}}
	case desk.BlankOperation:
		parts = operationParts(f, b.Operation)
	case desk.BlankHousehold:
		parts = householdParts(f, b.Household)
	case desk.BlankBegin:
		b.Begin.Recipients = nil // bodies are named by who writes
		conditions := b.Begin.Fields
		b.Begin.Fields = nil
		page := newBeginPage(f, b.Begin, url.Values{})
		parts = append([]blankPart{{section: f.T("forms.part.person"), fields: withoutField(page.Fields, "occurred_at")}}, stepParts(f, b, conditions)...)
	case desk.BlankStep:
		parts = stepParts(f, b, b.Fields)
	}
	return append([]blankPart{when}, parts...)
}

// rowsOnPaper is for how many persons a form of an operation has room.
const rowsOnPaper = 8

func operationParts(f Frame, o desk.OperationForm) []blankPart {
	var out []blankPart
	m := newMetForm(f, o, nil, rowsOnPaper)
	if len(m.Kinds) > 0 {
		out = append(out, blankPart{section: f.T("forms.group.operation"), fields: m.Kinds})
	}
	for _, row := range m.Rows {
		out = append(out, blankPart{section: f.T("forms.part.met", "n", row.No), fields: row.Fields})
	}
	return out
}

// householdParts are a visit, then a part for each of its persons. Who belongs to
// whom is written as the number of the other's part.
func householdParts(f Frame, h desk.HouseholdForm) []blankPart {
	m := newDoorForm(f, h, nil, nil, rowsOnPaper)
	out := []blankPart{{section: f.T("forms.group.household"), fields: append(m.Kinds, withoutField(m.Visit, "visit_at")...)}}
	for _, row := range m.Rows {
		part := blankPart{section: f.T("forms.part.met", "n", row.No)}
		for _, field := range row.Fields {
			switch {
			case strings.HasSuffix(field.Name, ".line_of"):
				field.Kind, field.Options = "text", nil
			case field.Kind == "select": // on paper all answers stand there, to be ticked
				field.Kind = "choice"
			}
			part.fields = append(part.fields, field)
		}
		out = append(out, part)
	}
	return out
}

func withoutField(fields []Field, name string) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Name == name })
}

// stepParts are the pack's questions, the signs where the step asks them, and
// what a decision against a person carries.
func stepParts(f Frame, b desk.BlankForm, fields []pack.Field) []blankPart {
	fm := formOf(f, url.Values{})
	asked := blankPart{section: f.T("forms.part.step"), must: true}
	for _, field := range fields {
		asked.fields = append(asked.fields, packField(fm, listsOf(field, b.Languages, b.Regions)))
		asked.onlyIf = append(asked.onlyIf, onlyIf(f, field, fields))
	}
	out := []blankPart{asked}
	if len(b.Signs) > 0 {
		out = append(out, blankPart{section: f.T("step.signs"), fields: append(indicatorFields(fm, desk.ConcernForm{Indicators: b.Signs}), fm.field("yes", "no_signs"))})
	}
	if b.Offer.Adverse != nil {
		decided := adverseFields(fm, desk.StepForm{Offer: b.Offer, Languages: b.Languages}, false)
		out = append(out, blankPart{section: f.T("adverse.title"), must: true, fields: withoutField(decided, "occurred_at")})
	}
	if len(b.To) > 0 {
		to := fm.field("text", "to")
		var kinds []string
		for _, kind := range b.To {
			kinds = append(kinds, f.Or("body."+kind, "body_kind.other"))
		}
		to.Why = strings.Join(kinds, "; ")
		out = append(out, blankPart{section: f.T("forms.part.whom"), must: true, fields: []Field{to}})
	}
	return out
}

// onlyIf says after which answer a question is asked; a condition that has no
// words is asked of everybody, as on the page one that cannot be read hides nothing.
func onlyIf(f Frame, field pack.Field, all []pack.Field) string {
	if field.Shown == "" {
		return ""
	}
	e, err := procedure.Parse(field.Shown)
	b, ok := e.(*procedure.Binary)
	if err != nil || !ok {
		return ""
	}
	name, answer := b.L.String(), strings.Trim(b.R.String(), `"`)
	if b.Op != procedure.OpEq || !slices.ContainsFunc(all, func(a pack.Field) bool { return a.ID == name }) {
		return ""
	}
	return f.T("forms.only_if", "field", f.Or("field."+name, "field.other"), "answer", f.Or("option."+name+"."+answer, "option."+answer))
}

// blankFirst is what the person must know, and what must be asked, before the
// first question.
func blankFirst(frames []Frame, each func(func(Frame) string) paper.Said, b desk.BlankForm) []paper.Note {
	var out []paper.Note
	if len(b.Duties) > 0 {
		n := paper.Note{Heading: each(func(f Frame) string { return f.T("duty.title") }), Lines: []paper.Said{each(func(f Frame) string { return f.T("duty.say") })}}
		for _, d := range b.Duties {
			n.Lines = append(n.Lines, each(func(f Frame) string { return dutyLine(f, d) }))
		}
		out = append(out, n)
	}
	if len(b.Call.Danger) > 0 {
		n := paper.Note{Heading: each(func(f Frame) string { return f.T("forms.first.danger") })}
		for _, key := range b.Call.Danger {
			n.Lines = append(n.Lines, each(func(f Frame) string { return f.T(key, "number", cmp.Or(b.Call.Emergency, f.Hotline)) }))
		}
		out = append(out, n)
	}
	if len(b.Signs) > 0 || b.Line.Kind == desk.BlankConcern {
		out = append(out, paper.Note{Heading: each(func(f Frame) string { return f.T("forms.first.safety") }), Lines: []paper.Said{each(func(f Frame) string { return f.T("field.indicators.why") })}})
	}
	if b.When != nil {
		out = append(out, paper.Note{Heading: each(func(f Frame) string { return f.T("forms.first.when") }), Lines: []paper.Said{each(func(f Frame) string { return b.When(f.Lang) })}})
	}
	return out
}

func dutyLine(f Frame, d desk.Duty) string {
	var to []string
	for _, kind := range d.To {
		to = append(to, f.Or("body."+kind, "body_kind.other"))
	}
	return f.Or("duty."+d.ID, "duty.other") + " " + f.T("duty.to") + " " + strings.Join(to, ", ") + ". " + basisLine(f, d.Basis)
}

func basisLine(f Frame, list []procedure.Basis) string {
	var out []string
	for _, b := range list {
		out = append(out, strings.TrimSpace(f.Basis(b)+" "+f.Edition(b)))
	}
	return strings.Join(slices.Compact(out), "; ")
}

// blankAfter is what a step changes for the person, and whose rule it is.
func blankAfter(each func(func(Frame) string) paper.Said, b desk.BlankForm) []paper.Note {
	var out []paper.Note
	changes := paper.Note{Heading: each(func(f Frame) string { return f.T("step.changes") })}
	for _, s := range b.Offer.Sets {
		changes.Lines = append(changes.Lines, each(func(f Frame) string {
			return f.Or("var."+s.Var, "var.other") + " → " + f.Or("var."+s.Var+"."+s.To, "var.other")
		}))
	}
	for _, clock := range b.Starts {
		changes.Lines = append(changes.Lines, each(func(f Frame) string { return f.T("step.started") + ": " + f.Or("clock."+clock, "clock.other") }))
	}
	if a := b.Offer.Adverse; a != nil && a.Appeal != "" && a.Appeal != "none" && !strings.HasPrefix(a.Appeal, "unknown") {
		changes.Lines = append(changes.Lines, each(func(f Frame) string { return f.T("adverse.appeal_to") + " " + f.Or("step."+a.Appeal, "step.other") }))
	}
	if len(changes.Lines) > 0 {
		out = append(out, changes)
	}
	if len(b.Offer.Basis) > 0 {
		law := paper.Note{Heading: each(func(f Frame) string { return f.T("step.frame") })}
		for _, one := range b.Offer.Basis {
			law.Lines = append(law.Lines, each(func(f Frame) string { return basisLine(f, []procedure.Basis{one}) }))
		}
		out = append(out, law)
	}
	return out
}

// paperFields are what every paper is asked when it is typed in: when and where
// it was written, by whom, and of whose file.
func paperFields(f form) []Field {
	out := []Field{f.field("text", "paper_file"), f.field("text", "paper_at"), f.field("text", "paper_where"), f.field("text", "paper_by")}
	out[0].Optional = true
	return out
}
