package stats

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Model is which lists depend on which: its terms of two lists and more, fewest
// lists first. The lists' own terms are in every model. A model is hierarchical: a
// term of three lists is there only with the three pairs in it.
type Model []Cell

// NewModel closes terms downwards, so that NewModel(123) is [123].
func NewModel(terms ...Cell) (m Model) {
	seen := map[Cell]bool{}
	for _, t := range terms {
		for s := t; s != 0; s = (s - 1) & t {
			if s.size() > 1 && !seen[s] {
				seen[s] = true
				m = append(m, s)
			}
		}
	}
	slices.SortFunc(m, fewestFirst)
	return m
}

func fewestFirst(a, b Cell) int {
	return cmp.Or(cmp.Compare(a.size(), b.size()), cmp.Compare(a, b))
}

// ParseModel reads [12,13,4] of so many lists.
func ParseModel(s string, lists int) (Model, error) {
	inside, ok := strings.CutPrefix(s, "[")
	inside, closed := strings.CutSuffix(inside, "]")
	if !ok || !closed {
		return nil, fmt.Errorf("%q is no model: write it as [12,13,4]", s)
	}
	var terms []Cell
	for word := range strings.SplitSeq(inside, ",") {
		var term Cell
		for _, digit := range strings.TrimSpace(word) {
			if digit < '1' || digit > '0'+rune(lists) {
				return nil, fmt.Errorf("%q is no model: the table has lists 1 to %d", s, lists)
			}
			term |= 1 << (digit - '1')
		}
		terms = append(terms, term)
	}
	return NewModel(terms...), nil
}

// Of writes a model of so many lists by its largest terms, as in [12,13,4].
func (m Model) Of(lists int) string {
	largest := m.largest()
	for i := range lists {
		if alone := Cell(1) << i; !slices.ContainsFunc(m, alone.within) {
			largest = append(largest, alone)
		}
	}
	words := make([]string, len(largest))
	for i, t := range largest {
		words[i] = t.digits()
	}
	slices.Sort(words)
	return "[" + strings.Join(words, ",") + "]"
}

func (c Cell) digits() (s string) {
	for i := range MaxLists {
		if c>>i&1 == 1 {
			s += string(rune('1' + i))
		}
	}
	return s
}

// largest are the terms that no other contains.
func (m Model) largest() (out []Cell) {
	for _, t := range m {
		if !slices.ContainsFunc(m, func(u Cell) bool { return u != t && t.within(u) }) {
			out = append(out, t)
		}
	}
	return out
}

func (m Model) has(t Cell) bool { return slices.Contains(m, t) }

// with adds a term; the caller sees to it that the pairs in it are there.
func (m Model) with(t Cell) Model {
	at, _ := slices.BinarySearchFunc(m, t, fewestFirst)
	return slices.Insert(slices.Clone(m), at, t)
}

func (m Model) without(t Cell) Model {
	return slices.DeleteFunc(slices.Clone(m), func(u Cell) bool { return u == t })
}

// allows says whether a term may be added: everything just below it is there.
func (m Model) allows(t Cell) bool {
	for rest := t; rest != 0; rest &= rest - 1 {
		if below := t &^ (rest & -rest); below.size() > 1 && !m.has(below) {
			return false
		}
	}
	return !m.has(t)
}

// terms are the sets of two to maxOrder of the lists, fewest first.
func terms(lists, maxOrder int) (out []Cell) {
	for c := Cell(1); c < 1<<lists; c++ {
		if c.size() > 1 && c.size() <= maxOrder {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, fewestFirst)
	return out
}

// Models are all hierarchical models with terms of at most maxOrder lists: 8, 113
// and 6,893 for three, four and five lists, without the one that has every term.
func Models(lists, maxOrder int) (all []Model) {
	choices := terms(lists, min(maxOrder, lists-1))
	var grow func(m Model, from int)
	grow = func(m Model, from int) {
		all = append(all, slices.Clone(m))
		for i := from; i < len(choices); i++ {
			if m.allows(choices[i]) {
				grow(append(slices.Clone(m), choices[i]), i+1)
			}
		}
	}
	grow(nil, 0)
	return all
}
