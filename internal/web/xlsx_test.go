package web

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io/fs"
	"strings"
	"testing"

	"pana/internal/delimited"
)

// Every address of a table gives it as a workbook too: the same rows, and a sheet about
// them with whom they count. None of it is a formula.
func TestEveryTableIsAWorkbookToo(t *testing.T) {
	t.Parallel()
	of := map[string]string{
		"GET /guarantees.csv": "", "GET /published.csv": "", "GET /published/estimates.csv": "", "GET /questions.csv": "", "GET /published/referrals.csv": "",
		"GET /calls/figures.csv": "operator", "GET /households/areas.csv": "worker", "GET /tracks/figures.csv": "worker", "GET /rolls/month.csv": "worker",
		"GET /house/month.csv": "worker", "GET /overdue.csv": "worker", "GET /referrals/figures.csv": "worker", "GET /figures/{procedure}/csv": "worker", "GET /figures/{procedure}/months.csv": "worker",
		"GET /estimates/{estimate}/csv": "worker",
	}
	for _, r := range Routes() {
		if !strings.HasSuffix(r.Pattern, "csv") {
			continue
		}
		role, known := of[r.Pattern]
		if !known {
			t.Errorf("%s: a table that is not in this test", r.Pattern)
			continue
		}
		path := strings.NewReplacer("GET ", "", "{procedure}", "trafficking", "{estimate}", string(fullEstimates.Lines[0].ID)).Replace(r.Pattern)
		v := newVisitor(t, &fakeDesk{})
		if role != "" {
			v = v.in(role)
		}
		plain, book := v.get(path), v.get(path+"?as=xlsx")
		if plain.Code != 200 || book.Code != 200 || book.Header().Get("Content-Type") != delimited.XLSX || !strings.Contains(book.Header().Get("Content-Disposition"), ".xlsx") {
			t.Errorf("%s: %d, %d %s", path, plain.Code, book.Code, book.Header())
			continue
		}
		sheets := sheetsOf(t, book.Body.Bytes())
		c := csv.NewReader(strings.NewReader(strings.TrimPrefix(plain.Body.String(), letters)))
		c.FieldsPerRecord = -1
		rows, err := c.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, row := range rows {
			if !strings.HasPrefix(row[0], "# ") {
				for _, cell := range row {
					want = append(want, delimited.Plain(cell))
				}
			}
		}
		if len(sheets) != 2 || strings.Join(sheets[0], "|") != strings.Join(want, "|") {
			t.Errorf("%s: the workbook has\n%q\nand the table\n%q", path, sheets[0], want)
		}
		about := strings.Join(sheets[1], "|")
		if !strings.Contains(about, "What it counts|") || !strings.Contains(about, path) || (role != "") != strings.Contains(about, "Taken out|") {
			t.Errorf("%s: the sheet about it says\n%q", path, about)
		}
	}
}

func sheetsOf(t *testing.T, file []byte) (out [][]string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	names, _ := fs.Glob(z, "xl/worksheets/*.xml")
	for _, name := range names {
		text, err := fs.ReadFile(z, name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("<f>")) {
			t.Errorf("%s has a formula", name)
		}
		var sheet struct {
			Cells []struct {
				Value string `xml:"v"`
				Text  string `xml:"is>t"`
			} `xml:"sheetData>row>c"`
		}
		if err := xml.Unmarshal(text, &sheet); err != nil {
			t.Fatal(err)
		}
		var cells []string
		for _, c := range sheet.Cells {
			cells = append(cells, c.Text+c.Value)
		}
		out = append(out, cells)
	}
	return out
}

// Where a page offers a table as CSV, it offers the workbook beside it. The public figures
// have pages of their own, with their own downloads.
func TestATableIsOfferedAsAWorkbook(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(templateFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(name, "templates/published") {
			continue
		}
		if offers, books := strings.Count(string(text), ">CSV</a>"), strings.Count(string(text), ">XLSX</a>"); offers != books {
			t.Errorf("%s: %d tables as CSV, %d as XLSX", name, offers, books)
		}
	}
}
