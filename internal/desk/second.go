package desk

import (
	"context"
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

// SecondFor says which roles must have a second factor, and from when. Whoever
// installs Pana decides it: which telephones people have is theirs to know.
type SecondFor struct {
	Roles []string // "all": every role
	From  time.Time
}

func (s SecondFor) of(role string, at time.Time) bool {
	return len(s.Roles) > 0 && !at.Before(s.From) && (slices.Contains(s.Roles, role) || slices.Contains(s.Roles, "all"))
}

// SecondView is a worker's own second factor. Secret is a new one, to be set by a
// code that a telephone makes of it.
type SecondView struct {
	Key       string
	Has       bool
	Since     time.Time
	CodesLeft int
	Secret    withheld.Text
	URI       string
	Demanded  bool      // of this role, now
	From      time.Time // when it will be; zero: never, or already
	Passkeys  []PasskeyLine
	Ask       Ceremony // for a new passkey; empty: there are none at this address
}

// Ceremony is what a browser is asked for a passkey, and the ticket that comes back.
type Ceremony = auth.Ceremony

// PasskeyLine is one passkey, by the name that its worker gave it.
type PasskeyLine struct {
	ID    string
	Name  string
	Since time.Time
}

// PasskeyInput adds or removes a passkey.
type PasskeyInput struct {
	Key, Origin, Ticket string
	Name, Answer        withheld.Text
	Remove              string
}

// SecondInput sets a second factor, makes its codes new, or drops it.
type SecondInput struct {
	Key    string
	Secret withheld.Text
	Code   withheld.Text
}

// ProveInput is what somebody signed in shows once more.
type ProveInput struct {
	Password, Code      withheld.Text
	Origin, Ticket      string        // of a passkey's answer
	Answer              withheld.Text // a passkey's; the others are empty then
	From, Device, Agent string
}

func (d *Desk) account(ctx context.Context, worker id.Worker) (*casework.Account, error) {
	l, err := d.deps.Store.View(ctx, accountRef(worker))
	if err != nil {
		return nil, err
	}
	a := store.As[*casework.Account](l, accountRef(worker))
	if a == nil {
		return nil, fault.Withheld("no account")
	}
	return a, nil
}

// Second is the page of one's own second factor. A secret that was shown before is
// shown again with its form, so that nobody reads the squares twice.
func (d *Desk) Second(ctx context.Context, who access.Who, shown withheld.Text, origin string) (SecondView, error) {
	a, err := d.account(ctx, who.Worker)
	if err != nil {
		return SecondView{}, err
	}
	out := SecondView{
		Key: string(id.New[id.Event](d.now())), Has: !a.Second.Secret.Empty(), Since: a.Second.Since, CodesLeft: len(a.Second.Recovery),
		Demanded: d.deps.Second.of(who.Role, d.wall()),
	}
	if d.deps.Second.From.After(d.wall()) && d.deps.Second.of(who.Role, d.deps.Second.From) {
		out.From = d.deps.Second.From
	}
	for _, p := range a.Passkeys {
		out.Passkeys = append(out.Passkeys, PasskeyLine{p.ID, p.Name.Reveal(), p.Since})
	}
	if auth.PasskeysAt(origin) {
		if out.Ask, err = d.deps.Auth.NewPasskey(ctx, origin, who.Worker, a.Login.Reveal(), d.wall()); err != nil {
			return out, err
		}
	}
	if out.Has {
		return out, nil
	}
	if out.Secret = shown; !auth.IsSecret(shown) {
		out.Secret = auth.NewSecret()
	}
	out.URI = auth.KeyURI(out.Secret, issuer, a.Login.Reveal())
	return out, nil
}

// issuer is what a telephone's program calls us; a name, in no language.
const issuer = "Pana"

// SetSecond keeps a telephone that has just made a right code of the secret, and
// gives ten codes for paper. They are shown once.
func (d *Desk) SetSecond(ctx context.Context, who access.Who, in SecondInput) ([]withheld.Text, error) {
	if !auth.IsSecret(in.Secret) {
		return nil, fault.New(fault.Invalid, "form.malformed")
	}
	a, err := d.account(ctx, who.Worker)
	if err != nil {
		return nil, err
	}
	if a.Second.Secret != in.Secret { // else it is the same form once more
		ok, err := d.deps.Auth.CheckFigures(ctx, who.Worker, in.Secret, in.Code, d.wall())
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, fault.Form(fault.Field{Name: "figures", Code: "auth.code"})
		}
	}
	codes, kept, err := d.recovery(ctx, who, in.Key)
	if err != nil {
		return nil, err
	}
	err = d.onOwnAccount(ctx, who, in, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.SetSecond(a, in.Secret, kept, m)
	})
	return codes, err
}

