package web

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/withheld"
	"pana/internal/wording"
)

type herPageDesk interface {
	EnterPage(ctx context.Context, in desk.PageEntry) (withheld.Text, error)
	HerPage(ctx context.Context, token withheld.Text, lang string) (desk.HerPage, error)
	AgreeOnPage(ctx context.Context, token withheld.Text, key, purpose string) error
	TakeBackOnPage(ctx context.Context, token withheld.Text, key, purpose string) error
	ComplainOnPage(ctx context.Context, token withheld.Text, key string, in desk.HerComplaintInput) error
	SayOnPage(ctx context.Context, token withheld.Text, key string, text withheld.Text) error
	CloseHerPage(ctx context.Context, token withheld.Text, key string) error
	LeavePage(ctx context.Context, token withheld.Text) error
}

// herCookie keeps a visit until the browser is closed or she leaves. Its name, the one
// address and the title say nothing about what is here: whoever looks through the
// telephone finds "Information".
const herCookie = "i"

// herPage is the person's own page, or the form that opens it. There is one address
// for all of it, so that a history has one harmless line.
type herPage struct {
	Frame
	P     desk.HerPage
	In    bool
	Gone  string // she has left, and goes there
	Code  string
	Typed string
	Wrong string // the complaint as it was typed, when it must be mended
	Named string // the body she named in it
	Back  string // the purpose of a yes that she is asked whether she takes back
}

// Asked is that purpose as it stands; nothing where there is no yes to it.
func (p herPage) Asked() *casework.OwnConsent {
	for i, c := range p.P.Agreed {
		if c.Purpose == p.Back && c.MayTakeBack() {
			return &p.P.Agreed[i]
		}
	}
	return nil
}

// GuardianEntered are the latest openings of the guardian's page.
func (p herPage) GuardianEntered() []time.Time {
	return p.P.Guardian.Entered[:min(len(p.P.Guardian.Entered), shownEntered)]
}

// Kinds are kinds of body in words.
func (p herPage) Kinds(list []string) string {
	words := make([]string, len(list))
	for i, kind := range list {
		words[i] = p.By(kind)
	}
	return strings.Join(words, ", ")
}

func (c *call) herToken() withheld.Text { return withheld.New(c.site.cookie(c.r, herCookie)) }

func (c *call) setHerCookie(token string) {
	cookie := http.Cookie{Name: herCookie, Value: token, SameSite: http.SameSiteStrictMode}
	if token == "" {
		cookie.MaxAge = -1
	}
	c.keepCookie(cookie)
}

// herFrame has nothing of a worker who may be signed in on the same device.
func (c *call) herFrame(lang wording.Lang) Frame {
	f := Frame{words: c.site.Words, zone: c.site.Zone, Lang: lang, Path: "/p", Now: c.now, TitleKey: "her.title"}
	if c.site.Demo != nil {
		f.Demo = &DemoBand{Time: c.now}
	}
	return f
}

// asked is the language asked for in the address: no cookie keeps it.
func (c *call) asked() wording.Lang {
	if l := wording.Lang(c.r.URL.Query().Get("l")); slices.Contains(Langs, l) {
		return l
	}
	return ""
}

func (c *call) entryLang() wording.Lang {
	if l := c.asked(); l != "" {
		return l
	}
	return c.lang
}

// hers renders a page that no browser keeps.
func (c *call) hers(status int, p herPage) error {
	c.neverKept()
	return c.render(status, "her", p)
}

func (c *call) neverKept() {
	c.w.Header().Set("Cache-Control", "no-store")
	c.w.Header().Set("Referrer-Policy", "no-referrer")
}

func herShow(c *call) error { return c.drawHer(http.StatusOK, nil, nil) }

// drawHer is her page while a visit lasts, and the form that opens it otherwise.
func (c *call) drawHer(status int, mend error, also func(*herPage)) error {
	view, err := c.site.Desk.HerPage(c.ctx, c.herToken(), string(c.asked()))
	if fault.Of(err).Kind == fault.Unauthenticated && err != nil {
		return c.hers(http.StatusOK, herPage{Frame: c.herFrame(c.entryLang())})
	}
	if err != nil {
		return err
	}
	p := herPage{Frame: c.herFrame(wording.Lang(view.Language)), P: view, In: true}
	if also != nil {
		also(&p)
	}
	if mend != nil {
		p.mend(fault.Of(mend).Fields)
	}
	return c.hers(status, p)
}

