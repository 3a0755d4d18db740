package names

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:embed data/key.txt
var keyText string

// spelling is data/key.txt, read.
type spelling struct {
	letters, sounds table
	vowelled        table // Arabic script that writes all vowels
	vowelledOnly    string
	readings        []reading
	endings         []ending // longest first
	particles       map[string]string
	same            map[string]string
}

type ending struct {
	text       string
	patronymic bool
	stays      int
}

// table replaces the longest "from" at each place.
type table struct {
	near   [][]replacement // by first letter, where that is below nearLetters; the longest first
	others map[rune][]replacement
}

type replacement struct{ from, to string }

// nearLetters has Latin, Cyrillic and Arabic script as anybody here writes it.
const nearLetters = 0x700

// reading is what some letters are in one tradition.
type reading struct {
	name string
	table
}

// Part is one part of a name in the one spelling.
type Part struct {
	Text       string
	Whole      string   // before an ending was taken off
	Also       []string // what it is where Latin letters are read in another tradition
	Patronymic bool
	Bones      bool // came from a script without short vowels: only its consonants are known
}

// Equal says whether two parts are the same in everything.
func (p Part) Equal(q Part) bool {
	return p.Text == q.Text && p.Whole == q.Whole && p.Patronymic == q.Patronymic && p.Bones == q.Bones && slices.Equal(p.Also, q.Also)
}

// AppendText appends a text that another part has only if the two are equal.
func (p *Part) AppendText(b []byte) []byte {
	flags := byte('0')
	if p.Patronymic {
		flags++
	}
	if p.Bones {
		flags += 2
	}
	b = append(append(append(append(append(b, flags), p.Text...), ' '), p.Whole...), ' ')
	for _, also := range p.Also {
		b = append(append(b, also...), ' ')
	}
	return b
}

const (
	// MaxParts is how many parts of a name are kept.
	MaxParts = 6
	maxRunes = 200
)

var theSpelling = mustReadSpelling(keyText)

// parts brings a whole name to the one spelling, in the order written.
func (s *spelling) parts(name string, spelt func(word string, vowelled bool) spelt) []Part {
	var out []Part
	father := false // the next word is the father's name
	all := words(name)
	vowelled := s.isVowelled(all)
	long := 0
	for _, word := range all {
		if utf8.RuneCountInString(word) > 1 {
			long++
		}
	}
	for _, word := range all {
		w := spelt(word, vowelled)
		if w.rough == "" || long > 1 && utf8.RuneCountInString(word) == 1 {
			continue // nothing, or an initial, which says too little beside two words
		}
		switch s.particles[w.rough] {
		case "before":
			if len(out) > 0 {
				out[len(out)-1].Patronymic = true
				continue
			}
		case "after":
			father = true
			continue
		case "drop":
			continue
		case "title":
			if long > 2 {
				continue
			}
		}
		p := w.part
		if father {
			p.Patronymic, father = true, false
		}
		if out = append(out, p); len(out) == MaxParts {
			break
		}
	}
	return out
}

// spelt is a word in the one spelling, before an ending was taken off and after.
type spelt struct {
	rough string
	part  Part
}

func (s *spelling) spelt(word string, vowelled, also bool) spelt {
	p := s.word(word, vowelled, also)
	return spelt{p.Text, s.stem(p)}
}

// isArabic says whether any letter is of Arabic script, the first of which is U+0600.
func isArabic(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r >= 0x600 && unicode.Is(unicode.Arabic, r) })
}

// isVowelled says whether a name is in the Arabic script that writes all vowels.
func (s *spelling) isVowelled(words []string) bool {
	for _, w := range words {
		if !isArabic(w) {
			continue
		}
		if strings.ContainsAny(w, s.vowelledOnly) {
			return true
		}
		if i := strings.Index(w, "ى"); i > 0 && i < len(w)-len("ى") {
			return true
		}
	}
	return false
}

// word spells one word: letters to rough Latin, marks off, sounds to one letter
// each, doubles to one.
func (s *spelling) word(word string, vowelled, also bool) Part {
	arabic := isArabic(word)
	if arabic && vowelled {
		word, arabic = s.vowelled.replace(word), false
	}
	p := Part{Text: s.spell(word), Bones: arabic}
	if !also || ScriptOf(word) != "Latn" {
		return p
	}
	for _, r := range s.readings {
		also := s.spell(r.replace(word))
		if also != p.Text && !slices.Contains(p.Also, also) {
			p.Also = append(p.Also, also)
		}
	}
	return p
}

