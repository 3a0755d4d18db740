package delimited

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
)

// workbookRead is what a program that reads workbooks finds in one.
type workbookRead struct {
	names []string
	rows  map[string][][]string
	kinds map[string]string // of each cell: its type, and whether there is a formula
}

func readBack(t *testing.T, file []byte) workbookRead {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	part := func(name string, into any) {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := xml.NewDecoder(f).Decode(into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	part("xl/workbook.xml", &book)
	var relations struct {
		Each []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	part("xl/_rels/workbook.xml.rels", &relations)
	var types struct {
		Each []struct {
			Part string `xml:"PartName,attr"`
		} `xml:"Override"`
	}
	part("[Content_Types].xml", &types)
	out := workbookRead{rows: map[string][][]string{}, kinds: map[string]string{}}
	for _, s := range book.Sheets {
		out.names = append(out.names, s.Name)
		for _, r := range relations.Each {
			if r.ID != s.ID {
				continue
			}
			if !slices.ContainsFunc(types.Each, func(e struct {
				Part string `xml:"PartName,attr"`
			}) bool {
				return e.Part == "/xl/"+r.Target
			}) {
				t.Errorf("%s has no type", r.Target)
			}
			var sheet struct {
				Rows []struct {
					Cells []struct {
						Type    string  `xml:"t,attr"`
						Value   string  `xml:"v"`
						Text    string  `xml:"is>t"`
						Formula *string `xml:"f"`
					} `xml:"c"`
				} `xml:"sheetData>row"`
			}
			part("xl/"+r.Target, &sheet)
			for _, row := range sheet.Rows {
				var cells []string
				for _, c := range row.Cells {
					text := strings.ReplaceAll(c.Text+c.Value, "_x005F_", "_")
					cells = append(cells, text)
					out.kinds[text] = fmt.Sprint(c.Type, c.Formula != nil)
				}
				out.rows[s.Name] = append(out.rows[s.Name], cells)
			}
		}
	}
	return out
}

// What is written is read back, cell by cell; nothing of it is a formula, and only what
// cannot be anything else is a number.
func TestAWorkbookIsReadBack(t *testing.T) {
	rows := [][]string{
		{"name", "n"},
		{"=1+1", "12"},
		{"+7 701 000 00 00", "77010000000"},
		{`<a href="x">&amp;</a>`, "007"},
		{" Әлия «қызы»\nsecond line", "-5"},
		{"_x0041_", "1.5"},
		{"", "0"},
	}
	var file bytes.Buffer
	err := WriteXLSX(&file, Sheet{"A/B: [table]", slices.Values(rows)}, Sheet{"a b   table", slices.Values([][]string{{"about"}})})
	if err != nil {
		t.Fatal(err)
	}
	book := readBack(t, file.Bytes())
	if len(book.names) != 2 || strings.ContainsAny(book.names[0], "[]:/") {
		t.Fatalf("sheets: %q", book.names)
	}
	if got := book.rows[book.names[0]]; fmt.Sprint(got) != fmt.Sprint(rows) {
		t.Errorf("read back:\n%q", got)
	}
	for text, kind := range book.kinds {
		want := "inlineStrfalse"
		if text == "12" || text == "0" {
			want = "false"
		}
		if kind != want {
			t.Errorf("%q is %s", text, kind)
		}
	}
}

// Rows leave as they come, and a table longer than a sheet goes on in the next, with the
// names of its columns.
func TestALongTableGoesOn(t *testing.T) {
	var file counted
	long := iter.Seq[[]string](func(yield func([]string) bool) {
		for i := range sheetRows + 5 {
			if i == sheetRows && file.n < 1<<16 {
				t.Errorf("after %d rows %d bytes have left", i, file.n)
			}
			if !yield([]string{"c"}) {
				return
			}
		}
	})
	if err := WriteXLSX(&file, Sheet{"long", long}); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"xl/worksheets/sheet1.xml": sheetRows, "xl/worksheets/sheet2.xml": 6} {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(f)
		if got := bytes.Count(text, []byte("<row>")); got != want {
			t.Errorf("%s: %d rows and not %d", name, got, want)
		}
	}
}

type counted struct {
	bytes.Buffer
	n int
}

func (c *counted) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.Buffer.Write(p)
}

// A cell that no spreadsheet holds is refused, and not cut.
func TestACellThatIsTooLong(t *testing.T) {
	err := WriteXLSX(io.Discard, Sheet{"t", slices.Values([][]string{{"a"}, {strings.Repeat("ы", sheetCell+1)}})})
	if err == nil || strings.Contains(err.Error(), "ы") {
		t.Errorf("%v", err)
	}
}
