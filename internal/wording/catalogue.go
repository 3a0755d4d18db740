// Package wording holds every sentence a person reads, in each language, by
// key. It refuses to fall back in silence: a sentence that is missing shows its
// key between marks, and a test finds it. It knows which sentences are drafts
// that no native speaker has read.
package wording

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Lang is a language of the product: "kk", "ru", "en".
type Lang string

const (
	Kazakh  Lang = "kk"
	Russian Lang = "ru"
	English Lang = "en"
)

// Reviewed and Draft are the states of an entry.
const (
	Reviewed = "reviewed"
	Draft    = "draft"
)

// Text is one sentence in one language, by plural form.
type Text map[Form]string

// Entry is one key in every language it has.
type Entry struct {
	Pos   Pos
	Key   string
	Texts map[Lang]Text
	State string
	By    string    // who read it, when State is reviewed
	On    time.Time // the day it was read
}

// Pos is where an entry stands.
type Pos struct {
	File string
	Line int
}

// Catalogue answers what to say. Its zero value knows nothing.
type Catalogue struct {
	entries   map[string]*Entry
	sentences map[string]*Entry // of the law, by what they say in English
}

// New makes a catalogue. Of two entries with one key the first stays; ReadDir
// is what reports the second.
func New(entries []Entry) *Catalogue {
	c := &Catalogue{entries: make(map[string]*Entry, len(entries))}
	for i := range entries {
		if _, twice := c.entries[entries[i].Key]; !twice {
			c.entries[entries[i].Key] = &entries[i]
		}
	}
	return c
}

// Join is a catalogue with the entries of all; the first that has a key keeps it.
func Join(all ...*Catalogue) *Catalogue {
	c := &Catalogue{entries: map[string]*Entry{}, sentences: map[string]*Entry{}}
	for _, one := range slices.Backward(all) {
		maps.Copy(c.entries, one.entries)
		maps.Copy(c.sentences, one.sentences)
	}
	return c
}

// Say gives the sentence of a key. Args are pairs of name and value for its
// {name} places; the value of n chooses the plural form. Integers and times are
// written as the language writes them; other values as they print.
func (c *Catalogue) Say(lang Lang, key string, args ...any) string {
	e := c.entries[key]
	if e == nil || len(e.Texts[lang]) == 0 {
		return Missing(key)
	}
	text := e.Texts[lang]
	s, ok := text[formOf(lang, args)]
	if !ok {
		s = text[Other]
	}
	return fill(lang, s, args)
}

// Missing is how a key without a sentence shows: it must hurt the eye, and the
// tests that render pages look for its marks.
func Missing(key string) string { return "⟦" + key + "⟧" }

// Has says whether a key has a sentence in the language.
func (c *Catalogue) Has(lang Lang, key string) bool {
	e := c.entries[key]
	return e != nil && len(e.Texts[lang]) > 0
}

// Draft says whether nobody has reviewed the key's wording, or it is missing.
func (c *Catalogue) Draft(key string) bool {
	e := c.entries[key]
	return e == nil || e.State != Reviewed
}

// Entry gives a key's entry, or nil.
func (c *Catalogue) Entry(key string) *Entry { return c.entries[key] }

// Keys lists every key, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.entries)) }

// fill puts values into {name} places. A place without a value shows itself
// between marks, as a missing key does.
func fill(lang Lang, s string, args []any) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(before)
		b.WriteString(value(lang, name, args))
		s = after
	}
}

func value(lang Lang, name string, args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		if n, ok := whole(args[i+1]); ok {
			return Number(lang, n)
		}
		if t, ok := args[i+1].(time.Time); ok {
			return Date(lang, t, t.Location())
		}
		return fmt.Sprint(args[i+1])
	}
	return Missing("{" + name + "}")
}

// Places lists the {name} places of a sentence, sorted, each once.
func Places(s string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(s, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			slices.Sort(out)
			return slices.Compact(out)
		}
		out, s = append(out, name), after
	}
}
