package across

import (
	"errors"
	"fmt"
	"strings"

	"pana/internal/linkage/clk"
)

// Table is what leaves: how many people are on exactly which lists, as pana estimate
// reads it. It has no tag, no id and no name.
type Table struct {
	Title    string         `json:"title"`
	Invented bool           `json:"invented,omitempty"`
	Lists    []string       `json:"lists"`
	Cells    map[string]int `json:"cells"`
	Observed int            `json:"observed_total"`
	// Linkage is there where somebody says how many true links are found.
	Linkage *Recall   `json:"linkage,omitempty"`
	Tables  []AtBound `json:"tables"`
	About   About     `json:"about"`
}

// About says what whoever reads the table must know.
type About struct {
	Notes []string `json:"notes"`
	// Decoys says, for each list, how many of nobody's encodings were linked with another
	// list's: links that are certainly false.
	Decoys []Decoyed `json:"decoys"`
}

// Recall is the share of true links that are found.
type Recall struct {
	Recall float64 `json:"recall"`
}

// AtBound is the table at another bound.
type AtBound struct {
	Threshold float64        `json:"threshold"`
	Cells     map[string]int `json:"cells"`
}

// Decoyed is what the decoys of a list show.
type Decoyed struct {
	List   string `json:"list"`
	Decoys int    `json:"decoys"`
	Linked int    `json:"linked"`
}

// ErrSmall says that the table has a cell smaller than was agreed to give out.
var ErrSmall = errors.New("the table is not given out")

// Count takes the decoys out of the groups and counts who is left.
func Count(g *Groups, decoys []*DecoyList) (*Table, error) {
	nobody, people, err := g.nobody(decoys)
	if err != nil {
		return nil, err
	}
	t := &Table{Title: g.Project, Invented: g.Invented, Lists: g.Lists}
	for i, l := range g.Linked {
		cells, linked := g.cells(l, nobody, people)
		if i > 0 {
			t.Tables = append(t.Tables, AtBound{float64(l.Bound) / 100, cells})
			continue
		}
		t.Cells = cells
		for list, name := range g.Lists {
			t.About.Decoys = append(t.About.Decoys, Decoyed{name, g.Totals[list] - people[list], linked[list]})
		}
	}
	for _, n := range t.Cells {
		t.Observed += n
	}
	t.About.Notes = g.notes(t, people)
	return t, g.small(t)
}

// nobody gives the decoys, and how many people each list has.
func (g *Groups) nobody(decoys []*DecoyList) (nobody map[Member]bool, people []int, err error) {
	nobody, people = map[Member]bool{}, make([]int, len(g.Lists))
	have := make([]bool, len(g.Lists))
	for _, d := range decoys {
		if err := g.Same(&d.Agreement); err != nil {
			return nil, nil, fmt.Errorf("the decoys of %s: %w", d.Lists[d.List], err)
		}
		name := g.Lists[d.List]
		switch {
		case have[d.List]:
			return nil, nil, fmt.Errorf("two files have the decoys of %s: one for each list", name)
		case d.Of != g.Of[d.List]:
			return nil, nil, fmt.Errorf("the decoys of %s are of another file of encodings than the one that was matched: take those that were written with it", name)
		case d.Records+len(d.Decoys) != g.Totals[d.List]:
			return nil, nil, fmt.Errorf("the decoys and people of %s are not as many as its encodings: the file was changed", name)
		}
		have[d.List], people[d.List] = true, d.Records
		for _, t := range d.Decoys {
			nobody[Member{d.List, t}] = true
		}
	}
	for i, there := range have {
		if !there {
			return nil, nil, fmt.Errorf("the decoys of %s are missing: without them nobody of no list would be counted", g.Lists[i])
		}
	}
	return nobody, people, nil
}

// cells counts people; linked are the decoys of each list that were linked.
func (g *Groups) cells(l Linked, nobody map[Member]bool, people []int) (cells map[string]int, linked []int) {
	cells, linked = map[string]int{}, make([]int, len(g.Lists))
	alone := append([]int(nil), people...)
	for _, members := range l.Groups {
		code := []byte(strings.Repeat("0", len(g.Lists)))
		n := 0
		for _, m := range members {
			if nobody[m] {
				linked[m.List]++
				continue
			}
			code[m.List] = '1'
			n++
			alone[m.List]--
		}
		if n > 0 {
			cells[string(code)]++
		}
	}
	for list, n := range alone {
		code := []byte(strings.Repeat("0", len(g.Lists)))
		code[list] = '1'
		if cells[string(code)] += n; cells[string(code)] == 0 {
			delete(cells, string(code))
		}
	}
	return cells, linked
}

func (g *Groups) small(t *Table) error {
	for _, cells := range append([]AtBound{{Cells: t.Cells}}, t.Tables...) {
		for _, n := range cells.Cells {
			if n < g.Least {
				return fmt.Errorf("%w: the bodies agreed that no cell but 0 is smaller than %d, and there is one; put two lists that are of one kind together at home and agree anew, or wait until the lists are longer", ErrSmall, g.Least)
			}
		}
	}
	return nil
}

// notes say what whoever reads the table must know.
func (g *Groups) notes(t *Table, people []int) (notes []string) {
	say := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	if g.Invented {
		say("INVENTED: nobody in these lists is anybody")
	}
	if len(g.Lists) == 2 {
		say("two lists cannot show whether being on one makes being on the other likelier, and the estimate hangs on that: find a third list")
	}
	for j := range g.Lists {
		for i := range j {
			both := 0
			for code, n := range t.Cells {
				if code[i] == '1' && code[j] == '1' {
					both += n
				}
			}
			one, other := g.Lists[i], g.Lists[j]
			switch {
			case both == 0:
				say("nobody is on both %s and %s: look whether both bodies mapped the right columns and whether births are filled; if so, the two reach other people, and no estimate says how many neither reaches", one, other)
			case both == people[i] || both == people[j]:
				if people[i] > people[j] {
					one, other = other, one
				}
				say("everybody of %s is on %s too: if the one body sends its people to the other, or has its list from it, it is no list of its own; leave it out and agree anew", one, other)
			}
		}
	}
	for _, d := range t.About.Decoys {
		if d.Linked > 0 {
			say("of the %d decoys of %s, %d were linked with another list: so many of a hundred of its people who are on no other list (%.1f) may be linked falsely", d.Decoys, d.List, d.Linked, 100*float64(d.Linked)/float64(d.Decoys))
		}
	}
	if g.Salt != clk.NoSalt {
		say("salted by %s: people for whom that is missing or differs between lists are not linked, and the estimate is too high by them; the rows at other thresholds do not show that, and --recall does", map[clk.Salt]string{clk.YearSalt: "the year of birth", clk.BirthSalt: "the whole date of birth"}[g.Salt])
	}
	return notes
}
