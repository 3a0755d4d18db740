package lists

import (
	"math"
	"slices"
)

// Model is what the lists taught: how often fields agree at each level where two
// records are one person's (M), and where they are not (U).
type Model struct {
	Share float64 // of all pairs, that are one person
	M, U  [fields][]float64
}

// before any list was seen: what records of one person and of two usually agree in.
// The product's own standard; strength says against how many pairs it stands.
var (
	usualM = [fields][]float64{
		Given: {0, .05, .06, .12, .74, .03}, Family: {0, .06, .07, .12, .75}, Born: {0, .05, .05, .07, .02, .03, .78},
		Sex: {0, .02, .98}, Place: {0, .35, .15, .5}, Document: {0, .15, .1, .75},
	}
	usualU = [fields][]float64{
		Given: {0, .945, .03, .012, .012, .001}, Family: {0, .957, .03, .01, .003}, Born: {0, .979, .015, .005, .0003, .0005, .0002},
		Sex: {0, .5, .5}, Place: {0, .94, .01, .05}, Document: {0, .99989, .0001, .00001},
	}
)

const strength = 20

// learn runs expectation and maximisation on how often each pattern was counted,
// until nothing moves. Its cost does not grow with the pairs.
func learn(counts []float64, share float64) *Model {
	m := &Model{Share: share}
	for f := range fields {
		m.M[f], m.U[f] = slices.Clone(usualM[f]), slices.Clone(usualU[f])
	}
	var seen []pattern
	total := 0.0
	for p, n := range counts {
		if n > 0 {
			seen = append(seen, pattern(p))
			total += n
		}
	}
	for range 500 {
		var one, two [fields][]float64
		for f := range fields {
			one[f], two[f] = make([]float64, len(levels[f])), make([]float64, len(levels[f]))
			for l := range one[f] {
				one[f][l], two[f][l] = strength*usualM[f][l], strength*usualU[f][l]
			}
		}
		same := 0.0
		for _, p := range seen {
			g := m.probability(p)
			same += g * counts[p]
			for f := range fields {
				l := p.level(f)
				one[f][l] += g * counts[p]
				two[f][l] += (1 - g) * counts[p]
			}
		}
		share := max(same/total, 1e-18)
		moved := math.Abs(math.Log(share / m.Share))
		m.Share = min(share, 0.9)
		for f := range fields {
			moved = max(moved, settle(m.M[f], one[f]), settle(m.U[f], two[f]))
		}
		if moved < 1e-6 {
			break
		}
	}
	return m
}

// settle makes shares of sums, and says how far they moved.
func settle(share, sum []float64) (moved float64) {
	all := 0.0
	for _, n := range sum[differs:] {
		all += n
	}
	for l := differs; l < len(sum); l++ {
		now := sum[l] / all
		moved = max(moved, math.Abs(now-share[l]))
		share[l] = now
	}
	return moved
}

// Bits is how much a level speaks for one person, in powers of two; what is missing
// says nothing.
func (m *Model) Bits(f Field, level int) float64 {
	if level == missing {
		return 0
	}
	return math.Log2(m.M[f][level] / m.U[f][level])
}

// before any field is looked at.
func (m *Model) prior() float64 { return math.Log2(m.Share / (1 - m.Share)) }

func (m *Model) probability(p pattern) float64 {
	bits := m.prior()
	for f := range fields {
		bits += m.Bits(f, p.level(f))
	}
	return fromBits(bits)
}

func fromBits(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

func toBits(probability float64) float64 { return math.Log2(probability / (1 - probability)) }

// rarity is what a value that few people have says more than another: the weight of
// "same" with the value's own frequency in place of the mean.
type rarity [fields][]float64 // bits by value; nil where none is known

func (m *Model) rarity(f Field, same int, frequency []float64, of int) []float64 {
	out := make([]float64, len(frequency))
	for id, n := range frequency {
		u := (n + strength*m.U[f][same]) / (float64(of) + strength)
		out[id] = math.Log2(m.M[f][same] / u)
	}
	return out
}
