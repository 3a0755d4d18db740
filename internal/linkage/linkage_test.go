package linkage_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/withheld"
)

var key = [32]byte{7}

func named(names ...string) (i linkage.Identity) {
	for _, n := range names {
		i.Names = append(i.Names, withheld.New(n))
	}
	return i
}

func born(t testing.TB, s string) linkage.Born {
	t.Helper()
	b, ok := linkage.ParseBorn(withheld.New(s), false)
	if !ok {
		t.Fatalf("%q is no date", s)
	}
	return b
}

// score compares two identities through an index of one.
func score(a, b linkage.Identity) (float64, []linkage.Reason) {
	x := linkage.NewIndexWith(shared)
	x.Put("f", a)
	if c := x.Find(linkage.Query{Identity: b, In: linkage.Everywhere}, 1); len(c) > 0 {
		return c[0].Score, c[0].Why
	}
	return 0, nil
}

type pair struct {
	same     bool
	one, two string
	why      string
}

func pairs(t testing.TB) (all []pair) {
	t.Helper()
	text, err := os.ReadFile("testdata/pairs.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if strings.HasPrefix(line, "#") || len(f) != 4 {
			continue
		}
		all = append(all, pair{f[0] == "same", f[1], f[2], f[3]})
	}
	return all
}

// TestPairs: with a birth date that agrees, one person's two spellings are
// found, and two persons are not taken for Likely one.
func TestPairs(t *testing.T) {
	t.Parallel()
	birth := born(t, "1999-03-14")
	for _, p := range pairs(t) {
		one, two := named(p.one), named(p.two)
		one.Born, two.Born = birth, birth
		there, _ := score(one, two)
		back, _ := score(two, one)
		if there != back {
			t.Errorf("%s: the score depends on who is asked for: %.3f and %.3f", p.why, there, back)
		}
		if p.same && there < linkage.Possible {
			t.Errorf("%s / %s (%s): not found", p.one, p.two, p.why)
		}
		if !p.same && there >= linkage.Likely {
			t.Errorf("%s / %s (%s): %.3f, said to be likely one person", p.one, p.two, p.why, there)
		}
	}
}

// TestPrecisionAndRecall prints how well the thresholds part the pairs by name
// alone, and holds the floor reached so far.
func TestPrecisionAndRecall(t *testing.T) {
	t.Parallel()
	var found, missed, wrong int
	for _, p := range pairs(t) {
		s, _ := score(named(p.one), named(p.two))
		switch hit := s >= linkage.Possible; {
		case hit && p.same:
			found++
		case p.same:
			missed++
			t.Logf("missed: %s / %s (%s)", p.one, p.two, p.why)
		case hit:
			wrong++
			t.Logf("wrong:  %s / %s (%s) %.3f", p.one, p.two, p.why, s)
		}
	}
	precision, recall := float64(found)/float64(found+wrong), float64(found)/float64(found+missed)
	t.Logf("by name alone: precision %.3f, recall %.3f of %d pairs", precision, recall, len(pairs(t)))
	if precision < 0.85 || recall < 0.9 {
		t.Errorf("precision %.3f, recall %.3f", precision, recall)
	}
}

