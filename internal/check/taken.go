package check

import (
	"cmp"
	"fmt"
	"strings"

	"pana/internal/pack"
)

// Taken is something that a verdict takes for granted.
type Taken struct {
	Kind TakenKind
	// First and Then are clocks, of which the first ends first; Basis says who
	// says so, and is empty where their lengths do.
	First, Then string
	Basis       []pack.Basis
	// Of is a question, a clock or a variable, and Answer what the story is told
	// for; Guard says the same of a clock or a variable.
	Of, Answer, Guard string
}

// TakenKind is what kind of thing is taken for granted.
type TakenKind string

// The kinds. Their words for a reader are story.taken.KIND.
const (
	TakenOrder  TakenKind = "order"
	TakenAnswer TakenKind = "answer"  // to a question
	TakenIs     TakenKind = "is"      // a clock or a variable
	TakenMet    TakenKind = "met"     // duties are met, each within its limit
	TakenOnTime TakenKind = "on_time" // no duty's clock runs out
)

// String is for machines and for who reads English.
func (t Taken) String() string {
	switch t.Kind {
	case TakenAnswer, TakenIs:
		return fmt.Sprintf("the story is told for the answer %s to %s", t.Answer, t.Of)
	case TakenMet:
		return "duties are met within their limits"
	case TakenOnTime:
		return "no duty's clock runs out (on_time)"
	}
	out := t.First + " ends before " + t.Then
	for _, b := range t.Basis {
		out += ", " + strings.TrimSpace(cmp.Or(b.Act, b.Source)+" "+b.Art)
	}
	return out
}

func (c *Cell) take(list ...Taken) {
	for _, t := range list {
		c.Taken, c.Assumed = append(c.Taken, t), append(c.Assumed, t.String())
	}
}
