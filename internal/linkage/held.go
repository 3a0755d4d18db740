package linkage

import (
	"hash/maphash"

	"pana/internal/linkage/names"
)

// held is every name that somebody has, once, with those who have it: thousands
// of people share a name, and it is kept once and compared once.
type held struct {
	sketches sketches
	names    []packed // by place, as the sketches
	owners   []int32  // by place: the first link of those who have the name
	places   map[uint64]int32
	seed     maphash.Seed
	links    []link
	free     int32 // the first of the links that nobody uses
}

// link says that a person has a name. It lies in two chains: of those who have
// the name, and of what the person is called. No link is 0.
type link struct {
	person, place       int32
	nextOwner, nextName int32
}

func newHeld() held {
	return held{places: map[uint64]int32{}, seed: maphash.MakeSeed(), links: make([]link, 1)}
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
	text := pack(name.parts)
	sum := maphash.String(h.seed, string(text))
	place, taken := h.places[sum]
	if taken && h.names[place] == text {
		return place
	}
	place = int32(len(h.names))
	h.sketches.add(&name.sketch)
	h.names, h.owners = append(h.names, text), append(h.owners, 0)
	if !taken {
		h.places[sum] = place
	}
	return place
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
	if sum := maphash.String(h.seed, string(h.names[place])); h.places[sum] == place {
		delete(h.places, sum)
	}
	last := int32(len(h.names) - 1)
	if place != last {
		sum := maphash.String(h.seed, string(h.names[last]))
		if at, ok := h.places[sum]; ok && at == last {
			h.places[sum] = place
		}
		h.names[place], h.owners[place] = h.names[last], h.owners[last]
		for at := h.owners[place]; at != 0; at = h.links[at].nextOwner {
			h.links[at].place = place
		}
	}
	h.sketches.drop(int(place))
	h.names[last] = ""
	h.names, h.owners = h.names[:last], h.owners[:last]
}

// near adds the places of names that are anywhere near one, and how alike they are.
func (h *held) near(q *nameVector, out []alike) []alike {
	var room [names.MaxParts]vector
	h.sketches.near(&q.sketch, func(place int) {
		n := compareNames(q.parts, h.names[place].unpack(&room))
		if n.score+mostAdded >= Possible && n.score > 0 {
			out = append(out, alike{int32(place), n})
		}
	})
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
