package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pana/internal/store/storetest"
)

// TestTheDoctorNamesWhatIsWrong sets an office up, spoils it in one way after the
// other, and reads what is said.
func TestTheDoctorNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "office")
	run := func(line string) (int, string) {
		var out, errs strings.Builder
		exit := Main(strings.Fields(line), &out, &errs)
		return exit, out.String() + errs.String()
	}
	if exit, said := run("init --data " + dir); exit != exitOK {
		t.Fatal(said)
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if exit, said := run("backup --data " + dir + " --to " + dir + "/b --recipient " + identity.Recipient().String()); exit != exitOK {
		t.Fatal(said)
	}
	look := "doctor --data " + dir + " --proxy 127.0.0.1 --backup-to " + dir + "/b"
	if exit, said := run(look); exit != exitOK || strings.Contains(said, "WRONG") || !strings.Contains(said, "well   backup\n") {
		t.Errorf("a new office: exit %d, said %s", exit, said)
	}
	for _, row := range []struct {
		why, says string
		spoil     func() error
	}{
		{"the key can be read by others", "WRONG  master key is closed to others", func() error { return os.Chmod(filepath.Join(dir, masterFile), 0o644) }},
		{"a part of the chain is gone", "WRONG  the folder's runs follow each other", func() error { return os.Remove(filepath.Join(dir, "b", "000001.manifest")) }},
		{"another master key", "WRONG  the database opens: seal.", func() error {
			if err := os.Remove(filepath.Join(dir, masterFile)); err != nil {
				return err
			}
			_, err := openOrMakeMaster(filepath.Join(dir, masterFile))
			return err
		}},
	} {
		if err := row.spoil(); err != nil {
			t.Fatal(err)
		}
		if exit, said := run(look); exit != exitFailed || !strings.Contains(said, row.says) {
			t.Errorf("%s: exit %d, said %s", row.why, exit, said)
		}
		if err := os.Chmod(filepath.Join(dir, masterFile), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// What is wrong with time: nothing signed for long, nothing backed up for a day.
func TestTheDoctorKnowsTheTime(t *testing.T) {
	t.Parallel()
	s := storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}.Open(t, storetest.Options())
	at := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	if _, err := storetest.WriteAt(s, "a", storetest.Ref(1), storetest.Wrote{Name: "a"}, at); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Checkpoint(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if err := s.BackedUp(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if _, err := storetest.WriteAt(s, "b", storetest.Ref(1), storetest.Wrote{Name: "b"}, at); err != nil {
		t.Fatal(err)
	}
	wrong := func(found []finding) (out string) {
		for _, f := range found {
			if f.wrong != "" {
				out += f.what + ";"
			}
		}
		return out
	}
	for _, row := range []struct {
		why   string
		after time.Duration
		want  string
	}{
		{"at once", time.Minute, ""},
		{"nothing signed for an hour", time.Hour, "checkpoints are signed;"},
		{"nothing backed up for two days", 48 * time.Hour, "checkpoints are signed;backup;"},
		{"another quarter, and nobody made its keys", 300 * 24 * time.Hour, "checkpoints are signed;keys of this quarter;backup;"},
		{"this clock is behind", -time.Hour, "checkpoints are signed;clocks agree;"},
	} {
		now := at.Add(row.after)
		found := append(ledgerFindings(t.Context(), s, now), (doctorCommand{}).backups(t.Context(), s, now)...)
		if got := wrong(append(found, serverFindings(t.Context(), s, now)...)); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
}

func TestTheDoctorLooksAtTheWayIn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, addr, proxy, cert string
		wrong, note            bool
	}{
		{"behind a proxy on this machine", "127.0.0.1:8080", "127.0.0.1", "", false, false},
		{"on this machine alone", "127.0.0.1:8080", "", "", true, true},
		{"in clear to everybody", "0.0.0.0:8080", "", "", true, false},
		{"a proxy across the network", "10.0.0.4:8080", "10.0.0.3", "", true, true},
		{"a certificate that is not there", "0.0.0.0:443", "", "none.pem", true, false},
	} {
		got := doctorCommand{Addr: row.addr, Proxy: row.proxy, Cert: row.cert}.network(time.Now())[0]
		if (got.wrong != "") != row.wrong || got.note != row.note {
			t.Errorf("%s: %+v", row.why, got)
		}
	}
}
