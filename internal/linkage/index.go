package linkage

import (
	"slices"
	"sync"

	"pana/internal/id"
)

// Index holds the identities of all files, in memory. It may be used by many at
// once. What it holds is rebuilt from the files at start; Seen says up to which
// leaf of the ledger.
type Index struct {
	coder *coder

	mu      sync.RWMutex
	persons []person
	free    []int32 // places in persons that nobody uses
	at      map[id.File]int32
	papers  map[code][]int32
	// The scan reads these three and nothing else: one place for each name.
	sketches []bits512
	counts   []uint16
	owners   []int32
	names    [][]vector
	seen     uint64
}

type person struct {
	file    id.File
	names   []int32 // places in sketches
	papers  []code
	born    Born
	sex     string
	citizen code
	citizOK bool
}

// NewIndex makes an empty index. The key is seal's Secret "linkage": vectors
// made with another key say nothing about these.
func NewIndex(key [32]byte) *Index {
	return &Index{coder: newCoder(key), at: map[id.File]int32{}, papers: map[code][]int32{}}
}

// encoded is an identity made ready outside the lock.
type encoded struct {
	names   []nameVector
	papers  []code
	born    Born
	sex     string
	citizen code
	citizOK bool
}

// maxNames bounds the work one file can make.
const maxNames = 16

func (x *Index) encode(i Identity) encoded {
	e := encoded{born: i.Born, sex: i.Sex}
	for _, name := range i.Names[:min(len(i.Names), maxNames)] {
		v, ok := x.coder.name(name.Reveal())
		same := func(n nameVector) bool { return slices.Equal(n.parts, v.parts) }
		if ok && !slices.ContainsFunc(e.names, same) { // one name in two scripts often has one spelling
			e.names = append(e.names, v)
		}
	}
	for _, d := range i.Documents[:min(len(i.Documents), maxNames)] {
		if c, ok := x.coder.code("document", d.Reveal()); ok && !slices.Contains(e.papers, c) {
			e.papers = append(e.papers, c)
		}
	}
	e.citizen, e.citizOK = x.coder.code("citizenship", i.Citizenship.Reveal())
	return e
}

// Put adds a file or replaces what was known of it.
func (x *Index) Put(file id.File, i Identity) {
	e := x.encode(i)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(file)
	at := x.place()
	p := person{file: file, papers: e.papers, born: e.born, sex: e.sex, citizen: e.citizen, citizOK: e.citizOK}
	for _, n := range e.names {
		p.names = append(p.names, int32(len(x.sketches)))
		x.sketches = append(x.sketches, n.sketch)
		x.counts = append(x.counts, uint16(n.sketch.count()))
		x.owners = append(x.owners, at)
		x.names = append(x.names, n.parts)
	}
	for _, c := range e.papers {
		x.papers[c] = append(x.papers[c], at)
	}
	x.persons[at] = p
	x.at[file] = at
}

// Remove takes a file out: it was erased.
func (x *Index) Remove(file id.File) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(file)
}

// Len is how many files there are.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.at)
}

// Advance records that all leaves below n are in the index.
func (x *Index) Advance(n uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.seen = max(x.seen, n)
}

// Seen is how many leaves are in the index. An answer that a removal hangs on
// compares it with the ledger's size and says hold when it lags.
func (x *Index) Seen() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.seen
}

// place and remove are called with the lock held.
func (x *Index) place() int32 {
	if n := len(x.free); n > 0 {
		at := x.free[n-1]
		x.free = x.free[:n-1]
		return at
	}
	x.persons = append(x.persons, person{})
	return int32(len(x.persons) - 1)
}

func (x *Index) remove(file id.File) {
	at, ok := x.at[file]
	if !ok {
		return
	}
	p := x.persons[at]
	for _, c := range p.papers {
		if left := slices.DeleteFunc(x.papers[c], func(o int32) bool { return o == at }); len(left) > 0 {
			x.papers[c] = left
		} else {
			delete(x.papers, c)
		}
	}
	// From the last place to the first, so that what moves into a hole is never
	// one that is about to go.
	slices.Sort(p.names)
	for _, n := range slices.Backward(p.names) {
		x.dropName(n)
	}
	x.persons[at] = person{}
	x.free = append(x.free, at)
	delete(x.at, file)
}

// dropName moves the last name into the hole, and wipes what was there.
func (x *Index) dropName(n int32) {
	last := int32(len(x.sketches) - 1)
	if n != last {
		x.sketches[n], x.counts[n], x.owners[n], x.names[n] = x.sketches[last], x.counts[last], x.owners[last], x.names[last]
		moved := x.persons[x.owners[n]].names
		moved[slices.Index(moved, last)] = n
	}
	x.sketches[last], x.names[last] = bits512{}, nil
	x.sketches, x.counts, x.owners, x.names = x.sketches[:last], x.counts[:last], x.owners[:last], x.names[:last]
}
