// Package check explores what a country's procedures make possible: every
// situation that a person can get into under one snapshot of the law and some
// overlays, and whether a property holds there, fails with a story, or hangs on
// a question that no source answers. It runs the same compiled model as the
// engine. It refuses to say holds where its search stopped, and to read an open
// question either way.
package check

import (
	"time"

	"pana/internal/pack"
)

// Verdict is the answer for one property.
type Verdict string

// The verdicts. A cell fails if any kind of person fails.
const (
	Holds   Verdict = "holds"   // under every answer to the open questions
	Fails   Verdict = "fails"   // under every answer, with a trace
	Unknown Verdict = "unknown" // the answer hangs on Questions, or the search stopped (Bound)
)

// Cell is one property under one snapshot and a set of overlays. Its JSON is
// what pana check --json prints.
type Cell struct {
	Property string   `json:"property"`
	Snapshot string   `json:"snapshot"` // 2019-03-01
	Overlay  []string `json:"overlay"`
	Verdict  Verdict  `json:"verdict"`
	Kinds    []Kind   `json:"kinds"`
	States   int      `json:"states"` // situations looked at
	Millis   float64  `json:"millis"`
	// Why is one English sentence: what was found, what was assumed, or why the
	// search stopped.
	Why       string   `json:"why"`
	Questions []string `json:"questions"` // the smallest set that would decide
	Trace     []Event  `json:"trace"`     // of the first kind that fails; shortest
	// Person is the kind of person the trace is of.
	Person map[string]string `json:"person,omitempty"`
	// Stuck lists, where something is absent, each step toward the goal from the
	// trace's end with the first part of its guard that is false.
	Stuck []Blocked `json:"stuck,omitempty"`
	// Nothing: what should be possible is not, and no step in force leads there.
	Nothing bool `json:"nothing,omitempty"`
	// Other is the trace of the person who differs, for independent.
	Other *Other `json:"other,omitempty"`
	// Elements are those that do not satisfy a declared property.
	Elements []Element `json:"elements,omitempty"`
	Vacuous  bool      `json:"vacuous,omitempty"` // nothing reaches the trigger
	Bound    bool      `json:"bound,omitempty"`   // memory or time ended first
	// IfNothingChanged: the snapshot is outside what an overlay's source observed.
	IfNothingChanged bool `json:"if_nothing_changed,omitempty"`
	// Published is what sources expect of this cell, Expected what the pack's
	// authors do after reading the text; empty where nobody says.
	Published Verdict `json:"published,omitempty"`
	Expected  Verdict `json:"expected,omitempty"`
	Because   string  `json:"because,omitempty"`
	// OfKinds are the expectations that speak of some persons only.
	OfKinds []KindExpected `json:"of_kinds,omitempty"`
	// Assumed are the orders of clocks and the like that the verdict rests on, in
	// English; Taken are the same for who tells them in the reader's language.
	Assumed []string `json:"assumed,omitempty"`
	Taken   []Taken  `json:"-"`
}

// Agrees says whether the cell is as the pack's authors expect, for each kind of
// person of whom they expect something too.
func (c Cell) Agrees() bool {
	for _, k := range c.OfKinds {
		if k.Expected != k.Verdict {
			return false
		}
	}
	return c.Expected == "" || c.Expected == c.Verdict
}

// KindExpected is what is expected of persons with some facts, and what is so.
type KindExpected struct {
	Kind      map[string]string `json:"kind"`
	Verdict   Verdict           `json:"verdict"`
	Published Verdict           `json:"published"`
	Expected  Verdict           `json:"expected"`
	Because   string            `json:"because,omitempty"`
}

// Kind is a kind of person: facts, as far as they matter here, and the verdict.
type Kind struct {
	Kind      map[string]string `json:"kind"`
	Verdict   Verdict           `json:"verdict"`
	Vacuous   bool              `json:"vacuous,omitempty"`
	Questions []string          `json:"questions,omitempty"`
}

// Event is one line of a trace.
type Event struct {
	Step   string            `json:"step"` // step id; "clock ID" when time passes
	By     []string          `json:"by"`   // kinds of body, person, time
	At     string            `json:"at"`   // where it stands in the pack: procedures/asylum.yaml:41
	Basis  []pack.Basis      `json:"basis"`
	Set    map[string]string `json:"set"`
	Effect string            `json:"effect,omitempty"`
	// Overlay is the overlay that says so, where no law does.
	Overlay string `json:"overlay,omitempty"`
}

// Blocked is a step that cannot be taken and the part of its guard that fails.
type Blocked struct {
	Step  string       `json:"step"`
	At    string       `json:"at"`
	Guard string       `json:"guard"`
	Bar   string       `json:"bar,omitempty"`
	Basis []pack.Basis `json:"basis"`
}

// Other is the second person of an independent property.
type Other struct {
	Person map[string]string `json:"person"`
	Trace  []Event           `json:"trace"`
}

// Element is one element that a declared property speaks of.
type Element struct {
	Kind  string       `json:"kind"` // step, clock, entitlement, bar
	ID    string       `json:"id"`
	At    string       `json:"at"`
	Why   string       `json:"why"`
	Basis []pack.Basis `json:"basis"`
	// Questions are those that decide whether it satisfies.
	Questions []string `json:"questions,omitempty"`
}

// Query says which cells are wanted. Nil is all: every snapshot of the pack,
// the law alone and with each overlay, every property.
type Query struct {
	Snapshots  []pack.Day
	Overlays   [][]string
	Properties []string
}

// Options bound a run.
type Options struct {
	Memory  int64 // bytes of situations kept by one search; 0: 512 MB
	Workers int   // 0: as many as the machine has
	// Now is the caller's clock, for Cell.Millis; nil leaves it 0.
	Now func() time.Time
	// Progress is called after each cell, from one goroutine at a time; may be nil.
	Progress func(done, total int, c Cell)
}
