package pack

import (
	"slices"
	"strings"
	"time"

	"pana/internal/procedure"
)

// then checks one sentence that must hold at the time the story has reached.
func (t *teller) then(sentence string) {
	t.said++
	if t.at.IsZero() {
		t.fail("story.order", "write on DAY first", "nothing has happened yet")
		return
	}
	m := t.model()
	if m == nil {
		return
	}
	body, because, _ := strings.Cut(sentence, " because ")
	w := strings.Fields(body)
	switch {
	case len(w) == 3 && w[0] == "removal" && w[1] == "answers":
		t.removal(m, w[2], because)
	case len(w) == 3 && w[0] == "removal" && w[1] == "asks":
		t.asks(m, w[2])
	case len(w) == 4 && w[0] == "step" && w[2] == "is":
		t.offer(m, w[1], w[3], because)
	case len(w) >= 3 && w[0] == "wall":
		t.wall(m, w[1], strings.Join(w[2:], " "))
	case len(w) >= 3 && w[0] == "clock":
		t.clock(m, w[1], w[2:])
	case len(w) >= 3 && w[1] == "is" && w[len(w)-1] == "owed":
		t.owed(m, w[0], strings.Join(w[2:], " "))
	case len(w) == 3 && w[1] == "is":
		t.value(m, w[0], w[2])
	default:
		t.fail("story.then", "then NAME is VALUE; removal answers hold because BAR; step STEP is closed because GUARD; RIGHT is owed; clock CLOCK is due 2026-04-02", "%q says nothing that can be checked", sentence)
	}
}

// then victim is presumed
func (t *teller) value(m *procedure.Model, name, want string) {
	if !slices.Contains(m.Names(), name) {
		t.truth(m, name, want)
		return
	}
	if got := m.Read(t.situation, name); got != want {
		t.fail("story.value", "", "%s is %s, not %s", name, got, want)
	}
}

// then protection_open is true|false|unclear
func (t *teller) truth(m *procedure.Model, name, want string) {
	if find(t.pack.Spec.Derived, func(d *procedure.Derived) bool { return d.Name == name }) == nil {
		t.fail("story.name", "name a fact, a variable or a derived name", "nothing is called %q", name)
		return
	}
	got := [...]string{procedure.False: "false", procedure.True: "true", procedure.Depends: "unclear"}[m.Truth(t.situation, name, t.at)]
	if got != want {
		t.fail("story.value", "", "%s is %s, not %s", name, got, want)
	}
}

// then removal answers hold because BAR, BAR
func (t *teller) removal(m *procedure.Model, want, because string) {
	r := m.Removal(t.situation, t.at)
	var stand []string
	for _, b := range r.Bars {
		stand = append(stand, barName(b))
	}
	if string(r.Answer) != want {
		t.fail("story.removal", "what stands: "+strings.Join(stand, ", "), "removal answers %s, not %s", r.Answer, want)
		return
	}
	for _, name := range list(because) {
		if !slices.Contains(stand, name) {
			t.fail("story.because", "what stands: "+strings.Join(stand, ", "), "%s is not among the reasons", name)
		}
	}
}

func barName(b procedure.BarFinding) string {
	if b.Bar != nil {
		return b.Bar.ID
	}
	return b.Name
}

// then removal asks QUESTION
func (t *teller) asks(m *procedure.Model, question string) {
	if r := m.Removal(t.situation, t.at); !slices.Contains(r.Questions, question) {
		t.fail("story.question", "questions that matter now: "+strings.Join(r.Questions, ", "), "removal does not hang on %s", question)
	}
}

// then step identify is closed because reported == "yes"
func (t *teller) offer(m *procedure.Model, id, want, because string) {
	o, ok := m.Offer(t.situation, id, t.at)
	if !ok {
		t.fail("story.step", "name a step in force that day", "no step %q on %s", id, t.at.Format(time.DateOnly))
		return
	}
	if string(o.State) != want {
		t.fail("story.step", "", "step %s is %s, not %s (%s)", id, o.State, want, reasons(o.Why))
		return
	}
	if because != "" && !slices.ContainsFunc(o.Why, func(r procedure.Reason) bool { return r.Guard == because || r.Bar == because }) {
		t.fail("story.because", "", "step %s is %s because of %s", id, want, reasons(o.Why))
	}
}

