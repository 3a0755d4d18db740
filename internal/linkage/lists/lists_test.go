package lists

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

func febrl(t testing.TB, name string) []Record {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := ParseColumns("id=rec_id,given=given_name,family=surname,birth=date_of_birth,place=suburb,document=soc_sec_id")
	if err != nil {
		t.Fatal(err)
	}
	list, err := Read(text, columns)
	if err != nil {
		t.Fatal(err)
	}
	return list.Records
}

// person is the number of FEBRL's record ids: rec-1070-org.
func person(r Record) string { return strings.Split(r.ID, "-")[1] }

// TestFebrl4: without a labelled pair, all but a few of 5,000 are found and nobody is
// taken for another.
func TestFebrl4(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("twenty-five million pairs; that two work at once, TestLeavingOutLosesNothing tries as well")
	}
	a, b := febrl(t, "febrl4a.csv"), febrl(t, "febrl4b.csv")
	answer, err := Link(t.Context(), a, b, Settings{Threshold: 0.5, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	hit := 0
	for _, p := range answer.Pairs {
		if person(a[p.A]) == person(b[p.B]) {
			hit++
		}
	}
	if wrong, missed := len(answer.Pairs)-hit, len(a)-hit; wrong > 2 || missed > 15 {
		t.Errorf("%d found, %d wrong, %d missed", hit, wrong, missed)
	}
	if answer.Compared > answer.All/10 {
		t.Errorf("%.0f of %.0f pairs were compared: nothing was left out", answer.Compared, answer.All)
	}
	for _, p := range answer.Pairs {
		if len(answer.Why(p)) < 5 {
			t.Fatalf("no reasons: %+v", answer.Why(p))
		}
	}
}

// TestLeavingOutLosesNothing: what the weights allow to leave out is in no answer, and
// each pair comes once.
func TestLeavingOutLosesNothing(t *testing.T) {
	t.Parallel()
	a, b := febrl(t, "febrl4a.csv"), febrl(t, "febrl4b.csv")
	slices.SortFunc(b, func(x, y Record) int { return cmp.Compare(person(x), person(y)) })
	slices.SortFunc(a, func(x, y Record) int { return cmp.Compare(person(x), person(y)) })
	a, b = a[:500], b[:500]
	r := rand.New(rand.NewPCG(1, 2))
	for i := range b { // more of what is rare: exchanged names, nothing known
		switch r.IntN(8) {
		case 0:
			b[i].Given, b[i].Family = b[i].Family, b[i].Given
		case 1:
			b[i].Birth = Birth{}
		case 2:
			b[i].Document = ""
		case 3:
			b[i].Given = ""
		}
	}
	for _, threshold := range []float64{0.01, 0.99} {
		for _, other := range [][]Record{b, nil} {
			first := a
			if other == nil {
				first = slices.Concat(a, b)
			}
			set := Settings{Threshold: threshold, Workers: 2, Many: true}
			few, err := Link(t.Context(), first, other, set)
			if err != nil {
				t.Fatal(err)
			}
			set.EveryPair = true
			all, err := Link(t.Context(), first, other, set)
			if err != nil {
				t.Fatal(err)
			}
			same := func(x, y Pair) bool { return x.A == y.A && x.B == y.B && x.bits == y.bits && x.pattern == y.pattern }
			if !slices.EqualFunc(few.Pairs, all.Pairs, same) || few.Reached != all.Reached {
				t.Errorf("threshold %v: %d pairs, of all pairs %d", threshold, len(few.Pairs), len(all.Pairs))
			}
			if few.Compared >= all.Compared || len(few.Pairs) < 300 {
				t.Errorf("threshold %v: %.0f compared of %.0f, %d found: the test tests nothing", threshold, few.Compared, all.Compared, len(few.Pairs))
			}
			rare := 0
			for _, p := range few.Pairs {
				sum := few.Model.prior()
				for _, r := range few.Why(p) {
					sum += r.Bits
				}
				if math.Abs(sum-p.bits) > 1e-6 {
					t.Fatalf("threshold %v: the reasons of records %d and %d come to %v bits, and the pair has %v: %+v", threshold, p.A, p.B, sum, p.bits, few.Why(p))
				}
				if few.Why(p)[0].Bits != few.Model.Bits(Given, p.pattern.level(Given)) {
					rare++
				}
			}
			if rare < 50 {
				t.Errorf("threshold %v: %d pairs had a rare given name", threshold, rare)
			}
			came := map[[2]int32]bool{}
			for _, p := range few.Pairs {
				if came[[2]int32{p.A, p.B}] {
					t.Errorf("threshold %v: records %d and %d come twice", threshold, p.A, p.B)
				}
				came[[2]int32{p.A, p.B}] = true
			}
			exchanged := slices.ContainsFunc(few.Pairs, func(p Pair) bool { return p.pattern.level(Given) == nameExchanged })
			if !exchanged {
				t.Errorf("threshold %v: nobody with exchanged names was found", threshold)
			}
		}
	}
}

// TestCountedAsOneByOne: the tables of a row say what comparing field by field says.
func TestCountedAsOneByOne(t *testing.T) {
	t.Parallel()
	a := append(febrl(t, "febrl4a.csv")[:150], febrl(t, "febrl4b.csv")[:150]...)
	for i := range a {
		a[i].Sex = []string{"", "female", "male"}[i%3]
	}
	l := &linking{Settings: Settings{Workers: 1, Progress: func(string, int, int) {}}, ctx: t.Context(), coder: newCoder()}
	l.a = l.coder.code(a)
	l.b = l.a
	if err := l.compareValues(); err != nil {
		t.Fatal(err)
	}
	r, kinds := l.newRow(), map[pattern]bool{}
	for i := range a {
		r.set(i)
		for j := range a {
			want := l.slowly(i, j)
			got := r.pattern(int32(j))
			for _, p := range r.papers {
				if int(p.b) == j {
					got = got.withPaper(p.level)
				}
			}
			if kinds[got] = true; got != want {
				t.Fatalf("records %d and %d: %v, one by one %v", i, j, got, want)
			}
		}
		r.clear()
	}
	if len(kinds) < 100 {
		t.Errorf("only %d patterns: the test tests little", len(kinds))
	}
}

func (l *linking) slowly(i, j int) pattern {
	c := l.a
	var level [fields]int
	of := func(f Field, x, y int32, compare func(a, b int) int) {
		if x != 0 && y != 0 {
			level[f] = compare(int(x), int(y))
		}
	}
	of(Given, c.given[i], c.given[j], l.coder.names.nameLevel)
	of(Family, c.family[i], c.family[j], l.coder.names.nameLevel)
	if level[Given] == differs && level[Family] == differs &&
		l.coder.names.nameLevel(int(c.given[i]), int(c.family[j])) >= nameClose && l.coder.names.nameLevel(int(c.family[i]), int(c.given[j])) >= nameClose {
		level[Given], level[Family] = nameExchanged, missing
	}
	births := l.coder.births.values
	of(Born, c.birth[i], c.birth[j], func(a, b int) int { return max(differs, bornLevel(births[a], births[b])) })
	of(Place, c.place[i], c.place[j], l.coder.places.placeLevel)
	of(Sex, int32(c.sex[i]), int32(c.sex[j]), func(a, b int) int {
		if a == b {
			return sexSame
		}
		return differs
	})
	of(Document, c.paper[i], c.paper[j], func(a, b int) int {
		x, y := l.coder.papers.values[a], l.coder.papers.values[b]
		switch {
		case x == y:
			return paperSame
		case min(len(x), len(y)) >= 5 && oneSlip(x, y):
			return paperSlip
		}
		return differs
	})
	return patternOf(level)
}

func TestBirths(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want int
	}{
		{"1990-05-03", "03.05.1990", bornIs}, {"19900503", "1990-05-03T00:00:00", bornIs}, {"1990-05-03", "1990-03-05", bornSwapped},
		{"1990-01-01", "1990-01-01", bornHeaped}, {"1990-01-01", "1990-07-12", bornFits}, {"1990", "1990-07-12", bornFits}, {"1990", "1990", bornFits},
		{"07.1990", "1990-07-12", bornFits}, {"1990-06", "1990-07-12", differs}, {"1990-07-12", "1990-07-21", bornNear}, {"1990-07-12", "1909-07-12", bornNear}, {"1990-07-12", "1982-07-12", differs},
		{"1990-07-12", "1991-07-12", bornNear}, {"1978-07-12", "1987-07-12", bornNear}, {"1990-07-12", "1991-07-13", differs}, {"1990-01-01", "1991-07-13", differs}, {"", "1991", missing},
	} {
		a, _ := ParseBirth(row.a)
		b, _ := ParseBirth(row.b)
		if got, back := bornLevel(a, b), bornLevel(b, a); got != row.want || back != got {
			t.Errorf("%s and %s: %d and %d, want %d", row.a, row.b, got, back, row.want)
		}
	}
	for _, bad := range []string{"x", "1.2.3", "199", "1990-05-03-07", "05-03", "199005", "1990-a-1"} {
		if b, ok := ParseBirth(bad); ok {
			t.Errorf("%q was read as %v", bad, b)
		}
	}
}

