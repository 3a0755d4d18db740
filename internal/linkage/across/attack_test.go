package across

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"pana/internal/linkage/clk"
	"pana/internal/linkage/kernel"
	"pana/internal/linkage/lists"
)

// The attack: a linkage place that should hold no list of people holds the very list that
// was encoded, in plain words, and knows everything but the key. It encodes the list under
// a key of its own, so that how alike two people are looks much the same on both sides,
// and matches the two graphs: first by how each record stands to all others, then, round
// after round, by how it stands to those that were matched before. After the graph
// matching attacks on Bloom filters of Vidanage and others (2020) and of Schäfer and
// others (2023), in our own words.

// graph is how alike everything is to everything.
func graph(v []kernel.Vector) [][]float64 {
	out := make([][]float64, len(v))
	counts := make([]int, len(v))
	for i := range v {
		counts[i] = v[i].Count()
	}
	for i := range v {
		out[i] = make([]float64, len(v))
		for j := range v {
			if i != j {
				out[i][j] = 2 * float64(v[i].Common(&v[j])) / float64(max(1, counts[i]+counts[j]))
			}
		}
	}
	return out
}

// standing is what a record looks like beside all others: how many bits it has, how alike
// those are that are most alike to it, and how much all are.
func standing(v []kernel.Vector, g [][]float64) [][]float64 {
	const nearest = 24
	out := make([][]float64, len(v))
	for i := range v {
		row := slices.Clone(g[i])
		slices.SortFunc(row, func(a, b float64) int { return cmp.Compare(b, a) })
		sum := 0.0
		for _, s := range row {
			sum += s
		}
		out[i] = append([]float64{float64(v[i].Count()), sum / float64(len(row))}, row[:min(nearest, len(row))]...)
	}
	return standard(out)
}

// standard makes every column of one mean and width.
func standard(rows [][]float64) [][]float64 {
	for c := range rows[0] {
		mean, square := 0.0, 0.0
		for _, r := range rows {
			mean += r[c]
		}
		mean /= float64(len(rows))
		for _, r := range rows {
			square += (r[c] - mean) * (r[c] - mean)
		}
		width := math.Sqrt(square/float64(len(rows))) + 1e-9
		for _, r := range rows {
			r[c] = (r[c] - mean) / width
		}
	}
	return rows
}

func closeness(a, b []float64) (s float64) {
	for i := range a {
		s -= (a[i] - b[i]) * (a[i] - b[i])
	}
	return s
}

// bestOfEach pairs those that are closest to one another, and of the rest who is closest.
func bestOfEach(x, y [][]float64) (mutual [][2]int, best []int) {
	best, back, score := make([]int, len(x)), make([]int, len(y)), make([]float64, len(y))
	for j := range score {
		score[j] = math.Inf(-1)
	}
	for i := range x {
		top := math.Inf(-1)
		for j := range y {
			s := closeness(x[i], y[j])
			if s > top {
				top, best[i] = s, j
			}
			if s > score[j] {
				score[j], back[j] = s, i
			}
		}
	}
	for i, j := range best {
		if back[j] == i {
			mutual = append(mutual, [2]int{i, j})
		}
	}
	return mutual, best
}

// attacked gives for each record of the register which encoding it is taken for, and how
// many take each other for the closest, by which the attacker knows how it went.
func attacked(register, encodings []kernel.Vector, rounds int) (taken []int, mutually int) {
	a, b := graph(register), graph(encodings)
	mutual, best := bestOfEach(standing(register, a), standing(encodings, b))
	for range rounds {
		x, y := make([][]float64, len(a)), make([][]float64, len(b))
		for i := range a {
			for _, m := range mutual {
				x[i] = append(x[i], a[i][m[0]])
			}
		}
		for j := range b {
			for _, m := range mutual {
				y[j] = append(y[j], b[j][m[1]])
			}
		}
		mutual, best = bestOfEach(standard(x), standard(y))
	}
	return best, len(mutual)
}

// tries is under how many keys of its own the attacker encodes the register: under one by
// itself the matching now and then begins badly and never recovers.
const tries = 3

// attack says which share of the people the linkage place finds.
func attack(t *testing.T, a Agreement, records []lists.Record) float64 {
	t.Helper()
	p := project(t, a)
	// The truth: a tag cannot tell, so the key does.
	e, _, err := p.Encode(0, records, chance(3))
	if err != nil {
		t.Fatal(err)
	}
	theirs := clk.NewEncoder(p.Key, p.recipe())
	who := map[kernel.Vector]int{}
	for i := range records {
		who[theirs.Encode(&records[i])] = i
	}
	var best []int
	for try, most := 0, -1; try < tries && most < len(records)*9/10; try++ {
		mine := clk.NewEncoder(clk.Key{77, byte(try)}, p.recipe())
		register := make([]kernel.Vector, len(records))
		for i := range records {
			register[i] = mine.Encode(&records[i])
		}
		if taken, mutually := attacked(register, e.Vectors, 12); mutually > most {
			best, most = taken, mutually
		}
	}
	right := 0
	for i, j := range best {
		if of, real := who[e.Vectors[j]]; real && of == i {
			right++
		}
	}
	return float64(right) / float64(len(records))
}

// Without a salt the attack must find nearly everybody, decoys or not, or it would say
// nothing that it finds nobody elsewhere. A salt by year alone leaves those of one year
// to it, once it knows which they are. Under what a project has when nothing else is
// asked for, it must stay near chance, which is one in five hundred.
func TestGraphMatching(t *testing.T) {
	t.Parallel()
	all, _ := agencies([3]int{1600, 1000, 480})
	people := all[0][:400]
	var oneYear []lists.Record
	for _, r := range people {
		r.Birth.Year = 1990
		oneYear = append(oneYear, r)
	}
	for _, c := range []struct {
		why         string
		salt        clk.Salt
		decoys      int
		of          []lists.Record
		least, most float64
	}{
		{"no salt, no decoys", clk.NoSalt, 0, people, 0.9, 1},
		{"no salt, with decoys", clk.NoSalt, 25, people, 0.9, 1},
		{"a salt by year, those of one year", clk.YearSalt, 25, oneYear, 0.9, 1},
		{"a salt by year, all years", clk.YearSalt, 25, people, 0, 0.1},
		{"as agreed when nothing else is asked for", clk.BirthSalt, 25, people, 0, 0.03},
	} {
		a := agreed()
		a.Salt, a.Decoys = c.salt, c.decoys
		found := attack(t, a, c.of)
		t.Logf("%s: %.1f %% found", c.why, 100*found)
		if found < c.least || found > c.most {
			t.Errorf("%s: %.1f %% found, from %g to %g %% are expected", c.why, 100*found, 100*c.least, 100*c.most)
		}
	}
}
