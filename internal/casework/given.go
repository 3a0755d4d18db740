package casework

import (
	"cmp"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/procedure"
	"pana/internal/withheld"
)

// A step that waits can be given to one worker of the body it waits at. That is the
// body's own order: it opens nothing, closes nothing and decides nothing, whoever
// may take the step still may, and no other body learns of it. It ends when the
// step is taken. What is said at a hand-over lies in the compartment of the body's
// kind.

// WorkGiven gives a step that is owed to a worker of the actor's body.
type WorkGiven struct {
	Step   string        `json:"step"`
	Worker id.Worker     `json:"worker"`
	How    string        `json:"how"`
	From   id.Worker     `json:"from,omitempty"` // who had it
	Note   withheld.Text `json:"note,omitzero"`
}

// WorkReturned says that it waits for nobody in particular again.
type WorkReturned struct {
	Step string        `json:"step"`
	From id.Worker     `json:"from"`
	How  string        `json:"how"`
	Note withheld.Text `json:"note,omitzero"`
}

func (WorkGiven) EventType() (string, int)    { return "work.given", 1 }
func (WorkReturned) EventType() (string, int) { return "work.returned", 1 }

// How work came to somebody, or left her.
const (
	GivenByHand   = "by_hand"
	GivenShared   = "shared"   // shared out fairly
	GivenHandover = "handover" // from somebody who is away
	TakenBack     = "taken_back"
	GivenBack     = "given_back" // by who had it, with a reason
)

// GivenHows are the ways to give; a form sends one of them.
var GivenHows = []string{GivenByHand, GivenShared, GivenHandover}

// Given is who has a step at a body, or that it was given back and why.
type Given struct {
	Step   string
	Body   id.Body
	Worker id.Worker // "": it was given back
	How    string
	From   id.Worker
	By     id.Worker
	At     time.Time
	Note   withheld.Text
}

// OfWork says of an event's type that it is about who of a body does what, which is
// nobody else's.
func OfWork(eventType string) bool {
	switch eventType {
	case "work.given", "work.returned", "step.proposed", "step.sent_back", "step.withdrawn":
		return true
	}
	return false
}

// GivenAt is who has a step at a body.
func (f *File) GivenAt(step string, body id.Body) (Given, bool) {
	i := slices.IndexFunc(f.Given, func(g Given) bool { return g.Step == step && g.Body == body })
	if i < 0 {
		return Given{}, false
	}
	return f.Given[i], true
}

// GiveInput gives a step to a worker. Held is who had it as the page showed it.
type GiveInput struct {
	Step string
	To   *Account
	Held id.Worker
	How  string
	Note withheld.Text
}

// GiveWork gives a step that is owed now to a worker of the same body: of a role
// that takes it, and not kept apart from it by what they did before.
func GiveWork(f *File, in GiveInput, m Moment) (Decision, error) {
	if f == nil || in.To == nil || in.To.Body != m.By.Body {
		return Decision{}, fault.Withheld("no such file or worker of this body")
	}
	step, err := f.owedStep(in.Step, m)
	if err != nil {
		return Decision{}, err
	}
	had, _ := f.GivenAt(in.Step, m.By.Body)
	who := m.as(in.To)
	switch {
	case had.Worker != in.Held:
		return Decision{}, fault.New(fault.Conflict, CodeWorkChanged)
	case !slices.Contains(GivenHows, in.How):
		return Decision{}, fault.Form(fault.Field{Name: "how", Code: "field.choice"})
	case in.To.Out():
		return Decision{}, fault.New(fault.Invalid, CodeAccountLeft)
	case !mayTake(step, who.By):
		return Decision{}, fault.New(fault.Invalid, CodeWorkNotAble, "step", in.Step)
	}
	if same := f.notSame(step, who); same != "" {
		return Decision{}, fault.New(fault.Invalid, CodeWorkApart, "step", same)
	}
	receipt := Receipt{Code: "receipt.work_given", Args: workArgs(f, in.Step)}
	if had.Worker == in.To.ID {
		receipt.Code = "receipt.nothing_to_do"
		return Decision{Receipt: receipt}, nil
	}
	b := f.building(m)
	b.receipt(receipt)
	b.add(m.compartment(), WorkGiven{Step: in.Step, Worker: in.To.ID, How: in.How, From: had.Worker, Note: in.Note})
	return b.decision, nil
}

// TakeBackWork says that a step waits for nobody in particular again.
func TakeBackWork(f *File, step string, held id.Worker, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no such file")
	}
	had, _ := f.GivenAt(step, m.By.Body)
	if had.Worker == "" || had.Worker != held {
		return Decision{}, fault.New(fault.Conflict, CodeWorkChanged)
	}
	return f.returned(step, had.Worker, TakenBack, withheld.Text{}, "receipt.work_taken_back", m), nil
}

