package pack

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"pana/internal/procedure"
)

// Snapshot is the pack over a run of days on which nothing changes.
type Snapshot struct {
	Day   Day    // the first of the days; zero is as far back as the pack goes
	Until Day    // the last; zero is as far forward
	Law   string // digest of what the engine runs: a file pins it
	Rest  string // digest of everything else in the pack
	Pack  *Pack
	Model *procedure.Model
	// Listed are the steps that stand in somebody's list of work when they are owed.
	Listed procedure.Choice

	once     sync.Once
	problems []Problem
	tracks   map[string]*procedure.Model
}

// At gives the snapshot of the day, in the pack's zone, that contains an
// instant. It is compiled on first use and kept; the problems are those of its
// procedures, and a snapshot with errors has no Model.
func (p *Pack) At(instant time.Time) (*Snapshot, []Problem) {
	return p.on(p.DayOf(instant))
}

func (p *Pack) on(day Day) (*Snapshot, []Problem) {
	s := p.run(day)
	s.once.Do(s.compile)
	return s, s.problems
}

// run is the run of days that holds a day.
func (p *Pack) run(day Day) *Snapshot {
	i, exact := slices.BinarySearchFunc(p.runs, day, func(s *Snapshot, d Day) int { return s.Day.Compare(d.Time) })
	if !exact {
		i-- // the first run begins at the zero day, so there is always one before
	}
	return p.runs[i]
}

