package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// The acts of an administrator, and the record of a removal check.

// AddBody makes an organisation known.
func AddBody(old *Body, body id.Body, in BodyAdded, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodeFileExists)
	}
	var f fields
	if m.Laws.Pack().BodyKind(in.Kind) == nil {
		f.add("kind", "not_a_choice")
	}
	f.body(in.Name, in.Region, m)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	return single(m, Ref{BodyStream, string(body)}, in, "receipt.body_added"), nil
}

// ChangeBody states its name, region and telephone.
func ChangeBody(b *Body, in BodyChanged, m Moment) (Decision, error) {
	if err := standingBody(b); err != nil {
		return Decision{}, err
	}
	var f fields
	f.body(in.Name, in.Region, m)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	return single(m, b.Ref(), in, "receipt.body_changed"), nil
}

// CloseBody closes an organisation; its services close with it.
func CloseBody(b *Body, reason string, m Moment) (Decision, error) {
	if err := standingBody(b); err != nil {
		return Decision{}, err
	}
	d := single(m, b.Ref(), BodyClosed{reason}, "receipt.body_closed")
	for _, s := range b.Services {
		if !s.Closed {
			d.Events = append(d.Events, Draft{Stream: b.Ref(), Compartment: CompartmentCore, Payload: ServiceClosed{s.ID, "body_closed"}, OccurredAt: m.At})
		}
	}
	return d, nil
}

// OfferService adds or changes a service of a body.
func OfferService(b *Body, service id.Service, in Offering, m Moment) (Decision, error) {
	if err := standingBody(b); err != nil {
		return Decision{}, err
	}
	p := m.Laws.Pack()
	var f fields
	if p.Service(in.Type) == nil {
		f.add("type", "not_a_choice")
	}
	if in.Region != "" && p.Region(in.Region) == nil {
		f.add("region", "not_a_choice")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	if _, ok := b.Service(service); ok {
		return single(m, b.Ref(), ServiceChanged{service, in}, "receipt.service_changed"), nil
	}
	return single(m, b.Ref(), ServiceOffered{service, in}, "receipt.service_offered"), nil
}

func standingBody(b *Body) error {
	switch {
	case b == nil:
		return fault.Withheld("no body")
	case b.Closed:
		return fault.New(fault.Conflict, CodeBodyClosed)
	}
	return nil
}

func (f *fields) body(name, region string, m Moment) {

	if strings.TrimSpace(name) == "" {
		f.add("name", "required")
	}
	if region != "" && m.Laws.Pack().Region(region) == nil {
		f.add("region", "not_a_choice")
	}
}

// OpenAccount makes a worker of a body, with what they sign in with if there is anything.
func OpenAccount(old *Account, worker id.Worker, body *Body, in AccountOpened, with PasswordSet, m Moment) (Decision, error) {
	if old != nil {
		return Decision{}, fault.New(fault.Conflict, CodeFileExists)
	}
	if err := standingBody(body); err != nil {
		return Decision{}, err
	}
	var f fields
	if in.Login.Empty() {
		f.add("login", "required")
	}
	if !knownRole(body, in.Role, m) {
		f.add("role", "not_a_choice")
	}
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	in.Body = body.ID
	ref := Ref{AccountStream, string(worker)}
	d := single(m, ref, in, "receipt.account_opened")
	if !with.Hash.Empty() {
		d.Events = append(d.Events, Draft{Stream: ref, Compartment: CompartmentCore, Payload: with, OccurredAt: m.At})
	}
	return d, nil
}

func knownRole(body *Body, role string, m Moment) bool {
	kind := m.Laws.Pack().BodyKind(body.Kind)
	return kind != nil && slices.Contains(kind.Roles, role)
}

// ChangeRole gives a worker another role of the same body.
func ChangeRole(a *Account, body *Body, role string, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if body == nil || body.ID != a.Body || !knownRole(body, role, m) {
		return Decision{}, fault.Form(fault.Field{Name: "role", Code: "not_a_choice"})
	}
	if role == a.Role {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, a.Ref(), RoleChanged{role}, "receipt.role_changed"), nil
}

// SetPassword keeps a new hash.
func SetPassword(a *Account, hash withheld.Text, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	return single(m, a.Ref(), PasswordSet{Hash: hash}, "receipt.password_set"), nil
}

// CodeAge is how long a code on paper serves to set a password: the product's own
// standard, long enough for a post that is a week's way off.
const CodeAge = 14 * 24 * time.Hour

// GiveCode puts a code on paper in the place of a worker's password.
func GiveCode(a *Account, hash withheld.Text, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	return single(m, a.Ref(), PasswordSet{Hash: hash, Once: true, Until: m.At.Add(CodeAge)}, "receipt.code_given"), nil
}

// maxSubject is what OpenID Connect lets a subject have.
const maxSubject = 255

// LinkAccount lets a provider sign a worker in by one subject, in place of any other.
func LinkAccount(a *Account, in AccountLinked, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	var f fields
	f.said("subject", in.Subject, maxSubject, true)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	if a.Linked == in {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, a.Ref(), in, "receipt.account_linked"), nil
}

// UnlinkAccount ends it.
func UnlinkAccount(a *Account, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if a.Linked.Tag == "" {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, a.Ref(), AccountUnlinked{a.Linked.Issuer}, "receipt.account_unlinked"), nil
}

// SuspendAccount keeps a worker out until ResumeAccount.
func SuspendAccount(a *Account, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if a.Suspended {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, a.Ref(), AccountSuspended{a.Role}, "receipt.account_suspended"), nil
}

// ResumeAccount lets a suspended worker in again.
func ResumeAccount(a *Account, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	if !a.Suspended {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, a.Ref(), AccountResumed{a.Role}, "receipt.account_resumed"), nil
}

// LeaveAccount says that a worker has left.
func LeaveAccount(a *Account, reason string, m Moment) (Decision, error) {
	if err := working(a); err != nil {
		return Decision{}, err
	}
	return single(m, a.Ref(), AccountLeft{reason}, "receipt.account_left"), nil
}

func working(a *Account) error {
	switch {
	case a == nil:
		return fault.Withheld("no account")
	case a.Left:
		return fault.New(fault.Conflict, CodeAccountLeft)
	}
	return nil
}

// RecordCheck keeps a removal check. What was answered is clear; who was asked
// about, and why the answer, is sealed for a judge.
func RecordCheck(check id.Check, in CheckAnswered, m Moment) Decision {
	d := single(m, Ref{CheckStream, string(check)}, in, "receipt.check")
	d.Receipt.Args = map[string]string{"check": string(check), "told": in.Told}
	return d
}

func single(m Moment, stream Ref, p Payload, code string) Decision {
	return Decision{
		Events:  []Draft{{Stream: stream, Compartment: CompartmentCore, Payload: p, OccurredAt: m.At}},
		Receipt: Receipt{Code: code},
	}
}

// LoginTag is how a login is found in the index without standing in it.
func LoginTag(login withheld.Text) string {
	sum := sha256.Sum256([]byte("pana login\x00" + strings.ToLower(strings.TrimSpace(login.Reveal()))))
	return hex.EncodeToString(sum[:16])
}
