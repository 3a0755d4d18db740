package synthetic

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/differential-privacy/go/v3/noise"
	"gonum.org/v1/gonum/stat/distuv"
)

// advantage is how much more often the best threshold says "she is in it" of a list with
// her than of one without: 1 is always right, 0 is a guess.
func advantage(with, without []float64) (best float64) {
	over := func(of []float64, at float64) (n float64) {
		for _, x := range of {
			if x >= at {
				n++
			}
		}
		return n / float64(len(of))
	}
	for _, at := range slices.Concat(with, without) {
		best = max(best, over(with, at)-over(without, at))
	}
	return best
}

// withAndWithout are a list and the same without its first record, who is like nobody.
func withAndWithout(people int) (with, without *Table) {
	with = invented(people, 4, 4, 11)
	for c := range with.Codes {
		for i := 1; i < people; i++ { // her values are had by others, but no two of them
			if c > 0 && with.Codes[c][i] == 4 && with.Codes[c-1][i] == 4 {
				with.Codes[c][i] = 1
			}
		}
		with.Codes[c][0] = 4
	}
	without = &Table{Columns: with.Columns, People: people - 1}
	for _, codes := range with.Codes {
		without.Codes = append(without.Codes, codes[1:])
	}
	return with, without
}

// Who knows everybody else in the list, and sees the noisy counts themselves, cannot tell
// whether she is in it better than was spent. Without noise it would be certain.
func TestAttackByDifferenceOnTheCounts(t *testing.T) {
	with, without := withAndWithout(400)
	spend := Spend{1, 1e-6}
	pairs, _ := with.pairs(nil)
	says := func(in *Table) (sum float64) {
		m, err := measure(in, pairs, spend)
		if err != nil {
			t.Fatal(err)
		}
		for p, pair := range pairs {
			cell := int(m.place[pair[0]][4])*len(m.shown[pair[1]]) + int(m.place[pair[1]][4])
			sum += m.two[p][cell] - float64(m.countPair(without, pair)[cell])
		}
		return sum
	}
	const tries = 1500
	var in, out []float64
	for range tries {
		in, out = append(in, says(with)), append(out, says(without))
	}
	mu := 1 / noise.SigmaForGaussian(1, 1, spend.Epsilon, spend.Delta)
	bound := 2*distuv.UnitNormal.CDF(mu/2) - 1
	if got := advantage(in, out); got > bound+1.36*math.Sqrt(2.0/tries)+.01 {
		t.Errorf("she is told from her absence in %.3f of the lists, and at most %.3f was promised", got, bound)
	}
}

// The same on the records that are published: of two releases, one with and one without
// her, neither the number of her combination nor that of any part of it tells.
func TestAttackByDifferenceOnTheRecords(t *testing.T) {
	with, without := withAndWithout(200)
	says := func(in *Table, seed byte) (all, half float64) {
		r, err := Make(in, Order{Spend: Spend{1, 1e-6}, Random: plain(uint64(seed))})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range r.Rows {
			if row[0] == "v3" && row[1] == "v3" {
				half++
				if row[2] == "v3" && row[3] == "v3" {
					all++
				}
			}
		}
		return all, half
	}
	const tries = 250
	var in, out, inHalf, outHalf []float64
	for i := range tries {
		a, h := says(with, byte(i))
		in, inHalf = append(in, a), append(inHalf, h)
		a, h = says(without, byte(i))
		out, outHalf = append(out, a), append(outHalf, h)
	}
	for _, got := range []float64{advantage(in, out), advantage(inHalf, outHalf)} {
		if got > .096+1.36*math.Sqrt(2.0/tries)+.02 {
			t.Errorf("she is told from her absence in %.3f of the releases", got)
		}
	}
}

// Who knows all but one value of somebody finds the records that are most like her and
// reads the last from them: no better of people who are in the list than of others of
// whom the same is known. In the list itself it would be right of everybody.
func TestAttackByLinkage(t *testing.T) {
	all := invented(6_000, 7, 6, 12)
	const last = 6
	random := rand.New(rand.NewPCG(1, 2))
	for i := range all.People { // the value sought is everybody's own
		all.Codes[last][i] = uint8(1 + random.IntN(6))
	}
	list := &Table{Columns: all.Columns, People: 3_000}
	for _, codes := range all.Codes {
		list.Codes = append(list.Codes, codes[:3_000])
	}
	r, err := Make(list, Order{Random: plain(1), Spend: Spend{2, 1e-6}})
	if err != nil {
		t.Fatal(err)
	}
	right := func(rows [][]uint8, of int) bool {
		best, votes := -1, [7]int{}
		for _, row := range rows {
			same := 0
			for c := range last {
				if row[c] == all.Codes[c][of] {
					same++
				}
			}
			if same > best {
				best, votes = same, [7]int{}
			}
			if same == best {
				votes[row[last]]++
			}
		}
		most := slices.Index(votes[:], slices.Max(votes[:]))
		return most == int(all.Codes[last][of])
	}
	share := func(rows [][]uint8, from, to int) (rate float64) {
		for i := from; i < to; i++ {
			if right(rows, i) {
				rate++
			}
		}
		return rate / float64(to-from)
	}
	released, itself := coded(list, r.Rows), make([][]uint8, list.People)
	for i := range itself {
		for c := range list.Codes {
			itself[i] = append(itself[i], list.Codes[c][i])
		}
	}
	if got := share(itself, 0, 300); got < .9 {
		t.Errorf("the attack is no attack: on the list itself it is right of %.2f", got)
	}
	in, out := share(released, 0, 1500), share(released, 3_000, 4_500)
	if in-out > 3*math.Sqrt(2*.17*.83/1500) {
		t.Errorf("of those in the list it is right of %.3f, of others of %.3f", in, out)
	}
}

func coded(t *Table, rows [][]string) (out [][]uint8) {
	for _, row := range rows {
		codes := make([]uint8, len(row))
		for c, v := range row {
			codes[c] = uint8(slices.Index(t.Columns[c].Values, v) + 1)
		}
		out = append(out, codes)
	}
	return out
}
