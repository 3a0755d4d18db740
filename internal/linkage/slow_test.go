package linkage

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/id"
	"pana/internal/linkage/names"
	"pana/internal/withheld"
)

// slow is the obvious index: every name is compared with every other, one by
// one, and nothing is turned on its side or packed.
type slow struct {
	coder *coder
	files map[id.File]Identity
}

func (s *slow) find(q Identity) []Candidate {
	one := newIndex(s.coder)
	var out []Candidate
	sameDay := map[string]bool{} // names of who was born on that day
	for _, i := range s.files {
		if q.Born.exact() && i.Born == q.Born {
			for _, name := range one.encode(i).names {
				sameDay[textOf(name)] = true
			}
		}
	}
	for file, i := range s.files {
		if c, ok := s.compare(one, q, file, i, sameDay); ok {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Candidate) int {
		paper := func(c Candidate) int {
			if slices.Contains(c.Why, SameDocument) {
				return 0
			}
			return 1
		}
		return cmp.Or(paper(a)-paper(b), cmp.Compare(b.Score, a.Score), cmp.Compare(a.File, b.File))
	})
	return out
}

func textOf(name nameVector) string {
	var b []byte
	for i := range name.parts {
		b = append(name.parts[i].AppendText(b), 0)
	}
	return string(b)
}

func (s *slow) compare(x *Index, q Identity, file id.File, i Identity, sameDay map[string]bool) (Candidate, bool) {
	asked, there := x.encode(q), x.encode(i)
	var best nameScore
	for _, mine := range asked.names {
		for _, its := range there.names {
			a, b := mine.sketch.count(), its.sketch.count()
			if !sameDay[textOf(its)] && (mine.sketch.common(&its.sketch)*256 < min(a, b)*enough || nearby(mine.vectors, its.vectors) < nearEnough) {
				continue
			}
			if n := scoreOf(names.Compare(mine.parts, its.parts), len(mine.parts), len(its.parts)); n.compare(best) > 0 && n.score+sameBirth+sameCitizen >= Possible {
				best = n
			}
		}
	}
	paper := slices.ContainsFunc(asked.papers, func(c code) bool { return slices.Contains(there.papers, c) })
	if best.score == 0 && !paper {
		return Candidate{}, false
	}
	if asked.hasOne {
		asked.citizen = 1
	}
	p := person{file: file, born: there.born, sex: there.sex}
	if there.hasOne {
		p.citizen = 2
		if asked.nation == there.nation {
			p.citizen = 1
		}
	}
	score := judge(&asked, &p, best, paper, nil)
	return Candidate{file, score, reasons(&asked, &p, best, paper)}, score >= Possible
}

// drawn is an invented identity of few syllables, so that many are alike.
func drawn(r *rand.Rand) (i Identity) {
	syllables := strings.Fields("ал ай бег бол гул дил ер жан за кам лай мад нур рах сай та шер уми хал ми")
	word := func() string {
		out := ""
		for range 2 + r.IntN(2) {
			out += syllables[r.IntN(len(syllables))]
		}
		return out
	}
	for range r.IntN(3) {
		name := word()
		for range r.IntN(3) {
			name += " " + word() + []string{"", "ов", "овна", "қызы", " محمد"}[r.IntN(5)]
		}
		i.Names = append(i.Names, withheld.New(name))
	}
	if len(i.Names) > 0 && r.IntN(3) == 0 { // the same name as another paper has it
		i.Names = append(i.Names, withheld.New(i.Names[0].Reveal()+" "+word()))
	}
	if r.IntN(3) > 0 {
		i.Born = BornAbout(1990+r.IntN(20), r.IntN(2))
	}
	i.Sex = []string{"", "female", "male", "unknown"}[r.IntN(4)]
	i.Citizenship = withheld.New([]string{"", "UZB", "KGZ", "TJK"}[r.IntN(4)])
	if r.IntN(4) == 0 {
		i.Documents = append(i.Documents, withheld.New(fmt.Sprint("N", r.IntN(40))))
	}
	return i
}

// TestTheScanAnswersAsTheSlowOne: after any putting, replacing and removing, the
// same files with the same scores for the same reasons in the same order.
func TestTheScanAnswersAsTheSlowOne(t *testing.T) {
	t.Parallel()
	shared := newCoder([32]byte{3})
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		x, s := newIndex(shared), &slow{shared, map[id.File]Identity{}}
		files := rapid.SampledFrom([]int{3, 60, 130, 700}).Draw(t, "files") // below a word, several words, two chunks
		for range files * 2 {
			file := id.File(fmt.Sprint("f", r.IntN(files)))
			if r.IntN(3) == 0 {
				x.Remove(file)
				delete(s.files, file)
				continue
			}
			i := drawn(r)
			if len(s.files) > 0 && r.IntN(3) == 0 { // many people have one name
				i.Names = s.files[slices.Min(slices.Collect(maps.Keys(s.files)))].Names
			}
			x.Put(file, i)
			s.files[file] = i
		}
		for range 5 {
			q := drawn(r)
			got, want := x.Find(Query{Identity: q, In: Everywhere}, files), s.find(q)
			same := func(a, b Candidate) bool { return a.File == b.File && a.Score == b.Score && slices.Equal(a.Why, b.Why) }
			if !slices.EqualFunc(got, want, same) {
				t.Fatalf("found %v, slowly %v", got, want)
			}
			for _, few := range []int{1, 2, 3, 6} {
				if best := x.Find(Query{Identity: q, In: Everywhere}, few); !slices.EqualFunc(best, want[:min(few, len(want))], same) {
					t.Fatalf("the best %d are %v, slowly %v", few, best, want)
				}
				for _, among := range [][]id.File{nil, {}, {"f3"}, {"f1", "f4"}, {"f0", "f2", "f4", "f6", "f8"}} {
					may := slices.DeleteFunc(slices.Clone(want), func(c Candidate) bool { return c.File == "f4" || !slices.Contains(among, c.File) })
					if best := x.Find(Query{Identity: q, In: Among(among), But: "f4"}, few); !slices.EqualFunc(best, may[:min(few, len(may))], same) {
						t.Fatalf("the best %d of %v are %v, slowly %v", few, among, best, may)
					}
				}
			}
			found += len(got)
		}
	})
	if found == 0 { // one draw may find nobody; a hundred draws may not
		t.Error("nothing was found: the test tests nothing")
	}
}
