package pack

import "pana/internal/procedure"

// Property is something the procedures must guarantee: a row of
// properties.yaml. It has exactly one form (law/pack-semantics §7). Its
// statement is wording: property.ID, with .short for a table's row.
type Property struct {
	Pos    Pos      `yaml:"-"`
	ID     string   `yaml:"id"`    // "A01"
	Theme  string   `yaml:"theme"` // wording theme.X
	Bodies []string `yaml:"bodies"`
	// Sources are the paragraphs that ask for it: "unhcr-2019 Issue 1 ¶1".
	Sources         []string `yaml:"sources"`
	Recommendations []string `yaml:"recommendations"` // their ids: "OSCE-5.4"
	Focus           []string `yaml:"focus"`           // procedures the search begins with; the checker widens
	// Assume lists what is taken for granted: on_time (no duty's clock expires).
	Assume []string `yaml:"assume"`

	Never       *Never       `yaml:"never"`
	Until       *Until       `yaml:"until"`
	Possible    *Possible    `yaml:"possible"`
	Limbo       *Limbo       `yaml:"limbo"`
	Independent *Independent `yaml:"independent"`
	Bounded     *Bounded     `yaml:"bounded"`
	Declared    *Declared    `yaml:"declared"`
	Conserved   *Conserved   `yaml:"conserved"`

	Expect []Expectation `yaml:"expect"`
}

// Never holds when no reachable situation meets When or, with Steps, when none
// of them (ids, or the effect removal) fires from one that does.
type Never struct {
	When  string   `yaml:"when"`
	Steps []string `yaml:"steps"`
}

// Until holds when, once After held (or one of AfterSteps fired), no Never step
// fires while Before is false.
type Until struct {
	After      string   `yaml:"after"`
	AfterSteps []string `yaml:"after_steps"`
	Never      []string `yaml:"never"`
	Before     string   `yaml:"before"`
}

// Possible holds when from every reachable situation that meets Where, Goal can
// be reached by the person's own steps, by time and by owed duties alone.
type Possible struct {
	Where string `yaml:"where"`
	Goal  string `yaml:"goal"`
}

// Limbo is Possible with a right as goal: has(Right), or has(Right, From).
type Limbo struct {
	Where string `yaml:"where"`
	Right string `yaml:"right"`
	From  string `yaml:"from"`
}

// Independent holds when persons who start equal but for Of (facts), and meet
// Given, agree on whether Goal can be reached; with Without (procedures), when
// each person agrees with themselves once the steps of those procedures are gone.
type Independent struct {
	Of      []string `yaml:"of"`
	Without []string `yaml:"without"`
	Given   string   `yaml:"given"`
	Goal    string   `yaml:"goal"`
}

// Bounded holds when the longest sum of limits on a way from From to To is at
// most Max; a wait without a limit fails.
type Bounded struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
	Max  string `yaml:"max"`
}

// Declared holds when every element that meets Each satisfies Require. Both are
// guards over what the element states (check.Columns lists the columns).
type Declared struct {
	Each    string `yaml:"each"`
	Require string `yaml:"require"`
	// Some asks that there be such an element: of what no text orders it may not be
	// said that all of it is in order.
	Some bool `yaml:"some"`
}

// Conserved holds when after each of Entry exactly one of Outcome fires: never a
// second without a new entry, and one can always be reached.
type Conserved struct {
	Entry   []string `yaml:"entry"`
	Outcome []string `yaml:"outcome"`
}

// Expectation is the verdict that published sources expect of one column.
// Where the text of the law gives another, Derived says which and Because why:
// the text wins and the difference is shown.
type Expectation struct {
	Pos      Pos      `yaml:"-"`
	Snapshot Day      `yaml:"snapshot"`
	Overlays []string `yaml:"overlays"`
	// Kinds narrows it to persons with these facts; empty is the whole cell.
	Kinds   map[string]string `yaml:"kinds"`
	Verdict string            `yaml:"verdict"` // holds | fails | unknown
	Source  string            `yaml:"source"`
	Derived string            `yaml:"derived"` // empty: the same
	Because string            `yaml:"because"`
}

// Overlay is one source's account of how the law was applied, or what it
// recommends: a file of overlays/. The engine never runs it.
type Overlay struct {
	Pos    Pos    `yaml:"-"`
	ID     string `yaml:"id"` // "practice-unhcr-2019"; wording overlay.ID
	Source string `yaml:"source"`
	Kind   string `yaml:"kind"` // practice | recommended
	// Observed bounds what the source speaks of; outside it a column reads "if
	// nothing changed".
	Observed Dates    `yaml:"observed"`
	Over     string   `yaml:"over"` // the overlay that this one wins over
	Changes  []Change `yaml:"changes"`
	Basis    []Basis  `yaml:"basis"`
}

// What a change does.
const (
	OpReplace = "replace"
	OpAdd     = "add"
	OpDrop    = "drop"
	OpWeaken  = "weaken"
	OpIgnore  = "ignore"
)

// Change is one thing an overlay does. Op is replace (the fields that are
// given), add, drop, weaken (a duty becomes discretion) or ignore (bars of
// these classes do not bind the steps In). All but ignore name one element.
type Change struct {
	Pos         Pos                    `yaml:"-"`
	Op          string                 `yaml:"op"`
	Step        *procedure.Step        `yaml:"step"`
	Bar         *procedure.Bar         `yaml:"bar"`
	Entitlement *procedure.Entitlement `yaml:"entitlement"`
	Clock       *procedure.Clock       `yaml:"clock"`
	Derived     *procedure.Derived     `yaml:"derived"`
	Var         *procedure.Var         `yaml:"var"`
	Question    *procedure.Question    `yaml:"question"`
	Procedure   string                 `yaml:"procedure"` // of an element that is added
	Classes     []string               `yaml:"classes"`   // of ignore
	In          []string               `yaml:"in"`        // of ignore: step ids or effects; empty is everywhere
	Basis       []Basis                `yaml:"basis"`
}
