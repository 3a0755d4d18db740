package desk

import (
	"cmp"
	"context"
	"io"
	"slices"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/pack"
	"pana/internal/store"
	"pana/internal/withheld"
)

// Documents: what a worker puts into a file. One lies in the compartment of the
// kind of body that added it and is read by who reads that; one that a step named
// is evidence, and who decides may read it too. The list has titles that people
// typed and a page shows the content: both are disclosures.

// DocumentLimit is the longest document that is taken, unless an installation says
// otherwise: fifty pages scanned at 150 dots per inch, or any telephone's
// photograph, and on a line of 64 kbit/s already three quarters of an hour.
const DocumentLimit = 20 << 20

// DocumentLine is a document in a file's list.
type DocumentLine struct {
	Document      id.Attachment
	Kind          string
	Title         withheld.Text
	Media         string
	Size          int64
	Width, Height int
	Pages         int
	At            time.Time
	Body          string
	Step          string // what it belongs to
	State         string
	Why           string // it was withdrawn
	Evidence      bool
	Digest        string
}

// Documents is a file's list.
type Documents struct {
	Subject Subject
	Lines   []DocumentLine
	MayAdd  bool
}

// DocumentForm is what adding one needs to be drawn.
type DocumentForm struct {
	Key     string
	Subject Subject
	Kinds   []string
	Steps   []DocumentStep // it may belong to one of these
	Limit   int64
}

// DocumentStep is a step that was taken.
type DocumentStep struct {
	Event id.Event
	Step  string
	At    time.Time
}

// DocumentView is one document with what may be done with it.
type DocumentView struct {
	Subject     Subject
	Line        DocumentLine
	Key         string
	MayWithdraw bool
}

// DocumentInput puts one into a file.
type DocumentInput struct {
	Key   string
	File  id.File
	Kind  string
	Title withheld.Text
	Of    id.Event
}

// WithdrawInput withdraws one.
type WithdrawInput struct {
	Key      string
	File     id.File
	Document id.Attachment
	Reason   string
}

// maySeeDocument asks for the part of the file that it lies in, or, of evidence,
// for what who decides may read.
func (d *Desk) maySeeDocument(who access.Who, f *casework.File, a casework.Attachment) (access.Verdict, error) {
	v, err := d.mayIn(who, access.SeeDocument, f, a.Compartment, "")
	if err != nil && len(a.Evidence) > 0 {
		return d.may(who, access.SeeEvidence, f)
	}
	return v, err
}

// mayListDocuments holds for who may read some document here, were there one.
func (d *Desk) mayListDocuments(who access.Who, f *casework.File) (access.Verdict, error) {
	v, err := d.mayIn(who, access.SeeDocument, f, who.Compartment, "")
	if err != nil {
		return d.may(who, access.SeeEvidence, f)
	}
	return v, err
}

// maySeePart asks for the part of a file that something about documents lies in.
func (d *Desk) maySeePart(who access.Who, f *casework.File, compartment string) error {
	_, err := d.mayIn(who, access.SeeDocument, f, compartment, "")
	return err
}

// DocumentLimit is how many bytes one document may have here.
func (d *Desk) DocumentLimit() int64 { return cmp.Or(d.deps.DocumentLimit, DocumentLimit) }

// Documents lists those that this worker may read.
func (d *Desk) Documents(ctx context.Context, who access.Who, file id.File) (Documents, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return Documents{}, err
	}
	if _, err := d.mayListDocuments(who, f); err != nil {
		return Documents{}, err
	}
	reads := func(a casework.Attachment) bool { _, err := d.maySeeDocument(who, f, a); return err == nil }
	if slices.ContainsFunc(f.Attachments, reads) { // an empty list tells nothing
		if f, err = d.disclose(ctx, who, file, "attachments", func(f *casework.File) (access.Verdict, error) { return d.mayListDocuments(who, f) }); err != nil {
			return Documents{}, err
		}
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return Documents{}, err
	}
	out := Documents{Subject: subject(f), MayAdd: d.mayAddDocument(who, f) == nil && !f.Frozen}
	for _, a := range slices.Backward(f.Attachments) {
		if reads(a) {
			out.Lines = append(out.Lines, documentLine(f, a, names))
		}
	}
	return out, nil
}

func documentLine(f *casework.File, a casework.Attachment, names bodyNames) DocumentLine {
	line := DocumentLine{
		Document: a.ID(), Kind: a.Kind, Title: a.Title, Media: a.Media, Size: a.Blob.Size, Width: a.Width, Height: a.Height, Pages: a.Pages,
		At: a.At, Body: names.of(a.Body), State: a.State(), Why: a.Why, Evidence: len(a.Evidence) > 0, Digest: a.Blob.Digest,
	}
	if i := slices.IndexFunc(f.Timeline, func(e casework.Entry) bool { return a.Of != "" && e.Event == a.Of }); i >= 0 {
		line.Step = f.Timeline[i].Step
	}
	return line
}

func (d *Desk) mayAddDocument(who access.Who, f *casework.File) error {
	_, err := d.mayIn(who, access.AddDocument, f, who.Compartment, "")
	return err
}

