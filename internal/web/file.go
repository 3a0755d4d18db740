package web

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
)

type fileDesk interface {
	File(ctx context.Context, who access.Who, file id.File, tab string) (desk.FileView, error)
	FileActs(ctx context.Context, who access.Who, file id.File) ([]string, error)
	ShowIdentity(ctx context.Context, who access.Who, file id.File) (desk.FileView, error)
	AddIdentity(ctx context.Context, who access.Who, in desk.IdentityInput) (casework.Receipt, error)
	SetContact(ctx context.Context, who access.Who, in desk.ContactInput) (casework.Receipt, error)
	AddNote(ctx context.Context, who access.Who, in desk.NoteInput) (casework.Receipt, error)
	RecordRight(ctx context.Context, who access.Who, in desk.RightInput) (casework.Receipt, error)
	ConsentForm(ctx context.Context, who access.Who, file id.File) (desk.ConsentForm, error)
	GiveConsent(ctx context.Context, who access.Who, in desk.ConsentInput) (casework.Receipt, error)
	WithdrawConsent(ctx context.Context, who access.Who, in desk.ConsentInput) (casework.Receipt, error)
	Correct(ctx context.Context, who access.Who, in desk.CorrectInput) (casework.Receipt, error)
	Freeze(ctx context.Context, who access.Who, in desk.FreezeInput) (casework.Receipt, error)
	SaySame(ctx context.Context, who access.Who, in desk.SameInput) (casework.Receipt, error)
	FinishTask(ctx context.Context, who access.Who, in desk.TaskInput) (casework.Receipt, error)
}

// filePageView is the file: what protects the person, what may happen next and
// why not, and who looked. Names stay covered until somebody asks for them.
type filePageView struct {
	Frame
	F        desk.FileView
	Key      string
	Note     Field
	Pictures []drawing // of procedures in which something has happened
	Quiet    []drawing // of the others, when they are unfolded
	QuietN   int
	My       []desk.StepOffer // steps that this worker may take
	Own      []desk.StepOffer // and record for the person, whose own they are
	Their    []desk.StepOffer // and others
	Shut     []desk.StepOffer // that may not happen
	show     []string         // which folded parts are drawn
}

// May says whether this worker may do an act.
func (p *filePageView) May(act string) bool { return slices.Contains(p.F.Acts, act) }

// Parts of the page that are drawn when asked for: two hundred steps that may not
// happen, and twenty pictures in which nothing has, are nine tenths of a page
// that most readers open for the other tenth.
const (
	showShut  = "shut"
	showQuiet = "quiet"
)

// Shows says whether a folded part was asked for.
func (p *filePageView) Shows(part string) bool { return slices.Contains(p.show, part) }

// Unfold is this page with one more part of it.
func (p *filePageView) Unfold(part string) template.URL {
	q := url.Values{"show": append(slices.Clone(p.show), part)}
	if p.F.Tab != "" {
		q.Set("tab", p.F.Tab)
	}
	if p.Whole() {
		q.Set("print", "all")
	}
	return p.U("/file/" + string(p.F.ID) + "?" + q.Encode() + "#" + part)
}

// sort puts the steps where the page has them: those that may happen, the
// unclear ones among them, begin with what its reader can do. The person's own
// steps are many and stand apart, but for those that a limit of hers ends.
func (p *filePageView) sort(all []desk.StepOffer) {
	open := offers(all, "open", "unclear")
	p.My, p.Their, p.Shut = ofMine(open, true), ofMine(open, false), offers(all, "closed", "hold")
	for _, o := range p.My {
		if o.ForHer && o.Due.IsZero() {
			p.Own = append(p.Own, o)
		}
	}
	p.My = slices.DeleteFunc(p.My, func(o desk.StepOffer) bool { return o.ForHer && o.Due.IsZero() })
}

func offers(all []desk.StepOffer, states ...string) (out []desk.StepOffer) {
	for _, o := range all {
		if slices.Contains(states, o.State) {
			out = append(out, o)
		}
	}
	return out
}

// stepGroup is the steps of one procedure.
type stepGroup struct {
	Procedure string
	Steps     []desk.StepOffer
}

// ByProcedure groups steps: a country has thirty procedures, and a reader looks for
// the one they work in. What the reader owes comes first, then the procedures that
// the person is in, and the others in the pack's order.
func (p *filePageView) ByProcedure(all []desk.StepOffer) []stepGroup {
	var out []stepGroup
	in := p.procedures()
	rank := func(o desk.StepOffer) (n int) {
		if slices.Contains(in, o.Of) {
			n = 1
		}
		if o.Mine && o.Force == procedure.Must {
			n += 2
		}
		return n
	}
	all = slices.SortedStableFunc(slices.Values(all), func(a, b desk.StepOffer) int { return cmp.Compare(rank(b), rank(a)) })
	for _, o := range all {
		i := slices.IndexFunc(out, func(g stepGroup) bool { return g.Procedure == o.Of })
		if i < 0 {
			i = len(out)
			out = append(out, stepGroup{Procedure: o.Of})
		}
		out[i].Steps = append(out[i].Steps, o)
	}
	return out
}

