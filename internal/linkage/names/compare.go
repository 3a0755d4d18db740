package names

import (
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
func Compare(a, b []Part) Likeness {
	best := compareParts(a, b)
	for _, joined := range joins(a) {
		if l := compareParts(joined, b); l.Weak >= slip && l.Score > best.Score {
			best = l
		}
	}
	for _, joined := range joins(b) {
		if l := compareParts(a, joined); l.Weak >= slip && l.Score > best.Score {
			best = l
		}
	}
	return best
}

// joins are the key with two neighbours as one: Ай Жан is Айжан.
func joins(parts []Part) (out [][]Part) {
	for i := 0; i+1 < len(parts); i++ {
		if one, two := parts[i], parts[i+1]; !one.Patronymic && !two.Patronymic && len(parts) > 2 {
			whole := WithoutDoubles(one.Whole + two.Whole)
			joined := Part{Text: whole, Whole: whole, Bones: one.Bones && two.Bones}
			out = append(out, slices.Concat(parts[:i], []Part{joined}, parts[i+2:]))
		}
	}
	return out
}

func compareParts(a, b []Part) Likeness {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) == 0 || len(b) > MaxParts {
		return Likeness{}
	}
	p := pairing{a: a, b: b}
	for i := range a {
		for j := range b {
			p.alike[i][j] = partsAlike(&a[i], &b[j])
		}
	}
	for _, part := range a {
		p.ownA += own(part)
	}
	for _, part := range b {
		p.ownB += own(part)
	}
	p.try(0, 0, tally{weak: 1})
	return p.best
}

// pairing finds the best one-to-one pairing of parts; a father's name may be left
// alone rather than beside a name of another kind.
type pairing struct {
	a, b       []Part
	alike      [MaxParts][MaxParts]float64
	ownA, ownB int // parts that are no father's name
	best       Likeness
}

// own is 1 for a part that is no father's name.
func own(p Part) int {
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

// partsAlike is the best over the ways in which both can be read.
func partsAlike(a, b *Part) float64 {
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
	return max(0, 1-editCost(a, b)/float64(max(len(a), len(b), 3)))
}

// editCost is the distance of Damerau with those costs. Keys are short: rows on the stack.
func editCost(a, b string) float64 {
	const most = 48
	a, b = a[:min(len(a), most)], b[:min(len(b), most)]
	var rows [3][most + 1]float64
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) {
		last[j+1] = last[j] + single(b[j])
	}
	for i := range len(a) {
		now[0] = last[0] + single(a[i])
		for j := range len(b) {
			cost := min(last[j]+change(a[i], b[j]), last[j+1]+single(a[i]), now[j]+single(b[j]))
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] && a[i] != b[j] {
				cost = min(cost, before[j-1]+0.8)
			}
			now[j+1] = cost
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

// The costs of all letters, looked up: they are asked for in the innermost loop.
var (
	singles [256]float64
	changes [256][256]float64
)

func init() {
	for a := range 256 {
		singles[a] = costOfOne(byte(a))
		for b := range 256 {
			changes[a][b] = costOfChange(byte(a), byte(b))
		}
	}
}

func single(c byte) float64 { return singles[c] }

func change(a, b byte) float64 { return changes[a][b] }

// costOfOne is what a letter more or less costs.
func costOfOne(c byte) float64 {
	if vowel(c) || c == 'h' {
		return 0.7
	}
	return 1
}

func costOfChange(a, b byte) float64 {
	switch {
	case a == b:
		return 0
	case vowel(a) && vowel(b):
		return 0.5
	case confused(a, b):
		return 0.5
	}
	return 1
}

func vowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// confused are sounds that differ in voice alone, or that one tradition writes for
// the other.
func confused(a, b byte) bool {
	for _, pair := range [...]string{"gk", "bp", "dt", "sz", "jx", "gh", "kh", "fv", "fp", "xs", "cs", "jz", "iy", "cj", "mn"} {
		if a == pair[0] && b == pair[1] || a == pair[1] && b == pair[0] {
			return true
		}
	}
	return false
}