// GiveBackWork is the worker's own: she says why, and who shares out the work reads it.
func GiveBackWork(f *File, step string, why withheld.Text, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no such file")
	}
	had, _ := f.GivenAt(step, m.By.Body)
	switch {
	case had.Worker == "" || had.Worker != m.By.Worker:
		return Decision{}, fault.Withheld("not given to this worker")
	case why.Empty():
		return Decision{}, fault.Form(fault.Field{Name: "back_why", Code: "field.required"})
	}
	return f.returned(step, had.Worker, GivenBack, why, "receipt.work_given_back", m), nil
}

func (f *File) returned(step string, from id.Worker, how string, note withheld.Text, receipt string, m Moment) Decision {
	b := f.building(m)
	b.receipt(Receipt{Code: receipt, Args: workArgs(f, step)})
	b.add(m.compartment(), WorkReturned{Step: step, From: from, How: how, Note: note})
	return b.decision
}

func workArgs(f *File, step string) map[string]string {
	return map[string]string{"file": string(f.ID), "step": step}
}

// owedStep is a step that somebody owes this person now, and a body of the actor's
// kind takes.
func (f *File) owedStep(step string, m Moment) (*procedure.Step, error) {
	if !f.owes(step) {
		return nil, fault.New(fault.Conflict, CodeWorkNotOwed, "step", step)
	}
	model, err := modelOn(m.Laws, m.At)
	if err != nil {
		return nil, err
	}
	s := model.Step(step)
	if s == nil {
		return nil, fault.New(fault.Conflict, CodeWorkNotOwed, "step", step)
	}
	return s, nil
}

func (f *File) owes(step string) bool {
	return slices.ContainsFunc(f.Due, func(d DueStep) bool { return d.Step == step })
}

// addGiven applies who has what.
func (f *File) addGiven(e Event) bool {
	var next Given
	switch v := e.Payload.(type) {
	case WorkGiven:
		next = Given{Step: v.Step, Worker: v.Worker, How: v.How, From: v.From, Note: v.Note}
	case WorkReturned:
		next = Given{Step: v.Step, How: v.How, From: v.From, Note: v.Note}
	default:
		return false
	}
	next.Body, next.By, next.At = e.Body, e.Worker, e.OccurredAt
	f.Given = slices.DeleteFunc(slices.Clone(f.Given), func(g Given) bool { return g.Step == next.Step && g.Body == next.Body })
	if next.How != TakenBack {
		f.Given = append(f.Given, next)
	}
	return true
}

// givenOver drops what was given of a step that has been taken: when it is owed
// again, it is shared out again.
func (f *File) givenOver(step string) {
	of := func(g Given) bool { return g.Step == step }
	if slices.ContainsFunc(f.Given, of) {
		f.Given = slices.DeleteFunc(slices.Clone(f.Given), of)
	}
}

// givenRows are those of steps that are owed now: what a worker has to do.
func (f *File) givenRows() []Row {
	var out []Row
	for _, g := range f.Given {
		for _, d := range f.Due {
			if d.Step == g.Step {
				out = append(out, row(GivenTable, string(f.ID), string(g.Body), g.Step, string(g.Worker), g.How, string(g.From), f.Region, g.At, d.Since, d.Due))
				break
			}
		}
	}
	return out
}

// ToShare is one step to be shared out. Able are those who may take it.
type ToShare struct {
	File  id.File
	Step  string
	Since time.Time
	Able  []id.Worker
}

// ShareOut gives each step to the one of those able who has least, who has waited
// longest first. What one person waits for goes to one worker where she may take
// all of it: nobody is decided about by two who do not know of each other. loads is
// how many each has before, in the order in which ties are broken; it is the same
// for the same input. "" is for a step that nobody can take.
func ShareOut(steps []ToShare, staff []id.Worker, loads map[id.Worker]int) []id.Worker {
	order := make([]int, len(steps))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := steps[i], steps[j]
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.File, b.File), cmp.Compare(a.Step, b.Step))
	})
	has, of := map[id.Worker]int{}, map[id.File]id.Worker{}
	for _, w := range staff {
		has[w] = loads[w]
	}
	out := make([]id.Worker, len(steps))
	for _, i := range order {
		s := steps[i]
		to := of[s.File]
		if to == "" || !slices.Contains(s.Able, to) {
			to = least(staff, s.Able, has)
		}
		if to == "" {
			continue
		}
		if of[s.File] == "" {
			of[s.File] = to
		}
		out[i] = to
		has[to]++
	}
	return out
}

// least is the first of those able who has least.
func least(staff, able []id.Worker, has map[id.Worker]int) (to id.Worker) {
	for _, w := range staff {
		if slices.Contains(able, w) && (to == "" || has[w] < has[to]) {
			to = w
		}
	}
	return to
}