// procedures are those that the person is in: something of them has happened.
func (p *filePageView) procedures() (out []string) {
	for _, d := range p.F.Picture {
		if isLive(d) {
			out = append(out, d.Procedure)
		}
	}
	return out
}

func ofMine(all []desk.StepOffer, mine bool) []desk.StepOffer {
	return slices.DeleteFunc(slices.Clone(all), func(o desk.StepOffer) bool { return o.Mine != mine })
}

// StepAt is the address of a step of this file.
func (p *filePageView) StepAt(step string) template.URL { return p.U(stepPath(p.F.ID, step)) }

// Certain are the gaps that surely touch this person, Doubtful those that do or
// do not by what nobody recorded or the law leaves open.
func (p *filePageView) Certain() []desk.Gap  { return p.gaps(false) }
func (p *filePageView) Doubtful() []desk.Gap { return p.gaps(true) }

func (p *filePageView) gaps(doubtful bool) []desk.Gap {
	return slices.DeleteFunc(slices.Clone(p.F.Gaps), func(g desk.Gap) bool { return g.Depends != doubtful })
}

// Sees says whether a section is this reader's: what a rule withholds is left out,
// for "none" would be a statement about the person.
func (p *filePageView) Sees(section string) bool { return slices.Contains(p.F.Sections, section) }

// Guards are the bars and holds; what is owed stands in the rights ledger.
func (p *filePageView) Guards() []desk.Safeguard {
	return slices.DeleteFunc(slices.Clone(p.F.Safeguards), func(s desk.Safeguard) bool { return s.Kind == "entitlement" })
}

func filePage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.File(c.ctx, c.who, file, c.r.URL.Query().Get("tab"))
	if err != nil {
		return err
	}
	return c.show(newFilePage(c.frame("file.title", "number", view.Number), view, url.Values{"key": {newKey()}}))
}

func newFilePage(f Frame, view desk.FileView, typed url.Values) *filePageView {
	f.Wide = true
	p := &filePageView{Frame: f, F: view, Key: typed.Get("key"), Note: form{f, typed}.field("long_text", "text")}
	p.Note.Label, p.Note.Why = f.T("file.note"), f.T("file.note.why")
	p.show = slices.DeleteFunc(f.query()["show"], func(part string) bool { return part != showShut && part != showQuiet })
	p.sort(view.Offers)
	for i, picture := range view.Picture {
		if isLive(picture) {
			p.Pictures = append(p.Pictures, draw(f, picture, i))
			continue
		}
		if p.QuietN++; p.Shows(showQuiet) {
			p.Quiet = append(p.Quiet, draw(f, picture, i))
		}
	}
	return p
}

