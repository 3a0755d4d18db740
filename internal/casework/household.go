package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A household is met at its door, by several visits, in an operation that the pack
// lets visit. Two streams have it under one id. The operation keeps what is counted:
// the visits, and of each line one of four states. What was said at the door, names
// and the address, is the household's, and is erased when its time is over: who
// refused, or was not looked for, leaves a number and nothing else.

// Outcomes of a visit.
const (
	VisitMet   = "met"
	VisitAgain = "again" // on a day they named
)

// VisitOutcomes are all of them, in the order in which they are asked.
var VisitOutcomes = []string{VisitMet, "not_home", "refused", "moved", VisitAgain}

// States of a line. Everybody of whom a household was heard is in exactly one.
const (
	LineIdentified = "identified" // one of those who are looked for
	LineSettled    = "settled"    // met, and not one of them
	LineRefused    = "refused"
	LineNotMet     = "not_met" // somebody said that she lives there
)

// LineStates are all of them, in the order in which they are asked.
var LineStates = []string{LineIdentified, LineSettled, LineRefused, LineNotMet}

// DoorVisited is one visit: what came of it, and when to come again.
type DoorVisited struct {
	Outcome string        `json:"outcome,omitempty"` // empty: lines were put right without a visit
	Again   time.Time     `json:"again,omitzero"`
	Area    withheld.Text `json:"area,omitzero"`
}

// LineCounted says in which state somebody of the household is. Line is the id that
// her file has if she gets one.
type LineCounted struct {
	Line  id.File `json:"line"`
	State string  `json:"state"`
}

// HouseholdWritten is all that was said at the door, as it stands: each writing takes
// the place of the one before.
type HouseholdWritten struct {
	Until   time.Time       `json:"until"`
	Address withheld.Text   `json:"address,omitzero"`
	Lines   []HouseholdLine `json:"lines,omitempty"`
}

// HouseholdOpened says that somebody read it.
type HouseholdOpened struct {
	Rule string `json:"rule"`
}

// HouseholdLine is one person of the household, as she or somebody there said.
type HouseholdLine struct {
	Line    id.File                  `json:"line"`
	Name    withheld.Text            `json:"name,omitzero"`
	Script  string                   `json:"script,omitempty"`
	Sex     string                   `json:"sex,omitempty"`
	Typed   withheld.Text            `json:"typed,omitzero"`  // the age or birth as it was written down
	Born    withheld.Text            `json:"born,omitzero"`   // 2011-05-01, 2011-05 or 2011
	Age     int                      `json:"age,omitempty"`   // as said, or from Born
	Known   string                   `json:"known,omitempty"` // under_18, adult
	Kin     string                   `json:"kin,omitempty"`   // what Of is to her: "parent"
	Of      id.File                  `json:"of,omitempty"`    // another line
	Consent string                   `json:"consent,omitempty"`
	Said    map[string]withheld.Text `json:"said,omitempty"` // what the row asks besides
}

func (DoorVisited) EventType() (string, int)      { return "operation.visited", 1 }
func (LineCounted) EventType() (string, int)      { return "operation.line", 1 }
func (HouseholdWritten) EventType() (string, int) { return "household.written", 1 }
func (HouseholdOpened) EventType() (string, int)  { return "household.opened", 1 }

// Visit is one visit as it stands.
type Visit struct {
	DoorVisited
	At     time.Time
	Worker id.Worker
}

// Household is what was said at a door, as it stands.
type Household struct {
	ID   id.Operation
	Body id.Body
	HouseholdWritten
	Openings []SignalOpening
	seq      uint64
}

func (h *Household) Ref() Ref    { return Ref{HouseholdStream, string(h.ID)} }
func (h *Household) Seq() uint64 { return h.seq }

// line is somebody's line, or nil.
func (h *Household) line(line id.File) *HouseholdLine {
	if h == nil {
		return nil
	}
	i := slices.IndexFunc(h.Lines, func(l HouseholdLine) bool { return l.Line == line })
	if i < 0 {
		return nil
	}
	return &h.Lines[i]
}

// State is the state in which somebody is; "" when nobody heard of her.
func (o *Operation) State(line id.File) string {
	if o == nil {
		return ""
	}
	for _, l := range o.Lines {
		if l.Line == line {
			return l.State
		}
	}
	return ""
}

func (o *Operation) visited(v DoorVisited, e Event) {
	if v.Outcome != "" {
		o.Visits = added(o.Visits, Visit{v, e.OccurredAt, e.Worker})
	}
	o.Area = v.Area
}

