package lists

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Settings are how lists are linked.
type Settings struct {
	Threshold float64 // the probability from which on a pair is in the answer
	Many      bool    // two lists: a record may be linked more than once
	Workers   int
	// LearnFrom is how many pairs the model is learnt from at most; whole rows are
	// left out above it. 0: as many as take some minutes.
	LearnFrom float64
	// EveryPair compares all pairs even where the weights show that most cannot reach
	// the threshold: for tests, and for who does not believe it.
	EveryPair bool
	Progress  func(doing string, done, of int)
}

// Pair is two records that are one person's with so much probability. B is of the
// second list, or of the same one.
type Pair struct {
	A, B        int32
	Probability float64
	bits        float64
	pattern     pattern
}

// Answer is what linking gives.
type Answer struct {
	Pairs    []Pair // those resolved, most probable first
	Cluster  []int  // one list: of each record, which person it is; nil for two lists
	Model    *Model
	All      float64 // pairs that there are
	Learnt   float64 // pairs that the model was learnt from
	Compared float64 // pairs that were compared to find the answer; the others cannot reach the threshold
	Reached  int     // pairs that reach the threshold, before resolution
	weights  *weights
	linking  *linking
}

// mostPairs is more than any answer that a person can use.
const mostPairs = 50_000_000

// defaultLearnFrom takes seconds of two processors.
const defaultLearnFrom = 5e8

// ErrTooMany is said where a threshold lets nearly everybody through.
var ErrTooMany = errors.New("more than 50 million pairs reach the threshold: raise it, or map more columns")

// Link links two lists, or finds who is in one list more than once (b is nil).
func Link(ctx context.Context, a, b []Record, set Settings) (*Answer, error) {
	if set.Progress == nil {
		set.Progress = func(string, int, int) {}
	}
	set.Workers = max(set.Workers, 1)
	l := &linking{Settings: set, ctx: ctx, coder: newCoder()}
	l.a = l.coder.code(a)
	l.b = l.a
	if b != nil {
		l.b = l.coder.code(b)
	}
	l.within = b == nil
	if err := l.compareValues(); err != nil {
		return nil, err
	}
	answer := &Answer{All: float64(len(a)) * float64(len(b))}
	if l.within {
		answer.All = float64(len(a)) * float64(len(a)-1) / 2
	}
	if answer.All == 0 {
		answer.Model = learn(make([]float64, patterns), 1e-6)
		return answer, nil
	}
	if err := l.learn(answer); err != nil {
		return nil, err
	}
	found, err := l.find(answer)
	if err != nil {
		return nil, err
	}
	answer.Reached = len(found)
	slices.SortFunc(found, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.bits, a.bits), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	switch {
	case l.within:
		answer.Pairs, answer.Cluster = clusters(found, len(a))
	case set.Many:
		answer.Pairs = found
	default:
		answer.Pairs = oneToOne(found, len(a), len(b))
	}
	return answer, nil
}

type linking struct {
	Settings
	scan
	ctx   context.Context
	coder *coder
}

// compareValues finds for every value those near it.
func (l *linking) compareValues() (err error) {
	v := l.coder.names
	if l.near[Given], err = neighbours(l.ctx, len(v.keys), l.Workers, v.alike(alikeFrom), v.nameLevel, l.telling("comparing names")); err != nil {
		return err
	}
	l.near[Family] = l.near[Given]
	v = l.coder.places
	if l.near[Place], err = neighbours(l.ctx, len(v.keys), l.Workers, v.alike(closeFrom), v.placeLevel, l.telling("comparing places")); err != nil {
		return err
	}
	births := l.coder.births.values
	if l.near[Born], err = neighbours(l.ctx, len(births), l.Workers, all(len(births)), func(a, b int) int { return bornLevel(births[a], births[b]) }, l.telling("comparing births")); err != nil {
		return err
	}
	l.near[Document] = nearPapers(l.coder.papers.values)
	l.paperOf = make([][]int32, len(l.coder.papers.values))
	for b, p := range l.b.paper {
		if p != 0 {
			l.paperOf[p] = append(l.paperOf[p], int32(b))
		}
	}
	return nil
}

func (l *linking) newRow() *row {
	return newRow(&l.scan, len(l.coder.names.keys), len(l.coder.births.values), len(l.coder.places.keys))
}

// learn counts patterns over all pairs, or over the rows that LearnFrom has room for,
// and makes the model of the counts.
func (l *linking) learn(answer *Answer) error {
	most := cmp.Or(l.LearnFrom, defaultLearnFrom)
	every := max(1, int(math.Ceil(answer.All/most)))
	var rows []int32
	for a := every / 2; a < l.a.len(); a += every {
		rows = append(rows, int32(a))
	}
	counts := make([][]float64, l.Workers)
	own := make([]*row, l.Workers)
	for w := range counts {
		counts[w], own[w] = make([]float64, patterns), l.newRow()
	}
	l.rows(rows, l.Workers, l.stopped, l.telling("learning from all pairs"), func(w int, rows []int32) {
		for _, a := range rows {
			own[w].count(int(a), counts[w])
		}
	})
	if err := l.ctx.Err(); err != nil {
		return err
	}
	for _, c := range counts[1:] {
		for p, n := range c {
			counts[0][p] += n
		}
	}
	for _, n := range counts[0] {
		answer.Learnt += n
	}
	start := 0.3 * float64(min(l.a.len(), l.b.len())) / answer.All
	answer.Model = learn(counts[0], min(start, 0.3))
	answer.weights, answer.linking = l.weigh(answer.Model), l
	return nil
}

