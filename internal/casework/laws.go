package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// Laws gives the law of a day. A step is judged under the law of the day it
// occurred; access and standards are always the newest, Pack.
type Laws interface {
	On(day time.Time) (*pack.Snapshot, error)
	Pack() *pack.Pack
}

// Actor is who acts: a worker, always of a body. System acts have no worker.
type Actor struct {
	Worker id.Worker
	Body   id.Body
	Kind   string // kind of body
	Role   string
	Region string
}

// Moment is what every decision is given beside its input: when, who, and the
// law. A deciding function knows no other clock.
type Moment struct {
	At   time.Time
	By   Actor
	Laws Laws
	// People are the logins that are one person's; read where two must act.
	People People
}

// modelOn is the procedures as they stood on a day.
func modelOn(laws Laws, day time.Time) (*procedure.Model, error) {
	law, err := lawOn(laws, day)
	if err != nil {
		return nil, err
	}
	return law.Model, nil
}

// lawOn is the law of a day, compiled.
func lawOn(laws Laws, day time.Time) (*pack.Snapshot, error) {
	law, err := laws.On(day)
	if err != nil {
		return nil, fault.At("law of the day", err)
	}
	if law.Model == nil {
		return nil, fault.New(fault.Internal, CodeLawBroken)
	}
	return law, nil
}

// due counts one of the service's own standards ("15 minutes", "2 working
// days") from now. They are duties of a body, on the pack's calendar.
func (m Moment) due(length string) (time.Time, error) { return m.dueFrom(length, m.At) }

// dueFrom counts from when something happened, which may be recorded later.
func (m Moment) dueFrom(length string, from time.Time) (time.Time, error) {
	p := m.Laws.Pack()
	at, err := procedure.Due(length, from, p.Location(), p.DaysOff(), procedure.Duty)
	if err != nil {
		return time.Time{}, fault.Because(err, fault.Internal, CodeLawBroken)
	}
	return at, nil
}

// kindsThat lists the kinds of body that can do something in the mechanism.
func (m Moment) kindsThat(can string) []string {
	var out []string
	for _, k := range m.Laws.Pack().BodyKinds {
		if slices.Contains(k.Can, can) {
			out = append(out, k.ID)
		}
	}
	return out
}

// Compartments that are not a kind of body's.
const (
	CompartmentCore     = "core"     // what the mechanism runs on: referral, step, consent
	CompartmentIdentity = "identity" // who the person is
)

// own is the compartment that the acting body keeps.
func (m Moment) own() string {
	if k := m.Laws.Pack().BodyKind(m.By.Kind); k != nil && k.Compartment != "" {
		return k.Compartment
	}
	return CompartmentCore
}
