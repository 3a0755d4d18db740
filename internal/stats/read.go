package stats

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Input is what a file says: a capture table of several lists, or how often the
// people of one list came.
type Input struct {
	Table *Table // of two lists and more
	// Other are the same lists linked at other thresholds, from the strictest.
	Other []Threshold
	// Links says how many true links linkage finds; nil when nothing is said.
	Links *Links

	Contacts   Contacts // of one list
	Formula    string
	Regression []Seen

	// Invented says that nobody in the table is anybody.
	Invented bool
	// Unread are names that nothing here reads.
	Unread []string
}

// Threshold is a table made by linking at a probability.
type Threshold struct {
	At    float64
	Table *Table
}

// ReadError is what is wrong with a file, where, and what to do.
type ReadError struct {
	Line, Column int
	What         string
}

func (e *ReadError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.What)
}

// mostPeople is the most that a file can count: a bootstrap draws each of them.
const mostPeople = 10_000_000

// deepest is how many values may stand in one another.
const deepest = 8

// Read reads a file: UTF-8, with or without a mark of it, or UTF-16 with one.
// Nothing is guessed: a cell that is there twice, a digit that is not 0 or 1, or a
// count that is not whole is refused with its line and column. docs/estimating.md
// says what a file may hold.
func Read(file []byte) (*Input, error) {
	r := &reader{}
	if err := r.decode(file); err != nil {
		return nil, err
	}
	if err := r.document(); err != nil {
		return nil, r.syntax(err)
	}
	return r.input()
}

// reader keeps what was read until all of it is there: cells may stand before the
// lists that they are of.
type reader struct {
	text []byte
	d    *jsontext.Decoder

	seen        map[string]int // offset of each name at the top
	lists       []placed[string]
	cells       []placed[int64]
	never       []placed[string]
	thresholds  []thresholdRead
	invented    bool
	recall      *placed[float64]
	pairs       []placed[float64]
	frequencies []placed[int64]
	columns     []placed[string]
	rows        [][]placed[any]
	formula     placed[string]
	reference   []placed[string]
	total       *placed[int64]
	unread      []string
}

// placed is a value with where it stands, and its name if it has one.
type placed[T any] struct {
	name  string
	value T
	at    int
}

type thresholdRead struct {
	at    *placed[float64]
	cells []placed[int64]
	start int
}

func (r *reader) decode(file []byte) error {
	switch {
	case bytes.HasPrefix(file, []byte{0xEF, 0xBB, 0xBF}):
		file = file[3:]
	case bytes.HasPrefix(file, []byte{0xFF, 0xFE}):
		file = wide(file[2:], binary.LittleEndian)
	case bytes.HasPrefix(file, []byte{0xFE, 0xFF}):
		file = wide(file[2:], binary.BigEndian)
	}
	r.text = file
	for at := 0; at < len(file); {
		c, n := utf8.DecodeRune(file[at:])
		if c == utf8.RuneError && n == 1 {
			return r.wrong(at, "this is not UTF-8: save the file as UTF-8")
		}
		at += n
	}
	if len(bytes.TrimSpace(file)) == 0 {
		return r.wrong(0, "the file is empty: write {\"lists\": […], \"cells\": {…}}")
	}
	return nil
}

