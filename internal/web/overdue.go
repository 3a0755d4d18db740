package web

import (
	"context"
	"strconv"

	"pana/internal/access"
	"pana/internal/desk"
)

type overdueDesk interface {
	Overseen(ctx context.Context, who access.Who) (desk.Overseen, error)
}

// overdueView is how much the bodies that a worker oversees leave overdue.
type overdueView struct {
	Frame
	O desk.Overseen
}

func overduePage(c *call) error {
	o, err := c.site.Desk.Overseen(c.ctx, c.who)
	if err != nil {
		return err
	}
	return c.show(overdueView{c.frame("overdue.title"), o})
}

// Count is a number, or that there are more than anybody counted.
func (v overdueView) Count(n int) string {
	if n >= desk.ManyLines {
		return v.T("overdue.many", "n", desk.ManyLines)
	}
	return v.Number(n)
}

// overdueCSV is the same for a table; the row of a kind has no body.
func overdueCSV(c *call) error {
	o, err := c.site.Desk.Overseen(c.ctx, c.who)
	if err != nil {
		return err
	}
	f := c.frame("overdue.title")
	rows := [][]string{{"kind", "body", "region", "overdue", "more"}}
	row := func(kind, body, region string, n int) {
		rows = append(rows, []string{kind, body, region, strconv.Itoa(n), strconv.FormatBool(n >= desk.ManyLines)})
	}
	for _, k := range o.Kinds {
		row(k.Kind, "", "", k.Late)
		for _, b := range k.Bodies {
			row(k.Kind, b.Phone.Name, b.Region, b.Late)
		}
	}
	return c.downloadCSV("overdue", "overdue", letters, rows, f.T("overdue.lead", "after", f.Length(o.After)), f.T("overdue.note"))
}
