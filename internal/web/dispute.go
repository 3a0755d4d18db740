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

type disputeDesk interface {
	Dispute(ctx context.Context, in desk.DisputeInput) (casework.Receipt, error)
	Disputes(ctx context.Context, who access.Who) ([]desk.DisputeView, error)
	AnswerDispute(ctx context.Context, who access.Who, in desk.ReplyInput) (casework.Receipt, error)
}

// disputeView is the form of a dispute and, on the second page, what will be
// sent.
type disputeView struct {
	Frame
	S       desk.Story
	Fields  []Field
	Kept    []Kept
	Confirm bool
}

// Action is the form's own address.
func (p disputeView) Action() string { return p.Cell() + "/dispute" }

// Cell is the address of the disputed answer.
func (p disputeView) Cell() string {
	return "/guarantees/" + p.S.Property.ID + "/" + p.S.Column.ID()
}

var disputeFields = []string{"dispute_text", "dispute_source", "dispute_speaker"}

func disputeForm(c *call) error {
	s, err := c.disputed()
	if err != nil {
		return err
	}
	return c.show(newDisputeView(c.frame("dispute.title"), s, url.Values{"key": {newKey()}}, false))
}

// disputed finds the cell; a dispute of none is not found.
func (c *call) disputed() (desk.Story, error) {
	property, column := cellOf(c)
	return c.site.Desk.Story(c.ctx, property, column)
}

func newDisputeView(f Frame, s desk.Story, typed url.Values, confirm bool) disputeView {
	f.MainForm = true
	p := disputeView{Frame: f, S: s, Confirm: confirm}
	fm := form{f, typed}
	for _, name := range disputeFields {
		kind := "text"
		if name == "dispute_text" {
			kind = "long_text"
		}
		field := fm.field(kind, name)
		field.Optional = name != "dispute_text"
		p.Fields = append(p.Fields, field)
	}
	if confirm {
		p.Kept = keep(typed)
	} else {
		p.Kept = keep(typed, disputeFields...)
	}
	return p
}

// disputePost shows what was written before it is sent, and sends it.
func disputePost(c *call) error {
	s, err := c.disputed()
	if err != nil {
		return err
	}
	f := c.frame("dispute.title")
	redraw := func(f Frame) error {
		return c.render(422, "dispute", newDisputeView(f, s, c.form, false))
	}
	step := c.form.Get("go")
	if c.turning() || step == "change" {
		return c.render(200, "dispute", newDisputeView(f, s, c.form, c.turning() && c.form.Get("confirm") != ""))
	}
	mend := tooLong(c.form)
	if text(c.form, "dispute_text").Empty() {
		mend = append(mend, fault.Field{Name: "dispute_text", Code: "field.required"})
	}
	if f.mend(mend); len(mend) > 0 {
		return redraw(f)
	}
	if step != "send" {
		return c.render(200, "dispute", newDisputeView(f, s, c.form, true))
	}
	receipt, err := c.site.Desk.Dispute(c.ctx, desk.DisputeInput{
		Key: c.form.Get("key"), Property: s.Property.ID, Column: s.Column.ID(), Lang: string(c.lang),
		Text: text(c.form, "dispute_text"), Source: text(c.form, "dispute_source"), Speaker: text(c.form, "dispute_speaker"),
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "dispute.title", Link{disputeView{S: s}.Cell(), f.T("dispute.back")}, Link{"/guarantees", f.T("guarantees.title")})
}

// disputesView is the list of those who answer.
type disputesView struct {
	Frame
	Open     []disputeLine
	Answered []desk.DisputeView
	Key      string
}

// disputeLine is a dispute with the form of its reply.
type disputeLine struct {
	D     desk.DisputeView
	Reply Field
	Show  Field
}

func disputesPage(c *call) error {
	return c.disputesPage(200, c.frame("disputes.title"), url.Values{})
}

func (c *call) disputesPage(status int, f Frame, typed url.Values) error {
	all, err := c.site.Desk.Disputes(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.render(status, "disputes", newDisputesView(f, all, typed))
}

func newDisputesView(f Frame, all []desk.DisputeView, typed url.Values) disputesView {
	p := disputesView{Frame: f, Key: newKey()}
	for _, d := range all {
		if !d.Answered.IsZero() {
			p.Answered = append(p.Answered, d)
			continue
		}
		fm := form{f, url.Values{}}
		if typed.Get("dispute") == string(d.ID) {
			fm.typed = typed
		} else {
			fm.frame.Errors = nil
		}
		line := disputeLine{D: d, Reply: fm.field("long_text", "reply"), Show: fm.field("yes", "show")}
		line.Reply.Label, line.Show.Label = f.T("disputes.reply"), f.T("disputes.show")
		line.Reply.ID, line.Show.ID = "reply", "show"
		if len(p.Open) > 0 {
			line.Reply.ID, line.Show.ID = "reply-"+string(d.ID), "show-"+string(d.ID)
		}
		p.Open = append(p.Open, line)
	}
	return p
}

func disputesPost(c *call) error {
	f := c.frame("disputes.title")
	dispute, ok := id.Parse[id.Dispute](c.form.Get("dispute"))
	mend := tooLong(c.form)
	if !ok || text(c.form, "reply").Empty() {
		mend = append(mend, fault.Field{Name: "reply", Code: "field.required"})
	}
	redraw := func(f Frame) error { return c.disputesPage(422, f, c.form) }
	if f.mend(mend); len(mend) > 0 {
		return redraw(f)
	}
	receipt, err := c.site.Desk.AnswerDispute(c.ctx, c.who, desk.ReplyInput{
		Key: c.form.Get("key"), Dispute: dispute, Text: text(c.form, "reply"), Show: c.form.Get("show") == "yes",
	})
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "disputes.title", Link{"/admin/disputes", f.T("disputes.title")})
}