func (o *Operation) counted(v LineCounted) {
	if o.State(v.Line) == "" {
		o.Lines = added(o.Lines, v)
		return
	}
	o.Lines = edited(o.Lines, func(l *LineCounted) bool { return l.Line == v.Line }, func(l *LineCounted) { l.State = v.State })
}

func foldHousehold(old *Household, e Event) (State, error) {
	h := Household{ID: id.Operation(e.Stream.ID)}
	if old != nil {
		h = *old
	}
	switch v := e.Payload.(type) {
	case HouseholdWritten:
		h.Body, h.HouseholdWritten = e.Body, v
	case HouseholdOpened:
		h.Openings = added(h.Openings, SignalOpening{e.OccurredAt, e.Worker})
	default:
		return nil, unknown(e)
	}
	h.seq = e.Seq
	return &h, nil
}

// OpenHousehold records that somebody reads what was said at a door: one leaf for
// each worker and hour, before the page is sent.
func OpenHousehold(h *Household, rule string, m Moment) (Decision, error) {
	if h == nil {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil // erased: nothing is read
	}
	hour := m.At.Truncate(time.Hour)
	if slices.ContainsFunc(h.Openings, func(o SignalOpening) bool { return o.Worker == m.By.Worker && !o.At.Before(hour) }) {
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	}
	return single(m, h.Ref(), HouseholdOpened{rule}, "receipt.opened"), nil
}

// VisitInput is what a form of a household sends.
type VisitInput struct {
	Operation  id.Operation
	Kind       string
	Region     string
	Outcome    string
	Again      time.Time
	OccurredAt time.Time
	Area       withheld.Text
	Address    withheld.Text
	Rows       []VisitRow
	Files      []id.File // lines that get a file with it
	AllFiles   bool      // every line that may
}

// VisitRow is one line as it was sent.
type VisitRow struct {
	HouseholdLine
	State string
}

// VisitDoor records a visit with the lines of a form, and opens the files that are
// asked for with it, all of it or nothing. A line that has its file is changed in the
// file. MayKin says of a file that there was before whether this worker may say who
// belongs to whom in it.
func VisitDoor(o *Operation, h *Household, fileOf func(id.File) *File, mayKin func(*File) bool, in VisitInput, m Moment) (Decision, error) {
	d := door{o: o, h: h, in: in, m: m, fileOf: fileOf, mayKin: mayKin}
	if err := d.check(); err != nil {
		return Decision{}, err
	}
	until, err := m.dueFrom(d.kind.Visits.Keep, m.At)
	if err != nil {
		return Decision{}, err
	}
	d.counts = builder{m: m, stream: Ref{OperationStream, string(in.Operation)}, at: occurred(in.OccurredAt, m)}
	if o == nil {
		d.counts.add(CompartmentCore, OperationOpened{d.kind.ID, in.Region})
	}
	if in.Outcome != "" || o == nil || o.Area.Reveal() != in.Area.Reveal() {
		d.counts.add(CompartmentCore, DoorVisited{in.Outcome, in.Again, in.Area})
	}
	lines := d.lines()
	opened, err := d.files(lines)
	if err != nil {
		return Decision{}, err
	}
	b := &d.counts
	b.addTo(Ref{HouseholdStream, string(in.Operation)}, CompartmentIdentity, HouseholdWritten{until, in.Address, lines}, "")
	b.receipt(Receipt{Code: "receipt.household", Args: map[string]string{"household": string(in.Operation), "n": strconv.Itoa(len(lines)), "files": strconv.Itoa(opened)}})
	return b.decision, nil
}

// door is one visit while it is decided.
type door struct {
	visitKind
	o      *Operation
	h      *Household
	in     VisitInput
	m      Moment
	fileOf func(id.File) *File
	mayKin func(*File) bool
	counts builder
}

// lines are all of the household as they stand now: those that were there, put right
// by the rows, then those who are new. What a state leaves no reason to keep is
// dropped: of who refuses, everything.
func (d *door) lines() []HouseholdLine {
	var out []HouseholdLine
	if d.h != nil {
		out = slices.Clone(d.h.Lines)
	}
	for _, r := range d.in.Rows {
		l := r.kept()
		if i := slices.IndexFunc(out, func(x HouseholdLine) bool { return x.Line == r.Line }); i >= 0 {
			out[i] = l
		} else {
			out = append(out, l)
		}
		if d.o.State(r.Line) != r.State {
			d.counts.add(CompartmentCore, LineCounted{r.Line, r.State})
		}
	}
	return out
}

