package release

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Method is how a table is made safe.
type Method string

// The methods, from the one for tables that anybody may put together to the one for
// tables that are printed once.
const (
	CellKey    Method = "cell-key"
	Rounded    Method = "rounded"
	Suppressed Method = "suppressed"
)

// Table is a table as it is published.
type Table struct {
	Name   string   `json:"name"`
	By     []string `json:"by"`
	Method Method   `json:"method"`
	Exact  []string `json:"exact"` // the variables by which totals were declared; they are exact
	Cells  []Cell   `json:"cells"`
	Totals []Cell   `json:"totals"` // by Exact; one without values for all
	// Quality is what was lost, beside every release.
	Quality Quality `json:"quality"`
}

// Cell is a published number: of a suppressed one there is none.
type Cell struct {
	Of    []string `json:"of"`
	Count *int64   `json:"count"`
}

// Declared are the totals that a release stands by.
type Declared struct {
	By    []string // of the table's variables; none: the total of all
	Least int64    // a total from 1 to below this is of too few to declare
}

// errFew names no number: which group has few may itself say something, and is for who
// prepares the release, on the screen and not in what is published.
func errFew(t *Counts, by []string, place int, least int64) error {
	if len(by) == 0 {
		return fmt.Errorf("the whole list is of fewer than %d: of so few people no table can be published", least)
	}
	return fmt.Errorf("the declared total of %s is of fewer than %d: declare coarser totals, or group values", placeName(t, by, place), least)
}

func placeName(t *Counts, by []string, place int) string {
	group, _ := t.groups(by)
	cell := slices.Index(group, place)
	labels := t.labels(cell)
	var out []string
	for i, c := range t.By {
		if slices.Contains(by, c.Name) {
			out = append(out, c.Name+" "+labels[i])
		}
	}
	return strings.Join(out, ", ")
}

// Perturb moves every count by the step of its cell key, and then gives back to the
// declared totals what that took or added: to the largest cells first, so that a small
// cell is the same in each table in which it stands, whatever it adds up to there.
// Without that, the mean of many tables would be the truth.
func (n *Noise) Perturb(t *Counts, declared Declared) ([]int64, error) {
	group, groups := t.groups(declared.By)
	truth := t.margin(declared.By, t.Cells)
	for g, total := range truth {
		if total > 0 && total < declared.Least {
			return nil, errFew(t, declared.By, g, declared.Least)
		}
	}
	shown := make([]int64, len(t.Cells))
	members := make([][]int, groups)
	for i, count := range t.Cells {
		shown[i] = count + n.Step(count, t.Keys[i])
		if count > 0 {
			members[group[i]] = append(members[group[i]], i)
		}
	}
	for g, cells := range members {
		slices.SortFunc(cells, func(a, b int) int { return cmp.Or(cmp.Compare(t.Cells[b], t.Cells[a]), cmp.Compare(a, b)) })
		left := truth[g]
		for _, i := range cells {
			left -= shown[i]
		}
		if left = n.giveBack(shown, cells, left); left != 0 {
			n.force(shown, cells, left)
		}
	}
	return shown, nil
}

// giveBack moves cells that are shown, from the largest, each by no more than the
// design's largest step beyond its noise, until they add up; it says what is left. None
// falls among those that are never shown.
func (n *Noise) giveBack(shown []int64, cells []int, left int64) int64 {
	most, lowest := int64(n.Most), int64(n.Never)+1
	for _, i := range cells {
		if shown[i] < lowest { // as none
			continue
		}
		step := max(min(left, most), -most, lowest-shown[i])
		shown[i] += step
		left -= step
	}
	return left
}

// force makes few small cells add up where moving them a little could not: what is
// missing goes to one cell, what is too much is taken from the smallest, which are
// then shown as none. cells are from the largest.
func (n *Noise) force(shown []int64, cells []int, left int64) {
	lowest := int64(n.Never) + 1
	for at := len(cells) - 1; at >= 0 && left < 0; at-- {
		i := cells[at]
		take := min(shown[i], -left)
		if rest := shown[i] - take; rest > 0 && rest < lowest {
			take = shown[i]
		}
		shown[i] -= take
		left += take
	}
	if left <= 0 {
		return
	}
	to := cells[0]
	for _, i := range cells {
		if shown[i] > shown[to] {
			to = i
		}
	}
	shown[to] += left
}

// Round3 rounds every count to a multiple of 3, up or down by chance so that it is
// right on average; the chance is the cell's key, so that the same cell is always
// rounded the same way. Totals are rounded for themselves, and need not add up.
func Round3(cells []int64, keys []uint32) []int64 {
	out := make([]int64, len(cells))
	for i, count := range cells {
		rest := count % 3
		out[i] = count - rest
		// Of a rest of 1 a third goes up, of 2 two thirds.
		if rest > 0 && int64(keys[i]%KeySpace)*3 < rest*KeySpace {
			out[i] += 3
		}
	}
	return out
}
