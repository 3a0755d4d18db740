package release

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Column is a variable: for each record the place of its value in Values.
type Column struct {
	Name   string
	Values []string
	Codes  []uint8
}

// Data are records, by columns. Keys are the records' keys, in the same order.
type Data struct {
	Columns []Column
	Keys    []uint16
}

// MostValues is how many values a column may have: a code is one byte.
const MostValues = 256

// mostCells bounds a table: more is no table that anybody reads.
const mostCells = 1 << 22

// NewData codes records: the first row of a file is its head. The column id names a record
// and is in no table; each of the others may be in one. An empty value is
// "not recorded", and is counted as such.
func NewData(head []string, rows [][]string, id string, by []string, secret Secret) (*Data, error) {
	at := slices.Index(head, id)
	if at < 0 {
		return nil, fmt.Errorf("no column %q: the file has %s", id, strings.Join(head, ", "))
	}
	d := &Data{Keys: make([]uint16, len(rows))}
	seen := make(map[string]int, len(rows))
	for i, row := range rows {
		record := row[at]
		if record == "" {
			return nil, fmt.Errorf("record %d has no %s: without it the same record would get another key each time", i+1, id)
		}
		if first, twice := seen[record]; twice {
			return nil, fmt.Errorf("records %d and %d have one %s: count each person once", first+1, i+1, id)
		}
		seen[record], d.Keys[i] = i, secret.RecordKey(record)
	}
	for _, name := range by {
		c, err := newColumn(head, rows, name)
		if err != nil {
			return nil, err
		}
		d.Columns = append(d.Columns, c)
	}
	return d, nil
}

// notRecorded is what an empty value is shown as.
const notRecorded = "not_recorded"

func newColumn(head []string, rows [][]string, name string) (Column, error) {
	at := slices.Index(head, name)
	if at < 0 {
		return Column{}, fmt.Errorf("no column %q: the file has %s", name, strings.Join(head, ", "))
	}
	values := map[string]int{}
	for _, row := range rows {
		values[cmp.Or(strings.TrimSpace(row[at]), notRecorded)]++
	}
	if len(values) > MostValues {
		return Column{}, fmt.Errorf("column %q has %d values, and a table at most %d: group them first (ages into bands, places into regions)", name, len(values), MostValues)
	}
	c := Column{Name: name, Codes: make([]uint8, len(rows))}
	for v := range values {
		c.Values = append(c.Values, v)
	}
	slices.Sort(c.Values)
	for i, v := range c.Values {
		values[v] = i
	}
	for i, row := range rows {
		c.Codes[i] = uint8(values[cmp.Or(strings.TrimSpace(row[at]), notRecorded)])
	}
	return c, nil
}

// Column finds one.
func (d *Data) Column(name string) (*Column, bool) {
	i := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return nil, false
	}
	return &d.Columns[i], true
}

// Counts is a table as it is, for nobody's eyes: of each cell how many records, and
// the sum of their keys modulo KeySpace. Cells lie in the order of the last
// variable, then the one before.
type Counts struct {
	By    []*Column
	Cells []int64
	Keys  []uint32
}

// Count goes once through the records, on every processor.
func (d *Data) Count(by ...string) (*Counts, error) {
	t := &Counts{}
	size := 1
	for _, name := range by {
		c, ok := d.Column(name)
		if !ok {
			return nil, fmt.Errorf("no column %q", name)
		}
		if slices.Contains(t.By, c) {
			return nil, fmt.Errorf("%q is in the table twice", name)
		}
		t.By = append(t.By, c)
		if size *= len(c.Values); size > mostCells {
			return nil, fmt.Errorf("%s: a table of more than %d cells", strings.Join(by, " × "), mostCells)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), 1+len(d.Keys)/(64<<10))
	parts := make([][]tally, workers)
	var all sync.WaitGroup
	for w := range workers {
		from, to := len(d.Keys)*w/workers, len(d.Keys)*(w+1)/workers
		all.Go(func() {
			parts[w] = make([]tally, size)
			t.tally(parts[w], d.Keys, from, to)
		})
	}
	all.Wait()
	t.Cells, t.Keys = make([]int64, size), make([]uint32, size)
	for _, part := range parts {
		for i, c := range part {
			t.Cells[i] += int64(c >> keyBits)
			t.Keys[i] = uint32((uint64(t.Keys[i]) + uint64(c&keyMask)) % KeySpace)
		}
	}
	return t, nil
}

// tally is a count and a sum of keys in one word, so that a record costs one addition:
// the keys of 2²⁴ records fill the lower part at most.
type tally uint64

const (
	keyBits  = 36
	keyMask  = 1<<keyBits - 1
	mostRows = 1 << 24 // per worker and pass
)

func (t *Counts) tally(into []tally, keys []uint16, from, to int) {
	for from < to {
		end := min(to, from+mostRows)
		t.pass(into, keys[from:end], from, end)
		for i := range into { // the keys' sum starts anew modulo KeySpace
			into[i] = into[i]&^keyMask | into[i]&(KeySpace-1)
		}
		from = end
	}
}

func (t *Counts) pass(into []tally, keys []uint16, from, to int) {
	switch len(t.By) {
	case 0:
		for _, k := range keys {
			into[0] += 1<<keyBits + tally(k)
		}
	case 1:
		a := t.By[0].Codes[from:to]
		for i, k := range keys {
			into[a[i]] += 1<<keyBits + tally(k)
		}
	case 2:
		a, b, wide := t.By[0].Codes[from:to], t.By[1].Codes[from:to], len(t.By[1].Values)
		b = b[:len(a)]
		keys = keys[:len(a)]
		for i, x := range a {
			into[int(x)*wide+int(b[i])] += 1<<keyBits + tally(keys[i])
		}
	default:
		for i, k := range keys {
			cell := 0
			for _, c := range t.By {
				cell = cell*len(c.Values) + int(c.Codes[from+i])
			}
			into[cell] += 1<<keyBits + tally(k)
		}
	}
}

// groups gives for each cell the group of those that agree with it in some of the
// variables, and how many groups there are.
func (t *Counts) groups(of []string) (group []int, n int) {
	group, n = make([]int, len(t.Cells)), 1
	for _, c := range t.By {
		if slices.Contains(of, c.Name) {
			n *= len(c.Values)
		}
	}
	for i := range t.Cells {
		rest, place, wide := i, 0, 1
		for k := len(t.By) - 1; k >= 0; k-- {
			size := len(t.By[k].Values)
			if slices.Contains(of, t.By[k].Name) {
				place += rest % size * wide
				wide *= size
			}
			rest /= size
		}
		group[i] = place
	}
	return group, n
}

// labels are the values that a cell is of, in the order of the variables.
func (t *Counts) labels(cell int) []string {
	out := make([]string, len(t.By))
	for k := len(t.By) - 1; k >= 0; k-- {
		size := len(t.By[k].Values)
		out[k] = t.By[k].Values[cell%size]
		cell /= size
	}
	return out
}

// margin adds cells up over all variables but some.
func (t *Counts) margin(of []string, cells []int64) []int64 {
	group, n := t.groups(of)
	out := make([]int64, n)
	for i, g := range group {
		out[g] += cells[i]
	}
	return out
}
