package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// NewCredential makes a machine's credential and the one copy of its secret,
// "id.secret". The caller stores the credential and shows the secret once.
func NewCredential(body id.Body, scopes []string, at, expires time.Time) (Credential, withheld.Text) {
	c := Credential{
		ID: "m" + strings.ToLower(rand.Text()[:15]), Body: body, Scopes: slices.Clone(scopes),
		CreatedAt: at.UTC().Truncate(time.Microsecond), ExpiresAt: expires.UTC().Truncate(time.Microsecond),
	}
	secret := newSecret()
	c.Hash = hashOf(secret)
	return c, withheld.New(c.ID + "." + secret)
}

// Machine finds the credential that a machine presents and asks for one scope
// of. The answer to a wrong one does not say what was wrong.
func (a *Auth) Machine(ctx context.Context, presented withheld.Text, scope string, at time.Time) (Credential, error) {
	name, secret, ok := strings.Cut(presented.Reveal(), ".")
	if !ok || len(name) > 64 {
		return Credential{}, wrong()
	}
	c, found, err := a.store.Credential(ctx, name)
	if err != nil {
		return Credential{}, fault.At("find credential", err)
	}
	got := hashOf(secret) // 256 random bits need no slow hash
	same := subtle.ConstantTimeCompare(got[:], c.Hash[:]) == 1
	if !found || !same || c.Revoked || !at.Before(c.ExpiresAt) {
		return Credential{}, wrong()
	}
	if !slices.Contains(c.Scopes, scope) {
		return Credential{}, fault.Withheld("the credential has no such scope")
	}
	return c, nil
}
