// Package pack reads a country: a folder of strict YAML that holds its law,
// kinds of body, procedures, forms, criteria, services, access rules and
// wording. It reports every problem of a folder at once, each with where, what
// and how to mend it. It refuses to guess: what no source says is unknown.
//
// The structs in this file are the format: the tags are the keys. pack.yaml,
// calendar.yaml, criteria.yaml and standards.yaml hold one set of keys; every
// other file of the folder holds a bare YAML list of its elements:
//
//	acts.yaml sources.yaml regions.yaml bodies.yaml access.yaml services.yaml
//	forms.yaml handling.yaml hearings.yaml rolls.yaml walls.yaml papers.yaml offences.yaml refusals.yaml consents.yaml
//	rights.yaml duties.yaml needs.yaml
//
// procedures/ID.yaml holds a Process: a header and its lists; tracks/ID.yaml a Track. wording/*.yaml
// hold sentences, stories/*.txtar scenarios. Every text that a person reads is
// in wording/, under a key made from the element's kind and id
// ("service.shelter", "refusal.full", "step.identify", "var.victim.presumed");
// keys.go lists the scheme.
package pack

import "pana/internal/procedure"

// Pos, Day, Dates and Basis are the procedure package's.
type (
	Pos   = procedure.Pos
	Day   = procedure.Day
	Dates = procedure.Dates
	Basis = procedure.Basis
)

// Process is one file of procedures/.
type Process struct {
	Pos          Pos                     `yaml:"-"`
	Procedure    procedure.Procedure     `yaml:"procedure"`
	Facts        []procedure.Fact        `yaml:"facts"`
	Vars         []procedure.Var         `yaml:"vars"`
	Derived      []procedure.Derived     `yaml:"derived"`
	Assume       []procedure.Assumption  `yaml:"assume"`
	Orders       []procedure.Order       `yaml:"order"`
	Questions    []procedure.Question    `yaml:"questions"`
	Steps        []procedure.Step        `yaml:"steps"`
	Bars         []procedure.Bar         `yaml:"bars"`
	Entitlements []procedure.Entitlement `yaml:"entitlements"`
	Clocks       []procedure.Clock       `yaml:"clocks"`
}

// Head is pack.yaml.
type Head struct {
	Pos       Pos      `yaml:"-"`
	ID        string   `yaml:"id"`      // "kz"
	Version   string   `yaml:"version"` // "2026.11"
	Languages []string `yaml:"languages"`
	Zone      string   `yaml:"zone"` // IANA
	Snapshots []Day    `yaml:"snapshots"`
	// EditionsRead is the wording key of what was read to encode this; public
	// pages print it.
	EditionsRead string `yaml:"editions_read"`
	Hotline      string `yaml:"hotline"`   // short number, digits
	Emergency    string `yaml:"emergency"` // the number to call when life is in danger
	// Lines are the numbers at which a hotline of the country answers: a call says
	// at which it came. The first stands chosen.
	Lines []string `yaml:"lines"`
	// Confirmed is steps: a call whose file has taken one of them counts as confirmed
	// in a hotline's figures.
	Confirmed []string `yaml:"confirmed"`
}

// Calendar is calendar.yaml: the State's days off, by date.
type Calendar struct {
	Pos      Pos       `yaml:"-"`
	Weekend  []string  `yaml:"weekend"`
	Holidays []Holiday `yaml:"holidays"`
}

// Holiday is one day or run of days every year, or one dated day.
type Holiday struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"`
	Month int     `yaml:"month"`
	Day   int     `yaml:"day"`
	On    Day     `yaml:"on"` // a dated day off (moved or movable); Month and Day are then empty
	Dates Dates   `yaml:"dates"`
	Basis []Basis `yaml:"basis"`
}

// Act is one legal act in acts.yaml.
type Act struct {
	Pos      Pos       `yaml:"-"`
	ID       string    `yaml:"id"`
	Number   string    `yaml:"number"`
	Adopted  Day       `yaml:"adopted"`
	InForce  Day       `yaml:"in_force"` // empty when not known
	Rule     string    `yaml:"in_force_rule"`
	Repealed Day       `yaml:"repealed"`
	Address  string    `yaml:"address"`
	Mark     string    `yaml:"mark"` // how it was read
	Editions []Edition `yaml:"editions"`
}

