package web

import (
	"archive/zip"
	"bytes"
	"context"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"pana/internal/access"
	"pana/internal/casework"
	"pana/internal/desk"
	"pana/internal/fault"
	"pana/internal/id"
)

type signaturesDesk interface {
	SignPaper(ctx context.Context, who access.Who, in desk.SignInput, content io.Reader) (casework.Receipt, error)
	ReadSignature(ctx context.Context, who access.Who, file id.File, of id.Paper, which id.Attachment) (desk.SignatureContent, error)
	UnsignPaper(ctx context.Context, who access.Who, in desk.UnsignInput) (casework.Receipt, error)
}

// signPage takes a signature beside a paper.
type signPage struct {
	Frame
	File  id.File
	P     desk.PaperView
	Kept  []Kept
	Field Field
	Limit string
	Again bool // it has to be chosen once more
}

func paperAt(file id.File, p id.Paper) string {
	return "/file/" + string(file) + "/papers/" + string(p)
}

// SignatureAt is where one is read.
func (p paperPage) SignatureAt(l desk.SignatureLine) template.URL {
	return p.U(paperAt(p.File, p.P.Line.Paper) + "/signatures/" + string(l.Signature))
}

// SignatureAt is where it is read.
func (p signaturePage) SignatureAt(l desk.SignatureLine) template.URL {
	return paperPage{Frame: p.Frame, File: p.File, P: p.P}.SignatureAt(l)
}

func signForm(c *call) error {
	return c.drawSign(http.StatusOK, c.signFrame(), url.Values{}, false)
}

func (c *call) signFrame() Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame("signature.add", "number", id.Number(file))
}

// drawSign draws the form for who may sign; where nothing may be signed, there is
// the paper, which says why.
func (c *call) drawSign(status int, f Frame, typed url.Values, again bool) error {
	file, view, err := c.paperView()
	switch {
	case err != nil:
		return err
	case !view.MaySign && len(f.Errors) == 0:
		return fault.Withheld("web: this paper is not signed by this worker")
	}
	return c.render(status, "sign", newSignPage(f, file, view, typed, again))
}

func newSignPage(f Frame, file id.File, view desk.PaperView, typed url.Values, again bool) signPage {
	f.MainForm = true
	if typed.Get("key") == "" {
		typed = url.Values{"key": {view.Key}}
	}
	return signPage{f, file, view, keep(typed, desk.SignatureField), form{f, typed}.field("signature", desk.SignatureField), strconv.Itoa(desk.SignatureLimit >> 10), again}
}

// signPost receives one. Who does not read the paper is told nothing of what came.
func signPost(c *call) error {
	f := c.signFrame()
	if c.turning() {
		return c.drawSign(http.StatusOK, f, c.form, true)
	}
	file, view, err := c.paperView()
	if err != nil {
		return err
	}
	receipt, err := c.receiveSignature(file, view)
	if err != nil {
		if c.upload.content != nil || c.upload.err != nil {
			c.drain()
		}
		return c.again(err, func(f Frame) error { return c.drawSign(http.StatusUnprocessableEntity, f, c.form, true) }, f)
	}
	return c.receipt(receipt, "signature.done", Link{paperAt(file, view.Line.Paper), f.T("signature.to_paper")}, Link{"/file/" + string(file) + "/papers", f.T("papers.to")})
}

// receiveSignature hands it on with the bytes that she took to sign.
func (c *call) receiveSignature(file id.File, view desk.PaperView) (casework.Receipt, error) {
	switch {
	case c.upload.err != nil:
		return casework.Receipt{}, c.upload.err
	case c.upload.content == nil:
		return casework.Receipt{}, fault.Form(fault.Field{Name: desk.SignatureField, Code: "signature.none"})
	}
	printed, err := c.toSign(view)
	if err != nil {
		return casework.Receipt{}, err
	}
	return c.site.Desk.SignPaper(c.ctx, c.who, desk.SignInput{Key: c.form.Get("key"), File: file, Paper: view.Line.Paper, Printed: printed}, c.upload.content)
}

