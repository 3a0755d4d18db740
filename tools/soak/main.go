// Command soak kills the server in the middle of writes, takes its power, fills,
// slows and spoils its disk, and takes its database away, many times, and writes
// what came of it to docs/soak.md. It takes minutes, so it is not a gate: make soak.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// tests are the rows of the page, in words.
var tests = []struct{ name, what string }{
	{"TestKilledWriterLosesNothingAcknowledged/sqlite", "SQLite: four writers, the process killed (kill -9) 40 times"},
	{"TestKilledWriterLosesNothingAcknowledged/postgres", "PostgreSQL: four writers, the process killed (kill -9) 40 times"},
	{"TestPowerLossLosesNothingAcknowledged", "SQLite: the power cut 40 times; unsynced writes gone, or some of them kept"},
	{"TestPowerLossTestCanFail", "A disk that lies about syncing loses acts, so the test above can fail"},
	{"TestFullDiskHalfWritesNothing", "SQLite: the disk full; nothing half written, and writing goes on after"},
	{"TestRealSmallDisk", "SQLite: a real disk of 32 MB filled ten times under four writers, then mounted read-only (as root)"},
	{"TestReadOnlyDiskAcknowledgesNothing", "SQLite: the disk read-only 40 times under four writers"},
	{"TestSlowDiskDelaysAndLosesNothing", "SQLite: a disk that takes 40 ms for each sync, once half a second"},
	{"TestTornTailLosesNothingAcknowledged", "SQLite: killed 40 times, each time half a page or an old one at the end of the log"},
	{"TestSpoiltPageIsNoticed", "SQLite: 320 times a page spoilt that was safe; what it held is named, or it held nothing"},
	{"TestClockJumpsLoseNothing/sqlite", "SQLite: a clock that jumps by up to a year at each act"},
	{"TestClockJumpsLoseNothing/postgres", "PostgreSQL: the same"},
	{"TestDatabaseThatRestartsLosesNothing", "PostgreSQL itself crashed ten times under four writers, and started again"},
	{"TestOneOfTwoNodesKilled", "PostgreSQL: two nodes, and one of them killed 40 times"},
	{"TestCutNetworkHoldsNobodyUp", "PostgreSQL: two nodes, and ten times the network cut for one of them in the middle of its writes"},
	{"TestAPulledCable", "PostgreSQL and a node in networks of their own (as root), and ten times the cable between them pulled out while another node writes"},
	{"TestLostPrimaryLosesNothing", "PostgreSQL: four times the primary lost and its synchronous standby promoted"},
}

// outcome is what go test said of one test.
type outcome struct {
	action  string
	seconds float64
	said    string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := soak(ctx, ".."); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func soak(ctx context.Context, root string) error {
	commit, err := exec.CommandContext(ctx, "git", "-C", root, "rev-parse", "--short", "HEAD").Output()
	if err != nil {
		return fmt.Errorf("git rev-parse: %w", err)
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-tags", "soak", "-timeout", "60m", "-run", pattern(), "./internal/store/")
	cmd.Dir, cmd.Env, cmd.Stderr = root, append(os.Environ(), "PANA_SOAK=1"), os.Stderr
	var out bytes.Buffer
	cmd.Stdout = &out
	failed := cmd.Run()
	outcomes, err := read(&out)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "docs", "soak.md"), page(strings.TrimSpace(string(commit)), outcomes), 0o644); err != nil {
		return err
	}
	for _, t := range tests {
		if outcomes[t.name].action != "pass" {
			failed = errors.Join(failed, fmt.Errorf("%s: %s", t.what, result(outcomes[t.name])))
		}
	}
	return failed
}

// pattern finds them all.
func pattern() string {
	var names []string
	for _, t := range tests {
		name, _, _ := strings.Cut(t.name, "/")
		names = append(names, name)
	}
	return "^(" + strings.Join(names, "|") + ")$"
}

// said is the line in which a test tells how much it did.
var said = regexp.MustCompile(`_test\.go:\d+: (\d+ .*)`)

func read(events io.Reader) (map[string]outcome, error) {
	all := map[string]outcome{}
	for dec := json.NewDecoder(events); ; {
		var e struct {
			Action, Test, Output string
			Elapsed              float64
		}
		if err := dec.Decode(&e); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("what go test says: %w", err)
		}
		o := all[e.Test]
		switch e.Action {
		case "pass", "fail", "skip":
			o.action, o.seconds = e.Action, e.Elapsed
		case "output":
			if m := said.FindStringSubmatch(e.Output); m != nil {
				o.said = m[1]
			}
		}
		all[e.Test] = o
	}
}

func page(commit string, outcomes map[string]outcome) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, "# The last soak\n\n`make soak` writes this page. Afterwards every act that a writer was told was done is looked for, once; none may be there that no writer asked for; and the whole ledger is verified (`storetest.Crew`).\n\n")
	fmt.Fprintf(&b, "%s, commit %s, %s on %s/%s with %d processors.\n\n", time.Now().UTC().Format(time.DateOnly), commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprint(&b, "| What was done | Result | Seconds | Counted |\n|---|---|---|---|\n")
	for _, t := range tests {
		o := outcomes[t.name]
		fmt.Fprintf(&b, "| %s | %s | %.0f | %s |\n", t.what, result(o), o.seconds, o.said)
	}
	fmt.Fprint(&b, "\nA slow and a full disk are made by a file system of the test's own under SQLite, which is exact, needs no root and is the same on every machine; one test as root mounts a real one. The network is cut twice: by a relay that swallows what it is sent, in the middle of a transaction, and, as root, by pulling out the cable between two network namespaces, where the kernel's own limits count (`TCP_USER_TIMEOUT`, keep-alive). PostgreSQL crashes without a checkpoint (`SIGQUIT`); what it keeps when its own machine loses power is its own promise.\n")
	return b.Bytes()
}

func result(o outcome) string {
	switch o.action {
	case "pass":
		return "passed"
	case "fail":
		return "**failed**"
	}
	return "not run"
}
