package desk

import (
	"context"
	"errors"
	"strings"

	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/openid"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A ministry's own sign-in says who somebody is; whose account that is, their
// administrator has said before.

// OtherSignIn is a ministry's own sign-in as pages name it.
type OtherSignIn struct{ ID, Name string }

// OtherSignIns are those that there are, for the sign-in page.
func (d *Desk) OtherSignIns(lang string) []OtherSignIn {
	return otherSignIns(d.deps.Elsewhere.All(), lang)
}

func otherSignIns(all []*openid.Provider, lang string) (out []OtherSignIn) {
	for _, p := range all {
		out = append(out, OtherSignIn{p.ID, p.Name(lang)})
	}
	return out
}

func (d *Desk) elsewhereOf(body id.Body, lang string) []OtherSignIn {
	return otherSignIns(d.deps.Elsewhere.Of(body), lang)
}

// linkedTo is the provider that signs an account's worker in. Where the provider is not
// named any more it is the issuer that is shown: it signs nobody in.
func (d *Desk) linkedTo(a *casework.Account) string {
	for _, p := range d.deps.Elsewhere.Of(a.Body) {
		if p.Issuer == a.Linked.Issuer {
			return p.ID
		}
	}
	return a.Linked.Issuer
}

// AskedThere is what was asked of a provider; it comes back from the browser, sealed.
type AskedThere = auth.Elsewhere

// CodeElsewhereUnknown is the one answer to whom no account here is open in this way.
const CodeElsewhereUnknown = auth.CodeElsewhereUnknown

// AskElsewhereInput goes to a provider, to sign in or, with a session's token, to show
// anew who it is.
type AskElsewhereInput struct {
	Provider string
	Origin   string
	Next     string
	Window   int
	Aside    bool
	Token    withheld.Text
}

// AskedElsewhere is where the browser goes, and what it keeps meanwhile.
type AskedElsewhere struct{ Address, Kept string }

// ElsewherePath is where providers send browsers back to, with the provider's id after it.
const ElsewherePath = "/sign-in/elsewhere/"

// AskElsewhere sends somebody to a provider.
func (d *Desk) AskElsewhere(ctx context.Context, in AskElsewhereInput) (out AskedElsewhere, err error) {
	p, ok := d.deps.Elsewhere.One(in.Provider)
	if !ok || in.Origin == "" {
		return out, fault.Withheld("no such provider")
	}
	asked := AskedThere{Provider: p.ID, Redirect: in.Origin + ElsewherePath + p.ID, Next: in.Next, Window: in.Window, Aside: in.Aside}
	if !in.Token.Empty() {
		s, err := d.deps.Auth.Who(ctx, in.Token, d.wall())
		if err != nil {
			return out, err
		}
		asked.Proves = s.ID
	}
	asked, out.Kept, err = d.deps.Auth.AskElsewhere(asked, d.wall())
	if err != nil {
		return out, err
	}
	out.Address, err = d.deps.Elsewhere.Address(ctx, p, questionTo(asked))
	return out, err
}

func questionTo(a AskedThere) openid.Asked {
	return openid.Asked{State: a.State, Nonce: a.Nonce, Verifier: a.Verifier, Redirect: a.Redirect, At: a.At, Again: a.Proves != ""}
}

// FromElsewhere is what a browser brings back from a provider.
type FromElsewhere struct {
	Provider, Kept, State, Issuer string
	Code                          withheld.Text
	Failed                        bool
}

// ReadElsewhere opens the question that an answer is to. It counts once.
func (d *Desk) ReadElsewhere(ctx context.Context, in FromElsewhere) (AskedThere, error) {
	return d.deps.Auth.ReadElsewhere(ctx, in.Kept, in.Provider, in.State, d.wall())
}

func (d *Desk) vouched(ctx context.Context, asked AskedThere, in FromElsewhere) (auth.Vouched, error) {
	p, ok := d.deps.Elsewhere.One(asked.Provider)
	if !ok {
		return auth.Vouched{}, fault.Withheld("no such provider")
	}
	who, err := d.deps.Elsewhere.Who(ctx, p, questionTo(asked), openid.Answer{Code: in.Code, Issuer: in.Issuer, Failed: in.Failed})
	return auth.Vouched{Provider: p.ID, Issuer: who.Issuer, Subject: who.Subject, Bodies: who.Bodies, Second: who.Second, Session: who.Session}, err
}

// LeftElsewhere is a provider's word that somebody signed out there, and where it came
// from.
type LeftElsewhere struct {
	Provider, From string
	Token          withheld.Text
}

// SignOutElsewhere ends what a provider began of whom it says has signed out. Who sends
// words that are not believed waits: each costs a signature to look at.
func (d *Desk) SignOutElsewhere(ctx context.Context, in LeftElsewhere) error {
	const guess = "sign-out elsewhere"
	p, ok := d.deps.Elsewhere.One(in.Provider)
	if !ok {
		return fault.Withheld("no such provider")
	}
	if err := d.deps.Auth.MayGuess(ctx, guess, in.From, d.wall()); err != nil {
		return err
	}
	said, err := d.deps.Elsewhere.SignedOut(ctx, p, in.Token)
	if err == nil {
		var fresh bool
		left := auth.Left{Provider: p.ID, Issuer: said.Issuer, Subject: said.Subject, Session: said.Session, Number: said.Number}
		if fresh, err = d.deps.Auth.EndLeft(ctx, left, d.wall()); err == nil && !fresh {
			err = d.deps.Elsewhere.Again(p)
		}
	}
	if fault.Is(err, openid.CodeRefused) {
		return errors.Join(err, d.deps.Auth.Guessed(ctx, guess, in.From, d.wall()))
	}
	return err
}

// SignInElsewhere signs in whom the provider names, or asks for the second factor.
func (d *Desk) SignInElsewhere(ctx context.Context, asked AskedThere, in FromElsewhere, from SignInInput) (SignedIn, error) {
	v, err := d.vouched(ctx, asked, in)
	if err != nil {
		return SignedIn{}, err
	}
	done, err := d.deps.Auth.SignInVouched(ctx, v, auth.Attempt{Source: from.From, Device: from.Device, Agent: from.Agent}, d.wall())
	if err != nil || done.Ticket != "" {
		return SignedIn{Ticket: done.Ticket}, err
	}
	return d.signedIn(ctx, done, from.Lang, "provider")
}

// ProveElsewhere makes a session's proof new by its worker's provider, and gives its token
// from now on.
func (d *Desk) ProveElsewhere(ctx context.Context, token withheld.Text, asked AskedThere, in FromElsewhere) (withheld.Text, error) {
	v, err := d.vouched(ctx, asked, in)
	if err != nil {
		return withheld.Text{}, err
	}
	return d.deps.Auth.ProveVouched(ctx, token, asked.Proves, v, d.wall())
}

// ProvesElsewhere are the providers where a worker can show anew who they are: theirs,
// when it signs them in.
func (d *Desk) ProvesElsewhere(ctx context.Context, worker id.Worker, lang string) ([]OtherSignIn, error) {
	a, err := d.account(ctx, worker)
	if err != nil {
		return nil, err
	}
	for _, p := range d.deps.Elsewhere.Of(a.Body) {
		if p.Issuer == a.Linked.Issuer && (!a.HasSecond() || p.CountsSecond()) {
			return []OtherSignIn{{p.ID, p.Name(lang)}}, nil
		}
	}
	return nil, nil
}

// linkOf is the link that an administrator asks for; nil when it is another act.
func (d *Desk) linkOf(ctx context.Context, a *casework.Account, in WorkerInput) (*casework.AccountLinked, error) {
	if in.Do != WorkerLink {
		return nil, nil
	}
	subject := withheld.New(strings.TrimSpace(in.Subject.Reveal()))
	for _, p := range d.deps.Elsewhere.Of(a.Body) {
		if p.ID == in.Provider {
			link := &casework.AccountLinked{Issuer: p.Issuer, Subject: subject, Tag: d.deps.Auth.SubjectTag(p.Issuer, subject)}
			return link, d.freeSubject(ctx, a.ID, link.Tag)
		}
	}
	return nil, fault.Form(fault.Field{Name: "provider", Code: "field.choice"})
}

// freeSubject refuses a subject that signs in another account.
func (d *Desk) freeSubject(ctx context.Context, worker id.Worker, tag string) error {
	page, err := d.deps.Store.List(ctx, casework.SubjectsTable, store.Query{Scope: everything, Where: []store.Filter{store.Where("tag", store.Is, tag)}, Limit: 2, NoTotal: true})
	if err != nil {
		return err
	}
	for _, r := range page.Rows {
		if id.Worker(r.Text("worker_id")) != worker {
			return fault.Form(fault.Field{Name: "subject", Code: "field.subject_taken"})
		}
	}
	return nil
}

// AccountOfSubject finds whom a provider's subject was linked to. Two linked at the same
// moment are neither signed in.
func (s SignInStore) AccountOfSubject(ctx context.Context, tag string) (auth.Account, bool, error) {
	page, err := s.List(ctx, casework.SubjectsTable, store.Query{Scope: everything, Where: []store.Filter{store.Where("tag", store.Is, tag)}, Limit: 2, NoTotal: true})
	if err != nil || len(page.Rows) != 1 {
		return auth.Account{}, false, err
	}
	return s.AccountOf(ctx, id.Worker(page.Rows[0].Text("worker_id")))
}
