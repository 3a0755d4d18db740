package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"pana/internal/desk"
)

// drawing is a procedure laid out: a lane a body, from left to right as it goes.
// States differ by line and word, not by colour alone, and the same content
// stands under it as a list.
type drawing struct {
	Frame  Frame
	ID     string
	Title  string
	Width  int
	Height int
	Lanes  []laneBox
	Boxes  []stateBox
	Arrows []arrow
	Desc   string // how to read it
	Live   bool   // something has happened in it
}

type laneBox struct {
	Y, H, W int
	Words   []textLine
}

type stateBox struct {
	X, Y, W, H int
	State      string
	Value      string
	Word       string // here, passed, possible, closed
	Why        string
	Lines      []textLine
	Lane       string
}

type textLine struct {
	X, Y int
	Text string
	Fit  int // as wide as the line may be, when the word is longer; 0: it fits
}

type arrow struct {
	Path  string
	Class string
	Head  string
	From  string
	To    string
	Step  string
}

// Sizes of the drawing, on an 8 px grid.
const (
	boxW, boxH   = 152, 72
	gapX, gapY   = 44, 32
	laneW, edge  = 144, 16
	lineHeight   = 17
	lettersALine = 16
	lettersABox  = 15 // of one word; a longer is drawn narrower
)

// isLive says that something has happened in it.
func isLive(p desk.Picture) bool {
	return slices.ContainsFunc(p.States, func(s desk.PictureState) bool { return s.State == "been" }) ||
		slices.ContainsFunc(p.Steps, func(s desk.PictureStep) bool { return s.State == "been" })
}

func draw(f Frame, p desk.Picture, n int) drawing {
	d := drawing{Frame: f, ID: "pic" + strconv.Itoa(n), Title: f.Or("procedure."+p.Procedure, "picture.title"), Desc: f.T("picture.desc")}
	rows, columns := max(1, len(p.Lanes)), 1
	p.States = closeUp(p.States)
	for _, s := range p.States {
		columns, rows = max(columns, s.Column+1), max(rows, s.Lane+1)
	}
	d.Width = edge + laneW + columns*(boxW+gapX)
	d.Height = edge + rows*(boxH+gapY)
	for i, lane := range p.Lanes {
		y := edge/2 + i*(boxH+gapY)
		d.Lanes = append(d.Lanes, laneBox{Y: y, H: boxH + gapY - 8, W: d.Width - edge, Words: wrap(f.Or("body."+lane, "lane."+lane, "body_kind.other"), edge+laneW/2, y+(boxH+gapY)/2)})
	}
	return d.filled(f, p)
}

// closeUp leaves out columns in which nothing stands, so that the letters stay
// large enough to read.
func closeUp(states []desk.PictureState) []desk.PictureState {
	var used []int
	for _, s := range states {
		if !slices.Contains(used, s.Column) {
			used = append(used, s.Column)
		}
	}
	slices.Sort(used)
	out := slices.Clone(states)
	for i := range out {
		out[i].Column = slices.Index(used, out[i].Column)
	}
	return out
}

func (d drawing) filled(f Frame, p desk.Picture) drawing {
	at := map[string]stateBox{}
	for _, s := range p.States {
		b := stateBox{
			X: edge + laneW + s.Column*(boxW+gapX), Y: edge + 8 + s.Lane*(boxH+gapY), W: boxW, H: boxH,
			State: s.State, Value: f.Or("var."+s.Value, "var.other"), Word: f.Or("state."+s.State, "law.change."+s.State),
		}
		if s.Why != "" {
			b.Why = f.Or(s.Why, "why.other")
		}
		if s.Lane < len(p.Lanes) {
			b.Lane = f.Or("body."+p.Lanes[s.Lane], "lane."+p.Lanes[s.Lane], "body_kind.other")
		}
		b.Lines = wrap(f.Or("var."+s.Value+".short", "var."+s.Value, "var.other"), b.X+b.W/2, b.Y+b.H/2)
		at[s.Value] = b
		if _, value, ok := strings.Cut(s.Value, "."); ok {
			at[value] = b // steps name the value alone
		}
		d.Boxes = append(d.Boxes, b)
	}
	for _, s := range p.Steps {
		from, known := at[s.From]
		to, also := at[s.To]
		if known && also && s.From != s.To {
			d.Arrows = append(d.Arrows, arrow{
				Path: route(from, to), Class: "a-" + s.State, Head: d.ID + "-head", From: from.Value, To: to.Value, Step: f.Or("step."+s.ID, "step.other"),
			})
		}
	}
	return d
}

// route leaves a box on the side that faces the other and arrives likewise.
func route(a, b stateBox) string {
	n := func(x int) string { return strconv.Itoa(x) }
	ax, ay, bx, by := a.X+a.W, a.Y+a.H/2, b.X, b.Y+b.H/2
	switch {
	case b.X > a.X: // onwards
		mid := (ax + bx) / 2
		return "M" + n(ax) + " " + n(ay) + "C" + n(mid) + " " + n(ay) + " " + n(mid) + " " + n(by) + " " + n(bx-2) + " " + n(by)
	case b.X == a.X && b.Y > a.Y: // down a lane
		return "M" + n(a.X+a.W/2) + " " + n(a.Y+a.H) + "V" + n(b.Y-2)
	case b.X == a.X:
		return "M" + n(a.X+a.W/2) + " " + n(a.Y) + "V" + n(b.Y+b.H+2)
	default: // back: over the top
		top := min(a.Y, b.Y) - 14
		return "M" + n(a.X+a.W/2) + " " + n(a.Y) + "C" + n(a.X+a.W/2) + " " + n(top) + " " + n(b.X+b.W/2) + " " + n(top) + " " + n(b.X+b.W/2) + " " + n(b.Y-2)
	}
}

// wrap breaks a label into at most three centred lines.
func wrap(s string, x, y int) []textLine {
	var lines []string
	for _, word := range strings.Fields(s) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= lettersALine {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	if len(lines) > 3 {
		lines = append(lines[:2], lines[2]+"…")
	}
	out := make([]textLine, 0, len(lines))
	for i, line := range lines {
		one := textLine{X: x, Y: y + 5 + i*lineHeight - (len(lines)-1)*lineHeight/2, Text: line}
		if utf8.RuneCountInString(line) > lettersABox && !strings.Contains(line, " ") {
			one.Fit = boxW - 12
		}
		out = append(out, one)
	}
	return out
}

// Here is the box of the person's own state, for the text equivalent.
func (d drawing) Here() string {
	i := slices.IndexFunc(d.Boxes, func(b stateBox) bool { return b.State == "here" })
	if i < 0 {
		return ""
	}
	return d.Boxes[i].Value
}
