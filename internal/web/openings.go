package web

import (
	"pana/internal/desk"
	"pana/internal/id"
)

// openingsView is who opened a file, with the numbers by which a missing one shows.
type openingsView struct {
	Frame
	O      desk.OpeningsView
	Fields []Field
	Key    string
}

// Opened is what was opened, in words.
func (p openingsView) Opened(o desk.NumberedOpening) string {
	return p.Or("group."+o.What, "compartment."+o.What, "body."+o.What, "compartment.other")
}

func openingsPage(c *call) error { return c.openings(200, c.frame("openings.title")) }

func (c *call) openings(status int, f Frame) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.Openings(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	if c.form.Get("key") == "" {
		c.form.Set("key", newKey())
	}
	fm := form{f, c.form}
	return c.render(status, "openings", openingsView{f, view, []Field{fm.choose("choice", "taken_for", "take_out.for", desk.TakeOutPurposes...)}, c.form.Get("key")})
}

// openingsPost gives the list out with its proofs.
func openingsPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.frame("openings.title")
	if c.turning() {
		return c.openings(200, f)
	}
	limits, err := c.openingsLimits(f, file)
	if err != nil {
		return err
	}
	content, mark, err := c.site.Desk.TakeOpenings(c.ctx, c.who, desk.TakeOpeningsInput{Key: c.form.Get("key"), File: file, Purpose: c.form.Get("taken_for"), Limits: limits})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.openings(422, f) }, f)
	}
	return leaving{c, mark}.send("application/json", "pana-openings-"+id.Number(file), ".json", content)
}

// openingsLimits is what the list cannot show; handed to the person, also how many
// openings it leaves out.
func (c *call) openingsLimits(f Frame, file id.File) (string, error) {
	view, err := c.site.Desk.Openings(c.ctx, c.who, file)
	if err != nil || c.form.Get("taken_for") != desk.ForThePerson || view.Later == 0 {
		return f.T("openings.limits"), err
	}
	return f.T("openings.later", "n", view.Later, "day", f.Snapshot(view.LaterLast)) + ". " + f.T("openings.limits"), nil
}
