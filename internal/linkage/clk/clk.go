// Package clk encodes a record about a person as 1,024 bits under a key: a Bloom filter
// over all that is known of her, each feature hashed under the key (Schnell, Bachteler and
// Reiher's cryptographic long-term key; decision 38). Two encodings under one key are about as alike
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
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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

// space of features: what stands in one is never compared with another.
type space uint8

const (
	sound     space = iota // pairs of letters of a name's parts, whichever column they came from
	skeleton               // pairs of consonants: what scripts without vowels have
	givenName              // pairs of letters, in their column
	familyName
	father
	part // a whole part of a name
	born
	bornToo // a birth's numbers set more bits than one hash gives
	sex
	place
	paper
	paperAbout // with about where in the number they stand
	spaces
)

// weight is how many bits a feature of each space sets, 8 at most (a hash gives no more).
// Chosen on FEBRL 4 and on the open two thirds of the names benchmark.
var weight = [spaces]int{sound: 3, skeleton: 3, givenName: 1, familyName: 1, father: 1, part: 4, born: 6, bornToo: 6, sex: 4, place: 2, paper: 6, paperAbout: 6}

// filter is twice as wide as an encoding; its halves are folded by exclusive or, so that
// a bit of an encoding says of no feature that it is there (Schnell and Borgs 2016).
const filterBits = 2 * kernel.Bits

type filter [filterBits / 64]uint64

func (f *filter) add(other *filter) {
	for i, w := range other {
		f[i] |= w
	}
}

func (f *filter) folded() (v kernel.Vector) {
	for i := range v {
		v[i] = f[i] ^ f[i+kernel.Words]
	}
	return v
}

// Encoder encodes under one key; it is for one goroutine. What it has spelt it keeps: a
// list has many people of one name.
type Encoder struct {
	recipe Recipe
	hash   *hash
	names  [spaces]map[string]*spelt // by the column that they stand in
	one    []feature                 // of whom or what is being encoded
}

// spelt is a name as it is encoded: its features, and where those are not salted the bits
// that they set.
type spelt struct {
	features []feature
	bits     *filter
}

// NewEncoder makes an encoder.
func NewEncoder(key Key, recipe Recipe) *Encoder {
	e := &Encoder{recipe: recipe, hash: newHash(key, recipe.Salt != BirthSalt)}
	for _, column := range []space{givenName, familyName, place} {
		e.names[column] = map[string]*spelt{}
	}
	return e
}

// Encode encodes a record. What is not known sets no bit.
func (e *Encoder) Encode(r *lists.Record) kernel.Vector {
	e.hash.under(e.salt(r.Birth))
	var f filter
	e.name(&f, r.Given, givenName)
	e.name(&f, r.Family, familyName)
	e.name(&f, r.Place, place)
	e.one = birthFeatures(e.one[:0], r.Birth)
	e.one = documentFeatures(e.one, r.Document)
	if r.Sex != "" {
		e.one = append(e.one, e.hash.feature(sex, r.Sex))
	}
	e.hash.set(&f, e.one)
	return f.folded()
}

func (e *Encoder) salted() bool { return e.recipe.Salt == YearSalt || e.recipe.Salt == BirthSalt }

// salt is what stands for a birth in every hash; nothing where there is no salt.
func (e *Encoder) salt(of lists.Birth) string {
	if !e.salted() {
		return ""
	}
	of = e.recipe.Salt.of(of)
	b := make([]byte, 0, featureBytes)
	b = append(strconv.AppendInt(b, int64(of.Year), 10), '-')
	b = append(strconv.AppendInt(b, int64(of.Month), 10), '-')
	return string(strconv.AppendInt(b, int64(of.Day), 10))
}

func (e *Encoder) name(f *filter, text string, column space) {
	if text == "" {
		return
	}
	n, there := e.names[column][text]
	if !there {
		n = &spelt{}
		e.one = e.spell(e.one[:0], text, column)
		if e.salted() {
			n.features = slices.Clone(e.one)
		} else {
			n.bits = &filter{}
			e.hash.set(n.bits, e.one)
		}
		e.names[column][text] = n
	}
	if n.bits != nil {
		f.add(n.bits)
		return
	}
	e.hash.set(f, n.features)
}

// spell appends the features of a name in its column.
func (e *Encoder) spell(out []feature, text string, column space) []feature {
	for _, p := range names.Key(text) {
		if column == place {
			out = pairs(out, place, p.Text)
			continue
		}
		if p.Patronymic {
			out = pairs(out, father, p.Text)
			continue
		}
		out = pairs(out, skeleton, names.WithoutDoubles(strings.Map(consonants, p.Text)))
		if p.Bones {
			continue
		}
		out = pairs(out, sound, p.Text)
		out = pairs(out, column, p.Whole)
		out = append(out, e.hash.feature(part, p.Text))
	}
	return out
}

func consonants(r rune) rune {
	if strings.ContainsRune("aeiou", r) {
		return -1
	}
	return r
}

// edge stands before the first and after the last letter of a name.
const edge = '{' // follows 'z'

func pairs(out []feature, in space, text string) []feature {
	if text == "" {
		return out
	}
	last := rune(edge)
	for _, r := range text {
		out = append(out, pair(in, last, r))
		last = r
	}
	return append(out, pair(in, last, edge))
}

func pair(in space, a, b rune) (f feature) {
	f[0] = byte(in)
	n := 1 + utf8.EncodeRune(f[1:], a)
	n += utf8.EncodeRune(f[n:], b)
	f[featureBytes] = byte(n - 1)
	return f
}

// birthFeatures has each number by itself, so that one mistaken one leaves the others, and
// those of day and month also wherever they stand, since the two are exchanged. 1 January
// says no more than its year: it is written where only that is known.
func birthFeatures(out []feature, b lists.Birth) []feature {
	if b.Year == 0 {
		return out
	}
	add := func(what byte, number int16) {
		f := short(born, what, byte(uint16(number)>>8), byte(number))
		out = append(out, f)
		f[0] = byte(bornToo)
		out = append(out, f)
	}
	add('y', b.Year)
	add('d', b.Year/10) // a slip in its last number
	if b.Month == 0 || b.Month == 1 && b.Day == 1 {
		return out
	}
	add('m', b.Month)
	add('n', b.Month)
	if b.Day != 0 {
		add('t', b.Day)
		add('n', b.Day)
	}
	return out
}

// documentFeatures are pairs of a number's characters, by themselves and with about where
// they stand.
func documentFeatures(out []feature, number string) []feature {
	for i := 0; i+1 < len(number); i++ {
		var about [4]byte
		binary.BigEndian.PutUint32(about[:], uint32(i/2))
		out = append(out, short(paper, number[i], number[i+1]), short(paperAbout, number[i], number[i+1], about[0], about[1], about[2], about[3]))
	}
	return out
}
