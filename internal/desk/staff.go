package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// A body's administrator keeps the accounts of its own workers; whom the pack lets
// keep all bodies' accounts keeps everybody's. Neither their own: an account is
// somebody's word for who acts, and nobody gives themselves another.

// administers says whether somebody keeps the accounts of a body.
func (d *Desk) administers(who access.Who, body id.Body) bool {
	thing := access.Thing{Kind: "account"}
	if body != "" && body == who.Body {
		thing.Relations = []string{access.Own}
	}
	return d.rules.Decide(who, access.ChangeAccount, thing).Allowed
}

// Workers are the accounts that an administrator keeps.
func (d *Desk) Workers(ctx context.Context, who access.Who) (Workers, error) {
	if err := d.mayDo(who, access.ChangeAccount, "account"); err != nil {
		return Workers{}, err
	}
	out := Workers{Roles: map[string][]string{}, Own: !d.administers(who, "")}
	bodies, err := d.bodyLines(ctx, who)
	if err != nil {
		return Workers{}, err
	}
	var of id.Body
	if out.Own {
		of = who.Body
		bodies = slices.DeleteFunc(bodies, func(b BodyLine) bool { return b.ID != of })
	}
	accounts, err := d.accounts(ctx, of)
	if err != nil {
		return Workers{}, err
	}
	names := map[id.Body]string{}
	for _, b := range bodies {
		names[b.ID] = b.Name
		if kind := d.pack().BodyKind(b.Kind); kind != nil {
			out.Roles[b.Kind] = kind.Roles
		}
	}
	out.Bodies = bodies
	for _, a := range accounts {
		out.Lines = append(out.Lines, WorkerLine{
			ID: a.ID, Body: a.Body, BodyName: names[a.Body], Login: a.Login.Reveal(), Name: a.Name, Role: a.Role, State: accountState(a),
			Second: a.HasSecond(), Own: a.ID == who.Worker, Elsewhere: d.elsewhereOf(a.Body, who.Lang), Linked: d.linkedTo(a),
		})
	}
	persons(who, out.Lines, accounts)
	slices.SortFunc(out.Lines, func(a, b WorkerLine) int { return cmp.Compare(a.Login+string(a.ID), b.Login+string(b.ID)) })
	return out, nil
}

// WorkerLine is one worker in the administrator's list.
type WorkerLine struct {
	ID       id.Worker
	Body     id.Body
	BodyName string
	Login    string
	Name     withheld.Text
	Role     string
	State    string // active, suspended, left
	Second   bool   // has a second factor
	Own      bool   // the reader's, or another of their logins
	// Elsewhere are the providers that may sign in their body's workers; Linked is the
	// one that signs this worker in, "" when none does.
	Elsewhere []OtherSignIn
	Linked    string
	// Same are the other logins of this person; Alike are those under the same name, of
	// which nobody has said whose they are.
	Same, Alike []string
	AlikeHere   bool // one of them is of the same body
}

func accountState(a *casework.Account) string {
	switch {
	case a.Left:
		return "left"
	case a.Suspended:
		return "suspended"
	}
	return "active"
}

// WorkerDone is what came of it. Code is for paper and shown once.
type WorkerDone struct {
	Receipt casework.Receipt
	Login   string
	Code    withheld.Text
	Until   time.Time
	// Waits says that it was proposed: another confirms it. Seconds is how many could now.
	Waits   bool
	Seconds int
}

// CodeAccountChanged: the account is not as it was when the button was pressed.
const CodeAccountChanged = "account.changed"

// CodeOwnAccount is said to whoever would change their own account as an administrator.
const CodeOwnAccount = "account.own"

