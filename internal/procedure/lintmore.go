package procedure

import (
	"fmt"
	"slices"
	"strings"
)

func (b *builder) lintClocks() {
	started := map[string]bool{}
	for _, s := range b.spec.Steps {
		for _, id := range s.Starts {
			started[id] = true
		}
		for _, id := range s.Extends {
			b.lintExtends(s, id)
		}
	}
	kinds := []string{Duty, Limit, Validity, Wait}
	for _, c := range b.spec.Clocks {
		if !slices.Contains(kinds, c.Kind) {
			b.problem(c.Pos, "clock.kind", fmt.Sprintf("clock %q is of the kind %q", c.ID, c.Kind), didYouMean(c.Kind, kinds, "it is one of: "+strings.Join(kinds, ", ")))
		}
		if c.StartsWhen == "" && !started[c.ID] {
			b.warn(c.Pos, "clock.never", fmt.Sprintf("nothing starts the clock %q", c.ID), "add starts_when, or name it in a step's starts")
		}
		if c.Resumes != "" && c.Suspended == "" {
			b.problem(c.Pos, "clock.resumes", fmt.Sprintf("clock %q asks when it runs again and never stands still", c.ID), "write suspended:, or take resumes: out")
		}
		if c.DayOff != "" && c.DayOff != "next" {
			b.problem(c.Pos, "clock.day_off", fmt.Sprintf("clock %q says %q of an end on a day off", c.ID, c.DayOff), "write next, or leave it out")
		}
		if strings.HasSuffix(c.Length, "working days") && b.cal == nil {
			b.problem(c.Pos, "clock.calendar", fmt.Sprintf("clock %q counts working days and the pack has no calendar", c.ID), "add calendar.yaml")
		}
	}
}

func (b *builder) lintExtends(s Step, id string) {
	if i := slices.IndexFunc(b.clocks, func(c clock) bool { return c.ID == id }); i >= 0 && b.clocks[i].Extend == "" {
		b.problem(s.Pos, "clock.extend", fmt.Sprintf("step %q extends the clock %q, which has no extension", s.ID, id), "add extend to the clock")
	}
}

// lintAssumptions: what holds of every person is said of facts and starts.
func (b *builder) lintAssumptions() {
	for _, a := range b.spec.Assume {
		g := b.guard(a.When, anyProcedure, a.Pos)
		if len(g.use.clocks) > 0 || len(g.use.questions) > 0 {
			b.problem(a.Pos, "assume.reads", fmt.Sprintf("the assumption %s reads a clock or a question", short(a.When)), "speak of facts and start values only")
		}
	}
}

func (b *builder) lintProcedures() {
	ids := map[string]bool{"": true}
	for _, p := range b.spec.Procedures {
		if ids[p.ID] {
			b.problem(p.Pos, "name.double", fmt.Sprintf("procedure %q is declared twice", p.ID), "give one of them another id")
		}
		ids[p.ID] = true
		own := b.ownNames(p.ID)
		for _, name := range p.Exports {
			if !slices.Contains(own, name) {
				b.problem(p.Pos, "procedure.exports", fmt.Sprintf("procedure %q exports %q, which is not its own", p.ID, name), didYouMean(name, own, "declare it in this procedure"))
			}
		}
		if p.Picture != "" && !slices.Contains(own, p.Picture) {
			b.problem(p.Pos, "procedure.picture", fmt.Sprintf("the picture of %q is of %q, which is no variable of it", p.ID, p.Picture), didYouMean(p.Picture, own, "name one of its variables"))
		}
	}
}

// ownNames are the variables, derived names and clocks of a procedure.
func (b *builder) ownNames(procedure string) []string {
	var out []string
	for _, s := range b.slots {
		if s.procedure == procedure {
			out = append(out, s.name)
		}
	}
	for _, d := range b.spec.Derived {
		if d.Procedure == procedure {
			out = append(out, d.Name)
		}
	}
	for _, c := range b.spec.Clocks {
		if c.Procedure == procedure {
			out = append(out, c.ID)
		}
	}
	return out
}

// version is one dated element.
type version struct {
	kind, id string
	dates    Dates
	pos      Pos
}

// lintVersions: dates of one id never overlap, so a day has one law.
func (b *builder) lintVersions() {
	var all []version
	for _, s := range b.spec.Steps {
		if s.NoticeOf == "" {
			all = append(all, version{"step", s.ID, s.Dates, s.Pos})
		}
	}
	for _, x := range b.spec.Bars {
		all = append(all, version{"bar", x.ID, x.Dates, x.Pos})
	}
	for _, e := range b.spec.Entitlements {
		all = append(all, version{"entitlement", e.ID, e.Dates, e.Pos})
	}
	for _, c := range b.spec.Clocks {
		all = append(all, version{"clock", c.ID, c.Dates, c.Pos})
	}
	byID := map[string][]version{}
	for _, v := range all {
		key := v.kind + " " + v.id
		for _, o := range byID[key] {
			if v.dates.overlap(o.dates) {
				b.problem(v.pos, "version.overlap", fmt.Sprintf("%s %q is in force twice on some day, see %s:%d", v.kind, v.id, o.pos.File, o.pos.Line), "end the earlier the day before the later begins")
			}
		}
		byID[key] = append(byID[key], v)
		if !v.dates.From.IsZero() && !v.dates.To.IsZero() && dayNumber(v.dates.To.Time) < dayNumber(v.dates.From.Time) {
			b.problem(v.pos, "version.dates", fmt.Sprintf("%s %q ends before it begins", v.kind, v.id), "turn the dates round")
		}
	}
}

func (d Dates) overlap(o Dates) bool {
	before := func(x, y Dates) bool {
		return !x.To.IsZero() && !y.From.IsZero() && dayNumber(x.To.Time) < dayNumber(y.From.Time)
	}
	return !before(d, o) && !before(o, d)
}

// lintQuestions: a question on which nothing hangs is a slip.
func (b *builder) lintQuestions() {
	if len(b.spec.Overlays) > 0 {
		return
	}
	for _, q := range b.spec.Questions {
		if !b.used[q.ID] && !q.Product {
			b.problem(q.Pos, "question.unused", fmt.Sprintf("nothing hangs on the question %q", q.ID), fmt.Sprintf("write unknown(%q) in the guard it leaves open, or remove it", q.ID))
		}
	}
}

// lintReachable: a value no step sets and nobody starts with is a warning here;
// the checker, which sees all snapshots and overlays, makes it an error.
func (b *builder) lintReachable() {
	made := map[pair]bool{}
	for i := range b.spec.Steps {
		for name, value := range b.spec.Steps[i].Set {
			made[pair{name, value}] = true
		}
	}
	for _, v := range b.spec.Vars {
		for _, value := range v.Values {
			if !slices.Contains(v.Start, value) && !made[pair{v.Name, value}] {
				b.warn(v.Pos, "var.unreachable", fmt.Sprintf("nothing makes %q %q", v.Name, value), "add the step, or remove the value")
			}
		}
	}
}
