package app

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// server is this program, serving a database of the bench.
type server struct {
	base string
	cmd  *exec.Cmd
	up   time.Duration // from start to ready
}

// serve starts the program on a world's database.
// unheld: what a machine can do is measured without limits of requests, which a few
// clients that never pause meet within a minute and no office does. A day of workers is
// measured with them.
var unheld = []string{"--limit-worker", "0", "--limit-body", "0", "--sessions", "0"}

func (b *bench) serve(ctx context.Context, t *benchTown, name string, more ...string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--db", t.address, "--master-key", t.master, "--addr", "127.0.0.1:0", "--blind"}, more...)
	if b.Profile != "" {
		args = append(args, "--profile", filepath.Join(b.Profile, name+".pprof"))
	}
	s := &server{cmd: exec.CommandContext(ctx, self, args...)}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	log, err := os.Create(filepath.Join(b.Dir, name+".log")) // each job is a line of it
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
			s.base, s.up = base, time.Since(start)
			return s, nil
		}
	}
	ended := s.cmd.Wait()
	said, _ := os.ReadFile(log.Name())
	return nil, errors.Join(fmt.Errorf("the server ended before it was ready; it said: %s", bytes.TrimSpace(said)), ended)
}

// end stops the server, which it started.
func (s *server) end() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

// resident is its memory in MB, or 0 where there is no /proc.
func (s *server) resident() float64 {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	for line := range strings.Lines(string(text)) {
		var kb float64
		if _, err := fmt.Sscanf(line, "VmRSS: %f kB", &kb); err == nil {
			return kb / 1000
		}
	}
	return 0
}

// ticksPerSecond is what Linux counts processor time in.
const ticksPerSecond = 100

// cpu is the processor time it has used: on a busy machine this says more than
// the clock.
func (s *server) cpu() time.Duration { return cpuOf(strconv.Itoa(s.cmd.Process.Pid)) }

// cpuOf is that of a process by its number, or "self".
func cpuOf(process string) time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%s/stat", process))
	_, rest, ok := bytes.Cut(text, []byte(") "))
	fields := strings.Fields(string(rest))
	if !ok || len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond
}

// idle waits until the server has nothing left to do of what it does once a day,
// which is not what the figures are of, and says how long that took.
func (s *server) idle(ctx context.Context) time.Duration {
	const look, quiet = 2 * time.Second, 40 * time.Millisecond
	start := time.Now()
	for before := s.cpu(); ctx.Err() == nil && time.Since(start) < 3*time.Minute; {
		time.Sleep(look)
		now := s.cpu()
		if now-before <= quiet {
			break
		}
		before = now
	}
	return time.Since(start)
}

// visitor is one client with a session of its own.
type visitor struct {
	http         *http.Client
	base, cookie string
	token        string // a machine's credential
}

func newVisitor(base string) *visitor {
	return &visitor{base: base, http: &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 1, DisableCompression: true}, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signIn goes through the sign-in page.
func signIn(ctx context.Context, base, login, password string) (*visitor, error) {
	v := newVisitor(base)
	res, err := v.send(ctx, http.MethodPost, "/sign-in", strings.NewReader(url.Values{"login": {login}, "password": {password}}.Encode()))
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if strings.HasPrefix(c.Name, "pana_s") {
			v.cookie = c.Name + "=" + c.Value
		}
	}
	if v.cookie == "" {
		return nil, fmt.Errorf("sign-in answered %s", res.Status)
	}
	return v, nil
}

func (v *visitor) send(ctx context.Context, method, path string, body io.Reader, head ...string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, v.base+path, body)
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", v.base)
	}
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	if v.cookie != "" {
		req.Header.Set("Cookie", v.cookie)
	}
	if v.token != "" {
		req.Header.Set("Authorization", "Bearer "+v.token)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", newPassword())
	}
	return v.http.Do(req)
}

// fetch sends and reads the answer, which must be 200 and contain want.
func (v *visitor) fetch(ctx context.Context, method, path string, body io.Reader, want string) (int, error) {
	res, err := v.send(ctx, method, path, body)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusOK || !bytes.Contains(text, []byte(want)) {
		return len(text), fmt.Errorf("%s answered %s without %s", path, res.Status, want)
	}
	return len(text), nil
}

// done sends a form whose act is answered with the address of its receipt.
func (v *visitor) done(ctx context.Context, path string, form io.Reader, receipt string) error {
	res, err := v.send(ctx, http.MethodPost, path, form)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasSuffix(to, receipt) {
		return fmt.Errorf("%s answered %s, to %q", path, res.Status, to)
	}
	return nil
}

// during lets n clients do things one after the other until the time or the
// things are over, and gives the time of each.
func during(ctx context.Context, n, things int, d time.Duration, do func(ctx context.Context, client, thing int) error) ([]time.Duration, time.Duration, error) {
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var all sync.WaitGroup
	var next atomic.Int64
	start := time.Now()
	for client := range n {
		all.Go(func() {
			var mine []time.Duration
			var err error
			for err == nil && ctx.Err() == nil && time.Since(start) < d {
				thing := int(next.Add(1)) - 1
				if thing >= things {
					break
				}
				begun := time.Now()
				if err = do(ctx, client, thing); err == nil {
					mine = append(mine, time.Since(begun))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			took, failed = append(took, mine...), errors.Join(failed, err)
		})
	}
	all.Wait()
	return took, time.Since(start), failed
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

// measure is during with what the server used for it.
func (s *server) measure(ctx context.Context, name string, n, things int, d time.Duration, do func(ctx context.Context, client, thing int) error) (figure, error) {
	before := s.cpu()
	took, all, err := during(ctx, n, things, d, do)
	f := summarise(name, took, all)
	if len(took) > 0 {
		f.Note = fmt.Sprintf("%d done, %.2f ms of processor each", len(took), (s.cpu()-before).Seconds()*1000/float64(len(took)))
	}
	return f, err
}
