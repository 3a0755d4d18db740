// Package procedure runs procedures: one vector of finite variables per person,
// steps that change it, bars, clocks and entitlements, all guarded by one small
// total language and compiled once. The engine and the checker run the same
// compiled object. It knows no clock, disk or network: time is a parameter. It
// refuses to decide by timer, to read an open question of law as a yes, and to
// hold any rule of a country in Go.
package procedure

import "time"

// Spec is everything a pack says about procedures, before compiling. Each
// element carries the dates it is in force and its source; Compile takes the
// elements in force on one day.
type Spec struct {
	Facts        []Fact
	Vars         []Var
	Derived      []Derived
	Assume       []Assumption
	Orders       []Order
	Questions    []Question
	Steps        []Step
	Bars         []Bar
	Entitlements []Entitlement
	Clocks       []Clock
	Procedures   []Procedure
	// Overlays are those that changed it: a question may then have lost what hung
	// on it, which in the law alone is a slip.
	Overlays []string
}

// Overlaid is what an overlay did to an element, so that a trace can say
// "overlay, not law". The engine never sees one set.
type Overlaid struct {
	By      string // the overlay that changed or added it
	Dropped bool   // it keeps its name, and is never in force
}

// Pos is where an element stands in the pack: file and line, for messages.
type Pos struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Dates bound an element: from the first day, to the last day, both in the
// pack's zone. A zero From is "as far back as the pack goes"; a zero To is "still".
type Dates struct {
	From Day `yaml:"from"`
	To   Day `yaml:"to"`
}

// Day is a calendar day written 2024-09-03; its zero value is no day.
type Day struct{ time.Time }

// Basis is where a rule comes from. Mark is the evidence mark of the pack's
// sources: T read in the act's text, O official page, S source document, N
// secondary source, I inference, P the product's own rule (not law).
type Basis struct {
	Act     string `yaml:"act" json:"act,omitempty"`         // id in acts.yaml; empty when only a source document says so
	Art     string `yaml:"art" json:"art,omitempty"`         // "art. 16(2)"
	Edition string `yaml:"edition" json:"edition,omitempty"` // the edition read, as in acts.yaml
	Source  string `yaml:"source" json:"source,omitempty"`   // id in sources.yaml, with paragraph: "osce-2014 ¶25"
	Says    string `yaml:"says" json:"says,omitempty"`       // one plain sentence of ours, in English
	Mark    string `yaml:"mark" json:"mark,omitempty"`
}

// Procedure groups elements under one heading and one picture.
type Procedure struct {
	Pos     Pos      `yaml:"-"`
	ID      string   `yaml:"id"`
	Exports []string `yaml:"exports"` // names other procedures may read
	Lanes   []string `yaml:"lanes"`   // top to bottom in the picture: ids of kinds of body, or "person"
	Picture string   `yaml:"picture"` // the variable whose values are the states drawn
	// Ends are the values of Picture at which figures take it to have ended, where that is
	// not said by whether a body has a step to take that leads on. It decides nothing.
	Ends  []string `yaml:"ends"`
	Basis []Basis  `yaml:"basis"`
}

// Fact is true of the person; no step sets it. NotKnown is what the engine
// reads when nobody recorded it, the value that favours the person. A Hidden
// fact is a truth nobody records: only must, own and world steps read it.
type Fact struct {
	Pos       Pos      `yaml:"-"`
	Procedure string   `yaml:"-"`
	Name      string   `yaml:"name"`
	Values    []string `yaml:"values"`
	NotKnown  string   `yaml:"not_known"`
	From      string   `yaml:"from"` // birth_date, citizenship, or an answer of the first concern: concern.fear
	// Of turns what From answers into one of Values, where they are not the same
	// words: {KAZ: citizen, XXX: undetermined, "*": foreign}. Star is any other.
	Of     map[string]string `yaml:"of"`
	Hidden bool              `yaml:"hidden"`
	// Safer orders the values for joining, least protective first; empty means
	// that two files which disagree make the fact not known.
	Safer []string `yaml:"safer"`
	Basis []Basis  `yaml:"basis"`
}

