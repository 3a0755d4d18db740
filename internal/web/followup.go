package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type followUpDesk interface {
	FollowUps(ctx context.Context, who access.Who, file id.File) (desk.FollowUps, error)
	FollowUp(ctx context.Context, who access.Who, in desk.FollowUpInput) (casework.Receipt, error)
}

// followUpPage is whom to ask how it goes: when, how to reach her if she agreed,
// and what came of it. What was asked before stands below.
type followUpPage struct {
	Frame
	V      desk.FollowUps
	Fields []Field
	Key    string
}

func followUpForm(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawFollowUp(200, c.frame("followup.title", "number", id.Number(file)), file, url.Values{"key": {newKey()}})
}

func (c *call) drawFollowUp(status int, f Frame, file id.File, typed url.Values) error {
	v, err := c.site.Desk.FollowUps(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.render(status, "followup", newFollowUpPage(f, v, typed))
}

func newFollowUpPage(f Frame, v desk.FollowUps, typed url.Values) followUpPage {
	fm := form{f, typed}
	return followUpPage{Frame: f, V: v, Key: typed.Get("key"), Fields: []Field{
		fm.choose("choice", "how_it_went", "followup.outcome", casework.FollowUpOutcomes...), fm.field("date", "try_next"), fm.field("long_text", "call_notes"),
	}}
}

// Next is the earliest that waits, which the form is about.
func (p followUpPage) Next() *desk.FollowUpLine {
	i := slices.IndexFunc(p.V.Lines, func(l desk.FollowUpLine) bool { return l.Outcome == "" })
	if i < 0 {
		return nil
	}
	return &p.V.Lines[i]
}

func followUpPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("followup.title", "number", id.Number(file))
	if c.turning() {
		return c.drawFollowUp(200, f, file, c.form)
	}
	task, _ := id.Parse[id.Task](c.form.Get("task"))
	receipt, err := c.site.Desk.FollowUp(c.ctx, c.who, desk.FollowUpInput{
		Key: c.form.Get("key"), File: file, Task: task, Outcome: c.form.Get("how_it_went"), Next: strings.TrimSpace(c.form.Get("try_next")), Note: text(c.form, "call_notes"),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawFollowUp(422, f, file, c.form) }, f)
	}
	return c.receipt(receipt, "followup.done", Link{"/work", f.T("to_work")}, Link{"/file/" + string(file), f.T("followup.to_file")})
}