func TestOtherFacts(t *testing.T) {
	t.Parallel()
	her := named("Алия Каримова")
	her.Born, her.Sex = born(t, "2011-05-03"), "female"
	her.Citizenship = withheld.New("UZ")
	her.Documents = []withheld.Text{withheld.New("AB 1234567")}
	for _, row := range []struct {
		why    string
		change func(*linkage.Identity)
		low    float64
		high   float64
		reason linkage.Reason
	}{
		{"the same in all", func(*linkage.Identity) {}, 1, 1, linkage.SameBirth},
		{"only the year is known", func(i *linkage.Identity) { i.Born = born(t, "2011") }, linkage.Likely, 1, linkage.BirthFits},
		{"only the month is known", func(i *linkage.Identity) { i.Born = born(t, "05.2011") }, linkage.Likely, 1, linkage.BirthFits},
		{"about fifteen", func(i *linkage.Identity) { i.Born = linkage.BornAbout(2011, 1) }, linkage.Likely, 1, linkage.BirthFits},
		{"birth not known", func(i *linkage.Identity) { i.Born = linkage.Born{} }, linkage.Likely, 1, linkage.SameName},
		{"day and month exchanged", func(i *linkage.Identity) { i.Born = born(t, "2011-03-05") }, linkage.Likely, 1, linkage.BirthSwapped},
		{"said to be older, as children are told to", func(i *linkage.Identity) { i.Born = born(t, "2008-01-01") }, linkage.Possible, 1, linkage.OtherBirth},
		{"a namesake of another generation", func(i *linkage.Identity) { i.Born = born(t, "1960-01-01") }, linkage.Possible, linkage.Likely, linkage.OtherBirth},
		{"sex written down wrongly", func(i *linkage.Identity) { i.Sex = "male" }, linkage.Possible, 1, linkage.OtherSex},
		{"another citizenship", func(i *linkage.Identity) { i.Citizenship = withheld.New("KG") }, linkage.Likely, 1, linkage.OtherCitizen},
		{"one name only", func(i *linkage.Identity) { i.Names = named("Алия").Names }, linkage.Possible, linkage.Likely, linkage.OneNameOnly},
	} {
		q := her
		q.Documents = nil
		row.change(&q)
		got, why := score(her, q)
		if got < row.low || got > row.high || !slices.Contains(why, row.reason) {
			t.Errorf("%s: %.3f %v, want %.2f to %.2f and %s", row.why, got, why, row.low, row.high, row.reason)
		}
	}
}

func TestAnEqualDocumentIsAlwaysACandidate(t *testing.T) {
	t.Parallel()
	x := linkage.NewIndex(key)
	with := named("Зарина Умарова")
	with.Documents = []withheld.Text{withheld.New("АВ № 123-45-67")}
	with.Born, with.Sex = born(t, "1970"), "male"
	x.Put("paper", with)
	x.Put("namesake", named("Алия Каримова"))
	q := named("Алия Каримова")
	q.Documents = []withheld.Text{withheld.New("zz"), withheld.New("ab1234567")}
	q.Born, q.Sex = born(t, "2011"), "female"
	got := x.Find(linkage.Query{Identity: q, In: linkage.Everywhere}, 1)
	if len(got) != 1 || got[0].File != "paper" || got[0].Score < linkage.Likely || got[0].Why[0] != linkage.SameDocument {
		t.Errorf("got %+v", got)
	}
	if all := x.Find(linkage.Query{Identity: q, In: linkage.Everywhere}, 9); len(all) != 2 {
		t.Errorf("the namesake was pushed out: %+v", all)
	}
	if none := x.Find(linkage.Query{Identity: linkage.Identity{Documents: []withheld.Text{withheld.New(" № - ")}}, In: linkage.Everywhere}, 9); len(none) != 0 {
		t.Errorf("an empty document equals another: %+v", none)
	}
}

func TestWhatMayNotBeSeenPushesNothingOut(t *testing.T) {
	t.Parallel()
	x := linkage.NewIndex(key)
	for i := range 20 {
		x.Put(id.File(fmt.Sprint("hidden", i)), named("Алия Каримова"))
	}
	x.Put("mine", named("Алия Карымова"))
	got := x.Find(linkage.Query{Identity: named("Алия Каримова"), In: linkage.Among([]id.File{"mine"})}, 3)
	if len(got) != 1 || got[0].File != "mine" {
		t.Errorf("got %+v", got)
	}
}

