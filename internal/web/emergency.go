package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type emergencyDesk interface {
	EmergencyForm(ctx context.Context, who access.Who) (desk.EmergencyForm, error)
	OpenEmergency(ctx context.Context, who access.Who, in desk.EmergencyInput) (desk.EmergencyView, casework.Receipt, error)
	EmergencyFile(ctx context.Context, who access.Who, file id.File) (desk.EmergencyView, error)
}

// emergencyPage asks for one file for an hour. It says first whose bell will
// ring, and what it will not show: nobody should be surprised by either.
type emergencyPage struct {
	Frame
	Form    desk.EmergencyForm
	Fields  []Field
	Kept    []Kept
	Confirm bool
}

var emergencyFields = []string{"file_number", "reason"}

func emergencyForm(c *call) error {
	choices, err := c.site.Desk.EmergencyForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(newEmergencyPage(c.frame("emergency.title"), choices, url.Values{"key": {choices.Key}}, false))
}

func newEmergencyPage(f Frame, choices desk.EmergencyForm, typed url.Values, confirm bool) emergencyPage {
	f.MainForm = true
	fm := form{f, typed}
	reason := titled(fm, fm.choose("choice", "reason", "emergency.reason", choices.Reasons...), "emergency.why")
	reason.Why = f.T("emergency.why.why")
	p := emergencyPage{Frame: f, Form: choices, Fields: []Field{fm.field("text", "file_number"), reason}, Confirm: confirm}
	if confirm {
		p.Kept = keep(typed)
	} else {
		p.Kept = keep(typed, emergencyFields...)
	}
	return p
}

// emergencyPost asks once more before the bell rings, then opens.
func emergencyPost(c *call) error {
	choices, err := c.site.Desk.EmergencyForm(c.ctx, c.who)
	if err != nil {
		return err
	}
	f := c.frame("emergency.title")
	redraw := func(f Frame) error { return c.render(422, "emergency", newEmergencyPage(f, choices, c.form, false)) }
	if c.turning() || c.form.Get("go") == "back" {
		return c.show(newEmergencyPage(f, choices, c.form, false))
	}
	mend := tooLong(c.form)
	for name, code := range map[string]string{"file_number": "field.file_number", "reason": "emergency.reason"} {
		if text(c.form, name).Empty() {
			mend = append(mend, fault.Field{Name: name, Code: code})
		}
	}
	slices.SortFunc(mend, func(a, b fault.Field) int { return cmp.Compare(a.Name, b.Name) }) // as they stand on the page
	if f.mend(mend); len(mend) > 0 {
		return redraw(f)
	}
	if c.form.Get("go") != "open" {
		return c.show(newEmergencyPage(f, choices, c.form, true))
	}
	number := c.form.Get("file_number")
	view, _, err := c.site.Desk.OpenEmergency(c.ctx, c.who, desk.EmergencyInput{Key: c.form.Get("key"), File: number, Reason: c.form.Get("reason")})
	if err != nil && fault.Of(err).Kind == fault.NotFound {
		// The page itself is there for this worker; it is the file that is not.
		err = fault.Form(fault.Field{Name: "file_number", Code: "field.no_such_file"})
	}
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.seeOther("/emergency/" + string(view.Subject.File))
}

// openedPage is the file for the hour, or that the hour is over.
type openedPage struct {
	Frame
	V desk.EmergencyView
}

func emergencyOpened(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.EmergencyFile(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	if !view.Over {
		// The browser asks again when the hour ends, and is then told that it is
		// over: what was shown does not stay on the screen. It needs no script.
		left := int(view.Until.Sub(c.now).Seconds()) + 1
		c.w.Header().Set("Refresh", strconv.Itoa(max(left, 1)))
	}
	return c.show(newOpenedPage(c.frame("emergency.opened", "number", id.Number(file)), view))
}

func newOpenedPage(f Frame, view desk.EmergencyView) openedPage { return openedPage{f, view} }
