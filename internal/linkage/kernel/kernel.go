// Package kernel compares bit vectors, all with all. Keys stand in blocks of eight
// whose words are transposed, so that eight comparisons are sixteen loads, ANDs and
// counts, and no sum runs across a register; a tile of them stays in the processor's
// second cache while queries go by. Whether two are alike is decided in whole numbers,
// so every build of this program gives the same answer.
//
// It leaves no pair out: at a country's scale none has to be. It knows nothing of
// people: what the bits stand for is package clk's.
package kernel

import (
	"context"
	"fmt"
	"math/bits"
	"sync"
)

const (
	// Words of 64 bits are in a vector.
	Words = 16
	// Bits are in a vector.
	Bits = 64 * Words
	lane = 8 // vectors of a block

	// tileBlocks are 4,096 keys, half a megabyte.
	tileBlocks = 4096 / lane
	// Unit is how many queries are one piece of work, and what a resumed run goes on by.
	Unit = 1024
)

// Vector is one record, encoded.
type Vector [Words]uint64

// Count is how many bits are set.
func (v *Vector) Count() (n int) {
	for _, w := range v {
		n += bits.OnesCount64(w)
	}
	return n
}

// Common is how many bits are set in both.
func (v *Vector) Common(u *Vector) (n int) {
	for i, w := range v {
		n += bits.OnesCount64(w & u[i])
	}
	return n
}

// Alike is a bound on the coefficient of Dice: twice the common bits over the bits of
// both. It is Over/Under, in whole numbers: 7/10 is 20*common >= 7*(a+b).
type Alike struct{ Over, Under uint32 }

// Reached says whether two vectors of a and b bits with so many in common reach it. Two
// that are empty do not: nothing is known of either.
func (t Alike) Reached(a, b, common int) bool {
	return a+b > 0 && 2*uint64(t.Under)*uint64(common) >= uint64(t.Over)*uint64(a+b)
}

func (t Alike) valid() error {
	if t.Over == 0 || t.Over > t.Under || t.Under > 10_000 {
		return fmt.Errorf("a bound of %d/%d: it is more than 0 and at most 1, in ten thousandths or coarser", t.Over, t.Under)
	}
	return nil
}

// Keys are vectors packed for comparison.
type Keys struct {
	words  []block
	counts []counts // bits of each key; 0 behind the last
	n      int
}

type (
	block  [Words][lane]uint64
	counts [lane]uint64
)

// Pack packs vectors. An empty one is alike to nothing: it has nothing in common with a
// query, and queries that are empty are not asked.
func Pack(vectors []Vector) *Keys {
	k := &Keys{n: len(vectors)}
	k.words = make([]block, (len(vectors)+lane-1)/lane)
	k.counts = make([]counts, len(k.words))
	for i := range vectors {
		v := &vectors[i]
		for w, word := range v {
			k.words[i/lane][w][i%lane] = word
		}
		k.counts[i/lane][i%lane] = uint64(v.Count())
	}
	return k
}

// Len is how many keys there are.
func (k *Keys) Len() int { return k.n }

// Pair is a query and a key that are alike, and how many bits they have in common.
type Pair struct {
	Query, Key int32
	Common     uint16
}

// Run says how a comparison goes.
type Run struct {
	Alike   Alike
	Workers int
	// From is the first unit that is not done yet; a run that was interrupted goes on there.
	From int
	// Done is called for each unit in turn, with its pairs in the order of queries, then
	// keys; an error ends the run. What was delivered need not be compared again.
	Done func(unit int, pairs []Pair) error
}

// Units is how many pieces of work so many queries are.
func Units(queries int) int { return (queries + Unit - 1) / Unit }

