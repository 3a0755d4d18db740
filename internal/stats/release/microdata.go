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

// AnonymousWide is for more columns than all subsets can be tried of. It goes through the
// columns in their order and parts each group of records by value: those of a value that
// k have in the group show it, the others do not, and stay together where they are k.
// Where they are fewer, as many as are lacking are put to them of the value that most
// have, or all of the rarest; so every group is of k at least, all through.
func (d *Data) AnonymousWide(columns []string, k int) (*Microdata, error) {
	if k < 3 {
		return nil, errors.New("k: 3 at least; CTDC's is 11")
	}
	out := &Microdata{Columns: columns}
	if len(d.Keys) < k {
		out.Left = len(d.Keys)
		return out, nil
	}
	all := make([]int, len(d.Keys))
	for i := range all {
		all[i] = i
	}
	groups := []alike{{all, nil}}
	var columnsOf []*Column
	for _, name := range columns {
		c, ok := d.Column(name)
		if !ok {
			return nil, errors.New("no column " + name)
		}
		columnsOf = append(columnsOf, c)
		var next []alike
		for _, g := range groups {
			next = append(next, g.part(c, k)...)
		}
		groups = next
	}
	for _, g := range groups {
		for i, v := range g.shown {
			if v == "" {
				out.Blanked += recorded(columnsOf[i], g.records)
			}
		}
		for range g.records {
			out.Rows = append(out.Rows, g.shown)
		}
	}
	slices.SortFunc(out.Rows, slices.Compare)
	return out, nil
}

// recorded is how many of some records have a value.
func recorded(c *Column, records []int) (n int) {
	for _, r := range records {
		if c.Values[c.Codes[r]] != notRecorded {
			n++
		}
	}
	return n
}

// alike are records that show the same.
type alike struct {
	records []int
	shown   []string
}

func (g alike) part(c *Column, k int) (out []alike) {
	by := make([][]int, len(c.Values))
	for _, r := range g.records {
		by[c.Codes[r]] = append(by[c.Codes[r]], r)
	}
	var rest []int
	var values []int
	for v, records := range by {
		switch {
		case len(records) >= k && c.Values[v] != notRecorded:
			values = append(values, v)
		default: // what was not recorded and what is not shown look the same
			rest = append(rest, records...)
		}
	}
	slices.SortStableFunc(values, func(a, b int) int { return cmp.Compare(len(by[a]), len(by[b])) })
	for len(rest) > 0 && len(rest) < k && len(values) > 0 {
		most := values[len(values)-1]
		if spare := min(len(by[most])-k, k-len(rest)); spare > 0 { // as many as are lacking, of the value that most have
			rest, by[most] = append(rest, by[most][:spare]...), by[most][spare:]
			continue
		}
		rest, values = append(rest, by[values[0]]...), values[1:]
	}
	with := func(v string) []string { return append(slices.Clone(g.shown), v) }
	for _, v := range values {
		out = append(out, alike{by[v], with(c.Values[v])})
	}
	if len(rest) > 0 {
		out = append(out, alike{rest, with("")})
	}
	return out
}
