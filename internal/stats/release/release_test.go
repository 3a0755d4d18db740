package release

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var testSecret = mustSecret("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")

func mustSecret(text string) Secret {
	s, err := ReadSecret(text)
	if err != nil {
		panic(err)
	}
	return s
}

// invented are records of nobody: small towns, so that many cells are small.
func invented(n int, seed uint64) (head []string, rows [][]string) {
	r := rand.New(rand.NewPCG(seed, 1))
	head = []string{"id", "region", "sex", "age", "form"}
	for i := range n {
		region := int(math.Abs(r.NormFloat64()) * 4)
		rows = append(rows, []string{
			fmt.Sprintf("r%06d", i), fmt.Sprintf("region-%02d", 12-min(region, 12)), []string{"female", "male"}[r.IntN(2)],
			[]string{"0-8", "9-17", "18-30", "31-60"}[r.IntN(4)], []string{"labour", "sexual", "", "begging"}[r.IntN(4)],
		})
	}
	return head, rows
}

func dataOf(t testing.TB, rows [][]string, head []string) *Data {
	t.Helper()
	d, err := NewData(head, rows, "id", head[1:], testSecret)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The noise has the mean and the variance that are published, never shows what is
// never shown, and the table of D=5, V=3, js=2 and
// pstay=.5 has the 66 transitions that the one of ptable (sdcTools, R) has.
func TestTheNoiseIsAsPublished(t *testing.T) {
	for _, d := range []Design{Standard, {5, 3, 2, .5}, {2, 1, 0, 0}, {5, 3, 4, 0}, {10, 8, 2, 0}} {
		n, err := NewNoise(d, testSecret)
		if err != nil {
			t.Fatalf("%+v: %v", d, err)
		}
		transitions := 0
		for count, row := range n.rows {
			sum, squares, used := 0, 0, map[int8]int{}
			for _, j := range row {
				sum, squares, used[j] = sum+int(j), squares+int(j)*int(j), used[j]+1
				if to := count + int(j); to < 0 || to > 0 && to <= d.Never || count == 0 && to != 0 || int(j) > d.Most || int(j) < -d.Most {
					t.Fatalf("%+v: %d becomes %d", d, count, to)
				}
			}
			transitions += len(used)
			if math.Abs(float64(sum)) > float64(d.Most) || count > d.Never && sum != 0 {
				t.Errorf("%+v: a count of %d is moved by %g on average", d, count, float64(sum)/KeySpace)
			}
			least := d.leastVariance(count)
			if v := float64(squares) / KeySpace; count > 0 && math.Abs(v-max(least, d.Variance)) > .03 {
				t.Errorf("%+v: a count of %d has the variance %g, not %g", d, count, v, max(least, d.Variance))
			}
			if d.Stays > 0 && count > d.Never && math.Abs(float64(used[0])/KeySpace-d.Stays) > .002 {
				t.Errorf("%+v: a count of %d stays with %g", d, count, float64(used[0])/KeySpace)
			}
		}
		if d == (Design{5, 3, 2, .5}) && transitions != 66 {
			t.Errorf("%d transitions", transitions)
		}
	}
}

// leastVariance is that of the two steps nearest to 0, where 0 is not allowed.
func (d Design) leastVariance(count int) float64 {
	if count == 0 || count > d.Never {
		return 0
	}
	return float64(count * (d.Never + 1 - count))
}

func TestABadDesignIsRefused(t *testing.T) {
	for _, d := range []Design{{0, 3, 0, 0}, {5, 0, 2, 0}, {5, 3, 5, 0}, {5, 26, 2, 0}, {5, math.NaN(), 2, 0}, {5, 3, 2, 1}, {60, 3, 2, 0}, {3, 8.9, 2, 0}} {
		if _, err := NewNoise(d, testSecret); err == nil {
			t.Errorf("%+v was taken", d)
		}
	}
}

// What adds up: every group to its declared total, whatever the counts; no cell
// among those never shown, and nobody where nobody was.
func TestACellKeyTableAddsUp(t *testing.T) {
	noise, err := NewNoise(Standard, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 5).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "columns")
		c := &Counts{By: []*Column{{Name: "a", Values: make([]string, rows)}, {Name: "b", Values: make([]string, columns)}}}
		for range rows * columns {
			c.Cells = append(c.Cells, rapid.Int64Range(0, 12).Draw(t, "count"))
			c.Keys = append(c.Keys, rapid.Uint32Range(0, KeySpace-1).Draw(t, "key"))
		}
		by := rapid.SampledFrom([][]string{{}, {"a"}, {"b"}}).Draw(t, "exact")
		shown, err := noise.Perturb(c, Declared{By: by, Least: 10})
		was := c.margin(by, c.Cells)
		if few := slices.ContainsFunc(was, func(n int64) bool { return n > 0 && n < 10 }); few != (err != nil) {
			t.Fatalf("totals %v: %v", was, err)
		} else if few {
			return
		}
		if is := c.margin(by, shown); !slices.Equal(was, is) {
			t.Fatalf("totals %v are shown as %v", was, is)
		}
		for i, n := range shown {
			if n < 0 || n > 0 && n <= int64(Standard.Never) || c.Cells[i] == 0 && n != 0 {
				t.Fatalf("%d is shown as %d", c.Cells[i], n)
			}
		}
	})
}

