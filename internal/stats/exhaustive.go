package stats

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// MaxExhaustive is the most lists whose models can all be compared: 6,893 of five,
// and more than seven million of six.
const MaxExhaustive = 5

// lattice is all hierarchical models of so many lists, fewest terms first, and for
// each those with one term more.
type lattice struct {
	models []Model
	above  [][]int32
	// without has, for each pair of lists, the largest model that lacks it.
	without []int32
	index   map[uint32]int32
}

// lattices are made once: what they hold follows from the number of lists alone.
var lattices sync.Map

func latticeOf(lists, maxOrder int) *lattice {
	key := [2]int{lists, maxOrder}
	if l, ok := lattices.Load(key); ok {
		return l.(*lattice)
	}
	l, _ := lattices.LoadOrStore(key, newLattice(lists, maxOrder))
	return l.(*lattice)
}

func newLattice(lists, maxOrder int) *lattice {
	l := &lattice{models: Models(lists, maxOrder), index: map[uint32]int32{}}
	slices.SortFunc(l.models, func(a, b Model) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b))
	})
	for i, m := range l.models {
		l.index[m.key()] = int32(i)
	}
	l.above = make([][]int32, len(l.models))
	choices := terms(lists, min(maxOrder, lists-1))
	for i, m := range l.models {
		for _, t := range choices {
			if up, ok := l.index[m.key()|1<<t]; ok && !m.has(t) {
				l.above[i] = append(l.above[i], up)
			}
		}
	}
	for _, pair := range pairs(lists) {
		rest := slices.DeleteFunc(slices.Clone(choices), func(t Cell) bool { return pair.within(t) })
		l.without = append(l.without, l.index[Model(rest).key()])
	}
	return l
}

// key has a bit for each term: there are 32 sets of five lists.
func (m Model) key() (k uint32) {
	for _, t := range m {
		k |= 1 << t
	}
	return k
}

// Exhaustive takes the model with the lowest BIC of all that have terms of at most
// maxOrder lists (Silverman, Chan and Vincent 2024).
func Exhaustive(maxOrder int) Method {
	return Method{"bic_exhaustive_bca", map[string]any{"maxorder": maxOrder}, func(t *Table, near []Model) (Fit, error) {
		f := newFitter(t)
		best := f.lowest(latticeOf(f.lists, maxOrder), near, 0)
		if len(best) == 0 {
			return Fit{}, ErrNoModel
		}
		return f.told(best[0]), nil
	}}
}

// Ranked are all models whose BIC is within so much of the lowest, lowest first.
func Ranked(t *Table, maxOrder int, within float64) []Fit {
	f := newFitter(t)
	all := f.lowest(latticeOf(f.lists, maxOrder), nil, within)
	for i := range all {
		all[i] = f.told(all[i])
	}
	return all
}

// lowest finds every model whose BIC is within some distance of the lowest, without
// fitting most of them. A model cannot fit better than one that contains it, so the
// deviance of a larger model, or nothing if none was fitted, is a floor under the
// deviance of every smaller one; and when the floor with the price of its parameters
// is above what was already found, it need not be fitted. Models are visited from
// the largest to the smallest, each with the highest floor of those above it.
//
// Two things raise floors early. The largest model without a certain pair is fitted
// first, for each pair: where the lists plainly depend on each other its deviance is
// high, and everything without the pair is done with. And near, models that are
// likely to be good (of the table from which this one was drawn), give a low BIC to
// beat. That the same models are found as by fitting all is TestPruningChangesNothing.
func (f *fitter) lowest(l *lattice, near []Model, within float64) []Fit {
	s := &search{f: f, l: l, within: within, best: math.Inf(1),
		price: math.Log(f.n), floor: make([]float64, len(l.models)), fitted: make([]bool, len(l.models))}
	s.run(near)
	found := slices.DeleteFunc(s.found, func(c Fit) bool { return c.BIC > s.best+within+rounding })
	slices.SortStableFunc(found, lowerBIC)
	return found
}

// rounding is far above the error of a fit and far below any difference of BIC that
// means something. Floors are lowered by it, so that it never prunes wrongly.
const rounding = 1e-6

// lowerBIC puts fewer terms first, then the earlier lists, where BICs are the same.
func lowerBIC(a, b Fit) int {
	if math.Abs(a.BIC-b.BIC) > rounding {
		return cmp.Compare(a.BIC, b.BIC)
	}
	return cmp.Or(cmp.Compare(len(a.Model), len(b.Model)), slices.Compare(a.Model, b.Model))
}

type search struct {
	f      *fitter
	l      *lattice
	within float64
	price  float64 // of one parameter
	best   float64
	floor  []float64
	fitted []bool
	found  []Fit
}

func (s *search) run(near []Model) {
	for _, m := range near {
		if i, ok := s.l.index[m.key()]; ok {
			s.try(i)
		}
	}
	s.try(0)
	for _, i := range s.l.without {
		s.try(i)
	}
	for i := len(s.l.models) - 1; i >= 0; i-- {
		for _, up := range s.l.above[i] {
			s.floor[i] = max(s.floor[i], s.floor[up])
		}
		if s.cost(i, s.floor[i]) <= s.best+s.within+rounding {
			s.try(int32(i))
		}
	}
}

// cost is the BIC of a model with this deviance.
func (s *search) cost(i int, deviance float64) float64 {
	return deviance - 2*s.f.full + float64(1+s.f.lists+len(s.l.models[i]))*s.price
}

// try fits a model once. Its deviance is a floor for those below it whether or not
// it may be chosen: what may not has a highest likelihood too, at infinity, and the
// climb ends within rounding of it.
func (s *search) try(i int32) {
	if s.fitted[i] {
		return
	}
	s.fitted[i] = true
	fit, ok := s.f.fit(s.l.models[i])
	if !ok {
		return
	}
	s.floor[i] = max(s.floor[i], fit.Deviance-rounding)
	if fit.BIC > s.best+s.within+rounding || s.f.check() != 0 {
		return
	}
	s.best = min(s.best, fit.BIC)
	s.found = append(s.found, fit)
}
