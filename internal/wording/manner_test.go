package wording

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// The manners of our sentences that a machine can see, of the product's and of
// the country's alike. What only a native speaker sees is on the pack's list of
// critical sentences.

// sentence is one text of one entry.
type sentence struct {
	key  string
	lang Lang
	text string
}

// written reads every sentence that we write, in the product and in the packs.
func written(t *testing.T) (list []sentence, entries []Entry) {
	t.Helper()
	for _, dir := range []string{"strings", "../../packs/kz/wording"} {
		es, problems := ReadDir(os.DirFS(dir), ".", "critical.yaml")
		if len(problems) > 0 || len(es) == 0 {
			t.Fatalf("%s: %d sentences, %v", dir, len(es), problems)
		}
		entries = append(entries, es...)
	}
	law, problems := ReadSentences(os.DirFS("../../packs/kz/wording/law"), ".")
	if len(problems) > 0 || len(law) == 0 {
		t.Fatalf("%d sentences of the law, %v", len(law), problems)
	}
	entries = append(entries, law...) // their English is the law file's own
	for _, e := range entries {
		for lang, text := range e.Texts {
			for _, s := range text {
				list = append(list, sentence{e.Key, lang, s})
			}
		}
	}
	return list, entries
}

var letters = regexp.MustCompile(`\p{L}+`)

func mixed(word string) bool {
	has := func(table *unicode.RangeTable) bool {
		return strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(table, r) })
	}
	return has(unicode.Latin) && has(unicode.Cyrillic)
}

func TestSentencesAreWrittenCleanly(t *testing.T) {
	t.Parallel()
	list, _ := written(t)
	spaces := regexp.MustCompile(`  |^ | $| [,.;:!?)»](\s|$)|[«(] `)
	for _, s := range list {
		for _, word := range letters.FindAllString(s.text, -1) {
			if mixed(word) {
				t.Errorf("%s %s: %q has Latin and Cyrillic letters", s.key, s.lang, word)
			}
		}
		if spaces.MatchString(s.text) {
			t.Errorf("%s %s: a space too many in %q", s.key, s.lang, s.text)
		}
		if strings.ContainsAny(s.text, "\"'") {
			t.Errorf("%s %s: a straight quote in %q; write «…» or “…”, and ’", s.key, s.lang, s.text)
		}
		if strings.Contains(s.text, "...") {
			t.Errorf("%s %s: three dots in %q; write …", s.key, s.lang, s.text)
		}
		if s.lang == Russian && strings.ContainsAny(s.text, "әғқңөұүһі") && !strings.HasPrefix(s.key, "region.") && !strings.HasPrefix(s.key, "language") && !strings.HasPrefix(s.key, "lang.") {
			t.Errorf("%s: Kazakh letters in Russian: %q", s.key, s.text)
		}
	}
}

// A question is a question and a sentence a sentence in every language.
func TestSentencesEndAlike(t *testing.T) {
	t.Parallel()
	_, entries := written(t)
	for _, e := range entries {
		ends := map[string][]string{}
		for lang, text := range e.Texts {
			for form := range text {
				end := ending(text[form])
				if end == ":" && beforeNumber[e.Key] {
					end = "" // an ending cannot be glued to the number: a colon
				}
				if !slices.Contains(ends[end], string(lang)) {
					ends[end] = append(ends[end], string(lang))
				}
			}
		}
		if len(ends) > 1 {
			t.Errorf("%s ends differently: %v", e.Key, ends)
		}
	}
}

// beforeNumber are tasks that a page ends with the number of a referral.
var beforeNumber = map[string]bool{"work.answer_referral": true, "work.acknowledge_referral": true, "work.answer_question": true}

func ending(s string) string {
	s = strings.TrimRight(s, "»”)")
	for _, end := range []string{".", "?", "!", ":", "…"} {
		if strings.HasSuffix(s, end) && !abbreviated(s) {
			return end
		}
	}
	return ""
}

// abbreviated ends with a short word's own full stop: Алм. обл.
func abbreviated(s string) bool {
	return regexp.MustCompile(`(^|[\s(])(г|обл|ж|дн|R)\.$`).MatchString(s)
}

// manner reads a list of testdata/manner: lines without comments.
func manner(t *testing.T, name string) []string {
	t.Helper()
	data, err := os.ReadFile(path.Join("testdata/manner", name))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(data), "\n"), func(line string) bool { return line == "" || line[0] == '#' })
}

func TestNoWordThatHurts(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	list, _ := written(t)
	for _, n := range nevers(t) {
		for _, s := range list {
			if s.lang == n.lang && says(s.text, n.word) && !n.allowed(s.key) {
				t.Errorf("%s %s: %q: %s: %s", s.key, s.lang, s.text, n.word, n.why)
			}
		}
	}
}

// never is a word we do not use, and where it may stand all the same: in keys,
// and in sentences of the law whose English has a word.
type never struct {
	lang      Lang
	word, why string
	but, said []string
}

func nevers(t *testing.T) (list []never) {
	t.Helper()
	for _, line := range manner(t, "never.txt") {
		fields := strings.SplitN(line, " ", 3)
		switch fields[0] {
		case "but":
			list[len(list)-1].but = strings.Fields(line)[1:]
		case "said":
			list[len(list)-1].said = strings.Fields(line)[1:]
		default:
			list = append(list, never{lang: Lang(fields[0]), word: fields[1], why: fields[2]})
		}
	}
	return list
}

// allowed says whether a word may stand under a key, which is the English of a
// sentence of the law.
func (n never) allowed(key string) bool {
	return slices.ContainsFunc(n.but, func(k string) bool { return matches(key, k) }) ||
		slices.ContainsFunc(n.said, func(word string) bool { return says(key, word) })
}

// says looks for a word or a stem* in any case; !word only as it is written.
func says(text, word string) bool {
	if exact, ok := strings.CutPrefix(word, "!"); ok {
		return slices.ContainsFunc(letters.FindAllString(text, -1), func(w string) bool { return matches(w, exact) })
	}
	return slices.ContainsFunc(letters.FindAllString(strings.ToLower(text), -1), func(w string) bool { return matches(w, word) })
}

func matches(s, pattern string) bool {
	if stem, ok := strings.CutSuffix(pattern, "*"); ok {
		return strings.HasPrefix(s, stem)
	}
	return s == pattern
}

func TestTermsOfActsGoTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("one after another: nothing here for the race detector")
	}
	t.Parallel()
	_, entries := written(t)
	for _, line := range manner(t, "terms.txt") {
		fields := strings.Split(line, " | ")
		if len(fields) != 3 {
			t.Fatalf("terms.txt: %q is not Russian | Kazakh | source", line)
		}
		russian := regexp.MustCompile(`(^|[^\p{L}])` + strings.ReplaceAll(strings.ReplaceAll(fields[0], "*", `\p{L}*,?`), " ", `\s`))
		for _, e := range entries {
			ru, kk := strings.ToLower(e.Texts[Russian][Other]), strings.ToLower(e.Texts[Kazakh][Other])
			if !russian.MatchString(ru) || kk == "" {
				continue
			}
			if !slices.ContainsFunc(strings.Split(fields[1], ", "), func(stem string) bool { return strings.Contains(kk, stem) }) {
				t.Errorf("%s: %q and %q: the act has %s (%s)", e.Key, ru, kk, fields[1], fields[2])
			}
		}
	}
}
