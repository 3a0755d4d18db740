package casework

import (
	"slices"
	"strings"

	"pana/internal/fault"
	"pana/internal/withheld"
)

// SetSecond keeps a telephone's secret with codes on paper. A telephone that is
// there is dropped first by who has it: two would be one more to lose.
func SetSecond(a *Account, secret withheld.Text, recovery []withheld.Text, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if !a.Second.Secret.Empty() {
		return Decision{}, fault.New(fault.Conflict, "account.second_there")
	}
	return single(m, a.Ref(), SecondSet{Secret: secret, Recovery: recovery}, "receipt.second_set"), nil
}

// NewRecovery makes the codes on paper new; those before are good no more.
func NewRecovery(a *Account, recovery []withheld.Text, m Moment) (Decision, error) {
	if err := withSecond(a); err != nil {
		return Decision{}, err
	}
	return single(m, a.Ref(), SecondSet{Recovery: recovery}, "receipt.recovery_new"), nil
}

// UseRecovery takes a code on paper.
func UseRecovery(a *Account, hash withheld.Text, m Moment) (Decision, error) {
	if err := withSecond(a); err != nil {
		return Decision{}, err
	}
	if !slices.Contains(a.Second.Recovery, hash) {
		return Decision{}, fault.New(fault.Conflict, "account.recovery_used")
	}
	return single(m, a.Ref(), RecoveryUsed{hash}, "receipt.recovery_used"), nil
}

// DropSecond ends a second factor.
func DropSecond(a *Account, reason string, m Moment) (Decision, error) {
	if err := withSecond(a); err != nil {
		return Decision{}, err
	}
	return single(m, a.Ref(), SecondDropped{reason}, "receipt.second_dropped"), nil
}

// mostPasskeys bounds what one worker may keep.
const mostPasskeys = 10

// AddPasskey keeps a passkey that has just been made; with recovery, the codes on
// paper that come with the first thing beside a password.
func AddPasskey(a *Account, in PasskeyAdded, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if strings.TrimSpace(in.Name.Reveal()) == "" {
		return Decision{}, fault.Form(fault.Field{Name: "passkey_name", Code: "field.required"})
	}
	if len(a.Passkeys) >= mostPasskeys {
		return Decision{}, fault.New(fault.Conflict, "account.passkeys_full")
	}
	return single(m, a.Ref(), in, "receipt.passkey_added"), nil
}

// RemovePasskey ends one.
func RemovePasskey(a *Account, passkey string, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if !slices.ContainsFunc(a.Passkeys, func(p Passkey) bool { return p.ID == passkey }) {
		return Decision{}, fault.New(fault.Conflict, "account.no_passkey")
	}
	return single(m, a.Ref(), PasskeyRemoved{passkey}, "receipt.passkey_removed"), nil
}

// unless lets codes on paper end with the last thing that they stand in for.
func (s SecondFactor) unless(any bool) SecondFactor {
	if any {
		return s
	}
	return SecondFactor{}
}

func withSecond(a *Account) error {
	if err := working(a); err != nil {
		return err
	}
	if !a.HasSecond() {
		return fault.New(fault.Conflict, "account.no_second")
	}
	return nil
}
