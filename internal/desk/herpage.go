package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/store"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// The person's own page, as she sees it. She is an actor of no body, with one relation
// to one file: access decides for her as for anybody, and a forbid stands above it.

// PageEntry is what is typed to come in. From is the network it comes from.
type PageEntry struct {
	Code string
	PIN  withheld.Text
	From string
}

// HerPage is what she sees. After the second PIN only Harmless is set, and nothing of
// her file was read.
type HerPage struct {
	Harmless bool
	Key      string
	Language string
	Child    bool
	Side     paper.Side
	Messages []casework.PageMessage // the latest first
	Agreed   []casework.OwnConsent
	Body     string // the kind that answers her
	// Answers is the kind of body that answers complaints; About are those she may name.
	Answers    string
	About      []ComplaintAbout
	Complaints []HerComplaint
	// Papers says that she was handed some that can be proved: she is told whom to ask.
	Papers bool
	// Ward says that it is a guardian's page: then only Side is set, with what the pack
	// lets a guardian see. Guardian is what the child's own page says of that one.
	Ward     bool
	Guardian *HerGuardian
}

// herself is the person of a file, on her own page.
func herself(file id.File, lang string) access.Who {
	return access.Who{Self: file, Role: access.Person, BodyKind: access.Person, Lang: lang}
}

// EnterPage opens a page with the code on her paper and a PIN. A code that never was, a
// page that was closed and a wrong PIN take the same work and get the same answer. Both
// PINs are one event; only what is sealed in it tells them apart.
func (d *Desk) EnterPage(ctx context.Context, in PageEntry) (withheld.Text, error) {
	at := d.wall()
	f, page, err := d.fileByCode(ctx, in.Code)
	if err != nil {
		return withheld.Text{}, err
	}
	try := auth.PageTry{Tag: paper.PageTag(d.deps.Papers, in.Code), Source: in.From, Typed: in.PIN, PIN: page.pin.Reveal(), Second: page.second.Reveal()}
	second, err := d.deps.Auth.TryPage(ctx, try, at)
	if err != nil {
		return withheld.Text{}, err
	}
	visit := auth.Visit{Page: page.id, File: f.ID, Second: second}
	_, err = d.change(ctx, visitor(visit, f), string(id.New[id.Event](at)), page.id, d.now(), []casework.Ref{fileRef(f.ID)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		if page.guardian {
			return casework.EnterGuardianPage(fileOf(l, f.ID), page.id, m)
		}
		return casework.EnterPage(fileOf(l, f.ID), casework.PageEntered{Page: page.id, Second: second}, m)
	})
	if err != nil {
		return withheld.Text{}, err
	}
	return d.deps.Auth.BeginVisit(ctx, visit, at)
}

// visitor is who is on a page: the person, or the guardian on the guardian's.
func visitor(v auth.Visit, f *casework.File) access.Who {
	if f.GuardianPage != nil && f.GuardianPage.Page == v.Page {
		return guardianOf(v.File)
	}
	return herself(v.File, "")
}

// onVisit finds whose page it is. A page that was closed or issued anew ends every
// visit of it, whatever the table of visits says.
func (d *Desk) onVisit(ctx context.Context, token withheld.Text) (auth.Visit, *casework.File, error) {
	v, err := d.deps.Auth.VisitOf(ctx, token, d.wall())
	if err != nil {
		return v, nil, err
	}
	f, err := d.view(ctx, v.File)
	hers := err == nil && f.Page.Open() && f.Page.Page == v.Page
	guardians := err == nil && f.GuardianPageOpen(d.moment(product, d.now())) && f.GuardianPage.Page == v.Page
	if !hers && !guardians {
		return v, nil, fault.Because(err, fault.Unauthenticated, "auth.signed_out")
	}
	return v, f, nil
}

// HerPage is the page.
func (d *Desk) HerPage(ctx context.Context, token withheld.Text, lang string) (HerPage, error) {
	v, f, err := d.onVisit(ctx, token)
	if err != nil {
		return HerPage{}, err
	}
	if visitor(v, f).Ward != "" {
		return d.wardPage(ctx, f, lang)
	}
	if lang == "" {
		lang = f.Page.Language
	}
	facts, err := d.screenOf(ctx, f)
	if err != nil {
		return HerPage{}, err
	}
	if have := d.paperLanguages(facts); !slices.Contains(have, lang) {
		lang = f.Page.Language
	}
	if v.Second { // after the same work
		return HerPage{Harmless: true, Key: string(id.New[id.Event](d.now())), Language: lang}, nil
	}
	out := HerPage{Key: string(id.New[id.Event](d.now())), Language: lang, Guardian: herGuardian(f, d.moment(product, d.now())), Child: f.Child(), Messages: slices.Clone(f.Messages), Agreed: f.OwnConsents(d.pack()), Papers: f.ProvedToHer()}
	slices.Reverse(out.Messages)
	if doc, ok := paper.Compose(d.pack().Words(), wording.Lang(lang), "", facts); ok {
		out.Side = doc.Sides[0]
	}
	if _, b, err := d.ofBody(ctx, f.Page.Body); err == nil {
		out.Body = b.Kind
	}
	return out, d.onComplaints(ctx, f, &out)
}

