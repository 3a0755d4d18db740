package web

import (
	"html/template"
	"net"
	"net/http"
	"strings"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// askedPasskey is a form that a small script fills with a browser's answer. Without
// scripts it is not shown: there is no other way to ask for a passkey.
type askedPasskey struct {
	Frame   Frame
	Action  template.URL
	How     string // get or create
	Options string // for the browser, as the specification writes them
	Ticket  string
	Key     string
	Next    string
	Kept    []Kept
	Name    *Field
	Button  string
}

// origin is this site as browsers name it; "" where there can be no passkeys. On the
// machine itself it is what the reader typed, as long as that is a name.
func (c *call) origin() string {
	if c.site.Origin != "" {
		return strings.TrimRight(c.site.Origin, "/")
	}
	host, _, err := net.SplitHostPort(c.r.Host)
	if err != nil {
		host = c.r.Host
	}
	if host == "localhost" {
		return "http://" + c.r.Host
	}
	return ""
}

// askPasskey is the form before one is signed in, or to prove it anew; nil where
// there can be none.
func (c *call) askPasskey(f Frame, action, next string, kept []Kept) *askedPasskey {
	asked, err := c.site.Desk.AskPasskey(c.origin())
	if err != nil || asked.Options == "" {
		return nil // the password is there
	}
	return &askedPasskey{Frame: f, Action: f.U(action), How: "get", Options: asked.Options, Ticket: asked.Ticket, Next: next, Kept: kept, Button: "passkey.use"}
}

// newPasskey is the form that makes one.
func newPasskey(f Frame, v desk.SecondView, fm form) *askedPasskey {
	if v.Ask == (desk.Ceremony{}) {
		return nil
	}
	name := fm.field("text", "passkey_name")
	return &askedPasskey{Frame: f, Action: f.U("/sign-ins/passkey"), How: "create", Options: v.Ask.Options, Ticket: v.Ask.Ticket, Key: v.Key + ".passkey", Name: &name, Button: "passkey.make"}
}

// signInPasskey takes a passkey's answer.
func signInPasskey(c *call) error {
	if c.form.Get("set_lang") != "" {
		return c.signInPage(http.StatusOK, nil)
	}
	in, err := c.site.Desk.SignInPasskey(c.ctx, desk.SignInInput{
		Origin: c.origin(), Ticket: c.form.Get("ceremony"), Answer: withheld.New(c.form.Get("answer")), Lang: string(c.lang),
		From: c.from(), Device: c.device(), Agent: agentOf(c.r.UserAgent()),
	})
	if e := fault.Of(err); err != nil && (e.Kind == fault.Unauthenticated || e.Kind == fault.Invalid) {
		return c.signInPage(http.StatusUnprocessableEntity, fault.Form(fault.Field{Name: "login", Code: e.Code}))
	}
	if err != nil {
		return err
	}
	return c.in(in)
}

// passkeyPost adds or removes one of one's own.
func passkeyPost(c *call) error {
	f := c.frame("second.title")
	draw := func(f Frame) error { return c.drawSecond(http.StatusUnprocessableEntity, f) }
	if c.turning() {
		return c.drawSecond(http.StatusOK, f)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		return c.again(fault.Form(mend...), draw, f)
	}
	in := desk.PasskeyInput{
		Key: c.form.Get("key"), Origin: c.origin(), Ticket: c.form.Get("ceremony"), Name: text(c.form, "passkey_name"), Answer: withheld.New(c.form.Get("answer")),
	}
	if c.form.Get("go") == "remove" {
		passkey, _ := id.Parse[id.Event](c.form.Get("passkey"))
		in.Remove = string(passkey)
		if err := c.site.Desk.RemovePasskey(c.ctx, c.who, in); err != nil {
			return err
		}
		return c.seeOther("/sign-ins/second?done=passkey_removed")
	}
	codes, err := c.site.Desk.AddPasskey(c.ctx, c.who, in)
	switch {
	case err != nil:
		return c.again(err, draw, f)
	case len(codes) > 0:
		return c.showCodes(codes)
	}
	return c.seeOther("/sign-ins/second?done=passkey_added")
}

func (c *call) showCodes(codes []withheld.Text) error {
	p := codesPage{Frame: c.frame("codes.title")}
	for _, code := range codes {
		p.Codes = append(p.Codes, code.Reveal())
	}
	return c.render(http.StatusOK, "codes", p)
}
