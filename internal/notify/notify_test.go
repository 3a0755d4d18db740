package notify_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/notify"
	"pana/internal/wording"
)

// server is a mail server that keeps what it is given and refuses one address.
type server struct {
	net.Listener
	mu   sync.Mutex
	rcpt []string
	data []string
}

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l}
	t.Cleanup(func() { _ = l.Close() })
	go talkWith(l, s.talk)
	return s
}

// talkWith talks with whoever connects, until the listener is closed.
func talkWith(l net.Listener, talk func(net.Conn)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go talk(conn)
	}
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.TrimSpace(line)); {
		case strings.HasPrefix(verb, "EHLO"), strings.HasPrefix(verb, "MAIL"):
			say("250 yes")
		case strings.HasPrefix(verb, "RCPT"):
			if strings.Contains(verb, "NOBODY") {
				say("550 no such mailbox")
				continue
			}
			s.mu.Lock()
			s.rcpt = append(s.rcpt, strings.TrimSpace(line))
			s.mu.Unlock()
			say("250 yes")
		case verb == "DATA":
			say("354 go on")
			s.keep(r)
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("500 what")
		}
	}
}

func (s *server) keep(r *bufio.Reader) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		b.WriteString(line)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = append(s.data, b.String())
}

func sender(addr string) *notify.SMTP {
	return &notify.SMTP{
		Addr: addr, From: "pana@example.org", Site: "https://pana.example.org/", Plain: true, Words: wording.Product(),
		Now: func() time.Time { return time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC) },
	}
}

func TestALetterSaysNothingOfAnybody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	err := sender(s.Addr().String()).Send(context.Background(), notify.Message{ID: "job-1", To: []string{"shelter@example.org", "nobody@example.org", "second@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rcpt) != 2 || len(s.data) != 1 {
		t.Fatalf("%d recipients, %d letters", len(s.rcpt), len(s.data))
	}
	letter, err := mail.ReadMessage(strings.NewReader(s.data[0]))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(letter.Body)
	for _, want := range []string{"https://pana.example.org/work", "something waits for you"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the letter does not say %q:\n%s", want, body)
		}
	}
	if strings.Contains(s.data[0], "shelter@example.org") {
		t.Error("one body reads another's address")
	}
	for _, word := range []string{"traffick", "child", "referral", "file/"} {
		if strings.Contains(strings.ToLower(s.data[0]), word) {
			t.Errorf("the letter says %q", word)
		}
	}
}

func TestALetterThatCannotGo(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	closed := newServer(t)
	_ = closed.Close()
	secure := sender(s.Addr().String())
	secure.Plain = false
	for _, row := range []struct {
		why  string
		smtp *notify.SMTP
		to   string
		code string
	}{
		{"nobody listens", sender(closed.Addr().String()), "a@example.org", "notify.unreachable"},
		{"no TLS is offered, and without it was not allowed", secure, "a@example.org", "notify.no_tls"},
		{"every address is refused", sender(s.Addr().String()), "nobody@example.org", "notify.refused"},
	} {
		err := row.smtp.Send(context.Background(), notify.Message{ID: "job", To: []string{row.to}})
		if fault.Of(err).Code != row.code || strings.Contains(fmt.Sprint(err), row.to) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
}

func TestTheOutboxKeepsTheLast(t *testing.T) {
	t.Parallel()
	var o notify.Outbox
	for i := range 150 {
		_ = o.Send(context.Background(), notify.Message{ID: fmt.Sprint(i)})
	}
	if got := o.Last(); len(got) != 100 || got[99].ID != "149" {
		t.Errorf("%d kept", len(got))
	}
}
