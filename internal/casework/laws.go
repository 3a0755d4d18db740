package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/pack"
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
}
