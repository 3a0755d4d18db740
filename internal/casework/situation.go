package casework

import (
	"cmp"
	"slices"
	"time"

	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// act is one event that makes the situation: the first facts, facts learned
// later, a step, or an occurrence.
type act struct {
	event    id.Event
	begin    bool // the first facts: before everything, whenever they were recorded
	occurred time.Time
	recorded time.Time
	body     id.Body
	worker   id.Worker
	proposer id.Worker // of a step that two took
	heard    bool      // of a breach: body and worker only wrote it down
	step     string
	kind     string            // TakenStep, TakenBreach, TakenOccurrence; "" for facts alone
	facts    map[string]string // recorded with it
	set      map[string]string // of an occurrence
	entry    int               // index in Timeline

	after procedure.Situation // up to and with this act, as known now
}

// order is pack-semantics §6: occurred-at, recorded-at, and then the order of
// the record, which is what the event's id stands for there: our ids are random
// within a millisecond, and two steps of one act must not change places. What
// was true of the person from the start comes first.
func (a act) order(b act) int {
	if a.begin != b.begin {
		if a.begin {
			return -1
		}
		return 1
	}
	return cmp.Or(a.occurred.Compare(b.occurred), a.recorded.Compare(b.recorded), cmp.Compare(a.entry, b.entry))
}

// happened puts an act in its place and judges it and every later one again.
// The usual act is the latest and costs one step; a late one costs the rest.
func (f *File) happened(laws Laws, a act) error {
	i, _ := slices.BinarySearchFunc(f.acts, a, act.order)
	acts := make([]act, 0, len(f.acts)+1) // an earlier state still has the others
	f.acts = append(append(append(acts, f.acts[:i]...), a), f.acts[i:]...)
	if i+1 < len(f.acts) {
		f.Timeline = slices.Clone(f.Timeline) // an earlier state still shows these lines
	}
	for ; i < len(f.acts); i++ {
		if err := f.judge(laws, i); err != nil {
			return err
		}
	}
	f.Situation = f.acts[len(f.acts)-1].after
	return nil
}

// judge applies one act to what came before it, under the law of its day. A
// step whose guard held when it was decided and fails now is overtaken: shown,
// to be looked at, not undone.
func (f *File) judge(laws Laws, i int) error {
	a := &f.acts[i]
	entry := &f.Timeline[a.entry]
	m, err := modelOn(laws, a.occurred)
	if err != nil {
		return err
	}
	var s procedure.Situation
	if i > 0 {
		s = f.acts[i-1].after
	}
	if a.begin {
		s = m.Begin(a.facts)
	}
	switch a.kind {
	case TakenStep, TakenBreach:
		var out procedure.Outcome
		s, out = m.TakeWith(s, a.step, a.facts, a.occurred)
		entry.Overtaken = a.kind == TakenStep && out.Irregular()
		entry.Changes = out.Sets
	case TakenOccurrence:
		before := s
		s = m.Record(s, a.set, a.occurred)
		entry.Changes = m.Changes(before, s)
	default:
		s = m.Record(s, a.facts, a.occurred)
	}
	a.after = s
	return nil
}

// before is the situation just before an instant: acts that occurred by then.
func (f *File) before(at time.Time) procedure.Situation {
	var s procedure.Situation
	for _, a := range f.acts {
		if !a.begin && a.occurred.After(at) {
			break
		}
		s = a.after
	}
	return s
}

// deciding are those of a step's takers that are of a kind which decides.
func deciding(p *pack.Pack, step *procedure.Step) (out []string) {
	for _, by := range step.By {
		if p.Decides(by) {
			out = append(out, by)
		}
	}
	return out
}

// Known is the file as it was known at an instant: what had been recorded by
// then, corrections included. The second of the two views; f itself is the
// first, as known now.
func (f *File) Known(laws Laws, at time.Time) (*File, error) {
	var then []Event
	for _, e := range f.events {
		if !e.RecordedAt.After(at) {
			then = append(then, e)
		}
	}
	if len(then) == 0 {
		return nil, nil
	}
	return replayFile(laws, then)
}

// derive brings up what follows from the situation: who owes what, which clocks
// run, which rights are due. It is computed at the time of the last event that
// could change it, so that a rebuild gives the same rows.
func (f *File) derive(laws Laws) error {
	law, err := lawOn(laws, f.derivedAt)
	if err != nil {
		return err
	}
	m := law.Model
	now := m.Reading(f.Situation, f.derivedAt)
	f.brief = m.Brief(f.Situation)
	f.Clocks = clockStates(m.Clocks(f.Situation, f.derivedAt))
	f.Due = f.dueSteps(laws.Pack(), m, now.Owed(law.Listed))
	f.Rights = f.rights(now.Entitlements())
	f.Rolls = f.rollsOf(laws.Pack().Rolls)
	f.Courses, err = f.coursesOf(laws)
	return err
}

func clockStates(views []procedure.ClockView) []ClockState {
	var out []ClockState
	for _, v := range views {
		if v.State == procedure.ClockOff {
			continue
		}
		out = append(out, ClockState{
			Clock: v.Clock.ID, Kind: v.Clock.Kind, Of: v.Clock.Of, Started: v.Started, Due: v.Due, Unknown: v.Unknown,
			Paused: v.State == procedure.ClockSuspended,
		})
	}
	return out
}

// dueSteps are the steps that bodies owe and may take now. A decision, which only
// kinds that decide take, counts as owed where it hangs on a fact nobody can
// record: a decider must look. Of the other duties, to tell, to register, to
// help, those count that the pack has wait in a list, owed for certain or not:
// before there was a joint body, who gives services had to look as a decider does.
// They open the file to nobody: they are for those who are with the person
// already, or were named to receive her. So are the person's own steps that the
// pack has wait: a limit of hers runs out whether or not somebody thinks of it; and a
// power (may) that the pack has wait, for whoever asked for it is owed an answer.
func (f *File) dueSteps(p *pack.Pack, m *procedure.Model, owed []procedure.Offer) []DueStep {
	var out []DueStep
	for _, o := range owed {
		d := DueStep{Step: o.Step.ID, By: o.Step.By, Deciding: deciding(p, o.Step), Unclear: o.State != procedure.Open, Since: f.lastAct()}
		d.Decision = o.Step.Force == procedure.Must && len(d.Deciding) == len(d.By) // a power opens the file to nobody
		for _, c := range f.endsWith(m, o.Step) {
			if !c.Due.IsZero() && (d.Due.IsZero() || c.Due.Before(d.Due)) {
				d.Due, d.Since = c.Due, c.Started
			}
		}
		out = append(out, d)
	}
	return out
}

// endsWith are the clocks that a step stops: those it names, and duties whose own
// condition it ends ("until the claim is registered").
func (f *File) endsWith(m *procedure.Model, s *procedure.Step) []ClockState {
	var out []ClockState
	var after []procedure.ClockView
	for _, c := range f.Clocks {
		switch {
		case slices.Contains(s.Stops, c.Clock):
			out = append(out, c)
		case c.Kind == procedure.Duty && len(s.Set) > 0:
			if after == nil {
				next, _ := m.Take(f.Situation, s.ID, f.derivedAt)
				after = m.Clocks(next, f.derivedAt)
			}
			if !slices.ContainsFunc(after, func(v procedure.ClockView) bool { return v.Clock.ID == c.Clock }) {
				out = append(out, c)
			}
		}
	}
	return out
}

func (f *File) lastAct() time.Time {
	if len(f.acts) == 0 {
		return f.Opened
	}
	if last := f.acts[len(f.acts)-1]; !last.begin {
		return last.occurred
	}
	return f.Opened
}

// rights joins what was recorded with what is owed now. What was recorded
// wins, except that a right not delivered is due again when it is owed again.
func (f *File) rights(owed []procedure.Entitled) []RightState {
	out := slices.Clone(f.ledger)
	for _, e := range owed {
		right := e.Entitlement.Right
		if right == "" {
			continue
		}
		i := slices.IndexFunc(out, func(r RightState) bool { return r.Right == right })
		if i < 0 {
			out = append(out, RightState{Right: right, State: RightDue, Since: f.lastAct()})
			i = len(out) - 1
		}
		out[i].Entitled, out[i].Clock = cmp.Or(out[i].Entitled, e.Entitlement.ID), cmp.Or(out[i].Clock, e.Entitlement.By)
		for _, kind := range e.Entitlement.OwedBy {
			if !slices.Contains(out[i].OwedBy, kind) {
				out[i].OwedBy = append(slices.Clip(out[i].OwedBy), kind)
			}
		}
	}
	return out
}
