package linkage

import "math/bits"

// The scan asks of every name there is: how many bits has your sketch in common
// with mine, and is that enough? Names lie in chunks of 512, turned on their
// side: one word holds one bit of 64 names. A query reads only the words of its
// own bits, and adds them up for 64 names at once. The answer is exactly that of
// comparing one by one, in a fifth of the time.

const (
	chunkNames = 512
	chunkWords = chunkNames / 64
	// A sketch has at most 512 bits, so a sum needs ten.
	sumBits = 10
)

// enough is which share of the smaller sketch two names must have in common to
// be compared part by part, in 256ths. Of one person's pairs in the names benchmark 97.7
// of a hundred are found at 141; at 128 it is 98.0 and twice as many names are compared,
// at 154 it is 96.
const enough = 141

// needed is how many common bits a sketch of so many asks for. Of two sketches
// the smaller asks for less: min(needed(a), needed(b)) is needed(min(a, b)).
func needed(count int) int { return (count*enough + 255) / 256 }

// chunk is 512 names on their side.
type chunk struct {
	bit  [512][chunkWords]uint64
	need [sumBits][chunkWords]uint64 // of needed, one bit of 64 names a word
}

// sketches are the sketches of all names, by place.
type sketches struct {
	chunks []*chunk
	n      int
}

func (s *sketches) at(i int) (c *chunk, word int, mask uint64) {
	return s.chunks[i/chunkNames], i % chunkNames / 64, 1 << (i % 64)
}

func (s *sketches) add(b *bits512) {
	if s.n == len(s.chunks)*chunkNames {
		s.chunks = append(s.chunks, new(chunk))
	}
	c, word, mask := s.at(s.n)
	b.each(func(i int) { c.bit[i][word] |= mask })
	for i, n := 0, needed(b.count()); n > 0; i, n = i+1, n>>1 {
		if n&1 != 0 {
			c.need[i][word] |= mask
		}
	}
	s.n++
}

// drop puts the last sketch into a hole, which may be its own, and wipes where
// it was.
func (s *sketches) drop(i int) {
	s.n--
	to, word, mask := s.at(i)
	from, lastWord, last := s.at(s.n)
	move := func(to, from *[chunkWords]uint64) {
		there := from[lastWord]&last != 0
		to[word] &^= mask
		if there {
			to[word] |= mask
		}
		from[lastWord] &^= last
	}
	for b := range to.bit {
		move(&to.bit[b], &from.bit[b])
	}
	for b := range to.need {
		move(&to.need[b], &from.need[b])
	}
	if s.n == (len(s.chunks)-1)*chunkNames {
		s.chunks[len(s.chunks)-1] = nil
		s.chunks = s.chunks[:len(s.chunks)-1]
	}
}

// places are some of them, 64 in a word; nil are all.
type places []uint64

func newPlaces(n int) places { return make(places, (n+63)/64) }

func (p places) add(i int) { p[i/64] |= 1 << (i % 64) }

// of are those of the 64 from one on.
func (p places) of(first int) uint64 {
	if p == nil {
		return ^uint64(0)
	}
	return p[first/64]
}

// near calls do with the place of every name among some that has enough in common.
func (s *sketches) near(q *bits512, among places, do func(place int)) {
	var asked []uint16
	q.each(func(i int) { asked = append(asked, uint16(i)) })
	mine := needed(len(asked))
	for n, c := range s.chunks {
		for word := range chunkWords {
			first := n*chunkNames + word*64
			if first >= s.n {
				return
			}
			hits := among.of(first)
			if hits == 0 {
				continue
			}
			hits &= c.near(asked, mine, word)
			if left := s.n - first; left < 64 {
				hits &= 1<<left - 1
			}
			for ; hits != 0; hits &= hits - 1 {
				do(first + bits.TrailingZeros64(hits))
			}
		}
	}
}

// near says which of 64 names have as many of these bits as one of the two asks
// for. The sums stand in variables, one for each power of two, for an array that is
// indexed would be kept in memory.
func (c *chunk) near(places []uint16, mine, word int) uint64 {
	word &= chunkWords - 1
	var s0, s1, s2 uint64
	var high [sumBits - 3]uint64
	for len(places) >= 8 {
		p := (*[8]uint16)(places)
		places = places[8:]
		var a, b, d, e, f, g, eight uint64
		s0, a = add3(s0, c.bit[p[0]&511][word], c.bit[p[1]&511][word])
		s0, b = add3(s0, c.bit[p[2]&511][word], c.bit[p[3]&511][word])
		s0, d = add3(s0, c.bit[p[4]&511][word], c.bit[p[5]&511][word])
		s0, e = add3(s0, c.bit[p[6]&511][word], c.bit[p[7]&511][word])
		s1, f = add3(s1, a, b)
		s1, g = add3(s1, d, e)
		s2, eight = add3(s2, f, g)
		for i := 0; eight != 0 && i < len(high); i++ {
			high[i], eight = high[i]^eight, high[i]&eight
		}
	}
	for _, p := range places {
		one := c.bit[p&511][word]
		two := s0 & one
		four := s1 & two
		eight := s2 & four
		s0, s1, s2 = s0^one, s1^two, s2^four
		for i := 0; eight != 0 && i < len(high); i++ {
			high[i], eight = high[i]^eight, high[i]&eight
		}
	}
	sum := [sumBits]uint64{s0, s1, s2}
	copy(sum[3:], high[:])
	// From the highest bit down: more than what is asked for, or so far the same.
	moreThanMine, sameAsMine := uint64(0), ^uint64(0)
	moreThanIts, sameAsIts := uint64(0), ^uint64(0)
	for i := sumBits - 1; i >= 0; i-- {
		if mine>>i&1 != 0 {
			sameAsMine &= sum[i]
		} else {
			moreThanMine |= sameAsMine & sum[i]
			sameAsMine &^= sum[i]
		}
		its := c.need[i][word]
		moreThanIts |= sameAsIts & sum[i] &^ its
		sameAsIts &^= sum[i] ^ its
	}
	return moreThanMine | sameAsMine | moreThanIts | sameAsIts
}

// add3 adds three bits of 64 names.
func add3(a, b, c uint64) (sum, carry uint64) {
	u := a ^ b
	return u ^ c, a&b | u&c
}

// sketch reads one back.
func (s *sketches) sketch(i int) (out bits512) {
	c, word, mask := s.at(i)
	for b := range c.bit {
		if c.bit[b][word]&mask != 0 {
			out.set(uint16(b))
		}
	}
	return out
}
