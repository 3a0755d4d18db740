package casework

import (
	"slices"
	"strconv"
	"time"

	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/withheld"
)

// What somebody puts into a file: a scan, a photograph, a letter. The event says
// what it is and carries the digests of its content, which lies beside the events
// in sealed chunks. The name of the file that was uploaded is not kept: people
// write names into it. It belongs to the compartment of the kind of body that
// added it; named in a step, it is evidence, and who decides may read it.

// Blob is content beside the events: how long, in how many chunks, and what they
// hash to, open and sealed.
type Blob struct {
	ID     id.Attachment `json:"id"`
	Size   int64         `json:"size"`
	Chunks int           `json:"chunks"`
	Digest string        `json:"digest"` // SHA-256 of the content
	Sealed string        `json:"sealed"` // SHA-256 of the sealed chunks, one after another
}

// AttachmentAdded is a document put into a file.
type AttachmentAdded struct {
	Blob   Blob          `json:"blob"`
	Kind   string        `json:"kind"`
	Title  withheld.Text `json:"title,omitzero"`
	Media  string        `json:"media"` // as found in the content
	Width  int           `json:"width,omitempty"`
	Height int           `json:"height,omitempty"`
	Pages  int           `json:"pages,omitempty"`
	Of     id.Event      `json:"of,omitempty"` // what it belongs to, when not to the file as a whole
	Scan   string        `json:"scan,omitempty"`
}

// AttachmentScanned is what the virus scanner said of one.
type AttachmentScanned struct {
	Attachment id.Attachment `json:"attachment"`
	Result     string        `json:"result"`
}

// AttachmentWithdrawn says that one was added by mistake. It stays in the record
// and is shown to nobody.
type AttachmentWithdrawn struct {
	Attachment id.Attachment `json:"attachment"`
	Reason     string        `json:"reason"`
}

func (AttachmentAdded) EventType() (string, int)     { return "document.added", 1 }
func (AttachmentScanned) EventType() (string, int)   { return "document.scanned", 1 }
func (AttachmentWithdrawn) EventType() (string, int) { return "document.withdrawn", 1 }

// What the scanner has said. Empty: there was none when it was added.
const (
	ScanWaits = "waiting" // not scanned yet: shown to nobody
	ScanClean = "clean"
	ScanFound = "found" // kept apart: shown to nobody, ever
)

// AttachmentKinds are what a document can be; AttachmentReasons why one is
// withdrawn. MaxAttachments bounds how much one account can fill a disk with.
var (
	AttachmentKinds   = pack.DocumentKinds
	AttachmentReasons = []string{"mistake", "wrong_person", "twice", "unreadable"}
)

// MaxAttachments is the most documents that one file has.
const MaxAttachments = 200

// TaskVirus is the task of a body in whose document the scanner found something.
const TaskVirus = "task.document_found"

// AttachmentsTable names what is kept, so that a blob without its event can be
// swept away, and one that is missing is found.
const AttachmentsTable = "documents"

// Attachment is a document in a file.
type Attachment struct {
	AttachmentAdded
	At          time.Time
	Body        id.Body
	BodyKind    string
	Worker      id.Worker
	Compartment string
	Event       id.Event
	Withdrawn   time.Time
	Why         string
	Evidence    []id.Event // the steps that it was named in
}

// ID is the document's own.
func (a Attachment) ID() id.Attachment { return a.Blob.ID }

// States of a document.
const (
	AttachmentOpen     = "open"
	AttachmentWaits    = "waiting"
	AttachmentFound    = "found"
	AttachmentWithdrew = "withdrawn"
)

// State says whether it can be read, and if not, why.
func (a Attachment) State() string { return stateOf(a.Withdrawn, a.Scan) }

func stateOf(withdrawn time.Time, scan string) string {
	switch {
	case !withdrawn.IsZero():
		return AttachmentWithdrew
	case scan == ScanWaits:
		return AttachmentWaits
	case scan == ScanFound:
		return AttachmentFound
	}
	return AttachmentOpen
}

// AttachmentOf finds a document of this file.
func (f *File) AttachmentOf(which id.Attachment) (Attachment, bool) {
	for _, a := range f.Attachments {
		if a.ID() == which {
			return a, true
		}
	}
	return Attachment{}, false
}

