// Package synthetic makes records of nobody: as many as there are people in a list, with
// values that go together as theirs do, drawn from counts to which noise was added.
// Whatever anybody knows, and however much is published beside it, the records
// say almost the same with a person and without: (ε, δ)-differential privacy, where
// neighbours are a list and the same list with one person more or less.
//
// The noise is drawn by google/differential-privacy and nothing else: a normal number
// made from floating point the plain way gives itself away in its last bits. All that
// comes after the noise works on noisy counts alone, and may use any random numbers.
//
// It refuses values that were not declared before: a column's list of values must not
// be read from the people. A value that hardly anybody has is not shown; which those
// are is read from noisy counts too.
package synthetic

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Column is a variable as it is declared, before anybody looks at the list: which values
// it may have. Not recorded is always one, is written as an empty text, and has code 0.
type Column struct {
	Name   string   `yaml:"name" json:"name"`
	Values []string `yaml:"values" json:"values"`
}

// Table holds records by columns: for each record the code of its value, where 0 is not
// recorded and 1 the first of the column's values.
type Table struct {
	Columns []Column
	Codes   [][]uint8
	People  int
}

// MostValues is how many values a column may declare: a code is one byte.
const MostValues = 255

// MostColumns bounds a table: the noise of a pair grows with the number of pairs.
const MostColumns = 80

// Read codes records by columns that were declared. It says how many records have a
// value that is none of them, and never which.
func Read(columns []Column, head []string, rows [][]string) (*Table, error) {
	t := &Table{Columns: columns, People: len(rows)}
	for _, c := range columns {
		if len(c.Values) > MostValues {
			return nil, fmt.Errorf("column %q declares %d values, and may %d: group them first", c.Name, len(c.Values), MostValues)
		}
		at := slices.Index(head, c.Name)
		if at < 0 {
			return nil, fmt.Errorf("no column %q: the file has %s", c.Name, strings.Join(head, ", "))
		}
		code := make(map[string]uint8, len(c.Values)+1)
		code[""] = 0
		for i, v := range c.Values {
			code[v] = uint8(i + 1)
		}
		codes, other, first := make([]uint8, len(rows)), 0, 0
		for i, row := range rows {
			v, ok := code[strings.TrimSpace(row[at])]
			if !ok {
				if other++; other == 1 {
					first = i + 1
				}
			}
			codes[i] = v
		}
		if other > 0 {
			return nil, fmt.Errorf("column %q: %d records, the first of them record %d, have a value that the plan does not declare: declare all values that there can be, from a code list and not from this file, or empty those", c.Name, other, first)
		}
		t.Codes = append(t.Codes, codes)
	}
	return t, nil
}

// Spend is what a release costs in privacy.
type Spend struct {
	Epsilon float64 `json:"epsilon"`
	Delta   float64 `json:"delta"`
}

// check refuses what would protect nobody. That ε is at most 20 is this product's own.
func (s Spend) check(people int) error {
	if !(s.Epsilon > 0) || s.Epsilon > 20 {
		return fmt.Errorf("epsilon %v: more than 0 and at most 20; from 10 on it promises little", s.Epsilon)
	}
	if !(s.Delta > 0) || s.Delta >= .01 || s.Delta*float64(people) >= 1 {
		return fmt.Errorf("delta %v: more than 0 and below one in the number of people; at one in that number somebody may be published as they are", s.Delta)
	}
	return nil
}

// Order is how a release is made.
type Order struct {
	Spend Spend
	Pairs [][2]string // whose counts are kept together; none: every two columns

	Random Random // for what comes after the noise
}

// Random are random numbers as math/rand has them: nobody's privacy rests on these.
type Random interface {
	IntN(n int) int
	Float64() float64
	Perm(n int) []int
	Shuffle(n int, swap func(i, j int))
}

// Release is what is published, and what is told of it.
type Release struct {
	Columns []string
	Rows    [][]string
	About   About
	Quality Quality // against the list itself: for who reviews the release, and never published
}

