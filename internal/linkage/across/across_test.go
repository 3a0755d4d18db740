package across

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pana/internal/linkage/benchmark"
	"pana/internal/linkage/clk"
	"pana/internal/linkage/kernel"
	"pana/internal/linkage/lists"
)

// chance is the same in every run.
func chance(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func agreed() Agreement {
	return Agreement{Project: "a trial", Lists: []string{"Police", "Shelters", "Hotline"}, Invented: true, Salt: clk.BirthSalt, Alike: 65, Decoys: 25, Least: 1}
}

func project(t testing.TB, a Agreement) *Project {
	t.Helper()
	p, err := NewProject(a, chance(1))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// agencies are three small lists, with who is behind each record.
func agencies(sizes [3]int) (out [][]lists.Record, persons []map[string]int) {
	for _, a := range benchmark.Agencies(sizes) {
		var records []lists.Record
		who := map[string]int{}
		for n, r := range a.Records {
			b, _ := lists.ParseBirth(r.Born)
			id := fmt.Sprint(n)
			records, who[id] = append(records, lists.Record{ID: id, Family: r.Name, Birth: b, Sex: r.Sex}), r.Person
		}
		out, persons = append(out, records), append(persons, who)
	}
	return out, persons
}

func encodedAll(t testing.TB, p *Project, records [][]lists.Record) (files []*Encoded, decoys []*DecoyList) {
	t.Helper()
	for i := range p.Lists {
		e, d, err := p.Encode(i, records[i], chance(byte(10+i)))
		if err != nil {
			t.Fatal(err)
		}
		read, err := ReadEncoded(e.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		told, err := ReadDecoys([]byte(d.Text()))
		if err != nil {
			t.Fatal(err)
		}
		files, decoys = append(files, read), append(decoys, told)
	}
	return files, decoys
}

// counted is a whole run, with every file written and read.
func counted(t testing.TB, p *Project, records [][]lists.Record) (*Table, error) {
	t.Helper()
	files, decoys := encodedAll(t, p, records)
	made, err := Match(context.Background(), files, 2, Journal{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	g, err := ReadGroups([]byte(made.Text()))
	if err != nil {
		t.Fatal(err)
	}
	return Count(g, decoys)
}

func truth(persons []map[string]int) map[string]int {
	on := map[int][]byte{}
	for list, of := range persons {
		for _, person := range of {
			if on[person] == nil {
				on[person] = []byte("000")
			}
			on[person][list] = '1'
		}
	}
	cells := map[string]int{}
	for _, code := range on {
		cells[string(code)]++
	}
	return cells
}

// In three scripts, with decoys: the year of birth as salt misses few, the whole date
// those for whom it differs; decoys change nothing that is counted.
func TestTheTableIsNearTheTruth(t *testing.T) {
	t.Parallel()
	records, persons := agencies([3]int{1600, 1000, 480})
	want := truth(persons)
	for _, c := range []struct {
		salt   clk.Salt
		decoys int
		off    float64
	}{{clk.YearSalt, 25, 0.06}, {clk.YearSalt, 0, 0.06}, {clk.BirthSalt, 25, 0.20}, {clk.NoSalt, 0, 0.05}} {
		a := agreed()
		a.Salt, a.Decoys = c.salt, c.decoys
		table, err := counted(t, project(t, a), records)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"110", "101", "011", "111"} {
			if off := float64(table.Cells[code])/float64(want[code]) - 1; off > c.off || off < -c.off-0.05 {
				t.Errorf("salt %s, %d decoys: %d on exactly %s, in truth %d", c.salt, c.decoys, table.Cells[code], code, want[code])
			}
		}
		people := 0
		for code, n := range table.Cells {
			people += n * strings.Count(code, "1")
		}
		if people != 1600+1000+480 {
			t.Errorf("salt %s, %d decoys: %d records are counted, and the lists have 3080", c.salt, c.decoys, people)
		}
		if len(table.Tables) != 3 || table.Tables[0].Threshold != 0.75 || table.Tables[2].Threshold != 0.60 {
			t.Errorf("other bounds: %+v", table.Tables)
		}
	}
}

func few(t *testing.T) [][]lists.Record {
	records, _ := agencies([3]int{60, 50, 40})
	return records
}

func TestAnotherKeyIsFoundBeforeAnythingIsCompared(t *testing.T) {
	t.Parallel()
	records := few(t)
	one := project(t, agreed())
	other, err := NewProject(agreed(), chance(2))
	if err != nil {
		t.Fatal(err)
	}
	looser := agreed()
	looser.Alike = 60
	for why, p := range map[string]*Project{"two keys": other, "another key file": project(t, looser)} {
		mine, _ := encodedAll(t, one, records)
		theirs, decoys := encodedAll(t, p, records)
		_, err := Match(context.Background(), []*Encoded{mine[0], theirs[1], mine[2]}, 1, Journal{}, func(string, int, int) { t.Error("something was compared") })
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
		g, err := Match(context.Background(), mine, 1, Journal{}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Count(g, decoys); err == nil {
			t.Errorf("%s: decoys of another project were taken", why)
		}
	}
	// A key file of which the key was changed, or the agreement.
	text := one.Text()
	for _, changed := range []string{strings.Replace(text, "alike: 65", "alike: 60", 1), strings.Replace(text, "key: ", "key: A", 1), text[:len(text)-1], "", text + "x"} {
		if _, err := ReadProject([]byte(changed)); err == nil {
			t.Error("a key file that was changed is read")
		}
	}
	if p, err := ReadProject([]byte(text)); err != nil || p.Key != one.Key || p.Mark != one.Mark {
		t.Errorf("its own key file is refused: %v", err)
	}
}

func TestFilesThatDoNotFit(t *testing.T) {
	t.Parallel()
	p := project(t, agreed())
	files, decoys := encodedAll(t, p, few(t))
	match := func(files ...*Encoded) error {
		_, err := Match(context.Background(), files, 1, Journal{}, nil)
		return err
	}
	for why, err := range map[string]error{
		"no file of encodings":          match(),
		"no file of the list Hotline":   match(files[0], files[1]),
		"two files are of the list Pol": match(files[0], files[1], files[2], files[0]),
	} {
		if err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
	}
	g, err := Match(context.Background(), []*Encoded{files[2], files[0], files[1]}, 1, Journal{}, nil) // in any order
	if err != nil {
		t.Fatal(err)
	}
	again, other := encodedAll(t, p, few(t)[:3])
	_ = again
	other[0].Of = strings.Repeat("ab", 32)
	fewer := *decoys[1]
	fewer.Records--
	for why, of := range map[string][]*DecoyList{
		"the decoys of Hotline are missing":         decoys[:2],
		"two files have the decoys of Police":       {decoys[0], decoys[1], decoys[2], decoys[0]},
		"the decoys of Police are of another file":  {other[0], decoys[1], decoys[2]},
		"decoys and people of Shelters are not as ": {decoys[0], &fewer, decoys[2]},
	} {
		if _, err := Count(g, of); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", why, err)
		}
	}
	file := files[0].Bytes()
	file[len(file)/2] ^= 1
	if _, err := ReadEncoded(file); err == nil || !strings.Contains(err.Error(), "cut off or changed") {
		t.Errorf("a file that changed on its way: %v", err)
	}
}

// What is odd about lists is said, with what to do; a table with a cell that is too small
// is not given out.
func TestOddListsAreSaid(t *testing.T) {
	t.Parallel()
	all, _ := agencies([3]int{300, 50, 40})
	two := agreed()
	two.Lists = two.Lists[:2]
	for why, records := range map[string][][]lists.Record{
		"two lists cannot show":                          {all[0][:100], all[0][50:150]},
		"nobody is on both Police and Shelters":          {all[0][:100], all[0][100:200]},
		"everybody of Shelters is on Police too":         {all[0][:100], all[0][20:60]},
		"everybody of Police is on Shelters too: if the": {all[0][:30], all[0][:90]},
	} {
		table, err := counted(t, project(t, two), records)
		if err != nil {
			t.Fatal(err)
		}
		if said := strings.Join(table.About.Notes, "\n"); !strings.Contains(said, why) || !strings.Contains(said, "INVENTED") {
			t.Errorf("%s is not said: %s", why, said)
		}
	}
	two.Least = 5
	if _, err := counted(t, project(t, two), [][]lists.Record{all[0][:100], all[0][97:200]}); !errors.Is(err, ErrSmall) {
		t.Errorf("three people on two lists, and at least five were agreed: %v", err)
	}
	e, told, err := project(t, two).Encode(0, append(all[0][:50:50], all[0][:4]...), chance(5))
	if err != nil {
		t.Fatal(err)
	}
	if twice, err := e.Alone(context.Background(), told, 1); err != nil || twice != 4 {
		t.Errorf("four people are there twice, and %d pairs were found, %v", twice, err)
	}
}

// Nothing of a person is in what leaves a body or the linkage place: not a name, an id or
// a birth; and of the decoys nothing tells them from people but the body's own list.
func TestNothingOfAPersonIsInTheFiles(t *testing.T) {
	t.Parallel()
	p := project(t, agreed())
	records := few(t)
	for i := range records {
		for j := range records[i] {
			records[i][j].ID = fmt.Sprintf("PLANTED-%d", j)
			records[i][j].Family += " Небывалова"
		}
	}
	files, decoys := encodedAll(t, p, records)
	g, err := Match(context.Background(), files, 1, Journal{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	table, err := Count(g, decoys)
	if err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"encodings": files[0].Bytes(), "decoys": []byte(decoys[0].Text()), "groups": []byte(g.Text()), "table": written} {
		for _, planted := range []string{"PLANTED", "Небывалова", "nebyval", string(p.Key[:8])} {
			if bytes.Contains(text, []byte(planted)) {
				t.Errorf("%s have %q", name, planted)
			}
		}
	}
	if bytes.Contains(written, []byte(files[0].Tags[0].text())) || bytes.Contains([]byte(g.Text()), []byte("key:")) {
		t.Error("the table has a tag, or the groups a key")
	}
	if n := len(decoys[0].Decoys); n != 15 {
		t.Errorf("%d decoys of 60 people, agreed were 25 in a hundred", n)
	}
}

// A run that was interrupted goes on, with the same answer.
func TestMatchingGoesOn(t *testing.T) {
	t.Parallel()
	records, _ := agencies([3]int{1600, 200, 100})
	files, _ := encodedAll(t, project(t, agreed()), records)
	whole, err := Match(context.Background(), files, 2, Journal{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cut := errors.New("cut off")
	kept := map[int][][]kernel.Pair{}
	left := 3
	journal := Journal{
		Kept: func(step int) (int, []kernel.Pair) { return len(kept[step]), slices.Concat(kept[step]...) },
		Keep: func(step, unit int, pairs []kernel.Pair) error {
			if left--; left < 0 {
				return cut
			}
			kept[step] = append(kept[step], pairs)
			return nil
		},
	}
	if _, err := Match(context.Background(), files, 2, journal, nil); !errors.Is(err, cut) {
		t.Fatalf("cut off, and it said %v", err)
	}
	left = 1000
	on, err := Match(context.Background(), files, 2, journal, nil)
	if err != nil || on.Text() != whole.Text() {
		t.Errorf("gone on, it says something else (%v)", err)
	}
	if left != 1000-(2+2+1)+3 {
		t.Errorf("%d pieces were compared again that were kept", 1000-left)
	}
}

// FuzzRead: whatever a file holds, it is refused, or is what its reader writes.
func FuzzRead(f *testing.F) {
	a := agreed()
	a.Lists = a.Lists[:2]
	p, err := NewProject(a, chance(1))
	if err != nil {
		f.Fatal(err)
	}
	records, _ := agencies([3]int{10, 10, 10})
	files, decoys := encodedAll(f, p, records)
	g, err := Match(context.Background(), files, 1, Journal{}, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(files[0].Bytes())
	f.Add([]byte(decoys[0].Text()))
	f.Add([]byte(g.Text()))
	f.Add([]byte(p.Text()))
	f.Fuzz(func(t *testing.T, file []byte) {
		if e, err := ReadEncoded(file); err == nil && !bytes.Equal(e.Bytes(), file) && !bytes.Contains(file, []byte("\r")) {
			t.Error("encodings are read that are written otherwise")
		}
		if d, err := ReadDecoys(file); err == nil && d.Text() != strings.ReplaceAll(string(file), "\r\n", "\n") && !strings.EqualFold(d.Text(), strings.ReplaceAll(string(file), "\r\n", "\n")) {
			t.Error("decoys are read that are written otherwise")
		}
		if g, err := ReadGroups(file); err == nil {
			if _, err := ReadGroups([]byte(g.Text())); err != nil {
				t.Error("groups are read that cannot be read again")
			}
		}
		_, _ = ReadProject(file)
	})
}

// By hand: whom a decoy stands beside is counted without it, and decoys nowhere.
func TestDecoysAreTakenOut(t *testing.T) {
	t.Parallel()
	p := project(t, agreed())
	tag := func(list, n int) Member { return Member{list, Tag{byte(list + 1), byte(n)}} }
	g := &Groups{Agreement: p.Agreement, Of: []string{"p", "s", "h"}, Totals: []int{5, 4, 3}}
	for _, at := range g.bounds() {
		g.Linked = append(g.Linked, Linked{Bound: at, Groups: [][]Member{
			{tag(0, 0), tag(1, 0), tag(2, 0)}, // three people's records of one person
			{tag(0, 1), tag(1, 1)},
			{tag(0, 3), tag(1, 2)}, // a decoy beside somebody of the shelters
			{tag(0, 4), tag(2, 2)}, // two decoys
		}})
	}
	decoys := []*DecoyList{
		{Agreement: p.Agreement, List: 0, Of: "p", Records: 3, Decoys: []Tag{tag(0, 3).Tag, tag(0, 4).Tag}},
		{Agreement: p.Agreement, List: 1, Of: "s", Records: 3, Decoys: []Tag{tag(1, 3).Tag}},
		{Agreement: p.Agreement, List: 2, Of: "h", Records: 2, Decoys: []Tag{tag(2, 2).Tag}},
	}
	table, err := Count(g, decoys)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"111": 1, "110": 1, "100": 1, "010": 1, "001": 1}
	if !maps.Equal(table.Cells, want) || table.Observed != 5 {
		t.Errorf("%v, %d people; want %v", table.Cells, table.Observed, want)
	}
	if !slices.Equal(table.About.Decoys, []Decoyed{{"Police", 2, 2}, {"Shelters", 1, 0}, {"Hotline", 1, 1}}) {
		t.Errorf("decoys: %+v", table.About.Decoys)
	}
}

// Neither the order of a list nor the place of its decoys is in the encodings.
func TestTheOrderIsDrawn(t *testing.T) {
	t.Parallel()
	p := project(t, agreed())
	records := few(t)
	e, told, err := p.Encode(0, records[0], chance(8))
	if err != nil {
		t.Fatal(err)
	}
	coder := clk.NewEncoder(p.Key, p.recipe())
	inPlace, decoysBehind := 0, 0
	for i := range records[0] {
		if e.Vectors[i] == coder.Encode(&records[0][i]) {
			inPlace++
		}
	}
	for _, tag := range told.Decoys {
		if slices.Index(e.Tags, tag) >= len(records[0]) {
			decoysBehind++
		}
	}
	if inPlace > 10 || decoysBehind > 10 {
		t.Errorf("%d of %d people stand where they stood, %d of %d decoys behind them", inPlace, len(records[0]), decoysBehind, len(told.Decoys))
	}
}
