package app

import (
	"fmt"
	"math/rand/v2"

	"pana/internal/linkage/lists"
)

// inventedList makes people of syllables, common names more often than others, every
// fifth of them twice: the second time with slips, a guessed or missing birth, a
// document less. The same number makes the same list.
func inventedList(n int) (list []lists.Record, twice int) {
	r := rand.New(rand.NewPCG(20261123, uint64(n)))
	given, family := inventedNames(r, 2_000, ""), inventedNames(r, 15_000, "ов")
	for len(list) < n {
		one := lists.Record{
			ID: fmt.Sprint(len(list)), Given: common(r, given), Family: common(r, family), Sex: []string{"female", "male"}[r.IntN(2)],
			Birth: lists.Birth{Year: int16(1940 + r.IntN(75)), Month: int16(1 + r.IntN(12)), Day: int16(1 + r.IntN(28))},
			Place: fmt.Sprint("село ", family[r.IntN(300)]), Document: fmt.Sprintf("N%08d", r.IntN(100_000_000)),
		}
		list = append(list, one)
		if r.IntN(5) == 0 && len(list) < n {
			list = append(list, again(r, one))
			twice++
		}
	}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list, twice
}

// again is somebody as another counter wrote it down.
func again(r *rand.Rand, p lists.Record) lists.Record {
	p.ID += "+"
	if r.IntN(10) == 0 {
		p.Given = slipped(r, p.Given)
	}
	if r.IntN(8) == 0 {
		p.Family = slipped(r, p.Family)
	}
	switch r.IntN(12) {
	case 0:
		p.Birth = lists.Birth{Year: p.Birth.Year, Month: 1, Day: 1}
	case 1:
		p.Birth = lists.Birth{}
	case 2:
		p.Birth.Month, p.Birth.Day = p.Birth.Day, p.Birth.Month
	}
	if r.IntN(2) == 0 {
		p.Document = ""
	}
	if r.IntN(4) == 0 {
		p.Place = ""
	}
	return p
}

func slipped(r *rand.Rand, name string) string {
	letters := []rune(name)
	letters[r.IntN(len(letters))] = []rune("аеиоумнрст")[r.IntN(10)]
	return string(letters)
}

// common draws the first of a list more often than the last.
func common(r *rand.Rand, names []string) string {
	x := r.Float64()
	return names[int(x*x*float64(len(names)))]
}

func inventedNames(r *rand.Rand, n int, ending string) []string {
	syllables := []string{"ал", "ай", "бек", "бол", "гул", "дил", "ер", "жан", "за", "кам", "лай", "мад", "нур", "рах", "сай", "тем", "шер", "уми", "хал", "ми", "са", "ру", "то", "кен", "дос", "ыр"}
	seen := map[string]bool{}
	var out []string
	for len(out) < n {
		name := ""
		for range 2 + r.IntN(3) {
			name += syllables[r.IntN(len(syllables))]
		}
		if name += ending; !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}