func TestOneSlip(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"1234567", "1234568", true}, {"1234567", "123456", true}, {"1234567", "2134567", true}, {"1234567", "1234576", true}, {"1234567", "01234567", true},
		{"1234567", "1234589", false}, {"1234567", "12345", false}, {"1234567", "1324576", false},
	} {
		if got := oneSlip(row.a, row.b); got != row.want || oneSlip(row.b, row.a) != got {
			t.Errorf("%s and %s: %t", row.a, row.b, got)
		}
	}
}

// TestGroups: everybody once, the surest first; a chain of namesakes is no person.
func TestGroups(t *testing.T) {
	t.Parallel()
	pair := func(a, b int32) Pair { return Pair{A: a, B: b} }
	got := oneToOne([]Pair{pair(0, 1), pair(0, 0), pair(1, 1), pair(1, 0), pair(2, 2)}, 3, 3)
	if !slices.Equal(got, []Pair{pair(0, 1), pair(1, 0), pair(2, 2)}) {
		t.Errorf("one to one: %v", got)
	}
	pairs, person := clusters([]Pair{pair(0, 1), pair(2, 3), pair(1, 2), pair(4, 5), pair(5, 6), pair(4, 6)}, 8)
	if !slices.Equal(person, []int{1, 1, 2, 2, 3, 3, 3, 4}) || len(pairs) != 5 {
		t.Errorf("people %v of %v", person, pairs)
	}
}

