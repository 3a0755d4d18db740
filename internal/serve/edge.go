package serve

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"pana/internal/rate"
)

// plainly refuses a request whose address another program might read differently:
// a proxy that lets /a pass and not /b must not be told /a/..%2Fb. No link of ours
// is written so. A whole address (GET http://host/) is for proxies, which we are
// not.
// nothing is the policy of what is no page: a browser that is led to it draws, loads and
// frames nothing.
const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"

func plainly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff") // whatever answers: pages, machines, an error of ours
		h.Set("Content-Security-Policy", nothing)  // a page has its own in place of it
		if !plainPath(r) {
			h.Set("Content-Type", "application/json; charset=utf-8")
			h.Set("Cache-Control", "no-store")
			h.Set("Connection", "close") // what else comes on this line is not read
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"code":"malformed"}` + "\n"))
			return
		}
		if len(r.TransferEncoding) > 0 {
			// It may have had a length too, which Go drops unsaid, and a proxy in front may
			// have gone by that: then what follows on this line is a stranger's. RFC 9112,
			// 6.1, has the line closed.
			h.Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

func plainPath(r *http.Request) bool {
	path := r.URL.Path
	if r.URL.Host != "" || r.URL.Scheme != "" || r.URL.Opaque != "" || !strings.HasPrefix(path, "/") {
		return false
	}
	if strings.ContainsFunc(path, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' }) {
		return false
	}
	raw := strings.ToLower(r.URL.EscapedPath())
	if strings.Contains(raw, "%2f") || strings.Contains(path, "//") {
		return false
	}
	for part := range strings.SplitSeq(path, "/") {
		if part == "." || part == ".." {
			return false
		}
	}
	return true
}

// fairly lets one address have no more than so many requests at once: who sends
// many bodies, a byte a second, would otherwise hold every place that there is.
// This machine's own address is not counted: it is a proxy that was not named, or
// somebody trying it out.
func fairly(each int, overloaded http.Handler, next http.Handler) http.Handler {
	var mu sync.Mutex
	here := map[netip.Addr]int{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, err := netip.ParseAddrPort(r.RemoteAddr)
		from := rate.Subscriber(at.Addr())
		if err != nil || from.IsLoopback() {
			next.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		full := here[from] >= each
		if !full {
			here[from]++
		}
		mu.Unlock()
		if full {
			overloaded.ServeHTTP(w, r)
			return
		}
		defer func() {
			mu.Lock()
			defer mu.Unlock()
			if here[from]--; here[from] == 0 {
				delete(here, from)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