// fileShow uncovers the names: a POST, so that no link, preview or reload of an
// address does it.
func fileShow(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.ShowIdentity(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	f := c.frame("file.title", "number", view.Number)
	f.Path = "/file/" + string(file)
	return c.show(newFilePage(f, view, url.Values{"key": {newKey()}}))
}

func fileNote(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	redraw := func(f Frame) error {
		view, err := c.site.Desk.File(c.ctx, c.who, file, c.form.Get("tab"))
		if err != nil {
			return err
		}
		return c.render(422, "file", newFilePage(f, view, c.form))
	}
	f := c.frame("file.title", "number", id.Number(file))
	mend := tooLong(c.form)
	if text(c.form, "text").Empty() {
		mend = append(mend, fault.Field{Name: "text", Code: "field.required"})
	}
	if f.mend(mend); len(mend) > 0 || c.turning() {
		return redraw(f)
	}
	receipt, err := c.site.Desk.AddNote(c.ctx, c.who, desk.NoteInput{
		Key: c.form.Get("key"), File: file, Compartment: c.form.Get("tab"), Text: text(c.form, "text"),
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "file.note.done", Link{"/file/" + string(file), f.T("to_file")})
}

// formPage is one small form about a file: a heading, why it is asked, fields,
// a button that repeats the act.
type formPage struct {
	Frame
	Subject string
	Lead    string
	Action  string
	Button  string
	Kept    []Kept
	Fields  []Field
	Back    string
}

// smallForm is what differs between the small forms about a file.
type smallForm struct {
	title  string // title.<x>, lead.<x>, button.<x>, done.<x> under it
	may    string // the act that desk must name for the form to be there at all
	fields func(form) []Field
	act    func(key string, v url.Values) (casework.Receipt, error)
}

// fileForm draws a small form, or does what it asks.
func (c *call) fileForm(file id.File, start url.Values, s smallForm) error {
	f := c.frame(s.title+".title", "number", id.Number(file))
	path := "/file/" + string(file)
	draw := func(status int, f Frame, typed url.Values) error {
		if err := c.mayOn(file, s.may); err != nil {
			return err
		}
		f.MainForm = true
		fields := s.fields(form{f, typed})
		names := make([]string, 0, len(fields))
		for _, field := range fields {
			names = append(names, field.Name)
		}
		return c.render(status, "form", formPage{
			Frame: f, Lead: f.T(s.title + ".lead"), Action: c.r.URL.Path, Button: f.T(s.title + ".button"),
			Kept: keep(typed, names...), Fields: fields, Back: path,
		})
	}
	if !c.posted() {
		start.Set("key", newKey())
		return draw(200, f, start)
	}
	if c.turning() {
		return draw(200, f, c.form)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return draw(422, f, c.form)
	}
	receipt, err := s.act(c.form.Get("key"), c.form)
	if err != nil {
		return c.again(err, func(f Frame) error { return draw(422, f, c.form) }, f)
	}
	return c.receipt(receipt, s.title+".done", Link{path, f.T("to_file")}, Link{"/work", f.T("to_work")})
}

// mayOn answers not found unless desk names the act for this worker and file:
// a form, and what is wrong with it, are shown only where it could be sent.
func (c *call) mayOn(file id.File, act string) error {
	acts, err := c.site.Desk.FileActs(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	if !slices.Contains(acts, act) {
		return fault.Withheld("web: no such act on this file: " + act)
	}
	return nil
}

func identityForm(c *call) error { return identityPost(c) }

func identityPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	start := url.Values{}
	if !c.posted() || c.turning() {
		view, err := c.site.Desk.File(c.ctx, c.who, file, "")
		if err != nil {
			return err
		}
		start.Set("version", strconv.FormatUint(view.Version, 10))
		start.Set("sex", view.Subject.Sex)
		c.fresh(view.Version)
	}
	return c.fileForm(file, start, smallForm{
		title: "identity", may: "identity",
		fields: identityFields,
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.AddIdentity(c.ctx, c.who, desk.IdentityInput{
				Key: key, File: file, Version: version(v), Name: text(v, "name"), Script: v.Get("script"), Use: v.Get("use"),
				Born: text(v, "born"), BornAbout: v.Get("born_about") == "yes", Sex: v.Get("sex"), Citizenship: text(v, "citizenship"),
				DocKind: documentKind(v.Get("doc_kind")), DocNumber: text(v, "doc_number"),
			})
		},
	})
}

func identityFields(f form) []Field {
	return []Field{
		f.field("text", "name"), f.choose("choice", "use", "name_use", "given", "document", "former"),
		f.choose("choice", "script", "script", "cyrl", "latn", "arab"), f.field("date", "born"), f.field("yes", "born_about"),
		f.choose("choice", "sex", "sex", "female", "male", "unknown"), f.country("citizenship"),
		f.choose("choice", "doc_kind", "doc_kind", "passport", "identity_card", "other", "none"), f.field("text", "doc_number"),
	}
}

func contactForm(c *call) error { return contactPost(c) }

func contactPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.fileForm(file, url.Values{}, smallForm{
		title: "contact", may: "identity",
		fields: func(f form) []Field {
			return []Field{f.field("text", "contact"), f.choose("choice", "contact_safe", "contact_safe", "any_time", "daytime", "never_leave_word")}
		},
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.SetContact(c.ctx, c.who, desk.ContactInput{Key: key, File: file, Value: text(v, "contact"), SafeAt: v.Get("contact_safe")})
		},
	})
}

func consentForm(c *call) error { return consentPost(c) }

func consentPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	choices, err := c.site.Desk.ConsentForm(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.fileForm(file, url.Values{}, smallForm{
		title: "consent", may: "consent",
		fields: func(f form) []Field {
			out := []Field{f.choose("choice", "purpose", "purpose", choices.Purposes...), f.choose("choice", "answer", "consent.answer", "yes", "no"),
				f.choose("choices", "recipients", "body", choices.Recipients...)}
			if len(choices.Bodies) > 0 {
				excluded := f.field("choices", "excluded")
				for _, b := range choices.Bodies {
					excluded.Options = append(excluded.Options, Option{Value: string(b.Body), Label: b.Name, On: slices.Contains(f.typed["excluded"], string(b.Body))})
				}
				out = append(out, excluded)
			}
			return out
		},
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.GiveConsent(c.ctx, c.who, desk.ConsentInput{
				Key: key, File: file, Purpose: v.Get("purpose"), Answer: v.Get("answer"), Recipients: v["recipients"], Excluded: ids[id.Body](v, "excluded"),
			})
		},
	})
}

