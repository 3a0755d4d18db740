package names

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// Likeness is how alike two names are.
type Likeness struct {
	Score  float64 // 0 to 1
	Weak   float64 // of the paired parts that are no fathers' names, how alike the least
	Paired int     // parts that stand beside each other
	Left   int     // parts that only one side has
}

const (
	// fatherWeight: a father's name is left out, guessed and misheard more often
	// than one's own.
	fatherWeight = 0.5
	// acrossKinds is what is left of the likeness where a father's name is like a
	// name that is not the father's: Иванов Пётр Ильич is not Иванов Илья Петрович.
	acrossKinds = 0.55
	leftPart    = 0.015
	// onePart: a single name says little, whatever it is.
	onePart = 0.72
	// slip is what one slip of the pen leaves of two parts.
	slip = 0.70
)

// Compare says how alike two keys are: their parts are paired in the way that suits
// them best, so order does not matter; a name written in two words is tried as one.
func Compare(a, b []Part) Likeness { return NewAgainst(a).Compare(pointers(b)) }

// Against is one name that many are compared with. What it has worked out of a part it
// knows again by the part's address: who compares a name with a million keeps parts
// that many names have once.
type Against struct {
	ways   []*way // as it is written, and with two neighbours as one
	joined map[[2]*Part]*Part
	room   []*Part
}

// NewAgainst is for one goroutine.
func NewAgainst(name []Part) *Against {
	q := &Against{joined: map[[2]*Part]*Part{}}
	parts := pointers(name)
	q.ways = append(q.ways, newWay(parts))
	for at, joined := range q.joins(parts) {
		w := newWay(slices.Concat(parts[:at], []*Part{joined}, parts[at+2:]))
		w.joined = at
		q.ways = append(q.ways, w)
	}
	return q
}

// Compare is Compare of the name and another.
func (q *Against) Compare(b []*Part) Likeness { return q.AtLeast(b, 0) }

// AtLeast is Compare, and nothing for a name that cannot be so alike: a score is never
// more than how alike the most alike parts are.
func (q *Against) AtLeast(b []*Part, least float64) (best Likeness) {
	if len(b) == 0 || len(b) > MaxParts {
		return best
	}
	if rows := q.ways[0].rows(b); rows.most() >= least {
		best = q.ways[0].compare(b, &rows)
	}
	for _, w := range q.ways[1:] {
		rows := w.rows(b)
		if rows.mostOf(w.joined) < slip { // two words that are nobody's name together
			continue
		}
		if l := w.compare(b, &rows); l.Weak >= slip && l.Score > best.Score {
			best = l
		}
	}
	for at, joined := range q.joins(b) {
		if slices.Max(q.ways[0].row(joined)[:]) < slip {
			continue
		}
		q.room = append(append(append(q.room[:0], b[:at]...), joined), b[at+2:]...)
		rows := q.ways[0].rows(q.room)
		if l := q.ways[0].compare(q.room, &rows); l.Weak >= slip && l.Score > best.Score {
			best = l
		}
	}
	return best
}

func pointers(parts []Part) []*Part {
	out := make([]*Part, len(parts))
	for i := range parts {
		out[i] = &parts[i]
	}
	return out
}

// joins are two neighbours as one, and where they stand: Ай Жан is Айжан.
func (q *Against) joins(parts []*Part) iter.Seq2[int, *Part] {
	return func(yield func(int, *Part) bool) {
		for i := 0; len(parts) > 2 && i+1 < len(parts); i++ {
			one, two := parts[i], parts[i+1]
			if !one.Patronymic && !two.Patronymic && !yield(i, q.join(one, two)) {
				return
			}
		}
	}
}

func (q *Against) join(one, two *Part) *Part {
	p := q.joined[[2]*Part{one, two}]
	if p == nil {
		whole := WithoutDoubles(one.Whole + two.Whole)
		p = &Part{Text: whole, Whole: whole, Bones: one.Bones && two.Bones}
		q.joined[[2]*Part{one, two}] = p
	}
	return p
}

// way is one way of reading the name that others are compared with.
type way struct {
	parts  []*Part
	joined int // of two neighbours as one: where they stand
	own    int // parts that are no father's name
	known  map[*Part]*[MaxParts]float64
	room   [][MaxParts]float64
}

