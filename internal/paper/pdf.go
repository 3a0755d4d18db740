package paper

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"codeberg.org/go-pdf/fpdf"
	"rsc.io/qr"

	"pana/internal/wording"
)

// Printed is what stands on one copy and is not kept with the document.
type Printed struct {
	Code string // in groups, as it is read out
	Link string // where it is asked; in the picture too
	At   time.Time
	Demo string // over every page of a demonstration's paper
	Mark Mark
}

// Mark says of one copy that it was taken out of Pana: Foot in words on every page,
// Code in the properties. Nothing where the copy is to be signed.
type Mark struct{ Foot, Code string }

// Measures of the page, in millimetres.
const (
	edge    = 15.0
	gutter  = 8.0
	foot    = 18.0
	picSide = 22.0
)

// PDF prints a document. It names nobody in its properties, and is the same
// bytes for the same paper. It is not tagged: the page is the accessible one.
func PDF(d Document, on Printed) ([]byte, error) {
	w := newSheet(d, on)
	w.heading()
	w.facts()
	for i := range d.Main().Blocks {
		w.across(func(s Side) Block { return at(s.Blocks, i) })
	}
	if d.Main().Reasons != nil {
		w.across(func(s Side) Block { return *s.Reasons })
		w.wide(d.Given)
	}
	w.across(func(s Side) Block { return s.Check })
	w.code(on)
	w.signs()
	var out bytes.Buffer
	if err := w.Output(&out); err != nil {
		return nil, fmt.Errorf("paper: pdf: %w", err)
	}
	return out.Bytes(), nil
}

func at(list []Block, i int) Block {
	if i < len(list) {
		return list[i]
	}
	return Block{}
}

// sheet is a page being filled from the top, in one column or two.
type sheet struct {
	*fpdf.Fpdf
	doc     Document
	left    float64 // where the first column begins
	column  float64 // width of one
	width   float64
	bottom  float64
	columns int
}

const face = "dejavu"

func newSheet(d Document, on Printed) *sheet {
	w := plainSheet(on, d.Main().Label, d.Main().Lang)
	w.doc, w.columns = d, len(d.Sides)
	w.column = (w.width - gutter*float64(w.columns-1)) / float64(w.columns)
	w.AliasNbPages("")
	w.SetFooterFunc(func() {
		w.SetY(-foot + 6)
		w.SetFont(face, "", 8)
		w.CellFormat(w.width/2, 4, on.Code, "", 0, "L", false, 0, "")
		w.CellFormat(w.width/2, 4, fmt.Sprintf("%d / {nb}", w.PageNo()), "", 1, "R", false, 0, "")
		if on.Mark.Foot != "" {
			w.small([]string{on.Mark.Foot}, foot-10)
		}
	})
	w.AddPage()
	return w
}

// plainSheet is a document without a page yet, in one column.
func plainSheet(on Printed, title string, lang wording.Lang) *sheet {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(on.At.UTC())
	pdf.SetModificationDate(on.At.UTC())
	pdf.SetProducer("Pana", true)
	pdf.SetTitle(title, true)
	pdf.SetLang(string(lang))
	if on.Mark.Code != "" {
		pdf.SetKeywords(on.Mark.Code, false)
	}
	pdf.AddUTF8FontFromBytes(face, "", dejavusans.TTF)
	pdf.AddUTF8FontFromBytes(face, "B", dejavusansbold.TTF)
	pdf.SetMargins(edge, edge, edge)
	pdf.SetAutoPageBreak(false, foot)
	pageWidth, pageHeight := pdf.GetPageSize()
	w := &sheet{Fpdf: pdf, columns: 1, left: edge, width: pageWidth - 2*edge, bottom: pageHeight - foot}
	w.column = w.width
	pdf.SetHeaderFunc(func() {
		if on.Demo != "" {
			pdf.SetFont(face, "B", 10)
			pdf.CellFormat(w.width, 6, on.Demo, "1", 1, "C", false, 0, "")
			pdf.Ln(3)
		}
	})
	return w
}

// run is one piece of a row: its text in each language, and how it is set.
type run struct {
	texts []string
	style string
	size  float64
	after float64
}

// row sets texts beside each other, line by line, so that a page may end between
// two lines of a long one.
func (w *sheet) row(r run) {
	w.SetFont(face, r.style, r.size)
	high := r.size * 0.52
	lines, most := make([][]string, len(r.texts)), 0
	for i, text := range r.texts {
		if text != "" {
			lines[i] = w.SplitText(text, w.column)
		}
		most = max(most, len(lines[i]))
	}
	for n := range most {
		if w.GetY()+high > w.bottom {
			w.AddPage()
			w.SetFont(face, r.style, r.size)
		}
		y := w.GetY()
		for i := range lines {
			if n < len(lines[i]) {
				w.SetXY(w.left+float64(i)*(w.column+gutter), y)
				w.CellFormat(w.column, high, lines[i][n], "", 0, "L", false, 0, "")
			}
		}
		w.SetXY(edge, y+high)
	}
	w.SetY(w.GetY() + r.after)
}

