// Package notify tells bodies by e-mail, SMS or a webhook that something waits for them. A message
// says nothing about anybody: not what waits, nor of whom, nor from where. It
// refuses to carry words of its caller; there is no field for them.
package notify

import (
	"context"
	"strings"
	"sync"

	"pana/internal/wording"
)

// Message is one call to come and look.
type Message struct {
	ID string   // the job's, so that a message sent twice can be seen to be one
	To []string // addresses of bodies
	// Numbers are telephones that take an SMS now, and Bodies the ids of whom it is
	// for, for another system. Each sender reads its own.
	Numbers []string
	Bodies  []string
}

// Channel is one way to tell, by its name for the administrator.
type Channel struct {
	Name string
	Sender
}

// Sender sends messages. An error means that it may not have gone: it is sent
// again, and a second one does no harm.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// text is the subject and the body, in every language of the product: which one
// is read at the other end is not known. link is where to sign in.
func text(words *wording.Catalogue, link string) (subject, body string) {
	var lines []string
	for _, lang := range []wording.Lang{wording.Kazakh, wording.Russian, wording.English} {
		lines = append(lines, words.Say(lang, "notify.mail", "link", link))
	}
	return words.Say(wording.English, "notify.mail.subject"), strings.Join(lines, "\r\n\r\n") + "\r\n"
}

// Outbox keeps the last messages instead of sending them: for a demonstration,
// and for an office without a mail server.
type Outbox struct {
	mu   sync.Mutex
	last []Message
}

// outboxLength is how many are kept.
const outboxLength = 100

// Send keeps the message.
func (o *Outbox) Send(_ context.Context, m Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.last = append(o.last, m)
	if n := len(o.last) - outboxLength; n > 0 {
		o.last = append(o.last[:0], o.last[n:]...)
	}
	return nil
}

// Last gives what is kept, oldest first.
func (o *Outbox) Last() []Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Message(nil), o.last...)
}
