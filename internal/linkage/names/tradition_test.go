package names_test

import (
	"slices"
	"strings"
	"testing"

	"pana/internal/linkage/names"
)

// TestWrittenAsTheSourcesWrite: what the sources give as their own samples, and
// names that are known from papers.
func TestWrittenAsTheSourcesWrite(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ tradition, name, want, why string }{
		{"ru-icao-9303", "Юлия Щеглова", "iuliia shcheglova", "iuliia's sample"},
		{"ru-icao-9303", "Ян Разъездной", "ian razieezdnoi", "iuliia's sample: ъ is ie"},
		{"ru-icao-9303", "Артём Краевой", "artem kraevoi", "iuliia's sample"},
		{"ru-bgn", "Елизово", "yelizovo", "iuliia's sample: е at the start"},
		{"ru-bgn", "Чапаевск", "chapayevsk", "iuliia's sample: е after a vowel"},
		{"ru-mvd-310-1997", "Гайа Васильева", "gaya vasilyeva", "iuliia's sample: ье"},
		{"ru-mvd-310-french", "Юлия Щеглова", "iouliia chtcheglova", "iuliia's sample"},
		{"ru-mvd-310-french", "Оксана Снегирёва", "oxana sneguireva", "iuliia's sample: кс and ги"},
		{"ru-mvd-310-french", "Юрий Васин", "iourii vassine", "the order's с between vowels, which iuliia leaves out"},
		{"ru-mvd-782-2000", "Мадыр Чёткий", "madyr chetkiy", "iuliia's sample: чё"},
		{"ru-mvd-782-2000", "Оксана Клеёнкина", "oksana kleyonkina", "iuliia's sample"},
		{"ru-gost-52535-2006", "Юлия Щеглова", "iuliia shcheglova", "iuliia's sample"},
		{"uz-latin-1995", "Ғафур Ўткиров", "g'afur o'tkirov", "the State alphabet, with an apostrophe"},
		{"kk-bgn-1979", "Қарлығаш Нұрғали", "qarlyghash nurghali", "CLDR's table; и is ī"},
		{"kk-latin-2017", "Әлия", "a'li'i'a", "the apostrophes that were given up"},
		{"kk-latin-2018", "Шыңғыс", "shyńǵys", "the acutes"},
		{"kk-latin-2021", "Нұрсұлтан Әбішұлы", "nūrsūltan äbışūly", "ұ, і and ш of 2021"},
		{"kk-russian", "Мейіз Асайын", "меиз асаин", "the instruction's own samples"},
		{"kk-russian", "Гүлнұр Өтеген", "гулнур отеген", "ү, ұ and ө"},
		{"ky-russian", "Жумагулов", "джумагулов", "as super.kg tells of a passport"},
		{"tg-bgn-1994", "Ҳасан Ҷӯраев", "hasan jŭraev", "interscript's table"},
		{"uz-bgn-1979", "Шавкат Ғуломов", "shawkat ghūlomow", "в is w"},
	} {
		tr := names.Find(row.tradition)
		if tr == nil {
			t.Errorf("no tradition %s", row.tradition)
			continue
		}
		got, ok := tr.Write(row.name)
		if want := row.want; !ok || strings.ReplaceAll(got.Text, "ī", "i") != want {
			t.Errorf("%s: %s is %q, want %q (%s)", row.tradition, row.name, got.Text, want, row.why)
		}
	}
}

// TestAssumedIsSaid: what no source states is marked, whole tables and letters.
func TestAssumedIsSaid(t *testing.T) {
	t.Parallel()
	if w, _ := names.Find("kk-russian").Write("Іңкәр"); !w.Assumed {
		t.Error("і has no source in kk-russian, and its writing does not say so")
	}
	if w, _ := names.Find("kk-russian").Write("Қарлығаш"); w.Assumed {
		t.Error("қ and ғ have a source in kk-russian")
	}
	for _, id := range []string{"tr-russian", "uz-russian", "tg-russian", "ky-russian"} {
		if names.Find(id).Sourced() {
			t.Errorf("%s has a source now? then say which letters it states", id)
		}
	}
	if _, ok := names.Find("ru-icao-9303").Write("Әлия"); ok {
		t.Error("a Kazakh letter was written by a table that does not know it")
	}
}

// TestSourcesComeBack: a name that a tradition wrote is among those that its
// spelling may stand for.
func TestSourcesComeBack(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ tradition, name string }{
		{"ru-mvd-310-french", "юлия щеглова"},
		{"ru-icao-9303", "сергей щербаков"},
		{"uz-latin-1995", "шаҳноза ғуломова"},
		{"kk-latin-2021", "нұрсұлтан"},
		{"kk-arabic", "нұрлан"},
	} {
		tr := names.Find(row.tradition)
		w, _ := tr.Write(row.name)
		got := tr.Sources(w.Text)
		if !slices.Contains(got, row.name) {
			t.Errorf("%s: %q is not among what %q may stand for: %v", row.tradition, row.name, w.Text, got)
		}
		for _, s := range got {
			if back, ok := tr.Write(s); !ok || back.Text != w.Text {
				t.Errorf("%s: %q is written %q, not %q", row.tradition, s, back.Text, w.Text)
			}
		}
	}
}

// FuzzTraditions: no text makes a table fall over or go on for ever.
func FuzzTraditions(f *testing.F) {
	f.Add("Юлия Щеглова")
	f.Add("iouiouiouiouiouiouiou")
	f.Add("\xff--' \u0301")
	f.Fuzz(func(t *testing.T, name string) {
		names.Forms(name)
		for _, tr := range names.Traditions() {
			if len(tr.Sources(name)) > 24 {
				t.Errorf("%s: more sources than may be", tr.ID)
			}
		}
	})
}
