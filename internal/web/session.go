package web

import (
	"context"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
	"pana/internal/wording"
)

const (
	langCookie = "pana_lang"
	maxWindows = 9
)

// A window is a session of its own, so that two roles can be open side by side:
// addresses under /~2/ read the cookie pana_s2. Window 1 has no prefix. Tabs of
// one role share a window, as people expect.
type windowKey struct{}

func windowOf(r *http.Request) int {
	if n, ok := r.Context().Value(windowKey{}).(int); ok {
		return n
	}
	return 1
}

func base(win int) string {
	if win <= 1 {
		return ""
	}
	return "/~" + strconv.Itoa(win)
}

func sessionCookie(win int) string { return "pana_s" + strconv.Itoa(win) }

// windows takes the window out of the address, so that routes do not know it.
func (s *Site) windows(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		win, rest := cutWindow(r.URL.Path)
		if win == 1 {
			next.ServeHTTP(w, r)
			return
		}
		inner := r.Clone(context.WithValue(r.Context(), windowKey{}, win))
		inner.URL.Path, inner.URL.RawPath = rest, ""
		next.ServeHTTP(w, inner)
	})
}

func cutWindow(path string) (int, string) {
	if len(path) < 3 || path[:2] != "/~" || path[2] < '2' || path[2] > '0'+maxWindows {
		return 1, path
	}
	rest := path[3:]
	if rest == "" {
		rest = "/"
	}
	if rest[0] != '/' {
		return 1, path
	}
	return int(path[2] - '0'), rest
}

// freeWindow is the first window nobody is signed in to.
func (c *call) freeWindow() int {
	for win := 2; win < maxWindows; win++ {
		if c.site.cookie(c.r, sessionCookie(win)) == "" {
			return win
		}
	}
	return maxWindows
}

// language is the reader's: chosen, or the browser's, or the first.
func (s *Site) language(r *http.Request) wording.Lang {
	if lang := wording.Lang(s.cookie(r, langCookie)); slices.Contains(Langs, lang) {
		return lang
	}
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
		if slices.Contains(Langs, wording.Lang(tag)) {
			return wording.Lang(tag)
		}
	}
	return Langs[0]
}

// setLanguage remembers the language and goes back to where the reader was.
func setLanguage(c *call) error { return c.seeOther(local(c.form.Get("back"))) }

// local keeps a path inside this site: what comes from a form could lead away. It
// begins with one slash as it is written and as it is read: "%2f" is none to a
// browser.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !oneSlash(path) || !oneSlash(u.Path) || strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return u.RequestURI()
}

func oneSlash(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//")
}

// signInPage is the sign-in page: two fields, or in a demonstration a button
// for each role. Kept is a form that was sent after the session had ended.
type signInPage struct {
	Frame
	Fields  []Field
	Kept    []Kept
	Next    string
	Expired bool
	Roles   []DemoRole
	Beside  string
	Passkey *askedPasskey // before the password; nil where there can be none
	// Elsewhere are ministries' own sign-ins, before both; nil where there is none.
	Elsewhere *askedElsewhere
}

// Folded says that the password is a way beside others, and not the one in use.
func (p signInPage) Folded() bool { return p.Elsewhere != nil && len(p.Errors) == 0 }

func signInForm(c *call) error { return c.signInPage(http.StatusOK, nil) }

func (c *call) signInPage(status int, err error) error {
	f := c.frame("signin.title")
	f.Nav, f.Signed = nil, false
	f.mend(fault.Of(err).Fields)
	p := signInPage{Frame: f, Next: local(c.form.Get("next"))}
	if e := fault.Of(err); err != nil && len(e.Fields) == 0 && e.Kind != fault.Unauthenticated {
		at := "login"
		if strings.HasPrefix(e.Code, "auth.elsewhere") {
			at = "" // nothing that was typed here
		}
		p.Errors = append(p.Errors, FieldError{Field: at, Text: p.sentence(e), Code: e.Code})
	}
	if c.route.Page != "signin" { // a page sent here, because nobody is signed in
		p.Next = c.r.URL.Path
		if c.posted() {
			p.Expired, p.Kept = true, keep(c.form)
		}
	} else if c.posted() {
		p.Kept = keep(c.form)
		p.Expired = len(p.Kept) > 0
	}
	p.Fields = signInFields(p.Frame, c.form.Get("login"))
	p.Passkey = c.askPasskey(p.Frame, "/sign-in/passkey", p.Next, p.Kept)
	p.Elsewhere = c.elsewhere(p.Frame, c.site.Desk.OtherSignIns(string(c.lang)), p.Next, "/sign-in", false, p.Kept)
	if c.site.Demo != nil {
		p.Roles = c.site.Demo.Roles()
	}
	p.MainForm = p.Expired
	return c.render(status, "signin", p)
}

func signInFields(f Frame, login string) []Field {
	fm := form{f, url.Values{"login": {login}}}
	return []Field{fm.field("text", "login"), fm.field("password", "password")}
}

func signIn(c *call) error {
	if c.form.Get("set_lang") != "" {
		return c.signInPage(http.StatusOK, nil)
	}
	if c.form.Get("go") == "signed" { // in another tab, while the form waited in this one
		if c.token.Empty() {
			return c.signInPage(http.StatusUnprocessableEntity, fault.New(fault.Invalid, "auth.elsewhere_not_yet"))
		}
		return c.render(http.StatusOK, "resume", resumePage{Frame: c.frame("resume.title"), Next: local(c.form.Get("next")), Kept: keep(c.form)})
	}
	in, err := c.site.Desk.SignIn(c.ctx, desk.SignInInput{
		Login: strings.TrimSpace(c.form.Get("login")), Password: withheld.New(c.form.Get("password")), Lang: string(c.lang), From: c.from(),
		Device: c.device(), Agent: agentOf(c.r.UserAgent()),
	})
	if err != nil {
		if fault.Of(err).Kind == fault.Unauthenticated {
			err = fault.Form(fault.Field{Name: "login", Code: "auth.wrong"})
		}
		return c.signInPage(http.StatusUnprocessableEntity, err)
	}
	return c.signedOrAsked(in)
}

