package pack

import (
	"slices"

	"pana/internal/procedure"
)

// keeping: who erases waits first, and says why; what no text settles is a question
// that is named, and the service's own times are times.
func (l *linter) keeping() {
	k := &l.Keeping
	pos := at(k.Pos, "keeping.yaml")
	if e := k.Erasure; len(e.Grounds) > 0 {
		if e.Wait == "" {
			l.add(pos, "keeping.wait", `write erasure: with wait: "7 days"`, "a file is erased at once, and no mistake in it can be taken back")
		}
		l.length(pos, "keeping.yaml", e.Wait)
		l.openLength(pos, "the answer to a wish to be erased", e.Answer)
	}
}

// openLength is a length that law may leave open: then it names a question of the file.
func (l *linter) openLength(pos Pos, whose, d string) {
	n, err := procedure.ParseLength(d)
	known := n.Question == "" || slices.ContainsFunc(l.Keeping.Questions, func(q procedure.Question) bool { return q.ID == n.Question })
	if d == "" || err != nil || !known {
		l.add(pos, "keeping.length", `write it as "30 days" or unknown("q_…") with a question of keeping.yaml`, "%s has the time %q", whose, d)
	}
}
