package procedure

import (
	"slices"
	"time"
)

// A clock keeps when it started and when it stood still; when it ends is
// computed each time it is asked, so that a correction, a change of the
// calendar or a late record can never leave a wrong end behind. Nothing happens
// when it ends: the engine tells people, and never fires on_expiry.deems.

// due is when a timer ends, in microseconds; 0 when that is not known or it is
// off. While suspended it moves away with time.
func (m *Model) due(i int, t timer, at int64) int64 {
	c := &m.clocks[i]
	if t.start == 0 || c.counted.Question != "" {
		return 0
	}
	end := c.counted.Due(fromMicros(t.start), m.loc, m.cal, c.Kind)
	for range min(t.extends, maxExtensions) {
		if c.extend.Question != "" {
			return 0
		}
		// An end at 24:00 is a moment of the next day; the extension counts from
		// the day that ended.
		if longer := c.extend.Due(end.Add(-time.Microsecond), m.loc, m.cal, c.Kind); !longer.IsZero() {
			end = longer
		}
	}
	away := t.paused
	if t.pause != 0 && at > t.pause {
		away += at - t.pause
	}
	end = end.Add(time.Duration(away) * time.Microsecond)
	if away != 0 && (c.Kind == Limit || c.Kind == Validity) && c.counted.Unit != Minutes && c.counted.Unit != Hours {
		end = endOfDay(end.Add(-time.Microsecond).In(m.loc))
	}
	if c.DayOff == "next" {
		end = m.offDayOff(end)
	}
	return micros(end)
}

// maxExtensions bounds what a text of a situation can make the engine do.
const maxExtensions = 100

// offDayOff moves an end on a day off to 24:00 of the next working day.
func (m *Model) offDayOff(end time.Time) time.Time {
	day := end.Add(-time.Microsecond).In(m.loc)
	if working := nextWorkingDay(noon(day), m.cal); dayNumber(working) != dayNumber(day) {
		return endOfDay(working)
	}
	return end
}

// clockByte is the clock's state as guards read it. A clock whose length is a
// question of law, and is reported by no source, runs and does not expire; one asked about before it started,
// by a clock that jumped, runs.
func (m *Model) clockByte(i int, t timer, at int64) uint8 {
	if t.start == 0 || !m.clocks[i].inForce {
		return clockOff
	}
	if t.pause != 0 {
		return clockRunning
	}
	if end := m.due(i, t, at); end != 0 && at >= end {
		return clockExpired
	}
	return clockRunning
}

// Clocks are the clocks that started and were not stopped, in the pack's order.
func (m *Model) Clocks(s Situation, at time.Time) []ClockView {
	now := micros(at)
	s = m.settle(s, now)
	var out []ClockView
	for i := range m.clocks {
		c := &m.clocks[i]
		t := s.timer(c.ID)
		if t.start == 0 || !c.inForce {
			continue
		}
		v := ClockView{Clock: &c.Clock, Started: fromMicros(t.start), Due: fromMicros(m.due(i, t, now)), State: ClockRunning, Unknown: c.length.Question}
		if v.Unknown == "" && t.extends > 0 {
			v.Unknown = c.extend.Question
		}
		switch {
		case t.pause != 0:
			v.State, v.Paused = ClockSuspended, fromMicros(t.pause)
			if c.Resumes != "" {
				v.Unknown, v.Due = c.Resumes, time.Time{}
			}
		case m.clockByte(i, t, now) == clockExpired:
			v.State = ClockExpired
		}
		out = append(out, v)
	}
	return out
}

// settle looks at the conditions of clocks as they became true by time alone:
// a clock that starts when another expires started when that one expired, not
// when somebody looked. It visits each expiry since the last step in order.
func (m *Model) settle(s Situation, at int64) Situation {
	if !m.timed || s.asOf == 0 {
		return s
	}
	from := s.asOf
	for range 4 * len(m.clocks) { // a clock that restarts itself cannot hold us
		next := m.nextExpiry(s, from, at)
		if next == 0 {
			break
		}
		s = m.conditions(s, next)
		from = next
	}
	return s
}

// nextExpiry is the first end after from and no later than at; 0 if none.
func (m *Model) nextExpiry(s Situation, from, at int64) int64 {
	first := int64(0)
	for _, t := range s.clocks {
		i, ok := m.clockAt[t.id]
		if !ok || t.pause != 0 || !m.clocks[i].inForce {
			continue
		}
		if end := m.due(i, t, at); end > from && end <= at && (first == 0 || end < first) {
			first = end
		}
	}
	return first
}

// conditions starts, stops, suspends and resumes the clocks whose conditions
// changed, as of at. Only what is certainly true counts. One clock's change may
// be another's condition, so it looks until nothing changes.
func (m *Model) conditions(s Situation, at int64) Situation {
	f := m.frameOf(s, at)
	for range len(m.clocks) + 1 {
		next := s
		for i := range m.clocks {
			c := &m.clocks[i]
			if !c.inForce || !c.hasConditions() {
				continue
			}
			was := s.timer(c.ID)
			if t := c.condition(f, f.clocks[i], was, at); t != was {
				next = next.withTimer(t)
			}
		}
		if slices.Equal(next.clocks, s.clocks) {
			break
		}
		s = next
		m.readClocks(f.clocks, s, at)
	}
	return s
}

func (c *clock) hasConditions() bool { return c.starts != nil || c.stops != nil || c.suspended != nil }

func (c *clock) condition(f *frame, reads uint8, t timer, at int64) timer {
	if c.starts != nil {
		holds := c.starts.truth(f) == True
		if holds && !t.held {
			t.start, t.pause, t.paused, t.extends = at, 0, 0, 0
		}
		t.held = holds
	}
	if c.stops != nil && t.start != 0 && c.stops.truth(f) == True {
		t.start, t.pause, t.paused, t.extends = 0, 0, 0, 0
	}
	if c.suspended == nil || t.start == 0 {
		return t
	}
	switch holds := c.suspended.truth(f) == True; {
	case holds && t.pause == 0 && reads != clockExpired: // what has ended is not brought back
		t.pause = at
	case !holds && t.pause != 0:
		t.paused += max(0, at-t.pause)
		t.pause = 0
	}
	return t
}

// ClockEnd is a clock that a change stopped or began anew, and when it would have ended.
type ClockEnd struct {
	Clock string
	Due   time.Time // zero: nobody knows
}

// Stopped are the clocks that ran before a change at an instant and do not run on
// after it.
func (m *Model) Stopped(before, after Situation, at time.Time) []ClockEnd {
	if len(before.clocks) == 0 || slices.Equal(before.clocks, after.clocks) {
		return nil
	}
	now := micros(at)
	before = m.settle(before, now)
	var out []ClockEnd
	for i := range m.clocks {
		c := &m.clocks[i]
		t := before.timer(c.ID)
		if t.start == 0 || !c.inForce || after.timer(c.ID).start == t.start {
			continue
		}
		out = append(out, ClockEnd{c.ID, fromMicros(m.due(i, t, now))})
	}
	return out
}