// Var is changed only by steps. Values are listed from the least to the most
// protective, so that two files of one person join to the safer value.
type Var struct {
	Pos       Pos      `yaml:"-"`
	Procedure string   `yaml:"-"`
	Name      string   `yaml:"name"`
	Values    []string `yaml:"values"`
	Start     []string `yaml:"start"`
	// Safer orders the values for joining, least protective first; empty means
	// the order of Values.
	Safer []string `yaml:"safer"`
	// At places each value in the picture: lane and column.
	At      map[string]Cell `yaml:"at"`
	Overlay Overlaid        `yaml:"-"`
}

// Cell is a place in the picture: a lane of the procedure, a column from 0.
type Cell struct {
	Lane   string `yaml:"lane"`
	Column int    `yaml:"column"`
}

// Derived names a guard so that others can read it.
type Derived struct {
	Pos       Pos      `yaml:"-"`
	Procedure string   `yaml:"-"`
	Name      string   `yaml:"name"`
	When      string   `yaml:"when"`
	Overlay   Overlaid `yaml:"-"`
}

// Assumption holds of every person: guards over facts and start values.
type Assumption struct {
	Pos  Pos    `yaml:"-"`
	When string `yaml:"when"`
}

// Order says that the law fixes which of two clocks ends first: while First runs,
// and is not suspended, Then does not end. It is an assumption about time with a
// source. The checker leaves out what it excludes and names it in every answer
// that rests on it; the engine, which has dates, does not need it.
type Order struct {
	Pos       Pos     `yaml:"-"`
	Procedure string  `yaml:"-"`
	Dates     Dates   `yaml:"dates"`
	First     string  `yaml:"first"` // ids of clocks
	Then      string  `yaml:"then"`
	Basis     []Basis `yaml:"basis"`
}

// Question is something about the law that the sources do not settle. Words
// are those of the law that are unclear; Ask is what to ask the State.
type Question struct {
	Pos       Pos    `yaml:"-"`
	Procedure string `yaml:"-"`
	ID        string `yaml:"id"`
	// To is who is asked: words of the pack, "asked.ID". It decides nothing.
	To []string `yaml:"to"`
	// Product says that no guard hangs on it: a rule of the product's own stands until
	// it is answered, and names it.
	Product bool    `yaml:"product"`
	Basis   []Basis `yaml:"basis"`
}

// Force says whose step it is and whether it is owed.
type Force string

const (
	Own   Force = "own"   // the person's
	Must  Force = "must"  // a duty of a body
	May   Force = "may"   // discretion, and error
	World Force = "world" // others'
)

// Step changes the situation.
type Step struct {
	Pos       Pos               `yaml:"-"`
	Procedure string            `yaml:"-"`
	ID        string            `yaml:"id"`
	Dates     Dates             `yaml:"dates"`
	Exists    string            `yaml:"exists"` // question id: whether the step exists at all is unknown
	When      string            `yaml:"when"`
	Force     Force             `yaml:"force"`
	Must      string            `yaml:"must"`
	Set       map[string]string `yaml:"set"`
	By        []string          `yaml:"by"` // kinds of body, roles of a body ("body:role"), or "person"
	NotSame   []string          `yaml:"not_same"`
	Effect    string            `yaml:"effect"` // "removal" on every step that takes a person out
	Form      string            `yaml:"form"`   // id in forms.yaml
	Records   map[string]string `yaml:"records"`
	Starts    []string          `yaml:"starts"` // clocks
	Stops     []string          `yaml:"stops"`
	Extends   []string          `yaml:"extends"` // clocks it extends, each by its Extend
	Adverse   *Adverse          `yaml:"adverse"`
	Notice    string            `yaml:"notice"` // id of a notice form: a notice that is not adverse
	Again     *Again            `yaml:"again"`
	// Alone says why an own step opens a right without any fact: whose law it is
	// that asking is enough. It silences lint's warning and does nothing else.
	Alone     string  `yaml:"alone"`
	Basis     []Basis `yaml:"basis"`
	Irregular bool    `yaml:"irregular"` // recorded when it happens, never offered as a thing to do
	// NoticeOf is set on the two steps that Compile makes of an adverse step's
	// notice: the step it is the notice of. NoticePart is given or understood.
	NoticeOf   string   `yaml:"-"`
	NoticePart string   `yaml:"-"`
	Overlay    Overlaid `yaml:"-"`
}

