package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
)

// A decider signs a paper of a step with the State's own tools, outside Pana, and
// puts the signature beside it. The bytes that were signed are kept with it: a later
// program may draw the same paper otherwise, and then no signature would fit. The
// event has what was checked and nothing of who signed: a certificate has a name.

// PaperSigned puts a signature beside a paper. Its own id is that of its blob.
type PaperSigned struct {
	Paper      id.Paper `json:"paper"`
	Signature  Blob     `json:"signature"`
	Printed    Blob     `json:"printed"` // the PDF; its digest is the SHA-256 of what was signed
	Form       string   `json:"form"`    // how the signature is written
	Algorithms []string `json:"algorithms"`
	Checked    string   `json:"checked"`
	Scan       string   `json:"scan,omitempty"`
}

// PaperUnsigned says that a signature was put there wrongly. It stays in the record
// and is given to nobody.
type PaperUnsigned struct {
	Paper     id.Paper      `json:"paper"`
	Signature id.Attachment `json:"signature"`
	Reason    string        `json:"reason"`
}

func (PaperSigned) EventType() (string, int)   { return "paper.signed", 1 }
func (PaperUnsigned) EventType() (string, int) { return "paper.unsigned", 1 }

// SignatureReasons are why one is withdrawn. MaxSignatures is the most that one paper
// ever has, with those withdrawn: a decision has one decider or two.
var SignatureReasons = []string{"wrong_file", "wrong_key", "mistake"}

// MaxSignatures bounds how much one account can fill a disk with.
const MaxSignatures = 12

// Signature is one beside a paper.
type Signature struct {
	PaperSigned
	At          time.Time
	Body        id.Body
	Worker      id.Worker
	Compartment string
	Withdrawn   time.Time
	Why         string
}

// ID is the signature's own.
func (s Signature) ID() id.Attachment { return s.Signature.ID }

// State is as a document's.
func (s Signature) State() string { return stateOf(s.Withdrawn, s.Scan) }

// SignaturesOf are those of a paper, as they were put there.
func (f *File) SignaturesOf(paper id.Paper) (out []Signature) {
	for _, s := range f.Signatures {
		if s.Paper == paper {
			out = append(out, s)
		}
	}
	return out
}

// SignatureOf finds one of a paper.
func (f *File) SignatureOf(paper id.Paper, which id.Attachment) (Signature, bool) {
	for _, s := range f.Signatures {
		if s.Paper == paper && s.ID() == which {
			return s, true
		}
	}
	return Signature{}, false
}

// SignedBy says whether who acts now has a signature beside a paper, by whichever login.
func (f *File) SignedBy(paper id.Paper, m Moment) bool {
	return slices.ContainsFunc(f.SignaturesOf(paper), func(s Signature) bool { return m.byWho(s.Worker) && s.Withdrawn.IsZero() })
}

// Signable says whether a paper can be signed: of a step, and it stands. A note for
// a referral, a summons and a person's own copy decide nothing.
func (f *File) Signable(p IssuedPaper) bool {
	_, _, ofStep := f.Taken(p.Of)
	return ofStep && p.Referral == "" && p.Asked == "" && f.Stands(p)
}

// SignPaper puts a signature beside a paper of the own body. A decision of two has
// two; one person has one: a wrong one is withdrawn first, with a reason.
func SignPaper(f *File, in PaperSigned, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	p, ok := f.PaperOf(in.Paper)
	all := f.SignaturesOf(in.Paper)
	switch {
	case !ok || p.Body != m.By.Body:
		return Decision{}, fault.Withheld("no such paper of this body")
	case !f.Stands(p):
		return Decision{}, fault.New(fault.Conflict, CodeSignatureOver)
	case !f.Signable(p):
		return Decision{}, fault.New(fault.Conflict, CodeSignatureNot)
	case f.SignedBy(in.Paper, m):
		return Decision{}, fault.New(fault.Conflict, CodeSignatureTwice)
	case len(all) >= MaxSignatures:
		return Decision{}, fault.New(fault.Conflict, CodeSignatureMany, "max", strconv.Itoa(MaxSignatures))
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.paper_signed", Args: map[string]string{"paper": string(in.Paper), "signature": string(in.Signature.ID)}})
	b.add(p.Compartment, in)
	return b.decision, nil
}

// UnsignPaper withdraws a signature that the own body put there, also from a paper
// that stands no longer.
func UnsignPaper(f *File, in PaperUnsigned, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	s, ok := f.SignatureOf(in.Paper, in.Signature)
	switch {
	case !ok || s.Body != m.By.Body:
		return Decision{}, fault.Withheld("no such signature of this body")
	case !s.Withdrawn.IsZero():
		return Decision{}, fault.New(fault.Conflict, CodeSignatureGone)
	case !slices.Contains(SignatureReasons, in.Reason):
		return Decision{}, fault.Form(fault.Field{Name: "signature_reason", Code: CodeChooseWhy})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.paper_unsigned", Args: map[string]string{"paper": string(in.Paper)}})
	b.add(s.Compartment, in)
	return b.decision, nil
}

// OfSignatures says whether an event is about a signature: such lines are for those
// who may read the paper.
func OfSignatures(eventType string) bool {
	return eventType == "paper.signed" || eventType == "paper.unsigned"
}

// addSignature applies what is about signatures. What the scanner said is applied
// with documents, and here to those whose blob it names.
func (f *File) addSignature(e Event) bool {
	switch v := e.Payload.(type) {
	case PaperSigned:
		f.Signatures = added(f.Signatures, Signature{PaperSigned: v, At: e.RecordedAt, Body: e.Body, Worker: e.Worker, Compartment: e.Compartment})
	case PaperUnsigned:
		f.editSignature(v.Signature, func(s *Signature) { s.Withdrawn, s.Why = e.RecordedAt, v.Reason })
	default:
		return false
	}
	return true
}

func (f *File) editSignature(which id.Attachment, change func(*Signature)) {
	f.Signatures = edited(f.Signatures, func(s *Signature) bool { return s.ID() == which }, change)
}

// signatureRows name both blobs of each, so that neither is swept away and one that
// is missing is found. The PDF was made here: no scanner is asked about it.
func (f *File) signatureRows() []Row {
	var out []Row
	for _, s := range f.Signatures {
		out = append(out,
			row(AttachmentsTable, string(s.ID()), s.Signature.Sealed, int64(s.Signature.Chunks), s.State(), s.At),
			row(AttachmentsTable, string(s.Printed.ID), s.Printed.Sealed, int64(s.Printed.Chunks), AttachmentOpen, s.At))
	}
	return out
}

// Unscanned is something in a file that waits for the virus scanner.
type Unscanned struct {
	Blob        Blob
	Body        id.Body
	Compartment string
}

// UnscannedOf finds a document or a signature that waits.
func (f *File) UnscannedOf(which id.Attachment) (Unscanned, bool) {
	if a, ok := f.AttachmentOf(which); ok {
		return Unscanned{a.Blob, a.Body, a.Compartment}, a.Scan == ScanWaits
	}
	for _, s := range f.Signatures {
		if s.ID() == which {
			return Unscanned{s.Signature, s.Body, s.Compartment}, s.Scan == ScanWaits
		}
	}
	return Unscanned{}, false
}
