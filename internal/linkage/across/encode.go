package across

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"pana/internal/linkage/clk"
	"pana/internal/linkage/kernel"
	"pana/internal/linkage/lists"
)

// Tag is what one encoding of one run is called. It is drawn, and written down nowhere
// beside whoever it is of.
type Tag [16]byte

func (t Tag) text() string { return hex.EncodeToString(t[:]) }

// Encoded is a body's list as the linkage place gets it.
type Encoded struct {
	Agreement
	List    int
	Tags    []Tag
	Vectors []kernel.Vector
	Digest  string // of the file
}

// DecoyList is what the body tells when it is counted: which encodings are of nobody.
type DecoyList struct {
	Agreement
	List    int
	Of      string // the digest of the encodings
	Decoys  []Tag
	Records int
}

// Encode encodes a list with its decoys, in an order that was drawn.
func (p *Project) Encode(list int, records []lists.Record, random io.Reader) (*Encoded, *DecoyList, error) {
	if list < 0 || list >= len(p.Lists) {
		return nil, nil, errors.New("the project has no such list")
	}
	dice := &drawn{from: random}
	all := slices.Clone(records)
	decoys := (len(records)*p.Decoys + 99) / 100
	for range decoys {
		all = append(all, decoy(records, dice))
	}
	order := dice.order(len(all))
	out := &Encoded{Agreement: p.Agreement, List: list}
	told := &DecoyList{Agreement: p.Agreement, List: list, Records: len(records)}
	e := clk.NewEncoder(p.Key, p.recipe())
	for _, i := range order {
		var tag Tag
		dice.fill(tag[:])
		out.Tags = append(out.Tags, tag)
		out.Vectors = append(out.Vectors, e.Encode(&all[i]))
		if i >= len(records) {
			told.Decoys = append(told.Decoys, tag)
		}
	}
	if dice.err != nil {
		return nil, nil, dice.err
	}
	out.Digest = digest(out.Bytes())
	told.Of = out.Digest
	return out, told, nil
}

// decoy is nobody: each word of its name, its birth and its place are of another record
// of one sex, so that decoys have what is usual in this list as often as people have it,
// and stand to them as strangers do.
func decoy(of []lists.Record, dice *drawn) lists.Record {
	one := func() *lists.Record { return &of[dice.below(len(of))] }
	like := one()
	sameSex := func() *lists.Record {
		for range 20 {
			if other := one(); other.Sex == like.Sex {
				return other
			}
		}
		return like
	}
	d := lists.Record{Sex: like.Sex, Place: one().Place, Birth: one().Birth, Document: shuffledDigits(one().Document, dice)}
	d.Given = mixed(like.Given, func() string { return sameSex().Given })
	d.Family = mixed(like.Family, func() string { return sameSex().Family })
	if d.Birth.Day != 0 && !(d.Birth.Month == 1 && d.Birth.Day == 1) {
		d.Birth.Day = int16(1 + dice.below(28))
	}
	return d
}

// mixed has as many words as a name, each from its place in another's that has as many.
func mixed(name string, other func() string) string {
	words := strings.Fields(name)
	for i := range words {
		for range 20 {
			if others := strings.Fields(other()); len(others) == len(words) {
				words[i] = others[i]
				break
			}
		}
	}
	return strings.Join(words, " ")
}

func shuffledDigits(number string, dice *drawn) string {
	out := []byte(number)
	for i, c := range out {
		if c >= '0' && c <= '9' {
			out[i] = '0' + byte(dice.below(10))
		}
	}
	return string(out)
}

// Alone counts the pairs of a list that are alike at the agreed bound: people whom the
// body has twice, whom the table would count as two.
func (e *Encoded) Alone(ctx context.Context, told *DecoyList, workers int) (pairs int, err error) {
	nobody := map[Tag]bool{}
	for _, t := range told.Decoys {
		nobody[t] = true
	}
	err = kernel.Compare(ctx, e.Vectors, kernel.Pack(e.Vectors), kernel.Run{Alike: bound(e.Alike), Workers: workers, Done: func(_ int, found []kernel.Pair) error {
		for _, f := range found {
			if f.Query < f.Key && !nobody[e.Tags[f.Query]] && !nobody[e.Tags[f.Key]] {
				pairs++
			}
		}
		return nil
	}})
	return pairs, err
}

