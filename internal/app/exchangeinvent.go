package app

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"pana/internal/linkage/benchmark"
)

type exchangeInvent struct {
	Dir   string `arg:"" help:"New folder for the lists." type:"path" placeholder:"DIR"`
	Sizes []int  `help:"How many people each list has." default:"40000,25000,12000" placeholder:"N,N,N"`
}

// inventedTruth is what no agency knows.
type inventedTruth struct {
	Invented bool           `json:"invented"`
	People   int            `json:"people"`
	Observed int            `json:"on_any_list"`
	Cells    map[string]int `json:"cells"`
}

// Run writes three lists as three offices would save them: windows-1251 with semicolons,
// UTF-8 with commas, UTF-16 with tabs.
func (c exchangeInvent) Run(w *world) error {
	if len(c.Sizes) != 3 {
		return misused(w, fmt.Errorf("--sizes has three numbers, such as 40000,25000,12000"))
	}
	sizes := [3]int(c.Sizes)
	for _, n := range sizes {
		if n < 10 || n > 1_000_000 {
			return misused(w, fmt.Errorf("--sizes: a list has 10 to 1000000 people"))
		}
	}
	if err := os.Mkdir(c.Dir, 0o755); err != nil {
		return failed(w, err)
	}
	agencies := benchmark.Agencies(sizes)
	truth := inventedTruth{Invented: true, People: benchmark.Population(sizes), Cells: map[string]int{}}
	on := map[int][]byte{}
	for i, a := range agencies {
		for _, r := range a.Records {
			if on[r.Person] == nil {
				on[r.Person] = []byte("000")
			}
			on[r.Person][i] = '1'
		}
		name := filepath.Join(c.Dir, strings.ToLower(a.Name)+".csv")
		text, err := officeTable(a, i)
		if err == nil {
			err = writeNew(name, text)
		}
		if err != nil {
			return failed(w, err)
		}
		fmt.Fprintf(w.out, "%s: %d invented people\n", name, len(a.Records))
	}
	for _, code := range on {
		truth.Cells[string(code)]++
	}
	truth.Observed = len(on)
	text, err := json.MarshalIndent(truth, "", "  ")
	if err != nil {
		return err
	}
	name := filepath.Join(c.Dir, "truth.json")
	fmt.Fprintf(w.out, "%s: %d people in all, %d of them on a list\n%s\n", name, truth.People, truth.Observed, inStamp)
	return writeNew(name, append(text, '\n'))
}

// officeTable is a list as the office in its place saves it.
func officeTable(a benchmark.Agency, place int) ([]byte, error) {
	separator := [3]string{";", ",", "\t"}[place]
	var b strings.Builder
	b.WriteString(strings.Join([]string{"id", "name", "born", "sex", "note"}, separator) + "\n")
	for i, r := range a.Records {
		born := r.Born
		if len(born) == 10 && place == 0 {
			born = born[8:] + "." + born[5:7] + "." + born[:4]
		}
		b.WriteString(strings.Join([]string{fmt.Sprintf("%s-%05d", a.Name[:1], i+1), r.Name, born, r.Sex, "invented"}, separator) + "\n")
	}
	switch place {
	case 0:
		return charmap.Windows1251.NewEncoder().Bytes([]byte(b.String()))
	case 2:
		out := []byte{0xFF, 0xFE}
		for _, u := range utf16.Encode([]rune(b.String())) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
		return out, nil
	}
	return []byte(b.String()), nil
}
