package wording

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Form is a plural form of CLDR. A sentence without plural has Other alone.
type Form string

const (
	One   Form = "one"
	Few   Form = "few"
	Many  Form = "many"
	Other Form = "other"
)

// PluralOf is the plural form that a whole number takes in a language.
func PluralOf(lang Lang, n int64) Form {
	if n < 0 {
		n = -n
	}
	// CLDR's forms depend on the last digits, so a number too long for its
	// tables keeps its form when the front is cut.
	if n > 1_000_000 {
		n = 1_000_000 + n%1_000_000
	}
	switch plural.Cardinal.MatchPlural(language.Make(string(lang)), int(n), 0, 0, 0, 0) {
	case plural.One:
		return One
	case plural.Few:
		return Few
	case plural.Many:
		return Many
	default:
		return Other
	}
}

// Forms lists the plural forms a sentence needs in a language: those of whole
// numbers, and Other, which CLDR always has.
func Forms(lang Lang) []Form {
	seen := map[Form]bool{Other: true}
	for n := range int64(200) {
		seen[PluralOf(lang, n)] = true
	}
	var out []Form
	for _, f := range []Form{One, Few, Many, Other} {
		if seen[f] {
			out = append(out, f)
		}
	}
	return out
}

// formOf chooses by the argument n; without one it is Other.
func formOf(lang Lang, args []any) Form {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != "n" {
			continue
		}
		if n, ok := whole(args[i+1]); ok {
			return PluralOf(lang, n)
		}
	}
	return Other
}

func whole(v any) (int64, bool) {
	switch n := v.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	}
	return 0, false
}
