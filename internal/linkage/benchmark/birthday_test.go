package benchmark_test

import (
	"testing"
	"time"

	"pana/internal/id"
	"pana/internal/linkage"
	"pana/internal/linkage/benchmark"
	"pana/internal/withheld"
)

// Whose vectors differ, as two ears write one name, is found by the day of the birth, and
// not by a day that was taken back.
func TestWhoWasBornOnOneDayIsCompared(t *testing.T) {
	t.Parallel()
	who := func(r benchmark.Record) linkage.Identity {
		i := linkage.Identity{Names: []withheld.Text{withheld.New(r.Name)}}
		i.Born, _ = linkage.ParseBorn(withheld.New(r.Born), false)
		return i
	}
	x := linkage.NewIndex([32]byte{1})
	finds := func(p benchmark.Pair, born linkage.Born) bool {
		asked := who(p.B)
		asked.Born = born
		x.Put(id.File(p.ID), who(p.A))
		defer x.Remove(id.File(p.ID))
		return len(x.Find(linkage.Query{Identity: asked, In: linkage.Everywhere}, 1)) > 0
	}
	asked, found, byDay := 0, 0, 0
	for _, p := range benchmark.Pairs() {
		if p.Held || !p.Same || p.A.Born != p.B.Born || len(p.A.Born) != len(time.DateOnly) {
			continue
		}
		asked++
		born := who(p.B).Born
		if !finds(p, born) {
			continue
		}
		found++
		day, err := time.Parse(time.DateOnly, p.B.Born)
		if err != nil {
			t.Fatal(err)
		}
		if finds(p, linkage.BornBetween(day, day.AddDate(0, 0, 1))) {
			continue
		}
		byDay++
		for range 1001 { // more than one day may have
			x.Put("came and went", who(p.A))
		}
		x.Remove("came and went")
		if !finds(p, born) {
			t.Errorf("%s: those who were taken out are counted among those of the day", p.ID)
		}
	}
	if asked != 1092 || found < 1088 || byDay < 8 {
		t.Errorf("of %d asked for %d are found, %d of them by the day", asked, found, byDay)
	}
}
