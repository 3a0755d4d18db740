// Package seal keeps what is written about people unreadable to whoever holds
// the database and not the master key. There are three levels. The master key
// lies in a file or a key service, never in the database. It wraps
// key-encryption keys, one for each kind of body and quarter, which are
// unlocked at start. They wrap data keys, one for each stream and compartment;
// erasing a person is deleting her data keys.
//
// It refuses to invent ciphers (AES-256-GCM as Tink has it), to seal without
// saying where the sealed thing belongs, and to print a key.
//
// Weak, and known: Go cannot promise that a key leaves memory when it is
// dropped, and whoever reads the memory of a running server reads files.
package seal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KeySize is the size of every key here, in bytes.
const KeySize = 32

// Overhead is by how much a sealed value is longer than the plain one: a
// 12-byte nonce before it and a 16-byte tag behind.
const Overhead = subtle.AESGCMIVSize + subtle.AESGCMTagSize

// ErrForeign is the one answer to a ciphertext that was cut, changed, moved
// from elsewhere, or sealed with another key. Saying which would help only
// somebody who is trying.
var ErrForeign = errors.New("seal: not sealed here, or changed since")

// Owner says whose a data key is: one compartment of one stream.
type Owner struct {
	StreamKind  string
	Stream      string
	Compartment string
}

// Cell names the place of one sealed value inside its owner, as associated
// data: an event's number in its stream, or an index table's row and column. A
// value moved to another cell does not open.
func Cell(seq uint64, parts ...string) []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 64), seq)
	return appendParts(b, parts...)
}

// DataKey seals and opens the values of one owner. The zero DataKey does
// neither. It may be used by many at once.
type DataKey struct {
	aead  tink.AEAD
	owner string // canonical, goes into every associated data
}

// Seal seals plain for the cell. It panics when the system has no random
// bytes: there is nothing safe to do then.
func (k DataKey) Seal(plain, cell []byte) []byte {
	sealed, err := k.aead.Encrypt(plain, k.bind(cell))
	if err != nil {
		panic("seal: " + err.Error())
	}
	return sealed
}

// Open gives back what was sealed for the same owner and cell, or ErrForeign.
func (k DataKey) Open(sealed, cell []byte) ([]byte, error) {
	if k.aead == nil {
		return nil, ErrForeign
	}
	plain, err := k.aead.Decrypt(sealed, k.bind(cell))
	if err != nil {
		return nil, ErrForeign
	}
	return plain, nil
}

// String keeps a key out of logs.
func (k DataKey) String() string   { return "[data key]" }
func (k DataKey) GoString() string { return "[data key]" }

func (k DataKey) bind(cell []byte) []byte {
	b := make([]byte, 0, len(k.owner)+len(cell))
	return append(append(b, k.owner...), cell...)
}

// canonical writes the owner so that no two owners, and no owner and cell,
// share an encoding: every part is preceded by its length.
func (o Owner) canonical() string {
	return string(appendParts([]byte("pana.data.1"), o.StreamKind, o.Stream, o.Compartment))
}

func appendParts(b []byte, parts ...string) []byte {
	for _, p := range parts {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

// newAEAD fails only for a key of the wrong length, which is a damaged table.
func newAEAD(key []byte) (tink.AEAD, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("seal: a key of %d bytes, want %d", len(key), KeySize)
	}
	return subtle.NewAESGCM(key)
}
