package casework

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
)

// A month of figures, a hotline's or a procedure's, once published, stands as it was
// published. What is counted otherwise afterwards is published beside it, with its day,
// and takes nothing's place. Two versions stand beside each other, so what one taken from
// the other gives must be no fewer than what is given out at all: else the correction
// waits.

// FiguresPublished are the counts of one month as they were given out.
type FiguresPublished struct {
	Figures Figures `json:"figures"`
	Digest  string  `json:"digest"` // of the counts, so that a copy of them can be told from another
}

func (FiguresPublished) EventType() (string, int) { return "body.figures_published", 1 }

// Figures are a month as it may be given out: of one body's calls, which have outcomes
// and rows, or of a procedure in the whole country, which has numbers. A number that is
// not given out is FigureHeld. Of referrals a whole year is given out, as numbers.
type Figures struct {
	Of        string         `json:"of,omitempty"` // FiguresOfReferrals, or nothing: of the rest
	Month     string         `json:"month"`        // 2026-10; of referrals 2026
	Least     int            `json:"least"`        // numbers below it are not given out
	Outcomes  []string       `json:"outcomes,omitempty"`
	Rows      []FiguresRow   `json:"rows,omitempty"`
	Procedure string         `json:"procedure,omitempty"`
	Numbers   []FigureNumber `json:"numbers,omitempty"`
}

// FiguresOfReferrals are those of a year of referrals.
const FiguresOfReferrals = "referrals"

// FigureNumber is one number of a procedure's month: what was counted, and which part.
type FigureNumber struct {
	What  string `json:"what"`
	Which string `json:"which,omitempty"`
	N     int    `json:"n"`
}

// What a number is of when it is days or hours and nobody: how many were counted, and lengths
// that are given where enough were.
const (
	FigureDaysToDecision = "days_to_decision"
	FigureDaysToEnd      = "days_to_end"
	FigureHoursToBed     = "hours_to_bed"
	FigureDaysOf         = "of"
	FigureDaysMedian     = "median"
	FigureDaysP90        = "p90"
)

// isDays says that a number is a length: it differs with whoever's it is.
func (n FigureNumber) isDays() bool {
	return (n.What == FigureDaysToDecision || n.What == FigureDaysToEnd || n.What == FigureHoursToBed) && n.Which != FigureDaysOf
}

// FiguresRow is one line and kind of a month. The cells, in the order of the outcomes,
// and the rest are all of them; the first cell is those that became a file, of which
// some were referred and some confirmed.
type FiguresRow struct {
	Line      string `json:"line"`
	Channel   string `json:"channel"`
	Calls     int    `json:"calls"`
	Cells     []int  `json:"cells"`
	Rest      int    `json:"rest"`
	Referred  int    `json:"referred"`
	Confirmed int    `json:"confirmed"`
}

// FigureHeld stands for a number that is not given out.
const FigureHeld = -1

// Digest is that of the counts in their order.
func (f Figures) Digest() string {
	text, err := json.Marshal(f)
	if err != nil {
		return "" // numbers and codes always have a text
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// numbers are all that one row gives out, and what follows from two of them: of those
// that became a file, those that were not referred and those that were not confirmed.
func (r FiguresRow) numbers() []int {
	left := func(part int) int {
		if len(r.Cells) == 0 || r.Cells[0] == FigureHeld || part == FigureHeld {
			return FigureHeld
		}
		return r.Cells[0] - part
	}
	return append(slices.Clone(r.Cells), r.Calls, r.Rest, r.Referred, r.Confirmed, left(r.Referred), left(r.Confirmed))
}

// Apart says whether two versions of a month may stand beside each other: each number is
// kept back in both or in neither, and differs by nothing or by as many as are given
// out. A row that only one of them has would say of how few it is.
func (f Figures) Apart(other Figures) bool {
	if len(f.Rows) != len(other.Rows) || f.Least != other.Least || !slices.Equal(f.Outcomes, other.Outcomes) {
		return false
	}
	for i, r := range f.Rows {
		o := other.Rows[i]
		a, b := r.numbers(), o.numbers()
		if r.Line != o.Line || r.Channel != o.Channel || len(a) != len(b) {
			return false
		}
		for j := range a {
			if !f.apart(a[j], b[j]) {
				return false
			}
		}
	}
	return f.numbersApart(other.Numbers)
}

// apart says it of one number.
func (f Figures) apart(a, b int) bool {
	by := max(a-b, b-a)
	return (a == FigureHeld) == (b == FigureHeld) && (by == 0 || by >= f.Least)
}

// numbersApart says it of a procedure's. A length may differ where as many more or fewer
// were counted as are given out: among the same people it would tell of one.
func (f Figures) numbersApart(others []FigureNumber) bool {
	if len(f.Numbers) != len(others) {
		return false
	}
	counted := map[string]bool{} // otherwise than before
	for i, n := range f.Numbers {
		o := others[i]
		if n.What != o.What || n.Which != o.Which {
			return false
		}
		if n.isDays() {
			if (n.N == FigureHeld) != (o.N == FigureHeld) || n.N != o.N && !counted[n.What] {
				return false
			}
			continue
		}
		if !f.apart(n.N, o.N) {
			return false
		}
		counted[n.What] = n.N != o.N
	}
	return true
}

// PublishedFigures is one version of a month with its day.
type PublishedFigures struct {
	FiguresPublished
	At time.Time
	By id.Worker
}

// Versions are those of one month of the same, by any of some bodies, the oldest first.
func Versions(bodies []*Body, of Figures) (out []PublishedFigures) {
	for _, b := range bodies {
		for _, p := range b.Published {
			if p.Figures.Of == of.Of && p.Figures.Month == of.Month && p.Figures.Procedure == of.Procedure {
				out = append(out, p)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b PublishedFigures) int { return a.At.Compare(b.At) })
	return out
}

// What may be done with a month as it is counted now.
const (
	FiguresNew   = "new"   // it was not published
	FiguresSame  = "same"  // it is as it was published last
	FiguresOther = "other" // it is otherwise, and may stand beside what was published
	FiguresWait  = "wait"  // it is otherwise, and what differs is too few to be shown
)

// Standing says how a month as counted now stands to what some bodies published of it.
func Standing(bodies []*Body, f Figures) string {
	was := Versions(bodies, f)
	switch {
	case len(was) == 0:
		return FiguresNew
	case was[len(was)-1].Digest == f.Digest():
		return FiguresSame
	case slices.ContainsFunc(was, func(p PublishedFigures) bool { return !p.Figures.Apart(f) }):
		return FiguresWait
	}
	return FiguresOther
}

// CodeFiguresWait: the difference is too small to be shown.
const CodeFiguresWait = "figures.wait"

// PublishFigures has a body give a month out, or its correction beside it. Others are
// those that may publish the same.
func PublishFigures(b *Body, others []*Body, f Figures, m Moment) (Decision, error) {
	if err := standingBody(b); err != nil {
		return Decision{}, err
	}
	switch Standing(append([]*Body{b}, others...), f) {
	case FiguresSame:
		return Decision{Receipt: Receipt{Code: "receipt.nothing_to_do"}}, nil
	case FiguresWait:
		return Decision{}, fault.New(fault.Conflict, CodeFiguresWait)
	}
	code := "receipt.figures_published"
	if f.Of == FiguresOfReferrals {
		code = "receipt.year_published"
	}
	return single(m, b.Ref(), FiguresPublished{f, f.Digest()}, code), nil
}
