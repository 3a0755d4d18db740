package benchmark

import (
	"embed"
	"strings"

	"pana/internal/linkage/names"
)

//go:embed people
var peopleFiles embed.FS

// entry is one name of the lists.
type entry struct {
	native  string
	russian []string // how Russian papers write it
	latin   []string // Dari only: how Latin papers write it
	father  string   // Russian only: the father's name that follows no rule
}

// people are a language's names by kind: female, male, family.
type people map[string][]entry

var lists = mustReadPeople()

func mustReadPeople() map[string]people {
	all := map[string]people{}
	for _, language := range languages {
		text, err := peopleFiles.ReadFile("people/" + language + ".txt")
		if err != nil {
			panic("benchmark: " + err.Error()) // embedded
		}
		all[language] = readPeople(language, string(text))
	}
	return all
}

func readPeople(language, text string) people {
	out, section := people{}, ""
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(strings.TrimSpace(line), "#")
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			continue
		}
		for _, word := range strings.Fields(line) {
			out[section] = append(out[section], readEntry(language, word))
		}
	}
	return out
}

func readEntry(language, word string) entry {
	word, father, _ := strings.Cut(word, ":")
	f := strings.Split(word, "=")
	e := entry{native: f[0], father: father}
	switch {
	case language == "prs":
		e.latin, e.russian = strings.Split(f[1], ","), strings.Split(f[2], ",")
	case len(f) == 2:
		e.russian = []string{f[1]}
	case language == "ru":
		e.russian = []string{f[0]}
	default:
		e.russian = []string{title(written(language+"-russian", f[0]))}
	}
	return e
}

// written is a name as a tradition writes it; every name of the lists has only
// letters that its traditions know.
func written(tradition, name string) string {
	w, ok := names.Find(tradition).Write(name)
	if !ok {
		panic("benchmark: " + tradition + " cannot write " + name) // a broken list, found by every test
	}
	return w.Text
}

// title begins each word with a capital letter.
func title(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		r := []rune(w)
		words[i] = strings.ToUpper(string(r[:1])) + string(r[1:])
	}
	return strings.Join(words, " ")
}
