// Package storetest is what a store must do, told once and asked of each
// database, with a model small enough to see through.
package storetest

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pana/internal/casework"
	"pana/internal/withheld"
)

// Wrote is the toy's one event: a line is put under a name, or taken away.
type Wrote struct {
	Name   string        `json:"name"`
	Text   withheld.Text `json:"text,omitzero"`
	Region string        `json:"region,omitempty"`
	Body   string        `json:"body,omitempty"`
	Gone   bool          `json:"gone,omitempty"`
	Due    time.Time     `json:"due,omitzero"`

	Blob *casework.Blob `json:"blob,omitempty"` // content beside the event
	Salt string         `json:"salt,omitempty"` // with it the leaf commits to Name
}

// CommitsTo makes its leaf commit to its name.
func (w Wrote) CommitsTo() (salt, digest [32]byte, ok bool) {
	return sha256.Sum256([]byte(w.Salt)), sha256.Sum256([]byte(w.Name)), w.Salt != ""
}

// EventType names it.
func (Wrote) EventType() (string, int) { return "toy.wrote", 1 }

// Pad is the state of a toy stream.
type Pad struct {
	ref   casework.Ref
	seq   uint64
	Lines map[string]Wrote
	Count int
}

// Ref and Seq make it a state.
func (p *Pad) Ref() casework.Ref { return p.ref }

// Seq is the number of the last event.
func (p *Pad) Seq() uint64 { return p.seq }

// Model is the toy's casework.
type Model struct {
	MoreColumns bool
	NoText      bool // nothing is sealed in the index
}

// Fold adds lines or takes them away.
func (Model) Fold(s casework.State, events ...casework.Event) (casework.State, error) {
	for _, e := range events {
		next, err := fold(s, e)
		if err != nil {
			return nil, err
		}
		s = next
	}
	return s, nil
}

func fold(s casework.State, e casework.Event) (casework.State, error) {
	w, ok := e.Payload.(Wrote)
	if !ok {
		return nil, fmt.Errorf("storetest: a payload of type %T", e.Payload)
	}
	next := &Pad{ref: e.Stream, seq: e.Seq, Lines: map[string]Wrote{}}
	if before, ok := s.(*Pad); ok {
		next.Count = before.Count
		for k, v := range before.Lines {
			next.Lines[k] = v
		}
	}
	next.Count++
	next.Lines[w.Name] = w
	if w.Gone {
		delete(next.Lines, w.Name)
	}
	return next, nil
}

// Rows gives a row a pad, a row a line and a relation a line with a body.
func (m Model) Rows(s casework.State) []casework.Row {
	p, ok := s.(*Pad)
	if !ok {
		return nil
	}
	head := []any{int64(p.Count), len(p.Lines) == 0}
	if m.MoreColumns {
		head = append(head, int64(len(p.Lines)))
	}
	rows := []casework.Row{{Table: "pads", Values: head}}
	related := map[string]bool{}
	for name, w := range p.Lines {
		values := []any{name, w.Region, w.Text.Reveal(), w.Due}
		if m.NoText {
			values = slices.Delete(values, 2, 3)
		}
		rows = append(rows, casework.Row{Table: "pad_lines", Values: values})
		if w.Blob != nil {
			rows = append(rows, casework.Row{Table: casework.AttachmentsTable, Values: []any{string(w.Blob.ID), w.Blob.Sealed, int64(w.Blob.Chunks)}})
		}
		if w.Body != "" && !related[w.Body] {
			related[w.Body] = true
			rows = append(rows, casework.Row{Table: "relations", Values: []any{w.Body, "asked"}})
		}
	}
	return rows
}

// Tables declares them.
func (m Model) Tables() []casework.Table {
	pads := casework.Table{Name: "pads", Columns: []casework.Column{
		{Name: "count_all", Type: casework.IntColumn}, {Name: "blank", Type: casework.BoolColumn},
	}}
	if m.MoreColumns {
		pads.Columns = append(pads.Columns, casework.Column{Name: "count_now", Type: casework.IntColumn})
	}
	lines := []casework.Column{{Name: "name", Key: true}, {Name: "region"}, {Name: "text", Sealed: true}, {Name: "due", Type: casework.TimeColumn}}
	if m.NoText {
		lines = slices.Delete(lines, 2, 3)
	}
	return []casework.Table{pads,
		{Name: "pad_lines", Columns: lines},
		{Name: "relations", Columns: []casework.Column{{Name: "body_id", Key: true}, {Name: "relation", Key: true}}},
		{Name: casework.AttachmentsTable, Columns: []casework.Column{{Name: "attachment_id", Key: true}, {Name: "sealed"}, {Name: "chunks", Type: casework.IntColumn}}},
	}
}

// Encode writes a payload.
func (Model) Encode(p casework.Payload) ([]byte, error) { return withheld.Encode(p) }

// Decode reads it.
func (Model) Decode(typ string, version int, b []byte) (casework.Payload, error) {
	if typ != "toy.wrote" || version != 1 {
		return nil, fmt.Errorf("storetest: unknown event %s %d", typ, version)
	}
	var w Wrote
	err := json.Unmarshal(b, &w)
	return w, err
}
