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
	From, Device, Agent string
}

func (d *Desk) lacksSecond(ctx context.Context, worker id.Worker) (bool, error) {
	a, err := d.account(ctx, worker)
	return err == nil && a.Second.Secret.Empty(), err
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
func (d *Desk) Second(ctx context.Context, who access.Who, shown withheld.Text) (SecondView, error) {
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
	codes, kept := d.recovery(who, in.Key)
	err = d.onOwnAccount(ctx, who, in, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
		return casework.SetSecond(a, in.Secret, kept, m)
	})
	return codes, err
}

// NewRecovery makes ten new codes for paper; those before are good no more.
func (d *Desk) NewRecovery(ctx context.Context, who access.Who, key string) ([]withheld.Text, error) {
	codes, kept := d.recovery(who, key)
	err := d.onOwnAccount(ctx, who, SecondInput{Key: key}, func(a *casework.Account, m casework.Moment) (casework.Decision, error) {
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

func (d *Desk) recovery(who access.Who, key string) (codes, kept []withheld.Text) {
	codes, hashes := d.deps.Auth.RecoveryCodes(who.Worker, key)
	for _, h := range hashes {
		kept = append(kept, withheld.New(h))
	}
	return codes, kept
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
	if err != nil || a.Second.Secret.Empty() {
		return "password", err
	}
	return "figures", nil
}

// Prove makes a session's proof new.
func (d *Desk) Prove(ctx context.Context, token withheld.Text, in ProveInput) error {
	return d.deps.Auth.Prove(ctx, token, auth.Proof{Password: in.Password, Code: in.Code}, auth.Attempt{Source: in.From, Device: in.Device, Agent: in.Agent}, d.wall())
}
