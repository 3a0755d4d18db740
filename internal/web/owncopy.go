package web

import (
	"context"
	"net/http"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type ownCopyDesk interface {
	OwnCopyForm(ctx context.Context, who access.Who, file id.File, in string) (desk.OwnCopyForm, error)
	MakeOwnCopy(ctx context.Context, who access.Who, in desk.OwnCopyInput) (casework.Receipt, error)
}

// ownCopyPage asks who asked for the copy and whether it is safe to have, and shows
// what would stand on it.
type ownCopyPage struct {
	Frame
	File    id.File
	P       desk.OwnCopyForm
	Blocked bool
	In      Field
	Fields  []Field
}

// Sheet is the copy without a code.
func (p ownCopyPage) Sheet() sheet { return sheet{Frame: p.Frame, D: p.P.Document} }

func ownCopyForm(c *call) error {
	return c.drawOwnCopy(http.StatusOK, c.ownCopyFrame(), url.Values{"paper_in": {c.r.URL.Query().Get("paper_in")}})
}

func (c *call) ownCopyFrame() Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame("own_copy.title", "number", id.Number(file))
}

func (c *call) drawOwnCopy(status int, f Frame, typed url.Values) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.OwnCopyForm(c.ctx, c.who, file, typed.Get("paper_in"))
	if err != nil {
		return err
	}
	return c.render(status, "own_copy", newOwnCopyPage(f, file, view, typed))
}

func newOwnCopyPage(f Frame, file id.File, view desk.OwnCopyForm, typed url.Values) ownCopyPage {
	f.Wide = true
	p := ownCopyPage{Frame: f, File: file, P: view, Blocked: view.In == "", In: shownIn(f, typed, view.In).choose("select", "paper_in", "language", view.Languages...)}
	fm := form{f, typed}
	p.Fields = []Field{fm.choose("choice", "copy_asked", "copy_asked", view.Askers...), fm.choose("choice", "copy_safe", "copy_safe", "yes", "no")}
	if view.In != "" && view.In != view.Wanted {
		p.Fields = append(p.Fields, fm.choose("choice", "read", "paper.how", view.Reads...))
	}
	return p
}

func ownCopyPost(c *call) error {
	f := c.ownCopyFrame()
	if c.turning() {
		return c.drawOwnCopy(http.StatusOK, f, c.form)
	}
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.MakeOwnCopy(c.ctx, c.who, desk.OwnCopyInput{
		Key: c.form.Get("key"), File: file, Version: version(c.form), Asked: c.form.Get("copy_asked"), Safe: c.form.Get("copy_safe"),
		Language: c.form.Get("paper_in"), Read: c.form.Get("read"), On: c.printing(c.form.Get("paper_in")),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawOwnCopy(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.seeOther("/file/" + string(file) + "/papers/" + receipt.Args["paper"])
}
