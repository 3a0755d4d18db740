package app

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pana/internal/seal"
	"pana/internal/store"
)

// A lawyer mends the pack, an operator looks, signs and moves: the database has
// the pack that ran before in it, and nobody's name comes out.
func TestMovingATownToAMendedPack(t *testing.T) {
	if testing.Short() {
		t.Skip("a town is folded twice: the desk's tests race the same code")
	}
	t.Parallel()
	town, err := seededTown()
	if err != nil {
		t.Fatal(err)
	}
	dir, to := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "kz")
	for from, copied := range map[string]string{town: dir, "../../packs/kz": to} {
		if err := os.CopyFS(copied, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, masterFile), 0o600); err != nil {
		t.Fatal(err)
	}
	services := filepath.Join(to, "procedures", "services.yaml")
	rewrite := func(path, was, is string) {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(text, []byte(was)) {
			t.Fatalf("%s: %v", path, err)
		}
		if err := os.WriteFile(path, bytes.Replace(text, []byte(was), []byte(is), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(exit int, flags ...string) string {
		t.Helper()
		c := packMigrate{Data: dir, To: to, Lang: "en", Quiet: true}
		for i := 0; i < len(flags); i += 2 {
			switch flags[i] {
			case "dry":
				c.Dry = true
			case "sign":
				c.Sign = flags[i+1]
			case "reason":
				c.Reason = flags[i+1]
			}
		}
		var out bytes.Buffer
		// The shipped pack is looked at by its own tests: here only the last row asks.
		err := c.move(&world{t.Context(), &out, &out}, plan{stamp: store.AnyStamp, packDir: to, unlinted: exit != exitMisused})
		got := exitOK
		if err != nil {
			out.WriteString(err.Error())
			got = exitFailed
			var told verdict
			if errors.As(err, &told) {
				got = int(told)
			}
		}
		if want := exit; got != min(want, exitFailed) {
			t.Fatalf("exit %d: %s", got, out.String())
		}
		return out.String()
	}

	rewrite(services, "  owed_by: [shelter, local_executive_body]\n  when: identification_open\n", "  owed_by: [shelter, local_executive_body]\n  when: victim == \"identified\"\n")
	said := run(exitOK, "dry", "")
	code := regexp.MustCompile(`--sign ([0-9a-f]{10}) --reason`).FindStringSubmatch(said)
	lost := regexp.MustCompile(`Lost: this takes:\n +([0-9]+)  .*\(entitlement\.services_presumed\)`).FindStringSubmatch(said)
	files := regexp.MustCompile(`^([0-9]+) files follow`).FindStringSubmatch(said)
	if code == nil || lost == nil || files == nil {
		t.Fatalf("the look says: %s", said)
	}
	if got := run(exitFailed, "sign", code[1], "reason", "The order was repealed."); !strings.Contains(got, "two administrators adopted") {
		t.Errorf("files are moved to what nobody adopted: %s", got)
	}
	adoptFolder(t, dir, to)
	if got := run(exitOK, "sign", code[1], "reason", "The order was repealed."); got != files[1]+" files moved, 0 wait\n" {
		t.Errorf("%s were looked at: %s", files[1], got)
	}
	master, err := seal.MasterFromFile(filepath.Join(dir, masterFile))
	if err != nil {
		t.Fatal(err)
	}
	s, err := openStore(t.Context(), plan{asGiven: true, address: filepath.Join(dir, databaseFile), stamp: store.AnyStamp, packDir: to, unlinted: true, master: master})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Verify(t.Context(), store.VerifyAll, nil); err != nil {
		t.Errorf("verify under the mended pack: %v", err)
	}

	to = filepath.Join(t.TempDir(), "half")
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "pack.yaml"), []byte("id: half\nversion: \"1\"\nlanguages: [en]\nzone: Nowhere/At_All\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(exitMisused, "dry", ""); !strings.Contains(got, "the pack has ") || !strings.Contains(got, "write access.yaml") {
		t.Errorf("a pack with mistakes in it: %s", got)
	}
}

// adoptFolder has two administrators adopt what a folder holds.
func adoptFolder(t *testing.T, dir, to string) {
	t.Helper()
	master, err := seal.MasterFromFile(filepath.Join(dir, masterFile))
	if err != nil {
		t.Fatal(err)
	}
	s, err := openStore(t.Context(), plan{asGiven: true, address: filepath.Join(dir, databaseFile), stamp: store.AnyStamp, packDir: to, unlinted: true, master: master})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := adoptsBy(t.Context(), s.Store, s.running, laws{s.running.pack}); err != nil {
		t.Fatal(err)
	}
}
