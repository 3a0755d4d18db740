package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type keptDesk interface {
	Kept(ctx context.Context, who access.Who) (desk.KeptView, error)
	HoldRecord(ctx context.Context, who access.Who, in desk.KeptInput) (casework.Receipt, error)
}

// keptView is the orders on single records.
type keptView struct {
	Frame
	K        desk.KeptView
	Key      string
	Fields   []Field
	Releases []Field // a field for each order
}

func newKeptView(f Frame, k desk.KeptView, typed url.Values) keptView {
	f.MainForm = true
	p := keptView{Frame: f, K: k, Key: typed.Get("key")}
	if p.Key == "" {
		p.Key = newKey()
	}
	fm := form{f, typed}
	var by []string
	for _, one := range k.By {
		by = append(by, one.ID)
	}
	until := fm.field("day", "hold_until")
	until.Optional = true
	p.Fields = []Field{fm.choose("select", "kept_kind", "kept", k.Kinds...), fm.field("text", "kept_number"), fm.named("hold_by", "hold.by", by), fm.field("text", "hold_paper"), until}
	for i := range k.Lines {
		why := fm.choose("select", "hold_release", "hold.release", casework.HoldReleases...)
		why.ID = "hold_release-" + strconv.Itoa(i)
		p.Releases = append(p.Releases, why)
	}
	return p
}

func keptPage(c *call) error { return c.drawKept(http.StatusOK, c.frame("kept.title")) }

func (c *call) drawKept(status int, f Frame) error {
	k, err := c.site.Desk.Kept(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "kept", newKeptView(f, k, c.form))
}

func keptPost(c *call) error {
	f := c.frame("kept.title")
	if c.turning() {
		return c.drawKept(http.StatusOK, f)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return c.drawKept(http.StatusUnprocessableEntity, f)
	}
	hold, _ := id.Parse[id.Hold](c.form.Get("hold")) // of a new one there is none
	do := c.form.Get("go")
	if do == "" {
		do = desk.HoldPlace
	}
	receipt, err := c.site.Desk.HoldRecord(c.ctx, c.who, desk.KeptInput{
		Key: c.form.Get("key"), Go: do, Kind: c.form.Get("kept_kind"), Of: c.form.Get("of"), Hold: hold, Why: c.form.Get("hold_release"),
		Order: casework.HoldPlaced{By: c.form.Get("hold_by"), Paper: text(c.form, "hold_paper"), Until: c.form.Get("hold_until"), Record: text(c.form, "kept_number")},
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawKept(http.StatusUnprocessableEntity, f) }, f)
	}
	return c.receipt(receipt, "hold.done", Link{"/admin/kept", f.T("kept.title")})
}
