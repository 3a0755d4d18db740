// Package stats counts people whom nobody may name. This part of it estimates how
// many were never found: several bodies each keep a list, and how the lists overlap
// says something of those who are on none of them.
//
// It refuses what such a table cannot tell. Two lists cannot show whether being on
// one makes being on the other likelier, so there is no estimate from two. Nor is
// there one number: every estimate comes with those of the other methods, and where
// they disagree too much no headline is given (Multiverse). What may be believed of
// any of it, and who says that nothing may, is in docs/estimating.md.
//
// Nothing here reads a clock, a file or chance: a bootstrap is given its seed.
package stats

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// MaxLists is how many lists a table can have: models are written with one digit
// for a list, as in [12,13,2], and a table has 2^lists cells.
const MaxLists = 9

// Cell is a set of lists: bit i stands for list i. In a table it names those who are
// on exactly these lists; in a model, the term that these lists share.
type Cell uint16

func (c Cell) size() int          { return bits.OnesCount16(uint16(c)) }
func (c Cell) within(d Cell) bool { return c&^d == 0 }

// Table is a capture table: how many people were on exactly which lists. What it
// counts are people, so the same person twice must have been joined before.
type Table struct {
	Lists []string
	// Count is by Cell; Count[0], those on no list, is what nobody has counted, and 0.
	Count []float64
	// Never are cells that nobody can be in (structural zeros): a shelter for women
	// and a prison for men. They are left out, not taken for a count of 0.
	Never []Cell
}

// NewTable is an empty table of these lists.
func NewTable(lists ...string) *Table {
	return &Table{Lists: lists, Count: make([]float64, 1<<len(lists))}
}

// Observed is how many people are on any list.
func (t *Table) Observed() (n float64) {
	for _, c := range t.Count[1:] {
		n += c
	}
	return n
}

// Bits writes a cell as files do: one digit for each list in their order.
func (t *Table) Bits(c Cell) string {
	digits := make([]byte, len(t.Lists))
	for i := range digits {
		digits[i] = '0' + byte(c>>i&1)
	}
	return string(digits)
}

// Names are the lists of a cell, in words.
func (t *Table) Names(c Cell) string {
	var names []string
	for i, name := range t.Lists {
		if c>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

// margins says for each set of lists how many are on all of them, whatever else.
func (t *Table) margins() []float64 {
	m := slices.Clone(t.Count)
	overSupersets(m)
	return m
}

// Without is the table that the other lists give: who was on this list alone is no
// longer seen.
func (t *Table) Without(list int) *Table {
	lists := slices.Delete(slices.Clone(t.Lists), list, list+1)
	out := NewTable(lists...)
	for c, n := range t.Count {
		out.Count[Cell(c).drop(list)] += n
	}
	out.Count[0] = 0
	// A cell is impossible without the list only if it was so with it and without it.
	for _, c := range t.Never {
		if d := c.drop(list); d != 0 && slices.Contains(t.Never, c^1<<list) && !slices.Contains(out.Never, d) {
			out.Never = append(out.Never, d)
		}
	}
	return out
}

// drop takes one list out of a cell and moves the later ones up.
func (c Cell) drop(list int) Cell {
	low := Cell(1)<<list - 1
	return c&low | c>>1&^low
}

// pairs are the sets of two lists, in the order 12, 13, 23, 14 …
func pairs(lists int) (out []Cell) {
	for c := Cell(1); c < 1<<lists; c++ {
		if c.size() == 2 {
			out = append(out, c)
		}
	}
	return out
}

// Warnings are what a reader of any estimate from this table must know: about the
// lists, before any model.
func (t *Table) Warnings() (out []string) {
	for _, w := range t.Warned() {
		out = append(out, w.sentence())
	}
	return out
}

// What there is to know about lists.
const (
	ListEmpty   = "empty"  // nobody is on it
	ListWhole   = "whole"  // everybody is
	ListsApart  = "apart"  // nobody is on both
	ListInOther = "within" // everybody on the first is on the second too
)

// Warning is one of them, for who has words of their own for it.
type Warning struct {
	Code  string
	Lists []string
}

func (w Warning) sentence() string {
	switch w.Code {
	case ListEmpty:
		return fmt.Sprintf("nobody is on list %s: it is as if there were no such list", w.Lists[0])
	case ListWhole:
		return fmt.Sprintf("everybody is on list %s: the others find nobody whom it has not found, and say nothing of who is missing from it", w.Lists[0])
	case ListsApart:
		return fmt.Sprintf("nobody is on both %s and %s: a term between them is minus infinity, and nothing tells whether that is chance or a rule", w.Lists[0], w.Lists[1])
	}
	return fmt.Sprintf("everybody on %s is on %s too: the one may be made from the other, and then they are one list", w.Lists[0], w.Lists[1])
}

// Warned are the warnings as codes.
func (t *Table) Warned() (out []Warning) {
	m, n := t.margins(), t.Observed()
	say := func(code string, lists ...string) { out = append(out, Warning{code, lists}) }
	for i, name := range t.Lists {
		if m[1<<i] == 0 {
			say(ListEmpty, name)
		} else if m[1<<i] == n {
			say(ListWhole, name)
		}
	}
	for _, p := range pairs(len(t.Lists)) {
		i := bits.TrailingZeros16(uint16(p))
		j := bits.Len16(uint16(p)) - 1
		switch a, b := m[1<<i], m[1<<j]; {
		case a == 0 || b == 0:
		case m[p] == 0 && slices.Contains(t.Never, p):
		case m[p] == 0:
			say(ListsApart, t.Lists[i], t.Lists[j])
		case m[p] == a && a < n:
			say(ListInOther, t.Lists[i], t.Lists[j])
		case m[p] == b && b < n:
			say(ListInOther, t.Lists[j], t.Lists[i])
		}
	}
	return out
}

// Overlap says for each two lists how many are on both, whatever else; of a list with
// itself, how many are on it.
func (t *Table) Overlap() [][]float64 {
	m := t.margins()
	out := make([][]float64, len(t.Lists))
	for i := range out {
		for j := range t.Lists {
			out[i] = append(out[i], m[1<<i|1<<j])
		}
	}
	return out
}

// overSupersets turns what is in each cell into what is in it and all cells that
// contain it; one pass for each list.
func overSupersets(x []float64) {
	for bit := 1; bit < len(x); bit <<= 1 {
		for base := 0; base < len(x); base += 2 * bit {
			low, high := x[base:base+bit], x[base+bit:base+2*bit]
			for i, v := range high {
				low[i] += v
			}
		}
	}
}

// overSubsets is the other way: each cell gets what is in all that it contains.
func overSubsets(x []float64) {
	for bit := 1; bit < len(x); bit <<= 1 {
		for base := 0; base < len(x); base += 2 * bit {
			low, high := x[base:base+bit], x[base+bit:base+2*bit]
			for i, v := range low {
				high[i] += v
			}
		}
	}
}

// Interval is from where to where; High may be infinite.
type Interval struct{ Low, High float64 }
