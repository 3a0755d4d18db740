package testkit

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
)

// MailHost is a mail server over TCP that speaks the protocol as far as a letter
// needs, offers STARTTLS unless it is bare, and fails where it is told to.
type MailHost struct {
	Cert tls.Certificate
	Bare bool // it offers no TLS

	mu     sync.Mutex
	cutAt  string
	refuse map[string]string // what is in an address, and what is said of it
	clear  []string          // what was said before TLS
	rcpt   []string          // addresses taken
	taken  []string          // letters, whole
}

// Where a connection can be cut: inside the letter, so that it was not taken, or
// after it and before the answer, so that it was and nobody knows.
const (
	CutInData = "DATA"
	CutAfter  = "AFTER"
)

// CutAt has connections cut there from now on; "" is nowhere.
func (h *MailHost) CutAt(where string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cutAt = where
}

// Refuse has the server answer so of each address that has part in it; an empty
// answer is that it takes it.
func (h *MailHost) Refuse(part, answer string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.refuse == nil {
		h.refuse = map[string]string{}
	}
	h.refuse[part] = answer
}

// Said is what the server heard before TLS.
func (h *MailHost) Said() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.clear, "")
}

// Letters are those it took, and Recipients the addresses it took them for.
func (h *MailHost) Letters() []string { return h.copyOf(&h.taken) }

// Recipients are the addresses that were taken, in the order they were named.
func (h *MailHost) Recipients() []string { return h.copyOf(&h.rcpt) }

func (h *MailHost) copyOf(list *[]string) []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), *list...)
}

// Listen answers at an address until the test ends or the listener is closed.
func (h *MailHost) Listen(t testing.TB, addr string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go h.talk(conn)
		}
	}()
	return l
}

func (h *MailHost) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r, safe := bufio.NewReader(conn), false
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if !safe {
			h.note(&h.clear, line)
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"):
			if say("250-test"); h.Bare {
				say("250 8BITMIME")
			} else {
				say("250 STARTTLS")
			}
		case verb == "STARTTLS":
			say("220 go on")
			t := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{h.Cert}, MinVersion: tls.VersionTLS12})
			if t.Handshake() != nil {
				return
			}
			conn, r, safe = t, bufio.NewReader(t), true
		case strings.HasPrefix(verb, "MAIL"):
			say("250 yes")
		case strings.HasPrefix(verb, "RCPT"):
			say(h.answer(strings.TrimSpace(line)))
		case verb == "DATA":
			say("354 go on")
			if !h.read(r) {
				return
			}
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

// answer says what the server says of an address, and notes one that it takes.
func (h *MailHost) answer(rcpt string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for part, answer := range h.refuse {
		if answer != "" && strings.Contains(rcpt, part) {
			return answer
		}
	}
	h.rcpt = append(h.rcpt, rcpt)
	return "250 yes"
}

// read takes a letter; a half one is none.
func (h *MailHost) read(r *bufio.Reader) (answers bool) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || h.cuts(CutInData) && b.Len() > 0 {
			return false
		}
		if line == ".\r\n" {
			h.note(&h.taken, b.String())
			return !h.cuts(CutAfter)
		}
		b.WriteString(line)
	}
}

func (h *MailHost) cuts(at string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cutAt == at
}

func (h *MailHost) note(list *[]string, line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*list = append(*list, line)
}
