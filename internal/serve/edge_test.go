package serve

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// edge is a real server on this machine, with short limits and few places.
func edge(t *testing.T, most limits, atOnce int) (addr string) {
	t.Helper()
	l, err := Listen(Config{Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	busy := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux := http.NewServeMux()
	mux.HandleFunc("GET /work", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "for "+r.Host) })
	mux.HandleFunc("POST /work", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusRequestTimeout)
			return
		}
		fmt.Fprintf(w, "%d bytes", len(b))
	})
	log := slog.New(slog.DiscardHandler)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, l, Forwarded("127.0.0.1", Chain(mux, log, atOnce, busy, busy)), log, most) }()
	t.Cleanup(func() { stop(); <-ended })
	return l.Addr().String()
}

// say opens a line, says something, and gives the line.
func say(t *testing.T, addr, what string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, what); err != nil {
		t.Fatal(err)
	}
	return c
}

// status reads one answer; 0 is a line that was closed without one.
func status(t *testing.T, c net.Conn) (int, string) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	ofGo := res.StatusCode >= 400 && res.Header.Get("Content-Type") == "text/plain; charset=utf-8" // net/http's own refusals
	if res.Header.Get("X-Content-Type-Options") != "nosniff" && !ofGo {
		t.Errorf("an answer of %d lets a browser guess what it is", res.StatusCode)
	}
	if res.Header.Get("Content-Security-Policy") == "" && !ofGo {
		t.Errorf("an answer of %d has no policy", res.StatusCode)
	}
	b, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(b)
}

var short = limits{readHeader: time.Second, readAll: 2 * time.Second, writeAll: 2 * time.Second, idle: time.Second, maxHeader: 4 << 10}

// Two hundred lines that bring half a header, and as many bodies from one address
// that come a byte at a time: others are answered meanwhile, and the slow are cut
// off.
func TestSlowClientsHoldNobodyUp(t *testing.T) {
	t.Parallel()
	addr := edge(t, short, 32)
	var slow []net.Conn
	for range 200 {
		slow = append(slow, say(t, addr, "GET /work HTTP/1.1\r\nHost: pana\r\nX-A: "))
	}
	for range 100 {
		slow = append(slow, say(t, addr, "POST /work HTTP/1.1\r\nHost: pana\r\nX-Forwarded-For: 192.0.2.7\r\nContent-Length: 1000\r\n\r\na"))
	}
	for range 20 {
		code, body := status(t, say(t, addr, "GET /work HTTP/1.1\r\nHost: pana\r\nX-Forwarded-For: 192.0.2.8\r\n\r\n"))
		if code != http.StatusOK || body != "for pana" {
			t.Errorf("beside slow clients the answer was %d %q", code, body)
		}
	}
	began := time.Now()
	for _, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatalf("a slow client still has its line after %s", time.Since(began))
		}
	}
}

// What two programs could read differently is refused, or the line is closed after
// it, so that nothing said behind it counts as somebody else's request.
func TestRequestsThatAreReadTwoWays(t *testing.T) {
	t.Parallel()
	addr := edge(t, short, 32)
	const next = "GET /smuggled HTTP/1.1\r\nHost: pana\r\n\r\n"
	for _, row := range []struct {
		why, said string
		want      int
	}{
		{"a plain one", "GET /work HTTP/1.1\r\nHost: pana\r\n\r\n", 200},
		{"two lengths", "POST /work HTTP/1.1\r\nHost: pana\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\na" + next, 400},
		{"a length with a sign", "POST /work HTTP/1.1\r\nHost: pana\r\nContent-Length: +1\r\n\r\na" + next, 400},
		{"an encoding nobody knows", "POST /work HTTP/1.1\r\nHost: pana\r\nTransfer-Encoding: xchunked\r\n\r\n" + next, 501},
		{"two encodings", "POST /work HTTP/1.1\r\nHost: pana\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + next, 501},
		{"a space before the colon", "POST /work HTTP/1.1\r\nHost: pana\r\nContent-Length : 1\r\n\r\na" + next, 400},
		{"two hosts", "GET /work HTTP/1.1\r\nHost: pana\r\nHost: other\r\n\r\n", 400},
		{"no host", "GET /work HTTP/1.1\r\n\r\n", 400},
		{"a zero byte in a header", "GET /work HTTP/1.1\r\nHost: pana\r\nX-A: \x00\r\n\r\n", 400},
		{"a whole address", "GET http://other/work HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"a way through", "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n", 400},
		{"a header of five kilobytes", "GET /work HTTP/1.1\r\nHost: pana\r\nX-A: " + strings.Repeat("a", 9<<10) + "\r\n\r\n", 431},
		{"two slashes", "GET //work HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"up and down", "GET /file/../work HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"up, written otherwise", "GET /file/%2e%2e/work HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"a slash that is none", "GET /wo%2Frk HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"a backslash", "GET /work%5c HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"a zero byte", "GET /work%00 HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
		{"a line end", "GET /work%0d%0aX: HTTP/1.1\r\nHost: pana\r\n\r\n", 400},
	} {
		c := say(t, addr, row.said)
		code, body := status(t, c)
		if code != row.want || strings.Contains(body, "other") {
			t.Errorf("%s: %d %q, want %d", row.why, code, body, row.want)
		}
	}
}

// A length and chunks at once: the chunks count (RFC 9112, 6.3), what is left of
// the length is no request of its own here, and nothing after it is answered.
func TestLengthAndChunksAtOnce(t *testing.T) {
	t.Parallel()
	addr := edge(t, short, 32)
	c := say(t, addr, "POST /work HTTP/1.1\r\nHost: pana\r\nContent-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /work HTTP/1.1\r\nHost: smuggled\r\n\r\n")
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	b, _ := io.ReadAll(c)
	if !strings.Contains(string(b), "3 bytes") && !strings.HasPrefix(string(b), "HTTP/1.1 400") || strings.Contains(string(b), "smuggled") {
		t.Errorf("answered %q", b)
	}
}

// In clear there is no HTTP/2, neither at once nor by an upgrade.
func TestNoHTTP2InClear(t *testing.T) {
	t.Parallel()
	addr := edge(t, short, 32)
	code, _ := status(t, say(t, addr, "GET /work HTTP/1.1\r\nHost: pana\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"))
	if code != http.StatusOK {
		t.Errorf("an upgrade was answered %d", code)
	}
	c := say(t, addr, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
	if b, _ := io.ReadAll(c); strings.HasPrefix(string(b), "HTTP/2") || strings.Contains(string(b), "200 OK") || strings.Contains(string(b), "\x00\x00") {
		t.Errorf("spoken to in HTTP/2 it answered %q", b)
	}
}
