package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestCookies: whatever is kept in a browser is out of reach of scripts, is for the
// whole of this site and nothing beside it, and over TLS goes over TLS alone, under a
// name that no neighbouring site can set.
func TestCookies(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{true, false} {
		v := cookieVisitor(t, secure)
		kept := map[string]*http.Cookie{}
		keep := func(all []*http.Cookie) {
			for _, c := range all {
				kept[strings.TrimPrefix(c.Name, "__Host-")] = c
			}
		}
		keep(v.post("/sign-in", url.Values{"login": {"ainur"}, "password": {"right"}}).Result().Cookies())
		keep(v.get("/work?sort=since&kind=task").Result().Cookies())
		keep(v.post("/language", url.Values{"set_lang": {"ru"}, "back": {"/"}}).Result().Cookies())
		keep(v.post("/sign-in/elsewhere", url.Values{"provider": {"ministry"}}).Result().Cookies())
		keep(v.post("/p", url.Values{"go": {"in"}, "page_code": {"right"}, "page_pin": {"1357"}}).Result().Cookies())
		for _, name := range []string{sessionCookie(1), deviceCookie, langCookie, elsewhereCookie, herCookie, listCookie(1) + "work"} {
			c := kept[name]
			if c == nil {
				t.Errorf("TLS %v: no cookie %s was set", secure, name)
				continue
			}
			same := http.SameSiteLaxMode
			if name == herCookie {
				same = http.SameSiteStrictMode
			}
			if !c.HttpOnly || c.Secure != secure || strings.HasPrefix(c.Name, "__Host-") != secure || c.Path != "/" || c.Domain != "" || c.SameSite != same {
				t.Errorf("TLS %v: %s", secure, c.Raw)
			}
		}
		if got := v.get("/work").Code; got != http.StatusOK {
			t.Errorf("TLS %v: with its cookies: %d", secure, got)
		}
		// What another name of the same domain could set is nobody's.
		other := cookieVisitor(t, secure)
		for name, value := range v.cookies {
			if renamed, had := strings.CutPrefix(name, "__Host-"); had {
				other.cookies[renamed] = value
			} else {
				other.cookies["__Host-"+name] = value
			}
		}
		if got := other.get("/work").Code; got != http.StatusUnauthorized {
			t.Errorf("TLS %v: with cookies of another name: %d", secure, got)
		}
	}
}

func cookieVisitor(t *testing.T, secure bool) *visitor {
	t.Helper()
	d := &fakeDesk{elsewhereFake: elsewhereFake{elsewhere: ministry}}
	s, err := New(Options{Desk: d, Words: testWords, Zone: almaty, Now: func() time.Time { return noon }, Secure: secure, Origin: "https://pana.example"})
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, s.Handler(), map[string]string{}, map[string]string{"Sec-Fetch-Site": "same-origin"}}
}
