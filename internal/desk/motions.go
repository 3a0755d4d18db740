package desk

import (
	"cmp"
	"context"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Some acts of an administrator could open files to the wrong person. One proposes
// such an act and another confirms it: of the same body, or of the body that the pack
// lets keep everybody's accounts, so that a body with one administrator is not stuck.

// weighs says whether a role of a kind of body is given by two: it may open a file in
// an emergency, read why a person may not be removed, oversee what others leave
// overdue, or keep accounts. The rules say so, and no list that a pack could forget.
func (d *Desk) weighs(kind, role string) bool {
	who := access.Who{Worker: "w", Body: "b", BodyKind: kind, Role: role, Region: "r"}
	if k := d.pack().BodyKind(kind); k != nil {
		who.Compartment, who.Powers = k.Compartment, k.Can
	}
	for _, a := range []struct{ act, thing string }{
		{access.OpenEmergency, "file"}, {access.CheckGrounds, "check"}, {access.SeeOverdue, "work"}, {access.ChangeAccount, "account"}, {access.ChangeBody, "body"},
	} {
		if d.couldEver(who, a.act, a.thing) {
			return true
		}
	}
	return false
}

// byTwo is the motion that an act with an account is, or "" if one person does it.
func (d *Desk) byTwo(a *casework.Account, kind string, in WorkerInput) string {
	switch {
	case a == nil && d.weighs(kind, in.Role):
		return casework.MotionOpen
	case a == nil:
		return ""
	case in.Do == WorkerRole && a.Role != in.Role && d.weighs(kind, in.Role):
		return casework.MotionRole
	case in.Do == WorkerSecond:
		return casework.MotionSecond
	case in.Do == WorkerApart:
		return casework.MotionApart
	// With a second factor the paper alone opens nothing; of who has never come in
	// there is nothing to take over.
	case in.Do == WorkerCode && !a.HasSecond() && (!a.Once || d.weighs(kind, a.Role)):
		return casework.MotionCode
	// A provider may say that a second factor was shown: ours is no reason for one.
	case in.Do == WorkerLink && (!a.Once || d.weighs(kind, a.Role)):
		return casework.MotionLink
	}
	return ""
}

// confirms says whether somebody may be the second for a body's motions.
func (d *Desk) confirms(who access.Who, body id.Body) bool {
	thing := access.Thing{Kind: "account"}
	if body == who.Body {
		thing.Relations = []string{access.Own}
	}
	return d.rules.Decide(who, access.ConfirmAccount, thing).Allowed
}

// seconds counts who could confirm a motion now, beside who proposes it and whom it is
// about.
func (d *Desk) seconds(ctx context.Context, who access.Who, body id.Body, about id.Worker) (n int, err error) {
	return d.countSeconds(ctx, who, about, func(other access.Who) bool { return d.confirms(other, body) })
}

func (d *Desk) countSeconds(ctx context.Context, who access.Who, about id.Worker, could func(access.Who) bool) (n int, err error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return 0, err
	}
	people, err := d.people(ctx)
	if err != nil {
		return 0, err
	}
	page, err := d.deps.Store.List(ctx, "accounts", store.Query{Scope: everything, Where: []store.Filter{store.Where("left_body", store.Is, false)}, Limit: maxBodies, NoTotal: true})
	if err != nil {
		return 0, err
	}
	for _, r := range page.Rows {
		other := access.Who{Worker: id.Worker(r.Text("worker_id")), Body: id.Body(r.Text("body_id")), Role: r.Text("role")}
		for _, b := range names {
			if b.ID == other.Body && !b.Closed {
				other.BodyKind = b.Kind
			}
		}
		if other.BodyKind != "" && !people.Same(who.Worker, other.Worker) && !people.Same(other.Worker, about) && could(other) {
			n++
		}
	}
	return n, nil
}

// propose records a motion. It is judged first as if it were done, so that nobody is
// asked to confirm what cannot be.
func (d *Desk) propose(ctx context.Context, who access.Who, key string, sent any, made casework.MotionMade, refs []casework.Ref, judge decider) (casework.Receipt, int, error) {
	at := d.now()
	motion := id.New[id.Motion](at)
	receipt, err := d.change(ctx, who, key, sent, at, append(refs, motionRef(motion)), func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		if _, err := judge(l, m); err != nil {
			return casework.Decision{}, err
		}
		return casework.MakeMotion(motion, made, m), nil
	})
	if err != nil {
		return receipt, 0, err
	}
	n, err := d.seconds(ctx, who, made.Body, made.Worker)
	return receipt, n, err
}

