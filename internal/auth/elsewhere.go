package auth

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A ministry's own sign-in may say who somebody is. It signs in nobody whom an
// administrator has not linked to its subject, and nobody of a body that is not its own.

// Vouched is whom a provider has signed in. Second says that a second factor was shown
// there, in words that this installation counts.
type Vouched struct {
	Provider string
	Issuer   string
	Subject  withheld.Text
	Bodies   []id.Body
	Second   bool
	Session  withheld.Text // the provider's own; "": it does not say
}

// Left is who signed out at a provider, by a word of its that counts once: a person,
// one session of theirs, or both.
type Left struct {
	Provider string
	Issuer   string
	Subject  withheld.Text
	Session  withheld.Text
	Number   string
}

// Elsewhere is a question that a browser took to a provider. It comes back sealed, in
// the browser's own cookie, and counts once.
type Elsewhere struct {
	Provider string     `json:"p"`
	State    string     `json:"s"`
	Nonce    string     `json:"n"`
	Verifier string     `json:"v"`
	Redirect string     `json:"r"`
	Next     string     `json:"x,omitempty"`
	Window   int        `json:"w"`
	Aside    bool       `json:"a,omitempty"` // in a tab of its own: a form waits in another
	Proves   id.Session `json:"e,omitempty"` // the session that is to show anew whose it is
	At       time.Time  `json:"t"`
}

// elsewhereLife is how long somebody may be away at a provider.
const elsewhereLife = 10 * time.Minute

// CodeElsewhereUnknown is the one answer to a subject that nobody is linked to, to a
// leaver's and to one of another body.
const CodeElsewhereUnknown = "auth.elsewhere_unknown"

func nobodyHere() error { return fault.New(fault.Unauthenticated, CodeElsewhereUnknown) }

// AskElsewhere makes a question, and what the browser keeps of it.
func (a *Auth) AskElsewhere(in Elsewhere, at time.Time) (Elsewhere, string, error) {
	in.State, in.Nonce, in.Verifier, in.At = newSecret(), newSecret(), newSecret(), at.UTC()
	plain, err := json.Marshal(in)
	if err != nil {
		return in, "", fault.Because(err, fault.Internal, "internal")
	}
	box, err := a.elsewhereBox()
	if err != nil {
		return in, "", err
	}
	return in, base64.RawURLEncoding.EncodeToString(box.Seal(nil, nil, plain, nil)), nil
}

// ReadElsewhere opens what a browser kept, if it is the question that state answers. A
// question is answered once.
func (a *Auth) ReadElsewhere(ctx context.Context, kept, provider, state string, at time.Time) (out Elsewhere, err error) {
	again := fault.New(fault.Unauthenticated, "auth.begin_again")
	sealed, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil || len(sealed) > 4<<10 {
		return out, again
	}
	box, err := a.elsewhereBox()
	if err != nil {
		return out, err
	}
	plain, err := box.Open(nil, nil, sealed, nil)
	if err != nil || json.Unmarshal(plain, &out) != nil {
		return Elsewhere{}, again
	}
	right := subtle.ConstantTimeCompare([]byte(out.State), []byte(state)) == 1
	if !right || out.Provider != provider || at.Sub(out.At).Abs() > elsewhereLife {
		return Elsewhere{}, again
	}
	fresh, err := a.store.Spend(ctx, a.count("elsewhere", out.State), 1, at)
	if err != nil {
		return Elsewhere{}, fault.At("take an answer", err)
	}
	if !fresh {
		return Elsewhere{}, again
	}
	return out, nil
}

func (a *Auth) elsewhereBox() (cipher.AEAD, error) {
	key := a.mac("elsewhere box")
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "internal")
	}
	box, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fault.Because(err, fault.Internal, "internal")
	}
	return box, nil
}

// SubjectTag is how a provider's subject is found without standing in the index: a
// subject may be a number of the population's register, so it is keyed.
func (a *Auth) SubjectTag(issuer string, subject withheld.Text) string {
	h := a.mac("subject", issuer, subject.Reveal())
	return hex.EncodeToString(h[:16])
}

// thereTag is how a provider's session is found without being kept.
func (a *Auth) thereTag(issuer string, session withheld.Text) string {
	if session.Empty() {
		return ""
	}
	h := a.mac("session there", issuer, session.Reveal())
	return hex.EncodeToString(h[:16])
}

// EndLeft ends what a provider began of whom it says has left; false when it said so
// before. Sessions that somebody began with us, by password or passkey, stay: the
// provider has nothing to do with them. That nobody is signed in is no error.
func (a *Auth) EndLeft(ctx context.Context, l Left, at time.Time) (bool, error) {
	fresh, err := a.store.Spend(ctx, a.count("left elsewhere", l.Issuer, l.Number), 1, at)
	if err != nil || !fresh {
		return false, fault.At("take a sign-out", err)
	}
	var worker id.Worker
	if !l.Subject.Empty() {
		account, found, err := a.store.AccountOfSubject(ctx, a.SubjectTag(l.Issuer, l.Subject))
		if err != nil || !found {
			return true, fault.At("find account", err)
		}
		worker = account.Worker
	}
	return true, fault.At("end sessions of a provider", a.store.EndSessionsBy(ctx, l.Provider, worker, a.thereTag(l.Issuer, l.Session)))
}

// SignInVouched signs in whom a provider names. Of who has a second factor with us it is
// asked for, unless the provider has shown one.
func (a *Auth) SignInVouched(ctx context.Context, v Vouched, try Attempt, at time.Time) (SignedIn, error) {
	account, found, err := a.store.AccountOfSubject(ctx, a.SubjectTag(v.Issuer, v.Subject))
	if err != nil {
		return SignedIn{}, fault.At("find account", err)
	}
	device, err := a.knownDevice(ctx, try.Device, account.Worker)
	if err != nil {
		return SignedIn{}, err
	}
	if !found || account.Left || !a.vouchesFor(v, account) {
		return SignedIn{}, nobodyHere()
	}
	try.by = begunBy{v.Provider, a.thereTag(v.Issuer, v.Session), v.Second}
	if account.HasSecond() && !v.Second {
		return SignedIn{Ticket: a.ticket(account, try.by, at)}, nil
	}
	return a.begin(ctx, account, try, device, at)
}

// vouchesFor says whether a provider may speak for an account: it is of one of the
// provider's bodies, and linked to this subject and no other.
func (a *Auth) vouchesFor(v Vouched, account Account) bool {
	return slices.Contains(v.Bodies, account.Body) && account.Subject != "" && same(account.Subject, a.SubjectTag(v.Issuer, v.Subject))
}

// ProveVouched makes a session's proof new, when its own worker has signed in anew at
// their provider. Who has a second factor with us shows that, unless the provider's
// counts.
func (a *Auth) ProveVouched(ctx context.Context, token withheld.Text, session id.Session, v Vouched, at time.Time) (withheld.Text, error) {
	s, err := a.Who(ctx, token, at)
	if err != nil {
		return withheld.Text{}, err
	}
	account, found, err := a.store.AccountOf(ctx, s.Worker)
	if err != nil {
		return withheld.Text{}, fault.At("find account", err)
	}
	if !found || s.ID != session || !a.vouchesFor(v, account) || account.HasSecond() && !v.Second {
		return withheld.Text{}, nobodyHere()
	}
	return a.proved(ctx, s, at)
}
