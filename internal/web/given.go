package web

import (
	"context"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type givenDesk interface {
	Given(ctx context.Context, who access.Who, file id.File, step string) (desk.GivenView, error)
	GiveBack(ctx context.Context, who access.Who, in desk.GiveBackInput) (casework.Receipt, error)
}

// givenPageView is a step that was given to the reader: by whom, with which words,
// and how to give it back.
type givenPageView struct {
	Frame
	V   desk.GivenView
	Key string
	Why Field
}

func givenPage(c *call) error { return c.drawGiven(200, c.frame(""), url.Values{}) }

func (c *call) drawGiven(status int, f Frame, typed url.Values) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	v, err := c.site.Desk.Given(c.ctx, c.who, file, c.r.PathValue("step"))
	if err != nil {
		return err
	}
	f.TitleKey, f.TitleArgs = "given.title", []any{"number", v.Subject.Number}
	return c.render(status, "given", newGivenPage(f, v, typed))
}

func newGivenPage(f Frame, v desk.GivenView, typed url.Values) givenPageView {
	p := givenPageView{Frame: f, V: v, Key: typed.Get("key"), Why: form{f, typed}.field("text", "back_why")}
	if p.Key == "" {
		p.Key = v.Key
	}
	return p
}

func givenPost(c *call) error {
	f := c.frame("")
	if c.turning() {
		return c.drawGiven(200, f, c.form)
	}
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	draw := func(f Frame) error { return c.drawGiven(422, f, c.form) }
	if f.mend(tooLong(c.form)); len(f.Errors) > 0 {
		return draw(f)
	}
	receipt, err := c.site.Desk.GiveBack(c.ctx, c.who, desk.GiveBackInput{Key: c.form.Get("key"), File: file, Step: c.r.PathValue("step"), Why: text(c.form, "back_why")})
	if err != nil {
		return c.again(err, draw, f)
	}
	return c.receipt(receipt, "given.done", Link{"/work", c.frame("").T("nav.work")})
}