func (s *spelling) spell(word string) string {
	return WithoutDoubles(s.sounds.replace(withoutMarks(s.letters.replace(word))))
}

// stem takes one ending off, and puts one name for its variants.
func (s *spelling) stem(p Part) Part {
	p.Whole = p.Text
	p.Text, p.Patronymic = s.root(p.Text)
	for i, also := range p.Also {
		p.Also[i], _ = s.root(also)
	}
	return p
}

func (s *spelling) root(text string) (root string, patronymic bool) {
	for _, e := range s.endings {
		root, ok := strings.CutSuffix(text, e.text)
		if ok && utf8.RuneCountInString(root) >= e.stays {
			text, patronymic = root, e.patronymic
			break
		}
	}
	if one, ok := s.same[text]; ok {
		text = one
	}
	return text, patronymic
}

// words splits at everything that is no letter; apostrophes and the Uzbek and
// Tajik turned commas are part of a word and say nothing.
func words(name string) []string {
	if plain, ok := plainly(name); ok {
		return strings.Fields(plain)
	}
	name = strings.ToLower(norm.NFKC.String(name))
	if r := []rune(name); len(r) > maxRunes {
		name = string(r[:maxRunes])
	}
	name = strings.Map(func(r rune) rune {
		if saysNothing(r) {
			return -1
		}
		return r
	}, name)
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) })
}

func saysNothing(r rune) bool { return strings.ContainsRune("'`’‘ʻʼʹ´\u200c\u200d\u0640", r) }

// plainly is a name in small letters with spaces for what is no letter, if it consists of
// what normalising leaves as it is: nearly every one does, and most work is saved.
func plainly(name string) (string, bool) {
	if len(name) > maxRunes {
		return "", false
	}
	b := make([]byte, 0, maxRunes)
	for _, r := range name {
		if r >= plainLetters || plain[r] == 0 {
			return "", false
		}
		if to := plain[r]; to > 0 {
			b = utf8.AppendRune(b, to)
		}
	}
	return string(b), true
}

const plainLetters = 0x500 // Latin and Cyrillic script

// plain is the small letter of each that stands by itself however it is normalised, a space
// for what is no letter, -1 for what says nothing, and 0 for what is for norm to tell.
var plain = func() (out [plainLetters]rune) {
	for r := range rune(plainLetters) {
		p := norm.NFKC.PropertiesString(string(r))
		lower := unicode.ToLower(r)
		switch {
		case !p.BoundaryBefore() || !norm.NFKC.IsNormalString(string(r)) || unicode.Is(unicode.Mn, r) || lower >= plainLetters:
		case saysNothing(lower):
			out[r] = -1
		case unicode.IsLetter(lower):
			out[r] = lower
		default:
			out[r] = ' '
		}
	}
	return out
}()

func withoutMarks(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// WithoutDoubles writes each run of one letter once.
func WithoutDoubles(s string) string {
	if !hasDoubles(s) {
		return s
	}
	var last rune
	return strings.Map(func(r rune) rune {
		if r == last {
			return -1
		}
		last = r
		return r
	}, s)
}

func hasDoubles(s string) bool {
	for i := range len(s) - 1 {
		if s[i] == s[i+1] || s[i] >= utf8.RuneSelf {
			return true // or may have
		}
	}
	return false
}

func (t *table) replace(s string) string {
	b := make([]byte, 0, 2*len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		rule := t.rule(r, s[i:])
		if rule == nil {
			b = utf8.AppendRune(b, r)
			i += size
			continue
		}
		b = append(b, rule.to...)
		i += len(rule.from)
	}
	return string(b)
}

// rule is the longest for the beginning of a text whose first letter is r, or nil.
func (t *table) rule(r rune, text string) *replacement {
	var rules []replacement
	if r < nearLetters {
		rules = t.near[r]
	} else {
		rules = t.others[r]
	}
	for i := range rules {
		if strings.HasPrefix(text, rules[i].from) {
			return &rules[i]
		}
	}
	return nil
}

func mustReadSpelling(text string) *spelling {
	s, err := readSpelling(text)
	if err != nil {
		panic("names: data/key.txt: " + err.Error()) // embedded: a broken build, found by every test
	}
	return s
}

func readSpelling(text string) (*spelling, error) {
	s := &spelling{
		letters: newTable(), sounds: newTable(), vowelled: newTable(),
		particles: map[string]string{}, same: map[string]string{},
	}
	section := ""
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(norm.NFKC.String(line))
		switch {
		case len(fields) == 0:
		case strings.HasPrefix(fields[0], "["):
			section = fields[0]
		default:
			if err := s.add(section, fields); err != nil {
				return nil, fmt.Errorf("line %d: %w", n+1, err)
			}
		}
	}
	slices.SortStableFunc(s.endings, func(a, b ending) int { return len(b.text) - len(a.text) })
	return s, nil
}