// Edition is a text of an act that was read.
type Edition struct {
	Pos  Pos    `yaml:"-"`
	ID   string `yaml:"id"`
	Date Day    `yaml:"date"`
	Note string `yaml:"note"`
}

// Source is a document that is not an act, in sources.yaml.
type Source struct {
	Pos   Pos    `yaml:"-"`
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	By    string `yaml:"by"`
	Date  Day    `yaml:"date"`
}

// Region is one region by its ISO 3166-2 code, with the dates it existed, in
// regions.yaml. Tile is its place in the tile map.
type Region struct {
	Pos   Pos      `yaml:"-"`
	ID    string   `yaml:"id"` // "KZ-71"
	Old   string   `yaml:"old"`
	Dates Dates    `yaml:"dates"`
	Tile  Tile     `yaml:"tile"`
	Near  []string `yaml:"near"` // neighbouring regions, for "near here"
	Basis []Basis  `yaml:"basis"`
}

// Tile is a column and row of the tile map, from 0.
type Tile struct {
	Col int `yaml:"col"`
	Row int `yaml:"row"`
}

// BodyKind is a kind of body in bodies.yaml. Compartment is the part of a file
// that such bodies keep. Roles are what its workers may be.
type BodyKind struct {
	Pos         Pos      `yaml:"-"`
	ID          string   `yaml:"id"` // "labour_inspectorate"
	Compartment string   `yaml:"compartment"`
	Roles       []string `yaml:"roles"`
	// Can lists what the kind may do in the mechanism: "report", "refer",
	// "provide", "identify", "decide", "coordinate", "remove", "hotline", and
	// "enforce": may use force on a person (police, border). Such a kind never
	// sees where a shelter or a person is, whatever the rules say. "complaints":
	// reads and answers what a person complains of on her own page.
	Can   []string `yaml:"can"`
	Basis []Basis  `yaml:"basis"`
}

// Rule is one row of access.yaml. Roles, Kinds and Relations are alternatives
// within a list and conditions between lists; empty means any. Acts names what
// may be done; Groups the field groups that may be read; When is a guard over
// the clear columns.
type Rule struct {
	Pos          Pos      `yaml:"-"`
	ID           string   `yaml:"id"`
	Roles        []string `yaml:"roles"`
	Kinds        []string `yaml:"kinds"`
	Relations    []string `yaml:"relations"`
	Acts         []string `yaml:"acts"`
	Things       []string `yaml:"things"` // file, referral, place, signal, account, body, check, ledger
	Compartments []string `yaml:"compartments"`
	Groups       []string `yaml:"groups"`
	When         string   `yaml:"when"`
	Purpose      string   `yaml:"purpose"`
	Basis        []Basis  `yaml:"basis"`
}

// Service is a type of service in services.yaml.
type Service struct {
	Pos   Pos      `yaml:"-"`
	ID    string   `yaml:"id"`
	Needs []string `yaml:"needs"` // needs it answers
	Beds  bool     `yaml:"beds"`
	Basis []Basis  `yaml:"basis"`
}

// Criteria is criteria.yaml: sets of indicators and how they add up.
type Criteria struct {
	Pos   Pos            `yaml:"-"`
	Sets  []IndicatorSet `yaml:"sets"`
	Rules []ScoreRule    `yaml:"dimension_rules"` // any of them makes a dimension positive
	Cases []CaseRule     `yaml:"case_rules"`      // tried in order; the first that holds is named
	Child string         `yaml:"child"`           // wording key that explains the child rule
	// Afraid lists steps as Takes does, for a person who says that she is afraid
	// to go back.
	Afraid []string `yaml:"afraid"`
	Basis  []Basis  `yaml:"basis"`
}

// IndicatorSet is one dimension.
type IndicatorSet struct {
	Pos        Pos         `yaml:"-"`
	ID         string      `yaml:"id"` // "deceptive_recruitment"
	Indicators []Indicator `yaml:"indicators"`
}

