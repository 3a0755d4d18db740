package web

import (
	"net/http"

	"pana/internal/fault"
)

// policy lets a page load our own style, script and pictures and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// uploadPolicy lets the page that adds a document send it by script, to show how
// far it has come; to us and nobody else.
const uploadPolicy = policy + "; connect-src 'self'"

// protect sets what every answer carries.
func protect(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	// Not no-referrer: a browser then sends "Origin: null" with our own forms, and one
	// that knows no Sec-Fetch-Site could send none. Nothing leaves the site either way.
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "geolocation=(), camera=(), microphone=()")
}

// guarded refuses writes from another site. CrossOriginProtection lets a
// request through that carries neither header, for the sake of programs; our
// pages are for browsers, all of which send one, so here both missing is a
// refusal too. Programs have the API.
func (s *Site) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		silent := r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == ""
		// Origin "null" comes from sandboxes and odd proxies;
		// Sec-Fetch-Site then decides.
		if err := s.guard.Check(r); err != nil || silent {
			s.serve(Route{Act: Public, Page: "error", run: func(*call) error {
				return fault.Because(err, fault.Invalid, "form.elsewhere")
			}}).ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
