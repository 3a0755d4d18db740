package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/access"
	"pana/internal/store"
)

// A file that was erased comes back with a backup, and goes again by the list.
func TestTombstonesCommand(t *testing.T) {
	t.Parallel()
	l := begin(t)
	page, err := l.store.List(t.Context(), "files", store.Query{Scope: access.All{}, Limit: 1, NoTotal: true})
	if err != nil || len(page.Rows) != 1 {
		t.Fatal(err)
	}
	file := page.Rows[0].Ref
	backup := t.TempDir()
	if err := l.close(); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(backup, os.DirFS(l.dir)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(backup, masterFile), 0o600); err != nil {
		t.Fatal(err)
	}
	erased, err := database{Data: l.dir}.open(t.Context(), store.AnyStamp)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := erased.Erase(t.Context(), "asked", access.Who{Worker: "w"}, file, "asked", l.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if err := erased.Close(); err != nil {
		t.Fatal(err)
	}
	exit, said := runs(t, "tombstones", "list", "--data", l.dir)
	if exit != exitOK || strings.Count(said, "\n") != 1 || !strings.Contains(said, file.ID) {
		t.Fatalf("the list: exit %d, %s", exit, said)
	}
	list := filepath.Join(t.TempDir(), "list")
	for _, row := range []struct {
		why, content string
		exit         int
		says         string
	}{
		{"half a list erases nobody", said + `{"kind":"file"`, exitFailed, "line 2"},
		{"the list", said, exitOK, "1 erased again, of 1"},
		{"once more", said, exitOK, "0 erased again, of 1"},
	} {
		if err := os.WriteFile(list, []byte(row.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if exit, said := runs(t, "tombstones", "apply", list, "--data", backup); exit != row.exit || !strings.Contains(said, row.says) {
			t.Errorf("%s: exit %d, %s", row.why, exit, said)
		}
	}
	if exit, said := runs(t, "verify", "--quiet", "--data", backup); exit != exitOK || !strings.Contains(said, "(1 erased)") {
		t.Errorf("the restored database: exit %d, %s", exit, said)
	}
}
