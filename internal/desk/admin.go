package desk

import (
	"cmp"
	"context"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/auth"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Bodies are the administrator's list of organisations.
func (d *Desk) Bodies(ctx context.Context, who access.Who) (Bodies, error) {
	if err := d.mayDo(who, access.ChangeBody, "body"); err != nil {
		return Bodies{}, err
	}
	lines, err := d.bodyLines(ctx, who)
	if err != nil {
		return Bodies{}, err
	}
	out := Bodies{Lines: lines}
	for _, k := range d.pack().BodyKinds {
		out.Kinds = append(out.Kinds, k.ID)
	}
	for _, r := range d.pack().Regions {
		if inForce(r.Dates, d.now()) {
			out.Regions = append(out.Regions, r.ID)
		}
	}
	if out.Trouble, err = d.trouble(ctx); err != nil {
		return Bodies{}, err
	}
	out.GaveUp, err = d.gaveUp(ctx, who)
	return out, err
}

// Trouble is why bodies could not be told, how many times, and since when.
type Trouble struct {
	Code  string
	N     int
	Since time.Time
}

// GaveUp is that bodies could not be told, and that nobody tries any more: how many
// messages, and since when.
type GaveUp struct {
	Bodies string // ids, as the message has them
	Names  []string
	Code   string
	N      int
	Since  time.Time
}

// mostGivenUp is as many messages as are looked at; those that follow are of the same
// few bodies, and come when these are done.
const mostGivenUp = 1000

func (d *Desk) gaveUp(ctx context.Context, who access.Who) ([]GaveUp, error) {
	list, err := d.deps.Store.GivenUpJobs(ctx, "notify.", mostGivenUp)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []GaveUp
	for _, j := range list {
		same := func(g GaveUp) bool { return g.Bodies == j.Args["body"] && g.Code == j.Code }
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].N++
			continue
		}
		g := GaveUp{Bodies: j.Args["body"], Code: j.Code, N: 1, Since: j.Since}
		for _, b := range strings.Fields(g.Bodies) {
			g.Names = append(g.Names, names.of(id.Body(b)))
		}
		out = append(out, g)
	}
	return out, nil
}

// SendAgain has those bodies told once more, by one message for all that could not
// go: each of them would have said the same.
func (d *Desk) SendAgain(ctx context.Context, who access.Who, bodies, code string) error {
	if err := d.mayDo(who, access.ChangeBody, "body"); err != nil {
		return err
	}
	list, err := d.deps.Store.GivenUpJobs(ctx, "notify.", mostGivenUp)
	if err != nil {
		return err
	}
	var of []id.Task
	for _, j := range list {
		if j.Args["body"] == bodies && j.Code == code {
			of = append(of, j.ID)
		}
	}
	if len(of) == 0 {
		return nil // sent again by somebody else
	}
	return d.deps.Store.Again(ctx, of[0], of[1:], d.now())
}

// trouble is what could not be told outside Pana, and waits to be tried again.
func (d *Desk) trouble(ctx context.Context) ([]Trouble, error) {
	var out []Trouble
	list, err := d.deps.Store.JobTroubles(ctx, "notify.")
	for _, t := range list {
		if t.Code != codeLater {
			out = append(out, Trouble{Code: t.Code, N: t.N, Since: t.Since})
		}
	}
	return out, err
}

func (d *Desk) bodyLines(ctx context.Context, who access.Who) ([]BodyLine, error) {
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	accounts, err := d.accounts(ctx, "")
	if err != nil {
		return nil, err
	}
	workers := map[id.Body]int{}
	for _, a := range accounts {
		if !a.Out() {
			workers[a.Body]++
		}
	}
	var out []BodyLine
	for _, b := range names {
		out = append(out, BodyLine{ID: b.ID, Kind: b.Kind, Name: b.Name, Region: b.Region, Phone: b.Phone, Email: b.Email, SMS: casework.SMS{Number: b.SMS, When: b.SMSWhen}, Closed: b.Closed, Workers: workers[b.ID]})
	}
	slices.SortFunc(out, func(a, b BodyLine) int { return cmp.Compare(a.Name+string(a.ID), b.Name+string(b.ID)) })
	return out, nil
}

