package casework

import (
	"encoding/hex"
	"slices"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/withheld"
)

// A paper is what a person is handed when a step was taken: the decision with
// its notice, a certificate. What was handed over is kept as it was, word for
// word: a later wording, or a name added later, does not change what she holds.
// Whether it still stands is asked by a code of which only a keyed tag is kept.

// PaperIssued is a paper handed over. Text is the document as package paper
// writes it.
type PaperIssued struct {
	Paper    id.Paper      `json:"paper"`
	Of       id.Event      `json:"of"`   // the step
	Name     string        `json:"name"` // the pack's paper, or the step that is a decision
	Language string        `json:"language"`
	Read     string        `json:"read,omitempty"` // how it reached her, where it is not in her language
	Tag      string        `json:"tag"`
	Text     withheld.Text `json:"text"`

	// Printed is the PDF as it was handed over, beside the events; the leaf commits to
	// its bytes with Salt. Papers from before this have neither.
	Printed Blob          `json:"printed,omitzero"`
	Salt    withheld.Text `json:"salt,omitzero"`

	// Of a referral's paper: to whom it is addressed, and whether her name stands on
	// it. Of is then empty, for a provider hands one over too.
	Referral id.Referral `json:"referral,omitempty"`
	To       id.Body     `json:"to,omitempty"`
	Named    bool        `json:"named,omitempty"`
	// Of a person's own copy of the file: who asked for it. It is of no step.
	Asked string `json:"asked,omitempty"`
}

// PaperRevoked says that a paper no longer stands.
type PaperRevoked struct {
	Paper  id.Paper `json:"paper"`
	Reason string   `json:"reason"`
}

func (PaperIssued) EventType() (string, int)  { return "paper.issued", 1 }
func (PaperRevoked) EventType() (string, int) { return "paper.revoked", 1 }

// CommitsTo is the PDF's digest, with the salt.
func (p PaperIssued) CommitsTo() (salt, digest [32]byte, ok bool) {
	s, err := hex.DecodeString(p.Salt.Reveal())
	d, bad := hex.DecodeString(p.Printed.Digest)
	if err != nil || bad != nil || len(s) != len(salt) || len(d) != len(digest) {
		return salt, digest, false
	}
	return [32]byte(s), [32]byte(d), true
}

// ProvedToHer says whether she was handed a paper that the ledger commits to. A note
// for whom she is sent to is theirs.
func (f *File) ProvedToHer() bool {
	return slices.ContainsFunc(f.Papers, func(p IssuedPaper) bool {
		_, _, ok := p.CommitsTo()
		return ok && p.Referral == ""
	})
}

// PaperReplaced is why a paper stands no longer when another of the same step in
// the same language was handed over; nobody chooses it by hand.
const PaperReplaced = "replaced"

// PaperReasons are why a paper is taken back, and PaperReads how one that is not
// in her language reached the person.
var (
	PaperReasons = []string{"mistake", "lost", "ended"}
	PaperReads   = []string{"interpreter", "common_language"}
)

// IssuedPaper is a paper that was handed over.
type IssuedPaper struct {
	PaperIssued
	Seq         uint64 // of the event, in its file
	At          time.Time
	Body        id.Body
	Compartment string
	Revoked     time.Time
	Why         string
}

// IssueInput is a paper to hand over.
type IssueInput struct {
	Version uint64
	PaperIssued
}

