package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

// TestAnOfficeComesBack loses an office and brings it back, as docs/operators.md
// tells it.
func TestAnOfficeComesBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("identity"), []byte(identity.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	verifier := ""
	for _, row := range []struct {
		why, line string
		exit      int
		says      string
	}{
		{"an office", "init --data " + in("office"), exitOK, "verifier: "},
		{"nobody could read it", "backup --data " + in("office") + " --to " + in("b") + " --recipient " + in("none"), exitFailed, "recipient"},
		{"the first run, and the drill", "backup --data " + in("office") + " --to " + in("b") + " --recipient " + identity.Recipient().String() + " --identity " + in("identity"), exitOK, "all of it agrees"},
		{"without the master key", "restore --db sqlite:" + in("x.db") + " --from " + in("b") + " --identity " + in("identity"), exitFailed, "useless without the master key"},
		{"the machine is gone", "restore --db sqlite:" + in("again.db") + " --master-key " + in("office/master.key") + " --from " + in("b") + " --identity " + in("identity") + " --verifier VERIFIER", exitOK, "all of it agrees"},
		{"over what is there", "restore --db sqlite:" + in("again.db") + " --master-key " + in("office/master.key") + " --from " + in("b") + " --identity " + in("identity"), exitFailed, "restore.not_empty"},
	} {
		line := strings.ReplaceAll(row.line, "VERIFIER", verifier)
		var out, errs strings.Builder
		exit := Main(strings.Fields(line), &out, &errs)
		all := out.String() + errs.String()
		if exit != row.exit || !strings.Contains(all, row.says) {
			t.Errorf("%s: exit %d, said %s", row.why, exit, all)
		}
		if _, after, found := strings.Cut(all, "verifier: "); found {
			verifier, _, _ = strings.Cut(after, " ")
		}
	}
}
