package clk

import (
	"cmp"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pana/internal/linkage/kernel"
	"pana/internal/linkage/lists"
)

var testKey = Key{1, 2, 3}

func febrl(t testing.TB, which string) []lists.Record {
	t.Helper()
	columns, err := lists.ParseColumns("id=rec_id,given=given_name,family=surname,birth=date_of_birth,place=suburb,document=soc_sec_id")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join("..", "lists", "testdata", "febrl4"+which+".csv"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := lists.Read(text, columns)
	if err != nil {
		t.Fatal(err)
	}
	return list.Records
}

func encoded(records []lists.Record, recipe Recipe) []kernel.Vector {
	e := NewEncoder(testKey, recipe)
	out := make([]kernel.Vector, len(records))
	for i := range records {
		out[i] = e.Encode(&records[i])
	}
	return out
}

func dice(a, b kernel.Vector) float64 {
	return 2 * float64(a.Common(&b)) / float64(max(1, a.Count()+b.Count()))
}

// found links each at most once, the most alike first, and counts those that are true.
func found(t *testing.T, a, b []lists.Record, recipe Recipe, bound kernel.Alike) (hit, wrong int) {
	t.Helper()
	va, vb := encoded(a, recipe), encoded(b, recipe)
	var pairs []kernel.Pair
	run := kernel.Run{Alike: bound, Workers: 2, Done: func(_ int, p []kernel.Pair) error { pairs = append(pairs, p...); return nil }}
	if err := kernel.Compare(context.Background(), va, kernel.Pack(vb), run); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(pairs, func(x, y kernel.Pair) int {
		return cmp.Compare(dice(va[y.Query], vb[y.Key]), dice(va[x.Query], vb[x.Key]))
	})
	takenA, takenB := map[int32]bool{}, map[int32]bool{}
	person := func(id string) string { return strings.Split(id, "-")[1] }
	for _, p := range pairs {
		if takenA[p.Query] || takenB[p.Key] {
			continue
		}
		takenA[p.Query], takenB[p.Key] = true, true
		if person(a[p.Query].ID) == person(b[p.Key].ID) {
			hit++
		} else {
			wrong++
		}
	}
	return hit, wrong
}

// The aim is a recall of 0.995 with nobody wrong. A salt by year of birth finds nobody
// whose year is missing or mistaken on one side: what that costs is held too.
func TestFebrl4(t *testing.T) {
	t.Parallel()
	a, b := febrl(t, "a"), febrl(t, "b")
	for _, c := range []struct {
		recipe Recipe
		least  int
	}{{Recipe{}, 4975}, {Recipe{Salt: YearSalt}, 4625}, {Recipe{Salt: BirthSalt}, 4525}} {
		hit, wrong := found(t, a, b, c.recipe, kernel.Alike{Over: 1, Under: 2})
		t.Logf("%+v: %d of 5,000 found at 0.5, %d wrong", c.recipe, hit, wrong)
		if hit < c.least || wrong > 0 {
			t.Errorf("%+v: %d found and %d wrong; at least %d, and none wrong", c.recipe, hit, wrong, c.least)
		}
	}
}

func record(given, family, birth string) lists.Record {
	b, _ := lists.ParseBirth(birth)
	return lists.Record{Given: given, Family: family, Birth: b}
}

func TestWhatIsAlike(t *testing.T) {
	t.Parallel()
	one := record("Нұрғали", "Сәрсенов", "1990-05-13")
	for _, c := range []struct {
		other lists.Record
		least float64
		most  float64
		why   string
	}{
		{record("Нургали", "Сарсенов", "13.05.1990"), 0.8, 1, "as a Russian paper has it"},
		{record("NURGALI", "SARSENOV", "1990-05-13"), 0.8, 1, "as a passport has it"},
		{record("نۇرعالي", "سارسەنوۆ", "1990-05-13"), 0.6, 1, "in Arabic script with vowels"},
		{record("Сәрсенов", "Нұрғали", "1990-05-13"), 0.8, 1, "given and family name exchanged"},
		{record("Нұрғали", "Сәрсенов", "1990-01-01"), 0.7, 1, "a guessed day"},
		{record("Нұрғали", "Сәрсенов", "1990"), 0.7, 1, "a year alone"},
		{record("Нұрғали", "Сәрсенов", "1990-05-31"), 0.8, 0.999, "another day"},
		{record("Айгүл", "Қасымова", "1990-05-13"), 0, 0.55, "only the birth agrees"},
		{record("Нұрғали", "Сәрсенов", "1957-11-02"), 0, 0.65, "a namesake, of another age"},
	} {
		e := NewEncoder(testKey, Recipe{})
		if d := dice(e.Encode(&one), e.Encode(&c.other)); d < c.least || d > c.most {
			t.Errorf("%s: %.3f, want from %g to %g", c.why, d, c.least, c.most)
		}
	}
}

// 1 January is written where only the year is known, and so it says no more than that.
func TestFirstOfJanuaryIsAYear(t *testing.T) {
	t.Parallel()
	for _, salt := range []Salt{NoSalt, YearSalt, BirthSalt} {
		e := NewEncoder(testKey, Recipe{Salt: salt})
		guessed, year := record("Нұрғали", "Сәрсенов", "1990-01-01"), record("Нұрғали", "Сәрсенов", "1990")
		if e.Encode(&guessed) != e.Encode(&year) {
			t.Errorf("salt %s: 1 January 1990 and 1990 are two births", salt)
		}
	}
}

// What one key makes looks to another like anybody's.
func TestKeysAndSaltsHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	one := record("Нұрғали", "Сәрсенов", "1990-05-13")
	a := NewEncoder(testKey, Recipe{})
	b := NewEncoder(Key{9}, Recipe{})
	if d := dice(a.Encode(&one), b.Encode(&one)); d > 0.4 {
		t.Errorf("one person under two keys: %.3f alike", d)
	}
	if a.Encode(&one) != NewEncoder(testKey, Recipe{}).Encode(&one) {
		t.Error("one key makes two encodings of one record")
	}
	salted := NewEncoder(testKey, Recipe{Salt: YearSalt})
	other := record("Нұрғали", "Сәрсенов", "1991-05-13")
	if d := dice(salted.Encode(&one), salted.Encode(&other)); d > 0.4 {
		t.Errorf("born in two years, salted: %.3f alike", d)
	}
	if d := dice(a.Encode(&one), a.Encode(&other)); d < 0.7 {
		t.Errorf("born in two years, not salted: %.3f alike; the salt was not what told them apart", d)
	}
	nobody := lists.Record{}
	if v := a.Encode(&nobody); v.Count() != 0 {
		t.Errorf("of nobody %d bits are known", v.Count())
	}
}

