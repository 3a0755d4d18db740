package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/paper"
	"pana/internal/withheld"
)

type secondDesk interface {
	SignInSecond(ctx context.Context, in desk.SignInInput) (desk.SignedIn, error)
	Second(ctx context.Context, who access.Who, shown withheld.Text, origin string) (desk.SecondView, error)
	AskPasskey(origin string) (desk.Ceremony, error)
	SignInPasskey(ctx context.Context, in desk.SignInInput) (desk.SignedIn, error)
	AddPasskey(ctx context.Context, who access.Who, in desk.PasskeyInput) ([]withheld.Text, error)
	RemovePasskey(ctx context.Context, who access.Who, in desk.PasskeyInput) error
	SetSecond(ctx context.Context, who access.Who, in desk.SecondInput) ([]withheld.Text, error)
	NewRecovery(ctx context.Context, who access.Who, key string) ([]withheld.Text, error)
	DropSecond(ctx context.Context, who access.Who, key string) error
	ProofAsked(ctx context.Context, who access.Who) (string, error)
	Prove(ctx context.Context, token withheld.Text, in desk.ProveInput) (withheld.Text, error)
}

// codePage asks for the second factor after a right password. It has what was typed
// before the session ended, as the sign-in page has.
type codePage struct {
	Frame
	Ticket string
	Next   string
	Kept   []Kept
	Code   Field
	// Passkey is another way, which needs neither password nor code.
	Passkey *askedPasskey
}

// signedOrAsked goes on after a right password: in, or to the second factor.
func (c *call) signedOrAsked(in desk.SignedIn) error {
	if in.Ticket == "" {
		return c.in(in)
	}
	c.form.Set("ticket", in.Ticket)
	return c.drawCode(http.StatusOK, nil)
}

func (c *call) drawCode(status int, err error) error {
	f := c.frame("code.title")
	f.Nav, f.Signed = nil, false
	f.mend(fault.Of(err).Fields)
	if e := fault.Of(err); err != nil && len(e.Fields) == 0 {
		f.Errors = append(f.Errors, FieldError{Field: "figures", Text: f.sentence(e), Code: e.Code})
	}
	f.MainForm = true
	kept, next := keep(c.form, "ticket", "figures"), local(c.form.Get("next"))
	return c.render(status, "code", codePage{
		Frame: f, Ticket: c.form.Get("ticket"), Next: next, Kept: kept, Code: form{f, url.Values{}}.field("figures", "figures"),
		Passkey: c.askPasskey(f, "/sign-in/passkey", next, kept),
	})
}

// signInSecond is the form of the code page.
func signInSecond(c *call) error {
	if c.form.Get("set_lang") != "" {
		return c.drawCode(http.StatusOK, nil)
	}
	in, err := c.site.Desk.SignInSecond(c.ctx, desk.SignInInput{
		Ticket: c.form.Get("ticket"), Code: text(c.form, "figures"), Lang: string(c.lang), From: c.from(), Device: c.device(), Agent: agentOf(c.r.UserAgent()),
	})
	switch e := fault.Of(err); {
	case err == nil:
		c.form.Del("ticket")
		c.form.Del("figures")
		return c.in(in)
	case e.Code == "auth.wrong":
		return c.drawCode(http.StatusUnprocessableEntity, fault.Form(fault.Field{Name: "figures", Code: "auth.code"}))
	case e.Kind == fault.Unauthenticated:
		c.form.Del("ticket")
		c.form.Del("figures")
		return c.signInPage(http.StatusUnprocessableEntity, fault.Form(fault.Field{Name: "login", Code: e.Code}))
	case e.Kind == fault.Limited:
		return c.drawCode(http.StatusUnprocessableEntity, err)
	}
	return err
}

// secondPageView is one's own second factor.
type secondPageView struct {
	Frame
	V       desk.SecondView
	Code    Field
	Squares string
	Size    int
	Done    string
	Passkey *askedPasskey
}

// Groups is the secret as it is typed by hand, in fours.
func (p secondPageView) Groups() string {
	var out []string
	for s := p.V.Secret.Reveal(); s != ""; s = s[min(4, len(s)):] {
		out = append(out, s[:min(4, len(s))])
	}
	return strings.Join(out, " ")
}

// Secret is the secret as the form brings it back.
func (p secondPageView) Secret() string { return p.V.Secret.Reveal() }

func secondPage(c *call) error { return c.drawSecond(http.StatusOK, c.frame("second.title")) }

func (c *call) drawSecond(status int, f Frame) error {
	var shown withheld.Text
	if c.posted() { // never from an address: whoever made it would know the secret
		shown = withheld.New(c.form.Get("secret"))
	}
	v, err := c.site.Desk.Second(c.ctx, c.who, shown, c.origin())
	if err != nil {
		return err
	}
	f.MainForm = !v.Has
	p := secondPageView{Frame: f, V: v, Code: form{f, url.Values{}}.field("figures", "figures")}
	p.Code.Why = "" // the steps above the field say what is typed here
	if v.URI != "" {
		p.Squares, p.Size = paper.Squares(v.URI)
	}
	p.Passkey = newPasskey(f, v, form{f, c.form})
	if done := c.form.Get("done"); !c.posted() && f.Has("second.done."+done) {
		p.Done = done
	}
	return c.render(status, "second", p)
}

// codesPage shows codes for paper, once.
type codesPage struct {
	Frame
	Codes []string
}

