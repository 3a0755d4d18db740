package desk

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pana/internal/casework"
)

// Who reads the tables and takes one number from another comes to nobody: each number
// shown is of as many people as are given out at least, and so is what stands together;
// nothing kept back stands alone in its row or column.
func TestRefusalsTellOfNoFewPeople(t *testing.T) {
	t.Parallel()
	const least = 5
	tables, without := 0, 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 9))
		people := make([]personAsked, r.IntN(150))
		reasons, regions := 1+r.IntN(6), 1+r.IntN(5)
		for i := range people {
			people[i] = personAsked{region: string(rune('a' + min(r.IntN(regions), r.IntN(regions)))), reasons: map[string]bool{}}
			for range r.IntN(3) * r.IntN(4) {
				people[i].reasons[string(rune('p'+min(r.IntN(reasons), r.IntN(reasons))))] = true
			}
		}
		f := referralFigures(people, least)
		table := f.Refusals
		of := func(reason, region *RefusalRow) (whole, persons int) {
			for _, p := range people {
				n := 0
				for id := range p.reasons {
					if (reason == nil || isIn(table.Reasons, *reason, id)) && (region == nil || isIn(table.Regions, *region, p.region)) {
						n++
					}
				}
				if whole += n; n > 0 {
					persons++
				}
			}
			return whole, persons
		}
		for i := range table.Reasons {
			if n, persons := of(&table.Reasons[i], nil); n != table.Reasons[i].N || persons < least {
				t.Fatalf("seed %d: reason %+v is %d of %d people", seed, table.Reasons[i], n, persons)
			}
		}
		for i := range table.Regions {
			if n, persons := of(nil, &table.Regions[i]); n != table.Regions[i].N || persons < least {
				t.Fatalf("seed %d: region %+v is %d of %d people", seed, table.Regions[i], n, persons)
			}
		}
		if all, persons := of(nil, nil); table.All == Few && (persons == 0 || persons >= least) || table.All != Few && table.All != all {
			t.Fatalf("seed %d: all are %d, %d of %d people", seed, table.All, all, persons)
		}
		if table.Cells == nil {
			without++
			continue
		}
		tables++
		for i, row := range table.Cells {
			for j, n := range row {
				whole, persons := of(&table.Reasons[i], &table.Regions[j])
				if n != Few && (n != whole || persons > 0 && persons < least) {
					t.Fatalf("seed %d: %d is shown of %d of %d people", seed, n, whole, persons)
				}
				if n == Few && (keptBack(row) < 2 || keptBack(column(table.Cells, j)) < 2) {
					t.Fatalf("seed %d: %d, %d is had from its total: %v", seed, i, j, table.Cells)
				}
			}
		}
	}
	if tables < 100 || without < 20 {
		t.Errorf("%d tables, %d without", tables, without)
	}
}

func isIn(rows []RefusalRow, row RefusalRow, id string) bool { return rows[of(rows, id)] == row }

func keptBack(cells []int) (n int) {
	for _, c := range cells {
		if c == Few {
			n++
		}
	}
	return n
}

func column(cells [][]int, j int) (out []int) {
	for _, row := range cells {
		out = append(out, row[j])
	}
	return out
}

// One whom services refused for eleven reasons is one person, though the refusals are
// eleven.
func TestManyRefusalsOfOneAreOfOne(t *testing.T) {
	t.Parallel()
	much := map[string]bool{}
	for i := range 11 {
		much[string(rune('a'+i))] = true
	}
	if f := referralFigures([]personAsked{{region: "r", reasons: much}}, 5); f.People != Few || f.Refusals.All != Few || f.Refusals.Reasons != nil {
		t.Errorf("%+v", f)
	}
	people := []personAsked{{region: "r", reasons: much}}
	for range 20 {
		people = append(people, personAsked{region: "q", reasons: map[string]bool{"a": true}}, personAsked{region: "r", reasons: map[string]bool{"a": true}}, personAsked{region: "q", reasons: map[string]bool{"b": true}})
	}
	f := referralFigures(people, 5)
	if len(f.Refusals.Reasons) != 2 || !f.Refusals.Reasons[1].Rest || f.Refusals.Reasons[1].N != 30 {
		t.Errorf("ten refusals of one stand together with other people's: %+v", f.Refusals)
	}
}

// Hours are begun ones, from the first asking to the first yes; where few have none yet,
// neither number is told, nor a length.
func TestHoursToABed(t *testing.T) {
	t.Parallel()
	asked := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	var people []personAsked
	for i := range 12 {
		people = append(people, personAsked{asked: asked, promised: asked.Add(time.Duration(i)*time.Hour + time.Minute)})
	}
	f := referralFigures(people, 5)
	if f.Beds != 12 || f.ToBed != (FigureDays{12, 6, 11}) {
		t.Errorf("%+v", f)
	}
	f = referralFigures(append(people, personAsked{asked: asked}, personAsked{}), 5)
	if f.Beds != 13 || f.Bed.Cells[0].N != Few || f.ToBed != (FigureDays{Few, Few, Few}) {
		t.Errorf("one of thirteen waits: %+v", f)
	}
}

// What is given out as numbers is drawn again as it was.
func TestAPublishedYearIsReadBack(t *testing.T) {
	t.Parallel()
	var people []personAsked
	for i := range 90 {
		p := personAsked{region: []string{"r", "q"}[i%2], reasons: map[string]bool{}}
		if i%3 > 0 {
			p.reasons[[]string{"full", "nationality", "rare"}[min(i%5, i%7, 2)]] = true
		}
		people = append(people, p)
	}
	f := referralFigures(people, 5)
	f.Year, f.Whose = 2025, "all"
	got := readReferrals(casework.Figures{Month: "2025", Least: 5, Numbers: f.Numbers([]string{"", "never", "rare", "full", "nationality"}, []string{"", "q", "r", "s"})})
	if !slices.Equal(got.Refusals.Reasons, f.Refusals.Reasons) || !slices.Equal(got.Refusals.Regions, f.Refusals.Regions) || !slices.EqualFunc(got.Refusals.Cells, f.Refusals.Cells, slices.Equal) ||
		got.Refusals.All != f.Refusals.All || got.People != f.People || got.Beds != 0 || got.ToBed.Of != 0 || !slices.Equal(got.Refused.Cells, f.Refused.Cells) {
		t.Errorf("given out %+v\nread     %+v", f, got)
	}
}
