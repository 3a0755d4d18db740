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
	return writeProof(append(record, p.Body[:]...), p.Header.Number, p.Hashes, p.Checkpoint), nil
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
	record, index, hashes, signed, err := splitProof(text)
	if err != nil || len(record) < len(p.Body) {
		return p, errProof
	}
	cut := len(record) - len(p.Body)
	if p.Header, err = DecodeHeader(record[:cut]); err != nil {
		return p, err
	}
	copy(p.Body[:], record[cut:])
	if index != fmt.Sprintf("index %d", p.Header.Number) {
		return p, errProof
	}
	p.Hashes, p.Checkpoint = hashes, signed
	return p, nil
}

// splitProof takes a file as C2SP's tlog-proof has it apart.
func splitProof(text string) (extra []byte, index string, hashes []Hash, signed string, err error) {
	head, signed, ok := strings.Cut(text, "\n\n")
	head, magic := strings.CutPrefix(head, proofMagic)
	lines := strings.Split(head, "\n")
	said, has := strings.CutPrefix(lines[0], "extra ")
	extra, err = base64.StdEncoding.DecodeString(said)
	if !ok || !magic || !has || err != nil || len(text) > maxProof || len(lines) < 2 {
		return nil, "", nil, "", errProof
	}
	for _, line := range lines[2:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return nil, "", nil, "", errProof
		}
		hashes = append(hashes, h)
	}
	return extra, lines[1], hashes, signed, nil
}

// writeProof writes such a file.
func writeProof(extra []byte, number uint64, hashes []Hash, checkpoint string) string {
	var b strings.Builder
	b.WriteString(proofMagic)
	fmt.Fprintf(&b, "extra %s\nindex %d\n", base64.StdEncoding.EncodeToString(extra), number)
	for _, h := range hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n" + checkpoint)
	return b.String()
}