// Indicator has a weight for an adult and one for a child: strong, medium,
// weak, or none (not listed). Tap marks the few that stand on the first screen.
type Indicator struct {
	Pos   Pos    `yaml:"-"`
	ID    string `yaml:"id"`
	Adult string `yaml:"adult"`
	Child string `yaml:"child"`
	Tap   bool   `yaml:"tap"`
}

// ScoreRule makes a dimension positive when it has at least this many.
type ScoreRule struct {
	Pos    Pos    `yaml:"-"`
	ID     string `yaml:"id"`
	Strong int    `yaml:"strong"`
	Medium int    `yaml:"medium"`
	Weak   int    `yaml:"weak"`
	// MediumOrWeak counts either.
	MediumOrWeak int `yaml:"medium_or_weak"`
}

// CaseRule is a rule over positive dimensions. For: any, adult, child. When is
// a guard over dimension ids. Result: presumed, labour_rights, none.
type CaseRule struct {
	Pos    Pos    `yaml:"-"`
	ID     string `yaml:"id"`
	For    string `yaml:"for"`
	When   string `yaml:"when"`
	Result string `yaml:"result"`
	// Takes lists steps of the procedures. When the rule fires, the first that is
	// open to the screening body is recorded with the screening.
	Takes []string `yaml:"takes"`
	Basis []Basis  `yaml:"basis"`
}

// Form is a form of forms.yaml; a step names it.
type Form struct {
	Pos    Pos     `yaml:"-"`
	ID     string  `yaml:"id"`
	Fields []Field `yaml:"fields"`
}

// DocumentField is the kind of a field that is answered with a document of the
// file: evidence, which who decides may then read.
const DocumentField = "document"

// Field is one question. Kind: choice, choices, text, long_text, date, number,
// yes_no, language, region, country. A choice always has "not sure" and "does
// not want to say" beside Options unless Closed.
type Field struct {
	Pos         Pos      `yaml:"-"`
	ID          string   `yaml:"id"`
	Kind        string   `yaml:"kind"`
	Options     []string `yaml:"options"`
	Closed      bool     `yaml:"closed"`
	Required    bool     `yaml:"required"`
	Max         int      `yaml:"max"`
	Compartment string   `yaml:"compartment"`
	Group       string   `yaml:"group"`
	Shown       string   `yaml:"shown"` // a guard over earlier closed fields
}

// Handling is how the product has a step handled, in handling.yaml: its own
// rules, which no verdict reads. What the law says of a step is in the step.
type Handling struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"` // the step's
	// To is the kinds of body to one of which the step goes, by name: it is told,
	// and may open the file.
	To []string `yaml:"to"`
	// Until is the steps that decide what was filed: then the body named is no
	// longer addressed, and what that opened to it closes.
	Until []string `yaml:"until"`
	// Tells is the kinds of body of the region that are told of the step at once, with
	// a task. It opens the file to none of them.
	Tells []string `yaml:"tells"`
	// Apart is steps after which the same worker may not take this one: who holds
	// a person does not decide on her claim.
	Apart []string `yaml:"apart"`
	// Waits says that the step, though kinds of body share it that decide nothing,
	// stands in the list of work of those who are with the person or were named.
	Waits bool `yaml:"waits"`
	// Begins is the kinds of body that may begin a file with this step, in one
	// form, from their first page; Where is the steps that say where the person
	// is, one of which may be taken with it.
	Begins []string `yaml:"begins"`
	Where  []string `yaml:"where"`
	// Given is what beginning with this step says of the person by itself, facts
	// that are then not asked: a birth is a child's.
	Given map[string]string `yaml:"given"`
	// Family says that the step may be taken for several of a family in one form:
	// each in her own file, by her own law, with her own reasons.
	Family bool `yaml:"family"`
	// Screens says that the signs of the criteria are asked with the step, and
	// that who is presumed a victim by them is presumed with it.
	Screens bool `yaml:"screens"`
	// Two says that the step is taken by two of one body: one proposes it, and
	// until another has confirmed it nothing is changed by it.
	Two   bool    `yaml:"two"`
	Basis []Basis `yaml:"basis"`
}

