// Package across counts the people whom several bodies know, without any of them
// showing another whom it knows. Each body encodes its list at home under a key that
// the bodies agreed for one project; a linkage place that holds neither the key nor any
// list of people says which encodings are alike; a count takes the decoys out, and what is
// left is a capture table: how many people are on exactly which lists.
//
// It refuses files of another key or another agreement before anything is compared. It
// writes no name, no id and no encoding into what leaves the linkage place. docs/exchange.md
// says who holds what, who learns what, and what is destroyed when.
//
// Weak, and known: an encoding is not encryption. Who has the key, or the encodings and a
// register and time, may read some of it; the attack that this package is tested against
// is the best that we wrote, and not the best there is.
package across

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"pana/internal/linkage/clk"
	"pana/internal/linkage/kernel"
	"pana/internal/linkage/lists"
)

// Agreement is what the bodies of a project agreed. All of it but the key is in every
// file; the key never leaves the bodies.
type Agreement struct {
	Project  string
	Lists    []string // in the order of the table's digits
	Invented bool     // nobody in it is anybody
	Salt     clk.Salt
	Alike    int // in hundredths: from where on two encodings are one person's
	Decoys   int // for so many of a hundred records there is one of nobody
	Least    int // a table with a smaller cell, but 0, is not given out; 1: any is
	// Mark is the key's and the agreement's: two files that were not made under the same
	// have two.
	Mark string
}

const (
	leastAlike, mostAlike = 40, 95
	mostLists             = 9 // as many as a table has
	mostName              = 80
)

// bounds are the agreed one, then others from the strictest. The lists are linked at each
// and the estimate made of each, since how many links are missed or false nobody knows.
func (a *Agreement) bounds() []int {
	out := []int{a.Alike}
	for _, more := range []int{10, 5, -5} {
		if b := a.Alike + more; b <= 100 {
			out = append(out, b)
		}
	}
	return out
}

func bound(hundredths int) kernel.Alike { return kernel.Alike{Over: uint32(hundredths), Under: 100} }

// Project is an agreement with its key.
type Project struct {
	Agreement
	Key clk.Key
}

// NewProject draws a key.
func NewProject(a Agreement, random io.Reader) (*Project, error) {
	p := &Project{Agreement: a}
	if err := p.valid(); err != nil {
		return nil, err
	}
	if _, err := io.ReadFull(random, p.Key[:]); err != nil {
		return nil, err
	}
	p.Mark = p.mark()
	return p, nil
}

func (a *Agreement) valid() error {
	if !plainName(a.Project) {
		return fmt.Errorf("the project needs a name of at most %d letters on one line", mostName)
	}
	if len(a.Lists) < 2 || len(a.Lists) > mostLists {
		return fmt.Errorf("%d lists: a capture table needs two to %d, and to see whether lists hang together it needs three", len(a.Lists), mostLists)
	}
	for i, name := range a.Lists {
		if !plainName(name) || strings.Contains(name, ",") {
			return fmt.Errorf("list %d needs a name of at most %d letters, without a comma", i+1, mostName)
		}
		if slices.Contains(a.Lists[:i], name) {
			return fmt.Errorf("two lists are called %s", name)
		}
	}
	switch {
	case a.Salt != clk.NoSalt && a.Salt != clk.YearSalt && a.Salt != clk.BirthSalt:
		return fmt.Errorf("a salt is none, year or birth")
	case a.Alike < leastAlike || a.Alike > mostAlike:
		return fmt.Errorf("alike from %d hundredths: %d to %d is possible", a.Alike, leastAlike, mostAlike)
	case a.Decoys < 0 || a.Decoys > 100:
		return fmt.Errorf("%d decoys for a hundred records: 0 to 100 is possible", a.Decoys)
	case a.Least < 1 || a.Least > 1000:
		return fmt.Errorf("a least cell of %d: 1 (any is given) to 1000 is possible", a.Least)
	}
	return nil
}

