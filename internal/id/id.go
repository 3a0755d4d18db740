// Package id makes and reads identifiers. An identifier says nothing about
// whom it names: 48 bits of time, so that rows lie in the order they came, and
// 80 random bits. Each kind has a type, so that a person's id cannot be passed
// where a file's belongs.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"time"
)

// Kinds of identifier.
type (
	File      string // one person's; never a "case"
	Person    string
	Body      string // an organisation of the installation
	Worker    string // a user, always of a body; or a machine's credential
	Service   string // what a body offers, in one place
	Place     string // a room or bed
	Referral  string
	Event     string
	Signal    string // a call or notice before there is a person
	Check     string // a removal check; its receipt's number
	Consent   string
	Task      string
	Session   string
	Operation string // one occasion on which several persons were met
	Track     string // a case beside files, on a ladder of the pack
	Dispute   string // of a cell of the guarantees
	Hold      string // an order of a court or prosecutor that keeps a file
	Hearing   string // one day on which a body hears a person
	Paper     string // a decision, notice or certificate handed over
	Motion    string // an administrator's act that two take
	Estimate  string // of how many are on no list
	Page      string // a page of the person's own, with the code on paper that opens it
	Message   string // of the person to her caseworker
	Complaint string // of a person against a body

	Attachment string // a document that somebody put into a file
)

// alphabet is Crockford's base 32 in lower case: no i, l, o, u to misread.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Len is the length of every identifier.
const Len = 26

// New makes an identifier from the time and 80 random bits.
func New[T ~string](at time.Time) T { return From[T](at, rand.Reader) }

// From is New with a source of its own, for seeds and tests.
func From[T ~string](at time.Time, random io.Reader) T {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16)
	if _, err := io.ReadFull(random, b[6:]); err != nil {
		panic("id: no random bytes: " + err.Error())
	}
	return T(encode(b))
}

// Parse reads an identifier, or says it is none.
func Parse[T ~string](s string) (T, bool) {
	if len(s) != Len || s[0] > '7' {
		return "", false
	}
	for i := range len(s) {
		if !known[s[i]] {
			return "", false
		}
	}
	return T(s), true
}

// Number is the short form that people say on the telephone: the last eight
// characters in two groups. It is for reading, never for looking up alone.
func Number[T ~string](id T) string {
	if len(id) != Len {
		return "?"
	}
	s := []byte(id[Len-8:])
	for i, c := range s {
		if 'a' <= c && c <= 'z' {
			s[i] = c - 'a' + 'A'
		}
	}
	return string(s[:4]) + "-" + string(s[4:])
}

var known = func() (t [256]bool) {
	for i := range len(alphabet) {
		t[alphabet[i]] = true
	}
	return t
}()

func encode(b [16]byte) string {
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	var out [Len]byte
	for i := Len - 1; i >= 0; i-- {
		out[i] = alphabet[lo&31]
		lo = lo>>5 | hi<<59
		hi >>= 5
	}
	return string(out[:])
}
