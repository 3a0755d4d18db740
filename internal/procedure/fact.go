package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// What a fact can be taken from without a step: the birth date and citizenship,
// whenever they become known, or an answer on the form of a first concern.
const (
	FromBirthDate   = "birth_date"
	FromCitizenship = "citizenship"
)

var factSources = []string{FromBirthDate, FromCitizenship, "concern.sex", "concern.safety", "concern.fear", "concern.children", "concern.age_known"}

// anyOther stands in Fact.Of for every answer that has no line of its own.
const anyOther = "*"

// Reads is the fact's value for an answer of its source. What the fact has no
// word for says nothing about the person; the fact then stays not known, which
// favours them. A citizenship that is no ISO 3166 code of three letters was
// typed in words: nobody guesses a country from it.
func (f Fact) Reads(answer string) (value string, ok bool) {
	if f.From == FromCitizenship {
		if answer = strings.ToUpper(strings.TrimSpace(answer)); !isCountry(answer) {
			return "", false
		}
	}
	if answer == "" {
		return "", false
	}
	if len(f.Of) == 0 {
		return answer, slices.Contains(f.Values, answer)
	}
	if value, ok = f.Of[answer]; !ok {
		value, ok = f.Of[anyOther]
	}
	return value, ok
}

// isCountry says whether a text has the form of an ISO 3166-1 alpha-3 code, or
// of the codes of the same form that passports use: XXA stateless, XXX not known.
func isCountry(s string) bool {
	return len(s) == 3 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// lintOf: what answers are turned into are values of the fact, and a fact from
// citizenship says what a code means.
func (b *builder) lintOf(f Fact) {
	if len(f.Of) > 0 && (f.From == "" || f.From == FromBirthDate) {
		b.problem(f.Pos, "fact.of", fmt.Sprintf("fact %q turns answers into values and is taken from no answer", f.Name), "write from with an answer, or leave of out")
	}
	if f.From == FromCitizenship && len(f.Of) == 0 {
		b.problem(f.Pos, "fact.of", fmt.Sprintf("fact %q is taken from citizenship, which is a code of a country, and does not say which value a code means", f.Name), `write of: {KAZ: citizen, "*": foreign}, with your own codes and values`)
	}
	for _, answer := range slices.Sorted(maps.Keys(f.Of)) {
		b.oneOf(f.Pos, "fact.of", f.Name, f.Of[answer], f.Values)
		if f.From == FromCitizenship && answer != anyOther && !isCountry(answer) {
			b.problem(f.Pos, "fact.of", fmt.Sprintf("%q is no code of a country", answer), `write the three capital letters of ISO 3166-1, XXA for stateless, XXX for not known, or "*" for any other`)
		}
	}
}
