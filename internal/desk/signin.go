package desk

import (
	"context"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// SignIn signs a worker in. A wrong password, an unknown login and a leaver get
// one answer.
func (d *Desk) SignIn(ctx context.Context, in SignInInput) (SignedIn, error) {
	at := d.wall()
	done, err := d.deps.Auth.SignIn(ctx, auth.Attempt{Login: in.Login, Password: in.Password, Source: in.From, Device: in.Device, Agent: in.Agent}, at)
	if err != nil || done.Ticket != "" {
		return SignedIn{Ticket: done.Ticket}, err
	}
	return d.signedIn(ctx, done, in.Lang, "password")
}

// SignInSecond ends what SignIn began with a ticket.
func (d *Desk) SignInSecond(ctx context.Context, in SignInInput) (SignedIn, error) {
	done, err := d.deps.Auth.SignInSecond(ctx, in.Ticket, in.Code, auth.Attempt{Source: in.From, Device: in.Device, Agent: in.Agent}, d.wall())
	if err != nil {
		return SignedIn{}, err
	}
	return d.signedIn(ctx, done, in.Lang, "second")
}

// signedIn is somebody's new session. The log hears that there was one and by what, and not
// whose: whoever reads it is not to learn who works when.
func (d *Desk) signedIn(ctx context.Context, done auth.SignedIn, lang, by string) (SignedIn, error) {
	who, _, _, err := d.whoIs(ctx, done.Session.Worker)
	if err != nil {
		return SignedIn{}, err
	}
	d.deps.Log.Info("signed in", "by", by)
	who.Lang = lang
	return SignedIn{Token: done.Token, Device: done.Device, Who: who, Lasts: d.deps.Auth.LastsFor(done.Session, d.wall())}, nil
}

// Session finds the worker of a token. Role, body and the body's powers are read
// each time, so that one who left, was moved or was given another role is what
// they are now, from this second.
func (d *Desk) Session(ctx context.Context, token withheld.Text) (Session, error) {
	s, err := d.deps.Auth.Who(ctx, token, d.wall())
	if err != nil {
		return Session{}, err
	}
	who, account, body, err := d.whoIs(ctx, s.Worker)
	if err != nil {
		return Session{}, err
	}
	out := Session{
		Who: who, Once: account.Once && s.Elsewhere == "", Acts: d.doors(who), Lasts: d.deps.Auth.LastsFor(s, d.wall()), BodyName: body.Name, BodyNames: body.Names, Fresh: auth.Fresh(s, d.wall()),
	}
	if d.deps.Second.of(who.Role, d.wall()) {
		out.Lacks = !account.HasSecond() && !s.Second
	}
	return out, nil
}

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, token withheld.Text) error {
	return d.deps.Auth.SignOut(ctx, token)
}

// Machine finds the credential that a machine presents and whom it acts as: its
// body, and nobody in it.
func (d *Desk) Machine(ctx context.Context, presented withheld.Text) (access.Who, error) {
	c, err := d.deps.Auth.Machine(ctx, presented, access.AskCheck, d.now())
	if err != nil {
		return access.Who{}, err
	}
	who, _, err := d.ofBody(ctx, c.Body)
	if err != nil {
		return access.Who{}, err
	}
	who.Worker, who.Machine, who.Role = id.Worker(c.ID), true, "machine"
	if slices.Contains(c.Scopes, access.TellCheck) {
		who.Role = apartRole
	}
	return who, nil
}

// apartRole is whom a machine stands in for that is told the cautious answers apart: its
// body asked for that, and two people let it.
const apartRole = "duty_officer"