// kept is what is kept of a line in its state.
func (r VisitRow) kept() HouseholdLine {
	switch l := r.HouseholdLine; r.State {
	case LineIdentified:
		return l
	case LineRefused:
		return HouseholdLine{Line: l.Line}
	default:
		l.Consent, l.Said = "", nil
		return l
	}
}

// state is the state of a line with what this form says.
func (d *door) state(line id.File) string {
	for _, r := range d.in.Rows {
		if r.Line == line {
			return r.State
		}
	}
	return d.o.State(line)
}

// files opens those that are asked for, and says in them who belongs to whom.
func (d *door) files(lines []HouseholdLine) (opened int, err error) {
	var bad []fault.Field
	begun := map[id.File]bool{}
	row := 0
	for i, l := range lines {
		if d.o.Has(l.Line) {
			continue
		}
		row++
		asked := d.in.AllFiles && d.state(l.Line) == LineIdentified || slices.Contains(d.in.Files, l.Line)
		if !asked {
			continue
		}
		if err := d.file(l, i+1); err != nil {
			bad = append(bad, inRow(row-1, err)...)
			continue
		}
		begun[l.Line] = true
	}
	if len(begun)+len(bad) == 0 && (d.in.AllFiles || len(d.in.Files) > 0) {
		return 0, fault.Form(fault.Field{Name: rowField(0, "line_state"), Code: CodeNobodyFound})
	}
	d.kin(lines, begun)
	return len(begun), fault.Form(bad...)
}

// file opens one person's file with the step that meets her, her name and her own
// answer. An adult who wants no file gets none.
func (d *door) file(l HouseholdLine, no int) error {
	if d.state(l.Line) != LineIdentified {
		return fault.Form(fault.Field{Name: "line_state", Code: CodeNobodyFound})
	}
	if d.fileOf(l.Line) != nil {
		return fault.New(fault.Conflict, CodeFileExists)
	}
	in := OpenFileInput{
		File: l.Line, Sex: l.Sex, Age: l.Age, Region: d.in.Region, Consent: l.Consent, OccurredAt: d.counts.at,
		ConsentID: derived[id.Consent](d.m.At, string(l.Line), "consent"),
	}
	if l.Age == 0 {
		in.AgeKnown = l.Known // a child in its first year
	}
	if err := d.asked(l, in.created(d.m, d.counts.at).AgeKnown); err != nil {
		return err
	}
	met, err := meet(d.kind, in, l.Said, d.m)
	if err != nil {
		return err
	}
	b := builder{m: d.m, stream: Ref{FileStream, string(l.Line)}, at: d.counts.at, decision: met}
	if err := b.whoAtDoor(l, d.m); err != nil {
		return err
	}
	b.consent(in)
	d.counts.add(CompartmentCore, PersonFound{l.Line, no})
	d.counts.decision.Events = append(d.counts.decision.Events, b.decision.Events...)
	d.counts.decision.Effects = append(d.counts.decision.Effects, b.decision.Effects...)
	return nil
}

// whoAtDoor records who the person said she is.
func (b *builder) whoAtDoor(l HouseholdLine, m Moment) error {
	who := IdentityAdded{Identity: Identity{Born: Born{Date: l.Born}, Sex: l.Sex}, Facts: map[string]string{}}
	if !l.Name.Empty() {
		who.Identity.Names = []Name{{Script: l.Script, Full: l.Name, Use: "given"}}
	}
	if l.Born.Empty() {
		who.Identity.Born.SaidAge = l.Age
	}
	if who.Identity.Empty() && l.Age == 0 {
		return nil
	}
	switch born, known, err := who.Identity.Born.parse(m); {
	case err != nil:
		return fault.Form(fault.Field{Name: "line_age", Code: "field.line_age"})
	case known:
		who.ages(born, m)
	}
	b.add(CompartmentIdentity, who)
	return nil
}

// kin says in both files who belongs to whom, where one of them was opened now.
func (d *door) kin(lines []HouseholdLine, begun map[id.File]bool) {
	there := func(f id.File) bool {
		return begun[f] || d.o.Has(f) && d.fileOf(f).check(0) == nil && d.mayKin(d.fileOf(f))
	}
	for _, l := range lines {
		kind := d.m.Laws.Pack().KinOf(l.Kin)
		if kind == nil || !begun[l.Line] && !begun[l.Of] || !there(l.Line) || !there(l.Of) {
			continue
		}
		d.counts.addTo(Ref{FileStream, string(l.Line)}, CompartmentCore, KinSaid{l.Of, kind.ID, true}, "")
		d.counts.addTo(Ref{FileStream, string(l.Of)}, CompartmentCore, KinSaid{l.Line, kind.Inverse, true}, "")
	}
}
