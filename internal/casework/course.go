package casework

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

// Course is one passage of a person through a procedure, as figures count it: what
// began it, when it was first decided, whether that was against her and she appealed,
// and how it ended. What each of these is, the procedure's declaration says
// (pack.Course); nothing here knows one by name.
type Course struct {
	Procedure string
	N         int     // of this person through this procedure, from 1
	Body      id.Body // to whom what began it was addressed, or who recorded it
	State     string  // where it stands
	Started   time.Time
	Decided   time.Time // first
	Adverse   time.Time // first
	Appealed  time.Time // first
	Ended     time.Time // when it came to the end where it rests; zero: it goes on
	Outcome   string    // the end to which it first came, and from which no appeal took it
	Clocks    []CourseClock
}

// CourseClock is a duty or limit of a procedure: by when, and when it was kept. One that still
// runs has no Stopped.
type CourseClock struct {
	Clock        string
	Due, Stopped time.Time
}

// coursesOf makes the courses anew from the acts in the order in which they
// happened, as rolls are: what is written late or corrected counts where it belongs.
func (f *File) coursesOf(laws Laws) ([]Course, error) {
	p := laws.Pack()
	if len(p.Courses()) == 0 {
		return nil, nil
	}
	w := walk{f: f, pack: p, last: map[string]*Course{}}
	var before procedure.Situation
	for i := range f.acts {
		a := &f.acts[i]
		if a.step != "" || a.kind == TakenOccurrence {
			w.act(a)
		}
		if !a.begin {
			m, err := modelOn(laws, a.occurred)
			if err != nil {
				return nil, err
			}
			w.stopped(m.Stopped(before, a.after, a.occurred), a.occurred)
		}
		before = a.after
	}
	for _, c := range f.Clocks {
		w.clock(CourseClock{Clock: c.Clock, Due: c.Due})
	}
	return w.done(), nil
}

// walk is the way through the acts of a file.
type walk struct {
	f    *File
	pack *pack.Pack
	out  []*Course
	last map[string]*Course // of each procedure
}

func (w *walk) act(a *act) {
	step := w.pack.CourseStep(a.step)
	for _, change := range w.f.Timeline[a.entry].Changes {
		if c := w.pack.CourseOf(change.Name); c != nil {
			w.moved(c, a, step, change.To)
		}
	}
	c := w.last[step.Procedure]
	if c == nil {
		return
	}
	first := func(t *time.Time, is bool) {
		if is && t.IsZero() {
			*t = a.occurred
		}
	}
	first(&c.Decided, step.Decision)
	first(&c.Adverse, step.Adverse)
	first(&c.Appealed, step.Appeal && !c.Adverse.IsZero())
}

// moved takes a course on. One begins when its variable leaves where it began, and
// again when anything but an appeal leads out of an end.
func (w *walk) moved(of *pack.Course, a *act, step CourseStep, to string) {
	c := w.last[of.Procedure]
	goes, begins := slices.Contains(of.Goes, to), slices.Contains(of.Begins, to)
	switch over := c == nil || !c.Ended.IsZero(); {
	case begins && over: // back to where nothing has begun, from an end
		if c != nil {
			c.State = to
		}
		return
	case c == nil || over && (slices.Contains(of.Begins, c.State) || goes && !step.Appeal):
		c = w.begun(of.Procedure, a)
	}
	c.State = to
	switch {
	case goes:
		c.Ended, c.Outcome = time.Time{}, ""
	case c.Ended.IsZero():
		c.Ended, c.Outcome = a.occurred, to
	}
}

// CourseStep is the pack's.
type CourseStep = pack.CourseStep

func (w *walk) begun(procedure string, a *act) *Course {
	n := 1
	if was := w.last[procedure]; was != nil {
		n = was.N + 1
	}
	c := &Course{Procedure: procedure, N: n, Body: w.f.cameTo(*a), Started: a.occurred}
	w.out, w.last[procedure] = append(w.out, c), c
	return c
}

// stopped counts clocks that an act stopped or began anew.
func (w *walk) stopped(ends []procedure.ClockEnd, at time.Time) {
	for _, e := range ends {
		w.clock(CourseClock{Clock: e.Clock, Due: e.Due, Stopped: at})
	}
}

// clock counts one with the course in which it ended. What ran before anything began,
// or has no end that anybody knows, was neither kept nor missed.
func (w *walk) clock(c CourseClock) {
	if of := w.last[w.pack.CourseClock(c.Clock)]; of != nil && !c.Due.IsZero() {
		of.Clocks = append(of.Clocks, c)
	}
}

func (w *walk) done() []Course {
	out := make([]Course, len(w.out))
	for i, c := range w.out {
		out[i] = *c
	}
	return out
}

// courseRows are what figures are counted from: one for each course, with what of the
// person is clear anyhow.
func (f *File) courseRows() []Row {
	var out []Row
	for _, c := range f.Courses {
		out = append(out, row(CoursesTable, string(f.ID), c.Procedure, int64(c.N), string(c.Body), f.Region, f.AgeBand, f.Sex, c.State,
			c.Started, c.Decided, c.Adverse, c.Appealed, c.Ended, c.Outcome, c.last(), clocksText(c.Clocks)))
	}
	return out
}

// last is the latest day that figures may count something of a course on: of what
// happened, or on which one of its clocks is kept or runs out.
func (c *Course) last() time.Time {
	at := c.Started
	for _, t := range []time.Time{c.Decided, c.Adverse, c.Appealed, c.Ended} {
		at = laterOf(at, t)
	}
	for _, k := range c.Clocks {
		at = laterOf(laterOf(at, k.Due), k.Stopped)
	}
	return at
}

// clocksText writes clocks into one column, because nothing asks for one of them: its
// id, by when, and when it was kept or 0, in seconds.
func clocksText(clocks []CourseClock) string {
	var b []byte
	for i, c := range clocks {
		if i > 0 {
			b = append(b, ';')
		}
		b = strconv.AppendInt(append(append(b, c.Clock...), ' '), c.Due.Unix(), 10)
		stopped := int64(0)
		if !c.Stopped.IsZero() {
			stopped = c.Stopped.Unix()
		}
		b = strconv.AppendInt(append(b, ' '), stopped, 10)
	}
	return string(b)
}

// CourseClocks reads what clocksText wrote. What it cannot read it leaves out.
func CourseClocks(column string) []CourseClock {
	var out []CourseClock
	for part := range strings.SplitSeq(column, ";") {
		parts := strings.Split(part, " ")
		if len(parts) != 3 {
			continue
		}
		due, err := strconv.ParseInt(parts[1], 10, 64)
		stopped, err2 := strconv.ParseInt(parts[2], 10, 64)
		if err != nil || err2 != nil {
			continue
		}
		c := CourseClock{Clock: parts[0], Due: time.Unix(due, 0).UTC()}
		if stopped != 0 {
			c.Stopped = time.Unix(stopped, 0).UTC()
		}
		out = append(out, c)
	}
	return out
}