// IssuePaper records that a paper of a step was handed over, by the body that
// took the step. One of the same step in the same language stands no longer:
// two that differ would both be genuine.
func IssuePaper(f *File, in IssueInput, m Moment) (Decision, error) {
	if err := f.check(in.Version); err != nil {
		return Decision{}, err
	}
	if !slices.ContainsFunc(f.Timeline, func(e Entry) bool { return e.Event == in.Of && e.Body == m.By.Body && f.Papered(e) }) {
		return Decision{}, fault.New(fault.Invalid, CodePaperStep)
	}
	if in.Read != "" && !slices.Contains(PaperReads, in.Read) {
		return Decision{}, fault.Form(fault.Field{Name: "read", Code: "not_a_choice"})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.paper", Args: map[string]string{"paper": string(in.Paper)}})
	own := m.compartment()
	for _, p := range f.Papers {
		if p.Of == in.Of && p.Language == in.Language && f.Stands(p) {
			b.add(own, PaperRevoked{p.ID(), PaperReplaced})
		}
	}
	b.add(own, in.PaperIssued)
	return b.decision, nil
}

// Papered says whether a paper of an entry can be handed over: of a step that was
// taken and stands, or of a hearing as it is set now, whose paper is the summons.
func (f *File) Papered(e Entry) bool {
	if slices.ContainsFunc(f.Hearings, func(h Hearing) bool { return h.Event == e.Event && h.State == HearingOpen }) {
		return true
	}
	return e.Kind == TakenStep && e.Corrected == ""
}

// RevokePaper says that a paper of the own body no longer stands.
func RevokePaper(f *File, paper id.Paper, reason string, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	p, ok := f.PaperOf(paper)
	switch {
	case !ok || p.Body != m.By.Body:
		return Decision{}, fault.Withheld("no such paper of this body")
	case !f.Stands(p):
		return Decision{}, fault.New(fault.Conflict, CodePaperGone)
	case !slices.Contains(PaperReasons, reason):
		return Decision{}, fault.Form(fault.Field{Name: "paper_reason", Code: CodeChooseWhy})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.paper_revoked", Args: map[string]string{"paper": string(paper)}})
	b.add(m.compartment(), PaperRevoked{paper, reason})
	return b.decision, nil
}

// compartment is the part of a file that the actor's kind of body keeps.
func (m Moment) compartment() string {
	if kind := m.Laws.Pack().BodyKind(m.By.Kind); kind != nil && kind.Compartment != "" {
		return kind.Compartment
	}
	return CompartmentCore
}

// ID is the paper's own.
func (p IssuedPaper) ID() id.Paper { return p.Paper }

// PaperOf finds a paper of this file.
func (f *File) PaperOf(paper id.Paper) (IssuedPaper, bool) {
	for _, p := range f.Papers {
		if p.Paper == paper {
			return p, true
		}
	}
	return IssuedPaper{}, false
}

// Stands says whether a paper is still good: it was not taken back, nor was the
// step it is of corrected, nor has what it asks been refused or withdrawn.
func (f *File) Stands(p IssuedPaper) bool {
	switch {
	case !p.Revoked.IsZero():
		return false
	case p.Referral != "":
		r, _ := f.Referral(p.Referral)
		return r.addressed(p.To)
	case p.Asked != "":
		return true // it says what the file said on its day
	}
	return slices.ContainsFunc(f.Timeline, func(e Entry) bool { return e.Event == p.Of && e.Corrected == "" })
}

// Taken is a step as it was recorded, and who recorded it when.
func (f *File) Taken(event id.Event) (StepTaken, Event, bool) {
	for _, e := range f.events {
		if s, ok := e.Payload.(StepTaken); ok && e.ID == event {
			return s, e, true
		}
	}
	return StepTaken{}, Event{}, false
}

// addPaper applies what is about papers.
func (f *File) addPaper(e Event) bool {
	switch v := e.Payload.(type) {
	case PaperIssued:
		f.Papers = added(f.Papers, IssuedPaper{PaperIssued: v, Seq: e.Seq, At: e.RecordedAt, Body: e.Body, Compartment: e.Compartment})
	case EnteredFromPaper:
		f.Written = added(f.Written, PaperEntry{v, e.OccurredAt, e.RecordedAt, e.Body, e.Compartment})
	case PaperRevoked:
		f.Papers = edited(f.Papers, func(p *IssuedPaper) bool { return p.Paper == v.Paper },
			func(p *IssuedPaper) { p.Revoked, p.Why = e.RecordedAt, v.Reason })
	default:
		return false
	}
	return true
}

// paperRows are the papers that stand: what is not here is not genuine.
func (f *File) paperRows() []Row {
	var out []Row
	for _, p := range f.Papers {
		if f.Stands(p) {
			out = append(out, row(PapersTable, string(p.Paper), p.Tag, p.At))
		}
	}
	return out
}

// printedRows name the PDF of every paper that was ever handed over, so that none is
// swept away and one that is missing is found.
func (f *File) printedRows() []Row {
	var out []Row
	for _, p := range f.Papers {
		if b := p.Printed; b.ID != "" {
			out = append(out, row(AttachmentsTable, string(b.ID), b.Sealed, int64(b.Chunks), AttachmentOpen, p.At))
		}
	}
	return out
}

// PapersTable has every paper that stands, by the tag of its code.
const PapersTable = "papers"
