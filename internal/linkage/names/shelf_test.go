package names

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A shelf tells of everybody whom comparing each with each would find, whatever script,
// reading or number of words, also of very long ones; and not of all.
func TestShelfLeavesNobodyOut(t *testing.T) {
	t.Parallel()
	syllables := strings.Fields("ал ай бег бол гул дил ер жан за кам лай мад нур рах сай та шер қыз ұлы ов ский nur jan chi sch zh ova محمد علی احمد زاده نۇر Ош")
	word := rapid.Custom(func(t *rapid.T) string {
		w := []rune(strings.Join(rapid.SliceOfN(rapid.SampledFrom(syllables), 1, 4).Draw(t, "word"), ""))
		if i := rapid.IntRange(-3, len(w)-2).Draw(t, "slip"); i >= 0 {
			w[i], w[i+1] = w[i+1], w[i]
		}
		return string(w)
	})
	compared, told := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		values := [][]Part{nil}
		for _, words := range rapid.SliceOfN(rapid.SliceOfN(word, 1, 3), 2, 30).Draw(t, "values") {
			values = append(values, Read(strings.Join(words, " ")))
		}
		if rapid.Bool().Draw(t, "long") {
			long := strings.Repeat("nursultanbek", 5)
			values = append(values, Read(long), Read(long+"ov"), Read(long[1:]))
		}
		least := rapid.SampledFrom([]float64{0.72, 0.85}).Draw(t, "least")
		seeker := NewShelf(values, least).Seeker()
		for a := range values {
			var near []int
			seeker.Behind(a, func(b int) { near = append(near, b) })
			for b := a; b < len(values); b++ {
				compared++
				is := slices.Contains(near, b)
				if is {
					told++
				}
				if Alike(values[a], values[b], least) >= least && !is {
					t.Fatalf("%+v and %+v are alike, and the shelf does not tell", values[a], values[b])
				}
			}
			slices.Sort(near)
			if len(slices.Compact(near)) != len(near) {
				t.Fatal("somebody is told of twice")
			}
		}
	})
	if told*2 > compared {
		t.Errorf("the shelf tells of %d of %d: it saves nothing", told, compared)
	}
}

// A tally never says that two spellings are further apart than they are.
func TestTalliesAreABound(t *testing.T) {
	t.Parallel()
	spelling := rapid.StringOfN(rapid.SampledFrom([]rune("aeiouybgdkhtszxjmnrlpfvcqwжۇ")), 0, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := spelling.Draw(t, "a"), spelling.Draw(t, "b")
		if i := rapid.IntRange(0, 9).Draw(t, "exchanged"); i+1 < len(a) && rapid.Bool().Draw(t, "near") {
			b = a[:i] + a[i+1:i+2] + a[i:i+1] + a[i+2:]
		}
		for most := range uint32(90) {
			if costsAtMost(a[:min(len(a), mostLetters)], b[:min(len(b), mostLetters)], most) != (editCost(a, b) <= most) {
				t.Fatalf("%q and %q cost %d, and at most %d is said to be otherwise", a, b, editCost(a, b), most)
			}
		}
		if cost := editCost(a, b); tallied(a).tooFar(tallied(b), cost) {
			t.Fatalf("%q and %q cost %d, and their letters are said to be too far", a, b, cost)
		}
	})
	if !tallied("nurlan").tooFar(tallied("besirof"), 22) {
		t.Error("names of other letters are not told apart")
	}
}
