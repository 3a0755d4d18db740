package release

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Secret is what makes the noise: who has it can take the noise away again. It stays
// the same for as long as anything that was published with it is to be
// comparable; another one answers the same question otherwise, and the mean of many
// such answers is the truth.
type Secret struct{ key [32]byte }

// NewSecret draws one.
func NewSecret(random io.Reader) (s Secret, err error) {
	_, err = io.ReadFull(random, s.key[:])
	return s, err
}

var errSecret = errors.New("the key file holds no key: one line of 44 characters, as --new-key writes it")

// ReadSecret reads what String writes.
func ReadSecret(text string) (Secret, error) {
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != len(Secret{}.key) {
		return Secret{}, errSecret
	}
	return Secret{[32]byte(b)}, nil
}

// Text is the secret as it lies in a file.
func (s Secret) Text() string { return base64.StdEncoding.EncodeToString(s.key[:]) + "\n" }

// String hides it from logs and errors.
func (Secret) String() string { return "[secret]" }

// sum is a keyed digest of a purpose and what it is for.
func (s Secret) sum(purpose, of string) [sha256.Size]byte {
	h := hmac.New(sha256.New, s.key[:])
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write([]byte(of))
	return [sha256.Size]byte(h.Sum(nil))
}

// shuffled gives which key of a count gets which step, in an order that nobody foresees
// without the secret.
func (s Secret) shuffled(count int, steps []int8) []int8 {
	type place struct {
		by   [sha256.Size]byte
		step int8
	}
	places := make([]place, len(steps))
	for i, step := range steps {
		places[i] = place{s.sum("pana release noise 1", fmt.Sprintf("%d %d", count, i)), step}
	}
	slices.SortFunc(places, func(a, b place) int { return bytes.Compare(a.by[:], b.by[:]) })
	out := make([]int8, len(places))
	for i, p := range places {
		out[i] = p.step
	}
	return out
}

// Seal seals a line of the list's budget.
func (s Secret) Seal(text string) [sha256.Size]byte { return s.sum("pana release budget 1", text) }

// RecordKey is a record's key: of the same record always the same, whenever and in
// whatever table it is counted.
func (s Secret) RecordKey(record string) uint16 {
	sum := s.sum("pana release record 1", record)
	return binary.BigEndian.Uint16(sum[:]) % KeySpace
}
