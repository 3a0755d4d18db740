package wording

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"pana/internal/strict"
)

// What an article says stands in a law file as one English sentence. Its
// translations are keyed by that sentence, as gettext keys them: the law stays
// readable, and a sentence that is changed loses its old translation at once.
// Such an Entry has the sentence for its Key, and no Text in English.

// WithSentences is the catalogue with sentences of the law. Of two entries with
// one sentence the first stays; ReadSentences is what reports the second.
func (c *Catalogue) WithSentences(entries []Entry) *Catalogue {
	out := &Catalogue{entries: c.entries, sentences: make(map[string]*Entry, len(entries))}
	for i := range entries {
		if _, twice := out.sentences[entries[i].Key]; !twice {
			out.sentences[entries[i].Key] = &entries[i]
		}
	}
	return out
}

// Sentence says a sentence of the law in a language, and in which it is said:
// where nobody has translated it the English stands, and the page must say so.
// It fills in nothing: a sentence of the law has no {name} places.
func (c *Catalogue) Sentence(lang Lang, english string) (string, Lang) {
	if e := c.sentences[english]; e != nil && len(e.Texts[lang]) > 0 {
		return e.Texts[lang][Other], lang
	}
	return english, English
}

// ReadSentences reads every *.yaml of a folder of translated sentences. A folder
// that is not there holds none.
func ReadSentences(fsys fs.FS, dir string) ([]Entry, []strict.Problem) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, []strict.Problem{{File: dir, Line: 1, Code: "wording.folder", What: err.Error()}}
	}
	var entries []Entry
	var problems []strict.Problem
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, strict.Problem{File: name, Line: 1, Code: "wording.file", What: "cannot be read: " + err.Error()})
			continue
		}
		var f sentenceFile
		problems = append(problems, strict.Read(name, data, &f)...)
		entries = append(entries, f.withState()...)
	}
	return entries, append(problems, twice(entries)...)
}

func twice(entries []Entry) []strict.Problem {
	var problems []strict.Problem
	first := map[string]Pos{}
	for _, e := range entries {
		if at, known := first[e.Key]; known {
			problems = append(problems, strict.Problem{File: e.Pos.File, Line: e.Pos.Line, Code: "wording.twice",
				What: fmt.Sprintf("%s is also at %s:%d", quoted(e.Key), at.File, at.Line), Mend: "keep one of them"})
			continue
		}
		first[e.Key] = e.Pos
	}
	return problems
}

// sentenceFile is a state for the whole file and a list of sentences.
type sentenceFile struct {
	state     string
	sentences []Entry
}

func (f sentenceFile) withState() []Entry {
	var out []Entry
	for _, e := range f.sentences {
		if e.State == "" {
			e.State = f.state
		}
		if e.Key != "" { // one without was reported
			out = append(out, e)
		}
	}
	return out
}

// ReadYAML reads the file's state and its sentences in their order.
func (f *sentenceFile) ReadYAML(r *strict.Reader, n *strict.Node) {
	f.state = Draft
	r.Pairs(n, func(key, value *strict.Node) {
		switch key.Value {
		case "state":
			f.state = state(r, value)
		case "sentences":
			var list []one
			r.Into(value, reflect.ValueOf(&list).Elem())
			for _, s := range list {
				f.sentences = append(f.sentences, Entry(s))
			}
		default:
			r.Add(key, "yaml.unknown_key", "known here: state, sentences", "unknown key %q", key.Value)
		}
	})
}

// one is an Entry that reads itself from a list.
type one Entry

// ReadYAML reads a sentence: en is the law file's, word for word.
func (e *one) ReadYAML(r *strict.Reader, n *strict.Node) {
	*e = one{Pos: Pos{r.File, n.Line}, Texts: map[Lang]Text{}}
	r.Pairs(n, func(k, v *strict.Node) {
		if k.Value == string(English) {
			e.Key = r.Text(v)
			return
		}
		(*Entry)(e).read(r, k, v)
	})
	if e.Key == "" {
		r.Add(n, "wording.key", "write en: with the sentence of the law file", "the translation of no sentence")
	}
}

// CheckSentence reports what Check does of a sentence of the law, and figures
// that are not the same in two languages: a wrong article or number of days is
// a wrong law.
func CheckSentence(e Entry, langs []Lang) []strict.Problem {
	sentence := e.Key
	e.Key = quoted(sentence)
	c := checker{entry: e}
	want := figuresIn(sentence)
	for _, lang := range langs {
		text, known := e.Texts[lang][Other]
		if got := figuresIn(text); known && !slices.Equal(got, want) {
			c.add("wording.figures", "write the figures of the sentence, each as often as it does", "%s has the figures %s, and %s in %s", e.Key, listed(want), listed(got), lang)
		}
	}
	without := slices.DeleteFunc(slices.Clone(langs), func(lang Lang) bool { return lang == English })
	return append(Check(e, without), c.problems...)
}

var figure = regexp.MustCompile(`\d+`)

// figuresIn are the numbers of a sentence, sorted: languages order them
// differently, "1 July 2021" and "2021 жылғы 1 шілде".
func figuresIn(s string) []string {
	out := figure.FindAllString(s, -1)
	slices.Sort(out)
	return out
}

func listed(figures []string) string {
	if len(figures) == 0 {
		return "none"
	}
	return strings.Join(figures, " ")
}

// quoted is the beginning of a sentence, enough to find it by.
func quoted(s string) string {
	const enough = 60
	if letters := []rune(s); len(letters) > enough {
		s = string(letters[:enough]) + "…"
	}
	return "“" + s + "”"
}
