// Package linkage finds the files that may be the same person's, from names in
// any script, a birth date as far as it is known, sex, citizenship and
// documents. One index serves search, the finding of duplicates and the removal
// check: sketches and vectors of names say who may be meant, and of those the letters
// are compared.
//
// It finds candidates and says why. It never decides that two files are one
// person: people do. It refuses to hide a file because one fact differs, since
// every fact here is written down wrongly somewhere; and an equal document
// always makes a candidate.
//
// Weak, and known: the letters are in memory while the server runs, as are the files
// that it reads. What leaves a building is encoded elsewhere.
package linkage

import (
	"slices"

	"pana/internal/id"
	"pana/internal/linkage/names"
	"pana/internal/withheld"
)

// Identity is what is known of who somebody is. Every part may be missing.
type Identity struct {
	Names       []withheld.Text // whole names, in any script and order of parts
	Born        Born
	Sex         string // "female", "male"; anything else is not known
	Citizenship withheld.Text
	Documents   []withheld.Text // numbers, as written
}

// Query asks for an identity's candidates.
type Query struct {
	Identity
	// In are the files that may be found; who says nothing finds nobody. Of the names of
	// others none is compared, so that they push nothing out and take no time.
	In Files
	// But is a file that is not found: the one for which is asked.
	But id.File
}

// Files are those of a list, or every file.
type Files struct {
	every bool
	list  []id.File
}

// Everywhere is every file.
var Everywhere = Files{every: true}

// Among are the files of a list, which is in order.
func Among(list []id.File) Files { return Files{list: list} }

func (f Files) has(file id.File) bool {
	_, is := slices.BinarySearch(f.list, file)
	return is || f.every
}

// Candidate is a file that may be the same person's.
type Candidate struct {
	File  id.File
	Score float64 // 0 to 1; not a probability
	Why   []Reason
}

// Reason is a code for what agreed or did not.
type Reason string

const (
	SameDocument    Reason = "same_document"
	SameName        Reason = "same_name"
	CloseName       Reason = "close_name"
	PartOfName      Reason = "part_of_name" // one of the two has fewer parts
	OneNameOnly     Reason = "one_name_only"
	SameBirth       Reason = "same_birth"
	BirthFits       Reason = "birth_fits" // as far as it is known
	BirthNear       Reason = "birth_near"
	BirthSwapped    Reason = "birth_swapped" // day and month exchanged
	OtherBirth      Reason = "other_birth"
	OtherSex        Reason = "other_sex"
	SameCitizenship Reason = "same_citizenship"
	OtherCitizen    Reason = "other_citizenship"
)

// What a score means. Measured on the pairs of testdata/pairs.tsv: see
// TestPrecisionAndRecall, which prints both.
const (
	// Likely is the same person unless something speaks against it.
	Likely = 0.90
	// Possible is worth a look by a person; below it nothing is returned.
	Possible = 0.70
)

// Spelling gives the parts of a name in the one spelling that the index
// compares, whatever script it came in.
func Spelling(name withheld.Text) []string {
	var out []string
	for _, p := range names.Key(name.Reveal()) {
		out = append(out, p.Text)
	}
	return out
}
