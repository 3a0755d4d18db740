package pack

import (
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

// Each archive in testdata/lint begins with its rule as a sentence, replaces
// files of the base pack (an empty file removes one), and lists in "want" the
// problems that must be found: "file:line code", and no others.
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
				delete(fsys, f.Name)
				if len(f.Data) > 0 {
					fsys[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			p, problems := Load(fsys)
			problems = append(problems, Lint(p, Operated)...)
			if got := found(problems); got != want {
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