func newWay(parts []*Part) *way {
	return &way{parts: parts, own: owns(parts), known: map[*Part]*[MaxParts]float64{}}
}

// row is how alike a part is to each of the way's.
func (w *way) row(p *Part) *[MaxParts]float64 {
	row := w.known[p]
	if row == nil {
		if len(w.room) == 0 {
			w.room = make([][MaxParts]float64, 64)
		}
		row, w.room = &w.room[0], w.room[1:]
		for i, mine := range w.parts {
			row[i] = partsAlike(mine, p)
		}
		w.known[p] = row
	}
	return row
}

// rows are how alike each part of a name is to each of the way's.
func (w *way) rows(b []*Part) (out rows) {
	for j, part := range b {
		out[j] = w.row(part)
	}
	return out
}

type rows [MaxParts]*[MaxParts]float64

// most is how alike the most alike parts are.
func (r *rows) most() (most float64) {
	for i := range MaxParts {
		most = max(most, r.mostOf(i))
	}
	return most
}

// mostOf is how alike one of the way's parts is to the one it is most like.
func (r *rows) mostOf(i int) (most float64) {
	for _, row := range r {
		if row != nil {
			most = max(most, row[i])
		}
	}
	return most
}

func (w *way) compare(b []*Part, rows *rows) Likeness {
	if len(w.parts) == 0 {
		return Likeness{}
	}
	p := pairing{a: w.parts, b: b, ownA: w.own, ownB: owns(b)}
	turned := len(w.parts) > len(b) // a has the fewer
	if turned {
		p.a, p.b, p.ownA, p.ownB = p.b, p.a, p.ownB, p.ownA
	}
	for j := range b {
		for i := range w.parts {
			if turned {
				p.alike[j][i] = rows[j][i]
			} else {
				p.alike[i][j] = rows[j][i]
			}
		}
	}
	p.try(0, 0, tally{weak: 1})
	return p.best
}

func owns(parts []*Part) (n int) {
	for _, p := range parts {
		n += own(p)
	}
	return n
}

// pairing finds the best one-to-one pairing of parts; a father's name may be left
// alone rather than beside a name of another kind.
type pairing struct {
	a, b       []*Part
	alike      [MaxParts][MaxParts]float64
	ownA, ownB int // parts that are no father's name
	best       Likeness
}

// own is 1 for a part that is no father's name.
func own(p *Part) int {
	if p.Patronymic {
		return 0
	}
	return 1
}

// tally is what the pairs so far add up to.
type tally struct {
	sum, weight, weak float64
	paired, owned     int // owned: pairs of which neither is a father's name
}

func (p *pairing) try(row, taken int, t tally) {
	if row == len(p.a) {
		p.weigh(t)
		return
	}
	for c := range p.b {
		if taken&(1<<c) == 0 {
			p.try(row+1, taken|1<<c, p.with(t, row, c))
		}
	}
	if len(p.a) > 1 {
		p.try(row+1, taken, t) // alone
	}
}

func (p *pairing) with(t tally, row, column int) tally {
	alike, weight := p.alike[row][column], 1.0
	one, two := p.a[row].Patronymic, p.b[column].Patronymic
	switch {
	case one && two:
		weight = fatherWeight
	case one || two:
		weight, alike = fatherWeight, alike*acrossKinds
	default:
		t.weak = min(t.weak, alike)
	}
	t.sum, t.weight, t.paired = t.sum+weight*alike, t.weight+weight, t.paired+1
	if !one && !two {
		t.owned++
	}
	return t
}

func (p *pairing) weigh(t tally) {
	if t.paired == 0 {
		return
	}
	alone := len(p.a) - t.paired
	l := Likeness{Weak: t.weak, Paired: t.paired, Left: len(p.b) - t.paired + alone}
	l.Score = t.sum/t.weight - leftPart*float64(l.Left) - leftAlone*float64(alone)
	if min(p.ownA, p.ownB) > t.owned {
		l.Score -= bothLeft // each has a name of its own that the other has not
	}
	if t.weak < slip {
		l.Score -= (slip - t.weak) * weakCost
	}
	if t.paired == 1 {
		l.Score = min(l.Score, onePart)
	}
	if l.Score = max(0, l.Score); l.Score > p.best.Score {
		p.best = l
	}
}

