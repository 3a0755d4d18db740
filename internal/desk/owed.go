package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"pana/internal/access"
	"pana/internal/fault"
	"pana/internal/pack"
	"pana/internal/procedure"
	"pana/internal/store"
)

// Among a hundred thousand files a kind of body owes tens of thousands of steps, most
// of them in others' files. So what a body owes is listed from where it begins: at its
// own files, each step of which has a row for it, and at what it decides because it
// is of the kind that does, each along an index. Nobody reads the rest.

// owedPart is some of what is owed. No row is in two parts.
type owedPart struct {
	table string
	store.Query
	// along are conditions which cut the part in lists that lie in an index in the
	// order asked for; without any it is one list.
	along []store.Filter
}

// owedParts are together what owedQuery lists. A body's own rows are those of its
// kind, nearly all, so one list along its index has them.
func (d *Desk) owedParts(who access.Who) []owedPart { return d.owedPartsOf(who, takenBy(who)) }

// owedPartsOf are those parts of the steps of some takers.
func (d *Desk) owedPartsOf(who access.Who, by []any) (out []owedPart) {
	decides, may := d.decides(who), d.rules.Scope(who, access.TakeStep, "file")
	taken := store.Where("by_kind", store.OneOf, by...)
	rest := store.Query{Scope: access.And{may, access.Not{Scope: decides}}, Where: []store.Filter{taken}}
	if access.OnlyRelated(may) {
		rest.Where = append(rest.Where, store.Where("body_id", store.Is, string(who.Body)))
		out = append(out, owedPart{table: "owed", Query: rest})
	} else { // a country may let a kind of body take steps in every file
		out = append(out, owedPart{table: "steps", Query: rest, along: []store.Filter{taken}})
	}
	if !who.Can("decide") {
		return out
	}
	part := owedPart{table: "decisions", Query: store.Query{Scope: decides, Where: []store.Filter{taken}}, along: []store.Filter{taken}}
	if who.Region != "" {
		part.along = append(part.along, store.Where("region", store.OneOf, who.Region, ""))
	}
	return append(out, part)
}

// lists are the part's lists, one for each value of what it is cut along.
func (p owedPart) lists() []store.Query {
	out := []store.Query{p.Query}
	for _, f := range p.along {
		var cut []store.Query
		for _, q := range out {
			for _, v := range f.Values {
				one := q
				one.Where = append(slices.Clone(q.Where), store.Where(f.Column, store.Is, v))
				cut = append(cut, one)
			}
		}
		out = cut
	}
	return out
}

// owedList is one list of a page, and how far the page has read it.
type owedList struct {
	page store.Page
	read int
	from string // where the page before had read it to
}

func (l *owedList) head() *store.Found {
	if l.read == len(l.page.Rows) {
		return nil
	}
	return &l.page.Rows[l.read]
}

// behind is where the next page goes on in this list.
func (l *owedList) behind() string {
	if l.read == 0 {
		return l.from
	}
	return l.page.Behind(l.read - 1)
}

// owedPage joins the lists of the parts in the order asked for. Where the next page
// goes on is told for each list, so that no row is shown twice or left out.
func (d *Desk) owedPage(ctx context.Context, parts []owedPart, sort []store.Order, limit int, page string) ([]store.Found, string, error) {
	lists, err := d.owedLists(ctx, parts, sort, limit, page)
	if err != nil {
		return nil, "", err
	}
	var out []store.Found
	next := func() *owedList {
		var first *owedList
		for _, l := range lists {
			if l.head() != nil && (first == nil || owedBefore(l.head(), first.head(), sort)) {
				first = l
			}
		}
		return first
	}
	for l := next(); l != nil; l = next() {
		if len(out) == limit {
			return out, owedToken(lists), nil
		}
		// The law may name a kind and a role of it for one step.
		if row := *l.head(); !slices.ContainsFunc(out, func(r store.Found) bool { return r.Ref == row.Ref && r.Text("step") == row.Text("step") }) {
			out = append(out, row)
		}
		l.read++
	}
	return out, "", nil
}

