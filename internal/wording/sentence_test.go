package wording

import (
	"strings"
	"testing"
	"testing/fstest"
)

const lawFile = `state: draft
sentences:
- {en: "Within 3 days, article 16(2).", ru: "В течение 3 дней, статья 16(2).", kk: "3 күн ішінде, 16(2)-бап."}
- en: "A judge decides."
  ru: "Решает судья."
  state: reviewed
  by: A lawyer
  on: 2026-11-22
`

func lawSentences(t *testing.T, file string) []Entry {
	t.Helper()
	entries, problems := ReadSentences(fstest.MapFS{"law/a.yaml": {Data: []byte(file)}}, "law")
	for _, p := range problems {
		t.Error(p)
	}
	return entries
}

func TestASentenceOfTheLawIsSaidInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	law := New(nil).WithSentences(lawSentences(t, lawFile))
	c := Join(New([]Entry{{Key: "a", Texts: map[Lang]Text{English: {Other: "A"}}}}), law)
	for _, row := range []struct {
		why      string
		lang     Lang
		sentence string
		want     string
		in       Lang
	}{
		{"translated", Kazakh, "Within 3 days, article 16(2).", "3 күн ішінде, 16(2)-бап.", Kazakh},
		{"translated", Russian, "A judge decides.", "Решает судья.", Russian},
		{"in English as the law file has it", English, "A judge decides.", "A judge decides.", English},
		{"nobody translated it: English, which the page must say", Kazakh, "A judge decides.", "A judge decides.", English},
		{"a sentence that changed has no old translation", Russian, "A judge may decide.", "A judge may decide.", English},
	} {
		if got, in := c.Sentence(row.lang, row.sentence); got != row.want || in != row.in {
			t.Errorf("%s: %q in %s, want %q in %s", row.why, got, in, row.want, row.in)
		}
	}
	if c.Say(English, "a") != "A" || c.Has(Russian, "A judge decides.") || c.Entry("A judge decides.") != nil {
		t.Error("a sentence of the law is no key, and keys stay")
	}
}

func TestASentenceHasTheStateOfItsFile(t *testing.T) {
	t.Parallel()
	entries := lawSentences(t, lawFile)
	if entries[0].State != Draft || entries[1].State != Reviewed || entries[1].By == "" || entries[1].On.IsZero() {
		t.Errorf("%+v", entries)
	}
	if entries[0].Pos.Line != 3 || entries[1].Pos.Line != 4 {
		t.Errorf("lines %d and %d", entries[0].Pos.Line, entries[1].Pos.Line)
	}
}

// A translation with another number is another law.
func TestFiguresAreTheSameInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ why, english, kazakh, codes string }{
		{"another order", "On 1 July 2021, article 16.", "2021 жылғы 1 шілде, 16-бап.", ""},
		{"no figures", "A judge decides.", "Судья шешеді.", ""},
		{"another number of days", "Within 30 days.", "20 күн ішінде.", "wording.figures"},
		{"a figure lost", "Articles 16 and 17.", "16-бап.", "wording.figures"},
		{"a figure too many", "Article 16.", "16-бап, 2-тармақ.", "wording.figures"},
		{"one of two that are the same", "Article 10(10).", "10-бап.", "wording.figures"},
		{"a Latin i too, as everywhere", "Within 3 days.", "3 күн iшінде.", "wording.latin"},
		{"another language is missing", "Within 3 days.", "", "wording.language"},
	} {
		e := Entry{Key: row.english, State: Draft, Texts: map[Lang]Text{}}
		if row.kazakh != "" {
			e.Texts[Kazakh] = Text{Other: row.kazakh}
		}
		var codes []string
		for _, p := range CheckSentence(e, []Lang{Kazakh, English}) {
			codes = append(codes, p.Code)
		}
		if got := strings.Join(codes, " "); got != row.codes {
			t.Errorf("%s: %q, want %q", row.why, got, row.codes)
		}
	}
}