// Operation is one occasion on which several persons are met: each becomes a
// file of her own, and none is forgotten. It is the product's, not the law's.
type Operation struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"`
	// Kinds of body keep such an operation and see its list.
	Kinds []string `yaml:"kinds"`
	// Meets is steps; the first that is open to a person begins her file.
	Meets []string `yaml:"meets"`
	// Screens is steps; who has taken none of them waits.
	Screens []string `yaml:"screens"`
	// Visits makes it one that comes to a door, again if need be: see Visits.
	Visits *Visits `yaml:"visits"`
	Basis  []Basis `yaml:"basis"`
}

// Visits says how people are met at their door, in a list of the household: each
// is asked in her line what the step that meets her asks, and has a file only
// when her line says that she is one of those who are looked for, and she agrees.
type Visits struct {
	// Row is fields of the meeting steps' forms, asked in each line.
	Row []string `yaml:"row"`
	// Referred and Resolved are guards over the situation of somebody found.
	Referred string `yaml:"referred"`
	Resolved string `yaml:"resolved"`
	// Keep is how long after the last visit names and the address are kept: the
	// product's own, until Asks, a question of law, is answered.
	Keep string `yaml:"keep"`
	Asks string `yaml:"asks"`
}

// Kin is one way in which two persons belong together, in kin.yaml: what the
// other is to the person of the file. It is the product's, not the law's.
type Kin struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"` // "parent": the other is her parent
	// Inverse is what she is to the other: "child".
	Inverse string `yaml:"inverse"`
	// Reads is which facts about a relative her rules read out of the other's file.
	Reads []KinRead `yaml:"reads"`
	// Steps is those of her own procedures by which the law makes such a relation,
	// shown beside it: saying who the guardian is appoints nobody.
	Steps []string `yaml:"steps"`
	// PageAfter is the steps by one of which such a relative of a child was appointed,
	// and may then be given a page of their own; none: no such relative gets one.
	PageAfter []string `yaml:"page_after"`
	Basis     []Basis  `yaml:"basis"`
}

// KinRead feeds one fact about a relative from what the relative's own file
// records under From, a fact or a variable. Sex: of a relative of that sex only.
// Of turns the one's values into the other's; a value that is in neither says nothing.
type KinRead struct {
	Fact string            `yaml:"fact"`
	Sex  string            `yaml:"sex"`
	From string            `yaml:"from"`
	Of   map[string]string `yaml:"of"`
}

// Hearing is an occasion at which a body hears the person before it decides, in
// hearings.yaml: an interview, a session of a court. What has to precede it is
// the law's where a source says so, and otherwise not known.
type Hearing struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"`
	// Steps is the steps that it prepares; it is set while one of them is open.
	Steps   []string `yaml:"steps"`
	Minutes int      `yaml:"minutes"` // as long as it is taken to last unless said otherwise
	// Notice is how long before it she has to be told; none: no text that was read says.
	Notice  []Notice     `yaml:"notice"`
	Attends []Attendance `yaml:"attends"`
	Basis   []Basis      `yaml:"basis"`
}

// Notice is how long before a hearing the person has to be told of it.
type Notice struct {
	Dates  Dates   `yaml:"dates"`
	Length string  `yaml:"length"`
	Basis  []Basis `yaml:"basis"`
}

// Attendance is somebody who must be there beside her. When is a guard over the
// situation; empty is always.
type Attendance struct {
	Who   string  `yaml:"who"` // guardian, representative, psychologist
	When  string  `yaml:"when"`
	Basis []Basis `yaml:"basis"`
}