func consentWithdraw(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	consent, ok := id.Parse[id.Consent](c.form.Get("consent"))
	if !ok {
		if err := c.mayOn(file, "consent"); err != nil {
			return err
		}
		return fault.New(fault.Invalid, "form.malformed")
	}
	receipt, err := c.site.Desk.WithdrawConsent(c.ctx, c.who, desk.ConsentInput{Key: c.form.Get("key"), File: file, Consent: consent})
	if err != nil {
		return err
	}
	f := c.frame("consent.withdrawn")
	return c.receipt(receipt, "consent.withdrawn", Link{"/file/" + string(file), f.T("to_file")})
}

// taskDone says that a task of the worker's body is done.
func taskDone(c *call) error {
	file, task, err := inFile[id.Task](c.r, "task")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.FinishTask(c.ctx, c.who, desk.TaskInput{Key: c.form.Get("key"), File: file, Task: task})
	if err != nil {
		return err
	}
	f := c.frame("file.task_done")
	return c.receipt(receipt, "file.task_done", Link{"/file/" + string(file), f.T("to_file")})
}

func rightForm(c *call) error { return rightPost(c) }

func rightPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	right := c.r.PathValue("right")
	return c.fileForm(file, url.Values{}, smallForm{
		title: "right", may: "right",
		fields: func(f form) []Field {
			state := f.choose("choice", "state", "right.state", "offered", "accepted", "refused", "denied")
			state.Label = f.frame.Or("right."+right, "right.other")
			reason := f.field("text", "reason")
			reason.Why, reason.Optional = "", true
			return []Field{state, reason}
		},
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.RecordRight(c.ctx, c.who, desk.RightInput{Key: key, File: file, Right: right, State: v.Get("state"), Reason: v.Get("reason")})
		},
	})
}

func correctForm(c *call) error { return correctPost(c) }

func correctPost(c *call) error {
	file, event, err := inFile[id.Event](c.r, "event")
	if err != nil {
		return err
	}
	return c.fileForm(file, url.Values{}, smallForm{
		title: "correct", may: "correct",
		fields: func(f form) []Field {
			reason := f.choose("choice", "reason", "correct.reason", "typed_wrong", "wrong_person", "did_not_happen", "other")
			reason.Why = ""
			return []Field{reason}
		},
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.Correct(c.ctx, c.who, desk.CorrectInput{Key: key, File: file, Event: event, Reason: v.Get("reason")})
		},
	})
}

func freezeForm(c *call) error { return freezePost(c) }

func freezePost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.fileForm(file, url.Values{}, smallForm{
		title: "freeze", may: "freeze",
		fields: func(f form) []Field {
			reason := f.choose("choice", "reason", "freeze.reason", "wrong_person", "danger", "mistake")
			reason.Why = ""
			return []Field{titled(f, f.choose("choice", "undo", "freeze.answer", "stop", "go_on"), "field.freeze"), reason}
		},
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.Freeze(c.ctx, c.who, desk.FreezeInput{Key: key, File: file, Reason: v.Get("reason"), Undo: v.Get("undo") == "go_on"})
		},
	})
}

func sameForm(c *call) error { return samePost(c) }

func samePost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.fileForm(file, url.Values{"other": {c.r.URL.Query().Get("other")}}, smallForm{
		title: "same", may: "same",
		fields: func(f form) []Field {
			reason := f.choose("choice", "reason", "same.reason", "same_document", "person_says", "bodies_agree", "not_same")
			reason.Why = ""
			return []Field{f.field("text", "other"), f.choose("choice", "undo", "same.answer", "same", "not_same"), reason}
		},
		act: func(key string, v url.Values) (casework.Receipt, error) {
			return c.site.Desk.SaySame(c.ctx, c.who, desk.SameInput{Key: key, File: file, Other: v.Get("other"), Undo: v.Get("undo") == "not_same", Reason: v.Get("reason")})
		},
	})
}

// Line says one event of the timeline in words.
func (p filePageView) Line(l desk.TimelineLine) string { return p.inHistory(l) }

// inHistory is a line of a file's history in words.
func (f Frame) inHistory(l desk.TimelineLine) string {
	args := f.arguments(l.Args)
	for _, key := range []string{l.Code, "event." + l.Code} {
		if f.Has(key) {
			return f.T(key, args...)
		}
	}
	return f.T("event.other")
}

// titled gives a field another label than its name's.
func titled(f form, field Field, key string) Field {
	field.Label = f.frame.T(key)
	return field
}

// documentKind: "no document" is an answer on the page and nothing to record.
func documentKind(said string) string {
	if said == "none" {
		return ""
	}
	return said
}
