package pack

import (
	"slices"

	"pana/internal/procedure"
)

// Retention is how long a file is kept, from what, and by which act: when its time is
// over two people are asked to erase it. A file that several schedules are for is kept
// as long as the longest says, and for as long as one of them is unknown.
// Wording is retention.ID.
type Retention struct {
	Pos        Pos      `yaml:"-"`
	ID         string   `yaml:"id"`
	Procedures []string `yaml:"procedures"` // of persons who passed through one of these; none: of everybody
	From       string   `yaml:"from"`       // last_entry, ended, opened
	Keep       string   `yaml:"keep"`       // "5 years" or unknown("question"): then nothing is ever due
	Basis      []Basis  `yaml:"basis"`
}

// From what a file's time counts.
const (
	FromLastEntry = "last_entry" // anybody wrote in it, or she did on her page
	FromEnded     = "ended"      // all that she passes through has come to its end
	FromOpened    = "opened"
)

// TimeOver is the ground on which a file goes whose time is over, or nil.
func (e Erasure) TimeOver() *ErasureGround {
	return find(e.Grounds, func(g *ErasureGround) bool { return g.Time })
}

// retention: what has a length has the act that says so, and two can erase by it.
func (l *linter) retention() {
	procedures := setOf("procedure", l.Procedures, func(e Process) []string { return []string{e.Procedure.ID} })
	for _, r := range l.Keeping.Retention {
		if !slices.Contains([]string{FromLastEntry, FromEnded, FromOpened}, r.From) {
			l.add(r.Pos, "keeping.from", "write from: last_entry, ended or opened", "the time of schedule %q counts from %q", r.ID, r.From)
		}
		for _, p := range r.Procedures {
			l.refer(r.Pos, "schedule "+r.ID, p, procedures)
		}
		l.openLength(r.Pos, "schedule "+r.ID, r.Keep)
		n, err := procedure.ParseLength(r.Keep)
		if err != nil || n.Question != "" {
			continue
		}
		if !slices.ContainsFunc(r.Basis, func(b Basis) bool { return b.Act != "" }) {
			l.add(r.Pos, "keeping.act", `name the act and article in its basis, or write keep: unknown("q_…")`, "schedule %q has files erased after %s, and no act says so", r.ID, r.Keep)
		}
		if l.Keeping.Erasure.TimeOver() == nil {
			l.add(r.Pos, "keeping.time", "write a ground with time: true in erasure:", "the time of schedule %q ends, and no ground lets two erase by it", r.ID)
		}
	}
}
