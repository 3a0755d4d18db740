package check

import (
	"context"
	"math"
	"slices"
)

// visited holds the states of a search in the order in which they were found,
// and finds them again: open addressing over their numbers.
type visited struct {
	keys   []key
	parent []uint32
	slots  []uint32 // number + 1; 0 is empty
	mask   uint64
}

const noParent = math.MaxUint32

func newVisited() *visited {
	return &visited{slots: make([]uint32, 1<<10), mask: 1<<10 - 1}
}

func (k key) hash() uint64 {
	h := (k[0] ^ k[1]*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	h ^= h >> 32
	return h * 0x9e3779b97f4a7c15 >> 7
}

// add gives the state's number; fresh says that it was not known.
func (v *visited) add(k key, parent uint32) (number uint32, fresh bool) {
	if uint64(len(v.keys))*4 > v.mask*3 {
		v.grow()
	}
	for i := k.hash() & v.mask; ; i = (i + 1) & v.mask {
		n := v.slots[i]
		if n == 0 {
			v.slots[i] = uint32(len(v.keys) + 1)
			v.keys, v.parent = append(v.keys, k), append(v.parent, parent)
			return uint32(len(v.keys) - 1), true
		}
		if v.keys[n-1] == k {
			return n - 1, false
		}
	}
}

// find is the state's number.
func (v *visited) find(k key) (uint32, bool) {
	for i := k.hash() & v.mask; ; i = (i + 1) & v.mask {
		n := v.slots[i]
		if n == 0 {
			return 0, false
		}
		if v.keys[n-1] == k {
			return n - 1, true
		}
	}
}

func (v *visited) grow() {
	v.mask = v.mask*2 + 1
	v.slots = make([]uint32, v.mask+1)
	for n, k := range v.keys {
		i := k.hash() & v.mask
		for v.slots[i] != 0 {
			i = (i + 1) & v.mask
		}
		v.slots[i] = uint32(n + 1)
	}
}

// bytes is the memory that the states take.
func (v *visited) bytes() int64 {
	return int64(cap(v.keys))*16 + int64(cap(v.parent))*4 + int64(len(v.slots))*4
}

// path is a way through the states of a search: what the states and moves are,
// and what has to hold on the way for it to show what it is to show.
type path struct {
	keys  []key
	moves []*move
	owes  []debt
}

// debt is a table that has to hold of the at-th situation of a path.
type debt struct {
	at    int
	table *truth
}

// search explores a program breadth first, so that the first way found to a
// state is a shortest.
type search struct {
	*program
	seen   *visited
	memory int64
	bound  bool
	hit    bool // something met the property's trigger
	next   []key
	// The help that leads on from each state: the number of a state and, in the
	// lowest bit, whether the help is certain.
	helps  bool
	every  bool // any move counts as help: bounded asks whether To can come about
	help   []uint32
	helpAt []uint32
}

func (p *program) search(memory int64) *search {
	return &search{program: p, seen: newVisited(), memory: memory}
}

// run visits every state reachable by moves; found may end it with a state and a
// move that nothing may reach or take.
func (s *search) run(ctx context.Context, only func(*move) bool, bad func(cur []uint8, m *move) bool) (state uint32, m *move, found bool) {
	return s.explore(ctx, s.begin(), only, bad)
}

// explore is run from other states than the first.
func (s *search) explore(ctx context.Context, begin []key, only func(*move) bool, bad func(cur []uint8, m *move) bool) (state uint32, m *move, found bool) {
	for _, k := range begin {
		s.seen.add(k, noParent)
	}
	cur := make([]uint8, len(s.fields)+1)
	for i := 0; i < len(s.seen.keys); i++ {
		if i&0xfff == 0 && (ctx.Err() != nil || s.seen.bytes()+int64(cap(s.help)+cap(s.helpAt))*4 > s.memory) {
			s.bound = true
			return 0, nil, false
		}
		k := s.seen.keys[i]
		s.unpack(k, cur)
		if bad != nil && bad(cur, nil) {
			return uint32(i), nil, true
		}
		if s.helps {
			s.helpAt = append(s.helpAt, uint32(len(s.help)))
		}
		for j := range s.moves {
			m := &s.moves[j]
			if only != nil && !only(m) || !s.enabled(m, cur) {
				continue
			}
			if bad != nil && m.watch != 0 && bad(cur, m) {
				return uint32(i), m, true
			}
			s.step(uint32(i), m, cur, k)
		}
	}
	if s.helps {
		s.helpAt = append(s.helpAt, uint32(len(s.help)))
	}
	return 0, nil, false
}

func (s *search) step(from uint32, m *move, cur []uint8, k key) {
	s.next = s.next[:0]
	s.take(m, cur, k, &s.next)
	helps := s.helps && s.helpful(m, cur)
	if !helps && len(s.next) == 1 && s.next[0] == k {
		return
	}
	sure := uint32(0)
	if helps && (s.every || m.must.sure(cur)) && m.certain(cur) {
		sure = 1
	}
	for _, to := range s.next {
		n, _ := s.seen.add(to, from)
		if helps {
			s.help = append(s.help, n<<1|sure)
		}
	}
}

// helpful says whether a move may be help.
func (s *search) helpful(m *move, cur []uint8) bool { return s.every || m.help && m.must.can(cur) }

// way is the shortest path to a state.
func (s *search) way(state uint32) *path {
	var keys []key
	for n := state; n != noParent; n = s.seen.parent[n] {
		keys = append(keys, s.seen.keys[n])
	}
	slices.Reverse(keys)
	out := &path{keys: keys}
	for i := 1; i < len(keys); i++ {
		out.moves = append(out.moves, s.between(keys[i-1], keys[i], nil))
	}
	return out
}

// between is the first move that leads from one state to another.
func (s *search) between(a, b key, only func(*move) bool) *move {
	cur := make([]uint8, len(s.fields)+1)
	s.unpack(a, cur)
	for j := range s.moves {
		m := &s.moves[j]
		if only != nil && !only(m) || !s.enabled(m, cur) {
			continue
		}
		s.next = s.next[:0]
		s.take(m, cur, a, &s.next)
		if slices.Contains(s.next, b) {
			return m
		}
	}
	return nil
}

// helped are the states from which goal can be reached by help alone: by help
// that is certain, or by any.
func (s *search) helped(goal *test, certain bool) []bool {
	n := len(s.seen.keys)
	ok := make([]bool, n)
	from, at := s.backwards(certain)
	queue := make([]uint32, 0, n)
	cur := make([]uint8, len(s.fields)+1)
	for i, k := range s.seen.keys {
		s.unpack(k, cur)
		if certain && goal.sure(cur) || !certain && goal.can(cur) {
			ok[i] = true
			queue = append(queue, uint32(i))
		}
	}
	for len(queue) > 0 {
		i := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, before := range from[at[i]:at[i+1]] {
			if !ok[before] {
				ok[before] = true
				queue = append(queue, before)
			}
		}
	}
	return ok
}

// backwards turns the help round: for each state, those that it helps.
func (s *search) backwards(certain bool) (from, at []uint32) {
	n := len(s.seen.keys)
	at = make([]uint32, n+1)
	for _, h := range s.help {
		if !certain || h&1 != 0 {
			at[h>>1+1]++
		}
	}
	for i := range n {
		at[i+1] += at[i]
	}
	from = make([]uint32, at[n])
	fill := slices.Clone(at)
	for i := range n {
		for _, h := range s.help[s.helpAt[i]:s.helpAt[i+1]] {
			if !certain || h&1 != 0 {
				from[fill[h>>1]] = uint32(i)
				fill[h>>1]++
			}
		}
	}
	return from, at
}
