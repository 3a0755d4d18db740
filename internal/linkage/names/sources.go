package names

import (
	"slices"
	"strings"
	"unicode"
)

// Form is how a name is written, or may have been, in a tradition.
type Form struct {
	Tradition *Tradition
	Written
}

// Forms are how each tradition that knows all letters of a name writes it.
func Forms(name string) (out []Form) {
	for _, t := range theTraditions {
		if w, ok := t.Write(name); ok && t.From == ScriptOf(name) {
			out = append(out, Form{t, w})
		}
	}
	return out
}

// mostSources bounds what one spelling may stand for in one tradition.
const mostSources = 24

// Sources are names that a tradition would have written so: Iouliia Chtcheglova
// is what French rules make of Юлия Щеглова. Each was written again and came out
// the same. Letters that the tradition drops are not guessed.
func (t *Tradition) Sources(written string) (out []string) {
	if t.To != ScriptOf(written) {
		return nil
	}
	for i, word := range strings.Fields(lower(written)) {
		found := t.sourcesOf(word)
		if i == 0 {
			out = found
			continue
		}
		var joined []string
		for _, a := range out {
			for _, b := range found {
				joined = append(joined, a+" "+b)
			}
		}
		out = joined[:min(len(joined), mostSources)]
	}
	return out
}

func (t *Tradition) sourcesOf(word string) (out []string) {
	type piece struct{ from, to string }
	var pieces []piece
	for _, in := range []where{anywhere, after, between, atEnd} {
		for from, r := range t.rules[in] {
			if r.to == "" {
				continue
			}
			if in == after {
				from = string([]rune(from)[1:])
			}
			if p := (piece{from, r.to}); !slices.Contains(pieces, p) {
				pieces = append(pieces, p)
			}
		}
	}
	// The longest piece first, so that щ comes before ш and ч.
	slices.SortFunc(pieces, func(a, b piece) int {
		if d := len(b.to) - len(a.to); d != 0 {
			return d
		}
		return strings.Compare(a.from, b.from)
	})
	tries := 0
	var read func(rest, so string)
	read = func(rest, so string) {
		if tries++; tries > 4_000 || len(out) == mostSources {
			return
		}
		if rest == "" {
			if w, ok := t.Write(so); ok && w.Text == word && !slices.Contains(out, so) {
				out = append(out, so)
			}
			return
		}
		for _, p := range pieces {
			if after, ok := strings.CutPrefix(rest, p.to); ok {
				read(after, so+p.from)
			}
		}
	}
	read(word, "")
	return out
}

// ScriptOf is the script of the first letter: Cyrl, Latn, Arab, or "" for another.
func ScriptOf(name string) string {
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Cyrillic, r):
			return "Cyrl"
		case unicode.Is(unicode.Latin, r):
			return "Latn"
		case unicode.Is(unicode.Arabic, r):
			return "Arab"
		}
	}
	return ""
}
