package linkage

import (
	"cmp"
	"slices"

	"pana/internal/id"
	"pana/internal/linkage/names"
)

// Find gives the best candidates for the query, best first; those with an equal
// document come before all others.
func (x *Index) Find(q Query, limit int) []Candidate {
	if limit <= 0 {
		return nil
	}
	e := x.encode(q.Identity)
	found := x.near(&e, &q, limit)
	out := make([]Candidate, len(found))
	for i := range out {
		h := &found[i]
		out[i] = Candidate{File: h.person.file, Score: h.score, Why: reasons(&e, &h.person, h.name, h.paper)}
	}
	return out
}

// hit is a person who is Possible, as they were when the index was read.
type hit struct {
	at     int32
	person person // filled in for those that are kept
	file   id.File
	name   nameScore
	paper  bool
	score  float64
}

// rank puts an equal document first, and then the higher score.
func (a hit) rank(b hit) int {
	switch {
	case a.paper != b.paper && a.paper:
		return -1
	case a.paper != b.paper:
		return 1
	}
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.file, b.file))
}

// near gives the files that are Possible: the best of them in order. Among a hundred
// thousand people thousands may have a name like this one, and only a few are asked
// for: once nobody of the names that are left could come before those few, they are
// not weighed.
func (x *Index) near(e *encoded, q *Query, most int) (out []hit) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	x.recognise(e)
	among := x.placesOf(q.In)
	names := x.alike(e, among, x.bornWith(e.born, among))
	papers := x.samePapers(e)
	weigh := func(at int32, name nameScore, paper bool) {
		if h, is := x.weigh(e, q, at, name, paper); is {
			out = kept(out, h, most)
		}
	}
	for at := range papers { // found even when no name is alike
		weigh(at, bestOf(names, x.held.placesOf(x.persons[at].names)), true)
	}
	weighed := map[int32]bool{} // by a name more alike
	for _, n := range names {
		if len(out) == most && out[most-1].above(n.score+e.mostAdded()) {
			break
		}
		for l := x.held.owners[n.place]; l != 0; l = x.held.links[l].nextOwner {
			at := x.held.links[l].person
			if papers[at] || weighed[at] {
				continue
			}
			if x.held.hasMore(x.persons[at].names) {
				weighed[at] = true
			}
			weigh(at, n.nameScore, false)
		}
	}
	for i := range out {
		out[i].person = x.persons[out[i].at]
	}
	return out
}

// samePapers are those who have a paper that was asked for.
func (x *Index) samePapers(e *encoded) map[int32]bool {
	out := make(map[int32]bool)
	for _, c := range e.papers {
		for _, at := range x.papers[c] {
			out[at] = true
		}
	}
	return out
}

// weigh says how a person scores, and whether they are Possible and may be found.
func (x *Index) weigh(e *encoded, q *Query, at int32, name nameScore, paper bool) (hit, bool) {
	p := &x.persons[at]
	score := judge(e, p, name, paper, nil)
	return hit{at: at, file: p.file, name: name, paper: paper, score: score}, score >= Possible && q.may(p.file)
}

func (q *Query) may(file id.File) bool { return file != q.But && q.In.has(file) }

// placesOf are the places of what the persons of some files are called; nil, which is
// every place, for all files and for so many that finding them would be longer than
// comparing the others.
func (x *Index) placesOf(files Files) places {
	const most = 8 // of so many persons one
	if files.every || len(files.list)*most > len(x.persons) {
		return nil
	}
	out := newPlaces(len(x.held.names))
	for _, file := range files.list {
		if at, ok := x.at[file]; ok {
			for _, place := range x.held.placesOf(x.persons[at].names) {
				out.add(int(place))
			}
		}
	}
	return out
}

// above says that nobody without an equal paper who scores so much comes before.
// What is added up in another order may be another number in its last digits.
func (a hit) above(score float64) bool { return a.paper || a.score > min(1, score)+1e-9 }

// kept is a list with one more, of which the best stay.
func kept(list []hit, h hit, most int) []hit {
	if len(list) == most && list[most-1].rank(h) <= 0 {
		return list
	}
	i, _ := slices.BinarySearchFunc(list, h, hit.rank)
	list = slices.Insert(list, i, h)
	return list[:min(most, len(list))]
}

// alike is how alike a name is that lies in a place.
type alike struct {
	place int32
	nameScore
}

// bornWith are the places of the names of those who were born on one day with who is
// asked for: they are compared whatever their sketches say. A day of very many, such as the
// first of January of a year in which births were guessed, says too little for that.
func (x *Index) bornWith(b Born, among places) (out []int32) {
	const most = 1000
	if !b.exact() || len(x.birthday[b.first]) > most {
		return nil
	}
	for _, at := range x.birthday[b.first] {
		for _, place := range x.held.placesOf(x.persons[at].names) {
			if among.of(int(place))>>(place%64)&1 != 0 {
				out = append(out, place)
			}
		}
	}
	return out
}

