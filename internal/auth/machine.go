package auth

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// NewCredential makes the name of a machine's credential and the one copy of its secret,
// "id.secret". Both are made of the form's key, so that a form sent twice shows the
// secret that counts; the caller keeps the hash.
func (a *Auth) NewCredential(by id.Worker, seed string) (Credential, withheld.Text) {
	name, key := a.mac("credential", string(by), seed), a.mac("credential secret", string(by), seed)
	c := Credential{ID: "m" + strings.ToLower(base32.StdEncoding.EncodeToString(name[:])[:15])}
	secret := base64.RawURLEncoding.EncodeToString(key[:])
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
	return c, a.used(ctx, c.ID, at)
}

// used keeps the day on which a credential was last used, and no more: one write a day
// and node.
func (a *Auth) used(ctx context.Context, credential string, at time.Time) error {
	day := at.UTC().Truncate(24 * time.Hour)
	if before, ok := a.days.Load(credential); ok && !day.After(before.(time.Time)) {
		return nil
	}
	if err := a.store.UseCredential(ctx, credential, day); err != nil {
		return fault.At("keep the day of a credential", err)
	}
	a.days.Store(credential, day)
	return nil
}
