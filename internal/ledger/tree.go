package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight makes tiles of 256 hashes, as public logs serve them.
const TileHeight = 8

const tileWidth = 1 << TileHeight

// TileID names a tile: its level (each level stands for 256 of the one below)
// and its number in the level.
type TileID struct {
	Level int
	N     int64
}

// Tree is the growing right edge of the tree: the tiles that are not full. It
// is all that must be known to add leaves and to say the root.
type Tree struct {
	size int64
	edge [][]byte // by level: the hashes of the tile that is being filled
}

// Size is the number of leaves.
func (t *Tree) Size() int64 { return t.size }

// Clone copies the edge, so that leaves can be added and forgotten.
func (t *Tree) Clone() *Tree {
	out := &Tree{size: t.size, edge: make([][]byte, len(t.edge))}
	for i, e := range t.edge {
		out.edge[i] = append(make([]byte, 0, tileWidth*tlog.HashSize), e...)
	}
	return out
}

// Load reads the edge of a tree of size leaves out of its tiles.
func Load(size int64, tile func(TileID) ([]byte, error)) (*Tree, error) {
	t := &Tree{size: size}
	for level, n := 0, size; n > 0; level, n = level+1, n>>TileHeight {
		id, width := TileID{level, n >> TileHeight}, int(n&(tileWidth-1))
		if width == 0 {
			t.edge = append(t.edge, nil)
			continue
		}
		data, err := tile(id)
		if err != nil {
			return nil, err
		}
		if len(data) < width*tlog.HashSize {
			return nil, fmt.Errorf("ledger: tile %d/%d is short", id.Level, id.N)
		}
		t.edge = append(t.edge, append([]byte(nil), data[:width*tlog.HashSize]...))
	}
	return t, nil
}

// Edge is the hashes of the tiles that are not full, by level: what FromEdge goes
// on from.
func (t *Tree) Edge() [][]byte { return t.Clone().edge }

// FromEdge makes the tree of size leaves again.
func FromEdge(size int64, edge [][]byte) (*Tree, error) {
	return Load(size, func(id TileID) ([]byte, error) {
		if id.Level >= len(edge) || len(edge[id.Level]) != int(size>>(TileHeight*id.Level)&(tileWidth-1))*tlog.HashSize {
			return nil, fmt.Errorf("ledger: the edge at level %d is not that of %d leaves", id.Level, size)
		}
		return edge[id.Level], nil
	})
}

// Append adds leaves and gives the tiles that changed, whole.
func (t *Tree) Append(leaves []Hash) map[TileID][]byte {
	changed := map[TileID][]byte{}
	for _, leaf := range leaves {
		t.add(0, t.size, leaf, changed)
		t.size++
	}
	for level, data := range t.edge {
		if len(data) > 0 {
			id := TileID{level, t.size >> (TileHeight * (level + 1))}
			changed[id] = append([]byte(nil), data...)
		}
	}
	return changed
}

func (t *Tree) add(level int, n int64, h Hash, changed map[TileID][]byte) {
	if level == len(t.edge) {
		t.edge = append(t.edge, nil)
	}
	t.edge[level] = append(t.edge[level], h[:]...)
	if len(t.edge[level]) < tileWidth*tlog.HashSize {
		return
	}
	full := t.edge[level]
	changed[TileID{level, n >> TileHeight}] = full
	t.edge[level] = nil
	t.add(level+1, n>>TileHeight, perfect(full), changed)
}

// Root is the hash of the whole tree.
func (t *Tree) Root() Hash {
	if t.size == 0 {
		h, _ := tlog.TreeHash(0, nil)
		return h
	}
	var acc *Hash
	for _, data := range t.edge {
		for len(data) > 0 {
			width := lowestBit(len(data)/tlog.HashSize) * tlog.HashSize
			h := perfect(data[len(data)-width:])
			if acc != nil {
				h = tlog.NodeHash(h, *acc)
			}
			acc, data = &h, data[:len(data)-width]
		}
	}
	return *acc
}

func lowestBit(n int) int { return n & -n }

// perfect is the root over 2^k hashes.
func perfect(data []byte) Hash {
	if len(data) == tlog.HashSize {
		return Hash(data)
	}
	half := len(data) / 2
	return tlog.NodeHash(perfect(data[:half]), perfect(data[half:]))
}

// Reader gives tlog the hashes it asks for out of tiles.
func Reader(tile func(TileID) ([]byte, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		for i, index := range indexes {
			t := tlog.TileForIndex(TileHeight, index)
			data, err := tile(TileID{t.L, t.N})
			if err != nil {
				return nil, err
			}
			if len(data) < t.W*tlog.HashSize {
				return nil, fmt.Errorf("ledger: tile %d/%d is short", t.L, t.N)
			}
			if out[i], err = tlog.HashFromTile(t, data[:t.W*tlog.HashSize], index); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}

// Inclusion proves that leaf n is in the tree of size leaves; CheckInclusion
// believes it or not.
func Inclusion(size, n int64, r tlog.HashReader) ([]Hash, error) {
	if n < 0 || n >= size {
		return nil, errors.New("ledger: no such leaf")
	}
	return tlog.ProveRecord(size, n, r)
}

// CheckInclusion verifies a proof of Inclusion.
func CheckInclusion(proof []Hash, size int64, root Hash, n int64, leaf Hash) error {
	return tlog.CheckRecord(proof, size, root, n, leaf)
}

// Consistency proves that the tree of size leaves begins with the older tree.
func Consistency(size, older int64, r tlog.HashReader) ([]Hash, error) {
	if older < 1 || older > size {
		return nil, errors.New("ledger: no such older tree")
	}
	return tlog.ProveTree(size, older, r)
}

// CheckConsistency verifies a proof of Consistency.
func CheckConsistency(proof []Hash, size int64, root Hash, older int64, olderRoot Hash) error {
	return tlog.CheckTree(proof, size, root, older, olderRoot)
}