// signaturePage is one signature: what was checked, and taking it back.
type signaturePage struct {
	Frame
	File   id.File
	P      desk.PaperView
	L      desk.SignatureLine
	Reason Field
}

func signatureShow(c *call) error {
	return c.drawSignature(http.StatusOK, c.paperFrame(), url.Values{})
}

func (c *call) drawSignature(status int, f Frame, typed url.Values) error {
	which, err := one[id.Attachment](c.r, "signature")
	if err != nil {
		return err
	}
	file, view, err := c.paperView()
	if err != nil {
		return err
	}
	for _, l := range view.Signatures {
		if l.Signature == which {
			return c.render(status, "signature", newSignaturePage(f, file, view, l, typed))
		}
	}
	return fault.Withheld("web: no such signature")
}

func newSignaturePage(f Frame, file id.File, view desk.PaperView, l desk.SignatureLine, typed url.Values) signaturePage {
	return signaturePage{f, file, view, l, form{f, typed}.choose("choice", "signature_reason", "signature.reason", casework.SignatureReasons...)}
}

func signatureWithdraw(c *call) error {
	f := c.paperFrame()
	if c.turning() {
		return c.drawSignature(http.StatusOK, f, c.form)
	}
	file, which, err := inFile[id.Paper](c.r, "paper")
	if err != nil {
		return err
	}
	signature, err := one[id.Attachment](c.r, "signature")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.UnsignPaper(c.ctx, c.who, desk.UnsignInput{Key: c.form.Get("key"), File: file, Paper: which, Signature: signature, Reason: c.form.Get("signature_reason")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawSignature(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.receipt(receipt, "signature.withdrawn", Link{paperAt(file, which), f.T("signature.to_paper")}, Link{"/file/" + string(file) + "/papers", f.T("papers.to")})
}

// signatureEnds are how the file of a signature ends, by how it is written.
var signatureEnds = map[string]string{"der": ".p7s", "pem": ".p7s.pem", "base64": ".p7s.txt"}

// signatureTaken is one that was read, and whose taking is recorded.
type signatureTaken struct {
	leaving
	desk.SignatureContent
	paper string // what its file is called, without the end
	file  []byte // the signature's own
}

// takeSignature reads one; whole is with the signature, which may wait for its scan.
func (c *call) takeSignature(whole bool) (out signatureTaken, err error) {
	file, of, err := inFile[id.Paper](c.r, "paper")
	if err != nil {
		return out, err
	}
	which, err := one[id.Attachment](c.r, "signature")
	if err != nil {
		return out, err
	}
	out.paper = "paper-" + id.Number(of)
	if out.SignatureContent, err = c.site.Desk.ReadSignature(c.ctx, c.who, file, of, which); err != nil {
		return out, err
	}
	if whole {
		if out.file, err = out.Open(); err != nil {
			return out, err
		}
	}
	out.leaving, err = c.leaves(desk.Taking{What: "signature", File: file})
	return out, err
}

func signaturePDF(c *call) error {
	s, err := c.takeSignature(false)
	if err != nil {
		return err
	}
	return s.send("application/pdf", s.paper, ".pdf", s.Printed)
}

func signatureContent(c *call) error {
	s, err := c.takeSignature(true)
	if err != nil {
		return err
	}
	return s.send("application/octet-stream", s.paper, ".pdf"+signatureEnds[s.Form], s.file)
}

// signatureZip is both in one: neither is worth anything without the other.
func signatureZip(c *call) error {
	s, err := c.takeSignature(true)
	if err != nil {
		return err
	}
	both, err := zipped(s.sentence()+" "+s.code(), []zipPart{{s.paper + ".pdf", s.Printed}, {s.paper + ".pdf" + signatureEnds[s.Form], s.file}})
	if err != nil {
		return fault.Because(err, fault.Internal, "internal")
	}
	return s.send("application/zip", s.paper, ".zip", both)
}

type zipPart struct {
	name string
	is   []byte
}

func zipped(comment string, parts []zipPart) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := w.SetComment(comment); err != nil {
		return nil, err
	}
	for _, part := range parts {
		into, err := w.Create(part.name)
		if err != nil {
			return nil, err
		}
		if _, err := into.Write(part.is); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
