package casework

import (
	"slices"

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

func withSecond(a *Account) error {
	if err := working(a); err != nil {
		return err
	}
	if a.Second.Secret.Empty() {
		return fault.New(fault.Conflict, "account.no_second")
	}
	return nil
}
