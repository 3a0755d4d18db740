package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pana/internal/casework"
	"pana/internal/seal"
	"pana/internal/store"
	"pana/internal/store/storetest"
	"pana/internal/testkit"
)

// The victim is this test binary started again: it writes acts, says aloud each
// one that was acknowledged, and is killed.
const (
	victimEnv = "PANA_TEST_VICTIM"
	masterEnv = "PANA_TEST_MASTER"
	roundEnv  = "PANA_TEST_ROUND"
)

func victimOptions(address, masterFile string) (store.Options, error) {
	m, err := seal.MasterFromFile(masterFile)
	opt := storetest.Options()
	opt.Address, opt.Master = address, m
	return opt, err
}

func victim() {
	opt, err := victimOptions(os.Getenv(victimEnv), os.Getenv(masterEnv))
	if err != nil {
		panic(err)
	}
	s, err := store.Open(context.Background(), opt)
	if err != nil {
		panic(err)
	}
	for w := range 4 {
		go func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("r%s-%d-%d", os.Getenv(roundEnv), w, n)
				if _, err := storetest.Write(s, key, storetest.Ref(w), storetest.Wrote{Name: key}); err != nil {
					panic(err)
				}
				_, _ = os.Stdout.WriteString(key + "\n") // one write: a line is whole or absent
			}
		}()
	}
	select {}
}

// rounds is how often each database is killed: three times in a test run, forty
// with PANA_SOAK set (make soak).
func rounds() int {
	if os.Getenv("PANA_SOAK") != "" {
		return 40
	}
	return 3
}

func TestKilledWriterLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		address func(*testing.T) string
	}{
		{"sqlite", func(t *testing.T) string { return filepath.Join(t.TempDir(), "pana.db") }},
		{"postgres", func(t *testing.T) string { return testkit.Postgres(t) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			address, master := row.address(t), filepath.Join(t.TempDir(), "master")
			if _, err := seal.NewMasterFile(master); err != nil {
				t.Fatal(err)
			}
			said := 0
			for round := range rounds() {
				keys := killOnce(t, address, master, round)
				said += len(keys)
				lookFor(t, address, master, keys)
			}
			t.Logf("%d acknowledged acts, none lost", said)
		})
	}
}

// killOnce runs a victim for a while and gives the acts it said were done.
func killOnce(t *testing.T, address, master string, round int) []string {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+address, masterEnv+"="+master, roundEnv+"="+fmt.Sprint(round))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	var keys []string
	for lines.Scan() {
		if len(keys) == 0 { // it is writing now: let it go on for a moment, then kill it
			time.AfterFunc(time.Duration(rand.IntN(150))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
		keys = append(keys, lines.Text())
	}
	_ = cmd.Wait()
	return keys
}

func lookFor(t *testing.T, address, master string, keys []string) {
	opt, err := victimOptions(address, master)
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Verify(context.Background(), store.VerifyAll, nil); err != nil {
		t.Fatal(err)
	}
	refs := make([]casework.Ref, 4)
	for i := range refs {
		refs[i] = storetest.Ref(i)
	}
	l, err := s.View(context.Background(), refs...)
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, ref := range refs {
		if pad := store.As[*storetest.Pad](l, ref); pad != nil {
			for name := range pad.Lines {
				have[name] = true
			}
		}
	}
	for _, key := range keys {
		if !have[strings.TrimSpace(key)] {
			t.Errorf("%s was acknowledged and is gone", key)
		}
	}
	if len(keys) == 0 {
		t.Error("the victim acknowledged nothing: this test shows nothing")
	}
}