// The attack by differences: somebody asks for the same table with and without one
// person, again and again, under other names and beside other columns. One answer is all
// there is: asking more says nothing more.
func TestDifferencing(t *testing.T) {
	head, rows := invented(1500, 7)
	noise, err := NewNoise(Standard, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	moved := map[int64]int{}
	for leave := range 200 {
		without := slices.Delete(slices.Clone(rows), leave, leave+1)
		var answers [2][]int64
		for i, some := range [][][]string{rows, without} {
			c, err := dataOf(t, some, head).Count("region", "sex")
			if err != nil {
				t.Fatal(err)
			}
			for k := range c.Cells {
				answers[i] = append(answers[i], c.Cells[k]+noise.Step(c.Cells[k], c.Keys[k]))
			}
		}
		if len(answers[0]) != len(answers[1]) {
			continue // her region had nobody else, and is gone: that nobody is there is not hidden
		}
		for k := range answers[0] {
			if d := answers[0][k] - answers[1][k]; d != 0 {
				moved[d]++
			}
		}
	}
	if moved[1] > 200/3 || len(moved) < 8 {
		t.Errorf("taking one person out moves her cell by %v: by one too often", moved)
	}
	// The same cell in another table, and with the records in another order.
	r := rand.New(rand.NewPCG(1, 1))
	first, err := dataOf(t, rows, head).Count("region", "sex")
	if err != nil {
		t.Fatal(err)
	}
	shuffled := slices.Clone(rows)
	r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	again, err := dataOf(t, shuffled, head).Count("region", "sex")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first.Cells, again.Cells) || !slices.Equal(first.Keys, again.Keys) {
		t.Error("the same cell got another key")
	}
}

// A small cell is the same in every table in which it is, whatever the totals of that table.
func TestTotalsLeaveSmallCellsAlone(t *testing.T) {
	head, rows := invented(20000, 3)
	d := dataOf(t, rows, head)
	noise, err := NewNoise(Standard, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Count("region", "sex", "age", "form")
	if err != nil {
		t.Fatal(err)
	}
	var first []int64
	small, differ := 0, 0
	for _, by := range [][]string{{}, {"sex"}, {"age"}, {"sex", "age"}} {
		shown, err := noise.Perturb(c, Declared{By: by, Least: 10})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = shown
		}
		for i, n := range c.Cells {
			if n > 0 && n < 10 {
				small++
				if shown[i] != first[i] {
					differ++
				}
			}
		}
	}
	if small < 100 || differ > 0 {
		t.Errorf("%d of %d small cells are shown in two ways", differ, small)
	}
}

