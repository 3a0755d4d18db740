package stats

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// drawnTable is a table of made-up counts; sparse ones have many empty cells.
func drawnTable(r *rand.Rand, lists int, sparse bool) *Table {
	t := NewTable()
	for i := range lists {
		t.Lists = append(t.Lists, fmt.Sprintf("list %d", i+1))
	}
	t.Count = make([]float64, 1<<lists)
	for c := 1; c < len(t.Count); c++ {
		size := Cell(c).size()
		if sparse && r.IntN(3) > 0 && size > 1 {
			continue
		}
		t.Count[c] = float64(r.IntN(600>>(2*size)+3) + 1)
	}
	return t
}

func chance(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func TestHowManyModelsAndGraphs(t *testing.T) {
	t.Parallel()
	for lists, want := range map[int][2]int{3: {8, 8}, 4: {113, 61}, 5: {6893, 822}} {
		if n := len(Models(lists, lists)); n != want[0] {
			t.Errorf("%d lists have %d models, want %d", lists, n, want[0])
		}
		if n := len(chordal(lists)); n != want[1] {
			t.Errorf("%d lists have %d graphs, want %d", lists, n, want[1])
		}
	}
	if n := len(Models(5, 2)); n != 1024 {
		t.Errorf("five lists have %d models of pairs, want 1024", n)
	}
	if n := len(chordal(6)); n != 18154 {
		t.Errorf("six lists have %d graphs, want 18154", n)
	}
}

func TestModelsAreWrittenAsTheyAreRead(t *testing.T) {
	t.Parallel()
	for _, m := range Models(4, 3) {
		if back, err := ParseModel(m.Of(4), 4); err != nil || !slices.Equal(back, m) {
			t.Errorf("%s is read as %v, %v", m.Of(4), back, err)
		}
	}
	for _, bad := range []string{"", "12,3", "[12", "[1x]", "[15]", "[0]"} {
		if m, err := ParseModel(bad, 4); err == nil {
			t.Errorf("%q is read as %v", bad, m)
		}
	}
}

// TestFitIsAsProportionalFitting: slow and obvious, cells are scaled until each term
// has its margin; where every cell has people both end at the same table.
func TestFitIsAsProportionalFitting(t *testing.T) {
	t.Parallel()
	r := chance(1)
	models := Models(4, 3)
	for range 40 {
		table, m := drawnTable(r, 4, false), models[r.IntN(len(models))]
		want := proportional(table, m)
		got, ok := newFitter(table).fit(m)
		if !ok || math.Abs(got.N-want) > 1e-6*want {
			t.Errorf("%s: %v by Newton, %v by scaling", m.Of(4), got.N, want)
		}
	}
}

func proportional(t *Table, m Model) float64 {
	mu := make([]float64, len(t.Count))
	for c := 1; c < len(mu); c++ {
		mu[c] = 1
	}
	want := t.margins()
	terms := append(Model{0, 1, 2, 4, 8}, m...)
	for range 20000 {
		for _, s := range terms {
			sum := 0.0
			for c, v := range mu {
				if s.within(Cell(c)) {
					sum += v
				}
			}
			for c := range mu {
				if s.within(Cell(c)) {
					mu[c] *= want[s] / sum
				}
			}
		}
	}
	// With no term of all lists, the signed sum of logarithms over all cells is 0.
	constant := 0.0
	for c := 1; c < len(mu); c++ {
		sign := 1.0
		if Cell(c).size()%2 == 0 {
			sign = -1
		}
		constant += sign * math.Log(mu[c])
	}
	return t.Observed() + math.Exp(constant)
}

// TestAFitHasTheMarginsOfItsTable also where a step of Newton's method overshoots.
func TestAFitHasTheMarginsOfItsTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		model string
		count []float64
	}{
		{"[12,13,14,34]", []float64{0, 17, 403490, 0, 390265, 0, 0, 62, 3, 1193, 1254, 228497, 0, 227, 1, 1}},
		{"[14,23,24,34]", []float64{0, 969770, 2453, 0, 50, 0, 3504309, 5, 4, 1715, 0, 2, 0, 0, 0, 2}},
		{"[12,13,14,23,34]", []float64{0, 4, 3292, 1, 163, 0, 1, 209193, 4522, 0, 0, 1, 0, 0, 1, 1}},
		{"[12,13,23,24,34]", []float64{0, 66179, 3, 0, 29, 0, 0, 0, 41672, 8, 1, 0, 1357, 0, 1, 0}},
	} {
		m, err := ParseModel(c.model, 4)
		if err != nil {
			t.Fatal(err)
		}
		f := newFitter(&Table{Lists: []string{"A", "B", "C", "D"}, Count: c.count})
		if _, ok := f.fit(m); !ok {
			t.Errorf("%s is not fitted", c.model)
		}
		for _, s := range f.params {
			if math.Abs(f.m[s]-f.margin[s]) > 1e-6*(1+f.margin[s]) {
				t.Errorf("%s: %v expected on %s, %v observed", c.model, f.m[s], s.digits(), f.margin[s])
			}
		}
	}
}