// small sets texts at the foot of a page, in lines as high as there is room for.
func (w *sheet) small(texts []string, room float64) {
	lines, size := w.smallLines(texts, room)
	for _, line := range lines {
		w.CellFormat(w.width, size*0.45, line, "", 1, "L", false, 0, "")
	}
}

// smallLines are the lines of it, and the size of the letters: smaller when there are
// many. Nothing of a text goes over the edge.
func (w *sheet) smallLines(texts []string, room float64) (lines []string, size float64) {
	for size = 7; ; size -= 0.5 {
		w.SetFont(face, "", size)
		lines = nil
		for _, text := range texts {
			lines = append(lines, w.SplitText(text, w.width)...)
		}
		if float64(len(lines))*size*0.45 <= room || size <= 5 {
			return lines, size
		}
	}
}

// each is a text of every side.
func (w *sheet) each(of func(Side) string) []string {
	out := make([]string, len(w.doc.Sides))
	for i, s := range w.doc.Sides {
		out[i] = of(s)
	}
	return out
}

func (w *sheet) heading() {
	w.row(run{w.each(func(s Side) string { return s.Label }), "", 10, 1})
	w.row(run{w.each(func(s Side) string { return s.Title }), "B", 13, 2})
	w.row(run{w.each(func(s Side) string { return s.Draft }), "", 8, 3})
}

func (w *sheet) facts() {
	for i := range w.doc.Main().Facts {
		w.row(run{w.each(func(s Side) string { return s.Facts[i].Name }), "", 8, 0})
		w.row(run{w.each(func(s Side) string { return s.Facts[i].Text }), "B", 10, 1.5})
	}
	w.SetY(w.GetY() + 2)
}

// across sets one block of every language beside the others. A heading does not
// stand alone at the foot of a page.
func (w *sheet) across(of func(Side) Block) {
	if w.GetY()+16 > w.bottom {
		w.AddPage()
	}
	w.row(run{w.each(func(s Side) string { return of(s).Heading }), "B", 10, 0.5})
	most := 0
	for _, s := range w.doc.Sides {
		most = max(most, len(of(s).Lines))
	}
	for n := range most {
		w.row(run{w.each(func(s Side) string {
			if n < len(of(s).Lines) {
				return of(s).Lines[n]
			}
			return ""
		}), "", 10, 0.5})
	}
	w.SetY(w.GetY() + 2.5)
}

// wide sets what the decider wrote, over the whole width.
func (w *sheet) wide(text string) {
	column := w.column
	w.column = w.width
	w.row(run{[]string{text}, "", 10, 4})
	w.column = column
}

// code is the code of the copy, and the same as a picture for a telephone.
func (w *sheet) code(on Printed) {
	if w.GetY()+picSide > w.bottom {
		w.AddPage()
	}
	top := w.GetY()
	w.picture(on.Link, edge+w.width-picSide, top)
	w.SetFont(face, "B", 12)
	w.CellFormat(w.width-picSide-gutter, 8, on.Code, "", 1, "L", false, 0, "")
	w.SetFont(face, "", 8)
	for _, line := range w.SplitText(Short(on.Link), w.width-picSide-gutter) {
		w.CellFormat(w.width-picSide-gutter, 4, line, "", 1, "L", false, 0, "")
	}
	w.SetXY(edge, top+picSide+2)
}

// picture draws the squares of a link. A link too long for one has none.
func (w *sheet) picture(link string, x, y float64) {
	code, err := qr.Encode(link, qr.M)
	if link == "" || err != nil {
		return
	}
	unit := picSide / float64(code.Size)
	for row := range code.Size {
		for col := range code.Size {
			if code.Black(col, row) {
				w.Rect(x+float64(col)*unit, y+float64(row)*unit, unit, unit, "F")
			}
		}
	}
}

func (w *sheet) signs() {
	for i := range w.doc.Main().Signs {
		if w.GetY()+16 > w.bottom {
			w.AddPage()
		}
		w.SetY(w.GetY() + 9)
		w.Line(edge, w.GetY(), edge+w.width, w.GetY())
		w.SetY(w.GetY() + 1)
		w.row(run{w.each(func(s Side) string { return s.Signs[i].Name }), "", 8, 0})
	}
}
