package casework

import (
	"slices"

	"pana/internal/fault"
	"pana/internal/id"
)

// One person may have two logins: of two roles, or of a desk that the body gave an
// account of its own. Where two have to act, or somebody may not act because of what
// they did before, logins that an administrator stated to be one person's are one.
// Who has a login's password is not known here, and a statement is somebody's word:
// whoever keeps accounts for a person whom nobody recognised is not found by this.

// LoginsSame says of an account that another is the same person's. It stands in both.
type LoginsSame struct {
	With id.Worker `json:"with"`
}

// LoginsApart takes an account out of those: it is another person's after all.
type LoginsApart struct {
	From id.Worker `json:"from"`
}

func (LoginsSame) EventType() (string, int)  { return "account.same", 1 }
func (LoginsApart) EventType() (string, int) { return "account.apart", 1 }

// People says which logins are one person's. None: each is a person of its own.
type People map[id.Worker][]id.Worker

// sameHuman is the one place that says whether two logins are one person's.
func (p People) sameHuman(a, b id.Worker) bool {
	return a != "" && (a == b || slices.Contains(p[a], b))
}

// Same is that, for pages that offer what the act would refuse.
func (p People) Same(a, b id.Worker) bool { return p.sameHuman(a, b) }

// byWho says whether who acts now is the person behind a login.
func (m Moment) byWho(worker id.Worker) bool { return m.People.sameHuman(m.By.Worker, worker) }

// did says whether who acts now did something as that worker of that body. A login is
// of one body; another of the same person may be of another.
func (m Moment) did(worker id.Worker, body id.Body) bool {
	return m.byWho(worker) && (worker != m.By.Worker || body == m.By.Body)
}

// Codes about logins of one person.
const (
	CodeLoginsApart   = "account.not_same"
	CodeLoginsChanged = "account.changed"
)

// SayLoginsSame states that two logins are one person's, and with them every other that
// either was stated to be the same as: all holds the accounts of both.
func SayLoginsSame(a, b *Account, all []*Account, m Moment) (Decision, error) {
	switch {
	case a == nil || b == nil:
		return Decision{}, fault.Withheld("no account")
	case a.ID == b.ID:
		return Decision{}, fault.Form(fault.Field{Name: "same_as", Code: "field.choice"})
	case slices.Contains(a.Same, b.ID):
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	ours, err := onePerson(a, all)
	if err != nil {
		return Decision{}, err
	}
	theirs, err := onePerson(b, all)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Receipt: Receipt{Code: "receipt.logins_same"}}
	for _, x := range ours {
		for _, y := range theirs {
			d.Events = append(d.Events, about(x, LoginsSame{y.ID}, m), about(y, LoginsSame{x.ID}, m))
		}
	}
	return d, nil
}

// SayLoginsApart takes one login out of those of a person. Two say so: what kept one
// person from being the second is lifted by it.
func SayLoginsApart(a *Account, all []*Account, m Moment) (Decision, error) {
	if a == nil {
		return Decision{}, fault.Withheld("no account")
	}
	if len(a.Same) == 0 {
		return Decision{}, fault.New(fault.Conflict, CodeLoginsApart)
	}
	person, err := onePerson(a, all)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Receipt: Receipt{Code: "receipt.logins_apart"}}
	for _, other := range person[1:] {
		d.Events = append(d.Events, about(a, LoginsApart{other.ID}, m), about(other, LoginsApart{a.ID}, m))
	}
	return d, nil
}

// onePerson is an account, and after it the others of its person. One that is not among
// those that were loaded was stated a moment ago.
func onePerson(a *Account, all []*Account) ([]*Account, error) {
	out := []*Account{a}
	for _, w := range a.Same {
		i := slices.IndexFunc(all, func(o *Account) bool { return o != nil && o.ID == w })
		if i < 0 {
			return nil, fault.New(fault.Conflict, CodeLoginsChanged)
		}
		out = append(out, all[i])
	}
	return out, nil
}

func about(a *Account, p Payload, m Moment) Draft {
	return Draft{Stream: a.Ref(), Compartment: CompartmentCore, Payload: p, OccurredAt: m.At}
}
