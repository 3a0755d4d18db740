package benchmark

import (
	"fmt"
	"slices"
	"strings"
)

// Agency is one invented body's list of invented people, as its papers write them.
type Agency struct {
	Name    string
	Records []AgencyRecord
}

// AgencyRecord is one line; Person is the truth behind it, which no agency has.
type AgencyRecord struct {
	Person          int
	Name, Born, Sex string
}

// Population is how many invented people there are for the agencies to know, beside as
// many as the largest knows: 75,000 where it knows 40,000.
func Population(sizes [3]int) int { return slices.Max(sizes[:]) * 15 / 8 }

// Agencies makes three lists that overlap, of one invented population, always the same
// for the same sizes. Who is on the first is likelier on the second, and who is on the
// second on the third, as where one body sends people to another.
//
// Names are put together of two parts where a language does so, since the lists of the
// benchmark are too short for a country: there, two people of a name and year would be
// far more common than they are.
func Agencies(sizes [3]int) [3]Agency {
	d := &draw{seed + uint64(sizes[0])<<32 + uint64(sizes[1])<<16 + uint64(sizes[2])}
	people := invent(d, Population(sizes))
	out := [3]Agency{{Name: "Police"}, {Name: "Shelters"}, {Name: "Hotline"}}
	on := make([][3]bool, len(people))
	for list := range out {
		for _, i := range d.chosen(sizes[list], len(people), func(i int) int {
			if list > 0 && on[i][list-1] {
				return 160
			}
			return 100
		}) {
			on[i][list] = true
			out[list].Records = append(out[list].Records, people[i].at(d, list, i))
		}
	}
	return out
}

// agencyPapers are what each of the three looks at.
var agencyPapers = [3]map[string][]string{
	{"kk": {"Russian paper"}, "ru": {"Russian paper"}, "uz": {"Russian paper"}, "ky": {"Russian paper"}, "tg": {"Russian paper"}, "prs": {"Russian paper"}, "tr": {"Russian paper"}},
	{"kk": {"birth record", "heard"}, "ru": {"Russian paper", "heard"}, "uz": {"Uzbek Cyrillic", "heard"}, "ky": {"Kyrgyz Cyrillic"}, "tg": {"Tajik Cyrillic"}, "prs": {"heard", "passport"}, "tr": {"Turkish paper"}},
	{"kk": {"passport", "Latin 2021"}, "ru": {"ICAO"}, "uz": {"Uzbek Latin", "passport"}, "ky": {"passport"}, "tg": {"passport"}, "prs": {"passport"}, "tr": {"passport"}},
}

// invented is somebody of a language.
type invented struct {
	somebody
	language string
}

// at writes somebody down for an agency.
func (p invented) at(d *draw, list, person int) AgencyRecord {
	names := agencyPapers[list][p.language]
	name := names[d.below(len(names))]
	all := papers[p.language]
	paper := all[slices.IndexFunc(all, func(p paper) bool { return p.name == name })]
	g := &generator{draw: d, language: p.language}
	parts := paper.write(g, p.somebody)
	switch {
	case paper.ear && d.chance(50):
		parts = g.misheard(parts)
	case d.chance(8):
		parts = g.mistyped(parts, paper.script)
	}
	r := AgencyRecord{Person: person, Name: strings.Join(parts, " "), Sex: p.sex}
	if paper.capitals {
		r.Name = strings.ToUpper(r.Name)
	}
	r.Born = p.born(d)
	return r
}

// born is nearly always known to a body that keeps files; a guessed day is 1 January in
// all of them.
func (p invented) born(d *draw) string {
	switch n := d.below(100); {
	case n < 93:
		return fmt.Sprintf("%04d-%02d-%02d", p.year, p.month, p.day)
	case n < 96:
		return fmt.Sprintf("%04d", p.year)
	case n < 97 && p.day <= 12:
		return fmt.Sprintf("%04d-%02d-%02d", p.year, p.day, p.month)
	case n < 99:
		return fmt.Sprintf("%04d-%02d-%02d", p.year, p.month, 1+(p.day+9)%28)
	}
	return ""
}

