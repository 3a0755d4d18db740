// Package release makes tables of people that can be published: small counts say
// nothing certain of anybody, the same question always has the same answer, and what
// is shown still adds up to the totals that were declared.
//
// Three ways, for three uses. Noise by cell key, for tables that anybody may put
// together: Fraser and Wooton, "A proposed method for confidentialising tabular
// output to protect against differencing" (2005), as the statistical offices of
// Australia, England and Wales use it. Suppression with complementary cells, where each
// number that is shown has to be exact. Rounding to base 3, which is coarser and needs no
// table. docs/release.md says what each protects against, and what not.
package release

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// KeySpace is how many values a record's key has, and a cell's: the keys of a
// cell's records are summed and taken modulo it.
const KeySpace = 4096

// Design is the noise as it is published: how far a count can be moved at most, the
// variance of that, and up to which count nothing is ever shown. The table that
// is made of it is secret.
type Design struct {
	Most     int     `yaml:"most" json:"most"`         // D: the largest step from a true count
	Variance float64 `yaml:"variance" json:"variance"` // V, in squared counts
	Never    int     `yaml:"never" json:"never"`       // js: counts from 1 to this are never shown
	Stays    float64 `yaml:"stays" json:"stays"`       // the probability that a count above Never is shown as it is; 0: as the variance gives it
}

// Standard is this product's own choice: a count moves by five at most, by 1.7 as a
// rule, and 1 and 2 are never shown.
var Standard = Design{Most: 5, Variance: 3, Never: 2}

// largest bounds a design: noise of hundreds is no table any more.
const largest = 50

// check says what is wrong with a design, and what to do.
func (d Design) check() error {
	switch {
	case d.Most < 1 || d.Most > largest:
		return fmt.Errorf("most: %d; a count can be moved by 1 to %d", d.Most, largest)
	case d.Never < 0 || d.Never >= d.Most:
		return fmt.Errorf("never: %d; counts that are never shown must be fewer than most (%d), or a 1 could go nowhere", d.Never, d.Most)
	case d.Variance <= 0 || math.IsNaN(d.Variance) || d.Variance > float64(d.Most*d.Most):
		return fmt.Errorf("variance: %g; it is above 0 and at most most²", d.Variance)
	case d.Stays < 0 || d.Stays >= 1 || math.IsNaN(d.Stays):
		return fmt.Errorf("stays: %g; a probability below 1", d.Stays)
	}
	return nil
}

// Noise is a perturbation table: for each true count and cell key the step.
type Noise struct {
	Design
	rows [][]int8 // by true count up to the last, whose row all larger counts share
}

// NewNoise makes the table of a design. Of all distributions with the mean 0 and the
// variance that was asked, on the steps that are allowed, each row is the one of
// most entropy: nothing is assumed beyond what is published (Marley and Leaver, "A method
// for confidentialising user-defined tables: statistical properties and a
// risk-utility analysis", 2011). Which key gets which step is drawn under the secret.
func NewNoise(d Design, secret Secret) (*Noise, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	n := &Noise{Design: d}
	for count := range d.Never + d.Most + 2 {
		steps := d.steps(count)
		p, err := d.row(count, steps)
		if err != nil {
			return nil, fmt.Errorf("a count of %d: %w", count, err)
		}
		row := slots(steps, p)
		n.rows = append(n.rows, secret.shuffled(count, row))
	}
	return n, nil
}

// Step is by how much a count with this cell key is moved.
func (n *Noise) Step(count int64, key uint32) int64 {
	if count <= 0 {
		return 0
	}
	return int64(n.rows[min(count, int64(len(n.rows)-1))][key%KeySpace])
}

// steps are those that a count may make: to no number below 0, and to none that is
// never shown. None is none: that nobody was there is not hidden.
func (d Design) steps(count int) (out []int) {
	if count == 0 {
		return []int{0}
	}
	for j := -d.Most; j <= d.Most; j++ {
		if to := count + j; to == 0 || to > d.Never {
			out = append(out, j)
		}
	}
	return out
}

// row gives each step its probability.
func (d Design) row(count int, steps []int) ([]float64, error) {
	if len(steps) == 1 {
		return []float64{1}, nil
	}
	at := slices.Index(steps, 0)
	if d.Stays == 0 || at < 0 {
		return widest(steps, d.Variance)
	}
	others := slices.Delete(slices.Clone(steps), at, at+1)
	p, err := widest(others, d.Variance/(1-d.Stays))
	if err != nil {
		return nil, err
	}
	for i := range p {
		p[i] *= 1 - d.Stays
	}
	return slices.Insert(p, at, d.Stays), nil
}

var errNarrow = errors.New("no distribution on the steps that are allowed has this variance: ask for another variance, or a larger most")