func (l *linking) stopped() bool { return l.ctx.Err() != nil }

func (l *linking) telling(doing string) func(done, of int) {
	return func(done, of int) { l.Progress(doing, done, of) }
}

// count adds a row's patterns up.
func (r *row) count(a int, counts []float64) {
	r.set(a)
	defer r.clear()
	for b := r.s.from(a); b < r.s.b.len(); b++ {
		counts[r.pattern(int32(b))]++
	}
	for _, near := range r.papers {
		p := r.pattern(near.b)
		counts[p]--
		counts[p.withPaper(near.level)]++
	}
}

// weights are the model's, ready to be added up.
type weights struct {
	prior float64
	bits  [fields][]float64
	rare  rarity
	most  [patterns]float32 // what a pattern reaches with the rarest values
}

func (l *linking) weigh(m *Model) *weights {
	w := &weights{prior: m.prior()}
	for f := range fields {
		for level := range levels[f] {
			w.bits[f] = append(w.bits[f], m.Bits(f, level))
		}
	}
	of := l.a.len()
	columns := func(f Field) [][]int32 { return [][]int32{l.a.column(f)} }
	if !l.within {
		of += l.b.len()
		columns = func(f Field) [][]int32 { return [][]int32{l.a.column(f), l.b.column(f)} }
	}
	for f, v := range map[Field]*values{Given: l.coder.names, Family: l.coder.names, Place: l.coder.places} {
		w.rare[f] = m.rarity(f, same(f), v.frequency(columns(f)...), of)
	}
	for p := range w.most {
		p := pattern(p)
		if !p.real() {
			w.most[p] = float32(math.Inf(-1))
			continue
		}
		sum := w.prior
		for f := range fields {
			level := p.level(f)
			if w.rare[f] != nil && level == same(f) && len(w.rare[f]) > 1 {
				sum += slices.Max(w.rare[f][1:])
			} else {
				sum += w.bits[f][level]
			}
		}
		w.most[p] = float32(sum + 1e-3) // never below what a pair reaches, as float32 or not
	}
	return w
}

// same is the level at which a rare value says more.
func same(f Field) int {
	if f == Place {
		return placeSame
	}
	return nameSame
}

// bits are what a pair reaches: what was likely before, and what each field says.
func (l *linking) bits(w *weights, p pattern, a, b int32) float64 {
	sum := w.prior
	for f := range fields {
		sum += l.fieldBits(w, f, p.level(f), a, b)
	}
	return sum
}

// fieldBits is what one field of a pair says.
func (l *linking) fieldBits(w *weights, f Field, level int, a, b int32) float64 {
	if w.rare[f] != nil && level == same(f) {
		return min(w.rare[f][l.a.column(f)[a]], w.rare[f][l.b.column(f)[b]])
	}
	return w.bits[f][level]
}

// find gives the pairs that reach the threshold.
func (l *linking) find(answer *Answer) ([]Pair, error) {
	f := &finder{linking: l, w: answer.weights, least: toBits(l.Threshold)}
	f.through = l.cover(f.w, f.least, answer.All)
	if f.through != nil {
		f.index()
	}
	all := make([]int32, l.a.len())
	for a := range all {
		all[a] = int32(a)
	}
	own, found, compared := make([]*row, l.Workers), make([][]Pair, l.Workers), make([]float64, l.Workers)
	for w := range own {
		own[w] = l.newRow()
	}
	tooMany := func(w int) bool { return len(found[w]) > mostPairs/l.Workers }
	full := make([]bool, l.Workers)
	l.rows(all, l.Workers, l.stopped, l.telling("comparing"), func(w int, rows []int32) {
		for _, a := range rows {
			if full[w] = full[w] || tooMany(w); full[w] {
				return
			}
			found[w] = f.row(own[w], int(a), found[w], &compared[w])
		}
	})
	if err := l.ctx.Err(); err != nil {
		return nil, err
	}
	if slices.Contains(full, true) {
		return nil, ErrTooMany
	}
	for _, n := range compared {
		answer.Compared += n
	}
	return slices.Concat(found...), nil
}

// Why says what each field of a pair said, in words and in powers of two: of a rare
// value more than its level says in the model. With what was likely before they add
// up to the pair's probability.
func (l *Answer) Why(p Pair) (out []Reason) {
	for f := range fields {
		level := p.pattern.level(f)
		if level == missing && p.pattern.level(Given) == nameExchanged && f == Family {
			continue
		}
		out = append(out, Reason{f.String(), levels[f][level], l.linking.fieldBits(l.weights, f, level, p.A, p.B)})
	}
	return out
}

// Reason is what one field says.
type Reason struct {
	Field, Level string
	Bits         float64
}

// Describe prints the model: what each level of each field says.
func (m *Model) Describe() (out []string) {
	for f := range fields {
		for level := differs; level < len(levels[f]); level++ {
			out = append(out, fmt.Sprintf("%-9s %-42s %8.5f %10.7f %+7.2f", f, levels[f][level], m.M[f][level], m.U[f][level], m.Bits(f, level)))
		}
	}
	return out
}
