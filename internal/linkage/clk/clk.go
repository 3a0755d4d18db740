// Package clk encodes a record about a person as 1,024 bits under a key: a Bloom filter
// over all that is known of her, each feature hashed by HMAC (Schnell, Bachteler and
// Reiher's cryptographic long-term key). Two encodings under one key are about as alike
// as the records are; without the key nobody makes one to compare. Names are encoded by
// their key in package names, so that scripts and traditions meet.
//
// It refuses to be taken for encryption: who holds the key reads it back by trying
// people, and who holds many encodings and a register can match the two by their
// pattern. What stands against that is in the recipe (a salt by year of birth, the folding
// of the filter) and in the protocol around it (decoys, and that nobody who has
// encodings has a register): docs/exchange.md.
package clk

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"pana/internal/linkage/kernel"
	"pana/internal/linkage/lists"
	"pana/internal/linkage/names"
)

// Key is agreed between the bodies of one project.
type Key [32]byte

// Salt is what of a birth goes into every feature: encodings of people with two salts have
// nothing in common but chance. Who has none, or another one than elsewhere, is not found.
type Salt string

const (
	NoSalt    Salt = "none"
	YearSalt  Salt = "year"
	BirthSalt Salt = "birth" // the whole date; of 1 January, or where no day is known, the year
)

// of is the salt of a birth.
func (s Salt) of(b lists.Birth) lists.Birth {
	switch {
	case s == BirthSalt && (b.Month == 0 || b.Day == 0 || b.Month == 1 && b.Day == 1), s == YearSalt:
		return lists.Birth{Year: b.Year}
	case s == BirthSalt:
		return b
	}
	return lists.Birth{}
}

// Recipe says how encodings under one key are made: it is agreed with the key.
type Recipe struct {
	Salt Salt
}

// spaces of features: what stands in one is never compared with another.
type space uint8

const (
	sound     space = iota // pairs of letters of a name's parts, whichever column they came from
	skeleton               // pairs of consonants: what scripts without vowels have
	givenName              // pairs of letters, in their column
	familyName
	father
	part // a whole part of a name
	born
	sex
	place
	paper
	spaces
)

// weight is how many bits a feature of each space sets. Chosen on FEBRL 4 and on the open
// two thirds of the names benchmark.
var weight = [spaces]int{sound: 3, skeleton: 3, givenName: 1, familyName: 1, father: 1, part: 4, born: 12, sex: 4, place: 2, paper: 6}

// filter is twice as wide as an encoding; its halves are folded by exclusive or, so that
// a bit of an encoding says of no feature that it is there (Schnell and Borgs 2016).
const filterBits = 2 * kernel.Bits

type filter [filterBits / 64]uint64

func (f *filter) set(places []uint16) {
	for _, p := range places {
		f[p>>6] |= 1 << (p & 63)
	}
}

func (f *filter) folded() (v kernel.Vector) {
	for i := range v {
		v[i] = f[i] ^ f[i+kernel.Words]
	}
	return v
}

// Encoder encodes under one key; it is for one goroutine. What it has hashed once it
// keeps: there are few pairs of letters, and a list has many of each.
type Encoder struct {
	recipe Recipe
	mac    *mac
	text   []byte // of the feature that is hashed
	salts  map[lists.Birth]*salted
	keys   map[string]*spelt
}

// salted are the features hashed under one salt.
type salted struct {
	text string
	*tables
}

// tables are what was hashed under one salt. A salt of whole births is of few people each:
// to keep their tables would take gigabytes, and they are hashed anew.
type tables struct {
	pairs  [father + 1][28 * 28][]uint16
	other  map[feature][]uint16
	births map[lists.Birth][]uint16
	digits [8][100][]uint16 // two digits of a document, and where they stand
}

type feature struct {
	in   space
	text string
}

// spelt is a name as it is encoded.
type spelt struct {
	parts []names.Part
	bones []string
}

// NewEncoder makes an encoder.
func NewEncoder(key Key, recipe Recipe) *Encoder {
	return &Encoder{recipe: recipe, mac: newMAC(key), salts: map[lists.Birth]*salted{}, keys: map[string]*spelt{}}
}

// Encode encodes a record. What is not known sets no bit.
func (e *Encoder) Encode(r *lists.Record) kernel.Vector {
	s := e.salt(r.Birth)
	var f filter
	e.name(&f, s, r.Given, givenName)
	e.name(&f, s, r.Family, familyName)
	e.birth(&f, s, r.Birth)
	if r.Sex != "" {
		e.add(&f, s, sex, r.Sex)
	}
	for _, p := range e.spell(r.Place).parts {
		e.pairs(&f, s, place, p.Text)
	}
	e.document(&f, s, r.Document)
	return f.folded()
}

func (e *Encoder) salt(birth lists.Birth) *salted {
	birth = e.recipe.Salt.of(birth)
	if s, there := e.salts[birth]; there {
		return s
	}
	s := &salted{}
	if e.recipe.Salt == YearSalt || e.recipe.Salt == BirthSalt {
		s.text = fmt.Sprintf("%d-%d-%d", birth.Year, birth.Month, birth.Day)
	}
	if e.recipe.Salt != BirthSalt {
		s.tables = &tables{other: map[feature][]uint16{}, births: map[lists.Birth][]uint16{}}
		e.salts[birth] = s
	}
	return s
}

