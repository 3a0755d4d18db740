package synthetic

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/differential-privacy/go/v3/noise"
)

// invented are people of whom the columns have to do with one another: of some hidden
// kinds, each of which has values that it likes. The first column has only shares of few.
func invented(people, columns, values int, seed uint64) *Table {
	random := rand.New(rand.NewPCG(seed, 7))
	t := &Table{People: people}
	for c := range columns {
		column := Column{Name: fmt.Sprintf("c%d", c)}
		for v := range values {
			column.Values = append(column.Values, fmt.Sprintf("v%d", v))
		}
		t.Columns = append(t.Columns, column)
		t.Codes = append(t.Codes, make([]uint8, people))
	}
	for i := range people {
		kind := random.IntN(5)
		for c := range columns {
			v := (kind*(c%3+1) + min(random.IntN(values), random.IntN(values))) % values
			if random.IntN(20) == 0 {
				t.Codes[c][i] = 0
				continue
			}
			t.Codes[c][i] = uint8(v + 1)
		}
	}
	return t
}

// With noise too small to see, what comes out is what went in, in every pair.
func TestWithoutNoiseThePairsComeOut(t *testing.T) {
	in := invented(20_000, 8, 5, 1)
	r, err := Make(in, Order{Random: plain(1), Spend: Spend{20, 1e-6}})
	if err != nil {
		t.Fatal(err)
	}
	q := r.Quality
	if q.Pairs.Distance > .01 || q.Pairs.Apart < .05 {
		t.Errorf("pairs are %.4f from the truth on average, and %.4f if columns were drawn each for itself", q.Pairs.Distance, q.Pairs.Apart)
	}
	for _, s := range q.Singles {
		if s.Relative > .01 {
			t.Errorf("%s: %.4f off", s.Column, s.Relative)
		}
	}
	if math.Abs(float64(r.About.Records-20_000)) > 100 || len(r.Rows) != r.About.Records {
		t.Errorf("%d records", len(r.Rows))
	}
	if !slices.IsSortedFunc(r.Rows, slices.Compare) {
		t.Error("the records have an order of their own")
	}
}

// The noise of all tables together costs what was said, and no less is drawn: the mean
// square of it is measured.
func TestTheNoiseIsWhatWasSpent(t *testing.T) {
	in := invented(2_000, 5, 4, 2)
	spend := Spend{1, 1e-6}
	pairs, err := in.pairs(nil)
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	var of int
	var cost float64
	for range 40 {
		m, err := measure(in, pairs, spend)
		if err != nil {
			t.Fatal(err)
		}
		cost = float64(len(in.Columns))/(m.sigma[0]*m.sigma[0]) + float64(len(pairs))/(m.sigma[1]*m.sigma[1])
		for p := range pairs {
			for i, n := range m.countPair(in, pairs[p]) {
				d := (m.two[p][i] - float64(n)) / m.sigma[1]
				sum, of = sum+d*d, of+1
			}
		}
	}
	if got := sum / float64(of); math.Abs(got-1) > .06 {
		t.Errorf("the noise has %.3f of the variance that was said", got)
	}
	whole := noise.SigmaForGaussian(1, 1, spend.Epsilon, spend.Delta)
	if math.Abs(cost-1/(whole*whole)) > 1e-9 {
		t.Errorf("the tables cost %v of Gaussian privacy together, and %v were spent", cost, 1/(whole*whole))
	}
}

