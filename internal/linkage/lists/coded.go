package lists

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"pana/internal/linkage/names"
)

// coded is a list with a number for each value, so that two values are compared
// once, however many people have them.
type coded struct {
	given, family, place, birth, paper []int32 // 0: not known
	sex                                []uint8
}

func (c *coded) len() int { return len(c.given) }

// column gives the numbers of a field that has them.
func (c *coded) column(f Field) []int32 {
	switch f {
	case Given:
		return c.given
	case Family:
		return c.family
	case Place:
		return c.place
	case Born:
		return c.birth
	}
	return c.paper
}

// values are the different values of names or of places.
type values struct {
	ids   map[string]int32
	keys  [][]names.Part
	plain []string // one for all that have one key
	read  map[string]int32
}

func newValues() *values {
	return &values{ids: map[string]int32{}, read: map[string]int32{}, keys: [][]names.Part{nil}, plain: []string{""}}
}

func (v *values) id(text string) int32 {
	if id, known := v.read[text]; known {
		return id
	}
	key := names.Read(text)
	id := int32(0)
	if len(key) > 0 {
		var whole, plain strings.Builder
		for _, p := range key {
			plain.WriteString(p.Text + " ")
			whole.WriteString(p.Text + "/" + p.Whole + "/" + strings.Join(p.Also, "/"))
			if p.Bones {
				whole.WriteString("/-")
			}
			if p.Patronymic {
				whole.WriteString("/f")
			}
			whole.WriteString(" ")
		}
		var known bool
		if id, known = v.ids[whole.String()]; !known {
			id = int32(len(v.keys))
			v.ids[whole.String()] = id
			v.keys, v.plain = append(v.keys, key), append(v.plain, plain.String())
		}
	}
	v.read[text] = id
	return id
}

// numbers are the different births or documents.
type numbers[T comparable] struct {
	ids    map[T]int32
	values []T
}

func newNumbers[T comparable]() *numbers[T] {
	return &numbers[T]{ids: map[T]int32{}, values: make([]T, 1)}
}

func (n *numbers[T]) id(v T) int32 {
	if v == n.values[0] {
		return 0
	}
	id, known := n.ids[v]
	if !known {
		id = int32(len(n.values))
		n.ids[v] = id
		n.values = append(n.values, v)
	}
	return id
}

// coder gives both lists the same numbers.
type coder struct {
	names, places *values
	births        *numbers[Birth]
	papers        *numbers[string]
}

func newCoder() *coder {
	return &coder{newValues(), newValues(), newNumbers[Birth](), newNumbers[string]()}
}

func (c *coder) code(list []Record) *coded {
	out := &coded{sex: make([]uint8, len(list))}
	for _, column := range []*[]int32{&out.given, &out.family, &out.place, &out.birth, &out.paper} {
		*column = make([]int32, len(list))
	}
	for i, r := range list {
		out.given[i], out.family[i], out.place[i] = c.names.id(r.Given), c.names.id(r.Family), c.places.id(r.Place)
		if r.Birth.Year != 0 {
			out.birth[i] = c.births.id(r.Birth)
		}
		out.paper[i] = c.papers.id(r.Document)
		switch r.Sex {
		case "female":
			out.sex[i] = 1
		case "male":
			out.sex[i] = 2
		}
	}
	return out
}

// nearValue is a value that is near another, and how.
type nearValue struct {
	id    int32
	level uint8
}

// seek tells for a value who behind it may be near; it is for one processor.
type seek func(a int, do func(b int))

// all has every value compared with all that are behind it.
func all(n int) func() seek {
	return func() seek {
		return func(a int, do func(b int)) {
			for b := a; b < n; b++ {
				do(b)
			}
		}
	}
}

// alike has those compared that may be so alike.
func (v *values) alike(least float64) func() seek {
	shelf := names.NewShelf(v.keys, least)
	return func() seek { return shelf.Seeker().Behind }
}

