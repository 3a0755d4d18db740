package benchmark

import (
	"cmp"
	"slices"
)

// Matcher says how alike two records are, from 0 to 1.
type Matcher struct {
	Name  string
	Birth bool // it looks at births too, and is asked about namesakes
	Score func(a, b Record) float64
}

// Count is how a matcher did on some pairs.
type Count struct {
	Group string
	Hit   int // one person, and said so
	Wrong int // two people, said to be one
	Miss  int // one person, said to be two
}

func (c Count) Precision() float64 { return ratio(c.Hit, c.Hit+c.Wrong) }
func (c Count) Recall() float64    { return ratio(c.Hit, c.Hit+c.Miss) }
func (c Count) F1() float64        { return ratio(2*c.Hit, 2*c.Hit+c.Wrong+c.Miss) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Scored is a pair with what a matcher said.
type Scored struct {
	Pair
	Score float64
}

// Run scores the pairs that the matcher can answer: without births, nobody can
// tell namesakes apart.
func Run(m Matcher, pairs []Pair) []Scored {
	var out []Scored
	for _, p := range pairs {
		if m.Birth || !p.Namesake() {
			out = append(out, Scored{p, m.Score(p.A, p.B)})
		}
	}
	return out
}

// Threshold is the score from which on a pair is one person, as the best F1 of
// the open pairs has it; the held-back ones are not looked at.
func Threshold(scored []Scored) float64 {
	var open []Scored
	all := Count{}
	for _, s := range scored {
		if s.Held {
			continue
		}
		if open = append(open, s); s.Same {
			all.Miss++
		}
	}
	slices.SortStableFunc(open, func(a, b Scored) int { return cmp.Compare(b.Score, a.Score) })
	best, at := -1.0, 1.0
	for i, s := range open {
		if s.Same {
			all.Hit++
			all.Miss--
		} else {
			all.Wrong++
		}
		if i+1 < len(open) && open[i+1].Score == s.Score {
			continue
		}
		if f := all.F1(); f > best {
			best, at = f, s.Score
		}
	}
	return at
}

// Counts are how the matcher did on all these pairs, then on those of each sex,
// language and pair of scripts.
func Counts(scored []Scored, threshold float64) []Count {
	groups := map[string]*Count{}
	var order []string
	for _, s := range scored {
		for _, name := range []string{"0 all", "1 " + s.Sex, "2 " + s.Language, "3 " + scripts(s.Pair)} {
			c := groups[name]
			if c == nil {
				c = &Count{Group: name[2:]}
				groups[name] = c
				order = append(order, name)
			}
			switch said := s.Score >= threshold; {
			case said && s.Same:
				c.Hit++
			case said:
				c.Wrong++
			case s.Same:
				c.Miss++
			}
		}
	}
	slices.Sort(order)
	out := make([]Count, len(order))
	for i, name := range order {
		out[i] = *groups[name]
	}
	return out
}

// scripts are the two of a pair, in one order.
func scripts(p Pair) string {
	a, b := p.A.Script, p.B.Script
	if a > b {
		a, b = b, a
	}
	return a + " and " + b
}

// Failures are the pairs that a matcher got wrong.
func Failures(scored []Scored, threshold float64) (out []Scored) {
	for _, s := range scored {
		if (s.Score >= threshold) != s.Same {
			out = append(out, s)
		}
	}
	return out
}