// AddAttachment puts a document into the file, in the compartment of the body
// that adds it.
func AddAttachment(f *File, in AttachmentAdded, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	switch {
	case !slices.Contains(AttachmentKinds, in.Kind):
		return Decision{}, fault.Form(fault.Field{Name: "doc_is", Code: CodeChooseWhy})
	case in.Of != "" && !slices.ContainsFunc(f.Timeline, func(e Entry) bool { return e.Event == in.Of && e.Step != "" && e.Corrected == "" }):
		return Decision{}, fault.Form(fault.Field{Name: "doc_of", Code: "not_a_choice"})
	case len(f.Attachments) >= MaxAttachments:
		return Decision{}, fault.New(fault.Conflict, CodeAttachmentMany, "max", strconv.Itoa(MaxAttachments))
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.document", Args: map[string]string{"document": string(in.Blob.ID)}})
	b.add(m.compartment(), in)
	return b.decision, nil
}

// ScanAttachment records what the scanner said of a document or a signature that
// waited for it.
// Who added one in which something was found is told, and has a task.
func ScanAttachment(f *File, which id.Attachment, found bool, m Moment) (Decision, error) {
	if f == nil {
		return Decision{}, fault.Withheld("no file")
	}
	a, ok := f.UnscannedOf(which)
	if !ok {
		return Decision{}, fault.Withheld("no such document waits")
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.document_scanned"})
	if !found {
		b.add(a.Compartment, AttachmentScanned{which, ScanClean})
		return b.decision, nil
	}
	b.add(a.Compartment, AttachmentScanned{which, ScanFound})
	task := derived[id.Task](m.At, b.stream.ID, TaskVirus, string(which))
	b.add(CompartmentCore, TaskAdded{Task: task, Verb: TaskVirus, Body: a.Body, About: string(which)})
	b.tell(a.Body, TaskVirus, "file", b.stream.ID)
	return b.decision, nil
}

// WithdrawAttachment says that a document of the own body was added by mistake.
// What a step rests on stays: who reads the decision must see what it was made of.
func WithdrawAttachment(f *File, which id.Attachment, reason string, m Moment) (Decision, error) {
	if err := f.check(0); err != nil {
		return Decision{}, err
	}
	a, ok := f.AttachmentOf(which)
	switch {
	case !ok || a.Body != m.By.Body:
		return Decision{}, fault.Withheld("no such document of this body")
	case !a.Withdrawn.IsZero():
		return Decision{}, fault.New(fault.Conflict, CodeAttachmentGone)
	case len(a.Evidence) > 0:
		return Decision{}, fault.New(fault.Conflict, CodeAttachmentUsed)
	case !slices.Contains(AttachmentReasons, reason):
		return Decision{}, fault.Form(fault.Field{Name: "doc_reason", Code: CodeChooseWhy})
	}
	b := f.building(m)
	b.receipt(Receipt{Code: "receipt.document_withdrawn", Args: map[string]string{"document": string(which)}})
	b.add(a.Compartment, AttachmentWithdrawn{which, reason})
	return b.decision, nil
}

// addAttachment applies what is about documents. A step that names one makes it
// evidence, and goes on to be applied as the step that it is.
func (f *File) addAttachment(e Event) bool {
	switch v := e.Payload.(type) {
	case AttachmentAdded:
		f.Attachments = added(f.Attachments, Attachment{
			AttachmentAdded: v, At: e.RecordedAt, Body: e.Body, BodyKind: e.BodyKind, Worker: e.Worker, Compartment: e.Compartment, Event: e.ID,
		})
	case AttachmentScanned:
		f.editAttachment(v.Attachment, func(a *Attachment) { a.Scan = v.Result })
		f.editSignature(v.Attachment, func(s *Signature) { s.Scan = v.Result })
	case AttachmentWithdrawn:
		f.editAttachment(v.Attachment, func(a *Attachment) { a.Withdrawn, a.Why = e.RecordedAt, v.Reason })
	case StepTaken:
		if len(f.Attachments) > 0 {
			for _, said := range v.Fields {
				f.editAttachment(id.Attachment(said.Reveal()), func(a *Attachment) { a.Evidence = added(a.Evidence, e.ID) })
			}
		}
		return false
	default:
		return false
	}
	return true
}

func (f *File) editAttachment(which id.Attachment, change func(*Attachment)) {
	f.Attachments = edited(f.Attachments, func(a *Attachment) bool { return a.ID() == which }, change)
}

// OfDocuments says whether an event is about a document: such lines are for those
// who may read the compartment it lies in.
func OfDocuments(eventType string) bool {
	return eventType == "document.added" || eventType == "document.scanned" || eventType == "document.withdrawn"
}

// attachmentRows name every document that was ever kept: a withdrawn one stays in
// the record, and so do its chunks.
func (f *File) attachmentRows() []Row {
	var out []Row
	for _, a := range f.Attachments {
		out = append(out, row(AttachmentsTable, string(a.ID()), a.Blob.Sealed, int64(a.Blob.Chunks), a.State(), a.At))
	}
	return out
}
