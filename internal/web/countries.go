package web

import (
	"slices"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pana/internal/wording"
)

// Citizenships that are no country, as ISO 3166 and passports write them.
const (
	stateless    = "XXA"
	undetermined = "XXX"
)

// countryList is the ISO 3166 countries by their three letters, named and put in
// order as each language does: the law reads the code, people read the name.
var countryList = func() map[wording.Lang]func() []Option {
	out := map[wording.Lang]func() []Option{}
	for _, lang := range Langs {
		out[lang] = sync.OnceValue(func() []Option { return countriesIn(lang) })
	}
	return out
}()

func countriesIn(lang wording.Lang) []Option {
	tag := language.Make(string(lang))
	names := display.Regions(tag)
	var out []Option
	seen := map[string]bool{}
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.Canonicalize() != region || seen[region.ISO3()] || region.ISO3() == "ZZZ" {
				continue
			}
			if name := names.Name(region); name != "" {
				seen[region.ISO3()] = true
				out = append(out, Option{Value: region.ISO3(), Label: name})
			}
		}
	}
	order := collate.New(tag)
	slices.SortFunc(out, func(x, y Option) int { return order.CompareString(x.Label, y.Label) })
	return out
}

// Country names a citizenship. What was written in words stays as written.
func (f Frame) Country(code string) string {
	switch code {
	case stateless:
		return f.T("citizenship.stateless")
	case undetermined:
		return f.T("option.not_sure")
	}
	for _, o := range countryList[f.Lang]() {
		if o.Value == code {
			return o.Label
		}
	}
	return code
}

// country is a field that asks for a citizenship.
func (f form) country(name string) Field {
	out := f.field("select", name)
	out.Options = []Option{{Value: undetermined, Label: f.frame.T("option.not_sure")}, {Value: stateless, Label: f.frame.T("citizenship.stateless")}}
	out.Options = append(out.Options, countryList[f.frame.Lang]()...)
	known := false
	for i := range out.Options {
		out.Options[i].On = out.Options[i].Value == out.Value
		known = known || out.Options[i].On
	}
	if out.Value != "" && !known { // typed in words before: kept
		out.Options = append(out.Options, Option{Value: out.Value, Label: out.Value, On: true})
	}
	return out
}
