package web

import (
	"context"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type awayDesk interface {
	Away(ctx context.Context, who access.Who) (desk.AwayView, error)
	SetAway(ctx context.Context, who access.Who, in desk.AwayInput) (casework.Receipt, error)
}

// awayPageView is who is away and until when, and for who shares out the work what
// they have and how it can be handed over.
type awayPageView struct {
	Frame
	V           desk.AwayView
	Key         string
	Whom        Field // for who shares out
	From, Until Field
	To          Field
	Note        Field
}

func awayPage(c *call) error { return c.drawAway(200, c.frame("away.title"), url.Values{}) }

func (c *call) drawAway(status int, f Frame, typed url.Values) error {
	v, err := c.site.Desk.Away(c.ctx, c.who)
	if err != nil {
		return err
	}
	var staff []desk.Load
	if v.Share {
		d, err := c.site.Desk.Staff(c.ctx, c.who)
		if err != nil {
			return err
		}
		staff = d
	}
	return c.render(status, "away", newAwayPage(f, v, staff, typed))
}

func newAwayPage(f Frame, v desk.AwayView, staff []desk.Load, typed url.Values) awayPageView {
	fm := form{f, typed}
	p := awayPageView{
		Frame: f, V: v, Key: typed.Get("key"), Whom: fm.field("select", "away_whom"), From: fm.field("day", "away_from"), Until: fm.field("day", "away_until"),
		To: fm.field("select", "give_to"), Note: fm.field("text", "hand_note"),
	}
	if p.Key == "" {
		p.Key = v.Key
	}
	p.Whom.None, p.Whom.Optional, p.Note.Optional = f.T("away.self"), true, true
	for _, l := range staff {
		o := Option{Value: string(l.Worker), Label: f.workerHas(l), On: typed.Get("away_whom") == string(l.Worker)}
		if p.Whom.Options = append(p.Whom.Options, o); l.Away.IsZero() {
			o.On = typed.Get("give_to") == string(l.Worker)
			p.To.Options = append(p.To.Options, o)
		}
	}
	return p
}

// ToOf is the select of whom to hand over to, once on the page for each who is away.
func (p awayPageView) ToOf(l desk.AwayLine) Field {
	out := p.To
	out.ID = "to-" + string(l.Worker)
	return out
}

// NoteOf is the word to whom it is handed.
func (p awayPageView) NoteOf(l desk.AwayLine) Field {
	out := p.Note
	out.ID = "note-" + string(l.Worker)
	return out
}

func awayPost(c *call) error {
	f := c.frame("away.title")
	draw := func(f Frame) error { return c.drawAway(422, f, c.form) }
	if c.turning() {
		return c.drawAway(200, f, c.form)
	}
	worker, ok := id.Parse[id.Worker](c.form.Get("away_whom"))
	if whom := c.form.Get("away_whom"); whom != "" && !ok {
		return c.again(fault.Form(fault.Field{Name: "away_whom", Code: "field.choice"}), draw, f)
	}
	receipt, err := c.site.Desk.SetAway(c.ctx, c.who, desk.AwayInput{
		Key: c.form.Get("key"), Worker: worker, From: c.form.Get("away_from"), Until: c.form.Get("away_until"), Back: c.form.Get("go") == "back",
	})
	if err != nil {
		return c.again(err, draw, f)
	}
	return c.receipt(receipt, "away.done", Link{"/away", f.T("away.title")}, Link{"/work", f.T("nav.work")})
}