// AskPasskey asks any passkey of this address; nothing is asked where there can be none.
func (d *Desk) AskPasskey(origin string) (Ceremony, error) {
	if !auth.PasskeysAt(origin) {
		return Ceremony{}, nil
	}
	return d.deps.Auth.AskPasskey(origin, d.wall())
}

// SignInPasskey signs in whoever holds the passkey that answered.
func (d *Desk) SignInPasskey(ctx context.Context, in SignInInput) (SignedIn, error) {
	done, err := d.deps.Auth.SignInPasskey(ctx, in.Origin, in.Ticket, in.Answer, auth.Attempt{Source: in.From, Device: in.Device, Agent: in.Agent}, d.wall())
	if err != nil {
		return SignedIn{}, err
	}
	return d.signedIn(ctx, done, in.Lang, "passkey")
}

// AddPasskey keeps a passkey that the browser has just made. With the first thing
// beside the password come ten codes for paper, shown once.
func (d *Desk) AddPasskey(ctx context.Context, who access.Who, in PasskeyInput) ([]withheld.Text, error) {
	a, err := d.account(ctx, who.Worker)
	if err != nil {
		return nil, err
	}
	var codes, kept []withheld.Text
	if !a.HasSecond() { // before the answer is taken, which is good once: it may be too busy to make them
		if codes, kept, err = d.recovery(ctx, who, in.Key); err != nil {
			return nil, err
		}
	}
	made, err := d.deps.Auth.FinishPasskey(ctx, in.Origin, who.Worker, in.Ticket, in.Answer, d.wall())
	if err != nil {
		return nil, fault.Because(err, fault.Invalid, fault.Of(err).Code) // she is signed in: it is the form that is wrong
	}
	add := casework.PasskeyAdded{ID: string(id.New[id.Event](d.now())), Name: in.Name, Credential: made.Credential, Recovery: kept}
	return codes, d.onOwnAccount(ctx, who, SecondInput{Key: in.Key}, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.AddPasskey(a, add, m)
	})
}

// RemovePasskey ends one of one's own.
func (d *Desk) RemovePasskey(ctx context.Context, who access.Who, in PasskeyInput) error {
	return d.onOwnAccount(ctx, who, SecondInput{Key: in.Key}, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.RemovePasskey(a, in.Remove, m)
	})
}

// NewRecovery makes ten new codes for paper; those before are good no more.
func (d *Desk) NewRecovery(ctx context.Context, who access.Who, key string) ([]withheld.Text, error) {
	codes, kept, err := d.recovery(ctx, who, key)
	if err != nil {
		return nil, err
	}
	err = d.onOwnAccount(ctx, who, SecondInput{Key: key}, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.NewRecovery(a, kept, m)
	})
	return codes, err
}

// DropSecond ends one's own second factor: another telephone follows.
func (d *Desk) DropSecond(ctx context.Context, who access.Who, key string) error {
	return d.onOwnAccount(ctx, who, SecondInput{Key: key}, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.DropSecond(a, casework.DroppedByOwner, m)
	})
}

func (d *Desk) recovery(ctx context.Context, who access.Who, key string) (codes, kept []withheld.Text, err error) {
	codes, hashes, err := d.deps.Auth.RecoveryCodes(ctx, who.Worker, key)
	for _, h := range hashes {
		kept = append(kept, withheld.New(h))
	}
	return codes, kept, err
}

// onOwnAccount is an act on the own account: nobody else's is within reach. What the
// telephone showed is not part of what was sent: it is another each half minute.
func (d *Desk) onOwnAccount(ctx context.Context, who access.Who, in SecondInput, decide func(*casework.Account, casework.Moment) (casework.Decision, error)) error {
	in.Code = withheld.Text{}
	_, err := d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{accountRef(who.Worker)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return decide(store.As[*casework.Account](l, accountRef(who.Worker)), m)
	})
	return err
}

// ProofAsked is what a session is asked for before a dangerous act: "figures" or
// "password".
func (d *Desk) ProofAsked(ctx context.Context, who access.Who) (string, error) {
	a, err := d.account(ctx, who.Worker)
	if err != nil || !a.HasSecond() {
		return "password", err
	}
	return "figures", nil
}

// Prove makes a session's proof new, and gives its token from now on.
func (d *Desk) Prove(ctx context.Context, token withheld.Text, in ProveInput) (withheld.Text, error) {
	if !in.Answer.Empty() {
		return d.deps.Auth.ProvePasskey(ctx, token, in.Origin, in.Ticket, in.Answer, d.wall())
	}
	return d.deps.Auth.Prove(ctx, token, auth.Proof{Password: in.Password, Code: in.Code}, auth.Attempt{Source: in.From, Device: in.Device, Agent: in.Agent}, d.wall())
}
