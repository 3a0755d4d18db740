// Package benchmark is Pana's benchmark of Central Asian names: pairs of records
// of invented people, each as some paper or ear wrote it, with the truth of
// whether the two are one person.
//
// It is frozen: the pairs follow from a seed, the lists of names and the tables
// of internal/linkage/names, and a test holds their digest. Whoever must change
// what it makes raises Version and says so; figures of two versions are not
// compared. A third is held back: its people and the roots of their names occur
// nowhere else, and nothing was tuned on it.
//
// Weak, and known: the names are ours, everyday ones and few (some thirty of each
// kind), drawn alike often, where real names are not; errors are drawn by rules, and
// real ears err otherwise. It says how a matcher does on these traditions beside
// another; it does not say how many links are missed in an office.
//
// Licence: as Pana's, Apache-2.0.
package benchmark

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Version is raised when the pairs change.
const Version = 1

// seed is the day on which it was frozen.
const seed = 20261123

// Record is what one paper or ear has of somebody.
type Record struct {
	Document string // which tradition or ear wrote it
	Script   string // Cyrl, Latn, Arab
	Name     string
	Born     string // 1990-05-31, 1990, or "": not known
}

// Pair is two records and the truth.
type Pair struct {
	ID       string
	Held     bool // of the third that is held back
	Same     bool
	Kind     string // what makes it hard: see kinds
	Language string
	Sex      string // female, male: of the first
	A, B     Record
}

// Namesake says that only the birth tells the two apart, so that whoever looks at
// names alone cannot know.
func (p Pair) Namesake() bool { return p.Kind == "namesake" }

// languages in their order.
var languages = []string{"kk", "ru", "uz", "ky", "tg", "prs", "tr"}

// ofEach is how many pairs a language has, half of them one person.
const ofEach = 960

// kinds of pairs of two people, each as hard as life makes them.
var kinds = []string{"sibling", "near", "family", "parent", "given", "namesake"}

// Pairs makes all pairs, always the same.
func Pairs() []Pair {
	var out []Pair
	for n, language := range languages {
		g := &generator{draw: &draw{seed + uint64(n)<<32}, language: language, people: lists[language]}
		for i := range ofEach {
			g.held = i%3 == 2
			p := g.pair(i%2 == 0, kinds[i/6%len(kinds)])
			p.ID, p.Held, p.Language = fmt.Sprintf("%s-%04d", language, i), g.held, language
			out = append(out, p)
		}
	}
	return out
}

// Table is the benchmark as a file for other programs.
func Table(pairs []Pair) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Pana's benchmark of Central Asian names, version %d. Invented people. Licence: Apache-2.0.\n", Version)
	b.WriteString("id\theld\tsame\tkind\tlanguage\tsex\tdocument_a\tscript_a\tname_a\tborn_a\tdocument_b\tscript_b\tname_b\tborn_b\n")
	for _, p := range pairs {
		fmt.Fprintf(&b, "%s\t%t\t%t\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Held, p.Same, p.Kind, p.Language, p.Sex,
			p.A.Document, p.A.Script, p.A.Name, p.A.Born, p.B.Document, p.B.Script, p.B.Name, p.B.Born)
	}
	return b.String()
}

// Digest is what the freeze is held by.
func Digest(pairs []Pair) string {
	sum := sha256.Sum256([]byte(Table(pairs)))
	return hex.EncodeToString(sum[:])
}

// draw is chance that is the same in every release of Go: splitmix64.
type draw struct{ state uint64 }

func (d *draw) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *draw) below(n int) int { return int(d.next() % uint64(n)) }

// chance is true in so many of a hundred.
func (d *draw) chance(percent int) bool { return d.below(100) < percent }

func pick[T any](d *draw, list []T) T { return list[d.below(len(list))] }
