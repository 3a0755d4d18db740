package openid

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	oidc "github.com/coreos/go-oidc/v3/oidc"

	"pana/internal/withheld"
)

// SignedOut is who signed out at a provider: a person, one session of theirs, or both.
type SignedOut struct {
	Issuer  string
	Subject withheld.Text // "": the session alone
	Session withheld.Text // "": all that the person has
	// Number is the token's own: it counts once.
	Number string
}

// Why a provider's word that somebody signed out was refused, as it is counted.
const (
	refusedOutToken   = "out_token"   // signature, algorithm, issuer or audience
	refusedOutExpired = "out_expired" // its time is over, or it has none
	refusedOutStale   = "out_stale"   // it was made too long ago, or is to be made yet
	refusedOutType    = "out_type"    // its header says that it is something else
	refusedOutEvent   = "out_event"   // it says something else
	refusedOutNonce   = "out_nonce"   // an identity token in disguise
	refusedOutNobody  = "out_nobody"  // it names neither person nor session
	refusedOutNumber  = "out_number"  // without a number it could be sent again
	refusedOutAgain   = "out_again"   // it was sent before
)

// signedOutLife is how old a provider's word may be: shorter than we remember numbers.
const signedOutLife = 10 * time.Minute

// signedOutEvent is what OpenID Connect Back-Channel Logout 1.0, 2.4, calls it.
const signedOutEvent = "http://schemas.openid.net/event/backchannel-logout"

// longestOut bounds a token before anything is done with it.
const longestOut = 16 << 10

// SignedOut reads a provider's word that somebody signed out there (OpenID Connect
// Back-Channel Logout 1.0, 2.6). Whether it was sent before, who keeps the numbers says.
func (s *Set) SignedOut(ctx context.Context, p *Provider, token withheld.Text) (SignedOut, error) {
	if token.Empty() || len(token.Reveal()) > longestOut {
		return SignedOut{}, s.refuse(p, refusedOutToken)
	}
	found, err := p.discover(ctx)
	if err != nil {
		return SignedOut{}, s.down(p)
	}
	if !typed(token.Reveal(), "", "jwt", "logout+jwt", "application/logout+jwt") { // kept providers write JWT, and the event tells it from every other token
		return SignedOut{}, s.refuse(p, refusedOutType)
	}
	ctx, done := context.WithTimeout(oidc.ClientContext(ctx, p.http), patience)
	defer done()
	v := found.Verifier(&oidc.Config{ClientID: p.client, SupportedSigningAlgs: algorithms, Now: p.now})
	verified, err := v.Verify(ctx, token.Reveal())
	var expired *oidc.TokenExpiredError
	switch {
	case errors.As(err, &expired):
		return SignedOut{}, s.refuse(p, refusedOutExpired)
	case err != nil:
		return SignedOut{}, s.refuse(p, refusedOutToken)
	}
	return s.believeOut(p, verified)
}

// typed says whether a token's header says that it is one of these; "" is one that says nothing.
func typed(token string, kinds ...string) bool {
	head, _, _ := strings.Cut(token, ".")
	b, err := base64.RawURLEncoding.DecodeString(head)
	var h struct {
		Type string `json:"typ"`
	}
	if err != nil || json.Unmarshal(b, &h) != nil {
		return true // what is no token at all is refused by who reads its signature
	}
	return slices.Contains(kinds, strings.ToLower(h.Type))
}

// outClaims are those of such a token that the library leaves to us.
type outClaims struct {
	Number  string                    `json:"jti"`
	Session string                    `json:"sid"`
	Nonce   *string                   `json:"nonce"`
	Events  map[string]map[string]any `json:"events"`
}

func (s *Set) believeOut(p *Provider, t *oidc.IDToken) (SignedOut, error) {
	var c outClaims
	if err := t.Claims(&c); err != nil {
		return SignedOut{}, s.refuse(p, refusedOutEvent)
	}
	event, said := c.Events[signedOutEvent]
	switch {
	case !said || event == nil:
		return SignedOut{}, s.refuse(p, refusedOutEvent)
	case c.Nonce != nil:
		return SignedOut{}, s.refuse(p, refusedOutNonce)
	case p.now().Sub(t.IssuedAt) > signedOutLife, t.IssuedAt.Sub(p.now()) > clocksOff:
		return SignedOut{}, s.refuse(p, refusedOutStale)
	case c.Number == "" || len(c.Number) > 255:
		return SignedOut{}, s.refuse(p, refusedOutNumber)
	case t.Subject == "" && c.Session == "", len(t.Subject) > 255, len(c.Session) > longestSession:
		return SignedOut{}, s.refuse(p, refusedOutNobody)
	}
	return SignedOut{Issuer: p.Issuer, Subject: withheld.New(t.Subject), Session: withheld.New(c.Session), Number: c.Number}, nil
}

// Again counts and logs a word that was sent before.
func (s *Set) Again(p *Provider) error { return s.refuse(p, refusedOutAgain) }
