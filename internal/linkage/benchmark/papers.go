package benchmark

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// paper is one way in which people of a language are written down.
type paper struct {
	name, script  string
	capitals, ear bool
	write         func(*generator, somebody) []string
}

var papers = map[string][]paper{
	"kk": {
		{name: "birth record", script: "Cyrl", write: native("")},
		{name: "Russian paper", script: "Cyrl", write: russian("")},
		{name: "heard", script: "Cyrl", ear: true, write: russian("")},
		{name: "passport", script: "Latn", capitals: true, write: passport},
		{name: "BGN/PCGN", script: "Latn", write: native("kk-bgn-1979")},
		{name: "Latin 2018", script: "Latn", write: native("kk-latin-2018")},
		{name: "Latin 2021", script: "Latn", write: native("kk-latin-2021")},
		{name: "Arabic script", script: "Arab", write: native("kk-arabic")},
	},
	"ru": {
		{name: "Russian paper", script: "Cyrl", write: russian("")},
		{name: "heard", script: "Cyrl", ear: true, write: russian("")},
		{name: "ICAO", script: "Latn", capitals: true, write: russian("ru-icao-9303")},
		{name: "BGN/PCGN", script: "Latn", write: russian("ru-bgn")},
		{name: "order 310", script: "Latn", write: russian("ru-mvd-310-1997")},
		{name: "French rules", script: "Latn", capitals: true, write: russian("ru-mvd-310-french")},
		{name: "order 782", script: "Latn", write: russian("ru-mvd-782-2000")},
		{name: "GOST 2006", script: "Latn", capitals: true, write: russian("ru-gost-52535-2006")},
	},
	"uz": {
		{name: "Uzbek Cyrillic", script: "Cyrl", write: native("")},
		{name: "Russian paper", script: "Cyrl", write: russian("")},
		{name: "heard", script: "Cyrl", ear: true, write: russian("")},
		{name: "Uzbek Latin", script: "Latn", write: native("uz-latin-1995")},
		{name: "Uzbek Latin, capitals", script: "Latn", capitals: true, write: native("uz-latin-1995")},
		{name: "BGN/PCGN", script: "Latn", write: native("uz-bgn-1979")},
		{name: "passport", script: "Latn", capitals: true, write: passport},
	},
	"ky": {
		{name: "Kyrgyz Cyrillic", script: "Cyrl", write: native("")},
		{name: "Russian paper", script: "Cyrl", write: russian("")},
		{name: "heard", script: "Cyrl", ear: true, write: russian("")},
		{name: "BGN/PCGN", script: "Latn", write: native("ky-bgn-1979")},
		{name: "passport", script: "Latn", capitals: true, write: passport},
	},
	"tg": {
		{name: "Tajik Cyrillic", script: "Cyrl", write: native("")},
		{name: "Russian paper", script: "Cyrl", write: russian("")},
		{name: "heard", script: "Cyrl", ear: true, write: russian("")},
		{name: "BGN/PCGN", script: "Latn", write: native("tg-bgn-1994")},
		{name: "passport", script: "Latn", capitals: true, write: passport},
	},
	"prs": {
		{name: "tazkira", script: "Arab", write: dari(func(e entry, _ *draw) string { return e.native })},
		{name: "passport", script: "Latn", capitals: true, write: dari(func(e entry, d *draw) string { return pick(d, e.latin) })},
		{name: "Russian paper", script: "Cyrl", write: dari(func(e entry, d *draw) string { return pick(d, e.russian) })},
		{name: "heard", script: "Cyrl", ear: true, write: dari(func(e entry, d *draw) string { return pick(d, e.russian) })},
	},
	"tr": {
		{name: "Turkish paper", script: "Latn", write: turkish("")},
		{name: "passport", script: "Latn", capitals: true, write: turkish("tr-marks-off")},
		{name: "Russian paper", script: "Cyrl", write: turkish("tr-russian")},
		{name: "heard", script: "Cyrl", ear: true, write: turkish("tr-russian")},
	},
}

// native writes family, given and father's names in the language's own way, then
// in a tradition.
func native(tradition string) func(*generator, somebody) []string {
	return func(g *generator, s somebody) []string {
		parts := g.arranged(g.familyOf(s, s.family.native), g.split(s.given.native), g.nativeFather(s))
		if tradition == "" {
			return parts
		}
		for i, p := range parts {
			parts[i] = title(written(tradition, p))
		}
		return parts
	}
}

// russian writes the customary Russian form, and that in a tradition.
func russian(tradition string) func(*generator, somebody) []string {
	return func(g *generator, s somebody) []string {
		parts := g.arranged(g.familyOf(s, s.family.russian[0]), s.given.russian[0], fatherInRussian(s))
		if tradition == "" {
			return parts
		}
		for i, p := range parts {
			text := written(tradition, p)
			parts[i] = title(strings.Map(signsOff, text))
		}
		return parts
	}
}

// signsOff: passports are printed without signs for ь and ъ.
func signsOff(r rune) rune {
	if strings.ContainsRune(`'"’”`, r) {
		return -1
	}
	return r
}

// passport is the Russian form by the table that machines read, family and given
// name only. No rule of these States was at hand; see docs/names.md.
func passport(g *generator, s somebody) []string {
	return []string{
		title(written("ru-icao-9303", g.familyOf(s, s.family.russian[0]))),
		title(written("ru-icao-9303", s.given.russian[0])),
	}
}

