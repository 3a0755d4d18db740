package lists

import "sort"

// A pair reaches the threshold only where something agrees. Which fields must, the
// weights say: where every pattern that reaches it is near in one of some fields, it
// is enough to look at pairs that are near in one of these, and no link is lost. Of
// all such sets the one with the fewest pairs is taken; where none is much less than
// all, all are compared.

// indexed are the fields by which records can be looked up.
var indexed = []Field{Given, Family, Born, Place}

// cover chooses the fields, or none.
func (l *linking) cover(w *weights, least, all float64) (best []Field) {
	if l.EveryPair {
		return nil
	}
	cost := map[Field]float64{}
	for _, f := range indexed {
		cost[f] = l.pairsNear(f)
	}
	cheapest := all / 2 // a pair that is looked up costs more than one in its turn
	for set := 1; set < 1<<len(indexed); set++ {
		var through []Field
		sum := 0.0
		for i, f := range indexed {
			if set>>i&1 != 0 {
				through, sum = append(through, f), sum+cost[f]
			}
		}
		if sum < cheapest && w.covered(through, least) {
			best, cheapest = through, sum
		}
	}
	return best
}

// covered says that every pattern that may reach the threshold is near in one of the
// fields, has exchanged names, or has a document that is near: these are looked up
// on their own.
func (w *weights) covered(through []Field, least float64) bool {
	for p := range pattern(patterns) {
		if float64(w.most[p]) < least || p.level(Document) >= near || p.level(Given) == nameExchanged {
			continue
		}
		if !p.nearIn(through) {
			return false
		}
	}
	return true
}

// nearIn says that a pair is found by looking up who is near in one of some fields;
// those of exchanged names are not.
func (p pattern) nearIn(through []Field) bool {
	for _, f := range through {
		if l := p.level(f); l >= near && (f != Given || l != nameExchanged) {
			return true
		}
	}
	return false
}

// pairsNear counts the pairs that are near in a field.
func (l *linking) pairsNear(f Field) (n float64) {
	has := make([]float64, len(l.near[f]))
	for _, id := range l.b.column(f) {
		has[id]++
	}
	sum := make([]float64, len(l.near[f]))
	for id := range sum {
		for _, v := range l.near[f][id] {
			sum[id] += has[v.id]
		}
	}
	for _, id := range l.a.column(f) {
		n += sum[id]
	}
	if l.within {
		n /= 2
	}
	return n
}

// finder finds the pairs that reach the threshold.
type finder struct {
	*linking
	w       *weights
	least   float64
	through []Field // nil: all pairs
	having  [fields][][]int32
}

// index says for every value who of the second list has it, in order.
func (f *finder) index() {
	for _, field := range indexed {
		f.having[field] = make([][]int32, len(f.near[field]))
		for b, id := range f.b.column(field) {
			if id != 0 {
				f.having[field][id] = append(f.having[field][id], int32(b))
			}
		}
	}
}

// row adds what one record is linked with.
func (f *finder) row(r *row, a int, out []Pair, compared *float64) []Pair {
	r.set(a)
	defer r.clear()
	if f.through == nil {
		for b := f.from(a); b < f.b.len(); b++ {
			if p := r.pattern(int32(b)); float64(f.w.most[p]) >= f.least {
				out = f.weighed(r, out, int32(b), p)
			}
		}
		*compared += float64(f.b.len() - f.from(a))
	} else {
		out = f.lookedUp(r, a, out, compared)
	}
	for _, n := range r.papers { // the same document, and one slip away
		*compared++
		p := r.pattern(n.b).withPaper(n.level)
		if bits := f.bits(f.w, p, int32(a), n.b); bits >= f.least {
			out = append(out, Pair{int32(a), n.b, fromBits(bits), bits, p})
		}
	}
	return out
}

// lookedUp goes through those who are near in a field; a pair that is near in two is
// taken in the first.
func (f *finder) lookedUp(r *row, a int, out []Pair, compared *float64) []Pair {
	for i, field := range f.through {
		for _, v := range f.near[field][f.a.column(field)[a]] {
			for _, b := range f.behind(field, v.id, a) {
				*compared++
				p := r.pattern(b)
				if float64(f.w.most[p]) >= f.least && !p.nearIn(f.through[:i]) {
					out = f.weighed(r, out, b, p)
				}
			}
		}
	}
	for _, v := range f.near[Given][f.a.given[a]] { // the given name as a family name
		if v.level < nameClose {
			continue
		}
		for _, b := range f.behind(Family, v.id, a) {
			*compared++
			p := r.pattern(b)
			if p.level(Given) == nameExchanged && float64(f.w.most[p]) >= f.least && !p.nearIn(f.through) {
				out = f.weighed(r, out, b, p)
			}
		}
	}
	return out
}

// behind are those of the second list who have a value; of one list, only those
// behind the record.
func (f *finder) behind(field Field, id int32, a int) []int32 {
	all := f.having[field][id]
	if !f.within {
		return all
	}
	return all[sort.Search(len(all), func(i int) bool { return int(all[i]) > a }):]
}

// weighed adds a pair that reaches the threshold; one with a document that is near
// comes on its own.
func (f *finder) weighed(r *row, out []Pair, b int32, p pattern) []Pair {
	bits := f.bits(f.w, p, int32(r.at), b)
	if bits < f.least {
		return out
	}
	for _, n := range r.papers {
		if n.b == b {
			return out
		}
	}
	return append(out, Pair{int32(r.at), b, fromBits(bits), bits, p})
}