// Where few small cells have to add up, none is left among those that are never shown.
func TestFewSmallCellsAddUp(t *testing.T) {
	noise := &Noise{Design: Standard}
	for _, c := range []struct {
		shown []int64
		left  int64
		want  []int64
	}{
		{[]int64{4, 3, 3}, -4, []int64{6, 0, 0}}, // 3 and 1 taken: of the second 2 would be left
		{[]int64{9, 3, 3}, -6, []int64{9, 0, 0}},
		{[]int64{0, 0, 0}, 11, []int64{11, 0, 0}},
		{[]int64{0, 5, 0}, 3, []int64{0, 8, 0}},
	} {
		shown := slices.Clone(c.shown)
		noise.force(shown, []int{0, 1, 2}, c.left)
		if !slices.Equal(shown, c.want) {
			t.Errorf("%v and %d more are shown as %v", c.shown, c.left, shown)
		}
	}
}

// Nobody without the secret knows a record's key, and no two of many are alike
// more often than by chance.
func TestRecordsHaveKeysOfTheirOwn(t *testing.T) {
	other, err := NewSecret(strings.NewReader(strings.Repeat("another ", 4)))
	if err != nil {
		t.Fatal(err)
	}
	keys, same := map[uint16]int{}, 0
	for i := range 4 * KeySpace {
		name := fmt.Sprint("r", i)
		k := testSecret.RecordKey(name)
		keys[k]++
		if k == other.RecordKey(name) {
			same++
		}
	}
	if len(keys) < KeySpace*95/100 || len(keys) > KeySpace || same > 40 {
		t.Errorf("%d keys, %d the same under another secret", len(keys), same)
	}
}

// Whoever knows all that is shown tries every table that fits: of each small cell
// there are at least as many possible values as the threshold says.
func TestASuppressedCellCannotBeWorkedOut(t *testing.T) {
	const threshold = 4
	checked := 0
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(2, 3).Draw(t, "rows"), rapid.IntRange(2, 3).Draw(t, "columns")
		c := &Counts{By: []*Column{{Name: "a", Values: make([]string, rows)}, {Name: "b", Values: make([]string, columns)}}}
		for range rows * columns {
			c.Cells = append(c.Cells, rapid.Int64Range(0, 9).Draw(t, "count"))
		}
		hidden, err := Suppress(c, threshold)
		if err != nil {
			return // refused, and nothing is published
		}
		possible := everyTable(c, hidden)
		for i, n := range c.Cells {
			small := n > 0 && n < threshold
			if small && !hidden[i] || n == 0 && hidden[i] {
				t.Fatalf("%d, hidden %v", n, hidden[i])
			}
			if small && len(possible[i]) < threshold+1 {
				t.Fatalf("%v hidden %v: cell %d can only be %v", c.Cells, hidden, i, possible[i])
			}
		}
		checked++
	})
	if checked < 5 {
		t.Errorf("only %d tables could be made safe", checked)
	}
}

// everyTable tries all values of the hidden cells, and keeps for each those of the
// tables whose rows and columns have the totals that are shown.
func everyTable(c *Counts, hidden []bool) map[int]map[int64]bool {
	wide := len(c.By[1].Values)
	var at []int
	rows, columns := map[int]int64{}, map[int]int64{}
	for i, h := range hidden {
		if h {
			at = append(at, i)
			rows[i/wide] += c.Cells[i]
			columns[i%wide] += c.Cells[i]
		}
	}
	out := map[int]map[int64]bool{}
	guess := make([]int64, len(c.Cells))
	var try func(k int)
	try = func(k int) {
		if k == len(at) {
			for _, n := range rows {
				if n != 0 {
					return
				}
			}
			for _, n := range columns {
				if n != 0 {
					return
				}
			}
			for _, i := range at {
				if out[i] == nil {
					out[i] = map[int64]bool{}
				}
				out[i][guess[i]] = true
			}
			return
		}
		i := at[k]
		for v := int64(1); v <= min(rows[i/wide], columns[i%wide]); v++ {
			guess[i] = v
			rows[i/wide] -= v
			columns[i%wide] -= v
			try(k + 1)
			rows[i/wide] += v
			columns[i%wide] += v
		}
	}
	try(0)
	return out
}

func TestRoundingToThree(t *testing.T) {
	for count := int64(0); count < 12; count++ {
		sum := int64(0)
		for key := range uint32(KeySpace) {
			shown := Round3([]int64{count}, []uint32{key})[0]
			if sum += shown; shown%3 != 0 || shown-count > 2 || count-shown > 2 {
				t.Fatalf("%d is shown as %d", count, shown)
			}
		}
		if mean := float64(sum) / KeySpace; math.Abs(mean-float64(count)) > .001 {
			t.Errorf("%d is shown as %g on average", count, mean)
		}
	}
}

