package casework

import (
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A dispute is somebody's word that a cell of the guarantees is wrong. It is a
// stream about the pack. What was said is sealed and shown to nobody but those
// who answer, until one of them has: it may name somebody.

// DisputeReply is how long an answer may take: the service's own standard, on
// the pack's calendar, and said to be that.
const DisputeReply = "15 working days"

// Longest texts of a dispute, in characters.
const (
	maxDisputeText   = 4000
	maxDisputeSource = 500
	maxSpeaker       = 120
)

// DisputeMade says what is held to be wrong of one cell, and what the cell said
// then. Who speaks is asked for and may stay empty; nothing else is kept of them.
type DisputeMade struct {
	Property string        `json:"property"`
	Column   string        `json:"column"` // 2019-03-01/law
	Verdict  string        `json:"verdict,omitempty"`
	Text     withheld.Text `json:"text"`
	Source   withheld.Text `json:"source,omitzero"`
	Speaker  withheld.Text `json:"speaker,omitzero"`
	Lang     string        `json:"lang,omitempty"`
	ReplyDue time.Time     `json:"reply_due"`
}

// DisputeAnswered is the dated reply. Show says whether what was disputed is
// printed beside it: who answers has read whether it names somebody.
type DisputeAnswered struct {
	Text withheld.Text `json:"text"`
	Show bool          `json:"show,omitempty"`
}

func (DisputeMade) EventType() (string, int)     { return "dispute.made", 1 }
func (DisputeAnswered) EventType() (string, int) { return "dispute.answered", 1 }

// Dispute is one dispute with its reply.
type Dispute struct {
	ID       id.Dispute
	Property string
	Column   string
	Verdict  string
	Text     withheld.Text
	Source   withheld.Text
	Speaker  withheld.Text
	Lang     string
	At       time.Time
	ReplyDue time.Time
	Answered time.Time
	By       id.Body
	ByWorker id.Worker
	ByKind   string
	Reply    withheld.Text
	Show     bool
	seq      uint64
}

func (d *Dispute) Ref() Ref    { return Ref{PackStream, string(d.ID)} }
func (d *Dispute) Seq() uint64 { return d.seq }

// Cell is the address of what is disputed: E04/2019-03-01/law.
func (d *Dispute) Cell() string { return d.Property + "/" + d.Column }

// MakeDispute records a dispute of a cell.
func MakeDispute(dispute id.Dispute, in DisputeMade, m Moment) (Decision, error) {
	var f fields
	f.said("dispute_text", in.Text, maxDisputeText, true)
	f.said("dispute_source", in.Source, maxDisputeSource, false)
	f.said("dispute_speaker", in.Speaker, maxSpeaker, false)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	due, err := m.due(DisputeReply)
	if err != nil {
		return Decision{}, err
	}
	in.ReplyDue = due
	d := single(m, Ref{PackStream, string(dispute)}, in, "receipt.dispute_made")
	d.Receipt.Args = map[string]string{"dispute": string(dispute)}
	d.Receipt.Due, d.Receipt.Next = due, "next.dispute_reply"
	return d, nil
}

// AnswerDispute replies. A reply stands: another view is another dispute.
func AnswerDispute(old *Dispute, in DisputeAnswered, m Moment) (Decision, error) {
	if old == nil {
		return Decision{}, fault.Withheld("no dispute")
	}
	if !old.Answered.IsZero() {
		return Decision{}, fault.New(fault.Conflict, CodeDisputeClosed, "at", old.Answered.Format(time.RFC3339))
	}
	var f fields
	f.said("reply", in.Text, maxDisputeText, true)
	if err := fault.Form(f...); err != nil {
		return Decision{}, err
	}
	return single(m, old.Ref(), in, "receipt.dispute_answered"), nil
}

// said holds a text to its length, and to being there.
func (f *fields) said(name string, t withheld.Text, longest int, required bool) {
	switch n := len([]rune(t.Reveal())); {
	case required && n == 0:
		f.add(name, "field.required")
	case n > longest:
		f.add(name, "field.too_long", "max", strconv.Itoa(longest))
	}
}

func foldDispute(old *Dispute, e Event) (State, error) {
	d := Dispute{ID: id.Dispute(e.Stream.ID)}
	if old != nil {
		d = *old
	}
	switch v := e.Payload.(type) {
	case DisputeMade:
		d.Property, d.Column, d.Verdict, d.Lang, d.ReplyDue = v.Property, v.Column, v.Verdict, v.Lang, v.ReplyDue
		d.Text, d.Source, d.Speaker, d.At = v.Text, v.Source, v.Speaker, e.OccurredAt
	case DisputeAnswered:
		d.Reply, d.Show, d.Answered, d.By, d.ByWorker, d.ByKind = v.Text, v.Show, e.OccurredAt, e.Body, e.Worker, e.BodyKind
	default:
		return nil, unknown(e)
	}
	d.seq = e.Seq
	return &d, nil
}

// State is open or answered.
func (d *Dispute) State() string {
	if d.Answered.IsZero() {
		return "open"
	}
	return "answered"
}
