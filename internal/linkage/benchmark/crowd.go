package benchmark

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/withheld"
)

// Crowd puts so many invented people into an index, among whom somebody is to be found:
// names of two or three parts made of syllables, of which more are different than in any
// country, half of them with a father's name, a third of births a year alone.
func Crowd(x *linkage.Index, n int, each func(done int)) {
	d := &draw{seed + 1}
	for i := range n {
		x.Put(id.File(fmt.Sprint("crowd", i)), identity(d.stranger()))
		if each != nil {
			each(i + 1)
		}
	}
}

var (
	firstSyllables = strings.Fields("ал ай бег бол гул дил ди ер жан за кам лай мад нур рах сай та тем шер уми хал ми луи рус бах дос неж тил кол вер фар қа мұ сә ту ор")
	lastSyllables  = strings.Fields("ан беки дар жат зод ия кен лан мат нар пар рим са тай хон шид бол ган рос тим ура фат чик юн ста лия гиз вид жас қын ғул лық")
)

func (d *draw) stranger() Record {
	word := func() string {
		s := pick(d, firstSyllables) + pick(d, lastSyllables)
		if d.chance(33) {
			s += pick(d, lastSyllables)
		}
		return s
	}
	r := Record{Script: "Cyrl", Name: word() + " " + word() + pick(d, []string{"ов", "ова", "ева", "зода", ""})}
	if d.chance(50) {
		r.Name += " " + word() + pick(d, []string{"ович", "овна", "ұлы", "қызы"})
	}
	r.Born = fmt.Sprint(1950 + d.below(65))
	if !d.chance(33) {
		r.Born = fmt.Sprintf("%s-%02d-%02d", r.Born, 1+d.below(12), 1+d.below(28))
	}
	return r
}

func identity(r Record) linkage.Identity {
	i := linkage.Identity{Names: []withheld.Text{withheld.New(r.Name)}}
	i.Born, _ = linkage.ParseBorn(withheld.New(r.Born), false)
	return i
}

// Found is how searching among many went.
type Found struct {
	Asked, First, Among int // who was asked for; found first; found among the first so many
	Times               []time.Duration
}

// SearchAmong puts the first record of each pair that is one person into the index and asks
// for the second, of the same as another paper or ear has it: with the birth, or by the
// name alone.
func SearchAmong(x *linkage.Index, pairs []Pair, births bool, among int, now func() time.Time) (out Found) {
	for _, p := range pairs {
		if p.Same {
			x.Put(id.File(p.ID), identity(p.A))
		}
	}
	for _, p := range pairs {
		if !p.Same {
			continue
		}
		asked := p.B
		if !births {
			asked.Born = ""
		}
		begun := now()
		found := x.Find(linkage.Query{Identity: identity(asked), In: linkage.Everywhere}, among)
		out.Times = append(out.Times, now().Sub(begun))
		at := slices.IndexFunc(found, func(c linkage.Candidate) bool { return c.File == id.File(p.ID) })
		out.Asked++
		if at == 0 {
			out.First++
		}
		if at >= 0 {
			out.Among++
		}
	}
	slices.Sort(out.Times)
	return out
}