// neighbours compares n values with one another on some processors, and gives for
// each those that are near, itself too.
func neighbours(ctx context.Context, n, workers int, seeker func() seek, level func(a, b int) int, progress func(done, of int)) ([][]nearValue, error) {
	out := make([][]nearValue, n)
	var next atomic.Int64
	var group sync.WaitGroup
	found := make([][][3]int32, workers)
	for w := range workers {
		group.Go(func() {
			behind := seeker()
			for a := int(next.Add(1)); a < n && ctx.Err() == nil; a = int(next.Add(1)) { // 0 is no value
				behind(a, func(b int) {
					if l := level(a, b); l >= near {
						found[w] = append(found[w], [3]int32{int32(a), int32(b), int32(l)})
					}
				})
				if w == 0 && a%64 < workers {
					progress(a, n)
				}
			}
		})
	}
	group.Wait()
	for _, list := range found {
		for _, f := range list {
			out[f[0]] = append(out[f[0]], nearValue{f[1], uint8(f[2])})
			if f[0] != f[1] {
				out[f[1]] = append(out[f[1]], nearValue{f[0], uint8(f[2])})
			}
		}
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b nearValue) int { return cmp.Compare(a.id, b.id) })
	}
	return out, ctx.Err()
}

// Where a name stops being the same, close, alike. The product's own standard.
const (
	closeFrom = 0.85
	alikeFrom = 0.72
)

func (v *values) nameLevel(a, b int) int {
	switch s := names.Alike(v.keys[a], v.keys[b], alikeFrom); {
	case s > 0.999:
		return nameSame
	case s >= closeFrom:
		return nameClose
	case s >= alikeFrom:
		return nameAlike
	}
	return differs
}

func (v *values) placeLevel(a, b int) int {
	switch s := names.Alike(v.keys[a], v.keys[b], closeFrom); {
	case s > 0.999:
		return placeSame
	case s >= closeFrom:
		return placeClose
	}
	return differs
}

// frequency says how many records have each value, those of one key together.
func (v *values) frequency(columns ...[]int32) []float64 {
	byKey := map[string]float64{}
	for _, column := range columns {
		for _, id := range column {
			byKey[v.plain[id]]++
		}
	}
	out := make([]float64, len(v.keys))
	for id := range out {
		out[id] = byKey[v.plain[id]]
	}
	return out
}

// nearPapers gives, for each document, those that are the same or one slip away:
// two texts that are share what is left of both without one letter.
func nearPapers(papers []string) [][]nearValue {
	const shortest = 5 // a slip in a shorter number is another number
	type left struct {
		sum uint64
		id  int32
	}
	var all []left
	for id, p := range papers {
		if id == 0 || len(p) < shortest {
			continue
		}
		all = append(all, left{hashWithout(p, -1), int32(id)})
		for i := range len(p) {
			all = append(all, left{hashWithout(p, i), int32(id)})
		}
	}
	slices.SortFunc(all, func(a, b left) int { return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(a.id, b.id)) })
	out := make([][]nearValue, len(papers))
	for id := 1; id < len(papers); id++ {
		out[id] = append(out[id], nearValue{int32(id), paperSame})
	}
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].sum == all[from].sum {
			to++
		}
		for i := from; i < to; i++ {
			for j := i + 1; j < to; j++ {
				a, b := all[i].id, all[j].id
				if a != b && oneSlip(papers[a], papers[b]) {
					out[a], out[b] = append(out[a], nearValue{b, paperSlip}), append(out[b], nearValue{a, paperSlip})
				}
			}
		}
		from = to
	}
	for id := range out {
		slices.SortFunc(out[id], func(a, b nearValue) int { return cmp.Compare(a.id, b.id) })
		out[id] = slices.Compact(out[id])
	}
	return out
}

// hashWithout is FNV-1a of a text without one byte.
func hashWithout(s string, out int) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		if i != out {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	return h
}

// oneSlip: one byte more, less or other, or two neighbours exchanged.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return a[i+1] == b[i] && a[i] == b[i+1] && a[i+2:] == b[i+2:]
}
