// Package ledger makes the list of everything that happened hard to change
// quietly: each event is a leaf of an RFC 6962 tree, each stream is a chain of
// its own, and signed checkpoints say how long the list was and what it added
// up to. It hashes what is stored, that is the sealed body, so that the list
// can be verified by somebody without keys and after an erasure. It knows no
// disk, clock or network, and it refuses to say anything about what is read
// outside Pana with the database and the keys in hand.
package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a hash of the tree.
type Hash = tlog.Hash

// Header is the clear part of a leaf. Its encoding is canonical: one header,
// one string of bytes.
type Header struct {
	Number     uint64 // over all streams, from 0
	Kind       string // of the stream
	Tag        Hash   // of the stream's id: Tag
	Seq        uint64 // in the stream, from 1
	Previous   Hash   // the stream's leaf before this one; zero for the first
	Type       string
	Version    uint32
	OccurredAt time.Time
	RecordedAt time.Time
	BodyKind   string
	Pack       string // digest of the law
}

// Body is what a leaf holds beside its header, known by its hash only: who did
// it, why, under which act, and the sealed payload. Binding them here lets a
// changed worker or reason be found without keys.
type Body struct {
	ID          string
	Worker      string
	Body        string
	Reason      string
	Key         string
	Compartment string
	Sealed      []byte
}

const (
	headerMagic = "pana leaf 1\n"
	bodyMagic   = "pana body 1\n"
	tagMagic    = "pana stream 1\n"
	maxText     = 1<<16 - 1
)

// Tag stands for a stream in headers that may be shown without naming it. It
// needs no key: a stream's id has 80 random bits, which nobody guesses.
func Tag(kind, id string) Hash {
	b := append([]byte(tagMagic), kind...)
	b = append(b, '/')
	return sha256.Sum256(append(b, id...))
}

// Hash binds the body. Each part carries its length, so that two bodies never
// give the same bytes.
func (b Body) Hash() Hash {
	if commitment, _, ok := Uncommit(b.Sealed); ok {
		return CommittedHash(b.Inner(), commitment)
	}
	return b.plain()
}

func (b Body) plain() Hash {
	out := make([]byte, 0, len(bodyMagic)+160+len(b.Sealed))
	out = append(out, bodyMagic...)
	for _, s := range []string{b.ID, b.Worker, b.Body, b.Reason, b.Key, b.Compartment} {
		out = binary.BigEndian.AppendUint32(out, uint32(len(s)))
		out = append(out, s...)
	}
	return sha256.Sum256(append(out, b.Sealed...))
}

// Encode writes the header. Texts longer than 65,535 bytes are cut off nowhere:
// they are refused.
func (h Header) Encode() ([]byte, error) {
	out := make([]byte, 0, 256)
	out = append(out, headerMagic...)
	out = binary.BigEndian.AppendUint64(out, h.Number)
	out = append(out, h.Tag[:]...)
	out = binary.BigEndian.AppendUint64(out, h.Seq)
	out = append(out, h.Previous[:]...)
	out = binary.BigEndian.AppendUint32(out, h.Version)
	out = binary.BigEndian.AppendUint64(out, uint64(h.OccurredAt.UnixMicro()))
	out = binary.BigEndian.AppendUint64(out, uint64(h.RecordedAt.UnixMicro()))
	for _, s := range []string{h.Kind, h.Type, h.BodyKind, h.Pack} {
		if len(s) > maxText {
			return nil, errors.New("ledger: a header text is too long")
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(s)))
		out = append(out, s...)
	}
	return out, nil
}

// DecodeHeader reads what Encode wrote, and nothing else.
func DecodeHeader(b []byte) (Header, error) {
	r := reader{b: b}
	if string(r.take(len(headerMagic))) != headerMagic {
		return Header{}, errors.New("ledger: not a leaf header")
	}
	var h Header
	h.Number = r.uint64()
	copy(h.Tag[:], r.take(len(h.Tag)))
	h.Seq = r.uint64()
	copy(h.Previous[:], r.take(len(h.Previous)))
	h.Version = r.uint32()
	h.OccurredAt = time.UnixMicro(int64(r.uint64())).UTC()
	h.RecordedAt = time.UnixMicro(int64(r.uint64())).UTC()
	h.Kind, h.Type, h.BodyKind, h.Pack = r.text(), r.text(), r.text(), r.text()
	if r.short || len(r.b) != 0 {
		return Header{}, errors.New("ledger: a leaf header of the wrong length")
	}
	return h, nil
}

// Leaf is the hash that stands in the tree for a header and its body.
func Leaf(h Header, body Hash) (Hash, error) {
	record, err := h.Encode()
	if err != nil {
		return Hash{}, err
	}
	return tlog.RecordHash(append(record, body[:]...)), nil
}

// reader takes bytes off the front; once there are too few it gives zeroes.
type reader struct {
	b     []byte
	short bool
}

func (r *reader) take(n int) []byte {
	if len(r.b) < n {
		r.short, r.b = true, nil
		return make([]byte, n)
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) uint64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) uint32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) text() string   { return string(r.take(int(binary.BigEndian.Uint16(r.take(2))))) }