// What is refused, and that no value is repeated in it.
func TestRefused(t *testing.T) {
	few, many := invented(60, 6, 4, 3), invented(2_000, 6, 4, 3)
	for _, c := range []struct {
		why   string
		in    *Table
		order Order
		want  string
	}{
		{"nothing is spent", many, Order{}, "epsilon 0"},
		{"so much that it promises nothing", many, Order{Random: plain(1), Spend: Spend{50, 1e-6}}, "epsilon 50"},
		{"one in so many would be published as they are", many, Order{Random: plain(1), Spend: Spend{1, .0005}}, "delta 0.0005"},
		{"one in so few as there are", few, Order{Random: plain(1), Spend: Spend{1, .009}}, ""},
		{"a pair of one column", many, Order{Random: plain(1), Spend: Spend{1, 1e-6}, Pairs: [][2]string{{"c0", "c0"}}}, "pairs: c0"},
		{"a pair that is not there", many, Order{Random: plain(1), Spend: Spend{1, 1e-6}, Pairs: [][2]string{{"c0", "x"}}}, `no column "x"`},
	} {
		r, err := Make(c.in, c.order)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: %v", c.why, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v", c.why, err, r != nil)
		}
	}
	_, err := Read([]Column{{"sex", []string{"female"}}}, []string{"sex"}, [][]string{{"female"}, {"Aliya"}})
	if err == nil || strings.Contains(err.Error(), "Aliya") || !strings.Contains(err.Error(), "1 records, the first of them record 2") {
		t.Errorf("a value that was not declared: %v", err)
	}
}

// A value that hardly anybody has is not in the records, and which is said.
func TestFewAreNotShown(t *testing.T) {
	in := invented(5_000, 4, 3, 4)
	in.Columns[0].Values = append(in.Columns[0].Values, "rare", "nobody")
	for i := range 3 {
		in.Codes[0][i] = 4
	}
	r, err := Make(in, Order{Random: plain(1), Spend: Spend{2, 1e-6}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows {
		if row[0] == "rare" || row[0] == "nobody" {
			t.Fatal("a value of three people is shown")
		}
	}
	want := []ColumnValue{{"c0", "rare"}, {"c0", "nobody"}}
	if !slices.Equal(r.About.Unshown, want) || r.Quality.Unshown != 3 {
		t.Errorf("not shown: %v, of %d", r.About.Unshown, r.Quality.Unshown)
	}
}

func TestNonnegativeIsTheNearest(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	for range 200 {
		counts := make([]float64, 1+random.IntN(8))
		for i := range counts {
			counts[i] = random.NormFloat64() * 10
		}
		total := 1 + random.Float64()*40
		near := slices.Clone(counts)
		nonnegative(near, total)
		far, sum := distance(near, counts), 0.0
		for _, n := range near {
			sum += n
			if n < 0 {
				t.Fatalf("%v has less than nothing", near)
			}
		}
		if math.Abs(sum-total) > 1e-6 {
			t.Fatalf("%v adds up to %v and not to %v", near, sum, total)
		}
		for range 50 { // none of the others is nearer
			other := slices.Clone(near)
			a, b := random.IntN(len(other)), random.IntN(len(other))
			if a == b {
				continue
			}
			by := min(other[a], random.Float64()*.01)
			other[a], other[b] = other[a]-by, other[b]+by
			if distance(other, counts) < far-1e-9 {
				t.Fatalf("%v is nearer to %v than %v", other, counts, near)
			}
		}
	}
}

func plain(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func distance(a, b []float64) (sum float64) {
	for i := range a {
		sum += (a[i] - b[i]) * (a[i] - b[i])
	}
	return sum
}

// An exchange keeps the counts by one column, whatever it is asked for.
func TestExchangeKeepsSums(t *testing.T) {
	in := invented(3_000, 4, 4, 6)
	pairs, _ := in.pairs(nil)
	m, err := measure(in, pairs, Spend{.3, 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	m.fit()
	drawn := m.draw(plain(1))
	for c, whole := range m.whole {
		have := make([]int, len(whole))
		for _, v := range drawn[c] {
			have[v]++
		}
		if !slices.Equal(have, whole) {
			t.Errorf("column %d: %v instead of %v", c, have, whole)
		}
	}
}

func BenchmarkSynthetic(b *testing.B) {
	in := invented(200_000, 60, 6, 9)
	for b.Loop() {
		r, err := Make(in, Order{Random: plain(1), Spend: Spend{4, 4e-7}})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(r.Quality.Pairs.Distance, "pair-distance")
		b.ReportMetric(r.Quality.Pairs.Apart, "if-apart")
		b.ReportMetric(r.About.Pair, "sigma")
	}
}
