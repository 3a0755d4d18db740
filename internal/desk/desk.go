// Package desk has one file per thing a worker does, and one per thing a worker
// reads. An act hands the store a pure function; a read asks access for a scope
// first. It refuses to render and to know HTTP.
package desk

import "time"

// Desk does what workers ask. Make one with New.
type Desk struct{ deps Deps }

// Deps are what a desk works with.
type Deps struct {
	Now func() time.Time
}

// New makes a desk.
func New(deps Deps) *Desk { return &Desk{deps: deps} }
