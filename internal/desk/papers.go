package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// Papers: what a person is handed when a step was taken. Which step has one,
// and what it says, is the pack's. A paper belongs to the compartment of the
// kind of body that took the step; each opening of one is a leaf.

// PaperLine is a paper in a file's list, or one that could be handed over.
type PaperLine struct {
	Event    id.Event // the step
	Step     string
	Name     string // the pack's paper; of a decision empty
	Kind     string
	At       time.Time
	Body     string
	Paper    id.Paper // when it was handed over
	Language string
	Stands   bool
	Why      string // it stands no longer
	Due      bool   // the worker's body took the step, and no paper of it stands
	Referral id.Referral
}

// Papers is a file's list.
type Papers struct {
	Subject Subject
	Lines   []PaperLine
	MayCopy bool // the person's own copy can be made
	MayPage bool // she can be given a page of her own
}

// PaperForm is a paper before it is handed over.
type PaperForm struct {
	Key       string
	Subject   Subject
	Version   uint64
	Line      PaperLine
	Wanted    string   // the language that it should be in
	Languages []string // in which there are words for the whole of it
	In        string   // the language that it is shown in; "": none was chosen and she has none of these
	Named     bool     // her name stands on it
	Document  paper.Document
	Reads     []string
}

// PaperView is a paper that was handed over.
type PaperView struct {
	Subject   Subject
	Line      PaperLine
	Document  paper.Document
	Code      string
	MayRevoke bool
	Key       string

	Signatures []SignatureLine
	MaySign    bool
	Signed     bool // this worker has: a wrong one is withdrawn first

	Proved bool // its bytes are kept, and the ledger commits to them
	file   id.File
	issued casework.IssuedPaper
}

// PaperInput hands a paper over.
type PaperInput struct {
	Key      string
	File     id.File
	Version  uint64
	Event    id.Event
	Language string
	Read     string   // how it reached her, when it is not in her language
	On       Printing `json:"-"`
}

// RevokeInput takes a paper back.
type RevokeInput struct {
	Key    string
	File   id.File
	Paper  id.Paper
	Reason string
}

// PaperCheck is the whole answer about a code.
type PaperCheck struct {
	Genuine bool
	On      time.Time
}

// Papers lists what was handed over and what could be, of the compartments that
// this worker may read. It shows no content, and is no disclosure.
func (d *Desk) Papers(ctx context.Context, who access.Who, file id.File) (Papers, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return Papers{}, err
	}
	if _, err := d.may(who, access.SeePaper, f); err != nil {
		return Papers{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return Papers{}, err
	}
	out := Papers{Subject: subject(f)}
	for _, e := range f.Timeline {
		line, ok := d.paperLine(e)
		if !ok || d.maySeePaper(who, f, d.compartmentOf(e.BodyKind)) != nil {
			continue
		}
		line.Body = names.of(e.Body)
		given := papersOf(f, e.Event)
		line.Due = e.Body == who.Body && f.Papered(e) && !slices.ContainsFunc(given, f.Stands)
		if len(given) == 0 && !line.Due {
			continue
		}
		if line.Due {
			out.Lines = append(out.Lines, line)
		}
		for _, p := range given {
			out.Lines = append(out.Lines, handedOver(f, line, p))
		}
	}
	_, keeps := d.mayKeepPage(who, f)
	out.MayPage = keeps == nil
	if _, err := d.may(who, access.CopyFile, f); err == nil {
		out.MayCopy = !f.Frozen
		for _, p := range f.Papers {
			if p.Asked != "" && d.maySeePaper(who, f, p.Compartment) == nil {
				out.Lines = append(out.Lines, handedOver(f, PaperLine{Name: p.Name, Kind: paper.OwnCopy, Body: names.of(p.Body)}, p))
			}
		}
	}
	slices.SortStableFunc(out.Lines, func(a, b PaperLine) int {
		if a.Due != b.Due {
			return first(a.Due)
		}
		return b.At.Compare(a.At)
	})
	return out, nil
}

