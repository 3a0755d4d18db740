package paper

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"

	"rsc.io/qr"

	"pana/internal/id"
)

// CodeSize is the size of a paper's code: 128 bits, which nobody guesses.
const CodeSize = 16

// CodeOf is the code of a paper. It is made of the paper's id with the
// installation's key and kept nowhere, so that a copy can be printed again and
// a database without its keys has none.
func CodeOf(key [32]byte, paper id.Paper) [CodeSize]byte {
	return [CodeSize]byte(mac(key, "code", string(paper)))
}

// TagOf is what is kept of a code, and what a code is looked up by.
func TagOf(key [32]byte, code [CodeSize]byte) string {
	return hex.EncodeToString(mac(key, "tag", string(code[:])))
}

func mac(key [32]byte, use, of string) []byte {
	m := hmac.New(sha256.New, key[:])
	_, _ = m.Write([]byte("pana.paper." + use + "\x00" + of)) // a hash never fails
	sum := m.Sum(nil)
	if use == "code" {
		return sum[:CodeSize]
	}
	return sum
}

// Groups is a code as it is printed and read out: eight groups of four.
func Groups(code [CodeSize]byte) string {
	h := strings.ToUpper(hex.EncodeToString(code[:]))
	var out []string
	for i := 0; i < len(h); i += 4 {
		out = append(out, h[i:i+4])
	}
	return strings.Join(out, " ")
}

// alike are letters of a Cyrillic keyboard that look like ours, and what the
// eye takes for a digit.
var alike = strings.NewReplacer("А", "A", "В", "B", "С", "C", "Е", "E", "О", "0", "O", "0", "I", "1", "L", "1", "З", "3", "Б", "6")

// ParseCode reads a code as somebody typed it. What is none is a code that no
// paper has, so that it takes the same way and the same time.
func ParseCode(typed string) [CodeSize]byte {
	var kept strings.Builder
	for _, r := range alike.Replace(strings.ToUpper(typed)) {
		if strings.ContainsRune("0123456789ABCDEF", r) && kept.Len() <= 2*CodeSize {
			kept.WriteRune(r)
		}
	}
	b, err := hex.DecodeString(kept.String())
	if err != nil || len(b) != CodeSize {
		return [CodeSize]byte{}
	}
	return [CodeSize]byte(b)
}

// Link is where a code is asked: the form at the address, filled in. Nothing is asked
// until a person presses the button, so that no preview counts as a guess.
func Link(address, code string) string {
	if address == "" {
		return ""
	}
	return address + "?code=" + url.QueryEscape(strings.ReplaceAll(code, " ", ""))
}

// Short is a link as it is read out: without what a browser adds by itself.
func Short(link string) string {
	_, rest, ok := strings.Cut(link, "://")
	if !ok {
		return link
	}
	short, _, _ := strings.Cut(rest, "?")
	return short
}

// Squares draws a link as the path of an SVG with a side of n units.
func Squares(link string) (path string, n int) {
	code, err := qr.Encode(link, qr.M)
	if err != nil {
		return "", 0
	}
	var b strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+4, y+4) // four squares of rest around it, as readers ask
			}
		}
	}
	return b.String(), code.Size + 8
}
