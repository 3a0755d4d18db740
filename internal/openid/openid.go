package openid

import (
	"context"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	oidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// Set is every provider there is; nil: there is none.
type Set struct {
	list    []*Provider
	log     *slog.Logger
	mu      sync.Mutex
	refused map[string]int64
}

// Provider is one ministry's sign-in.
type Provider struct {
	ID         string
	Issuer     string
	Bodies     []id.Body // whose workers it may sign in
	names      map[string]string
	client     string
	secretFile string
	acr, amr   []string
	http       *http.Client
	now        func() time.Time
	mu         sync.Mutex
	found      *oidc.Provider
	saysWhose  bool // in each answer: RFC 9207
	tellsEnds  bool // of sessions there, over the back channel
	failed     error
	failedAt   time.Time
}

// Asked is one question to a provider: what its answer is held against. Again says that
// they are to show anew who they are, whatever sign-in the provider remembers.
type Asked struct {
	State, Nonce, Verifier string
	Redirect               string
	At                     time.Time
	Again                  bool
}

// Answer is what a browser brings back. Failed is set when the provider says that it
// did not sign anybody in.
type Answer struct {
	Code   withheld.Text
	Issuer string // RFC 9207; "": the provider did not say
	Failed bool
}

// Person is whom a provider has signed in, as it names them. Second says that a second
// factor was shown there.
type Person struct {
	Issuer  string
	Subject withheld.Text
	Bodies  []id.Body
	Second  bool
	Session withheld.Text // the provider's own, so that its end can be told; "": it does not say
}

// Codes of what may come of asking. Why an answer was refused is counted and logged,
// and not told: it would help who made it up.
const (
	CodeDown    = "auth.elsewhere_down"
	CodeRefused = "auth.elsewhere_refused"
)

// Why an answer was refused, as it is counted.
const (
	refusedThere    = "there"     // the provider signed nobody in
	refusedCode     = "code"      // it knows no such code: replayed, or not ours
	refusedIssuer   = "issuer"    // another provider's answer
	refusedToken    = "token"     // signature, algorithm, issuer or audience
	refusedType     = "type"      // its header says that it is another kind of token
	refusedExpired  = "expired"   // the token's time is over
	refusedNonce    = "nonce"     // an answer to another question
	refusedParty    = "azp"       // made for another client
	refusedSubject  = "subject"   // it names nobody
	refusedAuthTime = "auth_time" // they did not sign in anew
)

// Reasons are all of them.
var Reasons = []string{
	refusedThere, refusedCode, refusedIssuer, refusedToken, refusedType, refusedExpired, refusedNonce, refusedParty, refusedSubject, refusedAuthTime,
	refusedOutToken, refusedOutExpired, refusedOutStale, refusedOutType, refusedOutEvent, refusedOutNonce, refusedOutNobody, refusedOutNumber, refusedOutAgain,
}

// algorithms are those whose key we cannot make up: none, and those that sign with the
// client's secret, are not among them.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}

const (
	patience  = 10 * time.Second
	mostBytes = 1 << 20
	// askAgain is how soon a provider that did not answer is asked again.
	askAgain = 5 * time.Second
	// clocksOff is how far a provider's clock may be from ours.
	clocksOff = time.Minute
	// longestSession bounds what a provider calls a session of its own.
	longestSession = 1 << 10
)

// All are the providers, in the order of their file.
func (s *Set) All() []*Provider {
	if s == nil {
		return nil
	}
	return s.list
}

// One finds a provider by its id.
func (s *Set) One(name string) (*Provider, bool) {
	for _, p := range s.All() {
		if p.ID == name {
			return p, true
		}
	}
	return nil, false
}

// Of are those that may sign in a body's workers.
func (s *Set) Of(body id.Body) (out []*Provider) {
	for _, p := range s.All() {
		if slices.Contains(p.Bodies, body) {
			out = append(out, p)
		}
	}
	return out
}

// Refused counts answers that were not believed, by why.
func (s *Set) Refused() map[string]int64 {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.refused)
}

// refuse counts and logs an answer that is not believed: which provider's and why, and
// nothing of what it said.
func (s *Set) refuse(p *Provider, why string) error {
	s.mu.Lock()
	s.refused[why]++
	s.mu.Unlock()
	s.log.Warn("answer of a provider refused", "provider", p.ID, "why", why)
	return fault.New(fault.Unauthenticated, CodeRefused)
}

func (s *Set) down(p *Provider) error {
	s.log.Warn("provider does not answer", "provider", p.ID)
	return fault.New(fault.Busy, CodeDown)
}

