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
	to      map[string]string
	longest int // in runes
}

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

// isVowelled says whether a name is in the Arabic script that writes all vowels.
func (s *spelling) isVowelled(words []string) bool {
	for _, w := range words {
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
	arabic := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
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
	name = strings.ToLower(norm.NFKC.String(name))
	if r := []rune(name); len(r) > maxRunes {
		name = string(r[:maxRunes])
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("'`’‘ʻʼʹ´\u200c\u200d\u0640", r) {
			return -1
		}
		return r
	}, name)
	return strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) })
}

func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// WithoutDoubles writes each run of one letter once.
func WithoutDoubles(s string) string {
	var last rune
	return strings.Map(func(r rune) rune {
		if r == last {
			return -1
		}
		last = r
		return r
	}, s)
}

func (t table) replace(s string) string {
	runes := []rune(s)
	var b strings.Builder
	for i := 0; i < len(runes); {
		n := min(t.longest, len(runes)-i)
		for ; n > 0; n-- {
			if to, ok := t.to[string(runes[i:i+n])]; ok {
				b.WriteString(to)
				break
			}
		}
		if n == 0 {
			b.WriteRune(runes[i])
			n = 1
		}
		i += n
	}
	return b.String()
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

func newTable() table { return table{to: map[string]string{}} }

func (t *table) add(from, to string) error {
	if _, twice := t.to[from]; twice {
		return fmt.Errorf("%s is there twice", from)
	}
	if to == "-" {
		to = ""
	}
	t.to[from] = to
	t.longest = max(t.longest, utf8.RuneCountInString(from))
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
