package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every table that the pages give is written in csv.go, where no cell is a formula:
// a writer of its own elsewhere would not be.
func TestTablesAreWrittenInOnePlace(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var writers []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(file, "_test.go") && (strings.Contains(string(text), `"encoding/csv"`) || strings.Contains(string(text), "noFormula(")) {
			writers = append(writers, file)
		}
	}
	if len(writers) > 0 { // delimited.Write is the one
		t.Errorf("tables are written in %v", writers)
	}
	text, err := csvOf([][]string{{"=1", "+1", "-1", "@a", "\ta", " =1", "＝1", "a=1", ""}})
	if want := "'=1,'+1,'-1,'@a,'\ta,' =1,'＝1,a=1,\n"; err != nil || text != want { // each begins a formula, or a new cell, but the last two
		t.Errorf("%q, not %q: %v", text, want, err)
	}
}
