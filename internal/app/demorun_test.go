package app

import (
	"context"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/store"
)

// A pushed clock ends no session and survives a restart; what it made due is
// done: the shelter that stays silent rings at the coordinator's.
func TestDemoClockIsPushed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := openDemo(t.Context(), dir, 40, io.Discard, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	in, err := d.Enter(t.Context(), "coordinator", desk.SignInInput{})
	if err != nil {
		t.Fatal(err)
	}
	before, start := count(t, d, "referrals", store.Where("escalated_at", store.Set)), d.clock.Now()
	for _, row := range []struct {
		by   string
		adds time.Duration // at least
	}{{"1h", time.Hour}, {"1d", 24 * time.Hour}, {"next", time.Second}} {
		was := d.clock.Now()
		if err := d.Push(t.Context(), row.by); err != nil {
			t.Errorf("push %s: %v", row.by, err)
		}
		if got := d.clock.Now().Sub(was); got < row.adds {
			t.Errorf("push %s moved %s", row.by, got)
		}
		if row.by == "1h" && count(t, d, "referrals", store.Where("escalated_at", store.Set)) != before+1 {
			t.Error("after an hour the silent shelter's referral has not rung")
		}
	}
	d.clock.Push(30 * 24 * time.Hour) // longer than any session lasts
	if err := d.Push(t.Context(), "1d"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.desk.Session(t.Context(), in.Token); err != nil {
		t.Errorf("a push ended the session: %v", err)
	}
	if err := d.close(); err != nil {
		t.Fatal(err)
	}
	again, err := openDemo(t.Context(), dir, 40, io.Discard, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer again.close()
	if again.clock.Now().Sub(start) < 31*24*time.Hour || again.count != 40 {
		t.Errorf("after a restart: %s later, %d files", again.clock.Now().Sub(start), again.count)
	}
	if _, err := again.Enter(t.Context(), "inspector", desk.SignInInput{}); err != nil {
		t.Errorf("this run's password is not everybody's: %v", err)
	}
}

// The command prints what others script against, and what it prints can be
// done while it runs: one bit is changed, and verify names it.
func TestDemoCommand(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out, errs := newLines(), newLines()
	ended := make(chan error, 1)
	go func() {
		ended <- demoCommand{Data: dir, Addr: "127.0.0.1:0", Files: 40}.Run(&world{ctx: ctx, out: out, err: errs})
	}()
	said := out.wait(t, "ready http://")
	ready := regexp.MustCompile(`(?m)^ready http://(127\.0\.0\.1:\d+)$`).FindStringSubmatch(said)
	if ready == nil || strings.HasSuffix(ready[1], ":0") {
		t.Fatalf("no real address: %s", said)
	}
	for _, want := range []string{"seeding 40 invented files", "inspectorate", "tamper --data " + dir} {
		if !strings.Contains(said, want) {
			t.Errorf("not said: %s", want)
		}
	}
	for _, row := range []struct {
		why, line string
		exit      int
		says      string
	}{
		{"the whole record agrees while the demo runs", "verify --quiet --data " + dir, exitOK, "agrees:"},
		{"one bit is changed", "tamper --data " + dir, exitOK, "changed"},
		{"and named", "verify --quiet --data " + dir, exitFailed, "does not agree"},
		{"a demonstration is not served", "serve --addr 127.0.0.1:0 --data " + dir, exitFailed, "demonstration of invented people"},
		{"a port that is taken", "demo --files 40 --addr " + ready[1], exitFailed, "--addr 127.0.0.1:0"},
	} {
		var o, e strings.Builder
		if exit := Main(strings.Fields(row.line), &o, &e); exit != row.exit || !strings.Contains(o.String()+e.String(), row.says) {
			t.Errorf("%s: exit %d, said %s%s", row.why, exit, o.String(), e.String())
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("stopped: %v", err)
	}
	if c, err := net.Dial("tcp", ready[1]); err == nil {
		_ = c.Close()
		t.Error("still listening")
	}
}

// A making that was interrupted, at whatever moment, is never taken for a
// demonstration: the folder is refused in words that say what to do, or, where
// nothing had been kept yet, the town is made whole.
func TestDemoInterrupted(t *testing.T) {
	t.Parallel()
	refused := 0
	for _, writes := range []int64{40, 400, 1500, 2500, 4000, 8000} {
		dir := t.TempDir()
		ctx, stop := context.WithCancel(t.Context())
		d := newDisk(t, strconv.FormatInt(writes, 10))
		d.after, d.then = writes, stop
		half, err := openDemo(ctx, dir, 40, io.Discard, slog.New(slog.DiscardHandler), func(p *plan) { p.vfs = d.name })
		if err == nil {
			_ = half.close()
			t.Fatalf("seeded after it was stopped at write %d", writes)
		}
		again, err := openDemo(t.Context(), dir, 40, io.Discard, slog.New(slog.DiscardHandler))
		if err != nil {
			if refused++; !strings.Contains(err.Error(), "interrupted") || !strings.Contains(err.Error(), "--data") {
				t.Errorf("stopped at write %d: %v", writes, err)
			}
			continue
		}
		if _, err := again.store.Verify(t.Context(), store.VerifyAll, nil); err != nil || again.count != 40 {
			t.Errorf("stopped at write %d: %d files, %v", writes, again.count, err)
		}
		_ = again.close()
	}
	if refused < 2 {
		t.Errorf("only %d makings were stopped half-way: this test shows little", refused)
	}
}

// lines are what a command has printed so far.
type lines struct {
	mu   sync.Mutex
	said strings.Builder
	more chan struct{}
}

func newLines() *lines { return &lines{more: make(chan struct{}, 1)} }

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default:
	}
	return l.said.Write(b)
}

func (l *lines) wait(t *testing.T, text string) string {
	t.Helper()
	late := time.After(2 * time.Minute)
	for {
		l.mu.Lock()
		said := l.said.String()
		l.mu.Unlock()
		if strings.Contains(said, text) && strings.HasSuffix(said, "\n") {
			return said
		}
		select {
		case <-l.more:
		case <-late:
			t.Fatalf("never said %q: %s", text, said)
		}
	}
}