func herPost(c *call) error {
	d, key := c.site.Desk, c.form.Get("key")
	var err error
	switch c.form.Get("go") {
	case "in":
		return c.herIn()
	case "leave":
		return c.herOut(d.LeavePage(c.ctx, c.herToken()))
	case "close":
		return c.herOut(d.CloseHerPage(c.ctx, c.herToken(), key))
	case "close_guardian":
		err = d.CloseGuardianOnPage(c.ctx, c.herToken(), key)
	case "say":
		err = d.SayOnPage(c.ctx, c.herToken(), key, withheld.New(c.form.Get("page_text")))
	case "complain":
		err = d.ComplainOnPage(c.ctx, c.herToken(), key, desk.HerComplaintInput{About: c.form.Get("complaint_about"), Text: withheld.New(c.form.Get("complaint_text")), Lang: string(c.entryLang())})
	case "agree":
		err = d.AgreeOnPage(c.ctx, c.herToken(), key, c.form.Get("purpose"))
	case "back": // nothing is taken back before she has read what follows
		return c.drawHer(http.StatusOK, nil, func(p *herPage) { p.Back = c.form.Get("purpose") })
	case "take_back":
		err = d.TakeBackOnPage(c.ctx, c.herToken(), key, c.form.Get("purpose"))
	}
	if err == nil {
		return c.seeHer()
	}
	switch e := fault.Of(err); e.Kind {
	case fault.Invalid:
		return c.drawHer(http.StatusUnprocessableEntity, err, func(p *herPage) {
			p.Typed, p.Wrong, p.Named = c.form.Get("page_text"), c.form.Get("complaint_text"), c.form.Get("complaint_about")
		})
	case fault.Conflict: // it was changed meanwhile: she reads how it is now
		return c.seeHer()
	case fault.Unauthenticated:
		return c.drawHer(http.StatusOK, nil, nil)
	default:
		return err
	}
}

// seeHer goes back to the page by GET, so that a reload sends nothing again.
func (c *call) seeHer() error {
	path := "/p"
	if l := c.asked(); l != "" {
		path += "?" + url.Values{"l": {string(l)}}.Encode()
	}
	c.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(c.w, c.r, path, http.StatusSeeOther)
	return nil
}

// herIn opens the page. Whatever was wrong, the answer is the same.
func (c *call) herIn() error {
	from, _, _ := net.SplitHostPort(c.r.RemoteAddr)
	token, err := c.site.Desk.EnterPage(c.ctx, desk.PageEntry{Code: c.form.Get("page_code"), PIN: withheld.New(c.form.Get("page_pin")), From: from})
	if err == nil {
		c.setHerCookie(token.Reveal())
		return c.seeHer()
	}
	e := fault.Of(err)
	p := herPage{Frame: c.herFrame(c.entryLang()), Code: c.form.Get("page_code")}
	switch e.Kind {
	case fault.Unauthenticated:
		p.Errors = []FieldError{{Field: "page_code", Text: p.T("her.wrong"), Code: "her.wrong"}}
	case fault.Limited, fault.Busy:
		p.Errors = []FieldError{{Field: "page_code", Text: p.sentence(e), Code: e.Code}}
	default:
		return err
	}
	return c.hers(statuses[e.Kind], p)
}

// herOut ends what the browser has of the page and goes somewhere harmless, by a page
// of its own: a redirect of a form to another site is stopped by our own policy.
func (c *call) herOut(err error) error {
	if err != nil && fault.Of(err).Kind != fault.Unauthenticated {
		return err
	}
	c.setHerCookie("")
	c.clearSiteData()
	return c.hers(http.StatusOK, herPage{Frame: c.herFrame(c.entryLang()), Gone: c.site.ExitTo})
}
