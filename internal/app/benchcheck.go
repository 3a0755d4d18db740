package app

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"time"

	"pana/internal/check"
	"pana/internal/pack"
	"pana/internal/procedure"

	"golang.org/x/sync/errgroup"
)

// check measures the checker on the pack inside the program, and beside Spin on
// one model that both explore in full.
func (b *bench) check(ctx context.Context) error {
	p, _, err := readPack("")
	if err != nil {
		return err
	}
	if err := b.matrix(ctx, p); err != nil {
		return err
	}
	if err := b.oneGuard(p); err != nil {
		return err
	}
	if err := b.growth(ctx); err != nil {
		return err
	}
	return b.besideSpin(ctx)
}

// matrix is every property in every column, then the slowest property alone.
func (b *bench) matrix(ctx context.Context, p *pack.Pack) error {
	b.say("check: the whole matrix")
	opts := check.Options{Now: time.Now}
	began, used := time.Now(), processorTime()
	cells, err := check.Run(ctx, p, check.Query{}, opts)
	if err != nil {
		return err
	}
	took := time.Since(began)
	states, by := 0, map[string]float64{}
	for _, c := range cells {
		states += c.States
		by[c.Property] += c.Millis
	}
	b.add(figure{Name: "every property in every column", Value: took.Seconds(), Unit: "s",
		Note: fmt.Sprintf("%d cells, %d situations looked at, %.1f s of processor", len(cells), states, (processorTime() - used).Seconds())})
	slowest := ""
	for id, ms := range by {
		if slowest == "" || ms > by[slowest] {
			slowest = id
		}
	}
	days := p.Head.Snapshots
	began = time.Now()
	if _, err := check.Run(ctx, p, check.Query{Properties: []string{slowest}, Snapshots: days[len(days)-1:], Overlays: [][]string{nil}}, opts); err != nil {
		return err
	}
	b.add(figure{Name: "the slowest property, today's law alone", Value: float64(time.Since(began).Milliseconds()), Unit: "ms", Note: slowest})
	return nil
}

// processorTime is what this program has used of all cores, as Go counts it at
// the end of a collection of garbage.
func processorTime() time.Duration {
	runtime.GC()
	all := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}}
	metrics.Read(all)
	return time.Duration((all[0].Value.Float64() - all[1].Value.Float64()) * float64(time.Second))
}

// oneGuard is the engine's evaluation of the longest guard of a bar.
func (b *bench) oneGuard(p *pack.Pack) error {
	snap, problems := p.At(time.Now())
	if bad := pack.Errors(problems); len(bad) > 0 {
		return fmt.Errorf("today's law: %s", bad[0])
	}
	longest := slices.MaxFunc(p.Spec.Bars, func(x, y procedure.Bar) int { return len(x.When) - len(y.When) })
	rule, problems := snap.Model.Rule(longest.When, longest.Pos)
	if len(procedure.Errors(problems)) > 0 {
		return fmt.Errorf("bar %s does not compile today", longest.ID)
	}
	view, held := snap.Model.NewView(), 0
	const times = 20_000_000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	for range times {
		if rule.Holds(view) {
			held++
		}
	}
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	b.add(figure{Name: "one guard: the longest of a bar", Value: float64(took.Nanoseconds()) / times, Unit: "ns",
		Note: fmt.Sprintf("%s; %d allocations in %d times; held %d", longest.ID, after.Mallocs-before.Mallocs, times, held)})
	return nil
}

// growth is one property of two procedures in countries with more and more
// procedures, each of which reads the one before.
func (b *bench) growth(ctx context.Context) error {
	b.say("check: growth")
	for _, n := range []int{5, 10, 20, 40} {
		m, err := chain(n, 6)
		if err != nil {
			return err
		}
		began := time.Now()
		cell := check.Decide(ctx, m, chainProperty(1), check.Options{})
		b.add(figure{Name: fmt.Sprintf("a property of two procedures among %d", n), Value: float64(time.Since(began).Microseconds()) / 1000, Unit: "ms",
			Note: fmt.Sprintf("%d situations, %s", cell.States, cell.Verdict)})
	}
	return nil
}

// chain is a country of n procedures, each with one variable that goes round
// once the one before has begun.
func chain(n, values int) (*procedure.Model, error) {
	var spec procedure.Spec
	name := func(i int) string { return "p" + strconv.Itoa(i) }
	value := func(v int) string { return "v" + strconv.Itoa(v) }
	for i := range n {
		id := name(i)
		var all []string
		for v := range values {
			all = append(all, value(v))
		}
		spec.Procedures = append(spec.Procedures, procedure.Procedure{ID: id, Exports: []string{id}})
		spec.Vars = append(spec.Vars, procedure.Var{Procedure: id, Name: id, Values: all, Start: all[:1]})
		for v := range values {
			when := fmt.Sprintf("%s == %q", id, value(v))
			if i > 0 {
				when += fmt.Sprintf(" && %s != %q", name(i-1), value(0))
			}
			spec.Steps = append(spec.Steps, procedure.Step{Procedure: id, ID: fmt.Sprintf("%s_%d", id, v), When: when, Force: procedure.May, By: []string{"court"}, Set: map[string]string{id: value((v + 1) % values)}})
		}
	}
	m, problems := procedure.Compile(spec, time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), time.UTC, nil)
	if m == nil {
		return nil, fmt.Errorf("the bench's country does not compile: %s", procedure.Errors(problems)[0])
	}
	return m, nil
}

