package app

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pana/internal/store/storetest"
)

// TestEveryTableSaysWhatTakesItAway: docs/operators.md has every table of the database,
// with what of a person stands in it and what takes that away; a table that is new, or
// gone, is found here.
func TestEveryTableSaysWhatTakesItAway(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "operators.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, part, ok := strings.Cut(string(b), "\n## What is kept of people, and what takes it away\n")
	if !ok {
		t.Fatal("docs/operators.md has no such part")
	}
	part, _, _ = strings.Cut(part, "\n## ")
	var said []string
	for line := range strings.Lines(part) {
		if cells := strings.Split(line, "|"); len(cells) == 5 {
			for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(cells[1], -1) {
				said = append(said, m[1])
			}
			if strings.TrimSpace(cells[2]) == "" || strings.TrimSpace(cells[3]) == "" {
				t.Errorf("half a line: %s", line)
			}
		}
	}
	l := begin(t)
	place := storetest.Place{Address: filepath.Join(l.dir, databaseFile)}
	there := texts(t, place.Raw(t), `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`)
	for _, name := range there {
		if !slices.Contains(said, name) {
			t.Errorf("nothing is said of %s", name)
		}
	}
	for _, name := range said {
		if !slices.Contains(there, name) {
			t.Errorf("%s is said, and is not there", name)
		}
	}
}
