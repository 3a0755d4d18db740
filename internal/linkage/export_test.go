package linkage

import "pana/internal/id"

// Sketches is how many names there are to scan.
func (x *Index) Sketches() int { return len(x.sketches) }

// FirstSketch is the first name's, to compare keys.
func (x *Index) FirstSketch() [8]uint64 { return x.sketches[0] }

// NewIndexWith makes an empty index that shares another's key.
func NewIndexWith(x *Index) *Index {
	return &Index{coder: x.coder, at: map[id.File]int32{}, papers: map[code][]int32{}}
}
