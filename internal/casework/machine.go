package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A machine's credential is a stream: issued by two people, revoked by one, and read
// from the record each time it is presented. A row that somebody wrote into the
// database lets nothing in.

// CredentialIssued lets a machine of a body ask for what the scopes name, until it
// expires. Of the secret only the hash is kept.
type CredentialIssued struct {
	Body    id.Body       `json:"body"`
	Scopes  []string      `json:"scopes"`
	Hash    withheld.Text `json:"hash"` // SHA-256 in hexadecimal
	Expires time.Time     `json:"expires"`
}

// CredentialRevoked ends it, that second.
type CredentialRevoked struct {
	Body id.Body `json:"body"`
}

func (CredentialIssued) EventType() (string, int)  { return "credential.issued", 1 }
func (CredentialRevoked) EventType() (string, int) { return "credential.revoked", 1 }

// Credential is a machine's.
type Credential struct {
	ID string
	CredentialIssued
	At      time.Time
	Revoked time.Time // zero while it counts
	seq     uint64
}

func (c *Credential) Ref() Ref    { return Ref{CredentialStream, c.ID} }
func (c *Credential) Seq() uint64 { return c.seq }

// State is active, revoked or expired.
func (c *Credential) State(at time.Time) string {
	switch {
	case !c.Revoked.IsZero():
		return "revoked"
	case !at.Before(c.Expires):
		return "expired"
	}
	return "active"
}

// LongestCredential is as long as a credential may be good: what nobody renews ends.
const LongestCredential = 366 * 24 * time.Hour

// IssueCredential lets a machine in.
func IssueCredential(old *Credential, credential string, body *Body, in CredentialIssued, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodeFileExists)
	}
	if err := standingBody(body); err != nil {
		return Decision{}, err
	}
	var f fields
	if !in.Expires.After(m.At) || in.Expires.Sub(m.At) > LongestCredential {
		f.add("expires", "not_a_choice")
	}
	if len(in.Scopes) == 0 {
		f.add("scopes", "required")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	in.Body = body.ID
	return single(m, Ref{CredentialStream, credential}, in, "receipt.credential_issued"), nil
}

// RevokeCredential ends it.
func RevokeCredential(c *Credential, m Moment) (Decision, error) {
	switch {
	case c == nil:
		return Decision{}, fault.Withheld("no credential")
	case !c.Revoked.IsZero():
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, c.Ref(), CredentialRevoked{c.Body}, "receipt.credential_revoked"), nil
}

func foldCredential(old *Credential, e Event) (State, error) {
	c := Credential{ID: e.Stream.ID}
	if old != nil {
		c = *old
	}
	switch v := e.Payload.(type) {
	case CredentialIssued:
		c.CredentialIssued, c.At = v, e.OccurredAt
	case CredentialRevoked:
		c.Revoked = e.OccurredAt
	default:
		return nil, unknown(e)
	}
	c.seq = e.Seq
	return &c, nil
}
