package names

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// Shelf holds many values of one column, and finds for each those that may be as alike as
// is asked: it leaves nobody out whom Alike would say, and saves nearly all comparisons.
// Spellings lie by their length, and what is too far by length or by which letters there
// are is passed over in a few instructions.
type Shelf struct {
	values [][]Part
	least  float64
	laid   [mostLetters + 1][]laid // by how long; what is longer lies in the last
	bony   []int32                 // values of which only consonants are known: compared with all
}

// laid is a spelling on the shelf.
type laid struct {
	counts  kindTally
	letters uint32
	last    int32 // of the values that have it
	text    string
	of      []int32
}

// NewShelf puts up values; a value without parts is nobody's.
func NewShelf(values [][]Part, least float64) *Shelf {
	s := &Shelf{values: values, least: least}
	by := map[string][]int32{}
	for i, v := range values {
		if isBony(v) {
			s.bony = append(s.bony, int32(i))
			continue
		}
		for _, text := range spellings(v) {
			by[text] = append(by[text], int32(i))
		}
	}
	for text, of := range by {
		n := min(len(text), mostLetters)
		s.laid[n] = append(s.laid[n], laid{tallied(text[:n]), kinds(text[:n]), of[len(of)-1], text, of})
	}
	for _, l := range s.laid {
		slices.SortFunc(l, func(a, b laid) int { return cmp.Or(cmp.Compare(a.last, b.last), strings.Compare(a.text, b.text)) })
	}
	return s
}

func isBony(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return p.Bones })
}

// spellings are all by which Alike may find a value like another: its parts in each
// reading, and all of them as one.
func spellings(parts []Part) (out []string) {
	for _, p := range parts {
		out = append(append(out, p.Text, p.Whole), p.Also...)
	}
	if len(parts) > 1 {
		out = append(out, asOne(parts).Text)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}

// Seeker looks through a shelf; it is for one goroutine.
type Seeker struct {
	*Shelf
	seen []int32 // by value: for whom it was told last
}

// Seeker makes one.
func (s *Shelf) Seeker() *Seeker { return &Seeker{s, make([]int32, len(s.values))} }

// Behind tells of those behind a value, at most once each, all that Alike may find alike
// to it, and some more; the value itself is one of them.
func (k *Seeker) Behind(a int, do func(b int)) {
	tell := func(b int32) {
		if int(b) >= a && k.seen[b] != int32(a)+1 {
			k.seen[b] = int32(a) + 1
			do(int(b))
		}
	}
	if isBony(k.values[a]) {
		for b := a; b < len(k.values); b++ {
			tell(int32(b))
		}
		return
	}
	for _, b := range k.bony {
		tell(b)
	}
	for _, text := range spellings(k.values[a]) {
		for n := range k.laid {
			for _, l := range k.near(text, n, int32(a)) {
				for _, b := range l.of {
					tell(b)
				}
			}
		}
	}
}

// near are the spellings of one length, of values from one on, that cost no more than what
// may be as alike as is asked.
func (k *Seeker) near(text string, n int, from int32) (out []*laid) {
	all := k.laid[n]
	if len(all) == 0 {
		return nil
	}
	length := max(len(text), n)
	if n == mostLetters { // and longer: they are few
		for i := range all {
			length = max(length, len(all[i].text))
		}
	}
	most := uint32((1-k.least)*float64(whole*max(length, 3)) + 1e-6)
	if n < mostLetters && uint32(max(len(text)-n, n-len(text)))*little > most && len(text) <= mostLetters {
		return nil
	}
	short := text[:min(len(text), mostLetters)]
	counts, letters := tallied(short), kinds(short)
	at, _ := slices.BinarySearchFunc(all, from, func(l laid, from int32) int { return cmp.Compare(l.last, from) })
	for i := range all[at:] {
		l := &all[at+i]
		// As in far: each letter that one has and the other has not costs a quarter.
		if uint32(bits.OnesCount32(letters^l.letters))*whole > 4*most || counts.tooFar(l.counts, most) {
			continue
		}
		if costsAtMost(short, l.text[:n], most) {
			out = append(out, l)
		}
	}
	return out
}

// costsAtMost says whether editCost is no more than so much, and looks only at that part of
// its table from which the end can still be reached: a letter more or less costs little at
// least, so that one spelling is never further ahead of the other than that pays for.
func costsAtMost(a, b string, most uint32) bool {
	ahead := len(b) - len(a)
	spare := int(most/little) - max(ahead, -ahead)
	if spare < 0 {
		return false
	}
	low, high := min(ahead, 0)-spare/2, max(ahead, 0)+spare/2
	var rows [3][mostLetters + 2]uint32
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range min(len(b), high) {
		last[j+1] = last[j] + singles[b[j]]
	}
	last[min(len(b), high)+1] = unpaid
	lowest := uint32(0) // of the row before
	for i := range len(a) {
		single, change := singles[a[i]], &changes[a[i]]
		from, to := max(i+1+low, 1), min(i+1+high, len(b))
		now[from-1] = unpaid
		if i+1+low <= 0 {
			now[0] = last[0] + single
		}
		left, least := now[from-1], now[from-1]
		for j := from; j <= to; j++ {
			c := b[j-1]
			left = min(last[j-1]+change[c], last[j]+single, left+singles[c])
			if i > 0 && j > 1 && a[i] == b[j-2] && a[i-1] == c && a[i] != c {
				left = min(left, before[j-2]+swapped)
			}
			now[j] = left
			least = min(least, left)
		}
		now[to+1] = unpaid
		if min(least, lowest+swapped) > most {
			return false
		}
		lowest = least
		before, last, now = last, now, before
	}
	return last[len(b)] <= most
}

// unpaid is more than anything costs.
const unpaid = 1 << 20
