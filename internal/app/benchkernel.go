package app

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"time"

	"pana/internal/linkage/clk"
	"pana/internal/linkage/kernel"
)

// kernelBench is `pana bench kernel`: how fast encodings are made and compared.
type kernelBench struct {
	Keys int           `help:"Keys that do not fit the processor's caches." default:"200000"`
	For  time.Duration `name:"for" help:"How long one figure is measured." default:"2s"`
	JSON bool          `help:"Print a list of figures for another program."`
}

// inCache are as many keys as one tile has.
const inCache = 4096

func (c kernelBench) Run(w *world) error {
	keys := drawnVectors(max(c.Keys, inCache))
	small, large := kernel.Pack(keys[:inCache]), kernel.Pack(keys)
	queries := keys[:kernel.Unit]
	var figures []figure
	for _, m := range []struct {
		name    string
		keys    *kernel.Keys
		workers int
	}{
		{"comparisons on one core, 4,096 keys", small, 1},
		{fmt.Sprintf("comparisons on one core, %d keys", large.Len()), large, 1},
		{fmt.Sprintf("comparisons on %d cores, %d keys", runtime.GOMAXPROCS(0), large.Len()), large, runtime.GOMAXPROCS(0)},
	} {
		rate, err := comparisons(w.ctx, queries, m.keys, m.workers, c.For)
		if err != nil {
			return err
		}
		figures = append(figures, figure{Name: m.name, Value: rate / 1e6, Unit: "million a second"})
	}
	for _, salt := range []clk.Salt{clk.NoSalt, clk.YearSalt, clk.BirthSalt} {
		figures = append(figures, figure{Name: fmt.Sprintf("encodings on one core, salt: %s", salt), Value: encodings(clk.Recipe{Salt: salt}, c.For) / 1e3, Unit: "thousand a second"})
	}
	if c.JSON {
		return json.NewEncoder(w.out).Encode(figures)
	}
	fmt.Fprintf(w.out, "commit %s, %s, GOAMD64=%s, %d cores, %s\n%s; 1,024 bits, Dice 0.7\n\n", commit(), runtime.Version(), amd64Level(), runtime.NumCPU(), processor(), kernel.Build())
	for _, f := range figures {
		fmt.Fprintf(w.out, "%-50s %10.1f %s\n", f.Name, f.Value, f.Unit)
	}
	return nil
}

// drawnVectors have as many bits as a record's, of which none is alike to another.
func drawnVectors(n int) []kernel.Vector {
	r := rand.New(rand.NewPCG(20261123, uint64(n)))
	out := make([]kernel.Vector, n)
	for i := range out {
		for w := range out[i] {
			out[i][w] = r.Uint64() & r.Uint64()
		}
	}
	return out
}

// comparisons is how many a second.
func comparisons(ctx context.Context, queries []kernel.Vector, keys *kernel.Keys, workers int, atLeast time.Duration) (float64, error) {
	work := queries
	for range workers - 1 { // a unit for each
		work = append(work[:len(work):len(work)], queries...)
	}
	run := kernel.Run{Alike: kernel.Alike{Over: 7, Under: 10}, Workers: workers, Done: func(int, []kernel.Pair) error { return nil }}
	rounds, begun := 0, time.Now()
	for time.Since(begun) < atLeast {
		if err := kernel.Compare(ctx, work, keys, run); err != nil {
			return 0, err
		}
		rounds++
	}
	return float64(rounds) * float64(len(work)) * float64(keys.Len()) / time.Since(begun).Seconds(), nil
}

// encodings is how many a second: a list of 57,000 by a new encoder each time, since
// what it hashed before it would not hash again.
func encodings(recipe clk.Recipe, atLeast time.Duration) float64 {
	list, _ := inventedList(57_000)
	rounds, begun := 0, time.Now()
	for time.Since(begun) < atLeast {
		e := clk.NewEncoder(clk.Key{byte(rounds)}, recipe)
		for i := range list {
			e.Encode(&list[i])
		}
		rounds++
	}
	return float64(rounds*len(list)) / time.Since(begun).Seconds()
}

// amd64Level is which processors the program was built for.
func amd64Level() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "GOAMD64" {
				return s.Value
			}
		}
	}
	return "none"
}
