package pack

import (
	"slices"
	"strings"

	"pana/internal/wording"
)

// wording: every key an element needs has a sentence (the pack's or the product's) in every language of the
// pack, with the same places and the plural forms of its language; no key is
// misspelt; what is reviewed says by whom and when.
func (l *linter) wording() {
	langs := slices.DeleteFunc(l.Languages(), func(lang wording.Lang) bool { return !goodLanguage.MatchString(string(lang)) })
	needed := map[string]bool{}
	for _, k := range l.Keys() {
		needed[k.Key] = true
		if l.words.Entry(k.Key) == nil {
			l.add(k.Pos, "wording.missing", "write it in a file of wording/", "no wording for %s", k.Key)
		}
	}
	for _, f := range l.Spec.Facts { // a hidden fact may have words: stories that the checker tells read them
		needed["fact."+f.Name] = true
		for _, value := range f.Values {
			needed["fact."+f.Name+"."+value] = true
		}
	}
	for _, e := range l.entries {
		pos := Pos(e.Pos)
		l.problems = append(l.problems, fromStrict(wording.Check(e, langs))...)
		if wording.Product().Entry(e.Key) != nil {
			l.add(pos, "wording.product", "rename it", "key %s is the product's own", e.Key)
		}
		if !needed[e.Key] && l.misspelt(e.Key, needed) {
			l.warn(pos, "wording.unused", "look how docs/pack-authors.md makes keys, or remove it", "key %s names no element of the pack", e.Key)
		}
	}
	for _, k := range l.Critical {
		if l.words.Entry(k) == nil {
			l.add(Pos{File: "wording/" + criticalFile, Line: 1}, "wording.critical", "name a key that has wording", "critical key %s has no wording", k)
		}
	}
}

func (l *linter) misspelt(key string, needed map[string]bool) bool {
	first, _, _ := strings.Cut(key, ".")
	if !slices.Contains(kindsOfKey, first) {
		return false
	}
	for _, end := range mayAdd {
		if base, ok := strings.CutSuffix(key, "."+end); ok && needed[base] {
			return false
		}
	}
	return true
}
