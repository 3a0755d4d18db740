package casework

import (
	"cmp"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A provider's day with the person: what was given and for how long, what is
// aimed at, and what went wrong. All of it lies in the compartment of the
// provider's kind: neither who sent her nor who decides reads it.

// CareGiven is an entry of the provider's log: one kind of service, or things
// handed over, for one person.
type CareGiven struct {
	Service string        `json:"service,omitempty"` // a kind of service of the pack
	Minutes int           `json:"minutes,omitempty"`
	Gave    []string      `json:"gave,omitempty"` // things, by code
	Text    withheld.Text `json:"text"`
}

// GoalSet is an aim of the plan that the person and the provider agree on
// (HTCDS: support plan).
type GoalSet struct {
	Service string        `json:"service"`
	Whose   string        `json:"whose"` // who does it: person, provider, other
	Until   time.Time     `json:"until,omitzero"`
	Text    withheld.Text `json:"text"`
}

// GoalClosed says what became of an aim.
type GoalClosed struct {
	Goal    id.Event `json:"goal"`
	Outcome string   `json:"outcome"`
}

// IncidentRecorded is something that must not happen again.
type IncidentRecorded struct {
	What string        `json:"what"`
	Text withheld.Text `json:"text"`
}

func (CareGiven) EventType() (string, int)        { return "care.given", 1 }
func (GoalSet) EventType() (string, int)          { return "goal.set", 1 }
func (GoalClosed) EventType() (string, int)       { return "goal.closed", 1 }
func (IncidentRecorded) EventType() (string, int) { return "incident.recorded", 1 }

// OfTheHouse says that a type of event is of a provider's day.
func OfTheHouse(typ string) bool {
	for _, p := range []Payload{CareGiven{}, GoalSet{}, GoalClosed{}, IncidentRecorded{}} {
		if t, _ := p.EventType(); t == typ {
			return true
		}
	}
	return false
}

// Codes of a provider's day.
var (
	ThingsGiven   = []string{"clothing", "hygiene", "food", "medicine", "telephone", "travel", "money"}
	GoalWhose     = []string{"person", "provider", "other"}
	GoalOutcomes  = []string{"reached", "changed", "dropped"}
	IncidentKinds = []string{"threat", "visitor_refused", "missing", "harm", "self_harm", "illness", "police_came", "other"}
	// incidentRings are those that the coordinator hears of at once: the house alone
	// cannot end the danger.
	incidentRings = []string{"threat", "missing", "harm"}
)

// TaskIncident is the coordinator's to look into.
const TaskIncident = "task.incident"

// mostMinutes of one entry: a day.
const mostMinutes = 24 * 60

// CareEntry is a line of the log.
type CareEntry struct {
	Event  id.Event
	At     time.Time
	Body   id.Body
	Worker id.Worker
	CareGiven
}

// Goal is an aim of the plan, and what became of it.
type Goal struct {
	Event id.Event
	At    time.Time
	Body  id.Body
	GoalSet
	Outcome string
	Closed  time.Time
}

// Incident is something that went wrong.
type Incident struct {
	Event id.Event
	At    time.Time
	Body  id.Body
	IncidentRecorded
}

// GiveCare writes an entry of the log. What is empty would only be counted.
func GiveCare(f *File, in CareGiven, m Moment) (Decision, error) {
	if err := f.cares(m); err != nil {
		return Decision{}, err
	}
	var fs fields
	if in.Service == "" && len(in.Gave) == 0 {
		fs = append(fs, fault.Field{Name: "service", Code: "field.choice"})
	}
	if in.Service != "" && m.Laws.Pack().Service(in.Service) == nil {
		fs = append(fs, fault.Field{Name: "service", Code: "field.choice"})
	}
	if in.Minutes < 0 || in.Minutes > mostMinutes {
		fs = append(fs, fault.Field{Name: "minutes", Code: "field.number"})
	}
	fs.each("gave", in.Gave, func(s string) bool { return slices.Contains(ThingsGiven, s) })
	return f.entered(m, "receipt.care", in, fault.Form(fs...))
}

// SetGoal writes an aim into the plan.
func SetGoal(f *File, in GoalSet, m Moment) (Decision, error) {
	if err := f.cares(m); err != nil {
		return Decision{}, err
	}
	var fs fields
	if m.Laws.Pack().Service(in.Service) == nil {
		fs = append(fs, fault.Field{Name: "service", Code: "field.choice"})
	}
	if !slices.Contains(GoalWhose, in.Whose) {
		fs = append(fs, fault.Field{Name: "whose", Code: "field.choice"})
	}
	if in.Text.Empty() {
		fs = append(fs, fault.Field{Name: "text", Code: "field.required"})
	}
	if !in.Until.IsZero() && in.Until.Before(m.At) {
		fs = append(fs, fault.Field{Name: "until", Code: "field.past"})
	}
	return f.entered(m, "receipt.goal", in, fault.Form(fs...))
}

// CloseGoal says what became of an aim. It can be said once.
func CloseGoal(f *File, in GoalClosed, m Moment) (Decision, error) {
	if err := f.cares(m); err != nil {
		return Decision{}, err
	}
	open := slices.ContainsFunc(f.Goals, func(g Goal) bool { return g.Event == in.Goal && g.Closed.IsZero() })
	if !open {
		return Decision{}, fault.New(fault.Conflict, CodeGoalClosed)
	}
	if !slices.Contains(GoalOutcomes, in.Outcome) {
		return Decision{}, fault.Form(fault.Field{Name: "goal_outcome", Code: "field.choice"})
	}
	return f.entered(m, "receipt.goal_closed", in, nil)
}

// RecordIncident writes down what went wrong; what the house cannot end alone is
// the coordinator's work from this minute.
func RecordIncident(f *File, in IncidentRecorded, m Moment) (Decision, error) {
	if err := f.cares(m); err != nil {
		return Decision{}, err
	}
	if !slices.Contains(IncidentKinds, in.What) {
		return Decision{}, fault.Form(fault.Field{Name: "incident", Code: "field.choice"})
	}
	if !slices.Contains(incidentRings, in.What) {
		return f.entered(m, "receipt.incident", in, nil)
	}
	d, err := f.entered(m, "receipt.incident_rings", in, nil)
	if err != nil {
		return d, err
	}
	b := f.building(m)
	b.decision = d
	b.taskFor("coordinate", f.Region, TaskIncident, in.What, m.At)
	return b.decision, nil
}

// cares says whether this body has the person: the log is of who cares for her,
// and a house that she has left writes no more of her days.
func (f *File) cares(m Moment) error {
	if err := f.check(0); err != nil {
		return err
	}
	for _, r := range f.Referrals {
		for _, a := range r.Asks {
			if a.Body == m.By.Body && a.State == Accepted {
				return nil
			}
		}
	}
	return fault.Withheld("not in this house")
}

func (f *File) entered(m Moment, receipt string, p Payload, err error) (Decision, error) {
	if err != nil {
		return Decision{}, err
	}
	b := f.building(m)
	b.receipt(Receipt{Code: receipt, Args: map[string]string{"file": string(f.ID)}})
	b.add(m.own(), p)
	return b.decision, nil
}

// addDay applies what a provider wrote of a day.
func (f *File) addDay(e Event) bool {
	switch v := e.Payload.(type) {
	case CareGiven:
		f.Care = added(f.Care, CareEntry{e.ID, e.OccurredAt, e.Body, e.Worker, v})
	case GoalSet:
		f.Goals = added(f.Goals, Goal{Event: e.ID, At: e.OccurredAt, Body: e.Body, GoalSet: v})
	case GoalClosed:
		f.Goals = edited(f.Goals, func(g *Goal) bool { return g.Event == v.Goal },
			func(g *Goal) { g.Outcome, g.Closed = v.Outcome, e.OccurredAt })
	case IncidentRecorded:
		f.Incidents = added(f.Incidents, Incident{e.ID, e.OccurredAt, e.Body, v})
	default:
		return false
	}
	return true
}

// dayRows are what a house counts: never what was said.
func (f *File) dayRows() []Row {
	var out []Row
	for _, c := range f.Care {
		out = append(out, row("care", string(f.ID), string(c.Event), string(c.Body), c.Service, int64(c.Minutes), list(c.Gave), c.At))
	}
	for _, g := range f.Goals {
		out = append(out, row("goals", string(f.ID), string(g.Event), string(g.Body), g.Service, cmp.Or(g.Outcome, "open"), g.Until, g.At))
	}
	for _, i := range f.Incidents {
		out = append(out, row("incidents", string(f.ID), string(i.Event), string(i.Body), i.What, i.At))
	}
	return out
}
