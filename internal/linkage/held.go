package linkage

import (
	"hash/maphash"
	"slices"

	"pana/internal/linkage/names"
)

// held is every name that somebody has, once, with those who have it: thousands
// of people share a name, and it is kept once and compared once.
type held struct {
	sketches sketches
	names    [][]*names.Part // by place, as the sketches
	vectors  [][]*vector     // of the names
	parts    map[string]*part
	owners   []int32 // by place: the first link of those who have the name
	places   map[uint64]int32
	seed     maphash.Seed
	links    []link
	free     int32 // the first of the links that nobody uses
}

// part is a part of names: that of a hundred thousand people called Ахметов is here
// once, and compared once for each who is asked for.
type part struct {
	names.Part
	vector vector
	uses   int32 // by names
}

// link says that a person has a name. It lies in two chains: of those who have
// the name, and of what the person is called. No link is 0.
type link struct {
	person, place       int32
	nextOwner, nextName int32
}

func newHeld() held {
	return held{parts: map[string]*part{}, places: map[uint64]int32{}, seed: maphash.MakeSeed(), links: make([]link, 1)}
}

// add gives a person a name, and gives the new first link of the chain of names.
func (h *held) add(person int32, name *nameVector, chain int32) int32 {
	place := h.place(name)
	at := h.free
	if at == 0 {
		at = int32(len(h.links))
		h.links = append(h.links, link{})
	} else {
		h.free = h.links[at].nextName
	}
	h.links[at] = link{person: person, place: place, nextOwner: h.owners[place], nextName: chain}
	h.owners[place] = at
	return at
}

// place finds where a name lies, or puts it there. Should two names have one hash,
// the second lies apart each time it comes: it is found as well, and compared more
// than once.
func (h *held) place(name *nameVector) int32 {
	sum := h.sum(pointers(name.parts))
	place, taken := h.places[sum]
	if taken && slices.EqualFunc(h.names[place], name.parts, func(p *names.Part, q names.Part) bool { return p.Equal(q) }) {
		return place
	}
	place = int32(len(h.names))
	h.sketches.add(&name.sketch)
	parts, vectors := h.hold(name)
	h.names, h.vectors, h.owners = append(h.names, parts), append(h.vectors, vectors), append(h.owners, 0)
	if !taken {
		h.places[sum] = place
	}
	return place
}

func pointers(parts []names.Part) []*names.Part {
	out := make([]*names.Part, len(parts))
	for i := range parts {
		out[i] = &parts[i]
	}
	return out
}

func (h *held) sum(parts []*names.Part) uint64 {
	var text []byte
	for _, p := range parts {
		text = append(p.AppendText(text), 0)
	}
	return maphash.Bytes(h.seed, text)
}

// hold gives the parts as they are held for all names.
func (h *held) hold(name *nameVector) ([]*names.Part, []*vector) {
	parts, vectors := make([]*names.Part, len(name.parts)), make([]*vector, len(name.parts))
	for i, p := range name.parts {
		text := string(p.AppendText(nil))
		one := h.parts[text]
		if one == nil {
			one = &part{Part: p, vector: *name.vectors[i]}
			h.parts[text] = one
		}
		one.uses++
		parts[i], vectors[i] = &one.Part, &one.vector
	}
	return parts, vectors
}

// letGo forgets a part that no name has any more.
func (h *held) letGo(parts []*names.Part) {
	for _, p := range parts {
		text := string(p.AppendText(nil))
		if one := h.parts[text]; one.uses == 1 {
			delete(h.parts, text)
		} else {
			one.uses--
		}
	}
}

// drop takes all names of a chain from the person who has them.
func (h *held) drop(chain int32) {
	for at := chain; at != 0; {
		gone := h.links[at]
		before := &h.owners[gone.place]
		for *before != at {
			before = &h.links[*before].nextOwner
		}
		*before = gone.nextOwner
		h.links[at] = link{nextName: h.free}
		h.free = at
		if h.owners[gone.place] == 0 {
			h.forget(gone.place)
		}
		at = gone.nextName
	}
}

// forget moves the last name into the hole that nobody's name leaves, and wipes
// what was there.
func (h *held) forget(place int32) {
	if sum := h.sum(h.names[place]); h.places[sum] == place {
		delete(h.places, sum)
	}
	h.letGo(h.names[place])
	last := int32(len(h.names) - 1)
	if place != last {
		sum := h.sum(h.names[last])
		if at, ok := h.places[sum]; ok && at == last {
			h.places[sum] = place
		}
		h.names[place], h.owners[place], h.vectors[place] = h.names[last], h.owners[last], h.vectors[last]
		for at := h.owners[place]; at != 0; at = h.links[at].nextOwner {
			h.links[at].place = place
		}
	}
	h.sketches.drop(int(place))
	h.names[last], h.vectors[last] = nil, nil
	h.names, h.owners, h.vectors = h.names[:last], h.owners[:last], h.vectors[:last]
}

// near adds the places of names that are so like one, and how alike they are: of those
// whose vectors are near it, and of some all.
func (h *held) near(q *nameVector, among places, all []int32, least float64, out []alike) []alike {
	asked := names.NewAgainst(q.parts)
	letters := func(place int) {
		there := h.names[place]
		n := scoreOf(asked.AtLeast(there, least), len(q.parts), len(there))
		if n.score+1e-9 >= least && n.score > 0 {
			out = append(out, alike{int32(place), n})
		}
	}
	h.sketches.near(&q.sketch, among, func(place int) {
		if nearby(q.vectors, h.vectors[place]) >= nearEnough {
			letters(place)
		}
	})
	for _, place := range all {
		letters(int(place))
	}
	return out
}

// placesOf are those of a chain of names.
func (h *held) placesOf(chain int32) (out []int32) {
	for at := chain; at != 0; at = h.links[at].nextName {
		out = append(out, h.links[at].place)
	}
	return out
}

// hasMore says that a chain has more names than one.
func (h *held) hasMore(chain int32) bool { return h.links[chain].nextName != 0 }