// ChangeWorker opens an account, or does one act with one. Who is put out, or given
// another way in, is signed out everywhere: the sessions of a leaver are over with the
// commit, whatever becomes of the deleting of them.
func (d *Desk) ChangeWorker(ctx context.Context, who access.Who, in WorkerInput) (WorkerDone, error) {
	if err := d.mayDo(who, access.ChangeAccount, "account"); err != nil {
		return WorkerDone{}, err
	}
	if in.Worker == "" {
		return d.openWorker(ctx, who, in)
	}
	out, with, err := d.paperCode(ctx, who, in.Key, in.Do == WorkerCode)
	if err != nil {
		return WorkerDone{}, err
	}
	l, err := d.deps.Store.View(ctx, accountRef(in.Worker))
	if err != nil {
		return WorkerDone{}, err
	}
	a := store.As[*casework.Account](l, accountRef(in.Worker))
	if a == nil || !d.administers(who, a.Body) {
		return WorkerDone{}, fault.Withheld("account")
	}
	out.Login = a.Login.Reveal()
	kind, err := d.kindOfBody(ctx, a.Body)
	if err != nil {
		return WorkerDone{}, err
	}
	link, err := d.linkOf(ctx, a, in)
	if err != nil {
		return WorkerDone{}, err
	}
	refs := []casework.Ref{accountRef(in.Worker), bodyRef(a.Body)}
	if personAct(in.Do) {
		if refs, err = d.wholePerson(ctx, in.Worker, in.Other); err != nil {
			return WorkerDone{}, err
		}
	}
	motion := d.byTwo(a, kind, in)
	judge := func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		a := store.As[*casework.Account](l, accountRef(in.Worker))
		if a == nil || !d.administers(who, a.Body) {
			return casework.Decision{}, fault.Withheld("account")
		}
		if m.People.Same(who.Worker, a.ID) {
			return casework.Decision{}, fault.New(fault.Invalid, CodeOwnAccount)
		}
		if d.byTwo(a, kind, in) != motion { // it was changed a moment ago
			return casework.Decision{}, fault.New(fault.Conflict, CodeAccountChanged)
		}
		if personAct(in.Do) {
			return d.sayPerson(who, in, l, refs, m)
		}
		if link != nil {
			return casework.LinkAccount(a, *link, m)
		}
		return actOnWorker(a, store.As[*casework.Body](l, bodyRef(a.Body)), in, with, m)
	}
	if motion != "" {
		made := casework.MotionMade{Act: motion, Body: a.Body, Worker: a.ID, With: with, Link: link}
		if motion == casework.MotionRole {
			made.Role = in.Role
		}
		out.Waits = true
		out.Receipt, out.Seconds, err = d.propose(ctx, who, in.Key, in, made, refs, judge)
		return out, err
	}
	out.Receipt, err = d.change(ctx, who, in.Key, in, d.now(), refs, judge)
	if err == nil && !slices.Contains([]string{WorkerRole, WorkerResume, WorkerLink, WorkerSame}, in.Do) {
		err = d.deps.Auth.SignOutEverywhere(ctx, in.Worker)
	}
	return out, err
}

// actOnWorker is one act with an account that is there.
func actOnWorker(a *casework.Account, b *casework.Body, in WorkerInput, with casework.PasswordSet, m casework.Moment) (casework.Decision, error) {
	switch in.Do {
	case WorkerRole:
		return casework.ChangeRole(a, b, in.Role, m)
	case WorkerCode:
		return casework.GiveCode(a, with.Hash, m)
	case WorkerSuspend:
		return casework.SuspendAccount(a, m)
	case WorkerResume:
		return casework.ResumeAccount(a, m)
	case WorkerSecond:
		return casework.DropSecond(a, casework.DroppedAsLost, m)
	case WorkerLeave:
		return casework.LeaveAccount(a, "", m)
	case WorkerUnlink:
		return casework.UnlinkAccount(a, m)
	}
	return casework.Decision{}, fault.New(fault.Invalid, "form.malformed")
}

func (d *Desk) openWorker(ctx context.Context, who access.Who, in WorkerInput) (WorkerDone, error) {
	if !d.administers(who, in.Body) {
		return WorkerDone{}, fault.Withheld("account")
	}
	if err := d.freeLogin(ctx, in.Login); err != nil {
		return WorkerDone{}, err
	}
	out, with, err := d.paperCode(ctx, who, in.Key, true)
	if err != nil {
		return WorkerDone{}, err
	}
	out.Login = auth.FoldLogin(in.Login)
	at := d.now()
	worker := id.New[id.Worker](at)
	kind, err := d.kindOfBody(ctx, in.Body)
	if err != nil {
		return WorkerDone{}, err
	}
	refs := []casework.Ref{accountRef(worker), bodyRef(in.Body)}
	opened := casework.AccountOpened{Login: withheld.New(out.Login), Name: in.Name, Role: in.Role}
	judge := func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		body := store.As[*casework.Body](l, bodyRef(in.Body))
		return casework.OpenAccount(store.As[*casework.Account](l, accountRef(worker)), worker, body, opened, with, m)
	}
	if motion := d.byTwo(nil, kind, in); motion != "" {
		made := casework.MotionMade{Act: motion, Body: in.Body, Login: opened.Login, Name: in.Name, Role: in.Role, With: with}
		out.Waits = true
		out.Receipt, out.Seconds, err = d.propose(ctx, who, in.Key, in, made, refs, judge)
		return out, err
	}
	out.Receipt, err = d.change(ctx, who, in.Key, in, at, refs, judge)
	return out, err
}

