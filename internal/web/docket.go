package web

import (
	"context"
	"html/template"
	"net/url"

	"pana/internal/access"
	"pana/internal/desk"
)

type docketDesk interface {
	Docket(ctx context.Context, who access.Who, page string) (desk.Docket, error)
}

// docketPageView is what a decider owes today, and how long people have waited.
type docketPageView struct {
	Frame
	D      desk.Docket
	Counts []stateCount
	query  url.Values
}

func docketPage(c *call) error {
	d, err := c.site.Desk.Docket(c.ctx, c.who, c.r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	return c.show(newDocketPage(c.frame("docket.title"), d, c.r.URL.Query()))
}

func newDocketPage(f Frame, d desk.Docket, q url.Values) docketPageView {
	p := docketPageView{Frame: f, D: d, query: q}
	for _, s := range workStates {
		if n := d.Counts[s]; n > 0 {
			p.Counts = append(p.Counts, stateCount{s, n})
		}
	}
	return p
}

// Turn is the docket's address at another page.
func (p docketPageView) Turn(after string) template.URL { return turn(p.Frame, p.query, after) }
