package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pana/internal/auth"
)

// rounds is how often users are measured beside rubbish for the server and beside
// rubbish for nobody, in turns: what else the machine does meets both.
const rounds = 3

// trust measures what safety costs those who use it: signing in, and being
// served while somebody sends rubbish as fast as one core can.
func (b *bench) trust(ctx context.Context) error {
	if err := b.signInCost(ctx); err != nil {
		return err
	}
	dir, err := b.folder()
	if err != nil {
		return err
	}
	t, err := b.town(ctx, dir, filepath.Join(dir, databaseFile), b.Small, true)
	if err != nil {
		return err
	}
	s, err := b.serve(ctx, t, "trust", unheld...)
	if err != nil {
		return err
	}
	defer s.end()
	return b.besideRubbish(ctx, t, s)
}

// signInCost is what one password costs to check: as much for who is not there.
func (b *bench) signInCost(ctx context.Context) error {
	h := auth.NewHasher(auth.DefaultParams, 1)
	hash, err := h.Hash(ctx, newPassword())
	if err != nil {
		return err
	}
	var took []time.Duration
	start := time.Now()
	for range 20 {
		begun := time.Now()
		if _, _, err := h.Verify(ctx, hash, newPassword()); err != nil {
			return err
		}
		took = append(took, time.Since(begun))
	}
	b.add(summarise("a password checked", took, time.Since(start)))
	return nil
}

// besideRubbish is how long signed-in users wait while rubbish is sent to a listener
// that throws it away, and to the server.
func (b *bench) besideRubbish(ctx context.Context, t *benchTown, s *server) error {
	users, err := t.visitors(ctx, s, readers)
	if err != nil {
		return err
	}
	s.idle(ctx)
	sink, err := discarding()
	if err != nil {
		return err
	}
	defer sink.Close()
	var aside, at, ratio []float64
	for range rounds {
		var p95 [2]float64
		for i, to := range []string{sink.Addr().String(), strings.TrimPrefix(s.base, "http://")} {
			name := []string{"a page while rubbish is sent to a listener that discards it", "a page while rubbish is sent to the server"}[i]
			f, err := b.usersBeside(ctx, t, s, users, name, to)
			if err != nil {
				return err
			}
			b.say("  %s", f)
			p95[i] = f.P95ms
		}
		aside, at, ratio = append(aside, p95[0]), append(at, p95[1]), append(ratio, p95[1]/p95[0])
	}
	for _, v := range [][]float64{aside, at, ratio} {
		slices.Sort(v)
	}
	b.add(figure{Name: "p95 of a page beside rubbish that is discarded", Value: aside[rounds/2], Unit: "ms", Note: "median of three"})
	b.add(figure{Name: "p95 of a page beside rubbish for the server", Value: at[rounds/2], Unit: "ms", Note: "median of three"})
	b.add(figure{Name: "the second by the first", Value: ratio[rounds/2], Unit: "times", Note: fmt.Sprintf("bound 2; %.1f to %.1f", ratio[0], ratio[rounds-1])})
	return nil
}

func (b *bench) usersBeside(ctx context.Context, t *benchTown, s *server, users []*visitor, name, to string) (figure, error) {
	sent, err := b.rubbish(ctx, to)
	if err != nil {
		return figure{}, err
	}
	f, err := s.measure(ctx, name, len(users), pagesAsked, b.For, func(ctx context.Context, client, n int) error {
		path := "/work"
		if n%2 == 0 {
			path = "/file/" + string(t.files[n*7919%len(t.files)].id)
		}
		_, err := users[client].fetch(ctx, http.MethodGet, path, nil, "<main")
		return err
	})
	said, end := sent()
	f.Note = said
	return f, errors.Join(err, end)
}

// discarding is a listener that takes what comes first, throws it away and hangs up,
// so that as much can be sent to it as to a server that answers.
func discarding() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(time.Second))
				_, _ = c.Read(make([]byte, 4096))
			}()
		}
	}()
	return l, nil
}

