package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// runs is one command line, its exit code and what it said.
func runs(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out, errs strings.Builder
	exit := Main(args, &out, &errs)
	return exit, out.String() + errs.String()
}

// A monitor has an address and a key. It agrees while the office is honest, and
// goes on saying what it once found.
func TestMonitorCommand(t *testing.T) {
	t.Parallel()
	l := begin(t)
	if _, err := l.store.Checkpoint(t.Context(), l.clock.Now()); err != nil {
		t.Fatal(err)
	}
	_, key, err := l.store.LatestCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "seen.json")
	watch := []string{"monitor", l.url, "--verifier", key, "--state", state}
	for _, row := range []struct {
		why  string
		args []string
		exit int
		says string
	}{
		{"the first look", watch, exitOK, "in order: "},
		{"nothing new", watch, exitOK, ", 0 of them new"},
		{"every tile again", append(watch, "--full"), exitOK, "in order"},
		{"nobody there", []string{"monitor", "http://127.0.0.1:1", "--verifier", key}, exitUnsure, "not sure: unread"},
		{"another key", []string{"monitor", l.url, "--verifier", "x+1+AA==", "--state", state}, exitFailed, "another key"},
		{"nothing to look at", []string{"monitor", "--verifier", key}, exitFailed, "say what to look at"},
		{"more witnesses than there are", append(watch, "--quorum", "1"), exitFailed, "--quorum"},
	} {
		if exit, said := runs(t, row.args...); exit != row.exit || !strings.Contains(said, row.says) {
			t.Errorf("%s: exit %d, said %s", row.why, exit, said)
		}
	}
	b, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	seen := strings.Replace(string(b), `"grew_at"`, `"evidence": [{"at":"2026-03-03T12:00:00Z","what":"rewritten: x","before":"a","after":"b"}], "grew_at"`, 1)
	if err := os.WriteFile(state, []byte(seen), 0o600); err != nil {
		t.Fatal(err)
	}
	if exit, said := runs(t, watch...); exit != exitFailed || !strings.Contains(said, "broken since 2026-03-03") {
		t.Errorf("what was once found is forgotten: exit %d, said %s", exit, said)
	}
}
