package ledger

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// OpeningsFile is the list of who opened one file, for somebody outside to check:
// all leaves of the file by their hashes, in order, and for each opening its header,
// which names the leaf before it, and a proof that it is in the ledger. An opening
// that is left out leaves a number without a line.
//
// What it cannot show is said where it is shown: that a leaf which is listed by its
// hash only is not an opening, and that nobody read the file outside Pana.
type OpeningsFile struct {
	Format     string          `json:"format"`
	File       string          `json:"file"` // the number that the file is called by
	At         string          `json:"at"`
	TakenBy    string          `json:"taken_by"`
	TakenAs    uint64          `json:"taken_as"` // the leaf that says so
	Limits     string          `json:"limits"`
	Verifier   string          `json:"verifier"`
	Checkpoint string          `json:"checkpoint"`
	Leaves     []string        `json:"leaves"` // hashes, from the file's first
	Openings   []ProvedOpening `json:"openings"`
	// Later is how many openings are left out because the person is shown them later,
	// LaterLast the day on which the last of them is.
	Later     int    `json:"later,omitempty"`
	LaterLast string `json:"later_last,omitempty"`
}

// ProvedOpening is one line of the list.
type ProvedOpening struct {
	Number  uint64   `json:"number"` // in the file, from 1
	At      string   `json:"at"`
	Body    string   `json:"body"`
	What    string   `json:"what"`
	Purpose string   `json:"purpose"`
	Later   string   `json:"later,omitempty"` // the day on which the person is shown it
	Record  string   `json:"record"`          // header and hash of the sealed body, base64
	Proof   []string `json:"proof"`
}

// OpeningsFormat stands in the file, so that nobody takes another for one.
const OpeningsFormat = "pana openings 1"

// OpeningType is the type of the leaves that the list is of.
const OpeningType = "file.opened"

// RecordOf is what a leaf hashes, as the files of proofs carry it.
func RecordOf(h Header, body Hash) (string, error) {
	b, err := h.Encode()
	return base64.StdEncoding.EncodeToString(append(b, body[:]...)), err
}

// Checked is what a list that holds together says.
type Checked struct {
	Checkpoint Checkpoint
	Leaves     int // of the file
	Openings   int // shown and proved
	Others     int // of which only the hash is shown
}

// CheckOpenings believes a list or says what is wrong with it.
func CheckOpenings(b []byte, verifier string) (out Checked, err error) {
	var f OpeningsFile
	if err := json.Unmarshal(b, &f); err != nil || f.Format != OpeningsFormat {
		return out, errors.New("not a list of openings")
	}
	if out.Checkpoint, err = OpenCheckpoint(f.Checkpoint, verifier); err != nil {
		return out, err
	}
	var tag Hash
	var last uint64
	for i, o := range f.Openings {
		h, leaf, err := o.proved(f.Checkpoint, verifier)
		if err != nil {
			return out, fmt.Errorf("opening number %d: %w", o.Number, err)
		}
		switch {
		case h.Type != OpeningType || h.Seq != o.Number || h.RecordedAt.Format(time.RFC3339) != o.At:
			err = errors.New("the line is not what the leaf says")
		case i > 0 && h.Tag != tag:
			err = errors.New("of another file")
		case h.Seq <= last || h.Seq > uint64(len(f.Leaves)) || f.Leaves[h.Seq-1] != leaf.String():
			err = errors.New("not at its place in the file")
		case h.Seq > 1 && f.Leaves[h.Seq-2] != h.Previous.String():
			err = errors.New("another leaf stands before it than it says: one is missing or was put in")
		}
		if err != nil {
			return out, fmt.Errorf("opening number %d: %w", o.Number, err)
		}
		tag, last = h.Tag, h.Seq
	}
	out.Leaves, out.Openings = len(f.Leaves), len(f.Openings)
	out.Others = out.Leaves - out.Openings
	return out, nil
}

// proved reads the header out of the record and finds its leaf in the ledger.
func (o ProvedOpening) proved(signed, verifier string) (Header, Hash, error) {
	text := proofMagic + "extra " + o.Record + "\n" + fmt.Sprintf("index %d\n", indexOf(o.Record))
	for _, h := range o.Proof {
		text += h + "\n"
	}
	p, _, err := OpenProof(text+"\n"+signed, verifier)
	if err != nil {
		return Header{}, Hash{}, err
	}
	leaf, err := Leaf(p.Header, p.Body)
	return p.Header, leaf, err
}

// indexOf is the leaf's number, which stands in its header.
func indexOf(record string) uint64 {
	b, err := base64.StdEncoding.DecodeString(record)
	if err != nil || len(b) < len(Hash{}) {
		return 0
	}
	h, err := DecodeHeader(b[:len(b)-len(Hash{})])
	if err != nil {
		return 0
	}
	return h.Number
}
