package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedFunction = regexp.MustCompile("`([a-z_]+/[a-z_]+\\.go):([A-Za-z]+)`")
	namedTest     = regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")
	mdLink        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// pages are the documents written by hand and made from the code.
func pages(t *testing.T) []string {
	var out []string
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../docs/decisions/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	return out
}

func textOf(t *testing.T, file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A page that names a function which is gone sends a newcomer nowhere.
func TestDocsNameFunctionsThatExist(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		for _, m := range namedFunction.FindAllStringSubmatch(textOf(t, page), -1) {
			code, err := os.ReadFile(m[1])
			name := regexp.QuoteMeta(m[2])
			declared := regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + name + `(\[[^]]*\])?\(|^type ` + name + `\b|^\t` + name + `\s+(struct|interface)\b`)
			if err != nil || !declared.Match(code) {
				t.Errorf("%s names internal/%s:%s, which is not there", page, m[1], m[2])
			}
		}
	}
}

// A journey whose test is gone is a claim.
func TestDocsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	tests := testsOf(t)
	named := 0
	for _, page := range pages(t) {
		for _, m := range namedTest.FindAllStringSubmatch(textOf(t, page), -1) {
			named++
			if !tests[m[1]] {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
	if named == 0 {
		t.Error("no page names a test")
	}
}

// testsOf are the names of all tests of the module.
func testsOf(t *testing.T) map[string]bool {
	out := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9_]+)\(`)
	err := filepath.WalkDir("..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, m := range declared.FindAllStringSubmatch(textOf(t, path), -1) {
			out[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDocsLinkToFilesThatExist(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		for _, m := range mdLink.FindAllStringSubmatch(textOf(t, page), -1) {
			to, _, _ := strings.Cut(m[1], "#")
			if to == "" || strings.Contains(to, ":") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), to)); err != nil {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			}
		}
	}
}

// A guard of tools/guards/guards.txt that stands nowhere, or twice, is taken out by
// nobody, and its test no longer shows anything.
func TestGuardsStandWhereTheListSays(t *testing.T) {
	t.Parallel()
	named, tests := 0, testsOf(t)
	for entry := range strings.SplitSeq(textOf(t, "../tools/guards/guards.txt"), "\n\n") {
		var file, was, test string
		for line := range strings.Lines(entry) {
			key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			switch key {
			case "in":
				file = value
			case "was":
				was = value
			case "test":
				_, test, _ = strings.Cut(value, " ")
			}
		}
		if file == "" {
			continue
		}
		named++
		parts := strings.Split(was, "⏎")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		if n := len(regexp.MustCompile(strings.Join(parts, `\n\t*`)).FindAllString(textOf(t, "../"+file), -1)); n != 1 {
			t.Errorf("%q stands %d times in %s", was, n, file)
		}
		for name := range strings.SplitSeq(test, "|") {
			if !tests[name] {
				t.Errorf("there is no %s", name)
			}
		}
	}
	if named == 0 {
		t.Error("no guard was read")
	}
}
