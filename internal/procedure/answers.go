package procedure

import "time"

// Calendar says which days are working days. The engine asks about days at
// local midnight, in the pack's zone.
type Calendar interface{ Working(day time.Time) bool }

// Truth is an answer under every reading of the open questions of law.
type Truth uint8

const (
	False   Truth = iota // under every answer
	True                 // under every answer
	Depends              // on the answer to a question of law
)

// OfferState says whether a step may happen now.
type OfferState string

const (
	Open    OfferState = "open"    // its guard holds and no bar binds it
	Unclear OfferState = "unclear" // it hangs on an open question of law: offered, marked
	Held    OfferState = "hold"    // adverse or a removal, and hangs on an open question or a hold: not to be done
	Closed  OfferState = "closed"  // its guard fails or a bar binds it
)

// Offer is one step and whether it may happen next.
type Offer struct {
	Step  *Step
	State OfferState
	// Why is, for a closed step, every part of its guard that fails and every
	// bar that binds it, in the pack's order; for an unclear or held one, the
	// parts that hang on a question.
	Why []Reason
	// Questions are those, and only those, that could change the answer.
	Questions []string
	// Owed says of a must step that may happen whether it is owed now. Where
	// that hangs on a fact nobody can record (hidden) or on a question of law
	// it is Depends, and Step.Must is to be shown in words.
	Owed Truth
}

// Reason is one part of a guard that fails, or one bar.
type Reason struct {
	Guard string   // the text of the failing part, as in the pack
	Reads []string // the names it reads, for wording
	Bar   string   // id of the bar, when a bar is the reason
	Code  string   // conjunct, bar, hold, exists, rounds, irregular, unknown_step
	Basis []Basis
}

// OutcomeKind is what taking a step was, judged when it was taken.
type OutcomeKind string

const (
	Lawful OutcomeKind = "lawful" // the guard held, or hung on a question for a step that is not against the person
	Breach OutcomeKind = "breach" // the guard failed or a bar bound it
	Unheld OutcomeKind = "unheld" // adverse or a removal, done although it should have been held
)

// Outcome is the judgement on a step that was taken.
type Outcome struct {
	Kind      OutcomeKind
	Why       []Reason
	Questions []string
	Sets      []Change // what it changed for the person
}

// Irregular says that the coordinator must hear of it.
func (o Outcome) Irregular() bool { return o.Kind != Lawful }

// Change is one value before and after.
type Change struct{ Name, From, To string }

// Removal answers whether this person may be removed.
type Removal struct {
	Answer    RemovalAnswer
	Bars      []BarFinding // every bar and hold that is not certainly false, in the pack's order
	Questions []string     // questions of law that could change what stands
}

// RemovalAnswer is the engine's part of the answer; a possible match of names
// is the removal check's.
type RemovalAnswer string

// The answers. NotBarred is not permission.
const (
	Barred    RemovalAnswer = "barred"
	Hold      RemovalAnswer = "hold"
	NotBarred RemovalAnswer = "none"
)

// BarFinding is a bar that stands, or stands under some answer. Bar is nil for
// the pack's exported protection_open; Name is then that name.
type BarFinding struct {
	Bar       *Bar
	Name      string
	Truth     Truth // True or Depends
	Level     string
	Questions []string
	Basis     []Basis
}

// Entitled is something owed now; Questions is not empty where the law is
// unclear whether it is.
type Entitled struct {
	Entitlement *Entitlement
	Questions   []string
}

// ClockState is where a clock is.
type ClockState string

// Where a clock can be. Off is not started, or stopped.
const (
	ClockOff       ClockState = "off"
	ClockRunning   ClockState = "running"
	ClockSuspended ClockState = "suspended" // reads as running in guards
	ClockExpired   ClockState = "expired"
)

// ClockView is a clock that started. Due is zero while its length is unknown;
// Unknown is then the question of law. Due is computed, never stored.
type ClockView struct {
	Clock   *Clock
	Started time.Time
	Due     time.Time
	State   ClockState
	Unknown string    // the question on which its length, or the end of its standing still, hangs
	Paused  time.Time // since when it stands still
}
