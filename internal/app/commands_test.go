package app

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pana/packs"
)

// The stories in testdata/commands are what others script against: pana's
// output and exit codes, on a copy of Atlantis in $WORK/atlantis.
//
//	pana 1 check …     runs one command line, which must exit 1
//	edit FILE FROM TO  replaces the first FROM in a file
func TestCommandStories(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/commands",
		Setup: func(e *testscript.Env) error {
			return copyAtlantis(filepath.Join(e.WorkDir, "atlantis"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"pana": func(ts *testscript.TestScript, _ bool, args []string) {
				want, err := strconv.Atoi(args[0])
				ts.Check(err)
				if got := Main(args[1:], ts.Stdout(), ts.Stderr()); got != want {
					ts.Fatalf("exit %d, not %d", got, want)
				}
			},
			"edit": func(ts *testscript.TestScript, _ bool, args []string) {
				name := ts.MkAbs(args[0])
				text := ts.ReadFile(name)
				if !strings.Contains(text, args[1]) {
					ts.Fatalf("%s has no %q", args[0], args[1])
				}
				to := strings.ReplaceAll(args[2], `\n`, "\n")
				ts.Check(os.WriteFile(name, []byte(strings.Replace(text, args[1], to, 1)), 0o644))
			},
		},
	})
}

func copyAtlantis(to string) error {
	from, err := fs.Sub(packs.FS, "atlantis")
	if err != nil {
		return err
	}
	return os.CopyFS(to, from)
}

// A line of the refuge procedure is deleted while somebody watches, and what
// follows is told; then the file is broken, and mended.
func TestWatchTellsWhatChanged(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "atlantis")
	if err := copyAtlantis(dir); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "procedures", "refuge.yaml")
	law, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	watch := startWatch(t, dir)
	watch.until("cells checked")
	save := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	save(strings.Replace(string(law), "binds: [removal]\n  when: claim_open", "binds: [let_in]\n  when: claim_open", 1))
	watch.until(`N1 2020-06-01 law: holds -> fails`)
	watch.until(`3\. Send back`)
	watch.until(`cells checked, \d+ of \d+ changed`)
	save(strings.Replace(string(law), "when: claim_open", "when: claim_opened", 1))
	watch.until(`refuge\.yaml:\d+: .*claim_opened`)
	save(string(law))
	watch.until(`N1 2020-06-01 law: fails -> holds`)
}

// watching is a running pana check --watch.
type watching struct {
	t     *testing.T
	lines chan string
	seen  []string
}

func startWatch(t *testing.T, dir string) *watching {
	t.Helper()
	w := &watching{t: t, lines: make(chan string, 10_000)}
	ctx, done := contextOf(t)
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		c := checkCommand{Pack: dir, Watch: true, Lang: "en"}
		_ = exited(c.run(&world{ctx, lineWriter{w.lines}, lineWriter{w.lines}}, findCells))
	}()
	t.Cleanup(func() { done(); <-finished })
	return w
}

// lineWriter hands on what is printed; a print is never more than some lines.
type lineWriter struct{ to chan string }

func (l lineWriter) Write(b []byte) (int, error) {
	l.to <- string(b)
	return len(b), nil
}

// until waits for a line; a minute is for a machine that does ten other things.
func (w *watching) until(pattern string) {
	w.t.Helper()
	want := regexp.MustCompile(pattern)
	limit := time.After(time.Minute)
	for {
		select {
		case line := <-w.lines:
			w.seen = append(w.seen, line)
			if want.MatchString(line) {
				return
			}
		case <-limit:
			w.t.Fatalf("never said %s; said:\n%s", pattern, strings.Join(w.seen, ""))
		}
	}
}

// Sizes are read as people write them.
func TestSizes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, written string
		bytes        int64
	}{
		{"megabytes", "512MB", 512 << 20},
		{"small letters and a space", "2 gb", 2 << 30},
		{"kilobytes", "64KB", 64 << 10},
		{"plain bytes", "1000", 1000},
		{"bytes by name", "1000B", 1000},
		{"nothing is the checker's own", "", 0},
	} {
		if got, err := parseSize(row.written); err != nil || got != row.bytes {
			t.Errorf("%s: %d, %v", row.why, got, err)
		}
	}
	for _, bad := range []string{"much", "-1MB", "0", "9999999999999GB", "1.5GB"} {
		if got, err := parseSize(bad); err == nil {
			t.Errorf("%q is read as %d", bad, got)
		}
	}
}

// A long run says every two seconds how far it is, a short one nothing.
func TestProgressOfALongRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := newProgress(&out, func() time.Time { return at })
	for i := range 7 {
		at = at.Add(900 * time.Millisecond)
		p.cell(i+1, 7, cellOf("N1", "2010-06-01"))
	}
	if got := strings.Count(out.String(), "\n"); got != 2 || !strings.Contains(out.String(), "3 of 7 cells after 3s; last: N1 2010-06-01 law fails") {
		t.Errorf("%d lines: %s", got, fmt.Sprint(&out))
	}
}