func secondPost(c *call) error {
	f := c.frame("second.title")
	if c.turning() {
		return c.drawSecond(http.StatusOK, f)
	}
	var codes []withheld.Text
	var err error
	switch key := c.form.Get("key"); c.form.Get("go") {
	case "drop":
		if err = c.site.Desk.DropSecond(c.ctx, c.who, key); err == nil {
			return c.seeOther("/sign-ins/second?done=dropped")
		}
	case "codes":
		codes, err = c.site.Desk.NewRecovery(c.ctx, c.who, key)
	default:
		codes, err = c.site.Desk.SetSecond(c.ctx, c.who, desk.SecondInput{Key: key, Secret: withheld.New(c.form.Get("secret")), Code: text(c.form, "figures")})
	}
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawSecond(http.StatusUnprocessableEntity, f) }, f)
	}
	return c.showCodes(codes)
}

// dangerous are acts before which whoever is signed in shows once more who they
// are, when the last time is longer ago than auth.FreshFor: what takes many people's
// data out, opens a file that is nobody's of theirs, gives power, or stops work. A
// form that is only shown again (turning) asks nothing.
var dangerous = []string{
	"POST /take-out", "POST /file/{file}/take-out", "POST /emergency", "POST /file/{file}/freeze",
	"POST /file/{file}/erase", "POST /file/{file}/hold", "POST /file/{file}/deferrals",
	"POST /admin/bodies", "POST /admin/workers", "POST /admin/motions", "POST /admin/machines", "POST /admin/pack", "POST /admin/law", "POST /admin/retention", "POST /admin/kept", "POST /sign-ins/second", "POST /sign-ins/passkey",
	"POST /sign-ins/password",
}

func (c *call) asksProof() (bool, error) {
	if !c.posted() || c.turning() || c.seat.Fresh || !slices.Contains(dangerous, c.route.Pattern) {
		return false, nil
	}
	if c.site.Demo == nil {
		return true, nil
	}
	// Who came in by a button has no password to show; a telephone they have.
	asked, err := c.site.Desk.ProofAsked(c.ctx, c.who)
	return asked == "figures", err
}

// openWithout are the pages for who lacks a second factor that the role must have:
// those on which they get one, and the way out.
var openWithout = []string{"GET /sign-ins/second", "POST /sign-ins/second", "POST /sign-ins/passkey", "POST /prove", "GET /sign-ins", "POST /sign-ins", "GET /sign-ins/password", "POST /sign-ins/password"}

func (c *call) mustSetSecond() bool {
	return c.seat.Lacks && c.route.Act != Public && !slices.Contains(openWithout, c.route.Pattern)
}

// onlyPassword are the pages for who signed in by a code on paper: it sets a password
// and opens nothing.
var onlyPassword = []string{"GET /sign-ins/password", "POST /sign-ins/password", "POST /prove"}

func (c *call) mustSetPassword() bool {
	return c.seat.Once && c.route.Act != Public && !slices.Contains(onlyPassword, c.route.Pattern)
}

// provePage asks who it is once more, with what was typed in hand.
type provePage struct {
	Frame
	Next  string
	Kept  []Kept
	Field Field
	// Passkey is another way; nil where there can be none.
	Passkey *askedPasskey
	// Elsewhere is their ministry's own sign-in; nil where it does not sign them in.
	Elsewhere *askedElsewhere
}

// drawProof is the page before a dangerous act, and its form once more.
func (c *call) drawProof(status int, next string, err error) error {
	asked, failed := c.site.Desk.ProofAsked(c.ctx, c.who)
	if failed != nil {
		return failed
	}
	f := c.frame("prove.title")
	if e := fault.Of(err); err != nil {
		f.Errors = append(f.Errors, FieldError{Field: asked, Text: f.sentence(e), Code: e.Code})
	}
	others, failed := c.site.Desk.ProvesElsewhere(c.ctx, c.who.Worker, string(c.lang))
	if failed != nil {
		return failed
	}
	f.MainForm = true
	kept := keep(c.form, "figures")
	return c.render(status, "prove", provePage{
		Frame: f, Next: next, Kept: kept, Field: form{f, url.Values{}}.field(asked, asked),
		Passkey: c.askPasskey(f, "/prove", next, kept), Elsewhere: c.elsewhere(f, others, next, "/prove", true, kept),
	})
}

// prove takes the proof and gives the form back that it was asked for.
func prove(c *call) error {
	next := local(c.form.Get("next"))
	if c.form.Get("set_lang") != "" {
		return c.drawProof(http.StatusOK, next, nil)
	}
	if c.form.Get("go") == "signed" { // in another tab
		if !c.seat.Fresh {
			return c.drawProof(http.StatusUnprocessableEntity, next, fault.New(fault.Invalid, "auth.elsewhere_not_yet"))
		}
		return c.render(http.StatusOK, "resume", resumePage{Frame: c.frame("resume.title"), Next: next, Kept: keep(c.form, "figures")})
	}
	token, err := c.site.Desk.Prove(c.ctx, c.token, desk.ProveInput{
		Password: withheld.New(c.form.Get("password")), Code: text(c.form, "figures"), From: c.from(), Device: c.device(), Agent: agentOf(c.r.UserAgent()),
		Origin: c.origin(), Ticket: c.form.Get("ceremony"), Answer: withheld.New(c.form.Get("answer")),
	})
	switch e := fault.Of(err); {
	case err == nil:
		c.goesOnAs(token)
		return c.render(http.StatusOK, "resume", resumePage{Frame: c.frame("resume.title"), Next: next, Kept: keep(c.form, "figures")})
	case e.Code == "auth.wrong" || e.Code == "auth.passkey" || e.Code == "auth.passkey_copied":
		return c.drawProof(http.StatusUnprocessableEntity, next, fault.New(fault.Invalid, "auth.proof"))
	case e.Kind == fault.Limited:
		return c.drawProof(http.StatusUnprocessableEntity, next, err)
	}
	return err
}
