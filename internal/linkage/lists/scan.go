package lists

import (
	"sync"
	"sync/atomic"
)

// scan compares the records of one list with those of another, or of one list among
// themselves. A row prepares small tables that say for every value how near it is to
// one record's; a pair is then a few looks into them.
type scan struct {
	a, b    *coded
	within  bool // one list: only b behind a
	near    [fields][][]nearValue
	paperOf [][]int32 // records of b by document
}

// row is one record's tables.
type row struct {
	s            *scan
	at           int
	name         []uint8 // by value: to the given name, and to the family name three bits up
	birth, place []uint8
	code         *[4096]uint8 // of the two names' levels
	rest         [8]pattern   // of sex, and whether there is a document
	papers       []paperPair
	// differing is "differs" where the record has a birth or a place at all.
	differing struct{ birth, place uint8 }
}

// paperPair is a record with the same document, or one slip away.
type paperPair struct {
	b     int32
	level uint8
}

// absent marks a value that is not there, among levels of names.
const absent = 7

// nameCodes are the given and family levels of a pair, by what a record has.
var nameCodes = func() (all [4][4096]uint8) {
	for has := range all {
		for c := range all[has] {
			all[has][c] = nameCode(has, c>>6, c&63)
		}
	}
	return all
}()

// nameCode: of given and family name of b, how near each is to a's given name and,
// three bits up, to a's family name.
func nameCode(has, given, family int) uint8 {
	level := func(has bool, l int) int {
		switch {
		case !has || l == absent:
			return missing
		case l == 0:
			return differs
		}
		return l
	}
	g, f := level(has&1 != 0, given&7), level(has&2 != 0, family>>3)
	across, back := given>>3, family&7
	if g == differs && f == differs && across >= nameClose && across != absent && back >= nameClose && back != absent {
		g, f = nameExchanged, missing
	}
	return uint8(g | f<<3)
}

func newRow(s *scan, names, births, places int) *row {
	r := &row{s: s, name: make([]uint8, names), birth: make([]uint8, births), place: make([]uint8, places)}
	r.name[0] = absent | absent<<3
	return r
}

// set prepares the tables for a record, and clear undoes it.
func (r *row) set(a int) {
	r.at = a
	c := r.s.a
	has := 0
	if g := c.given[a]; g != 0 {
		has |= 1
		for _, n := range r.s.near[Given][g] {
			r.name[n.id] |= n.level
		}
	}
	if f := c.family[a]; f != 0 {
		has |= 2
		for _, n := range r.s.near[Family][f] {
			r.name[n.id] |= n.level << 3
		}
	}
	r.code = &nameCodes[has]
	for _, n := range r.s.near[Born][c.birth[a]] {
		r.birth[n.id] = n.level
	}
	for _, n := range r.s.near[Place][c.place[a]] {
		r.place[n.id] = n.level
	}
	r.differing.birth, r.differing.place = uint8(min(c.birth[a], differs)), uint8(min(c.place[a], differs))
	for x := range r.rest {
		r.rest[x] = 0
		if mine, its := c.sex[a], uint8(x&3); mine != 0 && its != 0 {
			r.rest[x] |= differs << shifts[Sex]
			if mine == its {
				r.rest[x] = sexSame << shifts[Sex]
			}
		}
		if c.paper[a] != 0 && x&4 != 0 {
			r.rest[x] |= differs << shifts[Document]
		}
	}
	r.papers = r.papers[:0]
	if p := c.paper[a]; p != 0 {
		for _, n := range r.s.near[Document][p] {
			for _, b := range r.s.paperOf[n.id] {
				if !r.s.within || int(b) > a {
					r.papers = append(r.papers, paperPair{b, n.level})
				}
			}
		}
	}
}

func (r *row) clear() {
	c := r.s.a
	for _, n := range r.s.near[Given][c.given[r.at]] {
		r.name[n.id] = 0
	}
	for _, n := range r.s.near[Family][c.family[r.at]] {
		r.name[n.id] = 0
	}
	for _, n := range r.s.near[Born][c.birth[r.at]] {
		r.birth[n.id] = 0
	}
	for _, n := range r.s.near[Place][c.place[r.at]] {
		r.place[n.id] = 0
	}
}

// pattern is a pair's, with the document as one that differs.
func (r *row) pattern(b int32) pattern {
	c := r.s.b
	p := pattern(r.code[int(r.name[c.given[b]])<<6|int(r.name[c.family[b]])])
	birth, place := known(r.birth, c.birth[b], r.differing.birth), known(r.place, c.place[b], r.differing.place)
	return p | birth<<shiftBorn | place<<shiftPlace | r.rest[r.s.restOf(b)]
}

// known turns "not near" into "differs" where both have a value.
func known(table []uint8, id int32, differing uint8) pattern {
	l := table[id]
	if l == 0 && id != 0 {
		l = differing
	}
	return pattern(l)
}

// restOf is sex and whether there is a document.
func (s *scan) restOf(b int32) uint8 {
	x := s.b.sex[b]
	if s.b.paper[b] != 0 {
		x |= 4
	}
	return x & 7
}

// withPaper puts a document's level into a pattern.
func (p pattern) withPaper(level uint8) pattern {
	return p&(1<<shifts[Document]-1) | pattern(level)<<shifts[Document]
}

// from is the first record that a row is compared with.
func (s *scan) from(a int) int {
	if s.within {
		return a + 1
	}
	return 0
}

// rowsAtOnce are taken by a worker before it tells how far it is.
const rowsAtOnce = 16

// rows gives blocks of rows to the workers, and tells how far they are.
func (s *scan) rows(list []int32, workers int, stop func() bool, progress func(done, of int), do func(worker int, rows []int32)) {
	var next, done atomic.Int64
	var told sync.Mutex
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for !stop() {
				from := int(next.Add(rowsAtOnce)) - rowsAtOnce
				if from >= len(list) {
					return
				}
				block := list[from:min(from+rowsAtOnce, len(list))]
				do(w, block)
				n := int(done.Add(int64(len(block))))
				if progress != nil {
					told.Lock()
					progress(n, len(list))
					told.Unlock()
				}
			}
		})
	}
	group.Wait()
}
