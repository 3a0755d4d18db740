package procedure

import (
	"fmt"
	"strings"
)

// Problem is something wrong with a pack: where, what, and how to mend it. A
// warning does not stop a pack from loading.
type Problem struct {
	Pos     Pos
	Code    string // stable: "guard.unknown_name"
	What    string
	Mend    string
	Warning bool
}

// String is "file:line: what: how to mend".
func (p Problem) String() string {
	var b strings.Builder
	if p.Pos.File != "" || p.Pos.Line > 0 {
		fmt.Fprintf(&b, "%s:%d: ", p.Pos.File, p.Pos.Line)
	}
	if p.Warning {
		b.WriteString("warning: ")
	}
	b.WriteString(p.What)
	if p.Mend != "" {
		b.WriteString(": " + p.Mend)
	}
	return b.String()
}

// Errors are the problems that stop a pack from loading.
func Errors(problems []Problem) []Problem {
	var out []Problem
	for _, p := range problems {
		if !p.Warning {
			out = append(out, p)
		}
	}
	return out
}

// nearest is the known name most like the one written, or "" when none is
// close: at most a third of its letters differ.
func nearest(written string, known []string) string {
	best, least := "", len(written)/3+2
	for _, k := range known {
		if d := distance(written, k); d < least || d == least && best != "" && k < best {
			best, least = k, d
		}
	}
	return best
}

// didYouMean is the mending half of a message about a name nobody declared.
func didYouMean(written string, known []string, otherwise string) string {
	if n := nearest(written, known); n != "" {
		return fmt.Sprintf("did you mean %q?", n)
	}
	return otherwise
}

// distance counts the letters to insert, delete or replace to get b from a.
// Names are short; longer ones are cut so that a hostile pack costs nothing.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := diagonal
			if a[i-1] != b[j-1] {
				cost++
			}
			diagonal = row[j]
			row[j] = min(cost, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
