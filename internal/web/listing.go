package web

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"pana/internal/desk"
)

// pageSize is how many lines of a list stand on a page.
const pageSize = 40

// listing is a list that is searched and turned on the page, for lists that are
// short enough to be read whole.
type listing struct {
	frame Frame
	query url.Values
	Find  string
	Pages desk.Paging
}

// Turn is this list's address at another page.
func (l listing) Turn(after string) template.URL { return turn(l.frame, l.query, after) }

// T says the paging's own words.
func (l listing) T(key string, args ...any) string { return l.frame.T(key, args...) }

// listPage keeps the lines whose words contain what was looked for, and cuts out
// the page.
func listPage[T any](f Frame, q url.Values, all []T, words func(T) string) ([]T, listing) {
	l := listing{frame: f, query: q, Find: strings.TrimSpace(q.Get("find"))}
	if l.Find != "" {
		var kept []T
		for _, x := range all {
			if strings.Contains(strings.ToLower(words(x)), strings.ToLower(l.Find)) {
				kept = append(kept, x)
			}
		}
		all = kept
	}
	l.Pages.Total = len(all)
	from, err := strconv.Atoi(q.Get("after"))
	if err != nil || from < 0 || from >= len(all) {
		from = 0
	}
	to := min(len(all), from+pageSize)
	if from > 0 {
		l.Pages.Prev = strconv.Itoa(max(0, from-pageSize))
	}
	if to < len(all) {
		l.Pages.Next = strconv.Itoa(to)
	}
	return all[from:to], l
}
