package synthetic

import "slices"

// sweeps is how often each record is asked, for each column, to exchange its value with
// another's.
const sweeps = 12

// still is of how many of a thousand exchanges it is not worth to ask all again.
const still = 1

// draw makes records. First along a tree of the pairs that say most: those it keeps
// exactly. Then two records at a time exchange their values of a column where that brings
// all pairs nearer to their counts: the counts by one column stay as they are.
func (m *measured) draw(random Random) [][]uint8 {
	out := m.along(m.tree(), random)
	x := m.exchanger(out)
	for range sweeps {
		if x.sweep(random) < still*len(m.one)*m.people/1000 {
			break
		}
	}
	return out
}

// exchanger knows of each pair by how many people its records are off.
type exchanger struct {
	records [][]uint8
	rows    []uint8   // the same, record by record
	off     []float32 // records less counts, pair by pair
	with    [][]beside
}

// beside is a pair as one of its columns sees it: where the other column stands in a
// record, where the pair's cells begin, and how far apart the cells are by either.
type beside struct{ other, from, own, others int }

func (m *measured) exchanger(out [][]uint8) *exchanger {
	x := &exchanger{records: out, with: make([][]beside, len(out)), rows: make([]uint8, m.people*len(out))}
	for i := range m.people {
		for c := range out {
			x.rows[i*len(out)+c] = out[c][i]
		}
	}
	starts := make([]int, len(m.pairs))
	for p, pair := range m.pairs {
		starts[p] = len(x.off)
		wide := len(m.shown[pair[1]])
		x.with[pair[0]] = append(x.with[pair[0]], beside{pair[1], starts[p], wide, 1})
		x.with[pair[1]] = append(x.with[pair[1]], beside{pair[0], starts[p], 1, wide})
		x.off = append(x.off, make([]float32, len(m.two[p]))...)
	}
	_ = each(len(m.pairs), func(p int) error {
		agreed, have := m.agreed(p), m.have(p, out)
		for i := range agreed {
			x.off[starts[p]+i] = float32(float64(have[i]) - agreed[i])
		}
		return nil
	})
	return x
}

// sweep asks as many pairs of records as there are records, for each column, and says how
// many exchanged.
func (x *exchanger) sweep(random Random) (exchanged int) {
	columns, people := len(x.records), len(x.rows)/len(x.records)
	for _, c := range random.Perm(columns) {
		far := random.IntN(people) // the records have no order: one as far behind is as good as any
		for i := range people {
			j := i + far
			if j >= people {
				j -= people
			}
			a, b := x.rows[i*columns:(i+1)*columns], x.rows[j*columns:(j+1)*columns]
			if a[c] != b[c] && x.better(c, a, b) {
				x.exchange(c, a, b)
				exchanged++
			}
		}
		for i := range people {
			x.records[c][i] = x.rows[i*columns+c]
		}
	}
	return exchanged
}

// better says whether all pairs together come nearer, in squared people, when two records
// exchange their values of a column.
func (x *exchanger) better(c int, a, b []uint8) bool {
	sum := float32(0)
	for _, w := range x.with[c] {
		if a[w.other] == b[w.other] {
			continue
		}
		va, vb := w.from+int(a[c])*w.own, w.from+int(b[c])*w.own
		oa, ob := int(a[w.other])*w.others, int(b[w.other])*w.others
		sum += x.off[vb+oa] + x.off[va+ob] - x.off[va+oa] - x.off[vb+ob] + 2
	}
	return sum < 0
}

func (x *exchanger) exchange(c int, a, b []uint8) {
	for _, w := range x.with[c] {
		if a[w.other] == b[w.other] {
			continue
		}
		va, vb := w.from+int(a[c])*w.own, w.from+int(b[c])*w.own
		oa, ob := int(a[w.other])*w.others, int(b[w.other])*w.others
		x.off[vb+oa]++
		x.off[va+ob]++
		x.off[va+oa]--
		x.off[vb+ob]--
	}
	a[c], b[c] = b[c], a[c]
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
			m.exchange(e.pair, out, m.agreed(e.pair), m.pairs[e.pair][1] == e.column, random)
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
func (m *measured) exchange(p int, out [][]uint8, want []float64, second bool, random Random) {
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
		if over := float64(n) - want[i]; over > 0 {
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
