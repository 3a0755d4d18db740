package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// call is one request on its way through a handler.
type call struct {
	site  *Site
	route Route
	w     http.ResponseWriter
	r     *http.Request
	ctx   context.Context
	win   int
	lang  wording.Lang
	token withheld.Text
	who   access.Who
	seat  desk.Session
	form  url.Values
	now   time.Time
	// Of a request that brings a document: what is left of it, and since when it comes.
	upload upload
	began  time.Time
}

// serve finds who is asking, keeps away who may not, decodes, and hands over.
// Handlers return their error; fail decides what the person sees.
func (s *Site) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{site: s, route: route, w: w, r: r, ctx: r.Context(), win: windowOf(r), now: s.Now()}
		c.lang = s.language(r)
		protect(w.Header())
		if route.Act != Public {
			w.Header().Set("Cache-Control", "no-store")
		}
		if err := c.handle(); err != nil {
			c.fail(err)
		}
	})
}

func (c *call) handle() error {
	var err error
	read := func() (url.Values, error) { return readForm(c.w, c.r) }
	if what, is := c.takes(); is {
		read = func() (url.Values, error) { return c.readUpload(what) }
	}
	if c.form, err = read(); err != nil {
		return err
	}
	if lang := wording.Lang(c.form.Get("set_lang")); c.posted() && slices.Contains(Langs, lang) {
		c.lang = lang
		c.setCookie(langCookie, string(lang), 365*24*time.Hour)
	}
	if err := c.enter(); err != nil {
		return err
	}
	if in, err := c.admitted(); err != nil || !in {
		return err
	}
	return c.route.run(c)
}

// enter finds the worker and the doors they have, and whether too much came from them.
func (c *call) enter() error {
	err := c.seated()
	if tooOften := c.counted(); tooOften != nil {
		return tooOften
	}
	switch {
	case c.route.Act == Public:
		return nil
	case err != nil:
		return err
	case c.route.Door != "" && !slices.Contains(c.seat.Acts, c.route.Door):
		return fault.Withheld("web: this role has no door " + c.route.Door)
	}
	return nil
}

// admitted says what stands between a request and its page: a second factor that is
// missing, or a proof that is too old.
func (c *call) admitted() (bool, error) {
	if c.mustSetPassword() {
		return false, c.seeOther("/sign-ins/password")
	}
	if c.mustSetSecond() {
		return false, c.seeOther("/sign-ins/second")
	}
	if asks, err := c.asksProof(); err != nil || asks {
		if err != nil {
			return false, err
		}
		return false, c.drawProof(http.StatusUnauthorized, c.r.URL.Path, nil)
	}
	return true, nil
}

// seated reads the session that the window's cookie names.
func (c *call) seated() error {
	token := withheld.New(c.site.cookie(c.r, sessionCookie(c.win)))
	if token.Empty() {
		return fault.New(fault.Unauthenticated, "session.none")
	}
	seat, err := c.site.Desk.Session(c.ctx, token)
	if err != nil {
		return fault.At("session", err)
	}
	c.token, c.seat, c.who = token, seat, seat.Who
	c.who.Lang = string(c.lang)
	return nil
}

func (c *call) posted() bool { return c.r.Method == http.MethodPost }

// turning says that the form was sent only to be shown again, filled: in
// another language, or after signing in anew. Nothing is done with it.
func (c *call) turning() bool {
	return c.posted() && (c.form.Get("set_lang") != "" || c.form.Get("resume") != "")
}

// frame makes the shared part of a page.
func (c *call) frame(titleKey string, args ...any) Frame {
	f := Frame{
		words: c.site.Words, zone: c.site.Zone, base: base(c.win), Lang: c.lang, Path: c.r.URL.Path, Now: c.now,
		Signed: !c.token.Empty(), Role: c.who.Role, BodyKind: c.who.BodyKind, TitleKey: titleKey, TitleArgs: args,
		Hotline: c.site.Hotline, Window: c.win,
	}
	if q := c.r.URL.RawQuery; q != "" && c.r.Method == http.MethodGet {
		f.Path += "?" + q
	}
	if f.Signed {
		f.Nav = append(navigation(c.seat.Acts, c.r.URL.Path), public(c.r.URL.Path)...)
		f.Personal, f.BodyName = true, c.seat.Called(string(c.lang))
	}
	if c.site.Demo != nil {
		f.Demo = &DemoBand{Time: c.now}
	}
	return f
}

