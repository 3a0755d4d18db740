package web

import (
	"context"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/procedure"
)

type proposalDesk interface {
	Propose(ctx context.Context, who access.Who, in desk.StepInput) (casework.Receipt, error)
	Proposal(ctx context.Context, who access.Who, file id.File, step string) (desk.ProposalView, error)
	Confirm(ctx context.Context, who access.Who, in desk.ConfirmInput) (casework.Receipt, error)
	SendBack(ctx context.Context, who access.Who, in desk.ConfirmInput) (casework.Receipt, error)
	WithdrawProposal(ctx context.Context, who access.Who, in desk.ConfirmInput) (casework.Receipt, error)
}

// proposalPageView is a step of two as a colleague proposed it: what was typed, what
// it would change, and what the reader may do with it.
type proposalPageView struct {
	stepPage
	V          desk.ProposalView
	Key        string
	Seq        uint64 // of what the reader saw first: what was changed since is not confirmed
	Seen       string // the file's version, likewise
	Why        Field
	Understood Field
}

func proposalPage(c *call) error { return c.drawProposal(200, c.frame(""), url.Values{}) }

func (c *call) drawProposal(status int, f Frame, typed url.Values) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	v, err := c.site.Desk.Proposal(c.ctx, c.who, file, c.r.PathValue("step"))
	if err != nil {
		return err
	}
	f.TitleKey, f.TitleArgs = "two.title", []any{"number", id.Number(file)}
	return c.render(status, "proposal", newProposalPage(f, v, typed))
}

func newProposalPage(f Frame, v desk.ProposalView, typed url.Values) proposalPageView {
	ask := formOf(f, typed)
	p := proposalPageView{
		stepPage: newStepPage(f, v.Form, v.Effects, typedOf(v.Form, v.Typed), true), V: v, Key: typed.Get("key"), Seq: v.Seq,
		Seen: strconv.FormatUint(v.Form.Version, 10), Why: ask.field("long_text", "back_why"), Understood: ask.field("day", "understood"),
	}
	p.MainForm, p.Understood.Optional = false, true
	p.Why.Label, p.Why.Why = f.T("two.back_why"), f.T("two.back_why.why")
	if p.Key == "" {
		p.Key = v.Key
	}
	state := v.Form.Offer.State
	p.Shut = v.Gone || state == string(procedure.Closed) || state == string(procedure.Held)
	return p
}

// Here is the address that all its forms are sent to.
func (p proposalPageView) Here() template.URL { return p.U(proposalAt(p.Form)) }

// MayTake is whether the step can be confirmed as it stands.
func (p proposalPageView) MayTake() bool { return p.V.Confirms && !p.Shut }

func proposalPost(c *call) error {
	f := c.frame("")
	if c.turning() {
		return c.drawProposal(200, f, c.form)
	}
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	draw := func(f Frame) error { return c.drawProposal(422, f, c.form) }
	if f.mend(tooLong(c.form)); len(f.Errors) > 0 {
		return draw(f)
	}
	seq, _ := strconv.ParseUint(c.form.Get("seq"), 10, 64)
	in := desk.ConfirmInput{
		Key: c.form.Get("key"), File: file, Step: c.r.PathValue("step"), Seq: seq, Version: version(c.form),
		Understood: c.form.Get("understood"), Why: text(c.form, "back_why"),
	}
	act, done := c.site.Desk.Confirm, ""
	switch c.form.Get("go") {
	case "send_back":
		act, done = c.site.Desk.SendBack, "two.sent_back"
	case "withdraw":
		act, done = c.site.Desk.WithdrawProposal, "two.withdrawn"
	}
	receipt, err := act(c.ctx, c.who, in)
	switch {
	case err != nil:
		return c.again(err, draw, f)
	case done == "":
		return c.stepReceipt(receipt, file, in.Step, c.paperOf(file)...)
	}
	return c.receipt(receipt, done, Link{"/work", f.T("nav.work")}, Link{"/file/" + string(file), f.T("to_file")})
}

// paperOf leads on to the paper of the step that was confirmed, where it has one. The
// step is recorded: if its form cannot be read any more, the receipt stands without.
func (c *call) paperOf(file id.File) []Link {
	form, err := c.stepForm()
	if err != nil || !form.Paper {
		return nil
	}
	return []Link{{"/file/" + string(file) + "/papers", c.frame("").T("file.papers")}}
}

// propose sends the form of a step of two to a colleague.
func (c *call) propose(form desk.StepForm, redraw func(Frame) error, f Frame) error {
	receipt, err := c.site.Desk.Propose(c.ctx, c.who, stepInput(form, c.form))
	if err != nil {
		return c.again(err, redraw, f)
	}
	return c.receipt(receipt, "two.proposed", Link{"/work", f.T("nav.work")}, Link{proposalAt(form), f.T("two.look")}, Link{"/file/" + string(form.File), f.T("to_file")})
}

func proposalAt(form desk.StepForm) string {
	return "/file/" + string(form.File) + "/proposal/" + form.Offer.ID
}

// mending is the form as it was proposed, to be written anew by who may.
func (c *call) mending(form desk.StepForm, typed url.Values) error {
	v, err := c.site.Desk.Proposal(c.ctx, c.who, form.File, form.Offer.ID)
	switch {
	case err != nil:
		return err
	case !v.Mends:
		return fault.New(fault.Invalid, casework.CodeProposalNotOwn)
	}
	for name, values := range typedOf(form, v.Typed) {
		typed[name] = values
	}
	return nil
}

// typedOf is what a form would have sent to be this input.
func typedOf(form desk.StepForm, in desk.StepInput) url.Values {
	v := url.Values{"reasons": {in.Reasons.Reveal()}, "language": {in.Language}, "to": {string(in.To)}, "indicators": in.Indicators}
	if in.NoSigns {
		v.Set("no_signs", "yes")
	}
	for name, value := range in.Fields {
		v[fieldPrefix+name] = []string{value.Reveal()}
		if kindOf(form.Fields, name) == "choices" {
			v[fieldPrefix+name] = strings.Split(value.Reveal(), ",")
		}
	}
	if w := in.Written; w != nil {
		v.Set(fromPaperMark, "yes")
		for i, value := range []string{w.Day, w.Hour, w.By.Reveal(), w.Where.Reveal(), w.Form} {
			v.Set(paperNames[i], value)
		}
	}
	return v
}

func kindOf(fields []pack.Field, name string) string {
	for _, f := range fields {
		if f.ID == name {
			return f.Kind
		}
	}
	return ""
}