const encodedTitle = "pana exchange encodings 1\n"

// Bytes is the file: a head in words, then tags and vectors, then a digest of it all.
func (e *Encoded) Bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s%slist: %s\nencodings: %d\n", encodedTitle, e.head(), e.Lists[e.List], len(e.Tags))
	for i, tag := range e.Tags {
		b.Write(tag[:])
		for _, w := range e.Vectors[i] {
			_ = binary.Write(&b, binary.LittleEndian, w)
		}
	}
	sum := sha256.Sum256(b.Bytes())
	b.Write(sum[:])
	return b.Bytes()
}

const vectorBytes = kernel.Bits / 8

// ReadEncoded reads what Bytes writes.
func ReadEncoded(file []byte) (*Encoded, error) {
	body, whole := sealed(file)
	l := &lines{rest: string(body)}
	l.title(encodedTitle, "a file of encodings, as pana exchange encode writes it")
	if l.err != nil {
		return nil, l.err
	}
	if !whole {
		return nil, errors.New("the file was cut off or changed on its way: its digest is another; have it sent again")
	}
	e := &Encoded{Digest: digest(file)}
	l.agreement(&e.Agreement)
	e.List = l.list(&e.Agreement)
	n := l.number("encodings")
	if l.err != nil {
		return nil, l.err
	}
	if n == 0 || len(l.rest)%(16+vectorBytes) != 0 || len(l.rest)/(16+vectorBytes) != n {
		return nil, l.wrong("there are not as many encodings as this line says, or none")
	}
	e.Tags, e.Vectors = make([]Tag, n), make([]kernel.Vector, n)
	seen := make(map[Tag]bool, n)
	for i := range n {
		one := l.rest[i*(16+vectorBytes):]
		copy(e.Tags[i][:], one)
		for w := range e.Vectors[i] {
			e.Vectors[i][w] = binary.LittleEndian.Uint64([]byte(one[16+8*w : 24+8*w]))
		}
		if seen[e.Tags[i]] {
			return nil, fmt.Errorf("encoding %d is called as an earlier one: this file was put together by hand", i+1)
		}
		seen[e.Tags[i]] = true
	}
	return e, nil
}

const decoyTitle = "pana exchange decoys 1\n"

// Text is the file that the body keeps until it is counted.
func (d *DecoyList) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%slist: %s\nof: %s\nrecords: %d\ndecoys: %d\n", decoyTitle, d.head(), d.Lists[d.List], d.Of, d.Records, len(d.Decoys))
	for _, t := range d.Decoys {
		b.WriteString(t.text() + "\n")
	}
	return b.String()
}

// ReadDecoys reads what Text writes.
func ReadDecoys(file []byte) (*DecoyList, error) {
	l := &lines{rest: string(file)}
	l.title(decoyTitle, "a list of decoys, as pana exchange encode writes it")
	d := &DecoyList{}
	l.agreement(&d.Agreement)
	d.List = l.list(&d.Agreement)
	d.Of = l.hexOf("of", 32)
	d.Records = l.number("records")
	n := l.number("decoys")
	if l.err == nil && n > len(l.rest)/33 {
		l.err = l.wrong("there are fewer decoys than this line says")
	}
	for range n {
		if l.err != nil {
			break
		}
		raw, err := hex.DecodeString(l.next())
		if err != nil || len(raw) != len(Tag{}) {
			return nil, l.wrong("this is no encoding's name")
		}
		d.Decoys = append(d.Decoys, Tag(raw))
	}
	if l.err == nil && l.rest != "" {
		l.err = l.wrong("something stands behind the last decoy")
	}
	if l.err != nil {
		return nil, l.err
	}
	return d, nil
}

// drawn is chance that nobody foresees; it keeps its first error.
type drawn struct {
	from io.Reader
	err  error
}

func (d *drawn) fill(b []byte) {
	if _, err := io.ReadFull(d.from, b); err != nil && d.err == nil {
		d.err = err
	}
}

func (d *drawn) below(n int) int {
	var b [8]byte
	d.fill(b[:])
	return int(binary.LittleEndian.Uint64(b[:]) % uint64(n)) // of 2^64: the rest is of no weight
}

func (d *drawn) order(n int) []int {
	out := make([]int, n)
	for i := range out {
		j := d.below(i + 1)
		out[i], out[j] = out[j], i
	}
	return out
}
