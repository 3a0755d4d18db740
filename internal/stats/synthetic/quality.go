package synthetic

import (
	"cmp"
	"math"
	"slices"
)

// Quality is what the release costs who reads it, against the list itself. It is for who
// reviews a release, and is no part of it: an error tells what was counted.
type Quality struct {
	People   int             `json:"people"`
	Records  int             `json:"records"`
	Unshown  int             `json:"values_not_shown"` // values of people put to not recorded, of all values
	Singles  []ColumnQuality `json:"by_one_column"`
	Pairs    PairQuality     `json:"by_two_columns"`
	Alone    int             `json:"people_alone"`     // with their combination of all values
	Repeated int             `json:"people_alone_met"` // of these, how many have the combination of a record, by chance or not
}

// ColumnQuality is the error of one column's counts.
type ColumnQuality struct {
	Column   string  `json:"column"`
	Mean     float64 `json:"mean"`     // of |synthetic - true|, over the values that are shown
	Relative float64 `json:"relative"` // the sum of errors by the sum of counts
}

// PairQuality is the error of all counts by two columns.
type PairQuality struct {
	Pairs    int        `json:"pairs"`
	Mean     float64    `json:"mean"`     // of |synthetic - true|
	Distance float64    `json:"distance"` // half the sum of differences by the number of people: the share that is elsewhere
	Apart    float64    `json:"distance_if_columns_had_nothing_to_do_with_each_other"`
	Worst    []PairLost `json:"worst"`
}

// worst is how many pairs are named.
const worst = 10

func (m *measured) quality(t *Table, drawn [][]uint8) (q Quality) {
	q.People, q.Records = t.People, m.people
	for c, column := range t.Columns {
		was, is := m.countPlaced(t, c), make([]int, len(m.shown[c]))
		for _, v := range drawn[c] {
			is[v]++
		}
		off := 0.0
		for v := range was {
			off += math.Abs(float64(is[v] - was[v]))
		}
		q.Singles = append(q.Singles, ColumnQuality{column.Name, off / float64(len(was)), off / float64(t.People)})
		for v, n := range t.count(c) {
			if v > 0 && m.place[c][v] == 0 {
				q.Unshown += n
			}
		}
	}
	m.pairQuality(&q.Pairs, t, drawn)
	q.Alone, q.Repeated = m.alone(t, drawn)
	return q
}

func (m *measured) countPlaced(t *Table, c int) []int {
	out := make([]int, len(m.shown[c]))
	for v, n := range t.count(c) {
		out[m.place[c][v]] += n
	}
	return out
}

func (m *measured) pairQuality(q *PairQuality, t *Table, drawn [][]uint8) {
	type row struct{ mean, distance, apart float64 }
	rows := make([]row, len(m.pairs))
	_ = each(len(m.pairs), func(p int) error {
		was, is := m.countPair(t, m.pairs[p]), m.have(p, drawn)
		a, b := m.countPlaced(t, m.pairs[p][0]), m.countPlaced(t, m.pairs[p][1])
		n := float64(t.People)
		for i := range was {
			rows[p].mean += math.Abs(float64(is[i]-was[i])) / float64(len(was))
			rows[p].distance += math.Abs(float64(is[i])/float64(m.people)-float64(was[i])/n) / 2
			rows[p].apart += math.Abs(float64(a[i/len(b)])*float64(b[i%len(b)])/n-float64(was[i])) / n / 2
		}
		return nil
	})
	q.Pairs, q.Worst = len(rows), []PairLost{}
	for p, r := range rows {
		q.Mean, q.Distance, q.Apart = q.Mean+r.mean/float64(len(rows)), q.Distance+r.distance/float64(len(rows)), q.Apart+r.apart/float64(len(rows))
		q.Worst = append(q.Worst, PairLost{m.names(t, p), r.distance})
	}
	q.Worst = furthest(q.Worst)
}

func furthest(all []PairLost) []PairLost {
	slices.SortFunc(all, func(a, b PairLost) int {
		return cmp.Or(cmp.Compare(b.Distance, a.Distance), cmp.Compare(a.Of[0], b.Of[0]), cmp.Compare(a.Of[1], b.Of[1]))
	})
	return all[:min(worst, len(all))]
}

func (m *measured) names(t *Table, p int) [2]string {
	return [2]string{t.Columns[m.pairs[p][0]].Name, t.Columns[m.pairs[p][1]].Name}
}

// alone counts the people whose combination of values nobody else has, and how many of
// these combinations a record has.
func (m *measured) alone(t *Table, drawn [][]uint8) (people, met int) {
	have := make(map[string]bool, m.people)
	key := make([]byte, len(t.Columns))
	for i := range m.people {
		for c := range key {
			key[c] = m.shown[c][drawn[c][i]]
		}
		have[string(key)] = true
	}
	of := make(map[string]int, t.People)
	for i := range t.People {
		for c := range key {
			key[c] = t.Codes[c][i]
		}
		of[string(key)]++
	}
	for combination, n := range of {
		if n == 1 {
			people++
			if have[combination] {
				met++
			}
		}
	}
	return people, met
}

// tell adds to what is published how far the records are from the noisy counts. The
// noise itself is in that distance.
func (m *measured) tell(a *About, t *Table, drawn [][]uint8) {
	for p := range m.pairs {
		have, distance := m.have(p, drawn), 0.0
		for i, n := range m.two[p] {
			distance += math.Abs(n-float64(have[i])) / 2 / float64(m.people)
		}
		a.Distance += distance / float64(len(m.pairs))
		a.Lost = append(a.Lost, PairLost{m.names(t, p), math.Round(1e4*distance) / 1e4})
	}
	a.Lost, a.Distance = furthest(a.Lost), math.Round(1e4*a.Distance)/1e4
}
