package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"pana/internal/fault"
	"pana/internal/wording"
)

// Gateway hands short messages to an SMS service over HTTP: whatever it asks for
// in its body is a template, with {number} and {text} in it.
type Gateway struct {
	URL      string
	Header   string // "Authorization: Bearer …", from a file
	Template string
	Site     string
	Words    *wording.Catalogue
	Client   *http.Client
}

// SMSTemplate is the body when none is configured.
const SMSTemplate = `{"to":"{number}","text":"{text}"}`

// Send sends each number a message of its own: none sees another.
func (g *Gateway) Send(ctx context.Context, m Message) error {
	for _, number := range m.Numbers {
		if err := post(ctx, g.Client, g.URL, []byte(g.body(number)), func(h http.Header) {
			h.Set("Content-Type", "application/json")
			h.Set("Idempotency-Key", m.ID) // a second one does no harm, and a gateway that knows the key sends none
			if name, value, ok := strings.Cut(g.Header, ":"); ok {
				h.Set(strings.TrimSpace(name), strings.TrimSpace(value))
			}
		}); err != nil {
			return err
		}
	}
	return nil
}

// body puts number and text into the template as JSON strings are written. There
// is one text: it has no room for anything of the caller's.
func (g *Gateway) body(number string) string {
	var lines []string
	for _, lang := range []wording.Lang{wording.Kazakh, wording.Russian, wording.English} {
		lines = append(lines, g.Words.Say(lang, "notify.sms"))
	}
	text := strings.Join(append(lines, strings.TrimSuffix(g.Site, "/")+"/work"), " ")
	return strings.NewReplacer("{number}", inJSON(number), "{text}", inJSON(text)).Replace(g.Template)
}

func inJSON(s string) string {
	b, _ := json.Marshal(s) // a string
	return string(b[1 : len(b)-1])
}

// Webhook tells another system which bodies something waits for. What it sends
// is signed with the time, so that an old one cannot be sent again by a stranger.
type Webhook struct {
	URL    string
	Secret []byte
	Now    func() time.Time
	Client *http.Client
}

// Headers of a webhook. The signature is the HMAC-SHA-256, in hex, of the
// timestamp, a full stop and the body.
const (
	TimestampHeader = "Pana-Timestamp"
	SignatureHeader = "Pana-Signature"
)

// Send sends the ids of the bodies, and the message's own.
func (w *Webhook) Send(ctx context.Context, m Message) error {
	if len(m.Bodies) == 0 {
		return nil
	}
	body, err := json.Marshal(struct {
		ID     string   `json:"id"`
		Bodies []string `json:"bodies"`
	}{m.ID, m.Bodies})
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	at := strconv.FormatInt(w.Now().Unix(), 10)
	return post(ctx, w.Client, w.URL, body, func(h http.Header) {
		h.Set("Content-Type", "application/json")
		h.Set(TimestampHeader, at)
		h.Set(SignatureHeader, Sign(w.Secret, at, body))
	})
}

// Sign is what a receiver works out for itself and compares.
func Sign(secret []byte, at string, body []byte) string {
	m := hmac.New(sha256.New, secret)
	_, _ = m.Write(append([]byte(at+"."), body...)) // a hash never fails
	return hex.EncodeToString(m.Sum(nil))
}

// post sends once. What the other side answers is not kept: it may quote what it
// was sent.
func post(ctx context.Context, client *http.Client, to string, body []byte, head func(http.Header)) error {
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return fault.New(fault.Busy, codeUnreachable)
	}
	head(req.Header)
	res, err := client.Do(req)
	switch {
	case errors.Is(err, errPrivate):
		return fault.New(fault.Busy, codePrivate)
	case err != nil:
		return fault.New(fault.Busy, codeUnreachable) // its text has the address, and an address may have a secret in it
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, 1<<16) // so that the connection can be used again
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fault.New(fault.Busy, codeRefused)
	}
	return nil
}

const codePrivate = "notify.private"

var errPrivate = errors.New("notify: an address of this machine or network")

// Client speaks to a gateway. It follows no redirect, takes no proxy from the
// environment, and unless the operator says so reaches nothing on this machine or
// its network: an address typed wrongly, or a name that is made to point inside,
// must not let what we send reach a service that trusts us. The address is looked
// at when it is dialled, after every name has been looked up.
func Client(private bool) *http.Client {
	dial := &net.Dialer{Timeout: sendLimit, Control: func(_, address string, _ syscall.RawConn) error {
		if at, err := netip.ParseAddrPort(address); !private && (err != nil || inside(at.Addr())) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{
		Timeout:       sendLimit,
		Transport:     &http.Transport{DialContext: dial.DialContext, TLSHandshakeTimeout: sendLimit, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// shared is RFC 6598, between a provider and its customers.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func inside(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || shared.Contains(a)
}

// CheckURL refuses an address of a gateway that is none, or in clear beyond this
// network.
func CheckURL(raw string, private bool) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !private) {
		return errors.New("an address of a gateway begins with https:// and has no password in it")
	}
	return nil
}