// About is published beside the records: it is made of what was declared and of noisy
// counts, and costs nothing more.
type About struct {
	Spend    Spend         `json:"spent"`
	Records  int           `json:"records"`
	Single   float64       `json:"noise_of_a_count_by_one_column"` // standard deviation, in people
	Pair     float64       `json:"noise_of_a_count_by_two_columns"`
	Pairs    int           `json:"pairs"`
	Lost     []PairLost    `json:"pairs_furthest_from_their_noisy_counts"`
	Unshown  []ColumnValue `json:"values_not_shown"`
	Distance float64       `json:"mean_distance_from_noisy_counts"` // half the sum of differences, by the number of records
}

// PairLost is two columns of which the records keep least, by their noisy counts.
type PairLost struct {
	Of       [2]string `json:"of"`
	Distance float64   `json:"distance"`
}

// ColumnValue is a value that is nowhere in the records, as too few had it to be told
// from noise: it is shown as not recorded.
type ColumnValue struct {
	Column string `json:"column"`
	Value  string `json:"value"`
}

// Make draws noise once, and records from it. Each call spends anew.
func Make(t *Table, o Order) (*Release, error) {
	if err := o.Spend.check(t.People); err != nil {
		return nil, err
	}
	pairs, err := t.pairs(o.Pairs)
	if err != nil {
		return nil, err
	}
	m, err := measure(t, pairs, o.Spend)
	if err != nil {
		return nil, err
	}
	if m.fit(); m.people == 0 {
		return nil, fmt.Errorf("of so few people nothing is left beside the noise, of which the standard deviation is %.0f: more people, fewer columns, or a larger epsilon", m.sigma[0])
	}
	drawn := m.draw(o.Random)
	return m.release(t, drawn, o.Spend), nil
}

// pairs are the places of the columns that are counted together.
func (t *Table) pairs(named [][2]string) (out [][2]int, err error) {
	if len(t.Columns) < 2 || len(t.Columns) > MostColumns {
		return nil, fmt.Errorf("%d columns: 2 to %d", len(t.Columns), MostColumns)
	}
	if len(named) == 0 {
		for a := range t.Columns {
			for b := a + 1; b < len(t.Columns); b++ {
				out = append(out, [2]int{a, b})
			}
		}
		return out, nil
	}
	for _, n := range named {
		var p [2]int
		for i, name := range n {
			if p[i] = slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == name }); p[i] < 0 {
				return nil, fmt.Errorf("pairs: no column %q", name)
			}
		}
		if p[0] > p[1] {
			p[0], p[1] = p[1], p[0]
		}
		if p[0] == p[1] || slices.Contains(out, p) {
			return nil, fmt.Errorf("pairs: %s with %s: two columns, and each pair once", n[0], n[1])
		}
		out = append(out, p)
	}
	return out, nil
}

// release writes the records out, in the order of their values: an order would be another
// column.
func (m *measured) release(t *Table, drawn [][]uint8, spend Spend) *Release {
	r := &Release{About: About{
		Spend: spend, Records: m.people, Single: round2(m.sigma[0]), Pair: round2(m.sigma[1]), Pairs: len(m.pairs),
		Lost: []PairLost{}, Unshown: []ColumnValue{},
	}}
	for c, column := range t.Columns {
		r.Columns = append(r.Columns, column.Name)
		for v, name := range column.Values {
			if m.place[c][v+1] == 0 {
				r.About.Unshown = append(r.About.Unshown, ColumnValue{column.Name, name})
			}
		}
	}
	cells := make([]string, m.people*len(t.Columns))
	for i := range m.people {
		row := cells[i*len(t.Columns) : (i+1)*len(t.Columns)]
		for c := range t.Columns {
			if code := m.shown[c][drawn[c][i]]; code > 0 {
				row[c] = t.Columns[c].Values[code-1]
			}
		}
		r.Rows = append(r.Rows, row)
	}
	slices.SortFunc(r.Rows, slices.Compare)
	m.tell(&r.About, t, drawn)
	r.Quality = m.quality(t, drawn)
	return r
}

func round2(x float64) float64 { return math.Round(100*x) / 100 }
