package casework

import (
	"encoding/binary"
	"errors"

	"pana/internal/withheld"
)

// KnownAs is what a person is found by: every name in every script, or the name to
// call her by, and what tells namesakes apart. It is kept beside the index,
// sealed, so that what finds people need not open and fold every file.
type KnownAs struct {
	Names       []withheld.Text
	Born        withheld.Text
	BornAbout   bool
	Sex         string
	Citizenship withheld.Text
	Documents   []withheld.Text
}

// KnownAs is who the file is of, as it stands.
func (f *File) KnownAs() KnownAs {
	out := KnownAs{Born: f.Identity.Born.Date, BornAbout: f.Identity.Born.About, Sex: f.Identity.Sex, Citizenship: f.Citizen}
	if out.Sex == "" {
		out.Sex = f.Sex
	}
	if len(f.Identity.Citizen) > 0 {
		out.Citizenship = f.Identity.Citizen[0]
	}
	for _, n := range f.Identity.Names {
		out.Names = append(out.Names, n.Full)
	}
	if len(out.Names) == 0 && !f.CallName.Empty() {
		out.Names = append(out.Names, f.CallName)
	}
	for _, doc := range f.Identity.Documents {
		out.Documents = append(out.Documents, doc.Number)
	}
	return out
}

// findable says that there is something to look for: by a birth date or a sex
// alone nobody is found.
func (k KnownAs) findable() bool { return len(k.Names)+len(k.Documents) > 0 }

// knownFormat is the first byte of what is kept. Another format is another
// number, and an index that is made anew.
const knownFormat = 1

// encode writes it in few bytes: a hundred thousand are read at a start. The
// same KnownAs is always the same bytes, so that a rebuilt row can be compared.
func (k KnownAs) encode() []byte {
	about := "" // a word rather than a bit: everything here is a text
	if k.BornAbout {
		about = "about"
	}
	b := append(make([]byte, 0, 96), knownFormat)
	for _, s := range []string{k.Sex, k.Born.Reveal(), about, k.Citizenship.Reveal()} {
		b = appendText(b, s)
	}
	for _, all := range [][]withheld.Text{k.Names, k.Documents} {
		b = binary.AppendUvarint(b, uint64(len(all)))
		for _, t := range all {
			b = appendText(b, t.Reveal())
		}
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

var errKnown = errors.New("casework: what a person is found by cannot be read")

// ReadKnownAs reads what the index keeps, opened.
func ReadKnownAs(b []byte) (KnownAs, error) {
	if len(b) == 0 || b[0] != knownFormat {
		return KnownAs{}, errKnown
	}
	r := knownReader{rest: b[1:]}
	k := KnownAs{Sex: r.text(), Born: withheld.New(r.text()), BornAbout: r.text() != "", Citizenship: withheld.New(r.text())}
	k.Names, k.Documents = r.texts(), r.texts()
	if r.bad || len(r.rest) > 0 {
		return KnownAs{}, errKnown
	}
	return k, nil
}

type knownReader struct {
	rest []byte
	bad  bool
}

func (r *knownReader) number() int {
	n, used := binary.Uvarint(r.rest)
	if used <= 0 || n > uint64(len(r.rest)) {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[used:]
	return int(n)
}

func (r *knownReader) text() string {
	n := r.number()
	if n > len(r.rest) {
		r.bad, r.rest = true, nil
		return ""
	}
	s := string(r.rest[:n])
	r.rest = r.rest[n:]
	return s
}

func (r *knownReader) texts() (out []withheld.Text) {
	for range r.number() {
		out = append(out, withheld.New(r.text()))
	}
	return out
}
