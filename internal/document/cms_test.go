package document_test

import (
	"bytes"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"testing"

	"pana/internal/document"
	"pana/internal/fault"
	"pana/internal/testkit"
)

var (
	signedPDF = []byte("%PDF-1.7 the paper")
	gost      = asn1.ObjectIdentifier{1, 2, 398, 3, 10, 1, 3, 3}
)

func TestASignatureIsOfTheFileOrIsRefused(t *testing.T) {
	t.Parallel()
	of := testkit.SignatureOf(t, signedPDF)
	other := testkit.SignatureOf(t, []byte("another"))
	long := sha512.Sum384(signedPDF)
	with := func(c testkit.CMS) []byte { return c.DER(t) }
	for _, row := range []struct {
		why, code, form, checked string
		file                     []byte
	}{
		{"its digest is the file's", "", "der", "digest", of},
		{"as PEM", "", "pem", "digest", pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: of})},
		{"as PEM without its lines", "", "base64", "digest", []byte(base64.StdEncoding.EncodeToString(of) + "\n")},
		{"a longer digest", "", "der", "digest", with(testkit.CMS{Digest: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, Stated: [][]byte{long[:]}})},
		{"of another file", document.CodeSignatureOther, "", "", other},
		{"it carries the file, and names a digest that is not made here", "", "der", "content", with(testkit.CMS{Digest: gost, Stated: [][]byte{{1}}, Carries: signedPDF})},
		{"it carries another file", document.CodeSignatureOther, "", "", with(testkit.CMS{Digest: gost, Stated: [][]byte{{1}}, Carries: []byte("another")})},
		{"it carries nothing, which is another file", document.CodeSignatureOther, "", "", with(testkit.CMS{Digest: gost, Carries: []byte{}})},
		{"a digest that is not made here", "", "der", "algorithm", with(testkit.CMS{Digest: gost, Stated: [][]byte{{1}}})},
		{"SHA-1 proves nothing", "", "der", "algorithm", with(testkit.CMS{Digest: asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, Stated: [][]byte{{1}}})},
		{"no digest is named", "", "der", "nothing", with(testkit.CMS{Digest: testkit.SHA256})},
		{"two digests are named", document.CodeSignatureNotCMS, "", "", with(testkit.CMS{Digest: testkit.SHA256, Stated: [][]byte{{1}, {2}}})},
		{"nobody signed", document.CodeSignatureNotCMS, "", "", with(testkit.CMS{Digest: testkit.SHA256, Signers: -1})},
		{"more signers than a paper has", document.CodeSignatureNotCMS, "", "", with(testkit.CMS{Digest: gost, Signers: 9})},
		{"nothing", document.CodeSignatureNotCMS, "", "", nil},
		{"the paper itself", document.CodeSignatureNotCMS, "", "", signedPDF},
		{"cut", document.CodeSignatureNotCMS, "", "", of[:len(of)-1]},
		{"something hung on behind", document.CodeSignatureNotCMS, "", "", append(slices.Clone(of), 0)},
		{"a length that is not said", document.CodeSignatureNotCMS, "", "", []byte{0x30, 0x80, 0, 0}},
	} {
		got, err := document.LookSignature(row.file, signedPDF)
		if row.code != "" {
			if !fault.Is(err, row.code) {
				t.Errorf("%s: %+v, %v", row.why, got, err)
			}
			continue
		}
		if err != nil || got.Form != row.form || got.Checked != row.checked || len(got.Algorithms) != 1 {
			t.Errorf("%s: %+v, %v", row.why, got, err)
		}
	}
}

// FuzzLookSignature: whatever comes, the look ends; what is said to be of one file is
// refused, or not said, of another.
func FuzzLookSignature(f *testing.F) {
	f.Add(testkit.SignatureOf(f, signedPDF))
	f.Add(testkit.CMS{Digest: gost, Stated: [][]byte{{1}}, Carries: signedPDF}.DER(f))
	f.Add(testkit.CMS{Digest: testkit.SHA256, Signers: 2}.DER(f))
	f.Add(pem.EncodeToMemory(&pem.Block{Type: "PKCS7", Bytes: testkit.SignatureOf(f, signedPDF)}))
	f.Add([]byte("MIAA"))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		got, err := document.LookSignature(b, signedPDF)
		if !bytes.Equal(before, b) {
			t.Error("what was looked at has changed")
		}
		if err != nil || got.Checked != document.CheckedDigest && got.Checked != document.CheckedContent {
			return
		}
		if _, err := document.LookSignature(b, []byte("another")); !fault.Is(err, document.CodeSignatureOther) {
			t.Errorf("of two files: %+v, %v", got, err)
		}
	})
}
