// Package paper makes what a person is handed: a decision with its notice, a
// certificate, a note to whom she is sent. It is told what happened and finds
// the words; what it returns is kept as it was handed over. The page of it is
// the record; PDF is for printers.
//
// It refuses half a paper: when one sentence is missing in a language there is
// none in that language, for a notice with a hole in it is not understood. It
// does not know who may read it, and no place but the room of a hearing: it has no
// field for where a person or a shelter is.
package paper

import (
	"encoding/json"
	"errors"
	"time"

	"pana/internal/procedure"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// Kinds of paper.
const (
	Decision    = "decision"
	Certificate = "certificate"
	Referral    = "referral"
	Summons     = "summons"
)

// Facts are what a paper is made of. Names and reasons are withheld until the
// paper is shown.
type Facts struct {
	Kind   string
	Name   string // the pack's paper; of a decision empty
	Step   string
	File   string            // the number people say on the telephone
	Issuer map[string]string // the body's name by language; "" is what it is called everywhere
	Person []withheld.Text   // as far as they may stand here
	Born   withheld.Text
	At     time.Time // when the step was taken
	Given  time.Time // when the paper is handed over
	Zone   *time.Location

	Two     bool // two of the body decided: there is a line for each
	Reasons withheld.Text
	Basis   []procedure.Basis
	Valid   Term // of a certificate

	// Of a decision against her. Appeal is a step, or nothing when the law that was
	// read names none.
	Against  bool
	Appeal   string
	AppealTo []string // kinds of body
	Offices  []Office
	Limit    Term

	Called *Called // of a summons

	Read    string // how the paper reached her, where it is not in her language
	Reader  string // that language
	Hotline string
}

// Term is a clock: when it ends, if that is known yet.
type Term struct {
	Clock   string
	Due     time.Time
	Unknown bool // the law that was read does not say how long
}

// Called is when and where she is heard: a room of the body that hears her, and
// never where she or a shelter is.
type Called struct {
	Of          string // the pack's hearing
	At          time.Time
	Remote      bool
	Room        withheld.Text
	Language    string
	Interpreter bool
	Attends     []string // who must be there with her
}

// Office is where something can be brought.
type Office struct{ Name, Phone string }

// Document is a paper in one language, with another beside it.
type Document struct {
	Kind  string `json:"kind"`
	Sides []Side `json:"sides"`
	// Given is what the decider wrote, in the decider's words; it stands once.
	Given string `json:"given,omitempty"`
}

// Side is the paper in one language.
type Side struct {
	Lang   wording.Lang `json:"lang"`
	Label  string       `json:"label"` // what kind of paper it is
	Title  string       `json:"title"`
	Facts  []Row        `json:"facts"`
	Blocks []Block      `json:"blocks"`
	// Reasons stands over what the decider wrote, where there is something.
	Reasons *Block `json:"reasons,omitempty"`
	Signs   []Row  `json:"signs"` // lines to be signed
	Check   Block  `json:"check"` // how a reader finds out whether it is genuine
	Draft   string `json:"draft,omitempty"`
}

// Row is a line with its name.
type Row struct {
	Name string `json:"name"`
	Text string `json:"text,omitempty"`
}

// Block is a heading and what stands under it.
type Block struct {
	Heading string   `json:"heading"`
	Lines   []string `json:"lines"`
}

// Main is the side in the person's language.
func (d Document) Main() Side { return d.Sides[0] }

// Kept writes the document for the record.
func (d Document) Kept() withheld.Text {
	b, _ := json.Marshal(d) // strings only
	return withheld.New(string(b))
}

// Read reads a document from the record.
func Read(kept withheld.Text) (Document, error) {
	var d Document
	if err := json.Unmarshal([]byte(kept.Reveal()), &d); err != nil || len(d.Sides) == 0 {
		return Document{}, errors.New("paper: not a document") // the cause would quote what was sealed
	}
	return d, nil
}
