package document

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"slices"

	"pana/internal/fault"
)

// A detached signature as RFC 5652 (CMS) has it: who decided signs the bytes of a
// paper with the tools of the State, outside Pana, and brings the result. Here is
// asked one thing only: is it a signature, and of these bytes. Whether it is good,
// whose it is and whether the certificate was valid are not asked: that needs the
// State's own roots, lists of what was revoked, and algorithms that Go's library
// has not. Nothing that names the signer is read out of it.

// SignatureLimit is the longest that is taken: one with a chain of certificates and
// a time stamp is a quarter of it.
const SignatureLimit = 64 << 10

// Codes of what is refused.
const (
	CodeSignatureNotCMS = "signature.not_cms"
	CodeSignatureOther  = "signature.other_file"
)

// How a signature is written.
const (
	SignatureDER = "der"
	SignaturePEM = "pem"
	SignatureB64 = "base64" // PEM without its two lines, as some programs save it
)

// What says that it is of the bytes that it came with.
const (
	CheckedDigest    = "digest"    // every signer signed this digest of them
	CheckedContent   = "content"   // it carries them within it
	CheckedAlgorithm = "algorithm" // nothing: the digest is of a kind that cannot be made here
	CheckedNothing   = "nothing"   // nothing: it names no digest
)

// Signature is what was found.
type Signature struct {
	Form       string
	Algorithms []string // of the digests, once each
	Checked    string
}

// Of RFC 5652, 5.1 and 11.2.
var (
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
)

// digests are the kinds that are compared. SHA-1 and MD5 are not among them, though
// the library has both: two files can be made to have the same one.
var digests = map[string]struct {
	name string
	of   func([]byte) []byte
}{
	"2.16.840.1.101.3.4.2.1": {"SHA-256", func(b []byte) []byte { d := sha256.Sum256(b); return d[:] }},
	"2.16.840.1.101.3.4.2.2": {"SHA-384", func(b []byte) []byte { d := sha512.Sum384(b); return d[:] }},
	"2.16.840.1.101.3.4.2.3": {"SHA-512", func(b []byte) []byte { d := sha512.Sum512(b); return d[:] }},
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version      int
	Digests      asn1.RawValue
	Of           encapsulated
	Certificates asn1.RawValue   `asn1:"optional,tag:0"`
	Revoked      asn1.RawValue   `asn1:"optional,tag:1"`
	Signers      []asn1.RawValue `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"optional,explicit,tag:0"`
}

type signerInfo struct {
	Version  int
	Who      asn1.RawValue // never looked into
	Digest   algorithm
	Signed   asn1.RawValue `asn1:"optional,tag:0"`
	How      algorithm
	Value    []byte
	Unsigned asn1.RawValue `asn1:"optional,tag:1"`
}

type algorithm struct {
	ID     asn1.ObjectIdentifier
	Params asn1.RawValue `asn1:"optional"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values []asn1.RawValue `asn1:"set"`
}

// mostSigners bounds what one file may hold, longestName what is kept of how its
// digest is called.
const (
	mostSigners = 8
	longestName = 64
)

// LookSignature says what a signature is and whether it is of these bytes. One that
// says it is of others is refused; one that does not let itself be asked is not.
func LookSignature(file, of []byte) (Signature, error) {
	der, form := unwrapped(file)
	data, ok := readSigned(der)
	if !ok {
		return Signature{}, fault.New(fault.Invalid, CodeSignatureNotCMS)
	}
	carries, ok := data.Of.octets()
	switch {
	case !ok:
		return Signature{}, fault.New(fault.Invalid, CodeSignatureNotCMS)
	case carries != nil && !bytes.Equal(carries, of):
		return Signature{}, fault.New(fault.Invalid, CodeSignatureOther)
	}
	out := Signature{Form: form, Checked: CheckedDigest}
	for _, raw := range data.Signers {
		name, checked, err := lookSigner(raw, of)
		if err != nil {
			return Signature{}, err
		}
		if !slices.Contains(out.Algorithms, name) {
			out.Algorithms = append(out.Algorithms, name)
		}
		if checked != CheckedDigest {
			out.Checked = checked // one signer who cannot be asked is enough
		}
	}
	if out.Checked != CheckedDigest && carries != nil {
		out.Checked = CheckedContent
	}
	return out, nil
}

// unwrapped takes off what a signature is sent in. What is none of these stays as it
// is, and is then no signature.
func unwrapped(file []byte) ([]byte, string) {
	text := bytes.TrimSpace(file)
	if block, rest := pem.Decode(text); block != nil && len(bytes.TrimSpace(rest)) == 0 {
		return block.Bytes, SignaturePEM
	}
	// The base64 of a SEQUENCE that is longer than 127 bytes begins so.
	if bytes.HasPrefix(text, []byte("MI")) {
		if der, err := base64.StdEncoding.DecodeString(string(text)); err == nil {
			return der, SignatureB64
		}
	}
	return file, SignatureDER
}

func readSigned(der []byte) (signedData, bool) {
	var info contentInfo
	var out signedData
	if !reads(der, &info) || !info.Type.Equal(oidSignedData) || !reads(info.Content.Bytes, &out) {
		return out, false
	}
	return out, len(out.Signers) > 0 && len(out.Signers) <= mostSigners
}

// reads says whether bytes are one value and nothing after it.
func reads(b []byte, into any) bool {
	rest, err := asn1.Unmarshal(b, into)
	return err == nil && len(rest) == 0
}

// octets is what it carries; nil: it is detached, as asked.
func (e encapsulated) octets() ([]byte, bool) {
	if len(e.Content.FullBytes) == 0 {
		return nil, true
	}
	out := []byte{}
	ok := reads(e.Content.Bytes, &out)
	return out, ok
}

// lookSigner says by which digest one signer signed, and what that tells.
func lookSigner(raw asn1.RawValue, of []byte) (name, checked string, err error) {
	var s signerInfo
	if !reads(raw.FullBytes, &s) || len(s.Value) == 0 {
		return "", "", fault.New(fault.Invalid, CodeSignatureNotCMS)
	}
	stated, ok := s.digest()
	if name = s.Digest.ID.String(); !ok || len(name) > longestName {
		return "", "", fault.New(fault.Invalid, CodeSignatureNotCMS)
	}
	known, is := digests[name]
	switch {
	case !is:
		return name, CheckedAlgorithm, nil
	case stated == nil: // it signed the bytes themselves, which only its key could tell
		return known.name, CheckedNothing, nil
	case !bytes.Equal(stated, known.of(of)):
		return "", "", fault.New(fault.Invalid, CodeSignatureOther)
	}
	return known.name, CheckedDigest, nil
}

// digest is the message-digest among what was signed; nil where nothing but the
// content was. RFC 5652, 11.2 allows one, with one value.
func (s signerInfo) digest() (out []byte, ok bool) {
	for rest := s.Signed.Bytes; len(rest) > 0; {
		var a attribute
		var err error
		if rest, err = asn1.Unmarshal(rest, &a); err != nil {
			return nil, false
		}
		if !a.Type.Equal(oidMessageDigest) {
			continue
		}
		if out != nil || len(a.Values) != 1 || !reads(a.Values[0].FullBytes, &out) || len(out) == 0 {
			return nil, false
		}
	}
	return out, len(s.Signed.FullBytes) == 0 || out != nil
}
