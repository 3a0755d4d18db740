package web

import (
	"net/http"
	"strings"
	"time"
)

// hostPrefix has the browser hold a cookie to what it was set with: by this name over
// TLS, for no name beside or below it, and for all its paths. A page of a neighbouring
// name can so put no cookie of its own in the place of ours. Browsers take the prefix
// over TLS only, so that in clear on one's own machine cookies have plain names.
const hostPrefix = "__Host-"

func (s *Site) cookieName(name string) string {
	if s.Secure {
		return hostPrefix + name
	}
	return name
}

// cookie is what a browser has kept under a name; over TLS what stands under the plain
// name is nobody's.
func (s *Site) cookie(r *http.Request, name string) string {
	cookie, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// cookies are the names of what a browser has kept, as cookie takes them.
func (s *Site) cookies(r *http.Request) (names []string) {
	for _, cookie := range r.Cookies() {
		if name, ours := strings.CutPrefix(cookie.Name, s.cookieName("")); ours {
			names = append(names, name)
		}
	}
	return names
}

// setCookie has a browser keep something that no script reads: for an age, until it is
// closed (0), or no longer (less).
func (c *call) setCookie(name, value string, age time.Duration) {
	c.keepCookie(http.Cookie{Name: name, Value: value, MaxAge: int(age.Seconds()), SameSite: http.SameSiteLaxMode})
}

func (c *call) keepCookie(cookie http.Cookie) {
	cookie.Name, cookie.Path, cookie.HttpOnly, cookie.Secure = c.site.cookieName(cookie.Name), "/", true, c.site.Secure
	http.SetCookie(c.w, &cookie)
}
