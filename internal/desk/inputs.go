package desk

import (
	"time"

	"pana/internal/id"
	"pana/internal/withheld"
)

// Inputs are what an edge decoded, not yet checked: desk checks them and
// answers with fault.Form, naming the fields by their form names (the "form"
// tags). Key is the idempotency key; the edge makes it with the form, so that a
// form sent twice is one act. At is when it happened, zero for now.

// ConcernInput is New concern: at most ten fields.
type ConcernInput struct {
	Key         string        `form:"key"`
	File        id.File       `form:"file"` // made by the client; empty: made here
	Safety      string        `form:"safety"`
	Age         string        `form:"age"`       // number, or ""
	AgeKnown    string        `form:"age_known"` // under_18, adult, not_sure
	Sex         string        `form:"sex"`
	Language    string        `form:"language"`
	CallName    withheld.Text `form:"call_name"`
	Needs       []string      `form:"needs"`
	Consent     string        `form:"consent"` // yes, no, child (guardian), not_able
	Indicators  []string      `form:"indicators"`
	Fear        string        `form:"fear"` // of return: yes, no, not_sure
	Citizenship string        `form:"citizenship"`
	Region      string        `form:"region"`
	Children    string        `form:"children"`
	Contact     withheld.Text `form:"contact"`
	ContactSafe string        `form:"contact_safe"`
	OccurredAt  time.Time     `form:"occurred_at"`
	Signal      id.Signal     `form:"signal"` // the call it began with; empty: none
	Written     *Written
}

// IdentityInput adds or mends who the person is.
type IdentityInput struct {
	Key         string        `form:"key"`
	File        id.File       `form:"file"`
	Version     uint64        `form:"version"`
	Name        withheld.Text `form:"name"`
	Script      string        `form:"script"`
	Use         string        `form:"use"`
	Born        withheld.Text `form:"born"`
	BornAbout   bool          `form:"born_about"`
	Sex         string        `form:"sex"`
	Citizenship withheld.Text `form:"citizenship"`
	DocKind     string        `form:"doc_kind"`
	DocNumber   withheld.Text `form:"doc_number"`
}

// ContactInput says how to reach the person without danger, from now on.
type ContactInput struct {
	Key    string
	File   id.File
	Value  withheld.Text
	SafeAt string
}

// ReferInput asks up to three providers at once.
type ReferInput struct {
	Key      string        `form:"key"`
	File     id.File       `form:"file"`
	Version  uint64        `form:"version"`
	Services []id.Service  `form:"services"`
	Needs    []string      `form:"needs"`
	Health   []string      `form:"health"`
	Children string        `form:"children"`
	Priority string        `form:"priority"`
	Note     withheld.Text `form:"note"`
	Consent  string        `form:"consent"` // yes, child, refused
	Written  *Written
}

// AnswerInput answers a referral, as a provider or its sender.
type AnswerInput struct {
	Key      string        `form:"key"`
	Referral id.Referral   `form:"referral"`
	Version  uint64        `form:"version"`
	Place    id.Place      `form:"place"`
	Reason   string        `form:"reason"`
	Text     withheld.Text `form:"text"`
	Question string        `form:"question"`
}

// StepInput takes a step of a procedure.
type StepInput struct {
	Key        string                   `form:"key"`
	File       id.File                  `form:"file"`
	Version    uint64                   `form:"version"`
	Step       string                   `form:"step"`
	Reasons    withheld.Text            `form:"reasons"`
	Language   string                   `form:"language"`   // the notice is given in
	Understood string                   `form:"understood"` // date, when the person understood it
	Fields     map[string]withheld.Text `form:"fields"`
	OccurredAt string                   `form:"occurred_at"`
	Irregular  bool                     `form:"irregular"` // it happened although it may not
	To         id.Body                  `form:"to"`        // who receives what it files
	Indicators []string                 `form:"indicators"`
	NoSigns    bool                     `form:"no_signs"` // somebody looked, and saw none
	Written    *Written
}

// RightInput records what became of a right.
type RightInput struct {
	Key, Right, State string
	File              id.File
	Reason            string
}

