package web

import (
	"context"
	"net/http"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/paper"
	"pana/internal/withheld"
)

type ownPageDesk interface {
	OwnPage(ctx context.Context, who access.Who, file id.File) (desk.OwnPageView, error)
	IssueOwnPage(ctx context.Context, who access.Who, in desk.OwnPageInput) (code string, err error)
	CloseOwnPage(ctx context.Context, who access.Who, key string, file id.File) (casework.Receipt, error)
	AnswerOnPage(ctx context.Context, who access.Who, in desk.OwnPageAnswer) (casework.Receipt, error)
	ClosePageByCode(ctx context.Context, who access.Who, key, code string) error
}

// ownPagePage is the person's own page as the worker gives it: what is asked first,
// the code once it was given, and what she wrote.
type ownPagePage struct {
	Frame
	File    id.File
	P       desk.OwnPageView
	Fields  []Field
	Code    string // shown once
	Where   string // the address to type
	Squares string
	Size    int
	Done    string
	Key     string // of the small forms
	Reply   Field
	To      id.Message // of the reply that must be mended
}

func ownPageForm(c *call) error { return c.drawOwnPage(http.StatusOK, c.ownPageFrame(), nil) }

func (c *call) ownPageFrame() Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame("own_page.title", "number", id.Number(file))
}

func (c *call) drawOwnPage(status int, f Frame, also func(*ownPagePage)) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.OwnPage(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	p := newOwnPage(f, file, view, c.form)
	if also != nil {
		also(&p)
	}
	return c.render(status, "own_page", p)
}

func newOwnPage(f Frame, file id.File, view desk.OwnPageView, typed url.Values) ownPagePage {
	f.MainForm = true
	fm := form{f, typed}
	p := ownPagePage{Frame: f, File: file, P: view, Key: newKey(), Reply: fm.field("long_text", "reply")}
	if len(typed["page_in"]) == 0 {
		fm.typed = url.Values{"page_in": {view.Wanted}}
	}
	p.Fields = []Field{
		fm.choose("choice", "page_device", "page_device", casework.PageDevices...),
		fm.choose("choice", "page_reader", "page_reader", casework.PageReaders...),
		fm.choose("choice", "page_safe", "page_safe", "yes", "no"),
		fm.choose("choice", "page_holder", "page_holder", view.Holders...),
		fm.choose("select", "page_in", "language", view.Languages...),
		fm.field("pin", "page_pin"), fm.field("pin", "page_again"), fm.field("pin", "page_second"),
	}
	p.Fields[len(p.Fields)-1].Optional = true
	return p
}

func ownPagePost(c *call) error {
	f := c.ownPageFrame()
	if c.turning() {
		return c.drawOwnPage(http.StatusOK, f, nil)
	}
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	done := ""
	switch c.form.Get("go") {
	case "close":
		_, err = c.site.Desk.CloseOwnPage(c.ctx, c.who, c.form.Get("key"), file)
		done = "own_page.closed_now"
	case "reply":
		message, _ := id.Parse[id.Message](c.form.Get("message"))
		_, err = c.site.Desk.AnswerOnPage(c.ctx, c.who, desk.OwnPageAnswer{
			Key: c.form.Get("key"), File: file, Message: message, Text: withheld.New(c.form.Get("reply")),
		})
		if err != nil {
			return c.again(err, func(f Frame) error {
				return c.drawOwnPage(http.StatusUnprocessableEntity, f, func(p *ownPagePage) { p.To = message })
			}, f)
		}
		done = "own_page.answered_now"
	default:
		return c.issueOwnPage(f, file)
	}
	if err != nil {
		return err
	}
	return c.drawOwnPage(http.StatusOK, f, func(p *ownPagePage) { p.Done, p.Reply.Value = done, "" })
}

// issueOwnPage answers with the code itself: it stands on this one answer and nowhere
// else, so there is no address at which somebody finds it later.
func (c *call) issueOwnPage(f Frame, file id.File) error {
	code, err := c.site.Desk.IssueOwnPage(c.ctx, c.who, desk.OwnPageInput{
		Key: c.form.Get("key"), File: file, Device: c.form.Get("page_device"), Reader: c.form.Get("page_reader"), Holder: c.form.Get("page_holder"),
		Safe: c.form.Get("page_safe"), Language: c.form.Get("page_in"),
		PIN: withheld.New(c.form.Get("page_pin")), Again: withheld.New(c.form.Get("page_again")), Second: withheld.New(c.form.Get("page_second")),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawOwnPage(http.StatusUnprocessableEntity, f, nil) }, f)
	}
	c.clearSiteData()
	return c.drawOwnPage(http.StatusOK, c.frame("own_page.given"), func(p *ownPagePage) { p.give(code, c.herLink()) })
}

// give puts the code on the page. The square has the address alone: a picture of it
// opens nothing, and no browser keeps a code in its history. What is printed of this page
// is the code, the address and one harmless word (pana.css, by the title): whoever finds
// the paper does not learn from it that there is a file, or whose.
func (p *ownPagePage) give(code, link string) {
	p.Code, p.Where = code, paper.Short(link)
	p.Squares, p.Size = paper.Squares(link)
	p.Fields, p.MainForm = nil, false
}

func (c *call) herLink() string {
	scheme := "http"
	if c.site.Secure {
		scheme = "https"
	}
	return scheme + "://" + c.r.Host + "/p"
}

// closePagePage closes the page of somebody who rings. It says the same whether there
// is such a page or not.
type closePagePage struct {
	Frame
	Key   string
	Field Field
	Done  bool
}

func closePageForm(c *call) error {
	return c.drawClosePage(http.StatusOK, c.frame("close_page.title"), false)
}

func (c *call) drawClosePage(status int, f Frame, done bool) error {
	f.MainForm = true
	p := closePagePage{Frame: f, Key: newKey(), Done: done, Field: form{f, url.Values{}}.field("text", "page_code")}
	return c.render(status, "close_page", p)
}

func closePagePost(c *call) error {
	f := c.frame("close_page.title")
	switch {
	case c.turning():
		return c.drawClosePage(http.StatusOK, f, false)
	case c.form.Get("page_code") == "":
		f.mend([]fault.Field{{Name: "page_code", Code: "field.required"}})
		return c.drawClosePage(http.StatusUnprocessableEntity, f, false)
	}
	if err := c.site.Desk.ClosePageByCode(c.ctx, c.who, c.form.Get("key"), c.form.Get("page_code")); err != nil {
		return err
	}
	return c.drawClosePage(http.StatusOK, f, true)
}
