package desk_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pana/internal/desk"
)

// One person comes to a shelter. Who reads the directory sees the same to the byte
// until the pack's week is over, and then a step; of no house do they ever see it.
func TestFreePlacesAreToldLate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := func() desk.Directory {
		t.Helper()
		d, err := w.desk.Directory(t.Context(), w.border, desk.DirectoryFilter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Services {
			if s.Free != -1 || !s.AsOf.IsZero() || s.Stale {
				t.Errorf("%s says how many places are free: %+v", s.Name, s)
			}
		}
		return d
	}
	free := func(d desk.Directory) []int {
		var out []int
		for _, tile := range d.Tiles {
			if tile.Services > 0 {
				out = append(out, tile.Free)
			}
		}
		return out
	}
	w.must(w.desk.ChangePlace(t.Context(), w.shelter, desk.PlaceInput{Key: w.k(), Name: "Hall", Takes: []string{"women"}, Beds: "9", Free: "8", State: "open"}))
	if got := free(seen()); slices.Max(got) != 0 {
		t.Errorf("told on the day: %v", got)
	}
	w.push(9 * 24 * time.Hour)
	if got := free(seen()); slices.Max(got) != 10 { // eight, and one bed of each shelter
		t.Fatalf("after the week: %v", got)
	}
	if over := w.now().Sub(seen().AsOf); over < 7*24*time.Hour || over > 8*24*time.Hour {
		t.Errorf("the figure is %v old", over)
	}
	file := w.named()
	referral := w.refer(file)
	before := seen()
	w.must(w.desk.Accept(t.Context(), w.shelter, desk.AnswerInput{Key: w.k(), Referral: referral, Place: w.bed}))
	arrived := w.now()
	for w.now().Before(arrived.Add(7 * 24 * time.Hour)) {
		now := seen()
		now.AsOf = before.AsOf // the day moves on whether somebody comes or not
		if !reflect.DeepEqual(now, before) {
			t.Fatalf("%v after she came it shows: %v, before %v", w.now().Sub(arrived), free(now), free(before))
		}
		w.push(5 * time.Hour)
	}
	w.push(2 * 24 * time.Hour)
	if got := free(seen()); slices.Max(got) != 5 {
		t.Errorf("when the week is over: %v", got)
	}
}