// accounts reads the accounts of a body, or every one; logins are sealed, so they are
// folded, not listed.
func (d *Desk) accounts(ctx context.Context, body id.Body) ([]*casework.Account, error) {
	q := store.Query{Scope: everything, Limit: maxBodies}
	if body != "" {
		q.Where = []store.Filter{store.Where("body_id", store.Is, string(body))}
	}
	return folded[*casework.Account](ctx, d, "accounts", q)
}

// folded is what stands behind a page of rows: what a row does not say, because
// it is sealed, the record does.
func folded[T interface {
	casework.State
	comparable
}](ctx context.Context, d *Desk, table string, q store.Query) ([]T, error) {
	page, err := d.deps.Store.List(ctx, table, q)
	if err != nil {
		return nil, err
	}
	refs := page.Refs()
	l, err := d.deps.Store.View(ctx, refs...)
	if err != nil {
		return nil, err
	}
	var none T
	var out []T
	for _, ref := range refs {
		if s := store.As[T](l, ref); s != none {
			out = append(out, s)
		}
	}
	return out, nil
}

// ChangeBody adds, changes or closes an organisation.
func (d *Desk) ChangeBody(ctx context.Context, who access.Who, in BodyInput) (casework.Receipt, error) {
	if err := d.mayDo(who, access.ChangeBody, "body"); err != nil {
		return casework.Receipt{}, err
	}
	// One plain address: what stands in a letter's head must not bring its own.
	if a, err := mail.ParseAddress(in.Email); in.Email != "" && (err != nil || a.Address != in.Email) {
		return casework.Receipt{}, fault.Form(fault.Field{Name: "email", Code: "field.email"})
	}
	sms, err := checkSMS(in)
	if err != nil {
		return casework.Receipt{}, err
	}
	at := d.now()
	body, isNew := in.Body, in.Body == ""
	if isNew {
		body = id.New[id.Body](at)
	}
	return d.change(ctx, who, in.Key, in, at, []casework.Ref{bodyRef(body)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		b := store.As[*casework.Body](l, bodyRef(body))
		switch {
		case isNew:
			return casework.AddBody(b, body, casework.BodyAdded{Kind: in.Kind, Name: in.Name, Region: in.Region, Phone: in.Phone, Email: in.Email, SMS: sms}, m)
		case b == nil:
			return casework.Decision{}, fault.Withheld("body")
		case in.Close:
			return casework.CloseBody(b, "", m)
		}
		return casework.ChangeBody(b, casework.BodyChanged{Name: in.Name, Region: in.Region, Phone: in.Phone, Email: in.Email, SMS: sms}, m)
	})
}

// checkSMS takes a telephone as the whole world writes it, and when it may be
// told. Who has not chosen is told by day.
func checkSMS(in BodyInput) (casework.SMS, error) {
	number := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "").Replace(in.SMS)
	switch when := cmp.Or(in.SMSWhen, casework.SMSDaytime); {
	case number == "":
		return casework.SMS{}, nil
	case !worldNumber.MatchString(number):
		return casework.SMS{}, fault.Form(fault.Field{Name: "sms", Code: "field.sms"})
	case !slices.Contains(casework.SMSWhens, when):
		return casework.SMS{}, fault.Form(fault.Field{Name: "sms_when", Code: "field.choice"})
	default:
		return casework.SMS{Number: number, When: when}, nil
	}
}

// worldNumber is E.164: a plus, the country, at most fifteen figures.
var worldNumber = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// SignInStore is what auth keeps, in the store: sessions and counters as they
// are, accounts folded from their streams.
type SignInStore struct {
	*store.Store
	Laws casework.Laws
	Now  func() time.Time
}

