package casework

import (
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A complaint of a person, from her own page, against a body that had to do with her.
// It is a stream of its own: a leaf in her file would stand in its numbers, and the
// body complained of could count. Whose it is, only a keyed mark says.

// ComplaintsTable has every complaint.
const ComplaintsTable = "complaints"

const (
	maxComplaint = 4000 // characters
	// MaxComplaints is how many of one person wait for an answer at once.
	MaxComplaints = 5
)

// ComplaintMade is what she says. About is empty when she names nobody.
type ComplaintMade struct {
	Mark     string        `json:"mark"`
	About    id.Body       `json:"about,omitempty"`
	Kind     string        `json:"kind,omitempty"` // of the body
	Text     withheld.Text `json:"text"`
	Lang     string        `json:"lang"`
	ReplyDue time.Time     `json:"reply_due,omitzero"`
}

// ComplaintAnswered is the answer, which stands on her page.
type ComplaintAnswered struct {
	Text withheld.Text `json:"text"`
}

func (ComplaintMade) EventType() (string, int)     { return "complaint.made", 1 }
func (ComplaintAnswered) EventType() (string, int) { return "complaint.answered", 1 }

// Complaint is one complaint with its answer.
type Complaint struct {
	ComplaintMade
	ID          id.Complaint
	At          time.Time
	Answered    time.Time
	Reply       withheld.Text
	compartment string
	seq         uint64
}

func (c *Complaint) Ref() Ref    { return ComplaintRef(c.ID) }
func (c *Complaint) Seq() uint64 { return c.seq }

// ComplaintRef is its stream.
func ComplaintRef(c id.Complaint) Ref { return Ref{ComplaintStream, string(c)} }

// Row is its row of the index.
func (c *Complaint) Row() Row {
	state := "open"
	if !c.Answered.IsZero() {
		state = "answered"
	}
	return row(ComplaintsTable, string(c.ID), c.Mark, string(c.About), state, c.At, c.ReplyDue, c.Answered)
}

// Complain records a complaint and tells the bodies that answer: never the one that is
// complained of.
func Complain(complaint id.Complaint, in ComplaintMade, answer []id.Body, m Moment) (Decision, error) {
	kinds := m.kindsThat("complaints")
	if len(kinds) == 0 {
		return Decision{}, fault.Withheld("nobody answers complaints")
	}
	var bad fields
	bad.said("complaint_text", in.Text, maxComplaint, true)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	if length := m.Laws.Pack().Standards.Complaint; length != "" {
		due, err := m.due(length)
		if err != nil {
			return Decision{}, err
		}
		in.ReplyDue = due
	}
	b := builder{m: m, stream: ComplaintRef(complaint), at: m.At}
	b.receipt(Receipt{Code: "receipt.complaint_made", Due: in.ReplyDue, Args: map[string]string{"complaint": string(complaint)}})
	b.add(m.Laws.Pack().BodyKind(kinds[0]).Compartment, in)
	for _, body := range answer {
		if body != in.About {
			b.tell(body, "notify.complaint", "complaint", string(complaint))
		}
	}
	return b.decision, nil
}

// AnswerComplaint answers it, once.
func AnswerComplaint(old *Complaint, in ComplaintAnswered, m Moment) (Decision, error) {
	if old == nil {
		return Decision{}, fault.Withheld("no complaint")
	}
	if !old.Answered.IsZero() {
		return Decision{}, fault.New(fault.Conflict, CodeComplaintAnswered)
	}
	var bad fields
	bad.said("reply", in.Text, maxComplaint, true)
	if err := fault.Form(bad...); err != nil {
		return Decision{}, err
	}
	b := builder{m: m, stream: old.Ref(), at: m.At}
	b.receipt(Receipt{Code: "receipt.complaint_answered"})
	b.add(old.compartment, in)
	return b.decision, nil
}

// CodeComplaintAnswered says that somebody was quicker.
const CodeComplaintAnswered = "complaint.answered_before"

func foldComplaint(old *Complaint, e Event) (State, error) {
	c := Complaint{ID: id.Complaint(e.Stream.ID)}
	if old != nil {
		c = *old
	}
	switch v := e.Payload.(type) {
	case ComplaintMade:
		c.ComplaintMade, c.At, c.compartment = v, e.OccurredAt, e.Compartment
	case ComplaintAnswered:
		c.Reply, c.Answered = v.Text, e.OccurredAt
	default:
		return nil, unknown(e)
	}
	c.seq = e.Seq
	return &c, nil
}

// BodiesMet are the bodies that have had to do with the person, the first first.
func (f *File) BodiesMet() (out []id.Body) {
	seen := map[id.Body]bool{"": true}
	add := func(b id.Body) {
		if !seen[b] {
			seen[b] = true
			out = append(out, b)
		}
	}
	for _, e := range f.Timeline {
		add(e.Body)
	}
	for _, r := range f.Relations {
		add(r.Body)
	}
	for _, o := range f.Openings {
		add(o.Body)
	}
	return out
}
