package serve

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Forwarded gives each request the address it came from when it comes through the
// named proxy: the last of X-Forwarded-For, which that proxy wrote itself. What
// stands before it the visitor may have written, and what another machine sends
// is a claim of its own; both are dropped, so that nothing behind reads them.
// Without it, all sign-ins of a country seem to come from one place, and who
// guesses passwords makes everybody wait.
func Forwarded(proxy string, next http.Handler) http.Handler {
	trusted := addressesOf(proxy)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, ok := forwardedFor(r, trusted)
		for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded"} {
			r.Header.Del(name)
		}
		if ok {
			r.RemoteAddr = net.JoinHostPort(from.String(), "0")
		}
		next.ServeHTTP(w, r)
	})
}

// addressesOf reads the addresses that --proxy names; a name is asked for once.
func addressesOf(proxy string) (out []netip.Addr) {
	for name := range strings.SplitSeq(proxy, ",") {
		name = strings.TrimSpace(name)
		if a, err := netip.ParseAddr(name); err == nil {
			out = append(out, a.Unmap())
			continue
		}
		found, _ := net.LookupHost(name) // a name that is not found trusts nobody
		for _, text := range found {
			if a, err := netip.ParseAddr(text); err == nil {
				out = append(out, a.Unmap())
			}
		}
	}
	return out
}

func forwardedFor(r *http.Request, trusted []netip.Addr) (netip.Addr, bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !contains(trusted, peer.Addr().Unmap()) {
		return netip.Addr{}, false
	}
	all := r.Header.Values("X-Forwarded-For")
	if len(all) == 0 {
		return netip.Addr{}, false
	}
	last := all[len(all)-1]
	last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	from, err := netip.ParseAddr(strings.Trim(last, "[]"))
	return from.Unmap(), err == nil
}

func contains(all []netip.Addr, one netip.Addr) bool {
	for _, a := range all {
		if a == one {
			return true
		}
	}
	return false
}

// Strict has a browser come back by TLS only, for a year: whoever sits between
// can otherwise answer the first request of a day in clear.
func Strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(w, r)
	})
}