func motionRef(m id.Motion) casework.Ref {
	return casework.Ref{Kind: casework.MotionStream, ID: string(m)}
}

// MotionLine is a motion as administrators see it.
type MotionLine struct {
	ID       id.Motion
	Act      string
	BodyName string
	Login    string // whose account it is
	Name     withheld.Text
	Role     string
	Machine  string // of a credential
	Issuer   string // of a link
	Subject  withheld.Text
	Scopes   []string
	Expires  time.Time
	By       string // login of who proposed it
	At       time.Time
	Until    time.Time
	State    string
	EndedBy  string
	EndedAt  time.Time
	Why      withheld.Text
	Mine     bool
	Confirms bool
}

// Number is how a paper names it.
func (l MotionLine) Number() string { return id.Number(l.ID) }

// Motions are what waits for a second, and what became of the last.
type Motions struct {
	Key   string
	Waits []MotionLine
	Ended []MotionLine
}

// MotionInput confirms, refuses or withdraws.
type MotionInput struct {
	Key    string
	Motion id.Motion
	Do     string // confirm, refuse, withdraw
	Why    withheld.Text
}

// mostMotions are shown: those that wait are few, and what ended is in the ledger.
const mostMotions = 100

// Motions lists those of the bodies whose accounts the reader keeps.
func (d *Desk) Motions(ctx context.Context, who access.Who) (Motions, error) {
	if err := d.mayDo(who, access.ConfirmAccount, "account"); err != nil {
		return Motions{}, err
	}
	// Of an edition of the pack what it changes is shown, on a page of its own.
	q := store.Query{Scope: everything, Sort: []store.Order{{Column: "at", Down: true}}, Limit: mostMotions, NoTotal: true, Where: []store.Filter{store.Where("act", store.Isnt, casework.MotionAdopt)}}
	if !d.confirms(who, "") {
		q.Where = append(q.Where, store.Where("body_id", store.Is, string(who.Body)))
	}
	all, err := folded[*casework.Motion](ctx, d, casework.MotionsTable, q)
	if err != nil {
		return Motions{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return Motions{}, err
	}
	logins, err := d.loginsOf(ctx, all)
	if err != nil {
		return Motions{}, err
	}
	people, err := d.people(ctx)
	if err != nil {
		return Motions{}, err
	}
	at := d.now()
	out := Motions{Key: string(id.New[id.Event](at))}
	for _, o := range all {
		line := MotionLine{
			ID: o.ID, Act: o.Act, BodyName: names.of(o.Body), Login: cmp.Or(o.Login.Reveal(), logins[o.Worker]), Name: o.Name, Role: o.Role, Machine: o.Credential,
			By: logins[o.By], At: o.At, Until: o.Until, State: o.State(at), EndedBy: logins[o.EndedBy], EndedAt: o.EndedAt, Why: o.Why, Mine: o.By == who.Worker,
		}
		if o.Issued != nil {
			line.Scopes, line.Expires = o.Issued.Scopes, o.Issued.Expires
		}
		if o.Link != nil {
			line.Issuer, line.Subject = o.Link.Issuer, o.Link.Subject
		}
		line.Confirms = !people.Same(who.Worker, o.By) && !people.Same(who.Worker, o.Worker) && d.confirms(who, o.Body)
		if line.State == casework.MotionWaits {
			out.Waits = append(out.Waits, line)
		} else {
			out.Ended = append(out.Ended, line)
		}
	}
	return out, nil
}

// loginsOf are the logins of everybody whom motions name.
func (d *Desk) loginsOf(ctx context.Context, all []*casework.Motion) (map[id.Worker]string, error) {
	var refs []casework.Ref
	for _, o := range all {
		for _, w := range []id.Worker{o.By, o.Worker, o.EndedBy} {
			if w != "" && !slices.Contains(refs, accountRef(w)) {
				refs = append(refs, accountRef(w))
			}
		}
	}
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, err
	}
	out := map[id.Worker]string{}
	for _, ref := range refs {
		if a := store.As[*casework.Account](l, ref); a != nil {
			out[a.ID] = a.Login.Reveal()
		}
	}
	return out, nil
}

