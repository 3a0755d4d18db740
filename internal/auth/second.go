package auth

import (
	"context"
	"crypto/subtle"
	"strconv"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// ticketLife is how long a right password waits for the second factor.
const ticketLife = 5 * time.Minute

// FreshFor is how long a proof of who somebody is counts for a dangerous act.
const FreshFor = 5 * time.Minute

// ticket says that the password was right, or that a provider named them, and which.
// Nothing is kept for it; a new password ends it.
func (a *Auth) ticket(account Account, by begunBy, at time.Time) string {
	when := strconv.FormatInt(at.UnixMicro(), 36)
	return strings.Join([]string{string(account.Worker), when, by.provider, by.there, a.sign("ticket", string(account.Worker), when, by.provider, by.there, account.Password)}, ".")
}

// readTicket finds whose ticket it is. One that is forged, too old or of somebody
// who has left or has no second factor any more has to begin again.
func (a *Auth) readTicket(ctx context.Context, ticket string, at time.Time) (Account, begunBy, error) {
	again := fault.New(fault.Unauthenticated, "auth.begin_again")
	parts := strings.Split(ticket, ".")
	if len(parts) != 5 {
		return Account{}, begunBy{}, again
	}
	worker, when, by, signed := parts[0], parts[1], begunBy{provider: parts[2], there: parts[3]}, parts[4]
	micro, err := strconv.ParseInt(when, 36, 64)
	if err != nil || len(worker) > 64 {
		return Account{}, begunBy{}, again
	}
	account, found, err := a.store.AccountOf(ctx, id.Worker(worker))
	if err != nil {
		return Account{}, begunBy{}, fault.At("find account", err)
	}
	want := a.sign("ticket", worker, when, by.provider, by.there, account.Password)
	right := subtle.ConstantTimeCompare([]byte(signed), []byte(want)) == 1
	if !found || !right || account.Left || !account.HasSecond() || at.Sub(time.UnixMicro(micro)).Abs() > ticketLife {
		return Account{}, begunBy{}, again
	}
	return account, by, nil
}

// SignInSecond ends what SignIn began: the second factor of the worker of a ticket.
// Wrong codes are counted as wrong passwords are, apart from them.
func (a *Auth) SignInSecond(ctx context.Context, ticket string, code withheld.Text, try Attempt, at time.Time) (SignedIn, error) {
	account, by, err := a.readTicket(ctx, ticket, at)
	if err != nil {
		return SignedIn{}, err
	}
	try.by = by
	device, err := a.guarded(ctx, account, try, at, func() (bool, error) { return a.checkSecond(ctx, account, code, at) })
	if err != nil {
		return SignedIn{}, err
	}
	return a.begin(ctx, account, try, device, at)
}

// HasSecond says that a password alone does not sign in: who has a passkey only must
// not be reached by a password that somebody saw.
func (a Account) HasSecond() bool { return a.Second.Has() || len(a.Passkeys) > 0 }

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// guarded runs one check of a worker who is known by something else already, with
// its failures counted against where they come from.
func (a *Auth) guarded(ctx context.Context, account Account, try Attempt, at time.Time, check func() (bool, error)) (marked, error) {
	device, err := a.knownDevice(ctx, try.Device, account.Worker)
	if err != nil {
		return device, err
	}
	counters := a.counters("again/"+string(account.Worker), try, device)
	if err := a.mayTry(ctx, counters, at); err != nil {
		return device, err
	}
	ok, err := check()
	if err != nil {
		return device, err
	}
	if !ok {
		return device, a.failed(ctx, counters, at)
	}
	return device, a.cleared(ctx, counters)
}

func (a *Auth) cleared(ctx context.Context, counters []counter) error {
	for _, c := range counters {
		if c.clears {
			if err := a.store.ClearFailures(ctx, c.key); err != nil {
				return fault.At("clear failures", err)
			}
		}
	}
	return nil
}

// checkSecond takes a telephone's figures or a code from paper.
func (a *Auth) checkSecond(ctx context.Context, account Account, code withheld.Text, at time.Time) (bool, error) {
	if account.Second.Has() {
		if ok, err := a.CheckFigures(ctx, account.Worker, account.Second.Secret, code, at); ok || err != nil {
			return ok, err
		}
	}
	hash, err := a.recoveryOf(ctx, account, code.Reveal())
	if err != nil || hash == "" {
		return false, err
	}
	ok, err := a.store.UseRecovery(ctx, account.Worker, hash)
	return ok, fault.At("use a recovery code", err)
}

// Proof is what somebody signed in shows once more: the second factor where they
// have one, else the password.
type Proof struct {
	Password withheld.Text
	Code     withheld.Text
}

// Prove makes a session's proof new. It asks for what a thief of an open computer
// does not have. The session goes on under the token that it gives.
func (a *Auth) Prove(ctx context.Context, token withheld.Text, proof Proof, try Attempt, at time.Time) (withheld.Text, error) {
	s, err := a.Who(ctx, token, at)
	if err != nil {
		return withheld.Text{}, err
	}
	account, found, err := a.store.AccountOf(ctx, s.Worker)
	if err != nil {
		return withheld.Text{}, fault.At("find account", err)
	}
	if !found {
		return withheld.Text{}, wrong()
	}
	_, err = a.guarded(ctx, account, try, at, func() (bool, error) {
		if account.HasSecond() {
			return a.checkSecond(ctx, account, proof.Code, at)
		}
		ok, _, err := a.hasher.Verify(ctx, account.Password, account.typed(proof.Password))
		return ok, err
	})
	if err != nil {
		return withheld.Text{}, err
	}
	return a.proved(ctx, s, at)
}

// proved keeps the proof. Who had the token before, from a copy of it, is out: what is
// dangerous is done under one that was made after the proof.
func (a *Auth) proved(ctx context.Context, s Session, at time.Time) (withheld.Text, error) {
	token := newSecret()
	if err := a.store.ProveSession(ctx, s.Hash, hashOf(token), at.UTC().Truncate(time.Microsecond)); err != nil {
		return withheld.Text{}, fault.At("prove session", err)
	}
	return withheld.New(token), nil
}

// Fresh says whether a session's proof is new enough for a dangerous act.
func Fresh(s Session, at time.Time) bool { return at.Sub(s.ProvedAt).Abs() < FreshFor }
