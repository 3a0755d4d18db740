package synthetic

import (
	"cmp"
	"math"
	"slices"
)

// fit makes one account of what was measured many times: a column's counts stand in its
// own table and in every pair's, each with its noise, and are averaged by how little
// noise each has. Then all are made counts of the same number of people, and none is
// below nothing.
func (m *measured) fit() {
	sums, weights := 0.0, 0.0
	for c := range m.one {
		total, variance := m.average(c)
		sums, weights = sums+total/variance, weights+1/variance
	}
	m.people = max(0, int(math.Round(sums/weights)))
	m.whole = make([][]int, len(m.one))
	for c := range m.one {
		nonnegative(m.one[c], float64(m.people))
		m.whole[c] = wholes(m.one[c], m.people)
	}
}

// average betters a column's counts by its pairs' sums, and gives their total and how
// much noise is in that.
func (m *measured) average(c int) (total, variance float64) {
	counts := m.one[c]
	noise := make([]float64, len(counts))
	for v := range counts {
		noise[v] = m.sigma[0] * m.sigma[0]
	}
	noise[0] *= float64(1 + m.full[c] - len(counts)) // the values put to it
	for v := range counts {
		counts[v] /= noise[v]
		noise[v] = 1 / noise[v]
	}
	for p, pair := range m.pairs {
		if pair[0] != c && pair[1] != c {
			continue
		}
		sums, of := m.sumsOf(p, c)
		for v := range counts {
			weight := 1 / (float64(of) * m.sigma[1] * m.sigma[1])
			counts[v] += sums[v] * weight
			noise[v] += weight
		}
	}
	for v := range counts {
		counts[v] /= noise[v]
		total, variance = total+counts[v], variance+1/noise[v]
	}
	return total, variance
}

// sumsOf adds a pair's counts up for one of its columns, and says how many were added.
func (m *measured) sumsOf(p, c int) (sums []float64, of int) {
	wide := len(m.shown[m.pairs[p][1]])
	sums = make([]float64, len(m.shown[c]))
	for i, n := range m.two[p] {
		if m.pairs[p][0] == c {
			sums[i/wide] += n
		} else {
			sums[i%wide] += n
		}
	}
	return sums, len(m.two[p]) / len(sums)
}

// nonnegative takes the same from each count, and nothing below zero, so that they add
// up to a total: of all counts that are not negative and add up so, the nearest.
func nonnegative(counts []float64, total float64) {
	sorted := slices.Clone(counts)
	slices.SortFunc(sorted, func(a, b float64) int { return cmp.Compare(b, a) })
	sum, less := 0.0, 0.0
	for i, n := range sorted {
		sum += n
		if by := (sum - total) / float64(i+1); n-by > 0 || i == 0 {
			less = by
		}
	}
	for i := range counts {
		counts[i] = max(0, counts[i]-less)
	}
}

// wholes rounds counts so that they add up to a total: those nearest to the next go up.
func wholes(counts []float64, total int) []int {
	sum := 0.0
	for _, n := range counts {
		sum += n
	}
	out, order, left := make([]int, len(counts)), make([]int, len(counts)), total
	part := make([]float64, len(counts))
	for i, n := range counts {
		exact := float64(total) / float64(len(counts))
		if sum > 0 {
			exact = n * float64(total) / sum
		}
		out[i] = int(exact)
		order[i], part[i], left = i, exact-float64(out[i]), left-out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(part[b], part[a]) })
	for i := 0; left > 0; i, left = i+1, left-1 {
		out[order[i%len(order)]]++
	}
	return out
}

// rakes is how often rows and columns of a pair are brought to their sums in turn.
const rakes = 12

// agreed is a pair's counts as they go with the sums of its columns.
func (m *measured) agreed(p int) []float64 {
	a, b := m.whole[m.pairs[p][0]], m.whole[m.pairs[p][1]]
	out := slices.Clone(m.two[p])
	nonnegative(out, float64(m.people))
	for i := range out { // a row of which the noise left nothing has its sum all the same
		out[i] += 1e-6 * float64(a[i/len(b)]) * float64(b[i%len(b)]) / float64(m.people)
	}
	for range rakes {
		for i, want := range a {
			scale(out[i*len(b):(i+1)*len(b)], 1, float64(want))
		}
		for j, want := range b {
			scale(out[j:], len(b), float64(want))
		}
	}
	return out
}

// scale brings every step-th count to a sum.
func scale(counts []float64, step int, want float64) {
	sum := 0.0
	for i := 0; i < len(counts); i += step {
		sum += counts[i]
	}
	if sum <= 0 {
		return
	}
	for i := 0; i < len(counts); i += step {
		counts[i] *= want / sum
	}
}

// signal is by how much a pair's noisy counts differ from other counts, in squared
// people, beyond what their noise makes of itself; below half a chance in a hundred of
// being noise alone it is 0.
func (m *measured) signal(p int, counts func(i int) float64) float64 {
	sum := 0.0
	for i, n := range m.two[p] {
		d := n - counts(i)
		sum += d * d
	}
	cells, variance := float64(len(m.two[p])), m.sigma[1]*m.sigma[1]
	if beyond := sum - cells*variance; beyond > 2.6*variance*math.Sqrt(2*cells) {
		return beyond
	}
	return 0
}