func papersOf(f *casework.File, event id.Event) (out []casework.IssuedPaper) {
	for _, p := range f.Papers {
		if p.Of == event {
			out = append(out, p)
		}
	}
	return out
}

func handedOver(f *casework.File, line PaperLine, p casework.IssuedPaper) PaperLine {
	line.Referral = p.Referral
	line.Paper, line.Language, line.Stands, line.Why, line.Due, line.At = p.Paper, p.Language, f.Stands(p), p.Why, false, p.At
	switch {
	case line.Stands:
	case p.Referral != "":
		line.Why = cmp.Or(p.Why, "over")
	default:
		line.Why = cmp.Or(p.Why, "corrected")
	}
	return line
}

// paperLine says whether a step has a paper, and which: the pack's, or, of a
// decision against a person, the one made of the decision itself. What happened
// against the law has none.
func (d *Desk) paperLine(e casework.Entry) (PaperLine, bool) {
	if step := e.Args["hears"]; step != "" {
		return PaperLine{Event: e.Event, Step: step, Name: paper.Summons, Kind: paper.Summons, At: e.Occurred}, true
	}
	if e.Step == "" || e.Kind != casework.TakenStep {
		return PaperLine{}, false
	}
	line, ok := d.stepPaper(e.Step, e.Occurred)
	line.Event = e.Event
	return line, ok
}

// stepPaper says whether a step has a paper when it is taken on a day.
func (d *Desk) stepPaper(taken string, day time.Time) (PaperLine, bool) {
	line := PaperLine{Step: taken, At: day}
	step := d.stepOn(taken, day)
	switch p := d.pack().PaperOf(taken); {
	case p != nil:
		line.Name, line.Kind = p.ID, p.Kind
	case step != nil && step.Adverse != nil:
		line.Kind = paper.Decision
	default:
		return PaperLine{}, false
	}
	return line, true
}

// stepOn is a step as the law of a day has it.
func (d *Desk) stepOn(step string, day time.Time) *procedure.Step {
	snap, err := d.deps.Laws.On(day)
	if err != nil || snap.Model == nil {
		return nil
	}
	return snap.Model.Step(step)
}

func (d *Desk) compartmentOf(kind string) string {
	if k := d.pack().BodyKind(kind); k != nil {
		return k.Compartment
	}
	return ""
}

// maySeePaper asks for the compartment that the paper is kept in.
func (d *Desk) maySeePaper(who access.Who, f *casework.File, compartment string) error {
	_, err := d.mayIn(who, access.SeePaper, f, compartment, "")
	return err
}

// PaperForm shows a paper of a step before it is handed over, in a language; "" is
// the person's own. It has her name and the reasons: a disclosure.
func (d *Desk) PaperForm(ctx context.Context, who access.Who, file id.File, event id.Event, in string) (PaperForm, error) {
	f, err := d.disclose(ctx, who, file, "papers", func(f *casework.File) (access.Verdict, error) {
		if _, _, err := d.ownStep(who, f, event); err != nil {
			return access.Verdict{}, err
		}
		return d.mayIn(who, access.IssuePaper, f, who.Compartment, "")
	})
	if err != nil {
		return PaperForm{}, err
	}
	line, facts, err := d.paperFacts(ctx, who, f, event)
	if err != nil {
		return PaperForm{}, err
	}
	out := PaperForm{
		Key: string(id.New[id.Event](d.now())), Subject: subject(f), Version: f.Changed(), Line: line, Wanted: d.wanted(f, event),
		In: in, Named: len(facts.Person) > 0, Reads: casework.PaperReads,
	}
	out.Languages = d.paperLanguages(facts)
	if out.In == "" && slices.Contains(out.Languages, out.Wanted) {
		out.In = out.Wanted
	}
	if !slices.Contains(out.Languages, out.In) {
		out.In = ""
		return out, nil
	}
	if out.In != out.Wanted {
		facts.Reader = out.Wanted
	}
	out.Document, _ = paper.Compose(d.pack().Words(), wording.Lang(out.In), d.beside(out.In, out.Languages), facts)
	return out, nil
}

