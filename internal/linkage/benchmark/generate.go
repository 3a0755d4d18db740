package benchmark

import (
	"fmt"
	"strings"
)

type generator struct {
	*draw
	language string
	people   people
	held     bool
}

// somebody is the truth behind a record.
type somebody struct {
	sex                   string
	given, father, family entry
	year, month, day      int
}

// list is the part of a list that the open or the held pairs draw from: every
// third name occurs in the held ones only.
func (g *generator) list(kind string) (out []entry) {
	for i, e := range g.people[kind] {
		if (i%3 == 2) == g.held {
			out = append(out, e)
		}
	}
	return out
}

func (g *generator) somebody() somebody {
	s := somebody{sex: pick(g.draw, []string{"female", "male"}), father: pick(g.draw, g.list("male")), family: pick(g.draw, g.list("family"))}
	s.given = pick(g.draw, g.list(s.sex))
	for s.given.native == s.father.native {
		s.father = pick(g.draw, g.list("male"))
	}
	s.year, s.month, s.day = 1950+g.below(65), 1+g.below(12), 1+g.below(28)
	return s
}

func (g *generator) pair(same bool, kind string) Pair {
	one := g.somebody()
	other := one
	if !same {
		other = g.other(one, kind)
	} else {
		kind = "one person"
	}
	return Pair{Same: same, Kind: kind, Sex: one.sex, A: g.record(one), B: g.record(other)}
}

// other is somebody else who is easily taken for one.
func (g *generator) other(one somebody, kind string) somebody {
	o := g.somebody()
	switch kind {
	case "sibling":
		o.father, o.family = one.father, one.family
		for o.given.native == one.given.native || o.given.native == o.father.native {
			o.given = pick(g.draw, g.list(o.sex))
		}
	case "parent": // her father's brother's daughter is not meant: this is the father, or his child
		o.sex, o.given, o.family = "male", one.father, one.family
		for o.father.native == o.given.native {
			o.father = pick(g.draw, g.list("male"))
		}
	case "family": // one family, nothing else
		o.family = one.family
		o.given = g.unlike(o.sex, one.given)
		o.father = g.unlike("male", one.father)
	case "given": // one given name
		o.sex, o.given = one.sex, one.given
		o.family = g.unlike("family", one.family)
	case "near": // names that look most alike
		o.sex = one.sex
		o.given = g.nearest(o.sex, one.given)
		o.family = g.nearest("family", one.family)
	case "namesake":
		o.sex, o.given, o.father, o.family = one.sex, one.given, one.father, one.family
		if o.year == one.year {
			o.year -= 3
		}
	}
	return o
}

func (g *generator) unlike(kind string, than entry) entry {
	e := pick(g.draw, g.list(kind))
	for e.native == than.native {
		e = pick(g.draw, g.list(kind))
	}
	return e
}

// nearest is another of the list that differs in the fewest letters; of equals, by
// chance.
func (g *generator) nearest(kind string, than entry) entry {
	best, found := 99, []entry(nil)
	for _, e := range g.list(kind) {
		d := distance([]rune(e.native), []rune(than.native))
		switch {
		case d == 0:
		case d < best:
			best, found = d, []entry{e}
		case d == best:
			found = append(found, e)
		}
	}
	return pick(g.draw, found)
}

func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0]++
		for j := range b {
			cost := last
			if a[i] != b[j] {
				cost = 1 + min(last, row[j], row[j+1])
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// record writes somebody down as one paper or ear does.
func (g *generator) record(s somebody) Record {
	p := pick(g.draw, papers[g.language])
	parts := p.write(g, s)
	r := Record{Document: p.name, Script: p.script}
	if p.ear {
		parts = g.misheard(parts)
	} else if g.chance(20) {
		parts = g.mistyped(parts, p.script)
	}
	if g.chance(3) {
		parts = append([]string{pick(g.draw, titles[p.script])}, parts...)
	}
	r.Name = strings.Join(parts, " ")
	if p.capitals {
		r.Name = strings.ToUpper(r.Name)
	}
	r.Born = g.born(s)
	return r
}

// titles stand before names where a form has no field for them.
var titles = map[string][]string{
	"Cyrl": {"г-н", "гр.", "д-р", "хаджи"},
	"Latn": {"Mr", "Mrs", "Dr.", "Haji"},
	"Arab": {"حاجی", "سید"},
}

// born is a birth as papers have it: exact, a year alone, 1 January for a year
// that is guessed, day and month exchanged, a digit mistaken, or none.
func (g *generator) born(s somebody) string {
	switch n := g.below(100); {
	case n < 70:
		return fmt.Sprintf("%04d-%02d-%02d", s.year, s.month, s.day)
	case n < 80:
		return fmt.Sprintf("%04d", s.year)
	case n < 88:
		return fmt.Sprintf("%04d-01-01", s.year)
	case n < 91 && s.day <= 12:
		return fmt.Sprintf("%04d-%02d-%02d", s.year, s.day, s.month)
	case n < 95:
		return fmt.Sprintf("%04d-%02d-%02d", s.year, s.month, 1+(s.day+9)%28)
	}
	return ""
}
