package desk

import "slices"

// What figures give out. A year stands beside its quarters, so a number that is kept
// back in one of them must not be had by taking the others from the year: whatever is
// not given out in one of the five is given out in none of them. Within each, what
// is kept back is together no fewer than few, as everywhere (hide).

// counts are one number in the year and in its quarters.
type counts [5]int

// few keeps a number back that is of few.
func few(n, least int) int {
	if n > 0 && n < least {
		return Few
	}
	return n
}

// wholes keeps back all quarters when one is of few, and the year when it is.
func wholes(n counts, least int) counts {
	hidden := slices.ContainsFunc(n[1:], func(q int) bool { return few(q, least) == Few })
	n[0] = few(n[0], least)
	for i := 1; i < len(n) && (hidden || n[0] == Few); i++ {
		n[i] = Few
	}
	return n
}

// parts says which parts of wholes are kept back. Given is the wholes as they are
// given out; where one is not, none of its parts is.
func parts(cells []counts, given counts, least int) (hidden []bool) {
	hidden = make([]bool, len(cells))
	for i, cell := range cells {
		for at, n := range cell {
			if given[at] != Few && few(n, least) == Few {
				hidden[i] = true
			}
		}
	}
	for i, cell := range cells { // a part of none beside them, or the others would be of some
		hidden[i] = hidden[i] || cell[0] == 0 && slices.Contains(hidden, true)
	}
	for slices.Contains(hidden, true) && slices.Contains(hidden, false) && tooFew(cells, hidden, given, least) {
		smallest := -1
		for i := range cells {
			if !hidden[i] && (smallest < 0 || cells[i][0] < cells[smallest][0]) {
				smallest = i
			}
		}
		hidden[smallest] = true
	}
	return hidden
}

// tooFew says that what is kept back is, somewhere, few together.
func tooFew(cells []counts, hidden []bool, given counts, least int) bool {
	for at := range given {
		if rest := sumOf(cells, hidden, at); given[at] != Few && few(rest, least) == Few {
			return true
		}
	}
	return false
}

func sumOf(cells []counts, hidden []bool, at int) (rest int) {
	for i, cell := range cells {
		if hidden[i] {
			rest += cell[at]
		}
	}
	return rest
}

// cellsOf are the parts of one span as they are given out.
func cellsOf(ids []string, cells []counts, given counts, at, least int) FigureCells {
	hidden := parts(cells, given, least)
	out := FigureCells{Rest: sumOf(cells, hidden, at)}
	for i, id := range ids {
		n := cells[i][at]
		if hidden[i] || given[at] == Few {
			n = Few
		}
		out.Cells = append(out.Cells, FigureCell{id, n})
	}
	if given[at] == Few {
		out.Rest = Few
	}
	return out
}

// safe writes what was counted as it may be given out.
func (c *courseCount) safe(out *Figures) {
	at, least := out.Quarter, out.Few
	whole := func(of func(*courseTally) int) counts {
		var n counts
		for i := range c.tally {
			n[i] = of(&c.tally[i])
		}
		return n
	}
	margin := func(given counts, order []string, of func(*courseTally) map[string]int) FigureCells {
		ids := known(order, of(&c.tally[0]))
		cells := make([]counts, len(ids))
		for i, id := range ids {
			cells[i] = whole(func(t *courseTally) int { return of(t)[id] })
		}
		return cellsOf(ids, cells, given, at, least)
	}
	started := wholes(whole(func(t *courseTally) int { return t.started }), least)
	ended := wholes(whole(func(t *courseTally) int { return t.ended }), least)
	adverse := wholes(whole(func(t *courseTally) int { return t.adverse }), least)
	out.Started, out.Ended, out.Adverse, out.Open = started[at], ended[at], adverse[at], few(c.open, least)
	out.Outcomes = margin(ended, c.of.Ends, func(t *courseTally) map[string]int { return t.outcomes })
	var by partsOf
	if c.listed != nil {
		by = *c.listed
	}
	out.Regions = margin(started, by.regions, func(t *courseTally) map[string]int { return t.regions })
	out.Sexes = margin(started, by.sexes, func(t *courseTally) map[string]int { return t.sexes })
	out.Ages = margin(started, by.ages, func(t *courseTally) map[string]int { return t.ages })
	out.Appealed = margin(adverse, []string{"yes", "no"}, func(t *courseTally) map[string]int {
		return map[string]int{"yes": t.appealed, "no": t.adverse - t.appealed}
	})
	decided := wholes(whole(func(t *courseTally) int { return len(t.toDecision) }), least)
	out.ToDecision, out.ToEnd = lengths(c.tally[at].toDecision, least), lengths(c.tally[at].toEnd, least)
	if decided[at] == Few {
		out.ToDecision = FigureDays{Few, Few, Few}
	}
	if ended[at] == Few {
		out.ToEnd = FigureDays{Few, Few, Few}
	}
	for _, id := range c.of.Clocks {
		kept, missed := whole(func(t *courseTally) int { return t.kept[id] }), whole(func(t *courseTally) int { return t.missed[id] })
		var all counts
		for i := range all {
			all[i] = kept[i] + missed[i]
		}
		if all[0] == 0 && c.listed == nil {
			continue
		}
		given := wholes(all, least)
		cells := cellsOf([]string{"kept", "missed"}, []counts{kept, missed}, given, at, least).Cells
		out.Clocks = append(out.Clocks, FigureClock{ID: id, All: given[at], Kept: cells[0].N, Missed: cells[1].N})
	}
}

// lengths gives no length of a few: it would be somebody's. The nine in ten are given
// where twice as many were counted, so that the one of the longest is not it alone.
func lengths(days []int, least int) FigureDays {
	out := FigureDays{len(days), Few, Few}
	if len(days) < max(least, 1) {
		return FigureDays{few(len(days), least), Few, Few}
	}
	slices.Sort(days)
	out.Median = days[(len(days)-1)/2]
	if len(days) >= 2*least {
		out.P90 = days[(len(days)*9+9)/10-1]
	}
	return out
}