// alike are the names that are anywhere near one of those asked for, and of some places
// all, each as the one it is most like says, the most alike first.
func (x *Index) alike(e *encoded, among places, all []int32) (out []alike) {
	least := Possible - e.mostAdded()
	for i := range e.names {
		out = x.held.near(&e.names[i], among, all, least, out)
	}
	if len(e.names) > 1 || len(all) > 0 {
		slices.SortFunc(out, func(a, b alike) int { return cmp.Or(cmp.Compare(a.place, b.place), b.compare(a.nameScore)) })
		out = slices.CompactFunc(out, func(a, b alike) bool { return a.place == b.place })
	}
	slices.SortFunc(out, func(a, b alike) int { return cmp.Or(b.compare(a.nameScore), cmp.Compare(a.place, b.place)) })
	return out
}

// bestOf is how alike the best of some places is; nothing where none is near.
func bestOf(names []alike, places []int32) nameScore {
	for _, n := range names {
		if slices.Contains(places, n.place) {
			return n.nameScore
		}
	}
	return nameScore{}
}

// nameScore is how alike two names are.
type nameScore struct {
	score  float64
	fewer  bool // one has fewer parts
	single bool // one has a single part
	weak   bool // one pair of parts is not alike: brothers rather than a slip
}

// compare says which of a person's names is weighed: the more alike, and of equals
// the one that has less against it.
func (n nameScore) compare(than nameScore) int {
	against := func(n nameScore) (sum int) {
		for i, is := range [...]bool{n.fewer, n.single, n.weak} {
			if is {
				sum += 1 << i
			}
		}
		return sum
	}
	return cmp.Or(cmp.Compare(n.score, than.score), cmp.Compare(against(than), against(n)))
}

const (
	// weakPair: a slip of the pen leaves two parts of a name more alike than this.
	weakPair = 0.76
	// sameName: as alike as two traditions write one name.
	sameName = 0.91
)

// scoreOf is what the letters of two names say, of so many parts each.
func scoreOf(l names.Likeness, a, b int) nameScore {
	return nameScore{score: l.Score, fewer: a != b, single: min(a, b) == 1, weak: l.Weak < weakPair}
}

// What each further fact adds to or takes from the name's score. A fact that
// differs never throws a candidate out by itself unless the years are far apart.
const (
	sameBirth    = +0.10
	birthFits    = +0.04
	birthSwapped = +0.05
	birthNear    = -0.02 // within a year
	otherBirth   = -0.12 // within four
	farBirth     = -0.30
	otherSex     = -0.10
	sameCitizen  = +0.02
	otherCitizen = -0.03

	withinYear  = 366
	withinYears = 4 * 366
)

// mostAdded is the most that other facts can add to a name's score: of what was not
// asked, nothing. Who has the paper is found whatever the name, and how alike that is
// ranks them.
func (e *encoded) mostAdded() (most float64) {
	if e.born.known() || len(e.papers) > 0 {
		most += sameBirth
	}
	if e.hasOne || len(e.papers) > 0 {
		most += sameCitizen
	}
	return most
}

// judge adds up one person's evidence; note, if not nil, is told each reason.
func judge(q *encoded, p *person, name nameScore, paper bool, note func(Reason)) float64 {
	score := name.score
	add := func(by float64, why Reason) {
		score += by
		if note != nil {
			note(why)
		}
	}
	if q.born.known() && p.born.known() {
		add(judgeBirth(q.born, p.born))
	}
	if other(q.sex, p.sex) {
		add(otherSex, OtherSex)
	}
	switch {
	case q.citizen == notKnown || p.citizen == notKnown:
	case q.citizen == p.citizen:
		add(sameCitizen, SameCitizenship)
	default:
		add(otherCitizen, OtherCitizen)
	}
	if name.single || name.weak {
		score = min(score, Likely-0.01)
	}
	score = max(0, min(1, score))
	if paper {
		// Papers are lent, sold and forged, so what else agrees still ranks them;
		// but an equal one is always Likely.
		score = Likely + (1-Likely)*score
	}
	return score
}

// reasons says why, for the few that are shown.
func reasons(q *encoded, p *person, name nameScore, paper bool) []Reason {
	var why []Reason
	if paper {
		why = append(why, SameDocument)
	}
	why = append(why, nameReasons(name)...)
	judge(q, p, name, paper, func(r Reason) { why = append(why, r) })
	return why
}

func nameReasons(n nameScore) (why []Reason) {
	switch {
	case n.score >= sameName && !n.single:
		why = append(why, SameName)
	case n.score > 0:
		why = append(why, CloseName)
	}
	if n.single {
		return append(why, OneNameOnly)
	}
	if n.fewer {
		why = append(why, PartOfName)
	}
	return why
}

func judgeBirth(a, b Born) (float64, Reason) {
	apart := a.apart(b)
	switch {
	case apart == 0 && a.exact() && b.exact():
		return sameBirth, SameBirth
	case apart == 0:
		return birthFits, BirthFits
	case a.swapped(b):
		return birthSwapped, BirthSwapped
	case apart <= withinYear:
		return birthNear, BirthNear
	case apart <= withinYears:
		return otherBirth, OtherBirth
	}
	return farBirth, OtherBirth
}

// other says whether two sexes are both known and differ.
func other(a, b sex) bool { return a != notSaid && b != notSaid && a != b }