// widest is the distribution of most entropy on the steps with mean 0 and the
// variance: p is in proportion to exp(a·j + b·j²), and a and b are found by Newton's
// method on the convex dual. Where the steps nearest to 0 on both sides have more
// variance than was asked, those two alone are left.
func widest(steps []int, variance float64) ([]float64, error) {
	least, most := 0.0, 0.0
	if !slices.Contains(steps, 0) {
		below, above := -math.MaxInt, math.MaxInt
		for _, j := range steps {
			if j < 0 {
				below = max(below, j)
			} else {
				above = min(above, j)
			}
		}
		if below == -math.MaxInt || above == math.MaxInt {
			return nil, errNarrow
		}
		least = -float64(below) * float64(above)
		if variance <= least {
			return pairOf(steps, below, above), nil
		}
	}
	most = -float64(steps[0]) * float64(steps[len(steps)-1])
	if variance >= most {
		return nil, errNarrow
	}
	var a, b float64
	p := make([]float64, len(steps))
	for range 200 {
		m := moments(steps, a, b, p)
		g1, g2 := m[1], m[2]-variance
		if math.Abs(g1) < exactEnough && math.Abs(g2) < exactEnough {
			return p, nil
		}
		// The Hessian is the covariance of j and j².
		h11, h12, h22 := m[2]-m[1]*m[1], m[3]-m[1]*m[2], m[4]-m[2]*m[2]
		det := h11*h22 - h12*h12
		if det <= 0 {
			return nil, errNarrow
		}
		da, db := (h22*g1-h12*g2)/det, (h11*g2-h12*g1)/det
		now := dual(steps, a, b, variance)
		step := 1.0
		for step > 1e-9 && dual(steps, a-step*da, b-step*db, variance) > now+1e-14 {
			step /= 2
		}
		a, b = a-step*da, b-step*db
	}
	return nil, errNarrow
}

// exactEnough is far below what one key of KeySpace can say.
const exactEnough = 1e-9

func pairOf(steps []int, below, above int) []float64 {
	p := make([]float64, len(steps))
	width := float64(above - below)
	p[slices.Index(steps, below)], p[slices.Index(steps, above)] = float64(above)/width, -float64(below)/width
	return p
}

// moments fills in the probabilities and gives the mean of each power of a step.
func moments(steps []int, a, b float64, p []float64) (m [5]float64) {
	top := math.Inf(-1)
	for _, j := range steps {
		top = max(top, exponent(j, a, b))
	}
	sum := 0.0
	for i, j := range steps {
		p[i] = math.Exp(exponent(j, a, b) - top)
		sum += p[i]
	}
	for i, j := range steps {
		p[i] /= sum
		power := p[i]
		for k := range m {
			m[k] += power
			power *= float64(j)
		}
	}
	return m
}

func dual(steps []int, a, b, variance float64) float64 {
	top, sum := math.Inf(-1), 0.0
	for _, j := range steps {
		top = max(top, exponent(j, a, b))
	}
	for _, j := range steps {
		sum += math.Exp(exponent(j, a, b) - top)
	}
	return top + math.Log(sum) - b*variance
}

func exponent(j int, a, b float64) float64 { return a*float64(j) + b*float64(j*j) }

// slots gives each step its share of the keys: what is left over goes to the largest
// remainders, and then single keys move to the step beside theirs until the mean is 0, so
// that no count is published too high or too low on average.
func slots(steps []int, p []float64) []int8 {
	n, rest, left := make([]int, len(steps)), make([]float64, len(steps)), KeySpace
	order := make([]int, len(steps))
	for i := range steps {
		exact := p[i] * KeySpace
		n[i], order[i] = int(exact), i
		rest[i] = exact - float64(n[i])
		left -= n[i]
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case rest[x] > rest[y]:
			return -1
		case rest[x] < rest[y]:
			return 1
		}
		return 0
	})
	for i := range left {
		n[order[i%len(order)]]++
	}
	level(steps, n)
	out := make([]int8, 0, KeySpace)
	for i, j := range steps {
		for range n[i] {
			out = append(out, int8(j))
		}
	}
	return out
}

func level(steps, n []int) {
	for range KeySpace {
		sum := 0
		for i, j := range steps {
			sum += n[i] * j
		}
		if sum == 0 {
			return
		}
		by := -1 // where a key goes to make the sum smaller
		if sum < 0 {
			by = 1
		}
		from := -1
		for i, j := range steps {
			beside := i + by
			if beside < 0 || beside >= len(steps) || steps[beside] != j+by || n[i] == 0 {
				continue
			}
			if from < 0 || n[i] > n[from] {
				from = i
			}
		}
		if from < 0 {
			return // two steps far apart: their shares are as even as whole keys allow
		}
		n[from]--
		n[from+by]++
	}
}
