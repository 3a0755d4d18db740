package auth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A passkey (WebAuthn) signs in by itself: a thing one has, opened by a finger, a
// face or a PIN on it, and bound to our address, so that a page that only looks like
// ours gets nothing.

// Passkey is one of a worker's: a public key with what is needed to check it.
type Passkey struct{ Credential withheld.Text }

// Ceremony is what a browser is asked, and the ticket that comes back with its
// answer. Nothing is kept for it until then.
type Ceremony struct{ Options, Ticket string }

// ceremonyLife is how long an answer may take: somebody looks for the thing first.
const ceremonyLife = 10 * time.Minute

// counterLife is how long a passkey's counter is kept: longer than a passkey.
const counterLife = 20 * 365 * 24 * time.Hour

// PasskeysAt says whether passkeys can be used at an origin: browsers bind them to a
// name and refuse an address of figures.
func PasskeysAt(origin string) bool {
	_, err := partyOf(origin)
	return err == nil
}

func partyOf(origin string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || strings.Trim(u.Hostname(), "0123456789.:") == "" || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, fault.New(fault.Invalid, "auth.no_passkeys_here")
	}
	yes := true
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "Pana", RPOrigins: []string{u.Scheme + "://" + u.Host}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &yes, UserVerification: protocol.VerificationRequired,
		},
	})
}

// holder is a worker as the library asks for one. The handle is the worker's id,
// which is chance and says nothing.
type holder struct {
	account Account
	login   string
}

func (h holder) WebAuthnID() []byte          { return []byte(h.account.Worker) }
func (h holder) WebAuthnName() string        { return h.login }
func (h holder) WebAuthnDisplayName() string { return h.login }
func (h holder) WebAuthnCredentials() (out []webauthn.Credential) {
	for _, p := range h.account.Passkeys {
		var c webauthn.Credential
		if json.Unmarshal([]byte(p.Credential.Reveal()), &c) == nil {
			out = append(out, c)
		}
	}
	return out
}

// AskPasskey asks any passkey of this origin: whose it is, the answer says, so the
// question tells nothing about anybody.
func (a *Auth) AskPasskey(origin string, at time.Time) (Ceremony, error) {
	party, err := partyOf(origin)
	if err != nil {
		return Ceremony{}, err
	}
	options, session, err := party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	return a.ceremony("ask", options, session, at, err)
}

// NewPasskey asks a browser to make a passkey for a worker.
func (a *Auth) NewPasskey(ctx context.Context, origin string, worker id.Worker, login string, at time.Time) (Ceremony, error) {
	party, err := partyOf(origin)
	if err != nil {
		return Ceremony{}, err
	}
	account, _, err := a.store.AccountOf(ctx, worker)
	if err != nil {
		return Ceremony{}, fault.At("find account", err)
	}
	account.Worker = worker
	h := holder{account, login}
	options, session, err := party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.WebAuthnCredentials()).CredentialDescriptors()))
	return a.ceremony("new/"+string(worker), options, session, at, err)
}

func (a *Auth) ceremony(what string, options any, session *webauthn.SessionData, at time.Time, failed error) (Ceremony, error) {
	if failed != nil {
		return Ceremony{}, fault.Because(failed, fault.Internal, "internal")
	}
	asked, err1 := json.Marshal(options)
	kept, err2 := json.Marshal(session)
	if err1 != nil || err2 != nil {
		return Ceremony{}, fault.New(fault.Internal, "internal")
	}
	when, body := strconv.FormatInt(at.UnixMicro(), 36), base64.RawURLEncoding.EncodeToString(kept)
	return Ceremony{Options: string(asked), Ticket: when + "." + body + "." + a.sign("ceremony", what, when, body)}, nil
}

// readCeremony gives back what a browser was asked, once.
func (a *Auth) readCeremony(ctx context.Context, what, ticket string, at time.Time) (session webauthn.SessionData, err error) {
	parts := strings.Split(ticket, ".")
	if len(parts) != 3 || !same(parts[2], a.sign("ceremony", what, parts[0], parts[1])) {
		return session, noPasskey()
	}
	micro, err1 := strconv.ParseInt(parts[0], 36, 64)
	body, err2 := base64.RawURLEncoding.DecodeString(parts[1])
	if err1 != nil || err2 != nil || at.Sub(time.UnixMicro(micro)).Abs() > ceremonyLife || json.Unmarshal(body, &session) != nil {
		return session, noPasskey()
	}
	fresh, err := a.store.Spend(ctx, a.count("challenge", session.Challenge), 1, at)
	if err == nil && !fresh {
		err = noPasskey()
	}
	return session, err
}

