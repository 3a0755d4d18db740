package desk

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/document"
	"pana/internal/fault"
	"pana/internal/id"
	"pana/internal/store"
)

// A decider's own signature beside a paper. She takes the PDF, signs it with the
// State's tools on her own device and brings back the signature. A paper, its code
// and its address give the same bytes each time (paper.PDF holds to that), so the
// PDF is drawn again when the signature arrives: where the signature says what it is
// of, it must be of those, and those are kept with it. A program that draws otherwise
// than the one she took it from is told apart in this way, and she is asked to sign
// what it draws now. Where a signature cannot be asked, each page says so.

// codeSignatureLarge and codeSignatureNone are said at the field.
const (
	codeSignatureLarge = "signature.too_large"
	SignatureField     = "signature_content"

	// SignatureLimit is the most bytes that one has.
	SignatureLimit = document.SignatureLimit
)

// SignatureLine is a signature beside a paper.
type SignatureLine struct {
	Signature   id.Attachment
	At          time.Time
	Body        string
	Form        string
	Algorithms  []string
	Checked     string
	Digest      string // SHA-256 of the PDF as it was signed
	State       string
	Why         string // it was withdrawn
	MayWithdraw bool
}

// SignInput puts a signature beside a paper. Printed is the PDF as this program
// draws it now.
type SignInput struct {
	Key     string
	File    id.File
	Paper   id.Paper
	Printed []byte
}

// UnsignInput withdraws one.
type UnsignInput struct {
	Key       string
	File      id.File
	Paper     id.Paper
	Signature id.Attachment
	Reason    string
}

// SignatureContent is a signature with the PDF that it is of.
type SignatureContent struct {
	Form    string
	State   string
	Content []byte // nil while it may not be opened
	Printed []byte
}

// signatureLines are those beside a paper that this worker reads.
func (d *Desk) signatureLines(ctx context.Context, who access.Who, f *casework.File, p casework.IssuedPaper) ([]SignatureLine, error) {
	all := f.SignaturesOf(p.Paper)
	if len(all) == 0 {
		return nil, nil
	}
	names, err := d.bodyNames(ctx, who)
	if err != nil {
		return nil, err
	}
	out := make([]SignatureLine, len(all))
	for i, s := range all {
		out[i] = SignatureLine{
			Signature: s.ID(), At: s.At, Body: names.of(s.Body), Form: s.Form, Algorithms: s.Algorithms, Checked: s.Checked, Digest: s.Printed.Digest,
			State: s.State(), Why: s.Why, MayWithdraw: d.mayIssue(who, f, p) == nil && s.Body == who.Body && s.Withdrawn.IsZero() && !f.Frozen,
		}
	}
	return out, nil
}

// mayIssue holds for who hands over papers of the part that this one lies in.
func (d *Desk) mayIssue(who access.Who, f *casework.File, p casework.IssuedPaper) error {
	_, err := d.mayIn(who, access.IssuePaper, f, p.Compartment, "")
	return err
}

// SignPaper receives a signature. Whether there may be one is asked before the first
// byte is read, and no more is read than one can have.
func (d *Desk) SignPaper(ctx context.Context, who access.Who, in SignInput, content io.Reader) (casework.Receipt, error) {
	f, err := d.view(ctx, in.File)
	if err != nil {
		return casework.Receipt{}, err
	}
	signed := casework.PaperSigned{Paper: in.Paper}
	m, err := d.momentOf(ctx, who, d.now())
	if err != nil {
		return casework.Receipt{}, err
	}
	if _, err := d.decideSignature(who, f, signed, m); err != nil {
		return casework.Receipt{}, err
	}
	leave, err := d.receiving.enter(who.Worker)
	if err != nil {
		return casework.Receipt{}, err
	}
	defer leave()
	file, err := io.ReadAll(&bounded{from: content, left: document.SignatureLimit, over: SignatureTooLarge()})
	if err != nil {
		return casework.Receipt{}, err
	}
	look, err := document.LookSignature(file, in.Printed)
	if err != nil {
		return casework.Receipt{}, atField(SignatureField, err)
	}
	signed.Form, signed.Algorithms, signed.Checked = look.Form, look.Algorithms, look.Checked
	if d.deps.Scanner != nil {
		signed.Scan = casework.ScanWaits
	}
	return d.keepSignature(ctx, who, in, signed, file)
}

