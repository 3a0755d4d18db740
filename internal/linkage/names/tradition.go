package names

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/traditions
var traditionFiles embed.FS

// Tradition is one way of writing names of a language in another script, or in
// the same for readers of another language.
type Tradition struct {
	ID       string // its file's name
	Title    string
	Language string // of the names: kk, ru, uz, ky, tg, tr
	From, To string // scripts: Cyrl, Latn, Arab
	Used     string // where and when
	Source   string // "unknown: …" where no source states the table
	Note     string

	rules map[where]map[string]rule
}

// rule is what is written for a letter, and whether a source says so.
type rule struct {
	to      string
	assumed bool
}

// where a rule holds, as its section is called.
type where string

const (
	anywhere where = "letters"
	after    where = "after"   // "ье ye": е after ь; "^е ye": at the start
	before   where = "before"  // "кс -": к before с
	between  where = "between" // "с ss": с between two vowels
	atEnd    where = "end"     // "ин ine": the end of a word
)

var theTraditions = mustReadTraditions(traditionFiles)

// Traditions are all there are, by language and then by name.
func Traditions() []*Tradition { return theTraditions }

// Find gives a tradition by its id, or nil.
func Find(id string) *Tradition {
	for _, t := range theTraditions {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Sourced says whether a source states the tradition at all.
func (t *Tradition) Sourced() bool { return !strings.HasPrefix(t.Source, "unknown") }

// Written is a name as a tradition writes it, in small letters.
type Written struct {
	Text    string
	Assumed bool // some letter has no source, and the product's own reading stands in
}

// Write writes a name as the tradition does. It is not ok where the name has a
// letter that the tradition does not know.
func (t *Tradition) Write(name string) (w Written, ok bool) {
	var out []string
	for _, word := range strings.Fields(lower(name)) {
		var parts []string
		for _, p := range strings.Split(word, "-") {
			text, assumed, known := t.word([]rune(p))
			if !known {
				return Written{}, false
			}
			parts, w.Assumed = append(parts, text), w.Assumed || assumed
		}
		out = append(out, strings.Join(parts, "-"))
	}
	w.Text = strings.Join(out, " ")
	return w, w.Text != ""
}

func (t *Tradition) word(word []rune) (text string, assumed, ok bool) {
	var b strings.Builder
	put := func(r rule) { b.WriteString(r.to); assumed = assumed || r.assumed }
	stem := len(word)
	end, ends := rule{}, false
	if stem > 2 {
		if end, ends = t.rules[atEnd][string(word[stem-2:])]; ends {
			stem -= 2
		}
	}
	for i := range stem {
		r, known := t.letter(word, i)
		if !known {
			return "", false, false
		}
		put(r)
	}
	if ends {
		put(end)
	}
	return b.String(), assumed, true
}

func (t *Tradition) letter(word []rune, i int) (rule, bool) {
	last, next := "^", ""
	if i > 0 {
		last = string(word[i-1])
	}
	if i+1 < len(word) {
		next = string(word[i+1])
	}
	letter := string(word[i])
	if r, ok := t.rules[after][last+letter]; ok {
		return r, true
	}
	if r, ok := t.rules[before][letter+next]; ok && next != "" {
		return r, true
	}
	if r, ok := t.rules[between][letter]; ok && isVowel(last) && isVowel(next) {
		return r, true
	}
	r, ok := t.rules[anywhere][letter]
	return r, ok
}

func isVowel(letter string) bool {
	return letter != "" && strings.Contains("аәеёиоөуұүыіэюяӣӯў", letter)
}

// lower is the letters of a name in small ones, marks joined to their letters.
func lower(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("`’‘ʻʼ´", r):
			return '\''
		case unicode.IsLetter(r), unicode.Is(unicode.Mn, r), r == '\'', r == '-':
			return r
		}
		return ' '
	}, strings.ToLower(strings.ReplaceAll(norm.NFC.String(name), "İ", "i")))
}

func mustReadTraditions(files fs.FS) []*Tradition {
	all, err := readTraditions(files)
	if err != nil {
		panic("names: " + err.Error()) // embedded: a broken build, found by every test
	}
	return all
}

func readTraditions(files fs.FS) (all []*Tradition, err error) {
	found, err := fs.Glob(files, "data/traditions/*.txt")
	if err != nil {
		return nil, err
	}
	for _, name := range found {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		t, err := readTradition(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		t.ID = strings.TrimSuffix(path.Base(name), ".txt")
		all = append(all, t)
	}
	return all, nil
}

func readTradition(text string) (*Tradition, error) {
	t := &Tradition{rules: map[where]map[string]rule{}}
	var section where
	assumed := false
	for n, line := range strings.Split(text, "\n") {
		line = norm.NFC.String(strings.TrimSpace(line))
		var err error
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			name := strings.Trim(line, "[]")
			name, assumed = strings.TrimPrefix(name, "assumed "), strings.HasPrefix(name, "assumed ")
			section = where(name)
		case section == "":
			err = t.head(line)
		default:
			err = t.add(section, line, assumed)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	if t.Source == "" || t.Language == "" || t.From == "" || t.To == "" {
		return nil, fmt.Errorf("lacks source, language, from or to")
	}
	return t, nil
}

func (t *Tradition) head(line string) error {
	key, value, ok := strings.Cut(line, ": ")
	into := map[string]*string{"title": &t.Title, "language": &t.Language, "from": &t.From, "to": &t.To, "used": &t.Used, "source": &t.Source, "note": &t.Note}[key]
	if !ok || into == nil || *into != "" {
		return fmt.Errorf("%q is no title, language, from, to, used, source or note, or is there twice", key)
	}
	*into = value
	return nil
}

func (t *Tradition) add(in where, line string, assumed bool) error {
	f := strings.Fields(line)
	runes := map[where]int{anywhere: 1, after: 2, before: 2, between: 1, atEnd: 2}[in]
	switch {
	case runes == 0:
		return fmt.Errorf("there is no section %q", in)
	case len(f) != 2 || utf8.RuneCountInString(f[0]) != runes:
		return fmt.Errorf("%q is not %d letters and what they become", line, runes)
	case t.rules[in] == nil:
		t.rules[in] = map[string]rule{}
	}
	if _, twice := t.rules[in][f[0]]; twice {
		return fmt.Errorf("%s is there twice", f[0])
	}
	to := strings.TrimPrefix(f[1], "-")
	t.rules[in][f[0]] = rule{to: to, assumed: assumed}
	return nil
}
