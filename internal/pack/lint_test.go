package pack

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
)

// base is the small whole pack that the rules' packs replace files of.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	return archive(t, "testdata/base.txtar")
}

func archive(t testing.TB, name string) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return asFS(a)
}

func asFS(a *txtar.Archive) fstest.MapFS {
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return fsys
}

var update = flag.Bool("update", false, "write what is found into testdata/lint; read the difference before you commit it")

// lay puts a file of a rule's pack over the base pack: "name+" adds to the end
// of a file, an empty file removes one.
func lay(fsys fstest.MapFS, f txtar.File) {
	name, add := strings.CutSuffix(f.Name, "+")
	old := fsys[name]
	delete(fsys, name)
	switch {
	case add && old != nil:
		fsys[name] = &fstest.MapFile{Data: append(slices.Clone(old.Data), f.Data...)}
	case len(f.Data) > 0:
		fsys[name] = &fstest.MapFile{Data: f.Data}
	}
}

// Each archive in testdata/lint begins with its rule as a sentence, changes the
// base pack, and lists in "want" the problems that must be found: "file:line
// code", and no others.
func TestLintRules(t *testing.T) {
	t.Parallel()
	names, _ := filepath.Glob("testdata/lint/*.txtar")
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys, want := base(t), ""
			for _, f := range a.Files {
				if f.Name == "want" {
					want = strings.TrimSpace(string(f.Data))
					continue
				}
				lay(fsys, f)
			}
			p, problems := Load(fsys)
			problems = append(problems, Lint(p, Operated)...)
			got := found(problems)
			if *update && got != want {
				a.Files[len(a.Files)-1].Data = []byte(got + "\n")
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got != want {
				t.Errorf("%s\ngot:\n%s\nwant:\n%s\n\n%s", strings.TrimSpace(string(a.Comment)), got, want, all(problems))
			}
		})
	}
}

func found(problems []Problem) string {
	var lines []string
	for _, p := range inOrder(slices.Clone(problems)) {
		lines = append(lines, fmt.Sprintf("%s:%d %s", p.Pos.File, p.Pos.Line, p.Code))
	}
	return strings.Join(slices.Compact(lines), "\n")
}

func all(problems []Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

func TestBasePackHasNoProblems(t *testing.T) {
	t.Parallel()
	p, problems := Load(base(t))
	if problems = append(problems, Lint(p, Operated)...); len(problems) > 0 {
		t.Error(all(problems))
	}
}

// Every rule has a pack that breaks it: each code that the linter can give is
// wanted somewhere in testdata/lint.
func TestEveryRuleIsTested(t *testing.T) {
	t.Parallel()
	wanted := map[string]bool{}
	names, _ := filepath.Glob("testdata/lint/*.txtar")
	for _, name := range names {
		a, _ := txtar.ParseFile(name)
		if !regexp.MustCompile(`^[A-Z].*[.]\n`).Match(a.Comment) {
			t.Errorf("%s does not begin with its rule as a sentence", name)
		}
		for _, f := range a.Files {
			if f.Name == "want" {
				for line := range strings.Lines(string(f.Data)) {
					_, code, _ := strings.Cut(strings.TrimSpace(line), " ")
					wanted[code] = true
				}
			}
		}
	}
	code := regexp.MustCompile(`(?:l\.add|l\.warn|c\.add)\([^"\n]*"([a-z]+\.[a-z_]+)"`)
	sources, _ := filepath.Glob("*.go")
	for _, name := range append(sources, "../wording/check.go") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(text), -1) {
			if !wanted[m[1]] {
				t.Errorf("%s: no pack in testdata/lint breaks rule %s", name, m[1])
			}
		}
	}
}
