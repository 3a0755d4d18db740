package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// The payloads of a file's events. A payload is never changed once released:
// a new shape is a new version beside the old one, with a sample in
// testdata/events. Codes are words of the pack; what a person said is withheld.

// FileCreated begins a file: what was said of the person at the first meeting.
type FileCreated struct {
	CallName    withheld.Text     `json:"call_name,omitzero"`
	Sex         string            `json:"sex,omitempty"` // female, male, unknown
	Language    string            `json:"language,omitempty"`
	Region      string            `json:"region,omitempty"`
	Age         int               `json:"age,omitempty"`       // as said; 0 not said
	AgeKnown    string            `json:"age_known,omitempty"` // under_18, adult, not_sure
	AgeBand     string            `json:"age_band,omitempty"`
	Citizenship withheld.Text     `json:"citizenship,omitzero"`
	Safety      string            `json:"safety,omitempty"`
	Needs       []string          `json:"needs,omitempty"`
	Children    string            `json:"children,omitempty"`
	Fear        string            `json:"fear,omitempty"`
	Facts       map[string]string `json:"facts,omitempty"` // facts of the pack that these answers record
}

// IdentityAdded adds to who the person is. Names are added, never replaced;
// other parts replace what was there when they are not empty.
type IdentityAdded struct {
	Identity Identity          `json:"identity"`
	AgeBand  string            `json:"age_band,omitempty"`
	AgeKnown string            `json:"age_known,omitempty"`
	Facts    map[string]string `json:"facts,omitempty"`
}

// AgeReached says that a birthday has taken the person from one band of age to
// the next. Nobody did it: the law reads the age on the day, not on the day on
// which it was written down.
type AgeReached struct {
	AgeBand  string            `json:"age_band"`
	AgeKnown string            `json:"age_known"`
	Facts    map[string]string `json:"facts"`
}

// ClockEnded says that the time of a clock ran out, when it did and not when it
// was noticed. Nobody did it and nothing is decided by it: what may happen next
// is looked at again.
type ClockEnded struct {
	Clock string `json:"clock"`
}

// ContactSet says how the person can be reached without danger.
type ContactSet struct {
	Contact Contact `json:"contact"`
}

// Screened keeps which indicators were tapped and which rule they fired.
type Screened struct {
	Indicators []string  `json:"indicators,omitempty"`
	Screening  Screening `json:"screening"`
}

// Kinds of StepTaken. See pack-semantics §6.
const (
	TakenStep       = "step"       // its guard held when it was decided
	TakenBreach     = "breach"     // a guard or bar failed, and it happened all the same
	TakenOccurrence = "occurrence" // no step describes it; the variables it changed are in Set
)

// StepTaken is a step of a procedure, as it happened.
type StepTaken struct {
	Step   string            `json:"step,omitempty"`
	Kind   string            `json:"kind"`
	Failed []Failure         `json:"failed,omitempty"`
	Set    map[string]string `json:"set,omitempty"`   // of an occurrence
	Facts  map[string]string `json:"facts,omitempty"` // recorded through the form
	// What an adverse decision carries.
	Reasons    withheld.Text            `json:"reasons,omitzero"`
	Language   string                   `json:"language,omitempty"`
	Understood time.Time                `json:"understood,omitzero"`
	Limit      string                   `json:"limit,omitempty"`  // clock that starts, as the law said
	Appeal     string                   `json:"appeal,omitempty"` // step by which it is appealed
	Fields     map[string]withheld.Text `json:"fields,omitempty"`
	// Proposed is who proposed a step of two; who confirmed it is the event's worker.
	Proposed *ProposedBy `json:"proposed,omitempty"`
	// Heard says, of a breach, that the step is another body's: who wrote this down saw
	// it or was told of it, and did not do it.
	Heard bool `json:"heard,omitempty"`
}

// Failure is one part of a guard, or one bar, that did not hold.
type Failure struct {
	Code  string `json:"code"`
	Guard string `json:"guard,omitempty"`
	Bar   string `json:"bar,omitempty"`
}

// Corrected takes an earlier event out of the fold, not out of the record.
type Corrected struct {
	Event  id.Event `json:"event"`
	Reason string   `json:"reason"`
}

// NoteWritten is a note in the compartment of its event.
type NoteWritten struct {
	Text withheld.Text `json:"text"`
}

// ConsentGiven is a yes to one purpose: to which kinds of body and in what
// order, to whom never, and which groups of fields.
type ConsentGiven struct {
	Consent    id.Consent `json:"consent"`
	Purpose    string     `json:"purpose"`
	Recipients []string   `json:"recipients,omitempty"`
	Excluded   []id.Body  `json:"excluded,omitempty"`
	Groups     []string   `json:"groups,omitempty"`
}

// ConsentRefused is a no. It closes nothing but that purpose.
type ConsentRefused struct {
	Consent id.Consent `json:"consent"`
	Purpose string     `json:"purpose"`
}

// ConsentWithdrawn takes a yes back.
type ConsentWithdrawn struct {
	Consent id.Consent `json:"consent"`
	Purpose string     `json:"purpose"`
}

