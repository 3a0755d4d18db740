package synthetic

import "slices"

// rounds bounds how often all pairs are looked at; it ends earlier when no pair differs
// from its noisy counts by more than noise.
const rounds = 8

// spare is by how many standard deviations of noise a cell may have too many records
// before any leave it: each that leaves loses what it had to do with other columns.
const spare = 1

// draw makes records. First along a tree of the pairs that say most: those it keeps
// exactly. Then, round by round, for each pair that is still further from its noisy counts
// than noise is, records of cells with too many exchange a value among themselves:
// the counts by one column stay as they are.
func (m *measured) draw(random Random) [][]uint8 {
	out := m.along(m.tree(), random)
	agreed := make([][]float64, len(m.pairs))
	for round := range rounds {
		off := make([]float64, len(m.pairs))
		_ = each(len(m.pairs), func(p int) error {
			have := m.have(p, out)
			off[p] = m.signal(p, func(i int) float64 { return float64(have[i]) })
			return nil
		})
		var order []int
		for p, by := range off {
			if by > 0 {
				order = append(order, p)
			}
		}
		if len(order) == 0 {
			break
		}
		slices.SortFunc(order, func(a, b int) int {
			if off[a] > off[b] {
				return -1
			}
			return 1
		})
		for _, p := range order {
			if agreed[p] == nil {
				agreed[p] = m.agreed(p)
			}
			m.exchange(p, out, agreed[p], spare*m.sigma[1], round%2 == 0, random)
		}
	}
	return out
}

// edge is a column that is drawn given another; -1: given none.
type edge struct{ column, given, pair int }

// tree connects the columns by the pairs that say most of each other beyond noise.
func (m *measured) tree() []edge {
	says := make([]float64, len(m.pairs))
	_ = each(len(m.pairs), func(p int) error {
		a, b := m.whole[m.pairs[p][0]], m.whole[m.pairs[p][1]]
		says[p] = m.signal(p, func(i int) float64 {
			return float64(a[i/len(b)]) * float64(b[i%len(b)]) / float64(m.people)
		})
		return nil
	})
	out, in := []edge{}, make([]bool, len(m.one))
	for len(out) < len(m.one) {
		best := edge{slices.Index(in, false), -1, -1}
		for p, pair := range m.pairs {
			if in[pair[0]] != in[pair[1]] && says[p] > 0 && (best.pair < 0 || says[p] > says[best.pair]) {
				best = edge{pair[1], pair[0], p}
				if in[pair[1]] {
					best = edge{pair[0], pair[1], p}
				}
			}
		}
		in[best.column] = true
		out = append(out, best)
	}
	return out
}

func (m *measured) along(tree []edge, random Random) [][]uint8 {
	out := make([][]uint8, len(m.one))
	for _, e := range tree {
		codes := make([]uint8, 0, m.people)
		for v, n := range m.whole[e.column] {
			codes = append(codes, slices.Repeat([]uint8{uint8(v)}, n)...)
		}
		random.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
		out[e.column] = codes
		if e.pair >= 0 {
			// Every record may exchange: what comes out are the pair's counts.
			m.exchange(e.pair, out, m.agreed(e.pair), 0, m.pairs[e.pair][1] == e.column, random)
		}
	}
	return out
}

func (m *measured) have(p int, out [][]uint8) []int {
	a, b := out[m.pairs[p][0]], out[m.pairs[p][1]]
	wide := len(m.shown[m.pairs[p][1]])
	have := make([]int, len(m.two[p]))
	for i := range a {
		have[int(a[i])*wide+int(b[i])]++
	}
	return have
}

// exchange brings a pair's records to its counts: from each cell with too many, as many
// as are too many give up their value in one column, and the same values are handed out
// among them again, to each row those that it lacks.
func (m *measured) exchange(p int, out [][]uint8, want []float64, spare float64, second bool, random Random) {
	fixed, moving := out[m.pairs[p][0]], out[m.pairs[p][1]]
	wide := len(m.shown[m.pairs[p][1]])
	at := func(f, v int) int { return f*wide + v }
	rows, values := len(m.shown[m.pairs[p][0]]), wide
	if !second {
		fixed, moving, rows, values = moving, fixed, values, rows
		at = func(f, v int) int { return v*wide + f }
	}
	have := m.have(p, out)
	much, leave := make([]int, len(have)), 0 // how many are to leave each cell, and all of them
	for i, n := range have {
		if over := float64(n) - want[i] - spare; over > 0 {
			much[i] = min(n, int(over+random.Float64()))
			leave += much[i]
		}
	}
	leaving, pool := make([][]int, rows), make([]int, values)
	// The records have no order yet, so those that are met first are as good as any.
	i := random.IntN(len(fixed))
	for ; leave > 0; i++ {
		if i == len(fixed) {
			i = 0
		}
		if cell := at(int(fixed[i]), int(moving[i])); much[cell] > 0 {
			much[cell]--
			leave--
			leaving[fixed[i]] = append(leaving[fixed[i]], i)
			pool[moving[i]]++
		}
	}
	var rest []int
	for _, f := range random.Perm(rows) {
		who := leaving[f]
		random.Shuffle(len(who), func(i, j int) { who[i], who[j] = who[j], who[i] })
		for _, v := range random.Perm(values) {
			lacks := want[at(f, v)] - float64(have[at(f, v)])
			for n := min(len(who), pool[v], int(max(0, lacks)+random.Float64())); n > 0 && lacks > 0; n-- {
				moving[who[0]] = uint8(v)
				who, pool[v] = who[1:], pool[v]-1
			}
		}
		rest = append(rest, who...)
	}
	random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	for v, n := range pool {
		for ; n > 0; n-- {
			moving[rest[0]], rest = uint8(v), rest[1:]
		}
	}
}
