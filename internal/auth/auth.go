// Package auth finds out who is asking: sign-in with login and password,
// sessions, and credentials of machines. What they may then do is access's.
//
// It keeps no secret in a form that can be used: of passwords an argon2id hash,
// of everything else a SHA-256 of 256 random bits. It tells nobody whether a
// login exists. It refuses to let strangers lock a worker out: who signs in
// from a device that has signed in before is not held up by what others tried.
package auth

import (
	"context"
	"time"

	"pana/internal/id"
)

// Account is what signing in needs to know of a worker.
type Account struct {
	Worker   id.Worker
	Password string // PHC string; empty: has no password yet and cannot sign in
	Once     bool   // the password is a code on paper, read as paper is read
	Second   Second
	Passkeys []Passkey
	Left     bool // has left, or the body is closed
	// Body and Subject are what another's sign-in may say of them: only a provider of
	// the body, and only by this tag. "": none signs them in.
	Body    id.Body
	Subject string
}

// Session is somebody signed in. Only the hash of its token is kept.
type Session struct {
	ID        id.Session
	Hash      Hash
	Worker    id.Worker
	CreatedAt time.Time
	SeenAt    time.Time // to the minute
	Agent     string    // which browser on which system, in two words for people; no version, no address
	ProvedAt  time.Time // when she last showed who she is
	Device    string    // that it was begun on; "": one that keeps no mark
	// Elsewhere is the provider that signed in, "" when we did; Second that a second
	// factor was shown there.
	Elsewhere string
	Second    bool
	ThereTag  string // of the provider's own session, "" when it does not say
	Ended     int    // how many older ones ended when this one began
}

// Device is a browser that a worker has signed in with, as long as it keeps the
// mark that the first time gave it.
type Device struct {
	ID      string
	Tag     Hash // of the mark
	Worker  id.Worker
	Agent   string
	FirstAt time.Time
	SeenAt  time.Time // when it signed in last
}

// Attempts are the failures counted against one key, since the last success.
type Attempts struct {
	Failed int
	LastAt time.Time
}

// Credential is a machine's: it belongs to a body and may do what its scopes
// name.
type Credential struct {
	ID        string
	Hash      Hash
	Body      id.Body
	Scopes    []string
	CreatedAt time.Time
	ExpiresAt time.Time
	Revoked   bool
}

// Before are the moments before which what signing in left behind is deleted.
type Before struct {
	Idle   time.Time // sessions last used
	Begun  time.Time // sessions begun
	Failed time.Time // counts that last went up, and codes taken
	Device time.Time // devices that last signed in
}

// Hash is a SHA-256.
type Hash [32]byte

// Store keeps what auth needs. The method that finds nothing says so with
// false, not with an error.
type Store interface {
	// Account finds a worker by login, as folded by FoldLogin.
	Account(ctx context.Context, login string) (Account, bool, error)
	// AccountOf finds a worker by id.
	AccountOf(ctx context.Context, worker id.Worker) (Account, bool, error)
	// AccountOfSubject finds whom a provider's subject was linked to; of two, none.
	AccountOfSubject(ctx context.Context, tag string) (Account, bool, error)
	// UseRecovery takes a recovery code of a worker; false when it was taken before.
	UseRecovery(ctx context.Context, worker id.Worker, hash string) (bool, error)
	// UpgradePassword replaces one PHC string by a stronger one of the same
	// password; it does nothing when the password has been changed meanwhile.
	UpgradePassword(ctx context.Context, worker id.Worker, old, new string) error

	AddSession(ctx context.Context, s Session) error
	// Session finds a session and whether its worker has left, in one read, so
	// that a leaver is out with the commit that says so.
	Session(ctx context.Context, token Hash) (s Session, left bool, found bool, err error)
	TouchSession(ctx context.Context, token Hash, seen time.Time) error
	// ProveSession keeps when a session's worker last showed who she is, and gives the
	// session another token: the one before opens nothing any more.
	ProveSession(ctx context.Context, token, next Hash, at time.Time) error
	// Spend takes the numbers up to n of a key; false when n was taken before.
	Spend(ctx context.Context, key Hash, n int64, at time.Time) (bool, error)
	EndSession(ctx context.Context, token Hash) error
	EndSessions(ctx context.Context, worker id.Worker) error
	// EndSessionsBy ends those that a provider began: with a worker theirs, with a tag
	// of the provider's session those of it and, of a worker, those that have none.
	EndSessionsBy(ctx context.Context, provider string, worker id.Worker, tag string) error
	// EndSessionOf ends one session, and only when it is this worker's.
	EndSessionOf(ctx context.Context, worker id.Worker, session id.Session) error
	// EndOtherSessions ends all of a worker's but the one of the token.
	EndOtherSessions(ctx context.Context, worker id.Worker, but Hash) error
	// Sessions are a worker's, the one last used first.
	Sessions(ctx context.Context, worker id.Worker) ([]Session, error)

	// Device finds the device of a mark, when it is this worker's.
	Device(ctx context.Context, worker id.Worker, tag Hash) (Device, bool, error)
	// PutDevice keeps a device, or that it has signed in again.
	PutDevice(ctx context.Context, d Device) error
	Devices(ctx context.Context, worker id.Worker) ([]Device, error)
	// ForgetDevice deletes a device of this worker and ends its sessions.
	ForgetDevice(ctx context.Context, worker id.Worker, device string) error

	// Attempts are counted by key, a hash that does not give away login or
	// address. AddFailure counts one more and returns the new count; a count
	// whose last failure is before forget starts again from one.
	Attempts(ctx context.Context, key Hash) (Attempts, error)
	AddFailure(ctx context.Context, key Hash, at, forget time.Time) (Attempts, error)
	// FailedBy sets failures that are counted from later than at back to it.
	FailedBy(ctx context.Context, key Hash, at time.Time) error
	ClearFailures(ctx context.Context, key Hash) error
	// ForgetSignIns deletes what was last used or counted before these.
	ForgetSignIns(ctx context.Context, before Before) error

	Credential(ctx context.Context, id string) (Credential, bool, error)
	// UseCredential keeps the last day on which a credential was used.
	UseCredential(ctx context.Context, id string, day time.Time) error
	VisitStore
}