// whoIs gives a worker as they are now, and their body. The body that was theirs
// at the last request is read along with the account, in one statement; it is
// theirs only if the account still says so.
func (d *Desk) whoIs(ctx context.Context, worker id.Worker) (access.Who, *casework.Account, *casework.Body, error) {
	refs := []casework.Ref{accountRef(worker)}
	before, known := d.bodyBefore.Load(worker)
	if known {
		refs = append(refs, bodyRef(before.(id.Body)))
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return access.Who{}, nil, nil, err
	}
	a := store.As[*casework.Account](l, accountRef(worker))
	if a == nil || a.Out() {
		return access.Who{}, nil, nil, fault.New(fault.Unauthenticated, "auth.session")
	}
	if !known || before != a.Body {
		d.bodyBefore.Store(worker, a.Body)
		if l, err = d.deps.Store.View(ctx, bodyRef(a.Body)); err != nil {
			return access.Who{}, nil, nil, err
		}
	}
	who, b, err := d.of(store.As[*casework.Body](l, bodyRef(a.Body)))
	if err != nil {
		return access.Who{}, nil, nil, err
	}
	who.Worker, who.Role = worker, a.Role
	return who, a, b, nil
}

// ofBody is somebody of a body: its kind, region, compartment and powers, and
// the body.
func (d *Desk) ofBody(ctx context.Context, body id.Body) (access.Who, *casework.Body, error) {
	l, err := d.deps.Store.View(ctx, bodyRef(body))
	if err != nil {
		return access.Who{}, nil, err
	}
	return d.of(store.As[*casework.Body](l, bodyRef(body)))
}

func (d *Desk) of(b *casework.Body) (access.Who, *casework.Body, error) {
	if b == nil || b.Closed {
		return access.Who{}, nil, fault.New(fault.Unauthenticated, "auth.session")
	}
	who := access.Who{Body: b.ID, BodyKind: b.Kind, Region: b.Region}
	if kind := d.pack().BodyKind(b.Kind); kind != nil {
		who.Compartment, who.Powers = kind.Compartment, kind.Can
	}
	return who, b, nil
}

// doors are the pages this worker has something to do on. The rules are those that
// the desk was made with: for one worker of one role, body and powers they say
// the same each time.
func (d *Desk) doors(who access.Who) []string {
	all := strings.Join(append([]string{string(who.Worker), string(who.Body), who.BodyKind, who.Role, who.Region, who.Compartment, yesNo(who.Machine)}, who.Powers...), " ")
	if doors, ok := d.doorsOf.Load(all); ok {
		return doors.([]string)
	}
	doors := d.findDoors(who)
	d.doorsOf.Store(all, doors)
	return doors
}

func (d *Desk) findDoors(who access.Who) []string {
	var out []string
	for _, door := range []struct{ word, act, thing string }{
		{"work", access.SeeWork, "work"}, {"concern", access.RecordConcern, "file"}, {"inbox", access.AnswerReferral, "referral"},
		{"directory", access.SeeDirectory, "service"}, {"places", access.ChangePlace, "place"}, {"docket", access.SeeDocket, "file"},
		{"check", access.AskCheck, "check"}, {"grounds", access.CheckGrounds, "check"}, {"emergency", access.OpenEmergency, "file"}, {"admin", access.ChangeBody, "body"}, {"staff", access.ChangeAccount, "account"},
		{"disputes", access.AnswerDispute, "dispute"}, {"questions", access.KeepQuestion, "question"}, {"calls", access.TakeCall, "signal"}, {"close_page", access.ClosePage, "page"}, {"operations", access.KeepOperation, "operation"},
		{"households", access.KeepHousehold, "operation"}, {"complaints", access.AnswerComplaint, "complaint"},
		{"hearings", access.SetHearing, "file"}, {"tracks", access.SeeTracks, "track"}, {"rolls", access.SeeRolls, "roll"}, {"overdue", access.SeeOverdue, "work"}, {"figures", access.SeeFigures, "course"}, {"estimates", access.KeepEstimate, "estimate"}, {"law_move", access.MoveLaw, "law"},
		{"adoption", access.AdoptPack, "law"},
		{"erasures", access.AllowErasure, "file"}, {"retention", access.SeeRetention, "file"},
	} {
		// Need cards come to those who provide something, whoever else might be related.
		if d.couldEver(who, door.act, door.thing) && (door.word != "inbox" || who.Can("provide")) {
			out = append(out, door.word)
		}
	}
	return out
}

// couldEver says whether some thing of the kind could be let through.
func (d *Desk) couldEver(who access.Who, act, thing string) bool {
	_, none := d.rules.Scope(who, act, thing).(access.None)
	return !none
}
