package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/procedure"
	"pana/internal/store"
	"pana/internal/wording"
)

// The person's own copy: what is in the file about her, on paper, because she asked
// for it. It says what the worker who makes it may see, and of that nothing of other
// persons, of places, or of what somebody wrote about her in a body's own part.

// OwnCopyForm is a copy before it is handed over.
type OwnCopyForm struct {
	Key       string
	Subject   Subject
	Version   uint64
	Askers    []string
	Wanted    string   // the person's language
	Languages []string // in which there are words for the whole of it
	In        string   // "": there are none in hers, and none was chosen
	Named     bool
	Reads     []string
	Document  paper.Document
}

// OwnCopyInput hands a copy over.
type OwnCopyInput struct {
	Key      string
	File     id.File
	Version  uint64
	Asked    string // who asked for it
	Safe     string // yes, no: may this be carried and kept without danger
	Language string
	Read     string   // how it reached her, where it is not in her language
	On       Printing `json:"-"`
}

// OwnCopyForm shows the copy as it would be: a disclosure of all that stands on it.
func (d *Desk) OwnCopyForm(ctx context.Context, who access.Who, file id.File, in string) (OwnCopyForm, error) {
	f, err := d.disclose(ctx, who, file, casework.OwnCopyPaper, func(f *casework.File) (access.Verdict, error) { return d.may(who, access.CopyFile, f) })
	if err != nil {
		return OwnCopyForm{}, err
	}
	facts, err := d.ownFacts(ctx, who, f)
	if err != nil {
		return OwnCopyForm{}, err
	}
	out := OwnCopyForm{
		Key: string(id.New[id.Event](d.now())), Subject: subject(f), Version: f.Changed(), Askers: append(f.CopyAskers(), casework.AskedOther), Wanted: f.Language,
		In: in, Named: len(facts.Person) > 0, Reads: casework.PaperReads, Languages: d.paperLanguages(facts),
	}
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

// ownFacts gathers what is in the file about her, as far as this worker's page of it
// goes: a copy is no way to read more than the page.
func (d *Desk) ownFacts(ctx context.Context, who access.Who, f *casework.File) (paper.Own, error) {
	view, err := d.fileView(ctx, who, f, "")
	if err != nil {
		return paper.Own{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return paper.Own{}, err
	}
	c := copier{d: d, ctx: ctx, who: who, names: names, parties: map[id.Body]paper.Party{}}
	out := paper.Own{
		File: f.Number(), From: c.party(who.Body), Child: f.Child(), At: d.now(), Zone: d.pack().Location(), Hotline: d.pack().Head.Hotline,
		Guards: ownGuards(view.Safeguards), Next: ownNext(view.Offers, f.Due), Taken: c.taken(f, view.Timeline),
	}
	if _, err := d.mayShow(who, f, "identity"); err == nil {
		out.Person, out.Born = named(f), f.Identity.Born.Date
	}
	out.Rights = ownRights(view.Rights)
	for _, t := range view.Clocks {
		out.Clocks = append(out.Clocks, paper.Term{Clock: t.ID, Due: t.Due, Unknown: t.Unknown != ""})
	}
	for _, a := range view.Consents {
		out.Consents = append(out.Consents, paper.OwnConsent{Purpose: a.Purpose, State: a.State, At: a.At})
	}
	if slices.Contains(view.Sections, "openings") {
		out.Openings, out.Later = c.openings(f)
	}
	return out, nil
}

// ownGuards are what protects her now, and what is due to her.
func ownGuards(list []Safeguard) (out []paper.Guard) {
	for _, s := range list {
		out = append(out, paper.Guard{Kind: s.Kind, ID: s.ID, OwedBy: s.OwedBy})
	}
	return out
}

// ownNext are the steps that are open: what she may do herself, and what a body owes
// her now. What a body merely may do is no promise, and is not printed as one.
func ownNext(list []StepOffer, due []casework.DueStep) (out []paper.NextStep) {
	for _, o := range list {
		owed := o.Force == procedure.Own || slices.ContainsFunc(due, func(s casework.DueStep) bool { return s.Step == o.ID })
		if !owed || o.State != string(procedure.Open) && o.State != string(procedure.Unclear) {
			continue
		}
		out = append(out, paper.NextStep{Step: o.ID, Own: o.Force == procedure.Own, By: o.By, Due: o.Due})
	}
	return out
}

// copier knows the bodies of a copy, each read once.
type copier struct {
	d       *Desk
	ctx     context.Context
	who     access.Who // who reads it, or hands it over
	names   bodyNames
	parties map[id.Body]paper.Party
	kinds   bool // bodies by their kind alone, whoever they are
}

func (c copier) party(b id.Body) paper.Party {
	p, ok := c.parties[b]
	if !ok {
		p = c.d.party(c.ctx, b, c.names)
		p.Protected = p.Protected || c.kinds
		c.parties[b] = p
	}
	return p
}

// taken are the steps that the worker's timeline shows and that stand, oldest first.
func (c copier) taken(f *casework.File, shown []TimelineLine) (out []paper.TakenStep) {
	for _, e := range f.Timeline {
		seen := slices.ContainsFunc(shown, func(l TimelineLine) bool { return l.Event == e.Event })
		if e.Step == "" || e.Corrected != "" || !seen {
			continue
		}
		line := paper.TakenStep{Step: e.Step, At: e.Occurred, By: c.party(e.Body), Wrong: e.Irregular, Heard: e.Heard}
		if c.d.isAgainst(c.who, e) {
			line.By = paper.Party{}
		}
		out = append(out, line)
	}
	return out
}

// openings are counted by body and by what was opened, the latest first: bodies, and
// never the workers of them.
func (c copier) openings(f *casework.File) (out []paper.OwnOpening, later paper.Later) {
	shown, later := c.d.shownHer(f)
	at := map[string]int{}
	for _, o := range slices.Backward(shown) {
		o = c.d.openingFor(c.who, f, o)
		late := lawOfLater(o)
		key := string(o.Body) + "/" + o.What + "/" + late.Act + "/" + late.Article
		if i, ok := at[key]; ok {
			out[i].Times++
			continue
		}
		at[key] = len(out)
		out = append(out, paper.OwnOpening{By: c.party(o.Body), What: o.What, Times: 1, Last: o.At, Late: late})
	}
	return out, later
}

// MakeOwnCopy hands the copy over, when it was said that it is safe to have.
func (d *Desk) MakeOwnCopy(ctx context.Context, who access.Who, in OwnCopyInput) (casework.Receipt, error) {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	if _, err := d.may(who, access.CopyFile, f); err != nil {
		return casework.Receipt{}, err
	}
	facts, err := d.ownFacts(ctx, who, f)
	if err != nil {
		return casework.Receipt{}, err
	}
	if err := d.checkOwnCopy(f, &facts, in); err != nil {
		return casework.Receipt{}, err
	}
	doc, _ := paper.Compose(d.pack().Words(), wording.Lang(in.Language), d.beside(in.Language, d.paperLanguages(facts)), facts)
	issue := casework.IssueInput{Version: in.Version, PaperIssued: casework.PaperIssued{Asked: in.Asked, Language: in.Language, Read: in.Read}}
	return d.handOver(ctx, who, in.Key, in, d.now(), in.File, in.On, doc, &issue.PaperIssued, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.may(who, access.CopyFile, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.IssueOwnCopy(f, issue, m)
	})
}

// checkOwnCopy asks who asked, whether it is safe to have this on paper, and in
// which language. Where it is not safe nothing is printed.
func (d *Desk) checkOwnCopy(f *casework.File, facts *paper.Own, in OwnCopyInput) error {
	var bad []fault.Field
	switch {
	case slices.Contains(f.CopyAskers(), in.Asked):
	case in.Asked == casework.AskedOther && f.Child():
		bad = append(bad, fault.Field{Name: "copy_asked", Code: "own_copy.parent"})
	case in.Asked == casework.AskedOther:
		bad = append(bad, fault.Field{Name: "copy_asked", Code: "own_copy.other"})
	default:
		bad = append(bad, fault.Field{Name: "copy_asked", Code: "field.required"})
	}
	switch in.Safe {
	case "yes":
	case "no":
		bad = append(bad, fault.Field{Name: "copy_safe", Code: "own_copy.unsafe"})
	default:
		bad = append(bad, fault.Field{Name: "copy_safe", Code: "field.required"})
	}
	if in.Language != f.Language {
		facts.Read, facts.Reader = in.Read, f.Language
		if !slices.Contains(casework.PaperReads, in.Read) {
			facts.Read = ""
			bad = append(bad, fault.Field{Name: "read", Code: "paper.read"})
		}
	}
	if !slices.Contains(d.paperLanguages(*facts), in.Language) {
		bad = append(bad, fault.Field{Name: "paper_in", Code: "paper.no_words"})
	}
	return fault.Form(bad...)
}

func ownRights(lines []RightLine) (out []paper.OwnRight) {
	for _, r := range lines {
		right := paper.OwnRight{ID: r.ID, State: r.State, OwedBy: r.OwedBy}
		if r.Until != nil && r.Until.Paused.IsZero() {
			right.Due = r.Until.Due
		}
		out = append(out, right)
	}
	return out
}
