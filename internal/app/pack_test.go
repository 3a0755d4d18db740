package app

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// unpackTo writes the archive's files into a folder of the test's own.
func unpackTo(t *testing.T, archive string, change func(name string, data []byte) []byte) string {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, change(f.Name, f.Data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func same(_ string, data []byte) []byte { return data }

const basePack = "../pack/testdata/base.txtar"

func TestPackLintCounts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why    string
		change func(string, []byte) []byte
		exit   int
		says   string
	}{
		{"a good pack", same, 0, "xx 1: 0 errors, 0 warnings"},
		{"a rule of access that package access refuses", func(name string, data []byte) []byte {
			return []byte(strings.Replace(string(data), "acts: [file.list]", "acts: [file.burn]", 1))
		}, 1, `access.yaml:1: rule all names the act "file.burn"`},
		{"a reference that leads nowhere", func(name string, data []byte) []byte {
			return []byte(strings.Replace(string(data), "needs: [bed]", "needs: [bad]", 1))
		}, 1, `services.yaml:1: service shelter names "bad", which is no need: did you mean bed?`},
	} {
		var out strings.Builder
		if exit := PackLint(&out, unpackTo(t, basePack, row.change), "operate"); exit != row.exit || !strings.Contains(out.String(), row.says) {
			t.Errorf("%s: exit %d, said %s", row.why, exit, &out)
		}
	}
	var out strings.Builder
	if PackLint(&out, filepath.Join(t.TempDir(), "none"), "check") != 2 {
		t.Errorf("a folder that is not there: %s", &out)
	}
}

// A native speaker gets sixty sentences and no more, each once, in her language
// first and beside it in the two others.
func TestTheCriticalStringsAreSixtyInEachLanguage(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"kk", "ru", "en"} {
		var out strings.Builder
		if exit := PackShow(&out, filepath.Join("..", "..", "packs", "kz"), "", lang, ""); exit != 0 {
			t.Errorf("%s: exit %d", lang, exit)
		}
		keys := map[string]bool{}
		said := map[string]int{}
		for line := range strings.Lines(out.String()) {
			if m := regexp.MustCompile(`^ ?(\d+)\. (\S+) \(`).FindStringSubmatch(line); m != nil {
				keys[m[2]] = true
			}
			if m := regexp.MustCompile(`^(read|    ) (kk|ru|en)(?: \(\w+\))?: (.+)$`).FindStringSubmatch(strings.TrimRight(line, "\n")); m != nil && strings.TrimSpace(m[3]) != "" {
				said[m[1]+" "+m[2]]++
			}
		}
		if len(keys) != 60 {
			t.Errorf("%s: %d strings, not 60", lang, len(keys))
		}
		for _, other := range []string{"kk", "ru", "en"} {
			mark := "     "
			if other == lang {
				mark = "read "
			}
			if said[mark+other] < 60 {
				t.Errorf("%s: %d sentences in %s: %v", lang, said[mark+other], other, said)
			}
		}
	}
}

func TestPackShow(t *testing.T) {
	t.Parallel()
	dir := unpackTo(t, basePack, same)
	for _, row := range []struct {
		why, day, critical, lang string
		exit                     int
		says                     []string
	}{
		{"a day", "2026-03-03", "", "", 0, []string{"xx 1 on 03.03.2026", "Помощь (help)", "step   give", "Как долго?", "28 sentences, 28 of them drafts"}},
		{"rules in words", "2026-03-03", "", "en", 0, []string{"when   Help: Asked for"}},
		{"in another language", "2026-03-03", "", "ru", 0, []string{"when   Помощь: Запрошена"}},
		{"no day", "3 March", "", "", 2, []string{"is no day"}},
		{"what a native speaker must read", "", "ru", "", 0, []string{" 1. step.give (draft)", "read ru: Помочь", "     en: Help", "right [ ]"}},
	} {
		var out strings.Builder
		exit := PackShow(&out, dir, row.day, row.critical, row.lang)
		for _, says := range row.says {
			if !strings.Contains(out.String(), says) || exit != row.exit {
				t.Errorf("%s: exit %d, no %q in\n%s", row.why, exit, says, &out)
			}
		}
	}
}
