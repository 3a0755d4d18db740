package linkage

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pana/internal/linkage/names"
)

// bits512 is a set of hashed pairs of letters.
type bits512 [8]uint64

func (b *bits512) set(i uint16) { b[i>>6&7] |= 1 << (i & 63) }

func (b *bits512) count() int {
	return bits.OnesCount64(b[0]) + bits.OnesCount64(b[1]) + bits.OnesCount64(b[2]) + bits.OnesCount64(b[3]) +
		bits.OnesCount64(b[4]) + bits.OnesCount64(b[5]) + bits.OnesCount64(b[6]) + bits.OnesCount64(b[7])
}

func (b *bits512) common(c *bits512) int {
	return bits.OnesCount64(b[0]&c[0]) + bits.OnesCount64(b[1]&c[1]) + bits.OnesCount64(b[2]&c[2]) + bits.OnesCount64(b[3]&c[3]) +
		bits.OnesCount64(b[4]&c[4]) + bits.OnesCount64(b[5]&c[5]) + bits.OnesCount64(b[6]&c[6]) + bits.OnesCount64(b[7]&c[7])
}

// each calls do with every bit that is set, in order.
func (b *bits512) each(do func(i int)) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			do(w<<6 | bits.TrailingZeros64(word))
		}
	}
}

func (b *bits512) join(c *bits512) {
	for i := range b {
		b[i] |= c[i]
	}
}

// dice is how alike two sets of so many bits are, from 0 to 1.
func dice(b, c *bits512, nb, nc uint16) float64 {
	if n := int(nb) + int(nc); n > 0 {
		return 2 * float64(b.common(c)) / float64(n)
	}
	return 0
}

// vector is one part of a name. Sound has the pairs of all letters, bones those
// of its consonants, which agree where traditions differ in vowels or a script
// does not write them.
type vector struct {
	sound, bones         bits512
	soundBits, bonesBits uint16 // how many are set
	onlyBones            bool
}

// nameVector is a whole name: its letters; a vector for each part, which says quickly
// whether the letters need be looked at; and a sketch of what all parts have, which the
// scan looks at.
type nameVector struct {
	sketch  bits512
	vectors []*vector
	parts   []names.Part
}

// coder makes sketches with a key. Pairs of Latin letters are hashed once.
type coder struct {
	key    []byte
	reader names.Reader
	pairs  [2][28][28]uint32 // two 9-bit places each
}

const (
	soundSpace = iota
	bonesSpace
)

// edge stands before the first and after the last letter.
const edge = '{' // follows 'z'

func newCoder(key [32]byte) *coder {
	c := &coder{key: key[:]}
	for space := range c.pairs {
		for a := rune('a'); a <= edge; a++ {
			for b := rune('a'); b <= edge; b++ {
				c.pairs[space][a-'a'][b-'a'] = c.hashPair(space, a, b)
			}
		}
	}
	return c
}

// name reads a name; false when it has no letters.
func (c *coder) name(text string) (n nameVector, ok bool) {
	n.parts = c.reader.Read(text)
	for _, p := range n.parts {
		v := c.part(p)
		n.vectors = append(n.vectors, &v)
		n.sketch.join(&v.bones)
		if !v.onlyBones {
			n.sketch.join(&v.sound)
		}
		for _, also := range p.Also {
			c.setPairs(&n.sketch, soundSpace, also)
		}
	}
	return n, len(n.parts) > 0
}

func (c *coder) part(p names.Part) vector {
	v := vector{onlyBones: p.Bones}
	c.setPairs(&v.sound, soundSpace, p.Text)
	bones := names.WithoutDoubles(strings.Map(withoutVowels, p.Text))
	c.setPairs(&v.bones, bonesSpace, bones)
	v.soundBits, v.bonesBits = uint16(v.sound.count()), uint16(v.bones.count())
	return v
}

func withoutVowels(r rune) rune {
	if strings.ContainsRune("aeiou", r) {
		return -1
	}
	return r
}

func (c *coder) setPairs(b *bits512, space int, text string) {
	last := edge
	for _, r := range text + string(edge) {
		places := c.pair(space, last, r)
		b.set(uint16(places & 511))
		b.set(uint16(places >> 9 & 511))
		last = r
	}
}

func (c *coder) pair(space int, a, b rune) uint32 {
	if 'a' <= a && a <= edge && 'a' <= b && b <= edge {
		return c.pairs[space][a-'a'][b-'a']
	}
	return c.hashPair(space, a, b) // a script that has no table: compared as written
}

func (c *coder) hashPair(space int, a, b rune) uint32 {
	sum := c.mac("pair", string([]rune{rune('0' + space), a, b}))
	return binary.BigEndian.Uint32(sum[:])
}

// code is a short keyed hash of a document or a citizenship.
type code [16]byte

func (c *coder) code(use, text string) (code, bool) {
	text = plain(text)
	if text == "" {
		return code{}, false
	}
	return code(c.mac(use, text)[:16]), true
}

func (c *coder) mac(use, text string) []byte {
	m := hmac.New(sha256.New, c.key)
	_, _ = m.Write([]byte("pana.linkage.1\x00" + use + "\x00" + text))
	return m.Sum(nil)
}

// plain leaves letters and digits, in upper case, with the Cyrillic letters
// that look like Latin ones turned into them: N 1234567 and № 1234567 are
// typed from one paper.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if i := strings.IndexRune(cyrillicLooks, r); i >= 0 {
			return rune(latinLooks[i/2])
		}
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, strings.ToUpper(norm.NFKC.String(strings.ReplaceAll(text, "№", "")))) // NFKC would make it "No"
}

const (
	cyrillicLooks = "АВЕКМНОРСТУХІ" // two bytes each
	latinLooks    = "ABEKMHOPCTYXI"
)

// PlainDocument is a document's number as it is compared.
func PlainDocument(number string) string { return plain(number) }
