package app

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"pana/internal/linkage"
	"pana/internal/linkage/benchmark"
)

// namesBench is `pana bench names`: one table, and the failures where asked for.
type namesBench struct {
	Failures bool   `help:"Print the pairs of the open two thirds that the last matcher gets wrong."`
	Held     bool   `name:"held-back" help:"With --failures, those of the third that is held back: to publish, not to tune on."`
	Crowd    int    `help:"Among how many invented people somebody is searched for; 0 leaves it out." default:"100000"`
	Write    string `help:"Write all pairs with their truth to this file, for another program." type:"path" placeholder:"FILE.tsv"`
}

func (c namesBench) Run(w *world) error {
	pairs := benchmark.Pairs()
	if c.Write != "" {
		if err := os.WriteFile(c.Write, []byte(benchmark.Table(pairs)), 0o644); err != nil {
			return err
		}
	}
	fmt.Fprintf(w.out, "Pana's benchmark of Central Asian names, version %d, %d pairs of invented people, digest %.12s…\n", benchmark.Version, len(pairs), benchmark.Digest(pairs))
	fmt.Fprintln(w.out, "F1 with precision and recall on the third that is held back; the threshold is chosen on the other two.")
	var last []benchmark.Scored
	threshold := 0.0
	for _, m := range benchmark.Matchers() {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		last = benchmark.Run(m, pairs)
		threshold = benchmark.Threshold(last)
		c.print(w, m, last, threshold)
	}
	if c.Failures {
		c.failures(w, last, threshold)
	}
	if c.Crowd == 0 {
		return nil
	}
	return c.search(w, pairs)
}

// searchAmong is how many are looked at: ten stand on a page without turning it.
const searchAmong = 10

// search asks for the people of the held-back third as another paper or ear has them,
// among a crowd.
func (c namesBench) search(w *world, pairs []benchmark.Pair) error {
	before := heapInUse()
	x := linkage.NewIndex([32]byte{1})
	benchmark.Crowd(x, c.Crowd, func(done int) {
		if done%(1<<16) == 0 {
			fmt.Fprintf(w.err, "\r%d of %d people", done, c.Crowd)
		}
	})
	fmt.Fprintln(w.err)
	took := heapInUse() - before
	held := slices.DeleteFunc(slices.Clone(pairs), func(p benchmark.Pair) bool { return !p.Held })
	fmt.Fprintf(w.out, "\nSearch for the people of the held-back third among %d others, %d MB, as another paper or ear has them:\n", c.Crowd, took>>20)
	for _, births := range []bool{true, false} {
		if err := w.ctx.Err(); err != nil {
			return err
		}
		f := benchmark.SearchAmong(x, held, births, searchAmong, time.Now)
		with := "by name and birth"
		if !births {
			with = "by name alone"
		}
		at := func(percent int) time.Duration {
			return f.Times[len(f.Times)*percent/100].Round(100 * time.Microsecond)
		}
		fmt.Fprintf(w.out, "  %-18s %d asked for, first %.3f, among the first %d %.3f; p50 %s, p95 %s, p99 %s\n", with, f.Asked,
			float64(f.First)/float64(f.Asked), searchAmong, float64(f.Among)/float64(f.Asked), at(50), at(95), at(99))
	}
	return nil
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// part gives the held-back or the open pairs.
func part(scored []benchmark.Scored, held bool) []benchmark.Scored {
	return slices.DeleteFunc(slices.Clone(scored), func(s benchmark.Scored) bool { return s.Held != held })
}

func (c namesBench) print(w *world, m benchmark.Matcher, scored []benchmark.Scored, threshold float64) {
	held, open := benchmark.Counts(part(scored, true), threshold), benchmark.Counts(part(scored, false), threshold)
	fmt.Fprintf(w.out, "\n%s, threshold %.3f (F1 on the open two thirds %.3f)\n", m.Name, threshold, open[0].F1())
	for _, n := range held {
		fmt.Fprintf(w.out, "  %-16s F1 %.3f  precision %.3f  recall %.3f  %5d one person, %d found; %d others taken for one\n",
			n.Group, n.F1(), n.Precision(), n.Recall(), n.Hit+n.Miss, n.Hit, n.Wrong)
	}
}

func (c namesBench) failures(w *world, scored []benchmark.Scored, threshold float64) {
	fmt.Fprintln(w.out, "\nFailures of the last:")
	for _, f := range benchmark.Failures(part(scored, c.Held), threshold) {
		fmt.Fprintf(w.out, "  %s %.3f %s: %s (%s, %s) / %s (%s, %s)\n", f.ID, f.Score, f.Kind, f.A.Name, f.A.Document, f.A.Born, f.B.Name, f.B.Document, f.B.Born)
	}
}