// ownStep is a step that has a paper and that the worker's own body took.
func (d *Desk) ownStep(who access.Who, f *casework.File, event id.Event) (PaperLine, casework.Entry, error) {
	if f == nil {
		return PaperLine{}, casework.Entry{}, fault.Withheld("no such file")
	}
	for _, e := range f.Timeline {
		if line, ok := d.paperLine(e); ok && e.Event == event && e.Body == who.Body && f.Papered(e) {
			return line, e, nil
		}
	}
	return PaperLine{}, casework.Entry{}, fault.Withheld("no paper of this step")
}

// wanted is the language that a paper should be in: the one named with the
// decision, or else the person's.
func (d *Desk) wanted(f *casework.File, event id.Event) string {
	for _, h := range f.Hearings {
		if h.Event == event {
			return cmp.Or(f.Language, h.Language)
		}
	}
	taken, _, _ := f.Taken(event)
	return cmp.Or(taken.Language, f.Language)
}

func (d *Desk) paperLanguages(f paper.Source) []string {
	var out []string
	for _, l := range paper.Languages(d.pack().Words(), d.pack().Languages(), f) {
		out = append(out, string(l))
	}
	return out
}

// beside is the language that stands beside it: the first of the pack's that is
// another one.
func (d *Desk) beside(in string, of []string) wording.Lang {
	for _, l := range of {
		if l != in {
			return wording.Lang(l)
		}
	}
	return ""
}

// paperFacts gathers what a paper says. Nothing of where somebody is can be in it:
// there is no field for that.
func (d *Desk) paperFacts(ctx context.Context, who access.Who, f *casework.File, event id.Event) (PaperLine, paper.Facts, error) {
	line, entry, err := d.ownStep(who, f, event)
	if err != nil {
		return line, paper.Facts{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return line, paper.Facts{}, err
	}
	taken, _, _ := f.Taken(event)
	out := paper.Facts{
		Kind: line.Kind, Name: line.Name, Step: line.Step, File: f.Number(), Issuer: d.issuer(ctx, entry.Body, names),
		At: entry.Occurred, Given: d.now(), Zone: d.pack().Location(), Two: entry.Proposer != "", Reasons: taken.Reasons, Hotline: d.pack().Head.Hotline,
	}
	if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, "identity"); err == nil {
		out.Person, out.Born = named(f), f.Identity.Born.Date
	}
	if line.Kind == paper.Summons {
		d.summons(&out, f, event)
		return line, out, nil
	}
	step := d.stepOn(line.Step, entry.Occurred)
	if p := d.pack().PaperOf(line.Step); p != nil {
		out.Basis = p.Basis
		if p.Valid != "" {
			out.Valid = termOf(f, p.Valid)
			out.Valid.Unknown = out.Valid.Due.IsZero()
		}
	} else if step != nil {
		d.against(&out, f, step, names)
	}
	return line, out, nil
}

// summons is where she is expected and when. What the hearing is about stands in
// the name of its step; a summons lies on a table, and says no more.
func (d *Desk) summons(out *paper.Facts, f *casework.File, event id.Event) {
	for _, h := range f.Hearings {
		if h.Event != event {
			continue
		}
		out.Reasons = withheld.Text{}
		out.Called = &paper.Called{
			Of: h.Of, At: h.At, Remote: h.Remote, Room: h.Room, Language: h.Language, Interpreter: h.Interpreter.State != casework.InterpreterNone, Attends: h.Attends,
		}
		if kind := d.pack().HearingOf(h.Step); kind != nil {
			out.Basis = kind.Basis
		}
	}
}

// named are the names that may stand on a paper: those given, or else what she is
// called.
func named(f *casework.File) []withheld.Text {
	var out []withheld.Text
	for _, n := range f.Identity.Names {
		if !slices.Contains(out, n.Full) {
			out = append(out, n.Full)
		}
	}
	if len(out) == 0 && !f.CallName.Empty() {
		out = []withheld.Text{f.CallName}
	}
	return out
}

