package stats

import (
	"math"
	"slices"
)

// Fit is one model fitted to one table.
type Fit struct {
	Model Model
	// N is everybody: observed and unseen.
	N        float64
	Deviance float64
	BIC, AIC float64
	// Minus are terms estimated as minus infinity: nobody is on all lists of the term.
	Minus []Cell
}

// fitter fits models to one table. It holds the table's sufficient statistics (how
// many are on all lists of each set) and room to work in, so that one fit of five
// lists takes some microseconds and no memory. It is for one goroutine.
//
// A model says that the logarithm of what is expected in a cell is the sum of the
// terms within it. With margins for sums over cells, everything that Newton's method
// needs is a lookup: the gradient for a term S is margin(S) − m(S), where m are the
// margins of the expected counts, and the Hessian for S and T is m(S ∪ T).
type fitter struct {
	lists  int
	count  []float64
	margin []float64
	never  []Cell
	// empty are the terms of two lists and more with nobody on all their lists.
	empty []bool
	n     float64
	// full is the log likelihood of the model that fits every cell.
	full float64

	live   []bool    // by cell: fitted, and not estimated as 0
	cells  []Cell    // the live ones
	params []Cell    // the constant (the empty set) and every term that is finite
	beta   []float64 // by parameter
	eta    []float64 // by cell
	mu     []float64 // by cell
	m      []float64 // margins of mu
	work   []float64
	h      []float64 // Hessian, then its Cholesky factor
	step   []float64
	grad   []float64
}

func newFitter(t *Table) *fitter {
	size := len(t.Count)
	f := &fitter{lists: len(t.Lists), count: slices.Clone(t.Count), margin: t.margins(), never: t.Never, n: t.Observed()}
	f.empty = make([]bool, size)
	for c, m := range f.margin {
		f.empty[c] = c != 0 && m == 0
	}
	for _, y := range t.Count {
		f.full += saturated(y)
	}
	f.live = make([]bool, size)
	f.eta, f.mu, f.m, f.work = make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)
	return f
}

func saturated(y float64) float64 {
	if y == 0 {
		return 0
	}
	lg, _ := math.Lgamma(y + 1)
	return y*math.Log(y) - y - lg
}

// fit fits a model. ok is false when the parameters cannot be told apart; whether
// the likelihood has a highest point at all is asked of check, because a fit near a
// point that lies at infinity looks like any other.
func (f *fitter) fit(m Model) (fit Fit, ok bool) {
	f.lay(m)
	deviance, ok := f.climb()
	if !ok {
		return Fit{}, false
	}
	p := float64(1 + f.lists + len(m))
	fit = Fit{Model: m, N: f.n + math.Exp(f.beta[0]), Deviance: deviance}
	fit.BIC = deviance - 2*f.full + p*math.Log(f.n)
	fit.AIC = deviance - 2*f.full + 2*p
	return fit, true
}

// lay chooses the cells and parameters of a model. A term with nobody on all its
// lists is estimated as minus infinity (the extended likelihood of Fienberg and
// Rinaldo): it goes, and with it every cell that contains it.
func (f *fitter) lay(m Model) {
	for c := range f.live {
		f.live[c] = c != 0
	}
	for _, c := range f.never {
		f.live[c] = false
	}
	f.params = append(f.params[:0], 0)
	place := func(term Cell) {
		if !f.empty[term] {
			f.params = append(f.params, term)
			return
		}
		for c := int(term); c < len(f.live); c = (c + 1) | int(term) {
			f.live[c] = false
		}
	}
	for i := range f.lists {
		place(1 << i)
	}
	for _, term := range m {
		place(term)
	}
	f.cells = f.cells[:0]
	for c, on := range f.live {
		if on {
			f.cells = append(f.cells, Cell(c))
		}
	}
	p := len(f.params)
	f.beta, f.step, f.grad = sized(f.beta, p), sized(f.step, p), sized(f.grad, p)
	f.h = sized(f.h, p*p)
}

func sized(x []float64, n int) []float64 { return slices.Grow(x[:0], n)[:n] }

// closeEnough is how far from its highest value twice the log likelihood may be when
// the last step begins. That step squares the distance, so what is left is far below
// what any published figure shows.
const closeEnough = 1e-9

// climb is Newton's method on the log likelihood, which has no second summit. The
// first step is the weighted regression that starts iteratively reweighted least
// squares; a step that overshoots is halved.
func (f *fitter) climb() (deviance float64, ok bool) {
	if !f.start() {
		return 0, false
	}
	height := f.expect()
	for range 100 {
		for i, s := range f.params {
			f.grad[i] = f.margin[s] - f.m[s]
		}
		f.hessian()
		if !cholesky(f.h, len(f.params)) {
			return 0, false
		}
		copy(f.step, f.grad)
		solve(f.h, f.step, len(f.params))
		gain := 0.0
		for i, g := range f.grad {
			gain += g * f.step[i]
		}
		for i, s := range f.step {
			f.beta[i] += s
		}
		next := f.expect()
		for halved := 0; next < height-1e-9*math.Abs(height) && halved < 40; halved++ {
			for i := range f.step {
				f.step[i] /= 2
				f.beta[i] -= f.step[i]
			}
			next = f.expect()
		}
		height = next
		if gain < closeEnough {
			break
		}
	}
	for _, c := range f.cells {
		y, mu := f.count[c], f.mu[c]
		if y > 0 {
			deviance += y * math.Log(y/mu)
		}
		deviance -= y - mu
	}
	return 2 * deviance, !math.IsNaN(deviance)
}