// from is where a request comes from, as failures are counted.
func (c *call) from() string {
	host, _, _ := net.SplitHostPort(c.r.RemoteAddr)
	return host
}

// resumePage gives back, after signing in anew, the form that was sent when
// the session had already ended.
type resumePage struct {
	Frame
	Next string
	Kept []Kept
}

// deviceCookie keeps the mark that a right password leaves on a device, so that
// its owner is not held up by what strangers try with her login.
const (
	deviceCookie = "pana_device"
	deviceAge    = 180 * 24 * time.Hour
)

func (c *call) device() string { return c.site.cookie(c.r, deviceCookie) }

// keepIn has the browser keep a session that has just begun.
func (c *call) keepIn(in desk.SignedIn) {
	c.forgetLists()
	c.setCookie(sessionCookie(c.win), in.Token.Reveal(), max(in.Lasts, time.Minute))
	if in.Device != "" {
		c.setCookie(deviceCookie, in.Device, deviceAge)
	}
}

// goesOnAs has the browser keep the token that a proof gave its session, in place of the one
// before. What else is open in this browser goes on with it.
func (c *call) goesOnAs(token withheld.Text) {
	c.token = token
	c.setCookie(sessionCookie(c.win), token.Reveal(), max(c.seat.Lasts, time.Minute))
}

// in sets the session and goes on to where the worker was going.
func (c *call) in(in desk.SignedIn) error {
	c.keepIn(in)
	next := local(c.form.Get("next"))
	kept := keep(c.form, "role")
	if len(kept) > 0 {
		f := c.frame("resume.title")
		return c.render(http.StatusOK, "resume", resumePage{Frame: f, Next: next, Kept: kept})
	}
	if next == "/" {
		seat, err := c.site.Desk.Session(c.ctx, in.Token)
		if err != nil {
			return fault.At("session", err)
		}
		next = home(seat.Acts)
	}
	return c.seeOther(next)
}

func signOut(c *call) error {
	if !c.token.Empty() {
		if err := c.site.Desk.SignOut(c.ctx, c.token); err != nil {
			return err
		}
	}
	c.setCookie(sessionCookie(c.win), "", -time.Hour)
	c.forgetLists()
	c.clearSiteData()
	return c.seeOther("/sign-in")
}

// clearSiteData has the browser throw away what it keeps of our pages, and with that what
// the button "back" would show whoever sits down next. It takes neither cookies, which
// would sign out the other windows, nor what was written down where there was no network.
func (c *call) clearSiteData() { c.w.Header().Set("Clear-Site-Data", `"cache"`) }

// exit leaves for a harmless page. A GET changes nothing; who is signed in leaves
// by leave.
func exit(c *call) error {
	c.clearSiteData()
	http.Redirect(c.w, c.r, c.site.ExitTo, http.StatusSeeOther)
	return nil
}

// mostPatience is how long somebody who has to leave at once may be kept: a
// database that does not answer ends the session later, by itself.
const mostPatience = 300 * time.Millisecond

// leave ends every session of this browser, in all its windows, and goes to a
// harmless page. Whatever fails, it goes: the cookies are taken away, and without
// them nothing here opens. A page that refreshes at once leads there, not a
// redirect: browsers hold the target of a form's redirect to our own policy, and
// put a page that refreshes at once out of the history.
func leave(c *call) error {
	ctx, done := context.WithTimeout(c.ctx, mostPatience)
	defer done()
	for win := 1; win <= maxWindows; win++ {
		token := c.site.cookie(c.r, sessionCookie(win))
		if token == "" {
			continue
		}
		if err := c.site.Desk.SignOut(ctx, withheld.New(token)); err != nil {
			c.log(fault.Of(err))
		}
		c.setCookie(sessionCookie(win), "", -time.Hour)
	}
	c.forgetLists()
	h := c.w.Header()
	h.Set("Cache-Control", "no-store")
	c.clearSiteData()
	h.Set("Refresh", "0; url="+c.site.ExitTo)
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(c.w, "<!doctype html><meta name=robots content=noindex><title></title><a href=%q>%s</a>", html.EscapeString(c.site.ExitTo), html.EscapeString(c.site.ExitTo))
	return nil
}

func demoEnter(c *call) error {
	if c.site.Demo == nil {
		return fault.Withheld("web: not a demonstration")
	}
	if c.form.Get("set_lang") != "" {
		return c.signInPage(http.StatusOK, nil)
	}
	if c.form.Get("beside") != "" {
		c.win = c.freeWindow()
	}
	in, err := c.site.Demo.Enter(c.ctx, c.form.Get("role"), desk.SignInInput{Device: c.device(), Agent: agentOf(c.r.UserAgent())})
	if err != nil {
		return err
	}
	c.form.Del("beside")
	return c.signedOrAsked(in)
}

func demoClock(c *call) error {
	if c.site.Demo == nil {
		return fault.Withheld("web: not a demonstration")
	}
	by := c.form.Get("by")
	if !slices.Contains([]string{"1h", "1d", "next"}, by) {
		return fault.New(fault.Invalid, "form.malformed")
	}
	if err := c.site.Demo.Push(c.ctx, by); err != nil {
		return err
	}
	return c.seeOther(local(c.form.Get("back")))
}
