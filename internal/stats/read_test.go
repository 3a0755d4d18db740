package stats

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf16"
)

const three = `{"lists": ["A", "B", "C"], "cells": {"100": 40, "010": 30, "001": 20, "110": 6}}`

func TestTablesAreRead(t *testing.T) {
	t.Parallel()
	wide := func(s string) string {
		b := []byte{0xFF, 0xFE}
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	for why, text := range map[string]string{
		"plain":                          three,
		"UTF-8 with its mark":            "\xEF\xBB\xBF" + three,
		"UTF-16":                         wide(three),
		"cells before the lists":         `{"cells": {"100": 40, "010": 30, "001": 20, "110": 6}, "lists": ["A", "B", "C"]}`,
		"zeros said, and what it is":     `{"title": "invented", "lists": ["A","B","C"], "cells": {"100":40,"010":30,"001":20,"110":6,"111":0}, "observed_total": 96}`,
		"names in Kazakh, and a newline": "{\"lists\": [\"Полиция\", \"Дағдарыс орталығы\", \"C\"],\n \"cells\": {\"100\": 40, \"010\": 30, \"001\": 20, \"110\": 6}}",
	} {
		in, err := Read([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", why, err)
			continue
		}
		if n := in.Table.Observed(); n != 96 || in.Table.Count[3] != 6 || len(in.Unread) != 0 {
			t.Errorf("%s: %v people, %v", why, n, in.Table)
		}
	}
}

func TestWhatIsNoTableIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	cells := func(s string) string { return "{\"lists\": [\"A\", \"B\", \"C\"],\n \"cells\": {" + s + "}}" }
	for _, c := range []struct {
		why, text    string
		line, column int
		says         string
	}{
		{"a cell twice", cells(`"100": 4, "100": 5`), 2, 22, "stands twice"},
		{"an unknown digit", cells(`"102": 4`), 2, 12, "neither 0"},
		{"too few digits", cells(`"10": 4`), 2, 12, "2 digits"},
		{"a Cyrillic digit", cells(`"10О": 4`), 2, 12, "4 people"},
		{"those whom nobody counted", cells(`"000": 4`), 2, 12, "on no list"},
		{"fewer than nobody", cells(`"100": -4`), 2, 19, "0 or more"},
		{"half a person", cells(`"100": 4.5`), 2, 19, "counted whole"},
		{"a count in quotes", cells(`"100": "4"`), 2, 19, "without quotes"},
		{"no number of people", cells(`"100": null`), 2, 19, "without quotes"},
		{"too many", cells(`"100": 99999999999999999999`), 2, 19, "more than"},
		{"not JSON", cells(`"100": 4,,`), 2, 21, "not JSON"},
		{"cut off", `{"lists": ["A", "B"`, 1, 20, ""},
		{"something after it", three + " {}", 1, len(three) + 2, "follows"},
		{"a key twice", `{"lists": ["A","B","C"], "lists": []}`, 1, 26, "stands twice"},
		{"two lists of a name", `{"lists": ["A","A","C"], "cells": {}}`, 1, 16, "two lists"},
		{"a list without a name", `{"lists": [" ","A","C"], "cells": {}}`, 1, 12, "name"},
		{"one list", `{"lists": ["A"], "cells": {"1": 5}}`, 1, 12, "frequencies"},
		{"ten lists", `{"lists": ["1","2","3","4","5","6","7","8","9","10"], "cells": {}}`, 1, 2, "10 lists"},
		{"no cells", `{"lists": ["A","B"]}`, 1, 21, "\"cells\" is missing"},
		{"no lists", `{"cells": {"11": 1}}`, 1, 21, "\"lists\" is missing"},
		{"neither", `{}`, 1, 3, "neither"},
		{"an array", `[1]`, 1, 1, "must be an object"},
		{"nothing", "  \n", 1, 1, "empty"},
		{"another encoding", "{\"lists\": [\"\xcf\xee\"]}", 1, 13, "save the file as UTF-8"},
		{"another total", `{"lists": ["A","B"], "cells": {"11": 1}, "observed_total": 2}`, 1, 60, "add up to 1"},
		{"people where nobody can be", `{"lists": ["A","B"], "cells": {"11": 1}, "never": ["11"]}`, 1, 32, "nobody can be"},
		{"a recall of nothing", `{"lists": ["A","B"], "cells": {"11": 1}, "linkage": {"recall": 0}}`, 1, 64, "share"},
		{"a pair of three", `{"lists": ["A","B","C"], "cells": {}, "linkage": {"pairs": {"111": 0.5}}}`, 1, 61, "not a pair"},
		{"came zero times", `{"frequencies": {"0": 3}}`, 1, 18, "from 1"},
		{"a column that is not there", `{"frequencies": {"1": 3}, "formula": "capture ~ age"}`, 1, 38, "no column"},
	} {
		_, err := Read([]byte(c.text))
		wrong, ok := errors.AsType[*ReadError](err)
		if !ok {
			t.Errorf("%s: read, or without a place: %v", c.why, err)
			continue
		}
		if c.why == "a Cyrillic digit" {
			c.says = "digits"
		}
		if !strings.Contains(wrong.What, c.says) || wrong.Line != c.line || c.column != wrong.Column {
			t.Errorf("%s: %v, want line %d, column %d, with %q", c.why, wrong, c.line, c.column, c.says)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{three, `{"frequencies": {"1": 3, "2": 1}}`, "\xFF\xFE{\x00}\x00", `{"lists": [`, `{"never":["11"],"tables":[{"threshold":0.9,"cells":{"11":2}}],"lists":["A","B"],"cells":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		in, err := Read(file)
		if err != nil {
			if wrong, ok := errors.AsType[*ReadError](err); !ok || wrong.Line < 1 || wrong.Column < 1 {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		if in.Table == nil && in.Contacts == nil {
			t.Fatal("neither a table nor contacts")
		}
		if in.Table != nil {
			for _, n := range in.Table.Count {
				if n < 0 || n != math.Trunc(n) {
					t.Fatalf("a count of %v", n)
				}
			}
			in.Table.Warnings()
			hopeless(in.Table)
		}
	})
}

// TestMissedLinksAreMended: what linkage blurs is given back; with two lists an
// estimate that believes the blurred table is too high by one over the recall.
func TestMissedLinksAreMended(t *testing.T) {
	t.Parallel()
	table := independent(10_000, .3, .2, .15, .1)
	links := NewLinks(4, .9)
	links.set(3, .7)
	blurred := links.Blur(table)
	back := links.Mend(blurred)
	for c, n := range table.Count {
		if math.Abs(back.Count[c]-n) > 1e-6 {
			t.Errorf("cell %s: %v, was %v", table.Bits(Cell(c)), back.Count[c], n)
		}
	}
	records := func(t *Table) (n float64) {
		for c, people := range t.Count {
			n += people * float64(Cell(c).size())
		}
		return n
	}
	if a, b := records(table), records(blurred); math.Abs(a-b) > 1e-6 {
		t.Errorf("%v records become %v", a, b)
	}
	two := independent(10_000, .3, .2)
	product := func(t *Table) float64 {
		m := t.margins()
		return m[1] * m[2] / m[3]
	}
	if got := product(NewLinks(2, .81).Blur(two)); math.Abs(got-10_000/.81) > 1e-6 {
		t.Errorf("two lists with recall .81 give %v", got)
	}
	if got := product(NewLinks(2, .81).Mend(NewLinks(2, .81).Blur(two))); math.Abs(got-10_000) > 1e-6 {
		t.Errorf("mended they give %v", got)
	}
}

func TestAListLeftOutIsNotSeen(t *testing.T) {
	t.Parallel()
	table := tableOf([]string{"A", "B", "C"}, map[string]float64{"100": 1, "010": 2, "001": 4, "110": 8, "011": 16, "101": 32, "111": 64})
	got := table.Without(1)
	want := tableOf([]string{"A", "C"}, map[string]float64{"10": 1 + 8, "01": 4 + 16, "11": 32 + 64})
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestInventedIsSaid(t *testing.T) {
	t.Parallel()
	const table = `{"invented": %s, "lists": ["a","b"], "cells": {"10": 3, "01": 2, "11": 1}}`
	for value, want := range map[string]bool{"true": true, "false": false} {
		in, err := Read([]byte(strings.Replace(table, "%s", value, 1)))
		if err != nil || in.Invented != want || len(in.Unread) != 0 {
			t.Errorf("%s: %+v, %v", value, in, err)
		}
	}
	if _, err := Read([]byte(strings.Replace(table, "%s", `"yes"`, 1))); err == nil || !strings.Contains(err.Error(), "line 1, column 14: \"invented\" is true or false") {
		t.Errorf("yes: %v", err)
	}
}
