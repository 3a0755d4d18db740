package delimited

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Sheet is one table of a workbook; the first of its rows names the columns.
type Sheet struct {
	Name string
	Rows iter.Seq[[]string]
}

// What a sheet of Office Open XML can hold (ECMA-376; the limits are Excel's own).
const (
	sheetRows   = 1 << 20
	sheetCell   = 32767
	sheetNameAt = 31
)

// WriteXLSX writes a workbook (ECMA-376, SpreadsheetML) row by row, as the rows come.
// Every cell is a text, or a whole number that a spreadsheet cannot take for anything
// else: there is no way in it to write a formula. A table that is longer than a sheet
// goes on in the next.
//
// It is our own because the kept library for it (excelize) puts long tables into
// temporary files, in clear, and brings a reader of all that spreadsheets ever were
// along: this writes five parts of XML.
func WriteXLSX(to io.Writer, sheets ...Sheet) error {
	z := zip.NewWriter(to)
	var names []string
	for _, s := range sheets {
		if err := eachSheet(z, s, &names); err != nil {
			return err
		}
	}
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes(len(names))},
		{"_rels/.rels", relations(relation("officeDocument", "xl/workbook.xml", 1))},
		{"xl/workbook.xml", workbook(names)},
		{"xl/_rels/workbook.xml.rels", workbookRelations(len(names))},
		{"xl/styles.xml", styles},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, xml.Header+part.text); err != nil {
			return err
		}
	}
	return z.Close()
}

// eachSheet writes one table, in as many sheets as it needs.
func eachSheet(z *zip.Writer, s Sheet, names *[]string) error {
	next, stop := iter.Pull(s.Rows)
	defer stop()
	head, more := next()
	for part := 1; ; part++ {
		*names = append(*names, sheetName(s.Name, part, *names))
		part, err := z.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(*names)))
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(part, 64<<10)
		_, _ = w.WriteString(xml.Header + `<worksheet xmlns="` + spreadsheet + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
		if more {
			if err := writeRow(w, head, 1); err != nil {
				return err
			}
		}
		var row []string
		for n := 2; more && n <= sheetRows; n++ {
			if row, more = next(); more {
				if err := writeRow(w, row, 0); err != nil {
					return err
				}
			}
		}
		_, _ = w.WriteString(`</sheetData></worksheet>`)
		if err := w.Flush(); err != nil { // errors of all writes before it stay in it
			return err
		}
		if !more {
			return nil
		}
	}
}

// sheetName is a name that a sheet may have, and that no other has.
func sheetName(name string, part int, others []string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name)
	for ; ; part++ {
		end := ""
		if part > 1 {
			end = " " + strconv.Itoa(part)
		}
		short := []rune(strings.TrimSpace(name))
		got := string(short[:min(len(short), sheetNameAt-len(end))]) + end
		taken := got == ""
		for _, o := range others {
			taken = taken || strings.EqualFold(o, got)
		}
		if !taken {
			return got
		}
	}
}

func writeRow(w *bufio.Writer, row []string, style int) error {
	_, _ = w.WriteString("<row>")
	for _, cell := range row {
		if utf8.RuneCountInString(cell) > sheetCell {
			return fmt.Errorf("a cell of more than %d characters: no spreadsheet holds it, take the table as CSV", sheetCell)
		}
		if style == 0 && number(cell) {
			_, _ = w.WriteString("<c><v>" + cell + "</v></c>")
			continue
		}
		_, _ = fmt.Fprintf(w, `<c s="%d" t="inlineStr"><is><t xml:space="preserve">`, style)
		if err := xml.EscapeText(w, []byte(plainText(cell))); err != nil {
			return err
		}
		_, _ = w.WriteString("</t></is></c>")
	}
	_, _ = w.WriteString("</row>")
	return nil
}

// number says that a text is a whole number, written as a spreadsheet writes one: no sign,
// nothing before it, and short enough not to be a telephone's.
func number(cell string) bool {
	if cell == "" || len(cell) > 9 || cell[0] == '0' && len(cell) > 1 {
		return false
	}
	return strings.Trim(cell, "0123456789") == ""
}

var escaped = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// plainText keeps what looks like an escaped character as it is: _x0041_ would be read as A.
func plainText(cell string) string { return escaped.ReplaceAllString(cell, "_x005F_$1") }

const (
	spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationsNS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageNS   = "http://schemas.openxmlformats.org/package/2006/"
	media       = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	// XLSX is the media type of a workbook.
	XLSX = media + "sheet"

	// styles are two: plain, and the names of columns.
	styles = `<styleSheet xmlns="` + spreadsheet + `"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf fontId="0" xfId="0"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

func contentTypes(sheets int) string {
	var b strings.Builder
	b.WriteString(`<Types xmlns="` + packageNS + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="` + media + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + media + `styles+xml"/>`)
	for i := range sheets {
		fmt.Fprintf(&b, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, i+1, media)
	}
	return b.String() + `</Types>`
}

func relation(kind, target string, n int) string {
	return fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/%s" Target="%s"/>`, n, relationsNS, kind, target)
}

func relations(each ...string) string {
	return `<Relationships xmlns="` + packageNS + `relationships">` + strings.Join(each, "") + `</Relationships>`
}

func workbookRelations(sheets int) string {
	var each []string
	for i := range sheets {
		each = append(each, relation("worksheet", fmt.Sprintf("worksheets/sheet%d.xml", i+1), i+1))
	}
	return relations(append(each, relation("styles", "styles.xml", sheets+1))...)
}

func workbook(names []string) string {
	var b strings.Builder
	b.WriteString(`<workbook xmlns="` + spreadsheet + `" xmlns:r="` + relationsNS + `"><sheets>`)
	for i, name := range names {
		b.WriteString(`<sheet name="`)
		_ = xml.EscapeText(&b, []byte(name)) // a builder takes all
		fmt.Fprintf(&b, `" sheetId="%d" r:id="rId%d"/>`, i+1, i+1)
	}
	return b.String() + `</sheets></workbook>`
}
