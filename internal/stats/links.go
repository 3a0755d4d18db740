package stats

import (
	"math/bits"
	"slices"
)

// Links says how much of what belongs together linkage finds: for each two lists, the
// chance that two records of one person are linked. Links that were missed make two
// people of one, so an estimate that believes the table is too high: with two lists,
// by one over the recall. Links that are false are not allowed for: a threshold is
// chosen so that they are few, and the table says nothing of them.
type Links struct {
	lists  int
	recall [][]float64
	// whole is by Cell: the chance that the records of someone on exactly these
	// lists are all joined, in whatever way.
	whole []float64
}

// NewLinks has one recall for all pairs of lists.
func NewLinks(lists int, recall float64) *Links {
	l := &Links{lists: lists, recall: make([][]float64, lists)}
	for i := range l.recall {
		l.recall[i] = slices.Repeat([]float64{recall}, lists)
	}
	l.join()
	return l
}

func (l *Links) set(pair Cell, recall float64) {
	i, j := bits.TrailingZeros16(uint16(pair)), bits.Len16(uint16(pair))-1
	l.recall[i][j], l.recall[j][i] = recall, recall
	l.join()
}

// apart is the chance that no record of one set is linked with one of the other.
func (l *Links) apart(a, b Cell) float64 {
	p := 1.0
	for i := range l.lists {
		for j := range l.lists {
			if a>>i&1 == 1 && b>>j&1 == 1 {
				p *= 1 - l.recall[i][j]
			}
		}
	}
	return p
}

// join computes whole, as connected graphs are counted: a set is not whole when the
// part that holds its first record is smaller and apart from the rest.
func (l *Links) join() {
	l.whole = make([]float64, 1<<l.lists)
	for c := Cell(1); c < 1<<l.lists; c++ {
		l.whole[c] = 1
		first := c & -c
		for part := (c - 1) & c; part != 0; part = (part - 1) & c {
			if part&first != 0 {
				l.whole[c] -= l.whole[part] * l.apart(part, c&^part)
			}
		}
	}
}

// Blur is the table that linkage shows on average of a true one.
func (l *Links) Blur(t *Table) *Table {
	out := &Table{Lists: t.Lists, Count: make([]float64, len(t.Count)), Never: t.Never}
	for c, n := range t.Count {
		for part := Cell(c); part != 0; part = (part - 1) & Cell(c) {
			out.Count[part] += n * l.whole[part] * l.apart(part, Cell(c)&^part)
		}
	}
	return out
}

// Mend is Blur backwards: the true table that would show this one on average, in
// expected counts, which are not whole. Who is on most lists is settled first, and
// what they leave behind is taken from smaller cells; nowhere below 0.
func (l *Links) Mend(t *Table) *Table {
	out := &Table{Lists: t.Lists, Count: slices.Clone(t.Count), Never: t.Never}
	order := make([]Cell, 0, len(t.Count))
	for c := Cell(1); int(c) < len(t.Count); c++ {
		order = append(order, c)
	}
	slices.SortFunc(order, func(a, b Cell) int { return fewestFirst(b, a) })
	for _, c := range order {
		n := max(0, out.Count[c]) / l.whole[c]
		out.Count[c] = n
		for part := (c - 1) & c; part != 0; part = (part - 1) & c {
			out.Count[part] -= n * l.whole[part] * l.apart(part, c&^part)
		}
	}
	return out
}
