package check

import (
	"context"
	"testing"

	"pana/internal/pack"
)

// wide is a program that keeps every variable of some procedures of Kazakhstan,
// for one person: the product that Spin is given too.
func wide(b *testing.B, procedures ...string) *program {
	b.Helper()
	p := load(b, "kz")
	m, _ := p.Compose(p.Head.Snapshots[len(p.Head.Snapshots)-1], nil)
	w := newWorld(m)
	v := view{keep: map[atom]bool{}, known: w.person(map[atom]uint8{})}
	for a, s := range w.Slots {
		for _, id := range procedures {
			if s.Procedure == id && w.changes[a] && s.Fact == nil {
				v.keep[atom(a)] = true
			}
		}
		if w.rigid(atom(a)) {
			if _, chosen := v.known[atom(a)]; !chosen {
				v.known[atom(a)] = s.Start[0]
			}
		}
	}
	for q := range w.Questions {
		v.known[w.question(q)] = 0
	}
	c := &claim{prop: &pack.Property{}, when: w.is(w.own)}
	out, ok := c.compile(w, v, false, map[sight]*test{})
	if !ok {
		b.Fatal(out.tooWide())
	}
	return out
}

// BenchmarkSearch: situations a second of one search on one core, and
// the bytes that a situation takes.
func BenchmarkSearch(b *testing.B) {
	p := wide(b, "core", "identification", "removal", "stay")
	b.ReportAllocs()
	states, size := 0, int64(0)
	for b.Loop() {
		s := p.search(4 << 30)
		s.run(context.Background(), nil, nil)
		states, size = len(s.seen.keys), s.seen.bytes()
	}
	b.ReportMetric(float64(states)*float64(b.N)/b.Elapsed().Seconds(), "situations/s")
	b.ReportMetric(float64(states), "situations")
	b.ReportMetric(float64(size)/float64(states), "B/situation")
}

// BenchmarkGuard: one step's whole guard, by tables.
func BenchmarkGuard(b *testing.B) {
	p := wide(b, "core", "identification", "removal", "stay")
	cur := make([]uint8, len(p.fields)+1)
	b.ReportAllocs()
	n := 0
	for i := 0; b.Loop(); i++ {
		if p.enabled(&p.moves[i%len(p.moves)], cur) {
			n++
		}
	}
}