// keepSignature seals both before there is an event, as a document is.
func (d *Desk) keepSignature(ctx context.Context, who access.Who, in SignInput, signed casework.PaperSigned, file []byte) (casework.Receipt, error) {
	r := &reception{d: d, ctx: ctx, ref: fileRef(in.File), compartment: who.Compartment, kept: &casework.AttachmentAdded{}}
	defer r.clear()
	var err error
	if signed.Signature, err = r.stage(bytes.NewReader(file)); err != nil {
		return casework.Receipt{}, err
	}
	sent := struct {
		File      id.File
		Paper     id.Paper
		Came, For string
	}{in.File, in.Paper, r.came, ""}
	if signed.Printed, err = r.stage(bytes.NewReader(in.Printed)); err != nil {
		return casework.Receipt{}, err
	}
	sent.For = r.came
	receipt, err := d.change(ctx, who, in.Key, sent, d.now(), []casework.Ref{r.ref}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		return d.decideSignature(who, fileOf(l, in.File), signed, m)
	})
	if err == nil && !receipt.Seen || err != nil && unsettled(err) {
		r.keep(signed.Signature.ID)
		r.keep(signed.Printed.ID)
	}
	if err == nil && signed.Scan != "" {
		d.scanSoon(ctx, in.File, id.Attachment(receipt.Args["signature"]))
	}
	return receipt, err
}

func (d *Desk) decideSignature(who access.Who, f *casework.File, in casework.PaperSigned, m casework.Moment) (casework.Decision, error) {
	if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, ""); err != nil {
		return casework.Decision{}, err
	}
	return casework.SignPaper(f, in, m)
}

// SignatureTooLarge is the refusal of a file that is no signature by its length.
func SignatureTooLarge() error {
	return fault.Form(fault.Field{Name: SignatureField, Code: codeSignatureLarge, Args: map[string]string{"max": strconv.Itoa(document.SignatureLimit >> 10)}})
}

// ReadSignature opens a signature and the PDF that it is of: a disclosure of the
// paper. One that waits for the scanner, that it found something in, or that was
// withdrawn is given to nobody; of the last neither is the PDF.
func (d *Desk) ReadSignature(ctx context.Context, who access.Who, file id.File, of id.Paper, which id.Attachment) (SignatureContent, error) {
	f, err := d.disclose(ctx, who, file, "papers", func(f *casework.File) (access.Verdict, error) {
		v, err := d.mayRead(who, f, of)
		if err != nil {
			return v, err
		}
		if _, ok := f.SignatureOf(of, which); !ok {
			return access.Verdict{}, fault.Withheld("no such signature")
		}
		return v, nil
	})
	if err != nil {
		return SignatureContent{}, err
	}
	s, _ := f.SignatureOf(of, which)
	out := SignatureContent{Form: s.Form, State: s.State()}
	if out.State == casework.AttachmentWithdrew {
		return out, fault.New(fault.Conflict, codeSignatureNotOpen)
	}
	if out.Printed, err = d.readWhole(ctx, file, s.Printed); err == nil && out.State == casework.AttachmentOpen {
		out.Content, err = d.readWhole(ctx, file, s.Signature)
	}
	return out, err
}

// codeSignatureNotOpen: it waits for the scanner, has a virus, or was withdrawn.
const codeSignatureNotOpen = "signature.not_open"

// Open is the signature's own bytes, or why they are not given.
func (c SignatureContent) Open() ([]byte, error) {
	if c.State != casework.AttachmentOpen {
		return nil, fault.New(fault.Conflict, codeSignatureNotOpen)
	}
	return c.Content, nil
}

func (d *Desk) readWhole(ctx context.Context, file id.File, blob casework.Blob) ([]byte, error) {
	from, err := d.deps.Store.ReadBlob(ctx, fileRef(file), blob)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(from)
}

// UnsignPaper withdraws a signature of the own body's.
func (d *Desk) UnsignPaper(ctx context.Context, who access.Who, in UnsignInput) (casework.Receipt, error) {
	return d.change(ctx, who, in.Key, in, d.now(), []casework.Ref{fileRef(in.File)}, func(l *store.Loaded, m casework.Moment) (casework.Decision, error) {
		f := fileOf(l, in.File)
		if _, err := d.mayIn(who, access.IssuePaper, f, who.Compartment, ""); err != nil {
			return casework.Decision{}, err
		}
		return casework.UnsignPaper(f, casework.PaperUnsigned{Paper: in.Paper, Signature: in.Signature, Reason: in.Reason}, m)
	})
}