func (d *Desk) kindOfBody(ctx context.Context, body id.Body) (string, error) {
	l, err := d.deps.Store.View(ctx, bodyRef(body))
	if err != nil {
		return "", err
	}
	b := store.As[*casework.Body](l, bodyRef(body))
	if b == nil {
		return "", fault.Withheld("body")
	}
	return b.Kind, nil
}

// paperCode makes a code to sign in with, and what is kept of it. It is made of the
// form's key: a form that is sent twice shows the code that counts.
func (d *Desk) paperCode(ctx context.Context, who access.Who, key string, wanted bool) (WorkerDone, casework.PasswordSet, error) {
	if !wanted {
		return WorkerDone{}, casework.PasswordSet{}, nil
	}
	code, until := d.deps.Auth.PaperCode(who.Worker, key), d.now().Add(casework.CodeAge)
	hash, err := d.deps.Hasher.Hash(ctx, auth.AsPaper(code.Reveal()))
	return WorkerDone{Code: code, Until: until}, casework.PasswordSet{Hash: withheld.New(hash), Once: true, Until: until}, err
}

// freeLogin says what a new login may not be: another's, or one that looks like it.
// Logins are sealed, so all are read: it is done once for a worker.
func (d *Desk) freeLogin(ctx context.Context, login string) error {
	if err := auth.CheckLogin(login); err != nil {
		return err
	}
	n, err := d.deps.Store.Count(ctx, "accounts", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("login_tag", store.Is, casework.LoginTag(withheld.New(auth.FoldLogin(login))))},
	})
	if err == nil && n > 0 {
		return fault.Form(fault.Field{Name: "login", Code: "field.login_taken"})
	}
	if err != nil {
		return err
	}
	all, err := d.accounts(ctx, "")
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(a *casework.Account) bool { return auth.LookOf(a.Login.Reveal()) == auth.LookOf(login) }) {
		return fault.Form(fault.Field{Name: "login", Code: "field.login_alike"})
	}
	return nil
}

// OwnPasswordInput is a worker's new password, typed twice.
type OwnPasswordInput struct {
	Key          string
	Token        withheld.Text // of the session that stays
	Typed, Again withheld.Text
}

// SetOwnPassword keeps a new password of one's own and ends all other sessions. The
// code on paper that it takes the place of is no password.
func (d *Desk) SetOwnPassword(ctx context.Context, who access.Who, in OwnPasswordInput) error {
	typed := in.Typed.Reveal()
	a, err := d.account(ctx, who.Worker)
	if err != nil {
		return err
	}
	known, err := d.knownOf(ctx, a)
	if err != nil {
		return err
	}
	if err := auth.CheckPassword(typed, known...); err != nil {
		return err
	}
	if typed != in.Again.Reveal() {
		return fault.Form(fault.Field{Name: "new_password_again", Code: "field.password_differs"})
	}
	before := typed
	if a.Once {
		before = auth.AsPaper(typed)
	}
	same, _, err := d.deps.Hasher.Verify(ctx, a.Password.Reveal(), before)
	if err != nil {
		return err
	}
	if same {
		return fault.Form(fault.Field{Name: "new_password", Code: "field.password_same"})
	}
	hash, err := d.deps.Hasher.Hash(ctx, typed)
	if err != nil {
		return err
	}
	// What was typed is no part of the fingerprint: not even its hash is kept but argon2's.
	err = d.onOwnAccount(ctx, who, SecondInput{Key: in.Key}, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.SetPassword(a, withheld.New(hash), m)
	})
	if err != nil {
		return err
	}
	return d.deps.Auth.EndOthers(ctx, who.Worker, in.Token)
}

// knownOf is what anybody would try who guesses a worker's password: login, name, body.
func (d *Desk) knownOf(ctx context.Context, a *casework.Account) ([]string, error) {
	l, err := d.deps.Store.View(ctx, bodyRef(a.Body))
	if err != nil {
		return nil, fault.At("view own body", err)
	}
	known := []string{a.Login.Reveal(), a.Name.Reveal()}
	if b := store.As[*casework.Body](l, bodyRef(a.Body)); b != nil {
		known = append(known, b.Name)
		known = slices.AppendSeq(known, maps.Values(b.Names))
	}
	return known, nil
}
