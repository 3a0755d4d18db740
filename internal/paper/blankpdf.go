package paper

import (
	"bytes"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Measures of a blank form, in millimetres. A line is as far from the next as a
// hand needs that writes on a car's bonnet.
const (
	boxSide  = 4.0
	lineStep = 9.0
	indent   = boxSide + 2.5
)

// BlankPDF prints forms one after another, each from a new page, black on white
// and without a tint, so that a copy of a copy can be read.
func BlankPDF(forms []Blank, at time.Time, demo string) ([]byte, error) {
	pages := make([]int, len(forms))
	for range 2 { // the first time counts the pages, for the foot of the second
		w := newBlankSheet(forms, at, demo, pages)
		for i := range forms {
			w.form(i)
		}
		if w.Err() {
			return nil, fmt.Errorf("paper: blank: %w", w.Error())
		}
		if w.counted(pages) {
			var out bytes.Buffer
			if err := w.Output(&out); err != nil {
				return nil, fmt.Errorf("paper: blank pdf: %w", err)
			}
			return out.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("paper: blank: pages of %d forms do not settle", len(forms))
}

// blankSheet is a sheet that knows which form it is in.
type blankSheet struct {
	*sheet
	forms []Blank
	known []int // pages of each form, once they were counted
	now   int
	begun []int // first page of each form
}

func newBlankSheet(forms []Blank, at time.Time, demo string, known []int) *blankSheet {
	w := &blankSheet{forms: forms, known: known}
	w.sheet = plainSheet(Printed{At: at, Demo: demo}, forms[0].Title[0], forms[0].Langs[0])
	w.SetFooterFunc(w.foot)
	return w
}

// foot is the form's code and edition, and which page of it this is.
func (w *blankSheet) foot() {
	if len(w.begun) == 0 {
		return
	}
	form, page := w.forms[w.now], w.PageNo()-w.begun[w.now]+1
	w.SetY(-foot + 4)
	w.Line(edge, w.GetY(), edge+w.width, w.GetY())
	w.SetFont(face, "B", 8)
	w.CellFormat(w.width*0.75, 4, form.Code+" · "+form.Edition, "", 0, "L", false, 0, "")
	w.CellFormat(w.width*0.25, 4, fmt.Sprintf("%d / %d", page, max(page, w.known[w.now])), "", 1, "R", false, 0, "")
	w.small(form.Foot, foot-8)
}

// counted says that the pages are as many as the feet say, and else keeps them.
func (w *blankSheet) counted(pages []int) bool {
	same := true
	for i := range w.begun {
		end := w.PageNo() + 1
		if i+1 < len(w.begun) {
			end = w.begun[i+1]
		}
		same = same && pages[i] == end-w.begun[i]
		pages[i] = end - w.begun[i]
	}
	return same
}

func (w *blankSheet) form(i int) {
	w.AddPage() // its foot is still the form's before
	w.now, w.begun = i, append(w.begun, w.PageNo())
	f := w.forms[i]
	w.said(f.Title, "B", 13, 1)
	w.said(f.Draft, "", 7.5, 1)
	for _, h := range f.Head {
		w.said(h, "", 9, 1)
	}
	for _, n := range f.First {
		w.framed(n)
	}
	for _, a := range f.Asks {
		w.ask(a)
	}
	for _, s := range f.Signs {
		w.room(14)
		w.SetY(w.GetY() + 9)
		w.Line(edge, w.GetY(), edge+w.width*0.7, w.GetY())
		w.SetY(w.GetY() + 1)
		w.said(s, "", 8, 0)
	}
	w.SetY(w.GetY() + 3)
	for _, n := range f.After {
		w.note(n)
	}
}

// room begins a new page when so much does not fit any more.
func (w *blankSheet) room(high float64) {
	if w.GetY()+high > w.bottom {
		w.AddPage()
	}
}

// said sets a text in its languages under each other, the first as it is asked
// for and the others lighter in size.
func (w *blankSheet) said(s Said, style string, size, after float64) {
	for i, text := range s {
		if text == "" {
			continue
		}
		gap := 0.0
		if i == len(s)-1 {
			gap = after
		}
		if i > 0 {
			style, size = "", min(size, 8.5)
		}
		w.row(run{[]string{text}, style, size, gap})
	}
}

func (w *blankSheet) note(n Note) {
	w.room(14)
	w.said(n.Heading, "B", 9.5, 0.5)
	for _, line := range n.Lines {
		w.said(line, "", 8.5, 0.8)
	}
	w.SetY(w.GetY() + 1.5)
}

// framed is a note that nobody may pass over: a bar stands at its side.
func (w *blankSheet) framed(n Note) {
	w.room(20)
	page, top := w.PageNo(), w.GetY()
	w.note(n)
	if w.PageNo() == page {
		w.Rect(edge-4, top, 1.2, w.GetY()-top-1.5, "F")
	}
}

func (w *blankSheet) ask(a Ask) {
	w.room(18)
	if !a.Section.Empty() {
		w.SetY(w.GetY() + 2)
		w.said(a.Section, "B", 11.5, 1.5)
	}
	w.said(marked(a), "B", 10, 0.3)
	w.said(a.OnlyIf, "", 8.5, 0.3)
	w.said(a.Why, "", 8, 0.5)
	w.boxes(a.Boxes)
	for range a.Lines {
		w.room(lineStep)
		w.SetY(w.GetY() + lineStep - 1)
		w.Line(edge, w.GetY(), edge+w.width, w.GetY())
		w.SetY(w.GetY() + 1)
	}
	w.SetY(w.GetY() + 2.5)
}

// marked is the question with whether it must be answered, in each language.
func marked(a Ask) Said {
	out := make(Said, len(a.Label))
	for i := range a.Label {
		out[i] = a.Label[i]
		if i < len(a.Mark) && a.Mark[i] != "" {
			out[i] += "  (" + a.Mark[i] + ")"
		}
	}
	return out
}

// boxes stand in two columns where every answer is short, else under each other.
func (w *blankSheet) boxes(list []Box) {
	n := 1
	if len(list) > 2 && !slices.ContainsFunc(list, long) {
		n = 2
	}
	w.SetFont(face, "", 9.5)
	for row := range slices.Chunk(list, n) {
		w.room(boxSide + 1.5 + 4*float64(len(row[0].Label)-1))
		top, bottom := w.GetY(), 0.0
		for i, b := range row {
			w.SetY(top)
			w.box(b, edge+float64(i)*w.width/float64(n), w.width/float64(n))
			bottom = max(bottom, w.GetY())
		}
		w.SetY(bottom)
	}
}

// shortBox is how many letters stand beside a box in half the width.
const shortBox = 36

func long(b Box) bool {
	return slices.ContainsFunc(b.Label, func(s string) bool { return utf8.RuneCountInString(s) > shortBox })
}

func (w *blankSheet) box(b Box, x, wide float64) {
	top := w.GetY()
	w.Rect(x, top+0.4, boxSide, boxSide, "D")
	column, left := w.column, w.left
	w.column, w.left = wide-indent, x+indent
	w.said(b.Label, "", 9.5, 0)
	w.column, w.left = column, left
	w.SetY(max(w.GetY(), top+boxSide) + 0.9)
}