func dari(form func(entry, *draw) string) func(*generator, somebody) []string {
	return func(g *generator, s somebody) []string {
		given, family := form(s.given, g.draw), form(s.family, g.draw)
		if g.chance(25) {
			return []string{family, given}
		}
		return []string{given, family}
	}
}

func turkish(tradition string) func(*generator, somebody) []string {
	return func(g *generator, s somebody) []string {
		parts := []string{s.given.native, s.family.native}
		if g.chance(25) {
			slices.Reverse(parts)
		}
		for i, p := range parts {
			if tradition != "" {
				parts[i] = title(written(tradition, p))
			}
		}
		return parts
	}
}

// arranged: some papers begin with the family, some with the given name; the
// father's name is left out of two in five, the family of three in a hundred.
func (g *generator) arranged(family, given, father string) []string {
	n := g.below(100)
	switch {
	case n < 35:
		return words(family, given, father)
	case n < 55:
		return words(given, father, family)
	case n < 77:
		return words(family, given)
	case n < 97:
		return words(given, family)
	}
	return words(given, father)
}

func words(parts ...string) []string { return strings.Fields(strings.Join(parts, " ")) }

// familyOf has the ending of the sex, and in Tajik papers either kind of ending.
func (g *generator) familyOf(s somebody, family string) string {
	if g.language == "tg" {
		if g.chance(35) {
			return family + "зода"
		}
		family += "ов"
	}
	if s.sex != "female" {
		return family
	}
	if stem, ok := strings.CutSuffix(family, "ий"); ok {
		return stem + "ая"
	}
	return family + "а"
}

func (g *generator) nativeFather(s somebody) string {
	son := s.sex == "male"
	switch g.language {
	case "kk":
		if son {
			return s.father.native + "ұлы"
		}
		return s.father.native + "қызы"
	case "ky":
		if son {
			return s.father.native + " уулу"
		}
		return s.father.native + " кызы"
	case "uz":
		if g.chance(50) {
			if son {
				return s.father.native + " ўғли"
			}
			return s.father.native + " қизи"
		}
	}
	return patronymic(s.father.native, son, "")
}

func fatherInRussian(s somebody) string {
	return patronymic(s.father.russian[0], s.sex == "male", s.father.father)
}

// patronymic is the Russian one.
func patronymic(father string, son bool, known string) string {
	name := known
	if name == "" {
		stem, last := father, lastOf(father)
		switch {
		case last == "й" || last == "ь":
			stem = strings.TrimSuffix(father, last)
			name = stem + "евич"
		case strings.Contains("аеёиоуыэюяәіөүұӣӯўжчшщц", last):
			name = stem + "евич"
		default:
			name = stem + "ович"
		}
	}
	if son {
		return name
	}
	return strings.TrimSuffix(name, "ич") + "на"
}

func lastOf(s string) string {
	r, _ := utf8.DecodeLastRuneInString(s)
	return string(r)
}

// split writes a compound name as two words now and then.
func (g *generator) split(given string) string {
	for _, first := range []string{"Абду", "Гүл", "Нұр", "Нур", "Гул", "Ай", "Биби", "Мирзо"} {
		rest, ok := strings.CutPrefix(given, first)
		if ok && utf8.RuneCountInString(rest) >= 3 && g.chance(8) {
			return first + " " + title(rest)
		}
	}
	return given
}

// sounds that an ear takes for each other.
var sounds = [][2]string{
	{"а", "о"}, {"о", "а"}, {"е", "и"}, {"и", "е"}, {"и", "ы"}, {"ы", "и"}, {"г", "к"}, {"к", "г"}, {"б", "п"}, {"д", "т"}, {"т", "д"},
	{"ж", "ш"}, {"з", "с"}, {"с", "з"}, {"у", "о"}, {"х", "г"}, {"я", "е"}, {"нн", "н"}, {"л", "ль"}, {"э", "е"},
}

// misheard has one sound of one word taken for another, and now and then two.
func (g *generator) misheard(parts []string) []string {
	for range 1 + g.below(4)/3 {
		i := g.below(len(parts))
		for range 8 {
			s := pick(g.draw, sounds)
			first, rest := cutRune(parts[i])
			if strings.Contains(rest, s[0]) {
				parts[i] = first + strings.Replace(rest, s[0], s[1], 1)
				break
			}
		}
	}
	return parts
}

func cutRune(s string) (first, rest string) {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n], s[n:]
}

var keys = map[string][]rune{
	"Cyrl": []rune("аеиоукнртлсмд"),
	"Latn": []rune("aeioukntrlsmd"),
	"Arab": []rune("ابتدرسمنی"),
}

// mistyped has one slip of the fingers in one word of three letters or more.
func (g *generator) mistyped(parts []string, script string) []string {
	i := g.below(len(parts))
	r := []rune(parts[i])
	if len(r) < 3 {
		return parts
	}
	at := 1 + g.below(len(r)-1)
	switch g.below(4) {
	case 0:
		r = slices.Delete(r, at, at+1)
	case 1:
		if at+1 < len(r) {
			r[at], r[at+1] = r[at+1], r[at]
		}
	case 2:
		r[at] = pick(g.draw, keys[script])
	case 3:
		r = slices.Insert(r, at, r[at])
	}
	parts[i] = string(r)
	return parts
}
