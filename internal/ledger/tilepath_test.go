package ledger

import (
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func TestTilePath(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why, path string
		want      tlog.Tile
		ok        bool
	}{
		{"a full tile", "tile/0/000", tlog.Tile{H: 8, L: 0, N: 0, W: 256}, true},
		{"one that grows", "tile/1/000.p/7", tlog.Tile{H: 8, L: 1, N: 0, W: 7}, true},
		{"beyond a thousand", "tile/0/x001/x234/067", tlog.Tile{H: 8, L: 0, N: 1234067, W: 256}, true},
		{"entries are not served", "tile/entries/000", tlog.Tile{}, false},
		{"what tlog calls data is not either", "tile/data/000", tlog.Tile{}, false},
		{"a number without its zeroes", "tile/0/0", tlog.Tile{}, false},
		{"a full tile asked for as part", "tile/0/000.p/256", tlog.Tile{}, false},
		{"no width", "tile/0/000.p/0", tlog.Tile{}, false},
		{"below the leaves", "tile/-1/000", tlog.Tile{}, false},
		{"another height", "tile/8/0/000", tlog.Tile{}, false},
		{"out of the house", "tile/0/../000", tlog.Tile{}, false},
		{"nothing", "", tlog.Tile{}, false},
	} {
		got, ok := ParseTilePath(row.path)
		if ok != row.ok || ok && (got != row.want || TilePath(got) != row.path) {
			t.Errorf("%s: %q gives %v, %t", row.why, row.path, got, ok)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		why  string
		size int64
		tile tlog.Tile
		want bool
	}{
		{"as far as the leaves go", 300, tlog.Tile{L: 0, N: 1, W: 44}, true},
		{"one further", 300, tlog.Tile{L: 0, N: 1, W: 45}, false},
		{"a part of a full one", 300, tlog.Tile{L: 0, N: 0, W: 12}, true},
		{"above, only what is full below", 300, tlog.Tile{L: 1, N: 0, W: 1}, true},
		{"above, what is not full below", 300, tlog.Tile{L: 1, N: 0, W: 2}, false},
		{"an empty ledger has none", 0, tlog.Tile{L: 0, N: 0, W: 1}, false},
		{"a number that would run over", 300, tlog.Tile{L: 0, N: 1<<63 - 1, W: 1}, false},
		{"higher than any tree", 300, tlog.Tile{L: 60, N: 0, W: 1}, false},
	} {
		if got := Covers(row.size, row.tile); got != row.want {
			t.Errorf("%s: %t", row.why, got)
		}
	}
}

func FuzzParseTilePath(f *testing.F) {
	f.Add("tile/0/x001/067.p/3")
	f.Fuzz(func(t *testing.T, s string) {
		if tile, ok := ParseTilePath(s); ok && TilePath(tile) != s {
			t.Fatal("a tile has two names")
		}
	})
}