// rubbish starts a sender on one core, until what it gives is called, which says
// how much was sent.
func (b *bench) rubbish(ctx context.Context, to string) (stop func() (string, error), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{self, "bench", "rubbish", to, "--for", (b.For + 2*time.Second).String()}
	pinned := ", not pinned: there is no taskset"
	if path, err := exec.LookPath("taskset"); err == nil {
		args, pinned = append([]string{path, "-c", fmt.Sprint(runtime.NumCPU() - 1)}, args...), ""
	}
	ctx, cancel := context.WithCancel(ctx)
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Env = append(os.Environ(), "GOMAXPROCS=1")
	var out strings.Builder
	c.Stdout = &out
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	if err := c.Start(); err != nil {
		cancel()
		return nil, err
	}
	time.Sleep(300 * time.Millisecond) // until it is at full speed
	return func() (string, error) {
		cancel()
		err := c.Wait()
		if out.Len() > 0 {
			err = nil // it ended because it was told to
		}
		return strings.TrimSpace(out.String()) + pinned, err
	}, nil
}

// rubbishCommand is who sends it: from an address of its own, so that what the
// server does about an address does not meet those who work.
type rubbishCommand struct {
	To  string        `arg:"" help:"Host and port on this machine."`
	For time.Duration `name:"for" help:"How long at most." default:"10s"`
}

// senders is how many connections are open at once.
const senders = 32

// Run sends until it is told to end, and says how much that was.
func (c rubbishCommand) Run(w *world) error {
	host, _, err := net.SplitHostPort(c.To)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return errors.New("rubbish is sent to this machine's own address only: 127.0.0.1:PORT")
	}
	ctx, cancel := context.WithTimeout(w.ctx, c.For)
	defer cancel()
	var sent atomic.Int64
	var all sync.WaitGroup
	start := time.Now()
	for i := range senders {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(i), 1))
			for n := i; ctx.Err() == nil; n++ {
				throw(ctx, c.To, rubbishOf(r, n))
				sent.Add(1)
			}
		})
	}
	all.Wait()
	fmt.Fprintf(w.out, "%d pieces, %.0f a second", sent.Load(), float64(sent.Load())/time.Since(start).Seconds())
	return nil
}

// throw sends one piece on a connection of its own and does not wait for an answer
// longer than a moment.
func throw(ctx context.Context, to string, piece []byte) {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}, Timeout: time.Second}
	c, err := d.DialContext(ctx, "tcp", to)
	if err != nil {
		return
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := c.Write(piece); err == nil {
		_, _ = c.Read(make([]byte, 512))
	}
}

// rubbishOf is one of what strangers send: noise, broken requests, forged sessions
// and credentials, paths that are nowhere, forms that are none, passwords that
// open nothing.
func rubbishOf(r *rand.Rand, n int) []byte {
	noise := func(size int) string {
		const letters = "abcdefghijklmnopqrstuvwxyz0123456789%/.\\"
		out := make([]byte, size)
		for i := range out {
			out[i] = letters[r.IntN(len(letters))]
		}
		return string(out)
	}
	request := func(line string, head ...string) []byte {
		return []byte(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + strings.Join(head, "\r\n") + "\r\n\r\n")
	}
	body := noise(300)
	length := fmt.Sprint("Content-Length: ", len(body))
	switch n % 8 {
	case 0:
		return []byte(noise(600))
	case 1:
		return request("GET /" + noise(40))
	case 2:
		return request("GET /work", "Cookie: pana_s="+noise(43))
	case 3:
		return request("GET /file/" + noise(26))
	case 4:
		return append(request("POST /api/v1/removal-check", "Authorization: Bearer "+noise(43), "Content-Type: application/json", length), body...)
	case 5:
		return append(request("POST /file/"+noise(26)+"/refer", "Content-Type: application/x-www-form-urlencoded", length), body...)
	case 6:
		return request("GET /verify?code=" + strings.ReplaceAll(noise(32), "%", "x"))
	}
	form := "login=" + strings.ReplaceAll(noise(8), "%", "x") + "&password=" + strings.ReplaceAll(noise(12), "%", "x")
	return append(request("POST /sign-in", "Content-Type: application/x-www-form-urlencoded", "Origin: http://127.0.0.1", fmt.Sprint("Content-Length: ", len(form))), form...)
}