// chainProperty never holds false: the search has to see every situation.
func chainProperty(of int) *pack.Property {
	return &pack.Property{ID: "bench", Focus: []string{"p0", "p1"}, Never: &pack.Never{When: fmt.Sprintf(`p%d == "v1" && p0 == "v1" && false`, of)}}
}

// besideSpin explores one model with both. The compiled pan runs on one core, as
// Spin's own does unless told otherwise.
func (b *bench) besideSpin(ctx context.Context) error {
	m, err := chain(8, 6)
	if err != nil {
		return err
	}
	prop := chainProperty(1)
	for i := range 8 {
		prop.Focus = append(prop.Focus, "p"+strconv.Itoa(i))
	}
	part, found, err := check.PlainOf(ctx, m, prop, 10_000_000)
	if err != nil {
		return err
	}
	one, err := b.explore(ctx, m, prop, 1)
	if err != nil {
		return err
	}
	b.add(figure{Name: "situations of one model, one core", PerSec: one, Note: fmt.Sprintf("%d situations, %d bytes each", found.States, found.Bytes/int64(found.States))})
	// The checker uses the cores for kinds of person and cells, not for one search.
	cores := runtime.GOMAXPROCS(0)
	ours, err := b.explore(ctx, m, prop, cores)
	if err != nil {
		return err
	}
	b.add(figure{Name: fmt.Sprintf("the same, %d searches on %d cores", cores, cores), PerSec: ours})
	var model bytes.Buffer
	if err := part.Write(&model); err != nil {
		return err
	}
	theirs, note, err := b.pan(ctx, model.Bytes(), found.States+1)
	if err != nil {
		b.say("  beside Spin: left out: %v", err)
		return nil
	}
	b.add(figure{Name: "the same by Spin's pan, cc -O2", PerSec: theirs, Note: note})
	b.add(figure{Name: "situations a second beside Spin, one core each", Value: one / theirs, Unit: "times"})
	b.add(figure{Name: "situations a second beside Spin, all our cores", Value: ours / theirs, Unit: "times"})
	return nil
}

// explore gives situations a second of so many searches at once.
func (b *bench) explore(ctx context.Context, m *procedure.Model, prop *pack.Property, searches int) (float64, error) {
	parts := make([]*check.Part, searches)
	for i := range parts {
		part, _, err := check.PlainOf(ctx, m, prop, 10_000_000)
		if err != nil {
			return 0, err
		}
		parts[i] = part
	}
	var group errgroup.Group
	states := make([]int, searches)
	began := time.Now()
	for i, part := range parts {
		group.Go(func() error {
			found, err := part.Explore(ctx)
			states[i] = found.States
			return err
		})
	}
	err := group.Wait()
	took, all := time.Since(began), 0
	for _, n := range states {
		all += n
	}
	return float64(all) / took.Seconds(), err
}

var (
	panStates  = regexp.MustCompile(`(?m)^\s*(\d+) states, stored`)
	panSeconds = regexp.MustCompile(`elapsed time ([0-9.]+) seconds`)
	panBytes   = regexp.MustCompile(`State-vector (\d+) byte`)
)

// pan compiles and runs Spin on a model: situations a second by its own clock.
func (b *bench) pan(ctx context.Context, model []byte, want int) (perSecond float64, note string, err error) {
	dir, err := b.folder()
	if err != nil {
		return 0, "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "model.pml"), model, 0o600); err != nil {
		return 0, "", err
	}
	run := func(name string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if _, err := run("spin", "-a", "-o1", "-o2", "-o3", "model.pml"); err != nil {
		return 0, "", fmt.Errorf("spin: %w", err)
	}
	if _, err := run("cc", "-O2", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"); err != nil {
		return 0, "", fmt.Errorf("cc: %w", err)
	}
	began := time.Now()
	out, err := run("./pan", "-E", "-c0", "-m20000000", "-w25")
	if err != nil {
		return 0, "", fmt.Errorf("pan: %w", err)
	}
	took := time.Since(began).Seconds()
	states := panStates.FindStringSubmatch(out)
	if states == nil || states[1] != strconv.Itoa(want) {
		return 0, "", fmt.Errorf("pan finds other situations than %d:\n%s", want, out)
	}
	if s := panSeconds.FindStringSubmatch(out); s != nil {
		if own, err := strconv.ParseFloat(s[1], 64); err == nil && own > 0 {
			took = own
		}
	}
	size := "unknown"
	if s := panBytes.FindStringSubmatch(out); s != nil {
		size = s[1]
	}
	return float64(want) / took, fmt.Sprintf("%d situations, a state vector of %s bytes and its place in the table", want, size), nil
}
