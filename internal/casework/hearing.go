package casework

import (
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// A hearing is a day on which a body hears the person before it takes a step: an
// interview, a session of a court. It prepares the step and does not take it:
// nothing follows for her from a hearing that was not held, whatever the reason.
// Where she will be at which hour lies in the compartment of the body's kind; the
// index has the hour, and of room and interpreter only keyed tags.

// HearingSet is a hearing as it was set: when and where, who decides, in which
// language, who interprets and who must be there.
type HearingSet struct {
	Hearing     id.Hearing    `json:"hearing"`
	Of          string        `json:"of"`   // the pack's hearing
	Step        string        `json:"step"` // that it prepares
	At          time.Time     `json:"at"`
	Minutes     int           `json:"minutes"`
	Remote      bool          `json:"remote,omitempty"`
	Room        withheld.Text `json:"room"`
	RoomTag     string        `json:"room_tag,omitempty"`
	Decider     id.Worker     `json:"decider,omitempty"`
	Language    string        `json:"language"`
	Interpreter Interpreter   `json:"interpreter"`
	Attends     []string      `json:"attends,omitempty"`
}

// Interpreter is who carries the words. What matters to the person is what she
// said when she was asked: nobody's guess from her sex or her country.
type Interpreter struct {
	State   string        `json:"state"`
	Sex     string        `json:"sex,omitempty"`
	Origin  string        `json:"origin,omitempty"`
	Name    withheld.Text `json:"name"`
	Contact withheld.Text `json:"contact"`
	Tag     string        `json:"tag,omitempty"`
}

// HearingMoved sets a hearing anew, and says why.
type HearingMoved struct {
	Set HearingSet `json:"set"`
	Why string     `json:"why"`
}

// InterpreterSaid says how it stands with the interpreter.
type InterpreterSaid struct {
	Hearing     id.Hearing  `json:"hearing"`
	Interpreter Interpreter `json:"interpreter"`
}

// HearingClosed says what became of a hearing.
type HearingClosed struct {
	Hearing id.Hearing    `json:"hearing"`
	Outcome string        `json:"outcome"`
	Why     string        `json:"why,omitempty"`
	Text    withheld.Text `json:"text"`
}

func (HearingSet) EventType() (string, int)      { return "hearing.set", 1 }
func (HearingMoved) EventType() (string, int)    { return "hearing.moved", 1 }
func (InterpreterSaid) EventType() (string, int) { return "hearing.interpreter", 1 }
func (HearingClosed) EventType() (string, int)   { return "hearing.closed", 1 }

// States of a hearing, and of its interpreter.
const (
	HearingOpen      = "set"
	HearingHeld      = "took_place"
	HearingNotHeld   = "not_held"
	HearingCancelled = "cancelled"

	InterpreterNone      = "none"
	InterpreterAsked     = "asked"
	InterpreterBooked    = "booked"
	InterpreterConfirmed = "confirmed"
	InterpreterFailed    = "failed"
)

// Codes of a hearing. That somebody did not come is one reason among others and
// says nothing about her.
var (
	InterpreterStates  = []string{InterpreterNone, InterpreterAsked, InterpreterBooked, InterpreterConfirmed, InterpreterFailed}
	InterpreterSexes   = []string{"not_asked", "any", "female", "male"}
	InterpreterOrigins = []string{"not_asked", "any", "not_own"}
	HearingOutcomes    = []string{HearingHeld, HearingNotHeld, HearingCancelled}
	HearingReasons     = []string{"person_asked", "did_not_come", "interpreter_missing", "attendant_missing", "body", "illness", "not_told", "other"}
)

var closedAs = map[string]string{
	HearingHeld: "receipt.hearing_held", HearingNotHeld: "receipt.hearing_not_held", HearingCancelled: "receipt.hearing_cancelled",
}

// PaperMoved is why a summons stands no longer when its hearing was moved or closed.
const PaperMoved = "moved"

// Hearing is a hearing as it stands.
type Hearing struct {
	HearingSet
	Event  id.Event // that set it last: the summons is of it
	SetAt  time.Time
	By     id.Worker
	Body   id.Body
	Kind   string // of the body
	State  string
	Why    string // of the last move, or of how it ended
	Text   withheld.Text
	Moved  int
	Closed time.Time
}

// Until is when it is taken to end.
func (h HearingSet) Until() time.Time { return h.At.Add(time.Duration(h.Minutes) * time.Minute) }

// HearingInput sets a hearing, or sets it anew when Why says why. Clashes are what
// the desk found at that hour; with Despite they have been read.
type HearingInput struct {
	HearingSet
	Seen    id.Event // Hearing.Event as the form showed it
	Why     string
	Decider *Account
	Clashes []fault.Field
	Despite bool
}

// SetHearing sets a hearing of a step that is open, for a day to come.
func SetHearing(f *File, in HearingInput, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	if _, ok := f.HearingOf(in.Hearing); ok {
		return Decision{}, fault.New(fault.Conflict, CodeHearingChanged)
	}
	set, err := in.checked(f, m)
	if err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.hearing", Args: hearingArgs(f, set), Due: set.At, Next: "next.summons"})
	b.add(m.compartment(), set)
	b.tellOfHearing(f, "notify.hearing_set", set.Hearing)
	return b.decision, nil
}

// MoveHearing sets it anew. A summons that was handed over names a day that is no
// longer hers: it stands no longer.
func MoveHearing(f *File, in HearingInput, m Moment) (Decision, error) {
	h, err := f.ourHearing(in.Hearing, in.Seen, m)
	if err != nil {
		return Decision{}, err
	}
	if !slices.Contains(HearingReasons, in.Why) {
		return Decision{}, fault.Form(fault.Field{Name: "hearing_why", Code: CodeChooseWhy})
	}
	in.Of, in.Step = h.Of, h.Step
	set, err := in.checked(f, m)
	if err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.hearing_moved", Args: hearingArgs(f, set), Due: set.At, Next: "next.summons"})
	b.unsummon(f, h)
	b.add(m.compartment(), HearingMoved{set, in.Why})
	b.tellOfHearing(f, "notify.hearing_moved", set.Hearing)
	return b.decision, nil
}

// SayInterpreter says how it stands with the interpreter of a hearing.
func SayInterpreter(f *File, hearing id.Hearing, in Interpreter, m Moment) (Decision, error) {
	h, err := f.ourHearing(hearing, "", m)
	if err != nil {
		return Decision{}, err
	}
	var fs fields
	in.check(&fs)
	if err := fault.Form(fs...); err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.interpreter", Args: hearingArgs(f, h.HearingSet)})
	b.add(m.compartment(), InterpreterSaid{hearing, in})
	return b.decision, nil
}

// CloseHearing says that it was held, or was not and why. It is held when its hour
// has come; before that it can be cancelled.
func CloseHearing(f *File, in HearingClosed, seen id.Event, m Moment) (Decision, error) {
	h, err := f.ourHearing(in.Hearing, seen, m)
	if err != nil {
		return Decision{}, err
	}
	switch {
	case !slices.Contains(HearingOutcomes, in.Outcome):
		return Decision{}, fault.Form(fault.Field{Name: "hearing_outcome", Code: "field.choice"})
	case in.Outcome != HearingCancelled && m.At.Before(h.At):
		return Decision{}, fault.Form(fault.Field{Name: "hearing_outcome", Code: CodeHearingEarly})
	case in.Outcome != HearingHeld && !slices.Contains(HearingReasons, in.Why):
		return Decision{}, fault.Form(fault.Field{Name: "hearing_why", Code: CodeChooseWhy})
	}
	if in.Outcome == HearingHeld {
		in.Why = ""
	}
	b := f.building(m)
	b.receipt(Receipt{Code: closedAs[in.Outcome], Args: hearingArgs(f, h.HearingSet)})
	if in.Outcome != HearingHeld {
		b.unsummon(f, h)
	}
	b.add(m.compartment(), in)
	if in.Outcome != HearingHeld {
		b.tellOfHearing(f, "notify.hearing_off", in.Hearing)
	}
	return b.decision, nil
}

// ourHearing is an open hearing of this body, as the form showed it.
func (f *File) ourHearing(hearing id.Hearing, seen id.Event, m Moment) (Hearing, error) {
	if err := f.check(0); err != nil {
		return Hearing{}, err
	}
	h, ok := f.HearingOf(hearing)
	switch {
	case !ok || h.Body != m.By.Body:
		return h, fault.Withheld("no such hearing of this body")
	case h.State != HearingOpen:
		return h, fault.New(fault.Conflict, CodeHearingShut)
	case seen != "" && seen != h.Event:
		return h, fault.New(fault.Conflict, CodeHearingChanged)
	}
	return h, nil
}

// checked is the hearing as it can be set: of a step that is open and this body's,
// with somebody who may take it, and nothing at that hour that nobody has read of.
func (in HearingInput) checked(f *File, m Moment) (HearingSet, error) {
	set := in.HearingSet
	p := m.Laws.Pack()
	kind := p.HearingOf(set.Step)
	if kind == nil {
		return set, fault.New(fault.Invalid, CodeHearingNoStep, "step", set.Step)
	}
	set.Of = kind.ID
	step, err := f.heard(set.Step, m)
	if err != nil {
		return set, err
	}
	var fs fields
	if !set.At.After(m.At) {
		fs.add("hearing_at", CodeHearingPast)
	}
	if set.Minutes < 5 || set.Minutes > mostMinutes {
		fs.add("hearing_minutes", "field.number")
	}
	if !set.Remote && set.Room.Empty() {
		fs.add("room", "field.required")
	}
	if set.Language == "" {
		fs.add("hearing_language", "field.required")
	}
	set.Interpreter.check(&fs)
	if in.Decider != nil {
		set.Decider = in.Decider.ID
		in.decides(f, step, &fs, m)
	}
	if len(fs) == 0 && !in.Despite {
		fs = append(in.Clashes, unusual(kind, p, set.At, m)...)
	}
	return set, fault.Form(fs...)
}

// heard is the step that a hearing prepares: one that a body of this kind takes and
// that the law of today does not close. What holds it, a guardian who is not there
// yet, may be there on the day.
func (f *File) heard(step string, m Moment) (*procedure.Step, error) {
	model, err := modelOn(m.Laws, m.At)
	if err != nil {
		return nil, err
	}
	offer, ok := model.Offer(f.before(m.At), step, m.At)
	if !ok || offer.State == procedure.Closed || !takenByKind(offer.Step, m.By.Kind) {
		return nil, fault.New(fault.Invalid, CodeHearingNoStep, "step", step)
	}
	return offer.Step, nil
}

// MayBeHeard says whether a hearing of a step can be set by somebody of this kind
// of body; MayHear lists the steps of which one can, one for each of the pack's
// hearings: a hearing of a complaint prepares whichever answer it gets.
func MayBeHeard(f *File, step string, m Moment) bool {
	_, err := f.heard(step, m)
	return err == nil && m.Laws.Pack().HearingOf(step) != nil
}

func MayHear(f *File, m Moment) []string {
	var out []string
	for i := range m.Laws.Pack().Hearings {
		for _, step := range m.Laws.Pack().Hearings[i].Steps {
			if MayBeHeard(f, step, m) {
				out = append(out, step)
				break
			}
		}
	}
	return out
}

// MayDecide says whether somebody may take a step in this file: by role, and not
// kept apart from it by what they did before.
func MayDecide(f *File, s *procedure.Step, a *Account, m Moment) bool {
	who := m.as(a)
	return !a.Out() && a.Body == m.By.Body && mayTake(s, who.By) && f.notSame(s, who) == ""
}

// as is the moment of somebody else of the same body.
func (m Moment) as(a *Account) Moment {
	m.By = Actor{Worker: a.ID, Body: a.Body, Kind: m.By.Kind, Role: a.Role, Region: m.By.Region}
	return m
}

// proposer is the moment of who proposed what this worker confirms: of the same
// body, and then of a role that took the step.
func (m Moment) proposer(p *ProposedBy) Moment {
	m.By.Worker = p.Worker
	return m
}

// takenByKind says whether somebody of a kind of body takes a step: who sets the
// day need not be who decides.
func takenByKind(s *procedure.Step, kind string) bool {
	return slices.ContainsFunc(s.By, func(by string) bool { return takes(kind, by) && by != "person" })
}

// decides holds who shall hear her against the step: of this body, of a role that
// takes it, and not kept apart from it by what they did before.
func (in HearingInput) decides(f *File, s *procedure.Step, fs *fields, m Moment) {
	a := in.Decider
	who := m.as(a)
	switch same := f.notSame(s, who); {
	case a.Body != m.By.Body || a.Out() || !mayTake(s, who.By):
		fs.add("decider", CodeHearingDecider)
	case same != "":
		fs.add("decider", CodeHearingApart, "step", same)
	}
}

func (i Interpreter) check(fs *fields) {
	if !slices.Contains(InterpreterStates, i.State) {
		fs.add("interpreter_state", "field.choice")
	}
	if !slices.Contains(InterpreterSexes, i.Sex) {
		fs.add("interpreter_sex", "field.choice")
	}
	if !slices.Contains(InterpreterOrigins, i.Origin) {
		fs.add("interpreter_origin", "field.choice")
	}
	if (i.State == InterpreterBooked || i.State == InterpreterConfirmed) && i.Name.Empty() {
		fs.add("interpreter_name", "field.required")
	}
}

// unusual is what stands against the day: nobody works on it, or she is told of it
// later than a text says. It is said, and can be set all the same: holidays are
// moved each year, and she may have asked for that day.
func unusual(h *pack.Hearing, p *pack.Pack, at time.Time, m Moment) (fs fields) {
	y, mo, d := at.In(p.Location()).Date()
	if !p.DaysOff().Working(time.Date(y, mo, d, 0, 0, 0, 0, p.Location())) {
		fs.add("hearing_at", CodeHearingDayOff)
	}
	for _, n := range h.Notice {
		if !pack.Contains(n.Dates, m.At) {
			continue
		}
		if least, err := m.due(n.Length); err == nil && at.Before(least) {
			fs.add("hearing_at", CodeHearingNotice, "at", timeArg(least))
		}
	}
	return fs
}

// unsummon takes back the summons of a hearing as it was set last.
func (b *builder) unsummon(f *File, h Hearing) {
	for _, p := range f.Papers {
		if p.Of == h.Event && f.Stands(p) {
			b.add(b.m.compartment(), PaperRevoked{p.ID(), PaperMoved})
		}
	}
}

// tellOfHearing tells those who are with her: who has her, who found her, who
// speaks for her. A body that may take people out of the country is not told where
// she will be at which hour.
func (b *builder) tellOfHearing(f *File, code string, hearing id.Hearing) {
	p := b.m.Laws.Pack()
	for _, r := range relations(f) {
		kind := p.BodyKind(r.Kind)
		takesOut := kind != nil && slices.Contains(kind.Can, "remove")
		if slices.Contains([]string{RelOpened, RelProvider, RelAdvocate}, r.Relation) && !takesOut {
			b.tell(r.Body, code, "file", string(f.ID), "hearing", string(hearing))
		}
	}
}

func hearingArgs(f *File, h HearingSet) map[string]string {
	return map[string]string{"file": string(f.ID), "hearing": string(h.Hearing), "at": timeArg(h.At), "step": h.Step}
}

// HearingOf finds a hearing of this file.
func (f *File) HearingOf(hearing id.Hearing) (Hearing, bool) {
	for _, h := range f.Hearings {
		if h.Hearing == hearing {
			return h, true
		}
	}
	return Hearing{}, false
}

// addHearing applies what is about hearings.
func (f *File) addHearing(e Event) bool {
	set := func(s HearingSet) Hearing {
		return Hearing{HearingSet: s, Event: e.ID, SetAt: e.RecordedAt, By: e.Worker, Body: e.Body, Kind: e.BodyKind, State: HearingOpen}
	}
	of := func(hearing id.Hearing) func(*Hearing) bool {
		return func(h *Hearing) bool { return h.Hearing == hearing }
	}
	switch v := e.Payload.(type) {
	case HearingSet:
		f.Hearings = added(f.Hearings, set(v))
	case HearingMoved:
		f.Hearings = edited(f.Hearings, of(v.Set.Hearing), func(h *Hearing) {
			moved := h.Moved + 1
			*h = set(v.Set)
			h.Why, h.Moved = v.Why, moved
		})
	case InterpreterSaid:
		f.Hearings = edited(f.Hearings, of(v.Hearing), func(h *Hearing) { h.Interpreter = v.Interpreter })
	case HearingClosed:
		f.Hearings = edited(f.Hearings, of(v.Hearing), func(h *Hearing) { h.State, h.Why, h.Text, h.Closed = v.Outcome, v.Why, v.Text, e.OccurredAt })
	default:
		return false
	}
	return true
}

// hearingRows are the hours of a body's calendar: no name, no room, no interpreter.
func (f *File) hearingRows() []Row {
	var out []Row
	for _, h := range f.Hearings {
		out = append(out, row("hearings", string(f.ID), string(h.Hearing), string(h.Body), h.Step, h.State, h.At, h.Until(), string(h.Decider),
			h.RoomTag, h.Interpreter.Tag, h.Interpreter.State))
	}
	return out
}