// noPasskey is the one answer to whatever a passkey may have wrong.
func noPasskey() error { return fault.New(fault.Unauthenticated, "auth.passkey") }

// SignInPasskey signs in whoever holds the passkey that answered.
func (a *Auth) SignInPasskey(ctx context.Context, origin, ticket string, answer withheld.Text, try Attempt, at time.Time) (SignedIn, error) {
	account, err := a.byPasskey(ctx, origin, ticket, answer, at)
	if err != nil {
		return SignedIn{}, err
	}
	device, err := a.knownDevice(ctx, try.Device, account.Worker)
	if err != nil {
		return SignedIn{}, err
	}
	return a.begin(ctx, account, try, device, at)
}

// ProvePasskey makes a session's proof new, by a passkey of the same worker.
func (a *Auth) ProvePasskey(ctx context.Context, token withheld.Text, origin, ticket string, answer withheld.Text, at time.Time) (withheld.Text, error) {
	s, err := a.Who(ctx, token, at)
	if err != nil {
		return withheld.Text{}, err
	}
	account, err := a.byPasskey(ctx, origin, ticket, answer, at)
	if err != nil {
		return withheld.Text{}, err
	}
	if account.Worker != s.Worker {
		return withheld.Text{}, noPasskey()
	}
	return a.proved(ctx, s, at)
}

func (a *Auth) byPasskey(ctx context.Context, origin, ticket string, answer withheld.Text, at time.Time) (account Account, err error) {
	party, err := partyOf(origin)
	if err != nil {
		return account, err
	}
	session, err := a.readCeremony(ctx, "ask", ticket, at)
	if err != nil {
		return account, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer.Reveal()))
	if err != nil {
		return account, noPasskey()
	}
	var broken error
	find := func(_, handle []byte) (webauthn.User, error) {
		found := false
		if account, found, broken = a.store.AccountOf(ctx, id.Worker(handle)); broken != nil || !found || account.Left {
			return nil, noPasskey()
		}
		return holder{account: account}, nil
	}
	_, credential, err := party.ValidatePasskeyLogin(find, session, parsed)
	switch {
	case broken != nil:
		return Account{}, fault.At("find account", broken)
	case err != nil:
		return Account{}, noPasskey()
	}
	return account, a.notCopied(ctx, credential, at)
}

// notCopied refuses a passkey that counts backwards: there are two of it. Those that
// are kept in step between a person's devices do not count, and say 0.
func (a *Auth) notCopied(ctx context.Context, c *webauthn.Credential, at time.Time) error {
	n := c.Authenticator.SignCount
	if n == 0 && !c.Authenticator.CloneWarning {
		return nil
	}
	fresh, err := a.store.Spend(ctx, a.count("passkey", string(c.ID)), int64(n), at.Add(counterLife))
	if err != nil {
		return fault.At("count a passkey", err)
	}
	if !fresh || c.Authenticator.CloneWarning {
		return fault.New(fault.Unauthenticated, "auth.passkey_copied")
	}
	return nil
}

// FinishPasskey checks a passkey that a browser made, and gives what is kept of it.
func (a *Auth) FinishPasskey(ctx context.Context, origin string, worker id.Worker, ticket string, answer withheld.Text, at time.Time) (Passkey, error) {
	party, err := partyOf(origin)
	if err != nil {
		return Passkey{}, err
	}
	session, err := a.readCeremony(ctx, "new/"+string(worker), ticket, at)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer.Reveal()))
	if err != nil {
		return Passkey{}, noPasskey()
	}
	credential, err := party.CreateCredential(holder{account: Account{Worker: worker}}, session, parsed)
	if err != nil {
		return Passkey{}, noPasskey()
	}
	credential.Attestation = webauthn.CredentialAttestation{} // which make it is, is nobody's business
	kept, err := json.Marshal(credential)
	if err != nil {
		return Passkey{}, fault.Because(err, fault.Internal, "internal")
	}
	return Passkey{Credential: withheld.New(string(kept))}, nil
}