// Address is where a browser is sent to be asked.
func (s *Set) Address(ctx context.Context, p *Provider, a Asked) (string, error) {
	conf, _, err := p.config(ctx, a)
	if err != nil {
		return "", s.down(p)
	}
	with := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if a.Again {
		with = append(with, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return conf.AuthCodeURL(a.State, with...), nil
}

// Who fetches the token for a code and says whom it names.
func (s *Set) Who(ctx context.Context, p *Provider, a Asked, in Answer) (Person, error) {
	if in.Failed || in.Code.Empty() {
		return Person{}, s.refuse(p, refusedThere)
	}
	conf, found, err := p.config(ctx, a)
	if err != nil {
		return Person{}, s.down(p)
	}
	if in.Issuer != p.Issuer && (in.Issuer != "" || p.saysWhose) {
		return Person{}, s.refuse(p, refusedIssuer)
	}
	ctx, done := context.WithTimeout(oidc.ClientContext(ctx, p.http), patience)
	defer done()
	token, err := conf.Exchange(ctx, in.Code.Reveal(), oauth2.VerifierOption(a.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode/100 == 4:
		return Person{}, s.refuse(p, refusedCode)
	case err != nil:
		return Person{}, s.down(p)
	}
	raw, _ := token.Extra("id_token").(string)
	if !typed(raw, "", "jwt") {
		return Person{}, s.refuse(p, refusedType)
	}
	v := found.Verifier(&oidc.Config{ClientID: p.client, SupportedSigningAlgs: algorithms, Now: p.now})
	verified, err := v.Verify(ctx, raw)
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return Person{}, s.refuse(p, refusedExpired)
	case err != nil:
		return Person{}, s.refuse(p, refusedToken)
	}
	return s.believe(p, a, verified)
}

// claims are those that the library leaves to us.
type claims struct {
	Party    string   `json:"azp"`
	ACR      string   `json:"acr"`
	AMR      []string `json:"amr"`
	AuthTime int64    `json:"auth_time"`
	Session  string   `json:"sid"`
}

// believe holds a token whose signature, issuer, audience and time are right against
// what was asked.
func (s *Set) believe(p *Provider, a Asked, t *oidc.IDToken) (Person, error) {
	var c claims
	if err := t.Claims(&c); err != nil {
		return Person{}, s.refuse(p, refusedToken)
	}
	switch {
	case a.Nonce == "" || subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(a.Nonce)) != 1:
		return Person{}, s.refuse(p, refusedNonce)
	case c.Party != "" && c.Party != p.client, c.Party == "" && len(t.Audience) > 1:
		return Person{}, s.refuse(p, refusedParty)
	case t.Subject == "" || len(t.Subject) > 255:
		return Person{}, s.refuse(p, refusedSubject)
	case len(c.Session) > longestSession:
		return Person{}, s.refuse(p, refusedToken)
	case a.Again && time.Unix(c.AuthTime, 0).Before(a.At.Add(-clocksOff)):
		return Person{}, s.refuse(p, refusedAuthTime)
	}
	second := c.ACR != "" && slices.Contains(p.acr, c.ACR) || slices.ContainsFunc(c.AMR, func(how string) bool { return slices.Contains(p.amr, how) })
	return Person{Issuer: p.Issuer, Subject: withheld.New(t.Subject), Bodies: p.Bodies, Second: second, Session: withheld.New(c.Session)}, nil
}

func (p *Provider) config(ctx context.Context, a Asked) (oauth2.Config, *oidc.Provider, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return oauth2.Config{}, nil, err
	}
	secret, err := p.secret()
	return oauth2.Config{ClientID: p.client, ClientSecret: secret, Endpoint: found.Endpoint(), RedirectURL: a.Redirect, Scopes: []string{oidc.ScopeOpenID}}, found, err
}

// discover reads the provider's own description of itself, once it answers. Its keys
// are fetched when a token names one that is not known, so they may change.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.now().Sub(p.failedAt).Abs() < askAgain {
		return nil, p.failed // who waits for a provider that is down keeps others from theirs
	}
	found, err := p.read(ctx)
	if err != nil {
		p.failed, p.failedAt = err, p.now()
		return nil, err
	}
	p.found = found
	return found, nil
}

func (p *Provider) read(ctx context.Context) (*oidc.Provider, error) {
	ctx, done := context.WithTimeout(oidc.ClientContext(ctx, p.http), patience)
	defer done()
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, err
	}
	var more struct {
		Keys      string `json:"jwks_uri"`
		SaysWhose bool   `json:"authorization_response_iss_parameter_supported"`
		TellsEnds bool   `json:"backchannel_logout_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, err
	}
	for _, address := range []string{found.Endpoint().AuthURL, found.Endpoint().TokenURL, more.Keys} {
		if err := SafeURL(address); err != nil {
			return nil, err
		}
	}
	p.saysWhose, p.tellsEnds = more.SaysWhose, more.TellsEnds
	return found, nil
}

// client asks a provider: it waits for no slow answer, reads no endless one and follows
// nobody elsewhere.
func client(roots string) (*http.Client, error) {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if roots != "" {
		b, err := os.ReadFile(roots)
		if err != nil {
			return nil, err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(b) {
			return nil, errors.New("no certificate in it")
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Timeout: patience, Transport: bounded{t}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, mostBytes), answer.Body}
	}
	return answer, err
}

// SignOutPath is where providers say who signed out, with the provider's id after it.
const SignOutPath = "/api/v1/sign-out/"

// Looked is what pana doctor finds of a provider.
type Looked struct {
	Down     error
	ClockOff time.Duration // of its clock from ours
	Redirect string        // that is to be registered there
	SignOut  string        // and where it says who signed out
	Silent   bool          // its description does not say that it does
	Refuses  bool          // it does not know the client, or not this address
}

// Look asks a provider for its description, for the hour, and whether it would take a
// question of ours. Nobody is signed in by it.
func (p *Provider) Look(ctx context.Context, site string, now time.Time) (out Looked) {
	out.Redirect = strings.TrimRight(site, "/") + "/sign-in/elsewhere/" + p.ID
	out.SignOut = strings.TrimRight(site, "/") + SignOutPath + p.ID
	conf, _, err := p.config(ctx, Asked{Redirect: out.Redirect})
	if err != nil {
		out.Down = err
		return out
	}
	out.Silent = !p.tellsEnds
	address := conf.AuthCodeURL("look", oidc.Nonce("look"), oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		out.Down = err
		return out
	}
	answer, err := p.http.Do(ask)
	if err != nil {
		out.Down = err
		return out
	}
	_ = answer.Body.Close()
	out.Refuses = answer.StatusCode >= http.StatusBadRequest
	if at, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		out.ClockOff = at.Sub(now)
	}
	return out
}
