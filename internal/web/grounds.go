package web

import (
	"context"
	"net/url"
	"strings"

	"pana/internal/access"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type groundsDesk interface {
	CheckGrounds(ctx context.Context, who access.Who, check id.Check) (desk.Grounds, error)
}

// groundsPage opens why a removal check answered as it did. It asks for the
// receipt, and it is a POST: what it shows is a disclosure in every file behind
// the answer, which no link or preview may cause.
type groundsPage struct {
	Frame
	Receipt Field
	G       *desk.Grounds
}

func groundsForm(c *call) error {
	return c.show(newGroundsPage(c.frame("grounds.title"), c.form, nil))
}

func groundsPost(c *call) error {
	f := c.frame("grounds.title")
	if c.turning() {
		return c.show(newGroundsPage(f, c.form, nil))
	}
	check, ok := id.Parse[id.Check](receiptOf(c.form.Get("check_receipt")))
	if !ok {
		return c.noGrounds(f)
	}
	grounds, err := c.site.Desk.CheckGrounds(c.ctx, c.who, check)
	if fault.Of(err).Kind == fault.NotFound && err != nil {
		return c.noGrounds(f)
	}
	if err != nil {
		return err
	}
	return c.show(newGroundsPage(f, c.form, &grounds))
}

func (c *call) noGrounds(f Frame) error {
	f.mend([]fault.Field{{Name: "check_receipt", Code: "no_such_receipt"}})
	return c.render(422, "grounds", newGroundsPage(f, c.form, nil))
}

func newGroundsPage(f Frame, typed url.Values, grounds *desk.Grounds) groundsPage {
	f.MainForm = true
	return groundsPage{Frame: f, Receipt: form{f, typed}.field("text", "check_receipt"), G: grounds}
}

// receiptOf reads a receipt as it is copied from paper: in groups, in any case.
func receiptOf(typed string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, typed))
}

// Groups writes a receipt in fours, to be read out or typed from paper.
func (f Frame) Groups(receipt string) string {
	var out []string
	for len(receipt) > 4 {
		out, receipt = append(out, receipt[:4]), receipt[4:]
	}
	return strings.ToUpper(strings.Join(append(out, receipt), " "))
}
