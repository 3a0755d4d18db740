package notify_test

import (
	"context"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/notify"
	"pana/internal/testkit"
	"pana/internal/wording"
)

// newServer is a mail server without TLS that knows nobody called nobody.
func newServer(t *testing.T) (*testkit.MailHost, string) {
	t.Helper()
	h := &testkit.MailHost{Bare: true}
	h.Refuse("nobody", "550 5.1.1 no such mailbox")
	h.Refuse("later", "451 4.7.1 come again")
	return h, h.Listen(t, "127.0.0.1:0").Addr().String()
}

func sender(addr string) *notify.SMTP {
	return &notify.SMTP{
		Addr: addr, From: "pana@example.org", Site: "https://pana.example.org/", Plain: true, Words: wording.Product(),
		Now: func() time.Time { return time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC) },
	}
}

func TestALetterSaysNothingOfAnybody(t *testing.T) {
	t.Parallel()
	s, addr := newServer(t)
	err := sender(addr).Send(context.Background(), notify.Message{ID: "job-1", To: []string{"shelter@example.org", "nobody@example.org", "second@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	rcpt, data := s.Recipients(), s.Letters()
	if len(rcpt) != 2 || len(data) != 1 {
		t.Fatalf("%d recipients, %d letters", len(rcpt), len(data))
	}
	letter, err := mail.ReadMessage(strings.NewReader(data[0]))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(letter.Body)
	for _, want := range []string{"https://pana.example.org/work", "something waits for you"} {
		if !strings.Contains(string(body), want) {
			t.Errorf("the letter does not say %q:\n%s", want, body)
		}
	}
	if strings.Contains(data[0], "shelter@example.org") {
		t.Error("one body reads another's address")
	}
	for _, word := range []string{"traffick", "child", "referral", "file/"} {
		if strings.Contains(strings.ToLower(data[0]), word) {
			t.Errorf("the letter says %q", word)
		}
	}
}

func TestALetterThatCannotGo(t *testing.T) {
	t.Parallel()
	_, addr := newServer(t)
	closed := (&testkit.MailHost{}).Listen(t, "127.0.0.1:0")
	_ = closed.Close()
	secure := sender(addr)
	secure.Plain = false
	for _, row := range []struct {
		why  string
		smtp *notify.SMTP
		to   string
		code string
	}{
		{"nobody listens", sender(closed.Addr().String()), "a@example.org", "notify.unreachable"},
		{"no TLS is offered, and without it was not allowed", secure, "a@example.org", "notify.no_tls"},
		{"there is no such address: it is not asked again", sender(addr), "nobody@example.org", notify.CodeRejected},
		{"not now: it is asked again", sender(addr), "later@example.org", "notify.refused"},
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
