package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strings"
	"time"

	"pana/internal/fault"
	"pana/internal/wording"
)

// SMTP hands messages to a mail server.
type SMTP struct {
	Addr     string // host:port
	From     string // address of the sender
	Site     string // https://… where the bodies sign in
	User     string // empty: no sign-in at the server
	Password string
	// Plain lets a server without TLS be used; only sensible on this machine.
	Plain bool
	Words *wording.Catalogue
	Now   func() time.Time
}

// Codes of what can go wrong; the message of a server may quote an address, so
// it is kept inside.
const (
	codeUnreachable = "notify.unreachable"
	codeNoTLS       = "notify.no_tls"
	codeRefused     = "notify.refused"
	// CodeRejected is a no for good (5xx) to the address or to the letter itself: the
	// same letter to the same address is refused again, however often it is sent.
	CodeRejected = "notify.rejected"
)

// sendLimit is how long one message may take: a dead mail server must not keep
// the jobs behind it waiting.
const sendLimit = 20 * time.Second

// Send delivers one message to all its addresses, none of which sees another.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	if len(m.To) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return fault.Because(err, fault.Busy, codeUnreachable)
	}
	if until, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(until)
	}
	host, _, _ := net.SplitHostPort(s.Addr)
	client, err := smtp.NewClient(conn, host)
	if err != nil {
		_ = conn.Close()
		return fault.Because(err, fault.Busy, codeUnreachable)
	}
	defer client.Close()
	if err := s.prepare(client, host); err != nil {
		return err
	}
	if err := s.deliver(client, m); err != nil {
		return err
	}
	_ = client.Quit() // it was taken; what the server says now changes nothing
	return nil
}

// prepare moves to TLS before anything is said, and signs in.
func (s *SMTP) prepare(client *smtp.Client, host string) error {
	if ok, _ := client.Extension("STARTTLS"); ok {
		if err := client.StartTLS(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}); err != nil {
			return fault.Because(err, fault.Busy, codeNoTLS)
		}
	} else if !s.Plain {
		return fault.New(fault.Busy, codeNoTLS)
	}
	if s.User == "" {
		return nil
	}
	if err := client.Auth(smtp.PlainAuth("", s.User, s.Password, host)); err != nil {
		return fault.Because(err, fault.Busy, codeRefused)
	}
	return nil
}

// deliver hands the letter over. A connection that is cut after the letter and
// before the answer leaves it open whether it was taken: it is sent again, under the
// same Message-ID, and that is the one duplicate that SMTP allows (RFC 5321, 4.5.3.2.6).
func (s *SMTP) deliver(client *smtp.Client, m Message) error {
	if err := client.Mail(s.From); err != nil {
		return fault.Because(err, fault.Busy, codeRefused) // our own address: the operator's to mend
	}
	taken, refused := 0, error(nil)
	for _, to := range m.To {
		err := client.Rcpt(to)
		switch {
		case err == nil:
			taken++ // one wrong address keeps no other from being told
		case refused == nil || !forGood(err):
			refused = err // what may still be taken has it come again
		}
	}
	if taken == 0 {
		return refusal(refused)
	}
	w, err := client.Data()
	if err != nil {
		return refusal(err)
	}
	if _, err := w.Write(s.letter(m)); err != nil {
		return refusal(err)
	}
	if err := w.Close(); err != nil {
		return refusal(err)
	}
	return nil
}

// forGood says whether a server's answer is one that does not change by asking
// again: 5xx, as against 4xx and a connection that broke.
func forGood(err error) bool {
	var reply *textproto.Error
	return errors.As(err, &reply) && reply.Code >= 500
}

// refusal keeps the answer inside: it may quote the address.
func refusal(err error) error {
	if forGood(err) {
		return fault.Because(err, fault.Invalid, CodeRejected)
	}
	return fault.Because(err, fault.Busy, codeRefused)
}

func (s *SMTP) letter(m Message) []byte {
	subject, body := text(s.Words, strings.TrimSuffix(s.Site, "/")+"/work")
	_, domain, _ := strings.Cut(s.From, "@")
	var b strings.Builder
	for _, line := range [][2]string{
		{"From", (&mail.Address{Name: "Pana", Address: s.From}).String()}, {"To", "undisclosed-recipients:;"},
		{"Subject", mime.QEncoding.Encode("utf-8", subject)}, {"Date", s.Now().UTC().Format(time.RFC1123Z)},
		{"Message-ID", "<" + m.ID + "@" + domain + ">"}, {"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "8bit"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", line[0], line[1])
	}
	return []byte(b.String() + "\r\n" + body)
}
