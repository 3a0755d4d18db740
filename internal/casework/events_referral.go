package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// The payloads of a referral. They stand in the stream of the person's file.

// ReferralAsked is a need card sent to providers. The due times are kept as
// they were promised: a later change of standard does not move them.
type ReferralAsked struct {
	Referral id.Referral   `json:"referral"`
	Needs    []string      `json:"needs"`
	Health   []string      `json:"health,omitempty"`
	Safety   string        `json:"safety,omitempty"`
	Children string        `json:"children,omitempty"`
	Priority string        `json:"priority"`
	Note     withheld.Text `json:"note,omitzero"`
	Asks     []AskMade     `json:"asks"`
	RingAt   time.Time     `json:"ring_at,omitzero"`
	Ground   string        `json:"ground"` // consent, child
	Consent  id.Consent    `json:"consent,omitempty"`
}

// AskMade is one provider asked.
type AskMade struct {
	Service   id.Service `json:"service"`
	Body      id.Body    `json:"body"`
	Kind      string     `json:"kind,omitempty"`
	AckDue    time.Time  `json:"ack_due,omitzero"`
	AnswerDue time.Time  `json:"answer_due,omitzero"`
}

// ReferralAcknowledged says that a provider has seen the card. It promises nothing.
type ReferralAcknowledged struct {
	Referral id.Referral `json:"referral"`
	Service  id.Service  `json:"service"`
}

// ReferralQuestion is asked of the sender before answering.
type ReferralQuestion struct {
	Referral id.Referral   `json:"referral"`
	Service  id.Service    `json:"service"`
	Question string        `json:"question"`
	Text     withheld.Text `json:"text"`
}

// ReferralAnswer is the sender's answer to a question.
type ReferralAnswer struct {
	Referral id.Referral   `json:"referral"`
	Question string        `json:"question"`
	Text     withheld.Text `json:"text"`
}

// ReferralAccepted closes the other asks. The first to accept has it.
type ReferralAccepted struct {
	Referral  id.Referral  `json:"referral"`
	Service   id.Service   `json:"service"`
	Body      id.Body      `json:"body"`
	Place     id.Place     `json:"place,omitempty"`
	HeldUntil time.Time    `json:"held_until,omitzero"`
	UndoUntil time.Time    `json:"undo_until,omitzero"`
	Closed    []id.Service `json:"closed,omitempty"`
}

// ReferralRefused has a coded reason; Forbidden are the articles against it.
type ReferralRefused struct {
	Referral  id.Referral `json:"referral"`
	Service   id.Service  `json:"service"`
	Reason    string      `json:"reason"`
	Forbidden []string    `json:"forbidden,omitempty"`
}

// ReferralUndone takes an acceptance back; the asks it closed are open again.
type ReferralUndone struct {
	Referral id.Referral  `json:"referral"`
	Service  id.Service   `json:"service"`
	Reason   string       `json:"reason,omitempty"`
	Reopened []id.Service `json:"reopened,omitempty"`
}

// ReferralWithdrawn is the sender's act; Reason is a code.
type ReferralWithdrawn struct {
	Referral id.Referral `json:"referral"`
	Reason   string      `json:"reason,omitempty"`
}

// ReferralArrived says that the person is with the provider who accepted.
type ReferralArrived struct {
	Referral id.Referral `json:"referral"`
	Service  id.Service  `json:"service"`
}

// ReferralLeft says that the person has gone from the provider; Why is a code of
// LeavingReasons. Who the person is closes with it.
type ReferralLeft struct {
	Referral  id.Referral `json:"referral"`
	Service   id.Service  `json:"service"`
	Why       string      `json:"why"`
	UndoUntil time.Time   `json:"undo_until,omitzero"`
}

// ReferralStayed takes a leaving back: the person is there.
type ReferralStayed struct {
	Referral id.Referral `json:"referral"`
	Service  id.Service  `json:"service"`
}

// ReferralEscalated says whose telephones rang.
type ReferralEscalated struct {
	Referral id.Referral `json:"referral"`
	Told     []string    `json:"told,omitempty"` // kinds of body
}

// Placed says that the person has a room or bed. Which one stays with the
// provider: it is in the place's own stream.
type Placed struct {
	Referral id.Referral `json:"referral,omitempty"`
	Service  id.Service  `json:"service"`
	Body     id.Body     `json:"body"`
	Place    id.Place    `json:"place,omitempty"`
}

func (ReferralAsked) EventType() (string, int)        { return "referral.asked", 1 }
func (ReferralAcknowledged) EventType() (string, int) { return "referral.acknowledged", 1 }
func (ReferralQuestion) EventType() (string, int)     { return "referral.question", 1 }
func (ReferralAnswer) EventType() (string, int)       { return "referral.answer", 1 }
func (ReferralAccepted) EventType() (string, int)     { return "referral.accepted", 1 }
func (ReferralRefused) EventType() (string, int)      { return "referral.refused", 1 }
func (ReferralUndone) EventType() (string, int)       { return "referral.undone", 1 }
func (ReferralWithdrawn) EventType() (string, int)    { return "referral.withdrawn", 1 }
func (ReferralArrived) EventType() (string, int)      { return "referral.arrived", 1 }
func (ReferralLeft) EventType() (string, int)         { return "referral.left", 1 }
func (ReferralStayed) EventType() (string, int)       { return "referral.stayed", 1 }
func (ReferralEscalated) EventType() (string, int)    { return "referral.escalated", 1 }
func (Placed) EventType() (string, int)               { return "placed", 1 }