func TestNothingFindsNothing(t *testing.T) {
	t.Parallel()
	x := linkage.NewIndex(key)
	x.Put("nameless", linkage.Identity{Born: born(t, "2000")})
	x.Put("symbols", named("...", "", "№ 5"))
	x.Put("f", named("Алия Каримова"))
	for _, q := range []linkage.Identity{{}, named(""), named("   "), named("!!"), named("\xff\xfe"), named("١٢٣")} {
		if got := x.Find(linkage.Query{Identity: q, In: linkage.Everywhere}, 5); len(got) != 0 {
			t.Errorf("found %+v", got)
		}
	}
	if got := x.Find(linkage.Query{Identity: named("Алия Каримова"), In: linkage.Everywhere}, 0); got != nil {
		t.Errorf("a limit of none found %+v", got)
	}
}

func TestAnotherKeySeesNothing(t *testing.T) {
	t.Parallel()
	a, b := linkage.NewIndex(key), linkage.NewIndex([32]byte{8})
	a.Put("f", named("Алия Каримова"))
	b.Put("f", named("Алия Каримова"))
	if a.FirstSketch() == b.FirstSketch() {
		t.Error("the key makes no difference")
	}
}

// TestPutAndRemove compares the index with the slow, obvious one: a map.
func TestPutAndRemove(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x := linkage.NewIndex(key)
		want := map[id.File][]string{}
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			f := id.File(rapid.SampledFrom([]string{"a", "b", "c", "d", "e"}).Draw(t, "file"))
			if rapid.Bool().Draw(t, "remove") {
				x.Remove(f)
				delete(want, f)
				continue
			}
			names := rapid.SliceOfN(rapid.SampledFrom(people), 0, 3).Draw(t, "names")
			x.Put(f, named(names...))
			want[f] = names
		}
		if x.Len() != len(want) {
			t.Fatalf("%d files, want %d", x.Len(), len(want))
		}
		for _, name := range people {
			got := map[id.File]bool{}
			for _, c := range x.Find(linkage.Query{Identity: named(name), In: linkage.Everywhere}, 99) {
				got[c.File] = c.Score == 1
			}
			for f, names := range want {
				if slices.Contains(names, name) != got[f] {
					t.Fatalf("file %s has %d names; found exactly: %v", f, len(names), got[f])
				}
			}
		}
	})
}

var people = []string{"Алия Рустамовна Каримова", "Шерзод Турсунов", "Ботагөз Қайратқызы", "محمد رحیمی", "Oksana Kovalskaya"}

func TestOrderOfPartsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(slices.DeleteFunc(slices.Clone(people), func(s string) bool { return strings.Contains(s, "م") })).Draw(t, "name")
		other := rapid.SampledFrom(people).Draw(t, "other")
		parts := rapid.Permutation(strings.Fields(name)).Draw(t, "order")
		want, _ := score(named(name), named(other))
		if got, _ := score(named(strings.Join(parts, " ")), named(other)); abs(got-want) > 1e-9 {
			t.Fatalf("%.4f in order, %.4f not", want, got)
		}
	})
}

// TestATypoIsMostlyForgiven: of one slip in a name of two or three parts, at
// least nineteen in twenty are still found.
func TestATypoIsMostlyForgiven(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	found, tries := 0, 2000
	if testing.Short() {
		tries = 200
	}
	for range tries {
		name := invent(r)
		if s, _ := score(named(name), named(slip(r, name))); s >= linkage.Possible {
			found++
		}
	}
	t.Logf("%d of %d found", found, tries)
	if found < tries*19/20 {
		t.Errorf("only %d of %d found", found, tries)
	}
}

func slip(r *rand.Rand, name string) string {
	s := []rune(name)
	i := r.IntN(len(s) - 1)
	switch r.IntN(3) {
	case 0:
		return string(slices.Delete(s, i, i+1))
	case 1:
		s[i], s[i+1] = s[i+1], s[i]
		return string(s)
	}
	s[i] = []rune("аеиоукнртл")[r.IntN(10)]
	return string(s)
}

func abs(f float64) float64 { return max(f, -f) }

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	x := linkage.NewIndex(key)
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for i := range 200 {
				f := id.File(fmt.Sprint(n, i%20))
				switch i % 3 {
				case 0, 1:
					x.Put(f, named(people[i%len(people)]))
				default:
					x.Remove(f)
				}
				x.Find(linkage.Query{Identity: named(people[n]), In: linkage.Everywhere}, 3)
				x.Advance(uint64(i))
			}
		})
	}
	wg.Wait()
	if x.Seen() != 199 {
		t.Errorf("seen %d", x.Seen())
	}
}

