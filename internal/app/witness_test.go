package app

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Another organisation's witness signs beside a ledger; a monitor sees it, the page
// says so; one that is down is seen too and keeps nobody waiting.
func TestWitnessesSignBesideTheLedger(t *testing.T) {
	t.Parallel()
	l := begin(t)
	if _, err := l.store.Checkpoint(t.Context(), l.clock.Now()); err != nil {
		t.Fatal(err)
	}
	_, key, err := l.store.LatestCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, ended := newLines(), make(chan error, 1)
	go func() {
		ended <- witnessCommand{Name: "watch.test", Key: filepath.Join(dir, "key"), State: filepath.Join(dir, "heads"), Log: []string{key}, Addr: "127.0.0.1:0"}.Run(&world{ctx: ctx, out: out, err: out})
	}()
	said := regexp.MustCompile(`(?s)key of the witness: (\S+)\nready (\S+)`).FindStringSubmatch(out.wait(t, "ready 127"))
	if said == nil {
		t.Fatal("the witness does not say its key")
	}
	if info, err := os.Stat(filepath.Join(dir, "key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the secret can be read by others: %v", err)
	}
	list := filepath.Join(dir, "list")
	down := strings.Replace(said[1], "watch.test", "gone.test", 1)
	for _, row := range []struct{ why, text, says string }{
		{"a key that is another's", down + " http://127.0.0.1:1", "line 1"},
		{"in clear to another machine", said[1] + " http://watch.test", "https://"},
	} {
		if err := os.WriteFile(list, []byte(row.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (witnessSettings{list}).apply(&plan{}); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	watch := []string{"monitor", l.url, "--verifier", key, "--witness", said[1], "--stale", "0"}
	if exit, told := runs(t, watch...); exit != exitUnsure || !strings.Contains(told, "witnesses: 0 of 1") {
		t.Errorf("before it signed: exit %d, %s", exit, told)
	}
	for _, address := range []string{"http://127.0.0.1:1", "http://" + said[2]} { // down, and then there
		if err := os.WriteFile(list, []byte(said[1]+" "+address), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := (witnessSettings{list}).apply(&l.plan); err != nil {
			t.Fatal(err)
		}
		l.askWitnesses(t.Context())
		known := l.witnesses.known()
		if len(known) != 1 || (known[0].Failing == "down") != strings.HasSuffix(address, ":1") {
			t.Errorf("at %s: %+v", address, known)
		}
	}
	if exit, told := runs(t, watch...); exit != exitOK || !strings.Contains(told, "cosigned by watch.test") {
		t.Errorf("after it signed: exit %d, %s", exit, told)
	}
	if exit, told := runs(t, "verify", "--quiet", "--depth", "1", "--data", l.dir); exit != exitOK {
		t.Errorf("a cosigned ledger: exit %d, %s", exit, told)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
