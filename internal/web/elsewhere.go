package web

import (
	"cmp"
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"time"

	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

type elsewhereDesk interface {
	OtherSignIns(lang string) []desk.OtherSignIn
	AskElsewhere(ctx context.Context, in desk.AskElsewhereInput) (desk.AskedElsewhere, error)
	ReadElsewhere(ctx context.Context, in desk.FromElsewhere) (desk.AskedThere, error)
	SignInElsewhere(ctx context.Context, asked desk.AskedThere, in desk.FromElsewhere, from desk.SignInInput) (desk.SignedIn, error)
	ProveElsewhere(ctx context.Context, token withheld.Text, asked desk.AskedThere, in desk.FromElsewhere) (withheld.Text, error)
	ProvesElsewhere(ctx context.Context, worker id.Worker, lang string) ([]desk.OtherSignIn, error)
}

// elsewhereCookie keeps, sealed, what was asked of a provider until its answer comes.
const (
	elsewhereCookie = "pana_elsewhere"
	elsewhereAge    = 10 * time.Minute
)

// askedElsewhere are the buttons that lead to a ministry's own sign-in. With a form in
// hand they open another tab: what was typed stays in this one, and Back is where it is
// sent on from.
type askedElsewhere struct {
	Frame Frame
	All   []desk.OtherSignIn
	Next  string
	Proof bool
	Aside bool
	Back  string
	Kept  []Kept
}

func (c *call) elsewhere(f Frame, all []desk.OtherSignIn, next, back string, proof bool, kept []Kept) *askedElsewhere {
	if len(all) == 0 || c.origin() == "" {
		return nil
	}
	return &askedElsewhere{Frame: f, All: all, Next: next, Proof: proof, Aside: proof || len(kept) > 0, Back: back, Kept: kept}
}

// goElsewhere leads to a provider. A page that refreshes at once goes there, not a
// redirect: browsers hold the target of a form's redirect to our own policy.
func goElsewhere(c *call) error {
	in := desk.AskElsewhereInput{
		Provider: c.form.Get("provider"), Origin: c.origin(), Next: local(c.form.Get("next")), Window: c.win, Aside: c.form.Get("aside") != "",
	}
	if c.form.Get("proof") != "" {
		if c.token.Empty() {
			return fault.New(fault.Unauthenticated, "session.none")
		}
		in.Token = c.token
	}
	asked, err := c.site.Desk.AskElsewhere(c.ctx, in)
	if fault.Is(err, "auth.elsewhere_down") {
		c.form = url.Values{"next": {in.Next}}
		return c.signInPage(http.StatusServiceUnavailable, err)
	}
	if err != nil {
		return err
	}
	c.setCookie(elsewhereCookie, asked.Kept, elsewhereAge)
	h := c.w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Refresh", "0; url="+asked.Address)
	h.Set("Content-Type", "text/html; charset=utf-8")
	to := html.EscapeString(asked.Address)
	_, _ = fmt.Fprintf(c.w, "<!doctype html><meta name=robots content=noindex><title></title><a href=\"%s\">%s</a>", to, html.EscapeString(c.frame("signin.title").T("continue")))
	return nil
}

// fromElsewhere takes a provider's answer: the one address where a GET signs in, and
// only whoever asked with this browser within ten minutes, once. What the address
// carries is on no page and in no log.
func fromElsewhere(c *call) error {
	q := c.r.URL.Query()
	in := desk.FromElsewhere{
		Provider: c.r.PathValue("provider"), State: q.Get("state"), Issuer: q.Get("iss"), Code: withheld.New(q.Get("code")), Failed: q.Has("error"),
	}
	if kept := c.site.cookie(c.r, elsewhereCookie); kept != "" {
		in.Kept = kept
		c.setCookie(elsewhereCookie, "", -time.Hour)
	}
	c.r.URL, c.form = &url.URL{Path: "/sign-in"}, url.Values{}
	asked, err := c.site.Desk.ReadElsewhere(c.ctx, in)
	if err != nil {
		return c.notElsewhere(err)
	}
	c.win, c.form = max(1, asked.Window), url.Values{"next": {local(asked.Next)}}
	if asked.Proves != "" {
		return c.provedElsewhere(asked, in)
	}
	done, err := c.site.Desk.SignInElsewhere(c.ctx, asked, in, desk.SignInInput{
		Lang: string(c.lang), From: c.from(), Device: c.device(), Agent: agentOf(c.r.UserAgent()),
	})
	switch {
	case err != nil:
		return c.notElsewhere(err)
	case done.Ticket == "" && asked.Aside:
		c.keepIn(done)
		return c.seeOther("/sign-in/elsewhere")
	}
	return c.signedOrAsked(done)
}

// provedElsewhere makes the proof of this window's session new.
func (c *call) provedElsewhere(asked desk.AskedThere, in desk.FromElsewhere) error {
	if err := c.seated(); err != nil {
		return c.notElsewhere(err)
	}
	token, err := c.site.Desk.ProveElsewhere(c.ctx, c.token, asked, in)
	if err != nil {
		c.token = withheld.Text{}
		return c.notElsewhere(err)
	}
	c.goesOnAs(token)
	return c.seeOther("/sign-in/elsewhere")
}

// notElsewhere is the sign-in page, with one sentence: who is not known here, who left
// and who is another body's get the same.
func (c *call) notElsewhere(err error) error {
	e := fault.Of(err)
	if e.Kind != fault.Unauthenticated && e.Kind != fault.Busy {
		return err
	}
	c.log(e)
	return c.signInPage(http.StatusOK, fault.New(fault.Limited, cmp.Or(e.Code, "auth.begin_again")))
}

// asidePage says that the other tab goes on.
type asidePage struct{ Frame }

func aside(c *call) error {
	f := c.frame("aside.title")
	f.Nav = nil
	return c.show(asidePage{f})
}
