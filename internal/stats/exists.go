package stats

import (
	"math"
	"slices"
)

// Check is what stands against a model of a table, before any fit.
type Check uint8

const (
	// Unbounded: the likelihood rises for ever along some direction, beyond the
	// terms that are minus infinity because nobody is on all of their lists.
	Unbounded Check = 1 << iota
	// Unidentified: different parameters say the same of every cell.
	Unidentified
)

// CheckModel says whether a model can be estimated from a table: whether the extended
// likelihood has a highest point, and only one (Fienberg and Rinaldo 2012).
func CheckModel(t *Table, m Model) Check {
	f := newFitter(t)
	f.lay(m)
	return f.check()
}

// check looks at the model that is laid. The likelihood has no highest point exactly
// if there is a direction that leaves every cell with people as it is, makes no empty
// cell larger, and some smaller: whoever goes along it never loses. If the cells
// with people alone tell all parameters apart there is no such direction, which is
// the ordinary case and costs one elimination; else a linear programme looks for one.
func (f *fitter) check() (found Check) {
	var seen, empty []Cell
	for _, c := range f.cells {
		if f.count[c] > 0 {
			seen = append(seen, c)
		} else {
			empty = append(empty, c)
		}
	}
	free := kernel(f.design(seen), len(f.params))
	if len(free) == 0 {
		return 0
	}
	// b[i][j]: how the j-th free direction moves the i-th empty cell.
	b := f.design(empty)
	for i, row := range b {
		moved := make([]float64, len(free))
		for j, direction := range free {
			for k, v := range row {
				moved[j] += v * direction[k]
			}
		}
		b[i] = moved
	}
	if recedes(b, len(free)) {
		found |= Unbounded
	}
	if len(kernel(b, len(free))) > 0 {
		found |= Unidentified
	}
	return found
}

// design has a row for each cell, with 1 for each parameter within it.
func (f *fitter) design(cells []Cell) [][]float64 {
	rows := make([][]float64, len(cells))
	for i, c := range cells {
		rows[i] = make([]float64, len(f.params))
		for j, s := range f.params {
			if s.within(c) {
				rows[i][j] = 1
			}
		}
	}
	return rows
}

// tiny is what elimination leaves of a 0. Entries are 0, 1 and what a few additions
// make of them, so that a number is either far above it or rounding.
const tiny = 1e-9

// kernel is a basis of the vectors that every row takes to 0, by elimination.
func kernel(rows [][]float64, columns int) (basis [][]float64) {
	a := make([][]float64, len(rows))
	for i := range rows {
		a[i] = slices.Clone(rows[i])
	}
	rank, pivotOf := 0, make([]int, columns)
	for c := range columns {
		pivotOf[c] = -1
		best := rank
		for r := rank; r < len(a); r++ {
			if math.Abs(a[r][c]) > math.Abs(a[best][c]) {
				best = r
			}
		}
		if best >= len(a) || math.Abs(a[best][c]) < tiny {
			continue
		}
		a[rank], a[best] = a[best], a[rank]
		pivot(a, rank, c)
		pivotOf[c] = rank
		rank++
	}
	for c := range columns {
		if pivotOf[c] >= 0 {
			continue
		}
		v := make([]float64, columns)
		v[c] = 1
		for d, r := range pivotOf {
			if r >= 0 {
				v[d] = -a[r][c]
			}
		}
		basis = append(basis, v)
	}
	return basis
}

// pivot makes column c the r-th unit vector.
func pivot(a [][]float64, r, c int) {
	by := a[r][c]
	for j := range a[r] {
		a[r][j] /= by
	}
	for i := range a {
		if by := a[i][c]; i != r && math.Abs(by) > 0 {
			for j, v := range a[r] {
				a[i][j] -= by * v
			}
			a[i][c] = 0
		}
	}
}

// recedes says whether some direction makes b·direction ≤ 0 and not all 0. It is the
// linear programme "make the sum of −b·direction large, with none of them negative",
// which is 0 or has no bound. Every right side is 0, so the simplex method needs no
// first phase and no column for it; Bland's rule (the first that may) keeps it from
// going round in circles. No library: this is all of it.
func recedes(b [][]float64, free int) bool {
	rows := len(b)
	columns := 2*free + rows // each direction forwards and backwards, then the slacks
	a := make([][]float64, rows+1)
	basic := make([]int, rows)
	for i := range a {
		a[i] = make([]float64, columns)
	}
	gain := a[rows]
	for i, row := range b {
		for j, v := range row {
			a[i][j], a[i][free+j] = v, -v
			gain[j] -= v
			gain[free+j] += v
		}
		a[i][2*free+i] = 1
		basic[i] = 2*free + i
	}
	for {
		enter := slices.IndexFunc(gain, func(g float64) bool { return g > tiny })
		if enter < 0 {
			return false
		}
		leave := -1
		for i := range rows {
			if a[i][enter] > tiny && (leave < 0 || basic[i] < basic[leave]) {
				leave = i
			}
		}
		if leave < 0 {
			return true
		}
		pivot(a, leave, enter)
		basic[leave] = enter
	}
}
