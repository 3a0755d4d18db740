package app

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"pana/internal/linkage/kernel"
)

// What a run wrote before the machine went off is found again; a piece that was written
// half, or changed, is compared anew with all that follow it.
func TestTheJournalOfAnExchange(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "journal")
	of := []string{"a", "b"}
	pairs := []kernel.Pair{{Query: 1, Key: 70_000, Common: 300}, {Query: 2, Key: 0, Common: 1}}
	j, done, err := openJournal(name, of)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []journalled{{0, 0, pairs}, {0, 1, nil}, {1, 0, pairs[:1]}} {
		if err := j.Keep(k.step, k.unit, k.pairs); err != nil {
			t.Fatal(err)
		}
	}
	done()
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	changed := append([]byte(nil), whole...)
	changed[len(changed)-6] ^= 1
	for why, c := range map[string]struct {
		file []byte
		last int // what step 1 goes on with
	}{"whole": {whole, 1}, "written half": {whole[:len(whole)-3], 0}, "changed": {changed, 0}} {
		if err := os.WriteFile(name, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		j, done, err := openJournal(name, of)
		if err != nil {
			t.Fatal(err)
		}
		from, kept := j.Kept(0)
		if from != 2 || !reflect.DeepEqual(kept, pairs) {
			t.Errorf("%s: goes on at %d with %v", why, from, kept)
		}
		if from, _ := j.Kept(1); from != c.last {
			t.Errorf("%s: the second step goes on at %d, want %d", why, from, c.last)
		}
		done()
	}
	if _, _, err := openJournal(name, []string{"a", "c"}); err == nil {
		t.Error("the journal of other files was taken")
	}
}
