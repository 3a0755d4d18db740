package web

import (
	"context"
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

type documentsDesk interface {
	DocumentLimit() int64
	Documents(ctx context.Context, who access.Who, file id.File) (desk.Documents, error)
	DocumentForm(ctx context.Context, who access.Who, file id.File) (desk.DocumentForm, error)
	AddDocument(ctx context.Context, who access.Who, in desk.DocumentInput, content io.Reader) (casework.Receipt, error)
	Document(ctx context.Context, who access.Who, file id.File, which id.Attachment) (desk.DocumentView, error)
	ReadDocument(ctx context.Context, who access.Who, file id.File, which id.Attachment) (desk.DocumentContent, error)
	WithdrawDocument(ctx context.Context, who access.Who, in desk.WithdrawInput) (casework.Receipt, error)
}

func megabytes(n int64) string { return strconv.FormatInt(n>>20, 10) }

// documentsPage lists what lies in the file.
type documentsPage struct {
	Frame
	File id.File
	D    desk.Documents
}

func documentsList(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	list, err := c.site.Desk.Documents(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	return c.show(documentsPage{c.frame("documents.title", "number", id.Number(file)), file, list})
}

// mediaWords are the short names of what a document can be, and mediaEnds how a
// copy of it is called: by its number, never by a name.
var (
	mediaWords = map[string]string{"image/jpeg": "jpeg", "image/png": "png", "application/pdf": "pdf", "text/plain": "text"}
	mediaEnds  = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf", "text/plain": ".txt"}
)

// Media says what kind of content a document is, and how much.
func (f Frame) Media(l desk.DocumentLine) string {
	return f.T("media."+mediaWords[l.Media]) + " · " + f.T("documents.size", "kb", int((l.Size+1023)>>10))
}

// documentNewPage adds one.
type documentNewPage struct {
	Frame
	File   id.File
	Form   desk.DocumentForm
	Kept   []Kept
	Fields []Field
	Field  Field // the document itself, last
	Limit  string
	Again  bool // it has to be chosen once more
}

func documentNew(c *call) error {
	return c.drawDocumentNew(http.StatusOK, c.documentsFrame("documents.add"), url.Values{}, false)
}

func (c *call) documentsFrame(title string) Frame {
	file, _ := one[id.File](c.r, "file")
	return c.frame(title, "number", id.Number(file))
}

func (c *call) drawDocumentNew(status int, f Frame, typed url.Values, again bool) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	form, err := c.site.Desk.DocumentForm(c.ctx, c.who, file)
	if err != nil {
		return err
	}
	if typed.Get("key") == "" {
		typed = url.Values{"key": {form.Key}, "doc_of": typed["doc_of"]}
	}
	c.w.Header().Set("Content-Security-Policy", uploadPolicy)
	return c.render(status, "document_new", newDocumentPage(f, file, form, typed, again))
}

func newDocumentPage(f Frame, file id.File, form desk.DocumentForm, typed url.Values, again bool) documentNewPage {
	f.MainForm = true
	p := documentNewPage{Frame: f, File: file, Form: form, Limit: megabytes(form.Limit), Again: again}
	fm := formOf(f, typed)
	title := fm.field("text", "doc_title")
	title.Optional = true
	p.Fields = []Field{fm.choose("select", "doc_is", "attachment.kind", form.Kinds...)}
	if len(form.Steps) > 0 {
		p.Fields = append(p.Fields, stepsField(fm, form.Steps))
	}
	p.Fields = append(p.Fields, title)
	p.Field = fm.field("file", contentField)
	p.Kept = keep(typed, "doc_is", "doc_of", "doc_title", contentField)
	return p
}

// stepsField offers the steps that a document may belong to; none is the file as a
// whole.
func stepsField(fm form, steps []desk.DocumentStep) Field {
	out := fm.field("select", "doc_of")
	out.Optional, out.None = true, fm.frame.T("documents.of_file")
	for _, s := range steps {
		out.Options = append(out.Options, Option{
			Value: string(s.Event), Label: fm.frame.Or("step."+s.Step+".done", "step."+s.Step, "step.other") + " · " + fm.frame.Day(s.At), On: fm.typed.Get("doc_of") == string(s.Event),
		})
	}
	return out
}

// documentPost receives a document. Whatever is wrong with it, the rest of the
// form comes back as it was filled in; only the document has to be chosen again.
// Who may not add one gets neither: the form is desk's to give.
func documentPost(c *call) error {
	file, err := one[id.File](c.r, "file")
	if err != nil {
		return err
	}
	f := c.documentsFrame("documents.add")
	if c.turning() {
		return c.drawDocumentNew(http.StatusOK, f, c.form, true)
	}
	receipt, err := c.receiveDocument(file)
	if err != nil {
		if c.upload.content != nil || c.upload.err != nil {
			c.drain()
		}
		return c.again(err, func(f Frame) error { return c.drawDocumentNew(http.StatusUnprocessableEntity, f, c.form, true) }, f)
	}
	at := "/file/" + string(file) + "/documents"
	return c.receipt(receipt, "documents.done", Link{at + "/" + receipt.Args["document"], f.T("document.open")}, Link{at + "/new", f.T("documents.another")}, Link{"/file/" + string(file), f.T("to_file")})
}

func (c *call) receiveDocument(file id.File) (casework.Receipt, error) {
	of, _ := id.Parse[id.Event](c.form.Get("doc_of"))
	mend := tooLong(c.form)
	switch {
	case c.upload.err != nil:
		return casework.Receipt{}, c.upload.err
	case c.form.Get("doc_is") == "":
		mend = append(mend, fault.Field{Name: "doc_is", Code: "field.required"})
	case c.form.Get("doc_of") != "" && of == "":
		mend = append(mend, fault.Field{Name: "doc_of", Code: "field.required"})
	}
	if len(mend) > 0 || c.upload.content == nil {
		if c.upload.content == nil {
			mend = append(mend, fault.Of(errNoDocument()).Fields...)
		}
		return casework.Receipt{}, fault.Form(mend...)
	}
	return c.site.Desk.AddDocument(c.ctx, c.who, desk.DocumentInput{
		Key: c.form.Get("key"), File: file, Kind: c.form.Get("doc_is"), Title: text(c.form, "doc_title"), Of: of,
	}, c.upload.content)
}

// documentPage is one document: what it is, the picture where it is one, and what
// may be done with it.
type documentPage struct {
	Frame
	File   id.File
	D      desk.DocumentView
	Reason Field
}

// Picture says that it is shown on the page.
func (p documentPage) Picture() bool {
	return p.D.Line.State == casework.AttachmentOpen && shownOnPage(p.D.Line.Media)
}

func documentShow(c *call) error {
	return c.drawDocument(http.StatusOK, c.documentsFrame("document.title"), url.Values{})
}

func (c *call) drawDocument(status int, f Frame, typed url.Values) error {
	file, which, err := inFile[id.Attachment](c.r, "document")
	if err != nil {
		return err
	}
	view, err := c.site.Desk.Document(c.ctx, c.who, file, which)
	if err != nil {
		return err
	}
	return c.render(status, "document", newShownDocument(f, file, view, typed))
}

func newShownDocument(f Frame, file id.File, view desk.DocumentView, typed url.Values) documentPage {
	return documentPage{f, file, view, formOf(f, typed).choose("choice", "doc_reason", "attachment.reason", casework.AttachmentReasons...)}
}

// contentPolicy is that of what somebody handed in: it may do nothing, not even
// where a browser takes it for a page.
const contentPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// shownOnPage says that a page shows it: only what was written anew here is.
func shownOnPage(media string) bool { return media == "image/jpeg" || media == "image/png" }

// documentContent sends the bytes. Pictures, which were written anew here, are
// shown by the browser; anything else is a file to save.
func documentContent(c *call) error {
	file, which, err := inFile[id.Attachment](c.r, "document")
	if err != nil {
		return err
	}
	content, err := c.site.Desk.ReadDocument(c.ctx, c.who, file, which)
	if err != nil {
		return err
	}
	h := c.w.Header()
	name, ends, media := "document-"+id.Number(which), mediaEnds[content.Media], content.Media
	if media == "text/plain" {
		media += "; charset=utf-8"
	}
	if shownOnPage(content.Media) && c.r.URL.Query().Get("save") == "" {
		// Part of the document's page, whose opening is recorded: nothing is taken yet.
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Content-Type", media)
		h.Set("Content-Disposition", `inline; filename="`+name+ends+`"`)
	} else {
		l, err := c.leaves(desk.Taking{What: "document", File: file})
		if err != nil {
			return err
		}
		l.head(media, name, ends)
	}
	h.Set("Content-Length", strconv.FormatInt(content.Size, 10))
	if _, err := io.Copy(c.w, content.Body); err != nil {
		// Half a document must not look like a whole one. What it was is in the log.
		c.log(fault.Of(err))
		panic(http.ErrAbortHandler)
	}
	return nil
}

func documentWithdraw(c *call) error {
	f := c.documentsFrame("document.title")
	if c.turning() {
		return c.drawDocument(http.StatusOK, f, c.form)
	}
	file, which, err := inFile[id.Attachment](c.r, "document")
	if err != nil {
		return err
	}
	receipt, err := c.site.Desk.WithdrawDocument(c.ctx, c.who, desk.WithdrawInput{Key: c.form.Get("key"), File: file, Document: which, Reason: c.form.Get("doc_reason")})
	if err != nil {
		return c.again(err, func(f Frame) error { return c.drawDocument(http.StatusUnprocessableEntity, f, c.form) }, f)
	}
	return c.receipt(receipt, "document.withdrawn", Link{"/file/" + string(file) + "/documents", f.T("documents.to")}, Link{"/file/" + string(file), f.T("to_file")})
}
