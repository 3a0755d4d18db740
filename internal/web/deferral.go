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

type deferralDesk interface {
	Deferrals(ctx context.Context, who access.Who, file id.File) (desk.DeferralView, error)
	DeferOpening(ctx context.Context, who access.Who, in desk.DeferralInput) (casework.Receipt, error)
}

// deferralView is the page on which an opening is shown to the person later.
type deferralView struct {
	Frame
	D      desk.DeferralView
	Key    string
	Fields []Field
}

// opened is what was opened, in words.
func (f Frame) opened(o desk.OpeningLine) string {
	return f.Or("group."+o.What, "compartment."+o.What, "body."+o.What, "compartment.other")
}

// Opened is that of a line.
func (p deferralView) Opened(o desk.DeferralLine) string { return p.opened(o.OpeningLine) }

func newDeferralView(f Frame, d desk.DeferralView, typed url.Values) deferralView {
	p := deferralView{Frame: f, D: d, Key: typed.Get("key")}
	if p.Key == "" {
		p.Key = newKey()
	}
	if !d.May || d.Latest == "" || len(d.Lines) == 0 {
		return p
	}
	fm := form{f, typed}
	which := fm.field("choice", "deferral_opening")
	again := false
	for _, l := range d.Lines {
		seq := strconv.FormatUint(l.Seq, 10)
		again = again || l.Standing
		which.Options = append(which.Options, Option{Value: seq, Label: f.At(l.At) + ": " + p.Opened(l), On: typed.Get(which.Name) == seq})
	}
	law := fm.named("deferral_act", "act", d.Acts)
	law.Kind = "select"
	until := fm.field("day", "deferral_until")
	until.Why = f.T("field.deferral_until.why", "day", f.Snapshot(d.Latest))
	p.Fields = []Field{which, law, fm.field("text", "deferral_article"), until}
	if again {
		why := fm.field("text", "deferral_why")
		why.Optional = true
		p.Fields = append(p.Fields, why)
	}
	return p
}

func deferralPage(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	return c.drawDeferrals(http.StatusOK, c.frame("deferral.title", "number", id.Number(file)), file)
}

func (c *call) drawDeferrals(status int, f Frame, file id.File) error {
	view, err := c.site.Desk.Deferrals(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.render(status, "deferrals", newDeferralView(f, view, c.form))
}

func deferralPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("deferral.title", "number", id.Number(file))
	if c.turning() {
		return c.drawDeferrals(http.StatusOK, f, file)
	}
	if mend := tooLong(c.form); len(mend) > 0 {
		f.mend(mend)
		return c.drawDeferrals(http.StatusUnprocessableEntity, f, file)
	}
	opening, _ := strconv.ParseUint(c.form.Get("deferral_opening"), 10, 64) // of none there is none
	receipt, err := c.site.Desk.DeferOpening(c.ctx, c.who, desk.DeferralInput{
		Key: c.form.Get("key"), File: file, Opening: opening, Act: c.form.Get("deferral_act"), Article: text(c.form, "deferral_article"),
		Until: c.form.Get("deferral_until"), Why: text(c.form, "deferral_why"),
	})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawDeferrals(http.StatusUnprocessableEntity, f, file) }, f)
	}
	return c.receipt(receipt, "deferral.done", Link{"/file/" + string(file) + "/deferrals", f.T("deferral.title", "number", id.Number(file))})
}
