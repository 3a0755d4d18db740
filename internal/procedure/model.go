package procedure

import (
	"slices"
	"time"
)

// Model is the procedures as they stand on one day, compiled. It does not
// change, and many goroutines may use it at once.
type Model struct {
	day time.Time
	loc *time.Location
	cal Calendar

	slots     []slot   // facts and variables, by name
	names     []string // of the slots, and
	initials  []uint8  // what each reads as when nothing is recorded: close together, for they are read the most
	questions []string
	derived   map[string]*guard
	exported  map[string]bool

	clocks       []clock
	steps        []step
	bars         []bar
	entitlements []entitlement
	procedures   []Procedure
	protection   *guard // exported protection_open, or nil

	stepIndex map[string]int
	clockAt   map[string]int // place in clocks, by id
	start     start          // what everybody begins with
	timed     bool           // some clock's condition reads a clock, so expiries matter in order
	built     *builder       // names for Model.Guard
}

// slot is where a fact or variable lives in a frame.
type slot struct {
	name      string
	procedure string
	values    []string
	numbers   []int64 // of a number: the values
	kind      kind
	initial   uint8 // what is read when nothing is recorded
	fact      *Fact
	rank      []int // by value: the higher the safer; nil: two that disagree are not known
}

type clock struct {
	Clock
	inForce   bool
	length    Length // as the law has it
	counted   Length // what the engine counts by: the length, or the reported one
	extend    Length
	starts    *guard // nil: by steps only
	stops     *guard
	suspended *guard
}

type bar struct {
	Bar
	when    *guard // with exists
	removal bool   // binds every removal
	some    bool   // binds a step that is a removal
}

type entitlement struct {
	Entitlement
	when *guard // with exists
}

type step struct {
	Step
	parts   []part
	alone   []*guard // parts' guards and the negations of bars, for allTruth
	whole   *guard
	bars    []int // level bar, by index
	holds   []int // level hold
	must    *guard
	sets    []pair
	starts  []int
	stops   []int
	extends []int
	rounds  string // slot that counts rounds, when Again
	resets  []string
	offs    []int // clocks that a new round turns off
}

// part is one conjunct of a step's guard.
type part struct {
	guard *guard
	code  string
}

// Day is the day the model is for.
func (m *Model) Day() time.Time { return m.day }

// Steps are the steps in force, in the pack's order, with the steps that come
// of notices behind their step.
func (m *Model) Steps() []*Step {
	out := make([]*Step, len(m.steps))
	for i := range m.steps {
		out[i] = &m.steps[i].Step
	}
	return out
}

// Step finds a step in force, or nil.
func (m *Model) Step(id string) *Step {
	if i, ok := m.stepIndex[id]; ok {
		return &m.steps[i].Step
	}
	return nil
}

// Clock finds a clock, in force or not, or nil.
func (m *Model) Clock(id string) *Clock {
	for i := range m.clocks {
		if m.clocks[i].ID == id {
			return &m.clocks[i].Clock
		}
	}
	return nil
}

// Procedures are the procedures, in the pack's order.
func (m *Model) Procedures() []Procedure { return m.procedures }

// Questions are the ids of the open questions of law.
func (m *Model) Questions() []string { return m.questions }

// Names are the facts and variables, sorted.
func (m *Model) Names() []string {
	out := make([]string, len(m.slots))
	for i := range m.slots {
		out[i] = m.slots[i].name
	}
	return out
}

// Values are what a fact or variable can be, in the pack's order; nil for an
// unknown name.
func (m *Model) Values(name string) []string {
	if i, ok := m.slot(name); ok {
		return m.slots[i].values
	}
	return nil
}

// IsFact says whether a name is a fact: true of the person, set by no step.
func (m *Model) IsFact(name string) bool {
	i, ok := m.slot(name)
	return ok && m.slots[i].fact != nil
}

func (m *Model) slot(name string) (int, bool) {
	return slices.BinarySearchFunc(m.slots, name, func(s slot, name string) int {
		switch {
		case s.name < name:
			return -1
		case s.name > name:
			return 1
		}
		return 0
	})
}

func (m *Model) questionIDs(indices []int) []string {
	if len(indices) == 0 {
		return nil
	}
	out := make([]string, 0, len(indices))
	for _, q := range indices {
		out = append(out, m.questions[q])
	}
	slices.Sort(out)
	return slices.Compact(out)
}
