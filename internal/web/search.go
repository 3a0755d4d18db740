package web

import (
	"context"
	"net/url"
	"slices"

	"pana/internal/access"
	"pana/internal/desk"
)

type searchDesk interface {
	Search(ctx context.Context, who access.Who, in desk.SearchInput) (desk.Found, error)
}

// searchPage is the files that a worker may open, by what was asked for. It is
// posted: what is typed here is a name, and stands in no address and no log.
type searchPage struct {
	Frame
	F       desk.Found
	Box     Field
	Filters []Field
	Kept    []Kept // sent along to the next page
	Asked   bool
}

// searchFields are all that is asked.
var searchFields = []string{"q", "with_step", "with_state", "region", "relation"}

func searchForm(c *call) error {
	c.form = url.Values{} // an address asks for nothing
	return c.drawSearch(200, c.frame("search.title"))
}

func searchPost(c *call) error {
	f := c.frame("search.title")
	if f.mend(tooLong(c.form)); len(f.Errors) > 0 {
		typed := c.form
		c.form = url.Values{}
		found, err := c.site.Desk.Search(c.ctx, c.who, desk.SearchInput{})
		if err != nil {
			return err
		}
		return c.render(422, "search", newSearchPage(f, found, typed))
	}
	return c.drawSearch(200, f)
}

func (c *call) drawSearch(status int, f Frame) error {
	found, err := c.site.Desk.Search(c.ctx, c.who, searchInput(c.form))
	if err != nil {
		return err
	}
	return c.render(status, "search", newSearchPage(f, found, c.form))
}

// searchStates are what may be so of a file.
var searchStates = []string{"overdue", "due", "new", "child", "frozen"}

func newSearchPage(f Frame, found desk.Found, typed url.Values) searchPage {
	f.MainForm, f.Wide = true, true
	fm := form{f, typed}
	p := searchPage{Frame: f, F: found, Box: fm.field("text", "q"), Kept: keep(typed, "after")}
	p.Filters = []Field{
		fm.pick("with_step", "step", found.Steps...), fm.pick("with_state", "search.state", searchStates...),
		fm.pick("region", "region", found.Regions...), fm.pick("relation", "relation", found.Relations...),
	}
	p.Asked = slices.ContainsFunc(searchFields, func(name string) bool { return typed.Get(name) != "" })
	return p
}

// Chosen says that the conditions must not be folded.
func (p searchPage) Chosen() bool {
	return slices.ContainsFunc(p.Filters, func(f Field) bool { return f.Value != "" })
}

// Finds says that a page of this worker's has the box to look for a file.
func (f Frame) Finds() bool {
	return slices.ContainsFunc(f.Nav, func(n NavItem) bool { return n.Path == "/work" })
}
