package packs_test

import (
	"io/fs"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pana/internal/pack"
	"pana/packs"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // memory is there, processor is short
	m.Run()
}

// shipped is the country's pack as it ships; nobody changes one that is loaded.
var shipped = sync.OnceValues(func() (p *pack.Pack, problems []pack.Problem) {
	return pack.Load(shippedFiles())
})

func shippedFiles() fs.FS {
	kz, err := fs.Sub(packs.FS, "kz")
	if err != nil {
		panic(err) // an embedded folder is there or the build is not
	}
	return kz
}

func kazakhstan(t *testing.T) (*pack.Pack, fs.FS) {
	t.Helper()
	p, problems := shipped()
	for _, problem := range problems {
		t.Error(problem)
	}
	return p, shippedFiles()
}

// The pack that ships can be worked with: it lints for operation on every day
// its law changes, with warnings only and none about what its law files say,
// its stories hold, and each wall stands in one.
func TestKazakhstanOperates(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	p, kz := kazakhstan(t)
	for _, problem := range slices.Concat(pack.Lint(p, pack.Operated), pack.RunStories(p, kz)) {
		if !problem.Warning || strings.HasPrefix(problem.Pos.File, "wording/law/") || slices.Contains([]string{"wording.untranslated", "wall.untold"}, problem.Code) {
			t.Error(problem)
		}
	}
}

// Sixty sentences are named for a native reader, as the issue asks.
func TestCriticalSentences(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	if len(p.Critical) != 60 {
		t.Errorf("%d critical sentences, not 60", len(p.Critical))
	}
}

// The indicators are complete: a source counts them by dimension.
func TestIndicatorCounts(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	want := []int{10, 10, 16, 9, 15, 7} // the independent description that the standards file names
	for i, s := range p.Criteria.Sets {
		if len(s.Indicators) != want[i] {
			t.Errorf("%s has %d indicators, not %d", s.ID, len(s.Indicators), want[i])
		}
	}
}

// Sixteen regions before 2018, then seventeen, then twenty; no two share a tile.
func TestRegionsByDate(t *testing.T) {
	t.Parallel()
	p, _ := kazakhstan(t)
	for day, want := range map[string]int{"2016-06-27": 16, "2021-06-27": 17, "2024-09-03": 20} {
		at, _ := time.Parse(time.DateOnly, day)
		n, tiles := 0, map[pack.Tile]string{}
		for _, r := range p.Regions {
			if other := tiles[r.Tile]; other != "" {
				t.Errorf("%s and %s share a tile", r.ID, other)
			}
			tiles[r.Tile] = r.ID
			if pack.Contains(r.Dates, at) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d regions on %s, not %d", n, day, want)
		}
	}
}
