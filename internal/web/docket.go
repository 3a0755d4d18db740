package web

import (
	"context"
	"net/url"

	"pana/internal/access"
	"pana/internal/desk"
)

type docketDesk interface {
	Docket(ctx context.Context, who access.Who, filter desk.DocketFilter, page string) (desk.Docket, error)
}

// docketPageView is what a decider owes today, and how long people have waited.
type docketPageView struct {
	Frame
	D      desk.Docket
	List   listing
	Counts []stateCount
}

// docketStates: what is owed here waits for nobody else.
var docketStates = []string{"overdue", "due", "new"}

func docketPage(c *call) error {
	q := c.listQuery("docket", "state", "step", "region", "sort")
	filter := desk.DocketFilter{State: q.Get("state"), Step: q.Get("step"), Region: q.Get("region"), Sort: q.Get("sort")}
	d, err := c.site.Desk.Docket(c.ctx, c.who, filter, q.Get("after"))
	if err != nil {
		return err
	}
	return c.show(newDocketPage(c.frame("docket.title"), d, q))
}

func newDocketPage(f Frame, d desk.Docket, q url.Values) docketPageView {
	fm := form{f, q}
	var filters []Field
	if len(d.Steps) > 1 {
		filters = append(filters, fm.pick("step", "step", d.Steps...))
	}
	if len(d.Regions) > 1 {
		filters = append(filters, fm.pick("region", "region", d.Regions...))
	}
	p := docketPageView{Frame: f, D: d, List: newListing(f, q, "/docket", append(filters, fm.order("due", "since"))...)}
	p.List.Pages = d.Pages
	p.Counts = counted(&p.List, q, d.Counts, docketStates)
	return p
}
