package wording

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func catalogue(t *testing.T, text string) *Catalogue {
	t.Helper()
	entries, problems := Read("w.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return New(entries)
}

func TestSay(t *testing.T) {
	t.Parallel()
	c := catalogue(t, `
state: reviewed
days:
  en: {one: "{n} day left", other: "{n} days left"}
  ru: {one: "Остался {n} день", few: "Осталось {n} дня", many: "Осталось {n} дней", other: "Осталось {n} дня"}
  kk: {one: "{n} күн қалды", other: "{n} күн қалды"}
call: {en: "Call {who} on {on}", ru: "Позвоните: {who}, {on}"}
draft: {en: Draft, state: draft}
`)
	on := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		why, want string
		got       string
	}{
		{"one in English", "1 day left", c.Say("en", "days", "n", 1)},
		{"other in English", "0 days left", c.Say("en", "days", "n", 0)},
		{"one in Russian, by the last digit", "Остался 21 день", c.Say("ru", "days", "n", 21)},
		{"few in Russian", "Осталось 3 дня", c.Say("ru", "days", "n", 3)},
		{"many in Russian, the teens", "Осталось 11 дней", c.Say("ru", "days", "n", 11)},
		{"many in Russian, a long number", "Осталось 1 000 005 дней", c.Say("ru", "days", "n", 1_000_005)},
		{"Kazakh keeps the noun", "5 күн қалды", c.Say("kk", "days", "n", 5)},
		{"other without a number", "{n} days left", strings.NewReplacer("⟦", "", "⟧", "").Replace(c.Say("en", "days"))},
		{"text and day", "Позвоните: Aigul, 3 марта 2026 г.", c.Say("ru", "call", "who", "Aigul", "on", on)},
		{"a language without the sentence", "⟦call⟧", c.Say("kk", "call")},
		{"no key", "⟦cal⟧", c.Say("en", "cal")},
		{"a place without a value shows", "Call ⟦{who}⟧ on ⟦{on}⟧", c.Say("en", "call", "whom", "x")},
		{"a value is not filled in again", "Call {on} on x", c.Say("en", "call", "who", "{on}", "on", "x")},
	} {
		if got := strings.ReplaceAll(row.got, nbsp, " "); got != row.want {
			t.Errorf("%s: %q, want %q", row.why, got, row.want)
		}
	}
	if c.Draft("days") || !c.Draft("draft") || !c.Draft("absent") || !c.Has("kk", "days") || c.Has("kk", "call") {
		t.Error("drafts or languages are mixed up")
	}
}

func TestFormsAreThoseOfCLDR(t *testing.T) {
	t.Parallel()
	for lang, want := range map[Lang]string{English: "one other", Kazakh: "one other", Russian: "one few many other"} {
		var got []string
		for _, f := range Forms(lang) {
			got = append(got, string(f))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s has forms %v, want %s", lang, got, want)
		}
	}
}

func TestFiguresAreWrittenAsTheLanguageDoes(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 5*3600)
	at := time.Date(2026, 11, 20, 19, 30, 0, 0, time.UTC) // half past midnight, the day after, in the zone
	for _, row := range []struct{ got, want string }{
		{Date(Kazakh, at, zone), "2026 ж. 21 қараша"},
		{Date(Russian, at, zone), "21 ноября 2026 г."},
		{Date(English, at, zone), "21 November 2026"},
		{ShortDate(Kazakh, at, zone), "21.11.2026"},
		{ShortDate(English, at, zone), "21 Nov 2026"},
		{DateTime(Russian, at, zone), "21 ноября 2026 г., 00:30"},
		{Time(Kazakh, at, zone), "00:30"},
		{Number(Russian, 7376), "7 376"},
		{Number(English, -1250000), "−1,250,000"},
		{Number(Kazakh, 999), "999"},
		{Decimal(Kazakh, 5.25, 1), "5,2"},
		{Decimal(English, 2.718, 1), "2.7"},
		{Decimal(Russian, 0.01, -1), "0,01"},
		{Duration(Russian, 160*time.Minute), "2 ч 40 мин"},
		{Duration(Kazakh, 160*time.Minute), "2 сағ 40 мин"},
		{Duration(English, -160*time.Minute), "2 h 40 min"},
		{Duration(English, 49*time.Hour+20*time.Minute), "2 d 1 h"},
		{Duration(English, 30*time.Second), "0 min"},
		{Duration(Russian, 48*time.Hour), "2 дн."},
	} {
		if got := strings.ReplaceAll(row.got, nbsp, " "); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}

// Every sentence of the product is complete in its three languages: the same
// places, the plural forms of the language, a review with name and day.
func TestProductIsComplete(t *testing.T) {
	t.Parallel()
	entries, problems := ReadDir(own, "strings")
	for _, e := range entries {
		problems = append(problems, Check(e, []Lang{Kazakh, Russian, English})...)
	}
	for _, p := range problems {
		t.Error(p)
	}
}

// Whatever is filled in, a sentence of every language shows all of it and no
// place is left open.
func TestSayFillsEveryPlace(t *testing.T) {
	t.Parallel()
	c := Product()
	keys := c.Keys()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom(keys).Draw(t, "key")
		n := rapid.IntRange(-5, 2_000_000).Draw(t, "n")
		word := rapid.StringMatching(`[a-zа-я{} ]{1,12}`).Draw(t, "word")
		e := c.Entry(key)
		for lang, text := range e.Texts {
			args := []any{"n", n}
			for _, p := range placesOf(text) {
				if p != "n" {
					args = append(args, p, word)
				}
			}
			got := c.Say(lang, key, args...)
			if strings.Contains(got, "⟦") {
				t.Fatalf("%s in %s: %q", key, lang, got)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("a.b: {en: x, ru: {one: x, other: \"{n}\"}, state: reviewed, by: y, on: 2026-01-01}"))
	f.Add([]byte("state: draft\na: [b]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, _ := Read("w.yaml", data)
		c := New(entries)
		for _, e := range entries {
			Check(e, []Lang{Kazakh, Russian, English})
			for lang := range e.Texts {
				c.Say(lang, e.Key, "n", 3)
			}
		}
	})
}
