package notify_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/fault"
	"pana/internal/notify"
	"pana/internal/wording"
)

// heard keeps what a gateway was sent, and answers as it is told to.
type heard struct {
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	status int
}

func (h *heard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bodies, h.heads = append(h.bodies, string(b)), append(h.heads, r.Header)
	if h.status == http.StatusFound {
		w.Header().Set("Location", "/elsewhere")
	}
	if h.status != 0 {
		w.WriteHeader(h.status)
	}
}

func listening(t *testing.T) (*heard, string) {
	t.Helper()
	h := &heard{}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return h, s.URL
}

// A gateway hears a number and that something waits; the webhook an id of a body,
// signed. Nothing of the caller's words could be in either: there is no field.
func TestGatewaysSayNothingOfAnybody(t *testing.T) {
	t.Parallel()
	sms, smsURL := listening(t)
	hook, hookURL := listening(t)
	now := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	m := notify.Message{ID: "job-1", To: []string{"a@example.org"}, Numbers: []string{"+77000000001", `+7"0`}, Bodies: []string{"b1", "b2"}}
	g := &notify.Gateway{URL: smsURL, Header: "Authorization: Bearer x", Template: notify.SMSTemplate, Site: "https://pana.example.org/", Words: wording.Product(), Client: notify.Client(true)}
	w := &notify.Webhook{URL: hookURL, Secret: []byte("secret"), Now: func() time.Time { return now }, Client: notify.Client(true)}
	for _, s := range []notify.Sender{g, w} {
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if len(sms.bodies) != 2 || sms.heads[0].Get("Authorization") != "Bearer x" {
		t.Fatalf("the gateway heard %d, %v", len(sms.bodies), sms.heads)
	}
	for _, body := range sms.bodies {
		var said struct{ To, Text string }
		if err := json.Unmarshal([]byte(body), &said); err != nil || !strings.Contains(said.Text, "https://pana.example.org/work") || !strings.Contains(said.Text, "something waits") {
			t.Errorf("%s: %v", body, err)
		}
	}
	if len(hook.bodies) != 1 || hook.bodies[0] != `{"id":"job-1","bodies":["b1","b2"]}` {
		t.Fatalf("the webhook heard %q", hook.bodies)
	}
	at := hook.heads[0].Get(notify.TimestampHeader)
	if got := hook.heads[0].Get(notify.SignatureHeader); at != "1795309200" || got != notify.Sign([]byte("secret"), at, []byte(hook.bodies[0])) || got == notify.Sign([]byte("other"), at, []byte(hook.bodies[0])) {
		t.Errorf("signed %q at %q", got, at)
	}
	for _, said := range append(sms.bodies, hook.bodies...) {
		for _, word := range []string{"a@example.org", "traffick", "child", "referral", "file"} {
			if strings.Contains(strings.ToLower(said), word) {
				t.Errorf("%q is said: %s", word, said)
			}
		}
	}
}

// What is inside is reached only when the operator says so, whatever the name
// looks like; a redirect leads nowhere.
func TestAGatewayThatCannotBeTold(t *testing.T) {
	t.Parallel()
	up, url := listening(t)
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	moved, movedURL := listening(t)
	moved.status = http.StatusFound
	full, fullURL := listening(t)
	full.status = http.StatusTooManyRequests
	local := strings.Replace(url, "127.0.0.1", "localhost", 1)
	for _, row := range []struct {
		why, url, code string
		inside         bool
	}{
		{"on this machine, and nobody said so", url, "notify.private", false},
		{"a name that means this machine", local, "notify.private", false},
		{"the address of a cloud's secrets", "http://169.254.169.254/", "notify.private", false},
		{"this network", "http://10.0.0.1:1/", "notify.private", false},
		{"IPv6 that means IPv4", "http://[::ffff:127.0.0.1]:1/", "notify.private", false},
		{"a provider's own network", "http://100.64.0.1:1/", "notify.private", false},
		{"down", down.URL, "notify.unreachable", true},
		{"it sends us elsewhere", movedURL, "notify.refused", true},
		{"it is too much for it", fullURL, "notify.refused", true},
	} {
		w := &notify.Webhook{URL: row.url, Now: time.Now, Client: notify.Client(row.inside)}
		if err := w.Send(t.Context(), notify.Message{ID: "j", Bodies: []string{"b"}}); fault.Of(err).Code != row.code || strings.Contains(err.Error(), row.url) {
			t.Errorf("%s: %v", row.why, err)
		}
	}
	if len(up.bodies) != 0 || len(moved.bodies) != 1 {
		t.Errorf("inside heard %d, and the redirect was followed %d times", len(up.bodies), len(moved.bodies)-1)
	}
	for _, raw := range []string{"", "gateway", "ftp://x/", "http://example.org/", "https://user:pass@example.org/"} {
		if notify.CheckURL(raw, false) == nil {
			t.Errorf("%q is taken for a gateway", raw)
		}
	}
	if err := notify.CheckURL("http://10.0.0.1/", true); err != nil {
		t.Error(err)
	}
}
