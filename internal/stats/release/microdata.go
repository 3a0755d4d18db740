package release

import (
	"cmp"
	"errors"
	"slices"
)

// LeastAlike is the k of k-anonymity in microdata: CTDC's, whose global dataset
// showed no combination of values that fewer than 11 people have.
const LeastAlike = 11

// Microdata are records as they are published: without ids and in the order of their values. An empty
// value was there and is not shown.
type Microdata struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Blanked int        `json:"values_not_shown"`
	Left    int        `json:"left_out"` // records that are not there at all
}

// mostQuasi bounds the columns: each subset of them is tried.
const mostQuasi = 12

// Anonymous gives the records with as few values taken out as it finds so that every
// combination that is shown, with what is not shown, belongs to k records at
// least. It is for one release, and pools years: of two releases that overlap,
// the difference can be fewer than k. What all k have in common is told of each of
// them: that is what k-anonymity does not hide.
func (d *Data) Anonymous(columns []string, k int) (*Microdata, error) {
	if k < 3 {
		return nil, errors.New("k: 3 at least; CTDC's is 11")
	}
	if len(columns) == 0 || len(columns) > mostQuasi {
		return nil, errors.New("1 to 12 columns: with more, hardly anybody is like ten others")
	}
	from := make([]*Column, len(columns))
	for i, name := range columns {
		c, ok := d.Column(name)
		if !ok {
			return nil, errors.New("no column " + name)
		}
		from[i] = c
	}
	left := make([]int, len(d.Keys))
	for i := range left {
		left[i] = i
	}
	out := &Microdata{Columns: columns}
	for _, shown := range subsets(len(columns)) {
		left = out.take(from, shown, left, k)
	}
	out.Left = len(left)
	slices.SortFunc(out.Rows, slices.Compare) // the order of the file would be another column
	return out, nil
}

// take shows the records of which k have the same values in the columns shown, and
// gives the others.
func (m *Microdata) take(from []*Column, shown []bool, records []int, k int) (left []int) {
	groups := map[[mostQuasi]uint8][]int{}
	for _, r := range records {
		var key [mostQuasi]uint8
		for i, c := range from {
			if shown[i] {
				key[i] = c.Codes[r]
			}
		}
		groups[key] = append(groups[key], r)
	}
	for key, group := range groups {
		if len(group) < k {
			left = append(left, group...)
			continue
		}
		row := make([]string, len(from))
		for i, c := range from {
			if shown[i] {
				row[i] = c.Values[key[i]]
			} else {
				m.Blanked += len(group)
			}
		}
		for range group {
			m.Rows = append(m.Rows, row)
		}
	}
	return left
}

// subsets are all choices of columns to show, from all of them to one; of as many the
// earlier columns are shown for longer, so that who makes the release says by their
// order what matters most.
func subsets(n int) (out [][]bool) {
	masks := make([]int, 0, 1<<n)
	for mask := 1; mask < 1<<n; mask++ {
		masks = append(masks, mask)
	}
	ones := func(m int) (c int) {
		for ; m > 0; m &= m - 1 {
			c++
		}
		return c
	}
	slices.SortFunc(masks, func(a, b int) int { return cmp.Or(cmp.Compare(ones(b), ones(a)), cmp.Compare(b, a)) })
	for _, mask := range masks {
		shown := make([]bool, n)
		for i := range shown {
			shown[i] = mask&(1<<(n-1-i)) != 0
		}
		out = append(out, shown)
	}
	return out
}