// DayOf is the day, in the pack's zone, that contains an instant.
func (p *Pack) DayOf(instant time.Time) Day {
	y, m, d := instant.In(p.location).Date()
	return Day{Time: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// Changes lists the days on which something of the pack begins, or has ended
// the day before, in order.
func (p *Pack) Changes() []Day {
	var out []Day
	for _, e := range p.elements() {
		if d, ok := datesOf(e.value); ok {
			if !d.From.IsZero() {
				out = append(out, d.From)
			}
			if !d.To.IsZero() {
				out = append(out, Day{Time: d.To.AddDate(0, 0, 1)})
			}
		}
	}
	slices.SortFunc(out, func(a, b Day) int { return a.Compare(b.Time) })
	return slices.CompactFunc(out, func(a, b Day) bool { return a.Equal(b.Time) })
}

// Digest is that of all that the pack says on every day, whatever its comments and the
// order of its files: two folders with the same digest are one edition.
func (p *Pack) Digest() string { return p.runs[0].Rest }

// Laws are the digests of the law on every day that the pack knows. A file pinned
// to one of them follows this pack; a file pinned to another follows another.
func (p *Pack) Laws() []string { return p.laws() }

// Knows says whether a digest is that of the law of some day of this pack.
func (p *Pack) Knows(law string) bool { return slices.Contains(p.laws(), law) }

func (p *Pack) lawsOfAllDays() (out []string) {
	for _, run := range p.runs {
		if law := lawDigest(p, p.dayOfRun(run)); !slices.Contains(out, law) {
			out = append(out, law)
		}
	}
	return out
}

// divide cuts time into the runs between changes.
func (p *Pack) divide() {
	days := append([]Day{{}}, p.Changes()...)
	rest := sync.OnceValue(p.restDigest)
	p.laws = sync.OnceValue(p.lawsOfAllDays)
	for i, day := range days {
		s := &Snapshot{Day: day, Pack: p}
		if i+1 < len(days) {
			s.Until = Day{Time: days[i+1].AddDate(0, 0, -1)}
		}
		s.Rest = rest()
		p.runs = append(p.runs, s)
	}
}

// compile compiles the procedures on the first day of the run. The engine is
// given local noon: a zone may skip midnight.
func (s *Snapshot) compile() {
	p := s.Pack
	day := p.dayOfRun(s)
	s.Model, s.problems = procedure.Compile(p.Spec, p.noon(day), p.location, p.DaysOff())
	if len(Errors(s.problems)) > 0 {
		s.Model = nil
	}
	if s.Model != nil {
		s.Listed = s.Model.Choose(p.lists)
	}
	s.compileTracks()
	s.Law = lawDigest(p, day)
}

// lists says of a step whether it stands in somebody's list of work when it is owed.
func (p *Pack) lists(s *procedure.Step) bool {
	h := p.HandlingOf(s.ID)
	return h != nil && h.Waits || s.Force == procedure.Must && p.IsDecision(s)
}

// dayOfRun is a day that stands for its run: the first, where there is one.
func (p *Pack) dayOfRun(s *Snapshot) Day {
	switch {
	case !s.Day.IsZero():
		return s.Day
	case !s.Until.IsZero():
		return s.Until
	}
	return Day{Time: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func (p *Pack) noon(day Day) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, 12, 0, 0, 0, p.location)
}

// compiles: every procedure compiles on every day on which something changes,
// and the duties to inform read what there is then.
func (l *linter) compiles() {
	for _, run := range l.runs {
		s, problems := l.on(run.Day)
		for _, p := range problems {
			if p.Code != "var.unreachable" { // reachable sees overlays too
				l.problems = append(l.problems, p)
			}
		}
		for _, d := range l.Duties {
			if s.Model != nil && d.When != "" && overlap(d.Dates, Dates{From: s.Day, To: s.Until}) {
				_, problems := s.Model.Guard(d.When, d.Pos)
				l.problems = append(l.problems, problems...)
			}
		}
		for _, r := range l.Rolls {
			for _, when := range r.guards() {
				if s.Model != nil && when != "" {
					_, problems := s.Model.Guard(when, r.Pos)
					l.problems = append(l.problems, problems...)
				}
			}
		}
		for _, o := range l.Operations {
			if s.Model != nil && o.Visits != nil {
				for _, when := range []string{o.Visits.Referred, o.Visits.Resolved} {
					_, problems := s.Model.Guard(when, o.Pos)
					l.problems = append(l.problems, problems...)
				}
			}
		}
		for _, e := range l.Evidence {
			if s.Model == nil || !overlap(e.Dates, Dates{From: s.Day, To: s.Until}) {
				continue
			}
			for _, when := range e.Needs.guards() {
				_, problems := s.Model.Guard(when, e.Pos)
				l.problems = append(l.problems, problems...)
			}
		}
		for _, w := range l.Walls {
			if s.Model != nil && w.When != "" && overlap(w.Dates, Dates{From: s.Day, To: s.Until}) {
				_, problems := s.Model.Guard(w.When, w.Pos)
				l.problems = append(l.problems, problems...)
			}
		}
	}
}

// InForce filters a list to the elements in force on a day.
func InForce[T any](list []T, dates func(T) Dates, day time.Time) []T {
	var out []T
	for _, e := range list {
		if Contains(dates(e), day) {
			out = append(out, e)
		}
	}
	return out
}

// RegionsOn lists the regions there were on a day.
func (p *Pack) RegionsOn(instant time.Time) []Region {
	return InForce(p.Regions, func(r Region) Dates { return r.Dates }, p.DayOf(instant).Time)
}

// DutiesOn lists the duties to inform on a day.
func (p *Pack) DutiesOn(instant time.Time) []InformDuty {
	return InForce(p.Duties, func(d InformDuty) Dates { return d.Dates }, p.DayOf(instant).Time)
}

// WallsOn lists where the law leads no further on a day.
func (p *Pack) WallsOn(instant time.Time) []Wall {
	return InForce(p.Walls, func(w Wall) Dates { return w.Dates }, p.DayOf(instant).Time)
}

// compileAll compiles what the rules of Lint ask for one after the other: the law
// of every day, and of every snapshot as each overlay tells it. Each is made once
// and has nothing to do with the others, so all processors make them.
func (p *Pack) compileAll() {
	var all errgroup.Group
	all.SetLimit(runtime.GOMAXPROCS(0))
	for _, run := range p.runs {
		all.Go(func() error {
			p.on(run.Day)
			return nil
		})
	}
	for _, day := range p.Head.Snapshots {
		for _, o := range p.Overlays {
			all.Go(func() error {
				p.Compose(day, []string{o.ID})
				return nil
			})
		}
	}
	_ = all.Wait() // what does not compile is reported by the rule that asks
}

// DaysOff is the pack's calendar as the engine reads it.
func (p *Pack) DaysOff() procedure.Calendar { return p.off }

// daysOff answers which days are working days: not at a weekend, not a holiday.
type daysOff struct {
	weekend [7]bool
	yearly  map[monthDay][]Dates
	dated   map[Day]bool
}

type monthDay struct {
	month time.Month
	day   int
}

func newDaysOff(c Calendar) *daysOff {
	d := &daysOff{yearly: map[monthDay][]Dates{}, dated: map[Day]bool{}}
	for _, name := range c.Weekend {
		for day := time.Sunday; day <= time.Saturday; day++ {
			d.weekend[day] = d.weekend[day] || lowerFirst(day.String()) == name
		}
	}
	for _, h := range c.Holidays {
		if !h.On.IsZero() {
			d.dated[h.On] = true
			continue
		}
		at := monthDay{time.Month(h.Month), h.Day}
		d.yearly[at] = append(d.yearly[at], h.Dates)
	}
	return d
}

func lowerFirst(s string) string { return string(s[0]+'a'-'A') + s[1:] }

// Working says whether a day, at its local midnight, is a working day.
func (d *daysOff) Working(at time.Time) bool {
	y, m, n := at.Date()
	day := Day{Time: time.Date(y, m, n, 0, 0, 0, 0, time.UTC)}
	if d.weekend[day.Weekday()] || d.dated[day] {
		return false
	}
	return !slices.ContainsFunc(d.yearly[monthDay{m, n}], func(in Dates) bool { return Contains(in, day.Time) })
}

// byProcedure puts elements in an order that does not hang on files.
func byProcedure[T any](list []T, key func(T) string) []T {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
	return out
}
