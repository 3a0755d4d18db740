package delimited

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func read(file []byte, columns ...string) (rows [][]string, encoding string, err error) {
	t, err := Open(file, "", columns...)
	if err != nil {
		return nil, "", err
	}
	for {
		row, _, err := t.Next()
		if err != nil || row == nil {
			return rows, t.Encoding, err
		}
		rows = append(rows, row)
	}
}

func TestTables(t *testing.T) {
	utf16 := func(s string, high int, mark bool) []byte {
		if mark {
			s = "\ufeff" + s
		}
		var out []byte
		for _, r := range s {
			pair := [2]byte{}
			pair[high], pair[1-high] = byte(r>>8), byte(r)
			out = append(out, pair[:]...)
		}
		return out
	}
	const text = "id;name\r\n1;Аигуль\r\n"
	cyrillic := []byte("id;name\n1;\xc0\xe8\xe3\xf3\xeb\xfc\n")
	for name, c := range map[string]struct {
		file     []byte
		encoding string
	}{
		"UTF-8": {[]byte(text), "UTF-8"}, "with a mark": {[]byte("\ufeff" + text), "UTF-8"},
		"UTF-16 little": {utf16(text, 1, true), "UTF-16"}, "UTF-16 big": {utf16(text, 0, true), "UTF-16"},
		"UTF-16 without a mark": {utf16(text, 1, false), "UTF-16"}, "windows-1251": {cyrillic, "windows-1251"},
	} {
		rows, encoding, err := read(c.file, "id", "name")
		if err != nil || encoding != c.encoding || len(rows) != 1 || !slices.Equal(rows[0], []string{"1", "Аигуль"}) {
			t.Errorf("%s: %v as %s, %v", name, rows, encoding, err)
		}
	}
	rows, _, err := read([]byte("id,name\n\n1, \"Ли, \"\"Ан\"\"\nнна\" \n2,"), "name")
	if err != nil || len(rows) != 2 || rows[0][1] != "Ли, \"Ан\"\nнна" || rows[1][1] != "" {
		t.Errorf("%q, %v", rows, err)
	}
}

func TestWhatCannotBeReadIsSaidWithItsPlace(t *testing.T) {
	for file, want := range map[string]string{
		"":                           "line 1, column 1: the file is empty",
		"a,b\n1,2":                   `line 1, column 1: no column is called "id"`,
		"id,b\n1":                    "line 2, column 1: 1 columns, and the first line has 2",
		"id,b\n1,x\"y":               "line 2, column 4: a quote inside a value",
		"id,b\n1,\"x":                "line 2, column 3: these quotes are never closed",
		"id,b\n\"1\" 2,x":            "line 2, column 5: something stands between closing quotes",
		"id,b\n\x00,":                "line 2, column 1: a zero byte",
		"id,b\nМ\x98,\xff":           "line 2, column 3: neither UTF-8 nor windows-1251",
		"id,b\n\xca\xbc,\xff":        "line 2, column 2: as windows-1251 this letter is Serbian",
		"\xff\xfei\x00d":             "line 1, column 1: this looks like UTF-16 and has an odd number",
		"\xff\xfei\x00\x00\xd8a\x00": "line 1, column 2: half a character",
	} {
		_, _, err := read([]byte(file), "id")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", file, err, want)
		}
	}
}

// FuzzTables: whatever a file holds, it is read or refused with a place in it, and what is
// read is as wide as its first line.
func FuzzTables(f *testing.F) {
	for _, s := range []string{"id,a\n1,2\n", "id;a\r\n\"1\";\"2\"\"3\"", "\xff\xfei\x00d\x00", "id\n\xc0\xc1", "id\ta\n\n1\t"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, _, err := read(file, "id")
		var at *ReadError
		if err != nil && (!errors.As(err, &at) || at.Line < 1 || at.Column < 1) {
			t.Fatalf("refused with %v", err)
		}
		for _, row := range rows {
			for _, v := range row {
				if !utf8.ValidString(v) {
					t.Fatalf("%q is no text", v)
				}
			}
			if len(row) != len(rows[0]) {
				t.Fatal("rows of two widths")
			}
		}
	})
}