// FollowUp is that somebody asks a person who has left how it goes, in
// followups.yaml: the service's own practice, which no verdict reads. One body, of
// one of Kinds, that helped her when she left, asks after each length of At.
// Wording is followup.ID.
type FollowUp struct {
	Pos     Pos      `yaml:"-"`
	ID      string   `yaml:"id"`
	After   []string `yaml:"after"`   // steps with which she leaves
	Leaving bool     `yaml:"leaving"` // so it is when a provider says that she has left
	Kinds   []string `yaml:"kinds"`
	At      []string `yaml:"at"`      // "1 month"
	Consent string   `yaml:"consent"` // purpose; a no ends it, and without a yes nobody sees how to reach her
	Basis   []Basis  `yaml:"basis"`
}

// Keeping is keeping.yaml: how a file is erased, whose order keeps it, and when its
// time is over.
type Keeping struct {
	Pos     Pos      `yaml:"-"`
	Erasure Erasure  `yaml:"erasure"`
	Holds   []Holder `yaml:"holds"`
	// Retention is how long files are kept.
	Retention []Retention `yaml:"retention"`
	// Records is how long what is kept beside files is kept.
	Records []Record `yaml:"records"`
	// Questions are what no text that was read settles of it.
	Questions []procedure.Question `yaml:"questions"`
}

// Erasure is how two erase a file. Who they are is in access.yaml.
type Erasure struct {
	Pos    Pos    `yaml:"-"`
	Wait   string `yaml:"wait"`   // between the second and the erasing
	Answer string `yaml:"answer"` // until when the person's wish is answered: "30 days" or unknown("question")
	// AnswerBasis is what says so.
	AnswerBasis []Basis         `yaml:"answer_basis"`
	Grounds     []ErasureGround `yaml:"grounds"`
	Basis       []Basis         `yaml:"basis"` // of the wait
}

// ErasureGround is why a file may go. Wish: the person's own, which is recorded first.
// Time: its time is over by a schedule, which the sweep finds.
// Wording is erasure.ground.ID.
type ErasureGround struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"`
	Wish  bool    `yaml:"wish"`
	Time  bool    `yaml:"time"`
	Basis []Basis `yaml:"basis"`
}

// Holder is whose order keeps a file. Wording is hold.by.ID.
type Holder struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"`
	Basis []Basis `yaml:"basis"`
}

// Ground is one of the grounds, or nil.
func (e Erasure) Ground(id string) *ErasureGround {
	return find(e.Grounds, func(g *ErasureGround) bool { return g.ID == id })
}

// Holder is one of those whose order keeps a file, or nil.
func (k Keeping) Holder(id string) *Holder {
	return find(k.Holds, func(h *Holder) bool { return h.ID == id })
}

// Paper is what the person is handed when one of Steps has been taken, in
// papers.yaml: a certificate, or a note to whom she is sent. A decision against
// her needs no row: its paper is made of what the step itself states. Wording is
// paper.ID, the title, and paper.ID.text, what it says.
type Paper struct {
	Pos   Pos      `yaml:"-"`
	ID    string   `yaml:"id"`
	Kind  string   `yaml:"kind"` // certificate, referral
	Steps []string `yaml:"steps"`
	// Valid is the clock at whose end the paper ends.
	Valid string  `yaml:"valid"`
	Basis []Basis `yaml:"basis"`
}

// Offence is an article of a code by code version, in offences.yaml.
type Offence struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"`
	Code  string  `yaml:"code"` // act id
	Art   string  `yaml:"art"`
	Dates Dates   `yaml:"dates"`
	Theme string  `yaml:"theme"`
	Was   string  `yaml:"was"` // id of the offence it replaced
	Basis []Basis `yaml:"basis"`
}

// Standards is standards.yaml: the service's own standards, which are not law.
type Standards struct {
	Pos        Pos        `yaml:"-"`
	Priorities []Priority `yaml:"priorities"`
	MaxAsked   int        `yaml:"max_asked"` // providers asked at once
	Undo       string     `yaml:"undo"`      // how long an acceptance can be undone
	Hold       string     `yaml:"hold"`      // how long a place is kept
	Stale      string     `yaml:"stale"`     // when a figure of free places is old
	Few        int        `yaml:"few"`       // counts below this are not kept or shown
	Emergency  string     `yaml:"emergency"` // length of emergency access
	Confirm    string     `yaml:"confirm"`   // how long a step of two waits for the second before it is late
	Complaint  string     `yaml:"complaint"` // within how long a person's complaint is answered
	Published  FreePlaces `yaml:"published"`
	Openings   Deferring  `yaml:"openings"`
	// Oversight is who is told of what bodies of other kinds leave overdue.
	Oversight []Oversight `yaml:"oversight"`
	Basis     []Basis     `yaml:"basis"`
}

