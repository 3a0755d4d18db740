package app

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pana/internal/testkit"
	"pana/packs"
)

// TestRetentionInABrowser: a year after the last entry, under a pack that says so, the
// coordinator ticks two files and signs, the prosecutor confirms one, and the other is kept.
func TestRetentionInABrowser(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "kk"} {
		t.Run(lang, func(t *testing.T) {
			ctx := testkit.Browser(t)
			dir := forgetfulPack(t)
			l := begin(t, func(p *plan) {
				p.packDir = dir
				adoptFolder(t, filepath.Dir(p.address), dir)
			})
			s, _ := storyOf(t, l, l.plain(t, "en"))
			s.name = girl.name
			s.recordConcern(girl)
			l.clock.Push(400 * 24 * time.Hour)
			if err := l.desk.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			v := &viewer{T: t, Tab: testkit.NewTab(ctx, t, l.url, lang, true), l: l, s: s, lang: lang, seen: map[string]bool{}}
			v.as("coordinator")
			v.sees("work-retention", "/work?kind=erasure", "work.title")
			v.sees("retention", "/admin/retention", "retention.title")
			v.Press("go", "sign")
			v.look("retention-nothing", "retention.title")
			v.Tap("file", s.file)
			v.Press("go", "sign")
			v.look("retained", "retention.done")
			v.as("prosecutor")
			v.sees("retention-second", "/admin/retention", "retention.title")
			v.Tap("file", s.file)
			v.Press("go", "keep")
			v.look("retention-wrong", "retention.title") // what was ticked is ticked
			v.Press("go", "sign")
			v.look("retained-second", "retention.done")
			l.clock.Push(9 * 24 * time.Hour)
			if err := l.desk.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			v.as("coordinator")
			v.sees("erased-by-time", "/erased/"+s.file, "erased.title")
		})
	}
}

// forgetfulPack is the country with a schedule of a year, which its law is not known to have.
func forgetfulPack(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, packs.FS); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "kz")
	file := filepath.Join(dir, "keeping.yaml")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, []byte("  keep: unknown(\"q_retention_files\")\n  basis: [{"), []byte("  keep: 1 year\n  basis: [{act: atl, art: \"art. 0\", mark: O}, {"), 1)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