// wardPage is the page of the guardian.
func (d *Desk) wardPage(ctx context.Context, f *casework.File, lang string) (HerPage, error) {
	facts, err := d.wardOf(ctx, f)
	if err != nil {
		return HerPage{}, err
	}
	if have := d.paperLanguages(facts); !slices.Contains(have, lang) {
		lang = f.GuardianPage.Language
	}
	out := HerPage{Ward: true, Language: lang}
	if doc, ok := paper.Compose(d.pack().Words(), wording.Lang(lang), "", facts); ok {
		out.Side = doc.Sides[0]
	}
	return out, nil
}

// screenOf gathers what stands on her page, as far as the pack's rules let her see it.
func (d *Desk) screenOf(ctx context.Context, f *casework.File) (paper.Screen, error) {
	var out paper.Screen
	own, c, err := d.ownScreen(ctx, herself(f.ID, ""), f)
	if out.Own = own; err != nil {
		return out, err
	}
	if d.inGroup(herself(f.ID, ""), f, "openings") {
		out.Leaves, out.Later, err = c.leaves(f)
	}
	return out, err
}

// ownScreen is what a page without a worker says of the file, to its reader.
func (d *Desk) ownScreen(ctx context.Context, reader access.Who, f *casework.File) (paper.Own, copier, error) {
	if _, err := d.may(reader, access.OpenFile, f); err != nil {
		return paper.Own{}, copier{}, err
	}
	view, err := d.fileView(ctx, reader, f, "")
	if err != nil {
		return paper.Own{}, copier{}, err
	}
	names, err := d.bodyNames(ctx, reader)
	if err != nil {
		return paper.Own{}, copier{}, err
	}
	c := copier{d: d, ctx: ctx, names: names, parties: map[id.Body]paper.Party{}, kinds: true}
	out := paper.Own{
		Child: f.Child(), At: d.now(), Zone: d.pack().Location(),
		Guards: ownGuards(view.Safeguards), Next: ownNext(view.Offers, f.Due), Rights: ownRights(view.Rights),
	}
	if slices.Contains(view.Sections, "timeline") {
		out.Taken = c.taken(f, view.Timeline)
	}
	for _, t := range view.Clocks {
		out.Clocks = append(out.Clocks, paper.Term{Clock: t.ID, Due: t.Due, Unknown: t.Unknown != ""})
	}
	return out, c, nil
}

// leaves are the openings one by one, the latest first.
func (c copier) leaves(f *casework.File) (out []paper.OwnLeaf, later paper.Later, err error) {
	hashes, err := c.d.deps.Store.LeavesOf(c.ctx, f.Ref())
	if err != nil {
		return nil, later, err
	}
	shown, later := c.d.shownHer(f)
	const letters = 16 // letters of a hash: who compares two lists by eye sees a change
	for _, o := range slices.Backward(shown) {
		before := hashes[o.Seq-1]
		out = append(out, paper.OwnLeaf{
			OwnOpening: paper.OwnOpening{By: c.party(o.Body), What: o.What, Times: 1, Last: o.At, Late: lawOfLater(o)},
			Seq:        o.Seq, Before: before[:min(letters, len(before))], Why: o.Purpose,
		})
	}
	return out, later, nil
}

// onHerPage is an act of hers.
func (d *Desk) onHerPage(ctx context.Context, token withheld.Text, key string, sent any, act string, decide func(*casework.File, casework.Moment) (casework.Decision, error)) error {
	v, f, err := d.onVisit(ctx, token)
	if err != nil {
		return err
	}
	if v.Second { // whoever stands beside her sees it done
		return nil
	}
	_, err = d.onFile(ctx, visitor(v, f), key, sent, v.File, act, decide)
	return err
}

// SayOnPage writes to the body that gave her the page.
func (d *Desk) SayOnPage(ctx context.Context, token withheld.Text, key string, text withheld.Text) error {
	message := id.New[id.Message](d.now())
	return d.onHerPage(ctx, token, key, text, access.UsePage, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.SayOnPage(f, casework.PageSaid{Message: message, Text: text}, m)
	})
}

// AgreeOnPage is a yes of hers to a purpose.
func (d *Desk) AgreeOnPage(ctx context.Context, token withheld.Text, key, purpose string) error {
	consent := id.New[id.Consent](d.now())
	return d.onHerPage(ctx, token, key, purpose, access.RecordConsent, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.AgreeOnPage(f, consent, purpose, m)
	})
}

// TakeBackOnPage takes her yes to a purpose back.
func (d *Desk) TakeBackOnPage(ctx context.Context, token withheld.Text, key, purpose string) error {
	return d.onHerPage(ctx, token, key, purpose, access.RecordConsent, func(f *casework.File, m casework.Moment) (casework.Decision, error) {
		return casework.TakeBackOnPage(f, purpose, m)
	})
}

// CloseHerPage closes the page: only a worker can give her another. After the second
// PIN it closes nothing: who made her use it must not be able to cut her off.
func (d *Desk) CloseHerPage(ctx context.Context, token withheld.Text, key string) error {
	v, f, err := d.onVisit(ctx, token)
	if err != nil {
		return err
	}
	if v.Second {
		return d.LeavePage(ctx, token)
	}
	_, err = d.closePage(ctx, visitor(v, f), key, v.File, casework.ClosedByPerson, func(who access.Who, f *casework.File) (access.Verdict, error) {
		return d.may(who, access.UsePage, f)
	})
	return err
}

// LeavePage ends the visit.
func (d *Desk) LeavePage(ctx context.Context, token withheld.Text) error {
	return d.deps.Auth.EndVisit(ctx, token)
}
