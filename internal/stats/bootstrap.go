package stats

import (
	"context"
	"math"
	"slices"
	"sort"
	"sync"
	"sync/atomic"
)

// Boot says how an interval is drawn.
type Boot struct {
	Replicates int
	Seed       uint64
	// Workers work at once; what comes out does not depend on how many.
	Workers int
	// Done, if any, is told after each replicate how many there are.
	Done func(replicates int)
}

// Estimate is a number with its interval. Interval is nil where there is none.
type Estimate struct {
	Fit
	CI *Interval
	// Replicates are the numbers that the bootstrap gave, sorted; infinite where no
	// model could be estimated.
	Replicates []float64
	Models     []Model
}

// Interval estimates, and draws the table again many times from what was observed,
// with the model selected anew each time: an interval that supposes the model is
// known is far too short. The ends are corrected for bias and skewness (BCa, Efron
// 1987), the skewness measured by leaving out one person of each cell.
func (m Method) Interval(ctx context.Context, t *Table, b Boot) (Estimate, error) {
	fit, err := m.Pick(t)
	if err != nil {
		return Estimate{}, err
	}
	out := Estimate{Fit: fit, Replicates: make([]float64, b.Replicates), Models: make([]Model, b.Replicates)}
	people := t.people()
	near := m.nearby(t, fit)
	var next, done atomic.Int64
	var told sync.Mutex
	var all sync.WaitGroup
	for range max(1, b.Workers) {
		all.Go(func() {
			drawn := &Table{Lists: t.Lists, Count: make([]float64, len(t.Count)), Never: t.Never}
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= b.Replicates {
					return
				}
				drawn.draw(people, newDraws(b.Seed, uint64(i)))
				out.Replicates[i], out.Models[i] = m.once(drawn, near)
				if n := int(done.Add(1)); b.Done != nil {
					told.Lock()
					b.Done(n)
					told.Unlock()
				}
			}
		})
	}
	all.Wait()
	if err := ctx.Err(); err != nil {
		return out, err
	}
	ci := bca(fit.N, out.Replicates, m.skewness(t, near))
	out.CI = &ci
	return out, nil
}

// once is one replicate: everybody unseen, without end, if nothing can be estimated.
func (m Method) once(t *Table, near []Model) (float64, Model) {
	fit, err := m.pick(t, near)
	if err != nil {
		return math.Inf(1), nil
	}
	return fit.N, fit.Model
}

// nearby are models that a table like this one is likely to select.
func (m Method) nearby(t *Table, fit Fit) []Model {
	near := []Model{fit.Model}
	order, ok := m.Params["maxorder"].(int)
	if ok && m.Name == "bic_exhaustive_bca" && len(t.Lists) <= MaxExhaustive {
		for _, f := range Ranked(t, order, 4) {
			near = append(near, f.Model)
		}
	}
	return near[:min(len(near), 20)]
}

// people has the cell of each person.
func (t *Table) people() (out []Cell) {
	for c, n := range t.Count {
		for range int(n) {
			out = append(out, Cell(c))
		}
	}
	return out
}

// draw fills the table with as many people, each of them anyone of those observed.
func (t *Table) draw(people []Cell, d *draws) {
	clear(t.Count)
	for range people {
		t.Count[people[d.below(uint64(len(people)))]]++
	}
}

// skewness is the acceleration of BCa: the third moment of how much each person moves
// the estimate. Everybody in a cell moves it alike, so there is one fit for a cell.
func (m Method) skewness(t *Table, near []Model) float64 {
	type moved struct{ people, n float64 }
	var all []moved
	var sum, people float64
	for c, count := range t.Count {
		if count < 1 {
			continue
		}
		less := &Table{Lists: t.Lists, Count: slices.Clone(t.Count), Never: t.Never}
		less.Count[c]--
		if n, _ := m.once(less, near); !math.IsInf(n, 0) {
			all = append(all, moved{count, n})
			sum += count * n
			people += count
		}
	}
	var square, cube float64
	for _, x := range all {
		d := sum/people - x.n
		square += x.people * d * d
		cube += x.people * d * d * d
	}
	if square == 0 {
		return 0
	}
	return cube / (6 * math.Pow(square, 1.5))
}

// bca sorts what was drawn and takes its ends.
func bca(estimate float64, drawn []float64, acceleration float64) Interval {
	sort.Float64s(drawn)
	below := 0.0
	for _, x := range drawn {
		switch {
		case x < estimate:
			below++
		case x == estimate:
			below += .5
		}
	}
	n := float64(len(drawn))
	// Everything on one side would move the ends to infinity; half a draw does not.
	bias := normalQuantile(min(max(below, .5), n-.5) / n)
	end := func(p float64) float64 {
		z := bias + normalQuantile(p)
		return quantile(drawn, normal(bias+z/(1-acceleration*z)))
	}
	return Interval{end(.025), end(.975)}
}

// quantile is the eighth of Hyndman and Fan (1996), of sorted numbers.
func quantile(x []float64, p float64) float64 {
	n := float64(len(x))
	h := (n+1.0/3)*p + 1.0/3
	low := math.Floor(h)
	at := func(i float64) float64 { return x[int(min(max(i, 1), n))-1] }
	a, b := at(low), at(low+1)
	if a == b || h == low {
		return a
	}
	return a + (h-low)*(b-a)
}

func normal(z float64) float64         { return .5 * math.Erfc(-z/math.Sqrt2) }
func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// draws is SplitMix64 (Steele, Lea and Flood 2014): chance that follows from a seed
// and a number, the same on every machine and in whichever order replicates are made.
type draws struct{ state uint64 }

func newDraws(seed, stream uint64) *draws {
	d := &draws{seed}
	d.state = d.next() ^ stream*0xd1342543de82ef95
	d.next()
	return d
}

func (d *draws) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below is a number from 0 to n−1, each as likely: what would favour the small ones
// is drawn again.
func (d *draws) below(n uint64) uint64 {
	for {
		x := d.next()
		if x < math.MaxUint64-math.MaxUint64%n {
			return x % n
		}
	}
}
