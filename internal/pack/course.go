package pack

import (
	"slices"
	"strings"

	"pana/internal/procedure"
)

// Course is how a person passes through a procedure, as its declaration says it and
// no name does: figures of any procedure are counted by it. Its states are the
// values of the variable that is drawn. At Begins it has not begun. Goes are those at
// which a body has something to do that leads on: a duty, or a power that waits in
// a list. At Ends nobody has, whatever the person may still do, or a decision against
// her brought her there: it has come to an end, until she appeals.
type Course struct {
	Procedure          string
	Var                string
	Begins, Goes, Ends []string
	Clocks             []string // duties of bodies and limits of the person: those that are kept or not
}

// CourseStep is what a step is to the course of its procedure.
type CourseStep struct {
	Procedure string
	Decision  bool // only kinds of body that decide take it, or it is adverse
	Adverse   bool
	Appeal    bool // an adverse step names it, in time or late
}

// courses are those of every procedure that has a picture.
type courses struct {
	list   []Course
	byVar  map[string]*Course
	steps  map[string]CourseStep
	clocks map[string]string // clock → procedure
}

// Courses are the courses of the pack's procedures, in its order.
func (p *Pack) Courses() []Course { return p.coursesOnce().list }

// CourseOf is the course that a variable draws, or nil.
func (p *Pack) CourseOf(variable string) *Course { return p.coursesOnce().byVar[variable] }

// CourseStep is what a step is to its procedure's course.
func (p *Pack) CourseStep(id string) CourseStep { return p.coursesOnce().steps[id] }

// CourseClock is the procedure in whose figures a clock is counted, or "".
func (p *Pack) CourseClock(id string) string { return p.coursesOnce().clocks[id] }

// coursesOnce are read when they are first asked for, by which the pack is whole.
func (p *Pack) coursesOnce() *courses {
	if p.courses == nil { // not a loaded pack
		return p.readCourses()
	}
	return p.courses()
}

func (p *Pack) readCourses() *courses {
	out := &courses{byVar: map[string]*Course{}, steps: p.courseSteps(), clocks: map[string]string{}}
	for _, of := range p.Spec.Procedures {
		i := slices.IndexFunc(p.Spec.Vars, func(v procedure.Var) bool { return v.Name == of.Picture && v.Procedure == of.ID })
		if i < 0 || slices.ContainsFunc(out.list, func(c Course) bool { return c.Procedure == of.ID }) {
			continue
		}
		c := p.course(of.ID, p.Spec.Vars[i])
		if len(of.Ends) > 0 {
			c.said(p.Spec.Vars[i], of.Ends)
		}
		for _, id := range c.Clocks {
			out.clocks[id] = of.ID
		}
		out.list = append(out.list, c)
	}
	for i := range out.list {
		out.byVar[out.list[i].Var] = &out.list[i]
	}
	return out
}

// course tells the values of a variable apart. The steps of every day count: what
// has once been decided is counted alike under each edition of the law.
func (p *Pack) course(id string, v procedure.Var) Course {
	c := Course{Procedure: id, Var: v.Name, Begins: v.Start}
	var decided []string // against her
	for _, s := range p.Spec.Steps {
		to, moves := s.Set[v.Name]
		if moves && s.Adverse != nil {
			decided = append(decided, to)
		}
		if !moves || s.Overlay.Dropped || !p.isAwaited(s) {
			continue
		}
		for _, from := range p.Spec.LeadsFrom(s.When, v) {
			if from != to && !slices.Contains(v.Start, from) && !slices.Contains(c.Goes, from) {
				c.Goes = append(c.Goes, from)
			}
		}
	}
	c.Goes = slices.DeleteFunc(c.Goes, func(value string) bool { return slices.Contains(decided, value) })
	for _, value := range v.Values {
		if !slices.Contains(v.Start, value) && !slices.Contains(c.Goes, value) {
			c.Ends = append(c.Ends, value)
		}
	}
	for _, k := range p.Spec.Clocks {
		if k.Procedure == id && (k.Kind == procedure.Duty || k.Kind == procedure.Limit) && !slices.Contains(c.Clocks, k.ID) {
			c.Clocks = append(c.Clocks, k.ID)
		}
	}
	return c
}

// said takes the ends that the pack says in place of those that follow.
func (c *Course) said(v procedure.Var, ends []string) {
	c.Goes, c.Ends = nil, nil
	for _, value := range v.Values {
		switch {
		case slices.Contains(ends, value):
			c.Ends = append(c.Ends, value)
		case !slices.Contains(v.Start, value):
			c.Goes = append(c.Goes, value)
		}
	}
}

// isAwaited says that a body has to take a step, or that somebody waits for it: the
// same that puts it into a list of work. A duty that only an adverse turn of things
// would bring about is one too.
func (p *Pack) isAwaited(s procedure.Step) bool {
	if s.Irregular || !slices.ContainsFunc(s.By, func(by string) bool { return by != "person" }) {
		return false
	}
	h := p.HandlingOf(s.ID)
	return s.Force == procedure.Must || s.Force == procedure.May && h != nil && h.Waits
}

func (p *Pack) courseSteps() map[string]CourseStep {
	out := make(map[string]CourseStep, len(p.Spec.Steps))
	var appeals []string
	for _, s := range p.Spec.Steps {
		was := out[s.ID]
		was.Procedure = s.Procedure
		was.Adverse = was.Adverse || s.Adverse != nil
		was.Decision = was.Decision || s.Adverse != nil || s.Force != procedure.Own && len(s.By) > 0 && !slices.ContainsFunc(s.By, func(by string) bool { return !p.Decides(by) })
		out[s.ID] = was
		if s.Adverse != nil {
			appeals = append(appeals, s.Adverse.Appeal, s.Adverse.Late)
		}
	}
	for _, id := range appeals {
		if s, is := out[id]; is {
			s.Appeal = true
			out[id] = s
		}
	}
	return out
}

// Decides says whether a step's taker, a kind of body or a role in it, is of a kind
// that decides.
func (p *Pack) Decides(by string) bool {
	id, _, _ := strings.Cut(by, ":")
	kind := p.BodyKind(id)
	return kind != nil && slices.Contains(kind.Can, "decide")
}

// IsDecision says whether only kinds of body that decide may take a step.
func (p *Pack) IsDecision(step *procedure.Step) bool {
	for _, by := range step.By {
		if !p.Decides(by) {
			return false
		}
	}
	return true
}