func plainName(s string) bool {
	return s != "" && len(s) <= 4*mostName && len([]rune(s)) <= mostName && strings.TrimSpace(s) == s &&
		!strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

// probes are encoded into the mark: a program that spells or weighs otherwise makes
// other encodings, and must not be taken for one that makes the same.
var probes = []lists.Record{
	{Given: "Нұрғали", Family: "Сәрсенов", Sex: "male", Place: "Қызылорда", Document: "N1234567", Birth: lists.Birth{Year: 1990, Month: 5, Day: 13}},
	{Given: "Гүлнәр Ахметқызы", Family: "ҚАСЫМОВА", Sex: "female", Birth: lists.Birth{Year: 1984, Month: 1, Day: 1}},
	{Family: "Chtcheglova Iouliia", Birth: lists.Birth{Year: 1977}},
	{Family: "عبدالرحمن احمدی", Birth: lists.Birth{Year: 2001, Month: 12, Day: 3}},
	{Given: "Oʻgʻiloy", Family: "Toʻxtayeva", Document: "AA-77"},
}

func (p *Project) recipe() clk.Recipe { return clk.Recipe{Salt: p.Salt} }

func (p *Project) mark() string {
	h := hmac.New(sha256.New, p.Key[:])
	fmt.Fprintf(h, "pana.exchange.1\x00%s", p.agreed())
	e := clk.NewEncoder(p.Key, p.recipe())
	for i := range probes {
		v := e.Encode(&probes[i])
		for _, w := range v {
			fmt.Fprintf(h, "%016x", w)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// agreed is the agreement as it stands at the head of every file, without its mark.
func (a *Agreement) agreed() string {
	yes := map[bool]string{true: "yes", false: "no"}
	return fmt.Sprintf("project: %s\nlists: %s\ninvented: %s\nsalt: %s\nalike: %d\ndecoys: %d\nleast: %d\n",
		a.Project, strings.Join(a.Lists, ", "), yes[a.Invented], a.Salt, a.Alike, a.Decoys, a.Least)
}

func (a *Agreement) head() string { return a.agreed() + "mark: " + a.Mark + "\n" }

// Same says whether two files were made under one key and one agreement, or how not.
func (a *Agreement) Same(b *Agreement) error {
	switch {
	case a.Project != b.Project:
		return fmt.Errorf("they are of two projects")
	case a.agreed() != b.agreed():
		return fmt.Errorf("what was agreed differs: one of the bodies has another key file")
	case a.Mark != b.Mark:
		return fmt.Errorf("they were made under two keys, or by programs that encode otherwise: all bodies need the one key file and one version of pana; nothing was compared")
	}
	return nil
}

const keyTitle = "pana exchange key 1\n"

// Text is the project as it lies in the bodies' file.
func (p *Project) Text() string {
	return keyTitle + p.head() + "key: " + base64.StdEncoding.EncodeToString(p.Key[:]) + "\n"
}

// ReadProject reads what Text writes. Its errors never say what stands there.
func ReadProject(file []byte) (*Project, error) {
	l := &lines{rest: string(file)}
	l.title(keyTitle, "a key file, as pana exchange key writes it")
	p := &Project{}
	l.agreement(&p.Agreement)
	key, err := base64.StdEncoding.DecodeString(l.value("key"))
	switch {
	case l.err != nil:
		return nil, l.err
	case err != nil || len(key) != len(p.Key):
		return nil, l.wrong("no key of 44 characters stands here")
	case l.rest != "":
		return nil, l.wrong("something stands behind the key")
	}
	p.Key = clk.Key(key)
	if p.mark() != p.Mark {
		return nil, l.wrong("the key is not the one that this agreement was made with, or this pana encodes otherwise: take the file anew from whoever made it, and use one version of pana")
	}
	return p, nil
}

// lines reads a file's head line by line, and keeps the first thing that is wrong.
type lines struct {
	rest string
	line int
	err  error
}

func (l *lines) wrong(what string) error { return fmt.Errorf("line %d: %s", max(1, l.line), what) }

func (l *lines) next() string {
	l.line++
	text, rest, ended := strings.Cut(l.rest, "\n")
	if !ended && l.err == nil {
		l.err = l.wrong("the file was cut off")
	}
	l.rest = rest
	return strings.TrimSuffix(text, "\r")
}

func (l *lines) title(want, what string) {
	if l.next()+"\n" != want {
		l.err = fmt.Errorf("line 1: this is no %s", strings.TrimPrefix(what, "a "))
	}
}

func (l *lines) value(name string) string {
	text := l.next()
	value, ok := strings.CutPrefix(text, name+": ")
	if !ok && l.err == nil {
		l.err = l.wrong("here " + name + ": must stand")
	}
	return value
}

func (l *lines) number(name string) int {
	text := l.value(name)
	n, err := strconv.Atoi(text)
	if l.err == nil && (err != nil || n < 0 || strconv.Itoa(n) != text) {
		l.err = l.wrong(name + " is no number")
	}
	return n
}

func (l *lines) yes(name string) bool {
	text := l.value(name)
	if l.err == nil && text != "yes" && text != "no" {
		l.err = l.wrong(name + " is yes or no")
	}
	return text == "yes"
}

// hexOf reads so many bytes.
func (l *lines) hexOf(name string, n int) string {
	text := l.value(name)
	b, err := hex.DecodeString(text)
	if l.err == nil && (err != nil || len(b) != n || strings.ToLower(text) != text) {
		l.err = l.wrong(name + " is no number of " + strconv.Itoa(2*n) + " hexadecimal digits")
	}
	return text
}

func (l *lines) agreement(a *Agreement) {
	a.Project = l.value("project")
	a.Lists = strings.Split(l.value("lists"), ", ")
	a.Invented, a.Salt = l.yes("invented"), clk.Salt(l.value("salt"))
	a.Alike, a.Decoys, a.Least = l.number("alike"), l.number("decoys"), l.number("least")
	a.Mark = l.hexOf("mark", 16)
	if l.err == nil {
		if err := a.valid(); err != nil {
			l.err = l.wrong(err.Error())
		}
	}
}

// list reads which of the lists a file is of.
func (l *lines) list(a *Agreement) int {
	name := l.value("list")
	at := slices.Index(a.Lists, name)
	if at < 0 && l.err == nil {
		l.err = l.wrong("the project has no such list")
	}
	return at
}

// digest is what a file is called by in records and by files that go with it.
func digest(file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

// sealed says that a file ends with the digest of what is before it, and gives that.
func sealed(file []byte) ([]byte, bool) {
	if len(file) < sha256.Size {
		return nil, false
	}
	body, end := file[:len(file)-sha256.Size], file[len(file)-sha256.Size:]
	sum := sha256.Sum256(body)
	return body, bytes.Equal(sum[:], end)
}
