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

type complaintDesk interface {
	Complaints(ctx context.Context, who access.Who) ([]desk.ComplaintLine, error)
	AnswerComplaint(ctx context.Context, who access.Who, in desk.ComplaintReply) (casework.Receipt, error)
}

// complaintsView is the list of those who answer complaints.
type complaintsView struct {
	Frame
	Open     []complaintLine
	Answered []desk.ComplaintLine
	Key      string
}

// complaintLine is a complaint with the form of its answer.
type complaintLine struct {
	C     desk.ComplaintLine
	Reply Field
}

func complaintsPage(c *call) error {
	return c.drawComplaints(200, c.frame("complaints.title"), url.Values{})
}

func (c *call) drawComplaints(status int, f Frame, typed url.Values) error {
	all, err := c.site.Desk.Complaints(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "complaints", newComplaintsView(f, all, typed))
}

func newComplaintsView(f Frame, all []desk.ComplaintLine, typed url.Values) complaintsView {
	p := complaintsView{Frame: f, Key: newKey()}
	for _, one := range all {
		if !one.Answered.IsZero() {
			p.Answered = append(p.Answered, one)
			continue
		}
		fm := form{f, url.Values{}}
		if typed.Get("complaint") == string(one.ID) {
			fm.typed = typed
		} else {
			fm.frame.Errors = nil
		}
		line := complaintLine{C: one, Reply: fm.field("long_text", "reply")}
		line.Reply.Label = f.T("complaints.reply")
		if line.Reply.ID = "reply"; len(p.Open) > 0 {
			line.Reply.ID = "reply-" + string(one.ID)
		}
		p.Open = append(p.Open, line)
	}
	return p
}

func complaintsPost(c *call) error {
	f := c.frame("complaints.title")
	complaint, ok := id.Parse[id.Complaint](c.form.Get("complaint"))
	mend := tooLong(c.form)
	if !ok || text(c.form, "reply").Empty() {
		mend = append(mend, fault.Field{Name: "reply", Code: "field.required"})
	}
	redraw := func(f Frame) error { return c.drawComplaints(422, f, c.form) }
	if f.mend(mend); len(mend) > 0 {
		return redraw(f)
	}
	receipt, err := c.site.Desk.AnswerComplaint(c.ctx, c.who, desk.ComplaintReply{Key: c.form.Get("key"), Complaint: complaint, Text: text(c.form, "reply")})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "complaints.title", Link{"/complaints", f.T("complaints.title")})
}
