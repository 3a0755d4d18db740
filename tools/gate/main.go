// Command gate runs what must pass before a change is on main: one line for
// each gate with its time, and the end of the output of the ones that fail.
//
//	go run -C tools ./gate -root ..           all gates, as make check does
//	go run -C tools ./gate -root .. lint race only these
//
// A gate that needs what this machine has not (PostgreSQL, a browser, a C
// compiler) is skipped at home and said to be; with CI=true that is a failure.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// gate is one check. It writes what it does to its log.
type gate struct {
	name string
	what string
	run  func(ctx context.Context, r *runner) error
}

// errMissing is a capability that this machine has not.
type errMissing string

func (e errMissing) Error() string { return string(e) }

// runner runs one gate: commands in the project's root, all output in its log.
type runner struct {
	root  string
	cache string // root/.cache: tools, logs, nothing committed
	log   io.Writer
	env   []string
	cpu   time.Duration // of all commands: on a busy machine, what a gate costs
}

func main() {
	root := flag.String("root", ".", "the project's folder")
	list := flag.Bool("list", false, "list the gates and stop")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *list {
		for _, g := range gates {
			fmt.Printf("%-10s %s\n", g.name, g.what)
		}
		return
	}
	if err := check(ctx, *root, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

func check(ctx context.Context, root string, only []string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	logs := filepath.Join(root, ".cache", "gate")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return err
	}
	for _, name := range only {
		if !slices.ContainsFunc(gates, func(g gate) bool { return g.name == name }) {
			return fmt.Errorf("there is no gate %q; -list lists them", name)
		}
	}
	began := time.Now()
	var failed, skipped, why []string
	for _, g := range gates {
		if len(only) > 0 && !slices.Contains(only, g.name) {
			continue
		}
		switch word, out := pass(ctx, g, root, logs); word {
		case "FAIL":
			failed = append(failed, g.name)
			why = append(why, reasons(g.name, out)...)
		case "skip":
			skipped = append(skipped, g.name)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	showTests(filepath.Join(logs, "test.log"), only)
	fmt.Printf("check: %.0fs, %d failed, %d skipped %s\n", time.Since(began).Seconds(), len(failed), len(skipped), strings.Join(skipped, " "))
	for _, line := range why {
		fmt.Println(line)
	}
	if len(failed) > 0 {
		return errors.New("failed: " + strings.Join(failed, ", "))
	}
	return nil
}

// reason is a line of go test that says what failed, and of a failing test's log.
var reason = regexp.MustCompile(`^\s*(--- FAIL|panic: |WARNING: DATA RACE|[a-z0-9_]+\.go:\d+: )`)

// reasons gives of a failing gate's output what says why, at most forty lines:
// said again at the very end, where a reader of a long log looks first.
func reasons(gate, out string) (lines []string) {
	for line := range strings.Lines(out) {
		if len(lines) < 40 && reason.MatchString(line) {
			lines = append(lines, gate+": "+strings.TrimSpace(line))
		}
	}
	return lines
}

// pass runs one gate, prints its line, and gives its word and its output.
func pass(ctx context.Context, g gate, root, logs string) (string, string) {
	began := time.Now()
	var out bytes.Buffer
	r := &runner{root: root, cache: filepath.Join(root, ".cache"), log: &out, env: append(os.Environ(), "CGO_ENABLED=0")}
	err := g.run(ctx, r)
	word, note := "ok", ""
	var missing errMissing
	switch {
	case errors.As(err, &missing) && os.Getenv("CI") != "true":
		word, note = "skip", string(missing)
	case err != nil:
		word, note = "FAIL", err.Error()
	}
	fmt.Printf("%-10s %-4s %6.1fs  (%.0fs of processor)  %s\n", g.name+":", word, time.Since(began).Seconds(), r.cpu.Seconds(), note)
	if word == "FAIL" {
		fmt.Println(indent(lastLines(out.String(), 200)))
	}
	if err := os.WriteFile(filepath.Join(logs, g.name+".log"), out.Bytes(), 0o644); err != nil {
		fmt.Println("  (its log was not kept:", err, ")")
	}
	return word, out.String()
}

// do runs a command in the root.
func (r *runner) do(ctx context.Context, name string, args ...string) error {
	_, _ = fmt.Fprintln(r.log, "$", name, strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = r.root, r.env, r.log, r.log
	err := cmd.Run()
	if s := cmd.ProcessState; s != nil {
		r.cpu += s.UserTime() + s.SystemTime()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return nil
}

// read runs a command in the root and gives back what it prints.
func (r *runner) read(ctx context.Context, name string, args ...string) (string, error) {
	var out bytes.Buffer
	kept := r.log
	r.log = io.MultiWriter(kept, &out)
	defer func() { r.log = kept }()
	err := r.do(ctx, name, args...)
	text := out.String()
	if _, rest, ok := strings.Cut(text, "\n"); ok { // the line that says which command
		text = rest
	}
	return text, err
}

// with adds to the environment of the gate's commands.
func (r *runner) with(pairs ...string) { r.env = append(r.env, pairs...) }

// needs finds a program or says that it is missing.
func needs(names ...string) (string, error) {
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path, nil
		}
	}
	return "", errMissing("needs " + strings.Join(names, " or "))
}

// showTests prints go test's own lines last, where a reader of a long log looks.
func showTests(log string, only []string) {
	if len(only) > 0 && !slices.Contains(only, "test") {
		return
	}
	text, err := os.ReadFile(log)
	if err != nil {
		return
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "ok ") || strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "--- FAIL") {
			fmt.Print(line)
		}
	}
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }
