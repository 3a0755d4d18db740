// Command bench puts Pana beside PocketBase on this machine, in one run: it
// builds both, lets 16 clients write over HTTP for some seconds, and prints
// throughput and latency with machine and commit. Speed depends on the disk
// and on what else runs: compare rows with each other, not with another day.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	clients  = 16
	peerAddr = "127.0.0.1:8197"
	// recordBytes is the size of the peer's record, as in the standing comparison.
	recordBytes = 400
)

// figure is one row of the result; pana bench --json prints a list of them.
type figure struct {
	Name   string  `json:"name"`
	PerSec float64 `json:"per_second,omitempty"`
	P50ms  float64 `json:"p50_ms,omitempty"`
	P95ms  float64 `json:"p95_ms,omitempty"`
	P99ms  float64 `json:"p99_ms,omitempty"`
	RSSMB  float64 `json:"resident_mb,omitempty"`
	Value  float64 `json:"value,omitempty"`
	Unit   string  `json:"unit,omitempty"`
	Note   string  `json:"note,omitempty"`
}

func main() {
	seconds := flag.Int("seconds", 5, "how long the clients of the peer write")
	root := flag.String("root", "..", "the project's folder")
	records := flag.Int("records", 100_000, "how long the generated list is that is linked")
	only := flag.String("only", "", "referral, pages, papers, trust, day, check, estimate, kernel, link, synthetic or peer; without it, all")
	flag.Parse()
	if err := run(*root, *only, *records, time.Duration(*seconds)*time.Second); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(root, only string, records int, seconds time.Duration) error {
	dir, err := os.MkdirTemp("", "pana-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if only == "" || only == "kernel" {
		if err := kernels(root, dir, os.Stdout); err != nil || only == "kernel" {
			return err
		}
	}
	if only == "" || only == "link" {
		if err := linking(root, dir, records, os.Stdout); err != nil || only == "link" {
			return err
		}
	}
	if only == "" || only == "synthetic" {
		if err := synthetics(root, dir, os.Stdout); err != nil || only == "synthetic" {
			return err
		}
	}
	pana, peer := filepath.Join(dir, "pana"), filepath.Join(dir, "peer")
	if err := build(root, pana, "./cmd/pana"); err != nil {
		return err
	}
	if err := build(".", peer, "./peer"); err != nil {
		return err
	}
	ours, err := panaFigures(pana, only, dir, seconds)
	if err != nil {
		return err
	}
	if only == "" || only == "referral" {
		share, err := sealedShare(dir)
		if err != nil {
			return err
		}
		ours = append(ours, share)
	}
	theirs, err := peerFigures(peer, filepath.Join(dir, "pb"), seconds)
	if err != nil {
		return err
	}
	size, err := os.Stat(pana)
	if err != nil {
		return err
	}
	ours = append(ours, figure{Name: "binary, static and stripped", Value: float64(size.Size()) / 1e6, Unit: "MB"})
	return report(os.Stdout, root, append(ours, theirs))
}

func build(dir, out, pkg string, env ...string) error {
	c := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, pkg)
	c.Dir, c.Env, c.Stderr = dir, append(append(os.Environ(), "CGO_ENABLED=0"), env...), os.Stderr
	return c.Run()
}

// panaFigures has the servers' profiles written into a folder.
func panaFigures(binary, only, profiles string, seconds time.Duration) (out []figure, err error) {
	args := []string{"bench", "--json", "--for", seconds.String(), "--profile", profiles}
	switch only {
	case "":
	case "peer":
		return nil, nil
	default:
		args = append(args, only)
	}
	c := exec.Command(binary, args...)
	c.Stderr = os.Stderr
	text, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("pana bench: %w", err)
	}
	return out, json.Unmarshal(text, &out)
}

// peerFigures starts PocketBase, writes for a while, and ends what it started.
func peerFigures(binary, dir string, seconds time.Duration) (figure, error) {
	c := exec.Command(binary, dir, peerAddr)
	printed, err := c.StdoutPipe()
	if err != nil {
		return figure{}, err
	}
	if err := c.Start(); err != nil {
		return figure{}, err
	}
	defer func() { _ = c.Process.Kill(); _ = c.Wait() }()
	if err := ready(printed); err != nil {
		return figure{}, err
	}
	f, err := load("http://"+peerAddr+"/api/collections/notes/records", seconds)
	f.RSSMB = resident(c.Process.Pid)
	return f, err
}

func ready(r io.Reader) error {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "ready ") {
			go func() { _, _ = io.Copy(io.Discard, r) }()
			time.Sleep(300 * time.Millisecond) // PocketBase prints before it listens
			return nil
		}
	}
	return errors.New("the peer ended before it was ready")
}

// load writes records with all clients until the time is up.
func load(url string, d time.Duration) (figure, error) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 10 * time.Second}
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var all sync.WaitGroup
	start := time.Now()
	for i := range clients {
		all.Go(func() {
			mine, err := write(ctx, client, url, i)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
			failed = errors.Join(failed, err)
		})
	}
	all.Wait()
	return summarise("PocketBase: one record over HTTP, 16 clients", took, time.Since(start)), failed
}

func write(ctx context.Context, c *http.Client, url string, client int) (took []time.Duration, err error) {
	body := strings.Repeat("x", recordBytes)
	for n := 0; ctx.Err() == nil; n++ {
		record := fmt.Sprintf(`{"tag":"%d-%d","body":%q}`, client, n, body)
		start := time.Now()
		res, err := c.Post(url, "application/json", bytes.NewBufferString(record))
		if err != nil {
			return took, err
		}
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return took, fmt.Errorf("the peer answered %s", res.Status)
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}

func summarise(name string, took []time.Duration, all time.Duration) figure {
	slices.Sort(took)
	at := func(p float64) float64 {
		if len(took) == 0 {
			return 0
		}
		return float64(took[min(len(took)-1, int(p*float64(len(took))))].Microseconds()) / 1000
	}
	return figure{Name: name, PerSec: float64(len(took)) / all.Seconds(), P50ms: at(.5), P95ms: at(.95), P99ms: at(.99)}
}

// resident reads a process's resident memory in MB, or 0 where there is no /proc.
func resident(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb / 1000
		}
	}
	return 0
}

func report(w io.Writer, root string, rows []figure) error {
	commit, _ := exec.Command("git", "-C", root, "rev-parse", "--short", "HEAD").Output()
	fmt.Fprintf(w, "commit %s, %s, %d cores, %s\n\n", strings.TrimSpace(string(commit)), runtime.Version(), runtime.NumCPU(), cpu())
	fmt.Fprintf(w, "%-64s %10s %9s %9s %9s %9s\n", "", "a second", "p50 ms", "p95 ms", "p99 ms", "RSS MB")
	for _, f := range rows {
		if f.Unit != "" {
			fmt.Fprintf(w, "%-64s %10.1f %s %s\n", f.Name, f.Value, f.Unit, f.Note)
			continue
		}
		fmt.Fprintf(w, "%-64s %10.0f %9.2f %9.2f %9.2f %9.0f %s\n", f.Name, f.PerSec, f.P50ms, f.P95ms, f.P99ms, f.RSSMB, f.Note)
	}
	return nil
}

func cpu() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, " \t:\n")
		}
	}
	return runtime.GOARCH
}
