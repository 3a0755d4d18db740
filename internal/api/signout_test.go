package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/rate"
	"pana/internal/wording"
)

func (f *failing) SignOutElsewhere(_ context.Context, in desk.LeftElsewhere) error {
	f.left = in
	return f.check
}

// TestAProviderIsAnswered in OAuth's words, as OpenID Connect Back-Channel Logout 1.0, 2.8,
// has it, and with nothing of what it sent.
func TestAProviderIsAnswered(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	for _, row := range []struct {
		why, address, kind, body string
		err                      error
		status                   int
		says                     string
	}{
		{"believed", "", form, "logout_token=planted", nil, 200, ""},
		{"not believed", "", form, "logout_token=planted", fault.New(fault.Unauthenticated, "auth.elsewhere_refused"), 400, `{"error":"invalid_request"}`},
		{"a provider that nobody named", "", form, "logout_token=planted", fault.Withheld("no such provider"), 404, `{"error":"not_found"}`},
		{"too many that were not believed", "", form, "logout_token=planted", fault.New(fault.Limited, "auth.wait", "seconds", "7"), 429, `{"error":"temporarily_unavailable"}`},
		{"a provider whose keys cannot be read", "", form, "logout_token=planted", fault.New(fault.Busy, "auth.elsewhere_down"), 503, `{"error":"temporarily_unavailable"}`},
		{"a fault of ours", "", form, "logout_token=planted", errors.New("disk: planted"), 500, `{"error":"server_error"}`},
		{"two tokens", "", form, "logout_token=planted&logout_token=other", nil, 400, `{"error":"invalid_request"}`},
		{"none", "", form, "token=planted", nil, 400, `{"error":"invalid_request"}`},
		{"in the address, which is in logs", "?logout_token=planted", form, "", nil, 400, `{"error":"invalid_request"}`},
		{"not a form", "", "application/json", `{"logout_token":"planted"}`, nil, 400, `{"error":"invalid_request"}`},
		{"too long", "", form, "logout_token=" + strings.Repeat("planted", 4000), nil, 400, `{"error":"invalid_request"}`},
	} {
		d := &failing{check: row.err}
		mux := http.NewServeMux()
		New(d, wording.New(nil), slog.New(slog.NewTextHandler(io.Discard, nil)), nil).Register(mux)
		r := httptest.NewRequest("POST", "/api/v1/sign-out/ministry"+row.address, strings.NewReader(row.body))
		r.Header.Set("Content-Type", row.kind)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != row.status || strings.TrimSpace(w.Body.String()) != row.says || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %s", row.why, w.Code, w.Body.String())
		}
		if row.status == 200 && (d.left.Provider != "ministry" || d.left.Token.Reveal() != "planted" || d.left.From != "192.0.2.1") {
			t.Errorf("%s: the desk is asked %+v", row.why, d.left)
		}
		if row.status == 429 && w.Header().Get("Retry-After") != "7" {
			t.Errorf("%s: come again after %q", row.why, w.Header().Get("Retry-After"))
		}
	}
}

// TestProvidersAreCounted by the address that they come from, like everybody who shows
// no credential.
func TestProvidersAreCounted(t *testing.T) {
	t.Parallel()
	gate := rate.New(rate.Limits{Address: 1}, time.Now)
	mux := http.NewServeMux()
	New(&failing{}, wording.New(nil), slog.New(slog.NewTextHandler(io.Discard, nil)), gate).Register(mux)
	for i := range 20 {
		r := httptest.NewRequest("POST", "/api/v1/sign-out/ministry", strings.NewReader("logout_token=x"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code == http.StatusTooManyRequests {
			return
		}
		if w.Code != http.StatusOK {
			t.Fatalf("%d: %d", i, w.Code)
		}
	}
	t.Error("twenty at once, where one a minute counts")
}