// FreePlaces is how the free places of a region are told to whoever reads the directory:
// after a delay, in steps, so that nobody reads off them that one person came. A pack
// without it tells none.
type FreePlaces struct {
	Delay string `yaml:"delay"` // how old the figure is at least
	Step  int    `yaml:"step"`  // it is told in steps of so many
}

// Deferring is for how long an officer may have an opening of a file shown to the person
// later. A pack without it lets nobody.
type Deferring struct {
	Defer  string `yaml:"defer"`  // the longest, from the day on which it is said
	Within string `yaml:"within"` // how soon after the opening it must be said
}

// Oversight is a kind of body that sees what bodies of other kinds have left overdue
// for longer than a time: how much at which body. A body of a region sees its region's.
type Oversight struct {
	Pos   Pos      `yaml:"-"`
	By    string   `yaml:"by"`
	Of    []string `yaml:"of"`
	After string   `yaml:"after"`
	Basis []Basis  `yaml:"basis"`
}

// Priority is a pace of referral.
type Priority struct {
	Pos         Pos    `yaml:"-"`
	ID          string `yaml:"id"`
	Acknowledge string `yaml:"acknowledge"`
	Answer      string `yaml:"answer"`
	Ring        string `yaml:"ring"` // when the coordinator's and the hotline's telephones ring
}

// Refusal is a coded reason for refusing a referral. Forbidden names the
// article that forbids it, if one does.
type Refusal struct {
	Pos       Pos     `yaml:"-"`
	ID        string  `yaml:"id"`
	Gap       bool    `yaml:"gap"` // shows a gap in provision, counted publicly
	Forbidden []Basis `yaml:"forbidden"`
}

// ConsentPurpose is something a person may agree to.
type ConsentPurpose struct {
	Pos Pos    `yaml:"-"`
	ID  string `yaml:"id"`
	// Stage says what a yes is the ground of: referral (a need card may be sent),
	// acceptance (who she is passes to the one who accepts), or nothing more.
	Stage      string   `yaml:"stage"`
	Recipients []string `yaml:"recipients"` // kinds of body that may be named
	Groups     []string `yaml:"groups"`     // field groups it covers
	// InPerson: a yes is given to a worker, face to face, and never on the person's own
	// page, where whoever she fears may hold the telephone.
	InPerson bool    `yaml:"in_person"`
	Basis    []Basis `yaml:"basis"`
}

// OnPage says whether the purpose stands on a person's own page: what passes to nobody
// is a worker's record of what was explained.
func (c *ConsentPurpose) OnPage() bool { return len(c.Recipients) > 0 }

// Right is a row of the rights ledger.
type Right struct {
	Pos   Pos     `yaml:"-"`
	ID    string  `yaml:"id"`
	Basis []Basis `yaml:"basis"`
}

// InformDuty is a duty to tell another body, shown before the worker records
// what triggers it, and to the person in plain words before she speaks.
type InformDuty struct {
	Pos    Pos      `yaml:"-"`
	ID     string   `yaml:"id"`
	Dates  Dates    `yaml:"dates"`
	Kinds  []string `yaml:"kinds"` // whose duty
	To     []string `yaml:"to"`
	When   string   `yaml:"when"`   // a guard over the situation
	Fields []string `yaml:"fields"` // the least the article asks; never the place
	Basis  []Basis  `yaml:"basis"`
}

// Need is something a person may need now.
type Need struct {
	Pos    Pos    `yaml:"-"`
	ID     string `yaml:"id"`
	Urgent bool   `yaml:"urgent"`
	Tap    bool   `yaml:"tap"`
	Gap    string `yaml:"gap"` // why no service answers it, where none does
}