func (d *Desk) issuer(ctx context.Context, body id.Body, names bodyNames) map[string]string {
	out := map[string]string{"": names.of(body)}
	if _, b, err := d.ofBody(ctx, body); err == nil {
		for lang, name := range b.Names {
			out[lang] = name
		}
		out[""] = b.Name
	}
	return out
}

// against is what a decision against a person must tell her: the product's rule
// even where the law asks for less.
func (d *Desk) against(out *paper.Facts, f *casework.File, step *procedure.Step, names bodyNames) {
	out.Against, out.Basis = true, slices.Concat(step.Basis, step.Adverse.Basis)
	if a := step.Adverse.Appeal; a != "" && a != "none" && d.stepOn(a, out.Given) != nil {
		out.Appeal = a
		if h := d.pack().HandlingOf(a); h != nil {
			out.AppealTo = h.To
			for _, b := range names.that(h.To, f.Region) {
				out.Offices = append(out.Offices, paper.Office{Name: b.Name, Phone: b.Phone})
			}
			out.Offices = out.Offices[:min(len(out.Offices), maxOffices)]
		}
	}
	out.Limit = termOf(f, step.Adverse.Limit)
}

// maxOffices are as many as somebody reads on a paper.
const maxOffices = 3

// termOf is a clock of the file. One that does not run yet begins when the person
// has understood; one that is no clock is what no text settles.
func termOf(f *casework.File, clock string) paper.Term {
	for _, c := range f.Clocks {
		if c.Clock == clock {
			return paper.Term{Clock: clock, Due: c.Due, Unknown: c.Unknown != ""}
		}
	}
	return paper.Term{Clock: clock, Unknown: clock == "" || clock == "none" || strings.HasPrefix(clock, "unknown")}
}

// IssuePaper hands a paper over: what it says is kept as it is, and its code is
// good from the commit.
func (d *Desk) IssuePaper(ctx context.Context, who access.Who, in PaperInput) (casework.Receipt, error) {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, ""); err != nil {
		return casework.Receipt{}, err
	}
	line, facts, err := d.paperFacts(ctx, who, f, in.Event)
	if err != nil {
		return casework.Receipt{}, err
	}
	if err := d.checkPaper(&facts, d.wanted(f, in.Event), in); err != nil {
		return casework.Receipt{}, err
	}
	doc, _ := paper.Compose(d.pack().Words(), wording.Lang(in.Language), d.beside(in.Language, d.paperLanguages(facts)), facts)
	issue := casework.IssueInput{Version: cmp.Or(in.Version, f.Changed()), PaperIssued: casework.PaperIssued{
		Of: in.Event, Name: cmp.Or(line.Name, line.Step), Language: in.Language, Read: in.Read,
	}}
	return d.handOver(ctx, who, in.Key, in, d.now(), in.File, in.On, doc, &issue.PaperIssued, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, ""); err != nil {
			return casework.Decision{}, err
		}
		return casework.IssuePaper(f, issue, m)
	})
}

// checkPaper refuses a language without words, with those that there are, and
// asks how a paper that is not in her language reached her.
func (d *Desk) checkPaper(facts *paper.Facts, wanted string, in PaperInput) error {
	languages := d.paperLanguages(*facts)
	switch {
	case !slices.Contains(languages, in.Language):
		return fault.Form(fault.Field{Name: "paper_in", Code: "paper.no_words"})
	case in.Language == wanted:
		return nil
	case !slices.Contains(casework.PaperReads, in.Read):
		return fault.Form(fault.Field{Name: "read", Code: "paper.read"})
	}
	facts.Read, facts.Reader = in.Read, wanted
	if !slices.Contains(d.paperLanguages(*facts), in.Language) {
		return fault.Form(fault.Field{Name: "paper_in", Code: "paper.no_words"})
	}
	return nil
}