// owedLists reads of each list as many rows as a page may take from it, and one more.
func (d *Desk) owedLists(ctx context.Context, parts []owedPart, sort []store.Order, limit int, page string) ([]*owedList, error) {
	var out []*owedList
	from := strings.Split(page, betweenLists)
	for _, p := range parts {
		for _, q := range p.lists() {
			q.Sort, q.Limit, q.NoTotal, q.RowByRow = sort, limit+1, true, true
			if page != "" {
				if len(out) == len(from) {
					return nil, fault.New(fault.Invalid, store.CodeCursor)
				}
				q.After = from[len(out)]
			}
			rows, err := d.deps.Store.List(ctx, p.table, q)
			if err != nil {
				return nil, err
			}
			out = append(out, &owedList{page: rows, from: q.After})
		}
	}
	if page != "" && len(out) != len(from) {
		return nil, fault.New(fault.Invalid, store.CodeCursor)
	}
	return out, nil
}

// betweenLists stands in no cursor of the store.
const betweenLists = "."

func owedToken(lists []*owedList) string {
	out := make([]string, len(lists))
	for i, l := range lists {
		out[i] = l.behind()
	}
	return strings.Join(out, betweenLists)
}

// owedBefore is the order of the lists: by times, of which none comes last.
func owedBefore(a, b *store.Found, sort []store.Order) bool {
	for _, o := range sort {
		if c := dueOrder(a.Time(o.Column), b.Time(o.Column)); c != 0 {
			return c < 0
		}
	}
	return cmp.Or(strings.Compare(a.Ref.ID, b.Ref.ID), strings.Compare(a.Text("step"), b.Text("step"))) < 0
}

// owedCounts counts what the parts list, by how it stands, each part and state no
// further than ManyLines.
func (d *Desk) owedCounts(ctx context.Context, parts []owedPart, at time.Time, states ...string) (map[string]int, error) {
	out := map[string]int{}
	for _, p := range parts {
		var asked []store.Query
		lists := p.lists() // along the index, as they are read: asked together, PostgreSQL reads the table
		for _, state := range states {
			for _, q := range lists {
				q.Where = append(slices.Clone(q.Where), dueIn(state, at)...)
				q.Limit = ManyLines
				asked = append(asked, q)
			}
		}
		counts, err := d.deps.Store.Counts(ctx, p.table, asked...)
		if err != nil {
			return nil, err
		}
		for i, n := range counts {
			state := states[i/len(lists)]
			out[state] = min(out[state]+n, ManyLines)
		}
	}
	return out, nil
}

// soonest puts first what is due first, and then who has waited longest.
var soonest = []store.Order{{Column: "due_at"}, {Column: "since"}}

// owedQuery lists the steps this kind of body takes. A decision is its region's:
// owing it is what makes a body the decider, so the row is its own permission.
// Any other duty is listed where the body may take steps anyway, wherever that
// is: for who found her, cares for her or was named to receive her.
func (d *Desk) owedQuery(who access.Who) store.Query {
	return store.Query{
		Scope: access.Or{d.decides(who), d.rules.Scope(who, access.TakeStep, "file")},
		Where: []store.Filter{store.Where("by_kind", store.OneOf, takenBy(who)...)},
		Sort:  soonest,
	}
}

// takenBy are those whose steps a worker takes: of the kind, of the role in it, and
// the person's own, which whoever is with the person records for her. A body that
// decides does not remind her to complain of what it decided.
func takenBy(who access.Who) []any {
	out := []any{who.BodyKind, who.BodyKind + ":" + who.Role}
	if !who.Can("decide") {
		out = append(out, "person")
	}
	return out
}

// decides are the rows of decisions that are this body's to take.
func (d *Desk) decides(who access.Who) access.Scope {
	if !who.Can("decide") {
		return access.None{}
	}
	out := access.And{access.In{Column: "step", Values: d.decisions()}}
	if who.Region != "" {
		out = append(out, access.In{Column: "region", Values: []string{who.Region, ""}})
	}
	return out
}

// decisions are the steps that only kinds of body which decide take, by today's
// law.
func (d *Desk) decisions() []string {
	p := d.pack()
	var out []string
	for i := range p.Spec.Steps {
		if s := &p.Spec.Steps[i]; s.Force == procedure.Must && pack.Contains(s.Dates, d.now()) && p.IsDecision(s) {
			out = append(out, s.ID)
		}
	}
	return out
}
