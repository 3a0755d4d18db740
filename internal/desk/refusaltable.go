package desk

import (
	"cmp"
	"slices"

	"pana/internal/stats/release"
)

// Refusals by reason and region. One person may be refused for several reasons, so a
// number of refusals says less than it seems of how many people they were: what is few
// is judged by people everywhere.

// refusals makes the table of people who were refused: those of them few by a reason or
// in a region stand together with others, then what is shown is looked through, so that
// no cell is had by taking what is shown from the totals.
func refusals(people []personAsked, least int) RefusalTable {
	t := RefusalTable{}
	byReason, byRegion := map[string][]int{}, map[string][]int{} // who
	for i, p := range people {
		for reason := range p.reasons {
			byReason[reason] = append(byReason[reason], i)
			byRegion[p.region] = append(byRegion[p.region], i)
			t.All++
		}
	}
	reasons, regions := apart(byReason, least), apart(byRegion, least)
	if len(reasons) == 0 {
		return t
	}
	cells := make([]int, len(reasons)*len(regions))
	who := make([]map[int]bool, len(cells))
	for reason, them := range byReason {
		r := of(reasons, reason)
		for _, i := range them {
			at := r*len(regions) + of(regions, people[i].region)
			if who[at] == nil {
				who[at] = map[int]bool{}
			}
			cells[at]++
			who[at][i] = true
		}
	}
	for at, n := range cells {
		reasons[at/len(regions)].N += n
		regions[at%len(regions)].N += n
	}
	t.Reasons, t.Regions = reasons, regions
	t.Cells = shown(cells, who, len(regions), least)
	return t
}

// apart are those of which as many people are as are given out, the most first, and the
// others together, who are as many too: the smallest join them until they are.
func apart(by map[string][]int, least int) []RefusalRow {
	ids := make([]string, 0, len(by))
	count := map[string]int{}
	for id, them := range by {
		ids, count[id] = append(ids, id), distinct(them)
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(count[b]-count[a], cmp.Compare(a, b)) })
	own := slices.IndexFunc(ids, func(id string) bool { return count[id] < least })
	if own < 0 {
		own = len(ids)
	}
	together := func() (all []int) {
		for _, id := range ids[own:] {
			all = append(all, by[id]...)
		}
		return all
	}
	for own > 0 && own < len(ids) && distinct(together()) < least {
		own--
	}
	var out []RefusalRow
	for _, id := range ids[:own] {
		out = append(out, RefusalRow{ID: id})
	}
	if own < len(ids) {
		out = append(out, RefusalRow{Rest: true})
	}
	return out
}

func distinct(them []int) int {
	return len(slices.Compact(slices.Sorted(slices.Values(them))))
}

// of is the row of an id: its own, or the last, where the others are.
func of(rows []RefusalRow, id string) int {
	if i := slices.IndexFunc(rows, func(r RefusalRow) bool { return r.ID == id && !r.Rest }); i >= 0 {
		return i
	}
	return len(rows) - 1
}

// shown are the cells as they may stand beside their totals; nil where no cell may. A
// cell of few people counts as so few, however often they were refused.
func shown(cells []int, who []map[int]bool, columns, least int) [][]int {
	t := release.Counts{By: []*release.Column{{Values: make([]string, len(cells)/columns)}, {Values: make([]string, columns)}}, Cells: make([]int64, len(cells))}
	for i, n := range cells {
		t.Cells[i] = int64(n)
		if len(who[i]) < least {
			t.Cells[i] = int64(len(who[i]))
		}
	}
	hidden, err := release.Suppress(&t, int64(max(least, 2)))
	if err != nil {
		return nil
	}
	var out [][]int
	for i, n := range cells {
		if i%columns == 0 {
			out = append(out, nil)
		}
		if hidden[i] {
			n = Few
		}
		out[len(out)-1] = append(out[len(out)-1], n)
	}
	return out
}
