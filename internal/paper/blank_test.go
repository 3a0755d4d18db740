package paper

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pana/internal/wording"
)

func aBlank(code string, asks int) Blank {
	two := func(s string) Said { return Said{s, "екінші " + s} }
	b := Blank{Code: code, Edition: "AAAA-1111", Langs: []wording.Lang{"ru", "kk"}, Title: two("Форма"), Head: []Said{two("Как заполнить")},
		First: []Note{{Heading: two("Сначала"), Lines: []Said{two("скажите")}}}, Signs: []Said{two("Подпись")}, Foot: two("низ")}
	for i := range asks {
		b.Asks = append(b.Asks, Ask{ID: fmt.Sprint(i), Label: two("Вопрос"), Why: two("почему"), Lines: i % 3, Mark: two("ответ обязателен"), OnlyIf: two("только если"),
			Boxes: []Box{{"a", two("да")}, {"b", two("нет")}, {"c", two(strings.Repeat("длинно ", 1+i*3%20))}}})
	}
	return b
}

// Each form of a set begins on a page of its own and counts its own pages: the
// sheets of two persons lie on one table.
func TestBlankFormsCountTheirOwnPages(t *testing.T) {
	t.Parallel()
	forms := []Blank{aBlank("one", 3), aBlank("two", 40)}
	pages := make([]int, 2)
	w := newBlankSheet(forms, noon, "DEMO", pages)
	w.form(0)
	w.form(1)
	if w.counted(pages) || pages[0] != 1 || pages[1] < 3 || w.PageNo() != pages[0]+pages[1] {
		t.Fatalf("%v of %d pages", pages, w.PageNo())
	}
	one, err := BlankPDF(forms, noon, "DEMO")
	if err != nil || bytes.Count(one, []byte("/Type /Page\n")) != pages[0]+pages[1] {
		t.Fatalf("%v: %d pages", err, bytes.Count(one, []byte("/Type /Page\n")))
	}
	if two, _ := BlankPDF(forms, noon, "DEMO"); !bytes.Equal(one, two) {
		t.Error("the same form gives other bytes")
	}
}
