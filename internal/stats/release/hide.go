package release

import (
	"errors"
	"fmt"
	"math"
)

// Suppress says which cells of a table with exact totals by row and column must not be
// shown: those from 1 to below threshold, and so many others that what is shown
// leaves each of these at least threshold wide: whoever adds and subtracts cannot
// tell it from as many more or fewer.
//
// How wide is not estimated: with the totals known, how far a hidden cell can go up is a
// largest flow from its row to its column through the other hidden cells, and how far
// down the same the other way.
func Suppress(t *Counts, threshold int64) (hidden []bool, err error) {
	if threshold < 2 {
		return nil, fmt.Errorf("threshold: %d; below 2 nothing is hidden", threshold)
	}
	g, err := newGrid(t)
	if err != nil {
		return nil, err
	}
	var few []int
	for i, n := range t.Cells {
		if n > 0 && n < threshold {
			few, g.hidden[i] = append(few, i), true
		}
	}
	for _, cell := range few {
		for g.width(cell) < threshold {
			if !g.hideBeside(cell, threshold) {
				return nil, errors.New("nothing can be hidden beside a small cell so that it cannot be worked out: group values, so that fewer cells are small, or use the cell-key method")
			}
		}
	}
	return g.hidden, nil
}

// grid is a table of rows and columns; one variable is a single row, of which only the
// total is known.
type grid struct {
	rows, columns int
	line          bool // a single row: its columns have no totals
	cells         []int64
	hidden        []bool
}

func newGrid(t *Counts) (*grid, error) {
	g := &grid{cells: t.Cells, hidden: make([]bool, len(t.Cells))}
	switch len(t.By) {
	case 1:
		g.rows, g.columns, g.line = 1, len(t.By[0].Values), true
	case 2:
		g.rows, g.columns = len(t.By[0].Values), len(t.By[1].Values)
	default:
		return nil, errors.New("suppression takes tables of one or two variables: of more, use the cell-key method")
	}
	return g, nil
}

// width is how many other values a hidden cell can have for who sees the rest. None is
// never hidden, and who sees the table knows that: a hidden cell is 1 at least.
func (g *grid) width(cell int) int64 {
	if g.line {
		others, up := false, int64(0)
		for i, h := range g.hidden {
			if h && i != cell {
				others, up = true, up+g.cells[i]-1
			}
		}
		if !others {
			return 0
		}
		return up + g.cells[cell] - 1
	}
	r, c := cell/g.columns, cell%g.columns
	return g.flow(r, c, cell, true) + min(g.cells[cell]-1, g.flow(r, c, cell, false))
}

// flow is the largest flow from a row to a column through the hidden cells but one. When
// the cell goes up, others of its row go down, by what they have, and what that takes
// from their columns others of these columns give, without end: a step from a row to a
// column uses up a cell, one from a column to a row does not. When it goes down, it
// is the other way round.
func (g *grid) flow(row, column, but int, up bool) int64 {
	nodes := g.rows + g.columns
	room := make([]int64, nodes*nodes)
	for i, h := range g.hidden {
		if !h || i == but {
			continue
		}
		r, c := i/g.columns, g.rows+i%g.columns
		across, back := g.cells[i]-1, int64(endless)
		if !up {
			across, back = back, across
		}
		room[r*nodes+c], room[c*nodes+r] = across, back
	}
	total := int64(0)
	for {
		path, least := widestPath(room, nodes, row, g.rows+column)
		if least == 0 {
			return total
		}
		if total += least; total >= endless {
			return endless
		}
		for v := g.rows + column; v != row; v = path[v] {
			room[path[v]*nodes+v] -= least
			room[v*nodes+path[v]] += least
		}
	}
}

// endless is more than any table counts, and far from overflowing.
const endless = 1 << 40

// widestPath is a shortest path with room, and how much it has.
func widestPath(room []int64, nodes, from, to int) (before []int, least int64) {
	before = make([]int, nodes)
	for i := range before {
		before[i] = -1
	}
	before[from] = from
	queue := []int{from}
	for len(queue) > 0 && before[to] < 0 {
		v := queue[0]
		queue = queue[1:]
		for w := range nodes {
			if before[w] < 0 && room[v*nodes+w] > 0 {
				before[w] = v
				queue = append(queue, w)
			}
		}
	}
	if before[to] < 0 {
		return before, 0
	}
	least = math.MaxInt64
	for v := to; v != from; v = before[v] {
		least = min(least, room[before[v]*nodes+v])
	}
	return before, least
}

// hideBeside hides what costs the fewest people and makes a cell wider: another cell of
// the line, or the other three corners of a rectangle.
func (g *grid) hideBeside(cell int, threshold int64) bool {
	best, cost := []int(nil), int64(math.MaxInt64)
	try := func(cells ...int) {
		sum, anything := int64(0), false
		for _, i := range cells {
			if g.cells[i] == 0 { // that nobody was there is known: it hides nothing
				return
			}
			if !g.hidden[i] {
				sum, anything = sum+g.cells[i], true
			}
		}
		if anything && sum < cost && g.helps(cell, cells) {
			best, cost = cells, sum
		}
	}
	if g.line {
		for i := range g.cells {
			if i != cell {
				try(i)
			}
		}
	} else {
		r, c := cell/g.columns, cell%g.columns
		for r2 := range g.rows {
			for c2 := range g.columns {
				if r2 != r && c2 != c {
					try(r*g.columns+c2, r2*g.columns+c, r2*g.columns+c2)
				}
			}
		}
	}
	for _, i := range best {
		g.hidden[i] = true
	}
	return best != nil
}

// helps says whether hiding some more makes a cell wider.
func (g *grid) helps(cell int, more []int) bool {
	before := g.width(cell)
	var put []int
	for _, i := range more {
		if !g.hidden[i] {
			g.hidden[i] = true
			put = append(put, i)
		}
	}
	after := g.width(cell)
	for _, i := range put {
		g.hidden[i] = false
	}
	return after > before
}
