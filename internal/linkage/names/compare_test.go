package names_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"pana/internal/linkage/names"
)

func alike(a, b string) float64 { return names.Compare(names.Read(a), names.Read(b)).Score }

// TestCompare: what each rule is there for, on names that are in no benchmark.
func TestCompare(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		same     bool
		one, two string
		why      string
	}{
		{true, "جۇماگۇل ەسەنوۆا", "Жұмагүл Есенова", "Kazakh in Arabic script writes its vowels"},
		{true, "Cemile Güneş", "Джемиле Гюнеш", "a Turkish c"},
		{true, "SUKRU SIMSEKCI", "Şükrü Şimşekçi", "Turkish without its marks"},
		{true, "CHICHKINA NATACHA", "Шишкина Наташа", "French rules"},
		{true, "Бек Нұр Сәрсенов", "Бекнұр Сәрсенов", "a name in two words"},
		{true, "Mrs Kairat Omarov", "Кайрат Омаров Маратович", "a title"},
		{true, "Г. Омаров Кайрат", "Омаров Кайрат", "a letter alone"},
		{true, "Омаров Кайрат Маратович", "Omarov Kairat", "the father's name left out"},
		{true, "Ковальскя Валентина", "Ковальская Валентина", "a slip in the ending"},
		{false, "Омаров Кайрат Маратович", "Омаров Марат Сергеевич", "a son and his father"},
		{false, "Омаров Кайрат Маратович", "Омаров Ерлан Маратович", "brothers"},
		{false, "Кайрат Омаров", "Сауле Омарова", "one family"},
		{false, "Айнұр Қасымова Маратқызы", "Айжан Қасымова Маратқызы", "sisters whose names begin alike"},
		{false, "Омаров Кайрат", "Ерлан Кайратович Омаров", "a father and his son, the father without his own father's name"},
		{false, "Кайрат Омаров", "Кайрат Жумагулов", "one given name"},
		{false, "Кайрат", "", "nothing"},
	} {
		got, back := alike(row.one, row.two), alike(row.two, row.one)
		if got != back {
			t.Errorf("%s / %s: %.3f, and %.3f the other way", row.one, row.two, got, back)
		}
		if row.same != (got >= 0.8) {
			t.Errorf("%s / %s (%s): %.3f", row.one, row.two, row.why, got)
		}
	}
}

// TestCompareIsBounded: any two texts have a likeness from 0 to 1, the same
// both ways, and a name with its
// vowels is wholly like itself.
func TestCompareIsBounded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringMatching(`[a-zа-яәғқңөұүіA-Z' -]{0,40}|[ابتجدرسشعفقكلمنەوىۇۋ ]{0,30}`)
		a, b := letters.Draw(t, "one"), letters.Draw(t, "other")
		there, back := alike(a, b), alike(b, a)
		if there < 0 || there > 1 || there-back > 1e-9 || back-there > 1e-9 {
			t.Fatalf("%.4f and %.4f", there, back)
		}
		k := names.Key(a)
		if whole := !slices.ContainsFunc(k, func(p names.Part) bool { return p.Bones }); whole && len(k) > 1 && alike(a, a) < 1 {
			t.Fatalf("%d parts: its likeness to itself is %.4f", len(k), alike(a, a))
		}
	})
}

// TestWhatIsLeftOut: a title and a letter alone beside two names; a father's name
// is not the name itself.
func TestWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Mrs Kairat Omarov", "г-н Кайрат Омаров", "Омаров Кайрат М."} {
		if n := len(names.Key(name)); n != 2 {
			t.Errorf("%s has %d parts", name, n)
		}
	}
	if got := alike("Омаров Ерланович", "Омаров Ерлан"); got >= 0.9 {
		t.Errorf("Ерланович is Ерлан: %.3f", got)
	}
}