// start solves the weighted regression of log(y+½).
func (f *fitter) start() bool {
	clear(f.m)
	clear(f.work)
	for _, c := range f.cells {
		mu := f.count[c] + .5
		f.m[c] = mu
		f.work[c] = mu*math.Log(mu) + f.count[c] - mu
	}
	overSupersets(f.m)
	overSupersets(f.work)
	f.hessian()
	if !cholesky(f.h, len(f.params)) {
		return false
	}
	for i, s := range f.params {
		f.beta[i] = f.work[s]
	}
	solve(f.h, f.beta, len(f.params))
	return true
}

// expect computes the expected counts and their margins, and gives the part of the
// log likelihood that depends on the parameters.
func (f *fitter) expect() (height float64) {
	clear(f.eta)
	for i, s := range f.params {
		f.eta[s] = f.beta[i]
		height += f.beta[i] * f.margin[s]
	}
	overSubsets(f.eta)
	clear(f.mu)
	for _, c := range f.cells {
		f.mu[c] = math.Exp(f.eta[c])
	}
	copy(f.m, f.mu)
	overSupersets(f.m)
	return height - f.m[0]
}

// hessian fills the lower triangle.
func (f *fitter) hessian() {
	p := len(f.params)
	for i, s := range f.params {
		row := f.h[i*p : i*p+i+1]
		for j := range row {
			row[j] = f.m[s|f.params[j]]
		}
	}
}

// cholesky factors the lower triangle of a p × p matrix in its place; false when the
// matrix is singular to the precision of numbers.
func cholesky(a []float64, p int) bool {
	for i := range p {
		row := a[i*p : i*p+i+1]
		for j := range i {
			other := a[j*p : j*p+j+1]
			sum := row[j]
			for k, v := range other[:j] {
				sum -= v * row[k]
			}
			row[j] = sum / other[j]
		}
		sum, whole := row[i], row[i]
		for _, v := range row[:i] {
			sum -= v * v
		}
		if !(sum > 1e-14*whole) {
			return false
		}
		row[i] = math.Sqrt(sum)
	}
	return true
}

// solve uses the factor: x becomes the solution of a x = x.
func solve(a, x []float64, p int) {
	for i := range p {
		row := a[i*p : i*p+i+1]
		sum := x[i]
		for j, v := range row[:i] {
			sum -= v * x[j]
		}
		x[i] = sum / row[i]
	}
	for i := p - 1; i >= 0; i-- {
		x[i] /= a[i*p+i]
		for j := range i {
			x[j] -= a[i*p+j] * x[i]
		}
	}
}

// profile is the 95 % interval of the unseen under one model: all numbers at which,
// with the unseen cell filled in, the likelihood of the whole table is within half
// of 3.84 of its highest (Cormack 1992). It says nothing of how the model was chosen.
func (f *fitter) profile(m Model) (Interval, bool) {
	best, ok := f.fit(m)
	if !ok {
		return Interval{}, false
	}
	unseen := best.N - f.n
	top, found := f.heightAt(m, unseen)
	if !found {
		return Interval{}, false
	}
	const drop = 3.841458820694124 / 2 // chi-squared, one degree, 95 %
	below := func(x float64) bool {
		h, ok := f.heightAt(m, x)
		return !ok || h < top-drop
	}
	out := Interval{Low: f.n, High: math.Inf(1)}
	if below(0) {
		low, high := 0.0, unseen
		for range 60 {
			if mid := (low + high) / 2; below(mid) {
				low = mid
			} else {
				high = mid
			}
		}
		out.Low += high
	}
	low, high := unseen, 2*unseen+10
	for range 60 {
		if below(high) {
			break
		}
		low, high = high, 2*high
	}
	if !below(high) {
		return out, true
	}
	for range 60 {
		if mid := (low + high) / 2; below(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	out.High = f.n + low
	return out, true
}

// heightAt is the profile log likelihood of so many unseen, up to a constant: they
// are counted as one more cell, and the model is fitted to all of them.
func (f *fitter) heightAt(m Model, unseen float64) (float64, bool) {
	f.count[0], f.margin[0] = unseen, f.n+unseen
	defer func() { f.count[0], f.margin[0] = 0, f.n }()
	f.lay(m)
	f.live[0] = true
	f.cells = append(f.cells, 0)
	deviance, ok := f.climb()
	all, _ := math.Lgamma(f.n + unseen + 1)
	whole := f.n + unseen
	// The multinomial: N! / (unseen! …) times the fitted shares.
	return all - whole*math.Log(whole) + whole + saturated(unseen) - deviance/2, ok
}
