package web

import (
	"context"
	"net/http"
	"net/url"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/id"
)

type cardDesk interface {
	ReferralPaperForm(ctx context.Context, who access.Who, referral id.Referral, to id.Service, in string) (desk.ReferralPaperForm, error)
	MakeReferralPaper(ctx context.Context, who access.Who, in desk.ReferralPaperInput) (casework.Receipt, error)
	ReferralPaper(ctx context.Context, who access.Who, referral id.Referral, which id.Paper) (desk.PaperView, error)
	RevokeReferralPaper(ctx context.Context, who access.Who, in desk.RevokeReferralInput) (casework.Receipt, error)
}

// cardNewPage is a referral as it would stand on paper: whom it is for and in which
// language. In one without words there is none, and the page says what to do.
type cardNewPage struct {
	Frame
	P       desk.ReferralPaperForm
	Fields  []Field
	Blocked bool
}

// Sheet is the paper without a code.
func (p cardNewPage) Sheet() sheet { return sheet{Frame: p.Frame, D: p.P.Document} }

func cardForm(c *call) error { return c.drawCardForm(http.StatusOK, c.cardFrame(), c.r.URL.Query()) }

func (c *call) cardFrame() Frame {
	ref, _ := one[id.Referral](c.r, "referral")
	return c.frame("card_paper.title", "number", id.Number(ref))
}

func (c *call) drawCardForm(status int, f Frame, typed url.Values) error {
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	to, _ := id.Parse[id.Service](typed.Get("card_to"))
	form, err := c.site.Desk.ReferralPaperForm(c.ctx, c.who, ref, to, typed.Get("paper_in"))
	if err != nil {
		return err
	}
	return c.render(status, "card_new", newCardPage(f, form))
}

func newCardPage(f Frame, view desk.ReferralPaperForm) cardNewPage {
	f.Wide = true
	p := cardNewPage{Frame: f, P: view, Blocked: view.In == ""}
	fm := shownIn(f, url.Values{}, view.In)
	if len(view.Tos) > 1 {
		to := fm.field("select", "card_to")
		for _, a := range view.Tos {
			to.Options = append(to.Options, Option{Value: string(a.Service), Label: a.Name, On: a.Service == view.To})
		}
		p.Fields = append(p.Fields, to)
	}
	p.Fields = append(p.Fields, fm.choose("select", "paper_in", "language", view.Languages...))
	return p
}

func cardPost(c *call) error {
	f := c.cardFrame()
	if c.turning() {
		return c.drawCardForm(http.StatusOK, f, c.form)
	}
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	to, _ := id.Parse[id.Service](c.form.Get("card_to"))
	receipt, err := c.site.Desk.MakeReferralPaper(c.ctx, c.who, desk.ReferralPaperInput{Key: c.form.Get("key"), Referral: ref, To: to, Language: c.form.Get("paper_in"), On: c.printing(c.form.Get("paper_in"))})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawCardForm(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.seeOther("/referral/" + string(ref) + "/papers/" + receipt.Args["paper"])
}

// cardPage is a referral's paper as it was made.
type cardPage struct {
	Frame
	Referral id.Referral
	P        desk.PaperView
	Link     string
	Reason   Field // why it is taken back
}

// Sheet is the paper with its code.
func (p cardPage) Sheet() sheet { return coded(p.Frame, p.P, p.Link) }

func cardShow(c *call) error { return c.drawCard(http.StatusOK, c.cardFrame(), url.Values{}) }

func (c *call) drawCard(status int, f Frame, typed url.Values) error {
	ref, view, err := c.cardView()
	if err != nil {
		return err
	}
	return c.render(status, "card", newShownCard(f, ref, view, c.verifyLink(view.Code), typed))
}

func newShownCard(f Frame, ref id.Referral, view desk.PaperView, link string, typed url.Values) cardPage {
	f.Wide = true
	return cardPage{Frame: f, Referral: ref, P: view, Link: link, Reason: form{f, typed}.choose("choice", "paper_reason", "paper.reason", casework.PaperReasons...)}
}

func cardRevoke(c *call) error {
	f := c.cardFrame()
	if c.turning() {
		return c.drawCard(http.StatusOK, f, c.form)
	}
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return err
	}
	which, err := one[id.Paper](c.r, "paper")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.RevokeReferralPaper(c.ctx, c.who, desk.RevokeReferralInput{Key: c.form.Get("key"), Referral: ref, Paper: which, Reason: c.form.Get("paper_reason")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawCard(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.receipt(receipt, "paper.revoked", Link{"/referral/" + string(ref), f.T("to_referral")})
}

func cardPDF(c *call) error {
	referral, view, err := c.cardView()
	if err != nil {
		return err
	}
	return c.givePDF(desk.Taking{What: "card", Referral: referral}, view)
}

func (c *call) cardView() (id.Referral, desk.PaperView, error) {
	ref, err := one[id.Referral](c.r, "referral")
	if err != nil {
		return "", desk.PaperView{}, err
	}
	which, err := one[id.Paper](c.r, "paper")
	if err != nil {
		return "", desk.PaperView{}, err
	}
	view, err := c.site.Desk.ReferralPaper(c.ctx, c.who, ref, which)
	return ref, view, err
}