func (e *Encoder) spell(text string) *spelt {
	s, there := e.keys[text]
	if !there {
		s = &spelt{parts: names.Key(text)}
		for _, p := range s.parts {
			s.bones = append(s.bones, names.WithoutDoubles(strings.Map(consonants, p.Text)))
		}
		e.keys[text] = s
	}
	return s
}

func consonants(r rune) rune {
	if strings.ContainsRune("aeiou", r) {
		return -1
	}
	return r
}

func (e *Encoder) name(f *filter, s *salted, text string, column space) {
	n := e.spell(text)
	for i, p := range n.parts {
		if p.Patronymic {
			e.pairs(f, s, father, p.Text)
			continue
		}
		e.pairs(f, s, skeleton, n.bones[i])
		if p.Bones {
			continue
		}
		e.pairs(f, s, sound, p.Text)
		e.pairs(f, s, column, p.Whole)
		e.add(f, s, part, p.Text)
	}
}

// birth has each number by itself, so that one mistaken one leaves the others, and those
// of day and month also wherever they stand, since the two are exchanged. 1 January says no
// more than its year: it is written where only that is known.
func (e *Encoder) birth(f *filter, s *salted, b lists.Birth) {
	if b.Year == 0 {
		return
	}
	var places []uint16
	if s.tables != nil {
		places = s.births[b]
	}
	if places == nil {
		for _, text := range birthFeatures(b) {
			places = append(places, e.hashed(s, born, text)...)
		}
	}
	if s.tables != nil {
		s.births[b] = places
	}
	f.set(places)
}

func birthFeatures(b lists.Birth) []string {
	out := []string{fmt.Sprintf("y%04d", b.Year), fmt.Sprintf("d%03d", b.Year/10)} // a slip in its last number
	if b.Month == 0 || b.Month == 1 && b.Day == 1 {
		return out
	}
	out = append(out, fmt.Sprintf("m%d", b.Month), fmt.Sprintf("n%d", b.Month))
	if b.Day != 0 {
		out = append(out, fmt.Sprintf("t%d", b.Day), fmt.Sprintf("n%d", b.Day))
	}
	return out
}

// document has pairs of its characters, by themselves and with about where they stand.
func (e *Encoder) document(f *filter, s *salted, number string) {
	for i := 0; i+1 < len(number); i++ {
		about, tens, ones := i/2, number[i]-'0', number[i+1]-'0'
		if s.tables == nil || about >= len(s.digits) || tens > 9 || ones > 9 {
			f.set(e.places(s, paper, number[i:i+2]))
			f.set(e.places(s, paper, strconv.Itoa(about)+":"+number[i:i+2]))
			continue
		}
		places := &s.digits[about][10*tens+ones]
		if *places == nil {
			*places = append(e.hashed(s, paper, number[i:i+2]), e.hashed(s, paper, strconv.Itoa(about)+":"+number[i:i+2])...)
		}
		f.set(*places)
	}
}

// edge stands before the first and after the last letter of a name.
const edge = '{' // follows 'z'

func (e *Encoder) pairs(f *filter, s *salted, in space, text string) {
	if text == "" {
		return
	}
	last := rune(edge)
	for _, r := range text + string(rune(edge)) {
		f.set(e.pair(s, in, last, r))
		last = r
	}
}

func (e *Encoder) pair(s *salted, in space, a, b rune) []uint16 {
	if s.tables == nil || int(in) >= len(s.pairs) || a < 'a' || a > edge || b < 'a' || b > edge {
		return e.places(s, in, string([]rune{a, b}))
	}
	at := &s.pairs[in][(a-'a')*28+b-'a']
	if *at == nil {
		*at = e.hashed(s, in, string([]rune{a, b}))
	}
	return *at
}

func (e *Encoder) add(f *filter, s *salted, in space, text string) { f.set(e.places(s, in, text)) }

func (e *Encoder) places(s *salted, in space, text string) []uint16 {
	if s.tables == nil {
		return e.hashed(s, in, text)
	}
	key := feature{in, text}
	places, there := s.other[key]
	if !there {
		places = e.hashed(s, in, text)
		s.other[key] = places
	}
	return places
}

// hashed are the places of a feature, of two bytes of one HMAC each: at most 16.
func (e *Encoder) hashed(s *salted, in space, text string) []uint16 {
	e.text = append(e.text[:0], "pana.clk.1\x00"...)
	e.text = append(append(e.text, 'A'+byte(in)), s.text...)
	e.text = append(append(e.text, 0), text...)
	sum := e.mac.sum(e.text)
	out := make([]uint16, weight[in])
	for i := range out {
		out[i] = binary.BigEndian.Uint16(sum[2*i:]) % filterBits
	}
	return out
}

// mac is HMAC-SHA-256 with its two blocks of key made once: crypto/hmac takes three times
// as long for a text as short as a feature. A test holds them equal.
type mac struct{ inner, outer [sha256.BlockSize + 128]byte }

func newMAC(key Key) *mac {
	m := &mac{}
	for i := range sha256.BlockSize {
		m.inner[i], m.outer[i] = 0x36, 0x5c
	}
	for i, b := range key {
		m.inner[i] ^= b
		m.outer[i] ^= b
	}
	return m
}

func (m *mac) sum(text []byte) [sha256.Size]byte {
	const block = sha256.BlockSize
	sum := sha256.Sum256(append(m.inner[:block], text...)) // a longer text is copied, and the key stays
	copy(m.outer[block:], sum[:])
	return sha256.Sum256(m.outer[:block+sha256.Size])
}
