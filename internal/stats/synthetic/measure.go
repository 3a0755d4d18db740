package synthetic

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"github.com/google/differential-privacy/go/v3/noise"
)

// measured are noisy counts. From here on nothing knows the list.
type measured struct {
	pairs [][2]int
	sigma [2]float64 // the standard deviation of a count by one column and by two
	full  []int      // how many values each column declared, with not recorded

	place [][]uint8 // of a column's code, where it stands among those that are shown
	shown [][]uint8 // and back

	one [][]float64 // by column, then value shown
	two [][]float64 // by pair, then row by row

	people int
	whole  [][]int // one, as whole numbers that add up to people
}

// singles is the part of what is spent that goes to the counts by one column: they
// decide which values are shown. The rest goes to pairs. It is this product's own, and
// changes nothing of what is promised.
const singles = .15

// seen is how many standard deviations a value's noisy count has to have for the value
// to be shown: one that nobody has is shown once in some thirty thousand.
const seen = 4

// measure adds noise to the counts by each column, then by each pair of them.
//
// One person more or less changes one count of each table by one. Gaussian noise of
// standard deviation s on such a table costs 1/s² of a sum (the square of μ in Gaussian
// differential privacy, of which composition adds squares, also when what is asked
// next depends on what was answered: Dong, Roth and Su 2019). So with shares that add
// up to one, noise of σ/√share on each table is as good as one count with noise of σ:
// and which σ that is for (ε, δ) the library says. It is also who takes it: a table's
// share is given to it as the sensitivity 1/√share of its counts.
func measure(t *Table, pairs [][2]int, spend Spend) (*measured, error) {
	m := &measured{pairs: pairs}
	share := [2]float64{singles / float64(len(t.Columns)), (1 - singles) / float64(len(pairs))}
	whole := noise.SigmaForGaussian(1, 1, spend.Epsilon, spend.Delta)
	for i := range share {
		m.sigma[i] = whole / math.Sqrt(share[i])
	}
	first := make([][]float64, len(t.Columns))
	err := each(len(first), func(c int) (err error) {
		first[c], err = blurred(t.count(c), share[0], spend)
		return err
	})
	if err != nil {
		return nil, err
	}
	m.choose(first)
	m.two = make([][]float64, len(pairs))
	err = each(len(pairs), func(p int) (err error) {
		m.two[p], err = blurred(m.countPair(t, pairs[p]), share[1], spend)
		return err
	})
	return m, err
}

// blurred adds noise to each count of a table, and is the only place where one is read.
func blurred(counts []int, share float64, spend Spend) ([]float64, error) {
	gauss, out := noise.Gaussian(), make([]float64, len(counts))
	for i, n := range counts {
		var err error
		if out[i], err = gauss.AddNoiseFloat64(float64(n), 1, 1/math.Sqrt(share), spend.Epsilon, spend.Delta); err != nil {
			return nil, fmt.Errorf("noise: %w", err)
		}
	}
	return out, nil
}

// choose keeps the values that stand out of the noise, and puts the others to not
// recorded.
func (m *measured) choose(first [][]float64) {
	for _, counts := range first {
		place, shown, one := make([]uint8, len(counts)), []uint8{0}, []float64{counts[0]}
		for v := 1; v < len(counts); v++ {
			if counts[v] < seen*m.sigma[0] {
				one[0] += counts[v]
				continue
			}
			place[v] = uint8(len(shown))
			shown, one = append(shown, uint8(v)), append(one, counts[v])
		}
		m.full = append(m.full, len(counts))
		m.place, m.shown, m.one = append(m.place, place), append(m.shown, shown), append(m.one, one)
	}
}

func (t *Table) count(c int) []int {
	out := make([]int, len(t.Columns[c].Values)+1)
	for _, v := range t.Codes[c] {
		out[v]++
	}
	return out
}

func (m *measured) countPair(t *Table, p [2]int) []int {
	a, b := t.Codes[p[0]], t.Codes[p[1]]
	pa, pb, wide := m.place[p[0]], m.place[p[1]], len(m.shown[p[1]])
	out := make([]int, len(m.shown[p[0]])*wide)
	for i := range a {
		out[int(pa[a[i]])*wide+int(pb[b[i]])]++
	}
	return out
}

// each does something for 0 to n-1, on every processor.
func each(n int, do func(i int) error) error {
	var all sync.WaitGroup
	workers := min(n, runtime.GOMAXPROCS(0))
	failed := make([]error, workers)
	for w := range workers {
		all.Go(func() {
			for i := w; i < n && failed[w] == nil; i += workers {
				failed[w] = do(i)
			}
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}
