package desk

import (
	"cmp"
	"context"
	"encoding/hex"
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

// A body's administrator keeps the credentials of its machines: border and court
// systems that ask whether somebody may be removed.

// MachineLine is one credential.
type MachineLine struct {
	ID       string
	BodyName string
	Scopes   []string
	At       time.Time
	Expires  time.Time
	Used     time.Time // the day, no more; zero: never
	State    string    // active, expired, revoked
}

// Machines are the credentials that an administrator keeps, and what a new one may be.
type Machines struct {
	Lines  []MachineLine
	Bodies []BodyLine // whose machines have something to ask
	// Apart says of which of these bodies one may be told the cautious answers apart.
	Apart []id.Body
	Own   bool
}

// MachineInput issues a credential, or revokes one.
type MachineInput struct {
	Key    string
	Body   id.Body
	Apart  bool // it is told the cautious answers apart
	Days   int
	Revoke string
}

// MachineDays are for how long a credential may be issued.
var MachineDays = []string{"30", "90", "180", "365"}

func credentialRef(c string) casework.Ref {
	return casework.Ref{Kind: casework.CredentialStream, ID: c}
}

// keepsMachines says whether somebody keeps the credentials of a body.
func (d *Desk) keepsMachines(who access.Who, body id.Body) bool {
	thing := access.Thing{Kind: "account"}
	if body != "" && body == who.Body {
		thing.Relations = []string{access.Own}
	}
	return d.rules.Decide(who, access.KeepCredentials, thing).Allowed
}

// scopesOf are what a machine of a kind of body may be let do, as the pack's rules say.
func (d *Desk) scopesOf(kind string) []string {
	var out []string
	who := access.Who{Worker: "m", Machine: true, Body: "b", BodyKind: kind, Role: "machine"}
	if d.couldEver(who, access.AskCheck, "check") {
		out = append(out, access.AskCheck)
		who.Role = apartRole
		if d.couldEver(who, access.TellCheck, "check") {
			out = append(out, access.TellCheck)
		}
	}
	return out
}

// Machines lists credentials.
func (d *Desk) Machines(ctx context.Context, who access.Who) (Machines, error) {
	if err := d.mayDo(who, access.KeepCredentials, "account"); err != nil {
		return Machines{}, err
	}
	out := Machines{Own: !d.keepsMachines(who, "")}
	bodies, err := d.bodyLines(ctx, who)
	if err != nil {
		return Machines{}, err
	}
	names := map[id.Body]string{}
	for _, b := range bodies {
		names[b.ID] = b.Name
		scopes := d.scopesOf(b.Kind)
		if b.Closed || len(scopes) == 0 || out.Own && b.ID != who.Body {
			continue
		}
		out.Bodies = append(out.Bodies, b)
		if slices.Contains(scopes, access.TellCheck) {
			out.Apart = append(out.Apart, b.ID)
		}
	}
	q := store.Query{Scope: everything, Limit: maxBodies, NoTotal: true}
	if out.Own {
		q.Where = []store.Filter{store.Where("body_id", store.Is, string(who.Body))}
	}
	all, err := folded[*casework.Credential](ctx, d, casework.MachinesTable, q)
	if err != nil {
		return Machines{}, err
	}
	used, err := d.deps.Store.CredentialDays(ctx)
	if err != nil {
		return Machines{}, err
	}
	for _, c := range all {
		out.Lines = append(out.Lines, MachineLine{
			ID: c.ID, BodyName: names[c.Body], Scopes: c.Scopes, At: c.At, Expires: c.Expires, Used: used[c.ID], State: c.State(d.now()),
		})
	}
	slices.SortFunc(out.Lines, func(a, b MachineLine) int {
		return cmp.Or(cmp.Compare(a.State, b.State), a.Expires.Compare(b.Expires), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// MachineDone is what came of it. Secret is shown once, and counts when another has
// confirmed it.
type MachineDone struct {
	Receipt casework.Receipt
	ID      string
	Secret  withheld.Text
	Expires time.Time
	Seconds int
}

// ChangeMachine proposes a credential, or revokes one at once.
func (d *Desk) ChangeMachine(ctx context.Context, who access.Who, in MachineInput) (MachineDone, error) {
	if err := d.mayDo(who, access.KeepCredentials, "account"); err != nil {
		return MachineDone{}, err
	}
	if in.Revoke != "" {
		return d.revokeMachine(ctx, who, in)
	}
	if !d.keepsMachines(who, in.Body) {
		return MachineDone{}, fault.Withheld("credential")
	}
	of, _, err := d.ofBody(ctx, in.Body)
	if err != nil {
		return MachineDone{}, fault.Withheld("credential")
	}
	may := d.scopesOf(of.BodyKind)
	scopes := []string{access.AskCheck}
	if in.Apart {
		scopes = append(scopes, access.TellCheck)
	}
	var bad []fault.Field
	if slices.ContainsFunc(scopes, func(s string) bool { return !slices.Contains(may, s) }) {
		bad = append(bad, fault.Field{Name: "apart", Code: "field.choice"})
	}
	at := d.now()
	expires := at.AddDate(0, 0, in.Days)
	if in.Days < 1 || expires.Sub(at) > casework.LongestCredential {
		bad = append(bad, fault.Field{Name: "days", Code: "field.choice"})
	}
	if err := fault.Form(bad...); err != nil {
		return MachineDone{}, err
	}
	made, secret := d.deps.Auth.NewCredential(who.Worker, in.Key)
	issued := casework.CredentialIssued{Body: in.Body, Scopes: scopes, Hash: withheld.New(hex.EncodeToString(made.Hash[:])), Expires: expires.UTC().Truncate(time.Microsecond)}
	out := MachineDone{ID: made.ID, Secret: secret, Expires: issued.Expires}
	motion := casework.MotionMade{Act: casework.MotionCredential, Body: in.Body, Credential: made.ID, Issued: &issued}
	out.Receipt, out.Seconds, err = d.propose(ctx, who, in.Key, in, motion, []casework.Ref{bodyRef(in.Body), credentialRef(made.ID)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return casework.IssueCredential(store.As[*casework.Credential](l, credentialRef(made.ID)), made.ID, store.As[*casework.Body](l, bodyRef(in.Body)), issued, m)
	})
	return out, err
}

func (d *Desk) revokeMachine(ctx context.Context, who access.Who, in MachineInput) (out MachineDone, err error) {
	ref := credentialRef(in.Revoke)
	out.Receipt, err = d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		c := store.As[*casework.Credential](l, ref)
		if c == nil || !d.keepsMachines(who, c.Body) {
			return casework.Decision{}, fault.Withheld("credential")
		}
		return casework.RevokeCredential(c, m)
	})
	return out, err
}

// Credential reads a machine's credential from the record.
func (s SignInStore) Credential(ctx context.Context, credential string) (auth.Credential, bool, error) {
	l, err := s.View(ctx, credentialRef(credential))
	if err != nil {
		return auth.Credential{}, false, err
	}
	c := store.As[*casework.Credential](l, credentialRef(credential))
	if c == nil {
		return auth.Credential{}, false, nil
	}
	out := auth.Credential{ID: c.ID, Body: c.Body, Scopes: c.Scopes, CreatedAt: c.At, ExpiresAt: c.Expires, Revoked: !c.Revoked.IsZero()}
	hash, err := hex.DecodeString(c.Hash.Reveal())
	copy(out.Hash[:], hash)
	return out, err == nil && len(hash) == len(out.Hash), nil
}
