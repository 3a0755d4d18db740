package serve

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOnlyTheNamedProxySaysWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, proxy, peer string
		said             []string
		want             string
	}{
		{"through the proxy", "127.0.0.1", "127.0.0.1:4000", []string{"203.0.113.7"}, "203.0.113.7:0"},
		{"the visitor wrote one too: the proxy's own is last", "127.0.0.1", "127.0.0.1:4000", []string{"198.51.100.1, 203.0.113.7"}, "203.0.113.7:0"},
		{"in a header of its own", "127.0.0.1", "127.0.0.1:4000", []string{"198.51.100.1", "203.0.113.7"}, "203.0.113.7:0"},
		{"IPv6", "127.0.0.1, ::1", "[::1]:4000", []string{"2001:db8::7"}, "[2001:db8::7]:0"},
		{"the proxy in IPv6 clothes", "127.0.0.1", "[::ffff:127.0.0.1]:4000", []string{"203.0.113.7"}, "203.0.113.7:0"},
		{"another machine claims one", "127.0.0.1", "192.0.2.9:4000", []string{"203.0.113.7"}, "192.0.2.9:4000"},
		{"no proxy is named", "", "127.0.0.1:4000", []string{"203.0.113.7"}, "127.0.0.1:4000"},
		{"the proxy says nothing", "127.0.0.1", "127.0.0.1:4000", nil, "127.0.0.1:4000"},
		{"the proxy says nonsense", "127.0.0.1", "127.0.0.1:4000", []string{"unknown"}, "127.0.0.1:4000"},
	} {
		var got string
		var left http.Header
		h := Forwarded(row.proxy, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got, left = r.RemoteAddr, r.Header }))
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = row.peer
		for _, v := range row.said {
			r.Header.Add("X-Forwarded-For", v)
		}
		r.Header.Set("X-Real-IP", "203.0.113.9")
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != row.want {
			t.Errorf("%s: %s, want %s", row.why, got, row.want)
		}
		if left.Get("X-Forwarded-For")+left.Get("X-Real-Ip") != "" {
			t.Errorf("%s: a claim went on to the pages: %v", row.why, left)
		}
	}
}
