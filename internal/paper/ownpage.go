package paper

import (
	"encoding/hex"
	"strings"

	"pana/internal/id"
	"pana/internal/withheld"
	"pana/internal/wording"
)

// PageCodeSize is the size of the code that opens a person's own page: 80 bits, which
// nobody guesses, in sixteen letters and digits, which she can type.
const PageCodeSize = 10

// pageLetters are Crockford's: no letter that is taken for a digit.
const pageLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// PageCode is the code of a page, four groups of four. It is made of the page's id
// with the installation's key and kept nowhere.
func PageCode(key [32]byte, page id.Page) string {
	sum := mac(key, "page code", string(page))
	var out strings.Builder
	for i := range PageCodeSize * 8 / 5 {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteByte(pageLetters[fiveBits(sum, i)])
	}
	return out.String()
}

// fiveBits are the i-th five bits.
func fiveBits(b []byte, i int) byte {
	at := 5 * i
	two := uint16(b[at/8]) << 8
	if at/8+1 < len(b) {
		two |= uint16(b[at/8+1])
	}
	return byte(two>>(11-at%8)) & 31
}

// PageTag is what a code as somebody typed it is looked up by. What is no code has a
// tag too, of no page, so that it takes the same way.
func PageTag(key [32]byte, typed string) string {
	return hex.EncodeToString(mac(key, "page tag", readPageCode(typed)))
}

// PINMark tells one PIN of a page from another to who has the key, and nothing else.
func PINMark(key [32]byte, page id.Page, pin withheld.Text) string {
	return hex.EncodeToString(mac(key, "page pin", string(page)+"\x00"+pin.Reveal()))
}

// OwnMark marks something as a file's, to who has the key: from the mark nobody else
// comes to the file, nor from the file to the mark.
func OwnMark(key [32]byte, what, file, of string) string {
	return hex.EncodeToString(mac(key, "own "+what, file+"\x00"+of))
}

// typedLike are letters of a Cyrillic keyboard that look like ours, and what the eye
// takes for a digit.
var typedLike = strings.NewReplacer("А", "A", "В", "B", "С", "C", "Е", "E", "Н", "H", "К", "K", "М", "M", "Р", "P", "Т", "T", "Х", "X", "У", "Y",
	"О", "0", "O", "0", "I", "1", "L", "1", "І", "1", "З", "3")

func readPageCode(typed string) string {
	var kept strings.Builder
	for _, r := range typedLike.Replace(strings.ToUpper(typed)) {
		if strings.ContainsRune(pageLetters, r) && kept.Len() <= PageCodeSize*8/5 {
			kept.WriteRune(r)
		}
	}
	return kept.String()
}

// OwnPage is the kind of what stands on a person's own page.
const OwnPage = "own_page"

// Screen is what a person's own page says: what her own copy says, without who gave
// it, whom it is of, or a telephone, and with each opening of her file by itself.
type Screen struct {
	Own
	Leaves []OwnLeaf
}

// OwnLeaf is one opening of her file: its number in the file, and the beginning of the
// hash of what was recorded there before it.
type OwnLeaf struct {
	OwnOpening
	Seq    uint64
	Before string
	Why    string // what for
}

func (s Screen) kind() string         { return OwnPage }
func (s Screen) given() withheld.Text { return withheld.Text{} }

func (s Screen) write(p *pen) Side {
	out := Side{Title: p.say("paper.own_page.title")}
	for _, b := range []Block{p.guards(s.Own), p.rights(s.Own), p.next(s.Own), p.terms(s.Own), p.taken(s.Own), p.leaves(s)} {
		if len(b.Lines) > 0 {
			out.Blocks = append(out.Blocks, b)
		}
	}
	return out
}

// GuardianPage is the kind of what stands on a guardian's page.
const GuardianPage = "guardian_page"

// Ward is what a guardian's page says of the child: as much of the child's own as its
// reader may see, and nothing of who opened the file.
type Ward struct{ Own }

func (w Ward) kind() string         { return GuardianPage }
func (w Ward) given() withheld.Text { return withheld.Text{} }

func (w Ward) write(p *pen) Side {
	out := Side{Title: p.say("paper.ward.title")}
	for _, b := range []Block{p.guards(w.Own), p.rights(w.Own), p.next(w.Own), p.terms(w.Own), p.taken(w.Own)} {
		if len(b.Lines) > 0 {
			out.Blocks = append(out.Blocks, b)
		}
	}
	return out
}

// leaves are all openings, and what no list of them can show.
func (p *pen) leaves(s Screen) Block {
	var lines []string
	for _, l := range s.Leaves {
		what := p.either("group."+l.What, "compartment."+l.What, "body."+l.What, "compartment.other")
		lines = append(lines, p.say("paper.own_page.opened", "date", wording.DateTime(p.lang, l.Last, s.Zone), "who", p.who(l.By), "what", what,
			"why", p.either("purpose."+l.Why, "purpose.other"), "n", l.Seq, "before", l.Before)+p.late(l.Late))
	}
	if len(lines) == 0 && s.Later.N == 0 {
		lines = append(lines, p.say("paper.own_page.unopened"))
	}
	lines = append(lines, p.later(s.Later)...)
	return Block{p.say("paper.own_copy.openings"), append(lines, p.say("paper.own_page.chain"), p.say("paper.own_page.cannot"))}
}