func wide(file []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(file)/2)
	for i := range units {
		units[i] = order.Uint16(file[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// wrong places an error. Columns count characters, from 1.
func (r *reader) wrong(at int, format string, args ...any) error {
	before := r.text[:min(at, len(r.text))]
	line := bytes.Count(before, []byte("\n")) + 1
	last := before[bytes.LastIndexByte(before, '\n')+1:]
	return &ReadError{line, utf8.RuneCount(last) + 1, fmt.Sprintf(format, args...)}
}

// syntax places what the decoder says; what was placed already stays.
func (r *reader) syntax(err error) error {
	if _, ok := errors.AsType[*ReadError](err); ok {
		return err
	}
	if wrong, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return r.wrong(int(wrong.ByteOffset), "this is not JSON: %v", wrong.Err)
	}
	return r.wrong(len(r.text), "the file ends too early: is a bracket missing?")
}

func (r *reader) document() error {
	r.seen = map[string]int{}
	r.d = jsontext.NewDecoder(bytes.NewReader(r.text), jsontext.AllowDuplicateNames(true))
	err := r.object("the file", func(name string, at int) error {
		if first, twice := r.seen[name]; twice {
			return r.wrong(at, "%q stands twice, first on line %d", name, r.line(first))
		}
		r.seen[name] = at
		return r.field(name)
	})
	if err != nil {
		return err
	}
	at := r.next()
	if _, err := r.d.ReadToken(); err != io.EOF {
		return r.wrong(at, "something follows the last bracket")
	}
	return nil
}

func (r *reader) field(name string) (err error) {
	switch name {
	case "lists":
		r.lists, err = r.texts(name)
	case "cells":
		r.cells, err = r.counts(name)
	case "never":
		r.never, err = r.texts(name)
	case "tables":
		err = r.array(name, r.threshold)
	case "linkage":
		err = r.object(name, r.linkage)
	case "frequencies":
		r.frequencies, err = r.counts(name)
	case "columns":
		r.columns, err = r.texts(name)
	case "rows":
		err = r.array(name, r.row)
	case "formula":
		r.formula, err = r.word(name)
	case "reference":
		r.reference, err = r.texts(name)
	case "observed_total", "n":
		var c placed[int64]
		c, err = r.whole(name)
		r.total = &c
	case "invented":
		err = r.yesOrNo(name)
	case "id", "title", "about", "note", "sources", "licence", "expectations": // told by a file of itself
		err = r.d.SkipValue()
	default:
		r.unread = append(r.unread, name)
		err = r.d.SkipValue()
	}
	return err
}

// yesOrNo reads whether everybody in the table is invented.
func (r *reader) yesOrNo(name string) error {
	at := r.next()
	token, err := r.d.ReadToken()
	if err != nil {
		return err
	}
	if kind := token.Kind(); kind != 't' && kind != 'f' {
		return r.wrong(at, "%q is true or false", name)
	}
	r.invented = token.Bool()
	return nil
}

func (r *reader) threshold() error {
	t := thresholdRead{start: r.next()}
	err := r.object("a table", func(name string, at int) (err error) {
		switch name {
		case "threshold":
			t.at, err = r.share(name)
		case "cells":
			t.cells, err = r.counts(name)
		default:
			return r.wrong(at, "a table of a threshold has \"threshold\" and \"cells\", not %q", name)
		}
		return err
	})
	r.thresholds = append(r.thresholds, t)
	return err
}

func (r *reader) linkage(name string, at int) (err error) {
	switch name {
	case "recall":
		r.recall, err = r.share(name)
	case "pairs":
		err = r.object(name, func(pair string, at int) error {
			share, err := r.share(pair)
			if err == nil {
				r.pairs = append(r.pairs, placed[float64]{pair, share.value, at})
			}
			return err
		})
	default:
		err = r.wrong(at, "linkage has \"recall\" and \"pairs\", not %q", name)
	}
	return err
}

func (r *reader) row() error {
	var row []placed[any]
	err := r.array("a row", func() error {
		at := r.next()
		switch kind := r.d.PeekKind(); kind {
		case '"':
			w, err := r.word("a row")
			row = append(row, placed[any]{value: w.value, at: at})
			return err
		default:
			n, err := r.whole("a row")
			row = append(row, placed[any]{value: n.value, at: at})
			return err
		}
	})
	r.rows = append(r.rows, row)
	return err
}

// next is where the next token begins.
func (r *reader) next() int {
	at := int(r.d.InputOffset())
	for at < len(r.text) && strings.IndexByte(" \t\r\n,:", r.text[at]) >= 0 {
		at++
	}
	return at
}

func (r *reader) line(at int) int { return bytes.Count(r.text[:at], []byte("\n")) + 1 }

func (r *reader) object(what string, each func(name string, at int) error) error {
	at := r.next()
	if r.d.PeekKind() != '{' {
		return r.expected(at, "%s must be an object, in { }", what)
	}
	if r.d.StackDepth() >= deepest {
		return r.wrong(at, "values stand too deep in one another")
	}
	if _, err := r.d.ReadToken(); err != nil {
		return err
	}
	for r.d.PeekKind() == '"' {
		at := r.next()
		t, err := r.d.ReadToken()
		if err != nil {
			return err
		}
		if err := each(t.String(), at); err != nil {
			return err
		}
	}
	_, err := r.d.ReadToken()
	return err
}

func (r *reader) array(what string, each func() error) error {
	at := r.next()
	if r.d.PeekKind() != '[' {
		return r.expected(at, "%s must be a list, in [ ]", what)
	}
	if _, err := r.d.ReadToken(); err != nil {
		return err
	}
	for kind := r.d.PeekKind(); kind != ']' && kind != 0; kind = r.d.PeekKind() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err := r.d.ReadToken()
	return err
}

// expected prefers the decoder's own complaint when there is no value at all.
func (r *reader) expected(at int, format string, args ...any) error {
	if r.d.PeekKind() == 0 {
		if _, err := r.d.ReadToken(); err != nil {
			return err
		}
	}
	return r.wrong(at, format, args...)
}

func (r *reader) word(what string) (placed[string], error) {
	at := r.next()
	if r.d.PeekKind() != '"' {
		return placed[string]{}, r.expected(at, "%s must be in quotes", what)
	}
	t, err := r.d.ReadToken()
	if err != nil {
		return placed[string]{}, err
	}
	return placed[string]{value: t.String(), at: at}, nil
}

func (r *reader) texts(what string) (out []placed[string], err error) {
	out = []placed[string]{}
	err = r.array(what, func() error {
		w, err := r.word("each of " + what)
		out = append(out, w)
		return err
	})
	return out, err
}

func (r *reader) number(what string) (string, int, error) {
	at := r.next()
	if r.d.PeekKind() != '0' {
		return "", at, r.expected(at, "%s must be a number, without quotes", what)
	}
	v, err := r.d.ReadValue()
	return string(v), at, err
}

// whole reads a count.
func (r *reader) whole(what string) (placed[int64], error) {
	text, at, err := r.number(what)
	if err != nil {
		return placed[int64]{}, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case strings.HasPrefix(text, "-"):
		return placed[int64]{}, r.wrong(at, "%s is %s: a count of people is 0 or more", what, text)
	case errors.Is(err, strconv.ErrRange) || n > mostPeople:
		return placed[int64]{}, r.wrong(at, "%s is more than %d people: that is beyond what is drawn here", what, mostPeople)
	case err != nil:
		return placed[int64]{}, r.wrong(at, "%s is %s: people are counted whole. Where links are uncertain, give the linked counts and \"linkage\": {\"recall\": …}", what, text)
	}
	return placed[int64]{value: n, at: at}, nil
}

// share reads a number above 0 and at most 1.
func (r *reader) share(what string) (*placed[float64], error) {
	text, at, err := r.number(what)
	if err != nil {
		return nil, err
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x > 0 && x <= 1) {
		return nil, r.wrong(at, "%s is %s: it is a share, above 0 and at most 1", what, text)
	}
	return &placed[float64]{value: x, at: at}, nil
}

func (r *reader) counts(what string) (out []placed[int64], err error) {
	out = []placed[int64]{}
	seen := map[string]int{}
	err = r.object(what, func(name string, at int) error {
		if first, twice := seen[name]; twice {
			return r.wrong(at, "%q stands twice in %s, first on line %d: which of the two counts is meant?", name, what, r.line(first))
		}
		seen[name] = at
		n, err := r.whole(strconv.Quote(name))
		out = append(out, placed[int64]{name, n.value, at})
		return err
	})
	return out, err
}

// input makes sense of what was read.
func (r *reader) input() (*Input, error) {
	in := &Input{Unread: r.unread, Invented: r.invented}
	_, cells := r.seen["cells"]
	_, lists := r.seen["lists"]
	_, one := r.seen["frequencies"]
	switch {
	case cells && lists:
		return in, r.several(in)
	case lists && !one:
		return nil, r.wrong(len(r.text), "\"cells\" is missing: how many people were on exactly which lists, as {\"101\": 7}")
	case cells:
		return nil, r.wrong(len(r.text), "\"lists\" is missing: the names of the lists, in the order of the digits of a cell")
	case one:
		return in, r.single(in)
	}
	return nil, r.wrong(len(r.text), "there is neither \"lists\" with \"cells\" nor \"frequencies\" (how often the people of one list came)")
}

func (r *reader) several(in *Input) (err error) {
	at := r.seen["lists"]
	if len(r.lists) == 0 || len(r.lists) > MaxLists {
		return r.wrong(at, "there are %d lists: a table has 2 to %d", len(r.lists), MaxLists)
	}
	var names []string
	for _, l := range r.lists {
		if strings.TrimSpace(l.value) == "" || strings.ContainsFunc(l.value, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			return r.wrong(l.at, "a list needs a name that can be printed")
		}
		if slices.Contains(names, l.value) {
			return r.wrong(l.at, "two lists are called %q", l.value)
		}
		names = append(names, l.value)
	}
	if len(names) == 1 {
		return r.wrong(r.lists[0].at, "one list alone does not overlap: give \"frequencies\", how often its people came")
	}
	if in.Table, err = r.table(names, r.cells); err != nil {
		return err
	}
	if t := r.total; t != nil && float64(t.value) != in.Table.Observed() {
		return r.wrong(t.at, "the total is said to be %d, but the cells add up to %.0f", t.value, in.Table.Observed())
	}
	for _, t := range r.thresholds {
		if t.at == nil {
			return r.wrong(t.start, "this table does not say its threshold")
		}
		table, err := r.table(names, t.cells)
		if err != nil {
			return err
		}
		in.Other = append(in.Other, Threshold{t.at.value, table})
	}
	return r.links(in)
}

// table fills cells in; structural zeros are the same in each.
func (r *reader) table(names []string, cells []placed[int64]) (*Table, error) {
	t := NewTable(names...)
	for _, n := range r.never {
		c, err := r.cell(n.value, n.at, len(names))
		if err != nil {
			return nil, err
		}
		t.Never = append(t.Never, c)
	}
	for _, n := range cells {
		c, err := r.cell(n.name, n.at, len(names))
		if err != nil {
			return nil, err
		}
		if n.value > 0 && slices.Contains(t.Never, c) {
			return nil, r.wrong(n.at, "%q has %d people, and \"never\" says that nobody can be there", n.name, n.value)
		}
		t.Count[c] = float64(n.value)
	}
	if t.Observed() > mostPeople {
		return nil, r.wrong(r.seen["cells"], "these are more than %d people: that is beyond what is drawn here", mostPeople)
	}
	return t, nil
}

func (r *reader) cell(name string, at, lists int) (c Cell, err error) {
	if len(name) != lists {
		return 0, r.wrong(at, "cell %q has %d digits, and there are %d lists", name, utf8.RuneCountInString(name), lists)
	}
	for i, digit := range name {
		switch digit {
		case '1':
			c |= 1 << i
		case '0':
		default:
			return 0, r.wrong(at, "cell %q: %q is neither 0 (not on the list) nor 1 (on it)", name, digit)
		}
	}
	if c == 0 {
		return 0, r.wrong(at, "cell %q is of people on no list: nobody has counted them, and how many they are is what is asked", name)
	}
	return c, nil
}

func (r *reader) links(in *Input) error {
	if r.recall == nil && len(r.pairs) == 0 {
		return nil
	}
	overall := 1.0
	if r.recall != nil {
		overall = r.recall.value
	}
	in.Links = NewLinks(len(in.Table.Lists), overall)
	for _, p := range r.pairs {
		c, err := r.cell(p.name, p.at, len(in.Table.Lists))
		if err != nil {
			return err
		}
		if c.size() != 2 {
			return r.wrong(p.at, "%q is not a pair: write two 1s", p.name)
		}
		in.Links.set(c, p.value)
	}
	return nil
}