func (s *spelling) add(section string, f []string) error {
	switch {
	case section == "[letters]" && len(f) == 2:
		return s.letters.add(f[0], f[1])
	case section == "[sounds]" && len(f) == 2:
		return s.sounds.add(f[0], f[1])
	case section == "[vowelled]" && f[0] == "only":
		s.vowelledOnly = strings.Join(f[1:], "")
		return nil
	case section == "[vowelled]" && len(f) == 2:
		return s.vowelled.add(f[0], f[1])
	case section == "[readings]" && len(f) == 3:
		return s.addReading(f[0], f[1], f[2])
	case section == "[endings]" && len(f) == 3:
		stays, err := strconv.Atoi(f[2])
		s.endings = append(s.endings, ending{f[1], f[0] == "patronymic", stays})
		return err
	case section == "[particles]" && len(f) == 2:
		s.particles[f[1]] = f[0]
		return nil
	case section == "[same]" && len(f) > 1:
		for _, other := range f[1:] {
			s.same[other] = f[0]
		}
		return nil
	}
	return fmt.Errorf("%d words in section %s", len(f), section)
}

func (s *spelling) addReading(name, from, to string) error {
	i := slices.IndexFunc(s.readings, func(r reading) bool { return r.name == name })
	if i < 0 {
		i = len(s.readings)
		s.readings = append(s.readings, reading{name, newTable()})
	}
	return s.readings[i].add(from, to)
}

func newTable() table {
	return table{near: make([][]replacement, nearLetters), others: map[rune][]replacement{}}
}

func (t *table) add(from, to string) error {
	first, _ := utf8.DecodeRuneInString(from)
	rules := t.others[first]
	if first < nearLetters {
		rules = t.near[first]
	}
	if slices.ContainsFunc(rules, func(r replacement) bool { return r.from == from }) {
		return fmt.Errorf("%s is there twice", from)
	}
	if to == "-" {
		to = ""
	}
	rules = append(rules, replacement{from, to})
	slices.SortFunc(rules, func(a, b replacement) int { return len(b.from) - len(a.from) })
	if first < nearLetters {
		t.near[first] = rules
	} else {
		t.others[first] = rules
	}
	return nil
}

// Key gives the parts of a name in the one spelling, in the order written,
// whatever script it came in.
func Key(name string) []Part {
	return theSpelling.parts(name, func(word string, vowelled bool) spelt { return theSpelling.spelt(word, vowelled, false) })
}

// Read is Key, with what each Latin word is in other traditions' reading: some
// eight times the work. A Reader does it once for a word.
func Read(name string) []Part {
	return theSpelling.parts(name, func(word string, vowelled bool) spelt { return theSpelling.spelt(word, vowelled, true) })
}

// Reader reads many names: a word that many people have is spelt once. Many may use it
// at once.
type Reader struct {
	mu    sync.Mutex
	known map[readWord]spelt
}

type readWord struct {
	word     string
	vowelled bool
}

// mostWords bounds what a reader remembers: then it begins anew.
const mostWords = 1 << 16

// Read is as the function Read.
func (r *Reader) Read(name string) []Part {
	return theSpelling.parts(name, func(word string, vowelled bool) spelt {
		of := readWord{word, vowelled}
		r.mu.Lock()
		known, ok := r.known[of]
		r.mu.Unlock()
		if ok {
			return known
		}
		known = theSpelling.spelt(word, vowelled, true)
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.known == nil || len(r.known) >= mostWords {
			r.known = map[readWord]spelt{}
		}
		r.known[of] = known
		return known
	})
}

// Forget forgets every word: somebody was erased.
func (r *Reader) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = nil
}
