package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// ProofFile shows, to somebody who has nothing but the ledger's public key, that a
// leaf stood in the ledger when a checkpoint was signed. It is written as C2SP's
// tlog-proof; what the leaf hashes is its extra line: the clear header and the
// hash of the sealed body.
type ProofFile struct {
	Header     Header
	Body       Hash
	Hashes     []Hash
	Checkpoint string // signed
}

const (
	proofMagic = "c2sp.org/tlog-proof@v1\n"
	maxProof   = 1 << 16 // of a whole file
)

var errProof = errors.New("ledger: not a proof of inclusion")

// Marshal writes the file.
func (p ProofFile) Marshal() (string, error) {
	record, err := p.Header.Encode()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(proofMagic)
	fmt.Fprintf(&b, "extra %s\nindex %d\n", base64.StdEncoding.EncodeToString(append(record, p.Body[:]...)), p.Header.Number)
	for _, h := range p.Hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n" + p.Checkpoint)
	return b.String(), nil
}

// OpenProof reads a file and believes it or not.
func OpenProof(text, verifier string) (ProofFile, Checkpoint, error) {
	p, err := parseProof(text)
	if err != nil {
		return ProofFile{}, Checkpoint{}, err
	}
	c, err := OpenCheckpoint(p.Checkpoint, verifier)
	if err != nil {
		return ProofFile{}, Checkpoint{}, err
	}
	leaf, err := Leaf(p.Header, p.Body)
	if err != nil {
		return ProofFile{}, Checkpoint{}, err
	}
	if int64(p.Header.Number) < 0 || int64(p.Header.Number) >= c.Size {
		return ProofFile{}, Checkpoint{}, errProof
	}
	return p, c, CheckInclusion(p.Hashes, c.Size, c.Root, int64(p.Header.Number), leaf)
}

func parseProof(text string) (p ProofFile, err error) {
	head, signed, ok := strings.Cut(text, "\n\n")
	head, magic := strings.CutPrefix(head, proofMagic)
	if !ok || !magic || len(text) > maxProof {
		return p, errProof
	}
	lines := strings.Split(head, "\n")
	extra, ok := strings.CutPrefix(lines[0], "extra ")
	record, err := base64.StdEncoding.DecodeString(extra)
	if !ok || err != nil || len(record) < len(p.Body) || len(lines) < 2 {
		return p, errProof
	}
	cut := len(record) - len(p.Body)
	if p.Header, err = DecodeHeader(record[:cut]); err != nil {
		return p, err
	}
	copy(p.Body[:], record[cut:])
	if lines[1] != fmt.Sprintf("index %d", p.Header.Number) {
		return p, errProof
	}
	for _, line := range lines[2:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return p, errProof
		}
		p.Hashes = append(p.Hashes, h)
	}
	p.Checkpoint = signed
	return p, nil
}
