package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"pana/internal/seal"
)

// The bench measures the program as it is served: it makes a database, starts
// this same program on it, and asks over HTTP on this machine's own address.
// Speed depends on the disk and on what else runs: compare rows of one run.

type benchCommands struct {
	Run    benchCommand `cmd:"" default:"withargs" help:"Make databases, measure, and forget them."`
	Seed   seedCommand  `cmd:"" help:"Fill a new database with invented files, as many as a country has."`
	Names  namesBench   `cmd:"" help:"How well names are matched across alphabets and papers, on 6,720 pairs of invented people."`
	Link   linkBench    `cmd:"" help:"How well and how fast lists are linked: FEBRL 4, and a generated list."`
	Kernel kernelBench  `cmd:"" help:"How fast encodings for an exchange between bodies are made and compared, and by which build."`
	Day    dayCommand   `cmd:"" help:"A thousand workers at once on such a database; exit code 1 when anything is answered with an error."`

	Rubbish rubbishCommand `cmd:"" hidden:"" help:"Send rubbish to an address of this machine."`
}

type benchCommand struct {
	Names   []string      `arg:"" optional:"" name:"name" help:"referral, pages, papers, trust, day, check, estimate; without a name, all." enum:"referral,pages,papers,trust,day,check,estimate"`
	JSON    bool          `help:"Print a list of figures for another program."`
	Files   int           `help:"Files in the large database." default:"100000"`
	Small   int           `help:"Files in the small one, which growth is measured from." default:"1000"`
	For     time.Duration `name:"for" help:"How long the clients of one figure go on at most." default:"5s"`
	Dir     string        `help:"Work in this folder and keep it." type:"path" placeholder:"DIR"`
	On      string        `help:"Refer on this database only, in groups." enum:",sqlite,postgresql" default:"" placeholder:"sqlite|postgresql"`
	Profile string        `help:"Write CPU profiles of the servers into this folder." type:"path" placeholder:"DIR"`
}

// figure is one row of the result; bench/main.go reads a list of them.
type figure struct {
	Name   string  `json:"name"`
	PerSec float64 `json:"per_second,omitempty"`
	P50ms  float64 `json:"p50_ms,omitempty"`
	P95ms  float64 `json:"p95_ms,omitempty"`
	P99ms  float64 `json:"p99_ms,omitempty"`
	RSSMB  float64 `json:"resident_mb,omitempty"`
	Value  float64 `json:"value,omitempty"`
	Unit   string  `json:"unit,omitempty"`
	Note   string  `json:"note,omitempty"`
}

// bench is one run.
type bench struct {
	benchCommand
	w         *world
	figures   []figure
	databases int
}

func (c benchCommand) Run(w *world) error {
	b := &bench{benchCommand: c, w: w}
	if b.Dir == "" {
		dir, err := os.MkdirTemp("", "pana-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		b.Dir = dir
	}
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"referral", b.referral}, {"pages", b.pages}, {"papers", b.papers}, {"trust", b.trust}, {"day", b.days}, {"check", b.check}, {"estimate", b.estimate}} {
		if len(c.Names) > 0 && !slices.Contains(c.Names, part.name) {
			continue
		}
		if err := part.run(w.ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return b.print()
}

// print gives the result: for people, or for another program.
func (b *bench) print() error {
	if b.JSON {
		return json.NewEncoder(b.w.out).Encode(b.figures)
	}
	printFigures(b.w.out, b.figures)
	return nil
}

// say tells how far the run is, apart from its result.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.w.err, format+"\n", args...) }

func (b *bench) add(f figure) {
	b.figures = append(b.figures, f)
	b.say("  %s", f)
}

// folder is a new one for a database.
func (b *bench) folder() (string, error) {
	b.databases++
	dir := filepath.Join(b.Dir, fmt.Sprint(b.databases))
	return dir, os.MkdirAll(dir, 0o700)
}

func (b *bench) master(dir string) (seal.Master, string, error) {
	path := filepath.Join(dir, masterFile)
	m, err := openOrMakeMaster(path)
	return m, path, err
}

func (f figure) String() string {
	if f.Unit != "" {
		return fmt.Sprintf("%-62s %10.1f %s  %s", f.Name, f.Value, f.Unit, f.Note)
	}
	return fmt.Sprintf("%-62s %10.0f %9.2f %9.2f %9.2f %s", f.Name, f.PerSec, f.P50ms, f.P95ms, f.P99ms, f.Note)
}

func printFigures(out io.Writer, all []figure) {
	fmt.Fprintf(out, "commit %s, %s, %d cores, %s, %s\n\n", commit(), runtime.Version(), runtime.NumCPU(), processor(), time.Now().UTC().Format(time.DateOnly))
	fmt.Fprintf(out, "%-62s %10s %9s %9s %9s\n", "", "a second", "p50 ms", "p95 ms", "p99 ms")
	for _, f := range all {
		fmt.Fprintln(out, f)
	}
}

// commit is what the program was built from, as the toolchain wrote it down.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) > 12:
			revision = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = " with changes"
		}
	}
	return revision + changed
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, " \t:\n")
		}
	}
	return runtime.GOARCH
}
