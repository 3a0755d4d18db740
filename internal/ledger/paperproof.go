package ledger

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
)

// A paper that is handed over is committed to in the clear, so that somebody outside
// gets from its PDF to the leaf: what is sealed carries in front a salted hash of the
// PDF's bytes, and the leaf hashes that apart from the rest. Without the salt, which
// lies sealed with the file's key, the hash says nothing: nobody who has the database
// can try whether a paper he has drawn himself is the one.

const (
	commitMagic    = "pana commit 1\n" // before a sealed body that carries a commitment
	committedMagic = "pana body 2\n"
	paperMagic     = "pana paper 1\n"
	proofOfPaper   = "pana paper proof 1\n"
)

// Commitment is what is published of a content: nothing without the salt.
func Commitment(salt, digest Hash) Hash {
	return sha256.Sum256(bytes.Join([][]byte{[]byte(paperMagic), salt[:], digest[:]}, nil))
}

// Commit puts a commitment before a sealed body.
func Commit(commitment Hash, sealed []byte) []byte {
	return bytes.Join([][]byte{[]byte(commitMagic), commitment[:], sealed}, nil)
}

// Uncommit takes it off again, where there is one.
func Uncommit(b []byte) (commitment Hash, sealed []byte, ok bool) {
	rest, ok := bytes.CutPrefix(b, []byte(commitMagic))
	if !ok || len(rest) < len(commitment) {
		return Hash{}, b, false
	}
	return Hash(rest[:len(commitment)]), rest[len(commitment):], true
}

// Inner is the hash of everything but the commitment.
func (b Body) Inner() Hash {
	if _, sealed, ok := Uncommit(b.Sealed); ok {
		b.Sealed = sealed
	}
	return b.plain()
}

// CommittedHash is a body's hash, made of what it commits to and of everything else.
func CommittedHash(inner, commitment Hash) Hash {
	return sha256.Sum256(bytes.Join([][]byte{[]byte(committedMagic), inner[:], commitment[:]}, nil))
}

// PaperType is the type of the leaves that commit to a paper.
const PaperType = "paper.issued"

// PaperProof shows, to somebody who has a PDF and the ledger's public key, that this
// PDF was recorded as handed over. It is written as a ProofFile; its extra line has
// what leads from the PDF to the leaf.
type PaperProof struct {
	Header     Header
	Inner      Hash
	Salt       Hash
	Digest     Hash // SHA-256 of the PDF
	Hashes     []Hash
	Checkpoint string // signed
}

// What is wrong with a proof of a paper: each is told by a sentence of its own.
var (
	ErrPaperProof   = errors.New("this is not the proof of a document")
	ErrOtherPaper   = errors.New("the proof is of another document, or the document was changed by a byte or more")
	ErrProofChanged = errors.New("the proof was changed: what it says does not lead to the ledger's root")
	ErrOtherLedger  = errors.New("the checkpoint in the proof is not signed by this ledger's key: the key is another ledger's, or the proof was changed")
	ErrTooEarly     = errors.New("the checkpoint in the proof was signed before the document was recorded, so it cannot have it")
)

// Marshal writes the file.
func (p PaperProof) Marshal() (string, error) {
	record, err := p.Header.Encode()
	if err != nil {
		return "", err
	}
	extra := bytes.Join([][]byte{[]byte(proofOfPaper), p.Inner[:], p.Salt[:], p.Digest[:], record}, nil)
	return writeProof(extra, p.Header.Number, p.Hashes, p.Checkpoint), nil
}

// IsPaperProof says whether a file begins as the proof of a document does.
func IsPaperProof(text string) bool {
	_, err := parsePaperProof(text)
	return err == nil
}

// CheckPaper believes a proof of a document or says what is wrong with it, in the
// order in which a reader could mend it: the document, the key, the proof.
func CheckPaper(document []byte, text, verifier string) (PaperProof, Checkpoint, error) {
	p, err := parsePaperProof(text)
	if err != nil {
		return PaperProof{}, Checkpoint{}, err
	}
	if _, err := note.NewVerifier(verifier); err != nil {
		return PaperProof{}, Checkpoint{}, errors.New("the ledger's public key cannot be read: it is one line, as pana verify prints it")
	}
	if sha256.Sum256(document) != p.Digest {
		return PaperProof{}, Checkpoint{}, ErrOtherPaper
	}
	c, err := OpenCheckpoint(p.Checkpoint, verifier)
	if err != nil {
		return PaperProof{}, Checkpoint{}, ErrOtherLedger
	}
	if p.Header.Number >= uint64(c.Size) {
		return PaperProof{}, Checkpoint{}, ErrTooEarly
	}
	leaf, err := Leaf(p.Header, CommittedHash(p.Inner, Commitment(p.Salt, p.Digest)))
	if err != nil || CheckInclusion(p.Hashes, c.Size, c.Root, int64(p.Header.Number), leaf) != nil {
		return PaperProof{}, Checkpoint{}, ErrProofChanged
	}
	return p, c, nil
}

func parsePaperProof(text string) (p PaperProof, err error) {
	extra, index, hashes, signed, err := splitProof(text)
	if err != nil {
		return p, ErrPaperProof
	}
	rest, ok := bytes.CutPrefix(extra, []byte(proofOfPaper))
	if !ok || len(rest) < 3*len(Hash{}) {
		return p, ErrPaperProof
	}
	for _, into := range []*Hash{&p.Inner, &p.Salt, &p.Digest} {
		rest = rest[copy(into[:], rest):]
	}
	if p.Header, err = DecodeHeader(rest); err != nil || p.Header.Type != PaperType || index != fmt.Sprintf("index %d", p.Header.Number) {
		return p, ErrPaperProof
	}
	p.Hashes, p.Checkpoint = hashes, signed
	return p, nil
}
