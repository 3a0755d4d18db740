package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/store"
	"pana/internal/wording"
)

// A referral as a paper, for a provider without a computer at its door and for the
// person to carry. It says what that provider may see: before it has said yes the
// need card, and afterwards who comes, if that passed to it.

// ReferralPaperForm is a referral's paper before it is made.
type ReferralPaperForm struct {
	Key       string
	Referral  id.Referral
	Number    string
	To        id.Service
	Tos       []PaperAddressee // of who sent it: those still asked, or who said yes
	Languages []string         // in which there are words for the whole of it
	In        string           // "": there are none in the language chosen
	Missing   []string         // what has no words in it
	Named     bool
	Document  paper.Document
	Made      []PaperLine
}

// PaperAddressee is a provider that a paper can be made for.
type PaperAddressee struct {
	Service id.Service
	Name    string
}

// ReferralPaperInput makes a paper of a referral.
type ReferralPaperInput struct {
	Key      string
	Referral id.Referral
	To       id.Service
	Language string
	On       Printing `json:"-"`
}

// cardOf is everything a referral's paper is made of.
type cardOf struct {
	file  *casework.File
	r     casework.Referral
	ask   casework.Ask
	tos   []PaperAddressee
	named bool
	card  paper.Card
}

// ReferralPaperForm shows the paper as it would be. With her name on it, it is a
// disclosure.
func (d *Desk) ReferralPaperForm(ctx context.Context, who access.Who, referral id.Referral, to id.Service, in string) (ReferralPaperForm, error) {
	c, err := d.cardOf(ctx, who, referral, to, true)
	if err != nil {
		return ReferralPaperForm{}, err
	}
	out := ReferralPaperForm{
		Key: string(id.New[id.Event](d.now())), Referral: referral, Number: id.Number(referral), To: c.ask.Service, Tos: c.tos, In: in,
		Languages: d.paperLanguages(c.card), Named: c.named, Made: d.referralPapers(who, c.file, referral),
	}
	if out.In == "" {
		out.In = string(d.pack().Languages()[0]) // the State's: what every body there reads
	}
	if !slices.Contains(out.Languages, out.In) {
		out.Missing, out.In = paper.Missing(d.pack().Words(), wording.Lang(out.In), c.card), ""
		return out, nil
	}
	out.Document, _ = paper.Compose(d.pack().Words(), wording.Lang(out.In), d.beside(out.In, out.Languages), c.card)
	return out, nil
}

// cardOf reads the referral for who sent it or was asked by it. Nobody else has a
// paper of it, whoever else may watch it.
func (d *Desk) cardOf(ctx context.Context, who access.Who, referral id.Referral, to id.Service, leaf bool) (cardOf, error) {
	file, err := d.fileOfReferral(ctx, referral)
	if err != nil {
		return cardOf{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return cardOf{}, err
	}
	out := cardOf{file: f}
	var ok bool
	if out.r, ok = find(f, referral); !ok || !d.rules.Decide(who, access.SeeReferral, referralThing(who, f, out.r)).Allowed {
		return cardOf{}, fault.Withheld("referral")
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return cardOf{}, err
	}
	if err := out.choose(who, names, to); err != nil {
		return cardOf{}, err
	}
	if out.named = out.ask.State == casework.Accepted && f.PassedTo(out.ask.Body, "identity"); out.named {
		_, err := d.mayShow(who, f, "identity")
		out.named = err == nil
	}
	if out.named && leaf {
		if out.file, err = d.discloseIdentity(ctx, who, file); err != nil {
			return cardOf{}, err
		}
	}
	out.card = d.cardFacts(ctx, out, names)
	return out, nil
}

// choose finds whom the paper is for: of a provider itself, of the sender the one
// named, or the first of those who may still answer or have said yes.
func (c *cardOf) choose(who access.Who, names bodyNames, to id.Service) error {
	sent := c.r.From == who.Body
	found := false
	for _, a := range c.r.Asks {
		if !slices.Contains([]string{casework.Asked, casework.Acknowledged, casework.Accepted}, a.State) || !sent && a.Body != who.Body {
			continue
		}
		if sent {
			c.tos = append(c.tos, PaperAddressee{a.Service, names.of(a.Body)})
		}
		if !found || a.Service == to {
			c.ask, found = a, true
		}
	}
	switch {
	case found:
		return nil
	case sent || myAsk(who, c.r).Body != "":
		return fault.New(fault.Conflict, casework.CodePaperClosed)
	}
	return fault.Withheld("neither sent nor asked")
}

func (d *Desk) cardFacts(ctx context.Context, c cardOf, names bodyNames) paper.Card {
	f, r := c.file, c.r
	out := paper.Card{
		Number: id.Number(r.ID), Priority: r.Priority, Asked: r.Asked, Printed: d.now(), Zone: d.pack().Location(),
		Sex: f.Sex, Child: f.Child(), Age: f.SaidAge, Language: f.Language, Needs: r.Needs, Health: r.Health, Safety: r.Safety,
		Children: childrenOf(r.Children), Note: r.Note, Ground: r.Ground, Hotline: d.pack().Head.Hotline,
		From: d.party(ctx, r.From, names), To: d.party(ctx, c.ask.Body, names),
	}
	if out.Accepted = c.ask.State == casework.Accepted; !out.Accepted {
		out.Ack, out.Answer = c.ask.AckDue, c.ask.AnswerDue
	}
	out.Service = d.typeOfService(ctx, c.ask)
	if c.named {
		out.Person, out.Born, out.File = named(f), f.Identity.Born.Date, f.Number()
	}
	return out
}

// party is a body as it stands on a paper that may be lost. One with beds is named
// by its kind alone: a name on a paper is a way to its door.
func (d *Desk) party(ctx context.Context, body id.Body, names bodyNames) paper.Party {
	out := paper.Party{Kind: names[body].Kind, Protected: true, Names: d.issuer(ctx, body, names), Phone: names[body].Phone}
	if _, b, err := d.ofBody(ctx, body); err == nil {
		out.Protected = serviceWithBeds(d, b) != ""
	}
	return out
}

func (d *Desk) typeOfService(ctx context.Context, a casework.Ask) string {
	if _, b, err := d.ofBody(ctx, a.Body); err == nil {
		for _, s := range b.Services {
			if s.ID == a.Service {
				return s.Offer.Type
			}
		}
	}
	return ""
}

// MakeReferralPaper keeps the paper as it is printed; its code is good from the
// commit until the referral is refused, withdrawn or printed anew.
func (d *Desk) MakeReferralPaper(ctx context.Context, who access.Who, in ReferralPaperInput) (casework.Receipt, error) {
	c, err := d.cardOf(ctx, who, in.Referral, in.To, false)
	if err != nil {
		return casework.Receipt{}, err
	}
	languages := d.paperLanguages(c.card)
	if !slices.Contains(languages, in.Language) {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "paper_in", Code: "paper.no_words"})
	}
	doc, _ := paper.Compose(d.pack().Words(), wording.Lang(in.Language), d.beside(in.Language, languages), c.card)
	issue := casework.PaperIssued{Referral: in.Referral, To: c.ask.Body, Named: c.named, Language: in.Language}
	return d.handOver(ctx, who, in.Key, in, d.now(), c.file.ID, in.On, doc, &issue, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, c.file.ID)
		if err := d.mayReferral(who, access.SeeReferral, f, in.Referral); err != nil {
			return casework.Decision{}, err
		}
		return casework.IssueReferralPaper(f, issue, m)
	})
}

