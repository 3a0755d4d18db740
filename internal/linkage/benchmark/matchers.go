package benchmark

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pana/internal/linkage"
	"pana/internal/linkage/names"
	"pana/internal/withheld"
)

// Search is the comparison that search, the finding of duplicates and the removal
// check make, through the index as they ask it: what scores less than
// linkage.Possible is not found and scores 0 here.
func Search(births bool) Matcher {
	x := linkage.NewIndex([32]byte{1})
	identity := func(r Record) linkage.Identity {
		i := linkage.Identity{Names: []withheld.Text{withheld.New(r.Name)}}
		if births {
			i.Born, _ = linkage.ParseBorn(withheld.New(r.Born), false)
		}
		return i
	}
	name := "Pana's search"
	if births {
		name += ", with births"
	}
	return Matcher{Name: name, Birth: births, Score: func(a, b Record) float64 {
		x.Put("one", identity(a))
		if found := x.Find(linkage.Query{Identity: identity(b), In: linkage.Everywhere}, 1); len(found) > 0 {
			return found[0].Score
		}
		return 0
	}}
}

// Plain is the baseline that others use: Jaro-Winkler over the letters that
// machines read (ICAO 9303), parts in the order of the alphabet.
func Plain() Matcher {
	return Matcher{Name: "Jaro-Winkler on ICAO letters", Score: func(a, b Record) float64 {
		return JaroWinkler([]rune(machineRead(a.Name)), []rune(machineRead(b.Name)))
	}}
}

// machineRead writes a name with the 26 letters: Cyrillic by ICAO's table, letters
// that it lacks as Russian papers write them, marks of Latin letters left out.
// Arabic script stays: the table that was at hand has none for it.
func machineRead(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && r != '\'' })
	for i, w := range words {
		w = nearRussian.Replace(strings.ReplaceAll(w, "'", ""))
		if t, ok := names.Find("ru-icao-9303").Write(w); ok {
			w = t.Text
		}
		words[i] = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(w))
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

var nearRussian = strings.NewReplacer("ә", "а", "ө", "о", "ү", "у", "ұ", "у", "қ", "к", "ң", "н", "ғ", "г", "һ", "х", "і", "и",
	"ў", "у", "ҳ", "х", "ҷ", "дж", "ӣ", "и", "ӯ", "у")

// JaroWinkler is the usual one, with a prefix of four and a weight of a tenth.
func JaroWinkler(a, b []rune) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(0, max(len(a), len(b))/2-1)
	inA, inB := make([]bool, len(a)), make([]bool, len(b))
	common := 0
	for i := range a {
		for j := max(0, i-window); j <= min(len(b)-1, i+window); j++ {
			if !inB[j] && a[i] == b[j] {
				inA[i], inB[j] = true, true
				common++
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	half, j := 0, 0
	for i := range a {
		if !inA[i] {
			continue
		}
		for !inB[j] {
			j++
		}
		if a[i] != b[j] {
			half++
		}
		j++
	}
	m := float64(common)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(half)/2)/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// Matchers are those that are shown side by side.
func Matchers() []Matcher { return []Matcher{Plain(), Search(true), Search(false), Keys()} }

// Keys compares keys letter by letter: what linkage of lists will ask. Search cannot,
// since its index holds no letters.
func Keys() Matcher {
	return Matcher{Name: "Pana's keys, letter by letter", Score: func(a, b Record) float64 {
		return names.Compare(names.Read(a.Name), names.Read(b.Name)).Score
	}}
}