const inRussian = "номер;имя;фамилия;рождён;пол\r\n1;Алия;Каримова;03.05.1990;ж\r\n2;\"Ай;жан\";Умарова;1991;жен\r\n"

var russian, _ = ParseColumns("id=номер,given=имя,family=фамилия,birth=рождён,sex=пол")

func utf16le(s string) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func TestReadInEveryEncoding(t *testing.T) {
	t.Parallel()
	cyrillic, err := charmap.Windows1251.NewEncoder().Bytes([]byte(inRussian))
	if err != nil {
		t.Fatal(err)
	}
	big := utf16le("\ufeff" + inRussian)
	for i := 0; i < len(big); i += 2 {
		big[i], big[i+1] = big[i+1], big[i]
	}
	for _, row := range []struct {
		why  string
		file []byte
	}{
		{"UTF-8", []byte(inRussian)}, {"UTF-8 with its mark", []byte("\ufeff" + inRussian)}, {"UTF-16", utf16le("\ufeff" + inRussian)}, {"UTF-16, big end first", big},
		{"windows-1251", cyrillic}, {"tabs", []byte(strings.ReplaceAll(strings.ReplaceAll(inRussian, ";", "\t"), "Ай\tжан", "Ай;жан"))},
		{"commas and an empty line", []byte(strings.ReplaceAll(strings.ReplaceAll(inRussian, ";", ", "), "Ай, жан", "Ай;жан") + "\n\n")},
	} {
		list, err := Read(row.file, russian)
		if err != nil {
			t.Errorf("%s: %v", row.why, err)
			continue
		}
		want := []Record{
			{ID: "1", Given: "Алия", Family: "Каримова", Birth: Birth{1990, 5, 3}, Sex: "female", Line: 2},
			{ID: "2", Given: "Ай;жан", Family: "Умарова", Birth: Birth{1991, 0, 0}, Sex: "female", Line: 3},
		}
		if !slices.Equal(list.Records, want) {
			t.Errorf("%s: %+v", row.why, list.Records)
		}
	}
}

func TestRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	columns, _ := ParseColumns("id=id,given=name,birth=born")
	for _, row := range []struct {
		why, file    string
		line, column int
		what         string
	}{
		{"an id twice", "id,name,born\na,x,\nb,y,\na,z,\n", 4, 1, "stands on line 2"},
		{"no id", "id,name,born\n ,x,\n", 2, 1, "the id is empty"},
		{"a column more", "id,name,born\n1,x,,7\n", 2, 6, "4 columns, and the first line has 3"},
		{"a column less", "id,name,born\n1,Алия\n", 2, 3, "2 columns"},
		{"a quote in a name", "id,name,born\n1,Али\"я,\n", 2, 6, "a quote inside"},
		{"never closed", "id,name,born\n1,\"Алия\n2,x,\n", 2, 3, "never closed"},
		{"behind quotes", "id,name,born\n1,\"Ал\"ия,\n", 2, 7, "between closing quotes"},
		{"nobody", "id,name,born\n", 2, 1, "the list is empty"},
		{"nothing", " \n", 1, 1, "the file is empty"},
		{"no such column", "id,name\n1,x\n", 1, 1, `no column is called "born"`},
		{"no text", "id,name,born\n1,x\x00,\n", 2, 4, "zero byte"},
		{"a Kazakh code page", "id,name,born\n1,\xbc\xeb\xe8,\n", 2, 3, "KZ-1048"},
		{"neither", "id,name,born\n1,\xc0\x98,\n", 2, 4, "neither UTF-8"},
		{"half a character", string(utf16le("\ufeffid\n")) + "\x00\xd8", 2, 1, "half a character"},
		{"cut off", "\xff\xfei\x00d", 1, 1, "odd number"},
		{"a mark that lies", "\xef\xbb\xbfid,name,born\n1,\xff,\n", 2, 3, "a mark says UTF-8"},
	} {
		_, err := Read([]byte(row.file), columns)
		var at *ReadError
		if !errors.As(err, &at) || at.Line != row.line || at.Column != row.column || !strings.Contains(at.What, row.what) {
			t.Errorf("%s: %v, want line %d, column %d: %s", row.why, err, row.line, row.column, row.what)
		}
		if err != nil && strings.Contains(err.Error(), "Ал") {
			t.Errorf("%s: a name stands in the error", row.why)
		}
	}
	list, err := Read([]byte("id,name,born\n1,x,long ago\n2,y,\n"), columns)
	if err != nil || len(list.Notes) != 1 || !strings.Contains(list.Notes[0], "1 births") || !strings.Contains(list.Notes[0], "line 2, column 5") {
		t.Errorf("a birth that is no date: %v %v", list, err)
	}
	for _, bad := range []string{"given=name", "id=id", "id=id,name=x", "id=id,given"} {
		if _, err := ParseColumns(bad); err == nil {
			t.Errorf("--map %s was read", bad)
		}
	}
}

// FuzzRead: whatever comes in, it is read or refused with a place in the file.
func FuzzRead(f *testing.F) {
	f.Add([]byte(inRussian))
	f.Add(utf16le("\ufeff" + inRussian))
	f.Add([]byte("номер,имя,фамилия,рождён,пол\n1,\"a\"\"\n\",,,\n"))
	f.Add([]byte("\xff\xfe\x00\xd8"))
	f.Fuzz(func(t *testing.T, file []byte) {
		list, err := Read(file, russian)
		var at *ReadError
		switch {
		case err == nil && len(list.Records) == 0:
			t.Error("read, and nobody is in it")
		case err != nil && (!errors.As(err, &at) || at.Line < 1 || at.Column < 1):
			t.Errorf("refused without a place: %v", err)
		}
	})
}

// TestTinyLists: few records link without a number that is none.
func TestTinyLists(t *testing.T) {
	t.Parallel()
	one := []Record{{ID: "1", Given: "Алия", Family: "Каримова", Birth: Birth{1990, 5, 3}, Document: "N1234567"}}
	same := []Record{{ID: "a", Given: "Aliya", Family: "Karimova", Birth: Birth{1990, 5, 3}, Document: "N1234567"}, {ID: "b", Given: "Зарина", Family: "Умарова", Birth: Birth{1971, 2, 7}}}
	for _, row := range []struct {
		a, b []Record
		want int
	}{{one, same, 1}, {one, same[1:], 0}, {one, nil, 0}, {same, nil, 0}} {
		answer, err := Link(t.Context(), row.a, row.b, Settings{Threshold: 0.9, Workers: 2})
		if err != nil || len(answer.Pairs) != row.want {
			t.Errorf("%d and %d records: %d pairs, want %d (%v)", len(row.a), len(row.b), len(answer.Pairs), row.want, err)
		}
	}
}
