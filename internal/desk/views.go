package desk

import (
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// Views are what a worker may see, already cut to it: web renders them and
// decides nothing. Codes are wording keys' last parts; texts about a person
// are withheld.Text.

// Subject describes a person without saying who: "girl, about 15, Uzbek".
type Subject struct {
	File      id.File
	Number    string
	Sex       string // female, male, unknown
	AgeBand   string // id of the pack's age band: under_14, under_18, adult
	Age       int    // about; 0 unknown
	ChildPath bool   // under 18 or not sure
	Language  string
	Region    string
}

// WorkLine is one line of My work: a verb and a clock.
type WorkLine struct {
	Verb    string // wording key: "work.answer_referral"
	Subject Subject
	Needs   []string
	Due     time.Time
	State   string // overdue, due, new, waiting
	Kind    string // referral, task, step, hearing, call, proposal, erasure
	Target  string // path of the page that does it
	Since   time.Time
	Number  string // of the referral, if one
	About   string // a body, when the line is about nobody's file
	Step    string // that was proposed, and waits for a second
	By      string // who of the body proposed it
	Filed   string // the step by which it came to this body
	Phones  []Phone
	Also    []WorkLine // other steps for the same person that no time presses
	Given   *GivenTo   // to this worker
	HeldUp  *HeldUp    // for who shares out the work
}

// Work is My work.
type Work struct {
	Lines   []WorkLine
	Counts  map[string]int // by State, over all lines this worker may see
	Filter  WorkFilter
	Regions []string // that lines are of
	Pages   Paging
	CanOpen bool     // may record a new concern
	Begins  []string // steps with which this worker may begin a file
	More    bool     // steps are owed beyond those listed, which are due soonest
}

// WorkFilter stays while the worker is signed in: it is in the address.
type WorkFilter struct {
	State  string
	Kind   string
	Region string
	Whose  string // mine: what was given to this worker
	Sort   string // due, since
}

// WholeList, asked for as a page, is all lines on one: to be printed.
const WholeList = "all"

// Paging says where the pages beside this one begin: Next is empty on the last.
type Paging struct {
	Next, Prev string
	Total      int
}

// Duty is a duty to tell another body, shown before recording.
type Duty struct {
	ID     string
	To     []string // kinds of body
	Fields []string
	Basis  []procedure.Basis
}

// ConcernForm is what New concern needs to be drawn.
type ConcernForm struct {
	Key        string // idempotency key made when the form was first shown
	Needs      []string
	Indicators []IndicatorGroup
	Languages  []string
	Regions    []string
	Duties     []Duty
	Region     string // the worker's own
	Purposes   []string
}

// IndicatorGroup is one dimension's taps.
type IndicatorGroup struct {
	Set string
	IDs []string
}

// ConcernResult explains itself after a concern is recorded.
type ConcernResult struct {
	Receipt    casework.Receipt
	Subject    Subject
	Result     Screening
	Safeguards []Safeguard
	Providers  []ProviderOption
	Duties     []Duty
	Tonight    Tonight
	MayRefer   bool
}

// Screening says which indicators counted and which rule fired.
type Screening struct {
	Result     string // presumed, labour_rights, none, not_screened
	Rule       string // id of the case rule that fired
	Dimensions []DimensionResult
	Child      bool
	ByDoubt    bool // child's path because the age is not sure
}

// DimensionResult is one dimension with the indicators that counted.
type DimensionResult struct {
	Set      string
	Positive bool
	Rule     string // id of the score rule, when positive
	Counted  []CountedIndicator
}

// CountedIndicator is an indicator with the weight it had for this person.
type CountedIndicator struct{ ID, Weight string }

// Safeguard is a bar or entitlement that now stands.
type Safeguard struct {
	ID      string
	Kind    string // bar, hold, entitlement
	Since   time.Time
	Unclear []string // questions of law
	Basis   []procedure.Basis
	OwedBy  []string
}

// Tonight is what to do when nobody answers: telephones and steps.
type Tonight struct {
	Hotline     string
	Coordinator []Phone
	Steps       []string // wording keys
}

// Phone belongs to a body, never to a person at risk.
type Phone struct {
	Body   id.Body
	Name   string
	Number string
}

// ProviderOption is a provider that could be asked. Its address is not here.
type ProviderOption struct {
	Service id.Service
	Body    id.Body
	Name    string
	Type    string // service type
	Region  string
	Near    bool
	Takes   []string // who they take: coded
	Free    int      // -1 unknown
	AsOf    time.Time
	Stale   bool
	Fits    bool
	WhyNot  []string // coded: sex, age, region, no_room, excluded_by_person
	Phone   string
}

// NeedCard is a referral without identity.
type NeedCard struct {
	Subject  Subject
	Needs    []string
	Safety   string // safe_now, not_safe, not_sure
	Children int
	Health   []string // coded: urgent_care, pregnant, disability, none
	Note     withheld.Text
	Priority string
}

// ReferralView is one referral as this worker may see it.
type ReferralView struct {
	ID        id.Referral
	Number    string
	Direction string // in, out
	File      id.File
	Card      NeedCard
	From      Phone
	Asked     []Ask
	State     string // open, accepted, placed, withdrawn, unanswered
	Mine      Ask    // for an asked body: its own ask
	// Identity is filled only for the provider that accepted, and for the sender.
	Identity  *Identity
	Escalated time.Time
	Tonight   Tonight
	Acts      []string // accept, refuse, ask, answer, undo, arrived, left, withdraw, acknowledge
	UndoUntil time.Time
	Places    []PlaceView
	Refusals  []RefusalOption
	Version   uint64
	Questions []Question
	Since     time.Time // when it was sent
}

// Ask is one provider's part of a referral.
type Ask struct {
	Service   id.Service
	Body      id.Body
	Name      string
	State     string // asked, acknowledged, accepted, refused, closed
	AckDue    time.Time
	AnswerDue time.Time
	Answered  time.Time
	Refusal   string
	Forbidden []procedure.Basis // why this refusal is against the law, if it is
	Phone     string
}

// Question is asked of the sender before answering.
type Question struct {
	ID     string
	By     string // body name
	Text   withheld.Text
	Answer withheld.Text
	At     time.Time
}

// RefusalOption is a coded reason, with the articles that forbid it.
type RefusalOption struct {
	ID        string
	Forbidden []procedure.Basis
}

// PlaceView is a room or bed of the worker's own body.
type PlaceView struct {
	ID      id.Place
	Name    string
	Takes   []string
	State   string // free, held, taken, closed
	Beds    int
	Free    int
	Until   time.Time
	AsOf    time.Time
	Stale   bool
	Version uint64
}

// Identity is who the person is; showing it is a disclosure.
type Identity struct {
	Names     []Name
	CallName  withheld.Text
	Born      Born
	Sex       string
	Citizen   []withheld.Text // ISO 3166 alpha-3, or XXA stateless, XXX unknown
	Documents []Document
	Contacts  []Contact
}

// Name is a name in one script, as given.
type Name struct {
	Script string // cyrl, latn, arab
	Full   withheld.Text
	Use    string // given, document, former
}

// Born is a birth date as far as it is known.
type Born struct {
	Date    withheld.Text // 2011-05-01, 2011-05, 2011 or empty
	About   bool
	SaidAge int
}

// Document is a paper that names the person.
type Document struct {
	Kind   string
	Number withheld.Text
}

// Contact is a way to reach the person, with what makes it safe.
type Contact struct {
	Kind   string // phone, message, through_worker, none
	Value  withheld.Text
	SafeAt string // coded: any_time, daytime, never_leave_word
}

// FileView is a file page.
type FileView struct {
	ID                 id.File
	Number             string
	Version            uint64
	Opened             time.Time
	Frozen             bool // stopped while it is looked into
	Subject            Subject
	CallName           withheld.Text // covered until shown
	Covered            bool
	Identity           *Identity
	Contact            *Contact
	Sections           []string          // groups of fields this worker may see; what is empty elsewhere is not none, it is withheld
	Situation          map[string]string // variables this worker may see
	Safeguards         []Safeguard
	Walls              []Wall // where the law leads no further
	Gaps               []Gap  // where today's law fails this person
	Offers             []StepOffer
	Picture            []Picture
	Timeline           []TimelineLine // without that section, only what this body recorded
	Rights             []RightLine
	Consents           []ConsentLine
	Openings           []OpeningLine
	Referrals          []ReferralView
	Tasks              []TaskLine
	Clocks             []ClockLine
	Tabs               []string // compartments this worker may see
	Tab                string
	Notes              []NoteLine
	Hearings           []HearingLine
	MayHear            []string // steps of which a hearing can be set
	Screening          *Screening
	Proposals          []ProposalLine // steps of two that this worker's body has proposed
	Same               []id.File      // files said to be of the same person that this worker may open
	Acts               []string       // refer, note, consent, right, correct, same, irregular, screen
	DisclosureRecorded bool
	GuardianPage       string // whether a guardian has a code, for who may give one: none, open, closed; empty is not asked
}

// StepOffer is a step that may or may not happen next, and why not.
type StepOffer struct {
	ID      string
	Of      string // procedure
	State   string // open, unclear, closed
	Force   procedure.Force
	Mine    bool // this worker may take it: by their kind of body, or as the person's own, for her
	ForHer  bool // the person's own, of no kind of body: whoever is with her may record it
	By      []string
	WhyNot  []WhyNot
	Unclear []string
	Adverse *AdverseForm
	Sets    []Change
	Due     time.Time
	Basis   []procedure.Basis
	Form    string
	Removal bool
}

// WhyNot is the first condition that does not hold, in public words.
type WhyNot struct {
	Key   string // wording key
	Basis []procedure.Basis
}

// Change is what a step changes for the person.
type Change struct{ Var, From, To string }

// AdverseForm says what an adverse decision must carry here: the law's parts
// and the product's own, each with whose rule it is.
type AdverseForm struct {
	Parts    []AdversePart
	Deciders []string // kinds of body that may take it
	Notice   string
	Limit    time.Time
	Appeal   string
}

// AdversePart is one part: stated, none, or unknown, by law; and whether the
// product asks for it though the law does not.
type AdversePart struct {
	Part    string // decider, reasons, notice, language, limit, appeal
	Law     string // the value; "none"; "unknown"
	Product bool
	Basis   []procedure.Basis
}

// Picture is a procedure with "you are here".
type Picture struct {
	Procedure string
	Lanes     []string
	States    []PictureState
	Steps     []PictureStep
}

// PictureState is a box: State is here, been, possible, closed.
type PictureState struct {
	Value  string // "victim.presumed": wording key var.victim.presumed
	Lane   int
	Column int
	State  string
	Why    string // wording key of the reason when closed
}

// PictureStep is an arrow.
type PictureStep struct{ ID, From, To, State string }

// TimelineLine is one event, in words.
type TimelineLine struct {
	Event      id.Event
	At         time.Time
	Recorded   time.Time
	Code       string
	Args       map[string]string
	Body       string
	Kind       string
	Irregular  bool
	Of         []string // of a breach that Body saw or heard of: kinds of body whose step it is
	Overtaken  bool
	Corrected  bool
	Two        *TookTwo // of a step that two took
	MayCorrect bool
	Basis      []procedure.Basis
	// Of a change of law, for who sees the situation: what the person has by it and
	// had until then.
	Gained, Lost []Safeguard
}

// TookTwo says who proposed a step and who confirmed it. To other bodies it says
// only that two of that body did.
type TookTwo struct{ Proposed, Confirmed string }

// RightLine is a row of the rights ledger.
type RightLine struct {
	ID     string
	State  string // due, overdue, offered, accepted, refused, denied, not_due
	By     string
	At     time.Time
	OwedBy []string
	Until  *ClockLine // of what is due by a day
	Basis  []procedure.Basis
}

// ConsentLine is a consent given, refused or taken back.
type ConsentLine struct {
	ID          id.Consent
	Purpose     string
	Recipients  []string // kinds, in order
	Excluded    []string // body names
	State       string   // given, refused, withdrawn
	At          time.Time
	MayWithdraw bool
}

// OpeningLine says who opened restricted content: bodies, not names.
type OpeningLine struct {
	At      time.Time
	Body    string
	What    string // compartment or group
	Purpose string
	// Of an emergency opening: why, and what its review came to.
	Reason, Outcome string
	Later           string // the day on which the person is shown it; empty: she is
}

// TaskLine is something somebody has to do.
type TaskLine struct {
	ID     id.Task
	Verb   string
	Body   string
	Kind   string // of body, when no one body has it
	Due    time.Time
	State  string // open, done, overdue
	Finish bool   // this worker may say that it is done
}

// NoteLine is a note in a compartment.
type NoteLine struct {
	At    time.Time
	Body  string
	Text  withheld.Text
	Paper *PaperNote // what was typed in from paper, instead of a text
}

// Directory is services by need and region.
type Directory struct {
	Need, Region, Type string
	Services           []ProviderOption
	Tiles              []Tile
	Total              int
	AsOf               time.Time // when so many places were free; zero: not told
	Step               int       // in steps of so many
}

// Tile is a region of the tile map; Free is at least so many, -1 where it
// is not told.
type Tile struct {
	Region   string
	Col, Row int
	Services int
	Free     int
}

// CheckAnswer is the answer of a removal check: one word, a telephone, a
// receipt number. Grounds are never here.
type CheckAnswer struct {
	Answer  string // barred, hold, possible_match, no_bar_on_record, stop
	Receipt string
	Number  string
	Duty    []Phone
	At      time.Time
	Unclear []string    // questions of law, only for those who may see why
	Why     []Safeguard // only for those who may see why
}

// BodyLine and WorkerLine are the administrator's.
type BodyLine struct {
	ID      id.Body
	Kind    string
	Name    string
	Region  string
	Phone   string
	Email   string
	SMS     casework.SMS
	Workers int
	Closed  bool
}

// SignedIn is a worker who has just signed in. Token goes into the cookie and
// nowhere else; its hash is what is kept.
type SignedIn struct {
	Token  withheld.Text
	Device string // outlives the session: a known device is not held up by what strangers tried
	Who    access.Who
	Lasts  time.Duration // however much it is used: so long a browser keeps the token
	// Ticket says that the password was right and that the second factor is asked
	// for; nothing else is set.
	Ticket string
}

// Session is the signed-in worker as pages need them.
type Session struct {
	Who       access.Who
	BodyName  string
	BodyNames map[string]string // by language
	Acts      []string          // doors of this role: concern, work, inbox, directory, places, docket, check, grounds, admin
	Lasts     time.Duration     // from now, however much it is used
	Fresh     bool              // who it is was shown so lately that a dangerous act may follow
	Lacks     bool              // a second factor that this role must have
	Once      bool              // signed in by a code on paper: a password is to be set first
}

// Called is the body's name in a language.
func (s Session) Called(lang string) string {
	if name := s.BodyNames[lang]; name != "" {
		return name
	}
	return s.BodyName
}

// Bodies are the administrator's list of bodies.
type Bodies struct {
	Lines   []BodyLine
	Kinds   []string
	Regions []string
	Trouble []Trouble // what could not be told, and is tried again
	GaveUp  []GaveUp  // what is not tried any more
}

// Workers are the administrator's list of workers, with what a new one may be.
type Workers struct {
	Lines  []WorkerLine
	Bodies []BodyLine
	Roles  map[string][]string // by kind of body
	// Own says that the reader keeps the workers of their own body only.
	Own bool
}

// ConsentForm is what a consent needs to be drawn.
type ConsentForm struct {
	Purposes   []string
	Recipients []string // kinds of body that may be named, over all purposes
	Bodies     []Phone  // that the person may exclude
}

// LedgerView is the ledger of actions in figures; nothing in it is about
// anybody.
type LedgerView struct {
	Leaves     int
	Files      int
	Signed     time.Time // when the last checkpoint was signed
	Checkpoint string    // the signed note, as text
	Verifier   string    // the key it is signed with
	Witnesses  []WitnessLine
	Command    string // what to type to verify
}