// ConsentInput gives, refuses or takes back.
type ConsentInput struct {
	Key        string
	File       id.File
	Consent    id.Consent // to withdraw
	Purpose    string
	Answer     string // yes, no
	Recipients []string
	Excluded   []id.Body
}

// NoteInput writes a note in a compartment.
type NoteInput struct {
	Key         string
	File        id.File
	Compartment string
	Text        withheld.Text
}

// TaskInput says that a task is done.
type TaskInput struct {
	Key  string
	File id.File
	Task id.Task
}

// CorrectInput takes an event out of the fold, not out of the record.
type CorrectInput struct {
	Key    string
	File   id.File
	Event  id.Event
	Reason string
}

// SameInput says that two files are one person's, or takes it back.
type SameInput struct {
	Key    string
	File   id.File
	Other  string // number or id, as typed
	Undo   bool
	Reason string
}

// PlaceInput changes a place of the worker's own body.
type PlaceInput struct {
	Key     string
	Place   id.Place // empty: a new one
	Name    string
	Takes   []string
	Beds    string
	Free    string
	State   string // open, closed
	Version uint64
}

// CheckInput asks whether a person may be removed.
type CheckInput struct {
	Key         string
	Names       []withheld.Text
	Born        withheld.Text // date, month or year
	Sex         string
	Citizenship withheld.Text
	Document    withheld.Text
	Custody     withheld.Text // order or custody number
	Ground      string
	Place       withheld.Text
	Afraid      string // the three questions: yes, no, not_asked
	Forced      string
	Under18     string
}

// BodyInput and WorkerInput are the administrator's.
type BodyInput struct {
	Key                       string
	Body                      id.Body
	Kind, Name, Region, Phone string
	Email                     string // where it is told that something waits
	SMS, SMSWhen              string // the same, on a telephone
	Close                     bool
}

// WorkerInput is one act on a worker's account. Without a worker it opens one.
type WorkerInput struct {
	Key         string
	Worker      id.Worker
	Body        id.Body
	Login, Role string
	Name        withheld.Text
	Do          string // one of these; of a new worker nothing
	// Of a link: a provider, and the subject that it calls the worker by.
	Provider string
	Subject  withheld.Text
	Other    id.Worker // the other login of the same person
}

// What an administrator does with an account that is there: another
// role, a new code on paper to sign in with, out for a time and in again, the second
// factor removed, out for good.
const (
	WorkerRole    = "role"
	WorkerCode    = "code"
	WorkerSuspend = "suspend"
	WorkerResume  = "resume"
	WorkerSecond  = "second"
	WorkerLeave   = "leave"
	WorkerSame    = "same"   // is the same person's as another
	WorkerApart   = "apart"  // is not after all
	WorkerLink    = "link"   // lets a provider sign them in
	WorkerUnlink  = "unlink" // lets it no more
)

// SignInInput is what the sign-in page sends. From is the client's address as
// the lock-out counts it.
type SignInInput struct {
	Login    string        `form:"login"`
	Password withheld.Text `form:"password"`
	Lang     string        `form:"lang"`
	From     string        `form:"-"`
	Device   string        `form:"-"`      // the marks of earlier successes, from their own cookie
	Ticket   string        `form:"ticket"` // of a right password, with the code that is its second factor
	Origin   string        `form:"-"`      // of a passkey's answer
	Answer   withheld.Text `form:"answer"`
	Code     withheld.Text `form:"code"`
	Agent    string        `form:"-"` // what a person would call the browser and its system
}

// FreezeInput stops work on a file while a mistake is looked into.
type FreezeInput struct {
	Key    string
	File   id.File
	Reason string
	Undo   bool
}

// SearchInput is what a worker looks for among the files they may open: a number, a
// name or a birth as typed, and conditions. After is Found.Next of the page before.
type SearchInput struct {
	Text     withheld.Text
	Step     string // open in it
	Region   string
	Relation string // of the worker's body to it
	State    string // overdue, due, new: a step of it; frozen, child
	After    string
}
