package kernel

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// naive compares as it is said, bit by bit.
func naive(queries, keys []Vector, t Alike) (out []Pair) {
	for i := range queries {
		for j := range keys {
			a, b, both := 0, 0, 0
			for bit := range Bits {
				x, y := queries[i][bit/64]>>(bit%64)&1, keys[j][bit/64]>>(bit%64)&1
				a, b, both = a+int(x), b+int(y), both+int(x&y)
			}
			if a+b > 0 && 2*both*int(t.Under) >= int(t.Over)*(a+b) {
				out = append(out, Pair{int32(i), int32(j), uint16(both)})
			}
		}
	}
	return out
}

func compared(t *testing.T, queries, keys []Vector, run Run) (out []Pair) {
	t.Helper()
	run.Done = func(_ int, pairs []Pair) error { out = append(out, pairs...); return nil }
	if err := Compare(context.Background(), queries, Pack(keys), run); err != nil {
		t.Fatal(err)
	}
	return out
}

// drawn has vectors of some density, some near each other, some empty or full.
func drawn(r *rand.Rand, n int) []Vector {
	out := make([]Vector, n)
	for i := range out {
		switch kind := r.IntN(12); {
		case kind == 0:
		case kind == 1:
			for w := range out[i] {
				out[i][w] = ^uint64(0)
			}
		case kind < 6 && i > 0:
			out[i] = out[r.IntN(i)]
			for range r.IntN(300) {
				out[i][r.IntN(Words)] ^= 1 << r.IntN(64)
			}
		default:
			for w := range out[i] {
				out[i][w] = r.Uint64() & r.Uint64()
			}
		}
	}
	return out
}

// The kernel of whatever build this is, and plain Go, both answer as bits counted one
// by one.
func TestSameAnswersAsTheNaiveOne(t *testing.T) {
	t.Parallel()
	t.Log(Build())
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range [][2]int{{0, 0}, {1, 1}, {7, 9}, {8, 8}, {40, 65}, {3, 200}} {
		pool := drawn(r, size[0]+size[1])
		queries, keys := pool[:size[0]], pool[size[0]:]
		for _, bound := range []Alike{{7, 10}, {1, 1}, {1, 10_000}, {9, 10}, {1, 2}} {
			want := naive(queries, keys, bound)
			if got := compared(t, queries, keys, Run{Alike: bound, Workers: 2}); !slices.Equal(got, want) {
				t.Errorf("%v at %v: %d pairs, bit by bit %d", size, bound, len(got), len(want))
			}
			var plain []Pair
			packed := Pack(keys)
			for i := range queries {
				if n := queries[i].Count(); n > 0 {
					plain = packed.scanPlain(&queries[i], n, 0, len(packed.words), bound, int32(i), plain)
				}
			}
			if !slices.Equal(plain, want) {
				t.Errorf("%v at %v: plain Go has %d pairs, bit by bit %d", size, bound, len(plain), len(want))
			}
		}
	}
}

// Of 1,024 queries and 4,096 keys there is more than one piece of work and one tile; the
// answer is that of one thread, and a run that was cut off goes on where it was.
func TestTilesUnitsAndGoingOn(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	keys := make([]Vector, 4096+77)
	for i := range keys {
		for w := range keys[i] {
			keys[i][w] = r.Uint64() & r.Uint64()
		}
	}
	queries := make([]Vector, 2*Unit+300)
	for i := range queries {
		queries[i] = keys[(i*7)%len(keys)]
		for range 100 {
			queries[i][r.IntN(Words)] ^= 1 << r.IntN(64)
		}
	}
	bound := Alike{7, 10}
	var want []Pair
	for i := range queries {
		for j := range keys {
			if both := queries[i].Common(&keys[j]); bound.Reached(queries[i].Count(), keys[j].Count(), both) {
				want = append(want, Pair{int32(i), int32(j), uint16(both)})
			}
		}
	}
	if len(want) < len(queries) {
		t.Fatalf("only %d pairs: this says nothing", len(want))
	}
	if got := compared(t, queries, keys, Run{Alike: bound, Workers: 2}); !slices.Equal(got, want) {
		t.Errorf("%d pairs, want %d", len(got), len(want))
	}

	cut := errors.New("cut off")
	var got []Pair
	next := 0
	half := Run{Alike: bound, Workers: 2, Done: func(unit int, pairs []Pair) error {
		if unit != next {
			t.Errorf("unit %d came, and %d was next", unit, next)
		}
		if unit == 1 {
			return cut
		}
		next++
		got = append(got, pairs...)
		return nil
	}}
	if err := Compare(context.Background(), queries, Pack(keys), half); !errors.Is(err, cut) {
		t.Fatalf("cut off, and it said %v", err)
	}
	if got = append(got, compared(t, queries, keys, Run{Alike: bound, Workers: 2, From: next})...); !slices.Equal(got, want) {
		t.Errorf("gone on at unit %d: %d pairs, want %d", next, len(got), len(want))
	}
}

func TestBoundsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, bound := range []Alike{{}, {0, 10}, {11, 10}, {1, 20_000}} {
		if err := Compare(context.Background(), nil, Pack(nil), Run{Alike: bound}); err == nil {
			t.Errorf("%v was taken", bound)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if err := Compare(ctx, make([]Vector, 10), Pack(nil), Run{Alike: Alike{7, 10}}); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before it began, and it said %v", err)
	}
}

// FuzzCompare: whatever bits there are and whatever the bound, the answer is the naive one.
func FuzzCompare(f *testing.F) {
	f.Add([]byte("some bits of a vector, and some of another one"), uint16(7), uint16(10))
	f.Add(make([]byte, 300), uint16(1), uint16(10_000))
	f.Fuzz(func(t *testing.T, raw []byte, over, under uint16) {
		bound := Alike{uint32(over), uint32(under)}
		if bound.valid() != nil {
			return // no bound that is compared by
		}
		var vectors []Vector
		for len(raw) > 0 && len(vectors) < 24 {
			var v Vector
			for w := range v {
				var word [8]byte
				raw = raw[copy(word[:], raw):]
				v[w] = binary.LittleEndian.Uint64(word[:])
			}
			vectors = append(vectors, v)
		}
		half := len(vectors) / 2
		want := naive(vectors[:half], vectors[half:], bound)
		if got := compared(t, vectors[:half], vectors[half:], Run{Alike: bound, Workers: 1}); !slices.Equal(got, want) {
			t.Fatalf("%v, bit by bit %v", got, want)
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{4096, 40_000} {
		keys := make([]Vector, n)
		for i := range keys {
			for w := range keys[i] {
				keys[i][w] = r.Uint64() & r.Uint64()
			}
		}
		packed := Pack(keys)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				_ = Compare(context.Background(), keys[:Unit], packed, Run{Alike: Alike{7, 10}, Workers: 1, Done: func(int, []Pair) error { return nil }})
			}
			b.ReportMetric(float64(b.N)*float64(Unit)*float64(n)/b.Elapsed().Seconds()/1e6, "Mcmp/s")
		})
	}
}