// places are the doors of the rail, each with the name that desk knows it by.
var places = []struct{ key, path, door string }{
	{"nav.work", "/work", "work"},
	{"nav.calls", "/calls", "calls"},
	{"nav.close_page", "/close-page", "close_page"},
	{"nav.concern", "/concern", "concern"},
	{"nav.operations", "/operations", "operations"},
	{"nav.households", "/households", "households"},
	{"nav.rolls", "/rolls", "rolls"},
	{"nav.tracks", "/tracks", "tracks"},
	{"nav.inbox", "/inbox", "inbox"},
	{"nav.docket", "/docket", "docket"},
	{"nav.overdue", "/overdue", "overdue"},
	{"nav.figures", "/figures", "figures"},
	{"nav.estimates", "/estimates", "estimates"},
	{"nav.hearings", "/hearings", "hearings"},
	{"nav.check", "/check", "check"},
	{"nav.grounds", "/grounds", "grounds"},
	{"nav.emergency", "/emergency", "emergency"},
	{"nav.directory", "/directory", "directory"},
	{"nav.house", "/house", "places"},
	{"nav.places", "/places", "places"},
	{"nav.forms", "/forms", "work"},
	{"nav.bodies", "/admin/bodies", "admin"},
	{"nav.workers", "/admin/workers", "staff"},
	{"nav.complaints", "/complaints", "complaints"},
	{"nav.motions", "/admin/motions", "staff"},
	{"nav.machines", "/admin/machines", "staff"},
	{"nav.disputes", "/admin/disputes", "disputes"},
	{"nav.questions", "/admin/questions", "questions"},
	{"nav.erasures", "/erasures", "erasures"},
	{"nav.retention", "/admin/retention", "retention"},
	{"nav.adoption", "/admin/pack", "adoption"},
	{"nav.law_move", "/admin/law", "law_move"},
	{"nav.ledger", "/ledger", "admin"},
}

// home is the first place a role has: an administrator has no work of their own.
func home(doors []string) string {
	if items := navigation(doors, ""); len(items) > 0 {
		return items[0].Path
	}
	return "/"
}

func navigation(doors []string, here string) []NavItem {
	var out []NavItem
	for _, p := range places {
		if slices.Contains(doors, p.door) {
			out = append(out, NavItem{Key: p.key, Path: p.path, Here: here == p.path || strings.HasPrefix(here, p.path+"/")})
		}
	}
	return out
}

// public are the pages for everybody; a signed-in worker finds them under their
// own places.
func public(here string) []NavItem {
	in := strings.HasPrefix(here, "/guarantees") || strings.HasPrefix(here, "/law") || strings.HasPrefix(here, "/questions")
	return []NavItem{{Key: "nav.guarantees", Path: "/guarantees", Here: in}}
}

// render writes a whole page or none of it.
func (c *call) render(status int, name string, page any) error {
	var out bytes.Buffer
	if err := c.site.pages[name].ExecuteTemplate(&out, "layout", byPointer(page)); err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	c.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	c.w.Header().Set("Content-Language", string(c.lang))
	c.w.WriteHeader(status)
	_, _ = c.w.Write(out.Bytes()) // the reader went away; there is nobody to tell
	return nil
}

// byPointer is the page as templates get it: of a page handed over as it is they
// would copy all of it for each of some hundred sentences.
func byPointer(page any) any {
	v := reflect.ValueOf(page)
	if v.Kind() != reflect.Struct {
		return page
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.Interface()
}

// show is render for a page that is as it should be.
func (c *call) show(page any) error { return c.render(http.StatusOK, c.route.Page, page) }

// again shows a form once more with what must be mended, or passes on an error
// that is not about what was sent. A conflict is passed on too: its page first
// says that something changed.
func (c *call) again(err error, draw func(Frame) error, f Frame) error {
	e := fault.Of(err)
	if e.Kind != fault.Invalid {
		return err
	}
	f.mend(e.Fields)
	if len(e.Fields) == 0 {
		f.Errors = append(f.Errors, FieldError{Text: f.sentence(e), Code: e.Code})
	}
	return draw(f)
}

// fresh puts the version that the reader now sees into a form that comes back.
func (c *call) fresh(version uint64) { c.form.Set("version", strconv.FormatUint(version, 10)) }

// seeOther sends the browser to another page of this window.
func (c *call) seeOther(path string) error {
	http.Redirect(c.w, c.r, base(c.win)+path, http.StatusSeeOther)
	return nil
}

// newKey makes an idempotency key: a form sent twice is one act.
func newKey() string { return rand.Text() }

// log hears of a fault once, here. Addresses carry ids only, and codes no
// content.
func (c *call) log(e *fault.Error) {
	level := slog.LevelInfo
	if e.Kind == fault.Internal {
		level = slog.LevelError
	}
	attrs := []any{"code", e.Code, "route", c.route.Pattern}
	if e.Kind == fault.Internal && e.Cause != nil {
		attrs = append(attrs, "cause", e.Cause)
	}
	c.site.Log.Log(c.ctx, level, "page", attrs...)
}
