package testkit

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// SpinResult is what Spin says of a model.
type SpinResult struct {
	States   int // stored, the one before the first choice included
	Violated bool
}

// NeedsSpin skips a test where Spin is not asked for: make check GATES=spin.
func NeedsSpin(t testing.TB) {
	t.Helper()
	if os.Getenv("PANA_SPIN") == "" {
		t.Skip("PANA_SPIN is not set: make check GATES=spin")
	}
}

// Spin explores a Promela model without Spin's own reductions.
func Spin(t testing.TB, model []byte) SpinResult {
	t.Helper()
	NeedsSpin(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "model.pml"), model, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	run := func(name string, args ...string) string {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s\n%s", name, err, out, model)
		}
		return string(out)
	}
	run("spin", "-a", "-o1", "-o2", "-o3", "model.pml")
	run("gcc", "-O0", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=2048", "-o", "pan", "pan.c")
	out := run("./pan", "-E", "-c0", "-m5000000", "-w22")
	return readSpin(t, out)
}

var (
	spinStored = regexp.MustCompile(`(?m)^\s*(\d+) states, stored`)
	spinErrors = regexp.MustCompile(`errors: (\d+)`)
	spinCut    = regexp.MustCompile(`max search depth too small|out of memory|Search not completed`)
)

func readSpin(t testing.TB, out string) SpinResult {
	t.Helper()
	stored, errors := spinStored.FindStringSubmatch(out), spinErrors.FindStringSubmatch(out)
	if stored == nil || errors == nil || spinCut.MatchString(out) {
		t.Fatalf("Spin did not finish:\n%s", out)
	}
	states, err := strconv.Atoi(stored[1])
	if err != nil {
		t.Fatal(fmt.Errorf("states stored: %w", err))
	}
	return SpinResult{States: states, Violated: errors[1] != "0"}
}
