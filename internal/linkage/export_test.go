package linkage

// Sketches is how many names there are to scan, each once.
func (x *Index) Sketches() int { return x.held.sketches.n }

// FirstSketch is the first name's, to compare keys.
func (x *Index) FirstSketch() [8]uint64 { return x.held.sketches.sketch(0) }

// NewIndexWith makes an empty index that shares another's key.
func NewIndexWith(x *Index) *Index { return newIndex(x.coder) }