// then stay is owed; is not owed; is perhaps owed (a question of law)
func (t *teller) owed(m *procedure.Model, id, want string) {
	got := "not owed"
	for _, e := range m.Entitlements(t.situation, t.at) {
		if e.Entitlement.ID != id {
			continue
		}
		got = "owed"
		if len(e.Questions) > 0 {
			got = "perhaps owed"
		}
	}
	if find(t.pack.Spec.Entitlements, func(e *procedure.Entitlement) bool { return e.ID == id }) == nil {
		t.fail("story.name", "name an entitlement", "no entitlement is called %q", id)
		return
	}
	if got != want {
		t.fail("story.owed", "", "%s is %s, and not %s", id, got, want)
	}
}

// then wall WALL stands; perhaps stands (on what is not known, or not settled); is
// not there. Where it stands it has to be true: what it says is shut is not open, and
// of the ways that it names one is.
func (t *teller) wall(m *procedure.Model, id, want string) {
	if find(t.pack.Walls, func(w *Wall) bool { return w.ID == id }) == nil {
		t.fail("story.name", "name a wall", "no wall is called %q", id)
		return
	}
	got := "is not there"
	for _, w := range t.pack.WallsOn(t.at) {
		if w.ID != id {
			continue
		}
		got = [...]string{procedure.False: got, procedure.True: "stands", procedure.Depends: "perhaps stands"}[w.Stands(m, t.situation, t.at)]
		if got != "is not there" {
			t.walls = append(t.walls, id)
			t.truthOf(m, w)
		}
	}
	if got != want {
		t.fail("story.wall", "", "wall %s %s, and the story says that it %s", id, got, want)
	}
}

func (t *teller) truthOf(m *procedure.Model, w Wall) {
	open := func(step string) bool {
		o, ok := m.Offer(t.situation, step, t.at)
		return ok && o.State == procedure.Open
	}
	for _, step := range w.Shuts {
		if open(step) {
			t.fail("story.wall_open", "narrow its when:, or take the step out of shuts:", "wall %s says that step %s is shut, and it is open", w.ID, step)
		}
	}
	triable := func(step string) bool {
		o, ok := m.Offer(t.situation, step, t.at)
		return ok && (o.State == procedure.Open || o.State == procedure.Unclear)
	}
	if len(w.Ways) > 0 && !slices.ContainsFunc(w.Ways, triable) {
		t.fail("story.wall_ways", "name a way that can be tried there", "of the ways that wall %s names none can be tried", w.ID)
	}
}

// then clock CLOCK is due 2026-04-02 [14:30]; is running|expired|suspended|off
func (t *teller) clock(m *procedure.Model, id string, w []string) {
	if m.Clock(id) == nil {
		t.fail("story.name", "name a clock", "no clock is called %q", id)
		return
	}
	view := procedure.ClockView{State: procedure.ClockOff}
	for _, c := range m.Clocks(t.situation, t.at) {
		if c.Clock.ID == id {
			view = c
		}
	}
	switch {
	case len(w) >= 3 && w[0] == "is" && w[1] == "due":
		want := strings.Join(w[2:], " ")
		got := view.Due.In(t.pack.Location()).Format("2006-01-02 15:04")
		if view.Due.IsZero() {
			got = "on no day that is known"
		}
		if !strings.HasPrefix(got, want) {
			t.fail("story.clock", "", "clock %s is due %s, not %s", id, got, want)
		}
	case len(w) == 2 && w[0] == "is":
		if string(view.State) != w[1] {
			t.fail("story.clock", "", "clock %s is %s, not %s", id, view.State, w[1])
		}
	default:
		t.fail("story.then", "clock CLOCK is running; clock CLOCK is due 2026-04-02", "this says nothing of clock %s", id)
	}
}

func list(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
