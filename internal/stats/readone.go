package stats

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// single reads how often the people of one list came.
func (r *reader) single(in *Input) error {
	in.Contacts = Contacts{}
	for _, f := range r.frequencies {
		times, err := strconv.Atoi(f.name)
		if err != nil || times < 1 || times > 10_000 || strconv.Itoa(times) != f.name {
			return r.wrong(f.at, "%q: how often somebody came is a whole number from 1", f.name)
		}
		in.Contacts[times] = float64(f.value)
	}
	if n := in.Contacts.observed(); n > mostPeople {
		return r.wrong(r.seen["frequencies"], "these are more than %d people", mostPeople)
	} else if r.total != nil && float64(r.total.value) != n {
		return r.wrong(r.total.at, "the total is said to be %d, but the frequencies add up to %.0f", r.total.value, n)
	}
	if r.formula.value == "" {
		return nil
	}
	in.Formula = r.formula.value
	return r.regression(in)
}

// regression reads "capture ~ gender + age": how often, by what is known of people.
// The first of each that stands in reference is what the others are compared with.
func (r *reader) regression(in *Input) error {
	left, right, ok := strings.Cut(in.Formula, "~")
	if !ok {
		return r.wrong(r.formula.at, "a formula is written \"capture ~ gender + age\"")
	}
	index := func(name string) int {
		name = strings.TrimSpace(name)
		return slices.IndexFunc(r.columns, func(c placed[string]) bool { return c.value == name })
	}
	times, people := index(left), index("count")
	if times < 0 {
		return r.wrong(r.formula.at, "no column is called %q", strings.TrimSpace(left))
	}
	var known []int
	for name := range strings.SplitSeq(right, "+") {
		column := index(name)
		if column < 0 {
			return r.wrong(r.formula.at, "no column is called %q", strings.TrimSpace(name))
		}
		known = append(known, column)
	}
	levels := make([][]string, len(known))
	for i, column := range known {
		seen := map[string]bool{}
		for _, row := range r.rows {
			if len(row) != len(r.columns) {
				return r.wrong(r.seen["rows"], "a row has %d values, and there are %d columns", len(row), len(r.columns))
			}
			seen[fmt.Sprint(row[column].value)] = true
		}
		levels[i] = slices.Sorted(maps.Keys(seen))
		for _, ref := range r.reference {
			if at := slices.Index(levels[i], ref.value); at > 0 {
				levels[i] = slices.Insert(slices.Delete(levels[i], at, at+1), 0, ref.value)
			}
		}
	}
	got := Contacts{}
	for _, row := range r.rows {
		k, ok := row[times].value.(int64)
		if !ok || k < 1 {
			return r.wrong(row[times].at, "how often somebody came is a whole number from 1")
		}
		n := int64(1)
		if people >= 0 {
			if n, ok = row[people].value.(int64); !ok {
				return r.wrong(row[people].at, "a count of people is a whole number")
			}
		}
		x := []float64{1}
		for i, column := range known {
			for _, level := range levels[i][1:] {
				v := 0.0
				if fmt.Sprint(row[column].value) == level {
					v = 1
				}
				x = append(x, v)
			}
		}
		in.Regression = append(in.Regression, Seen{float64(k), float64(n), x})
		got[int(k)] += float64(n)
	}
	maps.DeleteFunc(got, func(_ int, n float64) bool { return n == 0 })
	want := maps.Clone(in.Contacts)
	maps.DeleteFunc(want, func(_ int, n float64) bool { return n == 0 })
	if !maps.Equal(got, want) {
		return r.wrong(r.seen["rows"], "the rows count other people than \"frequencies\"")
	}
	return nil
}