// Adverse states every part of a decision against a person. Each is a value,
// "none" with a basis, or "unknown(question)". Only silence fails to load.
type Adverse struct {
	Decider  string  `yaml:"decider"`
	Reasons  string  `yaml:"reasons"`
	Notice   string  `yaml:"notice"`
	Language string  `yaml:"language"`
	Limit    string  `yaml:"limit"`  // clock id
	Appeal   string  `yaml:"appeal"` // step id
	Late     string  `yaml:"late"`   // step id: the appeal of who was prevented until the limit was over, where the law has one
	Basis    []Basis `yaml:"basis"`
}

// Again resets the procedure's variables, at most Max times, keeping some.
type Again struct {
	Max  int      `yaml:"max"`
	Keep []string `yaml:"keep"`
}

// Bar forbids what it binds while its guard holds. Level bar is an article's;
// level hold is a recommended safeguard or an open protection procedure.
type Bar struct {
	Pos       Pos       `yaml:"-"`
	Procedure string    `yaml:"-"`
	ID        string    `yaml:"id"`
	Dates     Dates     `yaml:"dates"`
	Class     string    `yaml:"class"`
	Level     string    `yaml:"level"`  // bar | hold
	Exists    string    `yaml:"exists"` // question id
	Binds     []string  `yaml:"binds"`  // effects ("removal") or step ids
	When      string    `yaml:"when"`
	Basis     []Basis   `yaml:"basis"`
	Overlay   Overlaid  `yaml:"-"`
	Ignored   []Ignored `yaml:"-"`
}

// Ignored is where a bar does not bind because an overlay says that it is not
// observed: step ids or effects.
type Ignored struct {
	By string
	In []string
}

// Entitlement is something owed to the person while its guard holds.
type Entitlement struct {
	Pos       Pos      `yaml:"-"`
	Procedure string   `yaml:"-"`
	ID        string   `yaml:"id"`
	Dates     Dates    `yaml:"dates"`
	Exists    string   `yaml:"exists"`
	Class     string   `yaml:"class"` // who gives it, as has("stay", "asylum") names it; the procedure's id when empty
	Gives     string   `yaml:"gives"`
	OwedBy    []string `yaml:"owed_by"`
	When      string   `yaml:"when"`
	Right     string   `yaml:"right"` // kind in the rights ledger it makes due, if any
	By        string   `yaml:"by"`    // clock of the same procedure by whose end it is due, if any
	Basis     []Basis  `yaml:"basis"`
	Overlay   Overlaid `yaml:"-"`
}

// Clock kinds.
const (
	Duty     = "duty"     // of a body
	Limit    = "limit"    // of the person
	Validity = "validity" // of a paper
	Wait     = "wait"     // a minimum wait
)

// Clock is a time limit. Length is "15 minutes", "24 hours", "30 days",
// "3 working days", "1 month", "1 year", or "unknown(question)".
type Clock struct {
	Pos       Pos      `yaml:"-"`
	Procedure string   `yaml:"-"`
	ID        string   `yaml:"id"`
	Dates     Dates    `yaml:"dates"`
	Kind      string   `yaml:"kind"`
	Of        []string `yaml:"of"` // kinds of body; "person" for a limit
	Length    string   `yaml:"length"`
	// Reported is what a source that is no act says of a length that no text
	// settles: the engine counts by it and names the question. The checker knows
	// no lengths, and no verdict rests on it.
	Reported   string `yaml:"reported"`
	StartsWhen string `yaml:"starts_when"` // a guard; or started by a step's starts
	StopsWhen  string `yaml:"stops_when"`
	Suspended  string `yaml:"suspended"` // a guard during which it does not run
	// Resumes is the question of law when nothing that was read ends a suspension.
	Resumes  string   `yaml:"resumes"`
	Extend   string   `yaml:"extend"`  // longest extension, same form as Length
	DayOff   string   `yaml:"day_off"` // "next": an end on a day off moves to the end of the next working day
	OnExpiry Expiry   `yaml:"on_expiry"`
	Basis    []Basis  `yaml:"basis"`
	Overlay  Overlaid `yaml:"-"`
}

// Expiry is what a clock's end does. The engine tells people; it never fires
// Deems, which exists so that a harmful law can be loaded and found.
type Expiry struct {
	Tell  []string `yaml:"tell"`
	Deems string   `yaml:"deems"`
}