// Paper opens a paper that was handed over, and its code: a disclosure.
func (d *Desk) Paper(ctx context.Context, who access.Who, file id.File, which id.Paper) (PaperView, error) {
	f, err := d.disclose(ctx, who, file, "papers", func(f *casework.File) (access.Verdict, error) { return d.mayRead(who, f, which) })
	if err != nil {
		return PaperView{}, err
	}
	p, _ := f.PaperOf(which)
	line := PaperLine{Name: p.Name}
	for _, e := range f.Timeline {
		if l, ok := d.paperLine(e); ok && e.Event == p.Of {
			line = l
		}
	}
	out, err := d.paperView(f, p, line)
	if err != nil {
		return PaperView{}, err
	}
	out.MayRevoke = d.mayIssue(who, f, p) == nil && p.Body == who.Body && f.Stands(p) && !f.Frozen
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return PaperView{}, err
	}
	out.MaySign, out.Signed = out.MayRevoke && f.Signable(p), f.SignedBy(which, m)
	out.Signatures, err = d.signatureLines(ctx, who, f, p)
	return out, err
}

// paperView is a paper as it was kept, and its code, which is kept nowhere.
func (d *Desk) paperView(f *casework.File, p casework.IssuedPaper, line PaperLine) (PaperView, error) {
	doc, err := paper.Read(p.Text)
	if err != nil {
		return PaperView{}, fault.Because(err, fault.Internal, "internal")
	}
	_, _, proved := p.CommitsTo()
	out := PaperView{file: f.ID, issued: p, Proved: proved, Subject: subject(f), Document: doc, Key: string(id.New[id.Event](d.now())), Line: handedOver(f, line, p)}
	out.Line.Kind = doc.Kind
	out.Code = paper.Groups(paper.CodeOf(d.deps.Papers, p.Paper))
	return out, nil
}

func (d *Desk) mayRead(who access.Who, f *casework.File, which id.Paper) (access.Verdict, error) {
	if f == nil {
		return access.Verdict{}, fault.Withheld("no such file")
	}
	p, ok := f.PaperOf(which)
	if !ok || p.Referral != "" { // that one is read where the referral is
		return access.Verdict{}, fault.Withheld("no such paper")
	}
	if p.Asked != "" { // it says more than a paper of a step: only who could have made it reads it
		if v, err := d.may(who, access.CopyFile, f); err != nil {
			return v, err
		}
	}
	return d.mayIn(who, access.SeePaper, f, p.Compartment, "identity")
}

// RevokePaper takes a paper back: from now on its code is not genuine.
func (d *Desk) RevokePaper(ctx context.Context, who access.Who, in RevokeInput) (casework.Receipt, error) {
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{fileRef(in.File)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, ""); err != nil {
			return casework.Decision{}, err
		}
		return casework.RevokePaper(f, in.Paper, in.Reason, m)
	})
}

// CheckPaper says whether a code is a paper's that stands, and since when.
// Everything else gets one answer, in one time: never made, taken back, of a file
// that was erased, mistyped. Who guesses has to wait, as at signing in.
func (d *Desk) CheckPaper(ctx context.Context, typed, from string) (PaperCheck, error) {
	at := d.wall()
	if err := d.deps.Auth.MayGuess(ctx, "paper", from, at); err != nil {
		return PaperCheck{}, err
	}
	tag := paper.TagOf(d.deps.Papers, paper.ParseCode(typed))
	page, err := d.deps.Store.List(ctx, casework.PapersTable, store.Query{
		Scope: access.All{}, Where: []store.Filter{store.Where("tag", store.Is, tag)}, Limit: 1, NoTotal: true,
	})
	if err != nil {
		return PaperCheck{}, fault.At("check a paper", err)
	}
	if len(page.Rows) == 0 {
		return PaperCheck{}, d.deps.Auth.Guessed(ctx, "paper", from, at)
	}
	return PaperCheck{Genuine: true, On: page.Rows[0].Time("issued_at")}, nil
}
