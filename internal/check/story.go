package check

import (
	"fmt"
	"slices"

	"pana/internal/procedure"
)

// events tells a proof's path, one line a move.
func (w *world) events(pr *proof) []Event {
	out := []Event{}
	for i, m := range pr.way.moves {
		after := (*body)(nil)
		if i+1 < len(pr.bodies) {
			after = pr.bodies[i+1]
		}
		out = append(out, w.event(m, pr.bodies[min(i, len(pr.bodies)-1)], after))
	}
	return out
}

func (w *world) event(m *move, before, after *body) Event {
	var e Event
	switch {
	case m.law != nil:
		e = Event{Step: m.law.ID, By: m.law.By, At: place(m.law.Pos), Basis: m.law.Basis, Effect: m.law.Effect, Overlay: m.law.Overlay.By}
	case m.clock >= 0:
		c := w.Clocks[m.clock]
		e = Event{Step: "clock " + c.ID, At: place(c.Pos), Basis: c.Basis, Overlay: c.Overlay.By}
		e.By = []string{"time"}
	default:
		f := w.Slots[m.age].Fact
		e = Event{Step: "birthday " + f.Name, By: []string{"time"}, Basis: f.Basis, At: place(f.Pos)}
	}
	e.Set = map[string]string{}
	if after == nil {
		if m.law != nil {
			for _, s := range m.law.Sets {
				e.Set[w.name(atom(s.Slot))] = w.value(atom(s.Slot), s.Value)
			}
		}
		return e
	}
	for a := range after.vals[:w.slots] {
		if v := after.vals[a]; v != before.vals[a] && v < either {
			e.Set[w.name(atom(a))] = w.value(atom(a), v)
		}
	}
	return e
}

func place(p procedure.Pos) string {
	if p.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// stuck lists, at a path's end, each step toward what is absent and the first
// thing in its way: a part of its guard, a bar, that nobody owes it.
func (w *world) stuck(pr *proof, known map[atom]uint8) []Blocked {
	if pr == nil || pr.absent == nil {
		return nil
	}
	end := pr.bodies[len(pr.bodies)-1]
	sure := *end
	sure.known = w.person(joinedKnown(end.known, known))
	sure.vals = slices.Clone(end.vals)
	for a, v := range sure.vals {
		if chosen, ok := sure.known[atom(a)]; ok && v == asBegun {
			sure.vals[a] = chosen
		}
	}
	var out []Blocked
	for i := range w.moves {
		l := &w.moves[i]
		if !slices.ContainsFunc(pr.absent.reads, func(a atom) bool { return l.toward(a, &sure) }) {
			continue
		}
		b := Blocked{Step: l.ID, At: place(l.Pos), Basis: l.Basis}
		if w.obstacle(l, &sure, &b) {
			out = append(out, b)
		}
	}
	return out
}

// toward says whether a step changes an atom from what it is.
func (l *law) toward(a atom, b *body) bool {
	return slices.ContainsFunc(l.puts, func(p put) bool { return p.atom == a && p.value != b.vals[a] })
}

// obstacle writes the first thing in a step's way.
func (w *world) obstacle(l *law, b *body, out *Blocked) bool {
	for i, t := range l.guard {
		_, must := b.ask(t)
		if must {
			continue
		}
		if i < len(l.Guard) {
			out.Guard = l.Guard[i].Source()
		} else {
			bar := l.Bars[i-len(l.Guard)]
			out.Bar, out.Guard, out.Basis = bar.ID, bar.When.Source(), bar.Basis
		}
		return true
	}
	switch l.Force {
	case procedure.May, procedure.World:
		out.Guard = "force: " + string(l.Force)
		return true
	case procedure.Must:
		if _, must := b.ask(l.must); l.must != nil && !must {
			out.Guard = l.Step.Must
			return true
		}
	}
	return false
}
