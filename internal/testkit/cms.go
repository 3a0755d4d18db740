package testkit

import (
	"crypto/sha256"
	"encoding/asn1"
	"testing"
)

// CMS is a signature as a signing program writes it, as far as its form goes: nobody's
// key made it.
type CMS struct {
	Digest  asn1.ObjectIdentifier // of the kind of digest
	Stated  [][]byte              // the message-digest attributes; none: nothing is signed but the content
	Carries []byte                // what lies within it; nil: detached
	Signers int                   // 0: one
}

// SHA256 names the digest.
var SHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}

// SignatureOf is a detached signature that says it is of these bytes.
func SignatureOf(tb testing.TB, of []byte) []byte {
	sum := sha256.Sum256(of)
	return CMS{Digest: SHA256, Stated: [][]byte{sum[:]}}.DER(tb)
}

// DER writes it.
func (c CMS) DER(tb testing.TB) []byte {
	tb.Helper()
	kind := seq(der(tb, c.Digest))
	var attributes []byte
	for _, stated := range c.Stated {
		attributes = append(attributes, seq(der(tb, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}), tlv(0x31, der(tb, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1})))...)
		attributes = append(attributes, seq(der(tb, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}), tlv(0x31, der(tb, stated)))...)
	}
	parts := [][]byte{der(tb, 1), seq(seq(), der(tb, 7)), kind}
	if attributes != nil {
		parts = append(parts, tlv(0xa0, attributes))
	}
	signer := seq(append(parts, kind, der(tb, []byte("no key made this")))...)
	var signers []byte
	for range max(c.Signers, 1) {
		signers = append(signers, signer...)
	}
	if c.Signers < 0 {
		signers = nil
	}
	within := [][]byte{der(tb, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1})}
	if c.Carries != nil {
		within = append(within, tlv(0xa0, der(tb, c.Carries)))
	}
	data := seq(der(tb, 1), tlv(0x31, kind), seq(within...), tlv(0xa0, seq(der(tb, "PLANTED Signer"))), tlv(0x31, signers))
	return seq(der(tb, asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}), tlv(0xa0, data))
}

func der(tb testing.TB, v any) []byte {
	tb.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func seq(parts ...[]byte) []byte { return tlv(0x30, parts...) }

// tlv is one value with its length: short, or in as many bytes as it takes.
func tlv(tag byte, parts ...[]byte) []byte {
	var is []byte
	for _, p := range parts {
		is = append(is, p...)
	}
	out := []byte{tag}
	switch n := len(is); {
	case n < 1<<7:
		out = append(out, byte(n))
	case n < 1<<8:
		out = append(out, 0x81, byte(n))
	case n < 1<<16:
		out = append(out, 0x82, byte(n>>8), byte(n))
	default:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	return append(out, is...)
}