// referralPapers are those of a referral that this worker may open, the newest first.
func (d *Desk) referralPapers(who access.Who, f *casework.File, referral id.Referral) []PaperLine {
	var out []PaperLine
	for _, p := range slices.Backward(f.Papers) {
		if p.Referral == referral && d.mayReadCard(who, f, p) == nil {
			out = append(out, handedOver(f, PaperLine{Name: p.Name, Kind: paper.NeedCard, At: p.At}, p))
		}
	}
	return out
}

// mayReadCard says who reads a referral's paper: who made it and whom it is for;
// with her name on it only while that is theirs to see.
func (d *Desk) mayReadCard(who access.Who, f *casework.File, p casework.IssuedPaper) error {
	if p.Body != who.Body && p.To != who.Body {
		return fault.Withheld("another's paper")
	}
	if p.Named {
		_, err := d.mayShow(who, f, "identity")
		return err
	}
	return nil
}

// ReferralPaper opens one that was made, and its code.
func (d *Desk) ReferralPaper(ctx context.Context, who access.Who, referral id.Referral, which id.Paper) (PaperView, error) {
	file, err := d.fileOfReferral(ctx, referral)
	if err != nil {
		return PaperView{}, err
	}
	f, err := d.view(ctx, file)
	if err != nil {
		return PaperView{}, err
	}
	if err := d.mayReferral(who, access.SeeReferral, f, referral); err != nil {
		return PaperView{}, err
	}
	p, ok := f.PaperOf(which)
	if !ok || p.Referral != referral {
		return PaperView{}, fault.Withheld("no such paper of this referral")
	}
	if err := d.mayReadCard(who, f, p); err != nil {
		return PaperView{}, err
	}
	if p.Named {
		if f, err = d.discloseIdentity(ctx, who, file); err != nil {
			return PaperView{}, err
		}
	}
	out, err := d.paperView(f, p, PaperLine{Name: p.Name, Kind: paper.NeedCard})
	out.MayRevoke = p.Body == who.Body && f.Stands(p) && !f.Frozen
	return out, err
}

// RevokeReferralInput takes a referral's paper back.
type RevokeReferralInput struct {
	Key      string
	Referral id.Referral
	Paper    id.Paper
	Reason   string
}

// RevokeReferralPaper takes back a paper that the own body made of a referral: from
// now on its code is not genuine. The referral itself goes on.
func (d *Desk) RevokeReferralPaper(ctx context.Context, who access.Who, in RevokeReferralInput) (casework.Receipt, error) {
	file, err := d.fileOfReferral(ctx, in.Referral)
	if err != nil {
		return casework.Receipt{}, err
	}
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{fileRef(file)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, file)
		if err := d.mayReferral(who, access.SeeReferral, f, in.Referral); err != nil {
			return casework.Decision{}, err
		}
		if p, ok := f.PaperOf(in.Paper); !ok || p.Referral != in.Referral {
			return casework.Decision{}, fault.Withheld("no such paper of this referral")
		}
		return casework.RevokePaper(f, in.Paper, in.Reason, m)
	})
}