// Account finds a worker by login; a closed body's workers have left.
func (s SignInStore) Account(ctx context.Context, login string) (auth.Account, bool, error) {
	page, err := s.List(ctx, "accounts", store.Query{
		Scope: everything, Where: []store.Filter{store.Where("login_tag", store.Is, casework.LoginTag(withheld.New(login)))}, Limit: 1,
	})
	if err != nil || len(page.Rows) == 0 {
		return auth.Account{}, false, err
	}
	ref := page.Rows[0].Ref
	body := bodyRef(id.Body(page.Rows[0].Text("body_id")))
	l, err := s.View(ctx, ref, body)
	if err != nil {
		return auth.Account{}, false, err
	}
	a, b := store.As[*casework.Account](l, ref), store.As[*casework.Body](l, body)
	if a == nil {
		return auth.Account{}, false, nil
	}
	return s.signsIn(a, b), true, nil
}

// AccountOf finds a worker by id.
func (s SignInStore) AccountOf(ctx context.Context, worker id.Worker) (auth.Account, bool, error) {
	l, err := s.View(ctx, accountRef(worker))
	if err != nil {
		return auth.Account{}, false, err
	}
	a := store.As[*casework.Account](l, accountRef(worker))
	if a == nil {
		return auth.Account{}, false, nil
	}
	if l, err = s.View(ctx, bodyRef(a.Body)); err != nil {
		return auth.Account{}, false, err
	}
	return s.signsIn(a, store.As[*casework.Body](l, bodyRef(a.Body))), true, nil
}

// signsIn is an account as signing in needs it. A code on paper that is too old is no
// password; the same work is done on it.
func (s SignInStore) signsIn(a *casework.Account, b *casework.Body) auth.Account {
	out := auth.Account{Worker: a.ID, Password: a.Password.Reveal(), Once: a.Once, Left: a.Out() || b == nil || b.Closed, Second: auth.Second{Secret: a.Second.Secret}, Body: a.Body, Subject: a.Linked.Tag}
	if a.Once && !s.Now().Before(a.CodeUntil) {
		out.Password = ""
	}
	for _, hash := range a.Second.Recovery {
		out.Second.Recovery = append(out.Second.Recovery, hash.Reveal())
	}
	for _, p := range a.Passkeys {
		out.Passkeys = append(out.Passkeys, auth.Passkey{Credential: p.Credential})
	}
	return out
}

// UseRecovery takes a code on paper: an event, because it is how somebody who found
// the paper would come in, and the worker shall see that one is missing.
func (s SignInStore) UseRecovery(ctx context.Context, worker id.Worker, hash string) (bool, error) {
	err := s.ofItself(ctx, "recovery/"+hash[strings.LastIndexByte(hash, '$')+1:], worker, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.UseRecovery(a, withheld.New(hash), m)
	})
	if fault.Of(err).Kind == fault.Conflict && err != nil {
		return false, nil
	}
	return err == nil, err
}

// ofItself records what signing in does to a worker's own account. Nobody acts here
// but the worker who signs in.
func (s SignInStore) ofItself(ctx context.Context, key string, worker id.Worker, decide func(*casework.Account, casework.Moment) (casework.Decision, error)) error {
	at := s.Now().UTC()
	act := store.Act{Key: key + "/" + string(id.New[id.Event](at)), Who: access.Who{Worker: worker}, At: at, Streams: []casework.Ref{accountRef(worker)}}
	_, err := s.Change(ctx, act, func(l *store.Loaded) (casework.Decision, error) {
		a := store.As[*casework.Account](l, accountRef(worker))
		if a == nil {
			return casework.Decision{}, fault.Withheld("no account")
		}
		return decide(a, casework.Moment{At: at, By: casework.Actor{Worker: worker, Body: a.Body}, Laws: s.Laws})
	})
	return err
}

// UpgradePassword keeps a stronger hash of the same password, unless it was
// changed meanwhile. Nobody acts here but the worker who has just signed in.
func (s SignInStore) UpgradePassword(ctx context.Context, worker id.Worker, old, hash string) error {
	return s.ofItself(ctx, "upgrade/"+string(worker), worker, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		if a.Password.Reveal() != old || a.Once {
			return casework.Decision{Receipt: casework.Receipt{Code: "receipt.nothing_to_do"}}, nil
		}
		return casework.SetPassword(a, withheld.New(hash), m)
	})
}