// The hash of a feature is AES-256 in CBC mode over the salt and the feature, and of that the
// last block: what crypto/cipher makes of the two says the same.
func TestHashIsCBCMAC(t *testing.T) {
	t.Parallel()
	keys, err := hkdf.Key(sha256.New, testKey[:], nil, "pana.clk.2", 64)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		t.Fatal(err)
	}
	h := newHash(testKey, true)
	for _, salt := range []string{"", "1990-0-0", "1990-5-13"} {
		for _, text := range []string{"", "ab", "жж", strings.Repeat("x", 13), strings.Repeat("x", 14), strings.Repeat("x", 200)} {
			first, second := h.feature(spaces, salt), h.feature(part, text)
			message := append(first[:], second[:]...)
			cipher.NewCBCEncrypter(block, make([]byte, aes.BlockSize)).CryptBlocks(message, message)
			var got, want filter
			h.under(salt)
			h.set(&got, []feature{second})
			for n := range weight[part] {
				p := binary.BigEndian.Uint16(message[aes.BlockSize+2*n:]) % filterBits
				want[p/64] |= 1 << (p % 64)
			}
			if got != want {
				t.Errorf("%q under %q sets other bits than CBC-MAC says", text, salt)
			}
		}
	}
}

// No two features are one: what stands in two spaces, has another length, or did not fit.
func TestFeaturesDiffer(t *testing.T) {
	t.Parallel()
	h := newHash(testKey, true)
	seen := map[feature]string{}
	for in := range spaces {
		for _, text := range []string{"", "a", "a\x00", "ab", "a\x00\x00", strings.Repeat("x", 13), strings.Repeat("x", 14), strings.Repeat("x", 15), strings.Repeat("x", 16)} {
			f, name := h.feature(in, text), fmt.Sprintf("%d %q", in, text)
			if other, twice := seen[f]; twice {
				t.Errorf("%s and %s are one feature", name, other)
			}
			seen[f] = name
		}
	}
}

// What a name is written in never breaks an encoding, nor makes it depend on what was
// encoded before.
func FuzzEncode(f *testing.F) {
	f.Add("Нұрғали", "Сәрсенов", "N 1234567", int16(1990))
	kept := map[Salt]*Encoder{}
	for _, salt := range []Salt{NoSalt, YearSalt, BirthSalt} {
		kept[salt] = NewEncoder(testKey, Recipe{Salt: salt})
	}
	f.Add("", "\xff\x00", "\U0001F600", int16(-3))
	f.Add("{{{", "李明", "", int16(0))
	f.Fuzz(func(t *testing.T, given, family, document string, year int16) {
		r := lists.Record{Given: given, Family: family, Document: document, Birth: lists.Birth{Year: year, Month: 2, Day: 3}}
		for salt, kept := range kept {
			if kept.Encode(&r) != NewEncoder(testKey, Recipe{Salt: salt}).Encode(&r) {
				t.Fatal("an encoder that has encoded others says something else")
			}
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	records := febrl(b, "a")
	for _, salt := range []Salt{NoSalt, YearSalt, BirthSalt} {
		b.Run(string(salt), func(b *testing.B) {
			for b.Loop() {
				encoded(records, Recipe{Salt: salt})
			}
			b.ReportMetric(float64(b.N)*float64(len(records))/b.Elapsed().Seconds(), "encodings/s")
		})
	}
}
