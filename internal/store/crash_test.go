package store_test

import (
	"bufio"
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

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
	// silenceEnv shortens the limit of a group's transaction; unset: as it is.
	silenceEnv = "PANA_TEST_SILENCE"
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
	opt.Silence, _ = time.ParseDuration(os.Getenv(silenceEnv))
	s, err := store.Open(context.Background(), opt)
	if err != nil {
		panic(err)
	}
	crew := &storetest.Crew{Name: "r" + os.Getenv(roundEnv), Heard: func(line string) {
		_, _ = os.Stdout.WriteString(line + "\n") // one write: a line is whole or absent
	}}
	crew.Start(s)
	select {}
}

// rounds is how often something is done to a database: three times in a test run,
// forty with PANA_SOAK set (make soak).
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
			v := newVictims(t, row.address(t))
			for range rounds() {
				v.killOne(t)
				v.whole(t)
			}
			t.Logf("%d acknowledged acts, none lost", v.said.All())
		})
	}
}

// victims write to one database, one after the other, each until it is killed.
type victims struct {
	address, master string
	round           int
	said            storetest.Counts
}

func newVictims(t *testing.T, address string) *victims {
	t.Helper()
	v := &victims{address: address, master: filepath.Join(t.TempDir(), "master"), said: storetest.Counts{}}
	if _, err := seal.NewMasterFile(v.master); err != nil {
		t.Fatal(err)
	}
	return v
}

// killOne runs a victim for a while and adds what it said was done.
func (v *victims) killOne(t *testing.T) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+v.address, masterEnv+"="+v.master, roundEnv+"="+strconv.Itoa(v.round))
	v.round++
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, first := bufio.NewScanner(out), true
	for lines.Scan() {
		if first { // it is writing now: let it go on for a moment, then kill it
			time.AfterFunc(time.Duration(rand.IntN(150))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
		first = false
		v.said.Count(lines.Text())
	}
	_ = cmd.Wait()
	if first {
		t.Error("the victim acknowledged nothing: this test shows nothing")
	}
}

// open opens the database that they write to; silence 0 is as it is.
func (v *victims) open(t *testing.T, silence time.Duration) *store.Store {
	t.Helper()
	opt, err := victimOptions(v.address, v.master)
	if err != nil {
		t.Fatal(err)
	}
	opt.Silence = silence
	s, err := store.Open(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (v *victims) whole(t *testing.T) {
	t.Helper()
	s := v.open(t, 0)
	defer s.Close()
	storetest.Whole(t, s, v.said)
}
