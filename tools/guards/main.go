// Command guards takes guards out of the code, each alone, and says whether the test
// that is named goes red. The tree is not touched: go test is given the changed file
// as an overlay.
//
//	go run -C tools ./guards            all of guards.txt; minutes, so it is no gate
//	go run -C tools ./guards scanner    those whose text has the word
//	go run -C tools ./guards -write     all, and docs/guards.md is written anew from them
//	go run -C tools ./guards -write scanner    the same, when these few are new and the others were tried before
//
// It ends with 1 when a test stays green, or does not run, or the code does not build.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	root := flag.String("root", "..", "the tree")
	write := flag.Bool("write", false, "write the table of docs/guards.md")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *root, flag.Args(), *write); err != nil {
		fmt.Fprintln(os.Stderr, "guards:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, root string, words []string, write bool) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(root, "tools", "guards", "guards.txt"))
	if err != nil {
		return err
	}
	all, err := read(string(text))
	if err != nil {
		return err
	}
	tried, stood := 0, 0
	for _, g := range all {
		if !g.has(words) {
			continue
		}
		tried++
		word := g.try(ctx, root)
		if word != "red" {
			stood++
		}
		fmt.Printf("%-8s %s: %s\n", word, g.test, g.guard)
	}
	fmt.Printf("%d guards taken out, %d that no test misses\n", tried, stood)
	if stood > 0 || ctx.Err() != nil {
		return errors.Join(errors.New("not every guard has a test that fails without it"), ctx.Err())
	}
	if write {
		return document(filepath.Join(root, "docs", "guards.md"), all)
	}
	return nil
}

// guard is an entry of guards.txt.
type guard struct{ guard, without, in, was, now, pkg, test string }

// read takes entries apart: lines "key: value", an empty line between entries, # for
// a remark.
func read(text string) (out []guard, err error) {
	for i, part := range strings.Split(text, "\n\n") {
		var g guard
		to := map[string]*string{"guard": &g.guard, "without": &g.without, "in": &g.in, "was": &g.was, "now": &g.now, "test": &g.test}
		for line := range strings.Lines(part) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			key, value, _ := strings.Cut(line, ":")
			if to[key] == nil {
				return nil, fmt.Errorf("guards.txt, entry %d: %q is no key", i+1, key)
			}
			*to[key] = strings.TrimPrefix(value, " ")
		}
		if g == (guard{}) {
			continue
		}
		g.pkg, g.test, _ = strings.Cut(g.test, " ")
		if g.guard == "" || g.without == "" || g.in == "" || g.was == "" || g.pkg == "" || g.test == "" {
			return nil, fmt.Errorf("guards.txt, entry %d (%s): it needs guard, without, in, was and test", i+1, g.guard)
		}
		out = append(out, g)
	}
	return out, nil
}

func (g guard) has(words []string) bool {
	for _, w := range words {
		if !strings.Contains(g.guard+" "+g.in+" "+g.test, w) {
			return false
		}
	}
	return true
}

// missing changes a file's text as the entry says. ⏎ stands for the end of a line and
// the indentation of the next.
func (g guard) missing(text string) (string, error) {
	var parts []string
	for part := range strings.SplitSeq(g.was, "⏎") {
		parts = append(parts, regexp.QuoteMeta(part))
	}
	places := regexp.MustCompile(strings.Join(parts, `\n\t*`)).FindAllStringIndex(text, -1)
	if len(places) != 1 {
		return "", fmt.Errorf("%s: %d places in %s", g.guard, len(places), g.in)
	}
	return text[:places[0][0]] + strings.ReplaceAll(g.now, "⏎", "\n") + text[places[0][1]:], nil
}

// try runs the test without the guard: red, green, or why neither.
func (g guard) try(ctx context.Context, root string) string {
	at := filepath.Join(root, g.in)
	text, err := os.ReadFile(at)
	if err != nil {
		return "no file"
	}
	without, err := g.missing(string(text))
	if err != nil {
		return err.Error()
	}
	dir, err := os.MkdirTemp("", "pana-guards-")
	if err != nil {
		return err.Error()
	}
	defer func() { _ = os.RemoveAll(dir) }()
	changed, overlay := filepath.Join(dir, "changed"), filepath.Join(dir, "overlay.json")
	list, _ := json.Marshal(map[string]map[string]string{"Replace": {at: changed}})
	if err := errors.Join(os.WriteFile(changed, []byte(without), 0o600), os.WriteFile(overlay, list, 0o600)); err != nil {
		return err.Error()
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-run", "^("+g.test+")$", g.pkg)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	switch {
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		return "no build"
	case bytes.Contains(out, []byte("no tests to run")):
		return "no test"
	case err == nil:
		return "GREEN"
	}
	return "red"
}

const begins = "<!-- make guards writes from here -->\n"

// document writes the table of what was taken out by this command.
func document(path string, all []guard) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, _, ok := strings.Cut(string(text), begins)
	if !ok {
		return fmt.Errorf("%s has no line %q", path, strings.TrimSpace(begins))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n%d guards, each taken out alone; every test named went red.\n\n| guard | where | test | without it |\n|---|---|---|---|\n", before, begins, len(all))
	for _, g := range all {
		fmt.Fprintf(&b, "| %s | `%s` | `%s` | %s |\n", g.guard, strings.TrimPrefix(g.in, "internal/"), strings.ReplaceAll(g.test, "|", "`, `"), g.without)
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
