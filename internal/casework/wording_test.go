package casework

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pana/internal/wording"
)

// Every code that casework hands out has a sentence in each language: faults,
// receipts, notices, tasks, and a line of the timeline for each event of a file.
func TestEveryCodeHasItsSentence(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`"((?:receipt|notify|next|task)\.[a-z_]+)"`)
	declared := regexp.MustCompile(`Code[A-Za-z]+ += "([a-z_.]+)"`)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(src), -1) {
			codes[m[1]] = true
		}
		for _, m := range declared.FindAllStringSubmatch(string(src), -1) {
			codes["error."+m[1]] = true
		}
	}
	for _, typ := range []string{"task.added", "task.done", CodeTask} { // types of events and a fault, not sentences
		delete(codes, typ)
	}
	for _, inside := range []string{CodeEventUnknown, CodeEventBroken, CodeEventOrder, CodeNotAsked} { // nobody is shown these
		delete(codes, "error."+inside)
	}
	for _, p := range payloads[:32] {
		typ, _ := p.EventType()
		if typ != "file.opened" { // an opening is in its own list, not on the timeline
			codes["event."+typ] = true
		}
	}
	words := wording.Product()
	for c := range codes {
		for _, lang := range []wording.Lang{wording.English, wording.Russian, wording.Kazakh} {
			if !words.Has(lang, c) {
				t.Errorf("%s has no sentence in %s", c, lang)
			}
		}
	}
}
