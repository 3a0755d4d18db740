package pack

import (
	"time"

	"pana/internal/procedure"
)

// Wall is a situation in which the law, as it was read, leads no further, in
// walls.yaml: which steps it shuts and by which article, and what can be done all
// the same. What it says of the law has a source; what to do is advice, and no
// verdict of the checker reads it.
type Wall struct {
	Pos   Pos    `yaml:"-"`
	ID    string `yaml:"id"`
	Dates Dates  `yaml:"dates"`
	When  string `yaml:"when"` // a guard over the situation
	// Shuts is the steps that the person would need and that are not open here.
	Shuts []string `yaml:"shuts"`
	// Ways is the steps that can be tried instead, the best first.
	Ways []string `yaml:"ways"`
	// Needs is what the person needs then: whoever near offers it is named with a
	// telephone.
	Needs []string `yaml:"needs"`
	Basis []Basis  `yaml:"basis"`
}

// Stands evaluates a wall's rule; one that does not compile stands nowhere, and
// lint says so where the pack is written.
func (w Wall) Stands(m *procedure.Model, s procedure.Situation, at time.Time) procedure.Truth {
	guard, problems := m.Guard(w.When, w.Pos)
	if len(procedure.Errors(problems)) > 0 {
		return procedure.False
	}
	return guard.Eval(s, at)
}

// walls: a wall shuts a step, says when, and names somebody or something to turn to.
func (l *linter) walls() {
	for _, w := range l.Walls {
		whose := "wall " + w.ID
		l.referAll(w.Pos, whose, w.Shuts, l.known.steps)
		l.referAll(w.Pos, whose, w.Ways, l.known.steps)
		l.referAll(w.Pos, whose, w.Needs, l.known.needs)
		if w.When == "" || len(w.Shuts) == 0 {
			l.add(w.Pos, "wall.when", "write when: and shuts:", "wall %s does not say when it stands, or what it shuts", w.ID)
		}
		if len(w.Ways)+len(w.Needs) == 0 {
			l.add(w.Pos, "wall.ways", "write ways: with steps, or needs: that somebody answers", "wall %s leaves the reader standing", w.ID)
		}
	}
}
