package procedure

import (
	"testing"
	"time"
)

// clockwork is one variable and the clocks given; its steps set the variable.
func clockwork(clocks ...Clock) Spec {
	spec := Spec{Vars: []Var{{Name: "state", Values: []string{"a", "b", "c"}, Start: []string{"a"}}}, Clocks: clocks}
	for _, to := range []string{"a", "b", "c"} {
		spec.Steps = append(spec.Steps, Step{ID: "to_" + to, Force: World, Set: map[string]string{"state": to}})
	}
	return spec
}

func TestClocks(t *testing.T) {
	t.Parallel()
	type act struct {
		step string
		hour int
	}
	whenB := Clock{ID: "k", Kind: Duty, Length: "24 hours", StartsWhen: `state == "b"`}
	with := func(c Clock, change func(*Clock)) Clock { change(&c); return c }
	for _, row := range []struct {
		why   string
		clock []Clock
		acts  []act
		look  int
		state ClockState // of the last clock; "" off
		due   int        // hours
	}{
		{"off until its condition holds", []Clock{whenB}, []act{{"to_c", 0}}, 1, "", 0},
		{"runs from when the condition became true", []Clock{whenB}, []act{{"to_b", 2}}, 3, ClockRunning, 26},
		{"has expired at its end", []Clock{whenB}, []act{{"to_b", 2}}, 26, ClockExpired, 26},
		{"runs on when the condition ends", []Clock{whenB}, []act{{"to_b", 2}, {"to_c", 3}}, 4, ClockRunning, 26},
		{"does not start twice for one truth", []Clock{whenB}, []act{{"to_b", 2}, {"to_b", 5}}, 6, ClockRunning, 26},
		{"starts anew when it becomes true again", []Clock{whenB}, []act{{"to_b", 2}, {"to_c", 3}, {"to_b", 5}}, 6, ClockRunning, 29},
		{"stops by condition", []Clock{with(whenB, func(c *Clock) { c.StopsWhen = `state == "c"` })}, []act{{"to_b", 2}, {"to_c", 3}}, 4, "", 0},
		{"stands still while suspended", []Clock{with(whenB, func(c *Clock) { c.Suspended = `state == "c"` })}, []act{{"to_b", 0}, {"to_c", 10}}, 40, ClockSuspended, 54},
		{"and runs the rest afterwards", []Clock{with(whenB, func(c *Clock) { c.Suspended = `state == "c"` })}, []act{{"to_b", 0}, {"to_c", 10}, {"to_a", 40}}, 41, ClockRunning, 54},
		{"a length nobody knows has no end", []Clock{with(whenB, func(c *Clock) { c.Length = `unknown("q")` })}, []act{{"to_b", 0}}, 9999, ClockRunning, 0},
		{"starts when another expired, then and not when looked at", []Clock{whenB, {ID: "l", Kind: Duty, Length: "10 hours", StartsWhen: `clock("k").expired`}},
			[]act{{"to_b", 0}}, 30, ClockRunning, 34},
		{"and a third when that one did", []Clock{whenB, {ID: "l", Kind: Duty, Length: "10 hours", StartsWhen: `clock("k").expired`}, {ID: "m", Kind: Wait, Length: "1 hour", StartsWhen: `clock("l").expired`}},
			[]act{{"to_b", 0}}, 100, ClockExpired, 35},
		{"asked about before it began, it runs", []Clock{whenB}, []act{{"to_b", 50}}, -1000, ClockRunning, 74},
	} {
		spec := clockwork(row.clock...)
		if row.clock[0].Length == `unknown("q")` {
			spec.Questions = []Question{{ID: "q"}}
		}
		m := compiled(t, spec)
		s := m.Begin(nil)
		for _, a := range row.acts {
			s, _ = m.Take(s, a.step, hours(a.hour))
		}
		var got ClockView
		for _, v := range m.Clocks(s, hours(row.look)) {
			if v.Clock.ID == row.clock[len(row.clock)-1].ID {
				got = v
			}
		}
		want := time.Time{}
		if row.due != 0 {
			want = hours(row.due)
		}
		if got.State != row.state || !got.Due.Equal(want) {
			t.Errorf("%s: %q, due %s; want %q, %s", row.why, got.State, got.Due, row.state, want)
		}
	}
}

func TestClockEnds(t *testing.T) {
	t.Parallel()
	limit := Clock{ID: "k", Kind: Limit, Length: "10 days"} // from Tuesday 3 March: Friday the 13th
	with := func(change func(*Clock)) Clock { c := limit; change(&c); return c }
	end := func(day int) time.Time { return time.Date(2026, 3, day+1, 0, 0, 0, 0, time.UTC) }
	for _, row := range []struct {
		why    string
		clock  Clock
		extend int
		due    time.Time
	}{
		{"at 24:00 of the last day", limit, 0, end(13)},
		{"eleven days end on a Saturday, and stay there", with(func(c *Clock) { c.Length = "11 days" }), 0, end(14)},
		{"where the pack says so they end on Monday", with(func(c *Clock) { c.Length, c.DayOff = "11 days", "next" }), 0, end(16)},
		{"a working day stays", with(func(c *Clock) { c.DayOff = "next" }), 0, end(13)},
		{"an extension counts from the last day", with(func(c *Clock) { c.Extend = "5 days" }), 1, end(18)},
		{"twice extended", with(func(c *Clock) { c.Extend = "5 days" }), 2, end(23)},
	} {
		spec := clockwork(row.clock)
		spec.Steps[0].Starts = []string{"k"}
		if row.extend > 0 {
			spec.Steps[1].Extends = []string{"k"}
		}
		m := compiled(t, spec)
		s, _ := m.Take(m.Begin(nil), "to_a", hours(0))
		for range row.extend {
			s, _ = m.Take(s, "to_b", hours(1))
		}
		if got := m.Clocks(s, hours(2)); len(got) != 1 || !got[0].Due.Equal(row.due) {
			t.Errorf("%s: %+v, want %s", row.why, got, row.due)
		}
	}
}

func TestSuspendedLimitEndsWithADay(t *testing.T) {
	t.Parallel()
	m := compiled(t, clockwork(Clock{ID: "k", Kind: Limit, Length: "10 days", StartsWhen: `state == "b"`, Suspended: `state == "c"`}))
	s, _ := m.Take(m.Begin(nil), "to_b", hours(0))
	s, _ = m.Take(s, "to_c", hours(24))
	s, _ = m.Take(s, "to_a", hours(24+36))
	// 24:00 of the 13th and a day and a half: the 15th begins its last day.
	if got := m.Clocks(s, hours(61))[0].Due; !got.Equal(time.Date(2026, 3, 16, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("due %s", got)
	}
}
