package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pana/internal/testkit"
)

// TestKeysAreExchanged walks an office from a key file to another, to a key
// service, and through a stolen key, as docs/operators.md tells it.
func TestKeysAreExchanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	service := testkit.NewTransit(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(in("token"), []byte(service.Token), 0o600); err != nil {
		t.Fatal(err)
	}
	kms := "--kms-token " + in("token")
	for _, row := range []struct {
		why, line string
		exit      int
		says      string
	}{
		{"an office", "init --master-key " + in("first"), exitOK, "login: admin"},
		{"a new key is named", "keys rotate --old-master-key " + in("first"), exitFailed, "the new one"},
		{"the old one must be the right one", "keys rotate --master-key " + in("second") + " --old-master-key " + in("none"), exitFailed, "old master key"},
		{"a new key", "keys make " + in("second"), exitOK, "made"},
		{"not over another", "keys make " + in("second"), exitFailed, "seal.master_exists"},
		{"exchanged", "keys rotate --master-key " + in("second") + " --old-master-key " + in("first"), exitOK, "wrapped by the new master key, 0 were already"},
		{"the old one opens nothing", "verify --quiet --master-key " + in("first"), exitFailed, "seal.wrong_master"},
		{"the new one opens all", "verify --quiet --master-key " + in("second"), exitOK, "depth 2"},
		{"a service wants a token", "keys rotate --master-key transit:" + service.URL + " --old-master-key " + in("second"), exitFailed, "--kms-token"},
		{"to a key service", "keys rotate " + kms + " --master-key transit:" + service.URL + " --old-master-key " + in("second"), exitOK, "wrapped by the new master key"},
		{"a stolen key", "keys rewrap kek/core/QUARTER --quiet " + kms + " --master-key transit:" + service.URL, exitOK, "stays for now"},
		{"a key that is not there", "keys rewrap kek/nobody/QUARTER --quiet " + kms + " --master-key transit:" + service.URL, exitFailed, "seal.no_such_kek"},
		{"all that is stored agrees", "verify --quiet " + kms + " --master-key transit:" + service.URL, exitOK, "depth 2"},
		{"the keys by name", "keys list", exitOK, ".02"},
		{"a credential outside systemd", "verify --master-key credential:master", exitFailed, "CREDENTIALS_DIRECTORY"},
		{"a descriptor that is the terminal", "verify --master-key fd:1", exitFailed, "fd:N"},
	} {
		line := row.line
		if strings.Contains(line, "QUARTER") {
			line = strings.ReplaceAll(line, "QUARTER", quarterNow(t, dir))
		}
		var out, errs strings.Builder
		args := strings.Fields(line)
		if args[1] != "make" {
			args = append(args, "--db", "sqlite:"+in("pana.db"))
		}
		exit := Main(args, &out, &errs)
		if all := out.String() + errs.String(); exit != row.exit || !strings.Contains(all, row.says) {
			t.Errorf("%s: exit %d, said %s", row.why, exit, all)
		}
	}
}

// quarterNow is this quarter, as the names of keys have it.
func quarterNow(t *testing.T, dir string) string {
	t.Helper()
	var out, errs strings.Builder
	if exit := Main([]string{"keys", "list", "--db", "sqlite:" + filepath.Join(dir, "pana.db")}, &out, &errs); exit != exitOK {
		t.Fatal(errs.String())
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if name, ok := strings.CutPrefix(line, "kek/core/"); ok {
			return name[:strings.IndexByte(name, ' ')]
		}
	}
	t.Fatalf("no key of a core compartment:\n%s", out.String())
	return ""
}