// TestExistenceIsWhatAFitComesTo: where the linear programme says that the likelihood
// has no highest point, some cell of the fit goes to 0, and only there.
func TestExistenceIsWhatAFitComesTo(t *testing.T) {
	t.Parallel()
	r, without := chance(2), 0
	for range 60 {
		table := drawnTable(r, 4, true)
		f := newFitter(table)
		for _, m := range Models(4, 3) {
			if _, ok := f.fit(m); !ok {
				if f.check() == 0 {
					t.Errorf("%s of %v cannot be fitted, and nothing is said against it", m.Of(4), table.Count)
				}
				continue
			}
			lowest := math.Inf(1)
			for _, c := range f.cells {
				lowest = min(lowest, f.mu[c])
			}
			if gone := lowest < 1e-6; gone != (f.check()&Unbounded != 0) {
				t.Errorf("%s of %v: a cell comes to %g, the programme says %d", m.Of(4), table.Count, lowest, f.check())
			} else if gone {
				without++
			}
		}
	}
	if without < 50 {
		t.Errorf("only %d models without a highest point were met", without)
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	table := tableOf([]string{"A", "B", "C"}, map[string]float64{"100": 4, "010": 5, "001": 6, "110": 2})
	for model, want := range map[string]Check{
		"[1,2,3]": 0, "[13,2]": 0, "[12,3]": Unbounded, "[12,13]": Unbounded, "[12,13,23]": Unidentified,
	} {
		m, err := ParseModel(model, 3)
		if err != nil {
			t.Fatal(err)
		}
		if got := CheckModel(table, m); got != want {
			t.Errorf("%s: %d, want %d", model, got, want)
		}
	}
}

// TestPruningChangesNothing: the models found are those that fitting every one finds.
func TestPruningChangesNothing(t *testing.T) {
	t.Parallel()
	r := chance(3)
	for i := range 60 {
		lists, order := 4, 2+i%2
		if i%20 == 0 {
			lists, order = 5, 2+2*(i/20%2)
		}
		table := drawnTable(r, lists, i%3 == 0)
		for _, within := range []float64{0, 3} {
			want := everyModel(table, order, within)
			f := newFitter(table)
			near := Models(lists, order)[:3]
			got := f.lowest(latticeOf(lists, order), near, within)
			if len(got) != len(want) {
				t.Errorf("table %d within %v: %d models, want %d", i, within, len(got), len(want))
				continue
			}
			for j := range want {
				if !slices.Equal(got[j].Model, want[j].Model) || math.Abs(got[j].N-want[j].N) > 1e-6*want[j].N {
					t.Errorf("table %d: %s at %d, want %s", i, got[j].Model.Of(lists), j, want[j].Model.Of(lists))
				}
			}
		}
	}
}

func everyModel(t *Table, order int, within float64) (all []Fit) {
	f := newFitter(t)
	for _, m := range Models(len(t.Lists), order) {
		if fit, ok := f.fit(m); ok && f.check() == 0 {
			all = append(all, fit)
		}
	}
	slices.SortFunc(all, lowerBIC)
	return slices.DeleteFunc(all, func(x Fit) bool { return x.BIC > all[0].BIC+within+rounding })
}

func TestMostModelsAreNotFitted(t *testing.T) {
	t.Parallel()
	_, tables := readPublished(t)
	f := newFitter(tables["UKdat_5"])
	s := latticeOf(5, 4)
	fits := 0
	counted := &search{f: f, l: s, best: math.Inf(1), price: math.Log(f.n), floor: make([]float64, len(s.models)), fitted: make([]bool, len(s.models))}
	counted.run(nil)
	for _, done := range counted.fitted {
		if done {
			fits++
		}
	}
	t.Logf("%d of %d models fitted", fits, len(s.models))
	if fits > len(s.models)/4 {
		t.Errorf("%d of %d models were fitted: nothing is pruned", fits, len(s.models))
	}
}

// TestListsHaveNoOrder: what the lists are called and how they are ordered changes
// no estimate.
func TestListsHaveNoOrder(t *testing.T) {
	t.Parallel()
	_, tables := readPublished(t)
	for name, table := range tables {
		if len(table.Lists) != 5 {
			continue
		}
		turned := NewTable(append(slices.Clone(table.Lists[1:]), table.Lists[0])...)
		for c, n := range table.Count {
			turned.Count[c>>1|c&1<<4] = n
		}
		for _, m := range []Method{MainEffects(), Stepwise(.02), Exhaustive(2), Exhaustive(4), Downhill(4, 4)} {
			a, err1 := m.Pick(table)
			b, err2 := m.Pick(turned)
			if err1 != nil || err2 != nil || math.Abs(a.N-b.N) > 1e-6*a.N {
				t.Errorf("%s %s: %v and %v after turning (%v, %v)", name, m.Name, a.N, b.N, err1, err2)
			}
		}
		if a, b := Average(table, DGA(table)).Quantile(.5), Average(turned, DGA(turned)).Quantile(.5); a != b {
			t.Errorf("%s: averaged to %v, and %v after turning", name, a, b)
		}
	}
}

func TestTwiceThePeopleAreTwiceTheEstimate(t *testing.T) {
	t.Parallel()
	r := chance(4)
	for range 20 {
		table := drawnTable(r, 4, false)
		double := &Table{Lists: table.Lists, Count: slices.Clone(table.Count)}
		for i := range double.Count {
			double.Count[i] *= 2
		}
		for _, m := range []Model{nil, NewModel(3, 5), NewModel(7)} {
			a, _ := newFitter(table).fit(m)
			b, _ := newFitter(double).fit(m)
			if math.Abs(2*a.N-b.N) > 1e-6*b.N {
				t.Errorf("%s: %v, and %v of twice the people", m.Of(4), a.N, b.N)
			}
		}
	}
}

// TestIndependentListsAreSeenThrough: what four lists that know nothing of each other
// see of 10,000 people gives 10,000 back.
func TestIndependentListsAreSeenThrough(t *testing.T) {
	t.Parallel()
	table := independent(10_000, .3, .2, .15, .1)
	for _, m := range []Method{MainEffects(), Exhaustive(2), Exhaustive(3), Stepwise(.02), Downhill(3, 3)} {
		if fit, err := m.Pick(table); err != nil || math.Abs(fit.N-10_000) > 1e-3 {
			t.Errorf("%s: %v, %v", m.Name, fit.N, err)
		}
	}
}

// independent is the expected table of lists with these chances of seeing somebody.
func independent(people float64, share ...float64) *Table {
	t := &Table{Count: make([]float64, 1<<len(share))}
	for i := range share {
		t.Lists = append(t.Lists, fmt.Sprintf("list %d", i+1))
	}
	for c := 1; c < len(t.Count); c++ {
		n := people
		for i, p := range share {
			if c>>i&1 == 1 {
				n *= p
			} else {
				n *= 1 - p
			}
		}
		t.Count[c] = n
	}
	return t
}

func TestIntervalsFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	_, tables := readPublished(t)
	table := tables["UKdat_5"]
	draw := func(seed uint64, workers int) Interval {
		t.Helper()
		e, err := Stepwise(.02).Interval(context.Background(), table, Boot{Replicates: 100, Seed: seed, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return *e.CI
	}
	if a, b := draw(1, 1), draw(1, 4); a != b {
		t.Errorf("one worker draws %v, four draw %v", a, b)
	}
	if a, b := draw(1, 2), draw(2, 2); a == b {
		t.Errorf("two seeds draw the same, %v", a)
	}
}

func TestDrawingStopsWhenAsked(t *testing.T) {
	t.Parallel()
	_, tables := readPublished(t)
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	_, err := Stepwise(.02).Interval(ctx, tables["UKdat_5"], Boot{Replicates: 100_000, Workers: 1, Done: func(n int) {
		if seen = n; n == 3 {
			cancel()
		}
	}})
	if err == nil || seen > 10 {
		t.Errorf("after %d replicates: %v", seen, err)
	}
}

func TestQuantilesAreTheEighthKind(t *testing.T) {
	t.Parallel()
	// h = (n + 1/3) p + 1/3: at .25 it is 1 2/3, at .8 it is 4.6, at .9 past the last.
	x := []float64{1, 2, 3, 4, 10}
	for p, want := range map[float64]float64{0: 1, .1: 1, .25: 1 + 2.0/3, .5: 3, .8: 4 + .6*6, .9: 10, 1: 10} {
		if got := quantile(x, p); math.Abs(got-want) > 1e-9 {
			t.Errorf("at %v: %v, want %v", p, got, want)
		}
	}
	if got := quantile([]float64{1, math.Inf(1), math.Inf(1)}, .9); !math.IsInf(got, 1) {
		t.Errorf("a quantile among infinities is %v", got)
	}
}

// TestEndsAreCorrectedForBiasAndSkewness by hand: of 1 to 999 with the estimate at 400,
// 399.5 are below, z is -0.2536, and the ends are at Φ(2z ± 1.96).
func TestEndsAreCorrectedForBiasAndSkewness(t *testing.T) {
	t.Parallel()
	for acceleration, want := range map[float64]Interval{0: {7.14, 926.5}, .1: {19.7, 964.1}} {
		var x []float64
		for i := range 999 {
			x = append(x, float64(999-i))
		}
		if got := bca(400, x, acceleration); math.Abs(got.Low-want.Low) > .1 || math.Abs(got.High-want.High) > .3 {
			t.Errorf("acceleration %v: %v, want %v", acceleration, got, want)
		}
	}
}

func TestPoissonTails(t *testing.T) {
	t.Parallel()
	for _, mean := range []float64{.1, .9, 1, 3.5, 20, 200} {
		sum, at := 0.0, math.Exp(-mean)
		for s := range 400 {
			down, up := sum+at, 1-sum
			if got, want := poissonTail(float64(s), mean), min(down, up); want > 1e-9 && math.Abs(got-want) > 1e-9 {
				t.Errorf("mean %v, %d: %v, want %v", mean, s, got, want)
			}
			sum += at
			at *= mean / float64(s+1)
		}
	}
}

func TestImpossibleCellsAreNotCounted(t *testing.T) {
	t.Parallel()
	table := independent(10_000, .3, .2, .15, .1)
	// Nobody can be on the first two.
	for c := range table.Count {
		if c&3 == 3 {
			table.Never = append(table.Never, Cell(c))
			table.Count[c] = 0
		}
	}
	fit, err := MainEffects().Pick(table)
	if err != nil {
		t.Fatal(err)
	}
	unseen := 10_000 * .7 * .8 * .85 * .9
	if got := fit.N - table.Observed(); math.Abs(got-unseen) > 1e-3 {
		t.Errorf("%v unseen, want %v", got, unseen)
	}
	for _, m := range []Method{Stepwise(.5), Exhaustive(2), Downhill(2, 2)} {
		if fit, err := m.Pick(table); err != nil || fit.Model.has(3) {
			t.Errorf("%s takes a term that nobody can be in, which costs and explains nothing: %v, %v", m.Name, fit.Model, err)
		}
	}
}
