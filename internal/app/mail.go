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

	SMS       string `name:"sms-url" help:"Address of an HTTP gateway for SMS; with it, offices are told by SMS that something waits." placeholder:"URL"`
	SMSHeader string `name:"sms-header" help:"File with one header for the gateway: Authorization: Bearer …" type:"path" placeholder:"FILE"`
	SMSBody   string `name:"sms-body" help:"File with the body that the gateway takes, with {number} and {text} in it; a JSON object with to and text when there is none." type:"path" placeholder:"FILE"`
	Hook      string `name:"webhook-url" help:"Address of another system that is told which bodies something waits for." placeholder:"URL"`
	HookKey   string `name:"webhook-secret" help:"File with the secret, 32 bytes or more, that signs what the webhook is sent." type:"path" placeholder:"FILE"`
	Inside    bool   `name:"gateways-inside" help:"Let gateways be on this machine or its network, also without TLS."`
}

// ways are the other ways to tell: SMS and a webhook.
func (m mailSettings) ways() ([]notify.Channel, error) {
	var out []notify.Channel
	if m.SMS != "" {
		gateway := &notify.Gateway{URL: m.SMS, Site: m.Site, Template: notify.SMSTemplate, Words: wording.Product(), Client: notify.Client(m.Inside)}
		err := notify.CheckURL(m.SMS, m.Inside)
		if err == nil && !strings.HasPrefix(m.Site, "http") {
			err = errors.New("an SMS needs --site https://… for the link in it")
		}
		if err == nil {
			gateway.Header, err = secretFile(m.SMSHeader)
		}
		if body := ""; err == nil && m.SMSBody != "" {
			body, err = secretFile(m.SMSBody)
			if gateway.Template = body; err == nil && (!strings.Contains(body, "{number}") || !strings.Contains(body, "{text}")) {
				err = errors.New("the body for the gateway has no {number} or no {text}")
			}
		}
		if err != nil {
			return nil, fmt.Errorf("gateway for SMS: %w", err)
		}
		out = append(out, notify.Channel{Name: "sms", Sender: gateway})
	}
	if m.Hook != "" {
		key, err := secretFile(m.HookKey)
		if err == nil && len(key) < leastSecret {
			err = fmt.Errorf("--webhook-secret is a file with at least %d bytes", leastSecret)
		}
		if err = errors.Join(notify.CheckURL(m.Hook, m.Inside), err); err != nil {
			return nil, fmt.Errorf("webhook: %w", err)
		}
		out = append(out, notify.Channel{Name: "webhook", Sender: &notify.Webhook{URL: m.Hook, Secret: []byte(key), Now: time.Now, Client: notify.Client(m.Inside)}})
	}
	return out, nil
}

// leastSecret is what nobody guesses.
const leastSecret = 32

func secretFile(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	b, err := os.ReadFile(path)
	return strings.TrimSpace(string(b)), err
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
		if out.Password, err = secretFile(m.SMTPPass); err != nil {
			return nil, fmt.Errorf("password of the mail server: %w", err)
		}
	}
	return out, nil
}