// shares of languages, in a hundred.
var shares = []struct {
	language string
	of       int
}{{"kk", 50}, {"uz", 15}, {"ru", 12}, {"ky", 10}, {"tg", 8}, {"prs", 3}, {"tr", 2}}

func invent(d *draw, n int) []invented {
	var pools []people
	for _, s := range shares {
		pools = append(pools, longer(s.language))
	}
	out := make([]invented, n)
	for i := range out {
		at, left := 0, d.below(100)
		for left >= shares[at].of {
			left -= shares[at].of
			at++
		}
		pool := pools[at]
		s := somebody{sex: pick(d, []string{"female", "male"}), father: pick(d, pool["male"]), family: pick(d, pool["family"])}
		s.given = pick(d, pool[s.sex])
		s.year, s.month, s.day = 1950+d.below(65), 1+d.below(12), 1+d.below(28)
		if d.chance(4) { // only a year is known of her, and papers say 1 January
			s.month, s.day = 1, 1
		}
		out[i] = invented{s, shares[at].language}
	}
	return out
}

// Parts of which Kazakh, Kyrgyz, Uzbek and Tajik names are put together.
var (
	firstParts = map[string]string{
		"kk": "Нұр Ай Бек Жан Ер Дос Сер Мар Тем Ал Бол Дәу Ас Қан Мұр Тал Ора Қай Сән Бау",
		"ky": "Нур Ай Бек Жан Эр Дос Сер Мар Тем Ал Бол Ас Кан Мур Тал Кай Сан Бак",
		"uz": "Нур Ой Бек Жон Эр Дост Сар Мар Тем Ал Бол Ас Хон Мур Гул Сан Бах",
		"tg": "Нур Ой Бек Ҷон Шер Дӯст Сар Мар Фар Ал Бол Хон Мур Гул Сан Бах",
	}
	maleParts = map[string]string{
		"kk": "бек жан лан хан тай ғали дар сұлтан мұрат тас нар берген құл",
		"ky": "бек жан лан кан тай али дар султан мурат таш нар кул",
		"uz": "бек жон лон хон той али дор султон мурод тош қул",
		"tg": "бек ҷон лон хон той али дор султон мурод шоҳ қул",
	}
	femaleParts = map[string]string{
		"kk": "гүл нұр зат жамал сұлу ша нар күл мара бике",
		"ky": "гүл нур зат жамал сулуу ша нар мара бике",
		"uz": "гул нур зод жамол сулув шо нор мара бика",
		"tg": "гул нур зод ҷамол шо нор мара бека",
	}
)

// longer are a language's names with those put together, and family names made of men's.
func longer(language string) people {
	out := people{}
	for kind, list := range lists[language] {
		out[kind] = slices.Clone(list)
	}
	for _, first := range strings.Fields(firstParts[language]) {
		for _, last := range strings.Fields(maleParts[language]) {
			out["male"] = append(out["male"], readEntry(language, first+last))
		}
		for _, last := range strings.Fields(femaleParts[language]) {
			out["female"] = append(out["female"], readEntry(language, first+last))
		}
	}
	switch language {
	case "prs", "tr":
	case "tg": // its papers add the ending
		out["family"] = append(out["family"], out["male"]...)
	default:
		for _, m := range out["male"] {
			if strings.Contains("бвгғдзкқлмнңпрстфхһшщ", lastOf(m.native)) && strings.Contains("бвгдзклмнпрстфхшщ", lastOf(m.russian[0])) {
				out["family"] = append(out["family"], entry{native: m.native + "ов", russian: []string{m.russian[0] + "ов"}})
			}
		}
	}
	return out
}

// chosen draws so many different ones, each as likely as its weight in a hundred and
// sixty.
func (d *draw) chosen(n, of int, weight func(int) int) []int {
	taken := make([]bool, of)
	var out []int
	for len(out) < n {
		i := d.below(of)
		if taken[i] || d.below(160) >= weight(i) {
			continue
		}
		taken[i] = true
		out = append(out, i)
	}
	return out
}
