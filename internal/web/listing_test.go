package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"testing"
)

type row struct{ name, kind string }

var rowLister = lister[row]{
	Path: "/rows", Words: func(r row) string { return r.name },
	Filters: []filterBy[row]{{"kind", "body", func(r row) string { return r.kind }}},
	Orders:  []orderBy[row]{{Name: "near"}, {"name", func(a, b row) int { return cmp.Compare(a.name, b.name) }}},
}

func TestAListIsSearchedFilteredSortedAndTurned(t *testing.T) {
	t.Parallel()
	all := []row{{"delta", "police"}, {"alpha", "shelter"}, {"Charlie", "police"}, {"bravo", "shelter"}}
	var many []row
	for range 3 {
		for i := range 30 {
			many = append(many, row{strings.Repeat("x", i+1), "police"})
		}
	}
	for _, r := range []struct {
		why        string
		all        []row
		query      string
		want       []string // names; nil: only their number is looked at
		n          int
		prev, next string
	}{
		{"as it came", all, "", []string{"delta", "alpha", "Charlie", "bravo"}, 4, "", ""},
		{"one kind", all, "kind=police", []string{"delta", "Charlie"}, 2, "", ""},
		{"sorted", all, "sort=name", []string{"Charlie", "alpha", "bravo", "delta"}, 4, "", ""},
		{"sorted and filtered", all, "kind=shelter&sort=name", []string{"alpha", "bravo"}, 2, "", ""},
		{"an order that is none", all, "sort=size", []string{"delta", "alpha", "Charlie", "bravo"}, 4, "", ""},
		{"found in any case", all, "find=CHAR", []string{"Charlie"}, 1, "", ""},
		{"nothing has it", all, "find=zulu", nil, 0, "", ""},
		{"the first page", many, "", nil, 40, "", "40"},
		{"the last page", many, "after=80", nil, 10, "40", ""},
		{"a page that is none", many, "after=900", nil, 40, "", "40"},
		{"a page before the first", many, "after=-1", nil, 40, "", "40"},
		{"all on one page, to print", many, "after=all", nil, 90, "", ""},
	} {
		t.Run(r.why, func(t *testing.T) {
			t.Parallel()
			q, err := url.ParseQuery(r.query)
			if err != nil {
				t.Fatal(err)
			}
			before := slices.Clone(r.all)
			got, l := listPage(testFrame("en", "work.title", true), q, r.all, rowLister)
			if len(got) != r.n || l.Pages.Prev != r.prev || l.Pages.Next != r.next {
				t.Errorf("%d lines, pages %+v", len(got), l.Pages)
			}
			for i, want := range r.want {
				if got[i].name != want {
					t.Errorf("line %d is %s, not %s", i, got[i].name, want)
				}
			}
			if !slices.Equal(before, r.all) {
				t.Error("the caller's own list was reordered")
			}
		})
	}
}

// What was chosen is there again when the list is opened by its place in the
// rail, in that window and no other, until it is taken back.
func TestAChosenOrderStays(t *testing.T) {
	t.Parallel()
	v := newVisitor(t, &fakeDesk{}).in("worker")
	v.cookies[sessionCookie(2)] = "t-other"
	chosen := func(path string) bool {
		return strings.Contains(v.get(path).Body.String(), `<option value="since" selected>`)
	}
	for i, r := range []struct {
		why, path string
		want      bool
	}{
		{"nothing was chosen", "/work", false},
		{"chosen", "/work?sort=since&kind=task", true},
		{"left and come back", "/work", true},
		{"another list", "/docket", false},
		{"another window", "/~2/work", false},
		{"another page of it", "/work?after=40", true},
		{"taken back", "/work?sort=&kind=", false},
		{"and it stays so", "/work", false},
	} {
		if chosen(r.path) != r.want {
			t.Fatalf("%d %s: %s", i, r.why, r.path)
		}
	}
	v.get("/admin/bodies?sort=kind&find=Zhanar")
	for name, value := range v.cookies {
		if strings.Contains(value, "Zhanar") {
			t.Errorf("what was typed is kept in %s", name)
		}
	}
}