// DocumentForm is what a document needs to be added.
func (d *Desk) DocumentForm(ctx context.Context, who access.Who, file id.File) (DocumentForm, error) {
	f, err := d.view(ctx, file)
	if err != nil {
		return DocumentForm{}, err
	}
	if err := d.mayAddDocument(who, f); err != nil {
		return DocumentForm{}, err
	}
	out := DocumentForm{Key: string(id.New[id.Event](d.now())), Subject: subject(f), Kinds: casework.AttachmentKinds, Limit: d.DocumentLimit()}
	timeline := d.inGroup(who, f, "timeline")
	for _, e := range slices.Backward(f.Timeline) {
		if e.Step != "" && e.Corrected == "" && (timeline || e.Body == who.Body) {
			out.Steps = append(out.Steps, DocumentStep{e.Event, e.Step, e.Occurred})
		}
	}
	return out, nil
}

// Document opens the page of one: what it is, and what may be done with it.
func (d *Desk) Document(ctx context.Context, who access.Who, file id.File, which id.Attachment) (DocumentView, error) {
	f, a, err := d.openDocument(ctx, who, file, which)
	if err != nil {
		return DocumentView{}, err
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return DocumentView{}, err
	}
	out := DocumentView{Subject: subject(f), Line: documentLine(f, a, names), Key: string(id.New[id.Event](d.now()))}
	out.MayWithdraw = d.mayAddDocument(who, f) == nil && a.Body == who.Body && a.Withdrawn.IsZero() && len(a.Evidence) == 0 && !f.Frozen
	return out, nil
}

// openDocument is the disclosure: written before anything is shown.
func (d *Desk) openDocument(ctx context.Context, who access.Who, file id.File, which id.Attachment) (*casework.File, casework.Attachment, error) {
	f, err := d.disclose(ctx, who, file, "attachments", func(f *casework.File) (access.Verdict, error) {
		if f == nil {
			return access.Verdict{}, fault.Withheld("no such file")
		}
		a, ok := f.AttachmentOf(which)
		if !ok {
			return access.Verdict{}, fault.Withheld("no such document")
		}
		return d.maySeeDocument(who, f, a)
	})
	if err != nil {
		return nil, casework.Attachment{}, err
	}
	a, _ := f.AttachmentOf(which)
	return f, a, nil
}

// DocumentContent is a document's bytes, to be sent as they come.
type DocumentContent struct {
	Media string
	Size  int64
	Body  io.Reader
}

// codeNotOpen: it waits for the scanner, was found to have a virus, or was withdrawn.
const codeNotOpen = "document.not_open"

// ReadDocument opens the content. What was not scanned yet, what the scanner
// found and what was withdrawn is given to nobody.
func (d *Desk) ReadDocument(ctx context.Context, who access.Who, file id.File, which id.Attachment) (DocumentContent, error) {
	_, a, err := d.openDocument(ctx, who, file, which)
	if err != nil {
		return DocumentContent{}, err
	}
	if a.State() != casework.AttachmentOpen {
		return DocumentContent{}, fault.New(fault.Conflict, codeNotOpen)
	}
	body, err := d.deps.Store.ReadBlob(ctx, fileRef(file), a.Blob)
	if err != nil {
		return DocumentContent{}, err
	}
	return DocumentContent{a.Media, a.Blob.Size, body}, nil
}

// WithdrawDocument takes one of the own body's out of use.
func (d *Desk) WithdrawDocument(ctx context.Context, who access.Who, in WithdrawInput) (casework.Receipt, error) {
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{fileRef(in.File)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if err := d.mayAddDocument(who, f); err != nil {
			return casework.Decision{}, err
		}
		return casework.WithdrawAttachment(f, in.Document, in.Reason, m)
	})
}

// evidence are the documents that a form may name, where it asks for one: those
// that this worker may read and that can be opened. Titles stay on the list of
// documents, which is a disclosure.
func (d *Desk) evidence(who access.Who, f *casework.File, fields []pack.Field) []DocumentLine {
	if !slices.ContainsFunc(fields, func(field pack.Field) bool { return field.Kind == pack.DocumentField }) {
		return nil
	}
	var out []DocumentLine
	for _, a := range slices.Backward(f.Attachments) {
		if _, err := d.maySeeDocument(who, f, a); err == nil && a.State() == casework.AttachmentOpen {
			line := documentLine(f, a, nil)
			line.Title = withheld.Text{}
			out = append(out, line)
		}
	}
	return out
}

// checkEvidence holds what a step names to what this worker may read: a document
// becomes evidence, which others then read, only by somebody who reads it. A field
// that asks for a document takes nothing else. It is asked while the act is decided,
// so it is told the time of the act.
func (d *Desk) checkEvidence(who access.Who, f *casework.File, in casework.TakeStepInput, at time.Time) error {
	asked := map[string]bool{}
	if h := d.stepOn(in.Step, at); h != nil {
		if form := d.pack().Form(h.Form); form != nil {
			for _, field := range form.Fields {
				asked[field.ID] = field.Kind == pack.DocumentField
			}
		}
	}
	var bad []fault.Field
	for name, said := range in.Fields {
		a, is := f.AttachmentOf(id.Attachment(said.Reveal()))
		if !is && !asked[name] {
			continue
		}
		if _, err := d.maySeeDocument(who, f, a); !is || err != nil || a.State() != casework.AttachmentOpen {
			bad = append(bad, fault.Field{Name: "f." + name, Code: "document.choose"})
		}
	}
	return fault.Form(bad...)
}
