package paper

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"pana/internal/wording"
)

// A blank form is written on by hand and typed in later. Its languages stand
// under each other at every question and not beside each other: a box that is
// there twice is ticked twice, differently.

// Said is a text in every language of a form, the main one first.
type Said []string

// Empty says that nothing is said in any of them.
func (s Said) Empty() bool { return len(s) == 0 || s[0] == "" }

// Blank is a form to write on. It has no field for anybody.
type Blank struct {
	Code  string // which form it is, the same in every language
	Langs []wording.Lang
	Title Said
	Head  []Said // how it is filled in
	First []Note // what the person must know before she is asked
	Asks  []Ask
	After []Note // whose rule it is, what it changes for her
	Signs []Said // lines to be signed
	Draft Said
	// Edition tells an earlier print from this one; Foot is the line that says so.
	Edition string
	Foot    Said
}

// Note is a heading and what stands under it.
type Note struct {
	Heading Said
	Lines   []Said
}

// Ask is one question: boxes to tick, or lines to write on.
type Ask struct {
	ID      string
	Label   Said
	Why     Said
	Many    bool // more than one box may be ticked
	Boxes   []Box
	Lines   int // to write on
	Must    bool
	Mark    Said // "must be answered", "may stay empty", "tick one"
	OnlyIf  Said
	Section Said // stands over the first question of a part
}

// Box is one answer to tick.
type Box struct {
	ID    string
	Label Said
}

// EditionOf is the short name of what is asked: of the questions, their answers
// and the rules behind them, not of the words. A print of another edition asks
// something else.
func EditionOf(b Blank, rules ...string) string {
	var all strings.Builder
	fmt.Fprintln(&all, b.Code)
	for _, a := range b.Asks {
		fmt.Fprintln(&all, "ask", a.ID, a.Many, a.Must, a.Lines > 0)
		for _, box := range a.Boxes {
			fmt.Fprintln(&all, "box", box.ID)
		}
	}
	for _, r := range rules {
		fmt.Fprintln(&all, "rule", r)
	}
	sum := sha256.Sum256([]byte(all.String()))
	h := strings.ToUpper(hex.EncodeToString(sum[:4]))
	return h[:4] + "-" + h[4:]
}

// Rules are the lines to write on, for a template to draw each.
func (a Ask) Rules() []struct{} { return make([]struct{}, a.Lines) }