func TestParseBorn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text  string
		about bool
		ok    bool
		want  linkage.Born
	}{
		{"", false, true, linkage.Born{}},
		{"2011-05-01", false, true, linkage.BornBetween(day(2011, 5, 1), day(2011, 5, 1))},
		{"01.05.2011", false, true, linkage.BornBetween(day(2011, 5, 1), day(2011, 5, 1))},
		{"2011-02", false, true, linkage.BornBetween(day(2011, 2, 1), day(2011, 2, 28))},
		{"2012", false, true, linkage.BornBetween(day(2012, 1, 1), day(2012, 12, 31))},
		{"2012", true, true, linkage.BornAbout(2012, 1)},
		{" 2012 ", false, true, linkage.BornAbout(2012, 0)},
		{"2011-02-30", false, false, linkage.Born{}},
		{"31.04.2011", false, false, linkage.Born{}},
		{"about 15", false, false, linkage.Born{}},
		{"11", false, false, linkage.Born{}},
	} {
		got, ok := linkage.ParseBorn(withheld.New(row.text), row.about)
		if ok != row.ok || got != row.want {
			t.Errorf("%q: %v, %v", row.text, got, ok)
		}
	}
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// FuzzName: no text makes the index fall over, and a name always finds itself.
func FuzzName(f *testing.F) {
	for _, p := range people {
		f.Add(p, p)
	}
	f.Add("ʼ ʼ", "\u0301\u0301")
	f.Fuzz(func(t *testing.T, a, b string) {
		x := linkage.NewIndexWith(shared)
		x.Put("a", named(a))
		for _, c := range x.Find(linkage.Query{Identity: named(b), In: linkage.Everywhere}, 5) {
			if c.Score < linkage.Possible || c.Score > 1 {
				t.Errorf("score %v", c.Score)
			}
		}
		if x.Sketches() > 0 && len(x.Find(linkage.Query{Identity: named(a), In: linkage.Everywhere}, 1)) == 0 {
			t.Error("a name does not find itself")
		}
	})
}

var shared = linkage.NewIndex(key)

// invent makes a name of two or three parts from stems of syllables.
func invent(r *rand.Rand) string {
	first := strings.Fields("ал ай бег бол гул дил ди ер жан за кам лай мад нур рах сай та тем шер уми хал ми луи рус бах дос неж рус тил кол вер фар")
	last := strings.Fields("ан беки дар жат зод ия кен лан мат нар пар рим са тай хон шид бол ган дия рос тим ура фат чик юн ста лия гиз вид жас қын ғул")
	word := func() string {
		s := first[r.IntN(len(first))] + last[r.IntN(len(last))]
		if r.IntN(3) == 0 {
			s += last[r.IntN(len(last))]
		}
		return s
	}
	name := word() + " " + word() + []string{"ов", "ова", "ева", "зода", ""}[r.IntN(5)]
	if r.IntN(2) == 0 {
		name += " " + word() + []string{"ович", "овна", "ұлы", "қызы"}[r.IntN(4)]
	}
	return name
}

func BenchmarkFind(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		r := rand.New(rand.NewPCG(3, 4))
		x := linkage.NewIndex(key)
		queries := make([]linkage.Query, 64)
		for i := range n {
			p := named(invent(r))
			p.Born = linkage.BornAbout(1960+r.IntN(60), 0)
			x.Put(id.File(fmt.Sprint(i)), p)
			if i < len(queries) {
				queries[i].Identity = p
			}
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				x.Find(queries[i%len(queries)], 10)
				i++
			}
		})
	}
}

func BenchmarkPut(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	x := linkage.NewIndex(key)
	for b.Loop() {
		x.Put("f", named(invent(r)))
	}
}