func TestAPlanIsReadWhole(t *testing.T) {
	_, problems := ReadPlan("plan.yaml", []byte(strings.TrimSpace(`
threshold: 1
noise: {most: 5, variance: 3, never: 9}
tables:
  - {name: Two Words, by: [sex], method: cell-key}
  - {name: a, by: [], method: magic}
  - {name: a, by: [sex], method: rounded, exact: [sex]}
  - {name: b, by: [sex], method: cell-key, exact: [age]}
`)))
	var all strings.Builder
	for _, p := range problems {
		all.WriteString(p.String() + "\n")
	}
	for _, want := range []string{"no id", "threshold: 1", "never: 9", `"Two Words"`, "magic", "by: ", `name "a"`, "exact: every column", "exact with rounded", "exact: age"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("nothing says %q in\n%s", want, all.String())
		}
	}
}

func TestAPlanIsMade(t *testing.T) {
	head, rows := invented(4000, 5)
	p, problems := ReadPlan("plan.yaml", []byte(strings.TrimSpace(`
id: id
tables:
  - {name: region-sex-age, by: [region, sex, age], method: cell-key, exact: [sex]}
  - {name: form-age, by: [form, age], method: suppressed}
  - {name: region, by: [region], method: rounded}
`)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	d, err := NewData(head, rows, p.ID, p.Columns(), testSecret)
	if err != nil {
		t.Fatal(err)
	}
	made, err := p.Make(d, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	tables := made.Tables
	if len(tables) != 3 || len(tables[0].Totals) != 2 || tables[0].Quality.Changed == 0 || tables[0].Quality.Mean > 2 {
		t.Errorf("%d tables, %+v", len(tables), tables[0].Quality)
	}
	sum := int64(0)
	for _, c := range tables[0].Totals {
		sum += *c.Count
	}
	if sum != 4000 {
		t.Errorf("by sex they are %d", sum)
	}
	if !slices.ContainsFunc(tables[1].Cells, func(c Cell) bool { return c.Of[0] == notRecorded }) {
		t.Error("those without a form are nowhere")
	}
}

func TestRecordsAreRefused(t *testing.T) {
	head := []string{"id", "sex"}
	many := make([][]string, MostValues+1)
	for i := range many {
		many[i] = []string{fmt.Sprint(i), fmt.Sprint("v", i)}
	}
	for name, c := range map[string]struct {
		rows [][]string
		by   string
	}{
		"twice": {[][]string{{"a", "f"}, {"a", "f"}}, "sex"}, "no id": {[][]string{{"", "f"}}, "sex"},
		"no column": {[][]string{{"a", "f"}}, "age"}, "many": {many, "sex"},
	} {
		if _, err := NewData(head, c.rows, "id", []string{c.by}, testSecret); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := ReadSecret("short"); err == nil {
		t.Error("a short key was taken")
	}
	if s := fmt.Sprintf("%v %s %+v", testSecret, testSecret, struct{ S Secret }{testSecret}); strings.Contains(s, "1 2 3") {
		t.Errorf("a key is printed: %s", s)
	}
}

// BenchmarkTwoWay counts a two-way table over twenty million rows.
func BenchmarkTwoWay(b *testing.B) {
	const n = 20_000_000
	r := rand.New(rand.NewPCG(1, 2))
	d := &Data{Keys: make([]uint16, n)}
	for _, size := range []int{20, 12} {
		c := Column{Name: fmt.Sprint(size), Values: make([]string, size), Codes: make([]uint8, n)}
		for i := range c.Codes {
			c.Codes[i] = uint8(r.IntN(size))
		}
		d.Columns = append(d.Columns, c)
	}
	for i := range d.Keys {
		d.Keys[i] = uint16(r.IntN(KeySpace))
	}
	for b.Loop() {
		if _, err := d.Count("20", "12"); err != nil {
			b.Fatal(err)
		}
	}
}
