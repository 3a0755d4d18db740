package web

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pana/internal/desk"
)

// pageSize is how many lines of a list stand on a page; wholeList how many when
// all are asked for on one, to be printed.
const (
	pageSize  = 40
	wholeList = 1000
)

// listing is a list's own form: what is looked for, what is left out, in which
// order, and how it is turned. Every list has one; the lists differ in lines.
type listing struct {
	frame   Frame
	query   url.Values
	Path    string  // the list's address
	Finds   bool    // has a field to look for a name
	Find    string  // what was looked for
	Filters []Field // selects; the order is the last
	Carry   []Kept  // chosen elsewhere on the page, sent along
	Pages   desk.Paging
}

// newListing makes the form of a list at its address.
func newListing(f Frame, q url.Values, path string, filters ...Field) listing {
	for i := range filters {
		filters[i].ID = "by-" + filters[i].Name // an editor on the same page may ask for the same
		filters[i].Why = ""
	}
	return listing{frame: f, query: q, Path: path, Find: strings.TrimSpace(q.Get("find")), Filters: filters}
}

// Chosen says that something was chosen: the form then stays open.
func (l listing) Chosen() bool {
	return l.Find != "" || slices.ContainsFunc(l.Filters, func(f Field) bool { return f.Value != "" })
}

// Chosens are all that was chosen, to be sent along.
func (l listing) Chosens() (out []Kept) {
	for _, f := range l.Filters {
		out = append(out, Kept{f.Name, f.Value})
	}
	return append(out, l.Carry...)
}

// Turn is this list's address at another page.
func (l listing) Turn(after string) template.URL { return turn(l.frame, l.query, after) }

// Whole says that all lines stand on this page already.
func (l listing) Whole() bool { return l.query.Get("after") == desk.WholeList }

// Pick is this list's address with another value of one filter, the others kept.
// An empty value is written too: it takes back what was chosen before.
func (l listing) Pick(name, value string) template.URL {
	next := url.Values{}
	for _, f := range l.Filters {
		if f.Value != "" {
			next.Set(f.Name, f.Value)
		}
	}
	next.Set(name, value)
	return l.frame.U(l.Path + "?" + next.Encode())
}

// T says the form's own words.
func (l listing) T(key string, args ...any) string { return l.frame.T(key, args...) }

// U makes an address inside this window.
func (l listing) U(path string) template.URL { return l.frame.U(path) }

// turn is a list's address at another page, with all that was chosen.
func turn(f Frame, q url.Values, after string) template.URL {
	next := url.Values{}
	for k, v := range q {
		next[k] = v
	}
	next.Set("after", after)
	path, _, _ := strings.Cut(f.Path, "?")
	return f.U(path + "?" + next.Encode())
}

// pick is a select that leaves lines out: all, or those of one value.
func (f form) pick(name, prefix string, values ...string) Field {
	out := f.choose("select", name, prefix, values...)
	out.None = f.frame.T("choose")
	return out
}

// order is the select of orders. The first is the one there is when none is
// asked for.
func (f form) order(names ...string) Field {
	out := f.choose("select", "sort", "order", names[1:]...)
	out.None = f.frame.T("order." + names[0])
	return out
}

// lister is a list that is read whole: how it is searched, filtered and sorted.
type lister[T any] struct {
	Path    string
	Words   func(T) string // nil: not searched
	Filters []filterBy[T]
	Orders  []orderBy[T] // the first keeps the order in which they came
	More    []Field      // filters that desk has applied already
}

type filterBy[T any] struct {
	Name, Prefix string
	Of           func(T) string
}

type orderBy[T any] struct {
	Name string
	By   func(a, b T) int
}

// listPage keeps the lines that are asked for, in the order asked for, and cuts
// out the page.
func listPage[T any](f Frame, q url.Values, all []T, how lister[T]) ([]T, listing) {
	fm := form{f, q}
	fields := slices.Clone(how.More)
	kept := slices.Clone(all)
	for _, by := range how.Filters {
		fields = append(fields, fm.pick(by.Name, by.Prefix, valuesOf(all, by.Of)...))
		if want := q.Get(by.Name); want != "" {
			kept = slices.DeleteFunc(kept, func(x T) bool { return by.Of(x) != want })
		}
	}
	if len(how.Orders) > 0 {
		var names []string
		for _, o := range how.Orders {
			if names = append(names, o.Name); o.By != nil && o.Name == q.Get("sort") {
				slices.SortStableFunc(kept, o.By)
			}
		}
		fields = append(fields, fm.order(names...))
	}
	l := newListing(f, q, how.Path, fields...)
	if l.Finds = how.Words != nil; l.Find != "" && l.Finds {
		kept = slices.DeleteFunc(kept, func(x T) bool { return !strings.Contains(strings.ToLower(how.Words(x)), strings.ToLower(l.Find)) })
	}
	kept, l.Pages = cutPage(kept, q.Get("after"))
	return kept, l
}

// valuesOf are the values that lines have, so that no filter finds nothing.
func valuesOf[T any](all []T, of func(T) string) []string {
	var out []string
	for _, x := range all {
		if v := of(x); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

// cutPage gives the page that begins with a line, by its number.
func cutPage[T any](all []T, after string) ([]T, desk.Paging) {
	pages := desk.Paging{Total: len(all)}
	size := pageSize
	if after == desk.WholeList {
		size = wholeList
	}
	from, err := strconv.Atoi(after)
	if err != nil || from < 0 || from >= len(all) {
		from = 0
	}
	to := min(len(all), from+size)
	if from > 0 {
		pages.Prev = strconv.Itoa(max(0, from-size))
	}
	if to < len(all) {
		pages.Next = strconv.Itoa(to)
	}
	return all[from:to], pages
}

// listCookie begins the names of the cookies that keep what a window's lists were
// asked for with.
func listCookie(win int) string { return "pana_l" + strconv.Itoa(win) + "_" }

// forgetLists: what one worker chose is not the next one's, who would take a list
// that was narrowed for the whole of her work.
func (c *call) forgetLists() {
	for _, name := range c.site.cookies(c.r) {
		if strings.HasPrefix(name, listCookie(c.win)) {
			c.setCookie(name, "", -time.Hour)
		}
	}
}

// listQuery is what a list is asked for with. What was chosen stays while the
// browser is open: who comes back to the list by its place in the rail finds it
// as she left it. Codes are kept, and nothing that was typed.
func (c *call) listQuery(list string, names ...string) url.Values {
	q := c.r.URL.Query()
	cookie := listCookie(c.win) + list
	if !slices.ContainsFunc(names, q.Has) {
		if had := c.site.cookie(c.r, cookie); had != "" {
			kept, _ := url.ParseQuery(had)
			for _, name := range names {
				if v := kept.Get(name); v != "" {
					q.Set(name, v)
				}
			}
		}
		return q
	}
	chosen := url.Values{}
	for _, name := range names {
		if v := q.Get(name); v != "" && len(v) <= 40 {
			chosen.Set(name, v)
		}
	}
	c.setCookie(cookie, chosen.Encode(), 0)
	return q
}
