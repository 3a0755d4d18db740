package ledger

import (
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Tiles are asked for as public logs name them (C2SP tlog-tiles): tile/LEVEL/N,
// with .p/WIDTH behind it while the tile is not full. That is tlog's own name of
// a tile without its height, which is always 8.

const (
	tilePrefix = "tile/"
	tlogPrefix = "tile/8/"
)

// TilePath names a tile as it is asked for.
func TilePath(t tlog.Tile) string { return tilePrefix + strings.TrimPrefix(t.Path(), tlogPrefix) }

// ParseTilePath reads what TilePath wrote, and nothing else: a tile has one name.
// Tiles of entries are not served, so they have none.
func ParseTilePath(path string) (tlog.Tile, bool) {
	rest, ok := strings.CutPrefix(path, tilePrefix)
	if !ok {
		return tlog.Tile{}, false
	}
	t, err := tlog.ParseTilePath(tlogPrefix + rest)
	return t, err == nil && t.L >= 0 && TilePath(t) == path
}

// Covers says that a tree of size leaves has the whole of the tile.
func Covers(size int64, t tlog.Tile) bool {
	if t.L < 0 || t.L > 7 || t.N < 0 || t.W < 1 || t.W > tileWidth {
		return false
	}
	return t.N < 1<<40 && t.N<<TileHeight+int64(t.W) <= size>>(TileHeight*t.L)
}
