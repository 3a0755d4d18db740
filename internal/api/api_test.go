package api

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/rate"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// failing is a desk that answers with what it is given: the edge's own
// behaviour under every failure is what is tested here.
type failing struct {
	who, check error
	got        desk.CheckInput
	left       desk.LeftElsewhere
}

func (f *failing) Machine(context.Context, withheld.Text) (access.Who, error) {
	return access.Who{Machine: true}, f.who
}

func (f *failing) RemovalCheck(_ context.Context, _ access.Who, in desk.CheckInput) (desk.CheckAnswer, error) {
	f.got = in
	return desk.CheckAnswer{Answer: "no_bar_on_record", Number: "7Q4M-2PXA"}, f.check
}

func ask(t *testing.T, d Desk, token, body string) (int, string) {
	t.Helper()
	a := New(d, wording.New(nil), slog.New(slog.NewTextHandler(io.Discard, nil)), nil)
	r := httptest.NewRequest("POST", "/api/v1/removal-check", strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	a.removalCheck(w, r)
	return w.Code, w.Body.String()
}

func TestWhateverGoesWrongTheAnswerIsHold(t *testing.T) {
	t.Parallel()
	good := `{"names":["Planted Name"],"custody":{"reference":"77"}}`
	for _, row := range []struct {
		why, token, body string
		desk             *failing
		status           int
	}{
		{"no credential", "", good, &failing{}, 401},
		{"a credential nobody knows", "x", good, &failing{who: fault.New(fault.Unauthenticated, "api.credential")}, 401},
		{"not JSON", "x", `names=Planted`, &failing{}, 422},
		{"a wrong type", "x", `{"names":"Planted"}`, &failing{}, 422},
		{"a field nobody reads", "x", `{"names":[],"planted":1}`, &failing{}, 422},
		{"two bodies", "x", good + good, &failing{}, 422},
		{"too long", "x", `{"names":["` + strings.Repeat("Planted", 4000) + `"]}`, &failing{}, 422},
		{"a form to mend", "x", good, &failing{check: fault.Form(fault.Field{Name: "custody", Code: "check.custody_missing"})}, 422},
		{"over quota", "x", good, &failing{check: fault.New(fault.Limited, "check.quota")}, 429},
		{"overload", "x", good, &failing{check: fault.New(fault.Busy, "busy")}, 503},
		{"a fault of ours", "x", good, &failing{check: errors.New("disk: Planted")}, 500},
	} {
		status, body := ask(t, row.desk, row.token, row.body)
		if status != row.status || !strings.Contains(body, `"answer":"hold"`) {
			t.Errorf("%s: %d %s", row.why, status, body)
		}
		if strings.Contains(body, "Planted") || strings.Contains(body, "planted") {
			t.Errorf("%s: what was sent came back: %s", row.why, body)
		}
	}
}

func TestAnswerPasses(t *testing.T) {
	t.Parallel()
	d := &failing{}
	status, body := ask(t, d, "x", `{"names":["Ә Б"],"birth":"2009","sex":"female","citizenship":"UZB","custody":{"reference":"77","ground":"overstay"},"questions":{"afraid_to_return":"yes"}}`)
	if status != 200 || !strings.Contains(body, `"answer":"no_bar_on_record"`) || !strings.Contains(body, "7Q4M-2PXA") {
		t.Errorf("%d %s", status, body)
	}
	if d.got.Names[0].Reveal() != "Ә Б" || d.got.Born.Reveal() != "2009" || d.got.Custody.Reveal() != "77" || d.got.Afraid != "yes" {
		t.Error("the question reached the desk changed")
	}
}

// TestTooOftenIsHold: a credential at its limit is told to hold and when to come back; who
// has none counts by address, and another credential at that address goes on.
func TestTooOftenIsHold(t *testing.T) {
	t.Parallel()
	d := &failing{}
	gate := rate.New(rate.Limits{Credential: 1, Address: 1}, func() time.Time { return time.Unix(0, 0) })
	a := New(d, wording.Join(wording.Product()), slog.New(slog.DiscardHandler), gate)
	asked := func(token, lang string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/api/v1/removal-check", strings.NewReader(`{"names":["Planted"],"custody":{"reference":"77"}}`))
		r.Header.Set("Accept-Language", lang)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		w := httptest.NewRecorder()
		a.removalCheck(w, r)
		return w
	}
	for _, row := range []struct {
		why, token, code, says string
		who                    error
		status                 int
	}{
		{"no credential", "", "rate.address", "Подождите 60 с", nil, 401},
		{"a credential that nobody knows", "made-up", "rate.address", "Подождите 60 с", fault.New(fault.Unauthenticated, "auth.wrong"), 429},
		{"a credential", "m", "rate.credential", "Подождите 60 с", nil, 200},
	} {
		d.who = row.who
		for range rate.Ahead {
			if w := asked(row.token, "ru"); w.Code != row.status {
				t.Errorf("%s within the limit: %d", row.why, w.Code)
			}
		}
		w := asked(row.token, "ru")
		if body := w.Body.String(); w.Code != 429 || w.Header().Get("Retry-After") != "60" || !strings.Contains(body, `"answer":"hold"`) || !strings.Contains(body, `"code":"`+row.code+`"`) || !strings.Contains(body, row.says) || strings.Contains(body, "Planted") {
			t.Errorf("%s over the limit: %d after %q, %s", row.why, w.Code, w.Header().Get("Retry-After"), body)
		}
	}
}
