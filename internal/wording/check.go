package wording

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"pana/internal/strict"
)

var goodPlace = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Check reports what is incomplete in an entry: a language without sentence, a
// plural form its language needs, places that differ between languages, a
// review without reviewer.
func Check(e Entry, langs []Lang) []strict.Problem {
	c := checker{entry: e}
	for _, lang := range langs {
		if len(e.Texts[lang]) == 0 {
			c.add("wording.language", "write "+string(lang)+":", "%s has no sentence in %s", e.Key, lang)
		}
	}
	for lang, text := range e.Texts {
		if !slices.Contains(langs, lang) {
			c.add("wording.language", "remove it, or add the language to the pack", "%s has a sentence in %s, which is not among the languages", e.Key, lang)
		}
		c.text(lang, text)
	}
	c.places(langs)
	if e.State == Reviewed && (e.By == "" || e.On.IsZero()) {
		c.add("wording.review", "write by: and on:, or state: draft", "%s is reviewed, by nobody or never", e.Key)
	}
	return c.problems
}

type checker struct {
	entry    Entry
	problems []strict.Problem
}

func (c *checker) add(code, mend, what string, args ...any) {
	c.problems = append(c.problems, strict.Problem{File: c.entry.Pos.File, Line: c.entry.Pos.Line, Code: code, What: fmt.Sprintf(what, args...), Mend: mend})
}

func (c *checker) text(lang Lang, text Text) {
	key := c.entry.Key
	if len(text) > 1 || text[Other] == "" {
		for _, f := range Forms(lang) {
			if text[f] == "" {
				c.add("wording.plural", "write "+string(f)+":", "%s lacks the plural form %s in %s", key, f, lang)
			}
		}
	}
	for _, s := range text {
		if strings.Count(s, "{") != strings.Count(s, "}") {
			c.add("wording.brace", "close every {", "%s has an open brace in %s", key, lang)
		}
		for _, p := range Places(s) {
			if !goodPlace.MatchString(p) {
				c.add("wording.place", "use letters, digits and _", "%s has the place {%s} in %s", key, p, lang)
			}
		}
		if s != strings.TrimSpace(s) {
			c.add("wording.space", "remove it; the page sets the space", "%s begins or ends with a space in %s", key, lang)
		}
		if lang == Kazakh && latinInside(s) {
			c.add("wording.latin", "write Kazakh і (U+0456)", "%s has a Latin i inside a Kazakh word", key)
		}
	}
}

// latinInside finds a Latin i between Cyrillic letters, as official texts
// sometimes carry it; a search in Kazakh would not find the word.
func latinInside(s string) bool { return latinI.MatchString(s) }

var latinI = regexp.MustCompile(`\p{Cyrillic}[iI]|[iI]\p{Cyrillic}`)

// places: every language fills in the same things. A form may leave out {n},
// as "one" often does.
func (c *checker) places(langs []Lang) {
	var first []string
	var of Lang
	for _, lang := range langs {
		text := c.entry.Texts[lang]
		if len(text) == 0 {
			continue
		}
		all := placesOf(text)
		if of == "" {
			first, of = all, lang
			continue
		}
		if !slices.Equal(first, all) {
			c.add("wording.places", "use the same in every language", "%s has {%s} in %s and {%s} in %s", c.entry.Key, strings.Join(first, "} {"), of, strings.Join(all, "} {"), lang)
		}
	}
}

func placesOf(text Text) []string {
	var out []string
	for _, s := range text {
		out = append(out, Places(s)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