// DecideMotion confirms, refuses or withdraws one. What is another body's is as if it
// were not there.
func (d *Desk) DecideMotion(ctx context.Context, who access.Who, in MotionInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.ConfirmAccount, "account"); err != nil {
		return casework.Receipt{}, err
	}
	l, err := d.deps.Store.View(ctx, motionRef(in.Motion))
	if err != nil {
		return casework.Receipt{}, err
	}
	o := store.As[*casework.Motion](l, motionRef(in.Motion))
	if o == nil || o.Adopts != nil || !d.confirms(who, o.Body) {
		return casework.Receipt{}, fault.Withheld("motion")
	}
	refs := []casework.Ref{motionRef(o.ID), bodyRef(o.Body)}
	worker := o.Worker
	if o.Act == casework.MotionOpen {
		if worker = id.New[id.Worker](d.now()); in.Do == "confirm" && o.State(d.now()) == casework.MotionWaits {
			if err := d.freeLogin(ctx, o.Login.Reveal()); fault.Of(err).Kind == fault.Invalid {
				return casework.Receipt{}, fault.New(fault.Conflict, CodeMotionLogin)
			} else if err != nil {
				return casework.Receipt{}, err
			}
		}
	}
	if o.Act == casework.MotionLink && in.Do == "confirm" && o.State(d.now()) == casework.MotionWaits {
		if err := d.freeSubject(ctx, o.Worker, o.Link.Tag); fault.Of(err).Kind == fault.Invalid {
			return casework.Receipt{}, fault.New(fault.Conflict, CodeMotionSubject)
		} else if err != nil {
			return casework.Receipt{}, err
		}
	}
	if worker != "" {
		person, err := d.wholePerson(ctx, worker)
		if err != nil {
			return casework.Receipt{}, err
		}
		refs = append(refs, person...)
	}
	if o.Credential != "" {
		refs = append(refs, credentialRef(o.Credential))
	}
	receipt, err := d.change(ctx, who, in.Key, in, d.now(), refs, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		o := store.As[*casework.Motion](l, motionRef(in.Motion))
		switch in.Do {
		case "refuse":
			return casework.RefuseMotion(o, in.Why, m)
		case "withdraw":
			return casework.WithdrawMotion(o, m)
		case "confirm":
		default:
			return casework.Decision{}, fault.New(fault.Invalid, "form.malformed")
		}
		done, err := moved(o, worker, l, refs, m)
		if err != nil {
			return casework.Decision{}, err
		}
		return casework.ConfirmMotion(o, done, m)
	})
	if err == nil && in.Do == "confirm" && (o.Act == casework.MotionCode || o.Act == casework.MotionSecond) {
		err = d.deps.Auth.SignOutEverywhere(ctx, o.Worker)
	}
	return receipt, err
}

// CodeMotionLogin: the login was given to somebody else meanwhile.
const CodeMotionLogin = "motion.login_taken"

// CodeMotionSubject: the subject was linked to somebody else meanwhile.
const CodeMotionSubject = "motion.subject_taken"

// moved is what a motion does.
func moved(o *casework.Motion, worker id.Worker, l *store.Loaded, refs []casework.Ref, m casework.Moment) (casework.Decision, error) {
	a, b := store.As[*casework.Account](l, accountRef(worker)), store.As[*casework.Body](l, bodyRef(o.Body))
	switch o.Act {
	case casework.MotionOpen:
		return casework.OpenAccount(a, worker, b, casework.AccountOpened{Login: o.Login, Name: o.Name, Role: o.Role}, o.With, m)
	case casework.MotionCredential:
		return casework.IssueCredential(store.As[*casework.Credential](l, credentialRef(o.Credential)), o.Credential, b, *o.Issued, m)
	case casework.MotionRole:
		return casework.ChangeRole(a, b, o.Role, m)
	case casework.MotionCode:
		return casework.GiveCode(a, o.With.Hash, m)
	case casework.MotionSecond:
		return casework.DropSecond(a, casework.DroppedAsLost, m)
	case casework.MotionLink:
		return casework.LinkAccount(a, *o.Link, m)
	case casework.MotionApart:
		return casework.SayLoginsApart(a, loaded(l, refs), m)
	}
	return casework.Decision{}, fault.New(fault.Invalid, "form.malformed")
}
