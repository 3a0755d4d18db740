package casework

import (
	"time"

	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// File is one person's file, folded. Readers may keep it; nobody writes to it.
type File struct {
	ID       id.File
	Opened   time.Time
	OpenedBy id.Body

	CallName withheld.Text
	Sex      string
	Language string
	Region   string
	AgeBand  string
	SaidAge  int
	AgeKnown string // under_18, adult, not_sure
	Safety   string
	Needs    []string
	Children string
	Fear     string
	Citizen  withheld.Text

	Identity  Identity
	Contact   *Contact
	Screening *Screening

	// Situation is as known now; Known gives it as it was known on a day.
	Situation procedure.Situation
	// Pinned is the digest of the law the file was last brought to.
	Pinned string

	Timeline  []Entry
	Referrals []Referral
	Consents  []Consent
	Rights    []RightState
	Notes     []Note
	Tasks     []Task
	Openings  []Opening
	Passed    []Passing // disclosures of identity to other bodies
	Same      []id.File
	Papers    []IssuedPaper
	Written   []PaperEntry
	Relations []Relation

	Attachments []Attachment
	Signatures  []Signature // beside papers
	Place       *Placement
	Due         []DueStep // what somebody owes this person now, as of the last change
	Clocks      []ClockState
	Care        []CareEntry
	Goals       []Goal
	Incidents   []Incident
	Hearings    []Hearing
	Given       []Given    // which worker of a body has a step that waits there
	Proposals   []Proposal // steps of two that wait for the second
	Rolls       []OnRoll   // on rolls of the pack, the earliest first
	Courses     []Course   // through procedures of the pack, the earliest first
	Page        *OwnPage   // the person's own page, the last one; nil: she never had one
	Messages    []PageMessage
	// GuardianPage is the page of a child's guardian, the last one; nil: there never was one.
	GuardianPage *GuardianPage
	Frozen       bool
	Kin          []Kin // what other persons are to this one
	Hidden       bool  // nobody's file leads here
	Erasing      *Erasing
	Over         *TimeOver   // its time is over by the pack's schedule
	KeptOn       *KeptOn     // and somebody said why it stays
	Holds        []LegalHold // orders that keep the file, the earliest first

	events     []Event           // all of them: a correction and "as known then" fold anew
	acts       []act             // what makes the situation, in the order it happened
	openedKind string            // of the body that opened it
	brief      string            // the situation as the index keeps it: see procedure.Model.Brief
	named      []Relation        // bodies that were named to receive something, whatever became of it
	kinRead    map[string]string // facts about relatives as last read of their files
	ledger     []RightState      // rights as recorded, without those derived
	derivedAt  time.Time         // when what could change the situation was last recorded
	seq        uint64
	changed    LastChange
	lived      time.Time // when anybody last wrote in it
}

// LastChange says when and by whom something was last changed in substance.
type LastChange struct {
	Seq  uint64
	At   time.Time
	Body id.Body
	Type string
}

func (f *File) Ref() Ref       { return Ref{FileStream, string(f.ID)} }
func (f *File) Seq() uint64    { return f.seq }
func (f *File) Number() string { return id.Number(f.ID) }

// Changed is the seq of the last event of substance: openings do not count.
// Forms carry it as their version.
func (f *File) Changed() uint64        { return f.changed.Seq }
func (f *File) LastChange() LastChange { return f.changed }

// Child says that this person is on the child's path: under 18, or nobody is
// sure. The benefit of the doubt is the child's.
func (f *File) Child() bool { return f.AgeKnown != AgeAdult }

// Ages as far as they are known.
const (
	AgeUnder18 = "under_18"
	AgeAdult   = "adult"
	AgeNotSure = "not_sure"
)

// Entry is one event on the timeline. Set, Failed and Basis are of steps.
type Entry struct {
	N           uint64
	Event       id.Event
	Seq         uint64
	Type        string
	Occurred    time.Time
	Recorded    time.Time
	Worker      id.Worker
	Body        id.Body
	BodyKind    string
	Compartment string
	Step        string
	Args        map[string]string // clear codes and ids, for the sentence
	Kind        string            // of a step: step, breach, occurrence
	Failed      []Failure         // of a breach
	Proposer    id.Worker         // of a step that two took; Worker confirmed it
	Irregular   bool              // a breach or an occurrence
	Heard       bool              // a breach of another body's step: Body only wrote it down
	Overtaken   bool              // its guard held then and fails now, after a late event or a correction
	Corrected   id.Event          // the correction that took it out of the fold
	Changes     []Change
	Gained      []string // of a change of law: "entitlement.shelter", "bar.child"
	Lost        []string
}

// Change is one value of the situation before and after.
type Change = procedure.Change

// Placement is where the person was placed: which provider, never where.
type Placement struct {
	Referral id.Referral
	Service  id.Service
	Body     id.Body
	Place    id.Place
	Since    time.Time
}

// States of a referral.
const (
	ReferralOpen       = "open"
	ReferralTaken      = "accepted"
	ReferralPlaced     = "placed"
	ReferralBack       = "withdrawn"
	ReferralUnanswered = "unanswered" // everyone asked refused
	ReferralEnded      = "gone"       // the person was there and has gone
)

// Referral is one need card and what became of it.
type Referral struct {
	ID        id.Referral
	N         uint64 // of the event that asked, in the ledger
	From      id.Body
	By        id.Worker
	State     string
	Priority  string
	Needs     []string
	Health    []string
	Safety    string
	Children  string
	Note      withheld.Text
	Asked     time.Time
	RingAt    time.Time
	Escalated time.Time
	Told      []string // kinds of body whose telephones rang
	UndoUntil time.Time
	Ground    string
	Consent   id.Consent
	Asks      []Ask
	Questions []Question
}

// States of an ask.
const (
	Asked        = "asked"
	Acknowledged = "acknowledged"
	Accepted     = "accepted"
	Refused      = "refused"
	Closed       = "closed" // another accepted, or the referral was withdrawn
	Gone         = "gone"   // was there, and has left
)

// Ask is one provider's part of a referral.
type Ask struct {
	Service   id.Service
	Body      id.Body
	Kind      string
	State     string
	AckDue    time.Time
	AnswerDue time.Time
	Answered  time.Time
	Place     id.Place
	HeldUntil time.Time
	Refusal   string
	Forbidden []string
	Arrived   time.Time
	Left      time.Time
}

// Question is asked of the sender before answering.
type Question struct {
	ID       string
	Service  id.Service
	Body     id.Body
	Text     withheld.Text
	Answer   withheld.Text
	At       time.Time
	Answered time.Time
}

// Consent states.
const (
	ConsentYes  = "given"
	ConsentNo   = "refused"
	ConsentBack = "withdrawn"
)

// Consent is one answer for one purpose.
type Consent struct {
	ID         id.Consent
	Purpose    string
	State      string
	Recipients []string
	Excluded   []id.Body
	Groups     []string
	At         time.Time
	Withdrawn  time.Time
	Body       id.Body
}

// States of a right.
const (
	RightDue      = "due"
	RightOffered  = "offered"
	RightAccepted = "accepted"
	RightRefused  = "refused" // by the person
	RightDenied   = "denied"  // by a body
	RightNotDue   = "not_due"
)

// RightState is a line of the rights ledger. Due ones are derived from the
// entitlements that stand; what was recorded wins over what is derived.
type RightState struct {
	Right    string
	State    string
	By       id.Body
	At       time.Time // when it was recorded
	Since    time.Time // of a right that is due: since when, as far as is known
	Reason   string
	OwedBy   []string
	Entitled string // id of the entitlement
	Clock    string // by whose end it is due, if the law says by when
}

// Note is a note in a compartment.
type Note struct {
	Event       id.Event
	At          time.Time
	Body        id.Body
	Worker      id.Worker
	Compartment string
	Text        withheld.Text
}

// Task is something somebody has to do.
type Task struct {
	ID    id.Task
	Verb  string
	Body  id.Body
	Kind  string
	Due   time.Time
	About string
	Added time.Time
	Done  time.Time
	// Outcome is the answer of a task that asks a question.
	Outcome string
}

// Opening says who opened restricted content.
type Opening struct {
	Seq       uint64 // the number of its leaf in the file
	At        time.Time
	Worker    id.Worker
	Body      id.Body
	What      string
	Purpose   string
	Emergency bool
	Until     time.Time
	Reason    string // of the emergency: a code
	Later     Deferral
}

// Passing is a disclosure of field groups to a body.
type Passing struct {
	At       time.Time
	To       id.Body
	Groups   []string
	Purpose  string
	Referral id.Referral
	Ended    time.Time // the acceptance was undone
}

// Relation of a body to a file: opened, asked, provider, decider, coordinator,
// advocate, formerly.
type Relation struct {
	Body     id.Body
	Relation string
	For      string // of addressed: the step that filed what the body received
	Since    time.Time
	Kind     string // of the body, where what happened says it; it never changes
}

// Relations a body may have to a file.
const (
	RelOpened      = "opened"
	RelAsked       = "asked"
	RelProvider    = "provider"
	RelDecider     = "decider" // while a step is owed, or for good when somebody said so
	RelDecided     = "decided" // took an adverse or a favourable decision here once
	RelCoordinator = "coordinator"
	RelAdvocate    = "advocate"
	RelCared       = "cared"     // took the person in, who has left
	RelFollows     = "follows"   // is to ask her, who has left, how it goes
	RelAddressed   = "addressed" // named to receive what a step files: an application, a complaint
	RelFormerly    = "formerly"
)

// DueStep is a step somebody owes this person. Decision: only kinds of body that
// decide take it, and owing it opens the file to them.
type DueStep struct {
	Step     string
	By       []string
	Decision bool
	Due      time.Time
	Unclear  bool
	Since    time.Time
	Deciding []string // of By, those that decide
}

// ClockState is a clock that has started.
type ClockState struct {
	Clock   string
	Kind    string
	Of      []string
	Started time.Time
	Due     time.Time
	Unknown string
	Paused  bool // it stands still, and Due moves away with time
}
