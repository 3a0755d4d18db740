package web

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/withheld"
)

type guardianPageDesk interface {
	GuardianPage(ctx context.Context, who access.Who, file id.File) (desk.GuardianPageView, error)
	IssueGuardianPage(ctx context.Context, who access.Who, in desk.GuardianPageInput) (code string, err error)
	CloseGuardianPage(ctx context.Context, who access.Who, key string, file id.File) (casework.Receipt, error)
	CloseGuardianOnPage(ctx context.Context, token withheld.Text, key string) error
}

// guardianPage is the page of a child's guardian as the worker gives it: who may have
// one, what is asked for the child's sake, and the code once it was given.
type guardianPage struct {
	Frame
	File    id.File
	P       desk.GuardianPageView
	Fields  []Field
	Code    string // shown once
	Where   string
	Squares string
	Size    int
	Done    string
	Key     string // of the small form
}

// shownEntered is how many times of entering stand on a page.
const shownEntered = 20

// Entered are the latest of them.
func (p guardianPage) Entered() []time.Time { return p.P.Entered[:min(len(p.P.Entered), shownEntered)] }

func guardianPageForm(c *call) error {
	return c.drawGuardianPage(http.StatusOK, c.guardianPageFrame(), nil)
}

func (c *call) guardianPageFrame() Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame("guardian_page.title", "number", id.Number(file))
}

func (c *call) drawGuardianPage(status int, f Frame, also func(*guardianPage)) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.GuardianPage(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	p := newGuardianPage(f, file, view, c.form)
	if also != nil {
		also(&p)
	}
	return c.render(status, "guardian_page", p)
}

func newGuardianPage(f Frame, file id.File, view desk.GuardianPageView, typed url.Values) guardianPage {
	p := guardianPage{Frame: f, File: file, P: view, Key: newKey()}
	if len(view.Appointed) == 0 {
		return p
	}
	p.MainForm = true
	fm := form{p.Frame, typed}
	guardian := fm.field("choice", "guardian")
	for _, a := range view.Appointed {
		guardian.Options = append(guardian.Options, Option{
			Value: string(a.Subject.File), On: typed.Get("guardian") == string(a.Subject.File),
			Label: f.T("guardian_page.who", "who", f.Say(a.Subject), "number", a.Subject.Number),
			Hint:  f.T("guardian_page.appointed", "day", f.Day(a.Since), "by", a.Body),
		})
	}
	p.Fields = []Field{
		guardian, fm.field("text", "guardian_paper"), fm.field("day", "guardian_until"),
		fm.choose("choice", "guardian_child", "guardian_child", casework.ChildSays...),
		fm.choose("choice", "guardian_harm", "guardian_harm", "no", "yes", "not_sure"),
		fm.choose("choice", "guardian_safe", "guardian_safe", "yes", "no", "not_sure"),
		fm.field("long_text", "guardian_why"), fm.field("long_text", "guardian_interest"),
		fm.choose("select", "page_in", "language", view.Languages...),
		fm.field("pin", "page_pin"), fm.field("pin", "page_again"),
	}
	p.Fields[2].Optional = true
	for i := range p.Fields {
		if p.Fields[i].Name == "page_pin" { // another sits at the device than on the child's form
			p.Fields[i].Label, p.Fields[i].Why = f.T("guardian_page.pin"), f.T("guardian_page.pin.why")
		}
	}
	return p
}

func guardianPagePost(c *call) error {
	f := c.guardianPageFrame()
	if c.turning() {
		return c.drawGuardianPage(http.StatusOK, f, nil)
	}
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	if c.form.Get("go") == "close" {
		if _, err := c.site.Desk.CloseGuardianPage(c.ctx, c.who, c.form.Get("key"), file); err != nil {
			return err
		}
		return c.drawGuardianPage(http.StatusOK, f, func(p *guardianPage) { p.Done = "guardian_page.closed_now" })
	}
	code, err := c.site.Desk.IssueGuardianPage(c.ctx, c.who, desk.GuardianPageInput{
		Key: c.form.Get("key"), File: file, Guardian: c.form.Get("guardian"), Paper: withheld.New(c.form.Get("guardian_paper")), Until: c.form.Get("guardian_until"),
		Child: c.form.Get("guardian_child"), Harm: c.form.Get("guardian_harm"), Safe: c.form.Get("guardian_safe"),
		Why: withheld.New(c.form.Get("guardian_why")), Interest: withheld.New(c.form.Get("guardian_interest")), Language: c.form.Get("page_in"),
		PIN: withheld.New(c.form.Get("page_pin")), Again: withheld.New(c.form.Get("page_again")),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawGuardianPage(http.StatusUnprocessableEntity, f, nil) }, f)
	}
	c.clearSiteData()
	return c.drawGuardianPage(http.StatusOK, f, func(p *guardianPage) { p.give(code, c.herLink()) })
}

// give puts the code on the page, once; the square has the address alone.
func (p *guardianPage) give(code, link string) {
	p.Code, p.Where = code, paper.Short(link)
	p.Squares, p.Size = paper.Squares(link)
	p.Fields, p.MainForm = nil, false
}
