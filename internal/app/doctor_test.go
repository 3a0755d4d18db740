package app

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pana/internal/jobs"
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
		{"twenty-nine minutes", 29 * time.Minute, ""},
		{"thirty-one minutes", 31 * time.Minute, "checkpoints are signed;"},
		{"nothing signed for an hour", time.Hour, "checkpoints are signed;"},
		{"backed up twenty-three hours ago", 23 * time.Hour, "checkpoints are signed;"},
		{"backed up twenty-five hours ago", 25 * time.Hour, "checkpoints are signed;backup;"},
		{"nothing backed up for two days", 48 * time.Hour, "checkpoints are signed;backup;"},
		{"another quarter, and nobody made its keys", 300 * 24 * time.Hour, "checkpoints are signed;keys of this quarter;backup;"},
		{"a master key of 729 days", 729 * 24 * time.Hour, "checkpoints are signed;keys of this quarter;backup;"},
		{"a master key of 731 days", 731 * 24 * time.Hour, "checkpoints are signed;keys of this quarter;age of the master key;backup;"},
		{"this clock is a second behind", -time.Second, ""},
		{"this clock is three seconds behind", -3 * time.Second, "checkpoints are signed;clocks agree;"},
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

// A certificate is named three weeks before it ends, and when it is not valid yet.
func TestTheDoctorKnowsWhenACertificateEnds(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		why         string
		from, until time.Duration
		want        string
	}{
		{"two months left", -time.Hour, 60 * 24 * time.Hour, ""},
		{"twenty-two days left", -time.Hour, 22 * 24 * time.Hour, ""},
		{"twenty days left", -time.Hour, 20 * 24 * time.Hour, "it ends in 20 days"},
		{"ended yesterday", -48 * time.Hour, -24 * time.Hour, "it ended on 2026-11-22"},
		{"from tomorrow", 24 * time.Hour, 60 * 24 * time.Hour, "it is not valid yet: is this machine's clock right?"},
	} {
		plan := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(row.from), NotAfter: now.Add(row.until)}
		der, err := x509.CreateCertificate(rand.Reader, plan, plan, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "cert.pem")
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := certificate(path, now); got.wrong != row.want {
			t.Errorf("%s: %q, want %q", row.why, got.wrong, row.want)
		}
	}
}

// A node's clock was set while it ran: the doctor says by how much for a week, the
// metrics that nothing is erased meanwhile.
func TestTheDoctorTellsOfAClockThatWasSet(t *testing.T) {
	t.Parallel()
	s := storetest.Place{Address: filepath.Join(t.TempDir(), "pana.db")}.Open(t, storetest.Options())
	at, passed := time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC), time.Duration(0)
	watch := jobs.WatchOf(func() time.Time { return at.Add(passed) }, func() time.Duration { return passed })
	h := &house{plan: plan{watch: watch}, store: s}
	gauge := func(name string) float64 {
		t.Helper()
		for _, g := range h.gauges(t.Context()) {
			if g.Name == name {
				return g.Value
			}
		}
		t.Fatalf("no %s", name)
		return 0
	}
	if f := clockFinding(t.Context(), s, at); f.wrong != "" || gauge("pana_clock_jumps") != 0 || gauge("pana_erasing_waits") != 0 {
		t.Errorf("nothing was set: %+v", f)
	}
	at = at.Add(48 * time.Hour)
	if err := s.ClockSet(t.Context(), at, watch.Look()); err != nil {
		t.Fatal(err)
	}
	if gauge("pana_clock_jumps") != 1 || gauge("pana_clock_jump_seconds") != 48*3600 || gauge("pana_erasing_waits") != 1 {
		t.Error("the metrics do not say so")
	}
	passed = 25 * time.Hour
	if gauge("pana_erasing_waits") != 0 {
		t.Error("nothing is erased any more")
	}
	for _, row := range []struct {
		why   string
		after time.Duration
		wrong bool
	}{{"at once", 0, true}, {"after it was set right", -48 * time.Hour, true}, {"six days later", 6 * 24 * time.Hour, true}, {"eight days later", 8 * 24 * time.Hour, false}} {
		if f := clockFinding(t.Context(), s, at.Add(row.after)); (f.wrong != "") != row.wrong || row.wrong && (f.note || !strings.Contains(f.wrong, "48h0m0s")) {
			t.Errorf("%s: %+v", row.why, f)
		}
	}
}
