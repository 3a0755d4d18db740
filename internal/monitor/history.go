package monitor

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"pana/internal/ledger"
)

// look compares two checkpoints and the tiles between them.
type look struct {
	ctx    context.Context
	from   Source
	kept   *Kept
	before ledger.Checkpoint
	now    ledger.Checkpoint
	tree   *ledger.Tree // at the end: that of now
}

// history says what is wrong between before and now.
func (l *look) history(tree *ledger.Tree, full bool) *Finding {
	switch {
	case l.now.Size < l.before.Size:
		return broken(RolledBack, "%d leaves were signed for, and now %d", l.before.Size, l.now.Size)
	case l.now.Size == l.before.Size && l.kept.Signed != "" && l.now.Root != l.before.Root:
		return broken(Forked, "two histories of %d leaves, both signed", l.now.Size)
	}
	if full {
		tree = &ledger.Tree{}
	}
	l.tree = tree
	if err := l.grow(); err != nil {
		return &Finding{Kind: Unread, Why: err.Error()}
	}
	if full {
		return l.whole()
	}
	if l.tree.Root() == l.now.Root {
		return nil
	}
	return l.why()
}

// grow adds the leaves that are not in the tree yet.
func (l *look) grow() error {
	for l.tree.Size() < l.now.Size {
		if err := l.grown(l.now.Size); err != nil {
			return err
		}
	}
	return nil
}

// grown adds what one tile has of the leaves up to size.
func (l *look) grown(size int64) error {
	const width = 1 << ledger.TileHeight
	n := l.tree.Size() / width
	t := tlog.Tile{H: ledger.TileHeight, N: n, W: int(min(width, l.now.Size-n*width))}
	data, err := l.from.Tile(l.ctx, t)
	if err != nil {
		return err
	}
	if len(data) != t.W*tlog.HashSize {
		return fmt.Errorf("%s has %d bytes", ledger.TilePath(t), len(data))
	}
	var leaves []ledger.Hash
	for i := l.tree.Size() % width; i < int64(t.W) && n*width+i < size; i++ {
		leaves = append(leaves, ledger.Hash(data[i*tlog.HashSize:][:tlog.HashSize]))
	}
	l.tree.Append(leaves)
	return nil
}

// whole reads all leaves again, and stops where the last look stopped.
func (l *look) whole() *Finding {
	if l.tree.Root() != l.now.Root {
		return broken(BadTiles, "the leaves do not add up to the root that was signed")
	}
	if l.kept.Signed == "" {
		return nil
	}
	old := look{ctx: l.ctx, from: l.from, now: l.now, tree: &ledger.Tree{}}
	for old.tree.Size() < l.before.Size {
		if err := old.grown(l.before.Size); err != nil {
			return &Finding{Kind: Unread, Why: err.Error()}
		}
	}
	if old.tree.Root() != l.before.Root {
		return l.rewritten()
	}
	return nil
}

func (l *look) rewritten() *Finding {
	return broken(Rewritten, "the first %d leaves are not those that were signed for on %s", l.before.Size, l.before.At.Format("2006-01-02 15:04:05Z07:00"))
}

// why tells a rewritten history from tiles that are merely wrong: tlog reads the
// root of before out of the tiles, and believes only what adds up to the root of
// now.
func (l *look) why() *Finding {
	if l.before.Size > 0 {
		reader := tlog.TileHashReader(tlog.Tree{N: l.now.Size, Hash: l.now.Root}, standard{l})
		if root, err := tlog.TreeHash(l.before.Size, reader); err == nil && root != l.before.Root {
			return l.rewritten()
		}
	}
	return broken(BadTiles, "the leaves do not add up to the root that was signed")
}

// standard is the source as tlog reads tiles.
type standard struct{ *look }

func (standard) Height() int { return ledger.TileHeight }

func (standard) SaveTiles([]tlog.Tile, [][]byte) {}

func (s standard) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		data, err := s.from.Tile(s.ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}
