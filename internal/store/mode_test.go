package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"pana/internal/store/storetest"
)

// Only its owner reads a database, whatever the umask, and one that others could
// read is closed to them when it is opened.
func TestOnlyTheOwnerReadsTheDatabase(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes are not Windows'")
	}
	path := filepath.Join(t.TempDir(), "pana.db")
	look := func(why string) {
		t.Helper()
		s := storetest.Place{Address: path}.Open(t, storetest.Options())
		if _, err := storetest.Write(s, why, storetest.Ref(1), storetest.Wrote{Name: "a"}); err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"", "-wal", "-shm"} {
			info, err := os.Stat(path + end)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != 0o600 {
				t.Errorf("%s: pana.db%s has mode %o", why, end, info.Mode().Perm())
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	look("a new one")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	look("one that others could read")
}
