package app

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"pana/internal/auth"
	"pana/internal/testkit"
)

// live is a demonstration that is served: the whole program but its command
// line. What it logs, at the most talkative level, is kept to be searched.
type live struct {
	*demo
	url, dir string
	log      *ears
}

// local is the hour on the country's clocks: a form's day is theirs, and at some hour
// of the night that is not Greenwich's.
func (l *live) local() time.Time { return l.clock.Now().In(l.house.pack.Location()) }

// ears keep what a log says.
type ears struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (e *ears) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.said.Write(b)
}

func (e *ears) String() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.said.String()
}

// seededTown is a folder with a few invented files, made once a run; each test
// gets a copy.
var seededTown = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "pana-test-town-")
	if err != nil {
		return "", err
	}
	d, err := openDemo(context.Background(), dir, 40, io.Discard, slog.New(slog.DiscardHandler))
	if err != nil {
		return dir, err
	}
	return dir, d.close()
})

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // memory is there, processor is short
	passwordCost = auth.Params{MemoryKiB: 64, Passes: 1, Threads: 1}
	code := m.Run()
	testkit.StopPostgres()
	if dir, _ := seededTown(); dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// begin serves a demonstration of the test's own.
func begin(t *testing.T, tune ...func(*plan)) *live {
	t.Helper()
	town, err := seededTown()
	if err != nil {
		t.Fatalf("seed the town: %v", err)
	}
	l := &live{dir: t.TempDir(), log: &ears{}}
	if err := os.CopyFS(l.dir, os.DirFS(town)); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(l.dir, masterFile), 0o600); err != nil { // CopyFS opens it to others
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if l.demo, err = openDemo(t.Context(), l.dir, 40, io.Discard, log, tune...); err != nil {
		t.Fatalf("open the demonstration: %v", err)
	}
	l.serve(t)
	return l
}

// serve answers for the demonstration until the test ends.
func (l *live) serve(t *testing.T) {
	t.Helper()
	handler, err := l.handler(l.demo, false)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		server.Close()
		if err := l.close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	l.url = server.URL
}

// plain is a reader without a browser.
func (l *live) plain(t *testing.T, lang string) *testkit.Plain {
	p := testkit.NewPlain(t, l.url)
	p.Header.Set("Accept-Language", lang)
	return p
}

// enter signs in by the role's button on the sign-in page.
func enter(r testkit.Reader, window, role string) {
	r.Go(window + "/sign-in")
	r.Press("", "", "role="+role)
}
