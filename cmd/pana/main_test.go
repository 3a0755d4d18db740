package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"pana": main}) }

// TestCommandLine tells what others script against, as stories: what is
// printed, on which stream, and with which exit code.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	packs, err := filepath.Abs(filepath.Join("..", "..", "packs"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PACKS", packs)
			if err := writeExchangeStory(e.WorkDir); err != nil {
				return err
			}
			e.Values[demoKey{}] = &running{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"demo": startDemo, "ask": ask,
		},
	})
}

// writeExchangeStory puts what docs/exchange.md tells people to type into a story's folder.
func writeExchangeStory(dir string) error {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "exchange.md"))
	if err != nil {
		return err
	}
	_, block, _ := strings.Cut(string(text), "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	return os.WriteFile(filepath.Join(dir, "exchange-story.sh"), []byte(block), 0o600)
}

// demoKey finds a story's demonstration among its values.
type demoKey struct{}

// running is the demonstration of one story.
type running struct {
	cmd *exec.Cmd
	out io.Reader
}

// startDemo runs "pana demo" with the arguments until its ready line, and sets
// $URL to the address in it; what it printed is then in demo.out. "demo stop"
// interrupts it, as Ctrl-C does, and leaves its last words in stopped.
func startDemo(ts *testscript.TestScript, _ bool, args []string) {
	r := ts.Value(demoKey{}).(*running)
	if len(args) == 1 && args[0] == "stop" {
		said, err := r.stop()
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs("stopped"), []byte(said), 0o600))
		return
	}
	dir, _, _ := strings.Cut(ts.Getenv("PATH"), string(os.PathListSeparator))
	r.cmd = exec.Command(filepath.Join(dir, "pana"), append([]string{"demo"}, args...)...)
	r.cmd.Dir, r.cmd.Env = ts.MkAbs("."), append(os.Environ(), "TMPDIR="+ts.Getenv("WORK"))
	pipe, err := r.cmd.StdoutPipe()
	ts.Check(err)
	out := bufio.NewReader(pipe)
	r.out = out
	ts.Check(r.cmd.Start())
	ts.Defer(func() { _, _ = r.stop() })
	var printed strings.Builder
	for ts.Getenv("URL") == "" {
		line, err := out.ReadString('\n')
		if printed.WriteString(line); err != nil {
			ts.Fatalf("the demonstration never became ready:\n%s", printed.String())
		}
		if url, ok := strings.CutPrefix(line, "ready "); ok {
			ts.Setenv("URL", strings.TrimSpace(url))
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs("demo.out"), []byte(printed.String()), 0o600))
}

// stop interrupts the demonstration and gives what it still said; an exit code
// other than 0 is an error.
func (r *running) stop() (string, error) {
	if r.cmd == nil {
		return "", nil
	}
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		return "", err
	}
	said, err := io.ReadAll(r.out)
	err = errors.Join(err, r.cmd.Wait())
	r.cmd = nil
	return string(said), err
}

// ask is a small curl: ask PATH [BODY-FILE [CREDENTIAL-FILE]]. The status and
// the body go to stdout.
func ask(ts *testscript.TestScript, _ bool, args []string) {
	method, body := http.MethodGet, ""
	if len(args) > 1 {
		method, body = http.MethodPost, ts.ReadFile(args[1])
	}
	req, err := http.NewRequest(method, ts.Getenv("URL")+args[0], strings.NewReader(body))
	ts.Check(err)
	if len(args) > 2 {
		_, secret, _ := strings.Cut(ts.ReadFile(args[2]), "credential: ")
		secret, _, _ = strings.Cut(secret, "\n")
		req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(secret))
		req.Header.Set("Idempotency-Key", args[0]+args[1])
	}
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	ts.Check(err)
	_, err = io.WriteString(ts.Stdout(), res.Status+"\n"+string(text))
	ts.Check(err)
}
