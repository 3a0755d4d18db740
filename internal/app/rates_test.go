package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"pana/internal/auth"
	"pana/internal/rate"
)

// TestTooOftenIsToldAndCounted: on a running server a worker at the limit is told when to
// come back, another works on, and what is counted says which limit and never who.
func TestTooOftenIsToldAndCounted(t *testing.T) {
	t.Parallel()
	l := begin(t, func(p *plan) { p.rates = rate.Limits{Worker: 4} })
	greedy, other := l.plain(t, "kk"), l.plain(t, "en")
	enter(greedy, "", "coordinator")
	enter(other, "", "shelter")
	for range 2 * 4 * rate.Ahead {
		if greedy.Do("GET", "/work", nil); greedy.Status() == http.StatusTooManyRequests {
			break
		}
	}
	if page := greedy.HTML(); greedy.Status() != http.StatusTooManyRequests || !strings.Contains(page, "rate.worker") || !strings.Contains(page, "Бірден тым көп сұрау келді") {
		t.Errorf("never held up: %d", greedy.Status())
	}
	if other.Do("GET", "/work", nil); other.Status() != http.StatusOK {
		t.Errorf("another worker: %d", other.Status())
	}
	w := httptest.NewRecorder()
	l.counted.Metrics(l.gauges).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, line := range []string{`pana_limited{limit="worker"} 1`, `pana_limited{limit="body"} 0`, `pana_limited{limit="address"} 0`, `pana_limited{limit="credential"} 0`} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("metrics do not say %s", line)
		}
	}
	if got := w.Body.String(); strings.Contains(got, "worker_id") || strings.Contains(got, "127.0.0.1") {
		t.Error("metrics say who")
	}
}

// TestLimitsAreSettings: without a flag they are the usual ones; the doctor says what is
// set and names what cannot be; serve does not start with that.
func TestLimitsAreSettings(t *testing.T) {
	t.Parallel()
	doctor := func(flags ...string) string {
		var out strings.Builder
		Main(append([]string{"doctor", "--data", t.TempDir()}, flags...), &out, io.Discard)
		return out.String()
	}
	for _, row := range []struct {
		flags string
		says  string
	}{
		{"", "well   limits of requests a minute: worker 600, body 12000, address 1200, credential 6000\n"},
		{"--limit-worker 60 --limit-address 0", "note   limits of requests a minute: worker 60, body 12000, address 0, credential 6000: none for address"},
		{"--limit-body 600", "WRONG  limits of requests a minute: worker 600, body 600"},
	} {
		if said := doctor(strings.Fields(row.flags)...); !strings.Contains(said, row.says) {
			t.Errorf("%q: the doctor says %s", row.flags, said)
		}
	}
	if usual := (rate.Limits{Worker: 600, Body: 12000, Address: 1200, Credential: 6000}); usual != rate.Default {
		t.Errorf("the flags' numbers are not the usual ones: %+v", rate.Default)
	}
	var errs strings.Builder
	if exit := Main([]string{"serve", "--data", t.TempDir(), "--limit-body", "1"}, io.Discard, &errs); exit != exitFailed || !strings.Contains(errs.String(), "--limit-body") {
		t.Errorf("serve with limits that one worker uses up: exit %d, %s", exit, errs.String())
	}
}

// TestSessionsAreASetting: without the flag it is the usual number, and 0 is no limit.
func TestSessionsAreASetting(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ given, live int }{{auth.MostSessions, auth.MostSessions}, {2, 2}, {0, -1}} {
		var p plan
		if err := (sessionSettings{Sessions: row.given}).apply(&p); err != nil || p.limits.Live != row.live {
			t.Errorf("--sessions %d is %d, %v", row.given, p.limits.Live, err)
		}
	}
	if err := (sessionSettings{Sessions: -1}).apply(&plan{}); err == nil {
		t.Error("less than none is taken")
	}
	field, _ := reflect.TypeFor[sessionSettings]().FieldByName("Sessions")
	if usual := field.Tag.Get("default"); usual != strconv.Itoa(auth.MostSessions) {
		t.Errorf("the flag's own number is %s, auth's %d", usual, auth.MostSessions)
	}
}