// RightChanged is a line of the rights ledger.
type RightChanged struct {
	Right  string  `json:"right"`
	State  string  `json:"state"`
	By     id.Body `json:"by,omitempty"` // who delivered or denied it; empty: who recorded it
	Reason string  `json:"reason,omitempty"`
}

// Opened is an opening of restricted content: not a change, and a leaf of the
// ledger before the page is sent.
type Opened struct {
	What      string    `json:"what"` // compartment, or group of fields
	Purpose   string    `json:"purpose,omitempty"`
	Rule      string    `json:"rule,omitempty"` // access rule that allowed it
	Emergency bool      `json:"emergency,omitempty"`
	Until     time.Time `json:"until,omitzero"`   // end of the emergency access
	Reason    string    `json:"reason,omitempty"` // of the emergency: a code
}

// Disclosed passes groups of fields to another body.
type Disclosed struct {
	To       id.Body     `json:"to"`
	Groups   []string    `json:"groups"`
	Purpose  string      `json:"purpose,omitempty"`
	Referral id.Referral `json:"referral,omitempty"`
	Service  id.Service  `json:"service,omitempty"`
}

// SameSaid says that two files are one person's; Reason is a code.
type SameSaid struct {
	Other  id.File `json:"other"`
	Reason string  `json:"reason,omitempty"`
}

// SameUnsaid takes back that two files are one person's.
type SameUnsaid struct {
	Other  id.File `json:"other"`
	Reason string  `json:"reason,omitempty"`
}

// TaskAdded gives somebody something to do: a body, or a kind of body in the
// file's region when no body is known.
type TaskAdded struct {
	Task  id.Task   `json:"task"`
	Verb  string    `json:"verb"`
	Body  id.Body   `json:"body,omitempty"`
	Kind  string    `json:"kind,omitempty"`
	Due   time.Time `json:"due,omitzero"`
	About string    `json:"about,omitempty"` // id of a referral or event, or a code
}

// TaskDone closes a task. A task that asks a question has its answer with it.
type TaskDone struct {
	Task    id.Task `json:"task"`
	Outcome string  `json:"outcome,omitempty"`
}

// Frozen stops changes to a file while it is looked into; reading goes on.
type Frozen struct {
	Frozen bool   `json:"frozen"`
	Reason string `json:"reason,omitempty"`
}

// LawChanged pins the file to the law of a later day, and lists what the person
// gains and loses by it.
type LawChanged struct {
	Day    string   `json:"day"` // 2024-09-03
	From   string   `json:"from,omitempty"`
	To     string   `json:"to"`
	Gained []string `json:"gained,omitempty"`
	Lost   []string `json:"lost,omitempty"`
}

// RelationAdded makes a body decider, advocate or coordinator of the file, or
// says that it was named to receive what the step For files.
type RelationAdded struct {
	Body     id.Body `json:"body"`
	Relation string  `json:"relation"`
	For      string  `json:"for,omitempty"`
}

// RelationEnded says that what a body was related for is over: what it received
// has been decided.
type RelationEnded struct {
	Body     id.Body `json:"body"`
	Relation string  `json:"relation"`
	For      string  `json:"for,omitempty"`
}

func (FileCreated) EventType() (string, int)      { return "file.opened_new", 1 }
func (IdentityAdded) EventType() (string, int)    { return "identity.added", 1 }
func (AgeReached) EventType() (string, int)       { return "age.reached", 1 }
func (ClockEnded) EventType() (string, int)       { return "clock.ended", 1 }
func (ContactSet) EventType() (string, int)       { return "contact.set", 1 }
func (Screened) EventType() (string, int)         { return "screened", 1 }
func (StepTaken) EventType() (string, int)        { return "step.taken", 1 }
func (Corrected) EventType() (string, int)        { return "corrected", 1 }
func (NoteWritten) EventType() (string, int)      { return "note.written", 1 }
func (ConsentGiven) EventType() (string, int)     { return "consent.given", 1 }
func (ConsentRefused) EventType() (string, int)   { return "consent.refused", 1 }
func (ConsentWithdrawn) EventType() (string, int) { return "consent.withdrawn", 1 }
func (RightChanged) EventType() (string, int)     { return "right.changed", 1 }
func (Opened) EventType() (string, int)           { return "file.opened", 1 }
func (Disclosed) EventType() (string, int)        { return "disclosed", 1 }
func (SameSaid) EventType() (string, int)         { return "same.said", 1 }
func (SameUnsaid) EventType() (string, int)       { return "same.unsaid", 1 }
func (TaskAdded) EventType() (string, int)        { return "task.added", 1 }
func (TaskDone) EventType() (string, int)         { return "task.done", 1 }
func (Frozen) EventType() (string, int)           { return "frozen", 1 }
func (LawChanged) EventType() (string, int)       { return "law.changed", 1 }
func (RelationAdded) EventType() (string, int)    { return "relation.added", 1 }
func (RelationEnded) EventType() (string, int)    { return "relation.ended", 1 }
