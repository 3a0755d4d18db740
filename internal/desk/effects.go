package desk

import (
	"context"
	"slices"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/procedure"
)

// StepEffects is what a step changes for the person, for the page to say before
// it is confirmed: not what the form asks, but what she gains and loses by it.
// What the answers record counts, so the page asks again with each answer.
func (d *Desk) StepEffects(ctx context.Context, who access.Who, in StepInput) (Effects, error) {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return Effects{}, err
	}
	if _, err := d.may(who, access.TakeStep, f); err != nil {
		return Effects{}, err
	}
	take, err := d.checkStep(in)
	if err != nil {
		take = casework.TakeStepInput{Step: in.Step, Irregular: in.Irregular} // the form says what to mend
	}
	at := d.now()
	from, to, err := casework.Foresee(f, take, d.moment(who, at))
	if err != nil {
		return Effects{}, err
	}
	before, err := d.lawOf(from, at)
	if err != nil {
		return Effects{}, err
	}
	after := law{snap: before.snap, now: to, at: at}
	out := effectsOf(who, before, after)
	if in.Written != nil {
		names, err := d.bodyNames(ctx, who)
		if err != nil {
			return Effects{}, err
		}
		if out.Overtakes, err = d.overtakes(who, f, take, d.moment(who, at), names); err != nil {
			return Effects{}, err
		}
	}
	if !d.inGroup(who, f, "situation") {
		out.Sets, out.Gained, out.Lost, out.Then = nil, nil, nil, nil
	}
	if !d.inGroup(who, f, "clocks") {
		out.Started, out.Stopped = nil, nil
	}
	return out, nil
}

func effectsOf(who access.Who, before, after law) Effects {
	return Effects{
		Sets: changesOf(before, after), Gained: guardsGained(before, after), Lost: guardsGained(after, before),
		Started: clocksStarted(before, after), Stopped: clocksGone(before, after), Then: ownOpened(who, before, after),
	}
}

// changesOf are the variables that differ, as the engine reads them. Notices are
// the engine's own, and stand in what the person may do then.
func changesOf(before, after law) []Change {
	var out []Change
	for _, v := range before.snap.Pack.Spec.Vars {
		start := ""
		if len(v.Start) > 0 {
			start = v.Start[0]
		}
		from, to := orStart(before.now.Value(v.Name), start), orStart(after.now.Value(v.Name), start)
		if from != to {
			out = append(out, Change{Var: v.Name, From: from, To: to})
		}
	}
	return out
}

func orStart(value, start string) string {
	if value == "" {
		return start
	}
	return value
}

// guardsGained are the bars, holds and entitlements of the second law that the
// first does not have, or has only as a lesser one.
func guardsGained(before, after law) []Safeguard {
	had := before.safeguards()
	return slices.DeleteFunc(after.safeguards(), func(s Safeguard) bool {
		return slices.ContainsFunc(had, func(h Safeguard) bool { return h.ID == s.ID && h.Kind == s.Kind && len(h.Unclear) == len(s.Unclear) })
	})
}

// clocksStarted are those that run after and did not, or run anew.
func clocksStarted(before, after law) []ClockLine {
	had := before.clocks()
	return slices.DeleteFunc(after.clocks(), func(c ClockLine) bool {
		return slices.ContainsFunc(had, func(h ClockLine) bool { return h.ID == c.ID && h.Start.Equal(c.Start) && h.Due.Equal(c.Due) })
	})
}

// clocksGone are those that no longer run.
func clocksGone(before, after law) []ClockLine {
	have := after.clocks()
	return slices.DeleteFunc(before.clocks(), func(c ClockLine) bool {
		return slices.ContainsFunc(have, func(h ClockLine) bool { return h.ID == c.ID })
	})
}

// ownOpened are the person's own steps that become possible: to appeal, to ask.
func ownOpened(who access.Who, before, after law) []string {
	open := func(l law) (out []string) {
		for _, o := range l.offers(who) {
			if o.Force == procedure.Own && (o.State == string(procedure.Open) || o.State == string(procedure.Unclear)) {
				out = append(out, o.ID)
			}
		}
		return out
	}
	had := open(before)
	return slices.DeleteFunc(open(after), func(id string) bool { return slices.Contains(had, id) })
}

// Effects is what a step changes for the person.
type Effects struct {
	Sets             []Change
	Gained, Lost     []Safeguard
	Started, Stopped []ClockLine
	Then             []string // the person's own steps that open
	// Overtakes is what was recorded meanwhile and would not be in order any more.
	Overtakes []Overtaken
}

// None says that nothing of it changes.
func (e Effects) None() bool {
	return len(e.Sets)+len(e.Gained)+len(e.Lost)+len(e.Started)+len(e.Stopped)+len(e.Then) == 0
}
