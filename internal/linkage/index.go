package linkage

import (
	"slices"
	"sync"

	"pana/internal/id"
	"pana/internal/linkage/names"
)

// Index holds the identities of all files, in memory: some 500 bytes a person.
// It may be used by many at once. What it holds is filled from the record at
// start; Seen says up to which leaf of the ledger.
type Index struct {
	coder *coder

	mu       sync.RWMutex
	persons  []person
	free     []int32 // places in persons that nobody uses
	at       map[id.File]int32
	papers   map[code][]int32
	birthday map[int32][]int32 // by the day, who was born on it, where it is known
	citizens map[code]citizen  // every citizenship that was ever put
	held     held              // what they are called
	seen     uint64
}

type person struct {
	file    id.File
	names   int32 // the first link in held
	papers  []code
	born    Born
	sex     sex
	citizen citizen
}

type sex uint8

const (
	notSaid sex = iota
	female
	male
)

func sexOf(s string) sex {
	switch s {
	case "female":
		return female
	case "male":
		return male
	}
	return notSaid
}

// citizen is a citizenship as a number of this index's own.
type citizen int32

const (
	notKnown citizen = 0
	// foreign is a citizenship that nobody here has.
	foreign citizen = -1
)

// NewIndex makes an empty index. The key is seal's Secret "linkage": vectors
// made with another key say nothing about these.
func NewIndex(key [32]byte) *Index { return newIndex(newCoder(key)) }

func newIndex(c *coder) *Index {
	return &Index{coder: c, at: map[id.File]int32{}, papers: map[code][]int32{}, birthday: map[int32][]int32{}, citizens: map[code]citizen{}, held: newHeld()}
}

// encoded is an identity made ready outside the lock.
type encoded struct {
	names   []nameVector
	papers  []code
	born    Born
	sex     sex
	nation  code // of no use before recognise has made it a citizen
	hasOne  bool
	citizen citizen
}

// maxNames bounds the work one file can make.
const maxNames = 16

func (x *Index) encode(i Identity) encoded {
	e := encoded{born: i.Born, sex: sexOf(i.Sex)}
	for _, name := range i.Names[:min(len(i.Names), maxNames)] {
		v, ok := x.coder.name(name.Reveal())
		same := func(n nameVector) bool { return slices.EqualFunc(n.parts, v.parts, names.Part.Equal) }
		if ok && !slices.ContainsFunc(e.names, same) { // one name in two scripts often has one spelling
			e.names = append(e.names, v)
		}
	}
	for _, d := range i.Documents[:min(len(i.Documents), maxNames)] {
		if c, ok := x.coder.code("document", d.Reveal()); ok && !slices.Contains(e.papers, c) {
			e.papers = append(e.papers, c)
		}
	}
	e.nation, e.hasOne = x.coder.code("citizenship", i.Citizenship.Reveal())
	return e
}

// recognise finds a citizenship's number; with the lock held.
func (x *Index) recognise(e *encoded) {
	if !e.hasOne {
		return
	}
	var known bool
	if e.citizen, known = x.citizens[e.nation]; !known {
		e.citizen = foreign
	}
}

// Put adds a file or replaces what was known of it.
func (x *Index) Put(file id.File, i Identity) {
	e := x.encode(i)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(file)
	if x.recognise(&e); e.citizen == foreign {
		e.citizen = citizen(len(x.citizens) + 1)
		x.citizens[e.nation] = e.citizen
	}
	at := x.place()
	p := person{file: file, papers: e.papers, born: e.born, sex: e.sex, citizen: e.citizen}
	for i := range e.names {
		p.names = x.held.add(at, &e.names[i], p.names)
	}
	for _, c := range e.papers {
		x.papers[c] = append(x.papers[c], at)
	}
	if p.born.exact() {
		x.birthday[p.born.first] = append(x.birthday[p.born.first], at)
	}
	x.persons[at] = p
	x.at[file] = at
}

// Remove takes a file out: it was erased.
func (x *Index) Remove(file id.File) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(file)
	x.coder.reader.Forget()
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
		without(x.papers, c, at)
	}
	if p.born.exact() {
		without(x.birthday, p.born.first, at)
	}
	x.held.drop(p.names)
	x.persons[at] = person{}
	x.free = append(x.free, at)
	delete(x.at, file)
}

// without takes a place out of a list, and an empty list out of its map.
func without[K comparable](lists map[K][]int32, key K, at int32) {
	if left := slices.DeleteFunc(lists[key], func(o int32) bool { return o == at }); len(left) > 0 {
		lists[key] = left
	} else {
		delete(lists, key)
	}
}