// Compare compares every query with every key.
func Compare(ctx context.Context, queries []Vector, keys *Keys, run Run) error {
	if err := run.Alike.valid(); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	turns := newTurns(run.From, run.Done)
	var group sync.WaitGroup
	for range max(1, run.Workers) {
		group.Go(func() {
			for {
				unit := turns.take()
				if unit >= Units(len(queries)) || ctx.Err() != nil {
					return
				}
				from := unit * Unit
				pairs := keys.unit(ctx, queries[from:min(from+Unit, len(queries))], int32(from), run.Alike)
				if ctx.Err() != nil {
					return
				}
				if err := turns.give(unit, pairs); err != nil {
					stop(err)
					return
				}
			}
		})
	}
	group.Wait()
	return context.Cause(ctx)
}

// unit compares some queries with all keys, tile by tile.
func (k *Keys) unit(ctx context.Context, queries []Vector, first int32, t Alike) []Pair {
	var out []Pair
	tiles := (len(k.words) + tileBlocks - 1) / tileBlocks
	perQuery := make([][]Pair, len(queries))
	for tile := range tiles {
		if ctx.Err() != nil {
			return nil
		}
		from, to := tile*tileBlocks, min((tile+1)*tileBlocks, len(k.words))
		for i := range queries {
			if bits := queries[i].Count(); bits > 0 {
				perQuery[i] = k.scan(&queries[i], bits, from, to, t, first+int32(i), perQuery[i])
			}
		}
	}
	for _, pairs := range perQuery {
		out = append(out, pairs...)
	}
	return out
}

// scanPlain compares one query with some blocks.
func (k *Keys) scanPlain(q *Vector, bitsOfQuery, from, to int, t Alike, query int32, out []Pair) []Pair {
	over, twice := uint64(t.Over), 2*uint64(t.Under)
	base := over * uint64(bitsOfQuery)
	for b := from; b < to; b++ {
		blk, cnt := &k.words[b], &k.counts[b]
		var sums [lane]uint64
		common(q, blk, &sums)
		for l, s := range sums {
			if twice*s >= base+over*cnt[l] {
				out = append(out, Pair{query, int32(b*lane + l), uint16(s)})
			}
		}
	}
	return out
}

// common counts what a query has in common with each of a block.
func common(q *Vector, blk *block, sums *[lane]uint64) {
	for l := range sums {
		sums[l] = uint64(commonOf(q, blk, uint(l)))
	}
}

// commonOf is written out: as a loop it takes half as long again.
func commonOf(q *Vector, b *block, l uint) int {
	l &= lane - 1
	return bits.OnesCount64(q[0]&b[0][l]) + bits.OnesCount64(q[1]&b[1][l]) +
		bits.OnesCount64(q[2]&b[2][l]) + bits.OnesCount64(q[3]&b[3][l]) +
		bits.OnesCount64(q[4]&b[4][l]) + bits.OnesCount64(q[5]&b[5][l]) +
		bits.OnesCount64(q[6]&b[6][l]) + bits.OnesCount64(q[7]&b[7][l]) +
		bits.OnesCount64(q[8]&b[8][l]) + bits.OnesCount64(q[9]&b[9][l]) +
		bits.OnesCount64(q[10]&b[10][l]) + bits.OnesCount64(q[11]&b[11][l]) +
		bits.OnesCount64(q[12]&b[12][l]) + bits.OnesCount64(q[13]&b[13][l]) +
		bits.OnesCount64(q[14]&b[14][l]) + bits.OnesCount64(q[15]&b[15][l])
}

// turns hands units out and gives their pairs on in order.
type turns struct {
	mu       sync.Mutex
	next     int // to be taken
	deliver  int // to be given on
	waiting  map[int][]Pair
	done     func(int, []Pair) error
	hasEnded error
}

func newTurns(from int, done func(int, []Pair) error) *turns {
	return &turns{next: from, deliver: from, waiting: map[int][]Pair{}, done: done}
}

func (t *turns) take() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	return t.next - 1
}

func (t *turns) give(unit int, pairs []Pair) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting[unit] = pairs
	for t.hasEnded == nil {
		pairs, there := t.waiting[t.deliver]
		if !there {
			break
		}
		delete(t.waiting, t.deliver)
		t.hasEnded = t.done(t.deliver, pairs)
		t.deliver++
	}
	return t.hasEnded
}
