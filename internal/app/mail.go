package app

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"pana/internal/clamd"
	"pana/internal/notify"
	"pana/internal/wording"
)

// mailSettings say how bodies are told that something waits for them. Without a
// server nobody is told outside Pana; My work shows it all the same.
type mailSettings struct {
	SMTP     string `help:"HOST:PORT of a mail server; with it, bodies are told by e-mail that something waits." placeholder:"HOST:PORT"`
	From     string `help:"Address that letters come from." placeholder:"ADDRESS"`
	Site     string `help:"Address of this site as its workers open it, for the link in letters." placeholder:"URL"`
	SMTPUser string `name:"smtp-user" help:"User at the mail server." placeholder:"NAME"`
	SMTPPass string `name:"smtp-password" help:"File with the password at the mail server." type:"path" placeholder:"FILE"`
}

// scanSettings say who looks at documents for viruses. Without a scanner they are
// kept and shown unscanned, and a PDF goes out only as a file to save.
type scanSettings struct {
	Clamd         string `help:"ClamAV's daemon on this machine; with it, a document is shown only when it was scanned." placeholder:"unix:/run/clamav/clamd.ctl"`
	DocumentLimit int64  `name:"document-limit" help:"Longest document in MB: 20 is fifty scanned pages, and already long on a slow line." default:"20"`
}

// apply refuses a daemon elsewhere, and a limit that one document could fill
// memory with.
func (s scanSettings) apply(p *plan) error {
	if s.DocumentLimit < 1 || s.DocumentLimit > 100 {
		return errors.New("--document-limit is 1 to 100 MB")
	}
	p.documentLimit = s.DocumentLimit << 20
	if s.Clamd == "" {
		return nil
	}
	scanner, err := clamd.New(s.Clamd)
	p.scanner = scanner
	return err
}

// sender is nil when there is no mail server. A server on this machine may be
// without TLS; any other must offer it.
func (m mailSettings) sender() (notify.Sender, error) {
	if m.SMTP == "" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(m.SMTP)
	if err != nil || m.From == "" || !strings.HasPrefix(m.Site, "http") {
		return nil, errors.New("letters need --smtp HOST:PORT, --from ADDRESS and --site https://…")
	}
	out := &notify.SMTP{
		Addr: m.SMTP, From: m.From, Site: m.Site, User: m.SMTPUser, Words: wording.Product(), Now: time.Now,
		Plain: host == "localhost" || net.ParseIP(host).IsLoopback(),
	}
	if m.SMTPPass != "" {
		secret, err := os.ReadFile(m.SMTPPass)
		if err != nil {
			return nil, fmt.Errorf("password of the mail server: %w", err)
		}
		out.Password = strings.TrimSpace(string(secret))
	}
	return out, nil
}