const (
	leftAlone = 0.12
	bothLeft  = 0.25
	weakCost  = 0.6
)

// partsAlike is the best over the ways in which both can be read; the same whichever
// comes first, to the last digit.
func partsAlike(a, b *Part) float64 {
	if cmp.Or(strings.Compare(a.Text, b.Text), strings.Compare(a.Whole, b.Whole)) > 0 {
		a, b = b, a
	}
	if a.Bones || b.Bones {
		best := 0.0
		for _, x := range readings(a) {
			for _, y := range readings(b) {
				best = max(best, bonesAlike(x, y))
			}
		}
		return best
	}
	best := editAlike(a.Text, b.Text)
	if (a.Whole != a.Text) != (b.Whole != b.Text) { // a slip in the ending, and it stayed
		best = max(best, editAlike(a.Whole, b.Whole))
	}
	for _, x := range a.Also {
		best = max(best, otherReading*editAlike(x, b.Text))
	}
	for _, y := range b.Also {
		best = max(best, otherReading*editAlike(a.Text, y))
	}
	return best
}

// otherReading: a spelling that must be read in another tradition says a little less.
const otherReading = 0.98

func readings(p *Part) []string { return append([]string{p.Text}, p.Also...) }

// bonesAlike compares consonants. و is a vowel or v, so v is tried as none.
func bonesAlike(a, b string) float64 {
	x, y := bones(a), bones(b)
	best := editAlike(x, y)
	x, y = strings.ReplaceAll(x, "v", ""), strings.ReplaceAll(y, "v", "")
	if len(x) > 1 && len(y) > 1 {
		best = max(best, 0.97*editAlike(x, y))
	}
	if min(len(x), len(y)) < 2 {
		best *= 0.9 // Али and Ая have one
	}
	return best
}

func bones(s string) string {
	return WithoutDoubles(strings.Map(func(r rune) rune {
		if strings.ContainsRune("aeiou", r) {
			return -1
		}
		return r
	}, s))
}

// editAlike is one less the share of letters that must change, where letters that
// ears and traditions confuse change for less.
func editAlike(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	return max(0, 1-float64(editCost(a, b))/float64(whole*max(len(a), len(b), 3)))
}

// What changes cost, in tenths of a letter.
const (
	whole    = 10
	little   = 7 // a vowel or an h, more or less
	confused = 5 // a vowel for another, a sound for one that is taken for it
	swapped  = 8 // two neighbours exchanged
)

// mostLetters of a part are compared.
const mostLetters = 48

// editCost is the distance of Damerau with those costs. Keys are short: rows on the stack.
func editCost(a, b string) uint32 {
	a, b = a[:min(len(a), mostLetters)], b[:min(len(b), mostLetters)]
	var rows [3][mostLetters + 1]uint32
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) {
		last[j+1] = last[j] + singles[b[j]]
	}
	for i := range len(a) {
		single, change := singles[a[i]], &changes[a[i]]
		left := last[0] + single
		now[0] = left
		for j := range len(b) {
			left = min(last[j]+change[b[j]], last[j+1]+single, left+singles[b[j]])
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] && a[i] != b[j] {
				left = min(left, before[j-1]+swapped)
			}
			now[j+1] = left
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

// The costs of all letters, looked up: they are asked for in the innermost loop.
var (
	singles [256]uint32
	changes [256][256]uint32
)

func init() {
	for a := range 256 {
		singles[a] = costOfOne(byte(a))
		for b := range 256 {
			changes[a][b] = costOfChange(byte(a), byte(b))
		}
	}
}

// costOfOne is what a letter more or less costs.
func costOfOne(c byte) uint32 {
	if vowel(c) || c == 'h' {
		return little
	}
	return whole
}

func costOfChange(a, b byte) uint32 {
	switch {
	case a == b:
		return 0
	case vowel(a) && vowel(b), taken(a, b):
		return confused
	}
	return whole
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// taken are sounds that differ in voice alone, or that one tradition writes for the
// other.
func taken(a, b byte) bool {
	for _, pair := range [...]string{"gk", "bp", "dt", "sz", "jx", "gh", "kh", "fv", "fp", "xs", "cs", "jz", "iy", "cj", "mn"} {
		if a == pair[0] && b == pair[1] || a == pair[1] && b == pair[0] {
			return true
		}
	}
	return false
}
